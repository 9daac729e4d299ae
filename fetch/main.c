/*
 * hookdir-fetch - fetch a key set over HTTPS and put it into a file.
 *
 *	hookdir-fetch URL FILE [CA-FILE]
 *
 * Started by the receiver and by `hookdir keys --refresh`, see lib/fetcher.h.
 * The only program that knows libcurl, which is slow to start and of no use
 * for anything else.  What comes back must be a set with a key that can be
 * used: FILE is replaced then, and stays as it is otherwise.  Exit status 0,
 * or 1 after one line on standard error that says why, or 2 for wrong usage.
 */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "fetcher.h"
#include "get.h"
#include "keyfile.h"
#include "keys.h"
#include "log.h"

static int
fail(const char *text)
{
	log_line(&log_stderr, LVL_ERROR, "%s", text);
	return EXIT_FAILURE;
}

/* Whatever is in the way, be it a name server that libcurl cannot leave. */
static void
give_up(int sig)
{
	static const char text[] = "hookdir: error: no answer in time\n";
	ssize_t n = write(STDERR_FILENO, text, sizeof(text) - 1);

	(void)sig;
	(void)n;
	_exit(EXIT_FAILURE);
}

static bool
check_set(struct span set, struct reason *why)
{
	struct reason inner = {""};
	struct keys keys;

	if (!keys_from_jwks(&keys, set, PUBKEY_RSA_BITS, &inner)) {
		reason_set(why, "what came is no key set: %.300s", inner.text);
		return false;
	}
	keys_free(&keys);
	return true;
}

/* Fetch, check, write. */
static bool
run(const char *url, const char *path, const char *ca_file, struct reason *why)
{
	struct keyfile file = {.fetched = time(NULL)};
	struct got got;
	bool ok;

	ok = get(url, ca_file, &got, why);
	/* From here on it is the disk that takes its time. */
	alarm(0);
	if (!ok)
		return false;
	snprintf(file.source, sizeof(file.source), "%s", url);
	file.max_age = keyfile_bound(got.max_age);
	file.set = span_mem(got.body, got.len);
	ok = check_set(file.set, why) && keyfile_write(&file, path, why);
	free(got.body);
	return ok;
}

int
main(int argc, char *argv[])
{
	struct reason why = {""};
	const char *fault;

	/* As a CGI program, it would take its arguments from a request. */
	if (argc < 3 || argc > 4 || getenv("GATEWAY_INTERFACE") != NULL ||
	    getenv("REQUEST_METHOD") != NULL) {
		fail("usage: hookdir-fetch URL FILE [CA-FILE]; "
		     "not to be started by a web server");
		return 2;
	}
	if ((fault = keyfile_url_fault(argv[1])) != NULL) {
		log_line(&log_stderr, LVL_ERROR, "the URL %s", fault);
		return 2;
	}
	signal(SIGALRM, give_up);
	signal(SIGPIPE, SIG_IGN);
	alarm(FETCHER_DEADLINE);
	if (!run(argv[1], argv[2], argv[3], &why))
		return fail(why.text);
	return EXIT_SUCCESS;
}
