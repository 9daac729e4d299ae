/*
 * jwt.c - signed tokens: which pass, and what of a claim can be wrong, each
 * with its reason.
 */
#include "tokens.h"

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
	use(",\"secret_file\":\"s\",\"public_url\":\"https://e.example/"
	    "x\",\"claims\":"
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
	    TWICE);
	refused(token("{\"iat\":1700000000,\"iss\":\"Me\",\"i\":7,\"h\":\"" HASH
		      "\"}"),
	    "the token's claim iss is not me: the token is for another "
	    "request, or the request was changed on its way");
	for (size_t i = 0; i < 3; i++) {
		static const char *const iss[] = {"", "m", "mee"};
		char claims[256];

		snprintf(claims, sizeof(claims),
		    "{\"iat\":1700000000,\"iss\":\"%s\",\"i\":7,\"h\":\"" HASH
		    "\"}",
		    iss[i]);
		refused(token(claims),
		    "the token's claim iss is not me: the token is for another "
		    "request, or the request was changed on its way");
	}
	refused(token("{\"iat\":1700000000,\"iss\":\"me\",\"i\":8,\"h\":\"" HASH
		      "\"}"),
	    "the token's claim i is not {header:X-Id}: the token is for "
	    "another request, or the request was changed on its way");
	is_int(verify(token("{\"iat\":1700000000,\"iss\":\"me\",\"i\":7,"
			    "\"h\":\"" HASH "\"}"),
		   "{\"a\":2}", NOW, &why),
	    ST_BAD_REQUEST, "another body");
	is_str(why.text,
	    "the token's claim h is not {sha256:body}: the token is for "
	    "another request, or the request was changed on its way",
	    "and why");
	is_int(verify(token("{\"iat\":1700000000,\"iss\":\"me\",\"i\":7,"
			    "\"h\":\"\"}"),
		   BODY, NOW, &why),
	    ST_BAD_REQUEST, "no digest");
	use(",\"secret_file\":\"s\",\"claims\":"
	    "[\"x={header:X-Id}{header:X-Id}\",\"h={sha256:body}\"]");
	refused(token("{\"iat\":1700000000,\"x\":\"77\",\"h\":\"" HASH "\"}"),
	    "the signature is right, but nothing in the signed text "
	    "{header:X-Id}{header:X-Id} shows where one part ends and the next "
	    "begins");
	use(",\"secret_file\":\"s\",\"claims\":"
	    "[\"i={header:X-None}\",\"h={sha256:body}\"]");
	refused(token("{\"iat\":1700000000,\"i\":\"\",\"h\":\"" HASH "\"}"),
	    "the request does not have what the claim i covers");
}

/* RFC 7519, section 4.1.3: whom the token is for may be a list. */
static void
test_audience(void)
{
	static const struct {
		const char *aud;
		bool good;
	} row[] = {
	    {"\"me\"", true},
	    {"[\"me\"]", true},
	    {"[\"you\",\"me\"]", true},
	    {"[\"me\",1,null]", true},
	    {"[\"m\\u0065\"]", true},
	    {"[]", false},
	    {"[\"you\"]", false},
	    {"[[\"me\"]]", false},
	    {"[{\"me\":\"me\"}]", false},
	    {"{\"me\":\"me\"}", false},
	    {"[\"me \"]", false},
	    {"null", false},
	};
	struct reason why;
	char claims[256];

	use(",\"secret_file\":\"s\",\"claims\":[\"aud=me\","
	    "\"h={sha256:body}\"]");
	for (size_t i = 0; i < sizeof(row) / sizeof(row[0]); i++) {
		snprintf(claims, sizeof(claims),
		    "{\"iat\":1700000000,\"aud\":%s,\"h\":\"" HASH "\"}",
		    row[i].aud);
		is_int(verify(token(claims), BODY, NOW, &why),
		    row[i].good ? ST_OK : ST_UNVERIFIED, "aud is %s",
		    row[i].aud);
	}
	refused(token("{\"iat\":1700000000,\"aud\":\"me\",\"a\\u0075d\":"
		      "\"you\",\"h\":\"" HASH "\"}"),
	    TWICE);
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
		"tolerance of 300 s: an old delivery, or a wrong clock"},
	    {"\"iat\":1700000301",
		"iat: signed 301 s ahead by this machine's clock, more than "
		"the tolerance of 300 s: an old delivery, or a wrong clock"},
	    {"\"exp\":1699999700", NULL},
	    {"\"exp\":1699999699", "the token has expired"},
	    {"\"iat\":1700000000,\"exp\":1699999699", "the token has expired"},
	    {"\"exp\":9999999999,\"iat\":1",
		"iat: signed 1699999999 s ago by this machine's clock, more "
		"than the tolerance of 300 s: an old delivery, or a wrong "
		"clock"},
	    {"\"iat\":1700000000,\"nbf\":1700000300", NULL},
	    {"\"iat\":1700000000,\"nbf\":1700000301",
		"the token is not valid yet"},
	    {"\"nbf\":1700000000",
		"the token has no time, neither iat nor exp"},
	    {"\"x\":1", "the token has no time, neither iat nor exp"},
	    {"\"iat\":\"1700000000\"",
		"a time in the token (iat, exp or nbf) is not a number"},
	    {"\"iat\":1700000000000",
		"a time in the token (iat, exp or nbf) is not a number"},
	    {"\"iat\":-1",
		"a time in the token (iat, exp or nbf) is not a number"},
	    {"\"iat\":1e9",
		"a time in the token (iat, exp or nbf) is not a number"},
	    {"\"iat\":1700000000,\"exp\":null",
		"a time in the token (iat, exp or nbf) is not a number"},
	    {"\"iat\":1700000000,\"iat\":1700000000", TWICE},
	    {"\"iat\":1700000000,\"exp\":1,\"exp\":9999999999", TWICE},
	    {"\"iat\":1700000000,\"\\u0065xp\":1,\"ex\\u0070\":1", TWICE},
	    {"\"iat\":1700000000,\"nbf\":9999999999,\"n\\u0062f\":1", TWICE},
	    {"\"iat\":1,\"i\\u0061t\":1,\"exp\":9999999999", TWICE},
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
	sandbox_request(&req, env + 1, span_str(BODY));
	is_int(prov->profile.scheme->verify(prov, &req, NOW, &by, &why), ST_OK,
	    "in the second header, behind a prefix");
	is_str(by.how, "HS256", "how");
	verified_free(&by);
	request_free(&req);
	sandbox_request(&req, env, span_str(BODY));
	is_int(prov->profile.scheme->verify(prov, &req, NOW, &by, &why),
	    ST_UNVERIFIED, "twice");
	is_str(why.text, "X-B came more than once", "and why");
	request_free(&req);
	snprintf(one, sizeof(one), "HTTP_X_A=v2=%s", token(claims));
	sandbox_request(&req, env + 1, span_str(BODY));
	is_int(prov->profile.scheme->verify(prov, &req, NOW, &by, &why),
	    ST_UNVERIFIED, "another prefix");
	is_str(why.text, "X-A does not begin with the prefix of the settings",
	    "and why");
	request_free(&req);
	env[0] = NULL;
	sandbox_request(&req, env, span_str(BODY));
	is_int(prov->profile.scheme->verify(prov, &req, NOW, &by, &why),
	    ST_UNVERIFIED, "no header");
	is_str(why.text,
	    "X-A is missing: not sent, or removed by the web server",
	    "and why");
	request_free(&req);
}

static void
test_settings(void)
{
	static const char nothing[] =
	    "claims: would cover nothing of the payload: one claim must be a "
	    "digest of the body, such as sha256={sha256:body}";

	broken(",\"secret_file\":\"s\"", nothing);
	broken(",\"secret_file\":\"s\",\"claims\":\"m={method}\"", nothing);
	broken(",\"secret_file\":\"s\",\"claims\":\"iss=body\"", nothing);
	broken(",\"secret_file\":\"s\",\"claims\":\"h={json:a}\"", nothing);
	broken(",\"secret_file\":\"s\",\"public_url\":\"https://a/\","
	       "\"claims\":\"h={sha256:url}\"",
	    nothing);
	broken(",\"secret_file\":\"s\",\"claims\":\"sha256\"",
	    "claims: must be NAME=TEMPLATE, such as sha256={sha256:body}");
	broken(",\"secret_file\":\"s\",\"claims\":\"={body}\"",
	    "claims: must be NAME=TEMPLATE");
	broken(",\"secret_file\":\"s\",\"claims\":\"h={bod\"",
	    "claims: a '{' is not closed");
	broken(PLAIN ",\"timestamp\":\"header:T\"",
	    "timestamp: has no effect: the token contains the time");
	broken(PLAIN ",\"signed_payload\":\"{body}\"",
	    "signed_payload: has no effect");
	broken(PLAIN ",\"separator\":\",\"", "separator: has no effect");
	broken(PLAIN ",\"required_components\":\"date\"",
	    "required_components: has no effect");
	broken(PLAIN ",\"algorithms\":\"none\"", "algorithms: must be HS256");
	broken(PLAIN ",\"algorithms\":\"rsa-sha256\"", "algorithms: must be");
	broken(PLAIN ",\"signature\":\"X-*\"",
	    "signature: must be one or more header names");
	broken(PLAIN ",\"signature\":\"json:token\"",
	    "signature: must be one or more header names");
	broken(PLAIN ",\"unsafe_body\":true",
	    "unsafe_body: has no effect with this scheme");
	broken(",\"secret_file\":\"s\",\"claims\":[\"u={url}\","
	       "\"h={sha256:body}\"]",
	    "claims: has {url}, but there is no public_url setting");
	broken(",\"secret_file\":\"s\",\"claims\":[\"u={header:Cookie}\","
	       "\"h={sha256:body}\"]",
	    "claims: would store a password in each event");
	broken(PLAIN ",\"jwks_file\":\"set\"", "jwks_file: conflicts with");
	broken(",\"claims\":\"h={sha256:body}\"", "jwks_url: missing");
	broken(",\"scheme\":\"hmac\"" PLAIN, "scheme: duplicate setting");
}

int
main(void)
{
	sandbox_make();
	sandbox_text("s", SECRET "\nanother\n", 0600);
	test_good();
	test_claims();
	test_audience();
	test_times();
	test_headers();
	test_settings();
	config_free(cfg);
	sandbox_remove(sandbox_dir);
	return done();
}
