/*
 * get.h - one HTTPS GET, whose answer is accepted only if it is complete and
 * genuine.
 */
#ifndef GET_H
#define GET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/status.h"

struct got {
	char *body; /* malloc'd */
	size_t len; /* bytes, KEYS_TEXT_MAX at most */
	/* Seconds for which the answer is still fresh, by Cache-Control and
	 * Age. */
	int64_t max_age;
};

/*
 * Get url within FETCHER_DEADLINE.  (Looking up the name may take longer: the
 * caller sets an alarm.)  Certificate and host name are verified with the
 * authorities in ca_file, or with the system's if ca_file is NULL.  If
 * redirects is true, up to three redirects to https URLs are followed.  It is
 * false if the URL itself is what is trusted.  No proxy is used.
 *
 * True: the status is 200 and the whole body came; the caller frees got->body.
 * False: why is set.
 */
bool get(const char *url, const char *ca_file, bool redirects, struct got *got,
    struct reason *why);

#endif
