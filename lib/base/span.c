/* span.c - the span operations that take more than one line. */
#define _GNU_SOURCE /* memmem() */
#include "base/span.h"

#define DIGITS_MAX 18 /* the longest run of digits that cannot overflow */

static bool
is_ows(unsigned char c)
{
	return c == ' ' || c == '\t';
}

static unsigned char
lower(unsigned char c)
{
	return c >= 'A' && c <= 'Z' ? (unsigned char)(c + ('a' - 'A')) : c;
}

bool
span_eq_nocase(struct span a, struct span b)
{
	if (a.len != b.len)
		return false;
	for (size_t i = 0; i < a.len; i++) {
		if (lower(a.ptr[i]) != lower(b.ptr[i]))
			return false;
	}
	return true;
}

bool
span_is_nocase(struct span a, const char *s)
{
	return span_eq_nocase(a, span_str(s));
}

bool
span_starts_nocase(struct span a, const char *prefix)
{
	struct span want = span_str(prefix);

	return a.len >= want.len &&
	       span_eq_nocase((struct span){a.ptr, want.len}, want);
}

const unsigned char *
span_find(struct span a, struct span part)
{
	if (part.len == 0 || part.len > a.len)
		return NULL;
	return memmem(a.ptr, a.len, part.ptr, part.len);
}

bool
span_has(struct span a, const char *s)
{
	return span_find(a, span_str(s)) != NULL;
}

struct span
span_trim(struct span a)
{
	while (a.len > 0 && is_ows(a.ptr[0]))
		a = span_skip(a, 1);
	while (a.len > 0 && is_ows(a.ptr[a.len - 1]))
		a.len--;
	return a;
}

struct span
span_cut(struct span *rest, char sep)
{
	struct span item = *rest;
	const unsigned char *at = NULL;

	if (rest->len > 0)
		at = memchr(rest->ptr, sep, rest->len);
	if (at == NULL) {
		*rest = (struct span){NULL, 0};
		return item;
	}
	item.len = (size_t)(at - item.ptr);
	*rest = span_skip(*rest, item.len + 1);
	return item;
}

struct span
span_before(struct span a, char sep)
{
	return span_cut(&a, sep);
}

long long
span_number(struct span a)
{
	long long n = 0;

	if (a.len == 0 || a.len > DIGITS_MAX)
		return -1;
	for (size_t i = 0; i < a.len; i++) {
		if (a.ptr[i] < '0' || a.ptr[i] > '9')
			return -1;
		n = n * 10 + (a.ptr[i] - '0');
	}
	return n;
}

bool
span_has_control(struct span a)
{
	for (size_t i = 0; i < a.len; i++) {
		if ((a.ptr[i] < 0x20 && a.ptr[i] != '\t') || a.ptr[i] == 0x7f)
			return true;
	}
	return false;
}
