/* status.c - HTTP codes for outcomes, and texts of reasons. */
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/status.h"

static const struct {
	int code;
	const char *phrase;
} row[ST__MAX] = {
    [ST_OK] = {200, "OK"},
    [ST_DUPLICATE] = {200, "OK"},
    [ST_ANSWERED] = {200, "OK"},
    [ST_BAD_REQUEST] = {400, "Bad Request"},
    [ST_UNVERIFIED] = {401, "Unauthorized"},
    [ST_NO_ROUTE] = {404, "Not Found"},
    [ST_BAD_METHOD] = {405, "Method Not Allowed"},
    [ST_NO_LENGTH] = {411, "Length Required"},
    [ST_TOO_LARGE] = {413, "Content Too Large"},
    [ST_MISCONFIGURED] = {500, "Internal Server Error"},
    [ST_TRY_LATER] = {503, "Service Unavailable"},
};

int
status_code(enum status st)
{
	if ((unsigned)st >= ST__MAX)
		st = ST_MISCONFIGURED;
	return row[st].code;
}

const char *
status_phrase(enum status st)
{
	if ((unsigned)st >= ST__MAX)
		st = ST_MISCONFIGURED;
	return row[st].phrase;
}

void
reason_set(struct reason *why, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(why->text, sizeof(why->text), fmt, ap);
	va_end(ap);
}

enum status
reason_errno(struct reason *why, const char *fmt, ...)
{
	int saved = errno;
	char cause[128];
	va_list ap;
	size_t len;

	/* strerror_r(): strerror() shares one buffer between threads. */
	if (strerror_r(saved, cause, sizeof(cause)) != 0)
		snprintf(cause, sizeof(cause), "error %d", saved);
	va_start(ap, fmt);
	vsnprintf(why->text, sizeof(why->text), fmt, ap);
	va_end(ap);
	len = strlen(why->text);
	snprintf(why->text + len, sizeof(why->text) - len, ": %s", cause);
	/* The number, not the name: looking up a name could block or fail. */
	if (saved == EACCES) {
		len = strlen(why->text);
		snprintf(why->text + len, sizeof(why->text) - len,
		    " to uid %ld", (long)geteuid());
	}
	errno = saved;
	return ST_TRY_LATER;
}
