/*
 * receiver.h - an installation, for commands of root that make or change it: its
 * settings file, and the receiver's user.
 */
#ifndef RECEIVER_H
#define RECEIVER_H

#include "become.h"
#include "cli.h"

struct receiver {
	char path[CONFIG_PATH_MAX]; /* of the settings file */
	struct become who;          /* its user */
	const char *user;           /* what "user" is to be; NULL: as it is */
	bool base_url;              /* the settings have one */
};

/*
 * Find both.  For another user than root it is this user himself.  Where
 * neither the settings nor opt->user name one, he is the owner of the inbox, or
 * else the user of the package or of the web servers.  make: there need not be
 * settings yet.
 *
 * CLI_OK; otherwise the exit status, after saying why.
 */
int receiver_find(
    struct receiver *receiver, const struct options *opt, bool make);

#endif
