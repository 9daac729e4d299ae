/* provider_files.c - lists the folder providers.d. */
#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "config/provider_files.h"

struct span
provider_files_name(struct span file)
{
	const size_t suffix = strlen(PROVIDER_FILES_SUFFIX);
	struct span name = file;

	if (file.len > suffix &&
	    span_is(span_skip(file, file.len - suffix), PROVIDER_FILES_SUFFIX))
		name.len -= suffix;
	else
		name.len = 0;
	return provider_name_ok(name) ? name : span_mem(file.ptr, 0);
}

bool
provider_files_meant(char dst[static PROVIDER_NAME_MAX + 1], struct span text)
{
	if (text.len == 0 || text.len > PROVIDER_NAME_MAX)
		return false;
	for (size_t i = 0; i < text.len; i++) {
		unsigned char c = text.ptr[i];

		if (c >= 'A' && c <= 'Z')
			c = (unsigned char)(c - 'A' + 'a');
		dst[i] = (char)(c == '_' || c == ' ' || c == '.' ? '-' : c);
	}
	dst[text.len] = '\0';
	return provider_name_ok(span_str(dst));
}

/* Make room for one more.  False when out of memory. */
static bool
grow(struct provider_files *files)
{
	size_t n = files->n;
	void *grown;

	/* At 1, 2, 4, ... the array is full. */
	if ((n & (n - 1)) != 0)
		return true;
	grown =
	    realloc(files->name, (n == 0 ? 1 : 2 * n) * sizeof(*files->name));
	if (grown != NULL)
		files->name = grown;
	return grown != NULL;
}

static int
compare(const void *a, const void *b)
{
	return strcmp(a, b);
}

bool
provider_files_state(struct stat *st, const char *folder, struct reason *why)
{
	file_look(folder, st);
	if ((st->st_mode & S_IWOTH) == 0)
		return true;
	reason_set(why, "every user of this machine can write it: chmod o-w");
	return false;
}

const char *
provider_files_path(struct pool *pool, const char *folder, struct span name)
{
	char file[PROVIDER_NAME_MAX + sizeof(PROVIDER_FILES_SUFFIX)];

	snprintf(
	    file, sizeof(file), "%.*s" PROVIDER_FILES_SUFFIX, SPAN_ARGS(name));
	return pool_path(pool, folder, file);
}

bool
provider_files_list(
    struct provider_files *files, const char *folder, struct reason *why)
{
	DIR *stream = opendir(folder);
	struct dirent *entry;
	bool ok = false;

	*files = (struct provider_files){.n = 0};
	if (stream == NULL && errno == ENOENT)
		return true;
	if (stream == NULL) {
		reason_errno(why, "cannot be opened");
		return false;
	}
	while (errno = 0, (entry = readdir(stream)) != NULL) {
		struct span name = provider_files_name(span_str(entry->d_name));

		if (name.len == 0)
			continue;
		if (!grow(files))
			break;
		snprintf(files->name[files->n++], sizeof(*files->name), "%.*s",
		    SPAN_ARGS(name));
	}
	ok = entry == NULL && errno == 0;
	if (!ok)
		reason_errno(why, "cannot be read");
	closedir(stream);
	if (files->n > 0)
		qsort(files->name, files->n, sizeof(*files->name), compare);
	return ok;
}

void
provider_files_free(struct provider_files *files)
{
	free(files->name);
	*files = (struct provider_files){.n = 0};
}
