/* draft.c - what an entry needs, and where it comes from. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "base/log.h"
#include "base/url.h"
#include "config/settings.h"
#include "config/value_hint.h"
#include "draft.h"
#include "profile/preset_show.h"
#include "profile/provider.h"
#include "prompt.h"
#include "verify/schemes.h"

#define KEY_FILE_MAX 65536

static const char *const secret_settings[] = {
    "secret_file", "secret_env", NULL};
static const char *const key_settings[] = {
    "public_key", "public_key_file", "jwks_file", "jwks_url", NULL};
/* With one of these, an entry is complete without a preset. */
static const char *const own_settings[] = {"signature", "scheme", NULL};

static bool
fail(const struct draft *draft, const char *what, const char *text)
{
	log_line(&log_stderr, LVL_ERROR, "%s: %s%s%s", draft->name, what,
	    what[0] == '\0' ? "" : ": ", text);
	return false;
}

/* --- the command line --- */

static bool
is_null(const char *value)
{
	return value != NULL && strcmp(value, "null") == 0;
}

/* --preset, preset=, or the preset that has the provider's name. */
static bool
choose_preset(struct draft *draft, const char *option)
{
	const struct preset *named = preset_find(span_str(draft->name));
	const char *value = entry_text_value(&draft->entry, "preset");
	struct span wanted = span_str(option != NULL ? option : draft->name);
	struct reason why = {""};
	const struct preset *meant;

	if (value != NULL && option != NULL)
		return fail(draft, "preset", "conflicts with --preset");
	if (is_null(value))
		return true;
	if (value != NULL) /* a JSON string, and no preset has an escape */
		wanted = span_mem(value + 1, strlen(value) - 2);
	draft->preset = preset_find(wanted);
	if (draft->preset != NULL ||
	    (named == NULL && value == NULL && option == NULL &&
		entry_text_any(&draft->entry, own_settings)))
		return true;
	preset_unknown(&why, wanted);
	meant = value_preset(wanted);
	if (value != NULL || option != NULL)
		return fail(draft, "preset", why.text);
	if (meant != NULL)
		reason_set(&why,
		    "there is no preset of this name: did you mean --preset "
		    "%s?",
		    meant->name);
	log_line(&log_stderr, LVL_ERROR,
	    "%s: %s; `hookdir presets` lists them; an entry without one says "
	    "how its sender signs: signature=HEADER",
	    draft->name, why.text);
	return false;
}

/* The entry names its preset, also if that has the name of the provider. */
static bool
put_preset(struct draft *draft)
{
	if (entry_text_value(&draft->entry, "preset") != NULL)
		return true;
	if (draft->preset == NULL)
		return entry_text_put_json(&draft->entry, "preset", "null");
	return entry_text_put(
	    &draft->entry, "preset", span_str(draft->preset->name));
}

bool
draft_begin(struct draft *draft, const struct draft_options *opt,
    const char *name, char *const setting[])
{
	struct reason why = {""};

	*draft = (struct draft){.name = name};
	for (size_t i = 0; setting[i] != NULL; i++) {
		if (!entry_text_take(&draft->entry, setting[i], &why))
			return fail(draft, "", why.text);
	}
	if (!choose_preset(draft, opt->preset))
		return false;
	return put_preset(draft) || fail(draft, "", "out of memory");
}

/* --- what is needed --- */

/*
 * The settings of the preset with those of the entry laid over them, as far as
 * these can be read: what is wrong with them is said later.  Strings go to
 * pool.  False: out of memory.
 */
static bool
lay_over(const struct draft *draft, struct pool *pool, struct preset *words)
{
	struct settings_file file = {
	    .path = "", .pool = pool, .log = &log_silent};
	struct preset said = preset_default;
	struct settings_target target = {.dst = &said};
	size_t len = 0;
	char *text = entry_text_write(&draft->entry, &len);

	*words = draft->preset != NULL ? *draft->preset : preset_default;
	if (text == NULL)
		return false;
	file.text = span_mem(text, len);
	settings_read(&file, file.text, "", &preset_settings, &target);
	settings_override(&target, &preset_settings, words);
	free(text);
	return true;
}

struct needed {
	struct preset_needs needs;
	bool mixes; /* a key will do where a secret is needed */
};

static bool
find_needs(struct draft *draft, struct needed *needed)
{
	struct pool pool = {0};
	struct profile_fault fault;
	struct profile profile;
	struct preset words, whole;
	const struct scheme *scheme;

	*needed = (struct needed){.mixes = false};
	if (!lay_over(draft, &pool, &words))
		return false;
	/* An unknown scheme is an error of the entry, and said with those. */
	if ((scheme = scheme_of(&words)) != NULL) {
		needed->needs = preset_needs(&words, scheme);
		needed->mixes = (scheme->sources & SCHEME_KEYS) != 0;
		whole = words;
		preset_example(&whole, &needed->needs);
		if (scheme_profile(&profile, &whole, 0, &fault)) {
			draft->encoding = profile.secret_encoding;
			profile_free(&profile);
		}
	}
	pool_free(&pool);
	return true;
}

/* --- keys --- */

/* A key in PEM has several lines; any other is one. */
static struct span
trim_key(struct span text)
{
	while (text.len > 0 && strchr(" \t\r\n", text.ptr[text.len - 1]))
		text.len--;
	return text;
}

/* The entry is a file that everybody can read. */
static bool
put_key(struct draft *draft, struct span text)
{
	struct url url;

	text = trim_key(text);
	if (span_has(text, "PRIVATE KEY"))
		return fail(draft, "public key",
		    "this is a private key, which belongs to nobody but its "
		    "owner: give the public one");
	if (text.len > 0 && text.ptr[0] == '{')
		return fail(draft, "public key",
		    "this is a key set: name the file by jwks_file=PATH, or "
		    "its URL by jwks_url=URL");
	return entry_text_put(&draft->entry,
		   url_split(&url, text) ? "jwks_url" : "public_key", text) ||
	       fail(draft, "", "out of memory");
}

/* A file with the key, or the key itself, or the URL of a key set. */
static bool
take_key(struct draft *draft, const char *key)
{
	struct file_content content = {.bytes = NULL};
	struct reason why = {""};
	bool ok;

	if (access(key, F_OK) != 0)
		return put_key(draft, span_str(key));
	if (!file_read(key, KEY_FILE_MAX, &content, &why))
		return fail(draft, "public key", why.text);
	ok = put_key(draft, span_mem(content.bytes, content.len));
	free(content.bytes);
	return ok;
}

static bool
ask_key(struct draft *draft)
{
	struct prompt_answer answer;
	struct reason why = {""};
	char *key;
	bool ok;

	if (!prompt_line("Public key, or a file with it, or the URL of a key "
			 "set",
		&answer, &why))
		return fail(draft, "public key", why.text);
	key = strndup((const char *)answer.text, answer.len);
	ok = key != NULL && take_key(draft, key);
	free(key);
	return ok;
}

/* --- secrets --- */

static bool
read_secret(struct draft *draft, int fd)
{
	struct reason why = {""};

	if (new_secret_read(&draft->secret, fd, &why))
		return true;
	return fail(draft,
	    fd == STDIN_FILENO ? "the secret on standard input"
			       : "the secret file",
	    why.text);
}

static bool
ask_secret(struct draft *draft)
{
	struct prompt_answer answer;
	struct reason why = {""};
	bool ok;

	if (!prompt_secret("Secret (it is not shown)", &answer, &why))
		return fail(draft, "secret", why.text);
	ok = new_secret_take(&draft->secret, prompt_text(&answer), &why);
	prompt_wipe(&answer);
	return ok || fail(draft, "secret", why.text);
}

/* A secret of ours would verify nothing that such a provider sends. */
static bool
refuse_generate(const struct draft *draft)
{
	log_line(&log_stderr, LVL_ERROR,
	    "%s: --generate: %s makes the secret itself, so give that one on "
	    "standard input or by --secret-file FILE; where: %s",
	    draft->name, draft->preset->name, draft->preset->where);
	return false;
}

static bool
get_secret(struct draft *draft, const struct draft_options *opt)
{
	struct reason why = {""};

	if (opt->generate && draft->preset != NULL &&
	    draft->preset->makes_secret)
		return refuse_generate(draft);
	if (opt->generate)
		return new_secret_make(&draft->secret, draft->encoding, &why) ||
		       fail(draft, "secret", why.text);
	if (opt->secret_fd >= 0)
		return read_secret(draft, opt->secret_fd);
	return prompt_possible() ? ask_secret(draft)
				 : read_secret(draft, STDIN_FILENO);
}

/* --- the rest --- */

/* Settings that a preset needs, and that only their user knows. */
static const struct question {
	const char *setting;
	size_t need; /* in struct preset_needs */
	const char *text, *example;
} question[] = {
    {"public_url", offsetof(struct preset_needs, public_url),
	"Public URL, exactly as the provider has it",
	"https://YOUR.HOST/hooks/NAME"},
    {"webhook_id", offsetof(struct preset_needs, webhook_id),
	"ID of the webhook at the provider", "ID"},
    {"topic_arn", offsetof(struct preset_needs, topic_arn), "ARN of your topic",
	"arn:aws:sns:REGION:ACCOUNT:TOPIC"},
    {"unsafe_body", offsetof(struct preset_needs, unsafe_body),
	"The provider does not sign the body. Store it all the same? Then "
	"type true",
	"true"},
};

#define QUESTIONS (sizeof(question) / sizeof(question[0]))

static bool
is_lacking(const struct draft *draft, const struct preset_needs *needs,
    const struct question *q)
{
	return *(const bool *)((const char *)needs + q->need) &&
	       entry_text_value(&draft->entry, q->setting) == NULL;
}

static bool
ask(struct draft *draft, const struct question *q)
{
	struct prompt_answer answer;
	struct reason why = {""};
	char *assignment;
	bool ok;
	int n;

	if (!prompt_line(q->text, &answer, &why))
		return fail(draft, q->setting, why.text);
	if (answer.len == 0)
		return fail(draft, q->setting, "is needed: nothing was done");
	if ((assignment = malloc(PROMPT_MAX + 32)) == NULL)
		return fail(draft, "", "out of memory");
	n = snprintf(assignment, PROMPT_MAX + 32, "%s=%.*s", q->setting,
	    (int)answer.len, (const char *)answer.text);
	ok = n > 0 && entry_text_take(&draft->entry, assignment, &why);
	free(assignment);
	return ok || fail(draft, "", why.text);
}

/* Without a terminal: say all that is lacking at once. */
static bool
complain_lacking(
    const struct draft *draft, const struct preset_needs *needs, bool key)
{
	char text[512] = "";
	size_t len = 0;

	for (size_t i = 0; i < QUESTIONS; i++) {
		if (is_lacking(draft, needs, &question[i]))
			len += (size_t)snprintf(text + len, sizeof(text) - len,
			    " %s=%s", question[i].setting, question[i].example);
	}
	if (key)
		snprintf(text + len, sizeof(text) - len, " --public-key KEY");
	log_line(&log_stderr, LVL_ERROR, "%s: give this as well:%s%s%s",
	    draft->name, text, draft->preset == NULL ? "" : "; where: ",
	    draft->preset == NULL ? "" : draft->preset->where);
	return false;
}

static bool
is_complete(const struct draft *draft, const struct preset_needs *needs)
{
	for (size_t i = 0; i < QUESTIONS; i++) {
		if (is_lacking(draft, needs, &question[i]))
			return false;
	}
	return true;
}

/* The token of the challenge meta is the user's choice. */
static bool
make_token(struct draft *draft, const struct preset_needs *needs)
{
	static const char setting[] = "verify_token_file";
	char path[PROVIDER_NAME_MAX + sizeof("secrets/.token")];
	struct reason why = {""};

	if (!needs->verify_token ||
	    entry_text_value(&draft->entry, setting) != NULL)
		return true;
	snprintf(path, sizeof(path), "secrets/%s.token", draft->name);
	if (!new_secret_make(&draft->token, SECRET_RAW, &why))
		return fail(draft, setting, why.text);
	return entry_text_put(&draft->entry, setting, span_str(path)) ||
	       fail(draft, "", "out of memory");
}

/* Where the provider shows what is asked for. */
static void
introduce(const struct draft *draft)
{
	const struct preset *preset = draft->preset;

	if (preset == NULL)
		return;
	fprintf(stderr, "%s: %s\n", preset->name, preset->where);
	if (preset->note != NULL)
		fprintf(stderr, "%s: %s\n", preset->name, preset->note);
}

static bool
put_secret_file(struct draft *draft)
{
	char path[PROVIDER_NAME_MAX + sizeof("secrets/")];

	snprintf(path, sizeof(path), "secrets/%s", draft->name);
	return entry_text_put(&draft->entry, "secret_file", span_str(path)) ||
	       fail(draft, "", "out of memory");
}

/* Ask for each setting that is lacking. */
static bool
ask_lacking(struct draft *draft, const struct preset_needs *needs)
{
	for (size_t i = 0; i < QUESTIONS; i++) {
		if (is_lacking(draft, needs, &question[i]) &&
		    !ask(draft, &question[i]))
			return false;
	}
	return true;
}

/* The keys that were given, or that are asked for if ask is true. */
static bool
take_keys(struct draft *draft, const char *given, bool ask)
{
	if (given != NULL && !take_key(draft, given))
		return false;
	return !ask || ask_key(draft);
}

bool
draft_complete(
    struct draft *draft, const struct draft_options *opt, bool base_url)
{
	bool given = opt->generate || opt->secret_fd >= 0;
	bool key_given = opt->public_key != NULL ||
			 entry_text_any(&draft->entry, key_settings);
	bool secret_set = entry_text_any(&draft->entry, secret_settings);
	bool key, secret, lacking;
	struct needed needed;

	if (!find_needs(draft, &needed))
		return fail(draft, "", "out of memory");
	/* It is made of base_url. */
	if (base_url)
		needed.needs.public_url = false;
	key = needed.needs.keys && !key_given && !given && !secret_set;
	secret = given || (needed.needs.secret && !secret_set &&
			      !(needed.mixes && key_given));
	if (given && secret_set)
		return fail(draft, "",
		    "secret_file and secret_env name a secret that is there: "
		    "leave --secret-file and --generate out");
	lacking = key || !is_complete(draft, &needed.needs);
	if (lacking && !prompt_possible())
		return complain_lacking(draft, &needed.needs, key);
	if (prompt_possible() && (lacking || (secret && !given)))
		introduce(draft);
	if (!ask_lacking(draft, &needed.needs) ||
	    !take_keys(draft, opt->public_key, key) ||
	    !make_token(draft, &needed.needs))
		return false;
	return !secret || (get_secret(draft, opt) && put_secret_file(draft));
}

void
draft_free(struct draft *draft)
{
	entry_text_free(&draft->entry);
	new_secret_free(&draft->secret);
	new_secret_free(&draft->token);
}
