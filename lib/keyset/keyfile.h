/*
 * keyfile.h - a key set as it was fetched, with what tells its age.
 *
 *	Source: URL that it came from
 *	Fetched: seconds since 1970
 *	Max-Age: seconds that its source says it is good for
 *	Content-Length: bytes of the set
 *
 *	the set as it came
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

/* What is made of a max-age that asks for less or for more, in seconds. */
#define KEYFILE_AGE_MIN 300
#define KEYFILE_AGE_MAX 86400

struct keyfile {
	char source[URL_FETCH_MAX + 1];
	int64_t fetched; /* seconds since 1970 */
	int64_t max_age; /* seconds, within the two bounds */
	struct span set;
	unsigned char *text; /* malloc'd: what set is a view of, or NULL */
};

/* Seconds within the two bounds. */
int64_t keyfile_bound(int64_t max_age);

/*
 * Read the file at path and see that all of it is there; what is in the set is
 * not looked at.  *st is the file as it was opened; where it cannot be opened,
 * it is left as it was.  True: the caller frees *file by keyfile_free().
 * False: why is set, without the path.
 */
bool keyfile_read(struct keyfile *file, const char *path, struct stat *st,
    struct reason *why);

/*
 * Put *file at path: whole, on disk and for its owner alone, or not at all.
 * False: why is set.
 */
bool keyfile_write(
    const struct keyfile *file, const char *path, struct reason *why);

/* Harmless on a zeroed one. */
void keyfile_free(struct keyfile *file);

#endif
