/*
 * hookdir-fetch - fetches a key set or a certificate by https, and writes it to
 * a file.
 *
 *	hookdir-fetch URL FILE [CA-FILE]
 *	hookdir-fetch URL FILE CA-FILE SET chain|alone NAME...
 *
 * The receiver and `hookdir keys --refresh` start this program, see
 * lib/keyset/fetcher.h.  They do not know libcurl themselves, which takes long to
 * start and is needed for nothing else.
 *
 * In the first form the answer must be a key set with a usable key; FILE is
 * then replaced.  In the second form it must be a certificate for a host of one
 * of the NAMEs, whose key is added to FILE, the set called SET.  With "alone",
 * the file at URL does not contain the issuers of the certificate.  An empty
 * CA-FILE means none.  If there is any error, FILE is not changed.
 *
 * Exit status 0; 1 after one line on standard error that says why; 2 for wrong
 * usage.
 */
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/file.h"
#include "base/log.h"
#include "cert.h"
#include "crypto/keys.h"
#include "get.h"
#include "keyset/fetcher.h"
#include "keyset/fetchlock.h"
#include "keyset/keyfile.h"

/* Milliseconds to wait while others add a certificate to the same file. */
#define LOCK_MS 2000

static int
fail(const char *text)
{
	log_line(&log_stderr, LVL_ERROR, "%s", text);
	return EXIT_FAILURE;
}

/* Called by the alarm. libcurl cannot interrupt a wait for a name server. */
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
		reason_set(why, "the answer is not a usable key set: %.300s",
		    inner.text);
		return false;
	}
	keys_free(&keys);
	return true;
}

/* The arguments. */
struct task {
	const char *url, *path, *ca_file;
	const char *set; /* NULL: the answer is a key set */
	struct cert_policy cert;
};

/* Fetch a key set, check it, write it. */
static bool
run_set(const struct task *task, struct reason *why)
{
	struct keyfile file = {.fetched = time(NULL)};
	struct got got;
	bool ok;

	ok = get(task->url, task->ca_file, true, &got, why);
	/* From here on, only the disk can be slow. */
	alarm(0);
	if (!ok)
		return false;
	snprintf(file.source, sizeof(file.source), "%s", task->url);
	file.max_age = keyfile_bound(got.max_age);
	file.set = span_mem(got.body, got.len);
	ok = check_set(file.set, why) && keyfile_write(&file, task->path, why);
	free(got.body);
	return ok;
}

/*
 * Lock the file while a certificate is added to it: others may be adding theirs.
 * Returns a descriptor, which the caller closes; or -1 with why set.
 */
static int
lock_set(const char *path, struct reason *why)
{
	char name[PATH_MAX];
	int fd;

	snprintf(name, sizeof(name), "%s.lock", path);
	switch (fetchlock_take(&fd, name, LOCK_MS, why)) {
	case LOCK_TAKEN:
		return fd;
	case LOCK_BUSY:
		reason_set(why, "another process holds the lock %s", name);
		break;
	case LOCK_FAILED:
		break;
	}
	return -1;
}

/*
 * Join jwk with the keys that are in the file already, if they are of this set.
 */
static char *
merge(const struct task *task, const char *jwk)
{
	struct keyfile old = {.text = NULL};
	struct stat st = {.st_size = 0};
	struct reason why;
	char *set;

	if (keyfile_read(&old, task->path, &st, &why) &&
	    strcmp(old.source, task->set) != 0)
		keyfile_free(&old);
	set = cert_add(&task->cert, jwk, old.set);
	keyfile_free(&old);
	return set;
}

/* Add the certificate to the file. */
static bool
add_cert(const struct task *task, const char *jwk, struct reason *why)
{
	struct keyfile file = {
	    .fetched = task->cert.now, .max_age = KEYFILE_AGE_MAX};
	int lock = lock_set(task->path, why);
	char *set;
	bool ok;

	if (lock < 0)
		return false;
	snprintf(file.source, sizeof(file.source), "%s", task->set);
	if ((set = merge(task, jwk)) == NULL)
		reason_set(why, "out of memory");
	else
		file.set = span_str(set);
	ok = set != NULL && check_set(file.set, why) &&
	     keyfile_write(&file, task->path, why);
	free(set);
	file_close(lock);
	return ok;
}

static bool
run_cert(const struct task *task, struct reason *why)
{
	struct got got;
	char *jwk = NULL;
	bool ok;

	ok = get(task->url, task->ca_file, false, &got, why);
	alarm(0);
	if (!ok)
		return false;
	ok = cert_read(&task->cert, span_mem(got.body, got.len), &jwk, why);
	free(got.body);
	if (!ok)
		return false;
	ok = add_cert(task, jwk, why);
	free(jwk);
	return ok;
}

/* False if the arguments fit neither form. */
static bool
read_arguments(struct task *task, int argc, char *argv[])
{
	if (argc < 3 || argc == 5 || argc == 6)
		return false;
	*task = (struct task){.url = argv[1], .path = argv[2]};
	if (argc > 3 && argv[3][0] != '\0')
		task->ca_file = argv[3];
	if (argc <= 4)
		return true;
	if (strcmp(argv[5], "chain") != 0 && strcmp(argv[5], "alone") != 0)
		return false;
	task->set = argv[4];
	task->cert = (struct cert_policy){.url = task->url,
	    .names = (const char *const *)(argv + 6),
	    .nnames = (size_t)argc - 6,
	    .alone = strcmp(argv[5], "alone") == 0,
	    .ca_file = task->ca_file,
	    .now = time(NULL)};
	return true;
}

int
main(int argc, char *argv[])
{
	struct reason why = {""};
	struct task task;
	const char *fault;

	/* Not as a CGI program: a request could then determine the
	 * arguments. */
	if (!read_arguments(&task, argc, argv) ||
	    getenv("GATEWAY_INTERFACE") != NULL ||
	    getenv("REQUEST_METHOD") != NULL) {
		fail("usage: hookdir-fetch URL FILE [CA-FILE [SET chain|alone "
		     "NAME...]]; not to be started by a web server");
		return 2;
	}
	if ((fault = url_fault(task.url, URL_FETCH)) != NULL) {
		log_line(&log_stderr, LVL_ERROR, "the URL %s", fault);
		return 2;
	}
	signal(SIGALRM, give_up);
	signal(SIGPIPE, SIG_IGN);
	alarm(FETCHER_DEADLINE);
	if (!(task.set != NULL ? run_cert : run_set)(&task, &why))
		return fail(why.text);
	return EXIT_SUCCESS;
}
