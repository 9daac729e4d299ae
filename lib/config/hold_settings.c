/* hold_settings.c - "hold": {"count": 100, "bytes": 10485760} */
#include <stdio.h>

#include "base/credential.h"
#include "config/hold_settings.h"
#include "http/header.h"
#include "profile/scheme.h"

static const struct hold_terms usual = {
#define HOLD_SETTING(name, kind, min, max, old, value, text) \
	SETTING_VALUE_##kind(name, value)
#include "preset/setting_list.h"
};

static const struct setting row[] = {
#define HOLD_SETTING(name, kind, min, max, old, value, text) \
	SETTING_ROW(struct hold_terms, , name, kind, min, max, old),
#include "preset/setting_list.h"
};

static const struct setting_table table = SETTING_TABLE(row);

/* False after a complaint, which has the line of the headers. */
static bool
check_headers(struct settings_file *file, const char *prefix,
    const struct settings_target *target)
{
	const struct hold_terms *terms = target->dst;
	char path[2 * PROVIDER_NAME_MAX + sizeof("providers..hold.headers")];
	const char *fault = NULL;

	for (size_t i = 0; i < HOLD_HEADERS_MAX; i++) {
		if (terms->headers[i] == NULL)
			break;
		if (credential_like(span_str(terms->headers[i])))
			fault = "looks like a secret, and is not shown: name "
				"the header, not its value";
		else if (!header_pattern_ok(terms->headers[i]))
			fault = HEADER_PATTERN_RULE;
	}
	if (fault == NULL)
		return true;
	snprintf(path, sizeof(path), "%sheaders", prefix);
	settings_complain(file, LVL_ERROR,
	    settings_at(target, &table, "headers"), path, "%s", fault);
	return false;
}

bool
hold_settings(struct settings_file *file, struct span object,
    const char *prefix, struct hold_terms *terms)
{
	struct settings_target target = {.dst = terms};

	if (terms->count == 0) {
		terms->count = usual.count;
		terms->bytes = usual.bytes;
	}
	return settings_read(file, object, prefix, &table, &target) &&
	       check_headers(file, prefix, &target);
}

bool
hold_settings_of(struct settings_file *file, struct span object,
    const char *prefix, struct provider *prov)
{
	bool storable = prov->profile.scheme->storable;
	char path[2 * PROVIDER_NAME_MAX + sizeof("providers..hold.")];

	if (!storable)
		prov->hold_terms = (struct hold_terms){.count = 0};
	if (object.len == 0)
		return true;
	snprintf(path, sizeof(path), "%s%s", prefix, "hold.");
	if (!hold_settings(file, object, path, &prov->hold_terms))
		return false;
	if (storable || prov->hold_terms.count == 0)
		return true;
	path[strlen(path) - 1] = '\0';
	settings_complain(file, LVL_ERROR, object.ptr, path,
	    "cannot be used with this scheme: the files would contain the "
	    "password, or one that is almost right");
	return false;
}
