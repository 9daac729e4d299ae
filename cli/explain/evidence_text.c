/* evidence_text.c - texts of the request, to be read and to be shown. */
#include <string.h>

#include "base/shown.h"
#include "evidence_kinds.h"
#include "http/header.h"
#include "profile/scheme.h"

const char *
evidence_shown(const struct evidence *e, char dst[static EVIDENCE_SHOWN_MAX],
    struct span text)
{
	static const char digit[] = "0123456789abcdef";
	size_t n = 0;

	if (describe_hides(&e->d, text) || header_may_be_credential("", text))
		return SHOWN_NOTHING;
	for (size_t i = 0; i < text.len; i++) {
		unsigned char c = text.ptr[i];

		if (n + sizeof("\\x00...") > EVIDENCE_SHOWN_MAX) {
			memcpy(dst + n, "...", 3);
			n += 3;
			break;
		}
		if (c >= 0x20 && c < 0x7f) {
			dst[n++] = (char)c;
			continue;
		}
		memcpy(dst + n, "\\x", 2);
		dst[n + 2] = digit[c >> 4];
		dst[n + 3] = digit[c & 15];
		n += 4;
	}
	dst[n] = '\0';
	return dst;
}

struct span
evidence_value(const struct evidence *e)
{
	const struct profile *profile = &e->d.prov->profile;
	struct span value = {NULL, 0};

	for (size_t i = 0; i < profile->nsignature; i++) {
		if (request_header(e->d.req, profile->signature[i].text,
			&value) == REQUEST_ONE &&
		    (!profile->scheme->claims ||
			profile_has_prefix(profile, value)))
			break;
		value = (struct span){NULL, 0};
	}
	if (value.len > 0 && profile->scheme->claims)
		value = span_skip(value, profile->prefix.len);
	return value;
}
