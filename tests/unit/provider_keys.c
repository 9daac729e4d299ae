/* entry_keys.c - an entry's key set by URL: what is taken, what is wrong. */
#include "config/config.h"
#include "sandbox.h"

#include "../tap.h"

static char *env[] = {NULL};

/* The entry needs a URL as well. */
static struct config *
load(const char *entry)
{
	char text[4096];

	snprintf(text, sizeof(text),
	    "{\"inbox\":\"in\",\"providers\":{\n\"lifeomic\":{\"public_url\":"
	    "\"https://h/\"%s%s}}",
	    strcmp(entry, "{}") == 0 ? "" : ",", entry + 1);
	sandbox_log_clear();
	return config_load(
	    sandbox_text("hookdir.json", text, 0600), env, &sandbox_log);
}

/* The provider, and with it its config, which the caller frees. */
static const struct provider *
good(const char *entry, struct config **cfg)
{
	*cfg = load(entry);
	ok(*cfg != NULL && (*cfg)->errors == 0 && !(*cfg)->provider[0].broken,
	    "good: %.100s", entry);
	is_str(sandbox_logged, "", "without complaint");
	if (*cfg == NULL || (*cfg)->nprovider == 0)
		sandbox_die("no provider");
	return &(*cfg)->provider[0];
}

static void
broken(const char *entry, const char *want)
{
	struct config *cfg = load(entry);
	char full[1024];

	snprintf(full, sizeof(full),
	    "hookdir: error: %s/hookdir.json:2: providers.lifeomic.%s\n",
	    sandbox_dir, want);
	ok(cfg != NULL && cfg->provider[0].broken &&
		cfg->provider[0].cache == NULL,
	    "broken: %.100s", entry);
	is_str(sandbox_logged, full, "and why");
	config_free(cfg);
}

static void
test_good(void)
{
	/* As in the manual. */
	static const char lifeomic[] =
	    "{ \"jwks_url\": \"https://files.us.skillspring.com/.well-known/"
	    "webhook-jwks.json\" }";
	const struct provider *prov;
	struct config *cfg;

	prov = good(lifeomic, &cfg);
	ok(prov->cache != NULL, "has a cache");
	is_str(prov->key_source,
	    "https://files.us.skillspring.com/.well-known/webhook-jwks.json",
	    "for its URL");
	is_int(cfg->nstamp, 2, "watched: settings, providers.d");
	ok(access(sandbox_path("in"), F_OK) != 0, "nothing is made yet");
	config_free(cfg);
	good("{\"jwks_url\":\"https://a/\",\"jwks_ca_file\":\"ca.pem\","
	     "\"jwks_stale_days\":0}",
	    &cfg);
	is_int(cfg->nstamp, 3, "the authorities are watched too");
	ok(!config_changed(cfg), "nothing changed");
	sandbox_text("ca.pem", "other", 0644);
	ok(config_changed(cfg), "now they did");
	config_free(cfg);
	good("{\"jwks_url\":\"https://a/\",\"jwks_stale_days\":366}", &cfg);
	config_free(cfg);
}

static void
test_urls(void)
{
	broken("{\"jwks_url\":\"http://a/\"}",
	    "jwks_url: must begin with https://: keys fetched over http could "
	    "be replaced on the way");
	broken("{\"jwks_url\":\"\"}",
	    "jwks_url: is empty: give it a value, or leave it out");
	broken("{\"jwks_url\":\"https://me:pw@a/\"}",
	    "jwks_url: must not contain a user name or a password");
	broken("{\"jwks_url\":\"https:///\"}", "jwks_url: has no host");
	broken("{\"jwks_url\":\"https://a b/\"}",
	    "jwks_url: contains a character that is not allowed here");
	broken("{\"jwks_url\":[\"https://a/\"]}", "jwks_url: must be a string");
}

static void
test_others(void)
{
	char want[512];

	broken("{\"jwks_url\":\"https://a/\",\"jwks_file\":\"x\"}",
	    "jwks_url: conflicts with jwks_file: use only one of the two");
	broken("{\"jwks_url\":\"https://a/\",\"public_key_file\":\"x\"}",
	    "jwks_url: conflicts with public_key_file: use only one of the "
	    "two");
	broken("{\"jwks_url\":\"https://a/\",\"secret_file\":\"x\"}",
	    "jwks_url: conflicts with secret_file: use only one of the two");
	broken("{\"preset\":\"coral\",\"jwks_url\":\"https://a/\"}",
	    "jwks_url: cannot be used with the scheme hmac");
	broken("{}", "jwks_url: missing: without keys nothing can be verified; "
		     "jwks_file, public_key_file or secret_file will also do");
	broken("{\"secret_file\":\"s\",\"jwks_ca_file\":\"ca.pem\"}",
	    "jwks_ca_file: has no effect without jwks_url");
	broken("{\"secret_file\":\"s\",\"jwks_stale_days\":7}",
	    "jwks_stale_days: has no effect without jwks_url");
	snprintf(want, sizeof(want),
	    "jwks_ca_file: %s/none.pem: cannot be opened: No such file or "
	    "directory",
	    sandbox_dir);
	broken("{\"jwks_url\":\"https://a/\",\"jwks_ca_file\":\"none.pem\"}",
	    want);
	snprintf(want, sizeof(want),
	    "jwks_ca_file: %s/open.pem: every user of this machine can write "
	    "it: chmod o-w",
	    sandbox_dir);
	broken("{\"jwks_url\":\"https://a/\",\"jwks_ca_file\":\"open.pem\"}",
	    want);
	broken("{\"jwks_url\":\"https://a/\",\"jwks_stale_days\":367}",
	    "jwks_stale_days: out of range: 0 to 366");
	broken("{\"jwks_url\":\"https://a/\",\"jwks_stale_days\":-1}",
	    "jwks_stale_days: out of range: 0 to 366");
}

int
main(void)
{
	sandbox_make();
	sandbox_text("s", "secret\n", 0600);
	sandbox_text("ca.pem", "some", 0644);
	sandbox_text("open.pem", "some", 0666);
	test_good();
	test_urls();
	test_others();
	sandbox_remove(sandbox_dir);
	return done();
}
