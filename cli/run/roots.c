/* roots.c - compares what is to be said with what was. */
#include "roots.h"
#include "outbox/outbox_name.h"

static void
say_locked(const struct outbox_root *root, const struct log *log)
{
	log_line(log, LVL_WARNING,
	    "%s: another process has %s/%s/run.lock: waiting until it ends",
	    root->inbox.provider, root->inbox.root, root->inbox.provider);
}

/* Only after something was in the way. */
static void
say_open(const struct outbox_root *root, const struct log *log,
    enum outbox_opened before)
{
	if (before == OUTBOX_UNUSABLE || before == OUTBOX_LOCKED)
		log_line(log, LVL_INFO, "%s: %s/%s can be used now",
		    root->inbox.provider, root->inbox.root,
		    root->inbox.provider);
}

size_t
roots_say(struct roots *roots, const struct outbox *outbox,
    const struct log *log, bool patient)
{
	size_t errors = 0;

	for (size_t i = 0; i < outbox->n; i++) {
		const struct outbox_root *root = &outbox->root[i];
		const enum outbox_opened before = roots->said[i];
		const uint64_t why = root->opened == OUTBOX_UNUSABLE
					 ? outbox_name_hash(root->why.text)
					 : 0;

		if (root->opened == before && why == roots->why[i])
			continue;
		roots->said[i] = root->opened;
		roots->why[i] = why;
		if (root->opened == OUTBOX_UNUSABLE) {
			log_line(log, LVL_ERROR, "%s: %s", root->inbox.provider,
			    root->why.text);
			errors++;
		} else if (root->opened == OUTBOX_LOCKED && patient) {
			say_locked(root, log);
		} else if (root->opened == OUTBOX_OPEN) {
			say_open(root, log, before);
		}
	}
	return errors;
}
