/* event_kept.c - what an event keeps of a request because the settings say so. */
#include "event_kept.h"
#include "event_fixture.h"
#include <strings.h>

#include "event_headers.h"
#include "inbox/inbox.h"

#include "../tap.h"

static int
count(const char *text, const char *what)
{
	int n = 0;

	for (; (text = strstr(text, what)) != NULL; text++)
		n++;
	return n;
}

static void
test_order(void)
{
	const char *const env[] = {"HTTP_X_SHOP_Z=z", "HTTP_X_SHOP_A=a",
	    "HTTP_X_SIG=s", "HTTP_X_SHOP_M=m", "HTTP_X_OTHER=o",
	    "HTTP_X_SHOP_=empty end", "HTTP_X_SHOP=no", "HTTP_B=b",
	    "HTTP_X_EMPTY=", "REMOTE_ADDR=192.0.2.1",
	    "REQUEST_URI=/hooks/test?customer=42", NULL};
	struct event_fixture s = event_fixture();

	s.words.keep_headers[0] = "X-Other";
	s.words.keep_headers[1] = "x-shop-*";
	s.words.keep_headers[2] = "X-Shop-A";
	s.words.keep_headers[3] = "x_other";
	s.words.keep_headers[4] = "X-None";
	s.words.keep_headers[5] = "X-Empty";
	s.words.keep_headers[6] = "X-Sig";
	play(&s, env, span_str("{}"), span_mem(NULL, 0));
	ok(strstr(s.head, "\nX-Sig: s\nX-Other: o\n"
			  "X-Shop-A: a\nX-Shop-M: m\nX-Shop-Z: z\n\n") != NULL,
	    "in the order of the setting, then of the names, once each");
	ok(strstr(s.head, "customer") == NULL &&
		strstr(s.head, "192.0.2.1") == NULL,
	    "neither the query nor the address, unless the settings say so");
	end(&s);

	s = event_fixture();
	s.words.keep_headers[0] = "*";
	s.prov.keep_query = s.prov.keep_address = true;
	play(&s, env, span_str("{}"), span_mem(NULL, 0));
	ok(strstr(s.head, "\nX-Sig: s\nB: b\nX-Other: o\nX-Shop: no\n"
			  "X-Shop-: empty end\n") != NULL,
	    "a star is all headers");
	ok(strstr(s.head, "\nHookdir-Query: customer=42\n"
			  "Hookdir-Remote: 192.0.2.1\n\n") != NULL,
	    "the query and the address");
	end(&s);

	s = event_fixture();
	play(&s, env, span_str("{}"), span_mem(NULL, 0));
	ok(strstr(s.head, "\nX-Sig: s\n\n") != NULL, "by default nothing");
	end(&s);
}

static void
test_query(void)
{
	static const char *const row[][2] = {
	    {"/p?", "\nHookdir-Query: \n"},
	    {"/p?a=%0A%250A&b=?#", "\nHookdir-Query: a=%0A%250A&b=?#\n"},
	    {"/p?a\n\x80", "\nHookdir-Query: a%0A%80\n"},
	    {"https://h/p?x", "\nHookdir-Query: x\n"},
	};
	char uri[64];
	const char *const env[] = {uri, NULL}, *const none[] = {NULL};
	struct event_fixture s;

	for (size_t i = 0; i < sizeof(row) / sizeof(row[0]); i++) {
		s = event_fixture();
		s.prov.keep_query = true;
		snprintf(uri, sizeof(uri), "REQUEST_URI=%s", row[i][0]);
		play(&s, env, span_str("{}"), span_mem(NULL, 0));
		ok(strstr(s.head, row[i][1]) != NULL, "the query of row %zu",
		    i);
		end(&s);
	}
	for (int i = 0; i < 2; i++) {
		s = event_fixture();
		s.prov.keep_query = s.prov.keep_address = true;
		snprintf(uri, sizeof(uri), "REQUEST_URI=/p");
		play(
		    &s, i == 0 ? env : none, span_str("{}"), span_mem(NULL, 0));
		ok(strstr(s.head, "Hookdir-Query") == NULL &&
			strstr(s.head, "Hookdir-Remote") == NULL &&
			strstr(s.head, "Not-Kept") == NULL,
		    "no query and no address: no line");
		end(&s);
	}
}

/* A sender cannot write a line of ours, in any spelling. */
static void
test_forged(void)
{
	const char *const env[] = {"HTTP_HOOKDIR_DEDUP=f", "HTTP_CE_ID=f",
	    "HTTP_HOOKDIR_VERIFIED=f", "HTTP_HOOKDIR_REMOTE=f",
	    "HTTP_HOOKDIR_NEW=f", "HTTP_CE_NEW=f", "HTTP_ORIGINAL_CE_ID=f",
	    "HTTP_CONTENT_TYPE=f", "HTTP_CONTENT_LENGTH=f", "HTTP_CE=mine",
	    "HTTP_CET=mine", "HTTP_X_SIG=a\nHookdir-Dedup: g",
	    "REDIRECT_HTTP_CE_ID=f", "CONTENT_TYPE=text/x",
	    "REMOTE_ADDR=192.0.2.1", NULL};
	struct event_fixture s = event_fixture();
	const char *line;
	int forged = 0, original = 0;

	s.words.keep_headers[0] = "Hookdir_Dedup";
	s.words.keep_headers[1] = "ce-id";
	s.words.keep_headers[2] = "Content_Length";
	s.words.keep_headers[3] = "Content-Type";
	s.words.keep_headers[4] = "*";
	s.prov.keep_address = true;
	play(&s, env, span_str("{}"), span_mem(NULL, 0));
	for (line = s.head; line[0] != '\n'; line = strchr(line, '\n') + 1) {
		bool ours = strncasecmp(line, "Original", 8) != 0;
		size_t len = strcspn(line, "\n");

		forged += ours && strncmp(line + len - 3, ": f", 3) == 0;
		original += strncmp(line, "Original-", 9) == 0;
	}
	is_int(forged, 0, "no line of ours has what the sender wrote");
	is_int(original, 7, "all are beside them, under another name");
	ok(strstr(s.head, "\nOriginal-Original-Ce-Id: f\n") != NULL,
	    "a name that is such a one already is told apart");
	ok(strstr(s.head, "\nOriginal-Hookdir_Dedup: f\n") != NULL &&
		strstr(s.head, "\nOriginal-ce-id: f\n") != NULL,
	    "a name with underscores too");
	ok(strstr(s.head, "\nCe: mine\n") != NULL &&
		strstr(s.head, "\nCet: mine\n") != NULL,
	    "others stay as they are");
	ok(count(s.head, "Content-Type") == 1 &&
		count(s.head, "ontent-Length") == 1,
	    "Content-Type and Content-Length once each");
	end(&s);
	is_str(event_line[LINE_DEDUP], INBOX_ALSO, "the name that inbox reads");
}

static void
test_passwords(void)
{
	const char *const env[] = {"HTTP_AUTHORIZATION=hidden",
	    "HTTP_COOKIE=hidden", "HTTP_X_API_KEY=hidden",
	    "HTTP_X_TOKEN=hidden", "HTTP_X_MY_SECRET=hidden",
	    "HTTP_X_SEEN=Bearer hidden", "HTTP_X_NAMED=basic hidden",
	    "HTTP_PROXY_AUTHORIZATION=hidden", "HTTP_X_KEY=hidden",
	    "HTTP_X_LAST=kept", NULL};
	struct event_fixture s = event_fixture();

	s.words.scheme = "token";
	s.words.signature[0] = "X-Key";
	s.ok.how = "token";
	s.words.keep_headers[0] = "X-Named";
	s.words.keep_headers[1] = "X-*";
	s.words.keep_headers[2] = "*";
	play(&s, env, span_str("{}"), span_mem(NULL, 0));
	ok(strstr(s.head, "hidden") == NULL, "no password is kept");
	ok(strstr(s.head, "\nX-Last: kept\n\n") != NULL, "but others are");
	end(&s);
}

/* One that has a secret in its value, whatever it is called; or the query. */
static void
test_secret(void)
{
	static const struct {
		const char *query;
		bool kept;
	} row[] = {
	    {"my%20secret%20tex", true},
	    {"my secret text", false},
	    {"a=my%20secret%20text&b=c", false},
	    {"a&my+secret%20te%78t", false},
	};
	char uri[64];
	const char *const env[] = {"HTTP_X_ONE=my secret text", "HTTP_X_TWO=2",
	    "HTTP_X_THREE=key=my secret text;a", uri, NULL};
	struct reason why;

	for (size_t i = 0; i < sizeof(row) / sizeof(row[0]); i++) {
		struct event_fixture s = event_fixture();

		snprintf(uri, sizeof(uri), "REQUEST_URI=/?%s", row[i].query);
		s.prov.keep_query = true;
		s.words.keep_headers[0] = "X-One";
		s.words.keep_headers[1] = "*";
		if (!secrets_parse(&s.prov.secrets,
			span_str("my secret text\n"), SECRET_RAW, &why))
			sandbox_die(why.text);
		play(&s, env, span_str("{}"), span_mem(NULL, 0));
		ok(strstr(s.head, "secret text") == NULL,
		    "the secret is not kept");
		ok(strstr(s.head,
		       row[i].kept
			   ? "\nX-Two: 2\nHookdir-Query: my"
			   : "\nX-Two: 2\nHookdir-Not-Kept: query\n") != NULL,
		    "the others are; the query %s", row[i].query);
		end(&s);
		secrets_free(&s.prov.secrets);
	}
}

/* Anyone who knows a verify token can answer for us. */
static void
test_verify_token(void)
{
	const char *const env[] = {
	    "HTTP_X_ONE=my secret text", "HTTP_X_TWO=2", NULL};
	struct event_fixture s = event_fixture();
	struct reason why;

	s.words.keep_headers[0] = "*";
	if (!secrets_parse(&s.prov.verify_tokens, span_str("my secret text\n"),
		SECRET_RAW, &why))
		sandbox_die(why.text);
	play(&s, env, span_str("{}"), span_mem(NULL, 0));
	ok(strstr(s.head, "secret text") == NULL &&
		strstr(s.head, "\nX-Two: 2\n") != NULL,
	    "a verify token is not kept");
	end(&s);
	secrets_free(&s.prov.verify_tokens);
}

/* Readers would unpack the body once more. */
static void
test_packing(void)
{
	const char *const env[] = {"HTTP_TRANSFER_ENCODING=chunked",
	    "HTTP_CONTENT_TRANSFER_ENCODING=base64", "HTTP_X_TWO=2", NULL};
	struct event_fixture s = event_fixture();

	s.words.keep_headers[0] = "Content-*";
	s.words.keep_headers[1] = "*";
	play(&s, env, span_str("{}"), span_mem(NULL, 0));
	ok(strstr(s.head, "Transfer-Encoding") == NULL &&
		strstr(s.head, "\nX-Two: 2\n\n") != NULL,
	    "neither kind of Transfer-Encoding");
	end(&s);
}

#define MANY 16384

/* As many as a server may pass on: the head has a bound, and says so. */
static void
test_many(void)
{
	static char text[MANY][64];
	static char *env[MANY + 1];
	const char *const none[] = {NULL};
	struct event_fixture s = event_fixture();
	struct reason why;
	char *const *few;

	for (int i = 0; i < MANY; i++) {
		snprintf(text[i], sizeof(text[i]), "HTTP_X_%05d=%032d",
		    (i * 7919) % MANY, 0);
		env[i] = text[i];
	}
	s.words.keep_headers[0] = "*";
	play(&s, none, span_str("{}"), span_mem(NULL, 0));
	event_free(&s.event);
	few = s.req.env;
	s.req.env = env;
	is_int(event_make(&s.event,
		   &(struct event_input){&s.prov, &s.req, &s.ok, &noon}, &why),
	    ST_OK, "a request of 16384 headers");
	s.req.env = few;
	snprintf(s.head, sizeof(s.head), "%s", s.event.head);
	is_int(count(s.head, "\nX-"), EVENT_KEPT_WILDCARD, "the first by name");
	ok(strstr(s.head, "\nX-00000: ") != NULL &&
		strstr(s.head, "\nX-00063: ") != NULL,
	    "whatever the order");
	ok(strstr(s.head, "\nHookdir-Not-Kept: headers=16320\n\n") != NULL,
	    "the others are counted");
	end(&s);
}

static void
test_long(void)
{
	static char text[3][EVENT_KEPT_ROOM + 32], uri[EVENT_QUERY_MAX + 32];
	const char *const env[] = {text[0], text[1], text[2], uri, "HTTP_X_D=d",
	    "HTTP_X_TWICE=1", "HTTP_X_TWICE=2", NULL};
	struct event_fixture s = event_fixture();

	snprintf(
	    text[0], sizeof(text[0]), "HTTP_X_A=%0*d", EVENT_KEPT_ROOM / 2, 0);
	snprintf(
	    text[1], sizeof(text[1]), "HTTP_X_B=%0*d", EVENT_KEPT_ROOM / 2, 0);
	memset(text[2], 0x80, EVENT_KEPT_ROOM / 4);
	memcpy(text[2], "HTTP_X_C=", 9);
	snprintf(uri, sizeof(uri), "REQUEST_URI=/?%0*d", EVENT_QUERY_MAX, 0);
	s.words.keep_headers[0] = "*";
	s.prov.keep_query = true;
	play(&s, env, span_str("{}"), span_mem(NULL, 0));
	is_int(count(s.head, "\nX-"), 2, "what there is room for");
	ok(strstr(s.head, "\nX-A: ") != NULL && strstr(s.head, "\nX-D: d\n"),
	    "the first, and one that is short enough after all");
	ok(strstr(s.head, "\nHookdir-Not-Kept: headers=3 query\n\n") != NULL,
	    "two for their length, one that came twice, and the query");
	end(&s);
}

/* Bytes of a line beside its name and its value, as they are counted. */
#define LINE_MORE sizeof("Original-: \n")

/* Exactly as long as it may be, and one byte longer. */
static void
test_bounds(void)
{
	static char half[2][EVENT_KEPT_ROOM], uri[EVENT_QUERY_MAX + 32];
	char name[128];
	const char *const env[] = {half[0], half[1], uri, name, NULL};
	/* What two names of three characters leave for a third. */
	size_t room = EVENT_KEPT_ROOM - 2 * (LINE_MORE + strlen("X-Z")) -
		      (LINE_MORE + EVENT_HEADER_NAME_MAX + 1);

	for (int more = 0; more < 2; more++) {
		struct event_fixture s = event_fixture();

		s.words.keep_headers[0] = "X-*";
		s.words.keep_headers[1] = "*";
		s.prov.keep_query = true;
		snprintf(half[0], sizeof(half[0]), "HTTP_X_Y=%0*d",
		    (int)(room / 2) + more, 0);
		snprintf(half[1], sizeof(half[1]), "HTTP_X_Z=%0*d",
		    (int)(room - room / 2), 0);
		snprintf(uri, sizeof(uri), "REQUEST_URI=/?%0*d",
		    (int)(EVENT_QUERY_MAX - LINE_MORE - 1) + more, 0);
		snprintf(name, sizeof(name), "HTTP_%0*d=n",
		    EVENT_HEADER_NAME_MAX, 0);
		play(&s, env, span_str("{}"), span_mem(NULL, 0));
		ok((strstr(s.head, "000: n\n") != NULL) == (more == 0),
		    "the room for headers, and %d", more);
		ok((strstr(s.head, "\nHookdir-Query: ") != NULL) == (more == 0),
		    "a query as long as it may be, and %d", more);
		ok((strstr(s.head, "\nHookdir-Not-Kept: headers=1 query\n") !=
		       NULL) == (more == 1),
		    "what is too long is said, and %d", more);
		end(&s);
	}
}

int
main(void)
{
	test_bounds();
	test_order();
	test_query();
	test_forged();
	test_passwords();
	test_secret();
	test_verify_token();
	test_packing();
	test_many();
	test_long();
	return done();
}
