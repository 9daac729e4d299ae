/*
 * coverage.h - what a signature covers, derived from a profile.
 *
 * The one place where this is derived.  The receiver reads it where it decides,
 * and the same facts are shown by `hookdir presets` and in hookdir-presets(7).
 */
#ifndef COVERAGE_H
#define COVERAGE_H

#include <stdbool.h>

#include "base/span.h"
#include "base/timestamp.h"

struct profile;  /* profile.h */
struct field;    /* field.h */
struct template; /* template.h */

/* Different bytes that can stand on one side of a signed time, at most. */
#define COVERAGE_BESIDE 16

/* Whether a delivery that was captured can be sent again as another event. */
enum coverage_replay {
	/* Never: it is a duplicate, and later its time is too old. */
	COVERAGE_NEVER,
	/* Once for each time that the sender signed anew to try again, while
	 * that is fresh: under another id, which is not signed. */
	COVERAGE_RETRIES,
	/* As often as somebody likes, while its time is fresh. */
	COVERAGE_FRESH,
	/* It is a duplicate for dedup_days: its name or its time is signed. */
	COVERAGE_DAYS,
	/* As often as somebody likes, for ever: each with another id that is
	 * not signed, or it is an event of its own each time. */
	COVERAGE_EVER
};

/* Made once with the profile, and constant after that. */
struct coverage {
	enum timestamp_form form; /* the only one that is accepted */
	/*
	 * Bytes that can precede or follow the time in a signed text; "\0":
	 * any byte.  See timestamp_place.
	 */
	struct coverage_beside {
		size_t n;
		unsigned char byte[COVERAGE_BESIDE];
	} before, after;
	bool ends; /* text, or an end, is on either side of each signed time */
	bool time; /* a time is signed and checked */
	bool body; /* the whole body is signed */
	bool id, type; /* so is the field that each is taken from */
	bool headers;  /* some header is part of the signed text */
	enum coverage_replay replay;
};

/*
 * Derive the coverage of profile, which is complete but for this.  form is that
 * of the setting timestamp_format, or TIMESTAMP_ANY: then a time is told by its
 * shape if the signed text shows where it ends, and is in seconds otherwise.
 */
struct coverage coverage_of(
    const struct profile *profile, enum timestamp_form form);

/* True if part i of the template is the signed time. */
bool coverage_is_time(
    const struct profile *profile, const struct template *tpl, size_t i);

/* True for the bytes that a signed header may have: [A-Za-z0-9_-] and more. */
bool coverage_header_byte(const struct profile *profile, unsigned char byte);

#endif
