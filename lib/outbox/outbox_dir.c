/* outbox_dir.c - opens what the receiver and strangers may have made. */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "inbox/inbox_dir.h"
#include "outbox/outbox_dir.h"

#define OPEN_DIR  (O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)
#define OPEN_LOCK (O_RDWR | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC)
#define OPEN_LOOK (O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC)
#define RUN_LOCK  "run.lock"
#define PAUSED    "paused"
/* How often a lock file that is replaced meanwhile is opened anew. */
#define LOCK_TRIES 3
#define BUSY_FIRST 16
#define JOB_FILE   sizeof("job.4294967295.lock")

bool
outbox_is_event(const struct outbox_root *root, const struct stat *st)
{
	return S_ISREG(st->st_mode) && st->st_uid == root->owner;
}

bool
outbox_fail(const struct outbox_root *root, const char *path, const char *what,
    struct reason *why)
{
	inbox_dir_fail(&root->inbox, path, what, why);
	return false;
}

static void
set_closed(struct outbox_root *root)
{
	root->dir = inbox_dir_none();
	for (size_t i = 0; i < OUTBOX_STATES; i++)
		root->folder[i] = -1;
	root->errors = root->lock = -1;
}

struct outbox
outbox_of(const struct inbox_failover *inboxes, enum outbox_use use)
{
	struct outbox outbox = {.n = inboxes->n, .use = use};

	for (size_t i = 0; i < outbox.n; i++) {
		outbox.root[i].inbox = inboxes->inbox[i];
		set_closed(&outbox.root[i]);
	}
	return outbox;
}

bool
outbox_names(const struct outbox_root *root, int folder, const char *shown,
    const struct outbox_names *names, struct reason *why)
{
	struct dirent *entry;
	bool ok = true;
	DIR *stream;
	int fd;

	if (folder < 0)
		return true;
	/* A descriptor of its own: each has its own place in the folder. */
	fd = openat(folder, ".", OPEN_DIR);
	stream = fd < 0 ? NULL : fdopendir(fd);
	if (stream == NULL) {
		outbox_fail(root, shown, " cannot be read", why);
		if (fd >= 0)
			close(fd);
		return false;
	}
	while ((errno = 0, entry = readdir(stream)) != NULL) {
		if (strcmp(entry->d_name, ".") == 0 ||
		    strcmp(entry->d_name, "..") == 0)
			continue;
		if (!names->each(names->arg, entry->d_name))
			goto out;
	}
	if (errno != 0)
		ok = outbox_fail(root, shown, " cannot be read", why);
out:
	closedir(stream);
	return ok;
}

/* Files of the runner: others of the inbox's group use them too. */
static void
share(const struct outbox_root *root, int fd)
{
	/* Another user's file has the mode that he gave it. */
	if (root->inbox.group_access)
		(void)!fchmod(fd, 0660);
}

static bool
is_same(int at, const char *name, const struct stat *st)
{
	struct stat now;

	return fstatat(at, name, &now, AT_SYMLINK_NOFOLLOW) == 0 &&
	       now.st_dev == st->st_dev && now.st_ino == st->st_ino;
}

/*
 * Open a lock file, which is made if need be.  Only a file that this made gets
 * another mode: somebody of the inbox's group could give an event that name.
 */
static int
open_or_make(const struct outbox_root *root, const char *name)
{
	const int at = root->dir.fds.provider;
	int fd = openat(at, name, OPEN_LOCK);

	if (fd >= 0 || errno != ENOENT)
		return fd;
	fd = openat(at, name, OPEN_LOCK | O_CREAT | O_EXCL, 0600);
	if (fd >= 0)
		share(root, fd);
	/* Somebody else has just made it. */
	return fd >= 0 || errno != EEXIST ? fd : openat(at, name, OPEN_LOCK);
}

/* Returns -1. */
static int
not_regular(
    const struct outbox_root *root, const char *path, struct reason *why)
{
	reason_set(why, "%s/%s%s is not a regular file: remove it",
	    root->inbox.root, root->inbox.provider, path);
	return -1;
}

/*
 * Open and lock a lock file, which is made if need be.  -1 with why set; or
 * with *busy set, if another process has the lock.
 */
static int
open_lock(const struct outbox_root *root, const char *name, bool *busy,
    struct reason *why)
{
	const int at = root->dir.fds.provider;
	char path[64];
	struct stat st;
	int fd = -1;

	*busy = false;
	snprintf(path, sizeof(path), "/%s", name);
	for (int i = 0; i < LOCK_TRIES; i++) {
		if ((fd = open_or_make(root, name)) < 0) {
			if (errno == ELOOP || errno == EISDIR || errno == ENXIO)
				return not_regular(root, path, why);
			break;
		}
		if (fstat(fd, &st) != 0)
			break;
		if (!S_ISREG(st.st_mode)) {
			close(fd);
			return not_regular(root, path, why);
		}
		switch (lock_flock(fd)) {
		case LOCK_TAKEN:
			/* Somebody may have removed it meanwhile. */
			if (is_same(at, name, &st))
				return fd;
			break;
		case LOCK_BUSY:
			*busy = true;
			close(fd);
			return -1;
		case LOCK_FAILED:
			goto out;
		}
		close(fd);
		fd = -1;
		errno = ESTALE;
	}
out:
	outbox_fail(root, path, " cannot be locked", why);
	if (fd >= 0)
		close(fd);
	return -1;
}

static bool
find_owner(struct outbox_root *root)
{
	struct stat st;

	if (fstat(root->dir.fds.root, &st) == 0 && st.st_uid == 0 &&
	    fstat(root->dir.fds.provider, &st) != 0)
		return outbox_fail(root, "", ": fstat failed", &root->why);
	root->owner = st.st_uid;
	return true;
}

/* *fd stays -1 if it is not there, and is not to be made. */
static bool
open_folder(
    struct outbox_root *root, enum outbox_use use, const char *name, int *fd)
{
	const int at = root->dir.fds.provider;
	char path[32];

	snprintf(path, sizeof(path), "/%s", name);
	if (use != OUTBOX_LOOK &&
	    !inbox_dir_make(at, name, root->inbox.group_access))
		return outbox_fail(
		    root, path, " cannot be created", &root->why);
	*fd = openat(at, name, OPEN_DIR);
	return *fd >= 0 || (errno == ENOENT && use == OUTBOX_LOOK) ||
	       outbox_fail(root, path, " cannot be opened", &root->why);
}

static bool
open_folders(struct outbox_root *root, enum outbox_use use)
{
	root->folder[OUTBOX_NEW] = root->dir.fds.new;
	for (enum outbox_state s = OUTBOX_BUSY; s < OUTBOX_STATES; s++) {
		if (!open_folder(
			root, use, outbox_state_name(s), &root->folder[s]))
			return false;
	}
	if (!open_folder(root, use, "errors", &root->errors))
		return false;
	/*
	 * Also if another process made them: it may not have come this far.  An
	 * event in a folder that a power cut takes away would be lost.
	 */
	return use == OUTBOX_LOOK || root->dir.fds.ordered ||
	       file_flush_folder(root->dir.fds.provider, ".") ||
	       outbox_fail(root, "", " cannot be flushed to disk", &root->why);
}

bool
outbox_busy_room(struct outbox *outbox)
{
	size_t room =
	    outbox->busy_room == 0 ? BUSY_FIRST : 2 * outbox->busy_room;
	struct outbox_busy *grown;

	if (outbox->busy_n < outbox->busy_room)
		return true;
	grown = realloc(outbox->busy, room * sizeof(*grown));
	if (grown == NULL)
		return false;
	outbox->busy = grown;
	outbox->busy_room = room;
	return true;
}

/* What is found in busy/. */
struct finding {
	struct outbox *outbox;
	size_t root;
	bool failed;
};

static bool
note_left(void *arg, const char *file)
{
	struct finding *f = arg;
	const struct outbox_root *root = &f->outbox->root[f->root];
	struct outbox_name name;
	struct stat st;

	/* What is no event keeps no other file of its id waiting. */
	if (!outbox_name_read(&name, OUTBOX_BUSY, file) ||
	    fstatat(root->folder[OUTBOX_BUSY], file, &st,
		AT_SYMLINK_NOFOLLOW) != 0 ||
	    !outbox_is_event(root, &st))
		return true;
	if (!outbox_busy_room(f->outbox)) {
		f->failed = true;
		return false;
	}
	f->outbox->busy[f->outbox->busy_n++] = (struct outbox_busy){
	    .hash = outbox_name_hash(name.id), .root = f->root, .left = true};
	return true;
}

static bool
look_into_busy(struct outbox *outbox, size_t i)
{
	struct outbox_root *root = &outbox->root[i];
	struct finding f = {.outbox = outbox, .root = i};
	const struct outbox_names names = {note_left, &f};

	if (!outbox_names(
		root, root->folder[OUTBOX_BUSY], "/busy", &names, &root->why))
		return false;
	if (f.failed)
		reason_set(&root->why, "out of memory");
	return !f.failed;
}

static enum outbox_opened
open_root(struct outbox *outbox, size_t i)
{
	struct outbox_root *root = &outbox->root[i];
	bool busy;

	if (inbox_dir_look(&root->dir, &root->inbox, &root->why) != ST_OK)
		return OUTBOX_UNUSABLE;
	if (root->dir.fds.provider < 0)
		return OUTBOX_NONE;
	if (!find_owner(root))
		return OUTBOX_UNUSABLE;
	if (outbox->use == OUTBOX_RUN) {
		root->lock = open_lock(root, RUN_LOCK, &busy, &root->why);
		if (root->lock < 0)
			return busy ? OUTBOX_LOCKED : OUTBOX_UNUSABLE;
	}
	if (!open_folders(root, outbox->use))
		return OUTBOX_UNUSABLE;
	if (outbox->use == OUTBOX_RUN && !look_into_busy(outbox, i))
		return OUTBOX_UNUSABLE;
	return OUTBOX_OPEN;
}

size_t
outbox_open(struct outbox *outbox)
{
	size_t n = 0;

	for (size_t i = 0; i < outbox->n; i++) {
		struct outbox_root *root = &outbox->root[i];

		if (root->opened != OUTBOX_OPEN) {
			enum outbox_opened opened = open_root(outbox, i);

			if (opened != OUTBOX_OPEN)
				outbox_close_root(outbox, i);
			root->opened = opened;
		}
		n += root->opened == OUTBOX_OPEN;
	}
	return n;
}

void
outbox_close_root(struct outbox *outbox, size_t root)
{
	struct outbox_root *r = &outbox->root[root];
	size_t kept = 0;

	for (size_t k = 0; k < outbox->busy_n; k++) {
		if (outbox->busy[k].root != root)
			outbox->busy[kept++] = outbox->busy[k];
	}
	outbox->busy_n = kept;
	/* new/ is inbox_dir's. */
	for (enum outbox_state s = OUTBOX_BUSY; s < OUTBOX_STATES; s++) {
		if (r->folder[s] >= 0)
			close(r->folder[s]);
	}
	if (r->errors >= 0)
		close(r->errors);
	if (r->lock >= 0)
		close(r->lock);
	inbox_dir_close(&r->dir);
	set_closed(r);
	r->opened = OUTBOX_CLOSED;
}

void
outbox_close(struct outbox *outbox)
{
	for (size_t i = 0; i < outbox->n; i++)
		outbox_close_root(outbox, i);
	free(outbox->busy);
	outbox->busy = NULL;
	outbox->busy_room = 0;
}

enum outbox_news
outbox_news(const struct outbox *outbox, size_t root, struct timespec *mtime)
{
	const struct outbox_root *r = &outbox->root[root];
	const struct inbox_fds *fds = &r->dir.fds;
	struct stat provider, new;

	if (fstat(fds->provider, &provider) != 0 ||
	    fstat(fds->new, &new) != 0 ||
	    !is_same(fds->root, r->inbox.provider, &provider) ||
	    !is_same(fds->provider, "new", &new))
		return OUTBOX_REPLACED;
	if (new.st_mtim.tv_sec == mtime->tv_sec &&new.st_mtim.tv_nsec ==
	    mtime->tv_nsec)
		return OUTBOX_SAME;
	*mtime = new.st_mtim;
	return OUTBOX_CHANGED;
}

bool
outbox_is_paused(const struct outbox *outbox)
{
	struct stat st;

	for (size_t i = 0; i < outbox->n; i++) {
		if (outbox->root[i].opened == OUTBOX_OPEN &&
		    fstatat(outbox->root[i].dir.fds.provider, PAUSED, &st,
			AT_SYMLINK_NOFOLLOW) == 0)
			return true;
	}
	return false;
}

static bool
pause_root(const struct outbox_root *root, struct reason *why)
{
	int fd = openat(root->dir.fds.provider, PAUSED,
	    O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);

	if (fd < 0)
		return errno == EEXIST ||
		       outbox_fail(root, "/" PAUSED, " cannot be created", why);
	share(root, fd);
	close(fd);
	return true;
}

bool
outbox_pause(const struct outbox *outbox, struct reason *why)
{
	bool ok = true;

	for (size_t i = 0; i < outbox->n; i++) {
		if (outbox->root[i].opened == OUTBOX_OPEN)
			ok = pause_root(&outbox->root[i], why) && ok;
	}
	return ok;
}

bool
outbox_resume(const struct outbox *outbox, struct reason *why)
{
	bool ok = true;

	for (size_t i = 0; i < outbox->n; i++) {
		const struct outbox_root *root = &outbox->root[i];

		if (root->opened == OUTBOX_OPEN &&
		    unlinkat(root->dir.fds.provider, PAUSED, 0) != 0 &&
		    errno != ENOENT)
			ok = outbox_fail(
			    root, "/" PAUSED, " cannot be removed", why);
	}
	return ok;
}

static void
name_job(char file[static JOB_FILE], unsigned job)
{
	snprintf(file, JOB_FILE, "job.%u.lock", job);
}

int
outbox_job_lock(const struct outbox *outbox, unsigned *job, struct reason *why)
{
	char file[JOB_FILE];
	size_t i = 0;
	bool busy;

	while (i < outbox->n && outbox->root[i].opened != OUTBOX_OPEN)
		i++;
	if (i == outbox->n) {
		reason_set(why, "no inbox is open");
		return -1;
	}
	for (*job = 1; *job <= OUTBOX_JOBS_MAX; ++*job) {
		int fd;

		name_job(file, *job);
		fd = open_lock(&outbox->root[i], file, &busy, why);
		if (fd >= 0 || !busy)
			return fd;
	}
	reason_set(why, "%s/%s: all of job.1.lock to job.%d.lock are locked",
	    outbox->root[i].inbox.root, outbox->root[i].inbox.provider,
	    OUTBOX_JOBS_MAX);
	return -1;
}

/* What is no lock file of a job is nobody's: LOCK_TAKEN. */
static enum lock
look_at_job(
    const struct outbox_root *root, const char *file, struct reason *why)
{
	int fd = openat(root->dir.fds.provider, file, OPEN_LOOK);
	enum lock lock = LOCK_TAKEN;
	struct stat st;

	if (fd < 0) {
		if (errno != ENOENT && errno != ELOOP && errno != ENXIO)
			lock = LOCK_FAILED;
	} else if (fstat(fd, &st) == 0 && S_ISREG(st.st_mode)) {
		lock = lock_flock(fd);
	}
	if (lock == LOCK_FAILED)
		outbox_fail(root, "/job.N.lock", " cannot be opened", why);
	if (fd >= 0)
		close(fd);
	return lock;
}

enum lock
outbox_jobs_live(const struct outbox *outbox, struct reason *why)
{
	enum lock lock = LOCK_TAKEN;
	char file[JOB_FILE];

	for (size_t i = 0; i < outbox->n; i++) {
		if (outbox->root[i].opened != OUTBOX_OPEN)
			continue;
		for (unsigned job = 1;
		     lock == LOCK_TAKEN && job <= OUTBOX_JOBS_MAX; job++) {
			name_job(file, job);
			lock = look_at_job(&outbox->root[i], file, why);
		}
	}
	return lock;
}
