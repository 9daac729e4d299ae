/* inbox_also.c - the second name of an event: looked for, marked, locked. */
#include "base/encode.h"
#include "crypto/digest.h"
#include "inbox/inbox.h"
#include "inbox/inbox_left.h"
#include "inbox/inbox_lock.h"
#include "sandbox.h"

#include <pthread.h>
#include <time.h>

#include "../tap.h"

/* 2023-11-14T22:13:20Z */
#define NOW   ((time_t)1700000000)
#define MARKS "inbox/p/dedup/2023-11-11"

#define HEX_1  "1111111111111111111111111111111111111111111111111111111111111111"
#define HEX_2  "2222222222222222222222222222222222222222222222222222222222222222"
#define HEX_3  "3333333333333333333333333333333333333333333333333333333333333333"
#define TEXT_1 "sha256-" HEX_1
#define TEXT_2 "sha256-" HEX_2
#define TEXT_3 "sha256-" HEX_3

static struct reason why;
static struct inbox_result result;

static struct inbox
inbox_at(const char *root)
{
	return (struct inbox){.root = root, .provider = "p", .dedup_days = 8};
}

static struct inbox
inbox(void)
{
	static char root[SANDBOX_PATH_MAX];

	snprintf(root, sizeof(root), "%s", sandbox_path("inbox"));
	return inbox_at(root);
}

static enum status
store(const struct inbox *in, const char *name, const char *also)
{
	char head[256] = "";

	if (also != NULL)
		snprintf(head, sizeof(head), "Ce-Id: x\nHookdir-Dedup: %s\n\n",
		    also);
	why = (struct reason){""};
	return inbox_store(in,
	    &(struct event_file){
		name, span_str(head), span_str("body"), 0, also},
	    NOW, &result, &why);
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
forget(const char *folder, const char *name)
{
	char path[SANDBOX_PATH_MAX];

	snprintf(path, sizeof(path), "%s/%s", folder, name);
	if (unlink(sandbox_path(path)) != 0)
		sandbox_die(path);
}

static void
test_two_marks(void)
{
	const struct inbox in = inbox();

	is_int(store(&in, "one", TEXT_1), ST_OK, "an event of two names");
	ok(there(MARKS, "one") && there(MARKS, TEXT_1), "has two marks");
	ok(!there("inbox/p/new", TEXT_1), "and one file");
	is_int(store(&in, "two", TEXT_1), ST_DUPLICATE, "by the second");
	ok(!there("inbox/p/new", "two"), "it is not filed");
	ok(!there(MARKS, "two"), "and a name that anyone may choose is free");
	is_int(store(&in, TEXT_1, NULL), ST_DUPLICATE, "as its only name");
	is_int(store(&in, "one", TEXT_2), ST_DUPLICATE, "sent again: by name");
	ok(!there(MARKS, TEXT_2), "and what was signed then is not marked");
	is_int(store(&in, "three", TEXT_2), ST_OK, "it is an event: not lost");
	is_int(store(&in, "two", NULL), ST_OK, "the event of that name comes");
}

static void
test_by_file(void)
{
	const struct inbox in = inbox();

	store(&in, "four", NULL);
	forget(MARKS, "four");
	forget(MARKS, TEXT_2);
	is_int(store(&in, "four", TEXT_2), ST_DUPLICATE, "by its file");
	ok(there(MARKS, "four"), "its name is marked");
	ok(!there(MARKS, TEXT_2), "and not what this copy has signed");
}

/* Only the name of a mark counts, and nothing is followed. */
static void
test_planted(void)
{
	const struct inbox in = inbox();
	const char *path = sandbox_path(MARKS "/" TEXT_3);

	if (symlink("nowhere", path) != 0)
		sandbox_die(path);
	is_int(store(&in, "five", TEXT_3), ST_DUPLICATE, "a link is a mark");
	forget(MARKS, TEXT_3);
	is_int(store(&in, "five", TEXT_3), ST_OK, "and now there is none");
}

/* Marks of both names count in both inboxes. */
static void
test_both_inboxes(void)
{
	char root[SANDBOX_PATH_MAX];
	struct inbox first = inbox(), second;

	snprintf(root, sizeof(root), "%s", sandbox_path("second"));
	second = inbox_at(root);
	sandbox_remove(sandbox_path("inbox"));
	is_int(store(&second, "one", TEXT_1), ST_OK, "in the second inbox");
	first.other = &second;
	is_int(store(&first, "two", TEXT_1), ST_DUPLICATE, "by the text");
	is_int(store(&first, "one", TEXT_2), ST_DUPLICATE, "by the name");
	ok(!there(MARKS, TEXT_2), "and no second mark is made of it");
	ok(!there(MARKS, "two"), "and none of a name that is not filed");
	forget("second/p/dedup/2023-11-11", "one");
	forget("second/p/dedup/2023-11-11", TEXT_1);
	is_int(store(&first, "one", TEXT_1), ST_DUPLICATE, "by the file there");
	ok(there(MARKS, "one"), "its name is marked here");
	is_int(store(&first, "six", TEXT_3), ST_OK, "one in the first inbox");
	second.other = &first;
	first.other = NULL;
	first.suspect = true;
	is_int(store(&second, "three", TEXT_3), ST_DUPLICATE, "the other way");
	sandbox_remove(sandbox_path("second"));
	sandbox_remove(sandbox_path("inbox"));
}

/* As a crash leaves it: a file in tmp/ that is called NAME.SHA256. */
static void
left(const char *name, const char *also, bool whole)
{
	unsigned char hash[DIGEST_MAX];
	char hex[DIGEST_TEXT_MAX], path[SANDBOX_PATH_MAX], text[256];
	struct span all;

	snprintf(
	    text, sizeof(text), "Ce-Id: x\nHookdir-Dedup: %s\n\nbody", also);
	all = span_str(text);
	digest_hash(DIGEST_SHA256, &all, 1, hash);
	encode_hex(hex, span_mem(hash, DIGEST_SHA256_LEN));
	snprintf(path, sizeof(path), "inbox/p/tmp/%s.%s", name, hex);
	sandbox_write(path, whole ? all : span_mem(text, all.len - 1), 0600);
}

static void
recovered(size_t want, const char *name)
{
	const struct inbox in = inbox();
	size_t n = 0;

	why = (struct reason){""};
	ok(inbox_recover(&in, NOW, &n, &why), "%s: %s", name, why.text);
	is_int((long)n, (long)want, "%s: filed", name);
	is_int(sandbox_entries("inbox/p/tmp"), 0, "%s: nothing left", name);
}

static void
test_recover(void)
{
	const struct inbox in = inbox();

	is_int(store(&in, "begin", NULL), ST_OK, "an inbox");
	left("lost", TEXT_1, true);
	recovered(1, "lost");
	ok(there(MARKS, "lost") && there(MARKS, TEXT_1), "two marks");

	left("replayed", TEXT_1, true);
	recovered(0, "what was signed is filed under another name");
	ok(!there(MARKS, "replayed"), "and this name is free");

	left("lost", TEXT_2, true);
	recovered(0, "killed before its second mark");
	ok(there(MARKS, TEXT_2), "it is made");

	forget(MARKS, "lost");
	forget(MARKS, TEXT_2);
	left("lost", TEXT_2, true);
	recovered(0, "killed before its marks");
	ok(there(MARKS, "lost") && there(MARKS, TEXT_2), "both are made");

	forget(MARKS, TEXT_2);
	left("lost", TEXT_2, false);
	recovered(0, "torn, and known");
	ok(!there(MARKS, TEXT_2), "what is torn says nothing");
}

/* While someone stores an event of the same text, it is left alone. */
static void
test_busy(void)
{
	const struct dedup_names held = {TEXT_2, NULL};
	const struct inbox in = inbox();
	size_t n = 0;
	int lock = open(sandbox_path("inbox/p/lock"), O_RDWR);

	left("busy", TEXT_2, true);
	ok(inbox_lock(lock, &held, LOCK_NO_WAIT) == LOCK_TAKEN, "a lock");
	ok(inbox_recover(&in, NOW, &n, &why), "a run beside it");
	is_int((long)n, 0, "files nothing");
	is_int(sandbox_entries("inbox/p/tmp"), 1, "it stays");
	close(lock);
	recovered(1, "and later");
}

/* What a thread stores, again and again. */
struct storing {
	const struct inbox *inbox;
	struct event_file file;
	bool ok;
};

static void *
store_often(void *arg)
{
	struct storing *s = arg;

	s->ok = true;
	for (int i = 0; i < 200 && s->ok; i++) {
		struct inbox_result got;
		struct reason text;

		s->ok = inbox_store(s->inbox, &s->file, NOW, &got, &text) !=
			ST_TRY_LATER;
	}
	return NULL;
}

/* Two names in both orders: who waits for whom is never a circle. */
static void
test_no_circle(void)
{
	const struct inbox in = inbox();
	struct storing s[2] = {
	    {&in, {"a", span_str("\n"), span_str(""), 0, "b"}, false},
	    {&in, {"b", span_str("\n"), span_str(""), 0, "a"}, false},
	};
	pthread_t thread[2];

	alarm(60);
	for (size_t i = 0; i < 2; i++) {
		if (pthread_create(&thread[i], NULL, store_often, &s[i]) != 0)
			sandbox_die("pthread_create");
	}
	for (size_t i = 0; i < 2; i++)
		pthread_join(thread[i], NULL);
	alarm(0);
	ok(s[0].ok && s[1].ok, "no circle");
	ok(there("inbox/p/new", "a") != there("inbox/p/new", "b"),
	    "and one event");
}

/* If the bytes of both names are the same, it is locked once. */
static void
test_same_byte(void)
{
	const struct dedup_names same = {"same", "same"};
	int lock = open(sandbox_path("inbox/p/lock"), O_RDWR);

	ok(inbox_lock(lock, &same, LOCK_NO_WAIT) == LOCK_TAKEN, "both at once");
	close(lock);
}

static void
is_also(const char *content, const char *want, const char *name)
{
	char also[INBOX_NAME_MAX + 1] = "";
	bool found = inbox_left_also(also, span_str(content));

	is_int(found, want != NULL, "%s", name);
	if (want != NULL)
		is_str(also, want, "%s: the name", name);
}

static void
test_parse(void)
{
	is_also("A: b\nHookdir-Dedup: " TEXT_1 "\nC: d\n\n", TEXT_1, "a line");
	is_also("Hookdir-Dedup: " TEXT_1, TEXT_1, "all of it");
	is_also("Hookdir-Dedup: " TEXT_1 "\nHookdir-Dedup: " TEXT_2 "\n\n",
	    TEXT_1, "the first of two");
	is_also("A: b\n\nHookdir-Dedup: " TEXT_1 "\n", NULL, "in the body");
	is_also("\nHookdir-Dedup: " TEXT_1 "\n", NULL, "after an empty head");
	is_also("", NULL, "nothing");
	is_also("hookdir-dedup: " TEXT_1 "\n\n", NULL, "another spelling");
	is_also("Hookdir-Dedup:" TEXT_1 "\n\n", NULL, "no blank");
	is_also("Hookdir-Dedup: " TEXT_1 "1\n\n", NULL, "a digit more");
	is_also("Hookdir-Dedup: sha256-1\n\n", NULL, "too short");
	is_also("Hookdir-Dedup: ../" HEX_1 "xxxx\n\n", NULL, "a path");
	is_also("Hookdir-Dedup: sha256-"
		"g111111111111111111111111111111111111111111111111111111111111"
		"111\n\n",
	    NULL, "no digit");
	is_also("Hookdir-Dedup: x\nHookdir-Dedup: " TEXT_1 "\n\n", NULL,
	    "a bad one first");
}

int
main(void)
{
	umask(077);
	sandbox_make();
	test_two_marks();
	test_by_file();
	test_planted();
	test_both_inboxes();
	test_recover();
	test_busy();
	test_no_circle();
	test_same_byte();
	test_parse();
	sandbox_remove(sandbox_dir);
	return done();
}
