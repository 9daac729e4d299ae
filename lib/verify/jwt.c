/* jwt.c - checks a token: its signature, its times and its claims. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/encode.h"
#include "base/timestamp.h"
#include "crypto/digest.h"
#include "parse/json.h"
#include "profile/provider.h"
#include "verify/jws.h"
#include "verify/jwt.h"
#include "verify/sigcheck.h"
#include "verify/signed_parts.h"
#include "verify/signed_time.h"

/* One token that is being checked. */
struct attempt {
	const struct provider *prov;
	const struct profile *profile;
	const struct request *req;
	int64_t now;
	struct jws jws;
	struct verified *ok;
	struct reason *why;
};

/* --- settings --- */

bool
jwt_prepare(
    struct profile *profile, struct preset *words, struct profile_fault *fault)
{
	(void)profile;
	if (words->separator != NULL)
		return profile_refuse(
		    fault, "separator", "has no effect with this scheme");
	if (words->timestamp != NULL)
		return profile_refuse(fault, "timestamp",
		    "has no effect: the token contains the time");
	if (words->signed_payload[0] != NULL)
		return profile_refuse(fault, "signed_payload",
		    "has no effect: the setting \"claims\" says what the token "
		    "covers");
	if (words->signature[0] == NULL && words->prefix == NULL)
		words->prefix = "Bearer ";
	return true;
}

bool
jwt_make(struct profile *profile, const struct preset *words,
    struct profile_fault *fault)
{
	unsigned all = sigalg_all_named(ALG_NAMES_JOSE);

	if (words->required_components[0] != NULL)
		return profile_refuse(fault, "required_components",
		    "has no effect with this scheme: see claims");
	for (size_t i = 0; i < PRESET_ALGORITHMS; i++) {
		unsigned alg;

		if (words->algorithms[i] == NULL)
			break;
		alg = sigalg_named(
		    ALG_NAMES_JOSE, span_str(words->algorithms[i]));
		if (alg == 0)
			return profile_refuse(fault, "algorithms",
			    "must be HS256, HS384, HS512, RS256, RS384, RS512, "
			    "PS256, PS384, PS512, ES256, ES384 or EdDSA");
		profile->algorithms |= alg;
	}
	if (profile->algorithms == 0)
		profile->algorithms = all;
	if (!profile_signs_in_headers(profile))
		return profile_refuse(fault, "signature",
		    "must be one or more header names with this scheme");
	return true;
}

/* --- requests --- */

static enum status
refuse(const struct attempt *t, const char *text)
{
	reason_set(t->why, "%s", text);
	return ST_UNVERIFIED;
}

static enum status
out_of_memory(const struct attempt *t)
{
	reason_set(t->why, "out of memory while checking a token");
	return ST_TRY_LATER;
}

/* Find the token in the first header that has one, and remove its prefix. */
static enum status
find_token(const struct attempt *t, struct span *token)
{
	const struct profile *profile = t->profile;
	const char *other = NULL;

	for (size_t i = 0; i < profile->nsignature; i++) {
		const char *name = profile->signature[i].text;
		enum request_count count = request_header(t->req, name, token);

		if (count == REQUEST_NONE)
			continue;
		if (count == REQUEST_SEVERAL) {
			reason_set(t->why, "%s came more than once", name);
			return ST_UNVERIFIED;
		}
		if (profile_has_prefix(profile, *token)) {
			*token = span_skip(*token, profile->prefix.len);
			return ST_OK;
		}
		other = name;
	}
	if (other != NULL)
		reason_set(t->why,
		    "%s does not begin with the prefix of the settings", other);
	else
		reason_set(t->why,
		    "%s is missing: not sent, or removed by the web server",
		    profile->signature[0].text);
	return ST_UNVERIFIED;
}

static enum status
check_signature(const struct attempt *t)
{
	struct sigcheck check = {.names = ALG_NAMES_JOSE,
	    .key_id = t->jws.kid,
	    .algorithms = t->profile->algorithms &
			  sigalg_named(ALG_NAMES_JOSE, t->jws.alg),
	    .signature = t->jws.signature,
	    .text = t->jws.text};

	if (check.algorithms == 0)
		return refuse(t,
		    "the token names an algorithm that is unknown or not "
		    "allowed");
	return sigcheck_run(&check, t->prov, t->now, t->ok, t->why);
}

static struct signed_time
find_time(const struct attempt *t, const char *name)
{
	struct signed_time time = {.found = LOOKUP_NONE};
	struct json_member member;
	struct span text;

	if (!json_find(t->jws.claims, name, &member))
		return time;
	text = span_cut(&member.value, '.'); /* a fraction is cut off */
	time.found = member.kind == JSON_NUMBER && text.len <= 11 &&
			     timestamp_parse(text, &time.seconds)
			 ? LOOKUP_FOUND
			 : LOOKUP_INVALID;
	return time;
}

/* RFC 7519, sections 4.1.4 to 4.1.6. */
static enum status
check_times(const struct attempt *t)
{
	long window = t->profile->tolerance, skew = window > 0 ? window : 0;
	struct signed_time iat = find_time(t, "iat");
	struct signed_time exp = find_time(t, "exp");
	struct signed_time nbf = find_time(t, "nbf");

	if (iat.found == LOOKUP_INVALID || exp.found == LOOKUP_INVALID ||
	    nbf.found == LOOKUP_INVALID)
		return refuse(
		    t, "a time in the token (iat, exp or nbf) is not a number");
	t->ok->timed = iat.found == LOOKUP_FOUND || exp.found == LOOKUP_FOUND ||
		       nbf.found == LOOKUP_FOUND;
	if (exp.found == LOOKUP_FOUND && t->now > exp.seconds + skew)
		return refuse(t, "the token has expired");
	if (nbf.found == LOOKUP_FOUND && t->now < nbf.seconds - skew)
		return refuse(t, "the token is not valid yet");
	if (iat.found == LOOKUP_FOUND)
		return signed_time_check(
		    t->profile, "iat", iat.seconds, t->now, t->why);
	if (window >= 0 && exp.found == LOOKUP_NONE)
		return refuse(t, "the token has no time, neither iat nor exp");
	return ST_OK;
}

/*
 * True if the claim's value is right.  A digest may be in any encoding; any
 * other value must be exactly the same.
 */
static bool
same(
    const struct template *tpl, const struct signed_text *want, struct span got)
{
	unsigned char a[DIGEST_MAX], b[DIGEST_MAX];
	size_t len;

	if (tpl->n != 1 || tpl->part[0].op != OP_HASH)
		return signed_text_is(want, got);
	len = digest_len(tpl->part[0].digest);
	return decode_hex(a, len, want->part[0]) &&
	       decode_exactly(b, len, got) && digest_equal(a, b, len);
}

/* True if the value, a string or a number, is right. */
static enum lookup
fits_one(const struct template *tpl, const struct signed_text *want,
    const struct json_member *value)
{
	char *got = NULL;
	size_t len = 0;
	bool fits;

	if (value->kind != JSON_STRING && value->kind != JSON_NUMBER)
		return LOOKUP_NONE;
	if (!json_text(value, &got, &len))
		return LOOKUP_NO_MEMORY;
	fits = same(tpl, want, span_mem(got, len));
	free(got);
	return fits ? LOOKUP_FOUND : LOOKUP_INVALID;
}

/* RFC 7519, section 4.1.3: aud may be a list, of which one must be right. */
static enum lookup
fits_any(const struct template *tpl, const struct signed_text *want,
    const struct json_member *list)
{
	enum lookup found = LOOKUP_INVALID;
	struct json_member value;
	struct json_walk walk;

	if (!json_walk(&walk, list->value, JSON_STRICT))
		return LOOKUP_NONE;
	while (found != LOOKUP_FOUND && found != LOOKUP_NO_MEMORY &&
	       json_next(&walk, &value))
		found = fits_one(tpl, want, &value);
	return found == LOOKUP_NONE ? LOOKUP_INVALID : found;
}

/* Compare the value of claim i with the value that it must have. */
static enum status
compare(const struct attempt *t, size_t i, const struct signed_text *want)
{
	const struct template *tpl = &t->profile->signed_payload[i];
	const char *name = t->profile->claim[i];
	enum lookup found = LOOKUP_NONE;
	struct json_member member;

	if (json_find(t->jws.claims, name, &member))
		found = member.kind == JSON_ARRAY && strcmp(name, "aud") == 0
			    ? fits_any(tpl, want, &member)
			    : fits_one(tpl, want, &member);
	if (found == LOOKUP_NO_MEMORY)
		return out_of_memory(t);
	if (found == LOOKUP_FOUND)
		return ST_OK;
	if (found == LOOKUP_NONE) {
		reason_set(t->why, "the token has no claim %s", name);
		return ST_UNVERIFIED;
	}
	reason_set(t->why,
	    "the token's claim %s is not %s: the token is for another request, "
	    "or the request was changed on its way",
	    name, tpl->text);
	return template_has_body(tpl) ? ST_BAD_REQUEST : ST_UNVERIFIED;
}

static enum status
check_claim(const struct attempt *t, size_t i)
{
	struct template_input in =
	    profile_input(t->profile, t->req, (struct span){NULL, 0});
	struct signed_text text;
	enum status st =
	    template_fill(&t->profile->signed_payload[i], &in, &text);

	if (st == ST_UNVERIFIED) {
		reason_set(t->why,
		    "the request does not have what the claim %s covers",
		    t->profile->claim[i]);
		return st;
	}
	if (st == ST_TOO_LARGE)
		reason_set(t->why, "what the claim %s covers is too large",
		    t->profile->claim[i]);
	else if (st != ST_OK)
		return out_of_memory(t);
	if (st != ST_OK)
		return st;
	st = compare(t, i, &text);
	if (st == ST_OK)
		st = signed_parts_check(
		    t->profile, &t->profile->signed_payload[i], &text, t->why);
	if (st == ST_OK && !verified_note_target(t->ok, t->profile,
			       &t->profile->signed_payload[i], &text))
		st = out_of_memory(t);
	signed_text_free(&text);
	return st;
}

enum status
verify_jwt(const struct provider *prov, const struct request *req, int64_t now,
    struct verified *ok, struct reason *why)
{
	struct attempt t = {.prov = prov,
	    .profile = &prov->profile,
	    .req = req,
	    .now = now,
	    .ok = ok,
	    .why = why};
	struct span token = {NULL, 0};
	enum status st;

	*ok = (struct verified){.how = NULL};
	st = find_token(&t, &token);
	if (st == ST_OK)
		st = jws_parse(&t.jws, token, why);
	if (st == ST_OK)
		st = check_signature(&t);
	if (st == ST_OK)
		st = check_times(&t);
	for (size_t i = 0; i < t.profile->nsigned && st == ST_OK; i++)
		st = check_claim(&t, i);
	jws_free(&t.jws);
	if (st == ST_OK && !verified_note_headers(ok, t.profile, req))
		st = out_of_memory(&t);
	if (st != ST_OK) {
		free(ok->target);
		ok->target = NULL;
	}
	ok->text.n = 1;
	ok->text.part[0] = ok->text.payload = req->body;
	return st;
}
