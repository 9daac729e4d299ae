/*
 * run_as.h - root goes on as the receiver's user.
 *
 * What root makes in an inbox, the receiver cannot write: every later delivery
 * is answered 503.  And what root can read, the receiver may not be able to
 * read.  So a process of root becomes the user of the settings, for good,
 * before it opens the inbox, a secret, or any other file that the settings
 * name.  Root itself does nothing there, and neither does a user who is root by
 * another name (uid 0).
 */
#ifndef RUN_AS_H
#define RUN_AS_H

#include <stdbool.h>
#include <sys/types.h>

#include "base/status.h"
#include "config/config_top.h"

#define RUN_AS_EXIT 78 /* exit status: the settings name no such user */

/* The receiver's user: his uid, his group, and all his groups by his name. */
struct become {
	uid_t uid;
	gid_t gid;
	char name[ACCOUNT_MAX]; /* "" if he is in no database */
};

enum become_status {
	BECOME_OK,
	BECOME_NOBODY, /* the settings are at fault: exit 78; why says how */
	BECOME_FAILED, /* any other failure; why says which */
};

/*
 * Find whom the settings mean, whose top has been read: the setting user; where
 * that is not set, the owner of the inbox.
 */
enum become_status become_find(
    struct become *who, const struct config_top *top, struct reason *why);

/*
 * May the owner of the settings say what root does for this user?  Root, and the
 * user himself.  Anybody else could have root change what is the user's.  False
 * with why set.  become_find() has asked that.
 */
bool become_allowed(
    const struct become *who, const struct config_top *top, struct reason *why);

/*
 * Find the user called name, who is in no settings yet.  Errors begin with
 * place: an option, or a file, a line and a setting.
 */
enum become_status become_named(struct become *who, const char *name,
    const char *place, struct reason *why);

/*
 * Become that user: all his groups, his group, his uid.  There is no way back,
 * and it is tried whether there is one.  Does nothing if this process is that
 * user's already.
 *
 * After BECOME_FAILED the process must end.
 */
enum become_status become_user(const struct become *who, struct reason *why);

/*
 * Become the user of the settings at path: their top is read, and then this is
 * become_find() and become_user().  What fails is logged.
 */
enum become_status become_settings(const char *path, const struct log *log);

/*
 * The same of `hookdir run`: its user is run_user; where that is not set, the
 * owner of the inbox, with a warning.
 */
enum become_status become_runner(const char *path, const struct log *log);

/*
 * The same of a command that works beside the runner, on the folders that the
 * runner makes: it becomes run_user; where that is not set, this is
 * become_settings().
 */
enum become_status become_beside_runner(
    const char *path, const struct log *log);

#endif
