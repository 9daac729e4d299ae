/*
 * box.h - what several unit tests need around the code: a folder of their
 * own, files in it, a log that is kept, a request made of a few strings.
 */
#ifndef BOX_H
#define BOX_H

#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "log.h"
#include "request.h"
#include "span.h"

#define BOX_PATH_MAX 512
#define BOX_ENV_MAX  64

static char box_dir[256];

/* A test that cannot be set up has not passed. */
_Noreturn static inline void
box_die(const char *what)
{
	fprintf(stderr, "cannot be set up: %s\n", what);
	exit(1);
}

/* Make the folder; box_dir names it. */
static inline void
box_make(void)
{
	const char *top = getenv("TMPDIR");

	snprintf(box_dir, sizeof(box_dir), "%s/hookdir-unit.XXXXXX",
	    top != NULL && top[0] == '/' ? top : "/tmp");
	if (mkdtemp(box_dir) == NULL)
		box_die("mkdtemp");
}

/* The path of name in the folder; good until the fourth call after it. */
static inline const char *
box_path(const char *name)
{
	static char path[4][BOX_PATH_MAX];
	static unsigned turn;
	char *dst = path[turn++ % 4];

	snprintf(dst, BOX_PATH_MAX, "%s/%s", box_dir, name);
	return dst;
}

/* Write a file of exactly these bytes and this mode, whatever the umask. */
static inline const char *
box_write(const char *name, struct span bytes, mode_t mode)
{
	const char *path = box_path(name);
	int fd;

	unlink(path);
	fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	if (fd < 0 ||
	    (bytes.len > 0 &&
		write(fd, bytes.ptr, bytes.len) != (ssize_t)bytes.len) ||
	    fchmod(fd, mode) != 0 || close(fd) != 0)
		box_die(path);
	return path;
}

/* The same of a string. */
static inline const char *
box_text(const char *name, const char *text, mode_t mode)
{
	return box_write(name, span_str(text), mode);
}

/* Remove the folder with its files and its folders of files. */
static inline void
box_remove(const char *path)
{
	char inner[2 * BOX_PATH_MAX];
	DIR *dir = opendir(path);
	struct dirent *entry;
	struct stat st;

	while (dir != NULL && (entry = readdir(dir)) != NULL) {
		if (strcmp(entry->d_name, ".") == 0 ||
		    strcmp(entry->d_name, "..") == 0)
			continue;
		if (snprintf(inner, sizeof(inner), "%s/%s", path,
			entry->d_name) >= (int)sizeof(inner))
			continue;
		if (lstat(inner, &st) == 0 && S_ISDIR(st.st_mode))
			box_remove(inner);
		else
			unlink(inner);
	}
	if (dir != NULL)
		closedir(dir);
	rmdir(path);
}

/* What was logged since box_log_clear(), one line after the other. */
static char box_logged[16384];

static inline void
box_log_write(void *arg, const char *line, size_t len)
{
	size_t used = strlen(box_logged);

	(void)arg;
	if (len < sizeof(box_logged) - used)
		memcpy(box_logged + used, line, len);
}

static const struct log box_log = {box_log_write, NULL};

static inline void
box_log_clear(void)
{
	memset(box_logged, 0, sizeof(box_logged));
}

static inline bool
box_log_has(const char *text)
{
	return strstr(box_logged, text) != NULL;
}

/* A body in memory, handed out in pieces of at most chunk bytes. */
struct box_body {
	struct span rest;
	size_t chunk;
	bool breaks; /* ends in an error, not in an end */
};

static inline ptrdiff_t
box_body_read(void *arg, unsigned char *buf, size_t len)
{
	struct box_body *body = arg;
	size_t n = body->rest.len;

	if (n > len)
		n = len;
	if (body->chunk > 0 && n > body->chunk)
		n = body->chunk;
	if (n == 0)
		return body->breaks ? -1 : 0;
	memcpy(buf, body->rest.ptr, n);
	body->rest = span_skip(body->rest, n);
	return (ptrdiff_t)n;
}

/*
 * A request with this body and these variables.  The environment is borrowed;
 * the caller frees by request_free().
 */
static inline void
box_request(struct request *req, const char *const env[], struct span body)
{
	static char *copy[BOX_ENV_MAX];
	static char text[BOX_ENV_MAX][10240];
	struct box_body source = {body, 0, false};
	struct reason why;
	size_t n = 0;

	for (; env[n] != NULL && n + 1 < BOX_ENV_MAX; n++) {
		snprintf(text[n], sizeof(text[n]), "%s", env[n]);
		copy[n] = text[n];
	}
	copy[n] = NULL;
	request_open(req, copy);
	if (request_read(req, 16UL << 20, NULL, box_body_read, &source, &why) !=
	    ST_OK)
		box_die(why.text);
}

/* Entries of a folder that are not hidden, -1 if it is not there. */
static inline int
box_entries(const char *name)
{
	DIR *dir = opendir(box_path(name));
	struct dirent *entry;
	int n = 0;

	if (dir == NULL)
		return -1;
	while ((entry = readdir(dir)) != NULL)
		n += entry->d_name[0] != '.';
	closedir(dir);
	return n;
}

/* Descriptors of this process that are open. */
static inline int
box_descriptors(void)
{
	DIR *dir = opendir("/proc/self/fd");
	int n = 0;

	while (dir != NULL && readdir(dir) != NULL)
		n++;
	if (dir != NULL)
		closedir(dir);
	return n;
}

#endif
