/* spelling.c - the edit distance of two short names. */
#include <stdint.h>
#include <stdio.h>

#include "base/spelling.h"

#define NEAR_MIN   2 /* wrong characters that are allowed in any name */
#define PREFIX_MIN 3 /* characters of the shortest beginning that counts */
#define FAR        SIZE_MAX

struct spelling
spelling_of(struct span name)
{
	return (struct spelling){.name = name, .distance = FAR};
}

static size_t
least(size_t a, size_t b)
{
	return a < b ? a : b;
}

/*
 * Insertions, deletions, replacements and swaps of neighbours that turn a into
 * b (the optimal string alignment distance).  Three rows of its table are
 * enough: a swap looks two rows back.
 */
static size_t
distance(struct span a, struct span b)
{
	size_t row[3][SPELLING_NAME_MAX + 1];

	for (size_t j = 0; j <= b.len; j++)
		row[0][j] = j;
	for (size_t i = 1; i <= a.len; i++) {
		size_t *now = row[i % 3];
		const size_t *was = row[(i + 2) % 3];

		now[0] = i;
		for (size_t j = 1; j <= b.len; j++) {
			size_t differ = a.ptr[i - 1] != b.ptr[j - 1];

			now[j] = least(
			    was[j - 1] + differ, least(was[j], now[j - 1]) + 1);
			if (i > 1 && j > 1 && a.ptr[i - 1] == b.ptr[j - 2] &&
			    a.ptr[i - 2] == b.ptr[j - 1])
				now[j] =
				    least(now[j], row[(i + 1) % 3][j - 2] + 1);
		}
	}
	return row[a.len % 3][b.len];
}

/*
 * The distance between name and right.  A mere beginning counts as farther than
 * a misspelling.  FAR if right cannot be meant.
 */
static size_t
rank(struct span name, struct span right)
{
	size_t longer = name.len > right.len ? name.len : right.len;
	size_t shorter = least(name.len, right.len);
	size_t near = right.len / 3 > NEAR_MIN ? right.len / 3 : NEAR_MIN;
	size_t d;

	if (shorter == 0 || longer > SPELLING_NAME_MAX)
		return FAR;
	d = distance(name, right);
	/* Two wrong characters of three leave nothing of the name. */
	if (d <= near && 2 * d <= shorter)
		return d;
	if (shorter >= PREFIX_MIN &&
	    (span_starts(name, right) || span_starts(right, name)))
		return SPELLING_NAME_MAX;
	return FAR;
}

void
spelling_try(struct spelling *search, const char *right)
{
	size_t d = rank(search->name, span_str(right));

	if (d >= search->distance)
		return;
	search->distance = d;
	search->nearest = right;
}

const char *
spelling_hint(char dst[static SPELLING_HINT_MAX], const struct spelling *search)
{
	dst[0] = '\0';
	if (search->nearest != NULL)
		snprintf(dst, SPELLING_HINT_MAX, ": did you mean \"%s\"?",
		    search->nearest);
	return dst;
}
