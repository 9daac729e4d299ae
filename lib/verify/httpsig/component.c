/* component.c - values of the components of RFC 9421, section 2. */
#include <ctype.h>
#include <stdio.h>

#include "base/encode.h"
#include "base/stream.h"
#include "verify/httpsig/component.h"

/* Fields that are known to be dictionaries, for the parameter sf. */
static const char *const dictionary[] = {"content-digest", "repr-digest",
    "signature", "signature-input", "priority"};

static bool
refuse(struct reason *why, struct span name, const char *text)
{
	reason_set(why, "the component \"%.*s\" %s", (int)name.len,
	    name.len == 0 ? "" : (const char *)name.ptr, text);
	return false;
}

static bool
take_param(
    struct component *part, const struct sfv_member *param, struct reason *why)
{
	bool text =
	    param->value.kind == SFV_STRING &&
	    memchr(param->value.text.ptr, '\\', param->value.text.len) == NULL;

	if (span_is(param->key, "key") && text)
		part->key = param->value.text;
	else if (span_is(param->key, "name") && text)
		part->param = param->value.text;
	else if (span_is(param->key, "sf") && param->value.kind == SFV_TRUE)
		part->strict = true;
	else
		return refuse(why, part->name,
		    "has a parameter that is unknown, or that a program behind "
		    "a web server cannot support");
	return true;
}

bool
component_parse(
    struct component *part, const struct sfv_value *item, struct reason *why)
{
	struct sfv_walk walk = sfv_walk(item->params);
	struct sfv_member param;
	bool at;

	*part = (struct component){.name = item->text};
	if (item->kind != SFV_STRING || item->text.len == 0 ||
	    item->text.len > MESSAGE_FIELD_MAX) {
		reason_set(why,
		    "Signature-Input has a component without a valid name");
		return false;
	}
	for (size_t i = 0; i < part->name.len; i++) {
		unsigned char c = part->name.ptr[i];

		if (!islower(c) && !isdigit(c) && c != '-' && c != '_' &&
		    !(c == '@' && i == 0))
			return refuse(
			    why, part->name, "is not the name of a field");
	}
	while (sfv_param_next(&walk, &param)) {
		if (!take_param(part, &param, why))
			return false;
	}
	at = part->name.ptr[0] == '@';
	if (at && (part->key.ptr != NULL || part->strict))
		return refuse(why, part->name, "is not a field");
	if (span_is(part->name, "@query-param") != (part->param.ptr != NULL))
		return refuse(why, part->name,
		    "must have ;name if it is @query-param, and only then");
	return true;
}

bool
component_same(const struct component *a, const struct component *b)
{
	return span_eq(a->name, b->name) && span_eq(a->key, b->key) &&
	       span_eq(a->param, b->param) && a->strict == b->strict &&
	       (a->key.ptr == NULL) == (b->key.ptr == NULL);
}

static enum status
put_method(FILE *f, const struct message *msg)
{
	stream_put(f, msg->method);
	return msg->method.len > 0 ? ST_OK : ST_UNVERIFIED;
}

static enum status
put_authority(FILE *f, const struct message *msg)
{
	stream_put(f, msg->authority);
	return msg->authority.len > 0 ? ST_OK : ST_UNVERIFIED;
}

static enum status
put_scheme(FILE *f, const struct message *msg)
{
	fputs(msg->scheme, f);
	return ST_OK;
}

static enum status
put_path(FILE *f, const struct message *msg)
{
	stream_put(f, msg->path.len > 0 ? msg->path : span_str("/"));
	return ST_OK;
}

static enum status
put_query(FILE *f, const struct message *msg)
{
	stream_put(f, msg->query.len > 0 ? msg->query : span_str("?"));
	return ST_OK;
}

static enum status
put_request_target(FILE *f, const struct message *msg)
{
	if (msg->target.len > 0) {
		stream_put(f, msg->target);
		return ST_OK;
	}
	put_path(f, msg);
	stream_put(f, msg->query);
	return ST_OK;
}

static enum status
put_target_uri(FILE *f, const struct message *msg)
{
	fprintf(f, "%s://", msg->scheme);
	if (put_authority(f, msg) != ST_OK)
		return ST_UNVERIFIED;
	put_path(f, msg);
	stream_put(f, msg->query);
	return ST_OK;
}

static const struct {
	const char *name;
	enum status (*put)(FILE *f, const struct message *msg);
} derived[] = {
    {"@method", put_method},
    {"@target-uri", put_target_uri},
    {"@authority", put_authority},
    {"@scheme", put_scheme},
    {"@request-target", put_request_target},
    {"@path", put_path},
    {"@query", put_query},
};

bool
component_derives(struct span name)
{
	for (size_t i = 0; i < sizeof(derived) / sizeof(derived[0]); i++) {
		if (span_is(name, derived[i].name))
			return true;
	}
	return false;
}

/*
 * Decode one byte as the URL standard's urlencoded parser does, and
 * percent-encode it again with spaces as %20, as RFC 9421, section 2.2.8
 * demands.  Takes the encoded byte off the front of text.  Returns the number
 * of characters written to dst.
 */
static size_t
recode(struct span *text, char dst[static 3])
{
	static const char hex[] = "0123456789ABCDEF";
	bool plus = text->ptr[0] == '+';
	unsigned char c;

	/* A '%' without two digits stands for itself. */
	(void)decode_percent(text, &c);
	if (plus)
		c = ' ';
	if (c < 0x80 && c != '\0' &&
	    (isalnum(c) || strchr("*-._", c) != NULL)) {
		dst[0] = (char)c;
		return 1;
	}
	dst[0] = '%';
	dst[1] = hex[c >> 4];
	dst[2] = hex[c & 15];
	return 3;
}

static void
put_recoded(FILE *f, struct span text)
{
	char byte[3];

	while (text.len > 0) {
		size_t len = recode(&text, byte);

		fwrite(byte, 1, len, f);
	}
}

/* True if text, decoded and encoded again, is name. */
static bool
is_named(struct span text, struct span name)
{
	char byte[3];

	while (text.len > 0) {
		struct span one = span_mem(byte, recode(&text, byte));

		if (!span_starts(name, one))
			return false;
		name = span_skip(name, one.len);
	}
	return name.len == 0;
}

static enum status
put_query_param(FILE *f, const struct component *part,
    const struct message *msg, struct reason *why)
{
	struct span rest = msg->query, found = {NULL, 0};
	unsigned hits = 0;

	/* The query is read once for each parameter that is covered. */
	if (rest.len > REQUEST_HEADER_MAX) {
		refuse(why, part->name,
		    "cannot be checked: the query is too long");
		return ST_UNVERIFIED;
	}
	if (rest.len > 0)
		rest = span_skip(rest, 1);
	while (rest.ptr != NULL) {
		struct span value = span_cut(&rest, '&');
		struct span name = span_cut(&value, '=');

		if ((name.len == 0 && value.ptr == NULL) ||
		    !is_named(name, part->param))
			continue;
		found = value;
		hits++;
	}
	if (hits != 1) {
		refuse(why, part->name,
		    "does not occur exactly once in the query");
		return ST_UNVERIFIED;
	}
	put_recoded(f, found);
	return ST_OK;
}

static enum status
put_derived(FILE *f, const struct component *part, const struct message *msg,
    struct reason *why)
{
	if (part->param.ptr != NULL)
		return put_query_param(f, part, msg, why);
	for (size_t i = 0; i < sizeof(derived) / sizeof(derived[0]); i++) {
		if (!span_is(part->name, derived[i].name))
			continue;
		if (derived[i].put(f, msg) == ST_OK)
			return ST_OK;
		break;
	}
	refuse(why, part->name, "has no value in this request");
	return ST_UNVERIFIED;
}

/* Write the whole field as RFC 8941 would.  False if it is malformed. */
static bool
put_dictionary(FILE *f, struct span text)
{
	struct sfv_walk walk = sfv_walk(text);
	struct sfv_member member;

	if (!sfv_dict_ok(text))
		return false;
	while (sfv_dict_next(&walk, &member)) {
		if (walk.n > 1)
			fputs(", ", f);
		stream_put(f, member.key);
		if (member.value.kind == SFV_TRUE) {
			sfv_put_params(f, member.value.params);
			continue;
		}
		putc('=', f);
		sfv_put(f, &member.value);
	}
	return true;
}

static bool
is_dictionary(struct span name)
{
	for (size_t i = 0; i < sizeof(dictionary) / sizeof(dictionary[0]); i++)
		if (span_is(name, dictionary[i]))
			return true;
	return false;
}

enum status
component_put(FILE *f, const struct component *part, const struct message *msg,
    struct reason *why)
{
	struct sfv_value member;
	struct span value;
	enum status st;

	if (part->name.ptr[0] == '@')
		return put_derived(f, part, msg, why);
	st = message_field(msg, part->name, &value, why);
	if (st != ST_OK)
		return st;
	if (part->key.ptr != NULL) {
		if (sfv_dict_find(value, part->key, &member)) {
			sfv_put(f, &member);
			return ST_OK;
		}
	} else if (!part->strict) {
		stream_put(f, value);
		return ST_OK;
	} else if (is_dictionary(part->name) && put_dictionary(f, value)) {
		return ST_OK;
	}
	refuse(
	    why, part->name, "is not a dictionary, or does not have this key");
	return ST_UNVERIFIED;
}
