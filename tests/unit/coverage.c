/* coverage.c - what a signature covers, for presets and for own rules. */
#include <stdlib.h>

#include "profile/coverage.h"
#include "profile/preset_show.h"
#include "verify/schemes.h"

#include "../tap.h"

/* The words of a preset, with what only its user can say. */
static struct preset
full(const char *name)
{
	const struct preset *preset = preset_find(span_str(name));
	struct preset_needs needs;
	struct preset words;

	if (preset == NULL)
		exit(99);
	needs = preset_needs(preset, scheme_of(preset));
	words = *preset;
	preset_example(&words, &needs);
	return words;
}

static void
is_replay(const struct preset *words, enum coverage_replay want, const char *of)
{
	struct profile_fault fault = {"", {""}};
	struct profile profile;

	if (!ok(scheme_profile(&profile, words, 300, &fault), "%s", of))
		diag("%s: %s", fault.setting, fault.why.text);
	is_int(profile.coverage.replay, want, "%s: when a replay is filed", of);
	profile_free(&profile);
}

static void
test_presets(void)
{
	static const struct {
		const char *name;
		enum coverage_replay want;
	} row[] = {{"coral", COVERAGE_DAYS}, {"github", COVERAGE_EVER},
	    {"zoom", COVERAGE_NEVER}, {"stripe", COVERAGE_NEVER},
	    {"standard-webhooks", COVERAGE_NEVER}, {"linear", COVERAGE_RETRIES},
	    {"mailgun", COVERAGE_NEVER}, {"paypal", COVERAGE_NEVER},
	    {"lifeomic", COVERAGE_NEVER}, {"lifeomic-jwt", COVERAGE_NEVER},
	    {"gitlab", COVERAGE_EVER}, {"woocommerce", COVERAGE_EVER}};

	for (size_t i = 0; i < sizeof(row) / sizeof(row[0]); i++) {
		struct preset words = full(row[i].name);

		is_replay(&words, row[i].want, row[i].name);
	}
}

/* What the settings of an entry can change. */
static void
test_entries(void)
{
	struct preset words = full("linear");

	words.tolerance = -1;
	is_replay(&words, COVERAGE_DAYS, "a signed time that is not checked");
	words.id = "none";
	is_replay(&words, COVERAGE_EVER, "and no id");
	words.tolerance = 60;
	is_replay(&words, COVERAGE_FRESH, "a time that is checked, and no id");
	words = full("lifeomic");
	words.id = "header:X-Id";
	is_replay(&words, COVERAGE_RETRIES, "an id that is not signed");
	words = full("gitlab");
	words.id = NULL;
	is_replay(&words, COVERAGE_EVER, "nothing is signed");
}

int
main(void)
{
	test_presets();
	test_entries();
	return done();
}
