/*
 * entry.h - one provider's entry of the settings file.
 */
#ifndef ENTRY_H
#define ENTRY_H

#include "config.h"

/*
 * Read the entry object of the provider prov->name into *prov: the words of
 * its preset, what the entry overrides, the rule made of both, the secrets.
 * Complaints go to file.  On any mistake prov->broken is set and nothing else
 * of it is of use.
 */
void entry_read(struct settings_file *file, struct config *cfg,
    struct span object, char *const env[], struct provider *prov);

/* Mark prov as broken; the newest complaint says why. */
void entry_break(struct settings_file *file, struct provider *prov);

#endif
