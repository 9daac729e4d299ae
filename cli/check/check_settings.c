/* check_settings.c - settings that are allowed and do nothing, or harm. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "check.h"
#include "check_value.h"
#include "parse/json.h"
#include "profile/scheme.h"

#define DAY 86400L

/* The settings file as text, and the entry that is looked at. */
struct look {
	struct check *check;
	struct span text;
	const struct provider *prov;
	struct span entry;
};

/* An error that config_load() has reported: of this setting. */
static bool
is_fault(const struct look *look, const char *setting)
{
	char key[128];

	snprintf(
	    key, sizeof(key), "providers.%s.%s: ", look->prov->name, setting);
	return look->prov->broken && strstr(look->prov->fault, key) != NULL;
}

/* Of a setting that the entry does not have, the line is the entry's. */
static void
warn(const struct look *look, const unsigned char *at, const char *setting,
    const char *advice)
{
	if (is_fault(look, setting))
		return;
	log_line(&look->check->log, LVL_WARNING, "%s:%u: providers.%s.%s: %s",
	    look->check->cfg->path,
	    json_line(look->text, at == NULL ? look->entry.ptr : at),
	    look->prov->name, setting, advice);
}

/* The member of object called name; false if there is none. */
static bool
find_written(struct span object, const char *name, struct json_member *member)
{
	struct json_walk walk;

	if (!json_walk(&walk, object, JSON_SETTINGS))
		return false;
	while (json_next(&walk, member)) {
		if (span_is(member->key, name))
			return true;
	}
	return false;
}

/* The same, with a value: null is as if it were not written. */
static bool
find_member(struct span object, const char *name, struct json_member *member)
{
	return find_written(object, name, member) && member->kind != JSON_NULL;
}

/* --- values, one by one --- */

static const struct {
	const char *setting;
	bool (*odd)(const struct value *value, struct reason *advice);
} form[] = {
    {"public_url", value_odd_url},
    {"jwks_url", value_odd_source},
    {"certificate_allowed_urls", value_odd_source},
    {"certificate_hosts", value_odd_host},
    {"signature", value_odd_signature},
    {"id", value_odd_place},
    {"type", value_odd_place},
    {"timestamp", value_odd_place},
    {"certificate_url", value_odd_place},
    {"signed_payload", value_odd_template},
    {"claims", value_odd_template},
    {"challenge", value_odd_challenge},
    {"prefix", value_odd_prefix},
    {"topic_arn", value_odd_topic},
    {"webhook_id", value_odd_webhook_id},
};

static void
check_text(const struct look *look, size_t i, const struct json_member *member)
{
	struct value value = {look->check->cfg, look->prov->name, NULL};
	struct reason advice;
	char *text;
	size_t len;

	if (member->kind != JSON_STRING || !json_text(member, &text, &len))
		return;
	value.text = text;
	if (form[i].odd(&value, &advice))
		warn(look, member->value.ptr, form[i].setting, advice.text);
	free(text);
}

static void
check_forms(const struct look *look)
{
	for (size_t i = 0; i < sizeof(form) / sizeof(form[0]); i++) {
		struct json_member member, element;
		struct json_walk walk;

		if (!find_member(look->entry, form[i].setting, &member))
			continue;
		check_text(look, i, &member);
		if (member.kind != JSON_ARRAY ||
		    !json_walk(&walk, member.value, JSON_SETTINGS))
			continue;
		while (json_next(&walk, &element))
			check_text(look, i, &element);
	}
}

/* --- settings without effect --- */

static bool
is_plain(const struct provider *prov)
{
	return !prov->profile.scheme->covers_body;
}

static bool
uses_no_digest(const struct provider *prov)
{
	const struct scheme *scheme = prov->profile.scheme;

	return is_plain(prov) || scheme->timed ||
	       strcmp(scheme->name, "ed25519") == 0;
}

static bool
has_no_secret(const struct provider *prov)
{
	return prov->secrets.n == 0;
}

static bool
signs(const struct provider *prov, bool (*what)(const struct template *tpl))
{
	for (size_t i = 0; i < prov->profile.nsigned; i++) {
		if (what(&prov->profile.signed_payload[i]))
			return true;
	}
	return false;
}

static bool
signs_webhook_id(const struct template *tpl)
{
	return template_has(tpl, OP_WEBHOOK_ID);
}

/* A scheme without templates compares the target itself. */
static bool
uses_no_url(const struct provider *prov)
{
	return prov->profile.scheme->text == NULL &&
	       !signs(prov, template_signs_url);
}

static bool
uses_no_webhook_id(const struct provider *prov)
{
	return !signs(prov, signs_webhook_id);
}

static bool
has_no_certificate(const struct provider *prov)
{
	return prov->profile.certificate_url.kind == FIELD_NONE;
}

static const struct {
	const char *setting;
	bool (*is)(const struct provider *prov);
	const char *advice;
} idle[] = {
    {"digest", uses_no_digest,
	"has no effect: this scheme has no setting for its digest"},
    {"separator", is_plain,
	"has no effect: this scheme compares the whole header"},
    {"signed_payload", is_plain,
	"has no effect: with this scheme nothing is signed"},
    {"secret_encoding", has_no_secret,
	"has no effect: this entry has no secret"},
    {"public_url", uses_no_url,
	"has no effect: signed_payload does not have {url}"},
    {"webhook_id", uses_no_webhook_id,
	"has no effect: signed_payload does not have {webhook_id}"},
    {"certificate_hosts", has_no_certificate,
	"has no effect without certificate_url"},
    {"certificate_without_issuers", has_no_certificate,
	"has no effect without certificate_url"},
};

static void
check_idle(const struct look *look)
{
	struct json_member member;

	for (size_t i = 0; i < sizeof(idle) / sizeof(idle[0]); i++) {
		if (find_member(look->entry, idle[i].setting, &member) &&
		    idle[i].is(look->prov))
			warn(look, member.value.ptr, idle[i].setting,
			    idle[i].advice);
	}
}

/* --- what an entry is as a whole --- */

static void
check_tokens(const struct look *look)
{
	const struct provider *prov = look->prov;
	struct json_member member;
	bool written = find_member(look->entry, "challenge", &member);

	if (prov->profile.challenge.kind != CHALLENGE_META ||
	    prov->verify_tokens.n > 0)
		return;
	warn(look, written ? member.value.ptr : NULL, "challenge",
	    "meta is not answered without verify_token_file: name a file with "
	    "the verify token that you gave to the provider");
}

/* True if this scheme, with these settings, has a signed time. */
static bool
signs_time(const struct provider *prov)
{
	return prov->profile.timestamp.kind != FIELD_NONE ||
	       prov->profile.scheme->timed;
}

static void
check_tolerance(const struct look *look)
{
	const struct preset *preset =
	    look->prov->words.name == NULL
		? NULL
		: preset_find(span_str(look->prov->words.name));
	long usual = preset == NULL ? 0 : preset->tolerance;
	long tolerance = look->prov->words.tolerance;
	struct json_member member;

	if (!find_member(look->entry, "tolerance", &member) ||
	    !signs_time(look->prov))
		return;
	if (tolerance < 0)
		warn(look, member.value.ptr, "tolerance",
		    "0 switches the check of the signed time off: a delivery "
		    "that somebody recorded is accepted as a new event once "
		    "dedup_days are over: leave the setting out");
	/* Over dedup_days, check_run() has more to say. */
	else if (tolerance > DAY && tolerance > usual &&
		 tolerance <= look->check->cfg->inbox.dedup_days * DAY)
		warn(look, member.value.ptr, "tolerance",
		    "is more than a day: a delivery that somebody recorded is "
		    "genuine for so long: 300 does for most senders");
}

/*
 * The name of such an event is the digest of what was signed.  Presets without
 * an id have been thought about.
 */
static void
check_id(const struct look *look)
{
	const struct profile *profile = &look->prov->profile;
	/* Only of these schemes is the time a part of what is digested. */
	bool timed = profile->timestamp.kind != FIELD_NONE &&
		     profile->scheme->covers_body;

	struct json_member member;
	bool removed = find_written(look->entry, "id", &member);

	if (profile->id.kind != FIELD_NONE || profile->no_id || timed ||
	    (look->prov->words.name != NULL && !removed))
		return;
	warn(look, removed ? member.value.ptr : NULL, "id",
	    "is not set, and no time is part of what is signed: two events "
	    "with equal bodies count as one, and the second is not stored: "
	    "name the place of the id, or set \"none\" if the sender has no "
	    "ids");
}

static void
check_entry(const struct look *look)
{
	check_forms(look);
	if (look->prov->broken)
		return;
	check_idle(look);
	check_tokens(look);
	check_tolerance(look);
	check_id(look);
}

static void
check_top(const struct look *look)
{
	struct json_member member;

	if (look->check->cfg->tolerance > DAY &&
	    find_member(look->text, "tolerance", &member))
		log_line(&look->check->log, LVL_WARNING,
		    "%s:%u: tolerance: is more than a day: a delivery that "
		    "somebody recorded is genuine for so long: 300 does for "
		    "most senders",
		    look->check->cfg->path,
		    json_line(look->text, member.value.ptr));
}

void
check_settings(struct check *check)
{
	const struct config *cfg = check->cfg;
	struct look look = {.check = check};
	struct json_member providers, entry;
	struct file_content content;
	struct reason why;

	/* config_load() has just read it. */
	if (!file_read(cfg->path, CONFIG_FILE_MAX, &content, &why))
		return;
	look.text = span_mem(content.bytes, content.len);
	check_top(&look);
	for (size_t i = 0; i < cfg->nprovider; i++) {
		look.prov = &cfg->provider[i];
		if (!find_member(look.text, "providers", &providers) ||
		    !find_member(providers.value, look.prov->name, &entry) ||
		    entry.kind != JSON_OBJECT)
			continue;
		look.entry = entry.value;
		check_entry(&look);
	}
	free(content.bytes);
}
