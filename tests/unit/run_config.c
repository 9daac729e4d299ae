/*
 * run_config.c - "run" and run_user: what is read, what is refused and how it
 * is said; and that none of it is an error of the receiver's.
 */
#include "config/run_config.h"
#include "sandbox.h"

#include "../tap.h"

static char *const no_env[] = {NULL};

#define COMMAND "\"command\":[\"true\"]"

/* Settings with one provider, whose entry says run; more is at the top. */
static const char *
write_settings(const char *run, const char *more)
{
	static char text[65536];
	int n = snprintf(text, sizeof(text),
	    "{\"inbox\":\"in\",%s\n\"providers\":{\"coral\":{\n"
	    "\"secret_file\":\"secret\",\"signature\":\"X-Sig\",\n%s}}}",
	    more, run);

	if (n < 0 || (size_t)n >= sizeof(text))
		sandbox_die("settings");
	return sandbox_text("hookdir.json", text, 0600);
}

/* With what is wrong in it, the receiver has its provider, and says nothing. */
static void
is_no_error_of_the_receiver(const char *path, const char *what)
{
	struct config *cfg;

	sandbox_log_clear();
	cfg = config_load(path, no_env, &sandbox_log);
	ok(cfg != NULL && cfg->nprovider == 1 && !cfg->provider[0].broken &&
		cfg->errors == 0 && cfg->warnings == 0,
	    "the receiver goes on: %s", what);
	is_str(sandbox_logged, "", "and says nothing");
	config_free(cfg);
	cfg = config_load_one(path, no_env, span_str("coral"), &sandbox_log);
	ok(cfg != NULL && cfg->nprovider == 1 && !cfg->provider[0].broken,
	    "also for one delivery");
	is_str(sandbox_logged, "", "and says nothing");
	config_free(cfg);
}

/* --- what is read --- */

static struct run_config *
load(const char *run)
{
	const char *path = write_settings(run, "");

	sandbox_log_clear();
	return run_config_load(path, &sandbox_log, &sandbox_log);
}

static struct run_config *
good(const char *run)
{
	struct run_config *cfg = load(run);

	if (cfg == NULL || cfg->n != 1 || cfg->provider[0].broken) {
		fprintf(stderr, "%s", sandbox_logged);
		sandbox_die(run);
	}
	is_str(sandbox_logged, "", "no complaint");
	is_int(cfg->errors, 0, "no error");
	return cfg;
}

static void
test_all(void)
{
	struct run_config *cfg = good(
	    "\"run\":{\"command\":[\"/bin/a\",\"b\",\"\"],\"type\":[\"x.*\","
	    "\"y\"],\"jobs\":4,\"order\":\"json:a.b\",\"timeout\":60,"
	    "\"retry\":[1,2],\"keep_hours\":24,\"failed_days\":30,"
	    "\"persistent\":true,\"directory\":\"work\",\"environment\":{"
	    "\"A\":\"1=2\",\"b_C\":\"\"}}");
	const struct run_provider *prov = &cfg->provider[0];
	const struct run_entry *entry = prov->entry;

	is_str(prov->name, "coral", "the name");
	is_str(prov->path, cfg->path, "the file");
	is_int(prov->n, 1, "one entry");
	is_str(entry->key, "providers.coral.run", "its key");
	is_int(entry->line, 4, "its line");
	is_str(entry->command[0], "/bin/a", "the program");
	is_str(entry->command[1], "b", "an argument");
	is_str(entry->command[2], "", "an empty argument");
	is_str(entry->command[3], NULL, "no more");
	is_str(entry->forward, NULL, "no URL");
	is_str(entry->type[1], "y", "the second type");
	is_str(entry->type[2], NULL, "no third");
	is_int(entry->jobs, 4, "jobs");
	is_int(entry->order.kind, RUN_ORDER_JSON, "order");
	is_str(entry->order.name, "a.b", "by what");
	is_int(entry->timeout, 60, "timeout");
	is_int(entry->nretry, 2, "retry");
	is_int(entry->retry[1], 2, "the second");
	is_int(entry->keep_hours, 24, "keep_hours");
	is_int(entry->failed_days, 30, "failed_days");
	ok(entry->persistent, "persistent");
	is_str(
	    entry->directory, sandbox_path("work"), "relative to the settings");
	is_str(entry->environment[0], "A=1=2", "a variable");
	is_str(entry->environment[1], "b_C=", "an empty one");
	is_str(entry->environment[2], NULL, "no more");
	run_config_free(cfg);
}

static void
test_forward(void)
{
	struct run_config *cfg =
	    good("\"run\":{\"forward\":\"http://10.0.0.1/x\",\"insecure\":true,"
		 "\"forward_secret_file\":\"s\",\"forward_ca_file\":\"/ca\","
		 "\"type\":\"a\",\"command\":null}");
	const struct run_entry *entry = cfg->provider[0].entry;

	is_str(entry->command[0], NULL, "no command");
	is_str(entry->forward, "http://10.0.0.1/x", "the URL");
	ok(entry->insecure, "insecure");
	is_str(entry->forward_secret_file, sandbox_path("s"), "its secret");
	is_str(entry->forward_ca_file, "/ca", "its CA");
	is_str(entry->type[0], "a", "one type");
	run_config_free(cfg);
	run_config_free(
	    good("\"run\":{\"forward\":\"http://localhost:3000/x\"}"));
	run_config_free(good("\"run\":{\"forward\":\"https://a.example\"}"));
}

static void
test_defaults(void)
{
	static const char *const same[] = {"\"run\":{" COMMAND "}",
	    "\"run\":{" COMMAND ",\"type\":null,\"jobs\":null,\"order\":null,"
	    "\"timeout\":null,\"retry\":null,\"keep_hours\":null,"
	    "\"failed_days\":null,\"persistent\":null,\"directory\":null,"
	    "\"environment\":null,\"forward\":null,\"insecure\":null,"
	    "\"forward_secret_file\":null,\"forward_ca_file\":null}"};

	for (size_t i = 0; i < 2; i++) {
		struct run_config *cfg = good(same[i]);
		struct run_entry *entry = cfg->provider[0].entry;

		entry->command[0] = NULL;
		entry->key = NULL;
		entry->line = 0;
		ok(strcmp(entry->directory, "/") == 0 &&
			memcmp(entry->retry, run_entry_default.retry,
			    sizeof(entry->retry)) == 0,
		    "the folder, and the schedule");
		entry->directory = run_entry_default.directory;
		ok(memcmp(entry, &run_entry_default, sizeof(*entry)) == 0,
		    "and all else is the default");
		run_config_free(cfg);
	}
}

static void
test_none(void)
{
	static const char *const none[] = {"\"id\":null", "\"run\":null"};
	static const char *const empty = "\"run\":{" COMMAND ",\"retry\":[]}";
	struct run_config *cfg;

	for (size_t i = 0; i < 2; i++) {
		cfg = good(none[i]);
		is_int(cfg->provider[0].n, 0, "%s: no entries", none[i]);
		run_config_free(cfg);
	}
	cfg = good(empty);
	is_int(cfg->provider[0].entry[0].nretry, 0, "[] is a schedule");
	run_config_free(cfg);
}

/* --- which entry, how long --- */

static struct span
type(const char *text)
{
	return span_str(text);
}

static void
test_choice(void)
{
	struct run_config *cfg =
	    good("\"run\":[{" COMMAND ",\"type\":\"a.*\",\"keep_hours\":1,"
		 "\"failed_days\":9},\n{" COMMAND ",\"type\":[\"a.b\",\"c\"],"
		 "\"keep_hours\":3,\"failed_days\":5}]");
	const struct run_provider *prov =
	    run_config_provider(cfg, span_str("coral"));
	struct run_kept kept;

	ok(prov == cfg->provider, "the provider");
	ok(run_config_provider(cfg, span_str("reef")) == NULL, "no other");
	is_str(prov->entry[1].key, "providers.coral.run[1]", "the second");
	is_int(prov->entry[1].line, 5, "its line");
	ok(run_provider_entry(prov, type("a.b")) == &prov->entry[0],
	    "the first that fits");
	ok(run_provider_entry(prov, type("c")) == &prov->entry[1],
	    "only the second fits");
	ok(run_provider_entry(prov, type("d")) == NULL, "none fits");
	kept = run_provider_kept(prov, type("a.b"));
	is_int(kept.keep_hours, 1, "as the first says");
	is_int(kept.failed_days, 9, "here too");
	kept = run_provider_kept(prov, type("c"));
	is_int(kept.keep_hours, 3, "as the second says");
	is_int(kept.failed_days, 5, "here too");
	kept = run_provider_kept(prov, type("d"));
	is_int(kept.keep_hours, 3, "none: the largest");
	is_int(kept.failed_days, 9, "of each");
	run_config_free(cfg);
}

/* Which entries never take anything, and whether some events stay. */
static void
test_idle(void)
{
	static const struct {
		const char *first, *second;
		bool second_idle, nothing_left;
	} row[] = {
	    {"null", "null", true, true},
	    {"\"*\"", "\"a\"", true, true},
	    {"\"a\"", "null", false, true},
	    {"\"a\"", "[\"b\",\"*\"]", false, true},
	    {"\"a*\"", "\"b\"", false, false},
	    {"\"a.*\"", "\"a.b.*\"", true, false},
	    {"\"a.*\"", "[\"a.b\",\"a.c\"]", true, false},
	    {"\"a.*\"", "[\"a.b\",\"b\"]", false, false},
	    {"\"a.b.*\"", "\"a.*\"", false, false},
	    {"[\"a\",\"b\"]", "[\"b\",\"a\"]", true, false},
	    {"\"*a\"", "\"*\"", false, true},
	};
	char text[256];

	for (size_t i = 0; i < sizeof(row) / sizeof(row[0]); i++) {
		struct run_config *cfg;

		snprintf(text, sizeof(text),
		    "\"run\":[{" COMMAND ",\"type\":%s},{" COMMAND
		    ",\"type\":%s}]",
		    row[i].first, row[i].second);
		cfg = good(text);
		ok(!run_provider_idle(cfg->provider, 0), "the first is not");
		is_int(run_provider_idle(cfg->provider, 1), row[i].second_idle,
		    "%s after %s", row[i].second, row[i].first);
		is_int(run_provider_idle(cfg->provider, 2), row[i].nothing_left,
		    "and the rest");
		run_config_free(cfg);
	}
}

static void
test_kept(void)
{
	struct run_config *cfg = good("\"run\":null");
	struct run_kept kept = run_provider_kept(cfg->provider, type("a"));

	is_int(kept.keep_hours, 0, "without settings, nothing in done/");
	is_int(kept.failed_days, RUN_FOR_EVER, "and all in failed/");
	run_config_free(cfg);
	cfg = good(
	    "\"run\":[{" COMMAND ",\"type\":\"a\",\"failed_days\":9},{" COMMAND
	    ",\"type\":\"b\"}]");
	kept = run_provider_kept(cfg->provider, type("c"));
	is_int(kept.failed_days, RUN_FOR_EVER, "for ever is the largest");
	run_config_free(cfg);
	cfg = load("\"run\":{\"keep_hours\":1}");
	kept = run_provider_kept(cfg->provider, type("a"));
	is_int(kept.keep_hours, RUN_FOR_EVER, "what it is to be is not known");
	is_int(kept.failed_days, RUN_FOR_EVER, "here neither");
	ok(run_provider_entry(cfg->provider, type("a")) == NULL,
	    "and nothing is taken");
	run_config_free(cfg);
}

/* --- what is refused --- */

#define LINE "hookdir.json:4: providers.coral."

static const struct {
	const char *run, *complaint;
} bad[] = {
    {"\"run\":1", LINE "run: must be an object, {...}, or a list of objects"},
    {"\"run\":\"true\"", LINE "run: must be an object, {...}, or a list"},
    {"\"run\":[]", LINE "run: must be an object, or a list of 1 to 64"},
    {"\"run\":[{" COMMAND "},1]", LINE "run[1]: must be an object, {...}"},
    {"\"run\":[[{" COMMAND "}]]", LINE "run[0]: must be an object, {...}"},
    {"\"run\":{" COMMAND "},\"run\":{}", LINE "run: duplicate setting"},
    {"\"run\":[{" COMMAND "},{}]",
	LINE "run[1].command: missing: name the program"},
    {"\"run\":{\n" COMMAND ",\n\"jbos\":2}",
	"hookdir.json:6: providers.coral.run.jbos: unknown setting: did you "
	"mean \"jobs\"?"},
    {"\"run\":{" COMMAND ",\"concurrency\":2}",
	LINE "run.concurrency: unknown setting: did you mean \"jobs\"?"},
    {"\"run\":{" COMMAND ",\"retries\":2}",
	LINE "run.retries: unknown setting: did you mean \"retry\"?"},
    {"\"run\":{\"cmd\":[\"true\"]}",
	LINE "run.cmd: unknown setting: did you mean \"command\"?"},
    {"\"run\":{" COMMAND ",\"dedup_days\":2}",
	LINE "run.dedup_days: unknown setting: it belongs at the top"},
    {"\"run\":{" COMMAND "," COMMAND "}",
	LINE "run.command: duplicate setting"},
    {"\"run\":{}", LINE "run.command: missing: name the program"},
    {"\"run\":{\"command\":null}", LINE "run.command: missing"},
    {"\"run\":{\"command\":\"true\"}",
	LINE "run.command: must be a list, [\"PROGRAM\", \"ARGUMENT\", ...]: "
	     "no shell reads it"},
    {"\"run\":{\"command\":[]}", LINE "run.command: must be a list of"},
    {"\"run\":{\"command\":[1]}", LINE "run.command: must be a list of"},
    {"\"run\":{\"command\":[\"\"]}",
	LINE "run.command: is empty: name the program first"},
    {"\"run\":{\"command\":[\"bin/x\"]}",
	LINE "run.command: must begin with an absolute path, or with a name"},
    {"\"run\":{\"command\":[\"~/x\"]}",
	LINE "run.command: must begin with an absolute path"},
    {"\"run\":{\"command\":[\"a\\u0000b\"]}",
	LINE "run.command: must be a list of strings"},
    {"\"run\":{" COMMAND ",\"forward\":\"https://a\"}",
	LINE "run.forward: cannot be used together with command"},
    {"\"run\":{\"forward\":\"\"}", LINE "run.forward: must begin with http"},
    {"\"run\":{\"forward\":[\"https://a\"]}",
	LINE "run.forward: must be a string"},
    {"\"run\":{\"forward\":\"https://u:hunter2@a/\"}",
	LINE "run.forward: must not contain a user name or a password"},
    {"\"run\":{\"forward\":\"http://a.example/\"}",
	LINE "run.forward: must begin with https://, since it does not lead "
	     "to this machine"},
    {"\"run\":{\"forward\":\"https://a\",\"persistent\":true}",
	LINE "run.persistent: cannot be used with forward"},
    {"\"run\":{" COMMAND ",\"type\":\"\"}", LINE "run.type: is empty"},
    {"\"run\":{" COMMAND ",\"type\":[]}", LINE "run.type: must be a list"},
    {"\"run\":{" COMMAND ",\"type\":7}", LINE "run.type: must be a string"},
    {"\"run\":{" COMMAND ",\"jobs\":0}",
	LINE "run.jobs: out of range: 1 to 256"},
    {"\"run\":{" COMMAND ",\"jobs\":257}", LINE "run.jobs: out of range"},
    {"\"run\":{" COMMAND ",\"jobs\":\"2\"}",
	LINE "run.jobs: must be a whole number"},
    {"\"run\":{" COMMAND ",\"jobs\":2,\"order\":\"all\"}",
	LINE "run.jobs: must be 1 with \"order\": \"all\""},
    {"\"run\":{" COMMAND ",\"order\":\"fifo\"}",
	LINE "run.order: must be none, all, json:PATH or header:NAME\n"},
    {"\"run\":{" COMMAND ",\"order\":\"al\"}",
	LINE "run.order: must be none, all, json:PATH or header:NAME: did you "
	     "mean \"all\"?"},
    {"\"run\":{" COMMAND ",\"order\":\"Header:X-A\"}",
	LINE "run.order: must be none, all, json:PATH or header:NAME: did you "
	     "mean \"header\"?"},
    {"\"run\":{" COMMAND ",\"order\":\"json:a..b\"}",
	LINE "run.order: must be none, all, json:PATH or header:NAME\n"},
    {"\"run\":{" COMMAND ",\"order\":\"customer\"}",
	LINE "run.order: must be none, all, json:PATH or header:NAME"},
    {"\"run\":{" COMMAND ",\"order\":true}",
	LINE "run.order: must be a string"},
    {"\"run\":{" COMMAND ",\"timeout\":0}",
	LINE "run.timeout: out of range: 1 to 86400"},
    {"\"run\":{" COMMAND ",\"timeout\":86401}", LINE "run.timeout: out of"},
    {"\"run\":{" COMMAND ",\"timeout\":1.5}",
	LINE "run.timeout: must be a whole number"},
    {"\"run\":{" COMMAND ",\"retry\":5}",
	LINE "run.retry: must be a list of whole numbers, [...]"},
    {"\"run\":{" COMMAND ",\"retry\":[\"5\"]}",
	LINE "run.retry: must be a whole number"},
    {"\"run\":{" COMMAND ",\"retry\":[-5]}",
	LINE "run.retry: out of range: 0 to 2592000"},
    {"\"run\":{" COMMAND ",\"retry\":[5,2592001]}",
	LINE "run.retry: out of range"},
    {"\"run\":{" COMMAND ",\"retry\":[5,]}", LINE "run.retry: must be a list"},
    {"\"run\":{" COMMAND ",\"keep_hours\":-1}",
	LINE "run.keep_hours: out of range: 0 to 8784"},
    {"\"run\":{" COMMAND ",\"failed_days\":0}",
	LINE "run.failed_days: out of range: 1 to 3660"},
    {"\"run\":{" COMMAND ",\"persistent\":1}",
	LINE "run.persistent: must be true or false"},
    {"\"run\":{" COMMAND ",\"directory\":\"\"}",
	LINE "run.directory: is empty"},
    {"\"run\":{" COMMAND ",\"environment\":[\"A=1\"]}",
	LINE "run.environment: must be an object, {...}"},
    {"\"run\":{" COMMAND ",\"environment\":{\"A\":1}}",
	LINE "run.environment: must be an object of strings"},
    {"\"run\":{" COMMAND ",\"environment\":{\"A\":\"\\u0000\"}}",
	LINE "run.environment: must be an object of strings"},
    {"\"run\":{" COMMAND ",\"environment\":{\"A=B\":\"1\"}}",
	LINE "run.environment: must be an object of strings"},
    {"\"run\":{" COMMAND ",\"environment\":{\"\":\"1\"}}",
	LINE "run.environment: must have names of letters"},
    {"\"run\":{" COMMAND ",\"environment\":{\"1A\":\"1\"}}",
	LINE "run.environment: must have names of letters"},
    {"\"run\":{" COMMAND ",\"environment\":{\"A\":\"1\",\"A\":\"2\"}}",
	LINE "run.environment: has the same name twice"},
    {"\"run\":{" COMMAND ",\"environment\":{\"HOOKDIR_ID\":\"hunter2\"}}",
	LINE "run.environment: must not have a name that begins with HOOKDIR_"},
    {"\"run\":{" COMMAND ",\"forward_secret_file\":\"\"}",
	LINE "run.forward_secret_file: is empty"},
    {"\"run\":{" COMMAND ",\"forward_ca_file\":\"\"}",
	LINE "run.forward_ca_file: is empty"},
    {"\"run\":{" COMMAND ",\"insecure\":\"yes\"}",
	LINE "run.insecure: must be true or false"},
    {"\"run\":{" COMMAND ",}", "hookdir.json:4: syntax error"},
    {"\"run\":[{" COMMAND "},]", LINE "run"},
    {"\"run\":tRUE", LINE "run: must be an object"},
};

static void
test_bad(void)
{
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		struct run_config *cfg = load(bad[i].run);

		if (!ok(sandbox_log_has(bad[i].complaint), "%s", bad[i].run))
			printf("# %s", sandbox_logged);
		ok(!sandbox_log_has("hunter2"), "without a value");
		ok(cfg != NULL && cfg->n == 1 && cfg->provider[0].broken &&
			cfg->errors > 0 &&
			strstr(sandbox_logged, cfg->provider[0].fault) != NULL,
		    "the provider is broken, and knows why");
		run_config_free(cfg);
		is_no_error_of_the_receiver(
		    sandbox_path("hookdir.json"), bad[i].run);
	}
}

/* One value more than there may be. */
static void
test_too_many(void)
{
	static const struct {
		const char *setting, *value;
		char close;
		int most;
	} row[] = {
	    {"{\"command\":[", "\"a\"", ']', RUN_COMMAND_MAX},
	    {"{" COMMAND ",\"type\":[", "\"a\"", ']', RUN_TYPES_MAX},
	    {"{" COMMAND ",\"retry\":[", "1", ']', RUN_RETRY_MAX},
	    {"{" COMMAND ",\"environment\":{", "\"A%d\":\"\"", '}',
		RUN_ENVIRONMENT_MAX},
	    {"[", "{" COMMAND "}", '\0', RUN_ENTRIES_MAX},
	};
	char text[8192];

	for (size_t i = 0; i < sizeof(row) / sizeof(row[0]); i++) {
		for (int more = 0; more < 2; more++) {
			struct run_config *cfg;
			int n = snprintf(
			    text, sizeof(text), "\"run\":%s", row[i].setting);

			for (int k = 0; k < row[i].most + more; k++) {
				n +=
				    snprintf(text + n, sizeof(text) - (size_t)n,
					"%s", k == 0 ? "" : ",");
				n += strstr(row[i].value, "%d") != NULL
					 ? snprintf(text + n,
					       sizeof(text) - (size_t)n,
					       "\"A%d\":\"\"", k)
					 : snprintf(text + n,
					       sizeof(text) - (size_t)n, "%s",
					       row[i].value);
			}
			snprintf(text + n, sizeof(text) - (size_t)n, "%s",
			    row[i].close == ']'   ? "]}"
			    : row[i].close == '}' ? "}}"
						  : "]");
			cfg = load(text);
			ok(cfg != NULL &&
				cfg->provider[0].broken == (more == 1),
			    "%s: %d", row[i].setting, row[i].most + more);
			run_config_free(cfg);
		}
	}
}

/* All that is wrong is said, not only the first of it. */
static void
test_several(void)
{
	struct run_config *cfg = load(
	    "\"run\":[{" COMMAND ",\"jobs\":0},{\"type\":1},{" COMMAND "}]");

	ok(sandbox_log_has("run[0].jobs: ") && sandbox_log_has("run[1].type: "),
	    "both");
	is_int(cfg->errors, 2, "are counted");
	run_config_free(cfg);
}

/* --- the rest of the settings --- */

static void
test_user(void)
{
	static const struct {
		const char *top, *complaint;
	} wrong[] = {
	    {"\"run_user\":7,", "hookdir.json:1: run_user: must be a string"},
	    {"\"run_user\":\"\",",
		"hookdir.json:1: run_user: must be the name"},
	    {"\"run_user\":\"1000\",", "run_user: must be the name of a user"},
	    {"\"run_user\":\"a b\",", "run_user: must be the name of a user"},
	    {"\"run_user\":\"a\\u0000\",", "run_user: must be the name"},
	    {"\"run_user\":\"a\",\n\"run_user\":\"a\",",
		"hookdir.json:2: run_user: duplicate setting"},
	};
	struct run_config *cfg;

	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		const char *path =
		    write_settings("\"run\":{" COMMAND "}", wrong[i].top);

		sandbox_log_clear();
		cfg = run_config_load(path, &sandbox_log, &log_silent);
		if (!ok(sandbox_log_has(wrong[i].complaint), "%s",
			wrong[i].top))
			printf("# %s", sandbox_logged);
		ok(cfg != NULL && cfg->run_user == NULL && cfg->errors == 1 &&
			!cfg->provider[0].broken,
		    "its providers are good");
		run_config_free(cfg);
		is_no_error_of_the_receiver(path, wrong[i].top);
	}
	cfg = run_config_load(write_settings("\"run\":{" COMMAND "}",
				  "\n\"run_user\":\"_runner\","),
	    &sandbox_log, &sandbox_log);
	is_str(cfg->run_user, "_runner", "the user");
	is_int(cfg->run_user_line, 2, "the line");
	run_config_free(cfg);
}

/* What is wrong with the rest of an entry is none of the runner's business. */
static void
test_broken_provider(void)
{
	static const char *const entry[] = {"\"secret_file\":\"missing\"",
	    "\"scheme\":\"nonsense\"", "\"unknown\":1", "\"preset\":7",
	    "\"hold\":[]",
	    "\"secret_env\":\"NONE\",\"secret_file\":\"secret\""};
	char text[512];

	for (size_t i = 0; i < sizeof(entry) / sizeof(entry[0]); i++) {
		struct run_config *cfg;

		snprintf(text, sizeof(text),
		    "{\"inbox\":\"in\",\"providers\":{\"coral\":{%s,\"run\":"
		    "{" COMMAND "}}}}",
		    entry[i]);
		sandbox_text("hookdir.json", text, 0600);
		sandbox_log_clear();
		cfg = run_config_load(
		    sandbox_path("hookdir.json"), &sandbox_log, &sandbox_log);
		ok(cfg != NULL && cfg->n == 1 && !cfg->provider[0].broken &&
			cfg->provider[0].n == 1,
		    "runs with %s", entry[i]);
		is_str(sandbox_logged, "", "and says nothing");
		run_config_free(cfg);
	}
}

/* What is no JSON concerns everybody; so does an error at the top. */
static void
test_rest(void)
{
	static const struct {
		const char *text, *complaint;
	} row[] = {
	    {"{\"inbox\":\"in\",\"providers\":{\"coral\":{\"run\":{]}}}",
		"syntax error"},
	    {"{\"providers\":{}}", "inbox: missing"},
	    {"{\"inbox\":\"in\",\"workers\":0,\"providers\":{}}", "workers: "},
	};

	for (size_t i = 0; i < sizeof(row) / sizeof(row[0]); i++) {
		sandbox_text("hookdir.json", row[i].text, 0600);
		sandbox_log_clear();
		ok(run_config_load(sandbox_path("hookdir.json"), &log_silent,
		       &sandbox_log) == NULL,
		    "%s", row[i].text);
		ok(sandbox_log_has(row[i].complaint), "and says why");
	}
	sandbox_log_clear();
	ok(run_config_load(sandbox_path("none"), &log_silent, &sandbox_log) ==
		NULL,
	    "no file");
	ok(sandbox_log_has("none:"), "and says so");
}

/* --- providers.d --- */

static void
make_folder(mode_t mode)
{
	const char *path = sandbox_path("providers.d");

	if (mkdir(path, 0700) != 0 || chmod(path, mode) != 0)
		sandbox_die("providers.d");
}

static void
test_files(void)
{
	struct run_config *cfg;
	const struct run_provider *prov;

	make_folder(0700);
	sandbox_text("providers.d/reef.json", "{\"run\":{" COMMAND "}}", 0600);
	sandbox_text("providers.d/shoal.json",
	    "{\"run\":{\n" COMMAND ",\"jobs\":0}}", 0600);
	sandbox_text("providers.d/atoll.json", "{", 0600);
	sandbox_text("providers.d/coral.json", "{}", 0600);
	sandbox_text("providers.d/x.json~", "{", 0600);
	cfg = load("\"run\":{" COMMAND "}");
	is_int(cfg->n, 4, "all that have a name");
	prov = run_config_provider(cfg, span_str("reef"));
	ok(prov != NULL && prov->n == 1 && !prov->broken, "a good one");
	is_str(prov->path, sandbox_path("providers.d/reef.json"), "its file");
	is_str(prov->entry[0].key, "run", "its key");
	prov = run_config_provider(cfg, span_str("shoal"));
	ok(prov->broken && sandbox_log_has("shoal.json:2: run.jobs: out of"),
	    "one with an error");
	prov = run_config_provider(cfg, span_str("atoll"));
	ok(prov->broken && sandbox_log_has("atoll.json:1:"),
	    "one without JSON");
	prov = run_config_provider(cfg, span_str("coral"));
	ok(prov->broken && sandbox_log_has("coral: is in "), "one in both");
	is_int(cfg->errors, 1, "the rest are no errors in run");
	ok(!run_config_changed(cfg), "nothing has changed");
	sandbox_text("providers.d/reef.json", "{\"run\":{ " COMMAND "}}", 0600);
	ok(run_config_changed(cfg), "a file has");
	run_config_free(cfg);
}

static void
test_changed(void)
{
	struct run_config *cfg;

	sandbox_remove(sandbox_path("providers.d"));
	cfg = good("\"run\":{" COMMAND "}");
	ok(!run_config_changed(cfg), "nothing has changed");
	make_folder(0700);
	ok(run_config_changed(cfg), "there is a folder now");
	run_config_free(cfg);
	cfg = good("\"run\":{" COMMAND "}");
	write_settings("\"run\":{" COMMAND ",\"jobs\":2}", "");
	ok(run_config_changed(cfg), "the settings file has changed");
	run_config_free(cfg);
}

/* Who can write an entry says what is run. */
static void
test_writable(void)
{
	chmod(sandbox_path("providers.d"), 0777);
	ok(load("\"run\":{" COMMAND "}") == NULL &&
		sandbox_log_has("every user of this machine can write it"),
	    "a folder that everybody can write");
	chmod(sandbox_path("providers.d"), 0700);
	sandbox_text("providers.d/reef.json", "{\"run\":{" COMMAND "}}", 0666);
	{
		struct run_config *cfg = load("\"run\":null");
		const struct run_provider *prov =
		    run_config_provider(cfg, span_str("reef"));

		ok(prov != NULL && prov->broken && prov->n == 0,
		    "a file that everybody can write");
		run_config_free(cfg);
	}
	chmod(write_settings("\"run\":{" COMMAND "}", ""), 0666);
	ok(run_config_load(sandbox_path("hookdir.json"), &sandbox_log,
	       &sandbox_log) == NULL,
	    "settings that everybody can write");
}

int
main(void)
{
	sandbox_make();
	sandbox_text("secret", "a secret of enough length\n", 0600);
	test_all();
	test_forward();
	test_defaults();
	test_none();
	test_choice();
	test_idle();
	test_kept();
	test_bad();
	test_too_many();
	test_several();
	test_user();
	test_broken_provider();
	test_rest();
	test_files();
	test_changed();
	test_writable();
	run_config_free(NULL);
	sandbox_remove(sandbox_dir);
	return done();
}
