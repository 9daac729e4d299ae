/*
 * jwt.c - signed tokens: which pass, and everything about one that can be
 * wrong, each with its reason.
 */
#include "jwt.h"
#include "box.h"
#include "config.h"
#include "signer.h"

#include "../tap.h"

#define NOW    1700000000
#define SECRET "a secret of the sender"
#define BODY   "{\"a\":1}"
/* sha256sum and sha1sum of BODY. */
#define HASH   "015abd7f5cc57a2dd94b7590f04ad8084273905ee33ec5cebeae62276a97f862"
#define HASH64 "AVq9f1zFei3ZS3WQ8ErYCEJzkF7jPsXOvq5iJ2qX+GI="

static struct config *cfg;

static struct config *
load(const char *members)
{
	static char *none[] = {NULL};
	char text[2048];

	snprintf(text, sizeof(text),
	    "{\"inbox\":\"in\",\"providers\":{\"p\":{\"scheme\":\"jwt\"%s}}}",
	    members);
	box_log_clear();
	return config_load(
	    box_text("hookdir.json", text, 0600), none, &box_log);
}

static void
use(const char *members)
{
	config_free(cfg);
	cfg = load(members);
	ok(cfg != NULL && cfg->errors == 0, "good: %.90s", members);
	if (box_logged[0] != '\0')
		diag("%s", box_logged);
	if (cfg == NULL || cfg->errors > 0)
		box_die("settings");
}

static void
broken(const char *members, const char *want)
{
	struct config *bad = load(members);

	ok(bad != NULL && bad->errors == 1, "broken: %.90s", members);
	if (!ok(box_log_has(want), "for: %s", want))
		diag("%s", box_logged);
	config_free(bad);
}

/* A token of these two JSON texts, by HMAC under key. */
static const char *
token_by(
    enum digest md, const char *key, const char *header, const char *claims)
{
	static char token[16384];
	char part[3][4096];
	unsigned char mac[DIGEST_MAX];
	struct span text;

	signer_base64(
	    part[0], (const unsigned char *)header, strlen(header), true);
	signer_base64(
	    part[1], (const unsigned char *)claims, strlen(claims), true);
	snprintf(token, sizeof(token), "%s.%s", part[0], part[1]);
	text = span_str(token);
	if (!digest_hmac(md, span_str(key), &text, 1, mac))
		box_die("digest_hmac");
	signer_base64(part[2], mac, digest_len(md), true);
	snprintf(token, sizeof(token), "%s.%s.%s", part[0], part[1], part[2]);
	return token;
}

static const char *
token(const char *claims)
{
	return token_by(DIGEST_SHA256, SECRET, "{\"alg\":\"HS256\"}", claims);
}

static bool lacked; /* a key, the last time */

static enum status
verify(const char *value, const char *body, int64_t now, struct reason *why)
{
	const struct provider *prov = &cfg->provider[0];
	static char header[9000];
	const char *env[] = {
	    header, "REQUEST_METHOD=POST", "HTTP_X_ID=7", NULL};
	struct verified by;
	struct request req;
	enum status st;

	snprintf(header, sizeof(header), "HTTP_AUTHORIZATION=Bearer %s", value);
	*why = (struct reason){""};
	box_request(&req, env, span_str(body));
	st = prov->rule.scheme->verify(prov, &req, now, &by, why);
	lacked = by.lacks_key;
	if (st == ST_OK) {
		is_span(by.text.payload, body, "the body is stored");
		verified_free(&by);
	}
	request_free(&req);
	return st;
}

static void
refused(const char *value, const char *want)
{
	struct reason why;

	is_int(verify(value, BODY, NOW, &why), ST_UNVERIFIED, "refused");
	is_str(why.text, want, "and why");
}

static void
passes(const char *value)
{
	struct reason why;

	is_int(verify(value, BODY, NOW, &why), ST_OK, "passes: %.40s", value);
	if (why.text[0] != '\0')
		diag("%s", why.text);
}

#define PLAIN ",\"secret_file\":\"s\",\"claims\":\"h={sha256:body}\""

static void
test_good(void)
{
	use(PLAIN);
	passes(token("{\"iat\":1700000000,\"h\":\"" HASH "\"}"));
	passes(token("{\"iat\":1700000000,\"h\":\"" HASH64 "\"}"));
	passes(token("{\"h\":\"" HASH "\",\"exp\":1700000001,\"x\":[{}]}"));
	passes(token("{\"iat\":1700000000.9,\"h\":\"" HASH "\"}"));
	passes(token_by(DIGEST_SHA256, "another", "{\"alg\":\"HS256\"}",
	    "{\"iat\":1700000000,\"h\":\"" HASH "\"}"));
	passes(token_by(DIGEST_SHA384, SECRET, "{\"alg\":\"HS384\"}",
	    "{\"iat\":1700000000,\"h\":\"" HASH "\"}"));
	passes(token_by(DIGEST_SHA512, SECRET,
	    "{\"typ\":\"JWT\",\"alg\":\"HS512\",\"kid\":\"any\"}",
	    "{\"iat\":1700000000,\"h\":\"" HASH "\"}"));
	use(",\"secret_file\":\"s\",\"url\":\"https://e.example/x\",\"claims\":"
	    "[\"m={method}\",\"u={url}\",\"i={header:X-Id}\",\"iss=me\","
	    "\"d.h={sha256:body}\"]");
	passes(token("{\"iat\":1700000000,\"m\":\"POST\",\"i\":7,"
		     "\"u\":\"https:\\/\\/e.example/x\",\"iss\":\"me\","
		     "\"d\":{\"h\":\"" HASH "\"}}"));
}

static void
test_claims(void)
{
	struct reason why;

	use(",\"secret_file\":\"s\",\"claims\":"
	    "[\"iss=me\",\"i={header:X-Id}\",\"h={sha256:body}\"]");
	refused(token("{\"iat\":1700000000,\"i\":7,\"h\":\"" HASH "\"}"),
	    "the token has no claim iss");
	refused(
	    token("{\"iat\":1700000000,\"iss\":[\"me\"],\"i\":7,\"h\":\"" HASH
		  "\"}"),
	    "the token has no claim iss");
	refused(token("{\"iat\":1700000000,\"iss\":\"me\",\"iss\":\"me\","
		      "\"i\":7,\"h\":\"" HASH "\"}"),
	    "the token has no claim iss");
	refused(token("{\"iat\":1700000000,\"iss\":\"Me\",\"i\":7,\"h\":\"" HASH
		      "\"}"),
	    "the token's claim iss is not me: of another request, or what it "
	    "covers was changed on its way");
	refused(token("{\"iat\":1700000000,\"iss\":\"me\",\"i\":8,\"h\":\"" HASH
		      "\"}"),
	    "the token's claim i is not {header:X-Id}: of another request, or "
	    "what it covers was changed on its way");
	is_int(verify(token("{\"iat\":1700000000,\"iss\":\"me\",\"i\":7,"
			    "\"h\":\"" HASH "\"}"),
		   "{\"a\":2}", NOW, &why),
	    ST_BAD_REQUEST, "another body");
	is_str(why.text,
	    "the token's claim h is not {sha256:body}: of another request, or "
	    "what it covers was changed on its way",
	    "and why");
	is_int(verify(token("{\"iat\":1700000000,\"iss\":\"me\",\"i\":7,"
			    "\"h\":\"\"}"),
		   BODY, NOW, &why),
	    ST_BAD_REQUEST, "no digest");
	use(",\"secret_file\":\"s\",\"claims\":"
	    "[\"i={header:X-None}\",\"h={sha256:body}\"]");
	refused(token("{\"iat\":1700000000,\"i\":\"\",\"h\":\"" HASH "\"}"),
	    "the request lacks what the claim i is of");
}

static void
test_times(void)
{
	static const struct {
		const char *times, *want;
	} row[] = {
	    {"\"iat\":1699999700", NULL},
	    {"\"iat\":1700000300", NULL},
	    {"\"iat\":1699999699",
		"iat: signed 301 s ago by this machine's clock, more than the "
		"tolerance of 300 s: an old delivery, or a clock that is off"},
	    {"\"iat\":1700000301",
		"iat: signed 301 s ahead by this machine's clock, more than "
		"the tolerance of 300 s: an old delivery, or a clock that is "
		"off"},
	    {"\"exp\":1699999700", NULL},
	    {"\"exp\":1699999699", "the token has expired"},
	    {"\"iat\":1700000000,\"exp\":1699999699", "the token has expired"},
	    {"\"exp\":9999999999,\"iat\":1",
		"iat: signed 1699999999 s ago by this machine's clock, more "
		"than the tolerance of 300 s: an old delivery, or a clock that "
		"is off"},
	    {"\"iat\":1700000000,\"nbf\":1700000300", NULL},
	    {"\"iat\":1700000000,\"nbf\":1700000301",
		"the token is not valid yet"},
	    {"\"nbf\":1700000000", "the token says no time, iat or exp"},
	    {"\"x\":1", "the token says no time, iat or exp"},
	    {"\"iat\":\"1700000000\"", "a time of the token is not a number"},
	    {"\"iat\":1700000000000", "a time of the token is not a number"},
	    {"\"iat\":-1", "a time of the token is not a number"},
	    {"\"iat\":1e9", "a time of the token is not a number"},
	    {"\"iat\":1700000000,\"exp\":null",
		"a time of the token is not a number"},
	    {"\"iat\":1700000000,\"iat\":1700000000",
		"the token says no time, iat or exp"},
	};
	char claims[512];

	use(PLAIN);
	for (size_t i = 0; i < sizeof(row) / sizeof(row[0]); i++) {
		snprintf(claims, sizeof(claims), "{%s,\"h\":\"" HASH "\"}",
		    row[i].times);
		if (row[i].want == NULL)
			passes(token(claims));
		else
			refused(token(claims), row[i].want);
	}
	use(PLAIN ",\"tolerance\":0");
	passes(token("{\"iat\":1,\"h\":\"" HASH "\"}"));
	passes(token("{\"h\":\"" HASH "\"}"));
	refused(token("{\"exp\":1699999999,\"h\":\"" HASH "\"}"),
	    "the token has expired");
}

static void
test_form(void)
{
	static const char claims[] = "{\"iat\":1700000000,\"h\":\"" HASH "\"}";
	static const char parts[] = "the token is not three parts in base64url";
	static const char objects[] =
	    "the token is not made of two JSON objects";
	char text[8700], *at;
	size_t len;
	struct reason why;
	unsigned fooled = 0;

	use(PLAIN);
	snprintf(text, sizeof(text), "%s", token(claims));
	len = strlen(text);
	for (size_t i = 0; i < len; i++) {
		for (unsigned char c = 1; c != 0; c = (unsigned char)(c << 1)) {
			text[i] = (char)(text[i] ^ c);
			fooled += text[i] != '\0' &&
				  verify(text, BODY, NOW, &why) == ST_OK;
			text[i] = (char)(text[i] ^ c);
		}
	}
	is_int(fooled, 0, "no bit of a token can be changed");
	for (size_t i = 0; i < len; i++) {
		char cut = text[i];

		text[i] = '\0';
		fooled += verify(text, BODY, NOW, &why) == ST_OK;
		text[i] = cut;
	}
	is_int(fooled, 0, "nor can it be cut short anywhere");
	strcpy(text + len, "=");
	refused(text, parts);
	strcpy(text + len, ".");
	refused(text, parts);
	strcpy(text + len, "A");
	ok(verify(text, BODY, NOW, &why) != ST_OK, "nor can anything be added");
	text[len] = '\0';
	passes(text);
	at = strrchr(text, '.');
	at[1] = '\0';
	refused(text, parts);
	refused("", parts);
	refused("a", parts);
	refused("..", parts);
	refused("e30.e30", parts);
	refused("e30.W10.AA", objects);
	refused("W10.e30.AA", objects);
	refused("e30.e30.AA", "the token names no algorithm");
	refused(
	    token_by(DIGEST_SHA256, SECRET, "{\"alg\":\"HS256\"} x", claims),
	    objects);
	memset(text, 'A', sizeof(text) - 1);
	text[sizeof(text) - 1] = '\0';
	refused(text, "the token is too long");
}

static void
test_algorithms(void)
{
	static const char claims[] = "{\"iat\":1700000000,\"h\":\"" HASH "\"}";
	static const char unknown[] =
	    "the token names an algorithm that is unknown or not allowed";
	static const struct {
		const char *header, *want;
	} row[] = {
	    {"{\"alg\":\"none\"}", unknown},
	    {"{\"alg\":\"hs256\"}", unknown},
	    {"{\"alg\":\"HS256 \"}", unknown},
	    {"{\"alg\":\"\"}", unknown},
	    {"{\"alg\":\"HS384\"}", "the signature has the wrong length"},
	    {"{\"alg\":\"RS256\"}", "not signed by an algorithm of secrets"},
	    {"{\"alg\":[\"HS256\"]}", "the token names no algorithm"},
	    {"{\"alg\":\"HS256\",\"alg\":\"HS256\"}",
		"the token names no algorithm"},
	    {"{\"alg\":\"HS256\",\"\\u0061lg\":\"none\"}",
		"the token names no algorithm"},
	    {"{\"alg\":\"HS256\",\"crit\":[\"b64\"],\"b64\":false}",
		"the token has an extension that is unknown"},
	    {"{\"alg\":\"HS256\",\"crit\":[],\"crit\":[]}",
		"the token has an extension that is unknown"},
	    {"{\"alg\":\"HS256\",\"\\u0063rit\":[]}",
		"the token has an extension that is unknown"},
	};

	use(PLAIN);
	for (size_t i = 0; i < sizeof(row) / sizeof(row[0]); i++)
		refused(token_by(DIGEST_SHA256, SECRET, row[i].header, claims),
		    row[i].want);
	refused(token_by(DIGEST_SHA256, "wrong", "{\"alg\":\"HS256\"}", claims),
	    "no secret fits the signature: another one, or what it covers was "
	    "changed on its way");
	use(PLAIN ",\"algorithms\":[\"HS512\"]");
	refused(token(claims), unknown);
	passes(token_by(DIGEST_SHA512, SECRET, "{\"alg\":\"HS512\"}", claims));
}

/* Sign with a private key, in the name of kid. */
static const char *
token_keyed(const struct signer *s, const char *md, bool pss, bool raw,
    const char *header)
{
	static const char claims[] = "{\"iat\":1700000000,\"h\":\"" HASH "\"}";
	static char text[16384];
	char part[3][4096];

	signer_base64(
	    part[0], (const unsigned char *)header, strlen(header), true);
	signer_base64(
	    part[1], (const unsigned char *)claims, strlen(claims), true);
	snprintf(text, sizeof(text), "%s.%s", part[0], part[1]);
	signer_sign(s, md, pss, raw, text, part[2]);
	for (char *c = part[2]; *c != '\0'; c++) {
		if (*c == '+')
			*c = '-';
		else if (*c == '/')
			*c = '_';
		else if (*c == '=')
			*c = '\0';
	}
	snprintf(text, sizeof(text), "%s.%s.%s", part[0], part[1], part[2]);
	return text;
}

static void
test_keys(void)
{
	struct signer s[] = {
	    {.id = "r", .type = "RSA"},
	    {.id = "p",
		.type = "EC",
		.group = "P-256",
		.crv = "P-256",
		.len = 32},
	    {.id = "q",
		.type = "EC",
		.group = "P-384",
		.crv = "P-384",
		.len = 48},
	    {.id = "e", .type = "ED25519", .crv = "Ed25519"},
	};
	/* flags: p PSS, r two numbers side by side, l the key is lacking */
	static const struct {
		const char *header, *md, *flags;
		int signer;
		const char *want;
	} row[] = {
	    {"{\"alg\":\"RS256\",\"kid\":\"r\"}", "SHA256", "", 0, NULL},
	    {"{\"alg\":\"RS384\",\"kid\":\"r\"}", "SHA384", "", 0, NULL},
	    {"{\"alg\":\"RS512\",\"kid\":\"r\"}", "SHA512", "", 0, NULL},
	    {"{\"alg\":\"PS256\",\"kid\":\"r\"}", "SHA256", "p", 0, NULL},
	    {"{\"alg\":\"PS384\",\"kid\":\"r\"}", "SHA384", "p", 0, NULL},
	    {"{\"alg\":\"PS512\",\"kid\":\"r\"}", "SHA512", "p", 0, NULL},
	    {"{\"alg\":\"ES256\",\"kid\":\"p\"}", "SHA256", "r", 1, NULL},
	    {"{\"alg\":\"ES384\",\"kid\":\"q\"}", "SHA384", "r", 2, NULL},
	    {"{\"alg\":\"EdDSA\",\"kid\":\"e\"}", NULL, "", 3, NULL},
	    /* DER, which is not for tokens. */
	    {"{\"alg\":\"ES256\",\"kid\":\"p\"}", "SHA256", "", 1,
		"the signature does not fit: made with another key, or what it "
		"covers was changed on its way"},
	    {"{\"alg\":\"RS256\",\"kid\":\"p\"}", "SHA256", "", 0,
		"signed by an algorithm that is not the key's, or that is not "
		"allowed"},
	    {"{\"alg\":\"HS256\",\"kid\":\"r\"}", "SHA256", "", 0,
		"signed by an algorithm that is not the key's, or that is not "
		"allowed"},
	    {"{\"alg\":\"RS256\",\"kid\":\"x\"}", "SHA256", "l", 0,
		"no key is called 'x'"},
	    {"{\"alg\":\"RS256\"}", "SHA256", "l", 0, "no key is called ''"},
	};
	char set[8192] = "{\"keys\":[", jwk[4096];

	for (size_t i = 0; i < 4; i++) {
		signer_make(&s[i], 2048);
		signer_jwk(&s[i], jwk, sizeof(jwk));
		snprintf(set + strlen(set), sizeof(set) - strlen(set),
		    "%s{\"kid\":\"%s\",%s}", i == 0 ? "" : ",", s[i].id, jwk);
	}
	strcat(set, "]}");
	box_text("set", set, 0644);
	use(",\"jwks_file\":\"set\",\"claims\":\"h={sha256:body}\"");
	for (size_t i = 0; i < sizeof(row) / sizeof(row[0]); i++) {
		const char *value = token_keyed(&s[row[i].signer], row[i].md,
		    strchr(row[i].flags, 'p') != NULL,
		    strchr(row[i].flags, 'r') != NULL, row[i].header);

		if (row[i].want == NULL)
			passes(value);
		else
			refused(value, row[i].want);
		is_int(lacked, strchr(row[i].flags, 'l') != NULL,
		    "a newer set might have the key");
	}
	for (size_t i = 0; i < 4; i++)
		EVP_PKEY_free(s[i].pkey);
}

static void
test_headers(void)
{
	static const char claims[] = "{\"iat\":1700000000,\"h\":\"" HASH "\"}";
	char one[4096];
	const char *env[] = {one, one, NULL};
	const struct provider *prov;
	struct verified by;
	struct reason why;
	struct request req;

	use(PLAIN ",\"signature\":[\"X-A\",\"X-B\"],\"prefix\":\"v1=\"");
	prov = &cfg->provider[0];
	snprintf(one, sizeof(one), "HTTP_X_B=v1=%s", token(claims));
	box_request(&req, env + 1, span_str(BODY));
	is_int(prov->rule.scheme->verify(prov, &req, NOW, &by, &why), ST_OK,
	    "in the second header, behind a prefix");
	is_str(by.how, "HS256", "how");
	verified_free(&by);
	request_free(&req);
	box_request(&req, env, span_str(BODY));
	is_int(prov->rule.scheme->verify(prov, &req, NOW, &by, &why),
	    ST_UNVERIFIED, "twice");
	is_str(why.text, "X-B came more than once", "and why");
	request_free(&req);
	snprintf(one, sizeof(one), "HTTP_X_A=v2=%s", token(claims));
	box_request(&req, env + 1, span_str(BODY));
	is_int(prov->rule.scheme->verify(prov, &req, NOW, &by, &why),
	    ST_UNVERIFIED, "another prefix");
	is_str(why.text,
	    "X-A holds no token: not sent, or the server dropped it",
	    "and why");
	request_free(&req);
}

static void
test_settings(void)
{
	static const char nothing[] =
	    "claims: would check nothing of the payload: one must be of the "
	    "body, such as sha256={sha256:body}";

	broken(",\"secret_file\":\"s\"", nothing);
	broken(",\"secret_file\":\"s\",\"claims\":\"m={method}\"", nothing);
	broken(",\"secret_file\":\"s\",\"claims\":\"iss=body\"", nothing);
	broken(",\"secret_file\":\"s\",\"claims\":\"h={json:a}\"", nothing);
	broken(",\"secret_file\":\"s\",\"url\":\"https://a/\","
	       "\"claims\":\"h={sha256:url}\"",
	    nothing);
	broken(",\"secret_file\":\"s\",\"claims\":\"sha256\"",
	    "claims: must be NAME=TEMPLATE, such as sha256={sha256:body}");
	broken(",\"secret_file\":\"s\",\"claims\":\"={body}\"",
	    "claims: must be NAME=TEMPLATE");
	broken(",\"secret_file\":\"s\",\"claims\":\"h={bod\"",
	    "claims: a '{' is not closed");
	broken(PLAIN ",\"timestamp\":\"header:T\"",
	    "timestamp: has no effect: the time is in the token");
	broken(PLAIN ",\"signed\":\"{body}\"", "signed: has no effect");
	broken(PLAIN ",\"separator\":\",\"", "separator: has no effect");
	broken(PLAIN ",\"required\":\"date\"", "required: is not for this");
	broken(
	    PLAIN ",\"algorithms\":\"none\"", "algorithms: must be of HS256");
	broken(PLAIN ",\"algorithms\":\"rsa-sha256\"", "algorithms: must be");
	broken(
	    PLAIN ",\"signature\":\"X-*\"", "signature: must be header names");
	broken(PLAIN ",\"signature\":\"json:token\"",
	    "signature: must be header names");
	broken(PLAIN ",\"unsafe_body\":true",
	    "unsafe_body: is not for this scheme");
	broken(",\"secret_file\":\"s\",\"claims\":[\"u={url}\","
	       "\"h={sha256:body}\"]",
	    "claims: has {url}, but there is no url setting");
	broken(",\"secret_file\":\"s\",\"claims\":[\"u={header:Cookie}\","
	       "\"h={sha256:body}\"]",
	    "claims: would store a password with each event");
	broken(PLAIN ",\"jwks_file\":\"set\"", "jwks_file: stands beside");
	broken(",\"claims\":\"h={sha256:body}\"", "jwks_url: missing");
	broken(",\"scheme\":\"hmac\"" PLAIN, "scheme: stands there twice");
}

int
main(void)
{
	box_make();
	box_text("s", SECRET "\nanother\n", 0600);
	test_good();
	test_claims();
	test_times();
	test_form();
	test_algorithms();
	test_keys();
	test_headers();
	test_settings();
	config_free(cfg);
	box_remove(box_dir);
	return done();
}
