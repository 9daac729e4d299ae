/* entry_tokens.c - the tokens of a challenge: read, refused, looked after. */
#include "config/config.h"
#include "sandbox.h"

#include "../tap.h"

static char *env[] = {NULL};

/* Load settings with one entry; the config is the caller's. */
static struct config *
load(const char *name, const char *entry)
{
	char text[2048];

	snprintf(text, sizeof(text),
	    "{\"inbox\":\"in\",\"providers\":{\n\"%s\":%s}}", name, entry);
	sandbox_log_clear();
	return config_load(
	    sandbox_text("hookdir.json", text, 0600), env, &sandbox_log);
}

/* The entry is broken, with exactly this behind the path and its line. */
static void
broken(const char *name, const char *entry, const char *want)
{
	struct config *cfg = load(name, entry);
	char full[1024];

	snprintf(full, sizeof(full),
	    "hookdir: error: %s/hookdir.json:2: providers.%s.%s\n", sandbox_dir,
	    name, want);
	if (ok(cfg != NULL && cfg->nprovider == 1 && cfg->provider[0].broken &&
		    cfg->errors == 1,
		"broken: %.80s", entry)) {
		is_int(cfg->provider[0].secrets.n, 0, "it has no secrets");
		is_int(cfg->provider[0].profile.nsigned, 0, "and no profile");
	}
	is_str(sandbox_logged, full, "and why");
	config_free(cfg);
}

static struct config *
good(const char *name, const char *entry)
{
	struct config *cfg = load(name, entry);

	ok(cfg != NULL && cfg->errors == 0 && cfg->nprovider == 1 &&
		!cfg->provider[0].broken,
	    "good: %.80s", entry);
	is_str(sandbox_logged, "", "without complaint");
	if (cfg == NULL || cfg->nprovider == 0)
		sandbox_die("no provider");
	return cfg;
}

static void
test_verify_tokens(void)
{
	static const char *const entry =
	    "{\"secret_file\":\"secret\",\"signature\":\"X-Sig\","
	    "\"challenge\":\"meta\",\"verify_token_file\":\"tokens\"}";
	struct config *cfg;

	sandbox_text("tokens", "t-one\nt-two\n", 0600);
	cfg = good("meta-like", entry);
	is_int(cfg->provider[0].verify_tokens.n, 2, "both tokens");
	is_span(secret_at(&cfg->provider[0].verify_tokens, 1), "t-two",
	    "the second");
	is_span(secret_at(&cfg->provider[0].secrets, 0), "s1",
	    "and the secret is another matter");
	is_str(cfg->provider[0].verify_token_path, sandbox_path("tokens"),
	    "where it is");
	ok(!config_changed(cfg), "not changed");
	sandbox_text("tokens", "t-three\n", 0600);
	ok(config_changed(cfg), "it is looked after like a secret");
	config_free(cfg);

	/* What is in the document root, wherever the secret is. */
	if (mkdir(sandbox_path("pub"), 0700) != 0)
		sandbox_die("mkdir");
	sandbox_text("pub/tokens", "t\n", 0600);
	cfg = good("meta-like",
	    "{\"secret_file\":\"secret\",\"signature\":\"X-Sig\","
	    "\"challenge\":\"meta\",\"verify_token_file\":\"pub/tokens\"}");
	ok(provider_secret_below(&cfg->provider[0], sandbox_path("pub")),
	    "published tokens are seen");
	config_free(cfg);

	cfg = good("meta-like",
	    "{\"secret_file\":\"secret\",\"signature\":\"X-Sig\","
	    "\"challenge\":\"meta\"}");
	is_int(cfg->provider[0].verify_tokens.n, 0, "none is no mistake");
	config_free(cfg);
	broken("coral",
	    "{\"secret_file\":\"secret\",\"verify_token_file\":\"tokens\"}",
	    "verify_token_file: has no effect: the challenge is not meta");
	sandbox_text("tokens", "t\ns1\n", 0600);
	broken("meta-like", entry,
	    "verify_token_file: contains the secret that signs the events: "
	    "choose another token, because tokens are sent in URLs");
	sandbox_text("tokens", "t\n", 0644);
	cfg = load("meta-like", entry);
	ok(cfg->provider[0].broken && sandbox_log_has("verify_token_file: ") &&
		sandbox_log_has("chmod o-rwx"),
	    "others must not read it");
	config_free(cfg);
	sandbox_text("tokens", "t \n", 0600);
	cfg = load("meta-like", entry);
	ok(cfg->errors == 0 && sandbox_log_has("warning: ") &&
		sandbox_log_has("verify_token_file: a secret begins or ends"),
	    "white space");
	config_free(cfg);
	broken("coral", "{\"secret_file\":\"secret\",\"challenge\":\"x\"}",
	    "challenge: must be none, echo-query:NAME, meta, okta, crc, head, "
	    "echo-header:NAME, echo-json:PATH=VALUE:PATH, zoom, discord or "
	    "probe:PATH=VALUE");
}

int
main(void)
{
	sandbox_make();
	sandbox_text("secret", "s1\n", 0600);
	test_verify_tokens();
	sandbox_remove(sandbox_dir);
	return done();
}
