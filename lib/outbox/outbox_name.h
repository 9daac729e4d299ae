/*
 * outbox_name.h - the names that an event has on its way to its handler.
 *
 * What is to be done with an event, and how often it was tried, is in the name
 * of its file and of the folder that the file is in:
 *
 *	new/ID            waiting
 *	busy/N.ID         a handler has it; N attempts have begun
 *	later/NEXT.N.ID   N attempts have failed; the next one is due at NEXT
 *	failed/ID         given up
 *	done/ID           handled
 *
 * ID is the event's name, as the receiver made it.  N is 1 to 999 without
 * leading zeros, up to the first dot.  NEXT is a time in UTC, exactly like
 * 20261127T120000Z.  A file with any other name is no event: nobody moves it.
 */
#ifndef OUTBOX_NAME_H
#define OUTBOX_NAME_H

#include <stdbool.h>
#include <stdint.h>
#include <time.h>

#include "inbox/inbox.h"

#define OUTBOX_ATTEMPTS_MAX 999
#define OUTBOX_NEXT_LEN     16
/* Bytes of the longest name of a file, with its NUL. */
#define OUTBOX_FILE_MAX (OUTBOX_NEXT_LEN + sizeof(".999.") + INBOX_NAME_MAX)

/* Where an event is: one folder for each. */
enum outbox_state {
	OUTBOX_NEW,
	OUTBOX_BUSY,
	OUTBOX_LATER,
	OUTBOX_FAILED,
	OUTBOX_DONE,
	OUTBOX_STATES
};

/* What the name of a file says. */
struct outbox_name {
	char id[INBOX_NAME_MAX + 1];
	unsigned attempts; /* N; 0 in new/, failed/ and done/ */
	time_t next;       /* NEXT; 0 where there is none */
};

/* The name of the state and of its folder: "new".  Static. */
const char *outbox_state_name(enum outbox_state state);

/*
 * True if id may be the name of an event: 1 to INBOX_NAME_MAX characters out of
 * A-Z a-z 0-9 . _ - of which the first is a letter or a digit.
 */
bool outbox_name_is_id(const char *id);

/* Read the name of a file in a state's folder.  False: it is no event's. */
bool outbox_name_read(
    struct outbox_name *name, enum outbox_state state, const char *file);

/*
 * Write the name that the file has in a state's folder.  More attempts than
 * OUTBOX_ATTEMPTS_MAX are written as that many.  NEXT is from the year 1970 to
 * 9999; an earlier or a later time is written as the first or the last of these.
 */
void outbox_name_write(char dst[static OUTBOX_FILE_MAX],
    enum outbox_state state, const struct outbox_name *name);

/* A number for id.  Others may have the same, but rarely have. */
uint64_t outbox_name_hash(const char *id);

#endif
