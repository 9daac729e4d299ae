/* installation.c - finds or starts the settings, and has them mended. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/account.h"
#include "installation.h"
#include "setup/mend.h"
#include "setup/outline.h"
#include "setup/settings_edit.h"

#define ROOTS_INBOX "/var/lib/hookdir"
#define SET_MAX     8 /* settings that are written at once */

/* Root's receiver runs as the first of these that exists. */
static const char *const usual_user[] = {"_hookdir", "www-data"};

static int
fail(const char *text)
{
	log_line(&log_stderr, LVL_ERROR, "%s", text);
	return CLI_WRONG;
}

/* --- where the settings are --- */

/* False with why set. */
static bool
locate(struct installation *inst, const struct options *opt, struct reason *why)
{
	char found[CONFIG_PATH_MAX], cwd[CONFIG_PATH_MAX] = "";

	cli_locate(found, opt);
	/* Where nobody has settings, a user starts some of his own. */
	if (opt->config == NULL && geteuid() != 0 &&
	    strcmp(found, CONFIG_FALLBACK) == 0 && access(found, F_OK) != 0 &&
	    !account_home(found, sizeof(found), CONFIG_OF_USER)) {
		reason_set(why,
		    "uid %ld has no home directory: name a "
		    "settings file: hookdir -c FILE",
		    (long)geteuid());
		return false;
	}
	if (found[0] != '/' && getcwd(cwd, sizeof(cwd)) == NULL) {
		reason_errno(why, "the working directory cannot be found");
		return false;
	}
	if ((size_t)snprintf(inst->path, sizeof(inst->path), "%s%s%s", cwd,
		found[0] == '/' ? "" : "/", found) >= sizeof(inst->path)) {
		reason_set(why, "the path of the settings file is too long");
		return false;
	}
	inst->name = strrchr(inst->path, '/') + 1;
	if (inst->name[0] != '\0')
		return true;
	reason_set(why, "%s is a folder: name a settings file", inst->path);
	return false;
}

/*
 * False with why set if nothing can be written beside the settings, mostly since
 * they are root's.
 */
static bool
is_writable(const struct installation *inst, const struct options *opt,
    struct reason *why)
{
	char folder[CONFIG_PATH_MAX], owner[ACCOUNT_SHOWN_MAX];
	int error;
	struct stat st;

	snprintf(folder, sizeof(folder), "%.*s", (int)(inst->name - inst->path),
	    inst->path);
	if (faccessat(AT_FDCWD, folder, W_OK, AT_EACCESS) == 0)
		return true;
	error = errno;
	if (error == EROFS)
		reason_set(why, "%s: %s", folder, strerror(error));
	else if (error == EACCES && stat(folder, &st) == 0 &&
		 st.st_uid != geteuid())
		reason_set(why,
		    "%s: its folder belongs to %s: run the command as %s%s",
		    inst->path, account_user(owner, st.st_uid), owner,
		    opt->config != NULL
			? ""
			: ", or name settings of your own: hookdir -c "
			  "~/.config/hookdir/hookdir.json");
	return why->text[0] == '\0';
}

bool
installation_writable(const struct options *opt)
{
	struct installation inst;
	struct reason why = {""};

	if (locate(&inst, opt, &why) && is_writable(&inst, opt, &why))
		return true;
	fail(why.text);
	return false;
}

/* Open the folder of the settings; make it if it is missing. */
static bool
open_folder(struct installation *inst, bool dry_run, struct reason *why)
{
	const struct place_rights rights = {
	    geteuid(), getegid(), (mode_t)(geteuid() == 0 ? 0755 : 0700)};
	char folder[CONFIG_PATH_MAX];
	enum lookup found;

	snprintf(folder, sizeof(folder), "%.*s", (int)(inst->name - inst->path),
	    inst->path);
	found = place_open(&inst->folder, folder, why);
	if (found == LOOKUP_FOUND)
		return true;
	if (found == LOOKUP_NONE && dry_run) {
		printf("would make %s\n", folder);
		inst->absent = true;
		return true;
	}
	if (found != LOOKUP_NONE ||
	    !place_make_all(&inst->folder, folder, &rights, why))
		return false;
	inst->made_folder = true;
	printf("made %s\n", folder);
	return true;
}

/* --- what is written into them --- */

/* What is wrong with the options, or "". */
static void
check_options(const struct options *opt, struct reason *why)
{
	const char *fault =
	    opt->base_url == NULL ? NULL : url_fault(opt->base_url, URL_BASE);
	gid_t gid;

	if (fault != NULL)
		reason_set(why, "--base-url: %s", fault);
	else if (opt->group != NULL && !account_find_group(opt->group, &gid))
		reason_set(why,
		    "--group: there is no group %.100s on this "
		    "machine: create it, or name another one",
		    opt->group);
}

/* The user for new settings.  The exit status. */
static int
choose_user(struct become *who, const struct options *opt, struct reason *why)
{
	if (opt->user != NULL)
		return become_named(who, opt->user, "--user", why) == BECOME_OK
			   ? CLI_OK
			   : CLI_WRONG;
	for (size_t i = 0; i < sizeof(usual_user) / sizeof(usual_user[0]);
	     i++) {
		if (become_named(who, usual_user[i], "user", why) == BECOME_OK)
			return CLI_OK;
	}
	reason_set(why, "there is neither a user _hookdir nor www-data on this "
			"machine: --user NAME says whom the receiver runs as");
	return CLI_WRONG;
}

static void
add_setting(
    struct settings_text *set, size_t *n, const char *name, const char *text)
{
	if (text != NULL && *n + 1 < SET_MAX)
		set[(*n)++] =
		    (struct settings_text){.name = name, .text = text};
}

/* What the options put into the settings; an entry without a name ends it. */
static size_t
set_options(struct settings_text set[static SET_MAX], size_t n,
    const struct options *opt)
{
	add_setting(set, &n, "group", opt->group);
	/* Without it, the group has no meaning. */
	add_setting(
	    set, &n, "group_access", opt->group == NULL ? NULL : "true");
	if (opt->group != NULL)
		set[n - 1].word = true;
	add_setting(set, &n, "base_url", opt->base_url);
	set[n] = (struct settings_text){.name = NULL};
	return n;
}

/* Settings where there are none.  The exit status. */
static int
start_settings(
    struct installation *inst, const struct options *opt, struct reason *why)
{
	const bool root = geteuid() == 0;
	const struct place_rights rights = {
	    geteuid(), getegid(), (mode_t)(root ? 0644 : 0600)};
	struct settings_text set[SET_MAX];
	char inbox[CONFIG_PATH_MAX] = ROOTS_INBOX;
	struct become who;
	size_t n = 0;

	if (root && choose_user(&who, opt, why) != CLI_OK)
		return CLI_WRONG;
	if (!root && !account_home(inbox, sizeof(inbox), "hookdir")) {
		reason_set(why, "uid %ld has no home directory for an inbox",
		    (long)geteuid());
		return CLI_WRONG;
	}
	add_setting(set, &n, "inbox", inbox);
	add_setting(set, &n, "user", root ? who.name : opt->user);
	set_options(set, n, opt);
	inst->absent = opt->dry_run;
	if (!opt->dry_run &&
	    !settings_edit_new(&inst->folder, inst->name, set, &rights, why))
		return CLI_WRONG;
	inst->made_settings = !opt->dry_run;
	printf("%s %s: inbox %s%s%s\n", opt->dry_run ? "would make" : "made",
	    inst->path, inbox, root ? ", user " : "", root ? who.name : "");
	return CLI_OK;
}

/* Whose the inbox is now, or else the user of the settings until now. */
static void
find_former(struct installation *inst)
{
	struct become before;
	struct config_top top;
	struct reason none;
	struct stat st;

	inst->from = (uid_t)-1;
	if (!config_top(inst->path, &top))
		return;
	if (become_find(&before, &top, &none) == BECOME_OK)
		inst->from = before.uid;
	if (top.inbox != NULL && lstat(top.inbox, &st) == 0 && st.st_uid != 0)
		inst->from = st.st_uid;
	config_top_free(&top);
}

static void
drop_old(struct installation *inst)
{
	free(inst->old.bytes);
	inst->old.bytes = NULL;
}

/* Put the options into the settings.  The exit status. */
static int
edit_settings(
    struct installation *inst, const struct options *opt, struct reason *why)
{
	struct settings_text set[SET_MAX];
	enum settings_edited edited;
	struct become who;
	size_t n = 0;

	if (opt->user != NULL &&
	    become_named(&who, opt->user, "--user", why) != BECOME_OK)
		return CLI_WRONG;
	if (opt->user != NULL)
		find_former(inst);
	add_setting(set, &n, "user", opt->user);
	n = set_options(set, n, opt);
	if (place_read(&inst->folder, inst->name, CONFIG_FILE_MAX, &inst->old,
		why) == LOOKUP_INVALID)
		return CLI_WRONG;
	edited = settings_edit_file(
	    &inst->folder, inst->name, set, opt->dry_run, why);
	if (edited != SETTINGS_EDITED || opt->dry_run)
		drop_old(inst);
	switch (edited) {
	case SETTINGS_ABSENT:
		return start_settings(inst, opt, why);
	case SETTINGS_EDITED:
		printf("%s %s:", opt->dry_run ? "would change" : "changed",
		    inst->path);
		for (size_t i = 0; i < n; i++)
			printf("%s %s %s", i == 0 ? "" : ",", set[i].name,
			    set[i].text);
		printf("\n");
		return CLI_OK;
	case SETTINGS_SAME:
		return CLI_OK;
	case SETTINGS_FAILED:
	default:
		return CLI_WRONG;
	}
}

/* Whom the settings mean now.  The exit status. */
static int
find_user(
    struct installation *inst, const struct options *opt, struct reason *why)
{
	enum become_status status;
	struct config_top top;

	if (geteuid() != 0) {
		inst->who = (struct become){.uid = geteuid(), .gid = getegid()};
		return CLI_OK;
	}
	if (opt->dry_run && opt->user != NULL)
		return become_named(&inst->who, opt->user, "--user", why) ==
			       BECOME_OK
			   ? CLI_OK
			   : CLI_WRONG;
	if (!config_top_log(inst->path, &log_stderr, &top))
		return CLI_WRONG;
	status = become_find(&inst->who, &top, why);
	config_top_free(&top);
	if (status == BECOME_NOBODY)
		return CLI_NO_USER;
	return status == BECOME_OK ? CLI_OK : CLI_WRONG;
}

int
installation_open(struct installation *inst, const struct options *opt)
{
	struct reason why = {""};
	int rc = CLI_WRONG;

	*inst = (struct installation){
	    .folder = {.fd = -1}, .lock = -1, .from = (uid_t)-1};
	check_options(opt, &why);
	if (why.text[0] != '\0' || !locate(inst, opt, &why) ||
	    (!opt->dry_run && !is_writable(inst, opt, &why)) ||
	    !open_folder(inst, opt->dry_run, &why))
		return fail(why.text);
	if (inst->absent)
		return start_settings(inst, opt, &why) == CLI_OK
			   ? CLI_OK
			   : fail(why.text);
	if (!opt->dry_run &&
	    (inst->lock = place_lock(&inst->folder, PLACE_WAIT_MS, &why)) < 0)
		return fail(why.text);
	if (inst->lock >= 0)
		place_settle(&inst->folder, inst->name);
	rc = edit_settings(inst, opt, &why);
	if (rc == CLI_OK && !inst->absent)
		rc = find_user(inst, opt, &why);
	if (rc != CLI_OK && why.text[0] != '\0')
		fail(why.text);
	return rc;
}

static void
unlock(struct installation *inst)
{
	if (inst->lock >= 0)
		place_unlock(&inst->folder, inst->lock);
	inst->lock = -1;
}

void
installation_undo(struct installation *inst)
{
	struct place parent = place_none();
	struct reason why = {""};
	const char *name;

	if (inst->made_settings || inst->old.bytes != NULL) {
		if (place_put_back(&inst->folder, inst->name, &inst->old, &why))
			printf("took back %s\n", inst->path);
		else
			fail(why.text);
	}
	drop_old(inst);
	unlock(inst);
	if (inst->made_folder && place_open_parent(&parent, inst->folder.path,
				     &name, &why) == LOOKUP_FOUND)
		unlinkat(parent.fd, name, AT_REMOVEDIR);
	place_close(&parent);
	inst->made_settings = inst->made_folder = false;
}

void
installation_close(struct installation *inst)
{
	unlock(inst);
	drop_old(inst);
	place_close(&inst->folder);
}

/* --- mending --- */

/* The group that the inbox is open to.  False with why set. */
static bool
find_group(struct mend *mend, const struct config_top *top, struct reason *why)
{
	struct stat st;

	if (top->group != NULL) {
		if (!account_find_group(top->group, &mend->group)) {
			reason_set(why,
			    "%.200s:%u: group: there is no group %.100s on "
			    "this machine: create it, or set \"group\" to "
			    "another one",
			    top->path, top->group_line, top->group);
			return false;
		}
	} else if (top->inbox != NULL && lstat(top->inbox, &st) == 0 &&
		   S_ISDIR(st.st_mode) && st.st_gid != 0) {
		/* Somebody chose it by chgrp. */
		mend->group = st.st_gid;
	}
	return true;
}

/* All groups of the user, to judge what he can read. */
static void
find_member(struct mend *mend, const struct become *who)
{
	if (geteuid() != 0)
		mend->nmember = getgroups(MEND_GROUPS_MAX, mend->member);
	else if (who->name[0] == '\0')
		mend->nmember = 0;
	else
		mend->nmember = account_groups(
		    who->name, who->gid, mend->member, MEND_GROUPS_MAX);
	if (mend->nmember < 0)
		mend->nmember = 0;
}

static void
mend_inboxes(struct mend *mend, const struct outline *outline, const char *only)
{
	const char *const *name = only == NULL ? outline->name : &only;
	size_t n = only == NULL ? outline->nname : 1;

	if (outline->top.inbox == NULL) {
		log_line(&log_stderr, LVL_ERROR,
		    "%s: inbox: missing: name the directory for the events",
		    outline->top.path);
		mend->refused++;
		return;
	}
	mend_inbox(mend, outline->top.inbox, name, n);
	if (outline->fallback != NULL)
		mend_inbox(mend, outline->fallback, name, n);
}

static int
fail_as_user(const char *path, const char *what)
{
	char user[ACCOUNT_SHOWN_MAX];

	log_line(&log_stderr, LVL_ERROR,
	    "%s: %s cannot %s: Permission denied: it, or a folder above it, is "
	    "shut to that user",
	    path, account_user(user, geteuid()), what);
	return CLI_WRONG;
}

/* In a process of the receiver's user: can he reach what the settings name? */
static int
look_as_user(void *arg)
{
	const struct outline *outline = arg;
	char shown[SHOWN_MAX];
	int rc = CLI_OK;

	for (size_t i = 0; i < outline->nfile; i++) {
		const char *path = outline->file[i].path;

		/* What is not there has been reported. */
		if (faccessat(AT_FDCWD, path, R_OK, AT_EACCESS) != 0 &&
		    errno == EACCES)
			rc = fail_as_user(shown_path(shown, path), "read it");
	}
	for (size_t i = 0; i < 2; i++) {
		const char *path =
		    i == 0 ? outline->top.inbox : outline->fallback;

		if (path != NULL &&
		    faccessat(AT_FDCWD, path, R_OK | W_OK | X_OK, AT_EACCESS) !=
			0 &&
		    errno == EACCES)
			rc = fail_as_user(path, "write into it");
	}
	return rc;
}

/* The exit status of all that can be seen from outside. */
static int
look(const struct installation *inst, struct outline *outline)
{
	return geteuid() == 0 ? become_child(&inst->who, look_as_user, outline)
			      : look_as_user(outline);
}

int
installation_mend(
    const struct installation *inst, const char *only, bool dry_run)
{
	struct mend mend = {.uid = inst->who.uid,
	    .gid = inst->who.gid,
	    .group = inst->who.gid,
	    .from = inst->from == (uid_t)-1 ? inst->who.uid : inst->from,
	    .dry_run = dry_run,
	    .silent = only != NULL};
	struct reason why = {""};
	struct outline outline;

	if (!outline_read(&outline, inst->path, &log_stderr, &why))
		return why.text[0] == '\0' ? CLI_WRONG : fail(why.text);
	/* They may be others than those that named the user. */
	if (geteuid() == 0 && !become_allowed(&inst->who, &outline.top, &why)) {
		outline_free(&outline);
		return fail(why.text);
	}
	mend.group_access = outline.top.group_access;
	mend.not_roots = geteuid() == 0 && !outline.ours;
	find_member(&mend, &inst->who);
	if (find_group(&mend, &outline.top, &why)) {
		mend_settings(&mend, &inst->folder, inst->name);
		for (size_t i = 0; i < outline.nfile; i++)
			mend_file(&mend, &outline.file[i]);
		mend_inboxes(&mend, &outline, only);
		if (!dry_run && mend.refused == 0 &&
		    look(inst, &outline) != CLI_OK)
			mend.refused++;
	} else {
		mend.refused++;
		fail(why.text);
	}
	outline_free(&outline);
	return mend.refused == 0 ? CLI_OK : CLI_WRONG;
}
