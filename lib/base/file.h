/*
 * file.h - read and write whole files, however many system calls it takes.
 *
 * Also makes folders and closes descriptors.  Knows nothing about what the
 * files contain.
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
	struct stat st; /* describes the file that was opened */
};

/*
 * Read the regular file at path, which must have at most max bytes.  A file
 * that every user of the machine can write is refused.
 *
 * True: the caller frees content->bytes.  False: why is set, without the path,
 * and content->bytes is NULL; if the file could not be opened, content->st is
 * unchanged.
 */
bool file_read(const char *path, size_t max, struct file_content *content,
    struct reason *why);

/*
 * The same of a file that is open at fd, from its beginning.  fd remains open.
 */
bool file_read_open(
    int fd, size_t max, struct file_content *content, struct reason *why);

/*
 * Read from fd until the end of the file, or until max bytes were read.
 * Returns the bytes: malloc'd, NUL-terminated, *len bytes.  NULL with why set.
 */
char *file_read_all(int fd, size_t max, size_t *len, struct reason *why);

/*
 * Read from fd into dst until the end of the file or until room bytes were
 * read.  Returns the number of bytes read, or -1 with errno set.
 */
ssize_t file_fill(int fd, unsigned char *dst, size_t room);

/* Write all of bytes at the offset at.  False with errno set. */
bool file_put(int fd, struct span bytes, size_t at);

/* True if a and b describe the same file, and it has not changed in between. */
bool file_same(const struct stat *a, const struct stat *b);

/* What the file at path is; zeroed if it does not exist or cannot be seen. */
void file_look(const char *path, struct stat *st);

/*
 * True if the file at path is not the one that was describes, or has changed.
 * A zeroed was stands for a file that did not exist.
 */
bool file_changed(const char *path, const struct stat *was);

/* Close fd without changing errno. */
void file_close(int fd);

/*
 * Make the folder name in the directory at, with mode 0700, or 2770 for
 * group_access.  True if this call made the folder.  False with errno set
 * otherwise; EEXIST if the folder exists.
 */
bool file_make_folder(int at, const char *name, bool group_access);

/*
 * Flush the folder name in the directory at to disk: the names in it.  False
 * with errno set.
 */
bool file_flush_folder(int at, const char *name);

/*
 * Set the mode of the folder name in the directory at to 2770.  A symbolic link
 * is not followed.  False with errno set.
 */
bool file_share_folder(int at, const char *name);

#endif
