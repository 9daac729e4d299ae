/* time_meant.c - times as users write them. */
#include <stdio.h>

#include "base/timestamp.h"
#include "time_meant.h"

/* Seconds of a unit; 0: there is none of this letter. */
static int64_t
unit_of(unsigned char letter)
{
	static const struct {
		unsigned char letter;
		int64_t seconds;
	} unit[] = {{'s', 1}, {'m', 60}, {'h', 3600}, {'d', 86400}};

	for (size_t i = 0; i < sizeof(unit) / sizeof(unit[0]); i++) {
		if (unit[i].letter == letter)
			return unit[i].seconds;
	}
	return 0;
}

/* "2h" */
static bool
read_ago(int64_t *seconds, struct span text, time_t now)
{
	const long long most = 1000000;
	int64_t unit;
	long long n;

	if (text.len < 2 || (unit = unit_of(text.ptr[text.len - 1])) == 0)
		return false;
	n = span_number(span_mem(text.ptr, text.len - 1));
	if (n < 0 || n > most)
		return false;
	*seconds = (int64_t)now - n * unit;
	return true;
}

/* "2026-11-27" */
static bool
read_day(int64_t *seconds, struct span text)
{
	char whole[sizeof("2026-11-27T00:00:00Z")];

	if (text.len != sizeof("2026-11-27") - 1)
		return false;
	snprintf(whole, sizeof(whole), "%.*sT00:00:00Z", SPAN_ARGS(text));
	return timestamp_parse_rfc3339(span_str(whole), seconds);
}

bool
time_meant(int64_t *seconds, const char *text, time_t now)
{
	const struct span span = span_str(text);

	return read_ago(seconds, span, now) || read_day(seconds, span) ||
	       timestamp_parse(span, seconds);
}
