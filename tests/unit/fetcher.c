/* fetcher.c - a program is started with nothing of ours, heard, and ended. */
#include "keyset/fetcher.h"
#include "sandbox.h"
#include <signal.h>
#include <time.h>

#include "../tap.h"

static const char *const names[] = {"a.example", "b.*.example", NULL};
static const struct fetcher_job job = {.url = "https://a/k", .path = "/there"};
static const struct fetcher_job job_ca = {
    .url = "https://a/k", .ca_file = "/c a", .path = "/there"};
static const struct fetcher_job job_cert = {.url = "https://a/c",
    .path = "/there",
    .set = "https://a/*",
    .certificate_hosts = names,
    .certificate_without_issuers = true};

/* A script of these lines, as the program. */
static const char *
script(const char *lines)
{
	char text[1024];

	snprintf(text, sizeof(text), "#!/bin/sh\nout=%s/out\n%s\n", sandbox_dir,
	    lines);
	return sandbox_text("fetch", text, 0700);
}

static const char *
output(void)
{
	static char text[4096];
	int fd = open(sandbox_path("out"), O_RDONLY | O_CLOEXEC);
	ssize_t n = fd < 0 ? 0 : read(fd, text, sizeof(text) - 1);

	text[n > 0 ? n : 0] = '\0';
	if (fd >= 0)
		close(fd);
	return text;
}

static void
fails(const char *lines, const char *want)
{
	struct reason why = {""};

	ok(!fetcher_run(script(lines), &job, &why), "fails: %s", lines);
	is_str(why.text, want, "and why");
}

static void
test_arguments(void)
{
	struct reason why = {""};

	ok(fetcher_run(script("printf '%s|' \"$@\" $# >$out"), &job, &why),
	    "without a CA: %s", why.text);
	is_str(output(), "https://a/k|/there|2|", "two arguments");
	ok(fetcher_run(script("printf '%s|' \"$@\" $# >$out"), &job_ca, &why),
	    "with one");
	is_str(output(), "https://a/k|/there|/c a|3|", "as they are");
	ok(fetcher_run(script("printf '%s|' \"$@\" $# >$out"), &job_cert, &why),
	    "a certificate");
	is_str(output(),
	    "https://a/c|/there||https://a/*|alone|a.example|b.*.example|7|",
	    "and all that is asked of it");
}

/* /proc, since a shell makes variables of its own. */
static void
test_surroundings(void)
{
	int fd = open("/dev/null", O_RDONLY); /* no O_CLOEXEC: a leak */
	struct reason why = {""};
	sigset_t all;

	setenv("HTTPS_PROXY", "http://localhost:1", 1);
	sigfillset(&all);
	sigprocmask(SIG_BLOCK, &all, NULL);
	signal(SIGPIPE, SIG_IGN);
	ok(fetcher_run(script("/bin/cat /proc/self/environ "
			      "/proc/self/status | tr '\\000' ' ' >$out"),
	       &job, &why),
	    "runs: %s", why.text);
	ok(strstr(output(), "PROXY") == NULL &&
		strstr(output(), "HOME") == NULL,
	    "without our environment");
	ok(strstr(output(), "SigBlk:\t0000000000000000") != NULL,
	    "no signal is blocked");
	/* The two above are glibc's own. */
	ok(strstr(output(), "0000000\nSigCgt:") != NULL, "or ignored");
	ok(fetcher_run(script("/bin/ls -l /proc/$$/fd >$out"), &job, &why),
	    "runs");
	ok(strstr(output(), " 0 -> /dev/null") != NULL, "nothing to read: %s",
	    output());
	ok(strstr(output(), " 3 -> /dev/null") == NULL, "nothing of ours open");
	sigprocmask(SIG_UNBLOCK, &all, NULL);
	close(fd);
}

static void
test_failures(void)
{
	struct reason why = {""};

	fails("echo 'hookdir: error: no luck' >&2; exit 1",
	    "https://a/k: no luck");
	fails("echo 'no luck' >&2; echo more >&2; exit 2",
	    "https://a/k: no luck");
	fails("exit 1", "https://a/k: it gave no reason");
	fails("kill -9 $$", "https://a/k: it gave no reason");
	fails("exec >&2; i=0; while [ $i -lt 500 ]; do echo x; i=$((i+1)); "
	      "done; exit 1",
	    "https://a/k: x");
	fails("head -c 100000 /dev/zero | tr '\\0' y >&2; exit 1",
	    "https://a/k: "
	    "yyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyy"
	    "yyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyy"
	    "yyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyy"
	    "yyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyy"
	    "yyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyy"
	    "yyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyy"
	    "yyyyyyyyyyyyyyy");
	ok(!fetcher_run(sandbox_path("none"), &job, &why), "no such program");
	ok(strstr(why.text, "cannot be started") != NULL &&
		strstr(why.text, "No such file") != NULL,
	    "and why: %s", why.text);
	ok(!fetcher_run(sandbox_text("plain", "x", 0600), &job, &why),
	    "no program");
	ok(strstr(why.text, "Permission denied") != NULL, "and why: %s",
	    why.text);
}

static void
test_hanging(void)
{
	struct reason why = {""};
	struct timespec start, end;

	clock_gettime(CLOCK_MONOTONIC, &start);
	ok(!fetcher_run(script("echo $$ >$out; trap '' TERM ALRM; "
			       "exec /bin/sleep 60"),
	       &job, &why),
	    "one that hangs");
	clock_gettime(CLOCK_MONOTONIC, &end);
	ok(strstr(why.text, "took too long") != NULL, "is said: %s", why.text);
	ok(end.tv_sec - start.tv_sec <= FETCHER_DEADLINE + 2,
	    "is not waited for");
	ok(kill((pid_t)span_number(span_mem(output(), strlen(output()) - 1)),
	       0) != 0,
	    "and is gone");
}

static void
test_locate(void)
{
	char path[PATH_MAX];

	fetcher_locate(path);
	ok(path[0] == '/' && strstr(path, "/hookdir-fetch") != NULL,
	    "somewhere: %s", path);
}

int
main(void)
{
	sandbox_make();
	test_arguments();
	test_surroundings();
	test_failures();
	test_hanging();
	test_locate();
	sandbox_remove(sandbox_dir);
	return done();
}
