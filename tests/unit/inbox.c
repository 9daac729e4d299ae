/* inbox.c - files: once, whole, of the right mode, and swept. */
#include "inbox/inbox.h"
#include "base/encode.h"
#include "crypto/digest.h"
#include "inbox/inbox_lock.h"
#include "sandbox.h"

#include <time.h>

#include "../tap.h"

#define DAY 86400
/* 2023-11-14T22:13:20Z */
#define NOW ((time_t)1700000000)

static struct inbox
inbox(void)
{
	static char root[SANDBOX_PATH_MAX];

	snprintf(root, sizeof(root), "%s", sandbox_path("inbox"));
	return (struct inbox){.root = root, .provider = "p", .dedup_days = 8};
}

static struct reason why;
static struct inbox_result result;

static enum status
store(const struct inbox *in, const char *name, const char *body, time_t now)
{
	why = (struct reason){""};
	return inbox_store(in,
	    &(struct event_file){
		name, span_str("H: v\n\n"), span_str(body), 0, NULL},
	    now, &result, &why);
}

static int
mode_of(const char *name)
{
	struct stat st;

	if (lstat(sandbox_path(name), &st) != 0)
		return -1;
	return (int)(st.st_mode & 07777);
}

static bool
there(const char *name)
{
	return mode_of(name) >= 0;
}

static void
is_file(const char *name, const char *want)
{
	char got[256] = "";
	int fd = open(sandbox_path(name), O_RDONLY);
	ssize_t n = fd < 0 ? -1 : read(fd, got, sizeof(got) - 1);

	ok(n >= 0, "%s is there", name);
	is_str(got, want, "%s: its bytes", name);
	if (fd >= 0)
		close(fd);
}

static void
test_first(void)
{
	const struct inbox in = inbox();

	is_int(store(&in, "one", "body", NOW), ST_OK, "the first event");
	ok(result.sweep_due, "begins a folder of marks");
	ok(!result.unmarked, "and is marked");
	is_file("inbox/p/new/one", "H: v\n\nbody");
	is_int(mode_of("inbox"), 0700, "mode of ROOT");
	is_int(mode_of("inbox/p"), 0700, "mode of ROOT/P");
	is_int(mode_of("inbox/p/new"), 0700, "mode of new/");
	is_int(mode_of("inbox/p/cur"), 0700, "mode of cur/");
	is_int(mode_of("inbox/p/new/one"), 0600, "mode of the event");
	ok(there("inbox/p/dedup/2023-11-11/one"), "the mark");
	is_int(sandbox_entries("inbox/p/tmp"), 0, "nothing in tmp/");
	is_int(store(&in, "two", "", NOW), ST_OK, "the second, without body");
	ok(!result.sweep_due, "is of the same");
	is_file("inbox/p/new/two", "H: v\n\n");
}

static void
test_duplicates(void)
{
	const struct inbox in = inbox();

	is_int(store(&in, "one", "other", NOW), ST_DUPLICATE, "by the mark");
	is_file("inbox/p/new/one", "H: v\n\nbody");
	unlink(sandbox_path("inbox/p/dedup/2023-11-11/one"));
	is_int(store(&in, "one", "other", NOW), ST_DUPLICATE, "by the file");
	is_file("inbox/p/new/one", "H: v\n\nbody");
	ok(there("inbox/p/dedup/2023-11-11/one"), "which is marked then");
	unlink(sandbox_path("inbox/p/new/one"));
	is_int(store(&in, "one", "other", NOW), ST_DUPLICATE, "taken away");
	is_int(store(&in, "one", "x", NOW + 8 * DAY), ST_DUPLICATE, "day 8");
	is_int(store(&in, "one", "x", NOW - DAY), ST_DUPLICATE, "a day back");
	ok(!there("inbox/p/new/one"), "not filed again");
	is_int(
	    store(&in, "one", "x", NOW + 9 * DAY), ST_OK, "day 9: forgotten");
	is_int(store(&in, "three", "x", NOW), ST_OK, "another event");
	is_int(store(&in, "three", "x", NOW - 2 * DAY), ST_DUPLICATE,
	    "two days back");
	is_int(store(&in, "three", "x", NOW - 5 * DAY), ST_DUPLICATE,
	    "five: the file is still there");
	/* NOW is the last day of its folder, so tomorrow's mark is elsewhere. */
	is_int(store(&in, "ahead", "x", NOW + DAY), ST_OK, "tomorrow");
	unlink(sandbox_path("inbox/p/new/ahead"));
	is_int(store(&in, "ahead", "x", NOW), ST_DUPLICATE, "then set back");
	is_int(sandbox_entries("inbox/p/tmp"), 0, "nothing in tmp/");
}

static void
test_group(void)
{
	struct inbox in = inbox();

	in.provider = "g";
	in.group_access = true;
	is_int(store(&in, "one", "body", NOW), ST_OK, "with group access");
	is_int(mode_of("inbox/g"), 02770, "mode of ROOT/P");
	is_int(mode_of("inbox/g/new"), 02770, "mode of new/");
	is_int(mode_of("inbox/g/dedup/2023-11-11"), 02770, "mode of a day");
	is_int(mode_of("inbox/g/new/one"), 0660, "mode of the event");

	/* What an attempt left that came no further than mkdir(). */
	in.provider = "half";
	if (mkdir(sandbox_path("inbox/half"), 0700) != 0 ||
	    mkdir(sandbox_path("inbox/half/new"), 0700) != 0 ||
	    symlink("new", sandbox_path("inbox/half/cur")) != 0)
		sandbox_die("inbox/half");
	is_int(store(&in, "one", "body", NOW), ST_OK, "begun before");
	is_int(mode_of("inbox/half"), 02770, "mode of what was there");
	is_int(mode_of("inbox/half/new"), 02770, "and of what is in it");
}

static void
age(const char *name, time_t when)
{
	const struct timespec times[2] = {{when, 0}, {when, 0}};

	if (utimensat(AT_FDCWD, sandbox_path(name), times, 0) != 0)
		sandbox_die(name);
}

static void
folder(const char *name)
{
	if (mkdir(sandbox_path(name), 0700) != 0)
		sandbox_die(name);
}

static void
test_sweep(void)
{
	struct inbox in = inbox();

	in.provider = "s";
	store(&in, "one", "body", NOW);
	folder("inbox/s/dedup/2023-10-30");
	sandbox_text("inbox/s/dedup/2023-10-30/old", "", 0600);
	sandbox_text("inbox/s/dedup/2023-10-30/older", "", 0600);
	folder("inbox/s/dedup/2023-11-03");
	folder("inbox/s/dedup/0000-00-00x");
	folder("inbox/s/dedup/2023-1x-05");
	folder("inbox/s/dedup/2023-12-31");
	sandbox_text("inbox/s/tmp/old", "", 0600);
	sandbox_text("inbox/s/tmp/young", "", 0600);
	age("inbox/s/tmp/old", NOW - 36 * 3600 - 1);
	age("inbox/s/tmp/young", NOW - 36 * 3600);
	ok(inbox_sweep(&in, NOW, &why), "a sweep");
	ok(!there("inbox/s/dedup/2023-10-30"), "what counts no more is gone");
	ok(there("inbox/s/dedup/2023-11-03"), "what counts in part is not");
	ok(there("inbox/s/dedup/2023-12-31"), "nor days to come");
	ok(there("inbox/s/dedup/2023-11-11/one"), "nor today");
	ok(there("inbox/s/dedup/0000-00-00x"), "nor what is no day");
	ok(there("inbox/s/dedup/2023-1x-05"), "nor what is nearly one");
	ok(!there("inbox/s/tmp/old"), "debris of 36 h is gone");
	ok(there("inbox/s/tmp/young"), "younger is not");
	ok(there("inbox/s/new/one"), "events stay");
	folder("inbox/s/dedup/2023-10-01");
	folder("inbox/s/dedup/2023-10-01/folder");
	sandbox_text("inbox/s/tmp/old", "", 0600);
	age("inbox/s/tmp/old", NOW - 36 * 3600 - 1);
	ok(!inbox_sweep(&in, NOW, &why), "what cannot be removed");
	ok(strstr(why.text, "/s/dedup") != NULL, "is named: %s", why.text);
	ok(!there("inbox/s/tmp/old"), "and debris in tmp/ goes all the same");
}

/* That it fails, and says so about what. */
static void
fails(const struct inbox *in, const char *said, const char *name)
{
	is_int(store(in, "fail", "body", NOW), ST_TRY_LATER, "%s", name);
	ok(strstr(why.text, said) != NULL, "%s: says %s", name, said);
	if (strstr(why.text, said) == NULL)
		diag("%s", why.text);
}

static char left_path[SANDBOX_PATH_MAX];

/* As a crash leaves it: a file in tmp/ that is called NAME.SHA256. */
static void
left(const char *name, const char *text)
{
	const struct span all = span_str(text);
	unsigned char hash[DIGEST_MAX];
	char hex[DIGEST_TEXT_MAX], path[SANDBOX_PATH_MAX];

	digest_hash(DIGEST_SHA256, &all, 1, hash);
	encode_hex(hex, span_mem(hash, DIGEST_SHA256_LEN));
	snprintf(path, sizeof(path), "inbox/r/tmp/%s.%s", name, hex);
	snprintf(
	    left_path, sizeof(left_path), "%s", sandbox_text(path, text, 0600));
}

static void
test_recover(void)
{
	struct inbox in = inbox(), other;
	char torn[128], root[SANDBOX_PATH_MAX];
	size_t n = 0;
	int lock;

	in.provider = "r";
	ok(inbox_recover(&in, NOW, &n, &why), "an inbox that is not there");
	is_int(sandbox_entries("inbox/r"), -1, "is not made");
	store(&in, "known", "body", NOW);
	left("lost", "H: v\n\nlost");
	left("known", "H: v\n\nbody");
	store(&in, "taken", "body", NOW);
	unlink(sandbox_path("inbox/r/new/taken"));
	left("taken", "H: v\n\nbody");
	store(&in, "waits", "body", NOW);
	unlink(sandbox_path("inbox/r/dedup/2023-11-11/waits"));
	left("waits", "H: v\n\nbody");
	left("moved", "H: v\n\nmoved");
	if (link(left_path, sandbox_path("inbox/r/cur/moved")) != 0)
		sandbox_die("moved");
	snprintf(torn, sizeof(torn), "inbox/r/tmp/torn.%064d", 0);
	sandbox_text(torn, "H: v", 0600);
	sandbox_text("inbox/r/tmp/other", "not ours", 0600);
	ok(inbox_recover(&in, NOW, &n, &why), "after a crash");
	is_int((long)n, 1, "one event was lost");
	is_file("inbox/r/new/lost", "H: v\n\nlost");
	ok(there("inbox/r/dedup/2023-11-11/lost"), "and is marked now");
	ok(!there("inbox/r/new/taken"), "what was marked is not filed again");
	is_file("inbox/r/new/waits", "H: v\n\nbody");
	ok(there("inbox/r/dedup/2023-11-11/waits"), "what is there is marked");
	ok(!there("inbox/r/new/moved"), "nor what is in cur/");
	ok(there("inbox/r/dedup/2023-11-11/moved"), "which is marked too");
	ok(!there("inbox/r/new/torn"), "nor what is torn at all");
	is_int(sandbox_entries("inbox/r/tmp"), 1, "what is not ours stays");
	is_int(
	    store(&in, "lost", "again", NOW), ST_DUPLICATE, "then a duplicate");

	/* What another process is filing just now. */
	left("busy", "H: v\n\nbusy");
	lock = open(sandbox_path("inbox/r/lock"), O_RDWR);
	ok(inbox_lock(lock, &(struct dedup_names){"busy", NULL},
	       LOCK_NO_WAIT) == LOCK_TAKEN,
	    "somebody has the lock");
	ok(inbox_recover(&in, NOW, &n, &why), "a run beside him");
	ok(!there("inbox/r/new/busy"), "leaves his event alone");
	is_int(sandbox_entries("inbox/r/tmp"), 2, "in tmp/ too");
	close(lock);

	/* Filed in the other inbox, since this one could not take it. */
	other = in;
	snprintf(root, sizeof(root), "%s", sandbox_path("other"));
	other.root = root;
	store(&other, "busy", "busy", NOW);
	in.other = &other;
	ok(inbox_recover(&in, NOW, &n, &why), "with another inbox");
	ok(!there("inbox/r/new/busy"), "whose marks count");
	is_int((long)n, 1, "nothing more was put there");

	left("blocked", "H: v\n\nblocked");
	sandbox_remove(sandbox_path("inbox/r/dedup"));
	sandbox_text("inbox/r/dedup", "no folder", 0600);
	ok(!inbox_recover(&in, NOW, &n, &why), "marks that cannot be read");
	ok(strstr(why.text, "/r") != NULL, "are named: %s", why.text);
	ok(!there("inbox/r/new/blocked"), "and nothing is filed");
}

/* The first event since the machine started, or the inbox was made, does. */
static void
test_recover_due(void)
{
	struct inbox in = inbox();

	in.provider = "due";
	store(&in, "zero", "body", NOW);
	ok(result.recover_due, "an inbox that was made just now");
	store(&in, "one", "body", NOW);
	ok(!result.recover_due, "an inbox of today");
	age("inbox/due/lock", 1000000000);
	store(&in, "two", "body", NOW);
	ok(result.recover_due, "an inbox of before the machine's start");
	store(&in, "three", "body", NOW);
	ok(result.recover_due, "until it was done");
	inbox_recover(&in, NOW, &(size_t){0}, &why);
	store(&in, "four", "body", NOW);
	ok(!result.recover_due, "and then no more");
	unlink(sandbox_path("inbox/due/lock"));
	store(&in, "five", "body", NOW);
	ok(result.recover_due, "but if the lock was lost");
}

static void
test_failures(void)
{
	struct inbox in = inbox();
	char root[SANDBOX_PATH_MAX + 16];

	snprintf(root, sizeof(root), "%s/none/inbox", sandbox_dir);
	in.root = root;
	fails(&in, "does not exist and cannot be created", "no parent");
	snprintf(root, sizeof(root), "%s/file", sandbox_dir);
	sandbox_text("file", "", 0600);
	fails(&in, "must be a directory", "ROOT is a file");
	snprintf(root, sizeof(root), "%s/link", sandbox_dir);
	if (symlink("inbox", root) != 0)
		sandbox_die(root);
	fails(&in, "not a symbolic link", "ROOT is a symbolic link");
	folder("open");
	if (chmod(sandbox_path("open"), 0757) != 0)
		sandbox_die("open");
	snprintf(root, sizeof(root), "%s/open", sandbox_dir);
	fails(&in, "chmod o-w", "ROOT is everybody's");
	is_int(sandbox_entries("open"), 0, "nothing in it");

	in = inbox();
	in.provider = "everybodys";
	store(&in, "one", "body", NOW);
	if (chmod(sandbox_path("inbox/everybodys"), 0702) != 0)
		sandbox_die("everybodys");
	fails(&in, "/everybodys: chmod o-w", "ROOT/P is everybody's");
	in.provider = "link";
	if (symlink("p", sandbox_path("inbox/link")) != 0)
		sandbox_die("link");
	fails(&in, "/link", "ROOT/P is a symbolic link");
	in.provider = "file";
	sandbox_text("inbox/file", "", 0600);
	fails(&in, "/file", "ROOT/P is a file");
}

static void
test_mended(void)
{
	struct inbox in = inbox();

	in.provider = "m";
	store(&in, "one", "body", NOW);
	sandbox_remove(sandbox_path("inbox/m/new"));
	is_int(store(&in, "two", "body", NOW), ST_OK, "new/ was removed");
	is_file("inbox/m/new/two", "H: v\n\nbody");
	sandbox_remove(sandbox_path("inbox/m/tmp"));
	is_int(store(&in, "three", "body", NOW), ST_OK, "tmp/ was removed");
	sandbox_remove(sandbox_path("inbox/m/dedup"));
	is_int(store(&in, "three", "body", NOW), ST_DUPLICATE,
	    "dedup/ was removed: the file is known");
	unlink(sandbox_path("inbox/m/lock"));
	is_int(store(&in, "four", "body", NOW), ST_OK, "lock was removed");
	sandbox_remove(sandbox_path("inbox/m/dedup"));
	folder("inbox/m/dedup");
	sandbox_text("inbox/m/dedup/2023-11-11", "no folder", 0600);
	is_int(store(&in, "five", "body", NOW), ST_TRY_LATER,
	    "marks that cannot be read");
	sandbox_remove(sandbox_path("inbox"));
	is_int(store(&in, "six", "body", NOW), ST_OK, "all was removed");
	is_file("inbox/m/new/six", "H: v\n\nbody");
}

int
main(void)
{
	umask(077);
	sandbox_make();
	test_first();
	test_duplicates();
	test_group();
	test_sweep();
	test_recover();
	test_recover_due();
	test_failures();
	test_mended();
	sandbox_remove(sandbox_dir);
	return done();
}
