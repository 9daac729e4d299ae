/* config_files.c - entries in providers.d: one file each, and each by itself. */
#include "config/config.h"
#include "sandbox.h"

#include "../tap.h"

#define GOOD "{\"preset\":\"coral\",\"secret_file\":\"s\"}"

static char *no_env[] = {NULL};

/* The settings file, with these providers or without any. */
static const char *
settings(const char *providers)
{
	char text[1024];

	snprintf(text, sizeof(text), "{\"inbox\":\"in\"%s%s}",
	    providers == NULL ? "" : ",\n\"providers\":",
	    providers == NULL ? "" : providers);
	return sandbox_text("hookdir.json", text, 0644);
}

static struct config *
load(const char *providers)
{
	const char *path = settings(providers);

	sandbox_log_clear();
	return config_load(path, no_env, &sandbox_log);
}

static bool
works(const struct config *cfg, const char *name)
{
	const struct provider *prov =
	    cfg == NULL ? NULL : config_provider(cfg, span_str(name));

	return prov != NULL && !prov->broken;
}

static bool
is_broken(const struct config *cfg, const char *name)
{
	const struct provider *prov =
	    cfg == NULL ? NULL : config_provider(cfg, span_str(name));

	return prov != NULL && prov->broken && prov->fault != NULL;
}

static void
test_names(void)
{
	static const char *const counts[] = {"a.json", "my-shop.json", "0.json",
	    "abcdefghijklmnopqrstuvwxyz012345.json"};
	static const char *const others[] = {"a", ".json", "A.json", "a.JSON",
	    "a.json~", ".a.json", "-a.json", "a_b.json", "a.b.json", "a.jso",
	    "abcdefghijklmnopqrstuvwxyz0123456.json", "a.json.dpkg-new", ""};
	static const struct {
		const char *text, *meant;
	} row[] = {{"My_Shop", "my-shop"}, {"a.b c", "a-b-c"}, {"_a", NULL},
	    {"", NULL}, {"caf\xc3\xa9", NULL},
	    {"abcdefghijklmnopqrstuvwxyz0123456", NULL}};
	char meant[PROVIDER_NAME_MAX + 1];

	for (size_t i = 0; i < sizeof(counts) / sizeof(counts[0]); i++)
		is_int((long long)provider_files_name(span_str(counts[i])).len,
		    (long long)strlen(counts[i]) - 5, "counts: %s", counts[i]);
	for (size_t i = 0; i < sizeof(others) / sizeof(others[0]); i++)
		is_int((long long)provider_files_name(span_str(others[i])).len,
		    0, "does not: '%s'", others[i]);
	for (size_t i = 0; i < sizeof(row) / sizeof(row[0]); i++) {
		bool ok = provider_files_meant(meant, span_str(row[i].text));

		is_str(ok ? meant : NULL, row[i].meant, "'%s'", row[i].text);
	}
}

static void
test_good(void)
{
	char want[SANDBOX_PATH_MAX];
	struct config *cfg;

	sandbox_text("providers.d/zebra.json", "/* mine */" GOOD "// ok", 0644);
	sandbox_text("providers.d/blog.json", GOOD, 0600);
	sandbox_text("providers.d/Blog.json", "broken", 0600);
	sandbox_text("providers.d/blog.json~", "broken", 0600);
	cfg = load(NULL);
	ok(cfg != NULL && cfg->nprovider == 2, "no providers in the settings");
	ok(works(cfg, "blog") && works(cfg, "zebra"), "two in files");
	is_str(sandbox_logged, "", "without a word");
	if (cfg != NULL) {
		const struct provider *prov =
		    config_provider(cfg, span_str("blog"));

		snprintf(want, sizeof(want), "%s/providers.d/blog.json",
		    sandbox_dir);
		is_str(prov->path, want, "which file it is");
		snprintf(want, sizeof(want), "%s/s", sandbox_dir);
		is_str(prov->secret_path, want, "a path from the settings on");
		ok(config_has_file(cfg, prov), "a file of its own");
	}
	config_free(cfg);
	cfg = load("{\"coral\":{\"secret_file\":\"s\"}}");
	ok(works(cfg, "coral") && works(cfg, "blog"),
	    "and one in the settings");
	ok(cfg != NULL && !config_has_file(cfg, &cfg->provider[0]),
	    "without a file of its own");
	config_free(cfg);
}

/* Of the file broken.json nothing works; of all others all does. */
static void
breaks(const char *name, const char *want)
{
	const char *path = settings("{\"coral\":{\"secret_file\":\"s\"}}");
	struct config *cfg;
	char full[1024];

	snprintf(full, sizeof(full),
	    "hookdir: error: %s/providers.d/broken.json:%s", sandbox_dir, want);
	sandbox_log_clear();
	cfg = config_load(path, no_env, &sandbox_log);
	ok(is_broken(cfg, "broken"), "broken: %s", name);
	ok(works(cfg, "coral") && works(cfg, "blog"), "no other is");
	ok(strncmp(sandbox_logged, full, strlen(full)) == 0, "%s", full);
	is_int(cfg == NULL ? 0 : cfg->errors, 1, "one error");
	config_free(cfg);
	sandbox_log_clear();
	cfg = config_load_one(path, no_env, span_str("broken"), &sandbox_log);
	ok(is_broken(cfg, "broken"), "also by itself");
	ok(strncmp(sandbox_logged, full, strlen(full)) == 0, "and why");
	config_free(cfg);
	cfg = config_load_one(path, no_env, span_str("blog"), &sandbox_log);
	ok(works(cfg, "blog") && cfg->nprovider == 1, "another by itself");
	config_free(cfg);
}

static void
test_broken(void)
{
	static const struct {
		const char *text, *want;
	} row[] = {
	    {"", "1: must be one JSON object, {...}\n"},
	    {"[]", "1: must be one JSON object, {...}\n"},
	    {"\"s\"", "1: must be one JSON object, {...}\n"},
	    {"{\"secret_file\":\"s\"", "1: syntax error: "},
	    {GOOD "\nx", "2: "},
	    {"\xef\xbb\xbf" GOOD, "1: begins with a byte order mark"},
	    {"{\"preset\":\"coral\",\n\"secert_file\":\"s\"}",
		"2: secert_file: unknown setting: did you mean "
		"\"secret_file\"?\n"},
	    {"{\"preset\":\"coral\",\n\"secret_file\":\"none\"}",
		"2: secret_file: "},
	    {"\n{\"preset\":\"coral\"}", ""},
	    {"{\"preset\":\"coral\",\"secret_file\":\"s\",\n\"hold\":"
	     "{\"cuont\":1}}",
		"2: hold.cuont: unknown setting: did you mean \"count\"?\n"},
	    {"{\"broken\":" GOOD "}", "1: broken: unknown setting"},
	};
	const char *path = sandbox_path("providers.d/broken.json");
	static char large[CONFIG_FILE_MAX + 2], keep[SANDBOX_PATH_MAX];

	snprintf(keep, sizeof(keep), "%s", path);
	for (size_t i = 0; i < sizeof(row) / sizeof(row[0]); i++) {
		sandbox_text("providers.d/broken.json", row[i].text, 0644);
		breaks(row[i].text, row[i].want);
	}
	memset(large, ' ', sizeof(large) - 1);
	sandbox_text("providers.d/broken.json", large, 0644);
	breaks("too large", " not a regular file of at most 1 MiB\n");
	sandbox_text("providers.d/broken.json", GOOD, 0646);
	breaks("for all to write", " every user of this machine can write it");
	unlink(keep);
	if (symlink("broken.json", keep) != 0)
		sandbox_die("symlink");
	breaks("a loop of links", " cannot be opened: Too many levels of ");
	unlink(keep);
	if (mkdir(keep, 0700) != 0)
		sandbox_die("mkdir");
	breaks("a folder", " not a regular file of at most 1 MiB\n");
	rmdir(keep);
	if (mkfifo(keep, 0600) != 0)
		sandbox_die("mkfifo");
	breaks("a FIFO", " not a regular file of at most 1 MiB\n");
	unlink(keep);
}

static void
test_both(void)
{
	const char *path = settings("{\n\"blog\":{\"preset\":\"coral\","
				    "\"secret_file\":\"s\"}}");
	char want[1024];
	struct config *cfg;

	snprintf(want, sizeof(want),
	    "hookdir: error: %s/hookdir.json:3: providers.blog: is in "
	    "%s/providers.d/blog.json too: remove one of the two\n",
	    sandbox_dir, sandbox_dir);
	sandbox_log_clear();
	cfg = config_load(path, no_env, &sandbox_log);
	ok(is_broken(cfg, "blog") && works(cfg, "zebra"), "in both places");
	is_str(sandbox_logged, want, "both are said");
	config_free(cfg);
	sandbox_log_clear();
	cfg = config_load_one(path, no_env, span_str("blog"), &sandbox_log);
	ok(is_broken(cfg, "blog"), "by itself");
	is_str(sandbox_logged, want, "the same");
	config_free(cfg);
}

/* A challenge signs any text: the secret of another entry is seen, anywhere. */
static void
test_oracle(void)
{
	char want[1024];
	struct config *cfg;

	sandbox_text("providers.d/x.json",
	    "{\"secret_file\":\"s\",\"signature\":\"X\",\n"
	    "\"challenge\":\"crc\"}",
	    0644);
	snprintf(want, sizeof(want),
	    "hookdir: error: %s/providers.d/x.json:2: challenge: makes hookdir "
	    "sign any text with a secret that blog uses too",
	    sandbox_dir);
	cfg = load(NULL);
	ok(is_broken(cfg, "x") && works(cfg, "blog"), "one in another file");
	ok(sandbox_log_has(want), "%s", sandbox_logged);
	config_free(cfg);
	sandbox_log_clear();
	cfg = config_load_one(
	    settings(NULL), no_env, span_str("x"), &sandbox_log);
	ok(is_broken(cfg, "x") && sandbox_log_has(want), "by itself");
	config_free(cfg);
	unlink(sandbox_path("providers.d/x.json"));
}

static void
test_changed(void)
{
	struct config *cfg = load(NULL);

	if (!ok(cfg != NULL && !config_changed(cfg), "nothing has changed"))
		return;
	sandbox_text("providers.d/new.json", GOOD, 0644);
	ok(config_changed(cfg), "a new file");
	config_free(cfg);
	cfg = load(NULL);
	ok(!config_changed(cfg), "nothing more");
	chmod(sandbox_path("providers.d/new.json"), 0600);
	ok(config_changed(cfg), "a file that changed");
	config_free(cfg);
	cfg = load(NULL);
	unlink(sandbox_path("providers.d/new.json"));
	ok(config_changed(cfg), "a file that is gone");
	config_free(cfg);
}

static void
test_folder(void)
{
	static char folder[SANDBOX_PATH_MAX];
	struct config *cfg;

	snprintf(folder, sizeof(folder), "%s", sandbox_path("providers.d"));
	chmod(folder, 0777);
	cfg = load("{}");
	ok(cfg == NULL, "everybody can write the folder");
	ok(sandbox_log_has("providers.d: every user of this machine can write"),
	    "and why");
	ok(config_load_one(
	       settings("{}"), no_env, span_str("blog"), &sandbox_log) == NULL,
	    "nor by itself");
	chmod(folder, 0755);
	sandbox_remove(folder);
	cfg = load("{}");
	ok(cfg != NULL && cfg->nprovider == 0, "no folder");
	sandbox_text("providers.d", "a file", 0644);
	ok(cfg != NULL && config_changed(cfg), "it appears");
	config_free(cfg);
	ok(load("{}") == NULL, "a file in its place");
	ok(sandbox_log_has("providers.d: cannot be opened: Not a directory"),
	    "and why");
}

int
main(void)
{
	sandbox_make();
	sandbox_text("s", "a secret of some length\n", 0600);
	if (mkdir(sandbox_path("providers.d"), 0755) != 0)
		sandbox_die("mkdir");
	test_names();
	test_good();
	test_broken();
	test_both();
	test_oracle();
	test_changed();
	test_folder();
	sandbox_remove(sandbox_dir);
	return done();
}
