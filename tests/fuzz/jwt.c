/*
 * jwt.c - tokens: a header in the first line, claims in the second, a body
 * behind them.
 *
 * As they stand, as a token that nobody signed, they are refused.  Signed by
 * HS256 they pass only with an algorithm that is named, a time and the digest
 * of the body.  The first line itself is a token too.
 */
#include "verify/jwt.h"
#include "base/encode.h"
#include "crypto/digest.h"
#include "fuzz.h"
#include "profile/provider.h"
#include "verify/jws.h"
#include "verify/schemes.h"

#define NOW    1700000000
#define SECRET "0f8fad5bd9cb469fa16570867728950e"

static struct provider prov;

static void
make_provider(void)
{
	struct reason why = {""};
	struct profile_fault fault;

	prov.words = preset_default;
	prov.words.scheme = "jwt";
	prov.words.claims[0] = "h={sha256:body}";
	prov.words.claims[1] = "m={method}";
	must(scheme_profile(&prov.profile, &prov.words, 300, &fault));
	must(secrets_parse(&prov.secrets, span_str(SECRET), SECRET_RAW, &why));
}

static void
parse(struct span text)
{
	struct reason why = {""};
	struct jws jws;

	if (jws_parse(&jws, text, &why) != ST_OK) {
		must(why.text[0] != '\0' && jws.owned == NULL);
		return;
	}
	must(fuzz_within(jws.text, text) && fuzz_within(jws.signature, text));
	must(jws.text.len + 1 + jws.signature.len == text.len);
	fuzz_read(jws.claims);
	fuzz_read(jws.alg);
	fuzz_read(jws.kid);
	jws_free(&jws);
}

/* Add src to dst in base64url; the length then. */
static size_t
put(char *dst, size_t at, struct span src)
{
	encode_base64(dst + at, src);
	for (; dst[at] != '\0' && dst[at] != '='; at++) {
		if (dst[at] == '+')
			dst[at] = '-';
		else if (dst[at] == '/')
			dst[at] = '_';
	}
	dst[at] = '\0';
	return at;
}

static enum status
deliver(const char *token, struct span body)
{
	char header[REQUEST_HEADER_MAX + 64];
	char *env[] = {header, NULL};
	struct request req = {
	    .env = env, .method = span_str("POST"), .body = body};
	struct verified ok;
	struct reason why = {""};
	enum status st;

	snprintf(header, sizeof(header), "HTTP_AUTHORIZATION=Bearer %s", token);
	st = verify_jwt(&prov, &req, NOW, &ok, &why);
	must(st == ST_OK || st == ST_UNVERIFIED || st == ST_BAD_REQUEST);
	if (st == ST_OK)
		must(span_eq(ok.text.payload, body));
	else
		must(why.text[0] != '\0');
	verified_free(&ok);
	return st;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct span rest = span_mem(data, size), header, claims, text;
	static char token[REQUEST_HEADER_MAX];
	unsigned char mac[DIGEST_MAX];
	size_t len;
	char *line;

	if (prov.profile.scheme == NULL)
		make_provider();
	header = span_cut(&rest, '\n');
	claims = span_cut(&rest, '\n');
	parse(header);
	line = fuzz_string(header);
	must(deliver(line, rest) == ST_UNVERIFIED);
	free(line);
	if (header.len > 1000 || claims.len > 4000)
		return 0;
	len = put(token, 0, header);
	token[len++] = '.';
	len = put(token, len, claims);
	text = span_mem(token, len);
	must(digest_hmac(DIGEST_SHA256, span_str(SECRET), &text, 1, mac));
	token[len++] = '.';
	put(token, len, span_mem(mac, DIGEST_SHA256_LEN));
	parse(span_str(token));
	deliver(token, rest);
	token[len] ^= 1;
	must(deliver(token, rest) == ST_UNVERIFIED);
	return 0;
}
