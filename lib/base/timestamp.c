/* timestamp.c - reads and writes times; does its own calendar arithmetic. */
#include <stdio.h>

#include "base/timestamp.h"

#define SECONDS_A_DAY 86400
/* From the first of March of the year 0. */
#define DAYS_TO_1970 719468LL
/* Of the year 9999. */
#define LAST_SECOND 253402300799LL

static const char month_name[12][4] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
    "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
static const char day_name[7][4] = {
    "Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};

struct calendar {
	int64_t year, month, day, hour, minute, second;
	int64_t weekday; /* from Sunday on; from_seconds() alone sets it */
};

static bool
is_leap(int64_t year)
{
	return (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
}

static int64_t
month_days(int64_t year, int64_t month)
{
	static const int64_t days[12] = {
	    31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};

	return days[month - 1] + (month == 2 && is_leap(year));
}

/*
 * timegm() is not in POSIX.1-2008, and it accepts the 31st of February as a day
 * in March.  A signed time must not be guessed.
 */
static bool
to_seconds(const struct calendar *c, int64_t *seconds)
{
	int64_t days = 0;

	if (c->year < 1970 || c->year > 9999 || c->month < 1 || c->month > 12)
		return false;
	if (c->day < 1 || c->day > month_days(c->year, c->month) ||
	    c->hour > 23 || c->minute > 59 || c->second > 60)
		return false;
	for (int64_t y = 1970; y < c->year; y++)
		days += is_leap(y) ? 366 : 365;
	for (int64_t m = 1; m < c->month; m++)
		days += month_days(c->year, m);
	days += c->day - 1;
	*seconds =
	    days * SECONDS_A_DAY + c->hour * 3600 + c->minute * 60 + c->second;
	return true;
}

/*
 * Take exactly n digits.  Returns -1, which no field accepts, if there are
 * fewer.
 */
static int64_t
take_digits(struct span *rest, size_t n)
{
	int64_t value;

	if (rest->len < n)
		return -1;
	value = span_number(span_mem(rest->ptr, n));
	if (value >= 0)
		*rest = span_skip(*rest, n);
	return value;
}

static bool
take_char(struct span *rest, const char *any)
{
	if (rest->len == 0 || rest->ptr[0] == '\0' ||
	    strchr(any, rest->ptr[0]) == NULL)
		return false;
	*rest = span_skip(*rest, 1);
	return true;
}

/* RFC 3339 section 5.6, time-offset: "Z" or "+hh:mm", to seconds east. */
static bool
take_offset(struct span *rest, int64_t *east)
{
	bool negative = rest->len > 0 && rest->ptr[0] == '-';
	int64_t hours, minutes;

	*east = 0;
	if (take_char(rest, "Zz"))
		return true;
	if (!take_char(rest, "+-") || (hours = take_digits(rest, 2)) < 0 ||
	    !take_char(rest, ":") || (minutes = take_digits(rest, 2)) < 0 ||
	    hours > 23 || minutes > 59)
		return false;
	*east = (hours * 60 + minutes) * 60 * (negative ? -1 : 1);
	return true;
}

/* ISO 8601 and what is near it: "+hhmm", "+hh", " UTC", " GMT" or nothing. */
static bool
take_zone(struct span *rest, int64_t *east)
{
	bool negative = rest->len > 0 && rest->ptr[0] == '-';
	int64_t hours, minutes = 0;

	*east = 0;
	if (span_is(*rest, " UTC") || span_is(*rest, " GMT"))
		*rest = span_skip(*rest, rest->len);
	if (rest->len == 0)
		return true;
	if (!take_char(rest, "+-") || (hours = take_digits(rest, 2)) < 0 ||
	    (rest->len > 0 && (minutes = take_digits(rest, 2)) < 0) ||
	    hours > 23 || minutes > 59)
		return false;
	*east = (hours * 60 + minutes) * 60 * (negative ? -1 : 1);
	return true;
}

static bool
take_clock(struct span *rest, struct calendar *c)
{
	return (c->hour = take_digits(rest, 2)) >= 0 && take_char(rest, ":") &&
	       (c->minute = take_digits(rest, 2)) >= 0 &&
	       take_char(rest, ":") && (c->second = take_digits(rest, 2)) >= 0;
}

/* A date, "T" or a blank, and a time of day. */
static bool
take_date(struct span *rest, struct calendar *c)
{
	return (c->year = take_digits(rest, 4)) >= 0 && take_char(rest, "-") &&
	       (c->month = take_digits(rest, 2)) >= 0 && take_char(rest, "-") &&
	       (c->day = take_digits(rest, 2)) >= 0 && take_char(rest, "Tt ") &&
	       take_clock(rest, c);
}

/* A dot and digits, if there is a dot. */
static bool
take_fraction(struct span *rest)
{
	if (!take_char(rest, "."))
		return true;
	if (!take_char(rest, "0123456789"))
		return false;
	while (take_char(rest, "0123456789"))
		continue;
	return true;
}

bool
timestamp_parse_rfc3339(struct span rest, int64_t *seconds)
{
	struct calendar c;
	int64_t east;

	if (!take_date(&rest, &c) || !take_fraction(&rest) ||
	    !take_offset(&rest, &east) || rest.len > 0 ||
	    !to_seconds(&c, seconds))
		return false;
	*seconds -= east;
	return true;
}

/* Without a zone and without a fraction, so that its length is fixed. */
static bool
parse_utc(struct span rest, int64_t *seconds)
{
	struct calendar c;

	return take_date(&rest, &c) && rest.len == 0 && to_seconds(&c, seconds);
}

static bool
parse_iso8601(struct span rest, int64_t *seconds)
{
	struct span text = rest;
	struct calendar c;
	int64_t east;

	if (timestamp_parse_rfc3339(text, seconds))
		return true;
	if (!take_date(&rest, &c) || !take_fraction(&rest) ||
	    !take_zone(&rest, &east) || rest.len > 0 ||
	    !to_seconds(&c, seconds))
		return false;
	*seconds -= east;
	return true;
}

/* RFC 9110 section 5.6.7, IMF-fixdate. */
static bool
parse_imf(struct span rest, int64_t *seconds)
{
	struct calendar c = {0};

	if (rest.len != strlen("Sun, 06 Nov 1994 08:49:37 GMT"))
		return false;
	rest = span_skip(rest, 3);
	if (!take_char(&rest, ",") || !take_char(&rest, " ") ||
	    (c.day = take_digits(&rest, 2)) < 0 || !take_char(&rest, " "))
		return false;
	for (int64_t m = 1; m <= 12; m++) {
		if (span_starts(rest, span_str(month_name[m - 1])))
			c.month = m;
	}
	rest = span_skip(rest, 3);
	return take_char(&rest, " ") && (c.year = take_digits(&rest, 4)) >= 0 &&
	       take_char(&rest, " ") && take_clock(&rest, &c) &&
	       span_is(rest, " GMT") && to_seconds(&c, seconds);
}

static const char *const form_name[] = {
    [TIMESTAMP_ANY] = "time",
    [TIMESTAMP_SECONDS] = "seconds",
    [TIMESTAMP_MILLISECONDS] = "milliseconds",
    [TIMESTAMP_MICROSECONDS] = "microseconds",
    [TIMESTAMP_NANOSECONDS] = "nanoseconds",
    [TIMESTAMP_DECIMAL] = "decimal",
    [TIMESTAMP_RFC3339] = "rfc3339",
    [TIMESTAMP_UTC] = "utc",
    [TIMESTAMP_ISO8601] = "iso8601",
    [TIMESTAMP_IMF] = "imf",
};

#define FORMS (sizeof(form_name) / sizeof(form_name[0]))

bool
timestamp_form_named(struct span name, enum timestamp_form *form)
{
	for (size_t i = TIMESTAMP_SECONDS; i < FORMS; i++) {
		if (span_is(name, form_name[i])) {
			*form = (enum timestamp_form)i;
			return true;
		}
	}
	return false;
}

const char *
timestamp_form_name(enum timestamp_form form)
{
	return form_name[form];
}

bool
timestamp_form_is_open(enum timestamp_form form)
{
	return form == TIMESTAMP_DECIMAL || form == TIMESTAMP_ISO8601;
}

#define SECONDS_DIGITS 10 /* until the year 2286 */

/*
 * A number of exactly so many digits, of which the first ten are the seconds.
 * The others must be digits; there are at most nine.
 */
static bool
parse_number(struct span text, size_t digits, int64_t *seconds)
{
	int64_t whole;

	if (text.len != digits ||
	    (whole = take_digits(&text, SECONDS_DIGITS)) < 0 ||
	    (text.len > 0 && span_number(text) < 0))
		return false;
	*seconds = whole;
	return true;
}

static bool
parse_decimal(struct span text, int64_t *seconds)
{
	int64_t whole = take_digits(&text, SECONDS_DIGITS);

	if (whole < 0 || !take_char(&text, ".") || text.len > 9 ||
	    span_number(text) < 0)
		return false;
	*seconds = whole;
	return true;
}

/* The forms of a number that end where its digits do. */
static bool
parse_digits(struct span text, int64_t *seconds)
{
	long long n;

	if (text.len <= 11 && (n = span_number(text)) >= 0) {
		*seconds = n;
		return true;
	}
	return parse_number(text, 13, seconds) ||
	       parse_number(text, 16, seconds) ||
	       parse_number(text, 19, seconds);
}

/* A time in this form, if it is all of text. */
static bool
parse_form(enum timestamp_form form, struct span text, int64_t *seconds)
{
	switch (form) {
	case TIMESTAMP_SECONDS:
		return parse_number(text, SECONDS_DIGITS, seconds);
	case TIMESTAMP_MILLISECONDS:
		return parse_number(text, 13, seconds);
	case TIMESTAMP_MICROSECONDS:
		return parse_number(text, 16, seconds);
	case TIMESTAMP_NANOSECONDS:
		return parse_number(text, 19, seconds);
	case TIMESTAMP_DECIMAL:
		return parse_decimal(text, seconds);
	case TIMESTAMP_RFC3339:
		return timestamp_parse_rfc3339(text, seconds);
	case TIMESTAMP_UTC:
		return parse_utc(text, seconds);
	case TIMESTAMP_ISO8601:
		return parse_iso8601(text, seconds);
	case TIMESTAMP_IMF:
		return parse_imf(text, seconds);
	case TIMESTAMP_ANY:
		break;
	}
	return timestamp_parse(text, seconds);
}

static bool
is_one_of(struct span any, unsigned char c)
{
	return any.len > 0 && memchr(any.ptr, c, any.len) != NULL;
}

/* Bytes of a date and a time of day, after which a zone may begin. */
#define CLOCK_END (sizeof("2026-11-21T20:30:00") - 1)

/* True if a time could go on with c after text, which is a time. */
static bool
goes_on(struct span text, unsigned char c)
{
	bool digit = c >= '0' && c <= '9';
	unsigned char last = text.ptr[text.len - 1];

	if (last < '0' || last > '9') /* "Z" or " UTC" */
		return false;
	if (memchr(text.ptr, ':', text.len) == NULL) /* a decimal */
		return digit;
	for (size_t i = CLOCK_END; i < text.len; i++) {
		/* "+01" goes on to "+0100" or "+01:00". */
		if (text.ptr[i] == '+' || text.ptr[i] == '-')
			return i + 3 == text.len && (digit || c == ':');
	}
	return digit || (c != '\0' && strchr(".Zz+- ", c) != NULL);
}

/*
 * A time whose end nothing shows: see timestamp_parse_at().  A byte that stands
 * beside the time must not be where another time in it begins or ends.
 */
static bool
is_only_time(enum timestamp_form form, struct span text,
    const struct timestamp_place *place)
{
	int64_t other;

	if (is_one_of(place->before, '\0'))
		return false;
	for (size_t i = 0; i < place->after.len; i++) {
		if (place->after.ptr[i] == '\0' ||
		    goes_on(text, place->after.ptr[i]))
			return false;
	}
	for (size_t i = 0; i < text.len; i++) {
		if (is_one_of(place->after, text.ptr[i]) &&
		    parse_form(form, span_mem(text.ptr, i), &other))
			return false;
		if (is_one_of(place->before, text.ptr[i]) &&
		    parse_form(form, span_skip(text, i + 1), &other))
			return false;
	}
	return true;
}

/* True for a time that shows where it ends, in all forms that have it. */
static bool
is_closed(enum timestamp_form form, struct span text)
{
	int64_t seconds;

	return form != TIMESTAMP_DECIMAL && form != TIMESTAMP_ISO8601 &&
	       (form != TIMESTAMP_ANY || parse_digits(text, &seconds) ||
		   timestamp_parse_rfc3339(text, &seconds) ||
		   parse_imf(text, &seconds));
}

bool
timestamp_parse_at(enum timestamp_form form, struct span text,
    const struct timestamp_place *place, int64_t *seconds)
{
	return parse_form(form, text, seconds) &&
	       (is_closed(form, text) || is_only_time(form, text, place));
}

bool
timestamp_parse(struct span text, int64_t *seconds)
{
	return parse_digits(text, seconds) || parse_decimal(text, seconds) ||
	       parse_iso8601(text, seconds) || parse_imf(text, seconds);
}

bool
timestamp_fresh(int64_t stamp, int64_t now, int64_t window)
{
	uint64_t apart = stamp > now ? (uint64_t)stamp - (uint64_t)now
				     : (uint64_t)now - (uint64_t)stamp;

	return window >= 0 && apart <= (uint64_t)window;
}

/*
 * gmtime_r() would read the machine's time zone, and take a lock that all
 * threads share.  A time before the first of March of the year 0, or after the
 * year 9999, is printed as the epoch.
 *
 * Years begin in March here, so that a leap day is the last day of its year.  400
 * of them have 146,097 days; 4 have 1,461 but for a missing leap day; and five
 * months from March or August on have 153 days.
 */
static struct calendar
from_seconds(int64_t when)
{
	struct calendar c;
	int64_t days, day, year, month;

	if (when < -DAYS_TO_1970 * SECONDS_A_DAY || when > LAST_SECOND)
		when = 0;
	when += DAYS_TO_1970 * SECONDS_A_DAY;
	days = when / SECONDS_A_DAY;
	when %= SECONDS_A_DAY;
	/* The first day of all was a Wednesday. */
	c.weekday = (days + 3) % 7;
	day = days % 146097;
	year = (day - day / 1460 + day / 36524 - day / 146096) / 365;
	day -= 365 * year + year / 4 - year / 100;
	month = (5 * day + 2) / 153;
	c.day = day - (153 * month + 2) / 5 + 1;
	c.month = month < 10 ? month + 3 : month - 9;
	c.year = days / 146097 * 400 + year + (month >= 10);
	c.hour = when / 3600;
	c.minute = when / 60 % 60;
	c.second = when % 60;
	return c;
}

void
timestamp_format(
    char dst[static TIMESTAMP_TEXT_MAX], const struct timespec *when)
{
	struct calendar c = from_seconds(when->tv_sec);

	snprintf(dst, TIMESTAMP_TEXT_MAX,
	    "%04d-%02d-%02dT%02d:%02d:%02d.%06ldZ", (int)c.year, (int)c.month,
	    (int)c.day, (int)c.hour, (int)c.minute, (int)c.second,
	    when->tv_nsec / 1000 % 1000000);
}

void
timestamp_day(char dst[static TIMESTAMP_TEXT_MAX], time_t when)
{
	struct calendar c = from_seconds(when);

	snprintf(dst, TIMESTAMP_TEXT_MAX, "%04d-%02d-%02d", (int)c.year,
	    (int)c.month, (int)c.day);
}

void
timestamp_imf(char dst[static TIMESTAMP_TEXT_MAX], time_t when)
{
	struct calendar c = from_seconds(when);

	/* Not strftime(): its %a and %b follow the locale. */
	snprintf(dst, TIMESTAMP_TEXT_MAX, "%s, %02d %s %04d %02d:%02d:%02d GMT",
	    day_name[c.weekday], (int)c.day, month_name[c.month - 1],
	    (int)c.year, (int)c.hour, (int)c.minute, (int)c.second);
}
