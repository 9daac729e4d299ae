/*
 * signed_parts.c - one signed text, cut at other places: whoever has seen one
 * delivery must not be able to make another of it.
 */
#include "base/encode.h"
#include "profile/provider.h"
#include "sandbox.h"
#include "verify/schemes.h"
#include "verify/verified.h"

#include "../tap.h"

#define NOW    1795777982
#define SECRET "a secret of the test"

/* One request, and the text that its signature covers. */
struct cut {
	const char *name;
	const char *text;
	const char *id, *time, *uri, *body;
	enum status want;
};

static struct preset
own(const char *payload, const char *form)
{
	struct preset words = preset_default;

	words.signature[0] = "X-Sig";
	words.signed_payload[0] = payload;
	words.public_url = "https://example.com/x";
	words.webhook_id = "W";
	if (strstr(payload, "{ts}") != NULL) {
		words.timestamp = "header:X-Time";
		words.timestamp_format = form;
	}
	return words;
}

static void
sign(const char *text, char dst[static DIGEST_TEXT_MAX])
{
	unsigned char mac[DIGEST_MAX];
	struct span part = span_str(text);

	if (!digest_hmac(DIGEST_SHA256, span_str(SECRET), &part, 1, mac))
		sandbox_die("no HMAC");
	encode_hex(dst, span_mem(mac, DIGEST_SHA256_LEN));
}

static void
open_provider(struct provider *prov, const struct preset *words)
{
	struct profile_fault fault = {"", {""}};
	struct reason why = {""};

	*prov = (struct provider){.words = *words};
	if (!scheme_profile(&prov->profile, &prov->words, 300, &fault))
		sandbox_die(fault.why.text);
	if (!secrets_parse(&prov->secrets, span_str(SECRET), SECRET_RAW, &why))
		sandbox_die(why.text);
}

static void
run(const struct preset *words, const struct cut *cut)
{
	char hex[DIGEST_TEXT_MAX], sig[256], id[256], when[64], uri[256];
	const char *const env[] = {
	    "REQUEST_METHOD=POST", sig, id, when, uri, NULL};
	struct reason why = {""};
	struct provider prov;
	struct verified by;
	struct request req;
	enum status st;

	open_provider(&prov, words);
	sign(cut->text, hex);
	snprintf(sig, sizeof(sig), "HTTP_X_SIG=%s", hex);
	snprintf(id, sizeof(id), "HTTP_X_ID=%s", cut->id);
	snprintf(when, sizeof(when), "HTTP_X_TIME=%s", cut->time);
	snprintf(uri, sizeof(uri), "REQUEST_URI=%s", cut->uri);
	sandbox_request(&req, env, span_str(cut->body));
	st = prov.profile.scheme->verify(&prov, &req, NOW, &by, &why);
	if (!is_int(
		st, cut->want, "%s: %s", words->signed_payload[0], cut->name))
		diag("%s", why.text);
	if (st == ST_OK)
		verified_free(&by);
	else
		ok(why.text[0] != '\0', "and why");
	request_free(&req);
	provider_free(&prov);
}

static void
run_all(const struct preset *words, const struct cut cut[], size_t n)
{
	for (size_t i = 0; i < n; i++)
		run(words, &cut[i]);
}

#define RUN(words, cut) run_all((words), (cut), sizeof(cut) / sizeof((cut)[0]))

#define IDTEXT "a.1795777900.{\"m\":\"x.1795777982.{\\\"id\\\":2}\"}"

/* As Standard Webhooks signs: the specification allows no dot in the id. */
static void
test_dots(void)
{
	static const struct cut cut[] = {
	    {"as it was signed", IDTEXT, "a", "1795777900", "/",
		"{\"m\":\"x.1795777982.{\\\"id\\\":2}\"}", ST_OK},
	    {"the rest of the body", IDTEXT, "a.1795777900.{\"m\":\"x",
		"1795777982", "/", "{\\\"id\\\":2}\"}", ST_UNVERIFIED},
	    {"a dot", "a.b.1795777982.{}", "a.b", "1795777982", "/", "{}",
		ST_UNVERIFIED},
	    {"a blank", "a b.1795777982.{}", "a b", "1795777982", "/", "{}",
		ST_UNVERIFIED},
	    {"a byte above ASCII", "\xc3\xa9.1795777982.{}", "\xc3\xa9",
		"1795777982", "/", "{}", ST_UNVERIFIED},
	    {"all that it may have", "aZ09_-.1795777982.{}", "aZ09_-",
		"1795777982", "/", "{}", ST_OK},
	};
	struct preset any = own("{header:X-Id}.{ts}.{body}", NULL);
	struct preset seconds = own("{header:X-Id}.{ts}.{body}", "seconds");
	struct preset more = any;
	struct cut equals = {"a character that the settings add",
	    "a=.1795777982.{}", "a=", "1795777982", "/", "{}", ST_UNVERIFIED};

	RUN(&any, cut);
	RUN(&seconds, cut);
	run(&any, &equals);
	more.header_characters = "=";
	equals.want = ST_OK;
	run(&more, &equals);
	more = any;
	more.tolerance = -1;
	RUN(&more, cut);
	run(&more,
	    &(struct cut){"no time limit: a longer time", "a.1795777982.{}.{}",
		"a", "1795777982.{}", "/", "{}", ST_UNVERIFIED});
}

/* As Twitch signs: the time itself shows where the id ends. */
static void
test_touching(void)
{
	static const char when[] = "2026-11-27T11:13:02.5Z";
	static const struct cut cut[] = {
	    {"as it was signed", "a12026-11-27T11:13:02.5Z{\"a\":1}", "a1",
		when, "/", "{\"a\":1}", ST_OK},
	    {"an offset", "a12026-11-27T12:13:02+01:00{}", "a1",
		"2026-11-27T12:13:02+01:00", "/", "{}", ST_OK},
	    {"a longer id", "a2026-11-27T11:13:02Z{2026-11-27T11:13:02Z}",
		"a2026-11-27T11:13:02Z{", "2026-11-27T11:13:02Z", "/", "}",
		ST_UNVERIFIED},
	    {"seconds", "a1795777982{}", "a", "1795777982", "/", "{}",
		ST_UNVERIFIED},
	};
	static const struct cut numbers[] = {
	    {"as it was signed", "a1795777982{}", "a", "1795777982", "/", "{}",
		ST_OK},
	    {"a body that begins with a digit", "a17957779821795777983", "a",
		"1795777982", "/", "1795777983", ST_UNVERIFIED},
	    {"cut elsewhere", "a17957779821795777983", "a1795777982",
		"1795777983", "/", "", ST_UNVERIFIED},
	};
	struct preset words = own("{header:X-Id}{ts}{body}", "rfc3339");
	struct preset shape = own("{header:X-Id}{ts}{body}", NULL);

	RUN(&words, cut);
	RUN(&shape, numbers);
	words.header_characters = ":";
	run(&words, &(struct cut){"an id that may have a colon",
			"a:2026-11-27T11:13:02Z{}", "a:",
			"2026-11-27T11:13:02Z", "/", "{}", ST_UNVERIFIED});
}

/* A time has one unit: the digits that follow belong to what follows. */
static void
test_units(void)
{
	static const struct cut seconds[] = {
	    {"seconds", "1795777982482{}", "", "1795777982", "/", "482{}",
		ST_OK},
	    {"as milliseconds", "1795777982482{}", "", "1795777982482", "/",
		"{}", ST_UNVERIFIED},
	    {"as microseconds", "1795777982482391{}", "", "1795777982482391",
		"/", "{}", ST_UNVERIFIED},
	    {"nine digits", "179577798{}", "", "179577798", "/", "{}",
		ST_UNVERIFIED},
	};
	static const struct cut millis[] = {
	    {"milliseconds", "1795777982482{}", "", "1795777982482", "/", "{}",
		ST_OK},
	    {"as seconds", "1795777982482{}", "", "1795777982", "/", "482{}",
		ST_UNVERIFIED},
	};
	static const struct cut after[] = {
	    {"as it was signed", "{\"n\":1}1795777982", "", "1795777982", "/",
		"{\"n\":1}", ST_OK},
	    {"as milliseconds", "{\"n\":11795777982482", "", "1795777982482",
		"/", "{\"n\":1", ST_UNVERIFIED},
	};
	static const struct cut shown[] = {
	    {"seconds", "1795777982.{}", "", "1795777982", "/", "{}", ST_OK},
	    {"milliseconds", "1795777982482.{}", "", "1795777982482", "/", "{}",
		ST_OK},
	    {"RFC 3339", "2026-11-27T11:13:02Z.{}", "", "2026-11-27T11:13:02Z",
		"/", "{}", ST_OK},
	};
	struct preset words = own("{ts}{body}", NULL);

	RUN(&words, seconds);
	words.tolerance = -1;
	RUN(&words, seconds);
	words = own("{ts}{body}", "milliseconds");
	RUN(&words, millis);
	words = own("{body}{ts}", NULL);
	RUN(&words, after);
	words = own("{ts}.{body}", NULL);
	RUN(&words, shown);
	words.tolerance = -1;
	RUN(&words, shown);
	run(&words, &(struct cut){"a word, if its age is not checked",
			"yesterday.{}", "", "yesterday", "/", "{}", ST_OK});
	words = own("{ts},{body}", NULL);
	words.tolerance = -1;
	run(&words, &(struct cut){"but not the name of a day",
			"Fri, 27 Nov 2026 11:13:02 GMT,{}", "", "Fri", "/",
			" 27 Nov 2026 11:13:02 GMT,{}", ST_UNVERIFIED});
	words = own("{body}.{ts}", NULL);
	words.tolerance = -1;
	run(&words, &(struct cut){"nor the end of a time",
			"{}.2026-11-27T11:13:02.634Z", "", "634Z", "/",
			"{}.2026-11-27T11:13:02", ST_UNVERIFIED});
	words = own("{body}:{ts}", NULL);
	words.tolerance = -1;
	run(&words,
	    &(struct cut){"nor of an offset", "{}:2026-11-27T11:13:02+01:00",
		"", "00", "/", "{}:2026-11-27T11:13:02+01", ST_UNVERIFIED});
	words = own("{ts}.{body}", "milliseconds");
	run(&words, &(struct cut){"seconds are not taken", "1795777982.{}", "",
			"1795777982", "/", "{}", ST_UNVERIFIED});
	words = own("{method}{url}{body}{ts}", "milliseconds");
	run(&words, &(struct cut){"after a body that ends in digits",
			"POSThttps://example.com/x11795777982482", "",
			"1795777982482", "/", "1", ST_OK});
}

/* The target of a request, of which anybody can choose the query. */
static void
test_targets(void)
{
	static const struct cut blanks[] = {
	    {"as it was signed", "POST /x?a=1 {}", "", "", "/x?a=1", "{}",
		ST_OK},
	    {"a part of the body", "POST /x?a=1 {} {}", "", "", "/x?a=1 {}",
		"{}", ST_UNVERIFIED},
	};
	static const struct cut none[] = {
	    {"before JSON", "POST/x?a=1{}", "", "", "/x?a=1", "{}", ST_OK},
	    {"the query as a body", "POST/x?a=1{}", "", "", "/x", "?a=1{}",
		ST_UNVERIFIED},
	    {"a form as a query", "POST/x?a=1&b=2", "", "", "/x?a=1&", "b=2",
		ST_UNVERIFIED},
	    {"JSON in the target", "POST/x{\"a\":{}", "", "", "/x{\"a\":", "{}",
		ST_UNVERIFIED},
	};
	struct preset words = own("{method} {uri} {body}", NULL);

	RUN(&words, blanks);
	words = own("{method}{uri}{body}", NULL);
	RUN(&words, none);
	words = own("{uri}{header:X-Id}{body}", NULL);
	run(&words, &(struct cut){"two that touch", "/x1{}", "1", "", "/x",
			"{}", ST_UNVERIFIED});
}

/* Fields of which the signature covers several. */
static void
test_fields(void)
{
	static const struct cut cut[] = {
	    {"apart", "a b|c|d", "", "", "/",
		"{\"a\":\"a b\",\"b\":\"c\",\"c\":\"d\"}", ST_OK},
	    {"one with the byte that separates", "a|b|c|d", "", "", "/",
		"{\"a\":\"a|b\",\"b\":\"c\",\"c\":\"d\"}", ST_UNVERIFIED},
	};
	static const struct cut touching[] = {
	    {"only one at the end", "abc", "", "", "/",
		"{\"a\":\"abc\",\"b\":\"\"}", ST_UNVERIFIED},
	};
	struct preset words = own("{json:a}|{json:b}|{json:c}", NULL);

	words.unsafe_body = true;
	RUN(&words, cut);
	words = own("{json:a}{json:b}", NULL);
	words.unsafe_body = true;
	RUN(&words, touching);
	words = own("{header:X-Id}x{json:a}|{json:b}", NULL);
	words.unsafe_body = true;
	run(&words, &(struct cut){"a letter separates nothing", "axb|c", "a",
			"", "/", "{\"a\":\"b\",\"b\":\"c\"}", ST_UNVERIFIED});
}

/* A JSON body of Twilio's, whose signed text is sent as a form. */
static void
test_twilio(void)
{
	static const char hash[] =
	    "44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a";
	struct preset words = own("{url:bare}{sortedform}", NULL);
	char text[160], body[160];

	words.signed_payload[1] = "{url:bare}?bodySHA256={sha256:body}";
	words.signed_payload[2] = "{url:bare}&bodySHA256={sha256:body}";
	for (const char *c = "?&"; *c != '\0'; c++) {
		snprintf(text, sizeof(text),
		    "https://example.com/x%cbodySHA256=%s", *c, hash);
		run(&words,
		    &(struct cut){"JSON", text, "", "", "/", "{}", ST_OK});
		snprintf(body, sizeof(body), "%%%02XbodySHA256=%%3D%s",
		    (unsigned)*c, hash);
		run(&words, &(struct cut){"as a form", text, "", "", "/", body,
				ST_UNVERIFIED});
	}
	words.public_url = "https://example.com";
	words.signed_payload[3] = "{url:port}{sortedform}";
	run(&words,
	    &(struct cut){"with its port", "https://example.com:443AbCd", "",
		"", "/", "A=b&C=d", ST_OK});
	run(&words,
	    &(struct cut){"its port as a field", "https://example.com:443AbCd",
		"", "", "/", "%3A443AbCd=", ST_UNVERIFIED});
	words.public_url = "https://example.com/x";
	run(&words, &(struct cut){"a form", "https://example.com/xAbCd", "", "",
			"/", "A=b&C=d", ST_OK});
}

/* What Mailgun signs, with the token cut shorter. */
static void
test_mailgun(void)
{
	static const char form[] =
	    "{\"signature\":{\"timestamp\":\"%s\",\"token\":\"%s\","
	    "\"signature\":\"%s\"},\"event-data\":{\"event\":\"x\"}}";
	static const char token[] = "482391ab";
	struct preset words = *preset_find(span_str("mailgun"));
	const char *const env[] = {NULL};
	char hex[DIGEST_TEXT_MAX], body[512];
	struct provider prov;
	struct verified by;
	struct request req;
	struct reason why;

	words.unsafe_body = true;
	open_provider(&prov, &words);
	sign("1795777982482391ab", hex);
	for (size_t cut = 0; cut <= 6; cut += 3) {
		char when[32];

		snprintf(when, sizeof(when), "1795777982%.*s", (int)cut, token);
		snprintf(body, sizeof(body), form, when, token + cut, hex);
		sandbox_request(&req, env, span_str(body));
		is_int(prov.profile.scheme->verify(&prov, &req, NOW, &by, &why),
		    cut == 0 ? ST_OK : ST_UNVERIFIED, "mailgun: %s", when);
		if (cut == 0)
			verified_free(&by);
		request_free(&req);
	}
	provider_free(&prov);
}

/* --- every cut of a text --- */

/* A template of three parts with text between them. */
struct shape {
	char order[4]; /* i: an id, t: the time, b: the body */
	const char *between[2];
};

/* The values of a request, each a piece of the signed text. */
struct pieces {
	char value[3][128];
};

static void
put_template(char *dst, size_t room, const struct shape *shape)
{
	size_t used = 0;

	for (size_t i = 0; shape->order[i] != '\0'; i++)
		used += (size_t)snprintf(dst + used, room - used, "%s%s",
		    i == 0 ? "" : shape->between[i - 1],
		    shape->order[i] == 'i'   ? "{header:X-Id}"
		    : shape->order[i] == 't' ? "{ts}"
					     : "{body}");
}

static bool
passes(const struct provider *prov, const struct shape *shape,
    const struct pieces *p, const char *hex)
{
	char sig[256], id[256] = "A=", when[256] = "B=";
	const char *const env[] = {"REQUEST_METHOD=POST", sig, id, when, NULL};
	const char *body = "";
	struct reason why = {""};
	struct verified by;
	struct request req;
	enum status st;

	snprintf(sig, sizeof(sig), "HTTP_X_SIG=%s", hex);
	for (size_t i = 0; shape->order[i] != '\0'; i++) {
		if (shape->order[i] == 'i')
			snprintf(id, sizeof(id), "HTTP_X_ID=%s", p->value[i]);
		else if (shape->order[i] == 't')
			snprintf(
			    when, sizeof(when), "HTTP_X_TIME=%s", p->value[i]);
		else
			body = p->value[i];
	}
	sandbox_request(&req, env, span_str(body));
	st = prov->profile.scheme->verify(prov, &req, NOW, &by, &why);
	if (st == ST_OK)
		verified_free(&by);
	request_free(&req);
	return st == ST_OK;
}

static void
take(char dst[128], const char *from, size_t len)
{
	snprintf(dst, 128, "%.*s", (int)len, from);
}

/* How many requests there are that the signature of text fits. */
static unsigned
count_cuts(
    const struct provider *prov, const struct shape *shape, const char *text)
{
	size_t len = strlen(text), a = strlen(shape->between[0]);
	size_t b = shape->order[2] == '\0' ? 0 : strlen(shape->between[1]);
	char hex[DIGEST_TEXT_MAX];
	struct pieces p;
	unsigned n = 0;

	sign(text, hex);
	for (size_t i = 1; i + a <= len; i++) {
		if (strncmp(text + i, shape->between[0], a) != 0)
			continue;
		take(p.value[0], text, i);
		if (shape->order[2] == '\0') {
			take(p.value[1], text + i + a, len);
			n += passes(prov, shape, &p, hex);
			continue;
		}
		for (size_t k = i + a + 1; k + b <= len; k++) {
			if (strncmp(text + k, shape->between[1], b) != 0)
				continue;
			take(p.value[1], text + i + a, k - i - a);
			take(p.value[2], text + k + b, len);
			n += passes(prov, shape, &p, hex);
		}
	}
	return n;
}

/* A text in which all that could be taken for an end is there twice. */
static void
put_text(char *dst, size_t room, const struct shape *shape, const char *when,
    const char *body)
{
	size_t used = 0;

	for (size_t i = 0; shape->order[i] != '\0'; i++)
		used += (size_t)snprintf(dst + used, room - used, "%s%s",
		    i == 0 ? "" : shape->between[i - 1],
		    shape->order[i] == 'i'   ? "a1"
		    : shape->order[i] == 't' ? when
					     : body);
}

/* At most one cut may pass; 1 if one does, of any text. */
static unsigned
cut_everywhere(const struct shape *shape, const char *form, long tolerance)
{
	static const char *const when[] = {"1795777982", "1795777982482",
	    "2026-11-27T11:13:02Z", "2026-11-27T11:13:02.5+00:00"};
	char payload[64], body[128], text[256];
	const char *s = shape->between[0], *t = shape->between[1];
	struct provider prov;
	struct preset words;
	unsigned most = 0;

	put_template(payload, sizeof(payload), shape);
	words = own(payload, form);
	words.tolerance = tolerance;
	open_provider(&prov, &words);
	for (size_t i = 0; i < sizeof(when) / sizeof(when[0]); i++) {
		for (size_t k = 0; k < 4; k++) {
			unsigned n;

			snprintf(body, sizeof(body), "%s%s%s%s%s",
			    k % 2 == 0 ? "{" : "7", s, when[i], t,
			    k / 2 == 0 ? "}" : "8");
			put_text(text, sizeof(text), shape, when[i], body);
			n = count_cuts(&prov, shape, text);
			if (n > most)
				most = n;
			if (n > 1)
				diag("%u cuts of %s", n, text);
		}
	}
	ok(most <= 1, "%s, %s, %ld: at most one cut passes", payload,
	    form == NULL ? "any form" : form, tolerance);
	provider_free(&prov);
	return most;
}

static void
test_every_cut(void)
{
	static const char *const between[] = {"", ".", ":", "-", "7"};
	static const char *const order[] = {
	    "itb", "tib", "tb", "bt", "ib", "bi", "bti", "ibt"};
	static const char *const form[] = {
	    NULL, "seconds", "milliseconds", "rfc3339"};
	struct shape shape;
	unsigned passed = 0;

	for (size_t o = 0; o < sizeof(order) / sizeof(order[0]); o++) {
		snprintf(shape.order, sizeof(shape.order), "%s", order[o]);
		for (size_t i = 0; i < 25; i++) {
			shape.between[0] = between[i % 5];
			shape.between[1] = between[i / 5];
			if (order[o][2] == '\0' && i >= 5)
				continue;
			for (size_t f = 0; f < 4; f++) {
				if (strchr(order[o], 't') == NULL && f > 0)
					continue;
				passed += cut_everywhere(&shape, form[f], 0);
				if (strchr(order[o], 't') != NULL)
					passed +=
					    cut_everywhere(&shape, form[f], -1);
			}
		}
	}
	ok(passed > 400, "a genuine cut of %u templates passes", passed);
}

/* A preset says of each time what unit it has, and hides no end. */
static void
test_presets(void)
{
	const struct preset *preset;

	for (size_t i = 0; (preset = preset_at(i)) != NULL; i++) {
		bool timed = preset->timestamp != NULL ||
			     (preset->scheme != NULL &&
				 strcmp(preset->scheme, "standard") == 0);

		ok((preset->timestamp_format != NULL) == timed,
		    "%s: a form of its time, where it has one", preset->name);
	}
}

int
main(void)
{
	test_dots();
	test_touching();
	test_units();
	test_targets();
	test_fields();
	test_twilio();
	test_mailgun();
	test_every_cut();
	test_presets();
	return done();
}
