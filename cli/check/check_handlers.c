/* check_handlers.c - handlers: are they there, what do they take, who are they? */
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/account.h"
#include "base/credential.h"
#include "base/program.h"
#include "base/shown.h"
#include "base/url.h"
#include "check.h"
#include "check_value.h"
#include "config/run_as.h"
#include "config/run_config.h"
#include "event_headers.h"
#include "http/header.h"
#include "profile/scheme.h"
#include "profile/secret.h"
#include "profile/used_header.h"

#define GROUPS_MAX 256

/* The user that handlers run as. */
struct handler_user {
	bool known;    /* he is: uid and groups are set */
	bool receiver; /* he is the receiver's user, which is this process's */
	uid_t uid;
	gid_t group[GROUPS_MAX];
	int ngroup;
	char name[ACCOUNT_SHOWN_MAX];
};

/* One entry that is looked at. */
struct look {
	struct check *check;
	const struct run_provider *run;
	const struct run_entry *entry;
	const struct handler_user *user;
};

/* Report something about a setting of the entry. */
static void
report(const struct look *look, enum log_level level, const char *setting,
    const char *advice)
{
	log_line(&look->check->log, level, "%s:%u: %s.%s: %s", look->run->path,
	    look->entry->line, look->entry->key, setting, advice);
}

/* --- what the handlers' user can do --- */

/*
 * By mode and owner: this process is another user.  An access control list can
 * say otherwise, so what is only known in this way is no error.
 */
static bool
may(const struct handler_user *user, const struct stat *st, mode_t right)
{
	if (st->st_uid == user->uid)
		return (st->st_mode & right << 6) != 0;
	for (int i = 0; i < user->ngroup; i++) {
		if (user->group[i] == st->st_gid)
			return (st->st_mode & right << 3) != 0;
	}
	return (st->st_mode & right) != 0;
}

/* --- the program --- */

enum program {
	PROGRAM_OK,
	PROGRAM_NONE,   /* it is not there */
	PROGRAM_SHUT,   /* not executable, or no file */
	PROGRAM_DENIED, /* not executable by the handlers' user, by its mode */
	PROGRAM_UNSEEN  /* this user cannot look there */
};

static enum program
look_at(const struct handler_user *user, const char *path)
{
	struct stat st;

	if (stat(path, &st) != 0)
		return errno == ENOENT || errno == ENOTDIR ? PROGRAM_NONE
							   : PROGRAM_UNSEEN;
	if (!S_ISREG(st.st_mode) ||
	    (st.st_mode & (S_IXUSR | S_IXGRP | S_IXOTH)) == 0)
		return PROGRAM_SHUT;
	if (!user->known)
		return PROGRAM_OK;
	if (user->receiver)
		return access(path, X_OK) == 0 ? PROGRAM_OK : PROGRAM_SHUT;
	return may(user, &st, S_IXOTH) ? PROGRAM_OK : PROGRAM_DENIED;
}

/* What is not executable is passed over, as execvp(3) does. */
static enum program
find_program(const struct handler_user *user, const struct run_entry *entry)
{
	struct span rest = span_str(run_entry_path(entry));
	const char *name = entry->command[0];
	enum program found = PROGRAM_NONE;
	char path[PATH_MAX];

	if (name[0] == '/')
		return look_at(user, name);
	while (rest.ptr != NULL && found != PROGRAM_OK) {
		struct span folder = span_cut(&rest, ':');
		enum program here;

		if (folder.len == 0 || folder.ptr[0] != '/')
			continue;
		snprintf(
		    path, sizeof(path), "%.*s/%s", SPAN_ARGS(folder), name);
		here = look_at(user, path);
		if (here != PROGRAM_NONE)
			found = here;
	}
	return found;
}

static void
check_program(const struct look *look)
{
	const char *name = look->entry->command[0];
	char shown[SHOWN_MAX];
	enum log_level level = LVL_ERROR;
	struct reason advice;
	const char *seen = name[0] == '/' ? shown_path(shown, name)
					  : shown_name(shown, span_str(name));

	switch (find_program(look->user, look->entry)) {
	case PROGRAM_OK:
	case PROGRAM_UNSEEN:
		return;
	case PROGRAM_NONE:
		if (strchr(name, ' ') != NULL)
			reason_set(&advice,
			    "there is no program of this name, which has a "
			    "blank in it: no shell reads the command: write "
			    "each argument as a text of its own");
		else if (name[0] == '/')
			reason_set(&advice, "%.300s does not exist", seen);
		else
			reason_set(&advice,
			    "there is no program %.300s in its PATH, %.300s: "
			    "give its absolute path",
			    seen, run_entry_path(look->entry));
		break;
	case PROGRAM_SHUT:
		reason_set(
		    &advice, "%.300s cannot be executed: chmod +x", seen);
		break;
	case PROGRAM_DENIED:
		level = LVL_WARNING;
		reason_set(&advice,
		    "%.300s cannot be executed by %s, as its mode says", seen,
		    look->user->name);
		break;
	}
	report(look, level, "command", advice.text);
}

/* --- files --- */

static void
check_directory(const struct look *look)
{
	const char *path = look->entry->directory;
	char shown[SHOWN_MAX];
	struct reason advice;
	struct stat st;

	if (stat(path, &st) == 0 ? S_ISDIR(st.st_mode)
				 : errno != ENOENT && errno != ENOTDIR)
		return;
	reason_set(&advice, "%.300s is no folder: create it, or name another",
	    shown_path(shown, path));
	report(look, LVL_ERROR, "directory", advice.text);
}

/* The secret of what is sent, which this user can read. */
static void
check_signing(const struct look *look, const char *setting, const char *path)
{
	struct secrets secrets;
	struct reason advice;
	struct stat st;

	if (secrets_read(&secrets, path, SECRET_WHSEC, &st, &advice))
		secrets_free(&secrets);
	else
		report(look, LVL_ERROR, setting, advice.text);
}

/* The program that sends. */
static void
check_forwarder(const struct look *look)
{
	char program[PATH_MAX], shown[SHOWN_MAX];
	struct reason advice;

	program_locate(program, PROGRAM_FORWARD);
	if (access(program, X_OK) == 0)
		return;
	reason_errno(&advice, "%.300s, without which nothing is sent",
	    shown_path(shown, program));
	report(look, LVL_ERROR, "forward", advice.text);
}

static void
check_file(
    const struct look *look, const char *setting, const char *path, bool secret)
{
	char shown[SHOWN_MAX];
	struct reason advice;
	struct stat st;

	if (path == NULL)
		return;
	if (stat(path, &st) != 0) {
		if (errno != ENOENT && errno != ENOTDIR)
			return;
		reason_set(
		    &advice, "%.300s does not exist", shown_path(shown, path));
		report(look, LVL_ERROR, setting, advice.text);
	} else if (secret && (st.st_mode & (S_IROTH | S_IWOTH)) != 0) {
		reason_set(&advice,
		    "%.300s: every user of this machine can read or write it: "
		    "chmod o-rw",
		    path);
		report(look, LVL_ERROR, setting, advice.text);
	} else if (secret && look->entry->forward != NULL &&
		   access(path, R_OK) == 0) {
		check_signing(look, setting, path);
	}
}

/* --- values --- */

/* The list of processes shows arguments, and the settings are no secret. */
static void
check_secrets(const struct look *look)
{
	const struct run_entry *entry = look->entry;
	const struct credential *found;

	for (size_t i = 1;
	     entry->command[i - 1] != NULL && entry->command[i] != NULL; i++) {
		found = credential_inside(span_str(entry->command[i]));
		if (found == NULL || found->more == 0)
			continue;
		report(look, LVL_WARNING, "command",
		    "has something in it that looks like a secret, which "
		    "every user of this machine can see in the list of "
		    "processes: let the program read it from a file");
		break;
	}
	for (size_t i = 0; entry->environment[i] != NULL; i++) {
		struct span value = span_str(entry->environment[i]);

		/* The names of folders are often as random as keys. */
		if (span_is(span_cut(&value, '='), "PATH") ||
		    !credential_like(value))
			continue;
		report(look, LVL_WARNING, "environment",
		    "has something in it that looks like a secret, which "
		    "everybody who can read the settings can read: let the "
		    "program read it from a file");
		break;
	}
}

/* Settings that only the other kind of handler has. */
static void
check_idle(const struct look *look)
{
	const struct run_entry *entry = look->entry;
	const bool forward = entry->forward != NULL;
	const bool https = forward && strncmp(entry->forward, "https", 5) == 0;
	const char *advice = forward ? "has no effect with forward"
				     : "has no effect without forward";
	struct url url;

	if (!forward && entry->forward_secret_file != NULL)
		report(look, LVL_WARNING, "forward_secret_file", advice);
	if (!forward && entry->forward_ca_file != NULL)
		report(look, LVL_WARNING, "forward_ca_file", advice);
	if (!forward && entry->insecure)
		report(look, LVL_WARNING, "insecure", advice);
	if (forward && strcmp(entry->directory, "/") != 0)
		report(look, LVL_WARNING, "directory", advice);
	if (forward && entry->environment[0] != NULL)
		report(look, LVL_WARNING, "environment", advice);
	if (forward && !https && entry->forward_ca_file != NULL)
		report(look, LVL_WARNING, "forward_ca_file",
		    "has no effect: the URL does not begin with https://");
	if (forward && entry->insecure &&
	    (https || (url_split(&url, span_str(entry->forward)) &&
			  url_is_loopback(&url))))
		report(look, LVL_WARNING, "insecure",
		    "has no effect: this URL is allowed without it");
}

/* True if an event of the provider can have the line in its header. */
static bool
is_in_head(const struct provider *prov, const char *name)
{
	const struct profile *profile = &prov->profile;

	/* Its signatures say which headers they need. */
	if (profile->scheme->covered != NULL)
		return true;
	for (size_t i = 0; i < LINE__COUNT; i++) {
		if (header_same(name, event_line[i]))
			return true;
	}
	for (size_t i = 0;
	     i < PRESET_SIGNATURES && profile->scheme->covers_body; i++) {
		const char *signature = prov->words.signature[i];

		if (signature != NULL && header_matches(signature, name))
			return true;
	}
	for (size_t i = 0; i < PRESET_KEPT; i++) {
		const char *kept = prov->words.keep_headers[i];

		if (kept != NULL && header_matches(kept, name))
			return true;
	}
	return used_header(profile, name) ||
	       header_starts(name, HEADER_ORIGINAL);
}

static void
check_order(const struct look *look, const struct provider *prov)
{
	const struct run_order *order = &look->entry->order;
	char text[SHOWN_MAX];
	const struct value value = {look->check->cfg, look->run->name, text};
	struct reason advice;

	if (order->kind == RUN_ORDER_JSON) {
		snprintf(text, sizeof(text), "json:%s", order->name);
		if (value_odd_place(&value, &advice))
			report(look, LVL_WARNING, "order", advice.text);
	} else if (order->kind == RUN_ORDER_HEADER && !prov->broken &&
		   !is_in_head(prov, order->name)) {
		report(look, LVL_WARNING, "order",
		    "names a line that the header of no event has, so no event "
		    "waits for another: add its name to keep_headers");
	}
}

/* --- which events --- */

static void
check_types(const struct look *look, const struct provider *prov)
{
	size_t i = (size_t)(look->entry - look->run->entry);

	if (run_provider_idle(look->run, i))
		report(look, LVL_WARNING, "type",
		    "takes no event: those before it in the list take them "
		    "all: move it before them, or remove it");
	else if (!prov->broken && prov->words.type == NULL &&
		 !run_entry_takes(look->entry, span_str("unknown")))
		report(look, LVL_WARNING, "type",
		    "takes no event but CloudEvents: all others have the type "
		    "\"unknown\", since the entry does not say where the type "
		    "is: set \"type\" there");
}

/* What is taken by nothing waits for ever. */
static void
check_rest(struct check *check, const struct run_provider *run)
{
	const struct run_entry *last = &run->entry[run->n - 1];

	if (run_provider_idle(run, run->n))
		return;
	log_line(&check->log, LVL_WARNING,
	    "%s:%u: %s: events of other types stay in new/, since nothing "
	    "takes "
	    "them: add an object without a type, as the last of the list; its "
	    "command can be [\"true\"]",
	    run->path, last->line, last->key);
}

static void
describe(const struct look *look)
{
	const struct run_entry *entry = look->entry;
	char shown[SHOWN_MAX];
	const char *what;

	if (entry->forward != NULL)
		what = shown_url(shown, span_str(entry->forward));
	else if (entry->command[0][0] == '/')
		what = shown_path(shown, entry->command[0]);
	else
		what = shown_name(shown, span_str(entry->command[0]));
	log_line(&look->check->log, LVL_INFO,
	    "%s: events of %s go to %.300s, %ld at once, %zu attempt%s",
	    look->run->name,
	    entry->type[0] == NULL ? "all types"
				   : "the types that its settings name",
	    what, entry->jobs, entry->nretry + 1,
	    entry->nretry == 0 ? "" : "s");
}

static void
check_provider(struct check *check, const struct run_provider *run,
    const struct handler_user *user)
{
	const struct provider *prov =
	    config_provider(check->cfg, span_str(run->name));

	if (run->broken || run->n == 0 || prov == NULL)
		return;
	for (size_t i = 0; i < run->n; i++) {
		const struct look look = {check, run, &run->entry[i], user};

		if (look.entry->forward == NULL) {
			check_program(&look);
			check_directory(&look);
		} else {
			check_forwarder(&look);
		}
		check_file(&look, "forward_secret_file",
		    look.entry->forward_secret_file, true);
		check_file(&look, "forward_ca_file",
		    look.entry->forward_ca_file, false);
		check_secrets(&look);
		check_idle(&look);
		check_order(&look, prov);
		check_types(&look, prov);
		describe(&look);
	}
	check_rest(check, run);
}

/* --- who --- */

/* Report something about run_user. */
static void
report_user(struct check *check, const struct run_config *cfg,
    enum log_level level, const char *advice)
{
	log_line(&check->log, level, "%s:%u: run_user: %s", cfg->path,
	    cfg->run_user_line, advice);
}

/* Without the inbox's group, no event can be taken out of it. */
static void
check_group(struct check *check, const struct run_config *cfg,
    const struct handler_user *user)
{
	char group[ACCOUNT_SHOWN_MAX];
	struct reason advice;
	struct stat st;

	if (!cfg->inbox.group_access) {
		report_user(check, cfg, LVL_ERROR,
		    "has no access to the inbox: set \"group_access\": true, "
		    "and run `hookdir setup`");
		return;
	}
	if (stat(cfg->inbox.root, &st) != 0)
		return; /* it is made later, or check_inbox() reports it */
	for (int i = 0; i < user->ngroup; i++) {
		if (user->group[i] == st.st_gid)
			return;
	}
	account_group(group, st.st_gid);
	reason_set(&advice,
	    "%s is not in the inbox's group, %s, and has no access to the "
	    "inbox: usermod -aG %s %s",
	    user->name, group, group, user->name);
	report_user(check, cfg, LVL_ERROR, advice.text);
}

static void
check_reads(struct check *check, const struct run_config *cfg,
    const struct handler_user *user, const char *path)
{
	struct reason advice;
	struct stat st;

	if (path == NULL || stat(path, &st) != 0 || !may(user, &st, S_IROTH))
		return;
	reason_set(&advice, "%s can read the secret file %.300s: chmod go-r",
	    user->name, path);
	report_user(check, cfg, LVL_WARNING, advice.text);
}

/* What the runner itself has to read. */
static void
check_opens(struct check *check, const struct run_config *cfg,
    const struct handler_user *user, const char *path)
{
	struct reason advice;
	struct stat st;

	if (stat(path, &st) != 0 ||
	    (may(user, &st, S_IROTH) &&
		(!S_ISDIR(st.st_mode) || may(user, &st, S_IXOTH))))
		return;
	reason_set(&advice,
	    "%s cannot read the settings in %.300s: chmod o+r%s", user->name,
	    path, S_ISDIR(st.st_mode) ? "x" : "");
	report_user(check, cfg, LVL_WARNING, advice.text);
}

/* Another user than the receiver's. */
static void
check_other(struct check *check, const struct run_config *cfg,
    const struct handler_user *user)
{
	check_group(check, cfg, user);
	check_opens(check, cfg, user, cfg->path);
	check_opens(check, cfg, user, check->cfg->folder);
	for (size_t i = 0; i < cfg->n; i++) {
		if (cfg->provider[i].path != cfg->path)
			check_opens(check, cfg, user, cfg->provider[i].path);
	}
	for (size_t i = 0; i < check->cfg->nprovider; i++) {
		const struct provider *prov = &check->cfg->provider[i];

		check_reads(check, cfg, user, prov->secret_path);
		check_reads(check, cfg, user, prov->verify_token_path);
	}
}

static bool
runs_anything(const struct run_config *cfg)
{
	for (size_t i = 0; i < cfg->n; i++) {
		if (cfg->provider[i].n > 0)
			return true;
	}
	return false;
}

/* Settings of this very user: where there is no root, there is no other. */
static bool
is_own_installation(const struct run_config *cfg)
{
	struct stat st;

	return stat(cfg->path, &st) == 0 && st.st_uid == geteuid();
}

/* What the user's name means; false after an error. */
static bool
find_user(struct check *check, const struct run_config *cfg,
    struct handler_user *user)
{
	char place[PATH_MAX + 64];
	struct reason why;
	struct become who;

	snprintf(place, sizeof(place), "%s:%u: run_user", cfg->path,
	    cfg->run_user_line);
	if (become_named(&who, cfg->run_user, place, &why) != BECOME_OK) {
		log_line(&check->log, LVL_ERROR, "%s", why.text);
		return false;
	}
	user->known = true;
	user->receiver = who.uid == geteuid();
	user->uid = who.uid;
	user->ngroup =
	    account_groups(who.name, who.gid, user->group, GROUPS_MAX);
	snprintf(user->name, sizeof(user->name), "%.*s",
	    (int)sizeof(user->name) - 1, who.name);
	return true;
}

static void
check_user(struct check *check, const struct run_config *cfg,
    struct handler_user *user)
{
	if (cfg->run_user == NULL) {
		if (runs_anything(cfg) && !is_own_installation(cfg))
			log_line(&check->log, LVL_WARNING,
			    "%s: run_user: not set: handlers that root starts "
			    "run as the inbox's owner, who can read all "
			    "secrets: create a user for them, in the inbox's "
			    "group",
			    cfg->path);
		return;
	}
	if (!find_user(check, cfg, user))
		return;
	if (user->receiver)
		report_user(check, cfg, LVL_WARNING,
		    "is the receiver's user: handlers can read all secrets: "
		    "create a user for them, in the inbox's group");
	else
		check_other(check, cfg, user);
}

void
check_handlers(struct check *check)
{
	struct handler_user user = {.known = false};
	struct run_config *cfg =
	    run_config_load(check->cfg->path, &check->log, &log_silent);

	/* config_load() has just read the same files. */
	if (cfg == NULL)
		return;
	check_user(check, cfg, &user);
	for (size_t i = 0; i < cfg->n; i++)
		check_provider(check, &cfg->provider[i], &user);
	run_config_free(cfg);
}
