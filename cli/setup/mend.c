/* mend.c - owners and modes of settings, secrets and inboxes. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/account.h"
#include "base/encode.h"
#include "base/log.h"
#include "base/shown.h"
#include "mend.h"
#include "profile/provider.h"
#include "site.h"

#define KEYS   ".keys"
#define SHARED 02770
#define BITS   07777

/* What lies in a folder of an inbox. */
enum content {
	EVENTS,  /* files that the group may read, with group_access */
	PRIVATE, /* files for the user alone */
	DAYS     /* folders of such files */
};

/* Whose files may lie in it, besides the user's. */
enum foreign {
	NOBODYS,
	THE_GROUPS, /* a consumer may put an event back, with group_access */
	ANYBODYS
};

/* The folders of a provider. */
static const struct part {
	const char *name;
	bool shared, make;
	bool runners; /* the runner makes it, who may be another user */
	enum content content;
	enum foreign foreign;
} part[] = {
    {"tmp", true, true, false, EVENTS, NOBODYS},
    {"new", true, true, false, EVENTS, THE_GROUPS},
    {"cur", true, true, false, EVENTS, ANYBODYS},
    {"dedup", true, true, false, DAYS, NOBODYS},
    {"hold", false, false, false, PRIVATE, NOBODYS},
    {"busy", true, false, true, EVENTS, ANYBODYS},
    {"later", true, false, true, EVENTS, ANYBODYS},
    {"failed", true, false, true, EVENTS, ANYBODYS},
    {"done", true, false, true, EVENTS, ANYBODYS},
    {"errors", true, false, true, EVENTS, ANYBODYS},
};

static const struct part fetched = {
    KEYS, false, false, false, PRIVATE, NOBODYS};

#define PART_N (sizeof(part) / sizeof(part[0]))

/* --- what is said --- */

static void
say(const struct mend *mend, const char *text)
{
	/* What is in an inbox can be called anything. */
	printf("%s ", mend->dry_run ? "would mend" : "mended");
	encode_printable(stdout, span_str(text), " ");
	putchar('\n');
}

static void
refuse(struct mend *mend, const char *text)
{
	log_line(&log_stderr, LVL_ERROR, "%s", text);
	mend->refused++;
}

/* Many files of one folder are one line: the first, and how many more. */
struct tally {
	unsigned long mended, refused;
	struct reason first_mended, first_refused;
};

static void
count(struct tally *tally, enum place_mended mended, const struct reason *what)
{
	if (mended == PLACE_MENDED && tally->mended++ == 0)
		tally->first_mended = *what;
	if (mended == PLACE_REFUSED && tally->refused++ == 0)
		tally->first_refused = *what;
}

/* TEXT, and how many more there are. */
static const char *
with_more(struct reason *dst, const struct reason *first, unsigned long n)
{
	reason_set(dst, "%s", first->text);
	if (n > 1)
		reason_set(dst, "%.400s; and %lu more in this folder",
		    first->text, n - 1);
	return dst->text;
}

static void
report(struct mend *mend, const struct tally *tally)
{
	struct reason line;

	if (tally->mended > 0)
		say(mend,
		    with_more(&line, &tally->first_mended, tally->mended));
	if (tally->refused > 0)
		refuse(mend,
		    with_more(&line, &tally->first_refused, tally->refused));
}

/* --- one of them --- */

static struct place_wish
wish_for(const struct mend *mend, mode_t type, bool shared)
{
	bool open = shared && mend->group_access;
	mode_t folder = open ? SHARED : 0700, file = open ? 0660 : 0600;

	return (struct place_wish){
	    .type = type,
	    .rights = {mend->uid, open ? mend->group : mend->gid,
		S_ISDIR(type) ? folder : file},
	    .from = mend->from,
	    .not_roots = mend->not_roots,
	    .keep_group = !open,
	    .dry_run = mend->dry_run,
	};
}

/* Mend it, and say so.  False if it is not there, or not as it should be. */
static bool
mend_one(struct mend *mend, const struct place *folder, const char *name,
    const struct place_wish *wish)
{
	struct reason what;

	switch (place_mend(folder, name, wish, &what)) {
	case PLACE_RIGHT:
		return true;
	case PLACE_MENDED:
		say(mend, what.text);
		return true;
	case PLACE_ABSENT:
		return false;
	case PLACE_REFUSED:
	default:
		refuse(mend, what.text);
		return false;
	}
}

/* Make the folder called name, and say so. */
static bool
make_one(struct mend *mend, struct place *made, const struct place *folder,
    const char *name, const struct place_rights *rights)
{
	char owner[ACCOUNT_SHOWN_MAX], group[ACCOUNT_SHOWN_MAX];
	struct reason why;

	if (!mend->dry_run && !place_make(made, folder, name, rights, &why)) {
		refuse(mend, why.text);
		return false;
	}
	if (mend->dry_run || (made->made && !mend->silent))
		printf("%s %s/%s: owner %s, group %s, mode %04o\n",
		    mend->dry_run ? "would make" : "made", folder->path, name,
		    account_user(owner, rights->uid),
		    account_group(group, rights->gid), (unsigned)rights->mode);
	return !mend->dry_run;
}

enum entered { ENTER_OPEN, ENTER_ABSENT, ENTER_FAILED };

/* Mend the folder called name and open it; a failure has been said. */
static enum entered
try_enter(struct mend *mend, struct place *sub, const struct place *folder,
    const char *name, const struct place_wish *wish)
{
	struct reason what = {""};

	switch (place_mend(folder, name, wish, &what)) {
	case PLACE_MENDED:
		say(mend, what.text);
		break;
	case PLACE_RIGHT:
		break;
	case PLACE_ABSENT:
		return ENTER_ABSENT;
	case PLACE_REFUSED:
	default:
		refuse(mend, what.text);
		return ENTER_FAILED;
	}
	if (place_enter(sub, folder, name, &what) == LOOKUP_FOUND)
		return ENTER_OPEN;
	/* Its mode would have been mended first. */
	if (!mend->dry_run)
		refuse(mend, what.text);
	return ENTER_FAILED;
}

/* The same.  False if it is not open. */
static bool
enter(struct mend *mend, struct place *sub, const struct place *folder,
    const char *name, const struct place_wish *wish)
{
	return try_enter(mend, sub, folder, name, wish) == ENTER_OPEN;
}

/* The same, and a folder that is missing is made. */
static bool
enter_or_make(struct mend *mend, struct place *sub, const struct place *folder,
    const char *name, const struct place_wish *wish)
{
	enum entered entered = try_enter(mend, sub, folder, name, wish);

	return entered == ENTER_OPEN ||
	       (entered == ENTER_ABSENT &&
		   make_one(mend, sub, folder, name, &wish->rights));
}

/* --- inboxes --- */

static bool
is_dots(const char *name)
{
	return strcmp(name, ".") == 0 || strcmp(name, "..") == 0;
}

/* "2026-11-27" */
static bool
is_day(const char *name)
{
	return strlen(name) == 10 && name[4] == '-' && name[7] == '-' &&
	       strspn(name, "0123456789-") == 10;
}

/* A file that another user may have there. */
static bool
is_foreign(
    const struct mend *mend, const struct part *in, const struct stat *st)
{
	if (!S_ISREG(st->st_mode) || st->st_uid == 0 ||
	    st->st_uid == mend->uid || st->st_uid == mend->from)
		return false;
	return in->foreign == ANYBODYS ||
	       (in->foreign == THE_GROUPS && mend->group_access);
}

static void
mend_files(struct mend *mend, const struct place *folder, const struct part *in)
{
	struct place_wish wish = wish_for(mend, S_IFREG, in->content == EVENTS);
	struct tally tally = {.mended = 0};
	DIR *stream = place_list(folder);
	struct dirent *entry;
	struct reason what;
	struct stat st;

	if (stream == NULL) {
		reason_errno(&what, "%s cannot be read", folder->path);
		refuse(mend, what.text);
		return;
	}
	while ((entry = readdir(stream)) != NULL) {
		if (is_dots(entry->d_name) ||
		    (fstatat(folder->fd, entry->d_name, &st,
			 AT_SYMLINK_NOFOLLOW) == 0 &&
			(is_foreign(mend, in, &st) ||
			    (in->content == EVENTS && S_ISDIR(st.st_mode)))))
			continue;
		count(&tally, place_mend(folder, entry->d_name, &wish, &what),
		    &what);
	}
	closedir(stream);
	report(mend, &tally);
}

/* The folders of dedup marks; the marks are names, whose-ever their files. */
static void
mend_days(struct mend *mend, const struct place *dedup)
{
	const struct place_wish wish = wish_for(mend, S_IFDIR, true);
	struct place sub = place_none();
	DIR *stream = place_list(dedup);
	struct dirent *entry;
	struct reason what;

	if (stream == NULL) {
		reason_errno(&what, "%s cannot be read", dedup->path);
		refuse(mend, what.text);
		return;
	}
	while ((entry = readdir(stream)) != NULL) {
		if (!is_day(entry->d_name) ||
		    !enter(mend, &sub, dedup, entry->d_name, &wish))
			continue;
		place_close(&sub);
	}
	closedir(stream);
}

/* True for a folder that a runner in the inbox's group made as it should be. */
static bool
is_runners(const struct mend *mend, const struct place *folder,
    const struct part *which)
{
	struct stat st;

	return which->runners && mend->group_access &&
	       fstatat(folder->fd, which->name, &st, AT_SYMLINK_NOFOLLOW) ==
		   0 &&
	       S_ISDIR(st.st_mode) && st.st_uid != 0 &&
	       st.st_uid != mend->uid && st.st_uid != mend->from &&
	       st.st_gid == mend->group && (st.st_mode & BITS) == SHARED;
}

static void
mend_part(
    struct mend *mend, const struct place *folder, const struct part *which)
{
	const struct place_wish wish = wish_for(mend, S_IFDIR, which->shared);
	struct place sub = place_none();

	if (is_runners(mend, folder, which))
		return;
	if (!(which->make ? enter_or_make : enter)(
		mend, &sub, folder, which->name, &wish))
		return;
	if (which->content == DAYS)
		mend_days(mend, &sub);
	else
		mend_files(mend, &sub, which);
	place_close(&sub);
}

/* What the runner makes beside its folders: outbox_dir.h. */
static bool
is_runners_file(const char *name)
{
	static const char *const file[] = {"run.lock", "run.count", "paused"};

	for (size_t i = 0; i < sizeof(file) / sizeof(file[0]); i++) {
		if (strcmp(name, file[i]) == 0)
			return true;
	}
	return strncmp(name, "job.", 4) == 0 &&
	       strcmp(name + 4 + strspn(name + 4, "0123456789"), ".lock") == 0;
}

/*
 * They are there if somebody was the runner once.  With group_access the runner
 * may be another user now.
 */
static void
mend_runners_files(struct mend *mend, const struct place *folder)
{
	const struct place_wish wish = wish_for(mend, S_IFREG, true);
	const struct part in = {.foreign = ANYBODYS};
	DIR *stream = place_list(folder);
	const struct dirent *entry;
	struct stat st;

	while (stream != NULL && (entry = readdir(stream)) != NULL) {
		if (is_runners_file(entry->d_name) &&
		    fstatat(folder->fd, entry->d_name, &st,
			AT_SYMLINK_NOFOLLOW) == 0 &&
		    !is_foreign(mend, &in, &st))
			mend_one(mend, folder, entry->d_name, &wish);
	}
	if (stream != NULL)
		closedir(stream);
}

static void
mend_provider(struct mend *mend, const struct place *root, const char *name)
{
	const struct place_wish wish = wish_for(mend, S_IFDIR, true);
	const struct place_wish lock = wish_for(mend, S_IFREG, false);
	struct place sub = place_none();

	if (!enter_or_make(mend, &sub, root, name, &wish))
		return;
	for (size_t i = 0; i < PART_N; i++)
		mend_part(mend, &sub, &part[i]);
	mend_one(mend, &sub, "lock", &lock);
	mend_runners_files(mend, &sub);
	place_close(&sub);
}

/* True if name in root is what an inbox has, of whatever provider. */
static bool
is_inboxs(const struct place *root, const char *name)
{
	struct place sub = place_none();
	struct reason none;
	struct stat st;
	bool is;

	if (is_dots(name) || strcmp(name, KEYS) == 0 ||
	    strcmp(name, "lost+found") == 0)
		return true;
	if (!provider_name_ok(span_str(name)) ||
	    place_enter(&sub, root, name, &none) != LOOKUP_FOUND)
		return false;
	is = fstatat(sub.fd, "new", &st, AT_SYMLINK_NOFOLLOW) == 0 &&
	     fstatat(sub.fd, "tmp", &st, AT_SYMLINK_NOFOLLOW) == 0;
	place_close(&sub);
	return is;
}

/*
 * A folder of root's is given away only if it is an inbox, or empty: the path
 * in the settings may be that of something else, such as /var/lib.
 */
static bool
may_give(struct mend *mend, const struct place *root)
{
	struct reason why = {""};
	const struct dirent *entry = NULL;
	DIR *stream = NULL;
	struct stat st;

	if (fstat(root->fd, &st) == 0 && st.st_uid == mend->uid)
		return true;
	if ((stream = place_list(root)) == NULL)
		reason_errno(&why, "%s cannot be read", root->path);
	while (stream != NULL && (entry = readdir(stream)) != NULL &&
	       is_inboxs(root, entry->d_name))
		continue;
	if (entry != NULL)
		reason_set(&why,
		    "%s is not changed: there is \"%s\" in it, which no inbox "
		    "has: let \"inbox\" name a folder of its own",
		    root->path, entry->d_name);
	if (stream != NULL)
		closedir(stream);
	if (why.text[0] != '\0')
		refuse(mend, why.text);
	return why.text[0] == '\0';
}

/*
 * Mend the inbox's folder, which is open: under its name, its user can put
 * another folder of root's at each moment.  False after saying why not.
 */
static bool
mend_root(
    struct mend *mend, const struct place *root, const struct place_wish *wish)
{
	return (mend->uid == 0 || may_give(mend, root)) &&
	       mend_one(mend, root, ".", wish);
}

static bool
may_make(struct mend *mend, const struct place *parent, const char *name)
{
	struct reason why;

	if (!mend->not_roots || place_is_users(parent, name, mend->uid, &why))
		return true;
	refuse(mend, why.text);
	return false;
}

/* Open the inbox's folder, mended or made; false after saying why not. */
static bool
enter_root(struct mend *mend, struct place *root, const struct place *parent,
    const char *name)
{
	struct place_wish wish = wish_for(mend, S_IFDIR, true);
	struct reason why;

	/* What is the user's own may be shut to that user. */
	if (geteuid() != 0)
		return enter_or_make(mend, root, parent, name, &wish);
	switch (place_enter(root, parent, name, &why)) {
	case LOOKUP_FOUND:
		if (mend_root(mend, root, &wish))
			return true;
		place_close(root);
		return false;
	case LOOKUP_NONE:
		return may_make(mend, parent, name) &&
		       make_one(mend, root, parent, name, &wish.rights);
	case LOOKUP_INVALID:
	case LOOKUP_NO_MEMORY:
	default:
		refuse(mend, why.text);
		return false;
	}
}

/* Open the folder that path is in; false after saying why not. */
static bool
open_folder(struct mend *mend, struct place *folder, const char *path,
    const char **name)
{
	char shown[SHOWN_MAX];
	struct reason why;
	enum lookup found = place_open_parent(folder, path, name, &why);

	/* A path that leads nowhere may be a secret. */
	if (found == LOOKUP_NONE)
		reason_set(&why, "%s: its folder does not exist",
		    shown_path(shown, path));
	if (found != LOOKUP_FOUND)
		refuse(mend, why.text);
	return found == LOOKUP_FOUND;
}

/* The folder in which the inbox is or will be; false after saying why not. */
static bool
open_parent(struct mend *mend, struct place *parent, const char *root,
    char name[static PLACE_PATH_MAX])
{
	char path[PLACE_PATH_MAX];
	const char *last;
	size_t len = strlen(root);

	/* A slash at the end would follow a link. */
	while (len > 1 && root[len - 1] == '/')
		len--;
	snprintf(path, sizeof(path), "%.*s", (int)len, root);
	if (!open_folder(mend, parent, path, &last))
		return false;
	snprintf(name, PLACE_PATH_MAX, "%s", last);
	return true;
}

void
mend_inbox(
    struct mend *mend, const char *path, const char *const name[], size_t nname)
{
	struct place parent = place_none(), root = place_none();
	char last[PLACE_PATH_MAX];

	if (!open_parent(mend, &parent, path, last))
		return;
	if (enter_root(mend, &root, &parent, last)) {
		mend_part(mend, &root, &fetched);
		for (size_t i = 0; i < nname; i++)
			mend_provider(mend, &root, name[i]);
		place_close(&root);
	}
	place_close(&parent);
}

/* --- settings and the files that they name --- */

static bool
in_group(const struct mend *mend, gid_t gid)
{
	for (int i = 0; i < mend->nmember; i++) {
		if (mend->member[i] == gid)
			return true;
	}
	return gid == mend->gid;
}

/* Has the user these rights (of "rwx") by its mode? */
static bool
can(const struct mend *mend, const struct stat *st, mode_t rights)
{
	mode_t mode = st->st_mode;

	if (st->st_uid == mend->uid)
		mode >>= 6;
	else if (in_group(mend, st->st_gid))
		mode >>= 3;
	return (mode & rights) == rights;
}

/*
 * What root or the user keeps, and the user reads with the rights need (of
 * "rwx"): nobody else can write it.  Other modes than that are somebody's
 * choice.  It is opened to others only if wide is true.
 */
static void
mend_readable(struct mend *mend, const struct place *folder, const char *name,
    mode_t need, bool wide)
{
	struct place_wish wish = {.from = mend->from,
	    .not_roots = mend->not_roots,
	    .dry_run = mend->dry_run};
	struct stat st;

	if (fstatat(folder->fd, name, &st, AT_SYMLINK_NOFOLLOW) != 0)
		return;
	wish.type = need == 05 ? S_IFDIR : S_IFREG;
	/* Never a set-uid bit: it may become another one's file. */
	wish.rights = (struct place_rights){st.st_uid, st.st_gid,
	    st.st_mode & (S_ISDIR(st.st_mode) ? BITS : 0777) & ~(mode_t)022};
	if (st.st_uid != 0 && st.st_uid != mend->uid)
		wish.rights.uid = geteuid();
	if (wide && !can(mend, &st, need))
		wish.rights.mode |=
		    st.st_uid == mend->uid ? need << 6 : need << 3 | need;
	mend_one(mend, folder, name, &wish);
}

/* providers.d/ and the entries in it. */
static void
mend_entries(struct mend *mend, const struct place *folder)
{
	struct place sub = place_none();
	struct dirent *entry;
	struct reason why;
	struct stat st;
	DIR *stream;

	mend_readable(mend, folder, PROVIDER_FILES_FOLDER, 05, true);
	if (place_enter(&sub, folder, PROVIDER_FILES_FOLDER, &why) !=
	    LOOKUP_FOUND)
		return;
	stream = place_list(&sub);
	while (stream != NULL && (entry = readdir(stream)) != NULL) {
		if (entry->d_name[0] != '.' &&
		    fstatat(sub.fd, entry->d_name, &st, AT_SYMLINK_NOFOLLOW) ==
			0 &&
		    S_ISREG(st.st_mode))
			mend_readable(mend, &sub, entry->d_name, 04, true);
	}
	if (stream != NULL)
		closedir(stream);
	place_close(&sub);
}

/* Root keeps the folder, so that the user cannot put links into it. */
static void
mend_secrets(struct mend *mend, const struct place *folder)
{
	bool roots = geteuid() == 0 && !mend->not_roots;
	const struct place_wish wish = {
	    .type = S_IFDIR,
	    .rights = {roots ? 0 : mend->uid, mend->gid,
		(mode_t)(roots ? 0750 : 0700)},
	    .from = roots ? mend->uid : mend->from,
	    .not_roots = mend->not_roots,
	    .dry_run = mend->dry_run,
	};
	struct place sub = place_none();

	if (enter_or_make(mend, &sub, folder, SITE_SECRETS, &wish))
		place_close(&sub);
}

/* Whether others could read what is called name, if its folder were open. */
static bool
is_exposed(const struct place *folder, const char *name, const char *settings)
{
	struct stat st;

	return !is_dots(name) && strcmp(name, settings) != 0 &&
	       strcmp(name, PROVIDER_FILES_FOLDER) != 0 &&
	       strcmp(name, SITE_SECRETS) != 0 &&
	       fstatat(folder->fd, name, &st, AT_SYMLINK_NOFOLLOW) == 0 &&
	       !S_ISLNK(st.st_mode) && (st.st_mode & 07) != 0;
}

/*
 * The folder of the settings is opened to the user.  It may be one that is shut
 * for the sake of other files: the home directory of root.
 */
static void
open_settings(
    struct mend *mend, const struct place *folder, const char *settings)
{
	DIR *stream = place_list(folder);
	const struct dirent *entry = NULL;
	struct reason why;

	while (stream != NULL && (entry = readdir(stream)) != NULL &&
	       !is_exposed(folder, entry->d_name, settings))
		continue;
	if (entry != NULL) {
		reason_set(&why,
		    "%s: the receiver's user cannot enter it, and it is not "
		    "opened, because others could read \"%s\" then: keep the "
		    "settings in a folder of their own",
		    folder->path, entry->d_name);
		refuse(mend, why.text);
	}
	if (stream != NULL)
		closedir(stream);
	mend_readable(mend, folder, ".", 05, entry == NULL);
}

void
mend_settings(struct mend *mend, const struct place *folder, const char *name)
{
	const struct place_rights rights = {geteuid(),
	    geteuid() == 0 ? 0 : mend->gid,
	    (mode_t)(geteuid() == 0 ? 0755 : 0700)};
	struct place sub = place_none();
	struct stat st;

	if (fstat(folder->fd, &st) != 0 || !can(mend, &st, 05))
		open_settings(mend, folder, name);
	else if ((st.st_mode & (S_IWOTH | S_ISVTX)) == S_IWOTH)
		mend_readable(mend, folder, ".", 05, false);
	mend_readable(mend, folder, name, 04, true);
	if (fstatat(folder->fd, PROVIDER_FILES_FOLDER, &st,
		AT_SYMLINK_NOFOLLOW) != 0 &&
	    errno == ENOENT) {
		if (make_one(
			mend, &sub, folder, PROVIDER_FILES_FOLDER, &rights))
			place_close(&sub);
	} else {
		mend_entries(mend, folder);
	}
	mend_secrets(mend, folder);
}

/* A secret that root keeps, and that the user can read by his group. */
static bool
is_kept(const struct mend *mend, const struct stat *st)
{
	return (st->st_mode & 037) == 0 && S_ISREG(st->st_mode) &&
	       (st->st_uid == 0 || st->st_uid == mend->uid) &&
	       can(mend, st, 04) &&
	       (st->st_uid == 0 || (st->st_mode & 077) == 0);
}

/* A file for everybody: a public key.  Elsewhere it may be anything else. */
static void
mend_public(struct mend *mend, const struct place *folder, const char *name,
    const struct outline_file *file)
{
	char shown[SHOWN_MAX], user[ACCOUNT_SHOWN_MAX];
	struct reason why;
	struct stat st;

	mend_readable(mend, folder, name, 04, file->inside);
	if (file->inside ||
	    fstatat(folder->fd, name, &st, AT_SYMLINK_NOFOLLOW) != 0 ||
	    can(mend, &st, 04))
		return;
	reason_set(&why,
	    "%s: %s cannot read it, and it is not changed, because it is not "
	    "in the folder of the settings: chmod o+r",
	    shown_path(shown, file->path), account_user(user, mend->uid));
	refuse(mend, why.text);
}

/* Nothing is mended behind a link: it may be another program's. */
static void
look_behind(struct mend *mend, const struct outline_file *file)
{
	char shown[SHOWN_MAX];
	struct reason why;
	struct stat st;

	if (!file->secret || (stat(file->path, &st) == 0 && is_kept(mend, &st)))
		return;
	reason_set(&why,
	    "%s is a symbolic link, and what it leads to is not changed: it "
	    "must be a file that only the receiver's user can read",
	    shown_path(shown, file->path));
	refuse(mend, why.text);
}

void
mend_file(struct mend *mend, const struct outline_file *file)
{
	const struct place_wish wish = wish_for(mend, S_IFREG, false);
	struct place folder = place_none();
	char shown[SHOWN_MAX];
	struct reason why;
	const char *name;
	struct stat st;

	if (!open_folder(mend, &folder, file->path, &name))
		return;
	if (fstatat(folder.fd, name, &st, AT_SYMLINK_NOFOLLOW) != 0) {
		reason_errno(&why, "%s", shown_path(shown, file->path));
		refuse(mend, why.text);
	} else if (S_ISLNK(st.st_mode)) {
		look_behind(mend, file);
	} else if (!file->secret) {
		mend_public(mend, &folder, name, file);
	} else if (!is_kept(mend, &st)) {
		mend_one(mend, &folder, name, &wish);
	}
	place_close(&folder);
}
