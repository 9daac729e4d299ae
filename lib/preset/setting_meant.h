/*
 * setting_meant.h - what was probably meant by a setting that does not exist.
 */
#ifndef SETTING_MEANT_H
#define SETTING_MEANT_H

#include "base/span.h"
#include "preset/setting.h"

/*
 * The setting that other programs and providers call name, such as
 * "secret_file" for "signing_secret"; or NULL.  Static.
 */
const char *setting_meant(struct span name);

/* The same, but only settings of the table. */
const char *setting_meant_in(
    const struct setting_table *table, struct span name);

/*
 * Where a setting of that name may stand, to be read after "it belongs ": "at
 * the top of the file"; or NULL if there is none.  Static.
 */
const char *setting_belongs(struct span name);

#endif
