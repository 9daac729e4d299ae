/*
 * span.h - a borrowed run of bytes: a pointer and a length.
 *
 * Everything that comes from the network is passed on as a span, so that
 * nothing depends on a terminating NUL.  A span does not own its bytes.  The
 * function that returns a span says how long the bytes live.
 */
#ifndef SPAN_H
#define SPAN_H

#include <stdbool.h>
#include <stddef.h>
#include <string.h>

struct span {
	const unsigned char *ptr; /* may be NULL only when len is 0 */
	size_t len;               /* bytes */
};

/*
 * Wrap a NUL-terminated string, which is borrowed.  NULL gives the empty span.
 */
static inline struct span
span_str(const char *s)
{
	return (struct span){
	    (const unsigned char *)s, s == NULL ? 0 : strlen(s)};
}

/* Wrap len bytes at ptr, which are borrowed. */
static inline struct span
span_mem(const void *ptr, size_t len)
{
	return (struct span){ptr, len};
}

/* True if a and b hold the same bytes.  Not for secrets: use digest_equal(). */
static inline bool
span_eq(struct span a, struct span b)
{
	return a.len == b.len &&
	       (a.len == 0 || memcmp(a.ptr, b.ptr, a.len) == 0);
}

/* True if a holds exactly the bytes of the string s. */
static inline bool
span_is(struct span a, const char *s)
{
	return span_eq(a, span_str(s));
}

/* True if a begins with prefix; an empty prefix always matches. */
static inline bool
span_starts(struct span a, struct span prefix)
{
	return a.len >= prefix.len &&
	       span_eq((struct span){a.ptr, prefix.len}, prefix);
}

/*
 * The same comparisons, ignoring the case of ASCII letters.  Names of headers
 * and of authentication schemes are compared in this way (RFC 9110).
 */
bool span_is_nocase(struct span a, const char *s);
bool span_eq_nocase(struct span a, struct span b);
bool span_starts_nocase(struct span a, const char *prefix);

/* The bytes of a after its first n bytes. n is at most a.len. */
static inline struct span
span_skip(struct span a, size_t n)
{
	return (struct span){n == 0 ? a.ptr : a.ptr + n, a.len - n};
}

/* a without the spaces and tabs (OWS in RFC 9110) at both ends. */
struct span span_trim(struct span a);

/*
 * Cut *rest at the first sep: returns the bytes before sep, and leaves the
 * bytes after it in *rest.  If there is no sep, returns all of *rest and makes
 * *rest empty, with a NULL pointer.  A loop can therefore end like this:
 *
 *	while (rest.ptr != NULL)
 *		item = span_cut(&rest, ',');
 */
struct span span_cut(struct span *rest, char sep);

/*
 * Read an unsigned decimal number that takes all of a: 1 to 18 digits and
 * nothing else.  Returns the number, or -1 for anything else (empty, a sign, a
 * space, too many digits).
 */
long long span_number(struct span a);

/*
 * True if a has a byte that the value of a header may not have: a control
 * character other than the tab (RFC 9110, section 5.5).
 */
bool span_has_control(struct span a);

/* Where part is in a for the first time; NULL: nowhere, or part is empty. */
const unsigned char *span_find(struct span a, struct span part);

/* True if a has the string s in it, which is not empty. */
bool span_has(struct span a, const char *s);

/* The bytes before the first sep, or all of a if there is no sep. */
struct span span_before(struct span a, char sep);

/* The arguments of "%.*s" for a span, whose pointer may be NULL. */
#define SPAN_ARGS(span) \
	(int)(span).len, (span).len == 0 ? "" : (const char *)(span).ptr

#endif
