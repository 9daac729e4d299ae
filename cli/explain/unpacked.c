/* unpacked.c - decodes as the receiver does. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "http/inflate.h"
#include "unpacked.h"

/* What the first bytes say of the compression; NULL: nothing. */
static const char *
coding_of(struct span body)
{
	if (span_starts(body, span_str("\x1f\x8b\x08")))
		return "gzip";
	/* RFC 1950, section 2.2: the two bytes are a multiple of 31. */
	if (body.len > 6 && body.ptr[0] == 0x78 &&
	    (body.ptr[0] * 256 + body.ptr[1]) % 31 == 0)
		return "deflate";
	return NULL;
}

/* Content-Encoding is lost: decode as if it were there. */
static void
make_unnamed(struct unpacked *dst, const struct request *raw,
    const char *coding, size_t max)
{
	char text[sizeof("HTTP_CONTENT_ENCODING=deflate")];
	struct request named = *raw;
	struct reason why;
	char **env;
	size_t n = 0;

	while (raw->env[n] != NULL)
		n++;
	if ((env = calloc(n + 2, sizeof(*env))) == NULL)
		return;
	snprintf(text, sizeof(text), "HTTP_CONTENT_ENCODING=%s", coding);
	env[0] = text;
	memcpy(env + 1, raw->env, n * sizeof(*env));
	named.env = env;
	if (inflate_request(&dst->req, &named, max, NULL, &why) == ST_OK) {
		dst->body = dst->req.body;
		dst->coding = dst->req.decoded;
		dst->req.env = raw->env;
	}
	free(env);
}

void
unpacked_make(struct unpacked *dst, const struct request *raw, size_t max)
{
	const char *coding = coding_of(raw->body);
	struct span value;

	*dst = (struct unpacked){.named = false};
	dst->status = inflate_request(&dst->req, raw, max, NULL, &dst->why);
	if (dst->status == ST_OK && dst->req.decoded != NULL) {
		dst->named = true;
		dst->body = dst->req.body;
		dst->coding = dst->req.decoded;
	} else if (coding != NULL && request_header(raw, "Content-Encoding",
					 &value) == REQUEST_NONE) {
		make_unnamed(dst, raw, coding, max);
	}
}

void
unpacked_free(struct unpacked *unpacked)
{
	request_free(&unpacked->req);
	*unpacked = (struct unpacked){.named = false};
}
