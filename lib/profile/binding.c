/* binding.c - the settings that bind, and the fields that they speak of. */
#include <stddef.h>

#include "profile/binding.h"
#include "profile/profile.h"

/*
 * A row a binding.  Without a field, the setting's value is itself a part of
 * what is signed: in a template, a claim, or the target of the request.
 */
static const struct {
	const char *setting;
	size_t offset; /* in struct preset; there is text, or a list of it */
	struct field field;
	const char *missing;
} row[BIND__COUNT] = {
    [BIND_TOPIC_ARN] = {"topic_arn", offsetof(struct preset, topic_arn),
	{FIELD_JSON, "TopicArn"},
	"missing: the provider signs with one key for all its customers, so "
	"name the topics that are yours, arn:aws:sns:..."},
    [BIND_WEBHOOK_ID] = {"webhook_id", offsetof(struct preset, webhook_id),
	{FIELD_NONE, NULL},
	"missing: the provider signs with one key for all its customers, so "
	"give the id that it shows for your webhook"},
    [BIND_PUBLIC_URL] = {"public_url", offsetof(struct preset, public_url),
	{FIELD_NONE, NULL},
	"missing: the provider signs with one key for all its customers, so "
	"give the URL that you gave to it, https://..."},
};

static const char *
first_value(const struct preset *words, enum preset_binding bound_by)
{
	const char *value;

	memcpy(
	    &value, (const char *)words + row[bound_by].offset, sizeof(value));
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
	value = first_value(words, words->bound_by);
	return value != NULL && value[0] != '\0';
}

static bool
refuse(struct profile_fault *fault, const char *setting, const char *text)
{
	fault->setting = setting;
	reason_set(&fault->why, "%s", text);
	return false;
}

bool
binding_make(struct profile *profile, const struct preset *words,
    struct profile_fault *fault)
{
	if (!binding_is_set(words))
		return refuse(fault, binding_setting(words),
		    row[words->bound_by].missing);
	for (size_t i = 0; i < PRESET_TOPICS; i++) {
		const char *topic = words->topic_arn[i];

		if (topic == NULL)
			break;
		if (strncmp(topic, "arn:", 4) != 0 ||
		    strchr(topic, '*') != NULL)
			return refuse(fault, "topic_arn",
			    "must be the whole name of a topic, arn:...");
		profile->topic_arn[i] = topic;
	}
	return true;
}

static bool
is_listed(const struct profile *profile, struct span topic)
{
	for (size_t i = 0; i < PRESET_TOPICS; i++) {
		if (profile->topic_arn[i] != NULL &&
		    span_is(topic, profile->topic_arn[i]))
			return true;
	}
	return false;
}

enum status
binding_check(const struct profile *profile, const struct request *req,
    struct span payload, struct reason *why)
{
	const struct field *field = &row[BIND_TOPIC_ARN].field;
	struct field_value value;
	enum status st = ST_UNVERIFIED;
	enum lookup found;

	if (profile->topic_arn[0] == NULL)
		return ST_OK;
	found = field_get(field, req, payload, &value);
	if (found == LOOKUP_NO_MEMORY) {
		reason_set(why, "out of memory");
		return ST_TRY_LATER;
	}
	if (found != LOOKUP_FOUND) {
		reason_set(why, "the signed body has no %s", field->arg);
		return ST_UNVERIFIED;
	}
	if (is_listed(profile, value.text))
		st = ST_OK;
	else
		reason_set(why,
		    "%s is %.*s, which is not in topic_arn: genuine, but "
		    "another's, or a topic that the settings do not name",
		    field->arg,
		    (int)(value.text.len < 300 ? value.text.len : 300),
		    (const char *)value.text.ptr);
	field_value_free(&value);
	return st;
}
