/*
 * timestamp.h - reading times as senders write them, and writing our own.
 *
 * Every result depends on the arguments alone: nothing here reads the clock.
 */
#ifndef TIMESTAMP_H
#define TIMESTAMP_H

#include <stdbool.h>
#include <stdint.h>
#include <time.h>

#include "base/span.h"

/* Bytes of a time in RFC 3339 with microseconds, including the NUL. */
#define TIMESTAMP_TEXT_MAX 40

/* How a sender writes its times. */
enum timestamp_form {
	TIMESTAMP_ANY,          /* told by its shape: see timestamp_parse() */
	TIMESTAMP_SECONDS,      /* since 1970: ten digits */
	TIMESTAMP_MILLISECONDS, /* thirteen digits */
	TIMESTAMP_MICROSECONDS, /* sixteen digits */
	TIMESTAMP_RFC3339,
	TIMESTAMP_IMF
};

/*
 * The form called name: seconds, milliseconds, microseconds, rfc3339 or imf.
 * False, with *form unchanged, for another name.
 */
bool timestamp_form_named(struct span name, enum timestamp_form *form);

/* The name of a form; "time" for TIMESTAMP_ANY.  Static. */
const char *timestamp_form_name(enum timestamp_form form);

/*
 * Read a time in this form alone, as timestamp_parse() does.  A form other than
 * TIMESTAMP_ANY shows where the time ends, whatever follows it, and where it
 * begins, whatever precedes it: numbers have a fixed number of digits.
 */
bool timestamp_parse_as(
    enum timestamp_form form, struct span text, int64_t *seconds);

/*
 * Read a time in any of the forms that senders use, and store whole seconds
 * since 1970 in *seconds.  The forms are told apart by their shape:
 *
 * A number of up to 11 digits is in seconds since 1970, one of 13 digits in
 * milliseconds, one of 16 in microseconds.  RFC 3339
 * ("2026-11-21T20:30:00.5+01:00") may have a fraction.  IMF-fixdate ("Sun, 05
 * Jan 2014 21:31:40 GMT", RFC 9110, section 5.6.7) may have the wrong weekday:
 * real senders and published test vectors do.
 *
 * Returns false for anything else.
 */
bool timestamp_parse(struct span text, int64_t *seconds);

/*
 * True if the signed time stamp is at most window seconds before or after now.
 * Both times are in seconds since 1970; a negative window gives false.  Does
 * not overflow for any input.
 */
bool timestamp_fresh(int64_t stamp, int64_t now, int64_t window);

/* Write when as "2026-11-21T20:30:00.123456Z", NUL-terminated. */
void timestamp_format(
    char dst[static TIMESTAMP_TEXT_MAX], const struct timespec *when);

/* Write the UTC day of when as "2026-11-21", NUL-terminated. */
void timestamp_day(char dst[static TIMESTAMP_TEXT_MAX], time_t when);

/* Write when as an IMF-fixdate, NUL-terminated. */
void timestamp_imf(char dst[static TIMESTAMP_TEXT_MAX], time_t when);

#endif
