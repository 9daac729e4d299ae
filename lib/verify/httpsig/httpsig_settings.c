/* httpsig_settings.c - checks the settings of HTTP signatures. */
#include "base/url.h"
#include "crypto/sigalg.h"
#include "http/message.h"
#include "verify/httpsig/component.h"
#include "verify/httpsig/httpsig.h"
#include "verify/httpsig/httpsig_draft.h"

static bool
is_field_name(const char *name)
{
	size_t len = strspn(name, "abcdefghijklmnopqrstuvwxyz0123456789-_");

	return len > 0 && len <= MESSAGE_FIELD_MAX && name[len] == '\0';
}

static bool
make_required(struct profile *profile, const struct preset *words)
{
	for (size_t i = 0; i < PRESET_REQUIRED; i++) {
		const char *name = words->required_components[i];

		if (name == NULL)
			break;
		if (!is_field_name(name) &&
		    !httpsig_draft_knows(span_str(name)) &&
		    !component_derives(span_str(name)))
			return false;
		profile->required_components[profile->nrequired++] = name;
	}
	return true;
}

static bool
make_algorithms(struct profile *profile, const struct preset *words)
{
	for (size_t i = 0; i < PRESET_ALGORITHMS; i++) {
		unsigned alg;

		if (words->algorithms[i] == NULL)
			break;
		if ((alg = sigalg_setting(words->algorithms[i])) == 0)
			return false;
		profile->algorithms |= alg;
	}
	if (profile->algorithms == 0)
		profile->algorithms = ALG_ALL;
	return true;
}

/* A setting that has no effect with this scheme, or NULL. */
static const char *
idle_word(const struct profile *profile, const struct preset *words)
{
	if (profile->prefix.len > 0)
		return "prefix";
	if (profile->separator != '\0')
		return "separator";
	if (profile->timestamp.kind != FIELD_NONE)
		return "timestamp";
	if (words->signed_payload[0] == NULL ||
	    words->signed_payload[1] != NULL ||
	    strcmp(words->signed_payload[0], "{body}") != 0)
		return "signed_payload";
	return NULL;
}

bool
httpsig_make(struct profile *profile, const struct preset *words,
    struct profile_fault *fault)
{
	const char *idle = idle_word(profile, words);

	if (idle != NULL)
		return profile_refuse(fault, idle,
		    "has no effect with this scheme: the signature itself says "
		    "what it covers; see \"required_components\"");
	if (!profile_signs_in_headers(profile))
		return profile_refuse(fault, "signature",
		    "must be one or more header names with this scheme");
	if (profile->public_url != NULL &&
	    url_fault(profile->public_url, URL_REQUEST) != NULL)
		return profile_refuse(fault, "public_url",
		    "must be the URL that you gave to the sender, https://...");
	if (!make_required(profile, words))
		return profile_refuse(fault, "required_components",
		    "must be header names in lower case, or words such as "
		    "(request-target) of the drafts or @method of RFC 9421");
	if (!make_algorithms(profile, words))
		return profile_refuse(fault, "algorithms",
		    "must be rsa-sha256, rsa-sha512, ecdsa-sha256, ed25519 or "
		    "a name of RFC 9421");
	return true;
}
