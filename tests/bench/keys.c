/*
 * keys.c - verifications a second by kind of key: a whole request through
 * verify_httpsig(), in turns with OpenSSL alone on the same signature.
 *
 *	keys [ROUNDS [MILLISECONDS]]
 *
 * The request is made before the clock runs; its body of 1 KiB is hashed each
 * time, the headers are read and the signing string is made.
 */
#include <openssl/hmac.h>
#include <time.h>

#include "../unit/httpsig_case.h"
#include "base/encode.h"
#include "crypto/digest.h"

#define ROUNDS_MAX 100
#define BATCH      16 /* calls between two looks at the clock */
#define SECRET     "a-secret-that-both-of-them-have"
#define HMAC_ONLY  SIGNERS

#define DRAFT_TEXT "date: " DATE "\ndigest: SHA-256=%s"
#define BASE_TEXT                                                   \
	"\"@method\": POST\n\"@path\": /hooks/life\n"               \
	"\"content-digest\": sha-256=:%s:\n\"@signature-params\": " \
	"(\"@method\" \"@path\" \"content-digest\");%s"

/* Two ways to the same verdict. */
static const struct kind {
	const char *alg; /* the form's own name */
	bool draft;
	int by; /* signer, or HMAC_ONLY */
	const char *md;
	bool pss;
} kind[] = {
    {"rsa-sha256", true, RSA_A, "SHA256", false},
    {"ecdsa-sha256", true, EC_256, "SHA256", false},
    {"ed25519", true, ED, NULL, false},
    {"rsa-v1_5-sha256", false, RSA_A, "SHA256", false},
    {"rsa-pss-sha512", false, RSA_A, "SHA512", true},
    {"ecdsa-p256-sha256", false, EC_256, "SHA256", false},
    {"ecdsa-p384-sha384", false, EC_384, "SHA384", false},
    {"ed25519", false, ED, NULL, false},
    {"hmac-sha256", false, HMAC_ONLY, "SHA256", false},
};

#define KIND_N (sizeof(kind) / sizeof(kind[0]))

/* What is verified: as a request, and as OpenSSL wants it. */
static struct {
	const struct kind *kind;
	struct provider prov;
	struct request req;
	struct httpsig_case_env env;
	char text[2048];
	unsigned char sig[512];
	size_t sig_len;
} job;

static char body[1025];

static void
verify_request(void)
{
	struct verified ok;
	struct reason why;

	if (verify_httpsig(&job.prov, &job.req, NOW, &ok, &why) != ST_OK)
		sandbox_die(why.text);
	verified_free(&ok);
}

static bool
hmac_fits(void)
{
	unsigned char mac[EVP_MAX_MD_SIZE];
	unsigned len = 0;

	return HMAC(EVP_sha256(), SECRET, (int)strlen(SECRET),
		   (const unsigned char *)job.text, strlen(job.text), mac,
		   &len) != NULL &&
	       CRYPTO_memcmp(mac, job.sig, job.sig_len) == 0;
}

static void
verify_bare(void)
{
	EVP_PKEY_CTX *inner = NULL;
	EVP_MD_CTX *ctx;

	if (job.kind->by == HMAC_ONLY) {
		if (!hmac_fits())
			sandbox_die("a MAC");
		return;
	}
	ctx = EVP_MD_CTX_new();
	if (EVP_DigestVerifyInit_ex(ctx, &inner, job.kind->md, NULL, NULL,
		signer[job.kind->by].pkey, NULL) != 1 ||
	    (job.kind->pss && (EVP_PKEY_CTX_set_rsa_padding(
				   inner, RSA_PKCS1_PSS_PADDING) <= 0 ||
				  EVP_PKEY_CTX_set_rsa_pss_saltlen(
				      inner, RSA_PSS_SALTLEN_DIGEST) <= 0)) ||
	    EVP_DigestVerify(ctx, job.sig, job.sig_len,
		(const unsigned char *)job.text, strlen(job.text)) != 1)
		sandbox_die("a signature");
	EVP_MD_CTX_free(ctx);
}

/* DER of r and s side by side: what OpenSSL wants again. */
static void
to_der(size_t half)
{
	ECDSA_SIG *pair = ECDSA_SIG_new();
	unsigned char *end = job.sig;

	if (!ECDSA_SIG_set0(pair, BN_bin2bn(job.sig, (int)half, NULL),
		BN_bin2bn(job.sig + half, (int)half, NULL)))
		sandbox_die("DER");
	job.sig_len = (size_t)i2d_ECDSA_SIG(pair, &end);
	ECDSA_SIG_free(pair);
}

/* Sign job.text; base64 is the signature as the header has it. */
static void
sign(const struct kind *k, char base64[static SIGNER_TEXT_MAX])
{
	size_t half = k->by == HMAC_ONLY ? 0 : signer[k->by].len;
	unsigned len = 0;

	if (k->by == HMAC_ONLY) {
		HMAC(EVP_sha256(), SECRET, (int)strlen(SECRET),
		    (const unsigned char *)job.text, strlen(job.text), job.sig,
		    &len);
		signer_base64(base64, job.sig, len, false);
		job.sig_len = len;
		return;
	}
	signer_sign(&signer[k->by], k->md, k->pss, !k->draft && half > 0,
	    job.text, base64);
	job.sig_len =
	    (size_t)decode_base64(job.sig, sizeof(job.sig), span_str(base64));
	if (!k->draft && half > 0)
		to_der(half);
}

static void
make_headers(const struct kind *k, const char *hash)
{
	const char *id = k->by == HMAC_ONLY ? "any" : signer[k->by].id;
	char base64[SIGNER_TEXT_MAX], params[256], line[8192];

	if (k->draft) {
		snprintf(job.text, sizeof(job.text), DRAFT_TEXT, hash);
		sign(k, base64);
		snprintf(line, sizeof(line),
		    "HTTP_AUTHORIZATION=Signature keyId=\"%s\",algorithm="
		    "\"%s\",headers=\"date digest\",signature=\"%s\"",
		    id, k->alg, base64);
		httpsig_case_put(&job.env, line);
		snprintf(line, sizeof(line), "HTTP_DIGEST=SHA-256=%s", hash);
		httpsig_case_put(&job.env, line);
		return;
	}
	snprintf(params, sizeof(params), "created=%d;keyid=\"%s\";alg=\"%s\"",
	    NOW, id, k->alg);
	snprintf(job.text, sizeof(job.text), BASE_TEXT, hash, params);
	sign(k, base64);
	snprintf(line, sizeof(line),
	    "HTTP_SIGNATURE_INPUT=sig1=(\"@method\" \"@path\" "
	    "\"content-digest\");%s",
	    params);
	httpsig_case_put(&job.env, line);
	snprintf(line, sizeof(line), "HTTP_SIGNATURE=sig1=:%s:", base64);
	httpsig_case_put(&job.env, line);
	snprintf(line, sizeof(line), "HTTP_CONTENT_DIGEST=sha-256=:%s:", hash);
	httpsig_case_put(&job.env, line);
}

static void
make_job(const struct kind *k)
{
	unsigned char md[DIGEST_MAX];
	struct reason why = {""};
	char hash[128];

	job.kind = k;
	job.env.n = 0;
	job.req = (struct request){.method = span_str("POST"),
	    .body = span_str(body),
	    .env = job.env.env};
	digest_hash(DIGEST_SHA256, &job.req.body, 1, md);
	signer_base64(hash, md, DIGEST_SHA256_LEN, false);
	httpsig_case_put(&job.env, "REQUEST_METHOD=POST");
	httpsig_case_put(&job.env, "REQUEST_URI=/hooks/life");
	httpsig_case_put(&job.env, "HTTP_HOST=hooks.example");
	httpsig_case_put(&job.env, "HTTP_DATE=" DATE);
	make_headers(k, hash);
	for (size_t i = 0; i < job.env.n; i++)
		job.env.env[i] = job.env.text[i];
	job.env.env[job.env.n] = NULL;
	httpsig_case_provider(&job.prov, preset_find(span_str("lifeomic")));
	if (k->by != HMAC_ONLY)
		httpsig_case_keys(&job.prov, NULL);
	else if (!secrets_parse(
		     &job.prov.secrets, span_str(SECRET), SECRET_RAW, &why))
		sandbox_die(why.text);
}

static double
seconds(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

/* Calls a second. */
static double
rate(void (*call)(void), double length)
{
	double begin = seconds(), now = begin;
	long n = 0;

	while (now - begin < length) {
		for (int i = 0; i < BATCH; i++)
			call();
		n += BATCH;
		now = seconds();
	}
	return (double)n / (now - begin);
}

static int
by_size(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

static double
middle(double *of, int n)
{
	qsort(of, (size_t)n, sizeof(*of), by_size);
	return of[n / 2];
}

static void
measure(int rounds, double length)
{
	double ours[ROUNDS_MAX], bare[ROUNDS_MAX], ratio[ROUNDS_MAX], a, b;

	for (int i = 0; i < rounds; i++) {
		ours[i] = rate(verify_request, length);
		bare[i] = rate(verify_bare, length);
		ratio[i] = ours[i] / bare[i];
	}
	a = middle(ours, rounds);
	b = middle(bare, rounds);
	printf("%-8s %-18s %9.0f %9.0f %8.2f %8.1f\n",
	    job.kind->draft ? "drafts" : "RFC 9421", job.kind->alg, a, b,
	    middle(ratio, rounds), 1e6 / a - 1e6 / b);
	fflush(stdout);
}

int
main(int argc, char *argv[])
{
	int rounds = argc > 1 ? (int)strtol(argv[1], NULL, 10) : 5;
	long ms = argc > 2 ? strtol(argv[2], NULL, 10) : 100;

	if (rounds < 1 || rounds > ROUNDS_MAX || ms < 1 || argc > 3) {
		fprintf(stderr, "usage: keys [ROUNDS [MILLISECONDS]]\n");
		return 2;
	}
	memset(body, 'a', sizeof(body) - 1);
	httpsig_case_begin();
	printf("Requests of 1 KiB, one thread, medians of %d rounds of %ld "
	       "ms each.\n\nform     algorithm          hookdir/s OpenSSL/s "
	       "   ratio us added\n",
	    rounds, ms);
	for (size_t i = 0; i < KIND_N; i++) {
		make_job(&kind[i]);
		measure(rounds, (double)ms / 1e3);
		provider_free(&job.prov);
	}
	httpsig_case_end();
	return 0;
}
