/* verified.c - the target that is noted: what of it was signed. */
#include "verify/verified.h"
#include "sandbox.h"
#include "verify/schemes.h"

#include "../tap.h"

static void
test_target(void)
{
	static const char *const env[] = {
	    "REQUEST_METHOD=PUT", "REQUEST_URI=/way?c=42", NULL};
	static const char url[] = "https://example.com/x?a=1";
	static const struct {
		const char *text, *want;
	} row[] = {
	    {"{body}", NULL},
	    {"{url}{body}", "PUT https://example.com/x?a=1"},
	    {"{url:port}.{body}", "PUT https://example.com:443/x?a=1"},
	    {"{url:query}.{body}", "PUT https://example.com/x?c=42"},
	    {"{sha256:url}.{body}", "PUT https://example.com/x?a=1"},
	    {"{uri}.{body}", "PUT /way?c=42"},
	    {"{url}{uri}.{body}", "PUT /way?c=42"},
	    {"{method}{body}", "PUT"},
	    {"{method}{url}{body}", "PUT https://example.com/x?a=1"},
	};
	struct profile profile = {.public_url = url};
	struct signed_text text;
	struct template tpl;
	struct request req;
	struct reason why;

	sandbox_request(&req, env, span_str("b"));
	for (size_t i = 0; i < sizeof(row) / sizeof(row[0]); i++) {
		struct template_input in = {.req = &req, .url = url};
		struct verified by = {.how = NULL};

		if (!template_parse(&tpl, row[i].text, &why) ||
		    template_fill(&tpl, &in, &text) != ST_OK)
			sandbox_die(row[i].text);
		ok(verified_note_target(&by, &profile, &tpl, &text), "noted");
		is_str(by.target == NULL ? "none" : by.target,
		    row[i].want == NULL ? "none" : row[i].want, "%s",
		    row[i].text);
		signed_text_free(&text);
		template_free(&tpl);
		verified_free(&by);
	}
	request_free(&req);
}

/* Claims are several texts: method, URL, body. */
static void
test_claims(void)
{
	static const char *const env[] = {
	    "REQUEST_METHOD=PUT", "REQUEST_URI=/way?c=42", NULL};
	static const char *const claim[] = {
	    "{method}", "{sha256:body}", "{url}", "{method}", "{uri}"};
	struct profile profile = {.public_url = "https://example.com/x"};
	struct verified by = {.how = NULL};
	struct signed_text text;
	struct template tpl;
	struct request req;
	struct reason why;

	sandbox_request(&req, env, span_str("b"));
	for (size_t i = 0; i < sizeof(claim) / sizeof(claim[0]); i++) {
		struct template_input in = {
		    .req = &req, .url = profile.public_url};

		if (!template_parse(&tpl, claim[i], &why) ||
		    template_fill(&tpl, &in, &text) != ST_OK)
			sandbox_die(claim[i]);
		ok(verified_note_target(&by, &profile, &tpl, &text), "noted");
		signed_text_free(&text);
		template_free(&tpl);
		is_str(by.target, i < 2 ? "PUT" : "PUT https://example.com/x",
		    "after claim %zu", i);
	}
	verified_free(&by);
	request_free(&req);
}

int
main(void)
{
	test_target();
	test_claims();
	return done();
}
