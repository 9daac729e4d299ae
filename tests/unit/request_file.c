/* request_file.c - a request into a file and out of it; what is left out on the way. */
#include "hold/request_file.h"
#include "preset/preset.h"
#include "profile/scheme.h"
#include "profile/signature.h"
#include "sandbox.h"
#include "verify/schemes.h"

#include "../tap.h"

static const struct timespec then = {1795293000, 123456789};
static const struct reason because = {"no signature\nfits"};

/* A profile of these words; freed by profile_free(). */
static void
make_rule(struct profile *profile, const char *header, const char *signed_text)
{
	struct preset words = preset_default;
	struct profile_fault fault = {"", {""}};

	words.signature[0] = header;
	words.signed_payload[0] = signed_text;
	words.public_url = "https://h/";
	if (!scheme_profile(profile, &words, 300, &fault))
		sandbox_die(fault.why.text);
}

static struct hold_terms terms = {.count = 1};
static struct refusal refusal = {
    .at = &then, .reason = &because, .terms = &terms};

/* The head of a request with env under profile; malloc'd. */
static char *
head_of(
    const struct profile *profile, const char *const env[], const char *body)
{
	struct reason why = {""};
	struct request req;
	size_t len = 0;
	char *head;

	sandbox_request(&req, env, span_str(body));
	head = request_file_head(&req, profile, &refusal, &len, &why);
	request_free(&req);
	if (head == NULL)
		sandbox_die(why.text);
	is_int(strlen(head), (long long)len, "its length");
	return head;
}

static void
test_head(void)
{
	static const char *const env[] = {"REQUEST_METHOD=POST",
	    "REQUEST_URI=/hooks/a?token=letmein", "CONTENT_TYPE=a/b; c=d",
	    "CONTENT_LENGTH=4", "HTTP_CONTENT_TYPE=other", "HTTPS=on",
	    "HTTP_X_SIG=one", "HTTP_X_SIG=two",
	    "HTTP_EMPTY=", "HTTP_AUTHORIZATION=Basic QTpC", "HTTP_COOKIE=a=b",
	    "HTTP_X_API_KEY=k", "HTTP_X_Gitlab_TOKEN=t",
	    "HTTP_X_GITLAB_TOKEN=t", "HTTP_X_OTHER=bearer abc",
	    "HTTP_HOOKDIR_HELD=2001-01-01T00:00:00Z", "HTTP_X_LINES=a\nb",
	    "HTTP_X_TAB=a\tb\xc3\xa9", "REDIRECT_HTTP_X_R=r", "SERVER_NAME=no",
	    "PATH=no", "HTTP_=no", NULL};
	struct profile profile;
	char *head;

	make_rule(&profile, "X-Sig", "{body}");
	head = head_of(&profile, env, "body");
	is_str(head,
	    "POST /hooks/a HTTP/1.1\n"
	    "Hookdir-Held: 2026-11-21T20:30:00.123456Z\n"
	    "Hookdir-Reason: no signature?fits\n"
	    "Hookdir-Scheme: https\n"
	    "Content-Type: a/b; c=d\n"
	    "Content-Length: 4\n"
	    "X-Sig: one\nX-Sig: two\nEmpty: \nX-Tab: a\tb\xc3\xa9\n"
	    "X-R: r\n"
	    "Hookdir-Left-Out: Authorization, Cookie, X-Api-Key, "
	    "X-Gitlab-Token, X-Other\n\n",
	    "all but passwords, and what no signature covers");
	free(head);
	profile_free(&profile);
}

/* Whether the head of the request has text in it. */
static bool
keeps(const char *header, const char *signed_text, const char *variable,
    const char *text)
{
	const char *const env[] = {"REQUEST_METHOD=POST", "REQUEST_URI=/a?q=1",
	    "CONTENT_LENGTH=1", variable, NULL};
	struct profile profile;
	char *head;
	bool found;

	make_rule(&profile, header, signed_text);
	head = head_of(&profile, env, "x");
	found = strstr(head, text) != NULL;
	free(head);
	profile_free(&profile);
	return found;
}

static void
test_needed(void)
{
	const char *auth = "HTTP_AUTHORIZATION=HMAC abc";
	char past[64];

	ok(!keeps("X-Sig", "{body}", auth, "HMAC abc"), "not the signature");
	ok(keeps("Authorization", "{body}", auth, "HMAC abc"), "the signature");
	ok(keeps("X-Token-*", "{body}", "HTTP_X_TOKEN_7=abc", "abc"),
	    "one of a numbered set");
	snprintf(past, sizeof(past), "HTTP_X_TOKEN_%d=abc", SIGNATURES_MAX + 1);
	ok(!keeps("X-Token-*", "{body}", past, "abc"), "one past its end");
	ok(!keeps("X-Sig", "{body}", "X=", "q=1"),
	    "a query that is not signed");
	ok(keeps("X-Sig", "{uri}{body}", "X=", "/a?q=1 HTTP"), "the target is");
	ok(keeps("X-Sig", "{url}{body}", "X=", "/a?q=1 HTTP"), "the URL is");
	ok(keeps("X-Sig", "{body}", "REQUEST_SCHEME=https", "Scheme: https"),
	    "the scheme, by another name");
	ok(!keeps("X-Sig", "{body}", "HTTPS=off", "Scheme"), "http");
	ok(keeps("X-Sig", "{body}", "REQUEST_SCHEME=http", "Length: 1"),
	    "http by another name");
}

/* Whether a header is kept that the settings read an id and a time from. */
static bool
keeps_used(const char *id, const char *variable, const char *text)
{
	const char *const env[] = {"REQUEST_METHOD=POST", "REQUEST_URI=/a",
	    "CONTENT_LENGTH=1", variable, NULL};
	struct preset words = preset_default;
	struct profile_fault fault = {"", {""}};
	struct profile profile;
	bool found;
	char *head;

	words.signature[0] = "X-Sig";
	words.id = id;
	words.type = "header:X-Auth-Type";
	words.timestamp = "header:X-Auth-Time";
	words.signed_payload[0] = "{header:X-Secret-Id}.{ts}.{body}";
	if (!scheme_profile(&profile, &words, 300, &fault))
		sandbox_die(fault.why.text);
	head = head_of(&profile, env, "x");
	found = strstr(head, text) != NULL;
	free(head);
	profile_free(&profile);
	return found;
}

/* Without them a delivery that is tried again is refused, or another event. */
static void
test_used(void)
{
	static const char id[] = "header:I-Twilio-Idempotency-Token";

	ok(keeps_used(id, "HTTP_I_TWILIO_IDEMPOTENCY_TOKEN=abc", "Token: abc"),
	    "the id is kept, whatever its header is called");
	ok(keeps_used(id, "HTTP_X_AUTH_TYPE=abc", "Type: abc"), "the type");
	ok(keeps_used(id, "HTTP_X_AUTH_TIME=abc", "Time: abc"), "the time");
	ok(keeps_used(id, "HTTP_X_SECRET_ID=abc", "Id: abc"),
	    "a header that is signed");
	ok(!keeps_used(id, "HTTP_X_AUTH_OTHER=abc", "abc"), "no other");
	ok(!keeps_used(id, "HTTP_COOKIE=abc", "abc"),
	    "no cookie, though signed");
}

/* Names in the settings, and which of two headers is then kept. */
static void
test_wanted(void)
{
	static const struct {
		const char *wanted, *variable;
		bool kept;
	} row[] = {
	    {"X-Api-Token", "HTTP_X_API_TOKEN=pass", true},
	    {"x_api_token", "HTTP_X_API_TOKEN=pass", true},
	    {"X-Api-Token", "HTTP_X_API_TOKEN_2=pass", false},
	    {"X-Api-*", "HTTP_X_API_TOKEN_2=pass", true},
	    {"X-Api-*", "HTTP_X_API=Bearer pass", false},
	    {"*", "HTTP_X_API_TOKEN=pass", true},
	    {"Authorization", "HTTP_AUTHORIZATION=Basic pass", true},
	    {"X-*", "HTTP_AUTHORIZATION=Basic pass", false},
	    {"X-Other", "HTTP_X_OTHER=Bearer pass", true},
	    {"X-Other", "HTTP_X_MORE=Bearer pass", false},
	};

	for (size_t i = 0; i < sizeof(row) / sizeof(row[0]); i++) {
		/* The second one, so that more than the first is looked at. */
		terms.headers[0] = "X-None";
		terms.headers[1] = row[i].wanted;
		ok(keeps("X-Sig", "{body}", row[i].variable, "pass") ==
			row[i].kept,
		    "%s: %s", row[i].wanted, row[i].variable);
	}
	terms.headers[0] = terms.headers[1] = NULL;
}

/* What an event would have because the settings say so, read back as well. */
static void
test_kept(void)
{
	const char *env[] = {"REQUEST_METHOD=POST", "REQUEST_URI=/a?q=1",
	    "CONTENT_LENGTH=0", "REMOTE_ADDR=203.0.113.7",
	    "HTTP_HOOKDIR_REMOTE=192.0.2.1", "HTTP_X_HOOKDIR_SIG=kept", NULL};
	struct reason why = {""};
	struct request_file saved;
	struct profile profile;
	struct span value;
	char *head;

	make_rule(&profile, "X-Sig", "{body}");
	head = head_of(&profile, env, "");
	ok(strstr(head, "203.0") == NULL && strstr(head, "q=1") == NULL,
	    "neither the address nor the query");
	ok(strstr(head, "X-Hookdir-Sig: kept\n") != NULL &&
		strstr(head, "192.0") == NULL,
	    "a header that has Hookdir- inside, but none that begins so");
	free(head);
	refusal.keep_query = refusal.keep_address = true;
	head = head_of(&profile, env, "");
	ok(request_file_read(&saved, span_str(head), &why), "read back");
	is_int(request_file_whole(&saved), true, "whole");
	value = request_query(&saved.req);
	ok(span_is(value, "?q=1"), "the query, if it is wanted");
	value = request_variable(&saved.req, "REMOTE_ADDR");
	ok(span_is(value, "203.0.113.7"), "and the address");
	request_file_free(&saved);
	free(head);
	env[3] = "REMOTE_ADDR=unix:/run/x y";
	head = head_of(&profile, env, "");
	ok(strstr(head, "Hookdir-Remote") == NULL, "not what is no address");
	free(head);
	refusal.keep_query = refusal.keep_address = false;
	profile_free(&profile);
	ok(request_file_read(
	       &saved, span_str("Hookdir-Remote: 192.0.2.1\n\n{}"), &why),
	    "a file that hookdir did not write");
	ok(request_variable(&saved.req, "REMOTE_ADDR").len == 0,
	    "says nothing of an address");
	request_file_free(&saved);
	ok(request_file_read(&saved,
	       span_str("Hookdir-Held: 2026-11-21T20:30:00.123456Z\n"
			"Hookdir-Remote: 192.0.2.1\n"
			"Hookdir-Remote: 192.0.2.2\n\n{}"),
	       &why),
	    "two addresses");
	ok(span_is(request_variable(&saved.req, "REMOTE_ADDR"), "192.0.2.1"),
	    "the first is hookdir's");
	request_file_free(&saved);
}

/* What the head of a request under the scheme httpsig has in it. */
static bool
keeps_signed(const char *const env[], const char *text)
{
	struct preset words = preset_default;
	struct profile_fault fault = {"", {""}};
	struct profile profile;
	bool found;
	char *head;

	words.scheme = "httpsig";
	if (!scheme_profile(&profile, &words, 300, &fault))
		sandbox_die(fault.why.text);
	head = head_of(&profile, env, "x");
	found = strstr(head, text) != NULL;
	free(head);
	profile_free(&profile);
	return found;
}

/* The request says itself what is signed; that may be called like anything. */
static void
test_covered(void)
{
	static const char draft[] =
	    "HTTP_SIGNATURE=keyId=\"k\",algorithm=\"rsa-sha256\","
	    "headers=\"date x-auth-id authorization "
	    "cookie\",signature=\"YQ==\"";
	static const char input[] =
	    "HTTP_SIGNATURE_INPUT=s=(\"@method\" \"x-auth-id\" "
	    "\"authorization\" \"authorization \" \"cookie\");created=1";
	static const char value[] = "HTTP_SIGNATURE=s=:YQ==:";
	const char *env[] = {"REQUEST_METHOD=POST", "REQUEST_URI=/a",
	    "CONTENT_LENGTH=1", "HTTP_X_AUTH_ID=abc", "HTTP_X_AUTH_OTHER=def",
	    "HTTP_AUTHORIZATION=Basic pass", "HTTP_COOKIE=crumb", draft, NULL,
	    NULL};

	for (int form = 0; form < 2; form++) {
		const char *form_name = form == 0 ? "draft" : "RFC 9421";

		env[7] = form == 0 ? draft : input;
		env[8] = form == 0 ? NULL : value;
		ok(keeps_signed(env, "X-Auth-Id: abc\n"), "%s: a signed header",
		    form_name);
		ok(!keeps_signed(env, "def"), "%s: no other", form_name);
		ok(!keeps_signed(env, "crumb"), "%s: no cookie", form_name);
		/* Of this scheme it can be the signature: of the draft alone. */
		ok(keeps_signed(env, "Left-Out: X-Auth-Other, Cookie\n"),
		    "%s: which it says", form_name);
	}
	/* No signature at all. */
	env[7] = NULL;
	ok(!keeps_signed(env, "abc"), "nothing says that it is signed");
	ok(keeps_signed(env, "Left-Out: X-Auth-Id, "), "and so it is named");
}

/* More than has room is not named, but mentioned. */
static void
test_left_out(void)
{
	static char text[REQUEST_FILE_LEFT_OUT_MAX + 1][32];
	const char *env[REQUEST_FILE_LEFT_OUT_MAX + 8] = {"REQUEST_METHOD=POST",
	    "CONTENT_LENGTH=0", "HTTP_HOOKDIR_LEFT_OUT=Forged",
	    "HTTP_X_TOKEN_0=again"};
	struct reason why = {""};
	struct request_file saved;
	struct profile profile;
	char *head;

	make_rule(&profile, "X-Sig", "{body}");
	for (size_t i = 0; i < REQUEST_FILE_LEFT_OUT_MAX; i++) {
		snprintf(text[i], sizeof(text[i]), "HTTP_X_TOKEN_%zu=a", i);
		env[4 + i] = text[i];
	}
	head = head_of(&profile, env, "");
	ok(strstr(head, "X-Token-15\n\n") != NULL &&
		strstr(head, "others") == NULL &&
		strstr(head, "Forged") == NULL,
	    "as many as have room, each once");
	ok(request_file_read(&saved, span_str(head), &why), "read back");
	ok(span_starts(saved.left_out, span_str("X-Token-0, X-Token-1, ")),
	    "what was left out");
	request_file_free(&saved);
	free(head);
	env[4 + REQUEST_FILE_LEFT_OUT_MAX] = "HTTP_COOKIE=a";
	head = head_of(&profile, env, "");
	ok(strstr(head, "X-Token-15, and others\n\n") != NULL,
	    "one that has none");
	free(head);
	profile_free(&profile);
	ok(request_file_read(&saved,
	       span_str("Hookdir-Left-Out: Authorization\n\n{}"), &why) &&
		saved.left_out.len == 0,
	    "hookdir did not write that");
	request_file_free(&saved);
}

static void
test_odd(void)
{
	static const char *const env[] = {"REQUEST_METHOD=POST",
	    "REQUEST_URI=/a b\nX: y", "CONTENT_LENGTH=1", NULL};
	static char big[REQUEST_FILE_HEAD_MAX];
	struct reason why = {""};
	char *variables[] = {big, NULL};
	struct request req = {.env = variables, .method = span_str("POST")};
	struct profile profile;
	size_t len = 0;
	char *head;

	make_rule(&profile, "X-Sig", "{uri}{body}");
	head = head_of(&profile, env, "x");
	ok(strncmp(head, "POST / HTTP/1.1\n", 16) == 0,
	    "a target that no line can hold");
	free(head);
	memset(big, 'a', sizeof(big) - 1);
	memcpy(big, "HTTP_X=", 7);
	ok(request_file_head(&req, &profile, &refusal, &len, &why) == NULL,
	    "too large");
	is_str(why.text, "its headers are over 65536 bytes", "and why");
	profile_free(&profile);
}

/* A variable of what was read, or NULL. */
static const char *
variable(const struct request_file *saved, const char *name)
{
	size_t len = strlen(name);

	for (size_t i = 0; i < saved->n; i++) {
		if (strncmp(saved->env[i], name, len) == 0 &&
		    saved->env[i][len] == '=')
			return saved->env[i] + len + 1;
	}
	return NULL;
}

static void
test_back(void)
{
	static const char *const env[] = {"REQUEST_METHOD=POST",
	    "REQUEST_URI=/hooks/a", "HTTPS=on", "CONTENT_TYPE=a/b",
	    "CONTENT_LENGTH=5", "HTTP_X_SIG=one", "HTTP_X_SIG=two",
	    "HTTP_HOST=h", NULL};
	struct reason why = {""};
	struct request_file saved;
	struct profile profile;
	struct span value;
	char text[1024], *head;

	make_rule(&profile, "X-Sig", "{body}");
	head = head_of(&profile, env, "a\n\nbc");
	snprintf(text, sizeof(text), "%s%s", head, "a\n\nbc");
	free(head);
	profile_free(&profile);
	if (!ok(request_file_read(&saved, span_str(text), &why), "read back"))
		return;
	ok(request_file_whole(&saved), "it is whole");
	is_int(saved.arrived.tv_sec, then.tv_sec, "when");
	is_int(saved.arrived.tv_nsec, 123456000, "to the microsecond");
	is_span(saved.reason, "no signature?fits", "why");
	is_span(saved.req.body, "a\n\nbc", "the body");
	is_span(saved.req.method, "POST", "the method");
	is_str(variable(&saved, "REQUEST_URI"), "/hooks/a", "the target");
	is_str(variable(&saved, "HTTPS"), "on", "the scheme");
	is_str(variable(&saved, "CONTENT_TYPE"), "a/b", "the type");
	is_str(variable(&saved, "CONTENT_LENGTH"), "5", "the length");
	ok(saved.req.has_length, "which counts");
	is_str(variable(&saved, "HTTP_HOST"), "h", "a header");
	is_int(request_header(&saved.req, "X-Sig", &value), REQUEST_SEVERAL,
	    "one that came twice");
	ok(variable(&saved, "HTTP_HOOKDIR_HELD") == NULL, "none of our own");
	request_file_free(&saved);
	text[strlen(text) - 1] = '\0';
	if (request_file_read(&saved, span_str(text), &why))
		ok(!request_file_whole(&saved), "cut short it is not whole");
	request_file_free(&saved);
}

static void
test_others(void)
{
	struct reason why = {""};
	struct request_file saved;

	ok(request_file_read(&saved,
	       span_str("x-sig:  a b \r\nA_b: c\r\n\r\nline\r\n"), &why),
	    "no request line, CR LF");
	is_str(variable(&saved, "REQUEST_METHOD"), "POST", "a POST");
	is_str(variable(&saved, "REQUEST_URI"), "", "to nowhere");
	is_str(variable(&saved, "HTTP_X_SIG"), "a b", "trimmed");
	is_str(variable(&saved, "HTTP_A_B"), "c", "an underscore");
	is_span(saved.req.body, "line\r\n", "the body as it is");
	ok(!saved.dated && !request_file_whole(&saved),
	    "nobody knows when it came");
	is_int(saved.length, -1, "nor how long it was");
	request_file_free(&saved);
	ok(request_file_read(&saved, span_str("PUT /x\n\n"), &why),
	    "no headers");
	is_str(variable(&saved, "REQUEST_METHOD"), "PUT", "another method");
	is_str(variable(&saved, "REQUEST_URI"), "/x", "a target");
	is_int(saved.req.body.len, 0, "no body");
	request_file_free(&saved);
	ok(request_file_read(&saved,
	       span_str("Ce-Time: 2026-11-21T20:30:00.500000Z\n"
			"Hookdir-Verified: hmac-sha256 secret=1\n\n{}"),
	       &why),
	    "an event");
	ok(saved.dated && saved.arrived.tv_sec == then.tv_sec &&
		saved.arrived.tv_nsec == 500000000,
	    "came at its time");
	request_file_free(&saved);
	ok(request_file_read(
	       &saved, span_str("Ce-Time: 2026-11-21T20:30:00Z\n\n{}"), &why),
	    "a sender of CloudEvents");
	ok(!saved.dated, "does not say when it came");
	request_file_free(&saved);
	ok(request_file_read(&saved,
	       span_str("Hookdir-Held: 2026-11-21T20:30:00+00:00\n"
			"Hookdir-Held: 2001-01-01T00:00:00Z\n\n{}"),
	       &why) &&
		saved.arrived.tv_sec == then.tv_sec &&
		saved.arrived.tv_nsec == 0,
	    "the first time counts");
	request_file_free(&saved);
}

/* The target and the headers that an event's request had. */
static void
test_event(void)
{
	static const char text[] =
	    "Ce-Specversion: 1.0\nCe-Id: ours\n"
	    "Ce-Time: 2026-11-21T20:30:00.500000Z\nContent-Length: 2\n"
	    "Hookdir-Verified: hmac-sha256 secret=1\n"
	    "Hookdir-Target: PUT https://h.example:8443/p?q=1\n"
	    "Original-Ce-Id: sent\nOriginal-Hookdir-Query: x\n"
	    "Original-Original-A: o\n\n{}";
	struct reason why = {""};
	struct request_file saved;
	struct span value;

	ok(request_file_read(&saved, span_str(text), &why), "an event");
	is_span(saved.req.method, "PUT", "the method");
	is_str(variable(&saved, "REQUEST_URI"), "/p?q=1", "the target");
	is_str(variable(&saved, "HTTPS"), "on", "the scheme");
	is_str(variable(&saved, "HTTP_HOST"), "h.example:8443", "the host");
	is_int(request_header(&saved.req, "Ce-Id", &value), REQUEST_ONE,
	    "one id, not that of the event");
	is_span(value, "sent", "but what was sent");
	is_str(variable(&saved, "HTTP_HOOKDIR_QUERY"), "x", "of any name");
	is_str(variable(&saved, "HTTP_ORIGINAL_A"), "o", "once");
	ok(variable(&saved, "HTTP_CE_SPECVERSION") == NULL, "none of ours");
	ok(request_file_whole(&saved), "it is whole");
	request_file_free(&saved);

	ok(request_file_read(&saved,
	       span_str("Hookdir-Verified: x\nHookdir-Target: PUT\n\n"), &why),
	    "a method alone");
	is_span(saved.req.method, "PUT", "the method");
	is_str(variable(&saved, "REQUEST_URI"), "", "and no target");
	request_file_free(&saved);

	ok(request_file_read(&saved,
	       span_str("POST /x\nHookdir-Target: PUT /evil\n"
			"Original-Ce-Id: a\n\n"),
	       &why),
	    "what is no event");
	is_str(variable(&saved, "REQUEST_URI"), "/x", "has its own target");
	is_str(variable(&saved, "HTTP_ORIGINAL_CE_ID"), "a", "and its names");
	request_file_free(&saved);
}

static void
test_bad(void)
{
	static const struct {
		const char *text, *why;
	} row[] = {
	    {"", "no empty line"},
	    {"A: b", "no empty line"},
	    {"A: b\n", "no empty line"},
	    {"{\"id\":1}\n\n", "a line of its head"},
	    {"A: b\nc\n\n", "a line of its head"},
	    {"A : b\n\n", "a line of its head"},
	    {": b\n\n", "a line of its head"},
	    {"POST / FTP/1.1\n\n", "a line of its head"},
	    {"A: b\nPOST / HTTP/1.1\n\n", "a line of its head"},
	    {"Hookdir-Held: noon\n\n", "no time in Hookdir-Held"},
	};
	static char big[REQUEST_FILE_HEAD_MAX + 64],
	    many[8 * REQUEST_FILE_HEADERS_MAX];
	struct reason why = {""};
	struct request_file saved;

	for (size_t i = 0; i < sizeof(row) / sizeof(row[0]); i++) {
		ok(!request_file_read(&saved, span_str(row[i].text), &why),
		    "no request: %.20s", row[i].text);
		ok(strstr(why.text, row[i].why) != NULL, "%s", why.text);
		ok(saved.n == 0, "nothing to free");
	}
	ok(!request_file_read(&saved, span_mem("A: \0\n\n", 6), &why) &&
		strstr(why.text, "a NUL") != NULL,
	    "a NUL in it");
	memset(big, 'a', sizeof(big));
	memcpy(big, "A: ", 3);
	memcpy(big + sizeof(big) - 7, "\nB: c\n\n", 7);
	ok(!request_file_read(&saved, span_mem(big, sizeof(big)), &why) &&
		strstr(why.text, "too large") != NULL,
	    "a head that is too large");
	for (size_t i = 0; i <= REQUEST_FILE_HEADERS_MAX; i++)
		memcpy(many + 5 * i, "A: b\n", 5);
	many[5 * (REQUEST_FILE_HEADERS_MAX + 1)] = '\n';
	ok(!request_file_read(&saved,
	       span_mem(many, 5 * (REQUEST_FILE_HEADERS_MAX + 1) + 1), &why) &&
		strstr(why.text, "too many headers") != NULL,
	    "too many headers");
	for (size_t i = 0; i <= REQUEST_FILE_HEADERS_MAX; i++)
		memcpy(big + 22 * i, "Hookdir-Scheme: https\n", 22);
	big[22 * (REQUEST_FILE_HEADERS_MAX + 1)] = '\n';
	ok(!request_file_read(&saved,
	       span_mem(big, 22 * (REQUEST_FILE_HEADERS_MAX + 1) + 1), &why),
	    "too many of our own");
	ok(request_file_read(&saved,
	       span_mem(many + 5, 5 * REQUEST_FILE_HEADERS_MAX + 1), &why),
	    "just as many as may be");
	request_file_free(&saved);
}

/* The head of n headers called X-N, or NULL with why set; malloc'd. */
static char *
head_of_many(
    const struct profile *profile, size_t n, size_t *len, struct reason *why)
{
	static char text[REQUEST_FILE_HEADERS_MAX + 8][24],
	    own[2][24] = {"CONTENT_TYPE=a/b", "HTTPS=on"};
	char *env[REQUEST_FILE_HEADERS_MAX + 16] = {own[0], own[1]};
	struct request req = {.env = env, .method = span_str("POST")};

	for (size_t i = 0; i < n; i++) {
		snprintf(text[i], sizeof(text[i]), "HTTP_X_%zu=a", i);
		env[2 + i] = text[i];
	}
	return request_file_head(&req, profile, &refusal, len, why);
}

/* What is written can be read, or is not written. */
static void
test_many(void)
{
	struct request_file saved;
	struct reason why = {""};
	struct profile profile;
	size_t len = 0, n = REQUEST_FILE_HEADERS_MAX - 4;
	char *head;

	make_rule(&profile, "X-Sig", "{body}");
	head = head_of_many(&profile, n, &len, &why);
	ok(head != NULL, "%zu headers are written", n);
	if (ok(head != NULL &&
		    request_file_read(&saved, span_mem(head, len), &why),
		"and read: %s", why.text))
		request_file_free(&saved);
	free(head);
	for (n++; n <= REQUEST_FILE_HEADERS_MAX + 3; n++) {
		head = head_of_many(&profile, n, &len, &why);
		ok(head == NULL && strstr(why.text, "more than") != NULL,
		    "%zu headers are not: %s", n, why.text);
		free(head);
	}
	profile_free(&profile);
}

int
main(void)
{
	test_head();
	test_needed();
	test_used();
	test_wanted();
	test_kept();
	test_covered();
	test_left_out();
	test_odd();
	test_back();
	test_others();
	test_event();
	test_bad();
	test_many();
	return done();
}
