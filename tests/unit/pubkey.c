/* pubkey.c - texts that are nearly a public key. */
#include "crypto/pubkey.h"
#include "pairs.h"

#include "../tap.h"

static void
test_no_keys(void)
{
	char text[2048];
	struct pubkey key;
	size_t len;

	ok(!pubkey_text(&key, span_str(""), 2048), "nothing is no key");
	ok(!pubkey_text(&key, span_str("whpk_"), 2048), "nor is a prefix");
	snprintf(text, sizeof(text), "whpk_%s", raw_hex);
	ok(!pubkey_text(&key, span_str(text), 2048), "whpk_ goes with base64");
	snprintf(text, sizeof(text), "whpk_%s", der64[ED]);
	ok(!pubkey_text(&key, span_str(text), 2048), "and with 32 bytes");
	ok(!pubkey_text(&key, span_str(der64[RSA2048]), 2049),
	    "a modulus that is too short");
	for (int i = 0; i < K1; i++) {
		unsigned found = 0;

		len = strlen(der64[i]);
		while (der64[i][len - 1] == '=')
			len--;
		for (size_t n = 0; n < len; n++) {
			/* 32 bytes of anything may be one of Ed25519. */
			if (n != 43 &&
			    pubkey_text(&key, span_mem(der64[i], n), 2048)) {
				pubkey_free(&key);
				found++;
			}
		}
		is_int(found, 0, "no part of a key is one");
		snprintf(text, sizeof(text), "%.*sAAAA", (int)(len / 4 * 4),
		    der64[i]);
		ok(!pubkey_text(&key, span_str(text), 2048),
		    "nor is one with more behind it");
	}
	memset(text, 'A', sizeof(text) - 1);
	text[sizeof(text) - 1] = '\0';
	ok(!pubkey_text(&key, span_str(text), 2048), "nor a long text");
}

int
main(void)
{
	for (int i = 0; i <= K1; i++)
		make_signer(i);
	test_no_keys();
	for (int i = 0; i <= K1; i++)
		EVP_PKEY_free(signer[i].pkey);
	return done();
}
