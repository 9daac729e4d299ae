/* challenge_word.c - the words for challenges: each one, and what is none. */
#include "profile/challenge_word.h"
#include "profile/profile.h"
#include "verify/schemes.h"

#include "../tap.h"

static void
test_words(void)
{
	static const struct {
		const char *word;
		enum challenge_kind kind;
		const char *name, *field, *value;
		const char *methods;
		bool signs;
	} row[] = {
	    {NULL, CHALLENGE_NONE, NULL, NULL, NULL, "POST", false},
	    {"none", CHALLENGE_NONE, NULL, NULL, NULL, "POST", false},
	    {"echo-query:challenge", CHALLENGE_ECHO_QUERY, "challenge", NULL,
		NULL, "GET, HEAD, POST", false},
	    {"echo-query:a:b=c", CHALLENGE_ECHO_QUERY, "a:b=c", NULL, NULL,
		"GET, HEAD, POST", false},
	    {"meta", CHALLENGE_META, NULL, NULL, NULL, "GET, HEAD, POST",
		false},
	    {"okta", CHALLENGE_OKTA, NULL, NULL, NULL, "GET, HEAD, POST",
		false},
	    {"crc", CHALLENGE_CRC, NULL, NULL, NULL, "GET, HEAD, POST", true},
	    {"head", CHALLENGE_HEAD, NULL, NULL, NULL, "HEAD, POST", false},
	    {"echo-header:X-Hook-Secret", CHALLENGE_ECHO_HEADER,
		"X-Hook-Secret", NULL, NULL, "POST", false},
	    {"echo-header:x-1", CHALLENGE_ECHO_HEADER, "x-1", NULL, NULL,
		"POST", false},
	    {"echo-json:type=url_verification:challenge", CHALLENGE_ECHO_JSON,
		"challenge", "type", "url_verification", "POST", false},
	    {"echo-json:a.b=c=d:e:f.g", CHALLENGE_ECHO_JSON, "f.g", "a.b",
		"c=d:e", "POST", false},
	    {"zoom", CHALLENGE_ZOOM, NULL, NULL, NULL, "POST", true},
	    {"discord", CHALLENGE_DISCORD, NULL, NULL, NULL, "POST", false},
	    {"probe:events=[]", CHALLENGE_PROBE, NULL, "events", "[]", "POST",
		false},
	    {"probe:a=b:c", CHALLENGE_PROBE, NULL, "a", "b:c", "POST", false},
	};

	for (size_t i = 0; i < sizeof(row) / sizeof(row[0]); i++) {
		const char *word = row[i].word == NULL ? "NULL" : row[i].word;
		struct challenge_word ch;
		struct reason why;

		if (!ok(challenge_word_parse(&ch, row[i].word, &why), "%s",
			word))
			continue;
		is_int(ch.kind, row[i].kind, "%s: kind", word);
		is_str(ch.name, row[i].name, "%s: name", word);
		is_str(ch.field, row[i].field, "%s: field", word);
		is_str(ch.value, row[i].value, "%s: value", word);
		is_str(challenge_word_methods(ch.kind), row[i].methods,
		    "%s: methods", word);
		is_int(challenge_word_signs(ch.kind), row[i].signs, "%s: signs",
		    word);
		is_int(challenge_word_says(ch.kind) == NULL,
		    ch.kind == CHALLENGE_NONE, "%s: has a description", word);
		challenge_word_free(&ch);
		challenge_word_free(&ch);
	}
}

static void
test_refused(void)
{
	static const char *const row[] = {"", "None", "none ", "none:", "met",
	    "metas", "meta:x", "okta:", "slack", "echo-query",
	    "echo-query:", "echo", "echo-header",
	    "echo-header:", "echo-header:X-", "echo-header:Location",
	    "echo-header:Set-Cookie", "echo-header:Status",
	    "echo-header:Content-Type", "echo-header:X-Accel-Redirect",
	    "echo-header:x-accel-redirect", "echo-header:X-Sendfile",
	    "echo-header:X-LIGHTTPD-send-file",
	    "echo-header:X-Content-Type-Options", "echo-header:X-Frame-Options",
	    "echo-header:X-LiteSpeed-Location", "echo-header:X-XSS-Protection",
	    "echo-header:X-Reproxy-URL", "echo-header:X-A B",
	    "echo-header:X-A:", "echo-header:X-A\r\nB", "echo-header:X_Hook",
	    "echo-header:X-"
	    "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
	    "echo-json", "echo-json:", "echo-json:a", "echo-json:a=b",
	    "echo-json:a=b:", "echo-json:a=:c", "echo-json:=b:c",
	    "echo-json:a:b", "echo-json:a:b=c", "zoom:x", "discord:1", "probe",
	    "probe:", "probe:a", "probe:a=", "probe:=b", "crc:token", "head:x",
	    ":", "none:none"};

	for (size_t i = 0; i < sizeof(row) / sizeof(row[0]); i++) {
		struct challenge_word ch;
		struct reason why = {""};

		ok(!challenge_word_parse(&ch, row[i], &why), "refused: %s",
		    row[i]);
		ok(why.text[0] != '\0' && ch.owned == NULL &&
			ch.kind == CHALLENGE_NONE,
		    "refused: %s: why, and nothing of it", row[i]);
	}
}

/* With words that make a profile otherwise. */
static bool
makes(struct profile *profile, const struct preset *p, const char *text)
{
	struct profile_fault fault = {"", {""}};
	bool good = scheme_profile(profile, p, 300, &fault);

	is_str(fault.why.text, text, "%s with %s", p->challenge, p->scheme);
	is_str(fault.setting, good ? "" : "challenge", "the setting at fault");
	return good;
}

static void
test_rule(void)
{
	static const char *const signing[] = {"crc", "zoom"};
	struct preset p = preset_default;
	struct profile profile;

	p.signature[0] = "X-Signature";
	p.challenge = "slack";
	ok(!makes(&profile, &p,
	       "must be none, echo-query:NAME, meta, okta, crc, head, "
	       "echo-header:NAME, echo-json:PATH=VALUE:PATH, zoom, discord or "
	       "probe:PATH=VALUE"),
	    "no such word");
	for (size_t i = 0; i < 2; i++) {
		p.challenge = signing[i];
		p.scheme = "token";
		ok(!makes(&profile, &p, "works only with the scheme hmac"),
		    "%s", signing[i]);
		p.scheme = "hmac";
		if (ok(makes(&profile, &p, ""), "%s", signing[i]))
			profile_free(&profile);
	}
	p.challenge = "echo-header:X-Hook-Secret";
	p.signature[1] = "X-Other-*";
	ok(!makes(&profile, &p,
	       "needs signatures in headers of fixed names: they distinguish "
	       "an event from a challenge"),
	    "a numbered set");
	p.signature[1] = "json:signature";
	ok(!makes(&profile, &p,
	       "needs signatures in headers of fixed names: they distinguish "
	       "an event from a challenge"),
	    "a field");
	p.signature[1] = NULL;
	if (ok(makes(&profile, &p, ""), "a header")) {
		is_int(
		    profile.challenge.kind, CHALLENGE_ECHO_HEADER, "its kind");
		is_str(profile.challenge.name, "X-Hook-Secret", "its name");
		profile_free(&profile);
		ok(profile.challenge.owned == NULL, "nothing of it is left");
	}
}

int
main(void)
{
	test_words();
	test_refused();
	test_rule();
	return done();
}
