/*
 * check.h - what hookdir check looks at, and how it reports.
 *
 * Nothing is created or changed.  Every finding is one line on stdout: an
 * error where the receiver cannot work or is not safe, a warning where there is
 * a risk, ok for the rest.
 */
#ifndef CHECK_H
#define CHECK_H

#include <stdbool.h>
#include <time.h>

#include "base/log.h"
#include "config/config.h"

struct check {
	struct log log; /* findings go here; LVL_INFO is ok */
	unsigned errors, warnings;
	bool setup; /* `hookdir setup` mends an owner or a mode */
	const struct config *cfg;
	const char *root;          /* the inbox being looked at */
	const char *document_root; /* absolute and resolved, or NULL */
	time_t now;
};

/*
 * Settings that are allowed, and do nothing or something else than was meant.
 * Each is named by file, line and setting.
 */
void check_settings(struct check *check);

/* The settings file and the secrets: who can read and change them. */
void check_files(struct check *check);

/*
 * Report the path, which need not exist yet, if it is inside the document root
 * or, where that is not known, if its name looks like it.
 */
void check_published(struct check *check, const char *path);

/* Report a file that others can replace. */
void check_folder(struct check *check, const char *path);

/* Key sets that are fetched: that there is one, and a program to fetch it. */
void check_keys(struct check *check);

/* The inbox and its fallback: that they can be written, and how full. */
void check_inbox(struct check *check);

/* The file system that the folder path is on. */
void check_disk(struct check *check, const char *path);

/* Refused deliveries that are held. */
void check_hold(struct check *check);

/* What handles the events, and who: "run" of all entries, and run_user. */
void check_handlers(struct check *check);

/* The clock and the limits of this process. */
void check_host(struct check *check);

#endif
