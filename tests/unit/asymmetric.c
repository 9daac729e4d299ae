/*
 * asymmetric.c - signatures made with private keys, and public keys as text: what
 * fits passes, in every spelling that senders use, and nothing else does.
 */
#include "verify/asymmetric.h"
#include "base/encode.h"
#include "config/config.h"
#include "pairs.h"

#include "../tap.h"

#define NOW 1700000000

/* Settings with one provider; the caller frees them. */
static struct config *
load(const char *entry)
{
	static char *none[] = {NULL};
	static char text[16384];

	snprintf(text, sizeof(text),
	    "{\"inbox\":\"in\",\"providers\":{\"p\":{\"signature\":\"X-Sig\","
	    "%s}}}",
	    entry);
	sandbox_log_clear();
	return config_load(
	    sandbox_text("hookdir.json", text, 0600), none, &sandbox_log);
}

static struct config *
load_key(const char *scheme, const char *key)
{
	char entry[4096], line[3072];
	size_t n = 0;

	for (; *key != '\0' && n < sizeof(line) - 2; key++) {
		if (*key == '\n') {
			line[n++] = '\\';
			line[n++] = 'n';
		} else {
			line[n++] = *key;
		}
	}
	line[n] = '\0';
	snprintf(
	    entry, sizeof(entry), "%s,\"public_key\":\"%s\"", scheme, line);
	return load(entry);
}

static void
broken(const char *entry, const char *want)
{
	struct config *cfg = load(entry);

	ok(cfg != NULL && cfg->errors == 1 && cfg->provider[0].broken,
	    "broken: %.60s", entry);
	if (!ok(sandbox_log_has(want), "for: %.60s", want))
		diag("%s", sandbox_logged);
	config_free(cfg);
}

static enum status
verify(const struct config *cfg, const char *sig, const char *body,
    struct verified *by, struct reason *why)
{
	char header[SIGNER_TEXT_MAX * 2];
	const char *env[] = {header, NULL};
	const struct provider *prov = &cfg->provider[0];
	struct request req;
	enum status st;

	snprintf(header, sizeof(header), "HTTP_X_SIG=%s", sig);
	sandbox_request(&req, env, span_str(body));
	*why = (struct reason){""};
	st = prov->profile.scheme->verify(prov, &req, NOW, by, why);
	if (st == ST_OK)
		is_span(by->text.payload, body, "all of the body is stored");
	request_free(&req);
	return st;
}

static bool
passes(const struct config *cfg, const char *sig, const char *body)
{
	struct verified by = {.how = NULL};
	struct reason why;
	enum status st = verify(cfg, sig, body, &by, &why);

	verified_free(&by);
	return st == ST_OK;
}

/* Each byte of the decoded signature changed, cut off, or one more. */
static void
test_damage(const struct config *cfg, const char *base64)
{
	unsigned char sig[1024];
	char text[2 * sizeof(sig) + 8];
	ptrdiff_t n = decode_base64(sig, sizeof(sig), span_str(base64));
	unsigned fooled = 0;

	for (ptrdiff_t i = 0; i < n; i++) {
		sig[i] ^= 1;
		encode_hex(text, span_mem(sig, (size_t)n));
		fooled += passes(cfg, text, "body");
		sig[i] ^= 1;
	}
	is_int(fooled, 0, "no byte can be changed");
	for (ptrdiff_t i = 1; i < n; i++) {
		encode_hex(text, span_mem(sig, (size_t)i));
		fooled += passes(cfg, text, "body");
	}
	is_int(fooled, 0, "nor can it be cut short anywhere");
	sig[n] = 0;
	encode_hex(text, span_mem(sig, (size_t)n + 1));
	ok(!passes(cfg, text, "body"), "nor can anything be added");
	encode_hex(text, span_mem(sig, (size_t)n));
	ok(passes(cfg, text, "body"), "and in hexadecimal it is as good");
}

static void
test_schemes(void)
{
	static const struct {
		const char *words, *how, *md;
		int signer;
		bool raw;
	} row[] = {
	    {"\"scheme\":\"ed25519\"", "ed25519", NULL, ED, false},
	    {"\"scheme\":\"ecdsa\"", "ecdsa-sha256", "SHA256", P256, false},
	    {"\"scheme\":\"ecdsa\"", "ecdsa-sha256", "SHA256", P256, true},
	    {"\"scheme\":\"ecdsa\",\"digest\":\"sha384\"", "ecdsa-sha384",
		"SHA384", P384, false},
	    {"\"scheme\":\"ecdsa\",\"digest\":\"sha384\"", "ecdsa-sha384",
		"SHA384", P384, true},
	    {"\"scheme\":\"rsa\"", "rsa-sha256", "SHA256", RSA2048, false},
	    {"\"scheme\":\"rsa\",\"digest\":\"sha1\"", "rsa-sha1", "SHA1",
		RSA2048, false},
	    {"\"scheme\":\"rsa\",\"digest\":\"sha384\"", "rsa-sha384", "SHA384",
		RSA2048, false},
	    {"\"scheme\":\"rsa\",\"digest\":\"sha512\"", "rsa-sha512", "SHA512",
		RSA2048, false},
	};

	for (size_t i = 0; i < sizeof(row) / sizeof(row[0]); i++) {
		const struct signer *s = &signer[row[i].signer];
		struct config *cfg =
		    load_key(row[i].words, der64[row[i].signer]);
		char sig[SIGNER_TEXT_MAX];
		struct verified by;
		struct reason why;

		if (!ok(cfg != NULL && cfg->errors == 0, "%s", row[i].words)) {
			diag("%s", sandbox_logged);
			config_free(cfg);
			continue;
		}
		signer_sign(s, row[i].md, false, row[i].raw, "body", sig);
		if (is_int(verify(cfg, sig, "body", &by, &why), ST_OK, "%s%s",
			row[i].how, row[i].raw ? ", raw" : "")) {
			is_str(by.how, row[i].how, "by this");
			is_str(by.key, "1", "and this key");
			verified_free(&by);
		}
		is_int(verify(cfg, sig, "bodY", &by, &why), ST_UNVERIFIED,
		    "another body");
		is_str(why.text,
		    "no signature fits: wrong key (1 configured), or the body "
		    "was changed on its way",
		    "and why");
		test_damage(cfg, sig);
		config_free(cfg);
	}
}

/* The right key by another digest, or by another padding. */
static void
test_other_algorithm(void)
{
	struct config *cfg = load_key("\"scheme\":\"rsa\"", der64[RSA2048]);
	char sig[SIGNER_TEXT_MAX];

	signer_sign(&signer[RSA2048], "SHA1", false, false, "body", sig);
	ok(!passes(cfg, sig, "body"), "SHA-1 where SHA-256 is said");
	signer_sign(&signer[RSA2048], "SHA256", true, false, "body", sig);
	ok(!passes(cfg, sig, "body"), "PSS is another algorithm");
	config_free(cfg);
}

static void
test_key_forms(void)
{
	const struct {
		const char *name, *text;
	} row[] = {
	    {"DER in base64", der64[ED]},
	    {"PEM", pem[ED]},
	    {"hexadecimal", raw_hex},
	    {"base64", raw64},
	};
	char sig[SIGNER_TEXT_MAX], text[2048];
	struct config *cfg;

	signer_sign(&signer[ED], NULL, false, false, "body", sig);
	for (size_t i = 0; i < sizeof(row) / sizeof(row[0]); i++) {
		cfg = load_key("\"scheme\":\"ed25519\"", row[i].text);
		ok(cfg->errors == 0 && passes(cfg, sig, "body"),
		    "a key in the settings: %s", row[i].name);
		config_free(cfg);
		snprintf(text, sizeof(text), "\r\n%s \r\n", row[i].text);
		sandbox_text("keys", text, 0644);
		cfg = load("\"scheme\":\"ed25519\","
			   "\"public_key_file\":\"keys\"");
		ok(cfg->errors == 0 && passes(cfg, sig, "body"),
		    "and in a file");
		is_int(cfg->nstamp, 3, "watched: settings, providers.d, keys");
		config_free(cfg);
	}
	snprintf(text, sizeof(text), "whpk_%s", raw64);
	cfg = load_key("\"scheme\":\"ed25519\"", text);
	ok(cfg->errors == 0 && passes(cfg, sig, "body"), "whpk_");
	config_free(cfg);
}

/* Several keys, of which any will do: that is how one is rolled. */
static void
test_several(void)
{
	char entry[1024], sig[SIGNER_TEXT_MAX], both[2 * SIGNER_TEXT_MAX];
	static const char old[] =
	    "79b5562e8fe654f94078b112e8a98ba7901f853ae695bed7e0e3910bad049664";
	struct verified by;
	struct reason why;
	struct config *cfg;

	signer_sign(&signer[ED], NULL, false, false, "body", sig);
	snprintf(entry, sizeof(entry),
	    "\"scheme\":\"ed25519\",\"separator\":\",\","
	    "\"prefix\":\"ed=\",\"public_key\":[\"%s\",\"%s\"]",
	    old, raw_hex);
	cfg = load(entry);
	snprintf(both, sizeof(both), "ed=%.*s,x=1,ed=%s", 128,
	    "00000000000000000000000000000000000000000000000000000000000000"
	    "00000000000000000000000000000000000000000000000000000000000000"
	    "00000000",
	    sig);
	if (is_int(verify(cfg, both, "body", &by, &why), ST_OK,
		"the second of two, by the second key")) {
		is_str(by.key, "2", "which is named");
		verified_free(&by);
	}
	ok(!passes(cfg, sig, "body"), "its prefix is asked for");
	is_int(verify(cfg, "ed=,ed=00", "body", &by, &why), ST_UNVERIFIED,
	    "nothing is no signature");
	is_str(why.text,
	    "X-Sig contains no signature of the expected form: \"ed=\" "
	    "followed by a signature in hexadecimal or base64",
	    "and why");
	config_free(cfg);
	strcpy(both, "");
	for (int i = 0; i <= SIGNATURES_ASYMMETRIC; i++)
		strcat(strcat(strcat(both, "ed="), sig), ",");
	cfg = load(entry);
	is_int(verify(cfg, both, "body", &by, &why), ST_UNVERIFIED,
	    "so many that to try them takes long");
	is_str(why.text, "X-Sig contains too many signatures", "are refused");
	config_free(cfg);
}

static void
test_bad_settings(void)
{
	char entry[8192], pair[4096];

	broken("\"scheme\":\"ed25519\"",
	    "public_key: missing: without a key nothing can be verified");
	broken("\"scheme\":\"ed25519\",\"secret_file\":\"keys\"",
	    "secret_file: cannot be used with the scheme ed25519");
	broken("\"scheme\":\"rsa\",\"jwks_file\":\"keys\"",
	    "jwks_file: cannot be used with the scheme rsa");
	broken("\"public_key\":\"x\"",
	    "public_key: cannot be used with the scheme hmac");
	broken("\"scheme\":\"ecdsa\",\"digest\":\"sha1\",\"public_key\":\"x\"",
	    "digest: the scheme ecdsa does not work with sha1");
	broken("\"scheme\":\"rsa\",\"public_key\":\"x\",\"algorithms\":\"a\"",
	    "algorithms: has no effect with this scheme");
	broken("\"scheme\":\"rsa\",\"public_key\":\"x\",\"required_"
	       "components\":\"a\"",
	    "required_components: has no effect with this scheme");
	broken("\"scheme\":\"rsa\",\"public_key\":\"x\",\"signed_payload\":\"{"
	       "method}\"",
	    "signed_payload: would cover nothing of the payload");
	for (int i = 0; i <= K1; i++) {
		static const char *const want[] = {
		    [ED] = "key 1 is of the kind Ed25519, which "
			   "rsa-sha256 cannot use",
		    [P256] = "key 1 is of the kind EC P-256",
		    [P384] = "key 1 is of the kind EC P-384",
		    [K1] = "key 1 cannot be used"};

		snprintf(entry, sizeof(entry),
		    "\"scheme\":\"rsa\",\"public_key\":\"%s\"", der64[i]);
		if (i != RSA2048)
			broken(entry, want[i]);
	}
	snprintf(entry, sizeof(entry),
	    "\"scheme\":\"ecdsa\",\"public_key\":[\"%s\",\"%s\"]", der64[P256],
	    der64[P384]);
	broken(entry, "key 2 is of the kind EC P-384, which "
		      "ecdsa-sha256 cannot use");
	snprintf(pair, sizeof(pair), "%s\nnot a key\n", der64[ED]);
	sandbox_text("keys", pair, 0600);
	broken("\"scheme\":\"ed25519\",\"public_key_file\":\"keys\"",
	    "key 2 cannot be used");
	sandbox_text("keys", "\n\n", 0600);
	broken("\"scheme\":\"ed25519\",\"public_key_file\":\"keys\"",
	    "empty: put one public key on each line, or PEM blocks");
	strcpy(pair, "");
	for (int i = 0; i < 9; i++)
		strcat(strcat(pair, raw_hex), "\n");
	sandbox_text("keys", pair, 0600);
	broken("\"scheme\":\"ed25519\",\"public_key_file\":\"keys\"",
	    "more than 8 keys");
	snprintf(entry, sizeof(entry),
	    "\"scheme\":\"ed25519\",\"public_key\":\"%s\","
	    "\"public_key_file\":\"keys\"",
	    raw_hex);
	broken(entry, "public_key_file: conflicts with public_key");
}

int
main(void)
{
	sandbox_make();
	for (int i = 0; i <= K1; i++)
		make_signer(i);
	test_schemes();
	test_other_algorithm();
	test_key_forms();
	test_several();
	test_bad_settings();
	for (int i = 0; i <= K1; i++)
		EVP_PKEY_free(signer[i].pkey);
	sandbox_remove(sandbox_dir);
	return done();
}
