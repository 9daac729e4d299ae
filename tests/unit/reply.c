/* reply.c - each outcome as bytes, and nothing of the request in them. */
#include "reply.h"

#include "../tap.h"

static struct reply
make(enum status st, int refused, const char *answer)
{
	struct reply reply;

	reply_make(&reply, st, refused, 0, answer);
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
		is_int(has(&r, "Allow: POST\r\n"), st == ST_BAD_METHOD,
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
	r = make(ST_REPEAT, 0, "{\"received\":true}");
	is_span(r.body, "{\"received\":true}", "the same for a repeat");
	ok(has(&r, "Content-Type: application/json\r\n"), "as JSON");
	r = make(ST_OK, 0, "[]");
	ok(has(&r, "Content-Type: application/json\r\n"), "a list too");
	r = make(ST_TRY_LATER, 0, "{\"received\":true}");
	is_span(r.body, "Service Unavailable", "never where it is not stored");
}

static void
test_accepted(void)
{
	struct reply r;

	reply_make(&r, ST_OK, 0, 204, NULL);
	is_int(r.code, 204, "a stored event may be answered 204");
	ok(has(&r, "Status: 204 Accepted\r\n"), "with a phrase");
	is_span(r.body, "", "without a body");
	ok(!has(&r, "\r\nContent-"), "nor anything about one");
	reply_make(&r, ST_REPEAT, 0, 202, "{}");
	is_int(r.code, 202, "a repeat as the first time");
	is_span(r.body, "{}", "with its body");
	reply_make(&r, ST_OK, 0, 200, NULL);
	ok(has(&r, "Status: 200 OK\r\n"), "200 keeps its phrase");
	reply_make(&r, ST_TRY_LATER, 0, 204, NULL);
	is_int(r.code, 503, "no other outcome is changed");
	reply_make(&r, ST_UNVERIFIED, 0, 204, NULL);
	is_int(r.code, 401, "least of all a refusal");
}

int
main(void)
{
	test_every_status();
	test_presets();
	test_accepted();
	return done();
}
