/* form.c - decode form bodies. */
#include <stdlib.h>

#include "base/encode.h"
#include "parse/form.h"

struct field {
	struct span name;
	struct span value;
};

/* Decode src into dst, which has room for src.len bytes; -1 if malformed. */
static ptrdiff_t
decode(unsigned char *dst, struct span src)
{
	size_t n = 0;

	while (src.len > 0) {
		bool plus = src.ptr[0] == '+';

		if (!decode_percent(&src, &dst[n]))
			return -1;
		if (plus)
			dst[n] = ' ';
		n++;
	}
	return (ptrdiff_t)n;
}

/*
 * Decode the next field into *room, moving it on.  True unless malformed; a
 * field without '=' has an empty value.
 */
static bool
next_field(struct span *rest, unsigned char **room, struct field *field)
{
	struct span value = span_cut(rest, '&');
	struct span name = span_cut(&value, '=');
	ptrdiff_t n;

	if ((n = decode(*room, name)) < 0)
		return false;
	field->name = span_mem(*room, (size_t)n);
	*room += n;
	if ((n = decode(*room, value)) < 0)
		return false;
	field->value = span_mem(*room, (size_t)n);
	*room += n;
	return true;
}

static char *
join(const struct field field[], size_t n, size_t *len)
{
	char *text, *at;

	*len = 0;
	for (size_t i = 0; i < n; i++)
		*len += field[i].name.len + field[i].value.len;
	if ((text = at = malloc(*len + 1)) == NULL)
		return NULL;
	for (size_t i = 0; i < n; i++) {
		memcpy(at, field[i].name.ptr, field[i].name.len);
		at += field[i].name.len;
		memcpy(at, field[i].value.ptr, field[i].value.len);
		at += field[i].value.len;
	}
	*at = '\0';
	return text;
}

int
form_field(struct span body, const char *name, char **dst, size_t *len)
{
	unsigned char *room, *at;
	struct field field, found = {span_str(""), span_str("")};
	unsigned hits = 0;
	int rc = 0;

	if (body.len == 0 || body.len > FORM_MAX)
		return 0;
	if ((room = at = malloc(body.len)) == NULL)
		return -1;
	while (body.ptr != NULL) {
		if (!next_field(&body, &at, &field))
			goto out;
		if (!span_is(field.name, name))
			continue;
		found.value = field.value;
		hits++;
	}
	if (hits == 1)
		rc = (*dst = join(&found, 1, len)) == NULL ? -1 : 1;
out:
	free(room);
	return rc;
}

static int
compare_spans(struct span a, struct span b)
{
	size_t len = a.len < b.len ? a.len : b.len;
	int order = len == 0 ? 0 : memcmp(a.ptr, b.ptr, len);

	if (order != 0)
		return order;
	return (a.len > b.len) - (a.len < b.len);
}

static int
compare_fields(const void *a, const void *b)
{
	const struct field *left = a, *right = b;
	int order = compare_spans(left->name, right->name);

	return order != 0 ? order : compare_spans(left->value, right->value);
}

/* Only the first of each run of equal ones stays; how many are left. */
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

int
form_sorted(struct span body, char **dst, size_t *len)
{
	struct field *field;
	unsigned char *room, *at;
	size_t n = 0;
	int rc = 0;

	if (body.len > FORM_MAX)
		return 0;
	room = at = malloc(body.len + 1);
	field = calloc(FORM_FIELDS_MAX, sizeof(*field));
	if (room == NULL || field == NULL) {
		rc = -1;
		goto out;
	}
	while (body.len > 0) {
		if (n == FORM_FIELDS_MAX || !next_field(&body, &at, &field[n]))
			goto out;
		n++;
	}
	qsort(field, n, sizeof(*field), compare_fields);
	n = drop_equal(field, n);
	rc = (*dst = join(field, n, len)) == NULL ? -1 : 1;
out:
	free(field);
	free(room);
	return rc;
}
