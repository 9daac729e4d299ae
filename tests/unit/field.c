/* field.c - one field of a request; what is ambiguous or empty is none. */
#include "http/field.h"
#include "sandbox.h"

#include "../tap.h"

static const char *const env[] = {
    "HTTP_X_ID=h-1", "HTTP_X_TWICE=a", "HTTP_X_TWICE=b", "HTTP_X_EMPTY=", NULL};

/* What text finds in the request, or "(none)". */
static void
check(const struct request *req, const char *text, struct span body,
    const char *want)
{
	struct field_value value;
	struct field field;
	int rc;

	if (!ok(field_parse(&field, text), "%s is a field", text))
		return;
	rc = field_get(&field, req, body, &value);
	is_int(rc, want == NULL ? 0 : 1, "in %.*s", (int)body.len,
	    body.len == 0 ? "" : (const char *)body.ptr);
	is_span(value.text, want, "its value");
	field_value_free(&value);
	ok(value.text.len == 0 && value.owned == NULL, "freed and empty");
}

static void
test_get(const struct request *req)
{
	struct span json = span_str("{\"id\":\"j-1\",\"n\":42,\"t\":true,"
				    "\"z\":null,\"o\":{\"id\":\"j-2\"},"
				    "\"l\":[1],\"e\":\"\"}");
	struct span form = span_str("id=f%2D1&e=&t=1&t=2");
	struct span none = {NULL, 0};

	check(req, "header:X-Id", none, "h-1");
	check(req, "header:x-id", none, "h-1");
	check(req, "header:X-Twice", none, NULL);
	check(req, "header:X-Empty", none, NULL);
	check(req, "header:X-Other", none, NULL);
	check(req, "json:id", json, "j-1");
	check(req, "json:o.id", json, "j-2");
	check(req, "json:n", json, "42");
	check(req, "json:t", json, NULL);
	check(req, "json:z", json, NULL);
	check(req, "json:o", json, NULL);
	check(req, "json:l", json, NULL);
	check(req, "json:e", json, NULL);
	check(req, "json:x", json, NULL);
	check(req, "json:id", form, NULL);
	check(req, "json:id", none, NULL);
	check(req, "form:id", form, "f-1");
	check(req, "form:e", form, NULL);
	check(req, "form:t", form, NULL);
	check(req, "form:id", none, NULL);
	check(req, "const:message", none, "message");
	check(req, "const::", none, ":");
	check(req, "element:t=", json, NULL);
	check(req, NULL, json, NULL);
}

static void
test_parse(void)
{
	static const char *const wrong[] = {"", "id", "json",
	    "json:", "header:", "form:", "const:", "element:", "JSON:id",
	    " json:id", "jso:id", "cookie:id", ":id"};
	struct field field;

	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		ok(!field_parse(&field, wrong[i]), "\"%s\" is none", wrong[i]);
		is_int(field.kind, FIELD_NONE, "and leaves none");
	}
	ok(field_parse(&field, "json:a:b") && field.kind == FIELD_JSON,
	    "the first colon separates");
	is_str(field.arg, "a:b", "the others are the argument's");
	ok(field_parse(&field, "element:t=") && field.kind == FIELD_ELEMENT,
	    "an element");
	is_str(field.arg, "t=", "by its prefix");
	ok(field_parse(&field, NULL) && field.kind == FIELD_NONE,
	    "NULL is no field");
}

int
main(void)
{
	struct field_value zero = {{NULL, 0}, NULL};
	struct request req;

	sandbox_request(&req, env, span_str(""));
	test_get(&req);
	request_free(&req);
	test_parse();
	field_value_free(&zero);
	return done();
}
