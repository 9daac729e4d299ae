/* template.c - parses templates. */
#include <stdlib.h>
#include <string.h>

#include "profile/template.h"

/* What a variable takes after a colon. */
enum takes { ARG_NONE, ARG_ANY, ARG_URL, ARG_BODY, ARG_HASHED };

static const struct {
	const char *name;
	enum takes takes;
} op_row[] = {
    [OP_LITERAL] = {"", ARG_NONE},
    [OP_BODY] = {"body", ARG_NONE},
    [OP_TS] = {"ts", ARG_NONE},
    [OP_METHOD] = {"method", ARG_NONE},
    [OP_URI] = {"uri", ARG_NONE},
    [OP_URL] = {"url", ARG_URL},
    [OP_HEADER] = {"header", ARG_ANY},
    [OP_JSON] = {"json", ARG_ANY},
    [OP_FORM] = {"form", ARG_ANY},
    [OP_SORTEDFORM] = {"sortedform", ARG_NONE},
    [OP_HASH] = {"", ARG_HASHED}, /* its name is that of the digest */
    [OP_CRC32] = {"crc32", ARG_BODY},
    [OP_MEMBERS] = {"members", ARG_ANY},
    [OP_WEBHOOK_ID] = {"webhook_id", ARG_NONE},
};

#define OP_COUNT (sizeof(op_row) / sizeof(op_row[0]))

bool
template_url_form(struct template_url *form, struct span arg)
{
	struct span rest = arg, word = span_cut(&rest, ':');

	*form = (struct template_url){
	    .port = span_is(word, "port"), .bare = span_is(word, "bare")};
	if (form->port || form->bare) {
		if (rest.ptr == NULL)
			return true;
		arg = rest;
	}
	word = span_cut(&arg, '-');
	form->query = span_is(word, "query");
	form->cut = arg;
	return form->query && (arg.ptr == NULL || arg.len > 0);
}

static bool
arg_fits(enum takes takes, struct span arg)
{
	struct template_url form;

	switch (takes) {
	case ARG_NONE:
		break;
	case ARG_ANY:
		return arg.len > 0;
	case ARG_URL:
		return arg.ptr == NULL || template_url_form(&form, arg);
	case ARG_BODY:
		return span_is(arg, "body");
	case ARG_HASHED:
		return span_is(arg, "body") || span_is(arg, "url");
	}
	return arg.ptr == NULL;
}

static char *
copy_span(struct span s)
{
	char *text = malloc(s.len + 1);

	if (text != NULL) {
		memcpy(text, s.ptr, s.len);
		text[s.len] = '\0';
	}
	return text;
}

/* Add the variable "name" or "name:arg", without its braces. */
static bool
add_variable(struct template *tpl, struct span inner, struct reason *why)
{
	struct span arg = inner;
	struct span name = span_cut(&arg, ':');

	for (size_t i = OP_BODY; i < OP_COUNT; i++) {
		bool named = i == OP_HASH
				 ? digest_find(name, &tpl->part[tpl->n].digest)
				 : span_is(name, op_row[i].name);

		if (!named || !arg_fits(op_row[i].takes, arg))
			continue;
		tpl->part[tpl->n].op = (enum template_op)i;
		if (arg.len > 0 &&
		    (tpl->part[tpl->n].arg = copy_span(arg)) == NULL) {
			reason_set(why, "out of memory");
			return false;
		}
		tpl->n++;
		return true;
	}
	reason_set(why, "unknown variable {%.*s}", (int)inner.len,
	    (const char *)inner.ptr);
	return false;
}

static bool
add_next(struct template *tpl, struct span *rest, struct reason *why)
{
	struct span before;

	if (tpl->n == TEMPLATE_PARTS) {
		reason_set(why, "more than %d parts", TEMPLATE_PARTS);
		return false;
	}
	if (rest->ptr[0] == '{') {
		*rest = span_skip(*rest, 1);
		if (memchr(rest->ptr, '}', rest->len) == NULL) {
			reason_set(why, "a '{' is not closed");
			return false;
		}
		return add_variable(tpl, span_cut(rest, '}'), why);
	}
	before = span_mem(rest->ptr, strcspn((const char *)rest->ptr, "{"));
	*rest = span_skip(*rest, before.len);
	tpl->part[tpl->n].op = OP_LITERAL;
	tpl->part[tpl->n++].literal = before;
	return true;
}

bool
template_parse(struct template *tpl, const char *text, struct reason *why)
{
	struct span rest = span_str(text);

	*tpl = (struct template){.text = text};
	while (rest.len > 0) {
		if (!add_next(tpl, &rest, why)) {
			template_free(tpl);
			return false;
		}
	}
	return true;
}

void
template_free(struct template *tpl)
{
	for (size_t i = 0; i < TEMPLATE_PARTS; i++)
		free(tpl->part[i].arg);
	*tpl = (struct template){.n = 0};
}

static size_t
count_parts(const struct template *tpl, enum template_op op)
{
	size_t n = 0;

	for (size_t i = 0; i < tpl->n; i++)
		n += tpl->part[i].op == op;
	return n;
}

bool
template_has(const struct template *tpl, enum template_op op)
{
	return count_parts(tpl, op) > 0;
}

static bool
lists_member(const char *names, const char *path)
{
	struct span rest = span_str(names);

	while (rest.ptr != NULL) {
		struct span name = span_before(span_cut(&rest, ','), '?');

		if (span_is(name, path))
			return true;
	}
	return false;
}

bool
template_signs_url(const struct template *tpl)
{
	for (size_t i = 0; i < tpl->n; i++) {
		if (tpl->part[i].op == OP_URL ||
		    (tpl->part[i].op == OP_HASH && !template_covers(tpl, i)))
			return true;
	}
	return false;
}

bool
template_takes_query(const struct template *tpl, size_t i)
{
	struct template_url form;

	return tpl->part[i].op == OP_URL && tpl->part[i].arg != NULL &&
	       template_url_form(&form, span_str(tpl->part[i].arg)) &&
	       form.query;
}

bool
template_signs_json(const struct template *tpl, const char *path)
{
	for (size_t i = 0; i < tpl->n; i++) {
		if ((tpl->part[i].op == OP_JSON &&
			strcmp(tpl->part[i].arg, path) == 0) ||
		    (tpl->part[i].op == OP_MEMBERS &&
			lists_member(tpl->part[i].arg, path)))
			return true;
	}
	return false;
}

bool
template_covers(const struct template *tpl, size_t i)
{
	enum template_op op = tpl->part[i].op;

	return op == OP_BODY || op == OP_SORTEDFORM || op == OP_CRC32 ||
	       (op == OP_HASH && strcmp(tpl->part[i].arg, "body") == 0);
}

bool
template_has_body(const struct template *tpl)
{
	for (size_t i = 0; i < tpl->n; i++) {
		if (template_covers(tpl, i))
			return true;
	}
	return false;
}

bool
template_has_payload(const struct template *tpl)
{
	return template_has_body(tpl) || count_parts(tpl, OP_JSON) +
						 count_parts(tpl, OP_FORM) +
						 count_parts(tpl, OP_MEMBERS) ==
					     1;
}
