/*
 * site.h - one installation: its settings, the folders beside them, and the
 * user that the receiver runs as.
 *
 * Settings belong to who calls the command, as a rule root; secrets belong to
 * the receiver's user.  Nothing is read here that the settings name.
 */
#ifndef SITE_H
#define SITE_H

#include <stdbool.h>
#include <sys/types.h>

#include "config/config.h"
#include "place.h"

#define SITE_ENTRIES "providers.d" /* one file for each provider */
#define SITE_SECRETS "secrets"     /* one file for each secret */

/* The settings of a user who has none yet, below his home. */
#define SITE_HOME ".config/hookdir/hookdir.json"

struct site {
	const char *path;      /* of the settings file: the caller's */
	const char *name;      /* its last part */
	struct config_top top; /* freed by site_close() */
	struct place folder;   /* of the settings file */
	int lock;              /* of the settings */
	uid_t uid;             /* of the receiver's user */
	gid_t gid;
	gid_t inbox_gid; /* of the inbox: another one with group_access */
	/* What site_open() made, and what it replaced. */
	bool made_folder, made_settings;
	struct file_content old;
};

/* Whose it is, and what its settings are to say from now on. */
struct site_wish {
	uid_t uid; /* of the receiver's user */
	gid_t gid;
	const char *user; /* or NULL: as they do, as the next */
	const char *base_url;
	bool make; /* settings that are missing are made */
};

/*
 * The settings file that a command is to work with, into dst: the one that
 * config_locate() finds.  If nothing names one, it is a user's own, who is not
 * root, also if he has none yet.
 */
void site_locate(char dst[static CONFIG_PATH_MAX], char *const env[]);

/*
 * Open and lock the installation whose settings file is at path, and write to
 * it what the wish says.  True: the caller calls site_close().  False with why
 * set: there is no such file, or it has an error at its top.
 */
bool site_open(struct site *site, const char *path,
    const struct site_wish *wish, struct reason *why);

/*
 * Open the folder beside the settings that is called name; if it does not exist
 * and made is not NULL, make it, and set *made.  LOOKUP_INVALID with why set.
 */
enum lookup site_folder(const struct site *site, const char *name,
    struct place *folder, bool *made, struct reason *why);

/* Whose such files are, and their mode. */
struct place_rights site_entry_rights(const struct site *site);
struct place_rights site_secret_rights(const struct site *site);

/*
 * Make the inbox if it does not exist, for the receiver's user.  *made says
 * whether this call has made it.  False with why set.
 */
bool site_inbox(const struct site *site, bool *made, struct reason *why);

/* Remove it again, unless something is in it. */
void site_inbox_undo(const struct site *site);

/*
 * The line of the settings file at path in which the entry of the provider
 * called name begins; 0: it has none.
 */
unsigned site_entry_line(const char *path, const char *name);

/* Take back what site_open() has made and changed. */
void site_undo(struct site *site);

void site_close(struct site *site);

#endif
