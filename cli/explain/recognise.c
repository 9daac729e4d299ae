/* recognise.c - compares a request with each preset, and counts what fits. */
#include <stdlib.h>
#include <string.h>

#include "http/field.h"
#include "http/header.h"
#include "parse/json.h"
#include "profile/scheme.h"
#include "profile/signature.h"
#include "recognise.h"
#include "verify/jws.h"

#define PATHS_MAX 64 /* fields of the body whose absence is remembered */

/* Least and most bytes of a signature by private key. */
#define ED25519_LEN 64
#define ECDSA_MIN   60
#define ECDSA_MAX   140
#define RSA_MIN     128

/* How much each thing counts that is there. */
enum {
	SCORE_FORMED = 30,   /* the right form of a signature */
	SCORE_PASSWORD = 10, /* a password has no form */
	SCORE_TIME = 15,
	SCORE_CERTIFICATE = 15,
	SCORE_NAME = 10, /* the id or the type */
	SCORE_WEAK = 3   /* one by a name that anybody uses */
};

static const int place_score[] = {
    [RECOGNISED_GENERIC] = 10,
    [RECOGNISED_SHARED] = 25,
    [RECOGNISED_OWN] = 40,
};

struct looking {
	const struct known *known;
	const struct request *req;
	/* Paths that were looked for in the body already. */
	size_t npaths;
	struct {
		const char *path;
		bool found;
	} path[PATHS_MAX];
};

static bool
is_one_of(const char *name, const char *const list[])
{
	for (; *list != NULL; list++) {
		if (header_same(name, *list))
			return true;
	}
	return false;
}

/* Headers that senders use who have nothing to do with each other. */
static bool
is_generic_header(const char *name)
{
	static const char *const list[] = {"Authorization", "Authentication",
	    "Signature", "X-Signature", "X-Hmac-Signature", "X-Hub-Signature",
	    "X-Webhook-Signature", "X-Request-Id", "X-Request-UUID",
	    "Request-ID", "Idempotency-Key", "X-Timestamp", NULL};

	return is_one_of(name, list);
}

static bool
is_generic_path(const char *path)
{
	static const char *const list[] = {
	    "id", "type", "event", "object", "Type", NULL};

	for (size_t i = 0; list[i] != NULL; i++) {
		if (strcmp(path, list[i]) == 0)
			return true;
	}
	return false;
}

/* --- what is there --- */

static bool
in_body(struct looking *l, const struct field *field)
{
	struct field_value value;
	bool found;

	if (l->req->body.len > RECOGNISE_BODY_MAX)
		return false;
	for (size_t i = 0; i < l->npaths; i++) {
		if (strcmp(l->path[i].path, field->arg) == 0)
			return l->path[i].found;
	}
	found = field_get(field, l->req, l->req->body, &value) == LOOKUP_FOUND;
	field_value_free(&value);
	if (l->npaths < PATHS_MAX && field->kind == FIELD_JSON) {
		l->path[l->npaths].path = field->arg;
		l->path[l->npaths++].found = found;
	}
	return found;
}

static bool
has_header(const struct looking *l, const char *name)
{
	struct span value;

	return request_header(l->req, name, &value) != REQUEST_NONE;
}

static bool
has_field(struct looking *l, const struct field *field)
{
	switch (field->kind) {
	case FIELD_HEADER:
		return has_header(l, field->arg);
	case FIELD_JSON:
	case FIELD_FORM:
		return in_body(l, field);
	case FIELD_NONE:
	case FIELD_CONST:
	case FIELD_ELEMENT:
		break;
	}
	return false;
}

/* --- the signature --- */

static enum recognised_place
place_of_header(const struct looking *l, const char *name)
{
	unsigned users = 0;

	if (!has_header(l, name))
		return RECOGNISED_NOWHERE;
	if (is_generic_header(name))
		return RECOGNISED_GENERIC;
	for (size_t i = 0; i < l->known->n; i++) {
		const char *const *text = l->known->item[i].words.signature;

		for (size_t k = 0; k < PRESET_SIGNATURES && text[k] != NULL;
		     k++)
			users += header_same(text[k], name);
	}
	return users > 1 ? RECOGNISED_SHARED : RECOGNISED_OWN;
}

/* The best of the places where the preset has its signature. */
static enum recognised_place
find_place(struct looking *l, const struct profile *profile)
{
	enum recognised_place best = RECOGNISED_NOWHERE;
	struct signature_names walk = {.source = 0};
	const char *name;

	while (best != RECOGNISED_OWN &&
	       (name = signature_next_name(profile, &walk)) != NULL) {
		enum recognised_place place = place_of_header(l, name);

		if (place > best)
			best = place;
	}
	for (size_t i = 0; i < profile->nsignature; i++) {
		if (best == RECOGNISED_NOWHERE &&
		    profile->signature[i].in == SIGNATURE_JSON &&
		    in_body(l, &profile->signature[i].field))
			best = RECOGNISED_SHARED;
	}
	return best;
}

static bool
has_length(const struct profile *profile, size_t len)
{
	const char *name = profile->scheme->name;

	if (strcmp(name, "ecdsa") == 0)
		return len >= ECDSA_MIN && len <= ECDSA_MAX;
	if (strcmp(name, "rsa") == 0)
		return len >= RSA_MIN;
	return len == ED25519_LEN;
}

/* Of the schemes whose signatures signature.h collects. */
static bool
has_signature(const struct looking *l, const struct profile *profile)
{
	/* Without its time: that is looked for apart. */
	struct profile bare = *profile;
	struct signatures *sigs = malloc(sizeof(*sigs));
	struct reason why;
	bool found = false;

	bare.timestamp = (struct field){FIELD_NONE, NULL};
	if (sigs != NULL &&
	    signatures_collect(sigs, &bare, l->req, &why) == ST_OK) {
		found = sigs->n > 0;
		for (size_t i = 0; i < sigs->nasymmetric; i++)
			found = found ||
				has_length(profile, sigs->asymmetric[i].len);
		signatures_free(sigs);
	}
	free(sigs);
	return found;
}

static bool
has_claims(const struct profile *profile, const struct jws *jws)
{
	struct json_member member;

	for (size_t i = 0; i < profile->nsigned; i++) {
		if (!json_find(jws->claims, profile->claim[i], &member))
			return false;
	}
	return true;
}

/* A token with the claims that the preset has. */
static bool
has_token(const struct looking *l, const struct profile *profile)
{
	struct jws jws = {.owned = NULL};
	struct reason why;
	struct span value;
	bool found = false;

	for (size_t i = 0; i < profile->nsignature && !found; i++) {
		if (request_header(l->req, profile->signature[i].text,
			&value) != REQUEST_ONE ||
		    !profile_has_prefix(profile, value) ||
		    jws_parse(&jws, span_skip(value, profile->prefix.len),
			&why) != ST_OK)
			continue;
		found = has_claims(profile, &jws);
		jws_free(&jws);
	}
	return found;
}

/* An HTTP signature: "keyId=" in the drafts' form, or RFC 9421's two headers. */
static bool
has_httpsig(const struct looking *l, const struct profile *profile)
{
	static const char key_id[] = "keyId=\"";
	struct span value;

	if (has_header(l, "Signature-Input"))
		return true;
	for (size_t i = 0; i < profile->nsignature; i++) {
		if (request_header(l->req, profile->signature[i].text,
			&value) != REQUEST_ONE)
			continue;
		for (; value.len >= strlen(key_id);
		     value = span_skip(value, 1)) {
			if (span_starts(value, span_str(key_id)))
				return true;
		}
	}
	return false;
}

/* How much the signature's form says; 0: it has another form. */
static int
score_of_form(const struct looking *l, const struct profile *profile)
{
	const struct scheme *scheme = profile->scheme;
	struct span value;

	if (!scheme->storable)
		return request_header(l->req, profile->signature[0].text,
			   &value) == REQUEST_ONE &&
			       profile_has_prefix(profile, value)
			   ? SCORE_PASSWORD
			   : 0;
	if (scheme->claims)
		return has_token(l, profile) ? SCORE_FORMED : 0;
	if (scheme->macs || scheme->asymmetric)
		return has_signature(l, profile) ? SCORE_FORMED : 0;
	return has_httpsig(l, profile) ? SCORE_FORMED : 0;
}

/* --- the rest --- */

static bool
has_time(struct looking *l, const struct profile *profile)
{
	const struct field *field = &profile->timestamp;
	struct signatures *sigs;
	struct reason why;
	bool found;

	if (field->kind != FIELD_ELEMENT)
		return has_field(l, field);
	if ((sigs = malloc(sizeof(*sigs))) == NULL)
		return false;
	found = signatures_collect(sigs, profile, l->req, &why) == ST_OK;
	if (found)
		signatures_free(sigs);
	free(sigs);
	return found;
}

/* The id or the type: what it counts if it is there, and if it is lacking. */
static int
score_of_name(struct looking *l, const struct field *field)
{
	bool generic = field->kind == FIELD_HEADER
			   ? is_generic_header(field->arg)
			   : is_generic_path(field->arg);
	int score = generic ? SCORE_WEAK : SCORE_NAME;

	return has_field(l, field) ? score : -score;
}

static bool
is_named(const struct field *field)
{
	return field->kind == FIELD_HEADER || field->kind == FIELD_JSON ||
	       field->kind == FIELD_FORM;
}

static void
add_names(struct looking *l, struct recognised *r)
{
	const struct profile *profile = &r->known->profile;
	const struct field *const field[] = {&profile->id, &profile->type};
	bool any = false, lacks = false;

	for (size_t i = 0; i < 2; i++) {
		int score;

		if (!is_named(field[i]))
			continue;
		score = score_of_name(l, field[i]);
		r->score += score;
		any = true;
		lacks = lacks || score < 0;
	}
	r->has_names = any && !lacks;
}

/* The header that the preset sends besides: "X-Event-Name: TEMPLATE". */
static bool
has_extra(const struct looking *l, const struct preset *words)
{
	struct span name = span_before(span_str(words->header), ':');
	char text[HEADER_NAME_MAX];

	if (name.len == 0 || name.len >= sizeof(text))
		return false;
	memcpy(text, name.ptr, name.len);
	text[name.len] = '\0';
	return has_header(l, text);
}

/* Without a signature: other headers that are this preset's own. */
static int
score_of_rest(const struct looking *l, const struct profile *profile)
{
	const struct field *const field[] = {
	    &profile->id, &profile->type, &profile->timestamp};
	int score = 0;

	for (size_t i = 0; i < 3; i++) {
		if (field[i]->kind == FIELD_HEADER &&
		    !is_generic_header(field[i]->arg) &&
		    has_header(l, field[i]->arg))
			score += SCORE_NAME;
	}
	return score;
}

static void
look_at(struct looking *l, struct recognised *r)
{
	const struct profile *profile = &r->known->profile;
	int form;

	r->place = find_place(l, profile);
	if (r->place == RECOGNISED_NOWHERE) {
		r->score = score_of_rest(l, profile);
		return;
	}
	form = score_of_form(l, profile);
	r->signature = form > 0 ? RECOGNISED_FORMED : RECOGNISED_MALFORMED;
	/* Anything may stand in a header that anybody uses. */
	if (form == 0 && r->place == RECOGNISED_GENERIC)
		return;
	r->score = place_score[r->place] + form;
	add_names(l, r);
	if (has_extra(l, &r->known->words))
		r->score += SCORE_NAME;
	if (profile->timestamp.kind != FIELD_NONE) {
		r->lacks_time = !has_time(l, profile);
		r->score += r->lacks_time ? -SCORE_TIME : SCORE_TIME;
	}
	if (profile->certificate_url.kind != FIELD_NONE)
		r->score += has_field(l, &profile->certificate_url)
				? SCORE_CERTIFICATE
				: -SCORE_CERTIFICATE;
}

/* Insert r before those that are less likely. */
static void
rank(struct recognition *dst, const struct recognised *r)
{
	size_t at = dst->n;

	while (at > 0 && dst->item[at - 1].score < r->score)
		at--;
	if (at == RECOGNISE_MAX)
		return;
	if (dst->n < RECOGNISE_MAX)
		dst->n++;
	memmove(
	    &dst->item[at + 1], &dst->item[at], (dst->n - 1 - at) * sizeof(*r));
	dst->item[at] = *r;
}

void
recognise(struct recognition *dst, const struct known *known,
    const struct request *req)
{
	struct looking l = {.known = known, .req = req};

	dst->n = 0;
	for (size_t i = 0; i < known->n; i++) {
		struct recognised r = {.known = &known->item[i]};

		look_at(&l, &r);
		if (r.score > 0)
			rank(dst, &r);
	}
}

const struct recognised *
recognise_find(const struct recognition *in, const char *name)
{
	for (size_t i = 0; i < in->n; i++) {
		if (strcmp(in->item[i].known->preset->name, name) == 0)
			return &in->item[i];
	}
	return NULL;
}
