/* field.c - finds the value of one field. */
#include <stdlib.h>

#include "http/field.h"
#include "parse/form.h"
#include "parse/json.h"

bool
field_parse(struct field *field, const char *text)
{
	static const struct {
		const char *prefix;
		enum field_kind kind;
	} row[] = {
	    {"header:", FIELD_HEADER},
	    {"json:", FIELD_JSON},
	    {"form:", FIELD_FORM},
	    {"const:", FIELD_CONST},
	    {"element:", FIELD_ELEMENT},
	};
	struct span all = span_str(text);

	*field = (struct field){FIELD_NONE, NULL};
	if (text == NULL)
		return true;
	for (size_t i = 0; i < sizeof(row) / sizeof(row[0]); i++) {
		struct span prefix = span_str(row[i].prefix);

		if (span_starts(all, prefix) && all.len > prefix.len) {
			field->kind = row[i].kind;
			field->arg = text + prefix.len;
			return true;
		}
	}
	return false;
}

static enum lookup
get_json(const char *path, struct span body, struct field_value *value)
{
	struct json_member member;
	size_t len;

	if (!json_find(body, path, &member) || json_too_long(&member) ||
	    (member.kind != JSON_STRING && member.kind != JSON_NUMBER))
		return LOOKUP_NONE;
	if (!json_text(&member, &value->owned, &len))
		return LOOKUP_NO_MEMORY;
	value->text = span_mem(value->owned, len);
	return LOOKUP_FOUND;
}

static enum lookup
get_form(const char *name, struct span body, struct field_value *value)
{
	size_t len = 0;
	enum lookup found = form_field(body, name, &value->owned, &len);

	if (found == LOOKUP_FOUND)
		value->text = span_mem(value->owned, len);
	return found;
}

enum lookup
field_get(const struct field *field, const struct request *req,
    struct span body, struct field_value *value)
{
	enum lookup found = LOOKUP_NONE;

	*value = (struct field_value){{NULL, 0}, NULL};
	switch (field->kind) {
	case FIELD_HEADER:
		if (request_header(req, field->arg, &value->text) ==
		    REQUEST_ONE)
			found = LOOKUP_FOUND;
		break;
	case FIELD_JSON:
		found = get_json(field->arg, body, value);
		break;
	case FIELD_FORM:
		found = get_form(field->arg, body, value);
		break;
	case FIELD_CONST:
		value->text = span_str(field->arg);
		found = LOOKUP_FOUND;
		break;
	case FIELD_NONE:
	case FIELD_ELEMENT:
		break;
	}
	if (found == LOOKUP_FOUND && value->text.len > 0)
		return LOOKUP_FOUND;
	field_value_free(value); /* a header that came twice set *value */
	return found == LOOKUP_NO_MEMORY ? found : LOOKUP_NONE;
}

void
field_value_free(struct field_value *value)
{
	free(value->owned);
	*value = (struct field_value){{NULL, 0}, NULL};
}
