/*
 * keycache_memory.c - memory runs out while a key set is read: it is read again
 * once there is memory.
 */
#define _GNU_SOURCE /* RTLD_NEXT */
#include "failing.h"

#include "keyset/keycache.h"
#include "sets.h"

#include "../tap.h"

#define PLACES 5000

/* True if the set was got with plan.at failing, and from there on. */
static bool
is_got(struct keycache *cache)
{
	const struct keys *keys = NULL;
	struct reason why = {""};
	enum status st;

	plan.count = 0;
	plan.from_then_on = true;
	plan.on = plan.at > 0;
	st = keycache_get(cache, NOW, &keys, &why);
	plan.on = false;
	if (st == ST_OK)
		keycache_put(cache, keys);
	return st == ST_OK;
}

int
main(void)
{
	unsigned long failed = 0, wrong = 0;
	struct keycache *cache;

	sandbox_make();
	umask(077);
	cache = fresh();
	put(SET("a"), NOW, 600);
	ok(is_got(cache), "with all the memory");
	keycache_free(cache);
	for (plan.at = 1; plan.at < PLACES; plan.at++) {
		unsigned long at = plan.at;
		bool all;

		cache = make(7 * DAY);
		failed += !is_got(cache);
		all = plan.count < at;
		plan.at = 0;
		wrong += !is_got(cache);
		plan.at = at;
		keycache_free(cache);
		if (all)
			break;
	}
	ok(failed > 10, "it failed in %lu places", failed);
	is_int(wrong, 0, "and never after that");
	sandbox_remove(sandbox_dir);
	return done();
}
