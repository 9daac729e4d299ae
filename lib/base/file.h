/*
 * file.h - files read and written whole, in whatever parts the system does it.
 */
#ifndef FILE_H
#define FILE_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/stat.h>
#include <sys/types.h>

#include "base/span.h"
#include "base/status.h"

/* What a file contained. */
struct file_content {
	unsigned char *bytes; /* malloc'd, with room for one more */
	size_t len;
	struct stat st; /* of the file as it was opened */
};

/*
 * Read the regular file at path, of at most max bytes.  Refused is one that
 * every user of the machine can write.
 *
 * True: the caller frees content->bytes.  False: why is set, without the path,
 * content->bytes is NULL, and where it cannot be opened content->st is left as
 * it was.
 */
bool file_read(const char *path, size_t max, struct file_content *content,
    struct reason *why);

/*
 * Read from fd to its end or to max bytes, whichever comes first: malloc'd,
 * NUL-terminated, *len bytes.  NULL with why set.
 */
char *file_read_all(int fd, size_t max, size_t *len, struct reason *why);

/*
 * Read from fd into dst until it ends or room bytes are there.  How many were
 * read, or -1 with errno set.
 */
ssize_t file_fill(int fd, unsigned char *dst, size_t room);

/* Write all of bytes at the offset at; false with errno set. */
bool file_put(int fd, struct span bytes, size_t at);

/* True if the two are of one file that was not changed in between. */
bool file_same(const struct stat *a, const struct stat *b);

/* True if the file at path is not what it was; zeroed: it was not there. */
bool file_changed(const char *path, const struct stat *was);

/* Close fd; errno is left as it was. */
void file_close(int fd);

/*
 * Make the folder name in at, 0700 or, for the group, 2770.  True if it was
 * made now; false with errno set (EEXIST) otherwise.
 */
bool file_make_folder(int at, const char *name, bool group_access);

/* Give the folder name in at the mode 2770; no link.  False with errno set. */
bool file_share_folder(int at, const char *name);

#endif
