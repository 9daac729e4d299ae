/* config.c - the settings file as a whole: found, read, judged, watched. */
#include <pwd.h>

#include "config/config.h"
#include "sandbox.h"

#include "../tap.h"

static char *no_env[] = {NULL};

/* Load the settings of this text; complaints are in sandbox_logged. */
static struct config *
load(const char *text)
{
	sandbox_log_clear();
	return config_load(
	    sandbox_text("hookdir.json", text, 0644), no_env, &sandbox_log);
}

/* The whole file is refused with exactly this behind its path. */
static void
refused(const char *text, const char *want)
{
	char full[1024];
	struct config *cfg = load(text);

	snprintf(full, sizeof(full), "hookdir: error: %s/hookdir.json:%s\n",
	    sandbox_dir, want);
	ok(cfg == NULL, "an error: %.60s", text);
	is_str(sandbox_logged, full, "and why");
	config_free(cfg);
}

static void
test_defaults(void)
{
	struct config *cfg =
	    load("{\"inbox\":\"in\",\"providers\":{}} // small");
	char want[SANDBOX_PATH_MAX];

	if (!ok(cfg != NULL, "the smallest settings"))
		return;
	is_str(sandbox_logged, "", "no complaint");
	snprintf(want, sizeof(want), "%s/in", sandbox_dir);
	is_str(
	    cfg->inbox.root, want, "the inbox is below the settings' folder");
	is_str(cfg->dir, sandbox_dir, "which is known");
	is_int(cfg->max_body, 1048576, "max_body");
	is_int(cfg->tolerance, 300, "tolerance");
	is_int(cfg->inbox.dedup_days, 8, "dedup_days");
	is_int(cfg->workers, 64, "workers");
	ok(!cfg->inbox.group_access, "group_access");
	is_int(cfg->nprovider, 0, "no provider");
	ok(config_provider(cfg, span_str("coral")) == NULL, "not by a name");
	config_free(cfg);
	config_free(NULL);
}

static void
test_ranges(void)
{
	static const struct {
		const char *name;
		long min, max;
	} row[] = {
	    {"max_body", 1, 67108864},
	    {"tolerance", 1, 2592000},
	    {"dedup_days", 1, 366},
	    {"workers", 1, 512},
	};
	char text[256], want[256];

	for (size_t i = 0; i < sizeof(row) / sizeof(row[0]); i++) {
		for (int side = 0; side < 2; side++) {
			long edge = side == 0 ? row[i].min : row[i].max;
			struct config *cfg;

			snprintf(text, sizeof(text),
			    "{\"inbox\":\"/in\",\"%s\":%ld,\"providers\":{}}",
			    row[i].name, edge);
			cfg = load(text);
			ok(cfg != NULL, "%s: %ld", row[i].name, edge);
			config_free(cfg);
			snprintf(text, sizeof(text),
			    "{\"inbox\":\"/in\",\"%s\":%ld,\"providers\":{}}",
			    row[i].name, edge + (side == 0 ? -1 : 1));
			snprintf(want, sizeof(want),
			    "1: %s: out of range: %ld to %ld", row[i].name,
			    row[i].min, row[i].max);
			refused(text, want);
		}
	}
}

static void
test_top(void)
{
	struct config *cfg =
	    load("{\n/* all */ \"inbox\" : \"/var/in\", // absolute\n"
		 "\"max_body\":1000,\"tolerance\":60,\"dedup_days\":3,"
		 "\"workers\":2 /* few */,\"group_access\":true // yes\n,"
		 "\"providers\":{}}");

	if (ok(cfg != NULL, "every setting")) {
		is_str(cfg->inbox.root, "/var/in", "inbox");
		is_int(cfg->max_body, 1000, "max_body");
		is_int(cfg->tolerance, 60, "tolerance");
		is_int(cfg->inbox.dedup_days, 3, "dedup_days");
		is_int(cfg->workers, 2, "workers");
		ok(cfg->inbox.group_access, "group_access");
	}
	config_free(cfg);
	refused("{\"providers\":{}}",
	    " inbox: missing: name the directory for the events");
	refused("{\n\"inbox\":\"\",\"providers\":{}}",
	    "2: inbox: is empty: name the directory for the events");
	refused("{\"inbox\":null,\"providers\":{}}",
	    "1: inbox: missing: name the directory for the events");
	refused("{\"inbox\":\"in\",\n\"fallback_inbox\":\"in/a\","
		"\"providers\":{}}",
	    "2: fallback_inbox: must not be the inbox, in it or around it: "
	    "use another file system");
	refused("{\"inbox\":\"in\"}",
	    " providers: missing: there must be an object with the providers, "
	    "or "
	    "a folder providers.d with a file for each");
	refused("{\"inbox\":\"in\",\n\"provider\":{}}",
	    "2: provider: unknown setting: did you mean \"providers\"?");
	refused("{\"inbox\":\"in\",\"providers\":[]}",
	    "1: providers: must be an object, {...}");
	refused("{\"inbox\":[\"in\"],\"providers\":{}}",
	    "1: inbox: must be a string");
	refused("{\"inbox\":\"in\",\"providers\":{},\n\"providers\":{}}",
	    "2: providers: duplicate setting");
	refused("{\"inbox\":\"in\",\"group_access\":\"no\",\"providers\":{}}",
	    "1: group_access: must be true or false");
	refused("", "1: must be one JSON object, {...}");
	refused(
	    "{\"inbox\":\"in\",\"providers\":{}", "1: " SETTINGS_SYNTAX_ERROR);
	refused("{\"inbox\":\"in\",\n\"providers\":{\n'coral':{}}}",
	    "3: providers: " SETTINGS_SYNTAX_ERROR
	    "; a text is in double quotes, \"...\"");
	refused("\xef\xbb\xbf{}",
	    "1: begins with a byte order mark: save it as "
	    "UTF-8 without a byte order mark");
	refused("\xff\xfe{", "1: is in UTF-16: save it as UTF-8 without a byte "
			     "order mark");
}

/* Each entry stands for itself. */
static void
test_entries(void)
{
	struct config *cfg;
	const struct provider *prov;
	char want[2048];

	sandbox_text("good.secret", "s\n", 0600);
	cfg = load("{\"inbox\":\"in\",\"providers\":{\n"
		   "\"coral\":{\"secret_file\":\"good.secret\"},\n"
		   "\"nvsep\":{\"secert_file\":\"good.secret\"},\n"
		   "\"vorsto\":\"good.secret\",\n"
		   "\"Blog\":{},\n"
		   "\"blog\":{\"preset\":\"coral\","
		   "\"secret_file\":\"good.secret\"},\n"
		   "\"spaces\":{\"secret_file\":\"good.secret\"},\n"
		   "\"spaces\":{\"secret_file\":\"good.secret\"}}}");
	if (!ok(cfg != NULL, "some entries are broken"))
		return;
	snprintf(want, sizeof(want),
	    "hookdir: error: %s/hookdir.json:3: providers.nvsep.secert_file: "
	    "unknown setting: did you mean \"secret_file\"?\n"
	    "hookdir: error: %s/hookdir.json:4: providers.vorsto: must be an "
	    "object, {...}\n"
	    "hookdir: error: %s/hookdir.json:5: providers.Blog: not a valid "
	    "name: use 1 to 32 of a-z, 0-9 and -, and do not begin with -: "
	    "did you mean \"blog\"?\n"
	    "hookdir: error: %s/hookdir.json:8: providers.spaces: duplicate "
	    "name\n",
	    sandbox_dir, sandbox_dir, sandbox_dir, sandbox_dir);
	is_str(sandbox_logged, want, "each is named, with its line");
	is_int(cfg->errors, 4, "and counted");
	is_int(cfg->nprovider, 5, "those with a name are there");
	prov = config_provider(cfg, span_str("coral"));
	ok(prov != NULL && !prov->broken, "coral works");
	prov = config_provider(cfg, span_str("blog"));
	ok(prov != NULL && !prov->broken, "blog works");
	for (const char *const *name =
		 (const char *const[]){"nvsep", "vorsto", "spaces", NULL};
	     *name != NULL; name++) {
		prov = config_provider(cfg, span_str(*name));
		ok(prov != NULL && prov->broken, "%s is broken", *name);
		ok(prov != NULL && prov->fault != NULL &&
			strstr(prov->fault, *name) != NULL,
		    "and says why");
	}
	ok(config_provider(cfg, span_str("Blog")) == NULL, "no such name");
	ok(config_provider(cfg, span_str("cora")) == NULL, "no beginnings");
	ok(config_provider(cfg, span_mem("coral\0", 6)) == NULL, "no NULs");
	config_free(cfg);
}

/* The first entry is one like the others. */
static void
test_first_twice(void)
{
	struct config *cfg = load("{\"inbox\":\"i\",\"providers\":{"
				  "\"coral\":{\"secret_file\":\"good.secret\"},"
				  "\"coral\":{}}}");

	if (!ok(cfg != NULL, "an inbox of one letter"))
		return;
	is_int(cfg->nprovider, 1, "the first entry twice");
	ok(cfg->provider[0].broken, "is broken");
	ok(sandbox_log_has("providers.coral: duplicate name"), "and named");
	config_free(cfg);
}

static void
test_files(void)
{
	static const char good[] = "{\"inbox\":\"in\",\"providers\":{}}";
	static char large[CONFIG_FILE_MAX + 2];
	struct config *cfg;

	memset(large, ' ', sizeof(large) - 1);
	memcpy(large, good, sizeof(good) - 1);
	sandbox_log_clear();
	cfg = config_load(sandbox_write("hookdir.json",
			      span_mem(large, CONFIG_FILE_MAX), 0600),
	    no_env, &sandbox_log);
	ok(cfg != NULL, "as large as may be");
	config_free(cfg);
	refused(large, " not a regular file of at most 1 MiB");

	sandbox_log_clear();
	ok(config_load(sandbox_text("hookdir.json", good, 0646), no_env,
	       &sandbox_log) == NULL,
	    "writable by all");
	ok(sandbox_log_has(
	       "every user of this machine can write it: chmod o-w"),
	    "and why");
	sandbox_log_clear();
	ok(config_load(sandbox_path("none.json"), no_env, &sandbox_log) == NULL,
	    "no file");
	ok(sandbox_log_has("none.json: cannot be opened: No such file"), "why");
	if (mkfifo(sandbox_path("fifo.json"), 0600) != 0)
		sandbox_die("mkfifo");
	sandbox_log_clear();
	ok(config_load(sandbox_path("fifo.json"), no_env, &sandbox_log) == NULL,
	    "a FIFO, without waiting");
	ok(sandbox_log_has("not a regular file of at most 1 MiB"), "and why");
	ok(config_load(sandbox_dir, no_env, &sandbox_log) == NULL, "a folder");
}

/* Give a file a time of its own, so that no change hides in one second. */
static void
touch(const char *name, time_t when)
{
	struct timespec times[2] = {{when, 0}, {when, 0}};

	if (utimensat(AT_FDCWD, sandbox_path(name), times, 0) != 0)
		sandbox_die("utimensat");
}

static void
test_changed(void)
{
	struct config *cfg;

	sandbox_text("one.secret", "s\n", 0600);
	unlink(sandbox_path("two.secret"));
	cfg = load("{\"inbox\":\"in\",\"providers\":{"
		   "\"coral\":{\"secret_file\":\"one.secret\"},"
		   "\"nvsep\":{\"secret_file\":\"two.secret\"}}}");
	if (!ok(cfg != NULL && cfg->errors == 1, "a secret is missing"))
		return;
	ok(!config_changed(cfg), "nothing changed");
	touch("one.secret", 1000000000);
	ok(config_changed(cfg), "a secret changed");
	config_free(cfg);
	cfg = load("{\"inbox\":\"in\",\"providers\":{"
		   "\"coral\":{\"secret_file\":\"one.secret\"},"
		   "\"nvsep\":{\"secret_file\":\"two.secret\"}}}");
	ok(!config_changed(cfg), "nothing changed again");
	sandbox_text("two.secret", "s\n", 0600);
	ok(config_changed(cfg), "the missing secret is there now");
	unlink(sandbox_path("two.secret"));
	ok(!config_changed(cfg), "and gone again");
	chmod(sandbox_path("one.secret"), 0640);
	ok(config_changed(cfg), "a mode changed");
	config_free(cfg);
	cfg = load("{\"inbox\":\"in\",\"providers\":{}}");
	touch("hookdir.json", 1000000000);
	ok(config_changed(cfg), "the settings changed");
	unlink(sandbox_path("hookdir.json"));
	ok(config_changed(cfg), "or are gone");
	config_free(cfg);
}

/* Where the file is looked for, with this environment. */
static void
located(const char *one, const char *two, const char *want)
{
	char first[128], second[128], path[CONFIG_PATH_MAX];
	char *env[3] = {NULL};
	size_t n = 0;

	snprintf(first, sizeof(first), "%s", one == NULL ? "" : one);
	snprintf(second, sizeof(second), "%s", two == NULL ? "" : two);
	if (one != NULL)
		env[n++] = first;
	if (two != NULL)
		env[n++] = second;
	config_locate(path, env);
	is_str(path, want, "%s %s", one == NULL ? "-" : one,
	    two == NULL ? "-" : two);
}

static void
test_locate(void)
{
	const struct passwd *pw = getpwuid(geteuid());
	char other[CONFIG_PATH_MAX] = "/etc/hookdir/hookdir.json";
	char home[CONFIG_PATH_MAX];

	if (pw != NULL) {
		snprintf(home, sizeof(home), "%s/.config/hookdir/hookdir.json",
		    pw->pw_dir);
		if (access(home, F_OK) == 0)
			memcpy(other, home, sizeof(other));
	}
	located("HOOKDIR_CONFIG=/a", NULL, "/a");
	located("SSL_HOOKDIR_CONFIG=/b", NULL, "/b");
	located("SSL_HOOKDIR_CONFIG=/b", "HOOKDIR_CONFIG=/a", "/a");
	located("HOOKDIR_CONFIG=", "SSL_HOOKDIR_CONFIG=/b", "/b");
	located("HTTP_HOOKDIR_CONFIG=/evil", NULL, other);
	located("HOOKDIR_CONFIGX=/evil", "XHOOKDIR_CONFIG=/evil", other);
	located("HOOKDIR_CONFIG=", NULL, other);
	located(NULL, NULL, other);
}

/* A relative path is made whole once: a worker may stand elsewhere later. */
static void
test_relative(void)
{
	char before[CONFIG_PATH_MAX], want[SANDBOX_PATH_MAX];
	struct config *cfg;

	sandbox_text(
	    "hookdir.json", "{\"inbox\":\"in\",\"providers\":{}}", 0600);
	if (getcwd(before, sizeof(before)) == NULL || chdir(sandbox_dir) != 0)
		sandbox_die("chdir");
	cfg = config_load("hookdir.json", no_env, &sandbox_log);
	if (chdir(before) != 0)
		sandbox_die("chdir");
	snprintf(want, sizeof(want), "%s/in", sandbox_dir);
	if (ok(cfg != NULL, "by a relative path")) {
		is_str(cfg->inbox.root, want, "the inbox is absolute");
		ok(!config_changed(cfg), "and so is what is watched");
	}
	config_free(cfg);
}

/* The line of the first byte that does not fit, not that of the end. */
static void
test_lines(void)
{
	static const struct {
		const char *text, *line;
	} row[] = {
	    {"{\"inbox\":\"in\",\n\"providers\":{\n\"a\":{}\n\n\"b\":{\n}\n}"
	     "\n}",
		":5:"},
	    {"{\"inbox\":\"in\",\n\"providers\":{\n\"a\":{\n\"id\":\"x\"\n"
	     "\"type\":\"y\"\n}\n}\n}\n",
		":5:"},
	    {"{\"inbox\":\"in\"\n\"providers\":{\n}\n}\n", ":2:"},
	    {"{\"inbox\":\"in\",\n\"providers\":{\n\"a\":{\"claims\":[\"x\"\n"
	     "\"y\"]\n}\n}\n}\n",
		":4:"},
	    {"{\"inbox\":\"in\",\n\"providers\":{\n\"a\":{},\n}]\n}\n", ":4:"},
	    {"{\"inbox\":\"in\",\n\"providers\":{\n\"a\" {}\n}\n}\n", ":3:"},
	};

	for (size_t i = 0; i < sizeof(row) / sizeof(row[0]); i++) {
		char want[64];

		snprintf(want, sizeof(want), "hookdir.json%s syntax error",
		    row[i].line);
		ok(load(row[i].text) == NULL, "malformed, %zu", i);
		ok(sandbox_log_has(want), "at%s %s", row[i].line,
		    sandbox_logged);
	}
}

int
main(void)
{
	sandbox_make();
	test_defaults();
	test_ranges();
	test_top();
	test_lines();
	test_entries();
	test_first_twice();
	test_files();
	test_changed();
	test_locate();
	test_relative();
	sandbox_remove(sandbox_dir);
	return done();
}
