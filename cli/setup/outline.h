/*
 * outline.h - which inboxes and files the settings name, without a look at any
 * of them.
 *
 * Root reads the settings in this way, because they are his.  What they name is
 * the receiver's, and root opens none of it to read it.
 */
#ifndef OUTLINE_H
#define OUTLINE_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#include "base/status.h"
#include "config/config_top.h"
#include "config/provider_files.h"
#include "place.h"

/* A file that an entry names. */
struct outline_file {
	const char *path; /* absolute */
	bool secret;      /* for the receiver's user alone */
	bool inside;      /* it lies below the settings' folder */
};

struct outline {
	struct config_top top;
	const char *fallback; /* the second inbox, absolute; or NULL */
	bool ours;         /* all of the settings are root's, or this user's */
	const char **name; /* of each provider, also of one at fault */
	size_t nname;
	struct outline_file *file;
	size_t nfile;
};

/*
 * Read the settings file at path and the entries in PROVIDER_FILES_FOLDER.  An entry
 * that cannot be parsed names no files.  True: the caller frees by
 * outline_free().  False with why set, or after the complaints of
 * config_top_log() to log.
 */
bool outline_read(struct outline *outline, const char *path,
    const struct log *log, struct reason *why);

void outline_free(struct outline *outline);

#endif
