/* text.c - encodings, once more and apart from the library's. */
#include "text.h"

#include <ctype.h>
#include <openssl/evp.h>
#include <stdio.h>

#include "../fuzz.h"

#define FIELDS 256

void
text_hex(struct span raw, struct bytes *dst)
{
	char digits[3];

	for (size_t i = 0; i < raw.len; i++) {
		snprintf(digits, sizeof(digits), "%02x", raw.ptr[i]);
		bytes_put(dst, digits);
	}
}

void
text_base64(struct span raw, bool url, struct bytes *dst)
{
	unsigned char *text = malloc(4 * (raw.len / 3 + 1) + 1);
	int n;

	must(text != NULL);
	n = EVP_EncodeBlock(text, raw.ptr, (int)raw.len);
	while (url && n > 0 && text[n - 1] == '=')
		n--;
	for (int i = 0; url && i < n; i++) {
		if (text[i] == '+')
			text[i] = '-';
		else if (text[i] == '/')
			text[i] = '_';
	}
	bytes_add(dst, span_mem(text, (size_t)n));
	free(text);
}

void
text_lower(struct span text, struct bytes *dst)
{
	for (size_t i = 0; i < text.len; i++) {
		char c = (char)tolower(text.ptr[i]);

		bytes_add(dst, span_mem(&c, 1));
	}
}

void
text_quote(struct span text, struct bytes *dst)
{
	char escape[8];

	bytes_put(dst, "\"");
	for (size_t i = 0; i < text.len; i++) {
		unsigned char c = text.ptr[i];

		if (c < 0x20 || c == '"' || c == '\\') {
			snprintf(escape, sizeof(escape), "\\u%04x", c);
			bytes_put(dst, escape);
		} else {
			bytes_add(dst, span_mem(&text.ptr[i], 1));
		}
	}
	bytes_put(dst, "\"");
}

static size_t
digest(const char *name, struct span data, unsigned char md[static 64])
{
	char word[16];
	size_t len = 64;

	snprintf(word, sizeof(word), "%.*s", (int)strcspn(name, ":"), name);
	must(EVP_Q_digest(NULL, word, NULL, data.ptr, data.len, md, &len) == 1);
	return len;
}

void
text_hex_digest(const char *name, struct span data, struct bytes *dst)
{
	unsigned char md[64];
	size_t len = digest(name, data, md);

	text_hex(span_mem(md, len), dst);
}

void
text_base64_digest(struct span data, struct bytes *dst)
{
	unsigned char md[64];
	size_t len = digest("sha256", data, md);

	text_base64(span_mem(md, len), false, dst);
}

unsigned long
text_crc32(struct span data)
{
	uint32_t crc = 0xffffffff;

	for (size_t i = 0; i < data.len; i++) {
		crc ^= data.ptr[i];
		for (int k = 0; k < 8; k++)
			crc = (crc >> 1) ^ (crc & 1 ? 0xedb88320 : 0);
	}
	return crc ^ 0xffffffff;
}

/* --- forms --- */

/* The byte that %XX at text stands for, or -1. */
static int
decode_hex_pair(struct span text)
{
	char digits[3] = {0};

	if (text.len < 3)
		return -1;
	memcpy(digits, text.ptr + 1, 2);
	if (!isxdigit((unsigned char)digits[0]) ||
	    !isxdigit((unsigned char)digits[1]))
		return -1;
	return (int)strtol(digits, NULL, 16);
}

static bool
decode(struct span text, struct bytes *dst)
{
	char *plain = malloc(text.len + 1);
	size_t n = 0;
	int c = 0;

	must(plain != NULL);
	while (text.len > 0 && c >= 0) {
		size_t used = 1;

		c = text.ptr[0] == '+' ? ' ' : text.ptr[0];
		if (c == '%') {
			c = decode_hex_pair(text);
			used = 3;
		}
		plain[n++] = (char)c;
		text = span_skip(text, used);
	}
	if (c >= 0)
		bytes_add(dst, span_mem(plain, n));
	free(plain);
	return c >= 0;
}

struct field {
	struct bytes name, value;
};

struct fields {
	size_t n;
	struct field field[FIELDS];
};

static void
free_fields(struct fields *all)
{
	for (size_t i = 0; i < FIELDS; i++) {
		bytes_free(&all->field[i].name);
		bytes_free(&all->field[i].value);
	}
	free(all);
}

static struct fields *
read_fields(struct span body)
{
	struct fields *all = calloc(1, sizeof(*all));

	must(all != NULL);
	while (body.ptr != NULL) {
		struct span value = span_cut(&body, '&'), name;

		if (value.len == 0)
			continue;
		name = span_cut(&value, '=');
		if (all->n == FIELDS ||
		    !decode(name, &all->field[all->n].name) ||
		    !decode(value, &all->field[all->n].value)) {
			free_fields(all);
			return NULL;
		}
		all->n++;
	}
	return all;
}

bool
text_form_field(struct span body, const char *name, struct bytes *dst)
{
	struct fields *all = read_fields(body);
	size_t found = 0;

	for (size_t i = 0; all != NULL && i < all->n; i++) {
		if (span_is(bytes_span(&all->field[i].name), name)) {
			bytes_add(dst, bytes_span(&all->field[i].value));
			found++;
		}
	}
	if (all != NULL)
		free_fields(all);
	return found == 1;
}

static int
compare(struct span a, struct span b)
{
	size_t n = a.len < b.len ? a.len : b.len;
	int order = n == 0 ? 0 : memcmp(a.ptr, b.ptr, n);

	if (order != 0)
		return order;
	return a.len < b.len ? -1 : a.len > b.len;
}

static int
by_name(const void *a, const void *b)
{
	const struct field *x = a, *y = b;
	int order = compare(bytes_span(&x->name), bytes_span(&y->name));

	return order != 0
		   ? order
		   : compare(bytes_span(&x->value), bytes_span(&y->value));
}

bool
text_sorted_form(struct span body, struct bytes *dst)
{
	struct fields *all = read_fields(body);

	if (all == NULL)
		return false;
	qsort(all->field, all->n, sizeof(all->field[0]), by_name);
	for (size_t i = 0; i < all->n; i++) {
		if (i > 0 && by_name(&all->field[i - 1], &all->field[i]) == 0)
			continue;
		bytes_add(dst, bytes_span(&all->field[i].name));
		bytes_add(dst, bytes_span(&all->field[i].value));
	}
	free_fields(all);
	return true;
}

/* --- times --- */

static struct tm
utc(time_t when)
{
	struct tm tm;

	if (gmtime_r(&when, &tm) == NULL)
		tm = (struct tm){.tm_mday = 1, .tm_year = 70};
	return tm;
}

void
text_rfc3339(char *dst, size_t room, time_t when)
{
	struct tm tm = utc(when);

	if (strftime(dst, room, "%Y-%m-%dT%H:%M:%SZ", &tm) == 0)
		dst[0] = '\0';
}

void
text_imf(char *dst, size_t room, time_t when)
{
	struct tm tm = utc(when);

	if (strftime(dst, room, "%a, %d %b %Y %H:%M:%S GMT", &tm) == 0)
		dst[0] = '\0';
}

/* Date and time of day, and what stands for the zone. */
static void
text_clock(char *dst, size_t room, time_t when, const char *zone)
{
	char text[64];

	text_rfc3339(text, sizeof(text), when);
	snprintf(dst, room, "%.*s%s", (int)strlen("2026-11-21T20:30:00"), text,
	    zone);
}

void
text_time(char *dst, size_t room, time_t when, long form)
{
	static const char *const behind[FORMS] = {[FORM_MS] = "000",
	    [FORM_US] = "000000",
	    [FORM_NS] = "000000000",
	    [FORM_DECIMAL] = ".125",
	    [FORM_UTC] = "",
	    [FORM_OFFSET] = "+0000",
	    [FORM_UTC_WORD] = " UTC"};
	const char *more = form >= 0 && form < FORMS && behind[form] != NULL
			       ? behind[form]
			       : "";

	switch (form) {
	case FORM_RFC3339:
		text_rfc3339(dst, room, when);
		break;
	case FORM_IMF:
		text_imf(dst, room, when);
		break;
	case FORM_UTC:
	case FORM_OFFSET:
	case FORM_UTC_WORD:
		text_clock(dst, room, when, more);
		break;
	default:
		snprintf(dst, room, "%lld%s", (long long)when, more);
		break;
	}
}
