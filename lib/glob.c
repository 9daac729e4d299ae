/* glob.c - patterns without backtracking into other hosts. */
#include "glob.h"

/* Stars in a pattern that are looked at: each doubles the work at worst. */
#define STARS_MAX 4

static bool
is_wild(unsigned char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
	       (c >= '0' && c <= '9') || c == '-' || c == '_';
}

static bool
match(const char *pattern, struct span text, int stars)
{
	size_t n = strcspn(pattern, "*");

	if (!span_starts(text, span_mem(pattern, n)))
		return false;
	text = span_skip(text, n);
	pattern += n;
	if (*pattern == '\0')
		return text.len == 0;
	if (stars == 0)
		return false;
	for (n = 1; n <= text.len && is_wild(text.ptr[n - 1]); n++) {
		if (match(pattern + 1, span_skip(text, n), stars - 1))
			return true;
	}
	return false;
}

bool
glob_match(const char *pattern, struct span text)
{
	return match(pattern, text, STARS_MAX);
}

bool
glob_any(const char *const pattern[], size_t n, struct span text)
{
	for (size_t i = 0; i < n && pattern[i] != NULL; i++) {
		if (glob_match(pattern[i], text))
			return true;
	}
	return false;
}
