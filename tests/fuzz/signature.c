/*
 * signature.c - any headers under several profiles: a few well-formed
 * signatures, or a refusal that says why.  The first byte chooses the profile.
 */
#include "profile/signature.h"
#include "fuzz.h"
#include "profile/scheme.h"
#include "verify/schemes.h"

static const struct preset profile_words[] = {
    {.signature = {"X-Sig"}, .signed_payload = {"{body}"}},
    {.signature = {"X-Sig"},
	.prefix = "v1=",
	.separator = ",",
	.timestamp = "element:t=",
	.signed_payload = {"{ts}.{body}"}},
    {.signature = {"X-Sig"},
	.prefix = "v1,",
	.separator = " ",
	.timestamp = "header:X-Time",
	.signed_payload = {"{ts}.{body}"}},
    {.signature = {"X-Sig-*", "X-Sig"},
	.separator = ";",
	.signed_payload = {"{body}"}},
    {.scheme = "ed25519", .signature = {"X-Sig"}, .prefix = "v1="},
    {.scheme = "rsa", .signature = {"X-Sig-*", "json:sig"}, .separator = ","},
    {.scheme = "standard", .signature = {"X-Signature"}},
    {.signature = {"json:sig", "X-Sig"},
	.timestamp = "json:ts",
	.signed_payload = {"{body}"}},
};

#define RULES (sizeof(profile_words) / sizeof(profile_words[0]))

static void
collect(const struct profile *profile, const struct request *req)
{
	struct reason why = {""};
	struct signatures sigs;
	enum status st = signatures_collect(&sigs, profile, req, &why);

	must(st == ST_OK || st == ST_UNVERIFIED);
	if (st == ST_OK) {
		must(sigs.n + sigs.nasymmetric >= 1);
		must(sigs.n <= SIGNATURES_MAX &&
		     sigs.nasymmetric <= SIGNATURES_ASYMMETRIC);
		must(sigs.n == 0 || profile->scheme->macs);
		must(sigs.nasymmetric == 0 || profile->scheme->asymmetric);
		for (size_t i = 0; i < sigs.nasymmetric; i++)
			fuzz_read(span_mem(
			    sigs.asymmetric[i].bytes, sigs.asymmetric[i].len));
		must((profile->timestamp.kind == FIELD_NONE ||
			 signatures_time_is_late(profile)) ==
		     (sigs.ts.len == 0));
		if (signatures_time_is_late(profile))
			must((signatures_collect_time(&sigs, profile, req,
				  &why) == ST_OK) == (sigs.ts.len > 0));
		fuzz_read(sigs.ts);
	} else {
		must(why.text[0] != '\0');
		must(sigs.n == 0 && sigs.nasymmetric == 0 && sigs.ts.len == 0);
	}
	signatures_free(&sigs);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct preset words;
	struct profile_fault fault;
	struct fuzz_input in;
	struct profile profile;

	if (size == 0)
		return 0;
	words = profile_words[data[0] % RULES];
	if (words.scheme == NULL)
		words.digest = data[0] / RULES % 2 == 0 ? "sha256" : "sha1";
	must(scheme_profile(&profile, &words, 300, &fault));
	fuzz_split(&in, span_mem(data + 1, size - 1));
	struct request req = {.env = in.env, .body = in.body};
	collect(&profile, &req);
	fuzz_free(&in);
	profile_free(&profile);
	return 0;
}
