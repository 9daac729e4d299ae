/*
 * roots.h - says which inboxes of a provider a runner cannot use, and why.
 *
 * A root that cannot be used stops only itself, and is tried again every few
 * seconds.  It is said once, and again when something else is in the way.
 */
#ifndef ROOTS_H
#define ROOTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/log.h"
#include "outbox/outbox_dir.h"

/* What was said.  Zeroed: nothing. */
struct roots {
	enum outbox_opened said[OUTBOX_ROOTS];
	uint64_t why[OUTBOX_ROOTS]; /* of the reason; 0: none */
};

/*
 * Say of each root what is in its way, after outbox_open().  patient: the runner
 * waits until another one has ended, which is said too.  Returns how many errors
 * were said.
 */
size_t roots_say(struct roots *roots, const struct outbox *outbox,
    const struct log *log, bool patient);

#endif
