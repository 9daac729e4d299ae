/* event.c - name and header of an event file, for good and hostile values. */
#include "event.h"
#include "event_fixture.h"

#include "../tap.h"

static void
test_whole(void)
{
	const char *const env[] = {
	    "HTTP_X_SIG=abc", "CONTENT_TYPE=text/x", "HTTP_X_OTHER=no", NULL};
	const char *body = "{\"id\":\"e-1\",\"type\":\"a b\"}";
	struct event_fixture s = event_fixture();

	s.ok.secret = 1;
	s.ok.signed_as = "{body}";
	play(&s, env, span_str(body), span_mem(NULL, 0));
	is_str(s.event.name, "e-1", "the id is the name");
	is_span(s.event.file.body, body, "the body as it is");
	is_str(s.head,
	    "Ce-Specversion: 1.0\n"
	    "Ce-Id: e-1\n"
	    "Ce-Source: /test\n"
	    "Ce-Type: a%20b\n"
	    "Ce-Time: 2023-11-14T22:13:20.123456Z\n"
	    "Content-Type: text/x\n"
	    "Content-Length: 25\n"
	    "Hookdir-Verified: hmac-sha256 secret=2\n"
	    "X-Sig: abc\n"
	    "\n",
	    "the header, to the byte");
	end(&s);
	event_free(&s.event);
}

static void
test_names(void)
{
	static const char *const safe[] = {"a", "0", "A.b_c-d", "a..b",
	    "sha256", "sha256_x",
	    /* 128 characters */
	    ("0123456789012345678901234567890123456789012345678901234567890123"
	     "012345678901234567890123456789012345678901234567890123456789012"
	     "3")};
	static const char *const unsafe[] = {".a", "-a", "_a", "*a", "+", "a/b",
	    "..", "../a", "a b", "a\\u0000", "\\u00e9", "a\\n", "sha256-a",
	    "a%2f",
	    /* 129 characters */
	    ("x"
	     "0123456789012345678901234567890123456789012345678901234567890123"
	     "012345678901234567890123456789012345678901234567890123456789012"
	     "3")};
	const char *const env[] = {NULL};
	char body[512];

	for (size_t i = 0; i < sizeof(safe) / sizeof(safe[0]); i++) {
		struct event_fixture s = event_fixture();

		snprintf(body, sizeof(body), "{\"id\":\"%s\"}", safe[i]);
		play(&s, env, span_str(body), span_mem(NULL, 0));
		is_str(s.event.name, safe[i], "safe: %.20s", safe[i]);
		end(&s);
	}
	for (size_t i = 0; i < sizeof(unsafe) / sizeof(unsafe[0]); i++) {
		struct event_fixture s = event_fixture();

		snprintf(body, sizeof(body), "{\"id\":\"%s\"}", unsafe[i]);
		play(&s, env, span_str(body), span_mem(NULL, 0));
		ok(strncmp(s.event.name, "sha256-", 7) == 0 &&
			strlen(s.event.name) == 7 + 64,
		    "not safe: %.20s", unsafe[i]);
		end(&s);
	}
}

/* The same twice, where nothing says what is the same event. */
static void
test_no_id(void)
{
	const char *const env[] = {NULL};
	const char *body = "{\"id\":\"a\"}";
	struct timespec later = noon;
	struct reason why;
	struct event again;
	struct event_fixture s = event_fixture();

	s.words.id = "none";
	play(&s, env, span_str(body), span_mem(NULL, 0));
	/* printf 'arrival\0001700000000.123456789\000{"id":"a"}' | sha256sum */
	is_str(s.event.name,
	    "sha256-"
	    "35b3bd555838094c1a3f7da4b039e756396e688026eff705217dbf260413fbb4",
	    "no id: what was signed, and when it came");
	ok(strstr(s.head, s.event.name) != NULL, "which is its id");
	later.tv_nsec++;
	is_int(event_make(&again,
		   &(struct event_input){&s.prov, &s.req, &s.ok, &later}, &why),
	    ST_OK, "the same again");
	ok(strcmp(again.name, s.event.name) != 0, "is another");
	event_free(&again);
	end(&s);
}

/* An id cannot be chosen so that its digest is that of a signed text. */
static void
test_kinds(void)
{
	const char *const env[] = {"HTTP_X_ID=a/b", NULL};
	const char *const none[] = {NULL};
	char name[EVENT_NAME_MAX + 1];
	struct event_fixture s = event_fixture();

	s.words.id = "header:X-Id";
	play(&s, env, span_str("anything"), span_mem(NULL, 0));
	snprintf(name, sizeof(name), "%s", s.event.name);
	end(&s);
	s = event_fixture();
	s.words.id = "header:X-Id";
	play(&s, none, span_str("a/b"), span_mem(NULL, 0));
	ok(strcmp(s.event.name, name) != 0, "an id, and the same as a text");
	end(&s);
}

static struct event_fixture
timed(const char *id)
{
	struct event_fixture s = event_fixture();

	s.words.id = id;
	s.words.timestamp = "header:X-Time";
	s.words.signed_payload[0] = "{ts}.{body}";
	s.ok.timed = true;
	return s;
}

/* The second name: the digest of a signed text that contains a time. */
static void
test_also(void)
{
	const char *const env[] = {"HTTP_X_ID=e-1", "HTTP_X_TIME=1", NULL};
	const char *const other[] = {"HTTP_X_ID=e-2", "HTTP_X_TIME=1", NULL};
	const char *const none[] = {"HTTP_X_TIME=1", NULL};
	const char *const text =
	    "sha256-"
	    "634fb0101ac4d60f59bbc81d1af578e10ab4292486d697cecea84d4c284f77b5";
	struct event_fixture s = timed("header:X-Id");

	play(&s, env, span_str("Hello, World!"), span_mem(NULL, 0));
	is_str(s.event.name, "e-1", "the id is the name");
	is_str(s.event.also, text, "what was signed is the second");
	ok(s.event.file.also == s.event.also, "for the inbox");
	ok(strstr(s.head, "\nHookdir-Dedup: sha256-634fb010") != NULL,
	    "and in the header");
	end(&s);

	s = timed("header:X-Id");
	play(&s, other, span_str("Hello, World!"), span_mem(NULL, 0));
	is_str(s.event.also, text, "the same with another id");
	end(&s);

	s = timed("header:X-Id");
	play(&s, none, span_str("Hello, World!"), span_mem(NULL, 0));
	is_str(s.event.name, text, "without an id it is the only name");
	ok(s.event.file.also == NULL, "there is no second");
	ok(strstr(s.head, "Hookdir-Dedup") == NULL, "nor in the header");
	end(&s);

	s = timed("none");
	play(&s, env, span_str("Hello, World!"), span_mem(NULL, 0));
	ok(s.event.file.also == NULL, "no delivery is a duplicate: no second");
	end(&s);

	s = event_fixture();
	play(&s, env, span_str("{\"id\":\"a\"}"), span_mem(NULL, 0));
	ok(s.event.file.also == NULL, "no time is signed: no second");
	end(&s);
}

/* For tokens and HTTP signatures, it is made of the digest of what is signed. */
static void
test_also_digest(void)
{
	const char *const env[] = {"HTTP_X_ID=e-1", NULL};
	const char *const none[] = {NULL};
	char also[EVENT_NAME_MAX + 1];
	struct event_fixture s = event_fixture();

	s.words.id = "header:X-Id";
	s.ok.timed = s.ok.has_digest = true;
	play(&s, env, span_str("Hello, World!"), span_mem(NULL, 0));
	/* { printf 'signed\000'; head -c 32 /dev/zero; } | sha256sum */
	is_str(s.event.also,
	    "sha256-"
	    "d7bc70e3c1460f32203a4bb61fc2e953c62584c33e3ce1ab78d52797a7b591d7",
	    "the second name");
	snprintf(also, sizeof(also), "%s", s.event.also);
	end(&s);

	s = event_fixture();
	s.words.id = "header:X-Id";
	s.ok.timed = s.ok.has_digest = true;
	play(&s, none, span_str("Hello, World!"), span_mem(NULL, 0));
	is_str(s.event.also, also, "the same if the id is left out");
	end(&s);

	s = event_fixture();
	s.words.id = NULL;
	s.ok.timed = s.ok.has_digest = true;
	play(&s, env, span_str("Hello, World!"), span_mem(NULL, 0));
	ok(s.event.file.also == NULL, "no ids at all: the body is the name");
	end(&s);
}

/* Digests by sha256sum(1), of printf 'id\000a/b' and 'text\000Hello...'. */
static void
test_digests(void)
{
	const char *const env[] = {NULL};
	struct event_fixture s = event_fixture();

	play(&s, env, span_str("{\"id\":\"a/b\"}"), span_mem(NULL, 0));
	is_str(s.event.name,
	    "sha256-"
	    "825df487977c58625cc1110ed4de0ddb59a21246b209a56131e80cd4ae016ece",
	    "an id that is not safe: the digest of the id");
	ok(strstr(s.head, "Ce-Id: a/b\n") != NULL, "Ce-Id stays the id");
	end(&s);

	s = event_fixture();
	play(&s, env, span_str("Hello, World!"), span_mem(NULL, 0));
	is_str(s.event.name,
	    "sha256-"
	    "634fb0101ac4d60f59bbc81d1af578e10ab4292486d697cecea84d4c284f77b5",
	    "no id: the digest of what was signed");
	ok(strstr(s.head, "Ce-Id: sha256-634fb010") != NULL, "also as Ce-Id");
	ok(strstr(s.head, "Ce-Type: unknown\n") != NULL, "and no type");
	ok(strstr(s.head, "Content-Type: application/octet-stream\n") != NULL,
	    "nor a content type");
	end(&s);
}

/* Not the whole body: fields are read from what was authenticated. */
static void
test_payload(void)
{
	const char *const env[] = {"CONTENT_TYPE=text/form", NULL};
	struct event_fixture s = event_fixture();

	play(&s, env, span_str("{\"id\":\"outer\",\"data\":\"...\"}"),
	    span_str("{\"id\":\"inner\",\"type\":\"t\"}"));
	is_str(s.event.name, "inner", "the id of the payload");
	is_span(s.event.file.body, "{\"id\":\"inner\",\"type\":\"t\"}",
	    "which alone is the body");
	ok(strstr(s.head, "Content-Type: application/json\n") != NULL,
	    "of its own type");
	end(&s);

	s = event_fixture();
	play(&s, env, span_str("data=text"), span_str("text"));
	ok(strstr(s.head, "Content-Type: text/plain; charset=utf-8\n") != NULL,
	    "text, if it is not JSON");
	end(&s);

	s = event_fixture();
	play(&s, env, span_str("data={"), span_str("{\"a\":1} x"));
	ok(strstr(s.head, "Content-Type: text/plain; charset=utf-8\n") != NULL,
	    "nor JSON with something behind it");
	end(&s);
}

static void
test_hostile(void)
{
	const char *const env[] = {"HTTP_X_SIG=a\r\nX-Evil: 1\n\nbody\x01\x7f",
	    "HTTP_X_ID=i\nX-Evil: 2", "HTTP_X_TYPE=\"t\"%\t\x7f\xff",
	    "CONTENT_TYPE=x\ny\x9b", NULL};
	struct event_fixture s = event_fixture();

	s.words.id = "header:X-Id";
	s.words.type = "header:X-Type";
	s.ok.signed_as = "\"%\n{body}";
	play(&s, env, span_str("x"), span_mem(NULL, 0));
	ok(strstr(s.head, "\nX-Evil") == NULL, "no header of a value's own");
	ok(strstr(s.head, "Ce-Id: i%0AX-Evil:%202\n") != NULL,
	    "attributes are percent-encoded");
	ok(strstr(s.head, "Ce-Type: %22t%22%25%09%7F%FF\n") != NULL,
	    "all but printable ASCII, and quote and percent of that");
	ok(strstr(s.head, "\nContent-Type: x%0Ay%9B\n") != NULL,
	    "control bytes of other values");
	ok(strstr(s.head, "\nX-Sig: a%0D%0AX-Evil: 1%0A%0Abody%01%7F\n") !=
		NULL,
	    "also of the signature");
	ok(strstr(s.head, " signed=\"%22%25%0A{body}\"\n") != NULL,
	    "and of the template");
	is_int(strstr(s.head, "\n\n") - s.head + 2, (long long)strlen(s.head),
	    "the only empty line is the last");
	end(&s);
}

/* What it takes to verify again, once each, and never a password. */
static void
test_headers(void)
{
	const char *const env[] = {"HTTP_X_SIG=s1", "HTTP_X_SIG_1=n1",
	    "HTTP_X_SIG_100=n100", "HTTP_X_SIG_101=n101", "HTTP_X_TIME=123",
	    "HTTP_X_MORE=m", "HTTP_X_SECOND=s", "HTTP_X_KIND=k",
	    "HTTP_AUTHORIZATION=Bearer hidden", "HTTP_X_ID=i", NULL};
	struct event_fixture s = event_fixture();

	s.words.signature[1] = "X-Sig-*";
	s.words.timestamp = "header:X-Time";
	s.words.signed_payload[0] =
	    "{ts}.{header:X-More}.{header:x-sig}.{body}";
	s.words.id = "header:X-Id";
	s.words.signed_payload[1] = "{ts} {header:X-Second} {body}";
	s.words.type = "header:X-Kind";
	s.ok.signed_as = s.words.signed_payload[1];
	play(&s, env, span_str("x"), span_mem(NULL, 0));
	ok(strstr(s.head,
	       " signed=\"{ts} {header:X-Second} {body}\"\n"
	       "X-Sig: s1\nX-Sig-1: n1\nX-Sig-100: n100\nX-Time: 123\n"
	       "X-More: m\nX-Second: s\nX-Id: i\nX-Kind: k\n\n") != NULL,
	    "each once, in order");
	ok(strstr(s.head, "hidden") == NULL, "and nothing else");
	end(&s);

	s = event_fixture();
	s.words.scheme = "token";
	s.words.signature[0] = "Authorization";
	s.words.id = "header:X-Id";
	s.ok.how = "token";
	play(&s, env, span_str("x"), span_mem(NULL, 0));
	ok(strstr(s.head, "\nX-Id: i\n") != NULL, "a token: the id is kept");
	ok(strstr(s.head, "hidden") == NULL, "and the password is not");
	end(&s);
}

/* A sender of CloudEvents: no name stands in the file twice. */
static void
test_own_names(void)
{
	const char *const env[] = {"HTTP_X_SIG=s", "HTTP_CE_ID=e 1",
	    "HTTP_CE_TYPE=t", "HTTP_CE_TIME=then", NULL};
	struct event_fixture s = event_fixture();

	s.words.id = "header:Ce-Id";
	s.words.type = "header:ce_type";
	s.words.signed_payload[0] = "{header:CE-TIME}.{body}";
	play(&s, env, span_str("x"), span_mem(NULL, 0));
	ok(strstr(s.head, "\nCe-Id: e%201\n") != NULL &&
		strstr(s.head, "\nCe-Type: t\n") != NULL,
	    "the sender's id and type");
	ok(strstr(s.head,
	       "\nX-Sig: s\nOriginal-CE-TIME: then\n"
	       "Original-Ce-Id: e 1\nOriginal-ce_type: t\n\n") != NULL,
	    "its own headers beside them, under another name");
	end(&s);
}

static int
count(const char *text, const char *what)
{
	int n = 0;

	for (; (text = strstr(text, what)) != NULL; text++)
		n++;
	return n;
}

/* Content-Type and its like have their line already; names have a limit. */
static void
test_odd_names(void)
{
	char longest[128], env[2][256];
	const char *const vars[] = {env[0], env[1], "CONTENT_TYPE=a/b", NULL};
	struct event_fixture s = event_fixture();

	memset(longest, 'L', 101);
	longest[101] = '\0';
	snprintf(env[0], sizeof(env[0]), "HTTP_%s=over", longest);
	snprintf(env[1], sizeof(env[1]), "HTTP_%s=fits", longest + 1);
	s.words.signature[0] = longest;
	s.words.signature[1] = longest + 1;
	s.words.signed_payload[0] =
	    "{header:Content-Type}{header:content-length}{body}";
	play(&s, vars, span_str("x"), span_mem(NULL, 0));
	ok(strstr(s.head, ": fits\n") != NULL, "a name of 100 characters");
	ok(strstr(s.head, ": over\n") == NULL, "none of 101");
	ok(strstr(s.head, "Content-Type: a/b\n") != NULL &&
		count(s.head, "ontent-") == 2,
	    "Content-Type and Content-Length once each");
	end(&s);
}

/* With an id and a type of n zeros. */
static void
play_long(struct event_fixture *s, int n)
{
	const char *const env[] = {NULL};
	char body[4096];

	*s = event_fixture();
	snprintf(body, sizeof(body), "{\"id\":\"%0*d\",\"type\":\"%0*d\"}", n,
	    0, n, 0);
	play(s, env, span_str(body), span_mem(NULL, 0));
}

static void
test_long_values(void)
{
	struct event_fixture s;

	play_long(&s, EVENT_ATTR_MAX);
	ok(strstr(s.head, "Ce-Id: 000") != NULL, "an id of the longest");
	ok(strstr(s.head, "Ce-Type: 000") != NULL, "a type of the longest");
	end(&s);
	play_long(&s, EVENT_ATTR_MAX + 1);
	ok(strstr(s.head, "Ce-Id: sha256-") != NULL, "one more: its digest");
	ok(strstr(s.head, "Ce-Type: unknown\n") != NULL, "one more: no type");
	end(&s);
}

static void
fill(char *dst, size_t room, const char *name, size_t len, char byte)
{
	int n = snprintf(dst, room, "%s=", name);

	memset(dst + n, byte, len);
	dst[(size_t)n + len] = '\0';
}

/*
 * No header that is not signed makes an event so large that readers refuse it.
 */
static void
test_long_headers(void)
{
	static char type[EVENT_ATTR_MAX + 64], own[2][EVENT_HEAD_MAX];
	const char *const env[] = {type, own[0], own[1], "HTTP_X_SIG=s", NULL};
	const char *const none[] = {NULL};
	struct event_fixture s;
	struct reason why = {""};
	char *const *few;

	for (size_t more = 0; more < 2; more++) {
		bool kept = more == 0;

		s = event_fixture();
		s.words.id = "header:X-Id";
		s.words.type = "header:X-Type";
		fill(type, sizeof(type), "CONTENT_TYPE", EVENT_ATTR_MAX + more,
		    '\xff');
		fill(own[0], sizeof(own[0]), "HTTP_X_ID", EVENT_ATTR_MAX + more,
		    '\xff');
		fill(own[1], sizeof(own[1]), "HTTP_X_TYPE",
		    EVENT_ATTR_MAX + more, '\xff');
		play(&s, env, span_str("{}"), span_mem(NULL, 0));
		ok((strstr(s.head, "\nContent-Type: %FF%FF") != NULL) == kept &&
			(strstr(s.head, "\nX-Id: %FF") != NULL) == kept &&
			(strstr(s.head, "\nX-Type: %FF") != NULL) == kept,
		    "headers of %zu bytes", EVENT_ATTR_MAX + more);
		ok((strstr(
			s.head, "\nContent-Type: application/octet-stream\n") ==
		       NULL) == kept &&
			(strstr(s.head, "\nHookdir-Not-Kept: headers=3\n") ==
			    NULL) == kept,
		    "are left out, and counted, if they are longer");
		end(&s);
	}

	s = event_fixture();
	play(&s, none, span_str("{}"), span_mem(NULL, 0));
	event_free(&s.event);
	few = s.req.env;
	fill(own[0], sizeof(own[0]), "HTTP_X_SIG", EVENT_HEAD_MAX / 3, '\xff');
	s.req.env = (char *[]){own[0], NULL};
	free(s.ok.headers);
	s.ok.headers = NULL;
	if (!verified_note_headers(&s.ok, &s.prov.profile, &s.req))
		sandbox_die("no memory");
	is_int(event_make(&s.event,
		   &(struct event_input){&s.prov, &s.req, &s.ok, &noon}, &why),
	    ST_BAD_REQUEST, "what it takes to verify it is too large");
	ok(s.event.head == NULL && why.text[0] != '\0', "it is no event");
	s.req.env = few;
	end(&s);
}

/* What an HTTP signature covered is stored, whichever headers those are. */
static void
test_covered(void)
{
	const char *const env[] = {"HTTP_AUTHORIZATION=Bearer secret-token",
	    "HTTP_SIGNATURE=keyId=1", "HTTP_DATE=d",
	    "HTTP_X_EMPTY=", "HTTP_X_OTHER=no", "CONTENT_TYPE=text/x", NULL};
	struct event_fixture s = event_fixture();
	char headers[] = "Signature Date X-Empty X-None Content-Type";
	char target[] = "POST https://h/p\nq";

	s.words.signature[0] = "Authorization";
	s.words.signature[1] = "Signature";
	s.ok.how = "rsa-sha256";
	snprintf(s.ok.key, sizeof(s.ok.key), "k 1");
	s.ok.headers = headers;
	s.ok.target = target;
	play(&s, env, span_str("{\"id\":\"e-1\"}"), span_mem(NULL, 0));
	ok(strstr(s.head, "Content-Length: 12\n"
			  "Hookdir-Verified: rsa-sha256 key=k%201\n"
			  "Hookdir-Target: POST https://h/p%0Aq\n"
			  "Signature: keyId=1\nDate: d\nX-Empty: \n\n") != NULL,
	    "what was covered, in that order, and no more");
	ok(strstr(s.head, "secret-token") == NULL,
	    "a password in the other header is not among it");
	end(&s);
}

int
main(void)
{
	test_whole();
	test_names();
	test_no_id();
	test_digests();
	test_kinds();
	test_also();
	test_also_digest();
	test_payload();
	test_hostile();
	test_headers();
	test_own_names();
	test_odd_names();
	test_long_values();
	test_long_headers();
	test_covered();
	return done();
}
