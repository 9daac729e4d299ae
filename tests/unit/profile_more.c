/* profile_more.c - words that few senders need. */
#include "profile/profile.h"
#include "profile/scheme.h"
#include "verify/schemes.h"

#include "../tap.h"

#define GENERAL 300 /* seconds: the tolerance where the words have none */

/* Words that make a profile, to be changed in one place. */
static struct preset
words(void)
{
	struct preset p = preset_default;

	p.signature[0] = "X-Signature";
	return p;
}

static void
refused(const struct preset *p, const char *key, const char *text)
{
	struct profile_fault fault = {"", {""}};
	struct profile profile;

	if (ok(!scheme_profile(&profile, p, GENERAL, &fault), "refused: %s",
		text)) {
		is_str(fault.setting, key, "the setting at fault");
		is_str(fault.why.text, text, "and what is wrong with it");
		ok(profile.scheme == NULL && profile.nsigned == 0,
		    "no profile is left");
	}
	profile_free(&profile);
}

static bool
made(struct profile *profile, const struct preset *p, const char *name)
{
	struct profile_fault fault = {"", {""}};
	bool good = scheme_profile(profile, p, GENERAL, &fault);

	if (!ok(good, "%s", name))
		diag("%s: %s", fault.setting, fault.why.text);
	return good;
}

static void
test_unsafe_body(void)
{
	struct preset p = words();
	struct profile profile;

	p.timestamp = "json:signature.timestamp";
	p.signed_payload[0] = "{ts}{header:X-Token}";
	refused(&p, "signed_payload",
	    "would cover nothing of the payload, or several fields of it: it "
	    "must have {body}, {sortedform}, or one {json:...} or {form:...}");
	p.unsafe_body = true;
	if (made(&profile, &p, "unless the user says so")) {
		ok(profile.unsafe_body, "and the profile knows");
		profile_free(&profile);
	}
	p.signed_payload[0] = "{ts}{body}";
	refused(&p, "unsafe_body",
	    "has no effect: the whole body is signed, or nothing is");
	p = words();
	p.scheme = "token";
	p.unsafe_body = true;
	refused(&p, "unsafe_body",
	    "has no effect: the whole body is signed, or nothing is");
}

static void
test_accepted(void)
{
	struct preset p = words();
	struct profile profile;

	if (made(&profile, &p, "no code for a stored event")) {
		is_int(profile.accept_status, 200, "is 200");
		profile_free(&profile);
	}
	p.accept_status = 204;
	if (made(&profile, &p, "another one")) {
		is_int(profile.accept_status, 204, "is taken");
		profile_free(&profile);
	}
	p.accept_body = "";
	refused(&p, "accept_body", "a 204 has no body");
}

static void
test_webhook_id(void)
{
	struct preset p = words();
	struct profile profile;

	p.signed_payload[0] = "{webhook_id}{body}";
	refused(&p, "signed_payload",
	    "has {webhook_id}, but there is no webhook_id setting");
	p.webhook_id = "WH-1";
	if (made(&profile, &p, "with one"))
		is_str(profile.webhook_id, "WH-1", "the profile has it");
	profile_free(&profile);
}

int
main(void)
{
	test_unsafe_body();
	test_accepted();
	test_webhook_id();
	return done();
}
