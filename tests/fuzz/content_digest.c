/*
 * content_digest.c - a line as Digest or Content-Digest of what follows.
 *
 * None passes that does not hold a digest of that very body in base64, in
 * either alphabet; and the right one does pass.
 */
#include "http/content_digest.h"
#include "base/encode.h"
#include "crypto/digest.h"
#include "fuzz.h"

static bool
holds(struct span header, const char *text)
{
	size_t len = strlen(text);

	while (header.len >= len && !span_starts(header, span_str(text)))
		header = span_skip(header, 1);
	return header.len >= len;
}

/* The digest of body in base64 without its padding; url: for URLs. */
static void
spell(char *dst, enum digest md, struct span body, bool url)
{
	unsigned char hash[DIGEST_MAX];

	digest_hash(md, &body, 1, hash);
	encode_base64(dst, span_mem(hash, digest_len(md)));
	for (char *c = dst; *c != '\0'; c++) {
		if (url && *c == '+')
			*c = '-';
		else if (url && *c == '/')
			*c = '_';
		else if (*c == '=')
			*c = '\0';
	}
}

static bool
has_digest(struct span header, struct span body)
{
	static const enum digest md[] = {DIGEST_SHA256, DIGEST_SHA512};
	char text[DIGEST_TEXT_MAX];

	for (size_t i = 0; i < 4; i++) {
		spell(text, md[i / 2], body, i % 2 == 1);
		if (holds(header, text))
			return true;
	}
	return false;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct span body = span_mem(data, size);
	struct span header = span_cut(&body, '\n');
	char text[DIGEST_TEXT_MAX], good[DIGEST_TEXT_MAX + 16];
	struct reason why = {""};

	if (content_digest_check_draft(header, body, &why) == ST_OK)
		must(has_digest(header, body));
	else
		must(why.text[0] != '\0');
	if (content_digest_check(header, body, &why) == ST_OK)
		must(has_digest(header, body));
	spell(text, DIGEST_SHA256, body, false);
	snprintf(good, sizeof(good), "sha-256=:%s=:", text);
	must(content_digest_check(span_str(good), body, &why) == ST_OK);
	snprintf(good, sizeof(good), "Sha-256=%s", text);
	must(content_digest_check_draft(span_str(good), body, &why) == ST_OK);
	return 0;
}
