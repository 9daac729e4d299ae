/*
 * provider_config.h - one provider's entry of the settings file.
 */
#ifndef PROVIDER_CONFIG_H
#define PROVIDER_CONFIG_H

#include "config/config.h"

/*
 * Read the entry object of the provider prov->name into *prov: the words of
 * its preset, what the entry overrides, the profile made of both, the secrets.
 * Complaints go to file.  On any mistake prov->broken is set and nothing else
 * of it is of use.
 */
void provider_config_read(struct settings_file *file, struct config *cfg,
    struct span object, char *const env[], struct provider *prov);

/* Mark prov as broken; the newest complaint says why. */
void provider_config_break(struct settings_file *file, struct provider *prov);

#endif
