/* reply.c - each outcome as bytes, and nothing of the request in them. */
#include "http/reply.h"

#include "../tap.h"

static struct reply
make(enum status st, int refused, const char *answer)
{
	const struct reply_style style = {
	    .reject_status = refused, .accept_body = answer};
	struct reply reply;

	reply_make(&reply, st, &style);
	return reply;
}

static bool
has(const struct reply *reply, const char *text)
{
	char head[REPLY_HEAD_MAX + 1];

	memcpy(head, reply->head, reply->head_len);
	head[reply->head_len] = '\0';
	return strstr(head, text) != NULL;
}

static void
test_every_status(void)
{
	char line[64];

	for (int st = ST_OK; st < ST__MAX; st++) {
		struct reply r = make((enum status)st, 0, NULL);

		ok(r.head_len < REPLY_HEAD_MAX, "%d: fits", r.code);
		is_int(
		    r.code, status_code((enum status)st), "%d: code", r.code);
		snprintf(line, sizeof(line), "Status: %d ", r.code);
		ok(span_starts(span_mem(r.head, r.head_len), span_str(line)),
		    "%d: begins with the status", r.code);
		snprintf(line, sizeof(line), "\r\nContent-Length: %zu\r\n",
		    r.body.len);
		ok(has(&r, line), "%d: length of the body", r.code);
		ok(has(&r, "\r\nX-Content-Type-Options: nosniff\r\n"),
		    "%d: nosniff", r.code);
		ok(has(&r, "\r\nCache-Control: no-store\r\n"), "%d: no-store",
		    r.code);
		is_mem(span_mem(r.head + r.head_len - 4, 4),
		    span_str("\r\n\r\n"), "%d: ends in an empty line", r.code);
		is_int(has(&r, "\r\nAllow: POST\r\n"), st == ST_BAD_METHOD,
		    "%d: Allow", r.code);
		is_int(has(&r, "Retry-After: "), st == ST_TRY_LATER,
		    "%d: Retry-After", r.code);
		is_span(
		    r.body, status_phrase((enum status)st), "%d: body", r.code);
		ok(r.code / 100 != 3 && r.code != 410, "%d: never 3xx or 410",
		    r.code);
	}
}

static void
test_presets(void)
{
	struct reply r = make(ST_UNVERIFIED, 403, "Webhook received");

	is_int(r.code, 403, "the preset's code for a refusal");
	ok(has(&r, "Status: 403 Refused\r\n"), "with a phrase");
	is_span(r.body, "Refused", "and no answer that means stored");
	r = make(ST_UNVERIFIED, 401, NULL);
	is_span(r.body, "Unauthorized", "401 keeps its phrase");
	r = make(ST_BAD_REQUEST, 403, NULL);
	is_int(r.code, 400, "no other outcome is changed");

	r = make(ST_OK, 0, "Webhook received");
	is_span(r.body, "Webhook received", "the documented answer");
	ok(has(&r, "Content-Type: text/plain; charset=utf-8\r\n"), "as text");
	r = make(ST_DUPLICATE, 0, "{\"received\":true}");
	is_span(r.body, "{\"received\":true}", "the same for a duplicate");
	ok(has(&r, "Content-Type: application/json\r\n"), "as JSON");
	r = make(ST_OK, 0, "[]");
	ok(has(&r, "Content-Type: application/json\r\n"), "a list too");
	r = make(ST_TRY_LATER, 0, "{\"received\":true}");
	is_span(r.body, "Service Unavailable", "never where it is not stored");
}

static struct reply
accept(enum status st, int accepted, const char *answer)
{
	const struct reply_style style = {
	    .accept_status = accepted, .accept_body = answer};
	struct reply reply;

	reply_make(&reply, st, &style);
	return reply;
}

static void
test_accepted(void)
{
	struct reply r = accept(ST_OK, 204, NULL);

	is_int(r.code, 204, "a stored event may be answered 204");
	ok(has(&r, "Status: 204 Accepted\r\n"), "with a phrase");
	is_span(r.body, "", "without a body");
	ok(!has(&r, "\r\nContent-"), "nor anything about one");
	r = accept(ST_DUPLICATE, 202, "{}");
	is_int(r.code, 202, "a duplicate as the first time");
	is_span(r.body, "{}", "with its body");
	r = accept(ST_ANSWERED, 202, "{}");
	is_int(r.code, 202, "a probe too");
	is_span(r.body, "{}", "with its body");
	r = accept(ST_OK, 200, NULL);
	ok(has(&r, "Status: 200 OK\r\n"), "200 keeps its phrase");
	r = accept(ST_TRY_LATER, 204, NULL);
	is_int(r.code, 503, "no other outcome is changed");
	r = accept(ST_UNVERIFIED, 204, NULL);
	is_int(r.code, 401, "least of all a refusal");
}

static void
test_bare(void)
{
	for (int st = ST_OK; st < ST__MAX; st++) {
		struct reply r = make((enum status)st, 0, "");

		is_span(r.body, "", "%d: no body at all", r.code);
		ok(has(&r, "\r\nContent-Length: 0\r\n"), "%d: of length 0",
		    r.code);
	}
}

static void
test_methods(void)
{
	struct reply_style style = {.methods = "GET, HEAD, POST"};
	struct reply r;

	reply_make(&r, ST_BAD_METHOD, &style);
	ok(has(&r, "\r\nAllow: GET, HEAD, POST\r\n"), "the methods allowed");
	ok(!has(&r, "Allow: POST\r\n"), "and no others");
	r = make(ST_BAD_METHOD, 0, NULL);
	reply_without_body(&r);
	is_span(r.body, "", "HEAD: no body");
	ok(has(&r, "\r\nContent-Length: 18\r\n"), "HEAD: but its length");
}

/* What is given, once made; the reply is freed. */
static void
test_given(void)
{
	char longest[REPLY_VALUE_MAX + 2];
	struct reply_given given = {
	    .code = 200,
	    .type = "application/json",
	    .body = strdup("{\"a\":1}"),
	    .len = 7,
	    .header = "X-Hook-Secret",
	    .value = span_str("abc"),
	};
	struct reply r;

	reply_give(&r, ST_ANSWERED, &given);
	is_int(r.status, ST_ANSWERED, "given: the status");
	is_int(r.code, 200, "given: the code");
	is_span(r.body, "{\"a\":1}", "given: the body");
	ok(given.body == NULL, "given: taken over");
	is_mem(span_mem(r.head, r.head_len),
	    span_str("Status: 200 OK\r\nContent-Type: application/json\r\n"
		     "Content-Length: 7\r\nX-Hook-Secret: abc\r\n"
		     "Cache-Control: no-store\r\n"
		     "X-Content-Type-Options: nosniff\r\n\r\n"),
	    "given: all of the head");
	reply_free(&r);
	is_span(r.body, "", "given: freed");
	reply_free(&r);

	given = (struct reply_given){.code = 204, .type = "text/plain"};
	reply_give(&r, ST_ANSWERED, &given);
	is_mem(span_mem(r.head, r.head_len),
	    span_str("Status: 204 No Content\r\nContent-Type: text/plain\r\n"
		     "Cache-Control: no-store\r\n"
		     "X-Content-Type-Options: nosniff\r\n\r\n"),
	    "given: 204 has no length");
	reply_free(&r);

	memset(longest, 'x', sizeof(longest));
	given.header = "X-Sixty-Four-Characters-Are-The-Longest-Name-Of-A-"
		       "Header-Here-64";
	given.value = span_mem(longest, REPLY_VALUE_MAX);
	reply_give(&r, ST_ANSWERED, &given);
	ok(r.head_len < REPLY_HEAD_MAX && has(&r, "-64: xxx") &&
		has(&r, "xxx\r\n") && has(&r, "nosniff\r\n\r\n"),
	    "given: the longest header fits");
	given.value.len++;
	reply_give(&r, ST_ANSWERED, &given);
	ok(!has(&r, "xxx") && has(&r, "nosniff\r\n\r\n"),
	    "given: a longer value is left out");
	given.value.len--;
	given.header = "X-Sixty-Four-Characters-Are-The-Longest-Name-Of-A-"
		       "Header-Here-645";
	reply_give(&r, ST_ANSWERED, &given);
	ok(!has(&r, "xxx"), "given: a longer name too");
}

int
main(void)
{
	test_every_status();
	test_presets();
	test_accepted();
	test_bare();
	test_methods();
	test_given();
	return done();
}
