/*
 * keys.c - any text as a JWK set, as a PEM file, and as keys of a line each.
 *
 * A set that is taken has keys, each of a kind and size that is allowed, and
 * each is found by its id.
 */
#include "crypto/keys.h"
#include "crypto/sigalg.h"
#include "fuzz.h"

static bool (*const read_keys[])(struct keys *keys, struct span text,
    int rsa_bits,
    struct reason *why) = {keys_from_jwks, keys_from_pem, keys_from_text};

static void
check_key(const struct keys *keys, const struct key *key)
{
	struct span id = span_mem(key->id, key->id_len);
	const struct key *found = NULL;

	must(key->pub.pkey != NULL);
	must(key->algorithms != 0 &&
	     (key->algorithms & ~sigalg_of_kind(key->pub.kind)) == 0);
	must((key->algorithms & ALG_HMAC_SHA256) == 0);
	must(key->pub.kind != PUBKEY_RSA ||
	     (key->pub.bits >= 1024 && key->pub.bits <= PUBKEY_RSA_BITS_MAX));
	must(
	    key->id == NULL || (key->id_len > 0 && key->id_len <= KEYS_ID_MAX));
	while ((found = keys_next(keys, id, found)) != NULL && found != key)
		continue;
	must(found == key);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct span text = span_mem(data, size);

	for (int form = 0; form < 3; form++) {
		struct reason why = {""};
		struct keys keys;

		if (!read_keys[form](&keys, text, 1024, &why)) {
			must(why.text[0] != '\0' && keys.n == 0);
			continue;
		}
		must(keys.n >= 1 && keys.n + keys.skipped <= KEYS_MAX);
		for (size_t i = 0; i < keys.n; i++)
			check_key(&keys, &keys.item[i]);
		keys_free(&keys);
	}
	return 0;
}
