/* hold_settings.c - "hold": {"count": 100, "bytes": 10485760} */
#include <stdio.h>

#include "config/hold_settings.h"
#include "profile/scheme.h"

static const struct hold_limit usual = {.count = 100, .bytes = 10L << 20};

static const struct setting table[] = {
    {"count", SET_NUMBER, offsetof(struct hold_limit, count), 0,
	HOLD_COUNT_MAX},
    {"bytes", SET_NUMBER, offsetof(struct hold_limit, bytes), 1,
	HOLD_BYTES_MAX},
};

bool
hold_settings(struct settings_file *file, struct span object,
    const char *prefix, struct hold_limit *limit)
{
	if (limit->count == 0)
		*limit = usual;
	return settings_read(file, object, prefix, table,
	    sizeof(table) / sizeof(table[0]), limit);
}

bool
hold_settings_of(struct settings_file *file, struct span object,
    const char *prefix, struct provider *prov)
{
	bool storable = prov->profile.scheme->storable;
	char path[2 * PROVIDER_NAME_MAX + sizeof("providers..hold.")];

	if (!storable)
		prov->hold = (struct hold_limit){.count = 0};
	if (object.len == 0)
		return true;
	snprintf(path, sizeof(path), "%shold.", prefix);
	if (!hold_settings(file, object, path, &prov->hold))
		return false;
	if (storable || prov->hold.count == 0)
		return true;
	path[strlen(path) - 1] = '\0';
	settings_complain(file, LVL_ERROR, object.ptr, path,
	    "cannot be with this scheme: a refused delivery would be kept with "
	    "the password in it, or a near miss of it");
	return false;
}
