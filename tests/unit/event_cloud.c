/* event_cloud.c - deliveries that are CloudEvents, as events. */
#include "event_cloud.h"
#include "event_fixture.h"

#include "hold/request_file.h"

#include "../tap.h"

#define STRUCTURED "CONTENT_TYPE=application/cloudevents+json"

/* Once, and as a whole line. */
static void
has(const struct event_fixture *s, const char *line)
{
	char text[2200];
	const char *found;

	snprintf(text, sizeof(text), "\n%s\n", line);
	found = strstr(s->head, text);
	ok(found != NULL && strstr(found + 1, text) == NULL, "%.80s", line);
	if (found == NULL)
		printf("# %s\n", s->head);
}

static void
lacks(const struct event_fixture *s, const char *text)
{
	ok(strstr(s->head, text) == NULL, "not %.60s", text);
}

static struct event_fixture
plain(void)
{
	struct event_fixture s = event_fixture();

	s.words.id = s.words.type = NULL;
	return s;
}

static void
test_structured(void)
{
	const char *const env[] = {
	    "CONTENT_TYPE=Application/CloudEvents+JSON; charset=utf-8",
	    "HTTP_X_SIG=s", NULL};
	static const char body[] =
	    "{\"specversion\":\"1.0\",\"id\":\"a \\u00e9%\",\"source\":"
	    "\"https://h/a?b\",\"type\":\"com.ex\\u0061mple\",\"time\":"
	    "\"2018-04-05T17:31:00.123456789+02:00\",\"subject\":\"s\\\"1\","
	    "\"data\":{\"id\":\"no\",\"type\":\"no\"}}";
	struct event_fixture s = plain();

	play(&s, env, span_str(body), span_mem(NULL, 0));
	has(&s, "Ce-Id: a%20%C3%A9%25\nCe-Source: https://h/a?b\n"
		"Ce-Type: com.example\nCe-Subject: s%221\n"
		"Ce-Time: 2018-04-05T17:31:00.123456789+02:00\n"
		"Content-Type: application/json");
	has(&s, "Hookdir-Verified: hmac-sha256 secret=1\n"
		"Hookdir-Provider: test\n"
		"Hookdir-Received: 2023-11-14T22:13:20.123456Z\n"
		"Original-Content-Type: Application/CloudEvents+JSON; "
		"charset=utf-8");
	ok(strncmp(s.event.name, "sha256-", 7) == 0 &&
		strstr(s.head, s.event.name) == NULL,
	    "the file's name is still the digest of what was signed");
	is_span(s.event.file.body, body, "the body is what was signed");
	end(&s);

	s = event_fixture();
	s.words.id = "json:data.id";
	s.words.type = "const:t";
	play(&s, env, span_str(body), span_mem(NULL, 0));
	is_str(s.event.name, "no", "an id of the settings is the name");
	has(&s, "Ce-Id: no");
	has(&s, "Ce-Type: t");
	has(&s, "Ce-Source: https://h/a?b");
	end(&s);

	s = event_fixture();
	s.words.id = "json:data.none";
	play(&s, env, span_str(body), span_mem(NULL, 0));
	has(&s, "Ce-Id: a%20%C3%A9%25");
	end(&s);
}

/* What is missing or not valid is ours; the rest is the event's. */
static void
test_invalid(void)
{
	static const struct {
		const char *body, *line;
	} row[] = {
	    {"{\"specversion\":\"1.0\",\"id\":\"\",\"source\":\"s\"}",
		"Ce-Source: s"},
	    {"{\"specversion\":\"1.0\",\"id\":1,\"source\":null,\"type\":{}}",
		"Ce-Source: /test"},
	    {"{\"specversion\":\"1.0\",\"type\":\"a\",\"type\":\"b\"}",
		"Ce-Type: unknown"},
	    {"{\"specversion\":\"1.0\",\"type\":\"a\",\"t\\u0079pe\":\"b\"}",
		"Ce-Type: unknown"},
	    {"{\"specversion\":\"1.0\",\"time\":\"2018-02-30T00:00:00Z\"}",
		"Ce-Time: 2023-11-14T22:13:20.123456Z"},
	    {"{\"specversion\":\"1.0\",\"time\":\"2018-02-03 00:00:00Z\"}",
		"Ce-Time: 2023-11-14T22:13:20.123456Z"},
	    {"{\"specversion\":\"1.0\",\"time\":\"2018-02-03T00:00:00\"}",
		"Ce-Time: 2023-11-14T22:13:20.123456Z"},
	    {"{\"specversion\":\"1.0\",\"id\":\"a\\nb\\u0000\"}",
		"Ce-Id: a%0Ab%00"},
	    {"\xef\xbb\xbf{\"specversion\":\"1.0\",\"id\":\"a\"}", "Ce-Id: a"},
	    {"{\"id\":\"a\",\"source\":\"s\"}", "Ce-Source: /test"},
	    {"[{\"specversion\":\"1.0\",\"source\":\"s\"}]",
		"Ce-Source: /test"},
	    {"{\"specversion\":\"1.0\",\"source\":\"s\"", "Ce-Source: /test"},
	    {"{\"specversion\":\"1.0\",\"source\":\"\xff\"}",
		"Ce-Source: /test"},
	    {"not JSON", "Ce-Source: /test"},
	    {"", "Ce-Source: /test"},
	};
	const char *const env[] = {STRUCTURED, NULL};
	char body[EVENT_ATTR_MAX + 100], line[EVENT_ATTR_MAX + 20];

	for (size_t i = 0; i < sizeof(row) / sizeof(row[0]); i++) {
		struct event_fixture s = plain();

		play(&s, env, span_str(row[i].body), span_mem(NULL, 0));
		has(&s, row[i].line);
		has(&s, "Content-Type: application/json");
		end(&s);
	}
	for (int more = 0; more < 2; more++) {
		struct event_fixture s = plain();

		memset(line, 'x', sizeof(line));
		line[EVENT_ATTR_MAX + more] = '\0';
		snprintf(body, sizeof(body),
		    "{\"specversion\":\"1.0\",\"source\":\"%s\"}", line);
		snprintf(line, sizeof(line), "Ce-Source: %.*s", EVENT_ATTR_MAX,
		    body + 31);
		play(&s, env, span_str(body), span_mem(NULL, 0));
		has(&s, more == 0 ? line : "Ce-Source: /test");
		end(&s);
	}
	for (int more = 0; more < 2; more++) { /* as long in a header */
		char header[3 * (EVENT_ATTR_MAX + 1) + 20];
		const char *const binary[] = {
		    "HTTP_CE_SPECVERSION=1.0", header, NULL};
		struct event_fixture s = plain();
		int n = snprintf(header, sizeof(header), "HTTP_CE_SOURCE=");

		for (int i = 0; i < EVENT_ATTR_MAX + more; i++)
			n += snprintf(header + n, 4, "%%78");
		play(&s, binary, span_str("{}"), span_mem(NULL, 0));
		has(&s, more == 0 ? line : "Ce-Source: /test");
		end(&s);
	}
}

/* A reader looks at how Content-Type begins, in any case. */
static void
test_types(void)
{
	static const struct {
		const char *type, *as;
	} row[] = {
	    {"application/cloudevents+json", "application/json"},
	    {"application/cloudevents-batch+json", "application/json"},
	    {"application/CLOUDEVENTS-batch+JSON;charset=utf-8",
		"application/json"},
	    {"application/cloudevents+json ; a=\"b\"", "application/json"},
	    {"  application/cloudevents+json", "application/json"},
	    {"application/cloudevents+avro", "application/octet-stream"},
	    {"application/cloudevents", "application/octet-stream"},
	    {"application/cloudeventsandmore", "application/octet-stream"},
	    {"application/json", NULL},
	    {"application/cloudevent+json", NULL},
	    {"text/plain; a=application/cloudevents+json", NULL},
	};
	static const char body[] =
	    "{\"specversion\":\"1.0\",\"id\":\"a\",\"source\":\"s\"}";

	for (size_t i = 0; i < sizeof(row) / sizeof(row[0]); i++) {
		char type[100], line[128];
		const char *const env[] = {
		    type, "HTTP_CE_SPECVERSION=1.0", "HTTP_CE_ID=header", NULL};
		struct event_fixture s = plain();
		bool one = strstr(row[i].type, "batch") == NULL &&
			   row[i].as != NULL && strstr(row[i].as, "json");

		snprintf(type, sizeof(type), "CONTENT_TYPE=%s", row[i].type);
		play(&s, env, span_str(body), span_mem(NULL, 0));
		snprintf(line, sizeof(line), "Content-Type: %s",
		    row[i].as != NULL ? row[i].as : row[i].type);
		has(&s, line);
		snprintf(line, sizeof(line), "Original-Content-Type: %s",
		    row[i].type);
		if (row[i].as != NULL)
			has(&s, line);
		else
			lacks(&s, "Original-Content-Type");
		if (one)
			has(&s, "Ce-Id: a");
		else if (row[i].as == NULL)
			has(&s, "Ce-Id: header");
		else
			lacks(&s, "Ce-Id: header");
		end(&s);
	}
	for (int i = 0; i < 1; i++) { /* only a field of it is stored */
		const char *const env[] = {STRUCTURED, NULL};
		struct event_fixture s = plain();

		play(&s, env, span_str(body), span_str("{}"));
		has(&s, "Content-Type: application/json");
		has(&s, "Ce-Source: /test");
		lacks(&s, "Original-Content-Type");
		end(&s);
	}
}

static void
test_binary(void)
{
	const char *const env[] = {"CONTENT_TYPE=text/x",
	    "HTTP_CE_SPECVERSION=1.0", "HTTP_CE_ID=a%20%C3%A9%2525",
	    "HTTP_CE_SOURCE=\"/a b\\\"%22\"", "HTTP_CE_TYPE=%ff",
	    "HTTP_CE_TIME=2018-04-05T17:31:00Z", "HTTP_CE_SUBJECT=\xc3\xa9",
	    "HTTP_CE_EXTENSION=e", NULL};
	const char *const half[] = {"HTTP_CE_ID=a", "HTTP_CE_SOURCE=s", NULL};
	const char *const twice[] = {"HTTP_CE_SPECVERSION=1.0", "HTTP_CE_ID=a",
	    "HTTP_CE_ID=b", "HTTP_CE_SOURCE=", NULL};
	/* Ends of quotes that are none, and quotes around nothing. */
	const char *const quoted[] = {"HTTP_CE_SPECVERSION=1.0",
	    "HTTP_CE_ID=\"a\\\"", "HTTP_CE_SOURCE=\"\"", "HTTP_CE_TYPE=b",
	    NULL};
	struct event_fixture s = plain();

	play(&s, env, span_str("{}"), span_mem(NULL, 0));
	has(&s, "Ce-Id: a%20%C3%A9%2525\nCe-Source: /a%20b%22%22\n"
		"Ce-Type: unknown\nCe-Subject: %C3%A9\n"
		"Ce-Time: 2018-04-05T17:31:00Z");
	has(&s, "Hookdir-Provider: test");
	has(&s, "Content-Type: text/x");
	lacks(&s, "Extension");
	lacks(&s, "Original-");
	ok(strncmp(s.event.name, "sha256-", 7) == 0,
	    "the name is what was signed");
	end(&s);

	s = plain();
	play(&s, quoted, span_str("{}"), span_mem(NULL, 0));
	has(&s, "Ce-Id: a\\\nCe-Source: /test\nCe-Type: b");
	end(&s);

	s = plain();
	play(&s, half, span_str("{}"), span_mem(NULL, 0));
	has(&s, "Ce-Source: /test");
	lacks(&s, "Ce-Id: a\n");
	lacks(&s, "Hookdir-Received");
	end(&s);

	s = plain();
	play(&s, twice, span_str("{}"), span_mem(NULL, 0));
	has(&s, "Ce-Source: /test");
	lacks(&s, "Ce-Id: a\n");
	end(&s);
}

/* A signed header is stored as it came too; the event is a request again. */
static void
test_again(void)
{
	const char *const env[] = {"HTTP_X_SIG=s", "HTTP_CE_SPECVERSION=1.0",
	    "HTTP_CE_ID=\"e%31\"", "CONTENT_TYPE=text/x", NULL};
	struct event_fixture s = event_fixture();
	struct request_file saved;
	struct reason why;
	struct span value;

	s.words.id = "header:Ce-Id";
	play(&s, env, span_str("{}"), span_mem(NULL, 0));
	has(&s, "Ce-Id: e1");
	has(&s, "Original-Ce-Id: \"e%31\"");
	ok(request_file_read(&saved, span_str(s.head), &why), "read again");
	ok(request_header(&saved.req, "Ce-Id", &value) == REQUEST_ONE &&
		span_is(value, "\"e%31\""),
	    "the header as it came");
	ok(request_header(&saved.req, "Content-Type", &value) == REQUEST_ONE &&
		span_is(value, "text/x"),
	    "and the type");
	ok(request_header(&saved.req, "Ce-Source", &value) == REQUEST_NONE,
	    "but not what is the event's alone");
	ok(saved.arrived.tv_sec == noon.tv_sec, "when it arrived");
	request_file_free(&saved);
	end(&s);

	s = plain();
	play(&s, (const char *const[]){STRUCTURED, "HTTP_X_SIG=s", NULL},
	    span_str("{\"specversion\":\"1.0\",\"id\":\"a\",\"time\":"
		     "\"2001-01-01T00:00:00Z\"}"),
	    span_mem(NULL, 0));
	has(&s, "Ce-Time: 2001-01-01T00:00:00Z");
	ok(request_file_read(&saved, span_str(s.head), &why) && saved.dated &&
		saved.arrived.tv_sec == noon.tv_sec &&
		saved.arrived.tv_nsec == 123456000,
	    "it arrived when it arrived, and not at its own time");
	ok(request_header(&saved.req, "Content-Type", &value) == REQUEST_ONE &&
		span_is(value, strchr(STRUCTURED, '=') + 1),
	    "of the type that it had");
	request_file_free(&saved);
	end(&s);
}

static void
test_codings(void)
{
	static char large[EVENT_ATTR_MAX + 40];
	const char *const env[] = {"HTTP_CONTENT_ENCODING=gzip", NULL};
	const char *const several[] = {"HTTP_CONTENT_ENCODING=br, gzip",
	    "HTTP_CONTENT_ENCODING=", "HTTP_CONTENT_ENCODING=x\r\ny", NULL};
	const char *const much[] = {large, NULL};
	struct event_fixture s = plain();

	play(&s, env, span_str("\x1f\x8b"), span_mem(NULL, 0));
	has(&s, "Content-Type: application/octet-stream\n"
		"Content-Encoding: gzip\nContent-Length: 2");
	end(&s);
	s = plain();
	play(&s, several, span_str("x"), span_mem(NULL, 0));
	has(&s, "Content-Encoding: br, gzip\nContent-Encoding: x%0D%0Ay");
	end(&s);
	s = plain();
	play(&s, env, span_str("x"), span_str("{}"));
	lacks(&s, "Content-Encoding");
	end(&s);
	snprintf(large, sizeof(large), "HTTP_CONTENT_ENCODING=%0*d",
	    EVENT_ATTR_MAX + 1, 1);
	s = plain();
	play(&s, much, span_str("x"), span_mem(NULL, 0));
	lacks(&s, "Content-Encoding");
	has(&s, "Hookdir-Not-Kept: headers=1");
	end(&s);
}

int
main(void)
{
	test_structured();
	test_invalid();
	test_types();
	test_binary();
	test_again();
	test_codings();
	return done();
}
