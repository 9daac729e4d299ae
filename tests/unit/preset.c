/* preset.c - the table: every entry makes a profile, and says what it should. */
#include "profile/binding.h"
#include "profile/preset_show.h"
#include "profile/profile.h"
#include "profile/provider.h"
#include "verify/schemes.h"

#include "../tap.h"

/* What the receiver decides by, and the manual is made from. */
static void
test_row(const struct preset *preset, const struct profile *profile)
{
	bool shared = preset->key == KEY_SHARED;

	ok(preset->key != KEY_UNSAID, "it says whose key it is");
	ok(shared == (binding_setting(preset) != NULL),
	    "a setting binds it where the key does not");
	ok(preset->certificate_url == NULL || shared,
	    "a certificate is its provider's, for everybody");
	ok(profile->timestamp.kind == FIELD_NONE ||
		profile->coverage.form != TIMESTAMP_ANY,
	    "its time has one form");
}

/* Without the setting that binds it, it is no profile. */
static void
test_unbound(const struct preset *preset, struct preset words)
{
	const char *setting = binding_setting(preset);
	struct profile_fault fault = {"", {""}};
	struct profile profile;

	if (setting == NULL)
		return;
	words.public_url = words.webhook_id = words.topic_arn[0] = NULL;
	ok(!scheme_profile(&profile, &words, 300, &fault), "not without %s",
	    setting);
	is_str(fault.setting, setting, "which is named");
	profile_free(&profile);
}

/* What `hookdir presets` prints fits into a line of a terminal. */
static void
test_notes(const struct preset *preset)
{
	ok(preset->note == NULL || strlen(preset->note) <= 54,
	    "its note is short");
	ok(preset->where != NULL && strlen(preset->where) <= 120,
	    "it says where the secret is");
	ok(strstr(preset->sample, "$ID") != NULL,
	    "no two samples are the same event");
}

static void
test_every_entry(void)
{
	const struct preset *preset;
	size_t n = 0;

	for (; (preset = preset_at(n)) != NULL; n++) {
		struct span name = span_str(preset->name);
		struct preset_needs needs =
		    preset_needs(preset, scheme_of(preset));
		struct preset words = *preset;
		struct profile_fault fault = {"", {""}};
		struct reason why = {""};
		struct profile profile;

		preset_example(&words, &needs);
		ok(provider_name_ok(name), "%s may be a provider's name",
		    preset->name);
		ok(preset_find(name) == preset, "it is found by its name");
		ok(scheme_profile(&profile, &words, 300, &fault),
		    "a profile can be made of it");
		is_str(why.text, "", "without complaint");
		ok(profile.reject_status >= 400 &&
			profile.reject_status <= 499 &&
			profile.reject_status != 410,
		    "%d tells its sender not to resend", profile.reject_status);
		ok(!preset->unsafe_body && preset->public_url == NULL &&
			preset->webhook_id == NULL,
		    "what only its user can say is not said");
		ok(preset->sample != NULL && profile.tolerance != 0,
		    "it can be tried");
		test_row(preset, &profile);
		profile_free(&profile);
		test_unbound(preset, words);
		for (size_t i = 0; i < n; i++) {
			if (strcmp(preset_at(i)->name, preset->name) == 0)
				ok(false, "%s is there once", preset->name);
		}
		test_notes(preset);
	}
	ok(n >= 40, "%zu presets", n);
	ok(preset_at(n + 1) == NULL && preset_at((size_t)-1) == NULL,
	    "and nothing behind them");
	ok(preset_find(span_str("")) == NULL &&
		preset_find(span_str("cora")) == NULL &&
		preset_find(span_str("coral2")) == NULL &&
		preset_find(span_str("Coral")) == NULL,
	    "no other name is one");
}

static void
test_what_they_say(void)
{
	const struct preset *coral = preset_find(span_str("coral"));
	const struct preset *vorsto = preset_find(span_str("vorsto"));
	const struct preset *nvsep = preset_find(span_str("nvsep"));
	const struct preset *spaces = preset_find(span_str("spaces"));

	if (!ok(coral != NULL && vorsto != NULL && nvsep != NULL &&
		    spaces != NULL,
		"the four are there"))
		return;
	/* What a sender's documentation promises is part of its contract. */
	is_int(coral->reject_status, 400, "coral documents 400");
	is_str(coral->accept_body, "{\"received\":true}", "and this body");
	is_str(coral->secret_encoding, NULL, "its whsec_ is part of the key");
	is_str(coral->separator, ",", "and signs once per secret");
	is_int(vorsto->reject_status, 403, "vorsto documents 403");
	is_str(vorsto->accept_body, "Webhook received", "and this body");
	is_str(vorsto->id, "json:message.id", "and this id");
	is_str(nvsep->signature[0], "X-Nvsep-Hmac-Sha256", "nvsep's header");
	is_int(nvsep->reject_status, 0, "which refuses by the general code");
	is_str(spaces->timestamp, "header:X-Spaces-Request-Timestamp",
	    "spaces signs a time");
	is_str(spaces->signed_payload[0], "v0:{ts}:{form:data}",
	    "and a field of a form");
	is_str(spaces->id, NULL, "but has no id");
}

/* What their documents say about codes, seconds and hours; 0 is nothing. */
static void
test_documented(void)
{
	static const struct {
		const char *name;
		long refused, accepted, tolerance, retry_hours;
	} row[] = {
	    {"box", 0, 0, 600, 0},
	    {"calendly", 0, 0, 180, 24},
	    {"discord", 0, 204, 0, 1},
	    {"github", 0, 0, 0, 72},
	    {"hubspot", 0, 0, 300, 24},
	    {"linear", 0, 0, 60, 8},
	    {"mailgun", 0, 0, 28800, 8},
	    {"mux", 0, 0, 300, 24},
	    {"pagerduty", 403, 0, 0, 1},
	    {"sendgrid", 0, 0, 86400, 24},
	    {"shopify", 0, 0, 0, 4},
	    {"slack", 0, 0, 300, 1},
	    {"square", 0, 0, 0, 24},
	    {"stripe", 0, 0, 300, 72},
	    {"svix", 0, 0, 0, 28},
	    {"telnyx", 0, 0, 300, 0},
	    {"twitch", 0, 0, 600, 0},
	    {"webflow", 0, 0, 300, 1},
	    {"zoom", 0, 0, 0, 2},
	};

	for (size_t i = 0; i < sizeof(row) / sizeof(row[0]); i++) {
		const struct preset *p = preset_find(span_str(row[i].name));

		if (!ok(p != NULL, "%s is there", row[i].name))
			continue;
		is_int(p->reject_status, row[i].refused, "refused");
		is_int(p->accept_status, row[i].accepted, "accepted");
		is_int(p->tolerance, row[i].tolerance, "tolerance");
		is_int(
		    p->sender_retry_hours, row[i].retry_hours, "retry_hours");
	}
}

/* Who gives no id that stands for one event has none here. */
static void
test_no_id(void)
{
	static const char *const name[] = {"asana", "calendly", "discord",
	    "docusign", "hubspot", "lemonsqueezy", "lifeomic", "meta",
	    "paystack", "sendgrid", "spaces", "trello", "webflow", "x", "xero",
	    "zoom"};
	static const char *const alike[] = {"dropbox", "woocommerce"};

	for (size_t i = 0; i < sizeof(name) / sizeof(name[0]); i++) {
		const struct preset *p = preset_find(span_str(name[i]));

		ok(p != NULL && p->id == NULL, "%s has no id", name[i]);
	}
	for (size_t i = 0; i < sizeof(alike) / sizeof(alike[0]); i++) {
		const struct preset *p = preset_find(span_str(alike[i]));

		if (ok(p != NULL, "%s is there", alike[i]))
			is_str(p->id, "none", "and never repeats itself");
	}
}

static void
test_default(void)
{
	struct profile_fault fault = {"", {""}};
	struct profile profile;
	struct preset words = preset_default;

	words.signature[0] = "X-Sig";
	if (ok(scheme_profile(&profile, &words, 300, &fault),
		"with a header")) {
		ok(profile.scheme == scheme_find(span_str("hmac")), "hmac");
		is_int(profile.digest, DIGEST_SHA256, "default digest");
		is_int(profile.secret_encoding, SECRET_RAW, "default key");
		is_int(profile.nsigned, 1, "one thing is signed");
		is_str(profile.signed_payload[0].text, "{body}", "the body");
		is_int(profile.signature_encoding, ENC_HEX, "in hexadecimal");
		profile_free(&profile);
	}
	is_str(preset_default.prefix, NULL, "no prefix");
	is_str(preset_default.separator, NULL, "no separator");
	ok(!scheme_profile(&profile, &preset_default, 300, &fault),
	    "by itself it is no profile");
	is_str(fault.setting, "signature", "for it names no header");
}

int
main(void)
{
	test_every_entry();
	test_what_they_say();
	test_documented();
	test_no_id();
	test_default();
	return done();
}
