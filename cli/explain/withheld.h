/*
 * withheld.h - all that must not be shown: the secrets of all entries.
 *
 * A body or a header may contain a secret, and people paste secrets into wrong
 * places.  So every secret of the settings is looked for, as it is written, as
 * it is decoded, and in the usual encodings; also those of entries that are
 * broken, and the passwords in URLs.
 */
#ifndef WITHHELD_H
#define WITHHELD_H

#include <stdbool.h>
#include <stddef.h>

#include "base/span.h"
#include "config/config.h"

struct withheld {
	size_t n, room;
	struct span *item; /* each a copy, which is wiped when it is freed */
};

/*
 * Collect the secrets.  True: the caller frees *all with withheld_free().
 * False when out of memory: nothing may be shown then.
 */
bool withheld_make(struct withheld *all, const struct config *cfg);

/*
 * True if one of them is in text, as it is or with the escapes of URLs, forms
 * or JSON.  Of a text of more than a MiB, its ends count: no more is shown.
 */
bool withheld_in(const struct withheld *all, struct span text);

/*
 * True if one of them is in the name of a header, where neither case nor '-'
 * and '_' are told apart.
 */
bool withheld_in_name(const struct withheld *all, struct span name);

/* Wipe and free them.  Harmless on a zeroed one. */
void withheld_free(struct withheld *all);

#endif
