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
test_once(void)
{
	static const struct {
		const char *name;
		bool want;
	} row[] = {{"coral", false}, {"github", false}, {"zoom", false},
	    {"stripe", true}, {"standard-webhooks", true}, {"linear", true},
	    {"mailgun", true}, {"paypal", true}, {"lifeomic", false},
	    {"lifeomic-jwt", false}, {"gitlab", false}, {"woocommerce", false}};

	for (size_t i = 0; i < sizeof(row) / sizeof(row[0]); i++) {
		struct preset words = full(row[i].name);
		struct profile_fault fault = {"", {""}};
		struct profile profile;

		if (!ok(scheme_profile(&profile, &words, 300, &fault), "%s",
			row[i].name))
			diag("%s: %s", fault.setting, fault.why.text);
		is_int(coverage_text_is_once(&profile), row[i].want,
		    "%s: a text is once", row[i].name);
		profile_free(&profile);
	}
}

int
main(void)
{
	test_once();
	return done();
}
