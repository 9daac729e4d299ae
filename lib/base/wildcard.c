/* wildcard.c - patterns without backtracking into other hosts. */
#include "base/wildcard.h"

static bool
is_wild(unsigned char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
	       (c >= '0' && c <= '9') || c == '-' || c == '_';
}

/*
 * A star takes one character, and more only where what follows it does not
 * fit.  Only the last star is ever asked for more: none goes past a character
 * that it does not stand for, so one before it could not help.
 */
bool
wildcard_match(const char *pattern, struct span text)
{
	const char *after = NULL; /* the last star */
	size_t i = 0, taken = 0;  /* up to where that star went */

	while (i < text.len || *pattern != '\0') {
		if (*pattern == '*' && i < text.len && is_wild(text.ptr[i])) {
			after = ++pattern;
			taken = ++i;
		} else if (*pattern != '\0' && *pattern != '*' &&
			   i < text.len &&
			   (unsigned char)*pattern == text.ptr[i]) {
			pattern++;
			i++;
		} else if (after != NULL && taken < text.len &&
			   is_wild(text.ptr[taken])) {
			pattern = after;
			i = ++taken;
		} else {
			return false;
		}
	}
	return true;
}

bool
wildcard_any(const char *const pattern[], size_t n, struct span text)
{
	for (size_t i = 0; i < n && pattern[i] != NULL; i++) {
		if (wildcard_match(pattern[i], text))
			return true;
	}
	return false;
}
