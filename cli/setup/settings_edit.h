/*
 * settings_edit.h - puts settings into a settings file that somebody wrote.
 *
 * Comments, blanks and everything else in the file stay as they are, byte by
 * byte.  Only settings at the top of the file are written.
 */
#ifndef SETTINGS_EDIT_H
#define SETTINGS_EDIT_H

#include <stdbool.h>
#include <stddef.h>

#include "base/span.h"
#include "base/status.h"
#include "place.h"

/* "NAME": "TEXT", or "NAME": WORD */
struct settings_text {
	const char *name; /* of a setting, without anything to be escaped */
	const char *text; /* NULL: leave the setting as it is */
	bool word;        /* the text is true or false, and not a string */
};

enum settings_edited {
	SETTINGS_SAME,   /* the file says all of it already */
	SETTINGS_EDITED, /* and a new file was, or would be, written */
	SETTINGS_ABSENT, /* there is no such file */
	SETTINGS_FAILED  /* why is set, and the file is as it was */
};

/*
 * Put settings into the text old, up to one whose name is NULL: each is replaced
 * where it is, or else stands after the last member, indented like the first.
 * An empty old is a new file.
 *
 * SETTINGS_EDITED: the caller frees *text, of *len bytes.  It was parsed again,
 * and has what old has, and these.
 */
enum settings_edited settings_edit(struct span old,
    const struct settings_text set[], char **text, size_t *len,
    struct reason *why);

/*
 * The same of the file called name, which keeps its owner, group and mode.
 * dry_run: only look.
 */
enum settings_edited settings_edit_file(const struct place *folder,
    const char *name, const struct settings_text set[], bool dry_run,
    struct reason *why);

/*
 * Make the file called name, which must not exist, of these settings, up to one
 * whose name is NULL.  False with why set.
 */
bool settings_edit_new(const struct place *folder, const char *name,
    const struct settings_text set[], const struct place_rights *rights,
    struct reason *why);

#endif
