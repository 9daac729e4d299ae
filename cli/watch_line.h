/*
 * watch_line.h - the lines of hookdir watch, and what it remembers of events.
 *
 * When an event has been handled, its file may be gone: so the type and the id
 * of the latest events are remembered.  The memory is of fixed size; of an event
 * that is not in it, the type is not shown.
 */
#ifndef WATCH_LINE_H
#define WATCH_LINE_H

#include <stdbool.h>
#include <stdint.h>

#include "eventfile.h"
#include "outbox/outbox_name.h"

/* What has happened to an event. */
enum watch_word {
	WATCH_NEW,      /* filed */
	WATCH_STARTED,  /* a handler has it */
	WATCH_DONE,     /* handled */
	WATCH_LATER,    /* to be tried again */
	WATCH_FAILED,   /* given up */
	WATCH_DROPPED,  /* given up by `hookdir drop` */
	WATCH_REPLAYED, /* back by `hookdir replay` */
	WATCH_PUT_BACK  /* its attempt was none, and it waits again */
};

#define WATCH_KNOWN 4096

/* An event that is remembered. */
struct watch_known {
	uint64_t hash; /* 0: none */
	enum watch_word word;
	unsigned attempts;
	char id[160], type[160]; /* as its file has them; or "" */
};

struct watch_memory {
	struct watch_known known[WATCH_KNOWN];
	bool json;
};

/* One thing that has happened. */
struct watch_news {
	const char *provider;
	enum watch_word word;
	const struct outbox_name *name;
	const struct eventfile
	    *file;          /* its header, or NULL: it cannot be had */
	struct span reason; /* what its handler said; may be empty */
};

/*
 * What was said last of the event, if it is remembered.  False: it is not.
 */
bool watch_last(const struct watch_memory *memory, const char *provider,
    const struct outbox_name *name, enum watch_word *word);

/*
 * Print a line, unless the same has been said of the event last.  True if it
 * was printed.
 */
bool watch_line(struct watch_memory *memory, const struct watch_news *news);

#endif
