/* template.c - what is signed: read, judged, filled in. */
#include "profile/template.h"
#include "sandbox.h"

#include "../tap.h"

static const char *const env[] = {"REQUEST_METHOD=POST",
    "REQUEST_URI=/hook/x?a=1", "HTTP_X_ID=id-1", "HTTP_X_TWICE=1",
    "HTTP_X_TWICE=2", NULL};

static void
test_parse_errors(void)
{
	static const struct {
		const char *text, *why;
	} row[] = {
	    {"{", "a '{' is not closed"},
	    {"v0:{ts}:{body", "a '{' is not closed"},
	    {"{}", "unknown variable {}"},
	    {"{Body}", "unknown variable {Body}: did you mean {body}?"},
	    {"{bod}", "unknown variable {bod}: did you mean {body}?"},
	    {"{body }", "unknown variable {body }: did you mean {body}?"},
	    {"{id}", "unknown variable {id}"},
	    {"{url:}", "unknown variable {url:}: did you mean {url}?"},
	    {"{url:x}", "unknown variable {url:x}: did you mean {url}?"},
	    {"{sha256}",
		"unknown variable {sha256}: did you mean {sha256:body}?"},
	    {"{sha256:}",
		"unknown variable {sha256:}: did you mean {sha256:body}?"},
	    {"{sha256:ts}",
		"unknown variable {sha256:ts}: did you mean {sha256:body}?"},
	    {"{md5:body}", "unknown variable {md5:body}"},
	    {"{crc32}", "unknown variable {crc32}: did you mean {crc32:body}?"},
	    {"{crc32:url}",
		"unknown variable {crc32:url}: did you mean {crc32:body}?"},
	    {"{webhook_id:x}",
		"unknown variable {webhook_id:x}: did you mean {webhook_id}?"},
	    {"{header}",
		"unknown variable {header}: did you mean {header:NAME}?"},
	    {"{header:}",
		"unknown variable {header:}: did you mean {header:NAME}?"},
	    {"{json}", "unknown variable {json}: did you mean {json:PATH}?"},
	    {"{form:}", "unknown variable {form:}: did you mean {form:NAME}?"},
	    {"{body:x}", "unknown variable {body:x}: did you mean {body}?"},
	    {"{ts:x}", "unknown variable {ts:x}: did you mean {ts}?"},
	    {"{bdy}", "unknown variable {bdy}: did you mean {body}?"},
	    {"{timestamp}", "unknown variable {timestamp}: did you mean {ts}?"},
	    {"{Raw-Body}", "unknown variable {Raw-Body}: did you mean {body}?"},
	    {"{headers:X}",
		"unknown variable {headers:X}: did you mean {header:NAME}?"},
	    {"{:x}", "unknown variable {:x}"},
	    {"{{body}}", "unknown variable {{body}: did you mean {body}?"},
	    {"{ts}{ts}{ts}{ts}{ts}{ts}{ts}{ts}{ts}{ts}{ts}{ts}{ts}{ts}{ts}"
	     "{ts}{ts}",
		"more than 16 parts"},
	};
	struct template tpl;
	struct reason why;

	for (size_t i = 0; i < sizeof(row) / sizeof(row[0]); i++) {
		ok(!template_parse(&tpl, row[i].text, &why), "%s", row[i].text);
		is_str(why.text, row[i].why, "and why");
		is_int(tpl.n, 0, "nothing is left of it");
	}
	ok(template_parse(&tpl,
	       "{ts}{ts}{ts}{ts}{ts}{ts}{ts}{ts}{ts}{ts}{ts}{ts}{ts}{ts}"
	       "{ts}{ts}",
	       &why),
	    "16 parts");
	template_free(&tpl);
	template_free(&tpl);
	is_int(tpl.n, 0, "freed twice is harmless");
	ok(template_parse(&tpl, "", &why) && tpl.n == 0, "nothing is a part");
}

static void
test_payload(void)
{
	static const struct {
		const char *text;
		bool want;
	} row[] = {
	    {"{body}", true},
	    {"v0:{ts}:{body}", true},
	    {"{sortedform}", true},
	    {"{url}{sortedform}", true},
	    {"{json:data}", true},
	    {"{form:data}", true},
	    {"{ts}{form:data}", true},
	    {"{json:a}{body}", true},
	    {"{ts}{sha512:body}", true},
	    {"{crc32:body}", true},
	    {"{members:A,B?}", true},
	    {"{members:A}{members:B}", false},
	    {"{members:A}{json:B}", false},
	    {"{sha512:url}", false},
	    {"{webhook_id}", false},
	    {"{json:a}{json:b}", false}, /* which one is the event? */
	    {"{json:a}{form:b}", false},
	    {"{ts}", false},
	    {"{ts}{header:token}", false},
	    {"{method}{uri}{url}", false},
	    {"body", false},
	    {"", false},
	};
	struct template tpl;
	struct reason why;

	for (size_t i = 0; i < sizeof(row) / sizeof(row[0]); i++) {
		if (!template_parse(&tpl, row[i].text, &why))
			sandbox_die(row[i].text);
		is_int(template_has_payload(&tpl), row[i].want,
		    "payload in \"%s\"", row[i].text);
		template_free(&tpl);
	}
}

/* Fill text in for a request with this body; *out is the caller's. */
static enum status
fill(const char *text, struct span body, struct request *req,
    struct signed_text *out, struct template *tpl)
{
	struct template_input in = {.req = req,
	    .ts = span_str("1614265330"),
	    .url = "https://example.com/x",
	    .webhook_id = "WH-1"};
	struct reason why;

	sandbox_request(req, env, body);
	if (!template_parse(tpl, text, &why))
		sandbox_die(text);
	return template_fill(tpl, &in, out);
}

/* Check the text that is signed, and what of it is the payload. */
static void
check(const char *text, const char *body, const char *want, const char *payload)
{
	struct signed_text out;
	struct template tpl;
	struct request req;
	char joined[512] = "";
	size_t len = 0;

	is_int(fill(text, span_str(body), &req, &out, &tpl), ST_OK, "%s", text);
	for (size_t i = 0; i < out.n; i++) {
		if (out.part[i].len == 0)
			continue;
		memcpy(joined + len, out.part[i].ptr, out.part[i].len);
		len += out.part[i].len;
	}
	is_span(span_mem(joined, len), want, "filled in");
	is_span(out.payload, payload, "its payload");
	signed_text_free(&out);
	signed_text_free(&out);
	template_free(&tpl);
	request_free(&req);
}

static void
test_fill(void)
{
	check("{body}", "a b", "a b", "a b");
	check("v0:{ts}:{body}", "{}", "v0:1614265330:{}", "{}");
	check("{method}|{url}|{uri}|{body}", "b",
	    "POST|https://example.com/x|/hook/x?a=1|b", "b");
	check("{header:X-Id}.{ts}.{body}", "b", "id-1.1614265330.b", "b");
	check("{json:data}", "{\"data\":\"{\\\"a\\\":1}\",\"x\":2}",
	    "{\"a\":1}", "{\"a\":1}");
	check("<{json:data}>", "{\"data\":{\"a\": [1] } , \"x\":2}",
	    "<{\"a\": [1] }>", "{\"a\": [1] }");
	check("{json:a.b}", "{\"a\":{\"b\":1.0}}", "1.0", "1.0");
	check("{form:data}", "x=1&data=%7B+%7D", "{ }", "{ }");
	check("{url}{sortedform}", "b=2&a=1", "https://example.com/xa1b2",
	    "b=2&a=1");
	check("{json:id}{body}", "{\"id\":\"7\"}", "7{\"id\":\"7\"}",
	    "{\"id\":\"7\"}");
	check("{body}{json:id}", "{\"id\":\"7\"}", "{\"id\":\"7\"}7",
	    "{\"id\":\"7\"}");
	check("{sortedform}{form:a}", "b=2&a=1", "a1b21", "b=2&a=1");
	check("}{ts}}", "", "}1614265330}", "");
	check("?{sha256:body}", "{}",
	    "?44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a",
	    "{}");
	check("{sha1:body}", "{}", "bf21a9e8fbc5a3846fb05b4fa0859e0917b2202f",
	    "{}");
	check("{sha256:url}{crc32:body}", "123456789",
	    "54cef8f42f3f31ad349075022cd36ce1a378d039c1df7af45d61d693d9a35c6a"
	    "3421780262",
	    "123456789");
	check("{crc32:body}", "a", "3904355907", "a");
	check("{webhook_id}:{body}", "b", "WH-1:b", "b");
}

/* As SNS signs; what is stored are these members and no others. */
static void
test_members(void)
{
	static const char text[] = "{members:Message,Id,Subject?}";
	static const char *const bad[] = {
	    "{\"Message\":\"m\"}",
	    "{\"Message\":\"m\",\"Id\":7}",
	    "{\"Message\":\"m\",\"Id\":null}",
	    "{\"Message\":\"m\",\"Id\":\"i\\nSubject\\nx\"}",
	    "{\"Message\":\"m\",\"Id\":\"i\",\"Subject\":\"a\\nb\"}",
	    "{\"Message\":\"m\",\"Id\":\"i\",\"Subject\":[\"a\"]}",
	    "{\"Message\":\"m\",\"Id\":\"i\",\"Id\":\"i\"}",
	    "{\"Message\":\"m\",\"Id\":\"i\"",
	    "Message\nm\nId\ni\n",
	};

	check(text, "{\"x\":1,\"Id\":\"i\", \"Message\" : \"a\\u0062\\nc\"}",
	    "Message\nab\nc\nId\ni\n",
	    "{\"Message\":\"ab\\u000ac\",\"Id\":\"i\"}");
	check(text, "{\"Message\":\"\",\"Id\":\"i\",\"Subject\":\"s\"}",
	    "Message\n\nId\ni\nSubject\ns\n",
	    "{\"Message\":\"\",\"Id\":\"i\",\"Subject\":\"s\"}");
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		struct signed_text out;
		struct template tpl;
		struct request req;

		is_int(fill(text, span_str(bad[i]), &req, &out, &tpl),
		    ST_UNVERIFIED, "not %.40s", bad[i]);
		ok(out.n == 0 && out.made == NULL, "nothing is left");
		template_free(&tpl);
		request_free(&req);
	}
}

/* The URL of the settings, with its port said and without one. */
static void
test_url(void)
{
	static const struct {
		const char *url, *port, *bare;
	} row[] = {
	    {"https://a.example/x", "https://a.example:443/x",
		"https://a.example/x"},
	    {"http://a.example/x?y=1", "http://a.example:80/x?y=1",
		"http://a.example/x?y=1"},
	    {"https://a.example:8443/x", "https://a.example:8443/x",
		"https://a.example/x"},
	    {"https://a.example:443", "https://a.example:443",
		"https://a.example"},
	    {"https://a.example?q=:1", "https://a.example:443?q=:1",
		"https://a.example?q=:1"},
	    {"https://1", "https://1:443", "https://1"},
	    {"https://[::1]/", "https://[::1]:443/", "https://[::1]/"},
	    {"https://[::1]:8/", "https://[::1]:8/", "https://[::1]/"},
	};
	static const char *const text[] = {
	    "{url}{body}", "{url:port}{body}", "{url:bare}{body}"};

	for (size_t i = 0; i < sizeof(row) / sizeof(row[0]); i++) {
		const char *want[] = {row[i].url, row[i].port, row[i].bare};

		for (size_t k = 0; k < 3; k++) {
			struct request req = {.body = span_str("b")};
			struct template_input in = {
			    .req = &req, .url = row[i].url};
			struct signed_text out;
			struct template tpl;
			struct reason why;

			if (!template_parse(&tpl, text[k], &why))
				sandbox_die(why.text);
			is_int(template_fill(&tpl, &in, &out), ST_OK, "filled");
			is_span(out.part[0], want[k], "%s of %s", text[k],
			    row[i].url);
			signed_text_free(&out);
			template_free(&tpl);
		}
	}
}

/* Nothing, as a whole body: a payload, but where a field might have been. */
static void
test_careless(void)
{
	static const char *const text[] = {
	    "undefined", "null", "[object Object]"};
	struct template_input in = {.url = ""};
	struct signed_text out;
	struct template tpl;
	struct request req;
	struct reason why;

	for (size_t i = 0; i < sizeof(text) / sizeof(text[0]); i++) {
		check("{body}", text[i], text[i], text[i]);
		sandbox_request(&req, env, span_str(text[i]));
		if (!template_parse(&tpl, "{body}", &why))
			sandbox_die(why.text);
		in.req = &req;
		in.takes_field = true;
		is_int(template_fill(&tpl, &in, &out), ST_UNVERIFIED,
		    "%s in place of a field", text[i]);
		template_free(&tpl);
		request_free(&req);
	}
}

static void
test_refused(void)
{
	static const struct {
		const char *text, *body, *why;
	} row[] = {
	    {"{body}", "", "an empty body"},
	    {"{sortedform}", "", "an empty form"},
	    {"{json:data}", "{\"data\":\"\"}", "an empty string"},
	    {"{json:data}", "{\"data\":\"[object Object]\"}", "a JS bug"},
	    {"{json:data}", "{\"data\":\"undefined\"}", "another"},
	    {"{json:data}", "{\"data\":null}", "null as a value"},
	    {"{json:data}", "{\"data\":\"null\"}", "null as text"},
	    {"{json:data}", "{\"dat\":1}", "no such field"},
	    {"{json:data}", "{\"data\":1,\"data\":1}", "the field twice"},
	    {"{json:data}", "data=1", "a form where JSON should be"},
	    {"{form:data}", "{\"data\":1}", "JSON where a form should be"},
	    {"{form:data}", "data=&x=1", "an empty form field"},
	    {"{form:data}", "data=1&data=1", "a form field twice"},
	    {"{form:data}", "data=%zz", "a broken escape"},
	    {"{sortedform}", "a=%zz", "a broken escape anywhere"},
	    {"{header:X-No}{body}", "b", "no such header"},
	    {"{header:X-Twice}{body}", "b", "a header that came twice"},
	};
	struct signed_text out;
	struct template tpl;
	struct request req;

	for (size_t i = 0; i < sizeof(row) / sizeof(row[0]); i++) {
		is_int(
		    fill(row[i].text, span_str(row[i].body), &req, &out, &tpl),
		    ST_UNVERIFIED, "%s: %s", row[i].text, row[i].why);
		ok(out.n == 0 && out.payload.len == 0, "and nothing is left");
		signed_text_free(&out);
		template_free(&tpl);
		request_free(&req);
	}
}

static void
test_bytes(void)
{
	struct span body = span_mem("a\0\xff\r\n", 5);
	struct signed_text out;
	struct template tpl;
	struct request req;

	is_int(fill("{body}", body, &req, &out, &tpl), ST_OK, "any bytes");
	is_mem(out.part[0], body, "every one of them");
	is_mem(out.payload, body, "in the payload too");
	ok(template_has(&tpl, OP_BODY) && !template_has(&tpl, OP_TS),
	    "and the template knows its parts");
	signed_text_free(&out);
	template_free(&tpl);
	request_free(&req);
	is_int(fill("{json:d}", span_str("{\"d\":\"a\\u0000b\"}"), &req, &out,
		   &tpl),
	    ST_OK, "a NUL in a decoded string");
	is_mem(out.payload, span_mem("a\0b", 3), "is a byte like another");
	signed_text_free(&out);
	template_free(&tpl);
	request_free(&req);
}

int
main(void)
{
	struct template zero = {.n = 0};

	test_parse_errors();
	test_payload();
	test_fill();
	test_members();
	test_url();
	test_careless();
	test_refused();
	test_bytes();
	template_free(&zero);
	return done();
}
