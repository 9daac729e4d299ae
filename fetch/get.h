/* get.h - one HTTPS GET, and nothing that could go by for an answer. */
#ifndef GET_H
#define GET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/status.h"

struct got {
	char *body; /* malloc'd */
	size_t len; /* bytes, KEYS_TEXT_MAX at most */
	/* Seconds it is still good for, by Cache-Control and Age. */
	int64_t max_age;
};

/*
 * Get url within FETCHER_DEADLINE, the caller's alarm apart.  Certificate and host name are verified,
 * with the certificates in ca_file if it is not NULL, else with the system's.
 * At most three redirects are followed, to https again, or none where it is
 * this very URL that is trusted.  No proxy is used.
 *
 * True: status 200, and all of the body came; the caller frees got->body.
 * False: why is set.
 */
bool get(const char *url, const char *ca_file, bool redirects, struct got *got,
    struct reason *why);

#endif
