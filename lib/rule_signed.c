/* rule_signed.c - what is signed; too little of it is refused. */
#include <string.h>

#include "rule_own.h"
#include "scheme.h"

/* What the template needs, and what it must not give away. */
static bool
check_words(const struct rule *rule, const struct template *tpl,
    const char *key, const struct complaint *c)
{
	if (template_has(tpl, OP_TS) && rule->timestamp.kind == FIELD_NONE)
		return rule_complain(
		    c, key, "has {ts}, but there is no timestamp setting");
	if (template_has(tpl, OP_URL) && rule->url == NULL)
		return rule_complain(
		    c, key, "has {url}, but there is no url setting");
	if (template_has(tpl, OP_WEBHOOK_ID) && rule->webhook_id == NULL)
		return rule_complain(c, key,
		    "has {webhook_id}, but there is no webhook_id setting");
	for (size_t i = 0; i < tpl->n; i++) {
		if (tpl->part[i].op == OP_HEADER &&
		    rule_is_password(rule, tpl->part[i].arg))
			return rule_complain(
			    c, key, "would store a password with each event");
	}
	return true;
}

static bool
check_template(const struct rule *rule, const struct template *tpl,
    const struct complaint *c)
{
	if (!template_has_payload(tpl) && !rule->unsafe_body)
		return rule_complain(c, "signed",
		    "would check nothing of the payload, or several fields "
		    "of it: it must have {body}, {sortedform}, or one "
		    "{json:...} or {form:...}");
	return check_words(rule, tpl, "signed", c);
}

/* Read one alternative; false if it is not good, or unlike the others. */
static bool
add_signed(struct rule *rule, const char *text, const struct complaint *c)
{
	struct template *tpl = &rule->signed_text[rule->nsigned];

	if (!template_parse(tpl, text, c->why)) {
		*c->key = "signed";
		return false;
	}
	rule->nsigned++;
	if (!check_template(rule, tpl, c))
		return false;
	if (template_has(&rule->signed_text[0], OP_TS) !=
	    template_has(tpl, OP_TS))
		return rule_complain(
		    c, "signed", "all alternatives or none must have {ts}");
	rule->takes_field = rule->takes_field || !template_has_body(tpl);
	return true;
}

/* True if every alternative covers the body. */
static bool
signs_body(const struct rule *rule)
{
	for (size_t i = 0; i < rule->nsigned; i++) {
		if (!template_has_body(&rule->signed_text[i]))
			return false;
	}
	return true;
}

/* "NAME=TEMPLATE" of a token. */
static bool
add_claim(struct rule *rule, const char *text, const struct complaint *c)
{
	struct template *tpl = &rule->signed_text[rule->nsigned];
	size_t len = strcspn(text, "=");

	if (len == 0 || text[len] == '\0')
		return rule_complain(c, "claims",
		    "must be NAME=TEMPLATE, such as sha256={sha256:body}");
	if (!template_parse(tpl, text + len + 1, c->why)) {
		*c->key = "claims";
		return false;
	}
	rule->claim[rule->nsigned++] = strndup(text, len);
	if (rule->claim[rule->nsigned - 1] == NULL)
		return rule_complain(c, "claims", "out of memory");
	return check_words(rule, tpl, "claims", c);
}

static bool
make_claims(
    struct rule *rule, const struct preset *words, const struct complaint *c)
{
	bool covered = false;

	for (size_t i = 0; i < PRESET_SIGNED && words->claims[i] != NULL; i++) {
		if (!add_claim(rule, words->claims[i], c))
			return false;
		covered = covered || template_has_body(&rule->signed_text[i]);
	}
	if (!covered)
		return rule_complain(c, "claims",
		    "would check nothing of the payload: one must be of the "
		    "body, such as sha256={sha256:body}");
	if (rule->unsafe_body)
		return rule_complain(
		    c, "unsafe_body", "is not for this scheme");
	return true;
}

bool
rule_signed(
    struct rule *rule, const struct preset *words, const struct complaint *c)
{
	if (rule->scheme->claims)
		return make_claims(rule, words, c);
	if (words->claims[0] != NULL)
		return rule_complain(c, "claims", "is for the scheme jwt");
	for (size_t i = 0; i < PRESET_SIGNED; i++) {
		if (words->signed_text[i] == NULL)
			break;
		if (!add_signed(rule, words->signed_text[i], c))
			return false;
	}
	if (rule->unsafe_body &&
	    (signs_body(rule) || !rule->scheme->covers_body))
		return rule_complain(c, "unsafe_body",
		    "has no effect: the body is signed, or nothing is");
	/* json:PATH inside the signed body is signed too. */
	if (rule->timestamp.kind != FIELD_NONE &&
	    !template_has(&rule->signed_text[0], OP_TS) &&
	    (rule->timestamp.kind != FIELD_JSON || !signs_body(rule)))
		return rule_complain(c, "timestamp",
		    "is not part of what is signed: anybody could change it");
	return true;
}
