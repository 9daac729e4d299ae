/*
 * file.h - a small file read whole, if nobody else could have written it.
 */
#ifndef FILE_H
#define FILE_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/stat.h>

#include "status.h"

/*
 * Read the regular file at path, of at most max bytes, into *dst: malloc'd,
 * *len bytes.  Refused is one that every user of the machine can write.  *st
 * is the file as it was opened.
 *
 * True: the caller frees *dst.  False: why is set, without the path.
 */
bool file_read(const char *path, size_t max, struct stat *st,
    unsigned char **dst, size_t *len, struct reason *why);

/* True if the file at path is not what it was; zeroed: it was not there. */
bool file_changed(const char *path, const struct stat *was);

#endif
