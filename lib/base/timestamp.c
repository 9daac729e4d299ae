/* timestamp.c - reads and writes times; does its own calendar arithmetic. */
#include <stdio.h>

#include "base/timestamp.h"

#define SECONDS_A_DAY 86400

static const char month_name[12][4] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
    "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
static const char day_name[7][4] = {
    "Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};

struct calendar {
	int64_t year, month, day, hour, minute, second;
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

static bool
take_clock(struct span *rest, struct calendar *c)
{
	return (c->hour = take_digits(rest, 2)) >= 0 && take_char(rest, ":") &&
	       (c->minute = take_digits(rest, 2)) >= 0 &&
	       take_char(rest, ":") && (c->second = take_digits(rest, 2)) >= 0;
}

static bool
parse_rfc3339(struct span rest, int64_t *seconds)
{
	struct calendar c;
	int64_t east;

	if ((c.year = take_digits(&rest, 4)) < 0 || !take_char(&rest, "-") ||
	    (c.month = take_digits(&rest, 2)) < 0 || !take_char(&rest, "-") ||
	    (c.day = take_digits(&rest, 2)) < 0 || !take_char(&rest, "Tt ") ||
	    !take_clock(&rest, &c))
		return false;
	if (take_char(&rest, ".")) {
		if (!take_char(&rest, "0123456789"))
			return false;
		while (take_char(&rest, "0123456789"))
			continue;
	}
	if (!take_offset(&rest, &east) || rest.len > 0 ||
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
    [TIMESTAMP_RFC3339] = "rfc3339",
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

/* A number of exactly so many digits, of which unit make a second. */
static bool
parse_number(struct span text, size_t digits, int64_t unit, int64_t *seconds)
{
	long long n = text.len == digits ? span_number(text) : -1;

	if (n < 0)
		return false;
	*seconds = n / unit;
	return true;
}

bool
timestamp_parse_as(enum timestamp_form form, struct span text, int64_t *seconds)
{
	switch (form) {
	case TIMESTAMP_SECONDS:
		return parse_number(text, 10, 1, seconds);
	case TIMESTAMP_MILLISECONDS:
		return parse_number(text, 13, 1000, seconds);
	case TIMESTAMP_MICROSECONDS:
		return parse_number(text, 16, 1000000, seconds);
	case TIMESTAMP_RFC3339:
		return parse_rfc3339(text, seconds);
	case TIMESTAMP_IMF:
		return parse_imf(text, seconds);
	case TIMESTAMP_ANY:
		break;
	}
	return timestamp_parse(text, seconds);
}

bool
timestamp_parse(struct span text, int64_t *seconds)
{
	long long n = span_number(text);

	if (n >= 0) {
		if (text.len == 13)
			n /= 1000;
		else if (text.len == 16)
			n /= 1000000;
		else if (text.len > 11)
			return false;
		*seconds = n;
		return true;
	}
	return parse_rfc3339(text, seconds) || parse_imf(text, seconds);
}

bool
timestamp_fresh(int64_t stamp, int64_t now, int64_t window)
{
	uint64_t apart = stamp > now ? (uint64_t)stamp - (uint64_t)now
				     : (uint64_t)now - (uint64_t)stamp;

	return window >= 0 && apart <= (uint64_t)window;
}

/* A time that gmtime_r() cannot express is printed as the epoch. */
static struct tm
utc(time_t when)
{
	struct tm tm;

	if (gmtime_r(&when, &tm) == NULL)
		tm = (struct tm){.tm_mday = 1, .tm_year = 70, .tm_wday = 4};
	return tm;
}

void
timestamp_format(
    char dst[static TIMESTAMP_TEXT_MAX], const struct timespec *when)
{
	struct tm tm = utc(when->tv_sec);
	size_t n = strftime(dst, TIMESTAMP_TEXT_MAX, "%Y-%m-%dT%H:%M:%S", &tm);

	snprintf(dst + n, TIMESTAMP_TEXT_MAX - n, ".%06ldZ",
	    when->tv_nsec / 1000 % 1000000);
}

void
timestamp_day(char dst[static TIMESTAMP_TEXT_MAX], time_t when)
{
	struct tm tm = utc(when);

	if (strftime(dst, TIMESTAMP_TEXT_MAX, "%Y-%m-%d", &tm) == 0)
		dst[0] = '\0';
}

void
timestamp_imf(char dst[static TIMESTAMP_TEXT_MAX], time_t when)
{
	struct tm tm = utc(when);

	/* Not strftime(): its %a and %b follow the locale. */
	snprintf(dst, TIMESTAMP_TEXT_MAX, "%s, %02d %s %04d %02d:%02d:%02d GMT",
	    day_name[tm.tm_wday], tm.tm_mday, month_name[tm.tm_mon],
	    tm.tm_year + 1900, tm.tm_hour, tm.tm_min, tm.tm_sec);
}
