/* lacking.c - looks at each part of a template by itself. */
#include <stdio.h>
#include <stdlib.h>

#include "lacking.h"
#include "parse/form.h"
#include "parse/json.h"

static bool
has_json(struct span body, struct span name)
{
	struct json_member member;
	char path[256];
	int n = snprintf(
	    path, sizeof(path), "%.*s", (int)name.len, (const char *)name.ptr);

	return n > 0 && (size_t)n < sizeof(path) &&
	       json_find(body, path, &member);
}

static bool
has_form(struct span body, const char *name)
{
	char *text = NULL;
	size_t len = 0;
	enum lookup found = name == NULL ? form_sorted(body, &text, &len)
					 : form_field(body, name, &text, &len);

	free(text);
	return found == LOOKUP_FOUND;
}

/* The first member of the list that is needed and not there; or empty. */
static struct span
missing_member(struct span body, const char *list)
{
	struct span rest = span_str(list);

	while (rest.ptr != NULL) {
		struct span name = span_cut(&rest, ',');

		if (name.len > 0 && name.ptr[name.len - 1] != '?' &&
		    !has_json(body, name))
			return name;
	}
	return span_str("");
}

static bool
say_json(struct span name, const char *text, struct reason *why)
{
	reason_set(why,
	    "the body lacks json:%.*s, which is signed (%s): put that field "
	    "into the body, once",
	    (int)name.len, (const char *)name.ptr, text);
	return true;
}

/* Say what part i lacks; false if it lacks nothing. */
static bool
say_part(const struct template *tpl, size_t i, const struct template_input *in,
    struct reason *why)
{
	const struct request *req = in->req;
	const char *arg = tpl->part[i].arg;
	struct span value;

	switch (tpl->part[i].op) {
	case OP_HEADER:
		if (request_header(req, arg, &value) == REQUEST_ONE)
			return false;
		reason_set(why,
		    "the header %s is missing, and it is signed (%s): give it "
		    "by -H '%s: VALUE'",
		    arg, tpl->text, arg);
		return true;
	case OP_TS:
		if (in->ts.len > 0)
			return false;
		reason_set(why,
		    "the time is missing, and it is signed (%s): give it by "
		    "-t TIME",
		    tpl->text);
		return true;
	case OP_JSON:
		return !has_json(req->body, span_str(arg)) &&
		       say_json(span_str(arg), tpl->text, why);
	case OP_MEMBERS:
		value = missing_member(req->body, arg);
		return value.len > 0 && say_json(value, tpl->text, why);
	case OP_FORM:
		if (has_form(req->body, arg))
			return false;
		reason_set(why,
		    "the body lacks form:%s, which is signed (%s): put that "
		    "field into the body, which is a form, once",
		    arg, tpl->text);
		return true;
	case OP_SORTEDFORM:
		if (has_form(req->body, NULL))
			return false;
		reason_set(why,
		    "the body is not a form, as which it is signed "
		    "(%s)",
		    tpl->text);
		return true;
	case OP_LITERAL:
	case OP_BODY:
	case OP_METHOD:
	case OP_URI:
	case OP_URL:
	case OP_HASH:
	case OP_CRC32:
	case OP_WEBHOOK_ID:
		break;
	}
	return false;
}

void
lacking_say(const struct template *tpl, const struct template_input *in,
    struct reason *why)
{
	if (in->req->body.len == 0 && template_has_payload(tpl)) {
		reason_set(why,
		    "the body is empty, and it is signed (%s): give one on "
		    "standard input",
		    tpl->text);
		return;
	}
	for (size_t i = 0; i < tpl->n; i++) {
		if (say_part(tpl, i, in, why))
			return;
	}
	reason_set(why,
	    "what is signed (%s) is empty in this body, or too long, or a word "
	    "such as null",
	    tpl->text);
}
