/* config_top.c - the settings at the top, and who runs hookdir. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/credential.h"
#include "base/url.h"
#include "config/config_top.h"
#include "parse/json.h"

static const struct setting row[] = {
#define TOP_SETTING(name, kind, min, max, old, value, text) \
	SETTING_ROW(struct top_words, , name, kind, min, max, old),
#include "preset/setting_list.h"
};

const struct setting_table top_settings = SETTING_TABLE(row);

const struct top_words top_defaults = {
#define TOP_SETTING(name, kind, min, max, old, value, text) \
	SETTING_VALUE_##kind(name, value)
#include "preset/setting_list.h"
};

bool
top_paths(
    struct pool *pool, const char *path, const char **whole, const char **dir)
{
	char cwd[CONFIG_PATH_MAX] = "/";
	const char *slash;

	if (path[0] != '/' && getcwd(cwd, sizeof(cwd)) == NULL)
		return false;
	*whole = pool_path(pool, cwd, path);
	if (*whole == NULL)
		return false;
	slash = strrchr(*whole, '/');
	*dir = pool_copy(
	    pool, *whole, slash == *whole ? 1 : (size_t)(slash - *whole));
	return *dir != NULL;
}

/* For a message: the other places where the file is looked for. */
static const char *
looked_for(char dst[static 128], const char *path)
{
	dst[0] = '\0';
	if (strcmp(path, CONFIG_FALLBACK) == 0 && access(path, F_OK) != 0)
		snprintf(dst, 128,
		    "; it can also be at $HOOKDIR_CONFIG, or at "
		    "~/.config/hookdir/hookdir.json of uid %ld",
		    (long)geteuid());
	return dst;
}

/* The path that the user gave, or its folder if the rest may be a secret. */
static const char *
shown_settings(char dst[static SHOWN_MAX], const char *path)
{
	const char *slash = strrchr(path, '/');
	const char *name = slash == NULL ? path : slash + 1;

	if (!credential_like(span_str(name)) || access(path, F_OK) == 0)
		return path;
	snprintf(
	    dst, SHOWN_MAX, "%.*s" SHOWN_NOTHING, (int)(name - path), path);
	return dst;
}

/* What some editors write.  False after a complaint. */
static bool
check_encoding(struct settings_file *file)
{
	bool mark = span_starts(file->text, span_str("\xef\xbb\xbf"));
	bool wide = span_starts(file->text, span_str("\xff\xfe")) ||
		    span_starts(file->text, span_str("\xfe\xff"));

	if (mark || wide)
		settings_complain(file, LVL_ERROR, file->text.ptr, NULL,
		    "%s: save it as UTF-8 without a byte order mark",
		    wide ? "is in UTF-16" : "begins with a byte order mark");
	return !mark && !wide;
}

bool
top_open(struct settings_file *file, const char *path,
    char shown[static SHOWN_MAX], struct file_content *content)
{
	struct reason why = {""};
	char hint[128];

	file->path = shown_settings(shown, path);
	if (!file_read(path, CONFIG_FILE_MAX, content, &why)) {
		settings_complain(file, LVL_ERROR, NULL, NULL, "%s%s", why.text,
		    looked_for(hint, path));
		return false;
	}
	file->text = span_mem(content->bytes, content->len);
	if (check_encoding(file))
		return true;
	free(content->bytes);
	return false;
}

/*
 * What a user or a group can be called.  A number is none: where it means
 * somebody, he may be another one on the next machine.
 */
static bool
is_account(const char *name)
{
	static const char allowed[] =
	    "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
	    "_.@-";
	size_t len = strlen(name), plain = strspn(name, allowed);

	if (plain > 0 && name[plain] == '$' && plain + 1 == len)
		plain = len; /* a machine's account */
	return len > 0 && len < ACCOUNT_MAX && plain == len && name[0] != '-' &&
	       strspn(name, "0123456789") < len;
}

/* Report an error in a setting at the top, with its line.  Returns false. */
static bool
refuse(struct settings_file *file, const struct settings_target *target,
    const char *key, const char *text)
{
	settings_complain(file, LVL_ERROR,
	    settings_at(target, &top_settings, key), key, "%s", text);
	return false;
}

static bool
check_accounts(struct settings_file *file, const struct settings_target *target)
{
	const struct top_words *top = target->dst;

	if (top->user != NULL && !is_account(top->user))
		return refuse(file, target, "user",
		    "must be the name of a user, as in /etc/passwd");
	if (top->group != NULL && !is_account(top->group))
		return refuse(file, target, "group",
		    "must be the name of a group, as in /etc/group");
	return true;
}

/* The name is appended after a slash: one at the end would be the second. */
static bool
set_base_url(struct settings_file *file, const struct settings_target *target)
{
	struct top_words *top = target->dst;
	const char *fault;
	size_t len;

	if (top->base_url == NULL)
		return true;
	fault = url_fault(top->base_url, URL_BASE);
	if (fault != NULL)
		return refuse(file, target, "base_url", fault);
	len = strlen(top->base_url);
	while (top->base_url[len - 1] == '/')
		len--;
	top->base_url = pool_copy(file->pool, top->base_url, len);
	if (top->base_url == NULL)
		return refuse(file, target, "base_url", "out of memory");
	return true;
}

bool
top_read(struct settings_file *file, struct settings_target *target)
{
	return settings_read(file, file->text, "", &top_settings, target) &&
	       check_accounts(file, target) && set_base_url(file, target);
}

#define INBOX_SECRET "looks like a secret, and is not shown: name a directory"

/*
 * It would become the name of a folder, and be logged.  A path of random names
 * is none if it leads anywhere.
 */
static bool
is_secret(struct pool *pool, const char *dir, const char *inbox)
{
	const char *path, *slash;
	struct stat st;

	if (inbox == NULL || inbox[0] == '/' ||
	    !credential_like(span_str(inbox)))
		return false;
	if ((slash = strrchr(inbox, '/')) == NULL)
		return true;
	path = pool_copy(pool, inbox, (size_t)(slash - inbox));
	path = path == NULL ? NULL : pool_path(pool, dir, path);
	return path == NULL || stat(path, &st) != 0;
}

/* True if one of the two is the other, or in it. */
static bool
overlap(const char *a, const char *b)
{
	size_t n = 0;

	while (a[n] != '\0' && a[n] == b[n])
		n++;
	return (a[n] == '\0' && (b[n] == '\0' || b[n] == '/')) ||
	       (b[n] == '\0' && a[n] == '/');
}

bool
top_inboxes(struct settings_file *file, const struct settings_target *target,
    const char *dir, struct inbox_settings *inbox)
{
	const struct top_words *top = target->dst;

	if (top->inbox == NULL || top->inbox[0] == '\0')
		return refuse(file, target, "inbox",
		    top->inbox == NULL
			? "missing: name the directory for the events"
			: "is empty: name the directory for the events");
	if (is_secret(file->pool, dir, top->inbox))
		return refuse(file, target, "inbox", INBOX_SECRET);
	if (is_secret(file->pool, dir, top->fallback_inbox))
		return refuse(file, target, "fallback_inbox", INBOX_SECRET);
	*inbox = (struct inbox_settings){
	    .group_access = top->group_access, .dedup_days = top->dedup_days};
	inbox->root = pool_path(file->pool, dir, top->inbox);
	if (inbox->root == NULL)
		return refuse(file, target, "inbox", "out of memory");
	if (top->fallback_inbox == NULL)
		return true;
	if (top->fallback_inbox[0] == '\0')
		return refuse(file, target, "fallback_inbox",
		    "is empty: name a directory on another file system, or "
		    "leave it out");
	inbox->fallback = pool_path(file->pool, dir, top->fallback_inbox);
	if (inbox->fallback == NULL)
		return refuse(file, target, "fallback_inbox", "out of memory");
	if (overlap(inbox->root, inbox->fallback))
		return refuse(file, target, "fallback_inbox",
		    "must not be the inbox, in it or around it: use another "
		    "file system");
	return true;
}

static unsigned
line_of(const struct settings_file *file, const struct settings_target *target,
    const char *key)
{
	if (!settings_said(target, &top_settings, key))
		return 0;
	return json_line(file->text, settings_at(target, &top_settings, key));
}

bool
top_run_user(struct settings_file *file, const char **name, unsigned *line)
{
	struct json_member member;
	enum lookup found =
	    settings_one(file, file->text, "", "run_user", &member);
	const char *fault = NULL;
	char *text = NULL;
	size_t len = 0;

	*name = NULL;
	*line = 0;
	if (found != LOOKUP_FOUND)
		return found == LOOKUP_NONE;
	*line = json_line(file->text, member.value.ptr);
	if (member.kind != JSON_STRING || !json_text(&member, &text, &len))
		fault = "must be a string";
	else if (strlen(text) != len || !is_account(text))
		fault = "must be the name of a user, as in /etc/passwd";
	else if ((*name = pool_copy(file->pool, text, len)) == NULL)
		fault = "out of memory";
	free(text);
	if (fault != NULL)
		settings_complain(
		    file, LVL_ERROR, member.value.ptr, "run_user", "%s", fault);
	return fault == NULL;
}

/* Take over what is wanted; its strings are in the pool. */
static bool
fill(struct config_top *dst, const struct settings_file *file,
    const struct settings_target *target)
{
	const struct top_words *top = target->dst;

	dst->user = top->user;
	dst->group = top->group;
	dst->base_url = top->base_url;
	dst->group_access = top->group_access;
	dst->user_line = line_of(file, target, "user");
	dst->group_line = line_of(file, target, "group");
	if (top->inbox == NULL || top->inbox[0] == '\0')
		return true;
	dst->inbox = pool_path(&dst->pool, dst->dir, top->inbox);
	return dst->inbox != NULL;
}

/* With runner, the user is run_user. */
static bool
load(const char *path, const struct log *log, bool runner,
    struct config_top *top)
{
	struct top_words words = top_defaults;
	struct settings_target target = {.dst = &words};
	struct settings_file file = {
	    .path = path, .pool = &top->pool, .log = log};
	struct file_content content;
	char shown[SHOWN_MAX];
	bool ok = false;

	*top =
	    (struct config_top){.user_setting = runner ? "run_user" : "user"};
	if (!top_paths(&top->pool, path, &top->path, &top->dir))
		settings_complain(
		    &file, LVL_ERROR, NULL, NULL, "out of memory");
	else if (top_open(&file, path, shown, &content)) {
		top->owner = content.st.st_uid;
		ok = top_read(&file, &target) && fill(top, &file, &target) &&
		     (!runner ||
			 top_run_user(&file, &top->user, &top->user_line));
		free(content.bytes);
	}
	if (!ok)
		config_top_free(top);
	return ok;
}

bool
config_top_log(const char *path, const struct log *log, struct config_top *top)
{
	return load(path, log, false, top);
}

bool
config_top_runner(
    const char *path, const struct log *log, struct config_top *top)
{
	return load(path, log, true, top);
}

bool
config_top(const char *path, struct config_top *top)
{
	return config_top_log(path, &log_silent, top);
}

void
config_top_free(struct config_top *top)
{
	pool_free(&top->pool);
	*top = (struct config_top){.path = NULL};
}
