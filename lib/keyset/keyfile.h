/*
 * keyfile.h - reads and writes a file with a fetched key set and its age:
 *
 *	Source: the URL that it was fetched from
 *	Fetched: when, in seconds since 1970
 *	Max-Age: seconds that it stays fresh, as the source says
 *	Content-Length: bytes of the set
 *
 *	the set, unchanged
 *
 * Lines end in LF.  hookdir-fetch writes such a file, the receiver reads it.
 */
#ifndef KEYFILE_H
#define KEYFILE_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/stat.h>

#include "base/span.h"
#include "base/status.h"
#include "base/url.h"

/* Bounds of max-age, in seconds.  A value outside is replaced by the bound. */
#define KEYFILE_AGE_MIN 300
#define KEYFILE_AGE_MAX 86400

struct keyfile {
	char source[URL_FETCH_MAX + 1];
	int64_t fetched; /* seconds since 1970 */
	int64_t max_age; /* seconds, within the two bounds */
	struct span set;
	unsigned char *text; /* malloc'd; set is a view of it; or NULL */
};

/* Return max_age, or the bound that it exceeds. */
int64_t keyfile_bound(int64_t max_age);

/*
 * Read the file at path and check that it is complete.  The set itself is not
 * parsed.  *st is set to the state of the opened file; if the file cannot be
 * opened, *st does not change.  True: the caller frees *file with
 * keyfile_free().  False: why is set; it does not name the path.
 */
bool keyfile_read(struct keyfile *file, const char *path, struct stat *st,
    struct reason *why);

/*
 * Write *file to path, with mode 0600.  The new file is complete and on disk
 * before it replaces the old one.  False: why is set, and the old file stays.
 */
bool keyfile_write(
    const struct keyfile *file, const char *path, struct reason *why);

/* Free what *file owns.  Harmless on a zeroed one. */
void keyfile_free(struct keyfile *file);

#endif
