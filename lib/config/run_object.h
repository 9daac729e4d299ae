/*
 * run_object.h - reads one object of "run".
 *
 * Only run_config.c uses it.
 */
#ifndef RUN_OBJECT_H
#define RUN_OBJECT_H

#include "base/span.h"
#include "config/run_entry.h"
#include "config/settings.h"

/*
 * Read text, an object in file->text, into *entry.  key is its dotted path,
 * "providers.stripe.run[1]"; dir is the folder at which relative paths start.
 * Complaints go to file.
 */
void run_object_read(struct settings_file *file, struct span text,
    const char *key, const char *dir, struct run_entry *entry);

#endif
