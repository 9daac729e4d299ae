/* challenge_signed.c - challenges in genuine bodies; no signing for forgers. */
#include "challenge_fixture.h"
#include "parse/json.h"

/* What a body that was found genuine is answered. */
static enum status
ask(const struct provider *prov, const char *body, size_t secret,
    struct reply_given *given, struct reason *why)
{
	struct verified ok = {.secret = secret};

	*why = (struct reason){""};
	*given = (struct reply_given){.code = 7};
	ok.text.n = 3;
	ok.text.part[0] = span_str("v0:1700000000");
	ok.text.part[1] = span_str(":");
	ok.text.part[2] = ok.text.payload = span_str(body);
	return challenge_answer(CHALLENGE_SIGNED,
	    &(struct challenge_request){prov, NULL, &ok}, given, why);
}

static void
answered(const struct provider *prov, const char *body, int code,
    const char *type, const char *text)
{
	struct reply_given given;
	struct reason why;

	is_int(ask(prov, body, 1, &given, &why), ST_ANSWERED, "answered: %s",
	    body);
	is_int(given.code, code, "with this code");
	is_str(given.type, type, "of this type");
	is_str(given_text(&given), text, "and this body");
}

static void
refused(const struct provider *prov, const char *body, const char *logged)
{
	struct reply_given given;
	struct reason why;

	is_int(ask(prov, body, 0, &given, &why), ST_BAD_REQUEST,
	    "refused: %.70s", body);
	ok(given.body == NULL && given.code == 0, "and nothing given");
	is_str(why.text, logged, "and why");
}

static void
is_event(const struct provider *prov, const char *body)
{
	struct reply_given given;
	struct reason why;

	is_int(
	    ask(prov, body, 0, &given, &why), ST_OK, "an event: %.70s", body);
	ok(given.body == NULL && given.code == 0, "and nothing given");
}

#define MALFORMED(name)                                          \
	"challenge: " name " is missing, was sent twice, or is " \
	"malformed"
#define SLACK "{\"token\":\"t\",\"type\":\"url_verification\",\"challenge\":"

static void
test_echo_json(void)
{
	static const char *const bad[] = {SLACK "\"\"}", SLACK "null}",
	    SLACK "1}", SLACK "{}}", SLACK "\"a\",\"challenge\":\"a\"}",
	    SLACK "\"<b>\"}", SLACK "\"a\\nb\"}", SLACK "\"a\\u0000\"}",
	    SLACK "\"caf\xc3\xa9\"}", SLACK "\"\\\"\"}",
	    "{\"type\":\"url_verification\"}"};
	static const char *const event[] = {"", "x", "[]", "null",
	    "{\"type\":\"event_callback\",\"challenge\":\"a\"}",
	    "{\"type\":\"url_verification2\",\"challenge\":\"a\"}",
	    "{\"type\":[\"url_verification\"],\"challenge\":\"a\"}",
	    "{\"challenge\":\"a\"}",
	    "{\"type\":\"url_verification\",\"type\":\"x\",\"challenge\":"
	    "\"a\"}",
	    "type=url_verification&challenge=a"};
	struct provider prov = provider_with(
	    "echo-json:type=url_verification:challenge", "a\nb", NULL);
	char body[2000];

	answered(&prov,
	    SLACK "\"3eZbrw1aBm2rZgRNFdxV2595E9CY3gmdALWMmHkvFXO7tYXAYM8P\"}",
	    200, "text/plain; charset=utf-8",
	    "3eZbrw1aBm2rZgRNFdxV2595E9CY3gmdALWMmHkvFXO7tYXAYM8P");
	answered(&prov,
	    "{\"t\\u0079pe\":\"url\\u005fverification\","
	    "\"challenge\":\"\\u0061 b\"}",
	    200, "text/plain; charset=utf-8", "a b");
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		refused(&prov, bad[i], MALFORMED("challenge"));
	for (size_t i = 0; i < sizeof(event) / sizeof(event[0]); i++)
		is_event(&prov, event[i]);
	snprintf(body, sizeof(body), SLACK "\"%01025d\"}", 0);
	refused(&prov, body, MALFORMED("challenge"));
	provider_free(&prov);

	prov = provider_with("echo-json:subscription.status="
			     "webhook_callback_verification_pending:challenge",
	    "a", NULL);
	answered(&prov,
	    "{\"challenge\":\"pogchamp-kappa-360noscope-vohiyo\","
	    "\"subscription\":{\"status\":"
	    "\"webhook_callback_verification_pending\"}}",
	    200, "text/plain; charset=utf-8",
	    "pogchamp-kappa-360noscope-vohiyo");
	is_event(&prov, "{\"challenge\":\"a\",\"subscription\":{\"status\":"
			"\"enabled\"}}");
	provider_free(&prov);
}

/* A value that is too long to be decoded is not what a challenge has. */
static void
test_too_long(void)
{
	struct provider prov = provider_with(
	    "echo-json:type=url_verification:challenge", "a", NULL);
	static const struct {
		const char *begin, *end;
	} row[] = {{"{\"type\":", "}"}, {"{\"type\":[", "]}"},
	    {"{\"type\":\"", "\"}"}};
	size_t len = JSON_TEXT_MAX + 1;
	char *digits = malloc(len + 1), *body = malloc(len + 64);

	memset(digits, '1', len);
	digits[len] = '\0';
	for (size_t i = 0; i < sizeof(row) / sizeof(row[0]); i++) {
		snprintf(
		    body, len + 64, "%s%s%s", row[i].begin, digits, row[i].end);
		is_event(&prov, body);
	}
	snprintf(body, len + 64, SLACK "\"%s\"}", digits);
	refused(&prov, body, MALFORMED("challenge"));
	free(body);
	free(digits);
	provider_free(&prov);
}

#define ZOOM \
	"{\"event\":\"endpoint.url_validation\",\"payload\":{\"plainToken\":"

/* The HMACs are another program's. */
static void
test_zoom(void)
{
	static const char *const bad[] = {ZOOM "\"a:b\"}}",
	    ZOOM "\"v0:1700000000:{}\"}}", ZOOM "\"{}\"}}", ZOOM "\"\"}}",
	    ZOOM "\"a b\"}}", ZOOM "\"a\\u0000b\"}}", ZOOM "\"a\\u003ab\"}}",
	    ZOOM "\"a\\\"b\"}}", ZOOM "1}}", ZOOM "null}}", ZOOM "[\"a\"]}}",
	    ZOOM "\"a\",\"plainToken\":\"b\"}}",
	    "{\"event\":\"endpoint.url_validation\",\"plainToken\":\"a\"}"};
	static const char *const event[] = {
	    "{\"event\":\"meeting.started\",\"payload\":{\"plainToken\":"
	    "\"a\"}}",
	    "{\"payload\":{\"plainToken\":\"a\"}}"};
	struct provider prov =
	    provider_with("zoom", "secret-number-one\nsecret-number-two", NULL);
	struct reply_given given;
	struct reason why;
	char body[512];

	answered(&prov, ZOOM "\"qgg8vlvZRS6UYooatFL8Aw\"}}", 200,
	    "application/json",
	    "{\"plainToken\":\"qgg8vlvZRS6UYooatFL8Aw\",\"encryptedToken\":"
	    "\"e8bd0448a02848906dc8c47d9fa863e724ef264777730f563543e3ac785ef3bd"
	    "\"}");
	is_int(ask(&prov, ZOOM "\"qgg8vlvZRS6UYooatFL8Aw\"}}", 0, &given, &why),
	    ST_ANSWERED, "signed by the first secret");
	is_str(given_text(&given),
	    "{\"plainToken\":\"qgg8vlvZRS6UYooatFL8Aw\",\"encryptedToken\":"
	    "\"4ed24ca55006ed61a9fbb3221a9d619057f63b5c95fbc6495a83d32cd0215651"
	    "\"}",
	    "answered by the first");
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		refused(&prov, bad[i], MALFORMED("payload.plainToken"));
	for (size_t i = 0; i < sizeof(event) / sizeof(event[0]); i++)
		is_event(&prov, event[i]);
	snprintf(body, sizeof(body), ZOOM "\"%0257d\"}}", 0);
	refused(&prov, body, MALFORMED("payload.plainToken"));
	provider_free(&prov);
}

static void
test_discord(void)
{
	static const char *const event[] = {"{}", "[0]", "x",
	    "{\"type\":1,\"event\":{\"type\":\"ENTITLEMENT_CREATE\"}}",
	    "{\"type\":1,\"event\":null}", "{\"type\":2}", "{\"type\":10}",
	    "{\"type\":01}", "{\"type\":null}",
	    /* What may be an event must not be lost. */
	    "{\"type\":1,\"event\":1,\"event\":2}",
	    "{\"type\":1,\"\\u0065vent\":{}}", "{\"type\":1,\"event\":x}",
	    "{\"type\":1} {}"};
	struct provider prov = provider_with("discord", "secret", NULL);

	answered(&prov, "{\"version\":1,\"application_id\":\"1\",\"type\":0}",
	    204, "application/json", "");
	answered(&prov, "{\"id\":\"1\",\"token\":\"x\",\"type\":1}", 200,
	    "application/json", "{\"type\":1}");
	answered(
	    &prov, "{\"type\":1}", 200, "application/json", "{\"type\":1}");
	for (size_t i = 0; i < sizeof(event) / sizeof(event[0]); i++)
		is_event(&prov, event[i]);
	provider_free(&prov);
}

static void
test_probe(void)
{
	static const char *const event[] = {"{\"events\":[1]}",
	    "{\"events\":[{}]}", "{\"events\":{}}", "{\"events\":null}",
	    "{\"events\":[x]}", "{\"events\":[],\"events\":[1]}", "{}",
	    "{\"events\":\"\"}"};
	struct provider prov = provider_with("probe:events=[]", "secret", NULL);
	char text[] = "{\"events\":[],\"entropy\":\"S0m3r4Nd0mt3xt\"}";

	answered(&prov, text, 0, NULL, "");
	answered(&prov, "{\"events\": [ \n ] }", 0, NULL, "");
	for (size_t i = 0; i < sizeof(event) / sizeof(event[0]); i++)
		is_event(&prov, event[i]);
	provider_free(&prov);

	prov = provider_with("probe:type=test", "secret", NULL);
	answered(&prov, "{\"type\":\"test\"}", 0, NULL, "");
	is_event(&prov, "{\"type\":\"tested\"}");
	provider_free(&prov);
	prov = provider_with("probe:live=false", "secret", NULL);
	answered(&prov, "{\"live\":false}", 0, NULL, "");
	is_event(&prov, "{\"live\":true}");
	provider_free(&prov);
}

/*
 * Whatever anybody can have signed by a challenge is no event: a request that
 * carries such a signature is refused, however its text came together.
 */
static void
test_no_oracle(void)
{
	static const struct {
		const char *part[3];
		bool event;
	} row[] = {
	    {{"abc", "", ""}, false},
	    {{"a=b", "", ""}, false},
	    {{"", "abc", ""}, false},
	    {{"AZaz09", "._~+", "/=-"}, false},
	    {{"{}", "", ""}, true},
	    {{"a", ":", "b"}, true},
	    {{"a", "b", "c d"}, true},
	    {{"a&b", "", ""}, true},
	};
	static const char *const word[] = {"crc", "zoom", "none", "head"};
	char longest[258];

	memset(longest, 'a', sizeof(longest));
	for (size_t w = 0; w < 4; w++) {
		struct provider prov = provider_with(word[w], "secret", NULL);
		struct verified ok = {.secret = 0};
		struct reply_given given;
		struct reason why = {""};

		for (size_t i = 0; i < sizeof(row) / sizeof(row[0]); i++) {
			ok.text.n = 3;
			for (size_t k = 0; k < 3; k++)
				ok.text.part[k] = span_str(row[i].part[k]);
			ok.text.payload = ok.text.part[0];
			is_int(
			    challenge_answer(CHALLENGE_SIGNED,
				&(struct challenge_request){&prov, NULL, &ok},
				&given, &why),
			    row[i].event || w > 1 ? ST_OK : ST_UNVERIFIED,
			    "%s: %s%s%s", word[w], row[i].part[0],
			    row[i].part[1], row[i].part[2]);
		}
		/* Of the length that can be asked for, and one byte more. */
		ok.text.n = 2;
		ok.text.part[0] = span_mem(longest, 200);
		ok.text.part[1] = span_mem(longest, 56);
		is_int(challenge_answer(CHALLENGE_SIGNED,
			   &(struct challenge_request){&prov, NULL, &ok},
			   &given, &why),
		    w > 1 ? ST_OK : ST_UNVERIFIED, "%s: 256", word[w]);
		ok.text.part[1] = span_mem(longest, 57);
		is_int(challenge_answer(CHALLENGE_SIGNED,
			   &(struct challenge_request){&prov, NULL, &ok},
			   &given, &why),
		    ST_OK, "%s: 257", word[w]);
		provider_free(&prov);
	}
}

/* A JSON body means nothing where the challenge is of another kind. */
static void
test_others(void)
{
	static const char *const word[] = {NULL, "none", "meta", "okta", "crc",
	    "head", "echo-query:challenge", "echo-header:X-Hook"};

	for (size_t i = 0; i < sizeof(word) / sizeof(word[0]); i++) {
		struct provider prov = provider_with(word[i], "secret", NULL);

		is_event(&prov, SLACK "\"a\"}");
		is_event(&prov, ZOOM "\"a\"}}");
		is_event(&prov, "{\"type\":0,\"events\":[]}");
		provider_free(&prov);
	}
}

int
main(void)
{
	test_echo_json();
	test_too_long();
	test_zoom();
	test_discord();
	test_probe();
	test_no_oracle();
	test_others();
	return done();
}
