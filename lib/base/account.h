/*
 * account.h - the names of users and groups of this machine.
 */
#ifndef ACCOUNT_H
#define ACCOUNT_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#define ACCOUNT_SHOWN_MAX 64

/*
 * The name of a user or of a group, for a message: "uid N" or "gid N" if it has
 * none.  Returns dst.
 */
const char *account_user(char dst[static ACCOUNT_SHOWN_MAX], uid_t uid);
const char *account_group(char dst[static ACCOUNT_SHOWN_MAX], gid_t gid);

/*
 * Write "HOME/PATH" to dst, which has room for len bytes: the home directory is
 * that of this process's user.  False: there is none, or the text is too long.
 */
bool account_home(char *dst, size_t len, const char *path);

/* Look up the group called name.  False: there is none, or none is found. */
bool account_find_group(const char *name, gid_t *gid);

/*
 * Write the groups of the user called name to group, which has room for max:
 * gid first, then those that list him.  Returns how many; where there are more
 * than max, the first of them.
 */
int account_groups(const char *name, gid_t gid, gid_t *group, int max);

#endif
