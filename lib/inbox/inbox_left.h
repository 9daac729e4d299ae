/*
 * inbox_left.h - looks at a file that a crash left in tmp/.
 *
 * Anything may be in tmp/: with group_access, other users can write there too.
 * So nothing is believed of a file but what its hash covers, and nothing is
 * opened that could block.
 *
 * Only the modules of inbox/ need it.
 */
#ifndef INBOX_LEFT_H
#define INBOX_LEFT_H

#include <stdbool.h>
#include <time.h>

#include "base/span.h"
#include "inbox/inbox.h"
#include "inbox/inbox_dedup.h"
#include "inbox/inbox_fds.h"

/* One pass over tmp/; all borrowed. */
struct inbox_pass {
	const struct inbox *inbox;
	const struct inbox_dir *dir; /* open, with its lock */
	time_t now;
	struct reason *why;
};

enum inbox_left_kind {
	LEFT_NONE,    /* the file is gone, or its event is being stored */
	LEFT_OTHER,   /* not called NAME.SHA256: not a file of the inbox */
	LEFT_TORN,    /* incomplete, or not a file that the inbox makes */
	LEFT_KNOWN,   /* its event is in new/, or has a dedup mark */
	LEFT_LOST,    /* a complete event that is not known */
	LEFT_FOREIGN, /* the same, and the file is another user's */
	LEFT_FAILED   /* it could not be examined: why is set */
};

struct inbox_left {
	const char *file; /* its name in tmp/; borrowed */
	char name[INBOX_NAME_MAX + 1];
	char also[INBOX_NAME_MAX + 1]; /* the second name, or "" */
	/*
	 * With LEFT_KNOWN, the marks that are missing or may be; without a
	 * name, none.
	 */
	struct dedup_names unmarked;
	unsigned char *bytes; /* with LEFT_LOST, the whole file; or NULL */
	size_t len;
	int fd, lock; /* or -1 */
};

/*
 * Lock the event of a file in tmp/, without waiting, and look at the file.
 * Call inbox_left_close() after any outcome; until then the event is locked.
 */
enum inbox_left_kind inbox_left_open(
    struct inbox_left *left, const struct inbox_pass *pass, const char *file);

void inbox_left_close(struct inbox_left *left);

/*
 * Set why to "ROOT/P/tmp/FILE", what and the text of errno, as inbox_dir_fail()
 * does.  Returns false.
 */
bool inbox_left_fail(const struct inbox_left *left,
    const struct inbox_pass *pass, const char *what);

/*
 * Find the second name in the content of an event's file: the first line
 * "Hookdir-Dedup: NAME" of its head.  False: there is none, or it is not
 * "sha256-" and 64 digits.
 */
bool inbox_left_also(char also[static INBOX_NAME_MAX + 1], struct span content);

#endif
