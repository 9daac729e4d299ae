/*
 * failing.h - memory that runs out, in every place in turn.
 *
 * malloc() and its like are replaced in the program that includes this, libraries
 * included.  With plan.on, the allocation with the number plan.at fails, or all
 * from that one on.  plan.count counts them, on or not.
 */
#ifndef FAILING_H
#define FAILING_H

/* RTLD_NEXT needs _GNU_SOURCE, of the file that includes this. */
#include <dlfcn.h>
#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

/* Volatile, for compilers know that malloc() looks at no variables. */
static volatile struct {
	bool on, from_then_on;
	unsigned long at, count;
} plan;

static bool
fails(void)
{
	if (++plan.count < plan.at || !plan.on)
		return false;
	if (plan.count > plan.at && !plan.from_then_on)
		return false;
	errno = ENOMEM;
	return true;
}

/* The next definition of name: libc's, or a sanitizer's. */
static void
find(void *dst, const char *name)
{
	void *found = dlsym(RTLD_NEXT, name);

	if (found == NULL)
		abort();
	memcpy(dst, &found, sizeof(found));
}

void *
malloc(size_t size)
{
	static void *(*next)(size_t);

	if (next == NULL)
		find(&next, "malloc");
	return fails() ? NULL : next(size);
}

void *
calloc(size_t n, size_t size)
{
	static void *(*next)(size_t, size_t);

	if (next == NULL)
		find(&next, "calloc");
	return fails() ? NULL : next(n, size);
}

void *
realloc(void *old, size_t size)
{
	static void *(*next)(void *, size_t);

	if (next == NULL)
		find(&next, "realloc");
	return fails() ? NULL : next(old, size);
}

/*
 * json-c does not look at what strdup() gives it for a name, and crashes: no
 * answer, so no promise broken, and nothing to be mended here.  Of others it
 * may fail like the rest.
 */
char *
strdup(const char *text)
{
	size_t size = strlen(text) + 1;
	bool on = plan.on;
	Dl_info info;
	char *copy;

	if (dladdr(__builtin_return_address(0), &info) != 0 &&
	    strstr(info.dli_fname, "libjson-c") != NULL)
		plan.on = false;
	copy = malloc(size);
	plan.on = on;
	if (copy != NULL)
		memcpy(copy, text, size);
	return copy;
}

#endif
