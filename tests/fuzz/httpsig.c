/*
 * httpsig.c - nothing is genuine that was not signed.
 *
 * The keys' other halves are nowhere, and the secret stands only here:
 * whatever is found genuine is a finding.
 */
#include "verify/httpsig/httpsig.h"
#include "fuzz.h"
#include "profile/provider.h"
#include "verify/schemes.h"

#define NOW 1700000000

static const char set[] =
    "{\"keys\":[{\"kty\":\"OKP\",\"crv\":\"Ed25519\",\"kid\":\"k\","
    "\"x\":\"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo\"},"
    "{\"kty\":\"EC\",\"crv\":\"P-256\",\"kid\":\"k\","
    "\"x\":\"f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU\","
    "\"y\":\"x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0\"}]}";

static struct provider with_keys, with_secret;

static void
make_provider(struct provider *prov)
{
	struct profile_fault fault;

	prov->words = *preset_find(span_str("lifeomic"));
	prov->words.bound_by = BIND_KEY;
	must(scheme_profile(&prov->profile, &prov->words, 300, &fault));
}

static void
make_providers(void)
{
	struct reason why = {""};

	make_provider(&with_keys);
	must(keys_from_jwks(&with_keys.keys, span_str(set), 2048, &why));
	make_provider(&with_secret);
	must(secrets_parse(&with_secret.secrets,
	    span_str("0f8fad5bd9cb469fa16570867728950e"), SECRET_RAW, &why));
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const struct provider *const prov[] = {&with_keys, &with_secret};
	struct fuzz_input in;

	if (with_keys.profile.scheme == NULL)
		make_providers();
	fuzz_split(&in, span_mem(data, size));
	struct request req = {
	    .env = in.env, .method = span_str("POST"), .body = in.body};
	for (size_t i = 0; i < 2; i++) {
		struct verified ok;
		struct reason why = {""};
		enum status st = verify_httpsig(prov[i], &req, NOW, &ok, &why);

		must(st == ST_UNVERIFIED || st == ST_BAD_REQUEST);
		must(why.text[0] != '\0');
		must(ok.key[0] == '\0' && ok.headers == NULL &&
		     ok.target == NULL);
	}
	fuzz_free(&in);
	return 0;
}
