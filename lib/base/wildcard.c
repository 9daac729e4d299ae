/* wildcard.c - matches patterns; never backtracks past the last star. */
#include "base/wildcard.h"

static bool
is_wild(unsigned char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
	       (c >= '0' && c <= '9') || c == '-' || c == '_';
}

/*
 * A star takes one character at first, and one more each time that the rest of
 * the pattern does not match.  Only the last star is ever extended.  An earlier
 * star could not help: no star can go past a character that it does not match.
 */
bool
wildcard_match(const char *pattern, struct span text)
{
	const char *after = NULL; /* the pattern after the last star */
	size_t i = 0, taken = 0;  /* the end of what that star took */

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
