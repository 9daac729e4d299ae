/* keyfile.c - reads and writes the file of a key set. */
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/file.h"
#include "crypto/keys.h"
#include "keyset/keyfile.h"

/* Bytes of a file: the set, and more than enough for the lines above it. */
#define FILE_MAX (KEYS_TEXT_MAX + 8192)

int64_t
keyfile_bound(int64_t max_age)
{
	if (max_age < KEYFILE_AGE_MIN)
		return KEYFILE_AGE_MIN;
	return max_age > KEYFILE_AGE_MAX ? KEYFILE_AGE_MAX : max_age;
}

/* Take the line "NAME: VALUE" off the front of *rest. */
static bool
take_line(struct span *rest, const char *name, struct span *value)
{
	struct span line = span_cut(rest, '\n');
	struct span key = span_cut(&line, ':');

	if (rest->ptr == NULL || !span_is(key, name) || line.len < 2 ||
	    line.ptr[0] != ' ')
		return false;
	*value = span_skip(line, 1);
	return true;
}

static bool
take_number(struct span *rest, const char *name, int64_t *number)
{
	struct span value;

	if (!take_line(rest, name, &value))
		return false;
	*number = span_number(value);
	return *number >= 0;
}

static bool
parse(struct keyfile *file, struct span rest)
{
	struct span source;
	int64_t len;

	if (!take_line(&rest, "Source", &source) ||
	    source.len > URL_FETCH_MAX ||
	    !take_number(&rest, "Fetched", &file->fetched) ||
	    !take_number(&rest, "Max-Age", &file->max_age) ||
	    !take_number(&rest, "Content-Length", &len) || rest.len == 0 ||
	    span_cut(&rest, '\n').len != 0 || rest.len != (size_t)len)
		return false;
	memcpy(file->source, source.ptr, source.len);
	file->source[source.len] = '\0';
	file->max_age = keyfile_bound(file->max_age);
	file->set = rest;
	return true;
}

bool
keyfile_read(
    struct keyfile *file, const char *path, struct stat *st, struct reason *why)
{
	struct file_content content = {.st = *st};
	bool ok = file_read(path, FILE_MAX, &content, why);

	*file = (struct keyfile){.text = content.bytes};
	*st = content.st;
	if (!ok)
		return false;
	if (parse(file, span_mem(content.bytes, content.len)))
		return true;
	keyfile_free(file);
	reason_set(why, "is damaged");
	return false;
}

static bool
put_all(FILE *f, const struct keyfile *file)
{
	int n = fprintf(f,
	    "Source: %s\nFetched: %lld\nMax-Age: %lld\nContent-Length: "
	    "%zu\n\n",
	    file->source, (long long)file->fetched, (long long)file->max_age,
	    file->set.len);

	/* fflush() does not say that an earlier write was lost. */
	return n > 0 &&
	       fwrite(file->set.ptr, 1, file->set.len, f) == file->set.len &&
	       fflush(f) == 0 && fsync(fileno(f)) == 0;
}

bool
keyfile_write(const struct keyfile *file, const char *path, struct reason *why)
{
	char tmp[PATH_MAX];
	bool ok = false;
	FILE *f = NULL;
	int fd;

	/* A unique name, so that two writers at once do no harm. */
	if (snprintf(tmp, sizeof(tmp), "%s.XXXXXX", path) >= (int)sizeof(tmp)) {
		reason_set(why, "%.100s...: the path is too long", path);
		return false;
	}
	if ((fd = mkstemp(tmp)) < 0 || (f = fdopen(fd, "w")) == NULL) {
		reason_errno(why, "%s cannot be created", tmp);
		goto out;
	}
	if (put_all(f, file) && rename(tmp, path) == 0)
		ok = true;
	else
		reason_errno(why, "%s cannot be written", path);
out:
	if (f != NULL)
		fclose(f);
	else if (fd >= 0)
		close(fd);
	if (fd >= 0 && !ok)
		unlink(tmp);
	return ok;
}

void
keyfile_free(struct keyfile *file)
{
	free(file->text);
	*file = (struct keyfile){.text = NULL};
}
