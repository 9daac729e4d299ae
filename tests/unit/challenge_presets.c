/*
 * challenge_presets.c - what the vendors' own documentation says they ask, and
 * what it says they want to hear.
 */
#include "challenge_fixture.h"
#include "verify/schemes.h"

/* A provider of this preset, with a secret of which nothing is checked here. */
static bool
make(struct provider *prov, struct preset *words, const char *name)
{
	const struct preset *found = preset_find(span_str(name));
	struct reason why = {""};
	struct profile_fault fault = {"", {""}};

	*prov = (struct provider){.name = "p"};
	if (!ok(found != NULL, "%s: is a preset", name))
		return false;
	*words = *found;
	words->public_url = "https://example.com/hooks/p";
	if (!ok(scheme_profile(&prov->profile, words, 300, &fault) &&
		    secrets_parse(
			&prov->secrets, span_str("secret"), SECRET_RAW, &why) &&
		    secrets_parse(&prov->verify_tokens,
			span_str("meatyhamhock"), SECRET_RAW, &why),
		"%s: makes a profile", name)) {
		diag("%s: %s", fault.setting, fault.why.text);
		return false;
	}
	return true;
}

static void
test_unsigned(void)
{
	static const struct {
		const char *name, *method, *variable, *answer;
	} row[] = {
	    {"meta", "GET",
		"QUERY_STRING=hub.mode=subscribe&hub.challenge=1158201444&"
		"hub.verify_token=meatyhamhock",
		"1158201444"},
	    {"okta", "GET",
		"HTTP_X_OKTA_VERIFICATION_CHALLENGE="
		"Me_rShK8JHsTnbyYrWXCEoMGbM_zsZ6k0hLPZ_Pg",
		"{\"verification\":"
		"\"Me_rShK8JHsTnbyYrWXCEoMGbM_zsZ6k0hLPZ_Pg\"}"},
	    {"x", "GET",
		"QUERY_STRING=crc_token=9b4507b3-9040-4669-9ca3-6b94edb50553",
		"{\"response_token\":\"sha256="
		"CCaF7JoinKrx7/LQHWSmMC3gluNLvmLge86rnkkUiTg=\"}"},
	    {"trello", "HEAD", "A=b", "OK"},
	    {"intercom", "HEAD", "A=b", "OK"},
	    {"asana", "POST",
		"HTTP_X_HOOK_SECRET=b537207f20cbfa02357cf448134da559e8bd39d613"
		"97dcd5631b8012eae53e81",
		"OK"},
	};

	for (size_t i = 0; i < sizeof(row) / sizeof(row[0]); i++) {
		char method[32];
		const char *const env[] = {method, row[i].variable, NULL};
		struct reply_given given;
		struct reason why = {""};
		struct preset words;
		struct provider prov;
		struct request req;

		snprintf(
		    method, sizeof(method), "REQUEST_METHOD=%s", row[i].method);
		if (!make(&prov, &words, row[i].name))
			continue;
		sandbox_request(&req, env, span_str(""));
		ok(provider_takes(&prov, req.method), "%s: takes %s",
		    row[i].name, row[i].method);
		is_int(challenge_answer(CHALLENGE_UNSIGNED,
			   &(struct challenge_request){&prov, &req, NULL},
			   &given, &why),
		    ST_ANSWERED, "%s: answered", row[i].name);
		is_str(given_text(&given), row[i].answer, "%s: the answer",
		    row[i].name);
		request_free(&req);
		provider_free(&prov);
	}
}

static void
test_signed(void)
{
	static const struct {
		const char *name, *body;
		int code; /* 0: as to a stored event */
		const char *answer;
	} row[] = {
	    {"slack",
		"{\"token\":\"Jhj5dZrVaK7ZwHHjRyZWjbDl\",\"challenge\":"
		"\"3eZbrw1aBm2rZgRNFdxV2595E9CY3gmdALWMmHkvFXO7tYXAYM8P\","
		"\"type\":\"url_verification\"}",
		200, "3eZbrw1aBm2rZgRNFdxV2595E9CY3gmdALWMmHkvFXO7tYXAYM8P"},
	    {"twitch",
		"{\"challenge\":\"pogchamp-kappa-360noscope-vohiyo\","
		"\"subscription\":{\"status\":"
		"\"webhook_callback_verification_pending\"}}",
		200, "pogchamp-kappa-360noscope-vohiyo"},
	    {"zoom",
		"{\"payload\":{\"plainToken\":\"qgg8vlvZRS6UYooatFL8Aw\"},"
		"\"event_ts\":1654503849680,"
		"\"event\":\"endpoint.url_validation\"}",
		200,
		"{\"plainToken\":\"qgg8vlvZRS6UYooatFL8Aw\","
		"\"encryptedToken\":"
		"\"72cef096bfd47c0b8664df30d07721641e4abd7e885ba432204260db477a"
		"9a3e\"}"},
	    {"discord", "{\"version\":1,\"application_id\":\"1\",\"type\":0}",
		204, ""},
	    {"discord", "{\"id\":\"1\",\"token\":\"t\",\"type\":1}", 200,
		"{\"type\":1}"},
	    {"xero",
		"{\"events\": [],\"lastEventSequence\": 0,"
		"\"firstEventSequence\": 0,\"entropy\": \"S0m3r4Nd0mt3xt\"}",
		0, ""},
	};

	for (size_t i = 0; i < sizeof(row) / sizeof(row[0]); i++) {
		struct verified genuine = {.secret = 0};
		struct reply_given given;
		struct reason why = {""};
		struct preset words;
		struct provider prov;

		if (!make(&prov, &words, row[i].name))
			continue;
		genuine.text.n = 1;
		genuine.text.part[0] = genuine.text.payload =
		    span_str(row[i].body);
		is_int(challenge_answer(CHALLENGE_SIGNED,
			   &(struct challenge_request){&prov, NULL, &genuine},
			   &given, &why),
		    ST_ANSWERED, "%s: answered", row[i].name);
		is_int(given.code, row[i].code, "%s: the code", row[i].name);
		is_str(given_text(&given), row[i].answer, "%s: the answer",
		    row[i].name);
		if (row[i].code == 0)
			is_str(prov.profile.accept_body, "",
			    "%s: no body at all", row[i].name);
		provider_free(&prov);
	}
}

int
main(void)
{
	test_unsigned();
	test_signed();
	return done();
}
