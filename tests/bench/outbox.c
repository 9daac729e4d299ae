/*
 * outbox.c - how long a runner takes to begin when very many events wait.
 *
 *	outbox FOLDER COUNT
 *
 * Makes an inbox with COUNT events in FOLDER, which must be there and empty:
 * files of their own, with names like UUIDs in no order.  Then a process of its
 * own scans, and removes each event that the scan gives, until none is left: the
 * moves of a runner are not measured.  Prints the time of the first scan and of
 * the second, that of an event with its share of all further scans, and the most
 * memory; of each time, what the processor had of it.  The folder is
 * the caller's to remove.
 */
#include <err.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "outbox/outbox_scan.h"

static struct reason why;

/* What has passed, and what of it this process has used. */
struct passed {
	double all, used;
};

static struct passed
now(void)
{
	struct timespec clock;
	struct rusage usage;

	clock_gettime(CLOCK_MONOTONIC, &clock);
	getrusage(RUSAGE_SELF, &usage);
	return (struct passed){
	    (double)clock.tv_sec + (double)clock.tv_nsec / 1e9,
	    (double)(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) +
		(double)(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) /
		    1e6};
}

static void
say(const char *what, const struct passed *since, unsigned long n)
{
	const struct passed t = now();

	printf("%-26s %8.2f s (%.2f s), %.2f us an event (%.2f us)\n", what,
	    t.all - since->all, t.used - since->used,
	    (t.all - since->all) * 1e6 / (double)(n > 0 ? n : 1),
	    (t.used - since->used) * 1e6 / (double)(n > 0 ? n : 1));
}

/* Weyl's sequence and a mixer: every n has another. */
static uint64_t
mix(uint64_t n)
{
	n *= 0x9e3779b97f4a7c15;
	n = (n ^ n >> 32) * 0xd6e8feb86659fd93;
	return n ^ n >> 32;
}

static void
fill(const struct inbox *inbox, unsigned long count)
{
	struct inbox_result result;
	const struct event_file first = {
	    "first", span_str("H: v\n\n"), span_str(""), 0, NULL};
	char path[4096], name[64];
	int dir;

	if (inbox_store(inbox, &first, time(NULL), &result, &why) != ST_OK)
		errx(1, "%s", why.text);
	snprintf(path, sizeof(path), "%s/p/new", inbox->root);
	if ((dir = open(path, O_RDONLY | O_DIRECTORY)) < 0)
		err(1, "%s", path);
	unlinkat(dir, "first", 0);
	for (unsigned long n = 0; n < count; n++) {
		int fd;

		snprintf(name, sizeof(name), "%016llx-%016llx-00",
		    (unsigned long long)mix(n), (unsigned long long)mix(~n));
		fd = openat(dir, name, O_WRONLY | O_CREAT | O_EXCL, 0600);
		if (fd < 0)
			err(1, "%s", name);
		close(fd);
	}
	close(dir);
}

/* Remove all that is kept; how many. */
static unsigned long
remove_all(const struct outbox *outbox, struct outbox_scan *scan)
{
	struct outbox_event event;
	unsigned long n = 0;

	while (outbox_scan_next(scan, time(NULL), &event)) {
		if (unlinkat(outbox->root[0].folder[OUTBOX_NEW], event.name.id,
			0) != 0)
			err(1, "%s", event.name.id);
		n++;
	}
	return n;
}

static void
scan_all(struct outbox *outbox, struct outbox_scan *scan)
{
	if (!outbox_scan(scan, outbox, time(NULL), &why))
		errx(1, "%s", why.text);
}

static void
run(const struct inbox *inbox, unsigned long count)
{
	const struct inbox_failover inboxes = {.inbox = {*inbox}, .n = 1};
	const struct outbox_limits limits = {.n = 0};
	struct outbox_scan scan = outbox_scan_of(OUTBOX_SCAN_MAX, &limits);
	struct outbox outbox = outbox_of(&inboxes, OUTBOX_RUN);
	unsigned long removed = 0, scans = 1;
	struct passed begun;
	struct rusage usage;

	if (outbox_open(&outbox) != 1)
		errx(1, "%s", outbox.root[0].why.text);
	for (int i = 0; i < 2; i++) {
		begun = now();
		scan_all(&outbox, &scan);
		say(i == 0 ? "the first scan" : "the second", &begun, count);
	}
	begun = now();
	for (;;) {
		removed += remove_all(&outbox, &scan);
		if (!outbox_scan_has_more(&scan, time(NULL)))
			break;
		scans++;
		scan_all(&outbox, &scan);
	}
	say("all given out and removed", &begun, removed);
	if (removed != count)
		errx(1, "%lu of %lu were given out", removed, count);
	getrusage(RUSAGE_SELF, &usage);
	printf("%-26s %8lu\n%-26s %8.1f MB\n", "scans for that", scans,
	    "the most memory", (double)usage.ru_maxrss / 1024);
	outbox_scan_free(&scan);
	outbox_close(&outbox);
}

int
main(int argc, char *argv[])
{
	struct inbox inbox = {.provider = "p", .dedup_days = 8};
	char root[4096];
	unsigned long count;
	int status = 1;
	pid_t pid;

	if (argc != 3)
		errx(2, "usage: outbox FOLDER COUNT");
	snprintf(root, sizeof(root), "%s/inbox", argv[1]);
	inbox.root = root;
	count = strtoul(argv[2], NULL, 10);
	printf("%lu events wait\n", count);
	fill(&inbox, count);
	fflush(stdout);
	/* Of its own memory, not of what filling took. */
	if ((pid = fork()) < 0)
		err(1, "fork");
	if (pid == 0) {
		run(&inbox, count);
		exit(0);
	}
	waitpid(pid, &status, 0);
	return status == 0 ? 0 : 1;
}
