/* trial.c - reads an entry that is in memory only. */
#include <openssl/crypto.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "config/provider_config.h"
#include "config/run_config.h"
#include "parse/json.h"
#include "profile/secret_form.h"
#include "trial.h"

/* In place of a file that is not there yet: a variable with its text. */
#define VARIABLE "HOOKDIR_ADD"
#define STAMPS   8 /* files that one entry can name, and one more */

/* Where complaints go. */
struct listener {
	const struct draft *draft;
	unsigned errors;
};

/*
 * "hookdir: error: :LINE: SETTING: TEXT" as "NAME: SETTING: TEXT": there is no
 * such file yet.  Warnings come when there is one.
 */
static void
hear(void *arg, const char *line, size_t len)
{
	static const char start[] = "hookdir: error: :";
	struct listener *listener = arg;
	const struct draft *draft = listener->draft;
	struct span text = span_mem(line, len);
	const char *setting = "";

	if (!span_starts(text, span_str(start)))
		return;
	listener->errors++;
	text = span_skip(text, strlen(start));
	span_cut(&text, ' ');
	/* That is where the trial has its secret. */
	if (draft->secret.text != NULL &&
	    span_starts(text, span_str("secret_env: "))) {
		text = span_skip(text, strlen("secret_env: "));
		setting = "secret: ";
	}
	if (text.len > 0 && text.ptr[text.len - 1] == '\n')
		text.len--;
	log_line(&log_stderr, LVL_ERROR, "%s: %s%.*s", draft->name, setting,
	    SPAN_ARGS(text));
}

/* The entry with the variable in place of its files; malloc'd, or NULL. */
static char *
write_entry(const struct draft *draft, size_t *len)
{
	struct entry_text entry = {.n = 0};
	bool ok = true;
	char *text = NULL;

	for (size_t i = 0; ok && i < draft->entry.n; i++) {
		const struct entry_item *item = &draft->entry.item[i];

		if (draft->secret.text != NULL &&
		    strcmp(item->name, "secret_file") == 0)
			ok = entry_text_put(
			    &entry, "secret_env", span_str(VARIABLE));
		else if (draft->token.text == NULL ||
			 strcmp(item->name, "verify_token_file") != 0)
			ok = entry_text_put_json(
			    &entry, item->name, item->value);
	}
	if (ok)
		text = entry_text_write(&entry, len);
	entry_text_free(&entry);
	return text;
}

/* "VARIABLE=TEXT" without the last line end; malloc'd, or NULL. */
static char *
write_variable(const struct new_secret *secret)
{
	size_t room = sizeof(VARIABLE "=") + secret->len;
	char *text = malloc(room);

	if (text != NULL)
		snprintf(text, room, VARIABLE "=%.*s",
		    secret->len == 0 ? 0 : (int)secret->len - 1,
		    secret->text == NULL ? "" : (const char *)secret->text);
	return text;
}

static void
say_form(void *arg, unsigned line, const char *advice)
{
	const struct draft *draft = arg;

	log_line(&log_stderr, LVL_WARNING, "%s: line %u of the secret %s",
	    draft->name, line, advice);
}

/* What may be wrong with a secret that cannot be used. */
static void
look_at_secret(const struct draft *draft)
{
	const struct secret_owner owner = {
	    draft->preset == NULL ? NULL : draft->preset->name,
	    draft->encoding};
	struct draft copy = *draft;
	struct secrets lines;
	struct reason why;

	if (draft->secret.text == NULL ||
	    !secrets_parse(&lines,
		span_mem(draft->secret.text, draft->secret.len), SECRET_RAW,
		&why))
		return;
	secret_form_look(&lines, &owner, say_form, &copy);
	secrets_free(&lines);
}

/* Read the entry into a copy of the settings that has no other. */
static bool
read_entry(const struct draft *draft, const struct config *cfg,
    struct span text, char *const env[])
{
	struct listener listener = {.draft = draft};
	const struct log log = {hear, &listener};
	struct config copy = *cfg;
	struct settings_file file = {
	    .path = "", .text = text, .pool = &copy.pool, .log = &log};
	struct file_stamp stamp[STAMPS];
	struct provider prov = {.name = ""};
	bool ok;

	copy.pool = (struct pool){.first = NULL};
	copy.stamp = stamp;
	copy.nstamp = 1;
	snprintf(prov.name, sizeof(prov.name), "%s", draft->name);
	provider_config_read(&file, &copy, text, env, &prov);
	ok = run_config_try(&file, cfg->dir) && listener.errors == 0 &&
	     !prov.broken;
	if (!ok)
		look_at_secret(draft);
	provider_free(&prov);
	pool_free(&copy.pool);
	return ok;
}

bool
trial_run(
    const struct draft *draft, const struct config *cfg, char *const env[])
{
	char *variable = write_variable(&draft->secret);
	size_t len = 0;
	char *text = write_entry(draft, &len);
	bool ok = false;

	if (variable == NULL || text == NULL)
		log_line(
		    &log_stderr, LVL_ERROR, "%s: out of memory", draft->name);
	else
		ok = read_entry(draft, cfg, span_mem(text, len),
		    draft->secret.text == NULL
			? env
			: (char *const[]){variable, NULL});
	if (variable != NULL)
		OPENSSL_cleanse(variable, strlen(variable));
	free(variable);
	free(text);
	return ok;
}
