/* httpsig_rule.c - the settings of HTTP signatures. */
#include "cavage.h"
#include "component.h"
#include "httpsig.h"
#include "message.h"
#include "sigalg.h"

static bool
complain(const char **key, struct reason *why, const char *at, const char *text)
{
	*key = at;
	reason_set(why, "%s", text);
	return false;
}

static bool
is_field_name(const char *name)
{
	size_t len = strspn(name, "abcdefghijklmnopqrstuvwxyz0123456789-_");

	return len > 0 && len <= MESSAGE_FIELD_MAX && name[len] == '\0';
}

static bool
make_required(struct rule *rule, const struct preset *words)
{
	for (size_t i = 0; i < PRESET_REQUIRED; i++) {
		const char *name = words->required[i];

		if (name == NULL)
			break;
		if (!is_field_name(name) && !cavage_knows(span_str(name)) &&
		    !component_derives(span_str(name)))
			return false;
		rule->required[rule->nrequired++] = name;
	}
	return true;
}

static bool
make_algorithms(struct rule *rule, const struct preset *words)
{
	for (size_t i = 0; i < PRESET_ALGORITHMS; i++) {
		unsigned alg;

		if (words->algorithms[i] == NULL)
			break;
		if ((alg = sigalg_setting(words->algorithms[i])) == 0)
			return false;
		rule->algorithms |= alg;
	}
	if (rule->algorithms == 0)
		rule->algorithms = ALG_ALL;
	return true;
}

/* The words that the other schemes go by. */
static const char *
idle_word(const struct rule *rule, const struct preset *words)
{
	if (rule->prefix.len > 0)
		return "prefix";
	if (rule->separator != '\0')
		return "separator";
	if (rule->timestamp.kind != FIELD_NONE)
		return "timestamp";
	if (words->signed_text[0] == NULL || words->signed_text[1] != NULL ||
	    strcmp(words->signed_text[0], "{body}") != 0)
		return "signed";
	return NULL;
}

bool
httpsig_make(struct rule *rule, const struct preset *words, const char **key,
    struct reason *why)
{
	const char *idle = idle_word(rule, words);

	if (idle != NULL)
		return complain(key, why, idle,
		    "has no effect with this scheme, where the signature "
		    "says what it covers: see \"required\"");
	for (size_t i = 0; i < rule->nsignature; i++) {
		if (strpbrk(rule->signature[i], "*:") != NULL)
			return complain(key, why, "signature",
			    "must be header names with this scheme");
	}
	if (rule->url != NULL && !message_url_ok(rule->url))
		return complain(key, why, "url",
		    "must be the URL that the sender was given, https://...");
	if (!make_required(rule, words))
		return complain(key, why, "required",
		    "must be header names in lower case, or words such as "
		    "(request-target) of the drafts and @method of RFC 9421");
	if (!make_algorithms(rule, words))
		return complain(key, why, "algorithms",
		    "must be of rsa-sha256, rsa-sha512, ecdsa-sha256, ed25519 "
		    "and those of RFC 9421");
	return true;
}
