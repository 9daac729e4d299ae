/* body_variant.c - line ends, encodings, and the table of variants. */
#define _GNU_SOURCE /* fopencookie() */
#include <stdlib.h>
#include <string.h>

#include "base/encode.h"
#include "base/stream.h"
#include "body_variant.h"
#include "charset.h"
#include "parse/form.h"
#include "parse/json.h"

static const char bom[] = "\xef\xbb\xbf";

/* --- of any body --- */

static bool
ends_with(struct span body, const char *end)
{
	size_t len = strlen(end);

	return body.len >= len && span_is(span_skip(body, body.len - len), end);
}

static bool
add_lf(FILE *f, struct span body)
{
	stream_put(f, body);
	fputc('\n', f);
	return true;
}

static bool
add_crlf(FILE *f, struct span body)
{
	stream_put(f, body);
	fputs("\r\n", f);
	return true;
}

static bool
drop_line_end(FILE *f, struct span body)
{
	if (!ends_with(body, "\n"))
		return false;
	body.len -= ends_with(body, "\r\n") ? 2 : 1;
	stream_put(f, body);
	return true;
}

static bool
drop_blanks(FILE *f, struct span body)
{
	struct span whole = body;

	while (body.len > 0 && body.ptr[body.len - 1] != '\0' &&
	       strchr(" \t\r\n", body.ptr[body.len - 1]) != NULL)
		body.len--;
	while (body.len > 0 && body.ptr[0] != '\0' &&
	       strchr(" \t\r\n", body.ptr[0]) != NULL)
		body = span_skip(body, 1);
	stream_put(f, body);
	return body.len != whole.len;
}

static bool
to_lf(FILE *f, struct span body)
{
	bool changed = false;

	if (body.len == 0 || memchr(body.ptr, '\r', body.len) == NULL)
		return false;
	for (size_t i = 0; i < body.len; i++) {
		if (body.ptr[i] == '\r' && i + 1 < body.len &&
		    body.ptr[i + 1] == '\n')
			changed = true;
		else
			fputc(body.ptr[i], f);
	}
	return changed;
}

static bool
to_crlf(FILE *f, struct span body)
{
	bool changed = false;

	if (body.len == 0 || memchr(body.ptr, '\n', body.len) == NULL)
		return false;
	for (size_t i = 0; i < body.len; i++) {
		if (body.ptr[i] == '\n' &&
		    (i == 0 || body.ptr[i - 1] != '\r')) {
			fputc('\r', f);
			changed = true;
		}
		fputc(body.ptr[i], f);
	}
	return changed;
}

static bool
add_bom(FILE *f, struct span body)
{
	fputs(bom, f);
	stream_put(f, body);
	return true;
}

static bool
drop_bom(FILE *f, struct span body)
{
	if (!span_starts(body, span_str(bom)))
		return false;
	stream_put(f, span_skip(body, strlen(bom)));
	return true;
}

/* --- of a body that something put into something else --- */

static bool
from_base64(FILE *f, struct span body)
{
	unsigned char *bytes;
	ptrdiff_t n;

	/* Programs that write base64 like to end it with a line end. */
	while (body.len > 0 && (body.ptr[body.len - 1] == '\n' ||
				   body.ptr[body.len - 1] == '\r'))
		body.len--;
	if (body.len < 8 || (bytes = malloc(body.len)) == NULL)
		return false;
	n = decode_base64(bytes, body.len, body);
	if (n > 0)
		stream_put(f, span_mem(bytes, (size_t)n));
	free(bytes);
	return n > 0;
}

/* The body is a JSON string that has the JSON in it. */
static bool
from_json_string(FILE *f, struct span body)
{
	struct json_member member = {.value = body, .kind = JSON_STRING};
	char *text = NULL;
	size_t len = 0;

	if (body.len < 4 || body.ptr[0] != '"' || !json_valid(body) ||
	    !json_text(&member, &text, &len))
		return false;
	stream_put(f, span_mem(text, len));
	free(text);
	return true;
}

/* "payload=%7B...": the body is a form, one of whose fields has the JSON. */
static bool
from_payload(FILE *f, struct span body)
{
	char *text = NULL;
	size_t len = 0;

	if (!span_starts(body, span_str("payload=")) ||
	    form_field(body, "payload", &text, &len) != LOOKUP_FOUND)
		return false;
	stream_put(f, span_mem(text, len));
	free(text);
	return true;
}

static const struct {
	bool (*write)(FILE *f, struct span body); /* false: nothing changed */
	const char *what;
} plain[] = {
    {add_lf, "with a line end (LF) behind it"},
    {drop_line_end, "without the line end behind it"},
    {add_crlf, "with a line end (CR LF) behind it"},
    {drop_blanks, "without the white space around it"},
    {to_lf, "with LF in place of CR LF"},
    {to_crlf, "with CR LF in place of LF"},
    {drop_bom, "without the byte order mark before it"},
    {add_bom, "with a byte order mark before it"},
    {from_base64, "as the bytes that this base64 stands for"},
    {from_json_string, "as the JSON that is in this JSON string"},
    {from_payload, "as the JSON in the field payload of this form"},
    {charset_utf16_to_utf8, "in UTF-8, and came in UTF-16"},
    {charset_latin1_to_utf8, "in UTF-8, and came in Latin-1"},
    {charset_utf8_to_latin1,
	"in Latin-1, or was encoded as UTF-8 once more on its way"},
};

#define PLAIN_N (sizeof(plain) / sizeof(plain[0]))

/* --- JSON: space, characters, marks, and a line end behind it --- */

#define JSON_N                                                   \
	((size_t)JSONFORM_SPACE__COUNT * JSONFORM_CHARS__COUNT * \
	    JSONFORM_MARKS__COUNT * 2)

static struct jsonform
json_variant(size_t i, bool *line_end)
{
	struct jsonform form;

	/* The line end changes fastest, the space slowest. */
	*line_end = i % 2 != 0;
	i /= 2;
	form.marks = (enum jsonform_marks)(i % JSONFORM_MARKS__COUNT);
	i /= JSONFORM_MARKS__COUNT;
	form.chars = (enum jsonform_chars)(i % JSONFORM_CHARS__COUNT);
	form.space = (enum jsonform_space)(i / JSONFORM_CHARS__COUNT);
	return form;
}

/*
 * Would a program write that?  Line ends, and indentation, come with one other
 * change, or with those that a program is known for.  To write a large body in
 * all ways takes too long.
 */
static bool
is_plausible(const struct jsonform *form, bool line_end)
{
	static const struct {
		enum jsonform_chars chars;
		enum jsonform_marks marks;
	} known[] = {{JSONFORM_CHARS_RAW, JSONFORM_SLASH_RAW},
	    {JSONFORM_CHARS_RAW, JSONFORM_HTML_RAW},
	    {JSONFORM_CHARS_RAW, JSONFORM_HTML_ESCAPED},    /* Go */
	    {JSONFORM_CHARS_LOWER, JSONFORM_SLASH_ESCAPED}, /* PHP */
	    {JSONFORM_CHARS_UPPER, JSONFORM_HTML_ESCAPED}}; /* .NET */

	if (form->chars == JSONFORM_CHARS_KEEP ||
	    form->marks == JSONFORM_MARKS_KEEP)
		return true;
	if (line_end)
		return false;
	if (form->space <= JSONFORM_SPACED)
		return true;
	for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++) {
		if (form->chars == known[i].chars &&
		    form->marks == known[i].marks)
			return true;
	}
	return false;
}

static bool
write_json(
    FILE *f, struct span body, const struct jsonform_facts *facts, size_t i)
{
	bool line_end;
	struct jsonform form = json_variant(i, &line_end);

	return is_plausible(&form, line_end) &&
	       jsonform_write(f, body, &form, facts);
}

/* --- room --- */

/* Append bytes: the function of a stream. */
static ssize_t
append(void *arg, const char *bytes, size_t n)
{
	struct body_variants *v = arg;
	size_t room = v->len + n > v->room ? 2 * (v->len + n) : v->room;
	unsigned char *more =
	    room == v->room ? v->bytes : realloc(v->bytes, room);

	if (more == NULL)
		return 0;
	v->bytes = more;
	v->room = room;
	memcpy(v->bytes + v->len, bytes, n);
	v->len += n;
	return (ssize_t)n;
}

void
body_variants_free(struct body_variants *v)
{
	free(v->bytes);
	*v = (struct body_variants){.bytes = NULL};
}

/* The variant before it has only the line end less. */
static bool
adds_line_end(size_t i)
{
	struct jsonform form;
	bool line_end = false;

	if (i >= PLAIN_N)
		form = json_variant(i - PLAIN_N, &line_end);
	return line_end && is_plausible(&form, true);
}

static bool
write_variant(struct body_variants *v, size_t i, struct span body)
{
	const cookie_io_functions_t io = {.write = append};
	FILE *f;
	bool ok, whole;

	if (adds_line_end(i))
		return v->last == i && append(v, "\n", 1) == 1;
	v->len = 0;
	if ((f = fopencookie(v, "w", io)) == NULL)
		return false;
	ok = i < PLAIN_N ? plain[i].write(f, body)
			 : write_json(f, body, &v->facts, i - PLAIN_N);
	whole = ferror(f) == 0;
	return fclose(f) == 0 && whole && ok;
}

size_t
body_variant_count(void)
{
	return PLAIN_N + JSON_N;
}

bool
body_variant_make(
    struct body_variants *v, size_t i, struct span body, struct span *made)
{
	bool ok;

	if (i == 0)
		jsonform_look(&v->facts, body);
	ok = write_variant(v, i, body);
	v->last = ok ? i + 1 : 0;
	*made = span_mem(v->bytes, v->len);
	return ok && !span_eq(*made, body);
}

void
body_variant_describe(size_t i, FILE *out)
{
	struct jsonform form;
	bool line_end;

	if (i < PLAIN_N) {
		fputs(plain[i].what, out);
		return;
	}
	form = json_variant(i - PLAIN_N, &line_end);
	jsonform_describe(out, &form);
	if (line_end)
		fputs(", with a line end (LF) behind it", out);
}
