/*
 * hold.h - refused deliveries, kept for a second look; few, and in few bytes.
 *
 *	ROOT/P/hold/NAME   one delivery, as request_file.h writes it
 *	ROOT/P/hold/.part  being written; of a crash, written over by the next
 *	ROOT/P/hold/.lock  held by whoever adds to the folder
 *
 * None of it is an event, and no consumer has business here: 0700 and 0600,
 * whatever group_access says.  Anybody can have things put here, at any rate,
 * so nothing is flushed to disk, the limits hold at every instant and across
 * all processes, and the oldest give way to the newest.
 *
 * A name is MICROSECONDS-BYTES: the order of arrival, and what the file takes,
 * so that the limits are kept by reading names alone.
 */
#ifndef HOLD_H
#define HOLD_H

#include <stdbool.h>
#include <stddef.h>
#include <time.h>

#include "base/file.h"
#include "base/span.h"
#include "base/status.h"
#include "profile/provider.h"

#define HOLD_NAME_MAX  40           /* characters of a name, NUL counted */
#define HOLD_FILE_MAX  (65UL << 20) /* bytes; max_body is at most 64 MiB */
#define HOLD_COUNT_MAX 10000L
#define HOLD_BYTES_MAX (1L << 30)

/* The folder of one provider; strings are borrowed. */
struct hold {
	const char *root;     /* ROOT, absolute */
	const char *provider; /* a name, checked */
	bool group_access;    /* of ROOT/P, should it have to be made */
	struct hold_limit limit;
};

/*
 * Keep head and body, one after the other, as a new file, after removing as
 * many of the oldest as that takes.  Makes the folder, and the inbox that it
 * lies in, if need be.  Never waits for long: where others keep the lock it
 * gives up.
 *
 * False, with why set: it is not kept.
 */
bool hold_put(const struct hold *hold, struct span head, struct span body,
    const struct timespec *now, struct reason *why);

struct hold_item {
	char name[HOLD_NAME_MAX];
	unsigned long long stamp; /* microseconds since 1970, about */
	unsigned long long bytes; /* of the file */
};

struct hold_list {
	struct hold_item *item; /* malloc'd; the oldest first */
	size_t n;
};

/*
 * List the folder; one that is not there is empty.  True: the caller frees
 * *list by hold_list_free().  False: why is set.
 */
bool hold_list(
    const struct hold *hold, struct hold_list *list, struct reason *why);

void hold_list_free(struct hold_list *list);

/* True for what can be the name of a held delivery. */
bool hold_name_ok(const char *name);

enum hold_outcome {
	HOLD_READ,  /* the caller frees content->bytes */
	HOLD_GONE,  /* there is no such file, or not any more */
	HOLD_FAILED /* why is set */
};

/*
 * Read a file of the folder, or its first max bytes.  What cannot be a name is
 * HOLD_GONE.
 */
enum hold_outcome hold_read(const struct hold *hold, const char *name,
    size_t max, struct file_content *content, struct reason *why);

/* Remove a file; one that is gone is removed.  False: why is set. */
bool hold_remove(const struct hold *hold, const char *name, struct reason *why);

/*
 * Remove what is over the limits, should they have been lowered, unless they
 * say that nothing is to be kept; and what a crash left.  False: why is set.
 */
bool hold_sweep(const struct hold *hold, struct reason *why);

/*
 * True if the folder is this user's or not there: files that another one makes
 * may be out of the receiver's reach.  False: why says whose it is.
 */
bool hold_is_ours(const struct hold *hold, struct reason *why);

#endif
