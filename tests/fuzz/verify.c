/*
 * verify.c - nothing is genuine that was not signed.
 *
 * The secrets stand nowhere but here, and no input can hold a MAC made with
 * them by chance: whatever is found genuine is a finding.  Against a check
 * that only ever refuses, the same body is then signed and must pass.
 */
#include "base/encode.h"
#include "crypto/sigalg.h"
#include "fuzz.h"
#include "profile/provider.h"
#include "profile/scheme.h"
#include "verify/schemes.h"
#include "verify/signed_text.h"
#include "verify/verified.h"

#define NOW 1700000000

/* Nobody has the private halves. */
#define ED_KEY "JkSGPiYfPTeNNyy5Ci3XgsW8eAe6t0kMnvcgVBc45IM="
#define RSA_KEY                                                        \
	"MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEAzAjkFxQV1ZF+eKq5" \
	"kVt48AaAGG68VXxHBr+ozeaT4OVjD4WMPz+XuCljNAF3gvGbdO1GMO2h+PEl" \
	"Na6vPB0igoZ+z+P2c5T1izlj/MGaVHLzm2Xn3ptPucAHZe2xsE4uBsBepsJb" \
	"63NFJF3SQdtIdpmKYPjmwT3bxIBnpe7ruJzxubA/IL3Y68V0K6YVA0jU++Xr" \
	"cTqRPNma9hqig8EgqFIsBeZPovBdAFaFmmFAN/v+Y7YhZzJd18MU7NLJkufP" \
	"VFR1SFPy3pmVXmPQyL/1dVfwtAYsIbMkVjNdNU9YIMh6vnp7joKdPh5gnZCb" \
	"/is2YweLK0wpzkaOO9aMEofQiQIDAQAB"

static const struct preset words[] = {
    {.scheme = "hmac", .signature = {"X-Sig"}, .signed_payload = {"{body}"}},
    {.scheme = "hmac",
	.signature = {"X-Sig"},
	.prefix = "v1=",
	.separator = ",",
	.timestamp = "element:t=",
	.signed_payload = {"{ts}.{body}"}},
    {.scheme = "hmac",
	.signature = {"X-Sig"},
	.prefix = "v0=",
	.timestamp = "header:X-Time",
	.signed_payload = {"v0:{ts}:{form:data}", "v0:{ts}:{json:data}",
	    "v0:{ts}:{body}"}},
    {.scheme = "hmac",
	.signature = {"X-Sig"},
	.public_url = "https://example.com/",
	.signed_payload = {"{method}{url}{uri}{sortedform}"}},
    {.scheme = "hmac",
	.signature = {"json:sig", "X-Sig-*"},
	.timestamp = "json:ts",
	.signed_payload = {"{header:X-Id}{body}"}},
    {.scheme = "token", .signature = {"X-Token"}, .prefix = "Basic "},
    {.scheme = "standard"},
    {.scheme = "jwt", .claims = {"h={sha256:body}"}},
    {.scheme = "ed25519",
	.signature = {"X-Sig"},
	.prefix = "v1=",
	.separator = ",",
	.timestamp = "header:X-Time",
	.signed_payload = {"{ts}{body}"}},
    {.scheme = "rsa",
	.digest = "sha1",
	.signature = {"X-Sig", "json:sig"},
	.signed_payload = {"{webhook_id}|{crc32:body}|{sha256:body}"},
	.webhook_id = "1"},
    {.scheme = "token",
	.signature = {"X-Token"},
	.prefix = "Bearer ",
	.signed_payload = {"{body}"}},
};

#define RULES (sizeof(words) / sizeof(words[0]))

/* Made once; a fuzzer's process ends without asking for anything back. */
static struct provider provider[RULES];

static void
make_providers(void)
{
	for (size_t i = 0; i < RULES; i++) {
		struct provider *prov = &provider[i];
		struct reason why = {""};
		struct profile_fault fault;

		prov->words = words[i];
		must(scheme_profile(&prov->profile, &prov->words, 300, &fault));
		if (prov->profile.scheme->asymmetric)
			must(keys_add_text(&prov->keys,
			    span_str(prov->profile.algorithms == ALG_ED25519
					 ? ED_KEY
					 : RSA_KEY),
			    2048, &why));
		if (prov->profile.scheme->asymmetric &&
		    !prov->profile.scheme->macs)
			continue;
		must(secrets_parse(&prov->secrets,
		    span_str("0f8fad5bd9cb469fa16570867728950e\n"
			     "7c9e66796fa34bd8a2ba1f6e0f0c5a11"),
		    SECRET_RAW, &why));
	}
}

static void
must_refuse(const struct request *req)
{
	for (size_t i = 0; i < RULES; i++) {
		struct verified ok = {.how = NULL};
		struct reason why = {""};
		enum status st = provider[i].profile.scheme->verify(
		    &provider[i], req, NOW, &ok, &why);

		must(st == ST_UNVERIFIED);
		must(why.text[0] != '\0');
	}
}

/* The body, signed as the first profile wants it. */
static void
must_accept(struct span body)
{
	struct signed_text text = {.n = 1, .part = {body}};
	unsigned char mac[SECRETS_MAX][DIGEST_MAX];
	char header[DIGEST_TEXT_MAX + 16] = "HTTP_X_SIG=";
	char *env[] = {header, NULL};
	struct request req = {.env = env, .body = body};
	struct verified ok;
	struct reason why;

	if (body.len == 0 || span_is(body, "null") ||
	    span_is(body, "undefined") || span_is(body, "[object Object]"))
		return;
	must(verify_macs(&provider[0], &text, mac));
	encode_hex(header + strlen(header),
	    span_mem(mac[1], digest_len(provider[0].profile.digest)));
	must(verify_signed(&provider[0], &req, NOW, &ok, &why) == ST_OK);
	must(ok.secret == 1 && span_eq(ok.text.payload, body));
	verified_free(&ok);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct fuzz_input in;

	if (provider[0].profile.scheme == NULL)
		make_providers();
	fuzz_split(&in, span_mem(data, size));
	struct request req = {
	    .env = in.env, .method = span_str("POST"), .body = in.body};
	must_refuse(&req);
	must_accept(in.body);
	fuzz_free(&in);
	return 0;
}
