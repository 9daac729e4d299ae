/* inbox_lock.c - chooses the byte of the lock file that an event locks. */
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
inbox_lock(int fd, const char *name, int wait_ms)
{
	return lock_byte(fd, byte_of(name), wait_ms);
}
