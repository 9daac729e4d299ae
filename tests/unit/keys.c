/* keys.c - key sets: what is taken, what is skipped, what is refused. */
#include "crypto/keys.h"
#include "crypto/sigalg.h"
#include "signer.h"

#include "../tap.h"

#define ED                                     \
	"\"kty\":\"OKP\",\"crv\":\"Ed25519\"," \
	"\"x\":\"JrQLj5P_89iXES9-vFgrIy29clF9CC_oPPsw3c5D0bs\""
#define P256                                                     \
	"\"kty\":\"EC\",\"crv\":\"P-256\","                      \
	"\"x\":\"qIVYZVLCrPZHGHjP17CTW0_-D9Lfw0EkjqF7xB4FivA\"," \
	"\"y\":\"Mc4nN9LTDOBhfoUeg8Ye9WedFRhnZXZJA12Qp0zZ6F0\""
#define N1024                                                               \
	"whRDRsN98hoocvdqQ42UIZdAt-qzyY_gr30gvPqtvIcQNetUBTVHdd8Lgk1HKtEHd" \
	"qrAXv9oRcnNgwiSYNIdS-_PumeFDEexDnKX3VBPR395v4bPhVEeObgSXgytR0hRw_" \
	"Gxyg-pL_BTxnyU6LXPtsYycKGIvtYaqdXyHpGsbMk"
#define EVEN                                                                \
	"whRDRsN98hoocvdqQ42UIZdAt-qzyY_gr30gvPqtvIcQNetUBTVHdd8Lgk1HKtEHd" \
	"qrAXv9oRcnNgwiSYNIdS-_PumeFDEexDnKX3VBPR395v4bPhVEeObgSXgytR0hRw_" \
	"Gxyg-pL_BTxnyU6LXPtsYycKGIvtYaqdXyHpGsbMg"
#define ED_PEM                                                           \
	"-----BEGIN PUBLIC KEY-----\n"                                   \
	"MCowBQYDK2VwAyEAJrQLj5P/89iXES9+vFgrIy29clF9CC/oPPsw3c5D0bs=\n" \
	"-----END PUBLIC KEY-----\n"

/* A set of one key and one that is always good. */
static bool
taken(const char *members, int rsa_bits, struct keys *keys)
{
	struct reason why = {""};
	char set[8192];

	snprintf(set, sizeof(set),
	    "{\"keys\":[{%s},{\"kid\":\"good\"," ED "}]}", members);
	if (!keys_from_jwks(keys, span_str(set), rsa_bits, &why))
		sandbox_die(why.text);
	return keys->n == 2;
}

static void
test_skipped(void)
{
	static const char *const row[] = {"", "\"kid\":\"k\"",
	    ED, /* without an id */
	    "\"kid\":\"\"," ED, "\"kid\":1," ED, "\"kid\":null," ED,
	    "\"kid\":\"k\",\"kid\":\"k\"," ED,
	    "\"kid\":\"k\",\"use\":\"enc\"," ED,
	    "\"kid\":\"k\",\"use\":\"\"," ED, "\"kid\":\"k\",\"use\":[]," ED,
	    "\"kid\":\"k\",\"key_ops\":[\"sign\"]," ED,
	    "\"kid\":\"k\",\"key_ops\":[]," ED,
	    "\"kid\":\"k\",\"key_ops\":\"verify\"," ED,
	    "\"kid\":\"k\",\"alg\":\"ES256\"," ED,
	    "\"kid\":\"k\",\"alg\":\"eddsa\"," ED,
	    "\"kid\":\"k\",\"alg\":\"HS256\"," ED,
	    "\"kid\":\"k\",\"alg\":\"none\"," ED,
	    "\"kid\":\"k\",\"alg\":\"ES384\"," P256,
	    "\"kid\":\"k\",\"kty\":\"oct\",\"k\":\"AAAA\"",
	    "\"kid\":\"k\",\"kty\":\"OKP\",\"crv\":\"X25519\","
	    "\"x\":\"JrQLj5P_89iXES9-vFgrIy29clF9CC_oPPsw3c5D0bs\"",
	    "\"kid\":\"k\",\"kty\":\"OKP\",\"crv\":\"Ed25519\",\"x\":\"AAAA\"",
	    "\"kid\":\"k\",\"kty\":\"OKP\",\"crv\":\"Ed25519\"",
	    "\"kid\":\"k\",\"kty\":\"EC\",\"crv\":\"P-521\",\"x\":\"AA\","
	    "\"y\":\"AA\"",
	    "\"kid\":\"k\",\"kty\":\"EC\",\"crv\":\"secp256k1\",\"x\":\"AA\","
	    "\"y\":\"AA\"",
	    /* A point beside its curve, and one without a leading zero. */
	    "\"kid\":\"k\",\"kty\":\"EC\",\"crv\":\"P-256\","
	    "\"x\":\"qIVYZVLCrPZHGHjP17CTW0_-D9Lfw0EkjqF7xB4FivA\","
	    "\"y\":\"Mc4nN9LTDOBhfoUeg8Ye9WedFRhnZXZJA12Qp0zZ6F4\"",
	    "\"kid\":\"k\",\"kty\":\"EC\",\"crv\":\"P-256\","
	    "\"x\":\"qIVYZVLCrPZHGHjP17CTW0_-D9Lfw0EkjqF7xB4Fig\","
	    "\"y\":\"Mc4nN9LTDOBhfoUeg8Ye9WedFRhnZXZJA12Qp0zZ6A\"",
	    "\"kid\":\"k\",\"kty\":\"RSA\",\"n\":\"" N1024 "\","
	    "\"e\":\"AQAB\"",
	    "\"kid\":\"k\",\"kty\":\"RSA\",\"e\":\"AQAB\"",
	    "\"kid\":\"k\",\"kty\":\"rsa\",\"n\":\"AA\",\"e\":\"AQAB\""};
	struct keys keys;

	for (size_t i = 0; i < sizeof(row) / sizeof(row[0]); i++) {
		ok(!taken(row[i], PUBKEY_RSA_BITS, &keys), "skipped: %.60s",
		    row[i]);
		is_int(keys.skipped, 1, "and counted");
		keys_free(&keys);
	}
}

static void
test_taken(void)
{
	static const struct {
		const char *members;
		enum pubkey_kind kind;
		unsigned algorithms;
	} row[] = {
	    {"\"kid\":\"k\"," ED, PUBKEY_ED25519, ALG_ED25519},
	    {"\"kid\":\"k\",\"use\":\"sig\",\"alg\":\"EdDSA\"," ED,
		PUBKEY_ED25519, ALG_ED25519},
	    {"\"kid\":\"k\",\"key_ops\":[\"sign\",\"verify\"]," ED,
		PUBKEY_ED25519, ALG_ED25519},
	    {"\"kid\":\"k\",\"x5c\":[\"AA\"],\"ext\":true,\"a\":{\"b\":1}," ED,
		PUBKEY_ED25519, ALG_ED25519},
	    {"\"kid\":\"k\"," P256, PUBKEY_P256, ALG_P256_SHA256},
	    {"\"kid\":\"k\",\"kty\":\"RSA\",\"n\":\"" N1024 "\","
	     "\"e\":\"AQAB\"",
		PUBKEY_RSA,
		ALG_RSA_SHA1 | ALG_RSA_SHA256 | ALG_RSA_SHA384 |
		    ALG_RSA_SHA512 | ALG_RSA_PSS},
	    {"\"kid\":\"k\",\"kty\":\"RSA\",\"n\":\"AAAA" N1024 "\","
	     "\"e\":\"Aw\",\"alg\":\"PS512\"",
		PUBKEY_RSA, ALG_RSA_PSS_SHA512},
	};
	struct keys keys;

	for (size_t i = 0; i < sizeof(row) / sizeof(row[0]); i++) {
		if (ok(taken(row[i].members, 1000, &keys), "taken: %.60s",
			row[i].members)) {
			is_int(keys.item[0].pub.kind, row[i].kind, "its kind");
			is_int(keys.item[0].algorithms, row[i].algorithms,
			    "its algorithms");
		}
		keys_free(&keys);
	}
}

/* RSA numbers that make a key, but not one that protects anything. */
static void
test_rsa(void)
{
	static const struct {
		const char *n, *e;
		int bits;
		bool good;
	} row[] = {
	    {N1024, "AQAB", 1024, true}, {N1024, "AQAB", 1025, false},
	    {N1024, "Aw", 1024, true},
	    {N1024, "AQ", 1024, false},   /* 1 signs everything */
	    {N1024, "AQAA", 1024, false}, /* even */
	    {N1024, "", 1024, false},
	    {N1024, "AQAAAAAAAAAB", 1024, false}, /* 72 bits */
	    {N1024, "AQAAAAAAAAE", 1024, true},   /* 57 bits */
	    {EVEN, "AQAB", 1024, false},          /* even */
	};
	struct keys keys;
	char text[1024];

	for (size_t i = 0; i < sizeof(row) / sizeof(row[0]); i++) {
		snprintf(text, sizeof(text),
		    "\"kid\":\"k\",\"kty\":\"RSA\",\"n\":\"%s\",\"e\":\"%s\"",
		    row[i].n, row[i].e);
		is_int(taken(text, row[i].bits, &keys), row[i].good,
		    "modulus of %zu, exponent %s", strlen(row[i].n), row[i].e);
		keys_free(&keys);
	}
}

static void
test_sets(void)
{
	static const char *const bad[] = {"", "{}", "[]", "null",
	    "{\"keys\":", "{\"keys\":{}}", "{\"keys\":[]}",
	    "{\"keys\":[1,\"a\",null,[]]}",
	    "{\"keys\":[],\"keys\":[{\"kid\":\"k\"," ED "}]}",
	    "{\"keys\":[{\"kid\":\"k\"," ED "}]} x",
	    "{\"keys\":[{\"kid\":\"k\"," ED "},]}", "{\"kid\":\"k\"," ED "}",
	    "[{\"kid\":\"k\"," ED "}]"};
	static char many[KEYS_MAX * 200];
	struct reason why = {""};
	struct keys keys;
	size_t len;

	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		why.text[0] = '\0';
		ok(!keys_from_jwks(&keys, span_str(bad[i]), 2048, &why) &&
			keys.n == 0 && why.text[0] != '\0',
		    "no set: %.40s", bad[i]);
	}
	for (int n = KEYS_MAX; n <= KEYS_MAX + 1; n++) {
		len = (size_t)snprintf(many, sizeof(many), "{\"keys\":[");
		for (int i = 0; i < n; i++)
			len += (size_t)snprintf(many + len, sizeof(many) - len,
			    "%s{\"kid\":\"k%d\"," ED "}", i > 0 ? "," : "", i);
		snprintf(many + len, sizeof(many) - len, "]}");
		is_int(keys_from_jwks(&keys, span_str(many), 2048, &why),
		    n == KEYS_MAX, "%d keys", n);
		if (n == KEYS_MAX) {
			ok(keys_next(&keys, span_str("k63"), NULL) ==
				&keys.item[63],
			    "the last is found");
			keys_free(&keys);
		}
	}
	is_str(why.text, "more than 64 keys", "and why not more");
	keys_free(&keys);
}

/* One that is too many, too large or too long. */
/* A set is trusted as a whole or not at all. */
static void
test_malformed(void)
{
	static const char *const row[] = {"", "[]", "{\"keys\":{}}",
	    "{\"keys\":[{\"kid\":\"k\"," ED "}]",
	    "{\"keys\":[{\"kid\":\"k\"," ED "}],\"x\":tru}",
	    "{\"keys\":[{\"kid\":\"k\"," ED ",\"x\":[1,]}]}",
	    "{\"keys\":[{\"kid\":\"k\"," ED "}],\"x\":\"\xff\"}"};
	struct keys keys;

	for (size_t i = 0; i < sizeof(row) / sizeof(row[0]); i++) {
		struct reason why = {""};

		ok(!keys_from_jwks(&keys, span_str(row[i]), 2048, &why),
		    "malformed, %zu", i);
		is_str(why.text, "not a JWK set, {\"keys\":[...]}", "%zu", i);
	}
}

static void
test_limits(void)
{
	static char set[KEYS_TEXT_MAX + 64];
	static const char good[] = "{\"keys\":[{\"kid\":\"k\"," ED "}";
	char id[KEYS_ID_MAX + 2], members[2048], n[1400];
	struct reason why = {""};
	struct keys keys;
	size_t len;

	for (size_t k = KEYS_ID_MAX; k <= KEYS_ID_MAX + 1; k++) {
		memset(id, 'x', k);
		id[k] = '\0';
		snprintf(members, sizeof(members), "\"kid\":\"%s\"," ED, id);
		is_int(taken(members, 2048, &keys), k == KEYS_ID_MAX,
		    "an id of %zu bytes", k);
		keys_free(&keys);
	}
	/* 8192 and 8200 bits. */
	for (size_t k = 1366; k <= 1367; k++) {
		memset(n, 'w', k);
		n[k - 1] = k == 1366 ? 'Q' : 'E';
		n[k] = '\0';
		snprintf(members, sizeof(members),
		    "\"kid\":\"k\",\"kty\":\"RSA\",\"n\":\"%s\","
		    "\"e\":\"AQAB\"",
		    n);
		is_int(taken(members, 2048, &keys), k == 1366,
		    "a modulus of %zu digits", k);
		keys_free(&keys);
	}
	len = (size_t)snprintf(set, sizeof(set), "%s", good);
	for (int i = 0; i < KEYS_MAX; i++)
		len += (size_t)snprintf(set + len, sizeof(set) - len, ",{}");
	snprintf(set + len, sizeof(set) - len, "]}");
	ok(!keys_from_jwks(&keys, span_str(set), 2048, &why),
	    "keys that are skipped count too");
	len = (size_t)snprintf(set, sizeof(set), "%s]}", good);
	memset(set + len, ' ', sizeof(set) - len);
	ok(keys_from_jwks(&keys, span_mem(set, KEYS_TEXT_MAX), 2048, &why),
	    "1 MiB");
	keys_free(&keys);
	ok(!keys_from_jwks(&keys, span_mem(set, KEYS_TEXT_MAX + 1), 2048, &why),
	    "and a byte");
	keys_free(&keys);
}

static void
test_find(void)
{
	static const char set[] =
	    "{\"keys\":[{\"kid\":\"a\"," ED "},{\"kid\":\"b\"," P256 "},"
	    "{\"kid\":\"a\"," P256 "},{\"kid\":\"\\u0061b\"," ED "}]}";
	static const char *const none[] = {"", "A", "aa", "c", "a ", "k"};
	const struct key *key;
	struct reason why;
	struct keys keys;

	if (!keys_from_jwks(&keys, span_str(set), 2048, &why))
		sandbox_die(why.text);
	key = keys_next(&keys, span_str("a"), NULL);
	ok(key == &keys.item[0], "the first of that id");
	key = keys_next(&keys, span_str("a"), key);
	ok(key == &keys.item[2], "the second");
	ok(keys_next(&keys, span_str("a"), key) == NULL, "and no third");
	ok(keys_next(&keys, span_str("ab"), NULL) == &keys.item[3],
	    "an id with an escape");
	ok(keys_next(&keys, span_mem("a\0", 2), NULL) == NULL, "a NUL counts");
	for (size_t i = 0; i < sizeof(none) / sizeof(none[0]); i++)
		ok(keys_next(&keys, span_str(none[i]), NULL) == NULL,
		    "no key is called \"%s\"", none[i]);
	keys_free(&keys);
	keys_free(&keys);
}

static void
test_pem(void)
{
	static const char *const bad[] = {"", "x", "-----BEGIN PUBLIC KEY-----",
	    "-----BEGIN PUBLIC KEY-----\n-----END PUBLIC KEY-----\n",
	    "-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----\n",
	    ED_PEM "-----BEGIN PUBLIC KEY-----\nAAAA\n"
		   "-----END PUBLIC KEY-----\n",
	    ED_PEM "-----BEGIN PUBLIC KEY-----\nAAAA\n",
	    /* X25519, and an encrypted block: no password is asked for. */
	    "-----BEGIN PUBLIC KEY-----\n"
	    "MCowBQYDK2VuAyEAJrQLj5P/89iXES9+vFgrIy29clF9CC/oPPsw3c5D0bs=\n"
	    "-----END PUBLIC KEY-----\n",
	    "-----BEGIN PUBLIC KEY-----\nProc-Type: 4,ENCRYPTED\n"
	    "DEK-Info: AES-128-CBC,00000000000000000000000000000000\n\n"
	    "AAAAAAAAAAAAAAAAAAAAAA==\n-----END PUBLIC KEY-----\n"};
	struct signer p521 = {.type = "EC", .group = "P-521"};
	struct signer rsa = {.type = "RSA"};
	struct reason why = {""};
	struct keys keys;

	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		why.text[0] = '\0';
		ok(!keys_from_pem(&keys, span_str(bad[i]), 2048, &why) &&
			keys.n == 0 && why.text[0] != '\0',
		    "no keys, %zu", i);
	}
	if (ok(keys_from_pem(
		   &keys, span_str("# ours\n" ED_PEM ED_PEM), 2048, &why),
		"two keys")) {
		is_int(keys.n, 2, "both");
		ok(keys_next(&keys, span_str("any"), NULL) == &keys.item[0] &&
			keys_next(&keys, span_str("any"), &keys.item[0]) ==
			    &keys.item[1],
		    "by any name");
	}
	keys_free(&keys);
	signer_make(&p521, 0);
	signer_make(&rsa, 1024);
	for (int i = 0; i < 3; i++) {
		BIO *bio = BIO_new(BIO_s_mem());
		char *text;
		long len;

		PEM_write_bio_PUBKEY(bio, i == 0 ? p521.pkey : rsa.pkey);
		len = BIO_get_mem_data(bio, &text);
		is_int(keys_from_pem(&keys, span_mem(text, (size_t)len),
			   i == 2 ? 1024 : 2048, &why),
		    i == 2, "%s", i == 0 ? "P-521" : "RSA of 1024 bits");
		keys_free(&keys);
		BIO_free(bio);
	}
	EVP_PKEY_free(p521.pkey);
	EVP_PKEY_free(rsa.pkey);
}

int
main(void)
{
	test_skipped();
	test_taken();
	test_rsa();
	test_sets();
	test_malformed();
	test_limits();
	test_find();
	test_pem();
	return done();
}
