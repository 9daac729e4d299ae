/* sigcheck.c - verifies a signature with secrets or keys. */
#include <openssl/crypto.h>

#include "base/encode.h"
#include "crypto/digest.h"
#include "profile/keysource.h"
#include "profile/provider.h"
#include "verify/sigcheck.h"

#define SIGNATURE_MAX (PUBKEY_RSA_BITS_MAX / 8)
#define LOGGED_MAX    64 /* characters of a key id that are logged */

/* One signature that is being checked. */
struct attempt {
	const struct provider *prov;
	const struct sigcheck *check;
	struct span signature;
	struct verified *ok;
	struct reason *why;
};

static enum status
refuse(const struct attempt *t, const char *text)
{
	reason_set(t->why, "%s", text);
	return ST_UNVERIFIED;
}

static enum status
out_of_memory(const struct attempt *t)
{
	reason_set(t->why, "out of memory while checking a signature, or "
			   "libcrypto cannot be loaded");
	return ST_TRY_LATER;
}

/* Try each secret, even after one has fitted: the time must not show which. */
static enum status
try_secrets(const struct attempt *t)
{
	static const struct {
		unsigned alg;
		enum digest md;
	} row[] = {
	    {ALG_HMAC_SHA512, DIGEST_SHA512},
	    {ALG_HMAC_SHA384, DIGEST_SHA384},
	    {ALG_HMAC_SHA256, DIGEST_SHA256},
	};
	unsigned char mac[DIGEST_MAX];
	enum digest md = DIGEST_SHA256;
	unsigned alg = 0;
	enum status st = ST_UNVERIFIED;

	for (size_t i = 0; i < sizeof(row) / sizeof(row[0]); i++) {
		if ((t->check->algorithms & row[i].alg) != 0) {
			alg = row[i].alg;
			md = row[i].md;
		}
	}
	if (alg == 0)
		return refuse(t, "not signed with an HMAC, but the provider "
				 "has only secrets");
	if (t->signature.len != digest_len(md))
		return refuse(t, "the signature has the wrong length");
	for (size_t i = 0; i < t->prov->secrets.n; i++) {
		if (!digest_hmac(md, secret_at(&t->prov->secrets, i),
			&t->check->text, 1, mac)) {
			st = out_of_memory(t);
			break;
		}
		if (digest_equal(mac, t->signature.ptr, digest_len(md))) {
			t->ok->secret = i;
			st = ST_OK;
		}
	}
	OPENSSL_cleanse(mac, sizeof(mac));
	t->ok->how = sigalg_name(t->check->names, alg);
	if (st == ST_UNVERIFIED)
		return refuse(t,
		    "no secret fits the signature: the secret is wrong, or "
		    "the request was changed on its way");
	return st;
}

static enum status
try_key(const struct attempt *t, const struct key *key)
{
	struct sigalg_text text = sigalg_text_of(&t->check->text, 1);
	unsigned set = t->check->algorithms & key->algorithms;
	enum status st;

	if (set == 0)
		return refuse(t, "signed with an algorithm that the key or "
				 "\"algorithms\" does not allow");
	if (!sigalg_is_one(set))
		return refuse(t, "neither the key nor the signature determines "
				 "the algorithm: name one in \"algorithms\"");
	text.whole = t->check->text;
	st =
	    sigalg_verify(set, t->check->names, &key->pub, &text, t->signature);
	if (st == ST_UNVERIFIED)
		return refuse(t,
		    "the signature does not fit: made with another key, or "
		    "the request was changed on its way");
	if (st != ST_OK)
		return out_of_memory(t);
	t->ok->how = sigalg_name(t->check->names, set);
	return ST_OK;
}

static enum status
try_keys(const struct attempt *t, int64_t now)
{
	struct span id = t->check->key_id;
	const struct keys *keys = NULL;
	const struct key *key = NULL;
	enum status st = keysource_get(t->prov, now, &keys, t->why);

	if (st != ST_OK || keys_next(keys, id, NULL) == NULL)
		t->ok->lacks_key = true;
	if (st != ST_OK)
		return st;
	st = ST_UNVERIFIED;
	reason_set(t->why, "no key is called '%.*s'",
	    (int)(id.len < LOGGED_MAX ? id.len : LOGGED_MAX),
	    id.len == 0 ? "" : (const char *)id.ptr);
	while (st == ST_UNVERIFIED && (key = keys_next(keys, id, key)) != NULL)
		st = try_key(t, key);
	if (st == ST_OK)
		verified_note_key(t->ok, keys, key);
	keysource_put(t->prov, keys);
	return st;
}

enum status
sigcheck_run(const struct sigcheck *check, const struct provider *prov,
    int64_t now, struct verified *ok, struct reason *why)
{
	unsigned char bytes[SIGNATURE_MAX];
	ptrdiff_t n = decode_base64(bytes, sizeof(bytes), check->signature);
	struct attempt t = {prov, check, {bytes, 0}, ok, why};
	enum status st;

	if (n <= 0)
		return refuse(
		    &t, "the signature is not base64, or is too long");
	t.signature.len = (size_t)n;
	st = prov->secrets.n > 0 ? try_secrets(&t) : try_keys(&t, now);
	if (st == ST_OK) {
		digest_hash(DIGEST_SHA256, &check->text, 1, ok->digest);
		ok->has_digest = true;
	}
	return st;
}
