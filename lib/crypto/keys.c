/* keys.c - reads JWK sets, PEM files and lines of keys. */
#include <stdlib.h>

#include "base/encode.h"
#include "crypto/keys.h"
#include "crypto/scarce.h"
#include "crypto/sigalg.h"
#include "parse/json.h"

/* The members of a JWK that are read as strings. */
enum jwk_field { KTY, CRV, KID, USE, ALG, RSA_N, RSA_E, X, Y, JWK__COUNT };

static const char *const field_name[JWK__COUNT] = {
    "kty", "crv", "kid", "use", "alg", "n", "e", "x", "y"};

struct jwk {
	char *text[JWK__COUNT]; /* malloc'd, or NULL */
	size_t len[JWK__COUNT];
	bool signs;  /* false if there is a key_ops without "verify" */
	bool scarce; /* memory ran out */
	int64_t expires;
};

/* Bytes of the longest number that is accepted. */
#define NUMBER_MAX (PUBKEY_RSA_BITS_MAX / 8 + 8)

static bool
ops_verify(struct span ops)
{
	struct json_member op;
	struct json_walk walk;
	bool found = false;

	if (!json_walk(&walk, ops, JSON_STRICT) || walk.object)
		return false;
	while (json_next(&walk, &op))
		found = found || span_is(op.value, "\"verify\"");
	return found && !walk.failed;
}

static void
jwk_free(struct jwk *jwk)
{
	for (size_t i = 0; i < JWK__COUNT; i++)
		free(jwk->text[i]);
}

/* Take one member.  False if the key cannot be used because of it. */
static bool
take_member(struct jwk *jwk, const struct json_member *member)
{
	if (span_is(member->key, "key_ops")) {
		jwk->signs = jwk->signs && ops_verify(member->value);
		return true;
	}
	if (span_is(member->key, "exp")) {
		jwk->expires = span_number(member->value);
		return member->kind == JSON_NUMBER && jwk->expires > 0;
	}
	for (size_t i = 0; i < JWK__COUNT; i++) {
		if (!span_is(member->key, field_name[i]))
			continue;
		if (jwk->text[i] != NULL || member->kind != JSON_STRING)
			return false;
		/* The set is valid, and shorter than the longest text. */
		jwk->scarce = !json_text(member, &jwk->text[i], &jwk->len[i]);
		return !jwk->scarce;
	}
	return true;
}

static struct span
member_text(const struct jwk *jwk, enum jwk_field i)
{
	return span_mem(jwk->text[i], jwk->len[i]);
}

/*
 * The number that a field has in base64url, as bytes in buf.  Empty if the
 * field has none.
 */
static struct span
number(const struct jwk *jwk, enum jwk_field i,
    unsigned char buf[static NUMBER_MAX])
{
	ptrdiff_t n = decode_base64(buf, NUMBER_MAX, member_text(jwk, i));

	return span_mem(buf, n > 0 ? (size_t)n : 0);
}

static bool
make_pubkey(struct pubkey *pub, const struct jwk *jwk, int rsa_bits)
{
	unsigned char a[NUMBER_MAX], b[NUMBER_MAX];
	struct span type = member_text(jwk, KTY), curve = member_text(jwk, CRV);

	if (span_is(type, "RSA"))
		return pubkey_rsa(pub, number(jwk, RSA_N, a),
		    number(jwk, RSA_E, b), rsa_bits);
	if (span_is(type, "EC") && span_is(curve, "P-256"))
		return pubkey_ec(
		    pub, PUBKEY_P256, number(jwk, X, a), number(jwk, Y, b));
	if (span_is(type, "EC") && span_is(curve, "P-384"))
		return pubkey_ec(
		    pub, PUBKEY_P384, number(jwk, X, a), number(jwk, Y, b));
	if (span_is(type, "OKP") && span_is(curve, "Ed25519"))
		return pubkey_ed25519(pub, number(jwk, X, a));
	return false;
}

static bool
make_key(struct key *key, struct jwk *jwk, int rsa_bits)
{
	if (!jwk->signs || jwk->len[KID] == 0 || jwk->len[KID] > KEYS_ID_MAX ||
	    (jwk->text[USE] != NULL &&
		!span_is(member_text(jwk, USE), "sig")) ||
	    !make_pubkey(&key->pub, jwk, rsa_bits))
		return false;
	key->algorithms = sigalg_of_kind(key->pub.kind);
	if (jwk->text[ALG] != NULL)
		key->algorithms &=
		    sigalg_named(ALG_NAMES_JOSE, member_text(jwk, ALG));
	if (key->algorithms == 0) {
		pubkey_free(&key->pub);
		return false;
	}
	key->id = jwk->text[KID];
	key->id_len = jwk->len[KID];
	key->expires = jwk->expires;
	jwk->text[KID] = NULL;
	return true;
}

/*
 * Make a key from one element of the set.  LOOKUP_INVALID: it is to be skipped.
 */
static enum lookup
read_jwk(struct key *key, struct span object, int rsa_bits)
{
	struct jwk jwk = {.signs = true};
	struct json_member member;
	struct json_walk walk;
	bool ok;

	ok = json_walk(&walk, object, JSON_STRICT) && walk.object;
	while (ok && json_next(&walk, &member))
		ok = take_member(&jwk, &member);
	ok = ok && !walk.failed && make_key(key, &jwk, rsa_bits);
	jwk_free(&jwk);
	if (scarce_memory() || jwk.scarce)
		return LOOKUP_NO_MEMORY;
	return ok ? LOOKUP_FOUND : LOOKUP_INVALID;
}

static bool
keys_init(struct keys *keys, struct span text, struct reason *why)
{
	*keys = (struct keys){.n = 0};
	if (text.len > KEYS_TEXT_MAX) {
		reason_set(why, "longer than %d bytes", KEYS_TEXT_MAX);
		return false;
	}
	if ((keys->item = calloc(KEYS_MAX, sizeof(*keys->item))) != NULL)
		return true;
	reason_set(why, "out of memory");
	return false;
}

static bool
read_set(struct keys *keys, struct span array, int rsa_bits, struct reason *why)
{
	struct json_member element;
	struct json_walk walk;
	enum lookup found;

	if (!json_walk(&walk, array, JSON_STRICT))
		return false;
	while (json_next(&walk, &element)) {
		if (keys->n + keys->skipped == KEYS_MAX) {
			reason_set(why, "more than %d keys", KEYS_MAX);
			return false;
		}
		found = read_jwk(&keys->item[keys->n], element.value, rsa_bits);
		/* A genuine delivery may need just the key that is lost. */
		if (found == LOOKUP_NO_MEMORY) {
			keys->n += keys->item[keys->n].pub.pkey != NULL;
			reason_set(why, SCARCE_TEXT);
			return false;
		}
		keys->n += found == LOOKUP_FOUND;
		keys->skipped += found != LOOKUP_FOUND;
	}
	if (walk.failed) {
		reason_set(why, "\"keys\" is malformed");
		return false;
	}
	if (keys->n > 0)
		return true;
	reason_set(why,
	    "none of its %zu keys can be used: a key must have an id "
	    "(\"kid\"), a \"use\" of \"sig\" or none, and be RSA of %d bits or "
	    "more, EC P-256 or P-384, or Ed25519",
	    keys->skipped, rsa_bits);
	return false;
}

bool
keys_from_jwks(
    struct keys *keys, struct span text, int rsa_bits, struct reason *why)
{
	struct json_member member;

	if (!keys_init(keys, text, why))
		return false;
	if (!json_valid(text) || !json_find(text, "keys", &member) ||
	    member.kind != JSON_ARRAY)
		reason_set(why, "not a JWK set, {\"keys\":[...]}");
	else if (read_set(keys, member.value, rsa_bits, why))
		return true;
	keys_free(keys);
	return false;
}

static bool
have_room(struct keys *keys, struct reason *why)
{
	if (keys->n < KEYS_MAX)
		return true;
	reason_set(why, "more than %d keys", KEYS_MAX);
	return false;
}

/* What people put in place of a public key, and how one is made of it. */
static const struct {
	const char *text, *advice;
} other[] = {
    {"PRIVATE KEY-----",
	"is a private key, which must stay where it was made: openssl pkey "
	"-pubout prints its public key"},
    {"BEGIN CERTIFICATE",
	"is a certificate: openssl x509 -pubkey -noout prints its public key"},
    {"BEGIN RSA PUBLIC KEY",
	"is in the form of PKCS#1: openssl rsa -RSAPublicKey_in -pubout prints "
	"the form that is needed"},
    {"ssh-", "is a key of SSH: ssh-keygen -e -m PKCS8 prints it as PEM"},
    {"\"kty\"", "is a JWK: put it into a set, {\"keys\":[...]}, and name its "
		"file in jwks_file, if the scheme takes one"},
    {"://", "is a URL: give the key itself"},
};

/* NULL if it looks like none of these. */
static const char *
find_other(struct span text)
{
	for (; text.len > 0; text = span_skip(text, 1)) {
		for (size_t i = 0; i < sizeof(other) / sizeof(other[0]); i++) {
			if (span_starts(text, span_str(other[i].text)))
				return other[i].advice;
		}
	}
	return NULL;
}

/* Add every PUBLIC KEY block of text. */
static bool
add_pem(struct keys *keys, struct span text, int rsa_bits, struct reason *why)
{
	size_t before = keys->n;
	const char *advice = find_other(text);
	struct pubkey pub;
	enum lookup found;

	while ((found = pubkey_pem(&pub, &text, rsa_bits)) == LOOKUP_FOUND) {
		if (!have_room(keys, why)) {
			pubkey_free(&pub);
			return false;
		}
		keys->item[keys->n].algorithms = sigalg_of_kind(pub.kind);
		keys->item[keys->n++].pub = pub;
	}
	if (found == LOOKUP_NONE && keys->n > before)
		return true;
	if (scarce_memory())
		reason_set(why, SCARCE_TEXT);
	else if (found == LOOKUP_NONE && advice != NULL)
		reason_set(why, "%s", advice);
	else if (found == LOOKUP_NONE)
		reason_set(why, "has no \"BEGIN PUBLIC KEY\" block");
	else
		reason_set(why,
		    "block %zu is not a key that can be used: it must be RSA "
		    "of %d bits or more, EC P-256 or P-384, or Ed25519",
		    keys->n + 1, rsa_bits);
	return false;
}

static bool
add_line(struct keys *keys, struct span line, int rsa_bits, struct reason *why)
{
	struct key *key = &keys->item[keys->n];

	if (!have_room(keys, why))
		return false;
	if (!pubkey_text(&key->pub, line, rsa_bits)) {
		if (scarce_memory()) {
			reason_set(why, SCARCE_TEXT);
			return false;
		}
		if (find_other(line) != NULL) {
			reason_set(
			    why, "key %zu %s", keys->n + 1, find_other(line));
			return false;
		}
		reason_set(why,
		    "key %zu cannot be used: it must be PEM, or base64 or "
		    "hexadecimal of DER or of the 32 bytes of an Ed25519 key; "
		    "and RSA of %d bits or more, EC P-256 or P-384, or Ed25519",
		    keys->n + 1, rsa_bits);
		return false;
	}
	key->algorithms = sigalg_of_kind(key->pub.kind);
	keys->n++;
	return true;
}

static bool
has_block(struct span text)
{
	while (text.len > 0 && !span_starts(text, span_str("-----BEGIN ")))
		text = span_skip(text, 1);
	return text.len > 0;
}

bool
keys_add_text(
    struct keys *keys, struct span text, int rsa_bits, struct reason *why)
{
	size_t before = keys->n;

	if (keys->item == NULL && !keys_init(keys, text, why))
		return false;
	if (has_block(text))
		return add_pem(keys, text, rsa_bits, why);
	while (text.ptr != NULL) {
		struct span line = span_cut(&text, '\n');

		while (line.len > 0 && line.ptr[line.len - 1] == '\r')
			line.len--;
		line = span_trim(line);
		if (line.len > 0 && !add_line(keys, line, rsa_bits, why))
			return false;
	}
	if (keys->n > before)
		return true;
	reason_set(
	    why, "empty: put one public key on each line, or PEM blocks");
	return false;
}

bool
keys_from_text(
    struct keys *keys, struct span text, int rsa_bits, struct reason *why)
{
	*keys = (struct keys){.n = 0};
	if (keys_add_text(keys, text, rsa_bits, why))
		return true;
	keys_free(keys);
	return false;
}

bool
keys_from_pem(
    struct keys *keys, struct span text, int rsa_bits, struct reason *why)
{
	if (!keys_init(keys, text, why))
		return false;
	if (add_pem(keys, text, rsa_bits, why))
		return true;
	keys_free(keys);
	return false;
}

const struct key *
keys_next(const struct keys *keys, struct span id, const struct key *previous)
{
	size_t i = previous == NULL ? 0 : (size_t)(previous - keys->item) + 1;

	for (; i < keys->n; i++) {
		const struct key *key = &keys->item[i];

		if (key->id == NULL ||
		    span_eq(id, span_mem(key->id, key->id_len)))
			return key;
	}
	return NULL;
}

void
keys_free(struct keys *keys)
{
	for (size_t i = 0; i < keys->n; i++) {
		pubkey_free(&keys->item[i].pub);
		free(keys->item[i].id);
	}
	free(keys->item);
	*keys = (struct keys){.n = 0};
}
