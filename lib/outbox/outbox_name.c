/* outbox_name.c - reads and writes the names of events' files. */
#include <stdio.h>
#include <string.h>

#include "base/span.h"
#include "base/timestamp.h"
#include "outbox/outbox_name.h"

#define LETTERS "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"
#define DIGITS  "0123456789"
/* 9999-12-31T23:59:59Z */
#define LAST_TIME 253402300799
/* The 64-bit FNV-1a hash. */
#define FNV_BASIS 14695981039346656037U
#define FNV_PRIME 1099511628211U

static const char *const state_name[OUTBOX_STATES] = {
    "new", "busy", "later", "failed", "done"};

const char *
outbox_state_name(enum outbox_state state)
{
	return state_name[state];
}

bool
outbox_name_is_id(const char *id)
{
	size_t len = strlen(id);

	return len > 0 && len <= INBOX_NAME_MAX && strspn(id, LETTERS) > 0 &&
	       strspn(id, LETTERS "._-") == len;
}

static void
write_next(char dst[static OUTBOX_NEXT_LEN + 1], time_t next)
{
	struct tm tm;

	if (next < 0)
		next = 0;
	if (next > LAST_TIME)
		next = LAST_TIME;
	if (gmtime_r(&next, &tm) == NULL ||
	    strftime(dst, OUTBOX_NEXT_LEN + 1, "%Y%m%dT%H%M%SZ", &tm) == 0)
		dst[0] = '\0';
}

/* Only a time that is written in the same way: no 31st of February. */
static bool
read_next(time_t *next, struct span text)
{
	const char *t = (const char *)text.ptr;
	char rfc[sizeof("2026-11-27T12:00:00Z")], again[OUTBOX_NEXT_LEN + 1];
	int64_t seconds;

	if (text.len != OUTBOX_NEXT_LEN)
		return false;
	snprintf(rfc, sizeof(rfc),
	    "%.4s-%.2s-%.2s"
	    "T%.2s:%.2s:%.2sZ",
	    t, t + 4, t + 6, t + 9, t + 11, t + 13);
	if (!timestamp_parse_rfc3339(span_str(rfc), &seconds) || seconds < 0)
		return false;
	*next = (time_t)seconds;
	write_next(again, *next);
	return memcmp(again, t, OUTBOX_NEXT_LEN) == 0;
}

static bool
read_attempts(unsigned *attempts, struct span text)
{
	long long n = span_number(text);

	if (n < 1 || n > OUTBOX_ATTEMPTS_MAX || text.ptr[0] == '0')
		return false;
	*attempts = (unsigned)n;
	return true;
}

bool
outbox_name_read(
    struct outbox_name *name, enum outbox_state state, const char *file)
{
	struct span rest = span_str(file);

	*name = (struct outbox_name){.attempts = 0};
	if (rest.len >= OUTBOX_FILE_MAX)
		return false;
	if (state == OUTBOX_LATER &&
	    !read_next(&name->next, span_cut(&rest, '.')))
		return false;
	if ((state == OUTBOX_LATER || state == OUTBOX_BUSY) &&
	    !read_attempts(&name->attempts, span_cut(&rest, '.')))
		return false;
	if (rest.ptr == NULL || !outbox_name_is_id((const char *)rest.ptr))
		return false;
	memcpy(name->id, rest.ptr, rest.len + 1);
	return true;
}

void
outbox_name_write(char dst[static OUTBOX_FILE_MAX], enum outbox_state state,
    const struct outbox_name *name)
{
	unsigned n = name->attempts > OUTBOX_ATTEMPTS_MAX ? OUTBOX_ATTEMPTS_MAX
							  : name->attempts;
	char next[OUTBOX_NEXT_LEN + 1];

	switch (state) {
	case OUTBOX_BUSY:
		snprintf(dst, OUTBOX_FILE_MAX, "%u.%s", n, name->id);
		break;
	case OUTBOX_LATER:
		write_next(next, name->next);
		snprintf(dst, OUTBOX_FILE_MAX, "%s.%u.%s", next, n, name->id);
		break;
	case OUTBOX_NEW:
	case OUTBOX_FAILED:
	case OUTBOX_DONE:
	case OUTBOX_STATES:
		snprintf(dst, OUTBOX_FILE_MAX, "%s", name->id);
		break;
	}
}

uint64_t
outbox_name_hash(const char *id)
{
	uint64_t hash = FNV_BASIS;

	for (; *id != '\0'; id++)
		hash = (hash ^ (unsigned char)*id) * FNV_PRIME;
	return hash;
}
