/*
 * installation.h - the settings file of this machine or of this user, for the
 * commands that change it: add, setup and remove.
 *
 * They do their work under one lock, one after the other.
 */
#ifndef INSTALLATION_H
#define INSTALLATION_H

#include "become.h"
#include "cli.h"
#include "setup/place.h"

struct installation {
	char path[CONFIG_PATH_MAX]; /* of the settings file, absolute */
	const char *name;           /* its last part */
	struct place folder;        /* it is here */
	int lock;
	struct become who; /* whom the receiver runs as */
	uid_t from;        /* whose it was until now; or that user again */
	bool absent;       /* dry run: there are no settings yet */
	/* What installation_open() made, or replaced. */
	bool made_folder, made_settings;
	struct file_content old;
};

/*
 * Find the settings file, lock it, and put opt->user, opt->group and
 * opt->base_url into it.  Where there is none, one is made, and its folder:
 *
 *   root                /etc/hookdir/hookdir.json, with the inbox
 *                       /var/lib/hookdir and opt->user; else _hookdir or
 *                       www-data, whichever of them exists first
 *   any other user      ~/.config/hookdir/hookdir.json, with the inbox ~/hookdir
 *
 * With opt->dry_run nothing is made, changed or locked.  Each change is a line
 * on standard output.
 *
 * CLI_OK; otherwise the exit status, after saying why.  installation_close() may
 * be called after either.
 */
int installation_open(struct installation *inst, const struct options *opt);
void installation_close(struct installation *inst);

/*
 * Whether installation_open() could write there, for those that ask somebody
 * something before.  False after saying why not.
 */
bool installation_writable(const struct options *opt);

/*
 * Take back what installation_open() made or changed, before it is closed.  That
 * is a line on standard output too.
 */
void installation_undo(struct installation *inst);

/*
 * Make and mend what the settings need: their own files, secrets, and the inboxes
 * of all providers or, if it is not NULL, of the one called only (mend.h); what
 * is made for that one is not mentioned.  The exit status, after saying what
 * could not be mended.
 */
int installation_mend(
    const struct installation *inst, const char *only, bool dry_run);

#endif
