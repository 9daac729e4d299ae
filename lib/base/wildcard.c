/* wildcard.c - matches patterns; never backtracks past the last star. */
#include "base/wildcard.h"

static bool
is_wild(unsigned char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
	       (c >= '0' && c <= '9') || c == '-' || c == '_';
}

#define REGION "{region}"

static bool
asks_region(const char *pattern)
{
	return strncmp(pattern, REGION, strlen(REGION)) == 0;
}

static bool
is_one_of(struct span word, const char *const list[])
{
	for (size_t i = 0; list[i] != NULL; i++) {
		if (span_is(word, list[i]))
			return true;
	}
	return false;
}

static bool
is_two_letters(struct span word)
{
	return word.len == 2 && word.ptr[0] >= 'a' && word.ptr[0] <= 'z' &&
	       word.ptr[1] >= 'a' && word.ptr[1] <= 'z';
}

bool
wildcard_region(struct span name)
{
	static const char *const partition[] = {
	    "gov", "iso", "isob", "isoe", "isof", NULL};
	static const char *const direction[] = {"north", "south", "east",
	    "west", "central", "northeast", "northwest", "southeast",
	    "southwest", NULL};
	struct span place = span_cut(&name, '-');
	struct span word = span_cut(&name, '-');
	bool sovereign = span_is(place, "eusc");

	if (sovereign ? !is_two_letters(word) : !is_two_letters(place))
		return false;
	if (sovereign || is_one_of(word, partition))
		word = span_cut(&name, '-');
	return is_one_of(word, direction) && name.len >= 1 && name.len <= 2 &&
	       span_number(name) >= 0;
}

/*
 * Characters of the region that the text begins with, if the pattern asks for
 * one: up to the next dot.  0: there is none.
 */
static size_t
region_length(const char *pattern, struct span text)
{
	struct span name = span_before(text, '.');

	return asks_region(pattern) && wildcard_region(name) ? name.len : 0;
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
	size_t region;

	while (i < text.len || *pattern != '\0') {
		region = region_length(pattern, span_skip(text, i));
		if (region > 0) {
			pattern += strlen(REGION);
			i += region;
		} else if (*pattern == '*' && i < text.len &&
			   is_wild(text.ptr[i])) {
			after = ++pattern;
			taken = ++i;
		} else if (*pattern != '\0' && *pattern != '*' &&
			   i < text.len && !asks_region(pattern) &&
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

/* Only the last star is ever extended: what an earlier one took can stay. */
bool
wildcard_text(const char *pattern, struct span text)
{
	const char *after = NULL; /* the pattern after the last star */
	size_t i = 0, taken = 0;  /* the end of what that star took */

	while (i < text.len || *pattern != '\0') {
		if (*pattern == '*') {
			after = ++pattern;
			taken = i;
		} else if (*pattern != '\0' && i < text.len &&
			   (unsigned char)*pattern == text.ptr[i]) {
			pattern++;
			i++;
		} else if (after != NULL && taken < text.len) {
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
