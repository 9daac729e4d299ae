/* timestamp.c - any text as a time; what is one can be printed and read. */
#include "base/timestamp.h"
#include "fuzz.h"

/*
 * Where the text could be cut in front of this byte, one cut alone is a time.
 * A byte that a number could be followed by in a word separates only times of a
 * form that is known: profile/coverage.c.
 */
static void
check_cuts(struct span text, unsigned char byte)
{
	const struct timestamp_place place = {{NULL, 0}, span_mem(&byte, 1)};

	int first =
	    strchr("-TZ", byte) == NULL ? TIMESTAMP_ANY : TIMESTAMP_SECONDS;

	for (int form = first; form <= TIMESTAMP_IMF; form++) {
		int64_t seconds;
		int n = 0;

		for (size_t i = 0; i < text.len && i < 80; i++)
			n += text.ptr[i] == byte &&
			     timestamp_parse_at((enum timestamp_form)form,
				 span_mem(text.ptr, i), &place, &seconds);
		must(n < 2);
	}
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char text[TIMESTAMP_TEXT_MAX];
	int64_t seconds, again;
	struct timespec when;

	for (const char *byte = ".:;+- TZ|"; *byte != '\0'; byte++)
		check_cuts(span_mem(data, size), (unsigned char)*byte);
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
