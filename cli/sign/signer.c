/* signer.c - with a private key or a secret, and checked. */
#include "signer.h"
#include "crypto/digest.h"
#include "profile/scheme.h"
#include "verify/verified.h"

static unsigned
choose(const struct signer *signer)
{
	unsigned set = ALG_HMAC_SHA256;

	if (signer->key != NULL)
		set = sigalg_of_kind(signer->key->public.item[0].pub.kind);
	set &= signer->prov->profile.algorithms &
	       sigalg_all_named(signer->alg.names);
	return set & (~set + 1);
}

static bool
check(const struct signer *signer, struct reason *why)
{
	const struct signing_request *sign = signer->sign;
	struct provider self = *signer->prov;
	struct verified ok;

	if (signer->key != NULL) {
		self.secrets.n = 0;
		self.keys = signer->key->public;
		self.cache = NULL;
	}
	if (self.profile.scheme->verify(
		&self, sign->req, sign->created, &ok, why) != ST_OK)
		return false;
	verified_free(&ok);
	return true;
}

bool
signer_run(const struct signing_request *sign, enum alg_names names,
    signer_add_fn add, struct reason *why)
{
	struct signer signer = {
	    .sign = sign, .prov = sign->in->prov, .alg = {.names = names}};
	struct privkey key = {.pkey = NULL};
	bool ok;

	if (sign->in->key != NULL) {
		if (!privkey_read(&key, sign->in->key, sign->in->key_fd, why))
			return false;
		signer.key = &key;
	}
	signer.alg.set = choose(&signer);
	ok = add(&signer, why) && check(&signer, why);
	privkey_free(&key);
	return ok;
}

bool
signer_sign(const struct signer *signer, struct span text,
    struct privkey_signature *sig, struct reason *why)
{
	if (signer->key != NULL)
		return privkey_sign(signer->key, signer->alg, text, sig, why);
	if (!digest_hmac(DIGEST_SHA256, secret_at(&signer->prov->secrets, 0),
		&text, 1, sig->bytes)) {
		reason_set(why, "the secret is empty");
		return false;
	}
	sig->len = DIGEST_SHA256_LEN;
	return true;
}
