/* timestamp.c - any text as a time; what is one can be printed and read. */
#include "base/timestamp.h"
#include "fuzz.h"

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char text[TIMESTAMP_TEXT_MAX];
	int64_t seconds, again;
	struct timespec when;

	if (!timestamp_parse(span_mem(data, size), &seconds))
		return 0;
	must(timestamp_fresh(seconds, seconds, 0));
	must(!timestamp_fresh(seconds, seconds + 1, 0));
	if (seconds < 0 || seconds > 253402300799)
		return 0; /* outside of what RFC 3339 can say */
	when = (struct timespec){.tv_sec = (time_t)seconds};
	timestamp_format(text, &when);
	must(timestamp_parse(span_str(text), &again) && again == seconds);
	timestamp_imf(text, (time_t)seconds);
	must(timestamp_parse(span_str(text), &again) && again == seconds);
	timestamp_day(text, (time_t)seconds);
	must(strlen(text) == strlen("2026-11-21"));
	return 0;
}
