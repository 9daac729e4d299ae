/* check_settings.c - settings that are allowed and do nothing, or harm. */
#include <grp.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "check.h"
#include "check_value.h"
#include "config/run_as.h"
#include "http/header.h"
#include "parse/json.h"
#include "profile/scheme.h"

#define DAY             86400L
#define TOLERANCE_LEAST 10   /* seconds; a network alone can take as long */
#define BODY_LEAST      4096 /* bytes; most events have more */

#define TOLERANCE_LONG                                              \
	"is more than a day: a delivery that somebody recorded is " \
	"genuine for so long: 300 does for most senders"
#define TOLERANCE_SHORT                                                      \
	"counts seconds: a delivery that is on its way for longer is "       \
	"refused, and so are those of clocks that differ by more: 300 does " \
	"for most senders"

/* A file as text, and the entry in it that is looked at. */
struct look {
	struct check *check;
	const char *path;
	struct span text; /* of an entry's own file, the entry */
	const struct provider *prov;
	struct span entry;
};

/* In place of an entry, at the top of the file. */
static const struct provider no_entry = {.name = ""};

/* "providers.NAME." of an entry in the settings file. */
static const char *
prefix_of(char dst[static 64], const struct look *look)
{
	dst[0] = '\0';
	if (look->prov != &no_entry &&
	    !config_has_file(look->check->cfg, look->prov))
		snprintf(dst, 64, "providers.%s.", look->prov->name);
	return dst;
}

/* An error that config_load() has reported: of this setting. */
static bool
is_fault(const struct look *look, const char *setting)
{
	char key[128], prefix[64];

	snprintf(key, sizeof(key), " %s%s: ", prefix_of(prefix, look), setting);
	return look->prov->broken && strstr(look->prov->fault, key) != NULL;
}

/* Of a setting that the entry does not have, the line is the entry's. */
static void
warn(const struct look *look, const unsigned char *at, const char *setting,
    const char *advice)
{
	char prefix[64];

	if (is_fault(look, setting))
		return;
	log_line(&look->check->log, LVL_WARNING, "%s:%u: %s%s: %s", look->path,
	    json_line(look->text, at == NULL ? look->entry.ptr : at),
	    prefix_of(prefix, look), setting, advice);
}

/* A setting with a value: null is as if it were not written. */
static bool
find_member(struct span object, const char *name, struct json_member *member)
{
	return json_written(object, name, member) && member->kind != JSON_NULL;
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
    {"id", value_odd_id},
    {"keep_headers", value_odd_kept},
    {"headers", value_odd_held},
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
check_text(const struct look *look, size_t i, const struct json_member *member,
    const char *name)
{
	struct value value = {look->check->cfg, look->prov->name, NULL};
	struct reason advice;
	char *text;
	size_t len;

	if (member->kind != JSON_STRING || !json_text(member, &text, &len))
		return;
	value.text = text;
	if (form[i].odd(&value, &advice))
		warn(look, member->value.ptr, name, advice.text);
	free(text);
}

/* The settings of form[] in object, whose names begin with prefix. */
static void
check_forms(const struct look *look, struct span object, const char *prefix)
{
	for (size_t i = 0; i < sizeof(form) / sizeof(form[0]); i++) {
		struct json_member member, element;
		struct json_walk walk;
		char name[64];

		if (!find_member(object, form[i].setting, &member))
			continue;
		snprintf(name, sizeof(name), "%s%s", prefix, form[i].setting);
		check_text(look, i, &member, name);
		if (member.kind != JSON_ARRAY ||
		    !json_walk(&walk, member.value, JSON_SETTINGS))
			continue;
		while (json_next(&walk, &element))
			check_text(look, i, &element, name);
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

/* Secrets, and none of the algorithms that use one. */
static bool
takes_no_secret(const struct provider *prov)
{
	const struct preset *words = &prov->words;

	for (size_t i = 0; i < PRESET_ALGORITHMS; i++) {
		if (words->algorithms[i] != NULL &&
		    words->algorithms[i][0] == 'H')
			return false;
	}
	return strcmp(prov->profile.scheme->name, "jwt") == 0 &&
	       words->algorithms[0] != NULL;
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
    {"secret_file", takes_no_secret,
	"has no effect: none of the algorithms has a secret: add HS256, or "
	"name a public key"},
    {"topic_arn", has_no_certificate,
	"has no effect: only SNS signs a TopicArn"},
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
		warn(look, member.value.ptr, "tolerance", TOLERANCE_LONG);
	else if (tolerance < TOLERANCE_LEAST)
		warn(look, member.value.ptr, "tolerance", TOLERANCE_SHORT);
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
	bool removed = json_written(look->entry, "id", &member);

	if (profile->id.kind != FIELD_NONE || profile->no_id || timed ||
	    (look->prov->words.name != NULL && !removed))
		return;
	warn(look, removed ? member.value.ptr : NULL, "id",
	    "is not set, and no time is part of what is signed: two events "
	    "with equal bodies count as one, and the second is not stored: "
	    "name the place of the id, or set \"none\" if the sender has no "
	    "ids");
}

/* True if the preset finds its signature in the header called name. */
static bool
signs_in(const struct preset *preset, const char *name)
{
	for (size_t i = 0; i < PRESET_SIGNATURES; i++) {
		if (preset->signature[i] != NULL &&
		    header_same(preset->signature[i], name))
			return true;
	}
	return false;
}

/* The entry has one preset, and the header of another one's sender. */
static void
check_sender(const struct look *look)
{
	const struct preset *own, *preset;
	const char *name = look->prov->words.signature[0];
	struct json_member member;
	struct reason advice;

	if (look->prov->words.name == NULL || name == NULL ||
	    !find_member(look->entry, "signature", &member))
		return;
	own = preset_find(span_str(look->prov->words.name));
	if (own == NULL || signs_in(own, name))
		return;
	for (size_t i = 0; (preset = preset_at(i)) != NULL; i++) {
		if (!signs_in(preset, name))
			continue;
		reason_set(&advice,
		    "is the header of the preset \"%s\", and the entry has "
		    "\"%s\": the rest of a preset, such as its id, is its own "
		    "sender's: set \"preset\": \"%s\"",
		    preset->name, own->name, preset->name);
		warn(look, member.value.ptr, "signature", advice.text);
		return;
	}
}

static void
check_entry(const struct look *look)
{
	struct json_member hold;

	check_forms(look, look->entry, "");
	if (find_member(look->entry, "hold", &hold))
		check_forms(look, hold.value, "hold.");
	if (look->prov->broken)
		return;
	check_sender(look);
	check_idle(look);
	check_tokens(look);
	check_tolerance(look);
	check_id(look);
}

/* Numbers that were meant in another unit. */
static void
check_numbers(const struct look *look)
{
	const struct config *cfg = look->check->cfg;
	struct json_member member, hold;

	if (cfg->tolerance > DAY &&
	    find_member(look->text, "tolerance", &member))
		warn(look, member.value.ptr, "tolerance", TOLERANCE_LONG);
	if (cfg->tolerance < TOLERANCE_LEAST &&
	    find_member(look->text, "tolerance", &member))
		warn(look, member.value.ptr, "tolerance", TOLERANCE_SHORT);
	if (cfg->max_body < BODY_LEAST &&
	    find_member(look->text, "max_body", &member))
		warn(look, member.value.ptr, "max_body",
		    "counts bytes: larger bodies are answered 413, and those "
		    "of many senders are: 1048576 is usual");
	if (find_member(look->text, "hold", &hold) &&
	    find_member(hold.value, "bytes", &member) && cfg->hold.count > 0 &&
	    cfg->hold.bytes < BODY_LEAST)
		warn(look, member.value.ptr, "hold.bytes",
		    "is too little for most deliveries: 10485760 is usual");
}

/* Where the senders post to. */
static void
check_base_url(const struct look *look)
{
	const struct config *cfg = look->check->cfg;
	const struct value value = {cfg, "", cfg->base_url};
	struct json_member member;
	struct reason advice;

	if (cfg->base_url != NULL &&
	    find_member(look->text, "base_url", &member) &&
	    value_odd_base(&value, &advice))
		warn(look, member.value.ptr, "base_url", advice.text);
}

/* Whom the receiver runs as. */
static void
check_user(const struct look *look)
{
	const struct config *cfg = look->check->cfg;
	char place[PATH_MAX + 64];
	struct json_member member;
	struct reason why;
	struct become who;

	if (cfg->user == NULL || !find_member(look->text, "user", &member))
		return;
	snprintf(place, sizeof(place), "%s:%u: user", look->path,
	    json_line(look->text, member.value.ptr));
	if (become_named(&who, cfg->user, place, &why) != BECOME_OK)
		log_line(&look->check->log, LVL_ERROR, "%s", why.text);
	else if (who.uid != geteuid())
		warn(look, member.value.ptr, "user",
		    "is not the user that this check runs as: run it as that "
		    "user, or as root, which becomes that user");
}

static void
check_group(const struct look *look)
{
	const struct config *cfg = look->check->cfg;
	struct json_member member;

	if (cfg->group == NULL || !find_member(look->text, "group", &member))
		return;
	if (getgrnam(cfg->group) == NULL)
		warn(look, member.value.ptr, "group",
		    "there is no such group on this machine: create it, or set "
		    "another one");
	else if (!cfg->inbox.group_access)
		warn(look, member.value.ptr, "group",
		    "has no effect: group_access is not set");
}

static void
check_top(struct look *look)
{
	struct json_member member;

	look->prov = &no_entry;
	check_numbers(look);
	check_user(look);
	check_group(look);
	check_base_url(look);
	if (find_member(look->text, "hold", &member))
		check_forms(look, member.value, "hold.");
}

/* The entries that are in the settings file. */
static void
check_members(struct look *look)
{
	const struct config *cfg = look->check->cfg;
	struct json_member providers, entry;

	if (!find_member(look->text, "providers", &providers))
		return;
	for (size_t i = 0; i < cfg->nprovider; i++) {
		look->prov = &cfg->provider[i];
		if (config_has_file(cfg, look->prov) ||
		    !find_member(providers.value, look->prov->name, &entry) ||
		    entry.kind != JSON_OBJECT)
			continue;
		look->entry = entry.value;
		check_entry(look);
	}
}

void
check_settings(struct check *check)
{
	const struct config *cfg = check->cfg;
	struct look look = {.check = check, .path = cfg->path};
	struct file_content content;
	struct reason why;

	/* config_load() has just read it, and what comes next. */
	if (!file_read(cfg->path, CONFIG_FILE_MAX, &content, &why))
		return;
	look.text = span_mem(content.bytes, content.len);
	check_top(&look);
	check_members(&look);
	free(content.bytes);
	for (size_t i = 0; i < cfg->nprovider; i++) {
		look.prov = &cfg->provider[i];
		look.path = look.prov->path;
		if (!config_has_file(cfg, look.prov) ||
		    !file_read(look.path, CONFIG_FILE_MAX, &content, &why))
			continue;
		look.text = span_mem(content.bytes, content.len);
		look.entry = look.text;
		check_entry(&look);
		free(content.bytes);
	}
}
