/* keyed.c - public keys against the signatures of a text. */
#include <stdlib.h>
#include <string.h>

#include "keyed.h"
#include "provider.h"
#include "sigalg.h"

static const struct {
	const char *scheme;
	enum digest digest;
	unsigned alg;
} row[] = {
    {"ecdsa", DIGEST_SHA256, ALG_P256_SHA256},
    {"ecdsa", DIGEST_SHA384, ALG_P384_SHA384},
    {"rsa", DIGEST_SHA1, ALG_RSA_SHA1},
    {"rsa", DIGEST_SHA256, ALG_RSA_SHA256},
    {"rsa", DIGEST_SHA384, ALG_RSA_SHA384},
    {"rsa", DIGEST_SHA512, ALG_RSA_SHA512},
};

bool
keyed_make(struct rule *rule, const struct preset *words, const char **key,
    struct reason *why)
{
	*key = "digest";
	rule->keyed_prefix = rule->prefix;
	if (words->required[0] != NULL || words->algorithms[0] != NULL) {
		*key = words->required[0] != NULL ? "required" : "algorithms";
		reason_set(why, "is not for this scheme");
		return false;
	}
	if (strcmp(words->scheme, "ed25519") == 0)
		rule->algorithms = ALG_ED25519;
	for (size_t i = 0; i < sizeof(row) / sizeof(row[0]); i++) {
		if (strcmp(words->scheme, row[i].scheme) == 0 &&
		    rule->digest == row[i].digest)
			rule->algorithms = row[i].alg;
	}
	if (rule->algorithms != 0)
		return true;
	reason_set(why, "%s is not signed with %s here", words->scheme,
	    digest_name(rule->digest));
	return false;
}

/* The parts as one: EVP's Ed25519 takes no others. malloc'd, or NULL. */
static unsigned char *
join(const struct signed_text *text, size_t *len)
{
	unsigned char *dst;
	size_t at = 0;

	*len = 0;
	for (size_t i = 0; i < text->n; i++)
		*len += text->part[i].len;
	if ((dst = malloc(*len + 1)) == NULL)
		return NULL;
	for (size_t i = 0; i < text->n; i++) {
		if (text->part[i].len > 0)
			memcpy(dst + at, text->part[i].ptr, text->part[i].len);
		at += text->part[i].len;
	}
	return dst;
}

/*
 * ECDSA is sent as DER by most, and by some as r and s side by side; a
 * signature is tried as all that it can be.
 */
static enum status
try_key(const struct key *key, unsigned alg, struct span text, struct span sig)
{
	enum status st = sigalg_verify(alg, TONGUE_PLAIN, &key->pub, text, sig);

	if (st == ST_UNVERIFIED &&
	    (alg == ALG_P256_SHA256 || alg == ALG_P384_SHA384))
		st = sigalg_verify(alg, TONGUE_JOSE, &key->pub, text, sig);
	return st;
}

enum status
keyed_match(const struct provider *prov, const struct signatures *sigs,
    const struct signed_text *text, struct verified *ok)
{
	const struct keys *keys = &prov->keys;
	enum status st = ST_UNVERIFIED;
	unsigned char *bytes = NULL;
	struct span whole;
	size_t len;

	if (sigs->nkeyed == 0 || keys->n == 0)
		return ST_UNVERIFIED;
	if ((bytes = join(text, &len)) == NULL)
		return ST_TRY_LATER;
	whole = span_mem(bytes, len);
	for (size_t i = 0; i < sigs->nkeyed && st == ST_UNVERIFIED; i++) {
		struct span sig =
		    span_mem(sigs->keyed[i].bytes, sigs->keyed[i].len);

		for (size_t k = 0; k < keys->n && st == ST_UNVERIFIED; k++) {
			unsigned alg =
			    keys->item[k].algorithms & prov->rule.algorithms;

			if (!sigalg_is_one(alg))
				continue;
			st = try_key(&keys->item[k], alg, whole, sig);
			if (st != ST_OK)
				continue;
			ok->how = sigalg_name(TONGUE_PLAIN, alg);
			verified_note_key(ok, keys, &keys->item[k]);
		}
	}
	free(bytes);
	return st;
}
