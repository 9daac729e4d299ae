/*
 * preset_table.h - the tables that preset.c looks through.
 *
 * An entry goes into the file of its kind, in the order of the names, with a
 * comment where its provider is odd: above all about the id.  An id that comes
 * twice loses an event, so there is one only where the provider says what it
 * stands for; else the digest of what was signed stands for the event.  An id
 * in a header that is not signed will do where the provider calls it the
 * delivery's or the event's: with another one a replay is a duplicate, no more.
 */
#ifndef PRESET_TABLE_H
#define PRESET_TABLE_H

#include "preset/preset.h"

struct preset_table {
	const struct preset *row;
	size_t n;
};

extern const struct preset_table preset_body;  /* HMAC over the body */
extern const struct preset_table preset_time;  /* HMAC over a time as well */
extern const struct preset_table preset_key;   /* public keys */
extern const struct preset_table preset_token; /* a password, and no MAC */

/* The table of the rows[] above it. */
#define PRESET_TABLE(rows)                             \
	{                                              \
		rows, sizeof(rows) / sizeof((rows)[0]) \
	}

#endif
