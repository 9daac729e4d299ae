/*
 * template.c - a template in the first line, the request it is filled from
 * behind it: what is signed has a payload, or nothing is signed.
 */
#include "profile/template.h"
#include "fuzz.h"

static void
fill(const struct template *tpl, const struct request *req)
{
	struct template_input in = {.req = req,
	    .ts = span_str("1700000000"),
	    .url = "https://example.com/"};
	struct signed_text out;
	enum status st = template_fill(tpl, &in, &out);

	must(st == ST_OK || st == ST_UNVERIFIED);
	if (st != ST_OK) {
		must(out.n == 0);
		return;
	}
	must(out.n == tpl->n);
	for (size_t i = 0; i < out.n; i++)
		fuzz_read(out.part[i]);
	fuzz_read(out.payload);
	if (template_has_payload(tpl))
		must(out.payload.len > 0);
	if (template_has(tpl, OP_BODY))
		must(span_eq(out.payload, req->body));
	signed_text_free(&out);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct span rest = span_mem(data, size);
	struct span first = span_cut(&rest, '\n');
	char *text = fuzz_string(first);
	struct reason why = {""};
	struct fuzz_input in;
	struct template tpl;

	fuzz_split(&in, rest);
	if (template_parse(&tpl, text, &why)) {
		struct request req = {
		    .env = in.env, .method = span_str("POST"), .body = in.body};

		must(tpl.n <= TEMPLATE_PARTS);
		fill(&tpl, &req);
		template_free(&tpl);
	} else {
		must(why.text[0] != '\0' && tpl.n == 0);
	}
	fuzz_free(&in);
	free(text);
	return 0;
}
