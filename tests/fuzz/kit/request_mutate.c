/* request_mutate.c - lines doubled, dropped, cut and lied in. */
#include "request_mutate.h"

#include <stdio.h>

#include "../fuzz.h"
#include "mutate.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

/* A line of the head, without its end. */
struct line {
	size_t at, len;
};

static struct line
pick_line(const struct bytes *text, struct chance *chance)
{
	struct line line = {0, 0};
	size_t n = 0, which;
	const char *end = text->len == 0 ? NULL : strstr(text->ptr, "\n\n");
	size_t head = end == NULL ? text->len : (size_t)(end - text->ptr);

	for (size_t i = 0; i < head; i++)
		n += text->ptr[i] == '\n';
	which = chance_below(chance, n + 1);
	while (which > 0)
		which -= text->ptr[line.at++] == '\n';
	while (line.at + line.len < text->len &&
	       text->ptr[line.at + line.len] != '\n')
		line.len++;
	return line;
}

static void
again(struct bytes *text, struct line line, size_t times)
{
	struct bytes copy = {NULL, 0};

	while (times-- > 0) {
		bytes_add(&copy, span_mem(text->ptr + line.at, line.len));
		bytes_put(&copy, "\n");
	}
	bytes_splice(text, line.at, 0, bytes_span(&copy));
	bytes_free(&copy);
}

static void
change_value(struct bytes *text, struct line line, struct chance *chance)
{
	static const char *const value[] = {"0", "1", "2", "-1", "4294967296",
	    "9223372036854775807", "9223372036854775808",
	    "18446744073709551616", "1e3", " 2 ", "", "a\tb", "a: b",
	    "2026-11-21T20:30:00.123456Z", "2026-11-21T20:30:00.12345678Z",
	    "2026-11-21T20:30:00Z", "2026-02-30T20:30:00.000000Z",
	    "9999-12-31T23:59:60.999999Z", "1970-01-01T00:00:00.0-0001Z", "now",
	    "https", "hmac-sha256 secret=1", "\x7f", "caf\xc3\xa9"};
	struct span rest = span_mem(text->ptr + line.at, line.len);
	struct bytes part = {NULL, 0};
	size_t skip = span_cut(&rest, ':').len + 1;

	if (rest.ptr == NULL)
		return;
	bytes_add(&part, rest);
	if (chance_one_in(chance, 2))
		mutate_number(&part, chance);
	else if (chance_one_in(chance, 3))
		mutate_bytes(&part, chance);
	else
		bytes_splice(&part, 0, part.len,
		    span_str(value[chance_below(chance, COUNT(value))]));
	if (chance_one_in(chance, 2))
		bytes_splice(&part, 0, 0, span_str(" "));
	bytes_splice(text, line.at + skip, rest.len, bytes_span(&part));
	bytes_free(&part);
}

static void
add_line(struct bytes *text, size_t at, struct chance *chance)
{
	static const char *const head[] = {"Content-Length: 2", "Host: a",
	    "content-length: 3", "Content_Length: 4", "Content-Type: a/b",
	    "Hookdir-Held: 2026-11-21T20:30:00.123456Z", "Hookdir-Reason: none",
	    "Hookdir-Verified: hmac-sha256 secret=1", "Hookdir-Scheme: https",
	    "Hookdir-: a", "Hookdir-Body: spooled", "hookdir-held: 1",
	    "Hookdir_Held: 1700000000", "Ce-Time: 2026-11-21T20:30:00.5Z",
	    "Cookie: a=b", "Authorization: Bearer a", "X-Api-Token: a",
	    "X-Coral-Signature: sha256=00", "x_coral_signature: sha256=01",
	    "X-A:", "X-A: \t b \t", ": b", "X A: b", "X-\xff: b",
	    "POST /hooks?a=b HTTP/1.1", "GET  / HTTP/1.1", "HEAD /", "",
	    " folded"};
	struct bytes line = {NULL, 0};

	bytes_put(&line, head[chance_below(chance, COUNT(head))]);
	bytes_put(&line, chance_one_in(chance, 4) ? "\r\n" : "\n");
	bytes_splice(text, at, 0, bytes_span(&line));
	bytes_free(&line);
}

void
request_mutate(struct bytes *text, struct chance *chance)
{
	static const size_t times[] = {1, 1, 2, 3, 197, 198, 199, 200, 201};
	struct line line = pick_line(text, chance);

	switch (chance_below(chance, 9)) {
	case 0:
		again(text, line, times[chance_below(chance, COUNT(times))]);
		break;
	case 1:
		bytes_splice(text, line.at, line.len + 1, span_str(""));
		break;
	case 2:
	case 3:
		add_line(text, line.at, chance);
		break;
	case 4:
		bytes_splice(text, line.at + line.len, 0, span_str("\r"));
		break;
	case 5:
		bytes_splice(text, line.at + chance_below(chance, line.len + 1),
		    0, span_mem(chance_one_in(chance, 2) ? "\0" : "\r", 1));
		break;
	case 6:
		mutate_bytes(text, chance);
		break;
	default:
		change_value(text, line, chance);
		break;
	}
}
