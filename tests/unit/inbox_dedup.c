/* inbox_dedup.c - marks are links to one file, as far as that can be done. */
#define _GNU_SOURCE /* syscall() */
#include "inbox/inbox_dedup.h"
#include "calls.h"
#include "sandbox.h"

#include "../tap.h"

/* 2023-11-14T22:13:20Z */
#define NOW           ((time_t)1700000000)
#define DAY           "2023-11-11"
#define FILE_OF_MARKS DAY "/.mark"

static struct dedup_folder folder;

static bool
mark(const char *name)
{
	const struct dedup_names names = {name, NULL};

	memset(count, 0, sizeof(count));
	return dedup_mark(&folder, &names, NOW);
}

static bool
known(const char *name)
{
	const struct dedup_names names = {name, NULL};
	char path[DEDUP_PATH_MAX];

	return dedup_look(&folder.dedup, &names, 8, NOW, path) == DEDUP_NAME;
}

static struct stat
look(const char *name)
{
	char path[64];
	struct stat st = {.st_ino = 0};

	snprintf(path, sizeof(path), DAY "/%s", name);
	if (lstat(sandbox_path(path), &st) != 0)
		st.st_ino = 0;
	return st;
}

static bool
same(const char *a, const char *b)
{
	return look(a).st_ino != 0 && look(a).st_ino == look(b).st_ino;
}

static void
test_links(void)
{
	ok(mark("one") && mark("two") && mark("three"), "three marks");
	ok(known("one") && known("two") && known("three"), "are known");
	ok(same("one", "two") && same("two", "three"), "and are one file");
	is_int((long)look("one").st_size, 0, "which is empty");
	ok(mark("two") && same("one", "two"), "one that is there stays");
	unlink(sandbox_path(DAY "/one"));
	ok(!known("one") && known("two"), "one is forgotten, and no other");
	unlink(sandbox_path(FILE_OF_MARKS));
	ok(mark("four") && !same("four", "two"), "the file is gone: another");
	ok(mark("five") && same("four", "five"), "for all that follow");
	ok(known("two") && known("five"), "all are known");
}

/* A file can have 65,000 links on ext4, and on others none. */
static void
test_faults(void)
{
	static const int error[] = {EMLINK, EPERM, EXDEV, EOPNOTSUPP, EIO};
	char name[16], next[16];

	for (size_t i = 0; i < sizeof(error) / sizeof(error[0]); i++) {
		plan.call = MARK;
		plan.at = 1;
		plan.error = error[i];
		snprintf(name, sizeof(name), "error-%zu", i);
		snprintf(next, sizeof(next), "next-%zu", i);
		ok(mark(name) && known(name), "a mark, error %d", error[i]);
		ok(!same(name, "five"), "is a file of its own");
		plan.at = 0;
		ok(mark(next) && same(name, next),
		    "and the next ones its links");
	}
	plan.call = OPENAT;
	plan.at = 2; /* the first is that of the folder */
	plan.error = ENOSPC;
	ok(mark("link"), "a link needs no file");
	unlink(sandbox_path(FILE_OF_MARKS));
	ok(!mark("fails") && errno == ENOSPC,
	    "without a file there is no mark");
	is_str(folder.path, DAY "/fails", "and it is named");
	plan.at = 0;
}

/* With group_access, others can put there what they like. */
static void
test_planted(void)
{
	const char *path;

	ok(mark("before") && mark("again"), "marks");
	path = sandbox_path(FILE_OF_MARKS);
	unlink(path);
	if (symlink("nowhere", path) != 0)
		sandbox_die(path);
	ok(mark("linked") && known("linked"), "a link to nowhere");
	unlink(path);
	if (mkfifo(path, 0600) != 0)
		sandbox_die(path);
	/* No mark is ever opened. */
	ok(mark("fifo") && known("fifo"), "a FIFO");
	unlink(path);
	if (mkdir(path, 0700) != 0)
		sandbox_die(path);
	ok(mark("folder") && known("folder"), "a folder");
	rmdir(path);
	ok(mark("after") && known("after"), "nothing");
}

/* The same in the place of the mark, after it was looked for. */
static void
test_replaced(void)
{
	struct stat st;

	unlink(sandbox_path(FILE_OF_MARKS));
	if (symlink("../elsewhere", sandbox_path(DAY "/to")) != 0)
		sandbox_die("to");
	ok(!mark("to") && errno == ELOOP, "a link is not followed");
	ok(lstat(sandbox_path("elsewhere"), &st) != 0, "nothing is made there");
	if (mkfifo(sandbox_path(DAY "/pipe"), 0600) != 0)
		sandbox_die("pipe");
	ok(!mark("pipe") && errno == ENXIO, "a FIFO is not waited for");
	ok(mark("usual") && known("usual"), "the next one is as usual");
}

/* A folder that cannot be opened is not one that is missing. */
static void
test_keep(void)
{
	int before = sandbox_descriptors();
	struct dedup_kept kept;

	ok(dedup_keep(&kept, folder.dedup.fd, NOW), "folders are kept");
	is_int(sandbox_descriptors(), before + 1, "there is one");
	dedup_unkeep(&kept);
	plan.call = OPENAT;
	plan.error = EMFILE;
	for (int i = 1; i <= DEDUP_KEPT; i++) {
		memset(count, 0, sizeof(count));
		plan.at = i;
		ok(!dedup_keep(&kept, folder.dedup.fd, NOW),
		    "none is, if folder %d cannot be opened", i);
		plan.at = 0;
		is_int(sandbox_descriptors(), before, "nothing is open");
	}
}

int
main(void)
{
	umask(077);
	sandbox_make();
	folder.dedup.fd = open(sandbox_dir, O_PATH | O_DIRECTORY | O_CLOEXEC);
	test_links();
	test_faults();
	test_planted();
	test_replaced();
	test_keep();
	close(folder.dedup.fd);
	sandbox_remove(sandbox_dir);
	return done();
}
