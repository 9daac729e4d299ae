/* rule_more.c - words that few senders need. */
#include "rule.h"
#include "scheme.h"

#include "../tap.h"

#define GENERAL 300 /* seconds: the tolerance where the words have none */

/* Words that make a rule, to be changed in one place. */
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
	struct reason why = {""};
	const char *at = "";
	struct rule rule;

	if (ok(!rule_make(&rule, p, GENERAL, &at, &why), "refused: %s", text)) {
		is_str(at, key, "the setting at fault");
		is_str(why.text, text, "and what is wrong with it");
		ok(rule.scheme == NULL && rule.nsigned == 0, "no rule is left");
	}
	rule_free(&rule);
}

static bool
made(struct rule *rule, const struct preset *p, const char *name)
{
	struct reason why = {""};
	const char *at = "";
	bool good = rule_make(rule, p, GENERAL, &at, &why);

	if (!ok(good, "%s", name))
		diag("%s: %s", at, why.text);
	return good;
}

static void
test_unsafe_body(void)
{
	struct preset p = words();
	struct rule rule;

	p.timestamp = "json:signature.timestamp";
	p.signed_text[0] = "{ts}{header:X-Token}";
	refused(&p, "signed",
	    "would check nothing of the payload, or several fields of it: it "
	    "must have {body}, {sortedform}, or one {json:...} or {form:...}");
	p.unsafe_body = true;
	if (made(&rule, &p, "unless the user says so")) {
		ok(rule.unsafe_body, "and the rule knows");
		rule_free(&rule);
	}
	p.signed_text[0] = "{ts}{body}";
	refused(&p, "unsafe_body",
	    "has no effect: the body is signed, or nothing is");
	p = words();
	p.scheme = "token";
	p.unsafe_body = true;
	refused(&p, "unsafe_body",
	    "has no effect: the body is signed, or nothing is");
}

static void
test_accepted(void)
{
	struct preset p = words();
	struct rule rule;

	if (made(&rule, &p, "no code for a stored event")) {
		is_int(rule.accepted, 200, "is 200");
		rule_free(&rule);
	}
	p.accepted = 204;
	if (made(&rule, &p, "another one")) {
		is_int(rule.accepted, 204, "is taken");
		rule_free(&rule);
	}
	p.answer = "";
	refused(&p, "answer", "a 204 has no body");
}

static void
test_webhook_id(void)
{
	struct preset p = words();
	struct rule rule;

	p.signed_text[0] = "{webhook_id}{body}";
	refused(&p, "signed",
	    "has {webhook_id}, but there is no webhook_id setting");
	p.webhook_id = "WH-1";
	if (made(&rule, &p, "with one"))
		is_str(rule.webhook_id, "WH-1", "the rule has it");
	rule_free(&rule);
}

int
main(void)
{
	test_unsafe_body();
	test_accepted();
	test_webhook_id();
	return done();
}
