/*
 * fetcher.h - runs the program hookdir-fetch, which fetches a key set.
 *
 * The receiver itself never opens a network connection.  hookdir-fetch does; it
 * alone is linked to an HTTP client, and it writes the key file (keyfile.h).
 * It gets the URL as an argument and an empty environment.  So neither a
 * request (HTTP_PROXY) nor the way in which the receiver was started
 * (SSL_CERT_FILE) can change whom it trusts; only the settings can.
 */
#ifndef FETCHER_H
#define FETCHER_H

#include <limits.h>
#include <stdbool.h>

#include "base/status.h"
#include "preset/preset.h"

#define FETCHER_DEADLINE 5 /* seconds for the whole fetch, with DNS */

/* What to fetch, and where to write it; all borrowed. */
struct fetcher_job {
	const char *url;
	/* The only CA certificates to trust; NULL: those of the system. */
	const char *ca_file;
	const char *path; /* of the key file, absolute */
	/*
	 * The rest is for a certificate.  set is NULL for a key set; otherwise
	 * it is the Source of the key file that the certificate is added to.
	 */
	const char *set;
	/* Host names that it must be for, up to a NULL or PRESET_CERTS. */
	const char *const *certificate_hosts;
	bool certificate_without_issuers; /* it comes without its issuers */
};

/* Find hookdir-fetch (program.h), and write its path to dst. */
void fetcher_locate(char dst[static PATH_MAX]);

/*
 * Run program (a path) for the job and wait for it, at most FETCHER_DEADLINE +
 * 1 seconds.  True: the file at job->path is new.  False, with why set: the
 * file has not changed.
 */
bool fetcher_run(
    const char *program, const struct fetcher_job *job, struct reason *why);

#endif
