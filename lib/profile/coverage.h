/*
 * coverage.h - what a signature covers, derived from a profile.
 *
 * The one place where this is derived.  The receiver reads it where it decides,
 * and the same facts are shown by `hookdir presets` and in README.md.
 */
#ifndef COVERAGE_H
#define COVERAGE_H

#include <stdbool.h>

struct profile; /* profile.h */

/*
 * True if a time is part of the signed text, and the event's name is made from
 * something else than that text.  Then two deliveries with the same signed text
 * are the same delivery, whatever ids they have: no sender signs one text for
 * two events.  Not where no time is signed: there two events can have the same
 * text.  Not for tokens and HTTP signatures: their time is not in the text that
 * struct verified has.  Not with "id": "none".
 */
bool coverage_text_is_once(const struct profile *profile);

#endif
