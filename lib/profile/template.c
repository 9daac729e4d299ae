/* template.c - parses templates. */
#include <stdlib.h>
#include <string.h>

#include "base/spelling.h"
#include "profile/template.h"

/* What a variable takes after a colon. */
enum takes { ARG_NONE, ARG_ANY, ARG_PORT, ARG_BODY, ARG_HASHED };

static const struct {
	const char *name;
	enum takes takes;
} op_row[] = {
    [OP_LITERAL] = {"", ARG_NONE},
    [OP_BODY] = {"body", ARG_NONE},
    [OP_TS] = {"ts", ARG_NONE},
    [OP_METHOD] = {"method", ARG_NONE},
    [OP_URI] = {"uri", ARG_NONE},
    [OP_URL] = {"url", ARG_PORT},
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

static bool
arg_fits(enum takes takes, struct span arg)
{
	switch (takes) {
	case ARG_NONE:
		break;
	case ARG_ANY:
		return arg.len > 0;
	case ARG_PORT:
		return arg.ptr == NULL || span_is(arg, "port") ||
		       span_is(arg, "bare");
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

/* What other programs call the variables, and how they are used. */
static const struct {
	const char *name, *right;
} meant[] = {
    {"timestamp", "ts"},
    {"time", "ts"},
    {"date", "ts"},
    {"payload", "body"},
    {"raw_body", "body"},
    {"rawbody", "body"},
    {"data", "body"},
    {"content", "body"},
    {"path", "uri"},
    {"target", "uri"},
    {"request_uri", "uri"},
    {"verb", "method"},
    {"public_url", "url"},
    {"headers", "header:NAME"},
    {"header", "header:NAME"},
    {"json", "json:PATH"},
    {"form", "form:NAME"},
    {"members", "members:NAME,NAME"},
    {"crc32", "crc32:body"},
    {"crc", "crc32:body"},
    {"sha1", "sha1:body"},
    {"sha256", "sha256:body"},
    {"sha384", "sha384:body"},
    {"sha512", "sha512:body"},
};

/* True if they differ in no more than upper and lower case, "_" and "-". */
static bool
is_alike(struct span name, const char *word)
{
	if (name.len != strlen(word))
		return false;
	for (size_t i = 0; i < name.len; i++) {
		unsigned char c = name.ptr[i];

		if (c >= 'A' && c <= 'Z')
			c = (unsigned char)(c - 'A' + 'a');
		if (c != (unsigned char)word[i] && (c != '-' || word[i] != '_'))
			return false;
	}
	return true;
}

/* The variable that was probably meant, or NULL. */
static const char *
find_meant(struct span name)
{
	struct spelling nearest = spelling_of(name);

	for (size_t i = 0; i < sizeof(meant) / sizeof(meant[0]); i++) {
		if (is_alike(name, meant[i].name))
			return meant[i].right;
	}
	for (size_t i = OP_BODY; i < OP_COUNT; i++) {
		/* That of digests is the digest's name. */
		if (op_row[i].name[0] == '\0')
			continue;
		if (is_alike(name, op_row[i].name))
			return op_row[i].name;
		spelling_try(&nearest, op_row[i].name);
	}
	return nearest.nearest;
}

static void
complain_unknown(struct span inner, struct span name, struct reason *why)
{
	const char *right = find_meant(span_trim(name));

	reason_set(why, "unknown variable {%.*s}%s%s%s", (int)inner.len,
	    (const char *)inner.ptr, right == NULL ? "" : ": did you mean {",
	    right == NULL ? "" : right, right == NULL ? "" : "}?");
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
	complain_unknown(inner, name, why);
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
