/* preset_list.c - the presets, one after the other. */
#include "preset_list.h"

#include <string.h>

#include "base/log.h"
#include "profile/preset_facts.h"
#include "profile/preset_show.h"
#include "verify/schemes.h"

#define TOLERANCE 300 /* seconds: the default of the settings */

const struct preset *
preset_list_after(const char *name)
{
	const struct preset *preset, *best = NULL;

	for (size_t i = 0; (preset = preset_at(i)) != NULL; i++) {
		if (strcmp(preset->name, name) > 0 &&
		    (best == NULL || strcmp(preset->name, best->name) < 0))
			best = preset;
	}
	return best;
}

void
preset_list_needs(
    char dst[static PRESET_NEEDS_MAX], const struct preset *preset)
{
	const struct preset_needs needs =
	    preset_needs(preset, scheme_of(preset));
	const struct {
		bool needed;
		const char *name;
	} row[] = {{needs.secret, "secret"}, {needs.keys, "key"},
	    {needs.verify_token, "verify_token"},
	    {needs.public_url, "public_url"}, {needs.webhook_id, "webhook_id"},
	    {needs.topic_arn, "topic_arn"}, {needs.unsafe_body, "unsafe_body"}};
	size_t len = 0;

	snprintf(dst, PRESET_NEEDS_MAX, "-");
	for (size_t i = 0; i < sizeof(row) / sizeof(row[0]); i++) {
		if (row[i].needed && len < PRESET_NEEDS_MAX)
			len +=
			    (size_t)snprintf(dst + len, PRESET_NEEDS_MAX - len,
				"%s%s", len > 0 ? "," : "", row[i].name);
	}
}

bool
preset_list_facts(FILE *out, const struct preset *preset)
{
	struct preset_needs needs = preset_needs(preset, scheme_of(preset));
	struct preset words = *preset;
	struct profile_fault fault = {"", {""}};
	struct profile profile;

	preset_example(&words, &needs);
	if (!scheme_profile(&profile, &words, TOLERANCE, &fault)) {
		log_line(&log_stderr, LVL_ERROR, "%s: %s", fault.setting,
		    fault.why.text);
		return false;
	}
	preset_facts(out, preset, &profile);
	profile_free(&profile);
	return true;
}
