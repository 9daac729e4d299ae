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
	TIMESTAMP_NANOSECONDS,  /* nineteen digits */
	TIMESTAMP_DECIMAL,      /* ten digits, a dot, one to nine digits */
	TIMESTAMP_RFC3339,
	TIMESTAMP_UTC,     /* "2026-11-21T20:30:00", without a zone: UTC */
	TIMESTAMP_ISO8601, /* date and time, the zone in any usual form */
	TIMESTAMP_IMF
};

/* The names of the forms, for messages. */
#define TIMESTAMP_FORM_NAMES                                          \
	"seconds, milliseconds, microseconds, nanoseconds, decimal, " \
	"rfc3339, utc, iso8601 or imf"

/*
 * The form called name, one of TIMESTAMP_FORM_NAMES.  False, with *form
 * unchanged, for another name.
 */
bool timestamp_form_named(struct span name, enum timestamp_form *form);

/* The name of a form; "time" for TIMESTAMP_ANY.  Static. */
const char *timestamp_form_name(enum timestamp_form form);

/*
 * True for a form of variable length, of which no byte is surely the last:
 * TIMESTAMP_DECIMAL and TIMESTAMP_ISO8601.  Every other form but TIMESTAMP_ANY
 * shows where a time ends, whatever follows it, and where it begins, whatever
 * precedes it: numbers have a fixed number of digits.
 */
bool timestamp_form_is_open(enum timestamp_form form);

/*
 * What can stand beside a time in a signed text: one of the bytes in after
 * follows it, and one of those in before precedes it.  None: it begins or ends
 * the text, or is found where its end is shown, as in a string of JSON.
 */
struct timestamp_place {
	struct span before, after; /* "\0" in one: any byte, or no text */
};

/*
 * Read a time in this form alone, as timestamp_parse() does.
 *
 * A time without a fixed end is accepted only if it is the one way to read a
 * time at this place: it contains no other time that begins or ends there, and
 * cannot be a part of a longer one.  Otherwise somebody could cut a signed text
 * at another byte.
 */
bool timestamp_parse_at(enum timestamp_form form, struct span text,
    const struct timestamp_place *place, int64_t *seconds);

/*
 * Read a time in any of the forms that senders use, and store whole seconds
 * since 1970 in *seconds.  The forms are told apart by their shape:
 *
 * A number of up to 11 digits is in seconds since 1970, one of 13 digits in
 * milliseconds, one of 16 in microseconds, one of 19 in nanoseconds.  Ten
 * digits may have a fraction ("1795293000.123").
 *
 * RFC 3339 ("2026-11-21T20:30:00.5+01:00") may have a fraction.  In place of
 * its zone there may be "+0100", "+01", " UTC", " GMT", or nothing, which is
 * UTC.  IMF-fixdate ("Sun, 05 Jan 2014 21:31:40 GMT", RFC 9110, section 5.6.7)
 * may have the wrong weekday: real senders and published test vectors do.
 *
 * Returns false for anything else.
 */
bool timestamp_parse(struct span text, int64_t *seconds);

/* The same for RFC 3339 alone. */
bool timestamp_parse_rfc3339(struct span text, int64_t *seconds);

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
