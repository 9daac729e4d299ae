/* timestamp.c - the forms of a time, and the window around now. */
#include "base/timestamp.h"

#include "../tap.h"

static void
check_parse(const char *text, int64_t want)
{
	int64_t got = -77;

	ok(timestamp_parse(span_str(text), &got), "\"%s\" is a time", text);
	is_int(got, want, "and this one");
}

static void
test_parse(void)
{
	check_parse("0", 0);
	check_parse("1614265330", 1614265330);
	check_parse("99999999999", 99999999999);
	check_parse("1633519811129", 1633519811);
	check_parse("1633519811999", 1633519811);
	check_parse("1633519811129456", 1633519811);

	check_parse("1970-01-01T00:00:00Z", 0);
	check_parse("2026-11-21T20:30:00Z", 1795293000);
	check_parse("2026-11-21t20:30:00z", 1795293000);
	check_parse("2026-11-21 20:30:00Z", 1795293000);
	check_parse("2026-11-21T20:30:00.5Z", 1795293000);
	check_parse(
	    "2026-11-21T20:30:00.123456789012345678901234Z", 1795293000);
	check_parse("2026-11-21T21:30:00+01:00", 1795293000);
	check_parse("2026-11-21T15:00:00-05:30", 1795293000);
	check_parse("2026-11-21T20:30:00-00:00", 1795293000);
	check_parse("2026-11-22T20:29:00+23:59", 1795293000);
	check_parse("2000-02-29T00:00:00Z", 951782400);
	check_parse("2024-02-29T23:59:59Z", 1709251199);
	check_parse("2023-02-28T23:59:60Z", 1677628800);
	check_parse("2100-03-01T00:00:00Z", 4107542400);
	check_parse("9999-12-31T23:59:59Z", 253402300799);

	check_parse("Sun, 05 Jan 2014 21:31:40 GMT", 1388957500);
	check_parse("Thu, 05 Jan 2014 21:31:40 GMT", 1388957500);
	check_parse("Fri, 31 Dec 9999 23:59:59 GMT", 253402300799);
	check_parse("Thu, 29 Feb 2024 00:00:00 GMT", 1709164800);
}

static void
test_refused(void)
{
	static const char *const text[] = {"", " ", "x", "-1", "+1", "1.5",
	    "1e9", " 1614265330", "1614265330 ", "1614265330\n", "0x60377b32",
	    "100000000000",        /* 12 digits: neither s nor ms */
	    "16335198111290",      /* 14 */
	    "163351981112900",     /* 15 */
	    "16335198111294560",   /* 17 */
	    "1633519811129456000", /* 19: nanoseconds */
	    "2026-11-21", "2026-11-21T20:30Z", "2026-11-21T20:30:00",
	    "2026-11-21T20:30:00 Z", "2026-11-21T20:30:00.Z",
	    "2026-11-21T20:30:00,5Z", "2026-11-21T20:30:00Zx",
	    "2026-11-21T20:30:00Z ", " 2026-11-21T20:30:00Z",
	    "2026-11-21_20:30:00Z", "2026/11/21T20:30:00Z",
	    "2026-11-21T20.30.00Z", "2026-11-21T20:30:0Z",
	    "2026-11-21T20:30:00+01", "2026-11-21T20:30:00+0100",
	    "2026-11-21T20:30:00+24:00", "2026-11-21T20:30:00+01:60",
	    "2026-11-21T20:30:00+1:00", "2026-11-21T20:30:00*01:00",
	    "2026-11-21T24:00:00Z", "2026-11-21T20:60:00Z",
	    "2026-11-21T20:30:61Z", "2026-00-21T20:30:00Z",
	    "2026-13-21T20:30:00Z", "2026-11-00T20:30:00Z",
	    "2026-11-31T20:30:00Z", "2026-01-32T20:30:00Z",
	    "2026-04-31T20:30:00Z", "2023-02-29T00:00:00Z",
	    "2100-02-29T00:00:00Z", "1969-12-31T23:59:59Z",
	    "0000-01-01T00:00:00Z", "10000-01-01T00:00:00Z",
	    "26-11-21T20:30:00Z", "2026-1-21T20:30:00Z", "2026-11-2xT20:30:00Z",
	    "2026-11-21T20:30:00-", "Sun, 05 Jan 2014 21:31:40 UTC",
	    "Sun, 05 Jan 2014 21:31:40", "Sun, 05 Jan 2014 21:31:40 GMT ",
	    "Sun 05 Jan 2014 21:31:40 GMT ", "Sun, 05 Jam 2014 21:31:40 GMT",
	    "Sun, 05 jan 2014 21:31:40 GMT", "Sun, 31 Feb 2014 21:31:40 GMT",
	    "Sun, 05 Jan 1969 21:31:40 GMT", "Sun, 05 Jan 2014 24:31:40 GMT",
	    "Sun, 05 Jan 2014 21:31:99 GMT", "Sun, 5 Jan 2014 21:31:40 GMT",
	    "Sunday, 05-Jan-14 21:31:40 GMT", "Sun, 05-Jan-2014 21:31:40 GMT",
	    "Sun; 05 Jan 2014 21:31:40 GMT", "Sun,_05 Jan 2014 21:31:40 GMT",
	    "Sun, 05 Jan_2014 21:31:40 GMT", "Sun, 05 Jan 2014_21:31:40 GMT"};
	int64_t got;

	for (size_t i = 0; i < sizeof(text) / sizeof(text[0]); i++)
		ok(!timestamp_parse(span_str(text[i]), &got),
		    "no time: \"%.40s\"", i == 9 ? "with LF" : text[i]);
	ok(!timestamp_parse(span_mem("2026-11-21\00020:30:00Z", 20), &got),
	    "no time: a NUL for the T");
	ok(!timestamp_parse(span_mem("2026-11-21T20:30:00\0", 20), &got),
	    "no time: a NUL for the Z");
	ok(!timestamp_parse(span_mem("1614265330\0", 11), &got),
	    "no time: a NUL behind it");
	ok(!timestamp_parse(span_mem(NULL, 0), &got), "no time: nothing");
}

static void
test_fresh(void)
{
	ok(timestamp_fresh(1000, 1000, 0), "now, no window");
	ok(!timestamp_fresh(999, 1000, 0), "a second ago, no window");
	ok(timestamp_fresh(700, 1000, 300), "as old as may be");
	ok(!timestamp_fresh(699, 1000, 300), "a second older");
	ok(timestamp_fresh(1300, 1000, 300), "as far ahead as may be");
	ok(!timestamp_fresh(1301, 1000, 300), "a second further");
	ok(!timestamp_fresh(1000, 1000, -1), "a negative window has no room");
	ok(!timestamp_fresh(INT64_MIN, INT64_MAX, INT64_MAX),
	    "the whole range apart");
	ok(!timestamp_fresh(INT64_MAX, INT64_MIN, INT64_MAX),
	    "and the other way");
	ok(timestamp_fresh(INT64_MAX, 0, INT64_MAX), "the longest window");
	ok(timestamp_fresh(INT64_MIN, INT64_MIN, 0), "the earliest time");
}

static void
test_print(void)
{
	struct timespec when = {1795293000, 123456789};
	char text[TIMESTAMP_TEXT_MAX];
	int64_t back;

	timestamp_format(text, &when);
	is_str(text, "2026-11-21T20:30:00.123456Z", "cut to microseconds");
	ok(timestamp_parse(span_str(text), &back) && back == when.tv_sec,
	    "and read again");
	when = (struct timespec){0, 999};
	timestamp_format(text, &when);
	is_str(text, "1970-01-01T00:00:00.000000Z", "the epoch");
	when = (struct timespec){253402300799, 999999999};
	timestamp_format(text, &when);
	is_str(text, "9999-12-31T23:59:59.999999Z", "the last of four digits");
	when = (struct timespec){INT64_MAX, 0};
	timestamp_format(text, &when);
	is_str(text, "1970-01-01T00:00:00.000000Z", "beyond the calendar");

	timestamp_day(text, 1795293000);
	is_str(text, "2026-11-21", "day");
	timestamp_day(text, 1795305599);
	is_str(text, "2026-11-21", "its last second");
	timestamp_day(text, 1795305600);
	is_str(text, "2026-11-22", "and the one after");

	timestamp_imf(text, 1388957500);
	is_str(text, "Sun, 05 Jan 2014 21:31:40 GMT", "IMF-fixdate");
	ok(timestamp_parse(span_str(text), &back) && back == 1388957500,
	    "and read again");
	timestamp_imf(text, 0);
	is_str(text, "Thu, 01 Jan 1970 00:00:00 GMT", "of the epoch");
	timestamp_imf(text, INT64_MAX);
	is_str(text, "Thu, 01 Jan 1970 00:00:00 GMT", "beyond the calendar");
}

/* Every day of 140 years, printed and read again. */
static void
test_calendar(void)
{
	char text[TIMESTAMP_TEXT_MAX];
	unsigned wrong = 0;
	int64_t back;

	for (int64_t day = 0; day < 140 * 366; day++) {
		int64_t when = day * 86400 + day % 86400;

		timestamp_imf(text, when);
		wrong +=
		    !timestamp_parse(span_str(text), &back) || back != when;
	}
	is_int(wrong, 0, "days that do not come back");
}

/* Each form, and no other; what is around a time does not belong to it. */
static void
test_forms(void)
{
	static const char *const text[] = {"time", "1795777982",
	    "1795777982482", "1795777982482391", "2026-11-27T11:13:02Z",
	    "Fri, 27 Nov 2026 11:13:02 GMT"};
	static const char *const never[] = {"", "179577798", "01795777982",
	    "179577798248", "17957779824823917", "+795777982", " 1795777982",
	    "1795777982.5", "2026-11-27", "1e9"};
	int64_t got = 0;

	for (int form = TIMESTAMP_SECONDS; form <= TIMESTAMP_IMF; form++) {
		enum timestamp_form back = TIMESTAMP_ANY;
		const char *name =
		    timestamp_form_name((enum timestamp_form)form);

		ok(timestamp_form_named(span_str(name), &back) &&
			(int)back == form,
		    "%s is a form", name);
		for (int i = TIMESTAMP_SECONDS; i <= TIMESTAMP_IMF; i++) {
			bool fits = timestamp_parse_as(
			    (enum timestamp_form)form, span_str(text[i]), &got);

			is_int(fits, i == form, "%s, as %s", text[i], name);
			if (fits)
				is_int(got, 1795777982, "the time");
		}
		for (size_t i = 0; i < sizeof(never) / sizeof(never[0]); i++)
			ok(!timestamp_parse_as((enum timestamp_form)form,
			       span_str(never[i]), &got),
			    "not \"%s\"", never[i]);
	}
	for (int i = TIMESTAMP_SECONDS; i <= TIMESTAMP_IMF; i++)
		ok(timestamp_parse_as(TIMESTAMP_ANY, span_str(text[i]), &got) &&
			got == 1795777982,
		    "%s, by its shape", text[i]);
	ok(!timestamp_form_named(span_str("time"), &(enum timestamp_form){0}),
	    "any is not said by a name");
}

int
main(void)
{
	test_forms();
	test_parse();
	test_refused();
	test_fresh();
	test_print();
	test_calendar();
	return done();
}
