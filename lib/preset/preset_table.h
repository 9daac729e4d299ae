/*
 * preset_table.h - the tables of presets, in which preset.c searches.
 *
 * Put a new preset into the file of its kind, in the order of the names.  Add a
 * comment if the provider does something unusual, above all with ids.  If two
 * events have the same id, the second is lost.  So a preset has an id only if
 * the provider documents what its id means.  Without an id, the digest of the
 * signed text identifies the event.  An id in a header that is not signed is
 * acceptable if the provider calls it the id of the delivery or of the event.
 * A replay with another id is then filed as another event, but cannot do more.
 */
#ifndef PRESET_TABLE_H
#define PRESET_TABLE_H

#include "preset/preset.h"

/*
 * What no other setting says, in each entry: the preset's name, whose key it
 * is, what binds a delivery to this user, and the one form that its times have.
 *
 * An entry without these does not compile: the compiler counts the uses of
 * PRESET(), and PRESET_TABLE() compares their number with that of the entries.
 */
/* NOLINTBEGIN(bugprone-macro-parentheses): initialisers */
#define PRESET(name_, key_, bound_by_, time_)                     \
	.name = name_, .key = (enum preset_key)(key_ + PRESET_0), \
	.bound_by = bound_by_, .timestamp_format = time_
/* NOLINTEND(bugprone-macro-parentheses) */
#define PRESET_0 (0 * __COUNTER__)
enum { PRESET_FIRST = __COUNTER__ };

/* The last argument. */
#define TIME_NONE         NULL /* none is signed, or the scheme finds it */
#define TIME_SECONDS      "seconds"
#define TIME_MILLISECONDS "milliseconds"
#define TIME_RFC3339      "rfc3339"

struct preset_table {
	const struct preset *row;
	size_t n;
};

extern const struct preset_table preset_body;  /* HMAC over the body */
extern const struct preset_table preset_time;  /* HMAC over a time too */
extern const struct preset_table preset_key;   /* public keys */
extern const struct preset_table preset_token; /* a password, no MAC */

/* Define table, which consists of the array rows. */
#define PRESET_TABLE(table, rows)                          \
	_Static_assert(sizeof(rows) / sizeof((rows)[0]) == \
			   __COUNTER__ - PRESET_FIRST - 1, \
	    "an entry does not begin with PRESET(...)");   \
	const struct preset_table table = {                \
	    rows, sizeof(rows) / sizeof((rows)[0])}

#endif
