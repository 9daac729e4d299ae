/*
 * mend.h - gives what the settings name its owner, its group and its mode, and
 * makes what is missing.
 *
 *	settings, entries       root's, or the user's own; the user can read them
 *	providers.d/            the same
 *	secrets/                root's, and the user's group can enter it
 *	secret files            the user's, 0600; or root's, if his group can read
 *	key files               as they are; or root's, 0644
 *	ROOT/, ROOT/P/, tmp/,   the user's, 0700; with group_access 2770 and the
 *	new/, cur/, dedup/      group's
 *	events                  0600, with group_access 0660
 *	busy/, later/, failed/, the same, if they are there; with group_access
 *	done/, errors/,         they may be another user's: the runner's
 *	run.lock, paused, ...
 *	hold/, .keys/           0700, whatever group_access says
 *
 * Each change is a line on standard output, and what cannot be mended is one on
 * standard error.  What is right is not touched, and not mentioned.
 */
#ifndef MEND_H
#define MEND_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#include "outline.h"
#include "place.h"

#define MEND_GROUPS_MAX 64 /* of one user */

/* For whom, and how. */
struct mend {
	uid_t uid;   /* whom the receiver runs as */
	gid_t gid;   /* that user's group */
	gid_t group; /* to whom the inbox is open, with group_access */
	/* All groups of the user. */
	gid_t member[MEND_GROUPS_MAX];
	int nmember;
	uid_t from;        /* who was the user before; else uid */
	bool group_access; /* of the settings */
	bool not_roots;    /* the settings are not root's: see place_mend() */
	bool dry_run;      /* only say what would be done */
	bool silent;       /* about what is made, not about what is mended */
	unsigned refused;  /* what could not be mended, counted */
};

/* The settings file called name in folder, and what lies beside it. */
void mend_settings(
    struct mend *mend, const struct place *folder, const char *name);

/* A file that an entry names. */
void mend_file(struct mend *mend, const struct outline_file *file);

/* The inbox at path, which is absolute, with the folders of these providers. */
void mend_inbox(struct mend *mend, const char *path, const char *const name[],
    size_t nname);

#endif
