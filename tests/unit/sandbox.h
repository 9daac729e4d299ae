/*
 * sandbox.h - what several unit tests need around the code: a folder of their
 * own, files in it, a log that is kept, a request made of a few strings.
 */
#ifndef SANDBOX_H
#define SANDBOX_H

#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/log.h"
#include "base/span.h"
#include "http/request.h"

#define SANDBOX_PATH_MAX 512
#define SANDBOX_ENV_MAX  64

static char sandbox_dir[256];

/* A test that cannot be set up has not passed. */
_Noreturn static inline void
sandbox_die(const char *what)
{
	fprintf(stderr, "cannot be set up: %s\n", what);
	exit(1);
}

/* Make the folder; sandbox_dir names it. */
static inline void
sandbox_make(void)
{
	const char *top = getenv("TMPDIR");

	snprintf(sandbox_dir, sizeof(sandbox_dir), "%s/hookdir-unit.XXXXXX",
	    top != NULL && top[0] == '/' ? top : "/tmp");
	if (mkdtemp(sandbox_dir) == NULL)
		sandbox_die("mkdtemp");
}

/* The path of name in the folder; good until the fourth call after it. */
static inline const char *
sandbox_path(const char *name)
{
	static char path[4][SANDBOX_PATH_MAX];
	static unsigned turn;
	char *dst = path[turn++ % 4];

	snprintf(dst, SANDBOX_PATH_MAX, "%s/%s", sandbox_dir, name);
	return dst;
}

/* Write a file of exactly these bytes and this mode, whatever the umask. */
static inline const char *
sandbox_write(const char *name, struct span bytes, mode_t mode)
{
	const char *path = sandbox_path(name);
	int fd;

	unlink(path);
	fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	if (fd < 0 ||
	    (bytes.len > 0 &&
		write(fd, bytes.ptr, bytes.len) != (ssize_t)bytes.len) ||
	    fchmod(fd, mode) != 0 || close(fd) != 0)
		sandbox_die(path);
	return path;
}

/* The same of a string. */
static inline const char *
sandbox_text(const char *name, const char *text, mode_t mode)
{
	return sandbox_write(name, span_str(text), mode);
}

/* Remove the folder with its files and its folders of files. */
static inline void
sandbox_remove(const char *path)
{
	char inner[2 * SANDBOX_PATH_MAX];
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
			sandbox_remove(inner);
		else
			unlink(inner);
	}
	if (dir != NULL)
		closedir(dir);
	rmdir(path);
}

/* What was logged since sandbox_log_clear(), one line after the other. */
static char sandbox_logged[16384];

static inline void
sandbox_log_write(void *arg, const char *line, size_t len)
{
	size_t used = strlen(sandbox_logged);

	(void)arg;
	if (len < sizeof(sandbox_logged) - used)
		memcpy(sandbox_logged + used, line, len);
}

static const struct log sandbox_log = {sandbox_log_write, NULL};

static inline void
sandbox_log_clear(void)
{
	memset(sandbox_logged, 0, sizeof(sandbox_logged));
}

static inline bool
sandbox_log_has(const char *text)
{
	return strstr(sandbox_logged, text) != NULL;
}

/* A body in memory, handed out in pieces of at most chunk bytes. */
struct sandbox_body {
	struct span rest;
	size_t chunk;
	bool breaks; /* ends in an error, not in an end */
};

static inline ptrdiff_t
sandbox_body_read(void *arg, unsigned char *buf, size_t len, long allowed)
{
	struct sandbox_body *body = arg;
	size_t n = body->rest.len;

	(void)allowed;
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
sandbox_request(struct request *req, const char *const env[], struct span body)
{
	static char *copy[SANDBOX_ENV_MAX];
	static char text[SANDBOX_ENV_MAX][10240];
	struct sandbox_body source = {body, 0, false};
	struct reason why;
	size_t n = 0;

	for (; env[n] != NULL && n + 1 < SANDBOX_ENV_MAX; n++) {
		snprintf(text[n], sizeof(text[n]), "%s", env[n]);
		copy[n] = text[n];
	}
	copy[n] = NULL;
	request_open(req, copy);
	if (request_read(req, 16UL << 20, NULL,
		&(struct request_source){sandbox_body_read, &source},
		&why) != ST_OK)
		sandbox_die(why.text);
}

/* Entries of a folder that are not hidden, -1 if it is not there. */
static inline int
sandbox_entries(const char *name)
{
	DIR *dir = opendir(sandbox_path(name));
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
sandbox_descriptors(void)
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
