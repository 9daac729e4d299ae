/*
 * preset_show.c - each preset as the settings entry it stands for: pasted under
 * another name, it says the same.
 */
#include "profile/preset_show.h"
#include "config/config.h"
#include "sandbox.h"
#include "verify/schemes.h"

#include "../tap.h"

#define ROOM 4096

static const void *
field(const struct preset *preset, const struct setting *set)
{
	return (const char *)preset + set->offset;
}

/* Every setting of a preset, by the list of them. */
static void
same_words(const struct preset *got, const struct preset *want)
{
	for (size_t i = 0; i < preset_settings.n; i++) {
		const struct setting *set = &preset_settings.row[i];
		const void *a = field(got, set), *b = field(want, set);
		size_t n = set->kind == SET_TEXTS ? (size_t)set->max : 1;

		if (set->kind == SET_BOOL) {
			is_int(*(const bool *)a, *(const bool *)b, "%s: %s",
			    want->name, set->name);
			continue;
		}
		if (set->kind == SET_NUMBER) {
			is_int(*(const long *)a, *(const long *)b, "%s: %s",
			    want->name, set->name);
			continue;
		}
		for (size_t j = 0; j < n; j++)
			is_str(((const char *const *)a)[j],
			    ((const char *const *)b)[j], "%s: %s, %zu",
			    want->name, set->name, j);
	}
}

/* The entry as it is printed; static. */
static const char *
shown(const struct preset *preset, const char *name)
{
	static char dst[ROOM];
	FILE *fp = fmemopen(dst, sizeof(dst), "w");

	if (fp == NULL)
		sandbox_die("fmemopen");
	preset_show(fp, preset, scheme_of(preset), name);
	if (fclose(fp) != 0)
		sandbox_die("an entry is longer than the test allows");
	return dst;
}

/* Some public key for each scheme; the last is for all others. */
static const struct {
	const char *scheme, *key;
} keys[] = {
    {"ecdsa", "MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAE83T4O/n84iotIvIW4mdBgQ/7dA"
	      "fSmpqIM8kF9mN1flpVKS3GRqe62gw+2fNNRaINXvVpiglSI8eNEc6wEA3F+g=="},
    {"rsa", "MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEAurBMONXSmgqDCWBp9c4W"
	    "IcNjatA9OXb5aAY9l9njd0DBkG+JV66DwrGXj5f30akWQ7EMT7RiHL9HnV7frL05"
	    "Q4YL4PcPCG4sw1xQAGkkTa7KaDluaopvTvzXMkH1jqhhkh22wfdJmBUfrdlJurx2"
	    "mp8iDtr0AD0dPmSSHBjAdF/edAsW4rYwlBkDmG+t1XpEAMYe55iKYNWJpd63SEnS"
	    "jRoupwVa5in2Lb+jQtVN1yEUszOFzt2O9uwWhJSPWizg+6tWAfMryANPk3i2Y40s"
	    "H4oDGldCyBSsqljyJhTma3XGfXA1BWiviMfFNXgHhahA4gp1rq0JSBTnpiLLQE3C"
	    "HwIDAQAB"},
    {"", "JrQLj5P/89iXES9+vFgrIy29clF9CC/oPPsw3c5D0bs="},
};

static const char *
key_for(const char *scheme)
{
	size_t i = 0;

	while (keys[i].scheme[0] != '\0' && strcmp(keys[i].scheme, scheme) != 0)
		i++;
	return keys[i].key;
}

static void
test_pasted(const struct preset *preset)
{
	struct preset_needs needs = preset_needs(preset, scheme_of(preset));
	struct preset want = *preset;
	struct reason why = {""};
	struct profile profile;
	struct profile_fault fault;
	char settings[ROOM + 64], *none[] = {NULL};
	const struct provider *prov;
	struct config *cfg;

	snprintf(settings, sizeof(settings),
	    "{\"inbox\": \"inbox\", \"providers\": {%s}}",
	    shown(preset, "pasted"));
	sandbox_text("pasted.pub", key_for(scheme_of(preset)->name), 0600);
	sandbox_log_clear();
	cfg = config_load(
	    sandbox_text("hookdir.json", settings, 0600), none, &sandbox_log);
	if (!ok(cfg != NULL && cfg->errors == 0 && cfg->nprovider == 1,
		"%s can be pasted", preset->name)) {
		diag("%s", sandbox_logged);
		config_free(cfg);
		return;
	}
	/* Words left out are filled in on the way: compare with the same. */
	want.scheme = scheme_of(preset)->name;
	want.public_url =
	    needs.public_url ? "https://YOUR.HOST/hooks/pasted" : NULL;
	if (needs.unsafe_body)
		want.unsafe_body = true;
	want.webhook_id = needs.webhook_id ? "YOUR-ID" : NULL;
	want.topic_arn[0] =
	    needs.topic_arn ? "arn:aws:sns:REGION:ACCOUNT:TOPIC" : NULL;
	if (!scheme_profile(&profile, &want, 300, &fault))
		sandbox_die(why.text);
	prov = &cfg->provider[0];
	same_words(&prov->words, &want);
	is_int(prov->verify_tokens.n, needs.verify_token ? 1 : 0,
	    "a verify token where it is shown");
	profile_free(&profile);
	config_free(cfg);
}

static void
test_text(void)
{
	static const struct preset odd = {
	    .name = "odd",
	    .scheme = "hmac",
	    .digest = "sha512",
	    .signature = {"A", "B"},
	    .tolerance = -1,
	    .timestamp = "header:T",
	    .signed_payload = {"{url}{ts}\\\"{webhook_id}"},
	    .reject_status = 403,
	    .unsafe_body = true,
	    .accept_status = 202,
	    .accept_body = "",
	};

	is_str(shown(&odd, "x"),
	    "\"x\": {\n"
	    "  \"secret_file\": \"x.secret\",\n"
	    "  \"scheme\": \"hmac\",\n"
	    "  \"digest\": \"sha512\",\n"
	    "  \"signature\": [\"A\", \"B\"],\n"
	    "  \"timestamp\": \"header:T\",\n"
	    "  \"tolerance\": 0,\n"
	    "  \"signed_payload\": \"{url}{ts}\\\\\\\"{webhook_id}\",\n"
	    "  \"reject_status\": 403,\n"
	    "  \"accept_status\": 202,\n"
	    "  \"unsafe_body\": true,\n"
	    "  \"accept_body\": \"\",\n"
	    "  \"public_url\": \"https://YOUR.HOST/hooks/x\",\n"
	    "  \"webhook_id\": \"YOUR-ID\"\n"
	    "}\n",
	    "each kind of word, and what the user must say");
}

int
main(void)
{
	const struct preset *preset;

	sandbox_make();
	sandbox_text("pasted.secret", "c2VjcmV0LXNlY3JldA==\n", 0600);
	sandbox_text("pasted.token", "a-verify-token\n", 0600);
	test_text();
	for (size_t i = 0; (preset = preset_at(i)) != NULL; i++)
		test_pasted(preset);
	sandbox_remove(sandbox_dir);
	return done();
}
