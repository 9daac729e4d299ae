/*
 * lock.c - a lock that cannot be had is not tried again and again, and is never
 * taken for one that is held.
 *
 * fcntl() is replaced in this program.
 */
#define _GNU_SOURCE /* RTLD_NEXT, F_OFD_SETLK */
#include <dlfcn.h>
#include <errno.h>
#include <stdarg.h>

#include "base/lock.h"
#include "keyset/fetchlock.h"
#include "sets.h"

#include "../tap.h"

/* What the next tries to lock give, and how many there were. */
static struct {
	int error;
	unsigned tries;
} kernel;

int
fcntl(int fd, int command, ...)
{
	static int (*next)(int, int, ...);
	void *found, *arg;
	va_list ap;

	va_start(ap, command);
	arg = va_arg(ap, void *);
	va_end(ap);
	if (command == F_OFD_SETLK || command == F_OFD_SETLKW) {
		kernel.tries++;
		if (kernel.error != 0) {
			errno = kernel.error;
			return -1;
		}
	}
	if (next == NULL) {
		if ((found = dlsym(RTLD_NEXT, "fcntl")) == NULL)
			abort();
		memcpy(&next, &found, sizeof(found));
	}
	return next(fd, command, arg);
}

static void
test_lock(void)
{
	const char *path = sandbox_text("file", "", 0600);
	int one = open(path, O_RDWR | O_CLOEXEC);
	int two = open(path, O_RDWR | O_CLOEXEC);

	is_int(lock_file(one, LOCK_NO_WAIT), LOCK_TAKEN, "a lock");
	is_int(lock_file(two, LOCK_NO_WAIT), LOCK_BUSY, "is held");
	is_int(lock_byte(two, 7, LOCK_NO_WAIT), LOCK_BUSY, "each byte too");
	close(one);
	is_int(lock_file(two, LOCK_FOREVER), LOCK_TAKEN, "until it is closed");
	one = open(path, O_RDWR | O_CLOEXEC);
	ok(lock_release(two), "or released");
	is_int(lock_byte(two, 3, LOCK_NO_WAIT), LOCK_TAKEN, "a byte");
	is_int(lock_byte(two, 1L << 40, LOCK_NO_WAIT), LOCK_TAKEN, "and one");
	is_int(lock_byte(one, 3, LOCK_NO_WAIT), LOCK_BUSY, "are held");
	ok(lock_release(two), "all of them are released");
	is_int(lock_file(one, LOCK_NO_WAIT), LOCK_TAKEN, "in one go");
	close(one);
	close(two);
}

static void
test_failure(void)
{
	static const int error[] = {ENOLCK, EINVAL, EBADF};
	char path[SANDBOX_PATH_MAX];
	int fd;

	snprintf(path, sizeof(path), "%s", sandbox_text("file", "", 0600));
	for (size_t i = 0; i < sizeof(error) / sizeof(error[0]); i++) {
		struct reason why = {""};

		kernel.error = error[i];
		kernel.tries = 0;
		is_int(fetchlock_take(&fd, path, FETCH_LIMIT_WAIT, &why),
		    LOCK_FAILED, "%s", strerror(error[i]));
		is_int(kernel.tries, 1, "it is tried once");
		ok(strstr(why.text, "cannot be locked") != NULL, "and said: %s",
		    why.text);
	}
	kernel.error = 0;
}

/* Whoever needs a key is told why there is none. */
static void
test_keys(void)
{
	static const char *const names[] = {"keys.invalid", NULL};
	const struct keycache_terms terms = {
	    .program = finds(SET("a"), NOW), .now = NOW};
	struct keycache *cache = fresh();
	struct reason why = {""};

	kernel.error = ENOLCK;
	is_int(keycache_refresh(cache, &terms, KEYCACHE_LACKS, &why),
	    ST_TRY_LATER, "a key set is not fetched");
	ok(strstr(why.text, "cannot be locked") != NULL, "%s", why.text);
	keycache_free(cache);
	cache = make_for(7 * DAY, names);
	is_int(keycache_fetch(cache, &terms, URL "/x", &why), ST_TRY_LATER,
	    "nor a certificate");
	ok(strstr(why.text, "cannot be locked") != NULL, "%s", why.text);
	is_int(runs(), 0, "nothing was run");
	keycache_free(cache);
	kernel.error = 0;
}

int
main(void)
{
	sandbox_make();
	umask(077);
	test_lock();
	test_failure();
	test_keys();
	sandbox_remove(sandbox_dir);
	return done();
}
