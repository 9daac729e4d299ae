/* evidence_presented.c - what came as a signature, or in place of one. */
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "crypto/digest.h"
#include "evidence_kinds.h"
#include "http/header.h"
#include "parse/json.h"
#include "profile/scheme.h"
#include "profile/signature.h"
#include "sigform.h"
#include "verify/jws.h"

/* Bytes of the shortest signature by a private key. */
#define KEY_SIGNATURE_MIN 60
/* Of Ed25519, and of HMAC with SHA-512 as well. */
#define KEY_MAC_BYTES 64
/* Bytes of the longest name of a signature algorithm: RFC 7518, RFC 8812. */
#define ALG_MAX 6

/* --- what a form means --- */

/* "alg RS256, key "a", issued by "b", for "c"" of a token that is one. */
static void
say_token(const struct evidence *e, const char *name, struct span token,
    struct findings *f)
{
	char alg[EVIDENCE_SHOWN_MAX], kid[EVIDENCE_SHOWN_MAX];
	char iss[EVIDENCE_SHOWN_MAX];
	struct json_member issuer = {.value = {NULL, 0}};
	struct reason why;
	struct jws jws;

	if (jws_parse(&jws, token, &why) != ST_OK) {
		finding_add(f, FINDING_KNOWN,
		    "%s is like a signed token (JWT), but malformed: it may "
		    "have been cut off",
		    name);
		return;
	}
	if (!json_find(jws.claims, "iss", &issuer))
		issuer.value = span_str("nobody that it names");
	else if (issuer.kind == JSON_STRING)
		issuer.value =
		    span_mem(issuer.value.ptr + 1, issuer.value.len - 2);
	/* The registered names are short; a longer text may be anything. */
	if (jws.alg.len > ALG_MAX)
		jws.alg = span_str("that has no registered name");
	finding_add(f, FINDING_KNOWN,
	    "%s is a signed token (JWT): algorithm %s%s%s, issued by %s", name,
	    evidence_shown(e, alg, jws.alg), jws.kid.len > 0 ? ", key " : "",
	    jws.kid.len > 0 ? evidence_shown(e, kid, jws.kid) : "",
	    evidence_shown(e, iss, issuer.value));
	if (e->d.prov->profile.scheme->claims) {
		jws_free(&jws);
		return;
	}
	finding_add(f, FINDING_SHOWN,
	    "the sender signs with tokens: \"scheme\": \"jwt\", with %s. A "
	    "token covers the body only if one of its claims is a digest of "
	    "it",
	    span_starts(jws.alg, span_str("HS"))
		? "the secret that the sender shows"
		: "the sender's public keys (\"jwks_url\")");
	jws_free(&jws);
}

/* A value as long as a digest, and which one the settings say. */
static void
say_mac(const struct evidence *e, const char *name, const struct sigform *form,
    struct findings *f)
{
	const struct profile *profile = &e->d.prov->profile;
	size_t want = digest_len(profile->digest);
	const char *made = sigform_digest(form->bytes);

	if (!profile->scheme->macs || form->bytes == want || made == NULL)
		return;
	finding_add(f, FINDING_KNOWN,
	    "%s has %zu bytes%s, as many as %s makes; the settings say %s",
	    name, form->bytes, form->hex ? " in hexadecimal" : " in base64",
	    made, digest_name(profile->digest));
	finding_add(f, FINDING_SHOWN,
	    "the settings do not fit the sender: %s%s%s",
	    form->bytes == 16 ? "hookdir does not take " : "\"digest\": \"",
	    made,
	    form->bytes == 16
		? ", which is broken: the sender may have another way"
	    : form->bytes == KEY_MAC_BYTES
		? "\", or another preset, or \"scheme\": \"ed25519\" with the "
		  "sender's public key, whose signatures are as long"
		: "\", or another preset");
}

/* The settings that each other form needs. */
static const struct {
	enum sigform_kind kind;
	const char *known, *possible;
} other[] = {
    {SIGFORM_HTTPSIG, "is an HTTP signature (keyId, headers, signature)",
	"the sender uses HTTP signatures: \"scheme\": \"httpsig\", with the "
	"sender's key"},
    {SIGFORM_TIMED,
	"has a time and signatures side by side, \"t=...,v1=...\", as Stripe "
	"and others send them",
	"the settings are for another form. This one has \"separator\": "
	"\",\", the word before the signature as \"prefix\": \"v1=\", "
	"\"timestamp\": \"element:t=\" and \"signed_payload\": "
	"\"{ts}.{body}\""},
    {SIGFORM_STANDARD,
	"has signatures as Standard Webhooks write them, \"v1,...\"",
	"the sender uses Standard Webhooks: \"preset\": "
	"\"standard-webhooks\" (or \"svix\", if its headers begin with "
	"svix-), with the secret that begins with whsec_"},
    {SIGFORM_BASIC,
	"has a user and a password (Basic), and no signature. It shows "
	"neither who sent the body nor that nobody changed it",
	"the sender does not sign, and sends a password: \"scheme\": "
	"\"token\", \"prefix\": \"Basic \", with USER:PASSWORD as the "
	"secret. If it can sign, let it sign"},
    {SIGFORM_BEARER,
	"has a password (Bearer), and no signature. It shows neither who "
	"sent the body nor that nobody changed it",
	"the sender does not sign, and sends a password: \"scheme\": "
	"\"token\", \"prefix\": \"Bearer \". If it can sign, let it sign"},
};

/* True if the scheme of the settings takes a value of this form. */
static bool
is_own_form(const struct profile *profile, enum sigform_kind kind)
{
	const char *scheme = profile->scheme->name;

	switch (kind) {
	case SIGFORM_JWT:
		return strcmp(scheme, "jwt") == 0;
	case SIGFORM_HTTPSIG:
		return strcmp(scheme, "httpsig") == 0;
	case SIGFORM_STANDARD:
		return strcmp(scheme, "standard") == 0;
	case SIGFORM_TIMED:
		return profile->timestamp.kind == FIELD_ELEMENT;
	case SIGFORM_BASIC:
	case SIGFORM_BEARER:
		return strcmp(scheme, "token") == 0;
	case SIGFORM_MAC:
	case SIGFORM_BYTES:
	case SIGFORM_NONE:
		break;
	}
	return false;
}

/* Say what value is; false if that says nothing. */
static bool
say_form(const struct evidence *e, const char *name, struct span value,
    struct findings *f)
{
	const struct profile *profile = &e->d.prov->profile;
	struct sigform form = sigform_of(value);

	if (form.kind == SIGFORM_JWT)
		say_token(e, name, form.token, f);
	else if (form.kind == SIGFORM_MAC)
		say_mac(e, name, &form, f);
	for (size_t i = 0; i < sizeof(other) / sizeof(other[0]); i++) {
		if (other[i].kind != form.kind ||
		    is_own_form(profile, form.kind))
			continue;
		finding_add(f, FINDING_KNOWN, "%s %s", name, other[i].known);
		finding_add(f, FINDING_SHOWN, "%s", other[i].possible);
	}
	return form.kind != SIGFORM_NONE &&
	       (form.kind != SIGFORM_BYTES || form.bytes >= KEY_SIGNATURE_MIN);
}

/* --- nothing is where a signature should be --- */

static bool
has_word(const char *name, const char *word)
{
	for (; *name != '\0'; name++) {
		if (strncasecmp(name, word, strlen(word)) == 0)
			return true;
	}
	return false;
}

/* A name that senders give to signatures, or Authorization. */
static bool
is_named_signature(const char *name)
{
	static const char *const word[] = {"sign", "hmac", "-sig", "hash"};

	for (size_t i = 0; i < sizeof(word) / sizeof(word[0]); i++) {
		if (has_word(name, word[i]))
			return true;
	}
	return strcasecmp(name, "Authorization") == 0;
}

/* Look at the other headers for what may be the signature. */
static bool
find_elsewhere(const struct evidence *e, struct findings *f)
{
	char name[HEADER_NAME_MAX];
	struct span value;

	if (request_header(e->d.req, "Signature-Input", &value) !=
		REQUEST_NONE &&
	    !is_own_form(&e->d.prov->profile, SIGFORM_HTTPSIG)) {
		finding_add(f, FINDING_KNOWN,
		    "Signature-Input shows an HTTP signature (RFC 9421)");
		finding_add(f, FINDING_SHOWN, "%s", other[0].possible);
		return true;
	}
	for (char *const *env = e->d.req->env; *env != NULL; env++) {
		size_t before = f->n;

		value = span_str(*env);
		if (!header_from_cgi(name, span_cut(&value, '=')) ||
		    !is_named_signature(name) || !say_form(e, name, value, f))
			continue;
		if (f->n == before)
			finding_add(f, FINDING_KNOWN,
			    "%s has the form of a signature, and the settings "
			    "do not name this header",
			    name);
		finding_add(f, FINDING_SHOWN,
		    "the settings are for another sender: \"signature\" "
		    "should name the header that this one uses, or \"preset\" "
		    "the sender");
		return true;
	}
	return false;
}

static bool
wants_authorization(const struct profile *profile)
{
	for (size_t i = 0; i < profile->nsignature; i++) {
		if (header_same(profile->signature[i].text, "Authorization"))
			return true;
	}
	return false;
}

/* A signature in the body cannot be looked for in what is no JSON. */
static bool
say_unread(const struct evidence *e, struct findings *f)
{
	const struct profile *profile = &e->d.prov->profile;

	if (profile->signature[0].in != SIGNATURE_JSON || evidence_has_json(e))
		return false;
	finding_add(f, FINDING_KNOWN,
	    "the signature is in the body (%s), and this body is not the JSON "
	    "that the sender makes: so nothing can be said of the signature",
	    profile->signature[0].text);
	finding_add(f, FINDING_MAYBE,
	    "it is not from this sender: anybody can send to the URL");
	return true;
}

static void
say_unsigned(const struct evidence *e, struct findings *f)
{
	const struct profile *profile = &e->d.prov->profile;
	const bool sent = !profile->scheme->storable;
	const char *name = profile->signature[0].text;

	if (find_elsewhere(e, f) || say_unread(e, f))
		return;
	finding_add(f, FINDING_KNOWN,
	    "nothing was signed, as far as what came shows: there is no %s, "
	    "and no other header that is like a signature",
	    name);
	if (wants_authorization(profile))
		finding_add(f, FINDING_LIKELY,
		    "the web server removed Authorization: Apache passes it on "
		    "only with \"CGIPassAuth On\"");
	finding_add(f, FINDING_LIKELY,
	    "the sender does not %s: many do only after %s",
	    sent ? "send its password" : "sign",
	    e->d.prov->key_source != NULL ? "that was switched on there"
					  : "a secret was set there");
	finding_add(f, FINDING_MAYBE,
	    "a proxy or the web server removed %s, or what saved the request "
	    "left it out",
	    name);
	finding_add(f, FINDING_MAYBE,
	    "it is not from this sender: anybody can send to the URL");
}

/* --- something is there --- */

/* A signature in the body is not looked at here. */
static bool
has_body_signature(const struct evidence *e)
{
	const struct profile *profile = &e->d.prov->profile;
	bool found = false;

	for (size_t i = 0; i < profile->nsignature && !found; i++) {
		struct field_value value = {.owned = NULL};

		found = profile->signature[i].in == SIGNATURE_JSON &&
			field_get(&profile->signature[i].field, e->d.req,
			    e->d.req->body, &value) == LOOKUP_FOUND;
		field_value_free(&value);
	}
	return found;
}

/* RFC 9421: another header says what Signature is of. */
static bool
has_input(const struct evidence *e)
{
	struct span value;

	return is_own_form(&e->d.prov->profile, SIGFORM_HTTPSIG) &&
	       request_header(e->d.req, "Signature-Input", &value) ==
		   REQUEST_ONE;
}

static bool
has_expected_form(const struct evidence *e, struct span value)
{
	const struct profile *profile = &e->d.prov->profile;
	const struct scheme *scheme = profile->scheme;
	enum sigform_kind kind = sigform_of(value).kind;
	struct profile untimed = *profile;
	struct signatures sigs;
	struct reason why;
	enum status st;

	if (!scheme->macs && !scheme->asymmetric)
		return strcmp(scheme->name, "token") == 0 ||
		       is_own_form(profile, kind);
	/* The signed time is another matter. */
	untimed.timestamp.kind = FIELD_NONE;
	st = signatures_collect(&sigs, &untimed, e->d.req, &why);
	if (st == ST_OK)
		signatures_free(&sigs);
	return st == ST_OK;
}

static void
say_unreadable(const struct evidence *e, const char *name, struct span value,
    struct findings *f)
{
	const struct profile *profile = &e->d.prov->profile;
	size_t before = f->n;

	say_form(e, name, value, f);
	if (f->n > before)
		return;
	if (profile->prefix.len > 0 && !profile_has_prefix(profile, value))
		finding_add(f, FINDING_KNOWN,
		    "%s does not begin with \"%.*s\", which the settings say",
		    name, (int)profile->prefix.len,
		    (const char *)profile->prefix.ptr);
	else
		finding_add(f, FINDING_KNOWN,
		    "%s has no signature of the form that the settings say",
		    name);
	finding_add(f, FINDING_SHOWN,
	    "the settings are for another sender, or for another version of "
	    "its webhooks");
	finding_add(f, FINDING_MAYBE,
	    "it is not from this sender: anybody can send to the URL");
}

/* A header of those that the settings name. */
struct presented {
	char name[HEADER_NAME_MAX]; /* "": none came */
	struct span value;
	enum request_count count;
	bool expected; /* it has the form that the settings say */
};

/* The first that has the expected form, or else the first that came. */
static struct presented
find_header(const struct evidence *e)
{
	struct signature_names walk = {.source = 0};
	struct presented first = {.name = ""}, one;
	const char *name;

	while (
	    (name = signature_next_name(&e->d.prov->profile, &walk)) != NULL) {
		one.count = request_header(e->d.req, name, &one.value);
		if (one.count == REQUEST_NONE)
			continue;
		snprintf(one.name, sizeof(one.name), "%s", name);
		one.expected =
		    one.count == REQUEST_ONE && has_expected_form(e, one.value);
		if (one.expected)
			return one;
		if (first.name[0] == '\0')
			first = one;
	}
	return first;
}

enum evidence_signed
evidence_presented(const struct evidence *e, struct findings *f)
{
	const struct presented came = find_header(e);

	if (came.expected || has_input(e) ||
	    (came.name[0] == '\0' && has_body_signature(e)))
		return EVIDENCE_SIGNED;
	if (came.name[0] == '\0') {
		say_unsigned(e, f);
		return EVIDENCE_UNSIGNED;
	}
	if (came.count == REQUEST_SEVERAL) {
		finding_add(f, FINDING_KNOWN,
		    "%s came more than once: nobody can say which one counts",
		    came.name);
		finding_add(f, FINDING_SHOWN,
		    "a proxy adds %s a second time, or two requests were saved "
		    "as one: one must arrive",
		    came.name);
		return EVIDENCE_OTHER;
	}
	say_unreadable(e, came.name, came.value, f);
	return EVIDENCE_OTHER;
}
