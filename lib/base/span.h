/*
 * span.h - a borrowed run of bytes: pointer and length, never NUL-dependent.
 *
 * Everything that came over the network is handed about as a span.  A span
 * owns nothing; whoever made it says how long the bytes live.
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

/* Wrap a NUL-terminated string; NULL gives the empty span. Borrows s. */
static inline struct span
span_str(const char *s)
{
	return (struct span){
	    (const unsigned char *)s, s == NULL ? 0 : strlen(s)};
}

/* Wrap len bytes at ptr. Borrows them. */
static inline struct span
span_mem(const void *ptr, size_t len)
{
	return (struct span){ptr, len};
}

/* True if the two hold the same bytes. Not for secrets: digest_equal(). */
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
 * The same without regard to the case of ASCII letters, as names of header
 * fields and of authentication schemes compare (RFC 9110).
 */
bool span_is_nocase(struct span a, const char *s);
bool span_eq_nocase(struct span a, struct span b);
bool span_starts_nocase(struct span a, const char *prefix);

/* What is left of a after its first n bytes; n is at most a.len. */
static inline struct span
span_skip(struct span a, size_t n)
{
	return (struct span){n == 0 ? a.ptr : a.ptr + n, a.len - n};
}

/* Without the spaces and tabs (RFC 9110's OWS) at both ends. */
struct span span_trim(struct span a);

/*
 * Cut *rest at the first sep: returns what stood before it and leaves what
 * stands after it in *rest.  Without a sep the whole of *rest is returned and
 * *rest becomes empty with a NULL pointer, which is how a loop ends:
 *
 *	while (rest.ptr != NULL)
 *		item = span_cut(&rest, ',');
 */
struct span span_cut(struct span *rest, char sep);

/*
 * Read a whole unsigned decimal number: 1 to 18 digits and nothing else.
 * Returns it, or -1 for anything else (empty, sign, space, overflow).
 */
long long span_number(struct span a);

/* What stands before the first sep, or all of a. */
struct span span_before(struct span a, char sep);

#endif
