/* verdict.c - the table of statuses, and Retry-After. */
#include <stdbool.h>
#include <stddef.h>

#include "base/timestamp.h"
#include "verdict.h"

/*
 * The event is at fault, or nobody wants it any more.  Not 404: a deployment
 * that answers so for a minute must not empty the queue into failed/.
 */
static const long refused[] = {400, 410, 413, 415, 422};

enum verdict
verdict_of(long status)
{
	if (status >= 200 && status <= 299)
		return VERDICT_DONE;
	for (size_t i = 0; i < sizeof(refused) / sizeof(refused[0]); i++) {
		if (refused[i] == status)
			return VERDICT_FAILED;
	}
	return VERDICT_LATER;
}

/* At most VERDICT_AFTER_MAX, and at least 0. */
static long
bound(int64_t seconds)
{
	if (seconds < 0)
		return 0;
	return seconds < VERDICT_AFTER_MAX ? (long)seconds : VERDICT_AFTER_MAX;
}

static bool
is_digits(struct span text)
{
	for (size_t i = 0; i < text.len; i++) {
		if (text.ptr[i] < '0' || text.ptr[i] > '9')
			return false;
	}
	return text.len > 0;
}

long
verdict_after(struct span value, int64_t now)
{
	const struct timestamp_place alone = {{NULL, 0}, {NULL, 0}};
	const struct span text = span_trim(value);
	int64_t when;
	long long n;

	if (is_digits(text)) {
		/* More digits than a number can have: more than a day. */
		n = span_number(text);
		return n < 0 ? VERDICT_AFTER_MAX : bound(n);
	}
	if (timestamp_parse_at(TIMESTAMP_IMF, text, &alone, &when))
		return bound(when - now);
	return VERDICT_NO_AFTER;
}

void
verdict_shown(char dst[static VERDICT_SHOWN_MAX], struct span text)
{
	size_t used = 0;
	bool blank = false;

	for (size_t i = 0; i < text.len && used < VERDICT_SHOWN_MAX - 1; i++) {
		const unsigned char byte = text.ptr[i];

		if (byte <= ' ' || byte == 0x7f) {
			blank = used > 0;
			continue;
		}
		if (blank)
			dst[used++] = ' ';
		blank = false;
		if (used < VERDICT_SHOWN_MAX - 1)
			dst[used++] = byte < 0x7f ? (char)byte : '?';
	}
	dst[used] = '\0';
}
