/*
 * outbox_errors.h - what the handler of an event said: errors/ID.
 *
 * The file has one line, which says how the latest attempt ended ("exit status
 * 111"), and after it the end of the handler's output, byte for byte.  It is
 * for people and `hookdir list`; nothing depends on it, and it is not flushed to
 * disk.  Whoever shows it must not trust its bytes.
 */
#ifndef OUTBOX_ERRORS_H
#define OUTBOX_ERRORS_H

#include <stdbool.h>
#include <stddef.h>
#include <time.h>

#include "base/span.h"
#include "base/status.h"
#include "outbox/outbox_dir.h"

/* Bytes of the first line, with its LF, and of the output after it, at most. */
#define OUTBOX_ERRORS_LINE   256
#define OUTBOX_ERRORS_OUTPUT 4096
#define OUTBOX_ERRORS_MAX    (OUTBOX_ERRORS_LINE + OUTBOX_ERRORS_OUTPUT)

/* A file of this age or younger is not swept, in seconds. */
#define OUTBOX_ERRORS_AGE 3600

/* What is said of an event. */
struct outbox_errors {
	struct span line;   /* up to its first LF; cut off if it is too long */
	struct span output; /* only the last bytes of it are written */
};

/*
 * Write what is said of the event id in this root, in place of what was said
 * before.  A reader sees the one or the other.  False with why set; then it is
 * as before.
 */
bool outbox_errors_write(const struct outbox_root *root, const char *id,
    const struct outbox_errors *errors, struct reason *why);

/*
 * Read it to dst; errors then points there.  LOOKUP_NONE: nothing is said.
 * LOOKUP_INVALID with why set: it cannot be read, or is no regular file.
 */
enum lookup outbox_errors_read(const struct outbox_root *root, const char *id,
    char dst[static OUTBOX_ERRORS_MAX], struct outbox_errors *errors,
    struct reason *why);

/* Remove it.  True also if there was none.  False with why set. */
bool outbox_errors_remove(
    const struct outbox_root *root, const char *id, struct reason *why);

/*
 * Remove each file of errors/, in all roots that are open, whose event is
 * neither in busy/, later/ nor failed/ of its root; but none that is younger
 * than OUTBOX_ERRORS_AGE, whose event may be between two folders.  Adds their
 * number to *n.  Takes 8 bytes of memory for each event in busy/ and later/.
 * False with why set if some could not be removed, or something cannot be read.
 */
bool outbox_errors_sweep(
    const struct outbox *outbox, time_t now, size_t *n, struct reason *why);

#endif
