/* become.c - root becomes the owner of the inbox. */
#define _GNU_SOURCE /* initgroups(), setgroups() */
#include <grp.h>
#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "become.h"

#define PASSWD_MAX 16384 /* bytes of an entry of the password database */

/* A user who is in no database has the inbox's group alone. */
static bool
set_groups(const struct stat *owner)
{
	char *buf = malloc(PASSWD_MAX);
	struct passwd pw, *found = NULL;
	gid_t gid = owner->st_gid;
	bool ok = buf != NULL;

	if (ok)
		getpwuid_r(owner->st_uid, &pw, buf, PASSWD_MAX, &found);
	if (found != NULL)
		gid = pw.pw_gid;
	ok = ok &&
	     (found != NULL ? initgroups(pw.pw_name, gid)
			    : setgroups(1, &gid)) == 0 &&
	     setgid(gid) == 0;
	free(buf);
	return ok;
}

/* No way back: neither by the real nor by the saved uid. */
static bool
is_final(uid_t uid)
{
	return getuid() == uid && geteuid() == uid && setuid(0) != 0 &&
	       seteuid(0) != 0 && geteuid() == uid;
}

bool
become_owner(const char *path, bool *became, struct reason *why)
{
	char root[CONFIG_PATH_MAX] = "";
	struct config_top top;
	struct stat st;

	*became = false;
	if (geteuid() != 0 || !config_top(path, &top))
		return true;
	if (top.inbox != NULL)
		snprintf(root, sizeof(root), "%s", top.inbox);
	config_top_free(&top);
	if (lstat(root, &st) != 0 || !S_ISDIR(st.st_mode) || st.st_uid == 0)
		return true;
	if (!set_groups(&st) || setuid(st.st_uid) != 0) {
		reason_errno(why,
		    "cannot become uid %ld, to whom the inbox %s belongs",
		    (long)st.st_uid, root);
		return false;
	}
	if (!is_final(st.st_uid)) {
		reason_set(why,
		    "became uid %ld, but could become root again: run this as "
		    "that user",
		    (long)st.st_uid);
		return false;
	}
	*became = true;
	return true;
}
