/* binding.c - the settings that bind, and the fields that they speak of. */
#include <stddef.h>

#include "profile/binding.h"
#include "profile/profile.h"
#include "profile/scheme.h"

/*
 * A row a binding.  With a field, the setting is a list, and a delivery must
 * have one of its values there.  Without one, the setting's value is itself a
 * part of what is signed: in a template, a claim, or the target of the request.
 */
static const struct {
	const char *setting;
	size_t offset; /* of the setting's text or texts in struct preset */
	const char *missing;
	struct field field;
	const char *prefix; /* what each value must begin with */
	const char *malformed;
} row[BIND__COUNT] = {
    [BIND_TOPIC_ARN] = {"topic_arn", offsetof(struct preset, topic_arn),
	"the provider signs with one key for all its customers, so "
	"name the topics that are yours, arn:aws:sns:...",
	{FIELD_JSON, "TopicArn"},
	"arn:", "must be the whole name of a topic, arn:..."},
    [BIND_WEBHOOK_ID] = {"webhook_id", offsetof(struct preset, webhook_id),
	"the provider signs with one key for all its customers, so "
	"give the id that it shows for your webhook",
	{FIELD_NONE, NULL}, NULL, NULL},
    [BIND_PUBLIC_URL] = {"public_url", offsetof(struct preset, public_url),
	"the provider signs with one key for all its customers, so "
	"give the URL that you gave to it, https://...",
	{FIELD_NONE, NULL}, NULL, NULL},
};

/* Value i of the setting of row b; NULL: there are no more. */
static const char *
value_of(const struct preset *words, size_t b, size_t i)
{
	const char *value;

	memcpy(&value, (const char *)words + row[b].offset + i * sizeof(value),
	    sizeof(value));
	return value;
}

const char *
binding_setting(const struct preset *preset)
{
	return row[preset->bound_by].setting;
}

bool
binding_is_set(const struct preset *words)
{
	const char *value;

	if (binding_setting(words) == NULL)
		return true;
	value = value_of(words, words->bound_by, 0);
	return value != NULL && value[0] != '\0';
}

static bool
refuse(struct profile_fault *fault, const char *setting, const char *text)
{
	fault->setting = setting;
	reason_set(&fault->why, "%s", text);
	return false;
}

/* Take the values of row b, which has a field. */
static bool
take_values(struct profile *profile, const struct preset *words, size_t b,
    struct profile_fault *fault)
{
	for (size_t i = 0; i < PRESET_BOUND; i++) {
		const char *value = value_of(words, b, i);

		if (value == NULL)
			break;
		if (strncmp(value, row[b].prefix, strlen(row[b].prefix)) != 0 ||
		    strchr(value, '*') != NULL)
			return refuse(fault, row[b].setting, row[b].malformed);
		profile->bound[b][i] = value;
	}
	return true;
}

bool
binding_make(struct profile *profile, const struct preset *words,
    struct profile_fault *fault)
{
	if (!binding_is_set(words)) {
		fault->setting = binding_setting(words);
		reason_set(&fault->why, "%s: %s",
		    value_of(words, words->bound_by, 0) == NULL ? "missing"
								: "is empty",
		    row[words->bound_by].missing);
		return false;
	}
	for (size_t b = 0; b < BIND__COUNT; b++) {
		if (row[b].field.kind != FIELD_NONE &&
		    !take_values(profile, words, b, fault))
			return false;
	}
	return true;
}

static bool
signs_webhook_id(const struct template *tpl)
{
	return template_has(tpl, OP_WEBHOOK_ID);
}

bool
binding_check_signed(const struct profile *profile, const struct preset *words,
    struct profile_fault *fault)
{
	bool (*const signs[BIND__COUNT])(const struct template *tpl) = {
	    [BIND_WEBHOOK_ID] = signs_webhook_id,
	    [BIND_PUBLIC_URL] = template_signs_url};
	bool claims = profile->scheme->claims, found = !claims;
	size_t b = words->bound_by;

	/* A scheme without templates compares the target itself. */
	if (signs[b] == NULL || profile->scheme->text != NULL)
		return true;
	for (size_t i = 0; i < profile->nsigned; i++) {
		bool one = signs[b](&profile->signed_payload[i]);

		found = claims ? found || one : found && one;
	}
	if (found)
		return true;
	fault->setting = claims ? "claims" : "signed_payload";
	reason_set(&fault->why,
	    "must have %s: the provider signs with one key for all its "
	    "customers",
	    b == BIND_WEBHOOK_ID ? "{webhook_id}" : "{url}");
	return false;
}

static bool
is_listed(const char *const list[PRESET_BOUND], struct span value)
{
	for (size_t i = 0; i < PRESET_BOUND && list[i] != NULL; i++) {
		if (span_is(value, list[i]))
			return true;
	}
	return false;
}

/* Compare the field of row b with the profile's values. */
static enum status
check_field(const struct profile *profile, size_t b, const struct request *req,
    struct span payload, struct reason *why)
{
	const struct field *field = &row[b].field;
	struct field_value value;
	enum status st = ST_UNVERIFIED;
	enum lookup found = field_get(field, req, payload, &value);

	if (found == LOOKUP_NO_MEMORY) {
		reason_set(why, "out of memory");
		return ST_TRY_LATER;
	}
	if (found != LOOKUP_FOUND) {
		reason_set(why, "the signed body has no %s", field->arg);
		return ST_UNVERIFIED;
	}
	if (is_listed(profile->bound[b], value.text))
		st = ST_OK;
	else
		reason_set(why,
		    "%s is %.*s, which is not in %s: genuine, but another's, "
		    "or one that the settings do not name",
		    field->arg,
		    (int)(value.text.len < 300 ? value.text.len : 300),
		    (const char *)value.text.ptr, row[b].setting);
	field_value_free(&value);
	return st;
}

enum status
binding_check(const struct profile *profile, const struct request *req,
    struct span payload, struct reason *why)
{
	enum status st = ST_OK;

	for (size_t b = 0; b < BIND__COUNT && st == ST_OK; b++) {
		if (profile->bound[b][0] != NULL)
			st = check_field(profile, b, req, payload, why);
	}
	return st;
}
