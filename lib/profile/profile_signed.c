/* profile_signed.c - what is signed; too little of it is refused. */
#include <string.h>

#include "profile/profile_own.h"
#include "verify/scheme.h"

/* What the template needs, and what it must not give away. */
static bool
check_words(const struct profile *profile, const struct template *tpl,
    const char *key, const struct complaint *c)
{
	if (template_has(tpl, OP_TS) && profile->timestamp.kind == FIELD_NONE)
		return profile_complain(
		    c, key, "has {ts}, but there is no timestamp setting");
	if (template_has(tpl, OP_URL) && profile->public_url == NULL)
		return profile_complain(
		    c, key, "has {url}, but there is no public_url setting");
	if (template_has(tpl, OP_WEBHOOK_ID) && profile->webhook_id == NULL)
		return profile_complain(c, key,
		    "has {webhook_id}, but there is no webhook_id setting");
	for (size_t i = 0; i < tpl->n; i++) {
		if (tpl->part[i].op == OP_HEADER &&
		    profile_is_password(profile, tpl->part[i].arg))
			return profile_complain(
			    c, key, "would store a password with each event");
	}
	return true;
}

static bool
check_template(const struct profile *profile, const struct template *tpl,
    const struct complaint *c)
{
	if (!template_has_payload(tpl) && !profile->unsafe_body)
		return profile_complain(c, "signed_payload",
		    "would check nothing of the payload, or several fields "
		    "of it: it must have {body}, {sortedform}, or one "
		    "{json:...} or {form:...}");
	return check_words(profile, tpl, "signed_payload", c);
}

/* Read one alternative; false if it is not good, or unlike the others. */
static bool
add_signed(struct profile *profile, const char *text, const struct complaint *c)
{
	struct template *tpl = &profile->signed_payload[profile->nsigned];

	if (!template_parse(tpl, text, c->why)) {
		*c->key = "signed_payload";
		return false;
	}
	profile->nsigned++;
	if (!check_template(profile, tpl, c))
		return false;
	if (template_has(&profile->signed_payload[0], OP_TS) !=
	    template_has(tpl, OP_TS))
		return profile_complain(c, "signed_payload",
		    "all alternatives or none must have {ts}");
	profile->takes_field = profile->takes_field || !template_has_body(tpl);
	return true;
}

/* True if every alternative covers the body. */
static bool
signs_body(const struct profile *profile)
{
	for (size_t i = 0; i < profile->nsigned; i++) {
		if (!template_has_body(&profile->signed_payload[i]))
			return false;
	}
	return true;
}

/* "NAME=TEMPLATE" of a token. */
static bool
add_claim(struct profile *profile, const char *text, const struct complaint *c)
{
	struct template *tpl = &profile->signed_payload[profile->nsigned];
	size_t len = strcspn(text, "=");

	if (len == 0 || text[len] == '\0')
		return profile_complain(c, "claims",
		    "must be NAME=TEMPLATE, such as sha256={sha256:body}");
	if (!template_parse(tpl, text + len + 1, c->why)) {
		*c->key = "claims";
		return false;
	}
	profile->claim[profile->nsigned++] = strndup(text, len);
	if (profile->claim[profile->nsigned - 1] == NULL)
		return profile_complain(c, "claims", "out of memory");
	return check_words(profile, tpl, "claims", c);
}

static bool
make_claims(struct profile *profile, const struct preset *words,
    const struct complaint *c)
{
	bool covered = false;

	for (size_t i = 0; i < PRESET_SIGNED && words->claims[i] != NULL; i++) {
		if (!add_claim(profile, words->claims[i], c))
			return false;
		covered =
		    covered || template_has_body(&profile->signed_payload[i]);
	}
	if (!covered)
		return profile_complain(c, "claims",
		    "would check nothing of the payload: one must be of the "
		    "body, such as sha256={sha256:body}");
	if (profile->unsafe_body)
		return profile_complain(
		    c, "unsafe_body", "is not for this scheme");
	return true;
}

/* The field that the time is in is signed as such, whatever else is. */
static bool
signs_time(const struct profile *profile)
{
	for (size_t i = 0; i < profile->nsigned; i++) {
		const struct template *tpl = &profile->signed_payload[i];
		bool found = false;

		for (size_t k = 0; k < tpl->n; k++)
			found = found || (tpl->part[k].op == OP_JSON &&
					     strcmp(tpl->part[k].arg,
						 profile->timestamp.arg) == 0);
		if (!found)
			return false;
	}
	return true;
}

bool
profile_signed(struct profile *profile, const struct preset *words,
    const struct complaint *c)
{
	if (profile->scheme->claims)
		return make_claims(profile, words, c);
	if (words->claims[0] != NULL)
		return profile_complain(c, "claims", "is for the scheme jwt");
	for (size_t i = 0; i < PRESET_SIGNED; i++) {
		if (words->signed_payload[i] == NULL)
			break;
		if (!add_signed(profile, words->signed_payload[i], c))
			return false;
	}
	if (profile->unsafe_body &&
	    (signs_body(profile) || !profile->scheme->covers_body))
		return profile_complain(c, "unsafe_body",
		    "has no effect: the body is signed, or nothing is");
	/* json:PATH inside the signed body is signed too, or by itself. */
	if (profile->timestamp.kind != FIELD_NONE &&
	    !template_has(&profile->signed_payload[0], OP_TS) &&
	    (profile->timestamp.kind != FIELD_JSON ||
		(!signs_body(profile) && !signs_time(profile))))
		return profile_complain(c, "timestamp",
		    "is not part of what is signed: anybody could change it");
	return true;
}
