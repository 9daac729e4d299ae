/* account.c - looks up users and groups. */
#define _GNU_SOURCE /* getgrouplist() */
#include <grp.h>
#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/account.h"

#define ENTRY_MAX 4096
#define GROUP_MAX 65536 /* bytes of a group with all its members */

const char *
account_user(char dst[static ACCOUNT_SHOWN_MAX], uid_t uid)
{
	struct passwd pw, *found = NULL;
	char buf[ENTRY_MAX];

	if (getpwuid_r(uid, &pw, buf, sizeof(buf), &found) == 0 &&
	    found != NULL)
		snprintf(dst, ACCOUNT_SHOWN_MAX, "%s", found->pw_name);
	else
		snprintf(dst, ACCOUNT_SHOWN_MAX, "uid %ld", (long)uid);
	return dst;
}

const char *
account_group(char dst[static ACCOUNT_SHOWN_MAX], gid_t gid)
{
	struct group gr, *found = NULL;
	char buf[ENTRY_MAX];

	if (getgrgid_r(gid, &gr, buf, sizeof(buf), &found) == 0 &&
	    found != NULL)
		snprintf(dst, ACCOUNT_SHOWN_MAX, "%s", found->gr_name);
	else
		snprintf(dst, ACCOUNT_SHOWN_MAX, "gid %ld", (long)gid);
	return dst;
}

bool
account_home(char *dst, size_t len, const char *path)
{
	struct passwd pw, *found = NULL;
	char buf[ENTRY_MAX];

	return getpwuid_r(geteuid(), &pw, buf, sizeof(buf), &found) == 0 &&
	       found != NULL && found->pw_dir != NULL &&
	       found->pw_dir[0] == '/' &&
	       (size_t)snprintf(dst, len, "%s/%s", found->pw_dir, path) < len;
}

bool
account_find_group(const char *name, gid_t *gid)
{
	struct group gr, *found = NULL;
	char *buf = malloc(GROUP_MAX);

	if (buf != NULL && getgrnam_r(name, &gr, buf, GROUP_MAX, &found) == 0 &&
	    found != NULL)
		*gid = found->gr_gid;
	else
		found = NULL;
	free(buf);
	return found != NULL;
}

int
account_groups(const char *name, gid_t gid, gid_t *group, int max)
{
	int n = max;

	return getgrouplist(name, gid, group, &n) < 0 ? max : n;
}
