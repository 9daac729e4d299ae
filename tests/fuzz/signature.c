/*
 * signature.c - any headers under several rules: a few well-formed
 * signatures, or a refusal that says why.  The first byte chooses the rule.
 */
#include "signature.h"
#include "fuzz.h"
#include "scheme.h"

static const struct preset rule_words[] = {
    {.signature = {"X-Sig"}, .signed_text = {"{body}"}},
    {.signature = {"X-Sig"},
	.prefix = "v1=",
	.separator = ",",
	.timestamp = "element:t=",
	.signed_text = {"{ts}.{body}"}},
    {.signature = {"X-Sig"},
	.prefix = "v1,",
	.separator = " ",
	.timestamp = "header:X-Time",
	.signed_text = {"{ts}.{body}"}},
    {.signature = {"X-Sig-*", "X-Sig"},
	.separator = ";",
	.signed_text = {"{body}"}},
    {.scheme = "ed25519", .signature = {"X-Sig"}, .prefix = "v1="},
    {.scheme = "rsa", .signature = {"X-Sig-*", "json:sig"}, .separator = ","},
    {.scheme = "standard", .signature = {"X-Signature"}},
    {.signature = {"json:sig", "X-Sig"},
	.timestamp = "json:ts",
	.signed_text = {"{body}"}},
};

#define RULES (sizeof(rule_words) / sizeof(rule_words[0]))

static void
collect(const struct rule *rule, const struct request *req)
{
	struct reason why = {""};
	struct signatures sigs;
	enum status st = signatures_collect(&sigs, rule, req, &why);

	must(st == ST_OK || st == ST_UNVERIFIED);
	if (st == ST_OK) {
		must(sigs.n + sigs.nkeyed >= 1);
		must(sigs.n <= SIGNATURES_MAX &&
		     sigs.nkeyed <= SIGNATURES_KEYED);
		must(sigs.n == 0 || rule->scheme->macs);
		must(sigs.nkeyed == 0 || rule->scheme->keyed);
		for (size_t i = 0; i < sigs.nkeyed; i++)
			fuzz_read(
			    span_mem(sigs.keyed[i].bytes, sigs.keyed[i].len));
		must(
		    (rule->timestamp.kind == FIELD_NONE) == (sigs.ts.len == 0));
		fuzz_read(sigs.ts);
	} else {
		must(why.text[0] != '\0');
		must(sigs.n == 0 && sigs.nkeyed == 0 && sigs.ts.len == 0);
	}
	signatures_free(&sigs);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct preset words;
	struct reason why;
	const char *key;
	struct fuzz_input in;
	struct rule rule;

	if (size == 0)
		return 0;
	words = rule_words[data[0] % RULES];
	if (words.scheme == NULL)
		words.digest = data[0] / RULES % 2 == 0 ? "sha256" : "sha1";
	must(rule_make(&rule, &words, 300, &key, &why));
	fuzz_split(&in, span_mem(data + 1, size - 1));
	struct request req = {.env = in.env, .body = in.body};
	collect(&rule, &req);
	fuzz_free(&in);
	rule_free(&rule);
	return 0;
}
