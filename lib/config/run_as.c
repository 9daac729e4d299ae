/* run_as.c - finds the receiver's user, and becomes that user. */
#define _GNU_SOURCE /* initgroups(), setgroups(), getresuid() */
#include <errno.h>
#include <grp.h>
#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/account.h"
#include "config/run_as.h"

#define PASSWD_MAX 65536 /* bytes of an entry of the password database */

/* Take over the entry, if one was found. */
static bool
take(struct become *who, const struct passwd *found)
{
	if (found == NULL || strlen(found->pw_name) >= sizeof(who->name))
		return false;
	*who = (struct become){.uid = found->pw_uid, .gid = found->pw_gid};
	snprintf(who->name, sizeof(who->name), "%s", found->pw_name);
	return true;
}

/*
 * Look up the name, or the uid if name is NULL.  0, or the error of the
 * database; ENOENT if it has no such user.
 */
static int
look_up(struct become *who, const char *name, uid_t uid)
{
	char *buf = malloc(PASSWD_MAX);
	struct passwd pw, *found = NULL;
	int error = ENOMEM;

	if (buf != NULL)
		error = name != NULL
			    ? getpwnam_r(name, &pw, buf, PASSWD_MAX, &found)
			    : getpwuid_r(uid, &pw, buf, PASSWD_MAX, &found);
	/* Some databases answer so where there is none: getpwnam(3). */
	if (error == ESRCH || error == EBADF || error == EPERM)
		error = ENOENT;
	if (error == 0 && !take(who, found))
		error = ENOENT;
	free(buf);
	return error;
}

enum become_status
become_named(
    struct become *who, const char *name, const char *place, struct reason *why)
{
	int error = look_up(who, name, 0);

	if (error == ENOENT) {
		reason_set(why,
		    "%.250s: there is no user %.100s on this machine: create "
		    "it, or name another one",
		    place, name);
		return BECOME_NOBODY;
	}
	if (error != 0) {
		reason_set(why, "%.250s: user %.100s cannot be looked up: %s",
		    place, name, strerror(error));
		return BECOME_FAILED;
	}
	if (who->uid == 0) {
		reason_set(why,
		    "%.250s: %.100s is root (uid 0), and hookdir never works "
		    "as root: name another one",
		    place, name);
		return BECOME_NOBODY;
	}
	return BECOME_OK;
}

/* What the user is for. */
static const char *
runs(const struct config_top *top)
{
	return strcmp(top->user_setting, "run_user") == 0 ? "`hookdir run`"
							  : "the receiver";
}

/* Of settings that do not say who. */
static enum become_status
find_owner(struct become *who, const struct config_top *top, struct reason *why)
{
	struct stat st;
	int error;

	if (top->inbox == NULL || lstat(top->inbox, &st) != 0 ||
	    !S_ISDIR(st.st_mode)) {
		reason_set(why,
		    "%.200s: set \"%s\" to the user that %s runs as: there "
		    "is no inbox yet whose owner could be that user, and "
		    "hookdir never works as root",
		    top->path, top->user_setting, runs(top));
		return BECOME_NOBODY;
	}
	if (st.st_uid == 0) {
		reason_set(why,
		    "%.200s: set \"%s\" to the user that %s runs as: the "
		    "inbox %.100s belongs to root, and hookdir never works as "
		    "root",
		    top->path, top->user_setting, runs(top), top->inbox);
		return BECOME_NOBODY;
	}
	error = look_up(who, NULL, st.st_uid);
	/* Who is in no database has the inbox's group alone. */
	if (error == ENOENT)
		*who = (struct become){.uid = st.st_uid, .gid = st.st_gid};
	else if (error != 0) {
		reason_set(why, "uid %ld cannot be looked up: %s",
		    (long)st.st_uid, strerror(error));
		return BECOME_FAILED;
	}
	return BECOME_OK;
}

bool
become_allowed(
    const struct become *who, const struct config_top *top, struct reason *why)
{
	struct become owner = {.name = ""};

	if (top->owner == 0 || top->owner == who->uid)
		return true;
	if (look_up(&owner, NULL, top->owner) != 0)
		snprintf(owner.name, sizeof(owner.name), "uid %ld",
		    (long)top->owner);
	reason_set(why,
	    "%.300s: belongs to %s, who may not say what root does for another "
	    "user, %s: chown root it, if it is right",
	    top->path, owner.name,
	    who->name[0] == '\0' ? "the inbox's owner" : who->name);
	return false;
}

enum become_status
become_find(
    struct become *who, const struct config_top *top, struct reason *why)
{
	char place[CONFIG_PATH_MAX + 32];
	enum become_status status;

	snprintf(place, sizeof(place), "%s:%u: %s", top->path, top->user_line,
	    top->user_setting);
	status = top->user == NULL ? find_owner(who, top, why)
				   : become_named(who, top->user, place, why);
	if (status == BECOME_OK && !become_allowed(who, top, why))
		status = BECOME_FAILED;
	return status;
}

static bool
set_groups(const struct become *who)
{
	return (who->name[0] != '\0' ? initgroups(who->name, who->gid)
				     : setgroups(1, &who->gid)) == 0 &&
	       setgid(who->gid) == 0;
}

/* No way back: neither by a saved uid nor by a capability. */
static bool
is_final(const struct become *who)
{
	uid_t uid[3];
	gid_t gid[3];

	if (getresuid(&uid[0], &uid[1], &uid[2]) != 0 ||
	    getresgid(&gid[0], &gid[1], &gid[2]) != 0)
		return false;
	for (size_t i = 0; i < 3; i++) {
		if (uid[i] != who->uid || gid[i] != who->gid)
			return false;
	}
	return setuid(0) != 0 && seteuid(0) != 0 && geteuid() == who->uid;
}

enum become_status
become_user(const struct become *who, struct reason *why)
{
	if (who->uid == 0) {
		reason_set(why, "uid 0 is root, and hookdir never works as "
				"root: set \"user\" to another user");
		return BECOME_NOBODY;
	}
	if (geteuid() == who->uid && getuid() == who->uid)
		return BECOME_OK;
	if (!set_groups(who) || setuid(who->uid) != 0) {
		reason_errno(why, "cannot become uid %ld", (long)who->uid);
		return BECOME_FAILED;
	}
	if (!is_final(who)) {
		reason_set(why,
		    "became uid %ld, but could become root again: run this as "
		    "that user",
		    (long)who->uid);
		return BECOME_FAILED;
	}
	return BECOME_OK;
}

/* Handlers of that user can do what the receiver can. */
static void
warn_owner(const struct become *who, const struct log *log)
{
	char name[ACCOUNT_SHOWN_MAX];

	log_line(log, LVL_WARNING,
	    "run_user is not set: handlers run as %s, the inbox's owner, who "
	    "can read all secrets",
	    account_user(name, who->uid));
}

/* Become the user of the top of the settings, and free it. */
static enum become_status
become_top(struct config_top *top, bool runner, const struct log *log)
{
	struct reason why = {""};
	struct become who;
	enum become_status status = become_find(&who, top, &why);

	if (status == BECOME_OK)
		status = become_user(&who, &why);
	if (status != BECOME_OK)
		log_line(log, LVL_ERROR, "%s", why.text);
	else if (runner && top->user == NULL)
		warn_owner(&who, log);
	config_top_free(top);
	return status;
}

enum become_status
become_settings(const char *path, const struct log *log)
{
	struct config_top top;

	return config_top_log(path, log, &top) ? become_top(&top, false, log)
					       : BECOME_FAILED;
}

enum become_status
become_runner(const char *path, const struct log *log)
{
	struct config_top top;

	return config_top_runner(path, log, &top) ? become_top(&top, true, log)
						  : BECOME_FAILED;
}

enum become_status
become_beside_runner(const char *path, const struct log *log)
{
	struct config_top top;

	if (!config_top_runner(path, log, &top))
		return BECOME_FAILED;
	if (top.user != NULL)
		return become_top(&top, false, log);
	config_top_free(&top);
	return become_settings(path, log);
}
