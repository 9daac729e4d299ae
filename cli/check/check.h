/*
 * check.h - what hookdir check looks at, and how it says what it found.
 *
 * Nothing is created or changed.  Every finding is one line on stdout: an
 * error where the receiver will not work or protects nothing, a warning where
 * it is unwise, ok where there is nothing to say.
 */
#ifndef CHECK_H
#define CHECK_H

#include <stdbool.h>
#include <time.h>

#include "base/log.h"
#include "config/config.h"

struct check {
	struct log log; /* say it by log_line(); LVL_INFO is ok */
	unsigned errors, warnings;
	const struct config *cfg;
	const char *root;          /* the inbox being looked at */
	const char *document_root; /* absolute and resolved, or NULL */
	time_t now;
};

/* The settings file and the secrets: who can read and change them. */
void check_files(struct check *check);

/*
 * Complain about what is published if the path, which need not exist yet, is
 * inside the document root; where that is not known, if it looks like it.
 */
void check_published(struct check *check, const char *path);

/* Complain about a file if others can replace it. */
void check_folder(struct check *check, const char *path);

/* Key sets that are fetched: that there is one, and somebody to fetch it. */
void check_keys(struct check *check);

/* The inbox and its fallback: that they can be written, and how full. */
void check_inbox(struct check *check);

/* The file system that the folder path is on. */
void check_disk(struct check *check, const char *path);

/* Deliveries that were refused and wait for somebody to look at them. */
void check_hold(struct check *check);

/* The clock and the limits of this process. */
void check_host(struct check *check);

#endif
