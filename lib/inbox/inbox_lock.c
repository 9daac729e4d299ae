/* inbox_lock.c - chooses the bytes of the lock file that an event locks. */
#include "inbox/inbox_lock.h"

/*
 * FNV-1a, RFC 9923.  Any evenly spread hash will do: if two events share a
 * byte, one only waits for the other.
 */
static off_t
byte_of(const char *name)
{
	unsigned long long h = 14695981039346656037ULL;

	for (; *name != '\0'; name++)
		h = (h ^ (unsigned char)*name) * 1099511628211ULL;
	return (off_t)(h >> 33);
}

enum lock
inbox_lock(int fd, const struct dedup_names *names, int wait_ms)
{
	off_t first = byte_of(names->name), second = first;
	enum lock lock;

	if (names->also != NULL)
		second = byte_of(names->also);
	lock = lock_byte(fd, first < second ? first : second, wait_ms);
	if (lock == LOCK_TAKEN && first != second)
		lock = lock_byte(fd, first < second ? second : first, wait_ms);
	return lock;
}
