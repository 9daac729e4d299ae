/*
 * verify.c - nothing is genuine that was not signed.
 *
 * The secrets stand nowhere but here, and no input can hold a MAC made with
 * them by chance: whatever is found genuine is a finding.  Against a check
 * that only ever refuses, the same body is then signed and must pass.
 */
#include "verify.h"
#include "fuzz.h"
#include "provider.h"
#include "scheme.h"

#define NOW 1700000000

static const struct preset words[] = {
    {.scheme = "hmac", .signature = {"X-Sig"}, .signed_text = {"{body}"}},
    {.scheme = "hmac",
	.signature = {"X-Sig"},
	.prefix = "v1=",
	.separator = ",",
	.timestamp = "element:t=",
	.signed_text = {"{ts}.{body}"}},
    {.scheme = "hmac",
	.signature = {"X-Sig"},
	.prefix = "v0=",
	.timestamp = "header:X-Time",
	.signed_text = {"v0:{ts}:{form:data}", "v0:{ts}:{json:data}",
	    "v0:{ts}:{body}"}},
    {.scheme = "hmac",
	.signature = {"X-Sig"},
	.url = "https://example.com/",
	.signed_text = {"{method}{url}{uri}{sortedform}"}},
    {.scheme = "hmac",
	.signature = {"json:sig", "X-Sig-*"},
	.timestamp = "json:ts",
	.signed_text = {"{header:X-Id}{body}"}},
    {.scheme = "token",
	.signature = {"X-Token"},
	.prefix = "Bearer ",
	.signed_text = {"{body}"}},
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
		const char *key;

		prov->words = words[i];
		prov->words.digest = "sha256";
		prov->words.key = "raw";
		prov->words.encoding = "hex";
		must(rule_make(&prov->rule, &prov->words, 300, &key, &why));
		must(secrets_parse(&prov->secrets,
		    span_str("0f8fad5bd9cb469fa16570867728950e\n"
			     "7c9e66796fa34bd8a2ba1f6e0f0c5a11"),
		    KEY_RAW, &why));
	}
}

static void
must_refuse(const struct request *req)
{
	for (size_t i = 0; i < RULES; i++) {
		struct verified ok = {.how = NULL};
		struct reason why = {""};
		enum status st = provider[i].rule.scheme->verify(
		    &provider[i], req, NOW, &ok, &why);

		must(st == ST_UNVERIFIED);
		must(why.text[0] != '\0');
	}
}

/* The body, signed as the first rule wants it. */
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
	digest_hex(header + strlen(header),
	    span_mem(mac[1], digest_len(provider[0].rule.digest)));
	must(verify_signed(&provider[0], &req, NOW, &ok, &why) == ST_OK);
	must(ok.secret == 1 && span_eq(ok.text.payload, body));
	verified_free(&ok);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct fuzz_input in;

	if (provider[0].rule.scheme == NULL)
		make_providers();
	fuzz_split(&in, span_mem(data, size));
	struct request req = {
	    .env = in.env, .method = span_str("POST"), .body = in.body};
	must_refuse(&req);
	must_accept(in.body);
	fuzz_free(&in);
	return 0;
}
