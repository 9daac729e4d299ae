/* standard.c - makes the settings of Standard Webhooks. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "crypto/sigalg.h"
#include "verify/standard.h"

/*
 * A setting that has no effect because the scheme itself determines it, or
 * NULL.
 */
static const char *
idle_word(const struct preset *words)
{
	if (words->prefix != NULL)
		return "prefix";
	if (words->separator != NULL)
		return "separator";
	if (words->timestamp != NULL)
		return "timestamp";
	if (words->signed_payload[0] != NULL)
		return "signed_payload";
	if (words->required_components[0] != NULL)
		return "required_components";
	return words->algorithms[0] != NULL ? "algorithms" : NULL;
}

/* Characters of name before "signature"; 0 if name does not end so. */
static size_t
stem_len(const char *name)
{
	static const char last[] = "-signature";
	size_t len = strlen(name);

	if (len < sizeof(last) ||
	    strcasecmp(name + len - strlen(last), last) != 0)
		return 0;
	return len - strlen("signature");
}

/*
 * Make the settings id, timestamp and signed_payload from the stem, all in one
 * malloc'd block.
 */
static bool
make_words(
    struct profile *profile, struct preset *words, const char *stem, int len)
{
	size_t room = (size_t)len + sizeof("{header:id}.{ts}.{body}");
	char *id = malloc(3 * room), *time, *text;

	if (id == NULL)
		return false;
	time = id + room;
	text = time + room;
	snprintf(id, room, "header:%.*sid", len, stem);
	snprintf(time, room, "header:%.*stimestamp", len, stem);
	snprintf(text, room, "{header:%.*sid}.{ts}.{body}", len, stem);
	profile->owned = id;
	words->timestamp = time;
	words->timestamp_format = "seconds";
	words->signed_payload[0] = text;
	if (words->id == NULL)
		words->id = id;
	return true;
}

bool
standard_prepare(
    struct profile *profile, struct preset *words, struct profile_fault *fault)
{
	const char *idle = idle_word(words);
	size_t len;

	if (idle != NULL)
		return profile_refuse(fault, idle,
		    "has no effect: it is fixed in Standard Webhooks");
	if (words->timestamp_format != NULL &&
	    strcmp(words->timestamp_format, "seconds") != 0)
		return profile_refuse(fault, "timestamp_format",
		    "must be seconds: it is fixed in Standard Webhooks");
	if (words->digest != NULL && strcmp(words->digest, "sha256") != 0)
		return profile_refuse(fault, "digest",
		    "must be sha256: it is fixed in Standard Webhooks");
	if (words->signature[0] == NULL)
		words->signature[0] = "webhook-signature";
	len = stem_len(words->signature[0]);
	if (len == 0 || words->signature[1] != NULL)
		return profile_refuse(fault, "signature",
		    "must be one header name that ends in -signature");
	if (!make_words(profile, words, words->signature[0], (int)len))
		return profile_refuse(fault, "signature", "out of memory");
	words->prefix = "v1,";
	words->separator = " ";
	if (words->type == NULL)
		words->type = "json:type";
	if (words->secret_encoding == NULL)
		words->secret_encoding = "whsec";
	if (words->signature_encoding == NULL)
		words->signature_encoding = "base64";
	return true;
}

bool
standard_make(struct profile *profile, const struct preset *words,
    struct profile_fault *fault)
{
	(void)words;
	(void)fault;
	profile->asymmetric_prefix = span_str("v1a,");
	profile->algorithms = ALG_ED25519;
	return true;
}
