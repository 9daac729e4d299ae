/* provider_reading.c - complaints about one provider's entry. */
#include <stdio.h>

#include "config/provider_reading.h"

static void
say(const struct provider_reading *r, enum log_level level, const char *key,
    const char *text)
{
	const unsigned char *at = settings_at(&r->target, r->table, key);
	char path[2 * PROVIDER_NAME_MAX + sizeof(r->prefix)];

	snprintf(path, sizeof(path), "%s%s", r->prefix, key);
	settings_complain(
	    r->file, level, at != NULL ? at : r->object.ptr, path, "%s", text);
}

bool
provider_complain(
    const struct provider_reading *r, const char *key, const char *text)
{
	say(r, LVL_ERROR, key, text);
	return false;
}

void
provider_warn(
    const struct provider_reading *r, const char *key, const char *text)
{
	say(r, LVL_WARNING, key, text);
}
