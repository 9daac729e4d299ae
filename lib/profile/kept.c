/* kept.c - checks the setting keep_headers. */
#include <string.h>

#include "http/header.h"
#include "profile/kept.h"
#include "profile/scheme.h"
#include "profile/used_header.h"

static bool
refuse(struct profile_fault *fault, const char *text)
{
	fault->setting = "keep_headers";
	reason_set(&fault->why, "%s", text);
	return false;
}

static bool
is_signature(const struct profile *profile, const char *name)
{
	for (size_t i = 0; i < profile->nsignature; i++) {
		if (profile->signature[i].in != SIGNATURE_JSON &&
		    header_matches(profile->signature[i].text, name))
			return true;
	}
	return false;
}

/*
 * True for a header that says how the body was packed on its way.  The web
 * server has unpacked it, and libraries for HTTP and MIME would do it again.
 */
static bool
is_packing(const char *name)
{
	return header_same(name, "Transfer-Encoding") ||
	       header_same(name, "Content-Transfer-Encoding");
}

bool
kept_may(const struct profile *profile, const char *name, struct span value)
{
	return !is_packing(name) && !header_may_be_credential(name, value) &&
	       (profile->scheme->storable || !is_signature(profile, name));
}

bool
kept_make(struct profile *profile, const struct preset *words,
    struct profile_fault *fault)
{
	const struct span none = {NULL, 0};
	size_t n = 0;

	for (; n < PRESET_KEPT && words->keep_headers[n] != NULL; n++) {
		const char *text = words->keep_headers[n];

		if (!header_pattern_ok(text))
			return refuse(fault, HEADER_PATTERN_RULE);
		if (is_packing(text))
			return refuse(fault,
			    "would make readers unpack each event once more: "
			    "leave Transfer-Encoding and "
			    "Content-Transfer-Encoding out");
		if (strchr(text, '*') == NULL &&
		    !kept_may(profile, text, none) &&
		    !used_header(profile, text) &&
		    (!profile->scheme->storable ||
			!is_signature(profile, text)))
			return refuse(
			    fault, "would store a password in each event");
		profile->keep_headers[n] = text;
	}
	profile->nkeep_headers = n;
	return true;
}
