/*
 * site.h - what lies beside the settings file, and the inbox: for the receiver's
 * user, made by who calls the command.
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

#define SITE_SECRETS "secrets" /* beside the settings; one file for each */

struct site {
	const struct place *folder;   /* of the settings file */
	const struct config_top *top; /* its settings */
	uid_t uid;                    /* of the receiver's user */
	gid_t gid;
};

/*
 * Open the folder beside the settings that is called name; if it does not exist
 * and made is not NULL, make it, and set *made.  LOOKUP_INVALID with why set.
 */
enum lookup site_folder(const struct site *site, const char *name,
    struct place *folder, bool *made, struct reason *why);

/* Whose such files are, and their mode. */
struct place_rights site_entry_rights(void);
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

#endif
