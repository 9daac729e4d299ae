/* config_top.c - the settings at the top: who runs hookdir, and where. */
#include "config/config.h"
#include "sandbox.h"

#include "../tap.h"

static char *no_env[] = {NULL};

/* Settings with this in front of the rest. */
static const char *
settings(const char *more)
{
	char text[2048];

	snprintf(text, sizeof(text), "{\"inbox\":\"in\",\n%s\"providers\":{}}",
	    more);
	return sandbox_text("hookdir.json", text, 0644);
}

static void
test_said(void)
{
	char want[SANDBOX_PATH_MAX];
	struct config_top top;
	struct config *cfg;
	const char *path =
	    settings("\"user\":\"_hookdir\",\n\"group\":\"mail\","
		     "\"base_url\":\"https://a.b/hooks//\","
		     "\"group_access\":true,");

	if (!ok(config_top(path, &top), "the top is read"))
		return;
	snprintf(want, sizeof(want), "%s/in", sandbox_dir);
	is_str(top.inbox, want, "inbox");
	is_str(top.path, path, "path");
	is_str(top.dir, sandbox_dir, "dir");
	is_str(top.user, "_hookdir", "user");
	is_str(top.group, "mail", "group");
	is_str(top.base_url, "https://a.b/hooks", "base_url, without slashes");
	ok(top.group_access, "group_access");
	is_int(top.user_line, 2, "the line of user");
	is_int(top.group_line, 3, "the line of group");
	config_top_free(&top);
	cfg = config_load(path, no_env, &sandbox_log);
	if (ok(cfg != NULL, "the whole as well")) {
		is_str(cfg->user, "_hookdir", "user");
		is_str(cfg->group, "mail", "group");
		is_str(cfg->base_url, "https://a.b/hooks", "base_url");
	}
	config_free(cfg);
}

static void
test_unsaid(void)
{
	struct config_top top;

	if (!ok(config_top(settings("\"user\":null,"), &top), "nothing said"))
		return;
	ok(top.user == NULL && top.group == NULL && top.base_url == NULL &&
		!top.group_access && top.user_line == 0 && top.group_line == 0,
	    "nothing known");
	config_top_free(&top);
	ok(config_top(sandbox_text("hookdir.json", "{}", 0644), &top),
	    "not even an inbox");
	ok(top.inbox == NULL, "no inbox");
	config_top_free(&top);
}

/* The top is refused by both, and only one of them says so. */
static void
refused(const char *more, const char *want)
{
	const char *path = settings(more);
	char full[1024];
	struct config_top top;
	struct config *cfg;

	snprintf(full, sizeof(full), "hookdir: error: %s:2: %s\n", path, want);
	sandbox_log_clear();
	ok(!config_top(path, &top), "refused: %s", more);
	is_str(sandbox_logged, "", "without a word");
	cfg = config_load(path, no_env, &sandbox_log);
	ok(cfg == NULL, "by config_load() too");
	is_str(sandbox_logged, full, "which says why");
	sandbox_log_clear();
	ok(!config_top_log(path, &sandbox_log, &top), "and config_top_log()");
	is_str(sandbox_logged, full, "says the same");
	config_free(cfg);
}

/* For `hookdir run`, the user is run_user; for all others, it is not there. */
static void
test_runner(void)
{
	const char *path =
	    settings("\"user\":\"a\",\n\"run_user\":\"_run\",\n");
	struct config_top top;

	if (!ok(config_top_runner(path, &sandbox_log, &top), "of the runner"))
		return;
	is_str(top.user, "_run", "its user");
	is_int(top.user_line, 3, "the line");
	is_str(top.user_setting, "run_user", "the setting");
	config_top_free(&top);
	if (!ok(config_top(path, &top), "of the receiver"))
		return;
	is_str(top.user, "a", "its user");
	is_str(top.user_setting, "user", "the setting");
	config_top_free(&top);
	path = settings("\"user\":\"a\",");
	ok(config_top_runner(path, &sandbox_log, &top) && top.user == NULL &&
		top.user_line == 0,
	    "without run_user, the other does not count");
	config_top_free(&top);
	path = settings("\"run_user\":0,");
	sandbox_log_clear();
	ok(!config_top_runner(path, &sandbox_log, &top) &&
		sandbox_log_has(":2: run_user: must be a string"),
	    "an error of the runner's");
	ok(config_top(path, &top), "is none of the receiver's");
	config_top_free(&top);
}

static void
test_refused(void)
{
	static const char *const good[] = {"www-data", "_hookdir", "a", "host$",
	    "jane.doe", "DOMAIN-u_1@x", "4you"};
	static const char *const bad[] = {
	    "", "33", "-x", "a b", "a:b", "a/b", "$", "a$b", "\xc3\xa4", "a,b"};
	char more[128];
	struct config_top top;

	for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++) {
		snprintf(more, sizeof(more), "\"user\":\"%s\",", good[i]);
		ok(config_top(settings(more), &top), "user %s", good[i]);
		config_top_free(&top);
	}
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		snprintf(more, sizeof(more), "\"user\":\"%s\",", bad[i]);
		refused(more,
		    "user: must be the name of a user, as in /etc/passwd");
		snprintf(more, sizeof(more), "\"group\":\"%s\",", bad[i]);
		refused(more,
		    "group: must be the name of a group, as in /etc/group");
	}
	refused("\"base_url\":\"hooks.example\",",
	    "base_url: must begin with http:// or https://");
	refused("\"base_url\":\"https://hooks.example/?a\",",
	    "base_url: must end with its path, without ? and #");
	refused("\"base_url\":\"https://u:hunter2@hooks.example/\",",
	    "base_url: must not contain a user name or a password");
	refused("\"user\":33,", "user: must be a string");
	refused("\"url\":\"https://a\",",
	    "url: unknown setting: did you mean \"base_url\"?");
}

/* The URL that a sender was given, unless the entry says another. */
static void
test_public_url(void)
{
	static const struct {
		const char *more, *want;
	} row[] = {
	    {"", "https://a/hooks/coral"},
	    {",\"public_url\":\"https://b/c\"", "https://b/c"},
	    {",\"public_url\":null", NULL},
	};
	char text[512];

	sandbox_text("s", "a secret of some length\n", 0600);
	for (size_t i = 0; i < sizeof(row) / sizeof(row[0]); i++) {
		struct config *cfg;

		snprintf(text, sizeof(text),
		    "{\"inbox\":\"in\",\"base_url\":\"https://a/hooks/\","
		    "\"providers\":{\"coral\":{\"secret_file\":\"s\"%s}}}",
		    row[i].more);
		cfg = config_load(sandbox_text("hookdir.json", text, 0644),
		    no_env, &sandbox_log);
		if (ok(cfg != NULL && cfg->nprovider == 1, "coral%s",
			row[i].more))
			is_str(cfg->provider[0].profile.public_url, row[i].want,
			    "its public URL");
		config_free(cfg);
	}
}

int
main(void)
{
	sandbox_make();
	test_said();
	test_unsaid();
	test_runner();
	test_refused();
	test_public_url();
	sandbox_remove(sandbox_dir);
	return done();
}
