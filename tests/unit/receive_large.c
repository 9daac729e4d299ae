/*
 * receive_large.c - no scheme copies a large body before it is known to be
 * genuine: what a bogus one takes of memory, in every scheme.
 *
 * malloc() and its like are replaced in this program, libraries included, and
 * count what is in use.  The body itself lies in a file.  Each row comes with a
 * small body first, so that what libraries set up once is not counted.
 */
#define _GNU_SOURCE /* RTLD_NEXT */
#include "bogus.h"
#include "receive.h"

#include <dlfcn.h>
#include <malloc.h>

#include "../tap.h"

/* So far over the bounds that no copy of it can be missed. */
#define SIZE (8UL << 20)

/* Signed, for what was taken before main() may be given back later. */
static volatile struct {
	ptrdiff_t used, peak;
} heap;

static void
note(ptrdiff_t size)
{
	heap.used += size;
	if (heap.used > heap.peak)
		heap.peak = heap.used;
}

#if defined(__SANITIZE_ADDRESS__)

/* A sanitizer has a malloc() of its own, which calls these. */
void __sanitizer_malloc_hook(const volatile void *p, size_t size);
void __sanitizer_free_hook(const volatile void *p);

void
__sanitizer_malloc_hook(const volatile void *p, size_t size)
{
	(void)p;
	note((ptrdiff_t)size);
}

void
__sanitizer_free_hook(const volatile void *p)
{
	heap.used -= (ptrdiff_t)malloc_usable_size((void *)(uintptr_t)p);
}

#else

/* libc's definition of name. */
static void
find(void *dst, const char *name)
{
	void *found = dlsym(RTLD_NEXT, name);

	if (found == NULL)
		abort();
	memcpy(dst, &found, sizeof(found));
}

static void *
count(void *p)
{
	note((ptrdiff_t)malloc_usable_size(p));
	return p;
}

void *
malloc(size_t size)
{
	static void *(*next)(size_t);

	if (next == NULL)
		find(&next, "malloc");
	return count(next(size));
}

void *
calloc(size_t n, size_t size)
{
	static void *(*next)(size_t, size_t);

	if (next == NULL)
		find(&next, "calloc");
	return count(next(n, size));
}

/* Old and new are there together, as they are when it has to be moved. */
void *
realloc(void *old, size_t size)
{
	static void *(*next)(void *, size_t);
	ptrdiff_t had = (ptrdiff_t)malloc_usable_size(old);
	void *p;

	if (next == NULL)
		find(&next, "realloc");
	p = count(next(old, size));
	if (p != NULL || size == 0)
		heap.used -= had;
	return p;
}

void
free(void *p)
{
	static void (*next)(void *);

	if (next == NULL)
		find(&next, "free");
	heap.used -= (ptrdiff_t)malloc_usable_size(p);
	next(p);
}

#endif

/* The answer's code; *took: the most that was in use at once. */
static int
deliver(const struct config *cfg, size_t i, size_t size, size_t *took)
{
	struct span body = bogus_make(bogus_row[i].body, size);
	struct sandbox_body source = {body, 100000, false};
	const struct delivery delivery = {
	    .env = bogus_env(i, body),
	    .body = {sandbox_body_read, &source},
	    .now = {bogus_now(), 0},
	    .log = &sandbox_log,
	};
	ptrdiff_t before = heap.used;
	struct reply reply;

	sandbox_log_clear();
	heap.peak = before;
	receive(cfg, &delivery, &reply);
	*took = (size_t)(heap.peak - before);
	reply_free(&reply);
	return reply.code;
}

static void
test_row(const struct config *cfg, size_t i)
{
	const struct bogus *row = &bogus_row[i];
	size_t size = row->size == BOGUS_LARGE ? SIZE : row->size;
	size_t small, large, bound = bogus_bound(row);
	int code = row->code == 413 ? 401 : row->code;

	is_int(
	    deliver(cfg, i, BOGUS_SMALL, &small), code, "%s: small", row->name);
	is_int(deliver(cfg, i, size, &large), row->code, "%s", row->name);
	if (!ok(large < bound, "%s: takes less than %zu bytes", row->name,
		bound))
		diag("took %zu", large);
}

/* Else no row could be over its bound. */
static void
test_counted(void)
{
	ptrdiff_t before = heap.used;
	char *volatile p = malloc(SIZE);
	bool counted = p != NULL && heap.used - before >= (ptrdiff_t)SIZE &&
		       heap.peak - before >= (ptrdiff_t)SIZE;
	bool back;

	free(p);
	back = heap.used == before;
	ok(counted, "the heap is counted");
	ok(back, "and what is given back");
}

int
main(void)
{
	static char *none[] = {NULL};
	struct config *cfg;

	test_counted();
	sandbox_make();
	cfg = config_load(bogus_settings(), none, &sandbox_log);
	if (cfg == NULL || cfg->errors > 0)
		sandbox_die(sandbox_logged);
	for (size_t i = 0; i < BOGUS_ROWS; i++)
		test_row(cfg, i);
	config_free(cfg);
	sandbox_remove(sandbox_dir);
	return done();
}
