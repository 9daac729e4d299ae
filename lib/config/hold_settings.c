/* hold_settings.c - "hold": {"count": 100, "bytes": 10485760} */
#include <stdio.h>

#include "config/hold_settings.h"
#include "profile/scheme.h"

static const struct hold_limit usual = {
#define HOLD_SETTING(name, kind, min, max, old, value, text) \
	SETTING_VALUE_##kind(name, value)
#include "preset/setting_list.h"
};

static const struct setting row[] = {
#define HOLD_SETTING(name, kind, min, max, old, value, text) \
	SETTING_ROW(struct hold_limit, , name, kind, min, max, old),
#include "preset/setting_list.h"
};

static const struct setting_table table = SETTING_TABLE(row);

bool
hold_settings(struct settings_file *file, struct span object,
    const char *prefix, struct hold_limit *limit)
{
	struct settings_target target = {.dst = limit};

	if (limit->count == 0)
		*limit = usual;
	return settings_read(file, object, prefix, &table, &target);
}

bool
hold_settings_of(struct settings_file *file, struct span object,
    const char *prefix, struct provider *prov)
{
	bool storable = prov->profile.scheme->storable;
	char path[2 * PROVIDER_NAME_MAX + sizeof("providers..hold.")];

	if (!storable)
		prov->hold_limit = (struct hold_limit){.count = 0};
	if (object.len == 0)
		return true;
	snprintf(path, sizeof(path), "%s%s", prefix, "hold.");
	if (!hold_settings(file, object, path, &prov->hold_limit))
		return false;
	if (storable || prov->hold_limit.count == 0)
		return true;
	path[strlen(path) - 1] = '\0';
	settings_complain(file, LVL_ERROR, object.ptr, path,
	    "cannot be used with this scheme: the files would contain the "
	    "password, or one that is almost right");
	return false;
}
