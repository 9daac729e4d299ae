/* sigform.c - forms of signatures, told apart. */
#include <stdbool.h>
#include <string.h>

#include "base/encode.h"
#include "base/timestamp.h"
#include "http/request.h"
#include "sigform.h"

/* Bytes of the shortest text that is taken for a signature. */
#define BYTES_MIN 16

static const struct {
	size_t bytes;
	const char *name;
} digest[] = {
    {16, "md5"}, {20, "sha1"}, {32, "sha256"}, {48, "sha384"}, {64, "sha512"}};

const char *
sigform_digest(size_t bytes)
{
	for (size_t i = 0; i < sizeof(digest) / sizeof(digest[0]); i++) {
		if (digest[i].bytes == bytes)
			return digest[i].name;
	}
	return NULL;
}

/* Three parts in base64url, of which the first is a JSON object. */
static bool
is_jwt(struct span text)
{
	unsigned char part[REQUEST_HEADER_MAX];
	size_t n = 0;

	if (!span_starts(text, span_str("eyJ")))
		return false;
	for (; text.ptr != NULL; n++) {
		struct span one = span_cut(&text, '.');

		if (one.len == 0 || decode_base64(part, sizeof(part), one) <= 0)
			return false;
	}
	return n == 3;
}

/* "WORD=..." with a time behind the word, and another "WORD=...". */
static bool
is_timed(struct span text)
{
	const char separator = span_has(text, ";") ? ';' : ',';
	size_t times = 0, others = 0;
	int64_t time;

	while (text.ptr != NULL) {
		struct span value = span_trim(span_cut(&text, separator));
		struct span word = span_cut(&value, '=');

		if (value.ptr == NULL || word.len == 0 || word.len > 16)
			continue;
		if (value.len >= 10 && timestamp_parse(value, &time))
			times++;
		else if (value.len >= BYTES_MIN)
			others++;
	}
	return times == 1 && others > 0;
}

/* "v1,BASE64", and more of them with blanks between them. */
static bool
is_standard(struct span text)
{
	struct span first = span_cut(&text, ' ');

	return (span_starts(first, span_str("v1,")) ||
		   span_starts(first, span_str("v1a,"))) &&
	       first.len > BYTES_MIN;
}

/* Without a word and a mark before it: "sha256=", "v1:", "HMAC ". */
static struct span
without_word(struct span text)
{
	size_t n = 0;

	while (n < text.len && n < 24 && text.ptr[n] != '\0' &&
	       strchr("=:, ", text.ptr[n]) == NULL)
		n++;
	/* What is at the end is the padding of base64. */
	if (n + BYTES_MIN >= text.len || n == 24)
		return text;
	return span_trim(span_skip(text, n + 1));
}

/* Fill in the length; false if it is neither hexadecimal nor base64. */
static bool
measure(struct sigform *form, struct span text)
{
	unsigned char bytes[REQUEST_HEADER_MAX];
	ptrdiff_t n = (ptrdiff_t)text.len / 2;

	if (text.len < BYTES_MIN || text.len > sizeof(bytes))
		return false;
	form->hex = decode_hex(bytes, text.len / 2, text);
	if (!form->hex)
		n = decode_base64(bytes, sizeof(bytes), text);
	if (n < 0)
		return false;
	form->bytes = (size_t)n;
	return true;
}

struct sigform
sigform_of(struct span value)
{
	struct sigform form = {.kind = SIGFORM_NONE};
	struct span text = span_trim(value);
	bool bearer = span_starts_nocase(text, "Bearer ");

	form.token = bearer ? span_trim(span_skip(text, 7)) : text;
	if (text.len > REQUEST_HEADER_MAX)
		return form;
	if (is_jwt(form.token))
		form.kind = SIGFORM_JWT;
	else if (bearer)
		form.kind = SIGFORM_BEARER;
	else if (span_starts_nocase(text, "Basic "))
		form.kind = SIGFORM_BASIC;
	else if ((span_has(text, "keyId=\"") || span_has(text, "keyid=\"")) &&
		 span_has(text, "signature=\""))
		form.kind = SIGFORM_HTTPSIG;
	else if (is_standard(text))
		form.kind = SIGFORM_STANDARD;
	else if (is_timed(text))
		form.kind = SIGFORM_TIMED;
	else if (measure(&form, text) || measure(&form, without_word(text)))
		form.kind = sigform_digest(form.bytes) != NULL ? SIGFORM_MAC
							       : SIGFORM_BYTES;
	return form;
}
