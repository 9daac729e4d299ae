/*
 * replay.c - run an entry over what is kept, without libFuzzer.
 *
 * Linked to one entry; the program's own name says which folder of
 * tests/fuzz/corpus is its own.  Each file there is one check: a crash ends
 * the program before its plan, which prove(1) takes for the failure it is.
 * What would be too large to keep is made here.  An entry with a mutator of its
 * own also gets each file changed by it, always in the same ways.
 */
#include <dirent.h>
#include <fcntl.h>
#include <unistd.h>

#include "fuzz.h"

#include "../tap.h"

#define FILES     512
#define FILE_MAX  (64 * 1024)
#define BOMB_SIZE (200 * 1000)
#define CHANGES   24 /* of each file */
#define STEPS     4  /* changes of changes */

size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t max,
    unsigned seed) __attribute__((weak));

/* In memory of its very size, so that a byte too far is seen. */
static int
feed(const void *data, size_t size)
{
	uint8_t *copy = malloc(size == 0 ? 1 : size);
	int rc;

	must(copy != NULL);
	if (size > 0)
		memcpy(copy, data, size);
	rc = LLVMFuzzerTestOneInput(copy, size);
	free(copy);
	return rc;
}

static void
run(const void *data, size_t size, const char *name)
{
	printf("# %s\n", name);
	fflush(stdout);
	is_int(feed(data, size), 0, "%s", name);
}

/* The same file, changed more and more. */
static void
run_changed(const void *data, size_t size, const char *name)
{
	static uint8_t copy[FILE_MAX];
	size_t len = size;

	if (LLVMFuzzerCustomMutator == NULL)
		return;
	for (unsigned seed = 1; seed <= CHANGES; seed++) {
		if (seed % STEPS == 1) {
			len = size;
			memcpy(copy, data, len);
		}
		len = LLVMFuzzerCustomMutator(copy, len, sizeof(copy), seed);
		printf("# %s, changed by %u\n", name, seed);
		fflush(stdout);
		must(feed(copy, len) == 0);
	}
	ok(true, "%s, changed", name);
}

static int
by_name(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

static void
run_corpus(const char *folder)
{
	static char data[FILE_MAX];
	struct dirent *entry;
	char *name[FILES], path[1024];
	DIR *dir = opendir(folder);
	size_t n = 0;

	while (dir != NULL && (entry = readdir(dir)) != NULL) {
		if (entry->d_name[0] != '.' && n < FILES)
			name[n++] = strdup(entry->d_name);
	}
	if (dir != NULL)
		closedir(dir);
	ok(n > 0, "%zu inputs in %s", n, folder);
	qsort(name, n, sizeof(*name), by_name);
	for (size_t i = 0; i < n; i++) {
		ssize_t len = -1;
		int fd;

		snprintf(path, sizeof(path), "%s/%s", folder, name[i]);
		if ((fd = open(path, O_RDONLY | O_CLOEXEC)) >= 0) {
			len = read(fd, data, sizeof(data));
			close(fd);
		}
		if (ok(len >= 0 && len < FILE_MAX, "%s is read", name[i])) {
			run(data, (size_t)len, name[i]);
			run_changed(data, (size_t)len, name[i]);
		}
		free(name[i]);
	}
}

/* One text over and over, behind a beginning that leads to it. */
static void
run_bomb(const char *before, const char *again)
{
	char *data = malloc(BOMB_SIZE + 64), name[64];
	size_t len = strlen(before), step = strlen(again);

	must(data != NULL);
	memcpy(data, before, len);
	while (len + step <= BOMB_SIZE) {
		memcpy(data + len, again, step);
		len += step;
	}
	snprintf(name, sizeof(name), "%.20s and %.20s, again and again", before,
	    again);
	run(data, len, name);
	free(data);
}

static void
run_bombs(void)
{
	static const char *const again[] = {"[", "{\"a\":", "[{\"a\":[", "\"",
	    "\\", "/*", "//", " ", "\n", "0", "a&", "a=%41&", "%", "{", "{ts}",
	    "{body}", ",", "v1=", "t=1,", "A=B\n", "HTTP_X_SIG=a,\n", "=",
	    "\xff", "1,", "\"a\":1,", "\"a\":{},"};
	static const char *const before[] = {
	    "", "{\"id\":", "{\"inbox\":\"/x\",\"providers\":", "S\n", "\n\n"};

	for (size_t i = 0; i < sizeof(before) / sizeof(before[0]); i++) {
		for (size_t k = 0; k < sizeof(again) / sizeof(again[0]); k++)
			run_bomb(before[i], again[k]);
	}
	run("", 0, "nothing");
	run("\0", 1, "a NUL");
}

int
main(int argc, char *argv[])
{
	const char *slash = argc > 0 ? strrchr(argv[0], '/') : NULL;
	char folder[512];

	snprintf(folder, sizeof(folder), "tests/fuzz/corpus/%s",
	    slash == NULL ? argv[0] : slash + 1);
	run_corpus(folder);
	run_bombs();
	return done();
}
