/* form.c - reads forms; decodes only what the caller asks for. */
#include <stdlib.h>

#include "base/encode.h"
#include "parse/form.h"

/*
 * Name and value are still encoded: decoding the whole form would take its size
 * in memory again.
 */
struct field {
	struct span name;
	struct span value;
};

/* Take one byte off the front of text and decode it.  False if malformed. */
static bool
next_byte(struct span *text, unsigned char *byte)
{
	bool plus = text->ptr[0] == '+';

	if (!decode_percent(text, byte))
		return false;
	if (plus)
		*byte = ' ';
	return true;
}

static bool
is_well_formed(struct span text)
{
	unsigned char byte;

	while (text.len > 0) {
		if (!next_byte(&text, &byte))
			return false;
	}
	return true;
}

/*
 * Take the next field.  A field without '=' has an empty value.  False if the
 * field is malformed.
 */
static bool
next_field(struct span *rest, struct field *field)
{
	field->value = span_cut(rest, '&');
	field->name = span_cut(&field->value, '=');
	return is_well_formed(field->name) && is_well_formed(field->value);
}

/* Write text, decoded, to *at, and move *at to its end. */
static void
put_decoded(char **at, struct span text)
{
	unsigned char byte;

	while (text.len > 0 && next_byte(&text, &byte))
		*(*at)++ = (char)byte;
}

/* All fields, decoded and joined: malloc'd, or NULL when out of memory. */
static char *
join(const struct field field[], size_t n, size_t *len)
{
	size_t room = 1;
	char *text, *at;

	for (size_t i = 0; i < n; i++)
		room += field[i].name.len + field[i].value.len;
	if ((text = at = malloc(room)) == NULL)
		return NULL;
	for (size_t i = 0; i < n; i++) {
		put_decoded(&at, field[i].name);
		put_decoded(&at, field[i].value);
	}
	*at = '\0';
	*len = (size_t)(at - text);
	return text;
}

/*
 * The number of bytes that are the same at the beginning of a and b.  An escape
 * is never cut in two.
 */
static size_t
same_bytes(struct span a, struct span b)
{
	size_t n = 0;

	while (n < a.len && n < b.len && a.ptr[n] == b.ptr[n])
		n++;
	if (n > 0 && a.ptr[n - 1] == '%')
		return n - 1;
	return n > 1 && a.ptr[n - 2] == '%' ? n - 2 : n;
}

/* Compare the decoded texts, as memcmp() would. */
static int
compare_spans(struct span a, struct span b)
{
	size_t same = same_bytes(a, b);
	unsigned char x, y;

	a = span_skip(a, same);
	b = span_skip(b, same);
	while (a.len > 0 && b.len > 0) {
		if (!next_byte(&a, &x) || !next_byte(&b, &y))
			break;
		if (x != y)
			return x < y ? -1 : 1;
	}
	return (a.len > 0) - (b.len > 0);
}

static bool
is_called(struct span encoded, struct span name)
{
	unsigned char byte;

	while (encoded.len > 0 && next_byte(&encoded, &byte)) {
		if (name.len == 0 || name.ptr[0] != byte)
			return false;
		name = span_skip(name, 1);
	}
	return name.len == 0;
}

enum lookup
form_field(struct span body, const char *name, char **dst, size_t *len)
{
	struct field field, found = {{NULL, 0}, {NULL, 0}};
	unsigned hits = 0;

	if (body.len == 0 || body.len > FORM_MAX)
		return LOOKUP_NONE;
	while (body.ptr != NULL) {
		if (!next_field(&body, &field))
			return LOOKUP_NONE;
		if (!is_called(field.name, span_str(name)))
			continue;
		found.value = field.value;
		hits++;
	}
	if (hits != 1)
		return LOOKUP_NONE;
	*dst = join(&found, 1, len);
	return *dst == NULL ? LOOKUP_NO_MEMORY : LOOKUP_FOUND;
}

static int
compare_fields(const void *a, const void *b)
{
	const struct field *left = a, *right = b;
	int order = compare_spans(left->name, right->name);

	return order != 0 ? order : compare_spans(left->value, right->value);
}

/* Keep only the first of several equal fields.  Returns how many are left. */
static size_t
drop_equal(struct field field[], size_t n)
{
	size_t kept = 0;

	for (size_t i = 0; i < n; i++) {
		if (kept == 0 ||
		    compare_fields(&field[kept - 1], &field[i]) != 0)
			field[kept++] = field[i];
	}
	return kept;
}

enum lookup
form_sorted(struct span body, char **dst, size_t *len)
{
	enum lookup found = LOOKUP_NONE;
	struct field *field;
	size_t n = 0;

	if (body.len > FORM_MAX)
		return LOOKUP_NONE;
	if ((field = calloc(FORM_FIELDS_MAX, sizeof(*field))) == NULL)
		return LOOKUP_NO_MEMORY;
	while (body.len > 0) {
		if (n == FORM_FIELDS_MAX || !next_field(&body, &field[n]))
			goto out;
		n++;
	}
	qsort(field, n, sizeof(*field), compare_fields);
	n = drop_equal(field, n);
	*dst = join(field, n, len);
	found = *dst == NULL ? LOOKUP_NO_MEMORY : LOOKUP_FOUND;
out:
	free(field);
	return found;
}
