/*
 * provider_config.h - reads one provider's entry of the settings file.
 */
#ifndef PROVIDER_CONFIG_H
#define PROVIDER_CONFIG_H

#include "config/config.h"

/*
 * Read object, the entry of the provider prov->name, into *prov.  It is an
 * object in file, or all of file if that is one of providers.d.  The settings
 * of its preset with those that the entry overrides, the profile made from
 * them, and the secrets or keys.  Complaints go to file.  After any error,
 * prov->broken is set, and only prov->name and prov->fault may be used.
 */
void provider_config_read(struct settings_file *file, struct config *cfg,
    struct span object, char *const env[], struct provider *prov);

/* Mark prov as broken; prov->fault becomes the newest complaint. */
void provider_config_break(struct settings_file *file, struct provider *prov);

#endif
