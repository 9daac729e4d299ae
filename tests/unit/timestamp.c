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
	check_parse("1633519811129456789", 1633519811);
	check_parse("9999999999999999999", 9999999999);
	check_parse("1633519811.1", 1633519811);
	check_parse("1633519811.999999999", 1633519811);

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

	check_parse("2026-11-21T20:30:00", 1795293000);
	check_parse("2026-11-21 20:30:00", 1795293000);
	check_parse("2026-11-21T20:30:00.354", 1795293000);
	check_parse("2026-11-21 20:30:00 UTC", 1795293000);
	check_parse("2026-11-21T20:30:00.5 GMT", 1795293000);
	check_parse("2026-11-21T22:30:00+0200", 1795293000);
	check_parse("2026-11-21T22:30:00.123+0200", 1795293000);
	check_parse("2026-11-21T15:00:00-0530", 1795293000);
	check_parse("2026-11-21T22:30:00+02", 1795293000);
	check_parse("2026-11-21 19:30:00-01", 1795293000);
	check_parse("2024-02-29T00:00:00", 1709164800);

	check_parse("Sun, 05 Jan 2014 21:31:40 GMT", 1388957500);
	check_parse("Thu, 05 Jan 2014 21:31:40 GMT", 1388957500);
	check_parse("Fri, 31 Dec 9999 23:59:59 GMT", 253402300799);
	check_parse("Thu, 29 Feb 2024 00:00:00 GMT", 1709164800);
}

static void
test_refused(void)
{
	static const char *const text[] = {"", " ", "x", "-1", "+1", "1.5",
	    "1e9", "1633519811.", "1633519811.1234567890", "163351981.5",
	    "16335198111.5", "1633519811.5.5", "1633519811,5", ".5",
	    "1633519811.5 ", "1633519811.-5", "1633519811.5e3", " 1614265330",
	    "1614265330 ", "1614265330\n", "0x60377b32",
	    "100000000000",       /* 12 digits: neither s nor ms */
	    "16335198111290",     /* 14 */
	    "163351981112900",    /* 15 */
	    "16335198111294560",  /* 17 */
	    "163351981112945678", /* 18 */
	    "16335198111294567890", "2026-11-21", "2026-11-21T20:30Z",
	    "2026-11-21T20:30", "2026-11-21T20:30:00 Z",
	    "2026-11-21T20:30:00UTC", "2026-11-21T20:30:00  UTC",
	    "2026-11-21T20:30:00 utc", "2026-11-21T20:30:00 UTCx",
	    "2026-11-21T20:30:00 EST", "2026-11-21T20:30:00 +0200",
	    "2026-11-21T20:30:00.", "2026-11-21T20:30:00+",
	    "2026-11-21T24:00:00", "2026-02-30T20:30:00",
	    "2026-02-30 20:30:00 UTC", "2026-11-21T20:30:61",
	    "2026-11-21T20:30:00+2", "2026-11-21T20:30:00+020",
	    "2026-11-21T20:30:00+02000", "2026-11-21T20:30:00+2400",
	    "2026-11-21T20:30:00+0260", "2026-11-21T20:30:00+24",
	    "2026-11-21T20:30:00+02:", "2026-11-21T20:30:00+02:0",
	    "2026-11-21T20:30:00Z UTC", "2026-11-21T20:30:00+0200 UTC",
	    "1969-12-31T23:59:59+0000", "2026-11-21T20:30:00.Z",
	    "2026-11-21T20:30:00,5Z", "2026-11-21T20:30:00Zx",
	    "2026-11-21T20:30:00Z ", " 2026-11-21T20:30:00Z",
	    "2026-11-21_20:30:00Z", "2026/11/21T20:30:00Z",
	    "2026-11-21T20.30.00Z", "2026-11-21T20:30:0Z",
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
	ok(!timestamp_parse(span_mem("2026-11-21T20:30:00\0UTC", 23), &got),
	    "no time: a NUL for the blank");
	ok(!timestamp_parse(span_mem("1614265330\0005", 12), &got),
	    "no time: a NUL for the dot");
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

/* As libc has it: times five days and an hour apart, from the year 0 on. */
static void
test_as_libc(void)
{
	char text[TIMESTAMP_TEXT_MAX], theirs[96];
	unsigned wrong = 0;
	struct tm tm;

	for (time_t t = -62162035200; t <= 253402300799;
	     t += 5 * 86400 + 3607) {
		if (gmtime_r(&t, &tm) == NULL)
			break;
		snprintf(theirs, sizeof(theirs),
		    "%04d-%02d-%02dT%02d:%02d:%02d.000000Z", tm.tm_year + 1900,
		    tm.tm_mon + 1, tm.tm_mday, tm.tm_hour, tm.tm_min,
		    tm.tm_sec);
		timestamp_format(text, &(struct timespec){t, 0});
		wrong += strcmp(text, theirs) != 0;
		strftime(theirs, sizeof(theirs), "%a, %d", &tm);
		timestamp_imf(text, t);
		wrong += strncmp(text, theirs, strlen(theirs)) != 0;
	}
	is_int(wrong, 0, "times that libc prints otherwise");
	timestamp_day(text, -62162035201);
	is_str(text, "1970-01-01", "nothing before them");
	timestamp_day(text, -1);
	is_str(text, "1969-12-31", "the day before the epoch");
}

/* Each form, and no other; what is around a time does not belong to it. */
static void
test_forms(void)
{
	static const char *const text[] = {"time", "1795777982",
	    "1795777982482", "1795777982482391", "1795777982482391123",
	    "1795777982.482", "2026-11-27T11:13:02Z", "2026-11-27T11:13:02",
	    "2026-11-27T12:13:02+01", "Fri, 27 Nov 2026 11:13:02 GMT"};
	static const struct timestamp_place nowhere = {.before = {NULL, 0}};
	static const char *const never[] = {"", "179577798", "01795777982",
	    "179577798248", "17957779824823917", "+795777982", " 1795777982",
	    "2026-11-27", "1e9", "1795777982.5 "};
	int64_t got = 0;

	for (int form = TIMESTAMP_SECONDS; form <= TIMESTAMP_IMF; form++) {
		enum timestamp_form back = TIMESTAMP_ANY;
		const char *name =
		    timestamp_form_name((enum timestamp_form)form);

		ok(timestamp_form_named(span_str(name), &back) &&
			(int)back == form,
		    "%s is a form", name);
		for (int i = TIMESTAMP_SECONDS; i <= TIMESTAMP_IMF; i++) {
			bool fits =
			    timestamp_parse_at((enum timestamp_form)form,
				span_str(text[i]), &nowhere, &got);
			bool also =
			    form == TIMESTAMP_ISO8601 &&
			    (i == TIMESTAMP_RFC3339 || i == TIMESTAMP_UTC);

			is_int(fits, i == form || also, "%s, as %s", text[i],
			    name);
			if (fits)
				is_int(got, 1795777982, "the time");
		}
		for (size_t i = 0; i < sizeof(never) / sizeof(never[0]); i++)
			ok(!timestamp_parse_at((enum timestamp_form)form,
			       span_str(never[i]), &nowhere, &got),
			    "not \"%s\"", never[i]);
	}
	for (int i = TIMESTAMP_SECONDS; i <= TIMESTAMP_IMF; i++)
		ok(timestamp_parse_at(
		       TIMESTAMP_ANY, span_str(text[i]), &nowhere, &got) &&
			got == 1795777982,
		    "%s, by its shape", text[i]);
	ok(!timestamp_form_named(span_str("time"), &(enum timestamp_form){0}),
	    "any is not said by a name");
}

/* Beside what a time can stand, so that it can be cut nowhere else. */
static void
test_places(void)
{
	static const struct {
		enum timestamp_form form;
		const char *text, *before, *after;
		bool ok;
	} row[] = {
	    {TIMESTAMP_ANY, "1795777982", "", ".", true},
	    {TIMESTAMP_ANY, "1795777982482391123", "", ".", true},
	    {TIMESTAMP_ANY, "2026-11-27T11:13:02.5Z", "", ".", true},
	    {TIMESTAMP_ANY, "2026-11-27T12:13:02+01:00", "", ":", true},
	    /* What Orb signs. */
	    {TIMESTAMP_ANY, "2026-11-27T11:13:02.354", "", ":", true},
	    {TIMESTAMP_ANY, "2026-11-27T11:13:02", "", ":", true},
	    {TIMESTAMP_ANY, "2026-11-27 11:13:02 UTC", "", ":", true},
	    {TIMESTAMP_ANY, "2026-11-27T12:13:02+0100", "", ":", true},
	    {TIMESTAMP_ANY, "1795777982.5", "", ":", true},
	    {TIMESTAMP_ANY, "1795777982.5", ":", "", true},
	    {TIMESTAMP_DECIMAL, "1795777982.5", "", ".", true},
	    {TIMESTAMP_DECIMAL, "1795777982.123456789", "", ".", true},
	    {TIMESTAMP_ANY, "1795777982.12345678", "", "-", true},
	    {TIMESTAMP_ANY, "1795777982.123456789", "", " ", true},
	    {TIMESTAMP_ANY, "2026-11-27T11:13:02", "|", "|", true},
	    /* It may go on, ... */
	    {TIMESTAMP_ANY, "2026-11-27T11:13:02", "", ".", false},
	    {TIMESTAMP_ANY, "2026-11-27T11:13:02", "", "Z", false},
	    {TIMESTAMP_ANY, "2026-11-27T11:13:02", "", "+", false},
	    {TIMESTAMP_ANY, "2026-11-27T11:13:02", "", " ", false},
	    {TIMESTAMP_ANY, "2026-11-27T11:13:02", "", ":.", false},
	    {TIMESTAMP_ANY, "2026-11-27T12:13:02+01", "", ":", false},
	    {TIMESTAMP_ANY, "2026-11-27T11:13:02.5", "", "0", false},
	    {TIMESTAMP_ANY, "1795777982.5", "", "0", false},
	    /* ... or what is a part of it is a time. */
	    {TIMESTAMP_ANY, "1795777982.5", "", ".", false},
	    {TIMESTAMP_ANY, "1795777982.5", ".", "", false},
	    {TIMESTAMP_ANY, "2026-11-27T11:13:02.5", "", ".", false},
	    {TIMESTAMP_ANY, "2026-11-27T11:13:02", ":", "", false},
	    {TIMESTAMP_ANY, "2026-11-27T11:13:02 UTC", "", " ", false},
	    {TIMESTAMP_DECIMAL, "1795777982.5", "", ".", true},
	    {TIMESTAMP_DECIMAL, "1795777982.5", ".", "", true},
	    {TIMESTAMP_DECIMAL, "1795777982.5", "", "5", false},
	    {TIMESTAMP_ISO8601, "2026-11-27T11:13:02", "", ":", true},
	    {TIMESTAMP_ISO8601, "2026-11-27T11:13:02Z", "", ".", true},
	    {TIMESTAMP_ISO8601, "2026-11-27T11:13:02.5Z", "", ".", false},
	    {TIMESTAMP_ISO8601, "2026-11-27T12:13:02+01:00", "", ":", false},
	    {TIMESTAMP_ISO8601, "2026-11-27T12:13:02+01:00", "", "|", true},
	    {TIMESTAMP_ISO8601, "2026-11-27T12:13:02+0100", "", ".", true},
	    {TIMESTAMP_UTC, "2026-11-27T11:13:02", ":", ".", true},
	    {TIMESTAMP_UTC, "2026-11-27T11:13:02", "", "Z", true},
	    {TIMESTAMP_UTC, "2026-11-27T11:13:02.5", "", "|", false},
	};
	static const struct timestamp_place any = {
	    {(const unsigned char *)"", 1}, {(const unsigned char *)"", 1}};
	int64_t got;

	for (size_t i = 0; i < sizeof(row) / sizeof(row[0]); i++) {
		const struct timestamp_place place = {
		    span_str(row[i].before), span_str(row[i].after)};

		is_int(timestamp_parse_at(
			   row[i].form, span_str(row[i].text), &place, &got),
		    row[i].ok, "%s, %s, between '%s' and '%s'",
		    timestamp_form_name(row[i].form), row[i].text,
		    row[i].before, row[i].after);
	}
	ok(timestamp_parse_at(
	       TIMESTAMP_SECONDS, span_str("1795777982"), &any, &got),
	    "ten digits, beside anything");
	ok(timestamp_parse_at(
	       TIMESTAMP_UTC, span_str("2026-11-27T11:13:02"), &any, &got),
	    "a fixed form, beside anything");
	ok(!timestamp_parse_at(
	       TIMESTAMP_DECIMAL, span_str("1795777982.5"), &any, &got),
	    "an open form, beside anything");
	ok(!timestamp_parse_at(
	       TIMESTAMP_ANY, span_str("2026-11-27T11:13:02"), &any, &got),
	    "an open time, beside anything");
}

/* Every cut of every signed text: at most one of them is a time. */
static void
test_cuts(void)
{
	static const char *const text[] = {"1795777982.5.5.{}",
	    "1795777982.123.1795777982", "2026-11-27T11:13:02.5Z.{}",
	    "2026-11-27T11:13:02.5.5Z.{}", "2026-11-27T12:13:02+01:00:{}",
	    "2026-11-27T12:13:02+01:0:00:{}", "2026-11-27 11:13:02 UTC UTC {}",
	    "2026-11-27T11:13:02Z2026-11-27T11:13:02+01",
	    "2026-11-27T11:13:02+01+02+0100+", "17957779821795777982482391123.",
	    "2026-11-27T11:13:02.12+0100.5+01:00:"};

	for (size_t i = 0; i < sizeof(text) / sizeof(text[0]); i++) {
		for (const char *sep = ".:+- Z|"; *sep != '\0'; sep++) {
			for (int f = TIMESTAMP_ANY; f <= TIMESTAMP_IMF; f++) {
				const struct timestamp_place place = {
				    {NULL, 0}, span_mem(sep, 1)};
				int64_t got;
				int n = 0;

				for (size_t k = 0; text[i][k] != '\0'; k++)
					n += text[i][k] == *sep &&
					     timestamp_parse_at(
						 (enum timestamp_form)f,
						 span_mem(text[i], k), &place,
						 &got);
				ok(n < 2, "%s, cut at '%c' as %s: %d ways",
				    text[i], *sep,
				    timestamp_form_name((enum timestamp_form)f),
				    n);
			}
		}
	}
}

int
main(void)
{
	test_forms();
	test_places();
	test_cuts();
	test_parse();
	test_refused();
	test_fresh();
	test_print();
	test_calendar();
	test_as_libc();
	return done();
}
