/* held_settings.c - "held": {"count": 100, "bytes": 10485760} */
#include <stdio.h>

#include "held_settings.h"
#include "scheme.h"

static const struct held_limit usual = {.count = 100, .bytes = 10L << 20};

static const struct setting table[] = {
    {"count", SET_NUMBER, offsetof(struct held_limit, count), 0,
	HELD_COUNT_MAX},
    {"bytes", SET_NUMBER, offsetof(struct held_limit, bytes), 1,
	HELD_BYTES_MAX},
};

bool
held_settings(struct settings_file *file, struct span object,
    const char *prefix, struct held_limit *limit)
{
	if (limit->count == 0)
		*limit = usual;
	return settings_read(file, object, prefix, table,
	    sizeof(table) / sizeof(table[0]), limit);
}

bool
held_settings_of(struct settings_file *file, struct span object,
    const char *prefix, struct provider *prov)
{
	bool storable = prov->rule.scheme->storable;
	char path[2 * PROVIDER_NAME_MAX + sizeof("providers..held.")];

	if (!storable)
		prov->held = (struct held_limit){.count = 0};
	if (object.len == 0)
		return true;
	snprintf(path, sizeof(path), "%sheld.", prefix);
	if (!held_settings(file, object, path, &prov->held))
		return false;
	if (storable || prov->held.count == 0)
		return true;
	path[strlen(path) - 1] = '\0';
	settings_complain(file, LVL_ERROR, object.ptr, path,
	    "cannot be with this scheme: a refused delivery would be kept with "
	    "the password in it, or a near miss of it");
	return false;
}
