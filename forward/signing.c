/* signing.c - CloudEvents' headers, and Standard Webhooks' signature. */
#include <inttypes.h>
#include <stdio.h>

#include "base/encode.h"
#include "crypto/digest.h"
#include "event_headers.h"
#include "signing.h"

#define ATTRIBUTE "Ce-"
#define VERSION   "v1,"

/* With a space before it, and without a NUL. */
_Static_assert(sizeof(VERSION) - 1 + ENCODE_BASE64_ROOM(DIGEST_SHA256_LEN) <=
		   SIGNING_MAX / SECRETS_MAX,
    "a signature has room");

bool
signing_header(struct span *rest, struct span *line)
{
	while (rest->ptr != NULL) {
		const struct span one = span_cut(rest, '\n');
		const struct span name = span_before(one, ':');

		if (name.len == one.len ||
		    (!span_starts_nocase(name, ATTRIBUTE) &&
			!span_is_nocase(name, event_line[LINE_CONTENT_TYPE]) &&
			!span_is_nocase(
			    name, event_line[LINE_CONTENT_ENCODING])))
			continue;
		*line = one;
		return true;
	}
	return false;
}

void
signing_sign(char dst[static SIGNING_MAX], const struct secrets *secrets,
    struct span id, int64_t time, struct span body)
{
	unsigned char mac[DIGEST_MAX];
	char stamp[32];
	size_t used = 0;

	snprintf(stamp, sizeof(stamp), ".%" PRId64 ".", time);
	*dst = '\0';
	for (size_t i = 0; i < secrets->n; i++) {
		const struct span part[] = {id, span_str(stamp), body};

		/* No secret is empty: secret.h. */
		digest_hmac(DIGEST_SHA256, secret_at(secrets, i), part, 3, mac);
		used += (size_t)snprintf(dst + used, SIGNING_MAX - used,
		    "%s" VERSION, i > 0 ? " " : "");
		encode_base64(dst + used, span_mem(mac, DIGEST_SHA256_LEN));
		used += strlen(dst + used);
	}
}
