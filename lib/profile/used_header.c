/* used_header.c - finds a header among the settings of a profile. */
#include "profile/used_header.h"
#include "http/header.h"

static bool
is_in(const struct field *field, const char *name)
{
	return field->kind == FIELD_HEADER && header_same(name, field->arg);
}

bool
used_header(const struct profile *profile, const char *name)
{
	if (is_in(&profile->id, name) || is_in(&profile->type, name) ||
	    is_in(&profile->timestamp, name) ||
	    is_in(&profile->certificate_url, name))
		return true;
	for (size_t i = 0; i < profile->nsigned; i++) {
		const struct template *tpl = &profile->signed_payload[i];

		for (size_t k = 0; k < tpl->n; k++) {
			if (tpl->part[k].op == OP_HEADER &&
			    header_same(name, tpl->part[k].arg))
				return true;
		}
	}
	return false;
}
