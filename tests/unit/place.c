/*
 * place.c - folders and files that root makes and mends: what others planted
 * there, and every call failing in turn.
 */
#define _GNU_SOURCE /* syscall() */
#include <errno.h>
#include <limits.h>
#include <stdarg.h>
#include <sys/syscall.h>
#include <sys/wait.h>

#include "../../cli/setup/place.h"
#include "sandbox.h"

#include "../tap.h"

#define OTHER 4242 /* a user who is in no database */
#define THIRD 4343

/* --- calls that fail when their turn has come --- */

enum call {
	OPENAT,
	PWRITE,
	FSTAT,
	FCHOWN,
	FCHMOD,
	FSYNC,
	RENAMEAT,
	LINKAT,
	UNLINKAT,
	MKDIRAT,
	CALLS
};

static const char *const call_name[CALLS] = {"openat", "pwrite", "fstat",
    "fchown", "fchmod", "fsync", "renameat", "linkat", "unlinkat", "mkdirat"};

static struct {
	enum call call;
	int at; /* the call that fails, from 1; 0: none */
	int count[CALLS];
	const char *swap; /* what another user puts in place of a new folder */
	bool vanish;      /* the next file that is opened loses its name */
	bool vanishing;   /* each does */
} plan;

static bool
fails(enum call call)
{
	if (++plan.count[call] != plan.at || call != plan.call)
		return false;
	errno = ENOSPC;
	return true;
}

int
openat(int at, const char *path, int flags, ...)
{
	int mode = 0;
	va_list ap;

	va_start(ap, flags);
	if ((flags & O_CREAT) != 0)
		mode = va_arg(ap, int);
	va_end(ap);
	int fd;

	if (fails(OPENAT))
		return -1;
	fd = (int)syscall(SYS_openat, at, path, flags, mode);
	if (plan.vanish || plan.vanishing)
		syscall(SYS_unlinkat, at, path, 0);
	plan.vanish = false;
	return fd;
}

ssize_t
pwrite(int fd, const void *from, size_t n, off_t at)
{
	return fails(PWRITE) ? -1 : syscall(SYS_pwrite64, fd, from, n, at);
}

int
fstat(int fd, struct stat *st)
{
	return fails(FSTAT) ? -1 : (int)syscall(SYS_fstat, fd, st);
}

int
fchown(int fd, uid_t uid, gid_t gid)
{
	return fails(FCHOWN) ? -1 : (int)syscall(SYS_fchown, fd, uid, gid);
}

int
fchmod(int fd, mode_t mode)
{
	return fails(FCHMOD) ? -1 : (int)syscall(SYS_fchmod, fd, mode);
}

int
fsync(int fd)
{
	return fails(FSYNC) ? -1 : (int)syscall(SYS_fsync, fd);
}

int
renameat(int from, const char *old, int to, const char *new)
{
	if (fails(RENAMEAT))
		return -1;
	return (int)syscall(SYS_renameat2, from, old, to, new, 0);
}

int
linkat(int from, const char *old, int to, const char *new, int flags)
{
	if (fails(LINKAT))
		return -1;
	return (int)syscall(SYS_linkat, from, old, to, new, flags);
}

int
unlinkat(int at, const char *path, int flags)
{
	if (fails(UNLINKAT))
		return -1;
	return (int)syscall(SYS_unlinkat, at, path, flags);
}

int
mkdirat(int at, const char *path, mode_t mode)
{
	int rc;

	if (fails(MKDIRAT))
		return -1;
	rc = (int)syscall(SYS_mkdirat, at, path, mode);
	if (plan.swap != NULL) {
		syscall(SYS_renameat2, at, path, at, "moved", 0);
		syscall(SYS_renameat2, at, plan.swap, at, path, 0);
	}
	return rc;
}

/* --- the sandbox --- */

/* A set-up that fails tests nothing. */
#define must(call)                          \
	do {                                \
		if ((call) != 0)            \
			sandbox_die(#call); \
	} while (0)

static struct reason why;
static struct place top;

/* Entries of the folder, hidden ones as well. */
static int
entries(const char *name)
{
	DIR *dir = opendir(sandbox_path(name));
	int n = -2;

	while (dir != NULL && readdir(dir) != NULL)
		n++;
	if (dir != NULL)
		closedir(dir);
	return n;
}

static bool
holds(const char *name, const char *text)
{
	struct file_content got;
	struct reason none;
	bool same = file_read(sandbox_path(name), 999, &got, &none) &&
		    span_is(span_mem(got.bytes, got.len), text);

	free(got.bytes);
	return same;
}

static struct place_rights
ours(mode_t mode)
{
	return (struct place_rights){geteuid(), getegid(), mode};
}

static struct stat
state(const char *name)
{
	struct stat st = {.st_mode = 0};

	if (lstat(sandbox_path(name), &st) != 0)
		st.st_mode = 0;
	return st;
}

static bool
says(const char *text)
{
	bool has = strstr(why.text, text) != NULL;

	if (!has)
		diag("%s", why.text);
	return has;
}

/* --- opening --- */

static void
test_open(void)
{
	char name[NAME_MAX + 1] = "", longer[NAME_MAX + 2];
	struct place place = place_none();

	mkdir(sandbox_path("a"), 0700);
	mkdir(sandbox_path("a/b"), 0700);
	sandbox_text("a/file", "", 0600);
	must(symlink("a", sandbox_path("link")));
	must(symlink("/nowhere", sandbox_path("broken")));
	must(symlink("loop", sandbox_path("loop")));
	is_int(place_open(&place, sandbox_path("a/./b/../b//"), &why),
	    LOOKUP_FOUND, "a folder is opened, however it is spelled");
	ok(state("a/b").st_ino != 0, "it is there");
	place_close(&place);
	is_int(place_open(&place, sandbox_path("a/c/d"), &why), LOOKUP_NONE,
	    "one that is not there");
	ok(says("/a/c cannot be opened: No such file"), "is named");
	is_int(place.fd, -1, "and nothing is open");
	memset(name, 'n', sizeof(name) - 1);
	must(mkdir(sandbox_path(name), 0700));
	snprintf(longer, sizeof(longer), "%sn", name);
	is_int(place_open(&place, sandbox_path(longer), &why), LOOKUP_INVALID,
	    "a name that is too long is not cut");
	must(rmdir(sandbox_path(name)));
	is_int(place_open(&place, sandbox_path("a/file/d"), &why),
	    LOOKUP_INVALID, "a file on the way");
	ok(says("/a/file is not a folder"), "is named");
	is_int(place_open(&place, sandbox_path("loop/x"), &why), LOOKUP_INVALID,
	    "a link to itself");
	ok(says("/loop is a symbolic link that leads nowhere"), "is named");
	is_int(place_open(&place, sandbox_path("broken"), &why), LOOKUP_NONE,
	    "a link to nothing");
	is_int(place_open(&place, sandbox_path("link/b"), &why), LOOKUP_FOUND,
	    "a link of one's own is followed");
	place_close(&place);
	is_int(place_enter(&place, &top, "link", &why), LOOKUP_INVALID,
	    "but not where a folder is entered");
	ok(says("/link is a symbolic link, and must be a folder"),
	    "and it is named");
	must(chdir(sandbox_dir));
	is_int(
	    place_open(&place, "a/b", &why), LOOKUP_FOUND, "a relative path");
	place_close(&place);
}

/* Which links root follows. */
static void
test_links(void)
{
	static const struct {
		const char *name;
		uid_t link, folder;
		mode_t mode;
		enum lookup found;
	} row[] = {
	    {"root's link in root's folder", 0, 0, 0755, LOOKUP_FOUND},
	    {"another's link", OTHER, 0, 0755, LOOKUP_INVALID},
	    {"root's link in another's folder", 0, OTHER, 0755, LOOKUP_INVALID},
	    {"where the group can write", 0, 0, 0775, LOOKUP_INVALID},
	    {"where everybody can write", 0, 0, 0777, LOOKUP_INVALID},
	    {"where nobody can replace it", 0, 0, 01777, LOOKUP_FOUND},
	    {"another's link there", OTHER, 0, 01777, LOOKUP_INVALID},
	};
	struct place place = place_none();

	mkdir(sandbox_path("links"), 0700);
	must(symlink("../a/b", sandbox_path("links/to")));
	for (size_t i = 0; i < sizeof(row) / sizeof(row[0]); i++) {
		must(
		    chown(sandbox_path("links"), row[i].folder, row[i].folder));
		must(chmod(sandbox_path("links"), row[i].mode));
		must(
		    lchown(sandbox_path("links/to"), row[i].link, row[i].link));
		is_int(place_open(&place, sandbox_path("links/to/../b"), &why),
		    row[i].found, "%s", row[i].name);
		place_close(&place);
	}
	ok(says("/links/to is a symbolic link that another user"), "why");
}

/* --- writing --- */

static void
test_write(void)
{
	const struct place_rights rights = ours(0640);
	struct file_content got;

	ok(place_create(&top, "f", span_str("one"), &rights, &why),
	    "a new file");
	ok(holds("f", "one"), "has its bytes");
	is_int(state("f").st_mode & 07777, 0640, "and its mode");
	ok(!place_create(&top, "f", span_str("two"), &rights, &why),
	    "is not written over");
	ok(says("/f cannot be written: File exists"), "which is said");
	ok(holds("f", "one"), "it is as it was");
	ok(place_replace(&top, "f", span_str("two"), &rights, &why),
	    "or is, if that is asked for");
	ok(holds("f", "two"), "with the new bytes");
	sandbox_text(".f.tmp", "of a crash", 0666);
	ok(place_replace(&top, "f", span_str("3"), &rights, &why),
	    "what a crash left is no hindrance");
	ok(holds("f", "3") && state(".f.tmp").st_mode == 0, "and is gone");
	must(symlink("/nowhere", sandbox_path(".f.tmp")));
	ok(place_replace(&top, "f", span_str("4"), &rights, &why),
	    "nor is a link");
	ok(holds("f", "4"), "which is not followed");
	must(link(sandbox_path("f"), sandbox_path(".f.tmp")));
	place_settle(&top, "f");
	ok(holds("f", "4") && state("f").st_nlink == 1,
	    "one that a crash left with two names has one");
	sandbox_text(".f.tmp", "another", 0600);
	place_settle(&top, "f");
	ok(holds(".f.tmp", "another"), "another file stays");
	unlink(sandbox_path(".f.tmp"));
	must(link(sandbox_path("f"), sandbox_path("g")));
	ok(!place_replace(&top, "f", span_str("5"), &rights, &why),
	    "a file with two names is not replaced");
	ok(says("/f has more than one name (hard links)"), "which is said");
	is_int(
	    place_read(&top, "f", 9, &got, &why), LOOKUP_INVALID, "nor read");
	unlink(sandbox_path("g"));
	is_int(place_read(&top, "f", 1, &got, &why), LOOKUP_FOUND, "one is");
	ok(span_is(span_mem(got.bytes, got.len), "4"), "whole");
	free(got.bytes);
	is_int(place_read(&top, "f", 0, &got, &why), LOOKUP_INVALID,
	    "if it is not too large");
	ok(says("/f has more than 0 bytes"), "which is said");
	is_int(place_read(&top, "g", 9, &got, &why), LOOKUP_NONE, "no file");
	is_int(place_read(&top, "link", 9, &got, &why), LOOKUP_INVALID,
	    "a link is not read");
	ok(says("/link is a symbolic link"), "which is said");
	must(mkfifo(sandbox_path("fifo"), 0600));
	is_int(place_read(&top, "fifo", 9, &got, &why), LOOKUP_INVALID,
	    "a FIFO is not either");
	ok(!place_replace(&top, "fifo", span_str("5"), &rights, &why),
	    "nor replaced");
	ok(!place_replace(&top, "link", span_str("5"), &rights, &why),
	    "nor is a link");
	ok(place_remove(&top, "link", &why), "but it is removed");
	ok(state("link").st_mode == 0 && state("a/b").st_mode != 0,
	    "and not what it leads to");
	ok(place_remove(&top, "link", &why), "once");
	sandbox_text(".link.tmp", "of a crash", 0600);
	ok(place_remove(&top, "link", &why) && state(".link.tmp").st_mode == 0,
	    "with what a crash left");
	ok(!place_remove(&top, "a", &why), "a folder is not");
	is_int(entries(""), 5, "nothing is left");
}

static void
test_make(void)
{
	const struct place_rights rights = ours(02750);
	struct place place = place_none();

	umask(077);
	ok(place_make(&place, &top, "m", &rights, &why) && place.made,
	    "a folder is made");
	place_close(&place);
	is_int(state("m").st_mode & 07777, 02750, "with its mode");
	must(chmod(sandbox_path("m"), 0700));
	ok(place_make(&place, &top, "m", &rights, &why) && !place.made,
	    "or opened");
	place_close(&place);
	is_int(state("m").st_mode & 07777, 0700, "and left as it is");
	ok(!place_make(&place, &top, "f", &rights, &why), "a file");
	ok(says("/f is not a folder, and must be a folder"), "is named");
	ok(place_make_all(&place, sandbox_path("m/n/o//p/"), &rights, &why),
	    "all that is missing");
	place_close(&place);
	is_int(state("m/n/o/p").st_mode & 07777, 02750, "is made");
	ok(place_make_all(&place, sandbox_path("m/n"), &rights, &why),
	    "nothing is missing");
	place_close(&place);
	ok(!place_make_all(&place, sandbox_path("m/x/../../f"), &rights, &why),
	    "a way that leads nowhere");
	ok(state("m/x").st_mode == 0, "is not made by half");
	umask(022);
}

/* A folder that is put in place of the new one is not given away. */
static void
test_swap(void)
{
	static const struct {
		const char *name;
		uid_t uid;
		mode_t mode;
		bool full;
	} row[] = {
	    {"another user's", THIRD, 0700, false},
	    {"one that others can move", 0, 0770, false},
	    {"one with something in it", 0, 0700, true},
	};
	const struct place_rights rights = {OTHER, OTHER, 0750};
	struct place place = place_none();

	for (size_t i = 0; i < sizeof(row) / sizeof(row[0]); i++) {
		must(mkdir(sandbox_path("prey"), 0700));
		must(chmod(sandbox_path("prey"), row[i].mode));
		must(chown(sandbox_path("prey"), row[i].uid, row[i].uid));
		if (row[i].full)
			must(mkdir(sandbox_path("prey/full"), 0700));
		plan.swap = "prey";
		ok(!place_make(&place, &top, "swap", &rights, &why),
		    "%s in place of a new folder", row[i].name);
		plan.swap = NULL;
		/* An empty one is removed, as the folder that was made. */
		is_int(state("swap").st_uid, 0, "it is not given");
		is_int(state("swap").st_mode & 07777,
		    row[i].full ? row[i].mode : 0, "nor opened");
		if (row[i].full)
			sandbox_remove(sandbox_path("swap"));
		sandbox_remove(sandbox_path("moved"));
	}
}

/* --- every call failing in turn --- */

static bool
write_over(void)
{
	const struct place_rights rights = ours(0640);
	struct place place = place_none();
	bool ok = place_enter(&place, &top, "t", &why) == LOOKUP_FOUND &&
		  place_replace(&place, "g", span_str("new"), &rights, &why);

	place_close(&place);
	return ok;
}

static bool
write_secret(void)
{
	const struct place_rights rights = {
	    geteuid() == 0 ? OTHER : geteuid(), getegid(), 0600};
	struct place place = place_none();
	bool ok = place_enter(&place, &top, "t", &why) == LOOKUP_FOUND &&
		  place_create(&place, "f", span_str("new"), &rights, &why);

	place_close(&place);
	return ok;
}

static bool
make_folders(void)
{
	const struct place_rights rights = ours(0750);
	struct place place = place_none();
	bool ok = place_make_all(&place, sandbox_path("t/x/y"), &rights, &why);

	place_close(&place);
	return ok;
}

static const struct {
	const char *name;
	bool (*run)(void);
	int entries; /* in t/, when it has succeeded */
	/* A call whose failure leaves what was made, and says so. */
	enum call last;
	int last_at;
	int flushes; /* of each file and folder, and of what it is in */
} work[] = {
    {"a new file", write_secret, 2, CALLS, 0, 2},
    {"another file", write_over, 1, FSYNC, 2, 2},
    {"folders", make_folders, 2, CALLS, 0, 4},
};

/* Nothing is left of it, and the old file is as it was. */
static void
test_one_fault(size_t i, enum call call, int at)
{
	int before = sandbox_descriptors();
	bool last = call == work[i].last && at == work[i].last_at;

	plan.call = call;
	plan.at = at;
	memset(plan.count, 0, sizeof(plan.count));
	why = (struct reason){""};
	if (work[i].run()) {
		plan.at = 0;
		/* Of what is no hindrance. */
		ok(call == UNLINKAT, "%s: %s %d may fail", work[i].name,
		    call_name[call], at);
		is_int(entries("t"), work[i].entries, "and nothing is left");
	} else {
		plan.at = 0;
		ok(says("No space left"), "%s: %s %d fails, and why",
		    work[i].name, call_name[call], at);
		is_int(entries("t"), 1, "nothing is left");
		ok(holds("t/g", last ? "new" : "old"), "and nothing changed");
	}
	is_int(sandbox_descriptors(), before, "nothing is open");
}

static void
test_faults(size_t i)
{
	int count[CALLS];

	for (int call = -1; call < CALLS; call++) {
		for (int at = 1; call < 0 ? at == 1 : at <= count[call]; at++) {
			sandbox_remove(sandbox_path("t"));
			mkdir(sandbox_path("t"), 0700);
			sandbox_text("t/g", "old", 0600);
			if (call >= 0) {
				test_one_fault(i, (enum call)call, at);
				continue;
			}
			plan.at = 0;
			memset(plan.count, 0, sizeof(plan.count));
			ok(work[i].run(), "%s", work[i].name);
			memcpy(count, plan.count, sizeof(count));
			is_int(entries("t"), work[i].entries, "is written");
			is_int(count[FSYNC], work[i].flushes, "and flushed");
		}
	}
}

/* --- mending --- */

enum plant { A_FILE, A_FOLDER, A_LINK, A_FIFO, TWO_NAMES };

static const struct {
	const char *name;
	enum plant plant;
	uid_t uid;
	gid_t gid;
	mode_t mode;
	enum place_mended mended;
	const char *what;
} mend[] = {
    {"what is right", A_FILE, OTHER, OTHER, 0660, PLACE_RIGHT, ""},
    {"the mode", A_FILE, OTHER, OTHER, 0, PLACE_MENDED,
	"/p: mode 0000 -> 0660"},
    {"the group", A_FILE, OTHER, 0, 0660, PLACE_MENDED,
	"/p: group root -> gid 4242"},
    {"the owner", A_FILE, 0, OTHER, 0660, PLACE_MENDED,
	"/p: owner root -> uid 4242"},
    {"all of it", A_FILE, 0, 0, 0644, PLACE_MENDED,
	"/p: owner root -> uid 4242, group root -> gid 4242, "
	"mode 0644 -> 0660"},
    {"the group and the mode", A_FILE, OTHER, 0, 0600, PLACE_MENDED,
	"/p: group root -> gid 4242, mode 0600 -> 0660"},
    {"more than a mode's nine bits", A_FILE, OTHER, OTHER, 04660, PLACE_MENDED,
	"/p: mode 4660 -> 0660"},
    {"a third user's", A_FILE, THIRD, OTHER, 0600, PLACE_REFUSED,
	"/p belongs to uid 4343: it is not changed"},
    {"root's in a third group", A_FILE, 0, THIRD, 0600, PLACE_REFUSED,
	"/p belongs to root and to group gid 4343: it is not changed"},
    {"one's own in a third group", A_FILE, OTHER, THIRD, 0660, PLACE_MENDED,
	"/p: group gid 4343 -> gid 4242"},
    {"root's with two names", TWO_NAMES, 0, 0, 0600, PLACE_REFUSED,
	"/p belongs to root and has 2 names (hard links)"},
    {"one's own with two names", TWO_NAMES, OTHER, OTHER, 0600, PLACE_MENDED,
	"/p: mode 0600 -> 0660"},
    {"a folder", A_FOLDER, 0, 0, 0700, PLACE_REFUSED,
	"/p is not a regular file: remove it"},
    {"a FIFO", A_FIFO, OTHER, OTHER, 0660, PLACE_REFUSED,
	"/p is not a regular file: remove it"},
    {"a link", A_LINK, OTHER, OTHER, 0777, PLACE_REFUSED,
	"/p is a symbolic link: remove it"},
};

static void
plant(enum plant what)
{
	unlink(sandbox_path("p"));
	rmdir(sandbox_path("p"));
	sandbox_text("target", "", 0600);
	unlink(sandbox_path("second"));
	if (what == A_FOLDER)
		mkdir(sandbox_path("p"), 0700);
	else if (what == A_FIFO)
		must(mkfifo(sandbox_path("p"), 0600));
	else if (what == A_LINK)
		must(symlink("target", sandbox_path("p")));
	else
		sandbox_text("p", "", 0600);
	if (what == TWO_NAMES)
		must(link(sandbox_path("p"), sandbox_path("second")));
}

static bool
same(const struct stat *a, const struct stat *b)
{
	return a->st_uid == b->st_uid && a->st_gid == b->st_gid &&
	       a->st_mode == b->st_mode;
}

static void
test_mend(void)
{
	struct place_wish wish = {
	    .type = S_IFREG, .rights = {OTHER, OTHER, 0660}, .from = OTHER};

	for (size_t i = 0; i < sizeof(mend) / sizeof(mend[0]); i++) {
		struct stat before, target;

		plant(mend[i].plant);
		must(lchown(sandbox_path("p"), mend[i].uid, mend[i].gid));
		if (mend[i].plant != A_LINK)
			must(chmod(sandbox_path("p"), mend[i].mode));
		before = state("p");
		target = state("target");
		for (int real = 0; real < 2; real++) {
			struct stat now;

			wish.dry_run = real == 0;
			why = (struct reason){""};
			is_int(place_mend(&top, "p", &wish, &why),
			    mend[i].mended, "%s", mend[i].name);
			ok(says(mend[i].what), "%s: what it says",
			    mend[i].name);
			now = state("p");
			if (real == 0 || mend[i].mended != PLACE_MENDED)
				ok(same(&now, &before), "it is as it was");
			else
				ok(now.st_uid == OTHER && now.st_gid == OTHER &&
					(now.st_mode & 07777) == 0660,
				    "it is as it should be");
		}
		before = state("target");
		ok(same(&before, &target), "and so is the file beside it");
	}
	is_int(place_mend(&top, "none", &wish, &why), PLACE_ABSENT,
	    "what does not exist");
	plant(A_FILE);
	must(chown(sandbox_path("p"), THIRD, THIRD));
	wish.from = THIRD;
	is_int(place_mend(&top, "p", &wish, &why), PLACE_MENDED,
	    "what is the old user's");
	is_int(state("p").st_uid, OTHER, "is the new one's");
	plant(A_FILE);
	must(chown(sandbox_path("p"), OTHER, THIRD));
	wish.keep_group = true;
	is_int(
	    place_mend(&top, "p", &wish, &why), PLACE_MENDED, "a mode alone");
	is_int(state("p").st_gid, THIRD, "and the group stays");
	is_int(place_mend(&top, "p", &wish, &why), PLACE_RIGHT, "it is right");
	must(chown(sandbox_path("p"), 0, 0));
	is_int(place_mend(&top, "p", &wish, &why), PLACE_MENDED, "root's");
	is_int(state("p").st_gid, OTHER, "gets the group with the owner");
	must(chown(sandbox_path("p"), 0, 0));
	wish.not_roots = true;
	is_int(place_mend(&top, "p", &wish, &why), PLACE_REFUSED,
	    "root's, of settings that are not");
	ok(says("/p belongs to root, and the settings do not"), "why");
	must(chmod(sandbox_path("p"), 0644));
	wish.rights.uid = 0;
	is_int(place_mend(&top, "p", &wish, &why), PLACE_REFUSED,
	    "not even its mode is changed");
	wish.rights.uid = OTHER;
	wish.not_roots = false;
	plant(A_FOLDER);
	wish.type = S_IFDIR;
	wish.rights.mode = 02770;
	is_int(place_mend(&top, "p", &wish, &why), PLACE_MENDED,
	    "a folder, with entries of its own");
	is_int(state("p").st_mode & 07777, 02770, "and its bit");
}

/* --- the lock --- */

/* Another process that tries to have it. */
static bool
is_free(void)
{
	pid_t pid = fork();
	int status;

	if (pid == 0) {
		struct reason none;
		int lock = place_lock(&top, 0, &none);

		if (lock >= 0)
			place_unlock(&top, lock);
		_exit(lock >= 0 ? 0 : 1);
	}
	return waitpid(pid, &status, 0) == pid && status == 0;
}

static void
test_lock(void)
{
	int lock = place_lock(&top, 0, &why), second;
	struct stat st;

	ok(lock >= 0, "the lock");
	is_int(state(".lock").st_mode & 07777, 0600, "is nobody else's");
	ok(!is_free(), "is held");
	second = place_lock(&top, 0, &why);
	is_int(second, -1, "also in this process");
	ok(says("another hookdir add, setup or remove is running"), "why");
	place_unlock(&top, lock);
	ok(state(".lock").st_mode == 0, "nothing is left of it");
	ok(is_free(), "it is free");
	sandbox_text(".lock", "", 0600);
	lock = place_lock(&top, 0, &why);
	ok(lock >= 0, "what a crash left is no hindrance");
	/* As one who waits sees it, when the holder has finished. */
	unlink(sandbox_path(".lock"));
	ok(is_free(), "a lock on a file without a name holds nobody up");
	close(lock);
	plan.vanish = true;
	lock = place_lock(&top, 0, &why);
	ok(lock >= 0 && fstat(lock, &st) == 0 &&
		st.st_ino == state(".lock").st_ino,
	    "nor is it had by one who waited for it");
	place_unlock(&top, lock);
	plan.vanishing = true;
	is_int(place_lock(&top, 0, &why), -1, "one that vanishes always");
	plan.vanishing = false;
	must(symlink("target", sandbox_path(".lock")));
	is_int(place_lock(&top, 0, &why), -1, "a link is no lock");
	unlink(sandbox_path(".lock"));
}

int
main(void)
{
	sandbox_make();
	top = place_none();
	if (place_open(&top, sandbox_dir, &why) != LOOKUP_FOUND)
		sandbox_die(why.text);
	test_open();
	test_write();
	test_make();
	for (size_t i = 0; i < sizeof(work) / sizeof(work[0]); i++)
		test_faults(i);
	test_lock();
	if (geteuid() == 0) {
		test_links();
		test_swap();
		test_mend();
	}
	place_close(&top);
	sandbox_remove(sandbox_dir);
	return done();
}
