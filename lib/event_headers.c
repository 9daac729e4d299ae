/* event_headers.c - lines of an event's header, and what they are called. */
#include <string.h>

#include "base/encode.h"
#include "event_headers.h"
#include "http/header.h"

const char *const event_line[LINE__COUNT] = {
#define EVENT_LINE(id, name, when, value, is_signed) name,
#include "event_lines.h"
};

static bool
is_like_ours(const char *name)
{
	return header_starts(name, "Ce-") || header_starts(name, "Hookdir-") ||
	       header_starts(name, HEADER_ORIGINAL);
}

bool
event_headers_own(const char *name)
{
	for (size_t i = 0; i < LINE__COUNT && !is_like_ours(name); i++) {
		if (header_same(name, event_line[i]))
			return true;
	}
	return false;
}

void
event_line_put(FILE *fp, const char *name, struct span value)
{
	fprintf(fp, "%s: ", name);
	while (value.ptr != NULL) {
		encode_percent(fp, span_cut(&value, '\t'), "");
		if (value.ptr != NULL)
			putc('\t', fp);
	}
	putc('\n', fp);
}

void
event_header(FILE *fp, const char *name, struct span value)
{
	if (is_like_ours(name))
		fputs(HEADER_ORIGINAL, fp);
	event_line_put(fp, name, value);
}

bool
event_headers_has(const struct event_headers *list, const char *name)
{
	for (size_t i = 0; i < list->n; i++) {
		if (header_same(list->name[i], name))
			return true;
	}
	return false;
}

/* Not one that has a line of its own already, such as Content-Type. */
static void
list_add(struct event_headers *list, struct span word)
{
	char *name;

	if (list->n == EVENT_HEADERS_MAX || word.len == 0 ||
	    word.len > EVENT_HEADER_NAME_MAX)
		return;
	name = list->name[list->n];
	memcpy(name, word.ptr, word.len);
	name[word.len] = '\0';
	if (!event_headers_own(name) && !event_headers_has(list, name))
		list->n++;
}

static void
list_add_field(struct event_headers *list, const struct field *field)
{
	if (field->kind == FIELD_HEADER)
		list_add(list, span_str(field->arg));
}

/* Add the names in words, the headers that verification used. */
static void
list_add_words(struct event_headers *list, const char *words)
{
	struct span rest = span_str(words);

	while (rest.ptr != NULL)
		list_add(list, span_cut(&rest, ' '));
}

void
event_headers(
    FILE *fp, const struct event_input *in, struct event_headers *list)
{
	const struct profile *profile = &in->prov->profile;
	struct span value;
	size_t used;

	list->n = list->not_kept = 0;
	list_add_words(list, in->ok->headers);
	used = list->n;
	list_add_field(list, &profile->id);
	list_add_field(list, &profile->type);
	for (size_t i = 0; i < list->n; i++) {
		/*
		 * A header that was signed with an empty value is needed too.
		 */
		if (request_header(in->req, list->name[i], &value) ==
			REQUEST_NONE &&
		    (i >= used || value.ptr == NULL))
			continue;
		if (i >= used && value.len > EVENT_ATTR_MAX) {
			list->not_kept++;
			continue;
		}
		event_header(fp, list->name[i], value);
	}
}
