/*
 * httpsig_rfc9421.c - signature bases to the byte, and RFC 9421's own signatures.
 *
 * What the RFC's examples cover is not always enough for a webhook, and the
 * scheme refuses some of them; their signatures are good all the same.
 */
#include "base/encode.h"
#include "crypto/digest.h"
#include "crypto/keys.h"
#include "crypto/sigalg.h"
#include "vector.h"
#include "verify/httpsig/httpsig_rfc9421.h"
#include "verify_one.h"

#include "../tap.h"

#define PARAMS ";created=1618884473;keyid="
#define WORLD                                                               \
	"sha-512=:WZDPaVn/7XgHaAy8pmojAkGWoRx2UFChF41A2svX+TaPm+AbwAgBWnrI" \
	"iYllu7BNNyealdVLvRwEmTHWXvJwew==:"

static const struct {
	const char *file;
	unsigned alg;
	const char *base;
} row[] = {
    {"rfc9421-b21", ALG_RSA_PSS_SHA512,
	"\"@signature-params\": ()" PARAMS
	"\"test-key-rsa-pss\";nonce=\"b3k2pp5k7z-50gnwp.yemd\""},
    {"rfc9421-b22", ALG_RSA_PSS_SHA512,
	"\"@authority\": example.com\n\"content-digest\": " WORLD "\n"
	"\"@query-param\";name=\"Pet\": dog\n"
	"\"@signature-params\": (\"@authority\" \"content-digest\" "
	"\"@query-param\";name=\"Pet\")" PARAMS
	"\"test-key-rsa-pss\";tag=\"header-example\""},
    {"rfc9421-b23", ALG_RSA_PSS_SHA512,
	"\"date\": Tue, 20 Apr 2021 02:07:55 GMT\n\"@method\": POST\n"
	"\"@path\": /foo\n\"@query\": ?param=Value&Pet=dog\n"
	"\"@authority\": example.com\n\"content-type\": application/json\n"
	"\"content-digest\": " WORLD "\n\"content-length\": 18\n"
	"\"@signature-params\": (\"date\" \"@method\" \"@path\" \"@query\" "
	"\"@authority\" \"content-type\" \"content-digest\" "
	"\"content-length\")" PARAMS "\"test-key-rsa-pss\""},
    {"rfc9421-b25", ALG_HMAC_SHA256,
	"\"date\": Tue, 20 Apr 2021 02:07:55 GMT\n"
	"\"@authority\": example.com\n\"content-type\": application/json\n"
	"\"@signature-params\": (\"date\" \"@authority\" "
	"\"content-type\")" PARAMS "\"test-shared-secret\""},
    {"rfc9421-b26", ALG_ED25519,
	"\"date\": Tue, 20 Apr 2021 02:07:55 GMT\n\"@method\": POST\n"
	"\"@path\": /foo\n\"@authority\": example.com\n"
	"\"content-type\": application/json\n\"content-length\": 18\n"
	"\"@signature-params\": (\"date\" \"@method\" \"@path\" "
	"\"@authority\" \"content-type\" \"content-length\")" PARAMS
	"\"test-key-ed25519\""},
};

/* The request of a vector, good until the next call. */
static void
make_request(const struct vector *v, struct request *req)
{
	static char text[2 * VECTOR_MAX];
	const char *env[VECTOR_HEADERS + 3];
	size_t used = 0, n = 0;

	for (size_t i = 0; i < v->nheader; i++) {
		if (span_is(v->header[i].name, "Content-Length"))
			continue;
		env[n++] = text + used;
		used += vector_variable(text + used, sizeof(text) - used,
		    v->header[i].name, v->header[i].value);
	}
	env[n++] = "REQUEST_METHOD=POST";
	env[n++] = "REQUEST_URI=/foo?param=Value&Pet=dog";
	env[n++] = "CONTENT_LENGTH=18";
	env[n] = NULL;
	sandbox_request(req, env, v->body);
}

static bool
fits(const struct vector *v, unsigned alg, const struct httpsig_rfc9421 *sig,
    struct span base)
{
	unsigned char bytes[1024], mac[DIGEST_MAX], key[256];
	ptrdiff_t n = decode_base64(bytes, sizeof(bytes), sig->signature);
	struct reason why = {""};
	struct keys keys;
	bool good;

	if (alg == ALG_HMAC_SHA256) {
		struct span secret =
		    span_mem(v->secrets, strlen(v->secrets) - 1);
		ptrdiff_t k = decode_base64(key, sizeof(key), secret);

		return k > 0 && n == DIGEST_SHA256_LEN &&
		       digest_hmac(DIGEST_SHA256, span_mem(key, (size_t)k),
			   &base, 1, mac) &&
		       digest_equal(mac, bytes, DIGEST_SHA256_LEN);
	}
	if (!keys_from_jwks(&keys, v->jwks, 2048, &why))
		sandbox_die(why.text);
	good = keys_next(&keys, span_mem(sig->keyid, sig->keyid_len), NULL) ==
		   &keys.item[0] &&
	       verify_one(alg, ALG_NAMES_RFC9421, &keys.item[0].pub, base,
		   span_mem(bytes, (size_t)n)) == ST_OK;
	keys_free(&keys);
	return good;
}

static void
test_published(size_t i)
{
	static struct httpsig_rfc9421_set sigs;
	static struct vector v;
	struct span input, signature;
	struct reason why = {""};
	char path[SANDBOX_PATH_MAX];
	struct message msg;
	struct request req;
	char *base = NULL;
	size_t len = 0;

	snprintf(path, sizeof(path), "tests/vectors/%s.vector", row[i].file);
	if (!vector_read(&v, path))
		sandbox_die(path);
	make_request(&v, &req);
	message_make(&msg, &req, NULL);
	request_header(&req, "Signature-Input", &input);
	request_header(&req, "Signature", &signature);
	if (ok(httpsig_rfc9421_parse(&sigs, input, signature, &why), "%s",
		row[i].file) &&
	    ok(httpsig_rfc9421_base(&sigs.item[0], &msg, &base, &len, &why) ==
		    ST_OK,
		"has a base")) {
		is_mem(span_mem(base, len), span_str(row[i].base), "this one");
		ok(fits(&v, row[i].alg, &sigs.item[0], span_mem(base, len)),
		    "and its signature is good");
		base[len - 2] ^= 1;
		ok(!fits(&v, row[i].alg, &sigs.item[0], span_mem(base, len)),
		    "for nothing else");
	}
	free(base);
	request_free(&req);
}

/* B.2.4 signs a response, which no receiver sees: only its arithmetic. */
static void
test_response(void)
{
	static const char set[] =
	    "{\"keys\":[{\"kty\":\"EC\",\"crv\":\"P-256\","
	    "\"kid\":\"test-key-ecc-p256\","
	    "\"x\":\"qIVYZVLCrPZHGHjP17CTW0_-D9Lfw0EkjqF7xB4FivA\","
	    "\"y\":\"Mc4nN9LTDOBhfoUeg8Ye9WedFRhnZXZJA12Qp0zZ6F0\"}]}";
	static const char base[] =
	    "\"@status\": 200\n\"content-type\": application/json\n"
	    "\"content-digest\": sha-512=:mEWXIS7MaLRuGgxOBdODa3xqM1XdEvxoYhvl"
	    "CFJ41QJgJc4GTsPp29l5oGX69wWdXymyU0rjJuahq4l5aGgfLQ==:\n"
	    "\"content-length\": 23\n"
	    "\"@signature-params\": (\"@status\" \"content-type\" "
	    "\"content-digest\" \"content-length\")" PARAMS
	    "\"test-key-ecc-p256\"";
	unsigned char sig[65] = {0};
	struct reason why;
	struct keys keys;

	if (!keys_from_jwks(&keys, span_str(set), 2048, &why) ||
	    decode_base64(sig, 64,
		span_str("wNmSUAhwb5LxtOtOpNa6W5xj067m5hFrj0XQ4fvpaCLx0NKocgPq"
			 "uLgyahnzDnDAUy5eCdlYUEkLIj+32oiasw==")) != 64)
		sandbox_die("B.2.4");
	is_int(verify_one(ALG_P256_SHA256, ALG_NAMES_RFC9421, &keys.item[0].pub,
		   span_str(base), span_mem(sig, 64)),
	    ST_OK, "rfc9421-b24, r and s side by side");
	is_int(verify_one(ALG_P256_SHA256, ALG_NAMES_DRAFT, &keys.item[0].pub,
		   span_str(base), span_mem(sig, 64)),
	    ST_UNVERIFIED, "is no DER");
	for (size_t cut = 0; cut < 64; cut++) {
		if (verify_one(ALG_P256_SHA256, ALG_NAMES_RFC9421,
			&keys.item[0].pub, span_str(base),
			span_mem(sig, cut)) == ST_OK)
			ok(false, "cut to %zu bytes", cut);
	}
	is_int(verify_one(ALG_P256_SHA256, ALG_NAMES_RFC9421, &keys.item[0].pub,
		   span_str(base), span_mem(sig, 65)),
	    ST_UNVERIFIED, "with a byte more");
	is_int(verify_one(ALG_RSA_SHA256, ALG_NAMES_RFC9421, &keys.item[0].pub,
		   span_str(base), span_mem(sig, 64)),
	    ST_UNVERIFIED, "nor of another algorithm");
	keys_free(&keys);
}

int
main(void)
{
	for (size_t i = 0; i < sizeof(row) / sizeof(row[0]); i++)
		test_published(i);
	test_response();
	return done();
}
