/* challenge.c - challenges without a signature: who is answered, and what. */
#include "challenge_fixture.h"

#define PLAIN "text/plain; charset=utf-8"
#define JSON  "application/json"

/* The status of a request; *given is to be freed. */
static enum status
ask(const struct provider *prov, const char *const env[], const char *body,
    struct reply_given *given, struct reason *why)
{
	struct request req;
	enum status st = ST_BAD_METHOD;

	*why = (struct reason){""};
	*given = (struct reply_given){.code = 7};
	sandbox_request(&req, env, span_str(body));
	if (provider_takes(prov, req.method))
		st = challenge_answer(CHALLENGE_UNSIGNED,
		    &(struct challenge_request){prov, &req, NULL}, given, why);
	request_free(&req);
	return st;
}

static void
answered(const struct provider *prov, const char *const env[], const char *body,
    const char *type, const char *text)
{
	struct reply_given given;
	struct reason why;

	is_int(ask(prov, env, body, &given, &why), ST_ANSWERED, "answered %s",
	    env[1]);
	is_int(given.code, 200, "with 200");
	is_str(given.type, type, "of this type");
	is_str(given_text(&given), text, "and this body");
	is_str(why.text, "", "without a complaint");
}

static void
refused(const struct provider *prov, const char *const env[], enum status want,
    const char *logged)
{
	struct reply_given given;
	struct reason why;

	is_int(ask(prov, env, "", &given, &why), want, "refused %.60s", env[1]);
	ok(given.body == NULL, "and nothing given");
	if (want == ST_BAD_METHOD)
		return;
	ok(given.code == 0, "nor any code");
	is_str(why.text, logged, "and why");
}

static void
goes_on(const struct provider *prov, const char *const env[], const char *body)
{
	struct reply_given given;
	struct reason why;

	is_int(ask(prov, env, body, &given, &why), ST_OK, "a delivery: %.60s",
	    env[1]);
	ok(given.body == NULL && given.code == 0, "and nothing given");
}

#define MALFORMED(name)                                          \
	"challenge: " name " is missing, was sent twice, or is " \
	"malformed"

static void
test_echo_query(void)
{
	static const char *const row[][2] = {
	    {"QUERY_STRING=challenge=abc123", "abc123"},
	    {"QUERY_STRING=a=b&challenge=x&c=d", "x"},
	    {"QUERY_STRING=challenge=Validation%3a+Testing%20it", /* Graph */
		"Validation: Testing it"},
	    {"QUERY_STRING=challenge=%2B+%7e", "+ ~"},
	};
	static const char *const bad[] = {
	    "QUERY_STRING=", "NO_QUERY=", "QUERY_STRING=challenge",
	    "QUERY_STRING=challenge=", "QUERY_STRING=Challenge=a",
	    "QUERY_STRING=challenges=a", "QUERY_STRING=challenge=a&challenge=a",
	    "QUERY_STRING=challenge=%", "QUERY_STRING=challenge=%zz",
	    "QUERY_STRING=challenge=a%00",
	    "QUERY_STRING=challenge=%0d%0aSet-Cookie:%20a=b",
	    "QUERY_STRING=challenge=a%0ab", "QUERY_STRING=challenge=%09",
	    "QUERY_STRING=challenge=<script>alert(1)</script>",
	    "QUERY_STRING=challenge=%3Cscript%3E", "QUERY_STRING=challenge=%3E",
	    "QUERY_STRING=challenge=%22", "QUERY_STRING=challenge=%26lt",
	    "QUERY_STRING=challenge='", "QUERY_STRING=challenge=%5c",
	    "QUERY_STRING=challenge=%60", "QUERY_STRING=challenge=%7f",
	    "QUERY_STRING=challenge=caf%c3%a9"};
	struct provider prov =
	    provider_with("echo-query:challenge", "secret", NULL);
	char query[9000];
	const char *const get[] = {"REQUEST_METHOD=GET", query, NULL};

	is_str(provider_methods(&prov), "GET, HEAD, POST", "its methods");
	for (size_t i = 0; i < sizeof(row) / sizeof(row[0]); i++) {
		const char *const env[] = {
		    "REQUEST_METHOD=GET", row[i][0], NULL};
		const char *const head[] = {
		    "REQUEST_METHOD=HEAD", row[i][0], NULL};
		const char *const post[] = {
		    "REQUEST_METHOD=POST", row[i][0], "CONTENT_LENGTH=0", NULL};
		const char *const event[] = {
		    "REQUEST_METHOD=POST", row[i][0], "CONTENT_LENGTH=2", NULL};

		answered(&prov, env, "", PLAIN, row[i][1]);
		answered(&prov, head, "", PLAIN, row[i][1]);
		answered(&prov, post, "", PLAIN, row[i][1]);
		goes_on(&prov, event, "{}");
	}
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		const char *const env[] = {"REQUEST_METHOD=GET", bad[i], NULL};

		refused(&prov, env, ST_BAD_REQUEST, MALFORMED("challenge"));
	}
	snprintf(query, sizeof(query), "QUERY_STRING=challenge=%01024d", 0);
	answered(
	    &prov, get, "", PLAIN, query + strlen("QUERY_STRING=challenge="));
	snprintf(query, sizeof(query), "QUERY_STRING=challenge=%01025d", 0);
	refused(&prov, get, ST_BAD_REQUEST, MALFORMED("challenge"));
	snprintf(query, sizeof(query), "QUERY_STRING=challenge=a&b=%08178d", 0);
	is_int((long long)strlen(query), 8192 + 13, "the longest query");
	answered(&prov, get, "", PLAIN, "a");
	snprintf(query, sizeof(query), "QUERY_STRING=challenge=a&b=%08179d", 0);
	refused(&prov, get, ST_BAD_REQUEST, MALFORMED("challenge"));
	provider_free(&prov);
}

static void
test_meta(void)
{
	static const char good[] =
	    "QUERY_STRING=hub.mode=subscribe&hub.challenge=1158201444&"
	    "hub.verify_token=meaty%68amhock";
	static const char *const bad[] = {"",
	    "&hub.verify_token=", "&hub.verify_token=meatyhamhoc",
	    "&hub.verify_token=meatyhamhock2", "&hub.verify_token=Meatyhamhock",
	    "&hub.verify_token=meatyhamhock+",
	    "&hub.verify_token=meatyhamhock&hub.verify_token=meatyhamhock",
	    "&hub.verify_token=secret-of-events"};
	struct provider prov = provider_with(
	    "meta", "secret-of-events", "another-token\nmeatyhamhock\n");
	const char *const get[] = {"REQUEST_METHOD=GET", good, NULL};
	const char *const post[] = {
	    "REQUEST_METHOD=POST", good, "CONTENT_LENGTH=0", NULL};
	char query[256];
	const char *const env[] = {"REQUEST_METHOD=GET", query, NULL};

	answered(&prov, get, "", PLAIN, "1158201444");
	goes_on(&prov, post, "");
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		bool given = i > 0 && i != 6;

		snprintf(query, sizeof(query),
		    "QUERY_STRING=hub.mode=subscribe&hub.challenge=1%s",
		    bad[i]);
		refused(&prov, env, given ? ST_UNVERIFIED : ST_BAD_REQUEST,
		    given ? "challenge: hub.verify_token is not in the "
			    "verify_token_file (2 there)"
			  : MALFORMED("hub.verify_token"));
	}
	snprintf(query, sizeof(query),
	    "QUERY_STRING=hub.mode=unsubscribe&hub.challenge=1&"
	    "hub.verify_token=meatyhamhock");
	refused(&prov, env, ST_BAD_REQUEST, MALFORMED("hub.mode"));
	snprintf(query, sizeof(query),
	    "QUERY_STRING=hub.challenge=1&hub.verify_token=meatyhamhock");
	refused(&prov, env, ST_BAD_REQUEST, MALFORMED("hub.mode"));
	snprintf(query, sizeof(query),
	    "QUERY_STRING=hub.mode=subscribe&hub.challenge=%%3Cb&"
	    "hub.verify_token=another-token");
	refused(&prov, env, ST_BAD_REQUEST, MALFORMED("hub.challenge"));
	provider_free(&prov);

	prov = provider_with("meta", "secret-of-events", NULL);
	is_str(provider_methods(&prov), "POST", "no token, no GET");
	refused(&prov, get, ST_BAD_METHOD, "");
	provider_free(&prov);
}

static void
test_okta(void)
{
	static const char *const bad[] = {"HTTP_X_OKTA_VERIFICATION_CHALLENGE=",
	    "OTHER=x", "HTTP_X_OKTA_VERIFICATION_CHALLENGE=a\"b",
	    "HTTP_X_OKTA_VERIFICATION_CHALLENGE=a b",
	    "HTTP_X_OKTA_VERIFICATION_CHALLENGE=a\r\nb",
	    "HTTP_X_OKTA_VERIFICATION_CHALLENGE=<b>",
	    "QUERY_STRING=X-Okta-Verification-Challenge=a"};
	struct provider prov = provider_with("okta", "secret", NULL);
	const char *const good[] = {"REQUEST_METHOD=GET",
	    "HTTP_X_OKTA_VERIFICATION_CHALLENGE="
	    "Me_rShK8JHsTnbyYrWXCEoMGbM_zsZ6k0hLPZ_Pg",
	    NULL};
	const char *const twice[] = {"REQUEST_METHOD=GET",
	    "HTTP_X_OKTA_VERIFICATION_CHALLENGE=a",
	    "HTTP_X_OKTA_VERIFICATION_CHALLENGE=a", NULL};

	answered(&prov, good, "", JSON,
	    "{\"verification\":\"Me_rShK8JHsTnbyYrWXCEoMGbM_zsZ6k0hLPZ_Pg\"}");
	refused(&prov, twice, ST_BAD_REQUEST,
	    MALFORMED("X-Okta-Verification-Challenge"));
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		const char *const env[] = {"REQUEST_METHOD=GET", bad[i], NULL};

		refused(&prov, env, ST_BAD_REQUEST,
		    MALFORMED("X-Okta-Verification-Challenge"));
	}
	provider_free(&prov);
}

/* Key and token of an example of X's; the answer by another program. */
static void
test_crc(void)
{
	static const char *const bad[] = {"",
	    "crc_token=", "crc_token=%7B%22a%22%3A1%7D", "crc_token={\"a\":1}",
	    "crc_token=v0%3A1%3Aa", "crc_token=a+b", "crc_token=a%0a",
	    "crc_token=a%00", "crc_token=a&crc_token=a", "crc_token=%22",
	    "crc_token=a%2c", "crc_token=%e9"};
	struct provider prov = provider_with("crc",
	    "z3ZX4v7mAAUGykl3EcmkqbartmuW8VFOOzCloLx9Q45P0hLrFu\nold\n", NULL);
	char query[512];
	const char *const env[] = {"REQUEST_METHOD=GET", query, NULL};

	snprintf(query, sizeof(query),
	    "QUERY_STRING=crc_token=9b4507b3-9040-4669-9ca3-6b94edb50553&"
	    "nonce=MTU");
	answered(&prov, env, "", JSON,
	    "{\"response_token\":\"sha256="
	    "Cytd4Sq+NvEcV3MMrXxWJGJx5A+y/lXzzU2Maartkx8=\"}");
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		snprintf(query, sizeof(query), "QUERY_STRING=%s", bad[i]);
		refused(&prov, env, ST_BAD_REQUEST, MALFORMED("crc_token"));
	}
	snprintf(query, sizeof(query), "QUERY_STRING=crc_token=%0257d", 0);
	refused(&prov, env, ST_BAD_REQUEST, MALFORMED("crc_token"));
	provider_free(&prov);
}

static void
test_head(void)
{
	struct provider prov = provider_with("head", "secret", NULL);
	const char *const head[] = {
	    "REQUEST_METHOD=HEAD", "QUERY_STRING=a", NULL};
	const char *const get[] = {
	    "REQUEST_METHOD=GET", "QUERY_STRING=a", NULL};
	const char *const post[] = {
	    "REQUEST_METHOD=POST", "QUERY_STRING=a", NULL};

	is_str(provider_methods(&prov), "HEAD, POST", "its methods");
	answered(&prov, head, "", PLAIN, "OK");
	refused(&prov, get, ST_BAD_METHOD, "");
	goes_on(&prov, post, "");
	provider_free(&prov);
}

static void
test_echo_header(void)
{
	static const char secret[] =
	    "HTTP_X_HOOK_SECRET=b537207f20cbfa02357cf448134da559";
	static const char *const bad[] = {"HTTP_X_HOOK_SECRET=a b",
	    "HTTP_X_HOOK_SECRET=a\r\nSet-Cookie: a=b",
	    "HTTP_X_HOOK_SECRET=a\nb", "HTTP_X_HOOK_SECRET=\"",
	    "HTTP_X_HOOK_SECRET=caf\xc3\xa9"};
	struct provider prov =
	    provider_with("echo-header:X-Hook-Secret", "secret", NULL);
	const char *const good[] = {"REQUEST_METHOD=POST", secret, NULL};
	const char *const get[] = {"REQUEST_METHOD=GET", secret, NULL};
	const char *const event[] = {
	    "REQUEST_METHOD=POST", secret, "HTTP_X_SIGNATURE=abc", NULL};
	const char *const none[] = {"REQUEST_METHOD=POST", "A=b", NULL};
	const char *const twice[] = {
	    "REQUEST_METHOD=POST", secret, secret, NULL};
	char longer[512];
	const char *const long_env[] = {"REQUEST_METHOD=POST", longer, NULL};
	struct reply_given given;
	struct reason why;

	is_str(provider_methods(&prov), "POST", "its methods");
	is_int(ask(&prov, good, "", &given, &why), ST_ANSWERED, "answered");
	is_str(given.header, "X-Hook-Secret", "by the header");
	is_span(given.value, "b537207f20cbfa02357cf448134da559", "its value");
	is_str(given_text(&given), "OK", "and a body");
	answered(&prov, good, "{}", PLAIN, "OK");
	goes_on(&prov, event, "{}");
	goes_on(&prov, none, "{}");
	goes_on(&prov, twice, "{}");
	refused(&prov, get, ST_BAD_METHOD, "");
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		const char *const env[] = {"REQUEST_METHOD=POST", bad[i], NULL};

		refused(&prov, env, ST_BAD_REQUEST, MALFORMED("X-Hook-Secret"));
	}
	snprintf(longer, sizeof(longer), "HTTP_X_HOOK_SECRET=%0256d", 0);
	answered(&prov, long_env, "", PLAIN, "OK");
	snprintf(longer, sizeof(longer), "HTTP_X_HOOK_SECRET=%0257d", 0);
	refused(&prov, long_env, ST_BAD_REQUEST, MALFORMED("X-Hook-Secret"));
	provider_free(&prov);
}

/* Without a challenge, and with one that comes signed: POST alone. */
static void
test_none(void)
{
	static const char *const word[] = {NULL, "none", "zoom", "discord",
	    "echo-json:type=url_verification:challenge", "probe:events=[]"};
	static const char *const method[] = {"REQUEST_METHOD=GET",
	    "REQUEST_METHOD=HEAD", "REQUEST_METHOD=OPTIONS",
	    "REQUEST_METHOD=", "REQUEST_METHOD=POST,", "REQUEST_METHOD=post"};
	const char *const post[] = {"REQUEST_METHOD=POST",
	    "QUERY_STRING=challenge=a&hub.mode=subscribe&crc_token=a", NULL};

	for (size_t i = 0; i < sizeof(word) / sizeof(word[0]); i++) {
		struct provider prov = provider_with(word[i], "secret", NULL);

		is_str(provider_methods(&prov), "POST", "its methods");
		for (size_t k = 0; k < sizeof(method) / sizeof(method[0]);
		     k++) {
			const char *const env[] = {method[k],
			    "QUERY_STRING=challenge=a&crc_token=a", NULL};

			refused(&prov, env, ST_BAD_METHOD, "");
		}
		goes_on(&prov, post, "");
		goes_on(&prov, post, "{\"type\":0}");
		provider_free(&prov);
	}
}

int
main(void)
{
	test_echo_query();
	test_meta();
	test_okta();
	test_crc();
	test_head();
	test_echo_header();
	test_none();
	return done();
}
