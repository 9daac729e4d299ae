/*
 * hold.h - keeps rejected deliveries for a second look, within limits.
 *
 *	ROOT/P/hold/NAME   one held delivery, as request_file.h writes it
 *	ROOT/P/hold/.part  the file being written; after a crash, the next
 *	                   delivery overwrites it
 *	ROOT/P/hold/.lock  locked by the process that changes the folder
 *
 * Held deliveries are not events, and consumers must not read them.  So the
 * modes are 0700 and 0600, whatever group_access says.
 *
 * Anyone can cause deliveries to be held, and as many as they like.  So nothing
 * is flushed to disk; the limits hold at every moment and for all processes
 * together; and the oldest held deliveries are removed to make room for new
 * ones.
 *
 * NAME is MICROSECONDS-BYTES: the time of arrival and the size of the file.
 * Reading the names is therefore enough to keep the limits.
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

/* The hold folder of one provider; strings are borrowed. */
struct hold {
	const char *root;     /* ROOT, absolute */
	const char *provider; /* a name, checked */
	bool group_access;    /* used if ROOT/P must be created */
	struct hold_terms terms;
};

/*
 * Write head and body, one after the other, to a new file.  First remove as
 * many of the oldest files as the limits require.  Creates the folder, and the
 * inbox that contains it, if they do not exist.  Waits at most 200 ms for the
 * lock.
 *
 * False, with why set: the delivery is not held.
 */
bool hold_put(const struct hold *hold, struct span head, struct span body,
    const struct timespec *now, struct reason *why);

struct hold_item {
	char name[HOLD_NAME_MAX];
	unsigned long long stamp; /* microseconds since 1970, approximately */
	unsigned long long bytes; /* of the file */
};

struct hold_list {
	struct hold_item *item; /* malloc'd; the oldest first */
	size_t n;
};

/*
 * List the folder; a missing folder counts as empty.  True: the caller frees
 * *list with hold_list_free().  False: why is set.
 */
bool hold_list(
    const struct hold *hold, struct hold_list *list, struct reason *why);

void hold_list_free(struct hold_list *list);

/* True if name has the form MICROSECONDS-BYTES. */
bool hold_name_ok(const char *name);

enum hold_outcome {
	HOLD_READ,  /* the caller frees content->bytes */
	HOLD_GONE,  /* the file does not exist, or no longer does */
	HOLD_FAILED /* why is set */
};

/*
 * Read a file of the folder, at most its first max bytes.  If
 * hold_name_ok(name) is false, the outcome is HOLD_GONE.
 */
enum hold_outcome hold_read(const struct hold *hold, const char *name,
    size_t max, struct file_content *content, struct reason *why);

/* Remove a file; a missing file is a success.  False: why is set. */
bool hold_remove(const struct hold *hold, const char *name, struct reason *why);

/*
 * Remove the oldest files until the limits hold, in case they were lowered.
 * With a limit of 0 files, which turns holding off, the existing files stay.
 * Also remove a .part file that a crash left.  False: why is set.
 */
bool hold_sweep(const struct hold *hold, struct reason *why);

/*
 * True if the folder belongs to this user alone or does not exist.  A command
 * that another user runs must not create files there: the receiver might be
 * unable to read or remove them.  False: why says who owns the folder.
 */
bool hold_is_ours(const struct hold *hold, struct reason *why);

#endif
