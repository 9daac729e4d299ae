/* cmd_add.c - hookdir add: a provider's entry, secret and inbox. */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/account.h"
#include "base/encode.h"
#include "base/shown.h"
#include "check/check.h"
#include "cli.h"
#include "inbox/inbox_dir.h"
#include "installation.h"
#include "setup/draft.h"
#include "setup/prompt.h"
#include "setup/purge.h"
#include "setup/site.h"
#include "setup/trial.h"
#include "setup/written.h"

#define BASE_URL "https://YOUR.HOST/hooks" /* where the settings have none */

/* One provider that is being added. */
struct adding {
	struct options opt;
	char path[CONFIG_PATH_MAX]; /* of the settings file */
	bool base_url_set;          /* it has one */
	char *base_url;             /* malloc'd: a new one; or NULL */
	struct draft draft;
	struct installation inst;
	struct site site;
	struct written written;
	bool inbox_there; /* the provider has one */
};

static bool
fail(const struct adding *a, const char *text)
{
	log_line(&log_stderr, LVL_ERROR, "%s: %s", a->draft.name, text);
	return false;
}

/* --- before anything is written --- */

static bool
check_arguments(const struct options *opt, char *const operand[])
{
	char shown[SHOWN_MAX];

	if (!provider_name_ok(span_str(operand[0]))) {
		log_line(&log_stderr, LVL_ERROR,
		    "add: %s: not a name for a provider: use 1 to %d of a-z, "
		    "0-9 and -, and do not begin with -",
		    shown_name(shown, span_str(operand[0])), PROVIDER_NAME_MAX);
		return false;
	}
	if (opt->generate && opt->secret_file != NULL) {
		log_line(&log_stderr, LVL_ERROR,
		    "add: --generate and --secret-file: use only one of the "
		    "two");
		return false;
	}
	return opt->base_url == NULL || cli_url_ok(opt->base_url);
}

/* A provider is added once.  False after saying where it is. */
static bool
refuse_twice(const struct adding *a)
{
	char path[CONFIG_PATH_MAX + PROVIDER_NAME_MAX + 32];
	unsigned line = site_entry_line(a->path, a->draft.name);
	const char *slash = strrchr(a->path, '/');
	int dir = slash == NULL ? 0 : (int)(slash - a->path) + 1;

	if (line > 0) {
		log_line(&log_stderr, LVL_ERROR,
		    "%s: is in the settings already: %s:%u: change it there",
		    a->draft.name, a->path, line);
		return false;
	}
	snprintf(path, sizeof(path), "%.*s" PROVIDER_FILES_FOLDER "/%s.json",
	    dir, a->path, a->draft.name);
	if (a->opt.force || access(path, F_OK) != 0)
		return true;
	log_line(&log_stderr, LVL_ERROR,
	    "%s: is in the settings already: %s; --force replaces it and its "
	    "secret",
	    a->draft.name, path);
	return false;
}

/* The first provider on a terminal is a good time to ask. */
static bool
ask_base_url(struct adding *a)
{
	struct prompt_answer answer;
	struct reason why = {""};

	if (!prompt_line("Public URL of this machine's hooks, such as "
			 "https://hooks.example.com/hooks (empty: later)",
		&answer, &why))
		return fail(a, why.text);
	if (answer.len == 0)
		return true;
	a->base_url = strndup((const char *)answer.text, answer.len);
	if (a->base_url == NULL)
		return fail(a, "out of memory");
	a->opt.base_url = a->base_url;
	return cli_url_ok(a->base_url);
}

/* Settings that are there must be right at their top. */
static bool
find_base_url(struct adding *a)
{
	struct config_top top;

	cli_locate(a->path, &a->opt);
	if (access(a->path, F_OK) == 0) {
		if (!config_top_log(a->path, &log_stderr, &top))
			return false;
		a->base_url_set = top.base_url != NULL;
		config_top_free(&top);
	}
	return a->base_url_set || a->opt.base_url != NULL ||
	       !prompt_possible() || ask_base_url(a);
}

static bool
make_draft(struct adding *a, char *const operand[])
{
	struct draft_options from = {.preset = a->opt.preset,
	    .public_key = a->opt.public_key,
	    .generate = a->opt.generate,
	    .secret_fd = -1};
	struct reason why = {""};
	bool ok;

	if (!draft_begin(&a->draft, &from, operand[0], operand + 1) ||
	    !installation_writable(&a->opt) || !find_base_url(a) ||
	    !refuse_twice(a))
		return false;
	if (a->opt.secret_file != NULL) {
		from.secret_fd = cli_open(a->opt.secret_file, &why);
		if (from.secret_fd < 0) {
			char shown[SHOWN_MAX];

			log_line(&log_stderr, LVL_ERROR, "%s: %s: %s",
			    a->draft.name,
			    shown_name(shown, span_str(a->opt.secret_file)),
			    why.text);
			return false;
		}
	}
	ok = draft_complete(
	    &a->draft, &from, a->base_url_set || a->opt.base_url != NULL);
	if (from.secret_fd >= 0)
		cli_close(from.secret_fd);
	return ok;
}

/* --- as the receiver's user --- */

static bool
in_child(struct adding *a, int (*fn)(void *arg))
{
	fflush(stdout);
	return become_child(&a->inst.who, fn, a) == CLI_OK;
}

/* False after saying that the receiver's user has no such access. */
static bool
has_access(const struct adding *a, const char *path, int access)
{
	char user[ACCOUNT_SHOWN_MAX];
	struct reason why = {""};

	if (faccessat(AT_FDCWD, path, access, AT_EACCESS) == 0 ||
	    errno != EACCES)
		return true;
	reason_set(&why,
	    "%s: %s cannot %s it: hookdir setup mends owners and modes", path,
	    account_user(user, geteuid()),
	    (access & W_OK) != 0 ? "write into" : "read");
	return fail(a, why.text);
}

/* What an add that was killed left, or somebody made by hand, may be root's. */
static bool
has_all_access(const struct adding *a)
{
	const char *folder = a->inst.folder.path;
	char path[PLACE_PATH_MAX + 32];

	if (!has_access(a, a->path, R_OK) ||
	    !has_access(a, a->site.top->inbox, R_OK | W_OK | X_OK))
		return false;
	snprintf(path, sizeof(path), "%s/" PROVIDER_FILES_FOLDER, folder);
	if (!has_access(a, path, R_OK | X_OK))
		return false;
	snprintf(path, sizeof(path), "%s/" SITE_SECRETS, folder);
	return has_access(a, path, X_OK);
}

static int
try_entry(void *arg)
{
	struct adding *a = arg;
	struct config *cfg = has_all_access(a) ? cli_config(&a->opt) : NULL;
	bool ok = cfg != NULL && trial_run(&a->draft, cfg, environ);

	config_free(cfg);
	return ok ? CLI_OK : CLI_WRONG;
}

/* What check finds goes to standard error, and is counted. */
static void
write_finding(void *arg, const char *line, size_t len)
{
	struct check *check = arg;
	struct span text = span_mem(line, len);

	if (span_starts(text, span_str("hookdir: error: ")))
		check->errors++;
	else if (!span_starts(text, span_str("hookdir: warning: ")))
		return;
	log_stderr.write(log_stderr.arg, line, len);
}

/* A line of what is to be done, as explain has them. */
static void
say(const char *label, const char *text)
{
	printf("%-10s ", label);
	encode_printable(stdout, span_str(text), " ");
	putchar('\n');
}

static void
say_secret(const char *label, const struct new_secret *secret)
{
	printf("%-10s ", label);
	fwrite(secret->text, 1, secret->len, stdout);
}

/* What to do next, and what is shown only now.  False: nobody can read it. */
static bool
report(const struct adding *a, const struct config *cfg,
    const struct provider *prov)
{
	const struct draft *draft = &a->draft;
	char text[CONFIG_PATH_MAX + CLI_PROFILE_MAX], profile[CLI_PROFILE_MAX];

	cli_profile(profile, prov);
	snprintf(text, sizeof(text),
	    "%s (%s): %s/" PROVIDER_FILES_FOLDER "/%s.json", prov->name,
	    profile, cfg->dir, prov->name);
	say("added", text);
	if (prov->words.public_url != NULL)
		snprintf(text, sizeof(text), "%s", prov->words.public_url);
	else
		snprintf(text, sizeof(text), BASE_URL "/%s", prov->name);
	say("url", text);
	if (a->opt.generate)
		say_secret("secret", &draft->secret);
	if (draft->token.text != NULL)
		say_secret("token", &draft->token);
	say("provider", a->opt.generate || draft->token.text != NULL
			    ? "give it the URL, and what is shown only now"
			    : "give it the URL");
	if (draft->preset != NULL)
		say("where", draft->preset->where);
	if (draft->preset != NULL && draft->preset->note != NULL)
		say("note", draft->preset->note);
	snprintf(text, sizeof(text), "hookdir send %s", prov->name);
	say("next", text);
	return (fflush(stdout) == 0 && !ferror(stdout)) ||
	       fail(a, "standard output cannot be written: nothing is added");
}

static bool
make_inbox(const struct config *cfg, const struct provider *prov)
{
	struct inbox_failover inboxes;
	struct inbox_dir dir;
	struct reason why = {""};
	bool ok;

	inbox_failover_of(&inboxes, &cfg->inbox, prov->name, NULL);
	ok = inbox_dir_open(&dir, &inboxes.inbox[0], &why) == ST_OK;
	inbox_dir_close(&dir);
	if (!ok)
		log_line(
		    &log_stderr, LVL_ERROR, "%s: %s", prov->name, why.text);
	return ok;
}

/* Remove an inbox that was made for nothing. */
static void
unmake_inbox(const struct config *cfg, const char *name)
{
	struct purge_left left = {.exists = false};
	struct reason why = {""};

	if (purge_count(cfg->inbox.root, name, &left, &why) &&
	    left.new_ + left.cur + left.busy + left.later + left.failed == 0)
		purge_remove(cfg->inbox.root, name, &why);
}

/* Everything is there: would the receiver work with it? */
static bool
check_all(const struct config *cfg)
{
	struct check check = {
	    .log = {write_finding, &check}, .cfg = cfg, .now = time(NULL)};

	check_settings(&check);
	check_files(&check);
	check_inbox(&check);
	check_keys(&check);
	return check.errors == 0;
}

static int
finish(void *arg)
{
	struct adding *a = arg;
	struct span name = span_str(a->draft.name);
	struct config *cfg =
	    config_load_one(a->path, environ, name, &log_stderr);
	const struct provider *prov =
	    cfg == NULL ? NULL : cli_find(cfg, a->draft.name);
	bool ok = prov != NULL && !prov->broken;

	if (ok) {
		ok = make_inbox(cfg, prov) && check_all(cfg) &&
		     report(a, cfg, prov);
		if (!ok && !a->inbox_there)
			unmake_inbox(cfg, prov->name);
	}
	config_free(cfg);
	return ok ? CLI_OK : CLI_WRONG;
}

/* --- writing --- */

/*
 * A folder for a group that the receiver's user is not in can only be made by
 * root.  What else is to be mended there is not the business of add.
 */
static void
share_inbox(struct adding *a)
{
	char path[CONFIG_PATH_MAX + PROVIDER_NAME_MAX + 1];

	snprintf(
	    path, sizeof(path), "%s/%s", a->site.top->inbox, a->draft.name);
	a->inbox_there = access(path, F_OK) == 0;
	if (a->site.top->group_access && geteuid() == 0)
		installation_mend(&a->inst, a->draft.name, false);
}

/* Try it, write it and look at it; false: nothing of it is left. */
static bool
write_all(struct adding *a)
{
	struct reason why = {""};
	bool ok = false;

	/* What fails in the child, it has said. */
	if (written_begin(&a->written, &a->site, &why) &&
	    in_child(a, try_entry) &&
	    written_make(&a->written, &a->draft, a->opt.force, &why)) {
		share_inbox(a);
		ok = in_child(a, finish);
	} else if (why.text[0] != '\0') {
		fail(a, why.text);
	}
	if (!ok && !written_undo(&a->written, &why))
		fail(a, why.text);
	written_free(&a->written);
	return ok;
}

/* The exit status. */
static int
add(struct adding *a)
{
	int rc = installation_open(&a->inst, &a->opt);
	struct config_top top = {.path = NULL};
	struct reason why = {""};
	bool made = false;

	if (rc == CLI_OK) {
		memcpy(a->path, a->inst.path, sizeof(a->path));
		a->opt.config = a->path;
		a->site = (struct site){
		    &a->inst.folder, &top, a->inst.who.uid, a->inst.who.gid};
		rc = CLI_WRONG;
		if (!config_top_log(a->path, &log_stderr, &top))
			made = false; /* which it has said */
		else if (!site_inbox(&a->site, &made, &why))
			fail(a, why.text);
		else if (refuse_twice(a) && write_all(a))
			rc = CLI_OK;
		if (rc != CLI_OK && made)
			site_inbox_undo(&a->site);
	}
	if (rc != CLI_OK)
		installation_undo(&a->inst);
	installation_close(&a->inst);
	config_top_free(&top);
	return rc;
}

/* What is begun is ended, or taken back: no signal comes in between. */
static int
add_undisturbed(struct adding *a)
{
	static const int ends[] = {SIGHUP, SIGINT, SIGQUIT, SIGTERM};
	sigset_t held, before;
	int rc;

	sigemptyset(&held);
	for (size_t i = 0; i < sizeof(ends) / sizeof(ends[0]); i++)
		sigaddset(&held, ends[i]);
	sigprocmask(SIG_BLOCK, &held, &before);
	rc = add(a);
	sigprocmask(SIG_SETMASK, &before, NULL);
	return rc;
}

int
add_run(const struct options *opt, char *const operand[])
{
	struct adding a = {.opt = *opt, .draft = {.name = operand[0]}};
	int rc;

	if (!check_arguments(opt, operand))
		return CLI_USAGE;
	rc = make_draft(&a, operand) ? add_undisturbed(&a) : CLI_WRONG;
	draft_free(&a.draft);
	free(a.base_url);
	return rc;
}
