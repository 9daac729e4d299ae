/*
 * fetcher.h - have a key set fetched, by another process.
 *
 * The receiver itself never opens a network connection: the program
 * hookdir-fetch does, which is linked to what that takes, and which writes
 * the file (keyfile.h).  It gets the URL as an argument and no environment at
 * all, so that neither a request (HTTP_PROXY) nor the way in which the
 * receiver was started (SSL_CERT_FILE) has a say in whom it trusts: the
 * settings have.
 */
#ifndef FETCHER_H
#define FETCHER_H

#include <limits.h>
#include <stdbool.h>

#include "base/status.h"

#define FETCHER_NAMES    4 /* patterns of names that a certificate may have */
#define FETCHER_DEADLINE 5 /* seconds for everything, the name's look-up too */

/* What is fetched, and where it goes. */
struct fetcher_job {
	const char *url;
	const char *ca_file; /* the only CA to trust, or NULL: the system's */
	const char *path;    /* of the key file, absolute */
	/*
	 * Of a certificate, else NULL: whose set it is added to, as that
	 * file's Source says; the names that it must be for, up to a NULL or
	 * FETCHER_NAMES; and whether it comes without its issuers.
	 */
	const char *set;
	const char *const *certificate_hosts;
	bool certificate_without_issuers;
};

/*
 * Where hookdir-fetch is: beside the program that runs, in ../lib/hookdir from
 * there, or where it is installed by default; beside it if in none of them.
 */
void fetcher_locate(char dst[static PATH_MAX]);

/*
 * Run the program for the job and wait for it: a second longer than the
 * deadline at most.  True: the file at job->path is the new one.  False: why
 * is set, and it is the old one.
 */
bool fetcher_run(
    const char *program, const struct fetcher_job *job, struct reason *why);

#endif
