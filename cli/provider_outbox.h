/*
 * provider_outbox.h - the outbox of the provider that a command works on.
 *
 * Both inboxes are opened.  One that cannot be used is named, and the other is
 * worked on all the same.
 */
#ifndef PROVIDER_OUTBOX_H
#define PROVIDER_OUTBOX_H

#include <stdbool.h>

#include "cli.h"
#include "outbox/outbox_dir.h"

struct provider_outbox {
	char path[CONFIG_PATH_MAX]; /* of the settings */
	struct config *cfg;
	const char *name; /* of the provider */
	struct inbox_failover inboxes;
	struct outbox outbox;
	bool unusable; /* one of the inboxes, as was said */
};

/*
 * Go on as the right user, load the settings, find the provider, and open what
 * there is of its inboxes.  CLI_OK: also if there is no inbox yet.  Otherwise
 * the exit status, after saying why.  Call provider_outbox_close() after either.
 */
int provider_outbox_open(struct provider_outbox *p, const struct options *opt,
    const char *provider, enum outbox_use use);

void provider_outbox_close(struct provider_outbox *p);

/*
 * Open the outbox of these inboxes.  False after saying which of them cannot be
 * used; the others are open.
 */
bool provider_outbox_of(struct outbox *outbox, const char *provider,
    const struct inbox_failover *inboxes, enum outbox_use use);

/* Log "PROVIDER: WHY" as an error.  Returns false. */
bool provider_outbox_fail(const char *provider, const struct reason *why);

#endif
