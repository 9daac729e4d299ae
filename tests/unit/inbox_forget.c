/* inbox_forget.c - the marks of an event are removed, and no others. */
#include "inbox/inbox_forget.h"
#include "inbox/inbox.h"
#include "inbox/inbox_lock.h"
#include "sandbox.h"

#include <fcntl.h>
#include <pthread.h>
#include <stdatomic.h>
#include <sys/stat.h>

#include "../tap.h"

/* 2023-11-14T22:13:20Z */
#define NOW   ((time_t)1700000000)
#define DAYS  86400L
#define MARKS "in/p/dedup/2023-11-11"
#define OTHER "also/p/dedup/2023-11-11"

#define TEXT_1    \
	"sha256-" \
	"1111111111111111111111111111111111111111111111111111111111111111"
#define TEXT_2    \
	"sha256-" \
	"2222222222222222222222222222222222222222222222222222222222222222"

static char root[SANDBOX_PATH_MAX], other_root[SANDBOX_PATH_MAX];
static struct inbox first = {
    .root = root, .provider = "p", .dedup_days = 8, .other = NULL};
static struct inbox second = {
    .root = other_root, .provider = "p", .dedup_days = 8, .other = NULL};
static struct reason why;
static struct inbox_forgotten forgotten;

static enum status
store_at(const struct inbox *in, const char *name, const char *also, time_t now)
{
	char head[256] = "Ce-Id: x\n\n";
	struct inbox_result result;
	struct reason text = {""};

	if (also != NULL)
		snprintf(head, sizeof(head), "Ce-Id: x\nHookdir-Dedup: %s\n\n",
		    also);
	return inbox_store(in,
	    &(struct event_file){
		name, span_str(head), span_str("body"), 0, also},
	    now, &result, &text);
}

static enum status
store(const char *name, const char *also)
{
	return store_at(&first, name, also, NOW);
}

static enum inbox_forgot
forget(const char *name)
{
	why = (struct reason){""};
	return inbox_forget(&first, name, NULL, &forgotten, &why);
}

static bool
there(const char *folder, const char *name)
{
	char path[SANDBOX_PATH_MAX];
	struct stat st;

	snprintf(path, sizeof(path), "%s/%s", folder, name);
	return lstat(sandbox_path(path), &st) == 0;
}

static void
take(const char *name)
{
	char from[2 * SANDBOX_PATH_MAX], to[2 * SANDBOX_PATH_MAX];

	snprintf(from, sizeof(from), "%s/p/new/%s", root, name);
	snprintf(to, sizeof(to), "%s/p/cur/%s", root, name);
	if (rename(from, to) != 0)
		sandbox_die(from);
}

static void
drop(const char *path)
{
	if (unlink(sandbox_path(path)) != 0)
		sandbox_die(path);
}

static void
test_nothing(void)
{
	is_int(forget("one"), FORGOT_UNKNOWN, "no inbox");
	ok(!there("in", "."), "and none is made");
	is_int(store("zero", NULL), ST_OK, "an inbox");
	is_int(forget("one"), FORGOT_UNKNOWN, "another event");
	is_int(forget("zero"), FORGOT_WAITING, "one that waits");
	ok(there(MARKS, "zero"), "stays known");
}

static void
test_gone(void)
{
	store("one", TEXT_1);
	drop("in/p/new/one");
	is_int(store("one", TEXT_1), ST_DUPLICATE, "taken: a duplicate");
	is_int(forget("one"), FORGOT_IT, "forgotten");
	ok(!forgotten.also && !forgotten.in_cur, "without its second name");
	ok(!there(MARKS, "one") && there(MARKS, TEXT_1), "which is marked");
	is_int(store("one", TEXT_1), ST_DUPLICATE, "the same copy: by it");
	is_int(forget("one"), FORGOT_UNKNOWN, "there is nothing else of it");
	is_int(forget(TEXT_1), FORGOT_IT, "the second name by itself");
	is_int(store("one", TEXT_1), ST_OK, "then it is filed again");
	ok(there(MARKS, "one") && there(MARKS, TEXT_1), "and known again");
	drop("in/p/new/one");
	is_int(forget("one"), FORGOT_IT, "signed anew");
	is_int(store("one", TEXT_2), ST_OK, "it is filed again at once");
	drop("in/p/new/one");
}

static void
test_cur(void)
{
	forget(TEXT_1);
	is_int(store("two", TEXT_1), ST_OK, "an event");
	take("two");
	is_int(forget("two"), FORGOT_IT, "in cur/: forgotten");
	ok(forgotten.also && forgotten.in_cur, "with its second name");
	ok(!there(MARKS, "two") && !there(MARKS, TEXT_1), "no mark is left");
	ok(there(MARKS, "zero"), "others stay");
	ok(there("in/p/cur", "two"), "and so does the file");
	is_int(store("two", TEXT_1), ST_OK, "the same copy is filed again");
	drop("in/p/new/two");
	drop("in/p/cur/two");
}

static void
test_days(void)
{
	first.dedup_days = 1;
	for (int i = 2; i >= 0; i--) {
		is_int(store_at(&first, "three", NULL, NOW - i * 8 * DAYS),
		    ST_OK, "%d days ago", 8 * i);
		drop("in/p/new/three");
	}
	first.dedup_days = 30;
	is_int(forget("three"), FORGOT_IT, "forgotten");
	is_int(store("three", NULL), ST_OK, "all days");
	drop("in/p/new/three");
	first.dedup_days = 8;
}

static void
test_two(void)
{
	store("zero", NULL);
	is_int(store_at(&second, "four", NULL, NOW), ST_OK, "in the other");
	is_int(forget("four"), FORGOT_UNKNOWN, "of which nobody knows");
	first.other = &second;
	is_int(forget("four"), FORGOT_WAITING, "waits in the other");
	drop("also/p/new/four");
	is_int(store("four", NULL), ST_DUPLICATE, "a duplicate by the other");
	is_int(forget("four"), FORGOT_IT, "forgotten there");
	ok(!there(OTHER, "four"), "no mark is left");
	is_int(store("four", NULL), ST_OK, "and so it is filed again");
	/* The other order of locks. */
	second.other = &first;
	drop("in/p/new/four");
	why = (struct reason){""};
	is_int(inbox_forget(&second, "four", NULL, &forgotten, &why), FORGOT_IT,
	    "from the other side");
	ok(!there(MARKS, "four"), "in this one");
	second.other = NULL;
	if (rename(sandbox_path("also/p/new"), sandbox_path("also/p/was")) != 0)
		sandbox_die("also/p/new");
	store("five", NULL);
	drop("in/p/new/five");
	sandbox_text("also/p/new", "a file", 0600);
	is_int(forget("five"), FORGOT_FAILED, "one that cannot be read");
	ok(strstr(why.text, "/p/new cannot be opened") != NULL, "%s", why.text);
	ok(there(MARKS, "five"), "and nothing is done by halves");
	drop("also/p/new");
	rename(sandbox_path("also/p/was"), sandbox_path("also/p/new"));
}

/* What others may have put there leads nowhere, and blocks nothing. */
static void
test_odd(void)
{
	sandbox_text("mark", "", 0600);
	if (mkdir(sandbox_path("out"), 0700) != 0 ||
	    symlink(sandbox_path("out"),
		sandbox_path("in/p/dedup/2022-01-01")) != 0)
		sandbox_die("a link");
	sandbox_text("out/six", "", 0600);
	sandbox_text("in/p/dedup/file", "", 0600);
	forget(TEXT_2);
	store("six", TEXT_2);
	drop("in/p/new/six");
	if (mkfifo(sandbox_path("in/p/cur/six"), 0600) != 0)
		sandbox_die("a pipe");
	is_int(forget("six"), FORGOT_IT, "a pipe in cur/: %s", why.text);
	ok(!forgotten.in_cur, "is not the event");
	ok(there("out", "six"), "a link is not followed");
	drop("in/p/cur/six");
	store("six", NULL);
	drop("in/p/new/six");
	sandbox_text("letter", "Hookdir-Dedup: " TEXT_2 "\n\n", 0600);
	if (symlink(sandbox_path("letter"), sandbox_path("in/p/cur/six")) != 0)
		sandbox_die("a link");
	is_int(forget("six"), FORGOT_IT, "a link in cur/: %s", why.text);
	ok(!forgotten.also, "is not read");
	drop("in/p/cur/six");
	store("six", NULL);
	drop("in/p/new/six");
	drop(MARKS "/six");
	if (mkdir(sandbox_path(MARKS "/six"), 0700) != 0)
		sandbox_die("a folder");
	is_int(forget("six"), FORGOT_FAILED, "a mark that cannot be removed");
	ok(strstr(why.text, "a mark cannot be removed") != NULL, "%s",
	    why.text);
	drop("in/p/dedup/2022-01-01");
}

static void
test_locked(void)
{
	const struct dedup_names names = {"seven", NULL};
	int fd = open(sandbox_path("in/p/lock"), O_RDWR | O_CLOEXEC);

	store("seven", NULL);
	drop("in/p/new/seven");
	if (inbox_lock(fd, &names, LOCK_NO_WAIT) != LOCK_TAKEN)
		sandbox_die("lock");
	is_int(forget("seven"), FORGOT_FAILED, "while somebody stores it");
	ok(strstr(why.text, "another process holds the lock") != NULL, "%s",
	    why.text);
	ok(there(MARKS, "seven"), "nothing is removed");
	close(fd);
	is_int(forget("seven"), FORGOT_IT, "and then it is");
}

static atomic_uint stored, forgets, lost;
static atomic_bool ended;

static void *
sender(void *arg)
{
	(void)arg;
	/* More where the thread that forgets has not had its turn yet. */
	for (int i = 0; i < 400 || (stored < 2 && i < 400000); i++) {
		enum status st = store("race", i % 2 == 0 ? TEXT_1 : TEXT_2);

		stored += st == ST_OK;
		lost += st != ST_OK && st != ST_DUPLICATE;
	}
	return NULL;
}

static void *
consumer(void *arg)
{
	char path[2 * SANDBOX_PATH_MAX];

	(void)arg;
	snprintf(path, sizeof(path), "%s/p/new/race", root);
	while (!ended)
		unlink(path);
	return NULL;
}

static void *
forgetter(void *arg)
{
	struct inbox_forgotten what;
	struct reason text = {""};

	(void)arg;
	while (!ended) {
		static const char *const name[] = {"race", TEXT_1, TEXT_2};

		for (int i = 0; i < 3; i++) {
			enum inbox_forgot forgot =
			    inbox_forget(&first, name[i], NULL, &what, &text);

			forgets += forgot == FORGOT_IT;
			lost += forgot == FORGOT_FAILED;
		}
	}
	return NULL;
}

/* An event is stored once, and once more at most for each time it is forgotten. */
static void
test_race(void)
{
	pthread_t thread[4];

	first.other = &second;
	if (pthread_create(&thread[0], NULL, consumer, NULL) != 0 ||
	    pthread_create(&thread[1], NULL, forgetter, NULL) != 0 ||
	    pthread_create(&thread[2], NULL, sender, NULL) != 0 ||
	    pthread_create(&thread[3], NULL, sender, NULL) != 0)
		sandbox_die("threads");
	pthread_join(thread[2], NULL);
	pthread_join(thread[3], NULL);
	ended = true;
	pthread_join(thread[0], NULL);
	pthread_join(thread[1], NULL);
	ok(stored >= 2 && stored <= 1 + forgets,
	    "stored %u times, forgotten %u times", stored, forgets);
	is_int(lost, 0, "nothing failed");
}

int
main(void)
{
	sandbox_make();
	snprintf(root, sizeof(root), "%s", sandbox_path("in"));
	snprintf(other_root, sizeof(other_root), "%s", sandbox_path("also"));
	test_nothing();
	test_gone();
	test_cur();
	test_days();
	test_two();
	test_odd();
	test_locked();
	test_race();
	sandbox_remove(sandbox_dir);
	return done();
}
