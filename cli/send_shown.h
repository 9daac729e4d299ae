/* send_shown.h - the event that has just been sent, as it lies in the inbox. */
#ifndef SEND_SHOWN_H
#define SEND_SHOWN_H

#include <stdint.h>

#include "cli.h"

enum send_shown {
	SENT_SHOWN,   /* it was printed */
	SENT_TAKEN,   /* it was filed, and a consumer has taken it away */
	SENT_NOWHERE, /* no event was filed for the provider */
	SENT_FAILED   /* after saying why */
};

/* What was sent. */
struct sent {
	const struct config *cfg;
	const char *provider;
	struct span body;
	int64_t since; /* no file that is older is it */
	bool quiet;    /* it may have been sent to another machine */
};

/*
 * Find the event in new/ or cur/, and print it as `hookdir list` does, with the
 * path of its file below.
 */
enum send_shown send_show(const struct sent *sent, const struct options *opt);

#endif
