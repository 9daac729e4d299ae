/* provider_config.c - one provider's entry: preset, overrides, secrets, complaints. */
#include "config/config.h"
#include "profile/scheme.h"
#include "sandbox.h"

#include "../tap.h"

static char *env[] = {NULL, NULL, NULL, NULL};

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
test_presets(void)
{
	struct config *cfg = good("coral", "{\"secret_file\":\"secret\"}");
	const struct provider *prov = &cfg->provider[0];

	is_str(prov->profile.signature[0].text, "X-Coral-Signature",
	    "by its name");
	is_int(prov->profile.reject_status, 400, "with all of the preset");
	is_span(secret_at(&prov->secrets, 0), "s1", "and the secret");
	config_free(cfg);
	cfg = good("blog", "{\"preset\":\"coral\",\"secret_file\":\"secret\"}");
	is_str(cfg->provider[0].profile.signature[0].text, "X-Coral-Signature",
	    "by the preset's name");
	config_free(cfg);
	cfg = good("coral", "{\"preset\":\"nvsep\",\"secret_file\":"
			    "\"secret\"}");
	is_str(cfg->provider[0].profile.signature[0].text,
	    "X-Nvsep-Hmac-Sha256",
	    "the one that is asked for goes before the name's");
	config_free(cfg);
	cfg = good("coral",
	    "{\"secret_file\":\"secret\",\"signature\":[\"A\",\"B\"],"
	    "\"reject_status\":422,\"accept_body\":\"\",\"id\":\"header:X-Id\","
	    "\"digest\":\"sha512\",\"prefix\":\"\",\"separator\":\";\","
	    "\"challenge\":\"none\",\"signature_encoding\":\"base64\"}");
	prov = &cfg->provider[0];
	is_str(prov->profile.signature[1].text, "B",
	    "every key can be overridden");
	is_int(prov->profile.reject_status, 422, "refused");
	is_str(prov->profile.accept_body, "", "answer");
	is_str(prov->profile.id.arg, "X-Id", "id");
	is_int(prov->profile.digest, DIGEST_SHA512, "digest");
	is_span(prov->profile.prefix, "", "prefix");
	is_int(prov->profile.separator, ';', "separator");
	is_str(prov->profile.type.arg, "type", "and the rest is the preset's");
	config_free(cfg);
	broken("blog", "{\"secret_file\":\"secret\"}",
	    "signature: missing: set the header that has the signature");
	broken("blog", "{\"preset\":\"cora\",\"secret_file\":\"secret\"}",
	    "preset: there is no preset called \"cora\": did you mean "
	    "\"coral\"?");
}

/* What null leaves of a preset is what an entry without a preset has. */
static void
test_null(void)
{
	static const struct {
		const char *entry, *error;
	} row[] = {
	    {"\"signature\":null",
		"signature: missing: set the header that has the signature"},
	    {"\"topic_arn\":null", NULL},
	};
	struct config *cfg = good("coral",
	    "{\"secret_file\":\"secret\",\"prefix\":null,\"id\":null,"
	    "\"type\":null,\"reject_status\":null,\"challenge\":null,"
	    "\"scheme\":null,\"digest\":null,\"hold\":null,"
	    "\"jwks_stale_days\":null}");
	const struct provider *prov = &cfg->provider[0];

	is_str(prov->profile.signature[0].text, "X-Coral-Signature",
	    "what is not null is the preset's");
	is_str(prov->words.prefix, NULL, "no prefix");
	is_str(prov->words.scheme, "hmac", "the default scheme");
	is_int(prov->profile.id.kind, FIELD_NONE, "no id");
	is_int(prov->profile.type.kind, FIELD_NONE, "no type");
	is_int(prov->profile.reject_status, 401, "the usual answer");
	config_free(cfg);
	cfg = good("github", "{\"secret_file\":\"secret\",\"preset\":null,"
			     "\"signature\":\"X-Own\"}");
	prov = &cfg->provider[0];
	is_str(prov->words.name, NULL, "no preset, whatever the entry's name");
	is_str(prov->words.prefix, NULL, "and nothing of it");
	config_free(cfg);
	broken("github", "{\"secret_file\":\"secret\",\"preset\":null}",
	    "signature: missing: set the header that has the signature");
	broken("github", "{\"secret_file\":\"secret\",\"preset\":\"none\"}",
	    "preset: there is no preset called \"none\": null, without "
	    "quotes, is none");
	broken("a", "{\"secret_file\":\"secret\",\"preset\":\"FaceBook\"}",
	    "preset: there is no preset called \"FaceBook\": did you mean "
	    "\"meta\"?");
	broken("sns", "{\"secret_file\":\"secret\"}",
	    "signature: missing: set the header that has the signature; or is "
	    "it \"preset\": \"aws-sns\"?");
	cfg =
	    good("stripe", "{\"secret_file\":\"secret\",\"timestamp\":null,"
			   "\"timestamp_format\":null,\"signed_payload\":null,"
			   "\"tolerance\":null}");
	prov = &cfg->provider[0];
	is_int(prov->profile.timestamp.kind, FIELD_NONE, "no time");
	is_str(prov->profile.signed_payload[0].text, "{body}", "the body");
	is_int(prov->profile.tolerance, 300, "the usual tolerance");
	config_free(cfg);
	for (size_t i = 0; i < sizeof(row) / sizeof(row[0]); i++) {
		char entry[256];

		snprintf(entry, sizeof(entry),
		    "{\"secret_file\":\"secret\",%s}", row[i].entry);
		if (row[i].error != NULL)
			broken("coral", entry, row[i].error);
		else
			config_free(good("coral", entry));
	}
}

static bool
same_text(const char *a, const char *b)
{
	return a == NULL ? b == NULL : b != NULL && strcmp(a, b) == 0;
}

/* The value of one setting in both. */
static bool
same_setting(
    const struct setting *set, const struct preset *a, const struct preset *b)
{
	const void *x = (const char *)a + set->offset;
	const void *y = (const char *)b + set->offset;

	switch (set->kind) {
	case SET_TEXT:
	case SET_TEXTS:
		return same_text(
		    *(const char *const *)x, *(const char *const *)y);
	case SET_NUMBER:
		return *(const long *)x == *(const long *)y;
	case SET_BOOL:
		return *(const bool *)x == *(const bool *)y;
	case SET_OBJECT:
	case SET_NUMBERS:
	case SET_SKIPPED:
		break;
	}
	return false;
}

/* Without a preset, null is the same as nothing, whatever the setting. */
static void
test_null_alone(void)
{
	const struct setting_table *table = &preset_settings;
	struct config *plain = good(
	    "blog", "{\"secret_file\":\"secret\",\"signature\":\"X-Sig\"}");

	for (size_t i = 0; i < table->n; i++) {
		char entry[256];
		struct config *cfg;

		if (strcmp(table->row[i].name, "signature") == 0)
			continue;
		snprintf(entry, sizeof(entry),
		    "{\"secret_file\":\"secret\",\"signature\":\"X-Sig\","
		    "\"%s\":null}",
		    table->row[i].name);
		cfg = good("blog", entry);
		ok(same_setting(&table->row[i], &cfg->provider[0].words,
		       &plain->provider[0].words),
		    "%s", table->row[i].name);
		config_free(cfg);
	}
	config_free(plain);
}

static void
test_tolerance(void)
{
	static const struct {
		const char *entry;
		long want;
	} row[] = {
	    {"{\"secret_file\":\"secret\"}", 300},
	    {"{\"secret_file\":\"secret\",\"tolerance\":0}", -1},
	    {"{\"secret_file\":\"secret\",\"tolerance\":1}", 1},
	    {"{\"secret_file\":\"secret\",\"tolerance\":2592000}", 2592000},
	};

	for (size_t i = 0; i < sizeof(row) / sizeof(row[0]); i++) {
		struct config *cfg = good("spaces", row[i].entry);

		is_int(cfg->provider[0].profile.tolerance, row[i].want,
		    "its tolerance");
		config_free(cfg);
	}
	broken("spaces", "{\"secret_file\":\"secret\",\"tolerance\":2592001}",
	    "tolerance: out of range: 0 to 2592000");
	broken("spaces", "{\"secret_file\":\"secret\",\"tolerance\":-1}",
	    "tolerance: out of range: 0 to 2592000");
	broken("coral", "{\"secret_file\":\"secret\",\"tolerance\":0}",
	    "tolerance: has no effect without a timestamp setting");
}

/* What an entry says goes before what is said for all. */
static void
test_keep(void)
{
	static const char *const said[] = {"", "false", "true"};
	char text[512];

	for (int top = 0; top < 3; top++) {
		for (int own = 0; own < 3; own++) {
			bool want = own == 0 ? top == 2 : own == 2;
			struct config *cfg;

			snprintf(text, sizeof(text),
			    "{\"inbox\":\"in\",%s%s%s%s%s"
			    "\"providers\":{\"coral\":{%s%s%s%s%s"
			    "\"secret_file\":\"secret\"}}}",
			    top == 0 ? "" : "\"keep_query\":", said[top],
			    top == 0 ? "" : ",\"keep_address\":", said[top],
			    top == 0 ? "" : ",",
			    own == 0 ? "" : "\"keep_query\":", said[own],
			    own == 0 ? "" : ",\"keep_address\":", said[own],
			    own == 0 ? "" : ",");
			cfg = config_load(
			    sandbox_text("hookdir.json", text, 0600), env,
			    &sandbox_log);
			if (cfg == NULL || cfg->nprovider != 1)
				sandbox_die(text);
			is_int(cfg->provider[0].keep_query, want,
			    "query: \"%s\", then \"%s\"", said[top], said[own]);
			is_int(cfg->provider[0].keep_address, want, "address");
			config_free(cfg);
		}
	}
	broken("coral", "{\"secret_file\":\"secret\",\"keep_query\":1}",
	    "keep_query: must be true or false");
}

static void
test_mistakes(void)
{
	broken("coral", "{\"jwks_file\":\"secret\"}",
	    "jwks_file: cannot be used with the scheme hmac");
	broken("coral",
	    "{\"secret_file\":\"secret\",\"public_key_file\":\"secret\"}",
	    "public_key_file: cannot be used with the scheme hmac");
	broken("coral",
	    "{\"secret_file\":\"secret\",\"required_components\":\"date\"}",
	    "required_components: has no effect with this scheme");
	broken("coral",
	    "{\"secret_file\":\"secret\",\"algorithms\":\"ed25519\"}",
	    "algorithms: has no effect with this scheme");
	broken("coral", "{\"secert_file\":\"secret\"}",
	    "secert_file: unknown setting: did you mean \"secret_file\"?");
	broken("coral", "{\"secret_file\":[\"secret\"]}",
	    "secret_file: must be a string");
	broken("coral",
	    "{\"secret_file\":\"secret\",\"secret_file\":\"secret\"}",
	    "secret_file: duplicate setting");
	broken("coral", "{\"secret_file\":\"secret\",\"reject_status\":399}",
	    "reject_status: out of range: 400 to 499");
	broken("coral", "{\"secret_file\":\"secret\",\"reject_status\":500}",
	    "reject_status: out of range: 400 to 499");
	broken("coral", "{\"secret_file\":\"secret\",\"reject_status\":410}",
	    "reject_status: must not be this code: senders would retry, or "
	    "stop for good");
	broken("coral",
	    "{\"secret_file\":\"secret\",\"signature\":"
	    "[\"a\",\"b\",\"c\",\"d\",\"e\"]}",
	    "signature: has too many values");
	broken("coral", "{\"secret_file\":\"secret\",\"scheme\":\"none\"}",
	    "scheme: unknown scheme: must be one of hmac, token, ed25519, "
	    "ecdsa, rsa, standard, jwt, httpsig");
	broken("coral", "{\"secret_file\":\"secret\",\"scheme\":\"\"}",
	    "scheme: unknown scheme: must be one of hmac, token, ed25519, "
	    "ecdsa, rsa, standard, jwt, httpsig: it is empty; null removes "
	    "what the preset sets");
	broken("coral",
	    "{\"secret_file\":\"secret\",\"signed_payload\":\"{ts}\"}",
	    "signed_payload: would cover nothing of the payload, or several "
	    "fields of it: it must have {body}, {sortedform}, or one "
	    "{json:...} or {form:...}");
	broken("coral", "{\"secret_file\":\"secret\",\"secret\":\"s1\"}",
	    "secret: unknown setting: did you mean \"secret_file\"?");
}

static void
test_secret_file(void)
{
	char want[512];

	broken("coral", "{}",
	    "secret_file: missing: without a secret nothing can be "
	    "verified");
	snprintf(want, sizeof(want),
	    "secret_file: %s/none: cannot be opened: No such file or "
	    "directory",
	    sandbox_dir);
	broken("coral", "{\"secret_file\":\"none\"}", want);
	sandbox_text("open", "s\n", 0644);
	snprintf(want, sizeof(want),
	    "secret_file: %s/open: every user of this machine can read or "
	    "write it (mode 0644): chmod o-rwx",
	    sandbox_dir);
	broken("coral", "{\"secret_file\":\"open\"}", want);
	sandbox_text("empty", "\n", 0600);
	snprintf(want, sizeof(want),
	    "secret_file: %s/empty: empty: put one secret on each line",
	    sandbox_dir);
	broken("coral", "{\"secret_file\":\"empty\"}", want);
	broken("coral", "{\"secret_file\":\"empty\",\"secret_env\":\"S\"}",
	    "secret_env: conflicts with secret_file: use only one of the two");
	snprintf(want, sizeof(want),
	    "secret_file: %s/secret: line 1 is not in the form that "
	    "\"secret_encoding\" says",
	    sandbox_dir);
	broken("coral",
	    "{\"secret_file\":\"secret\",\"secret_encoding\":\"hex\"}", want);
	ok(!sandbox_log_has("s1"), "no complaint shows a secret");
}

static void
test_basic(void)
{
	struct config *cfg;

	broken("tok",
	    "{\"scheme\":\"token\",\"signature\":\"Authorization\","
	    "\"prefix\":\"Basic \",\"secret_file\":\"secret\"}",
	    "secret_file: must be USER:PASSWORD with the prefix Basic");
	sandbox_text("user", "u:p\n", 0600);
	cfg =
	    good("tok", "{\"scheme\":\"token\",\"signature\":\"Authorization\","
			"\"prefix\":\"basic \",\"secret_file\":\"user\"}");
	ok(cfg->provider[0].profile.basic, "user and password");
	config_free(cfg);
}

static void
test_secret_path(void)
{
	struct config *cfg;
	char entry[SANDBOX_PATH_MAX];

	snprintf(entry, sizeof(entry), "{\"secret_file\":\"%s/secret\"}",
	    sandbox_dir);
	cfg = good("coral", entry);
	ok(provider_secret_below(&cfg->provider[0], sandbox_dir),
	    "an absolute path lies in its folder");
	ok(provider_secret_below(&cfg->provider[0], "/"), "and in the root");
	ok(!provider_secret_below(&cfg->provider[0], "/dev"), "not in others");
	config_free(cfg);

	/* A link that is published is as good as its file. */
	if (mkdir(sandbox_path("www"), 0755) != 0 ||
	    mkdir(sandbox_path("www/in"), 0755) != 0 ||
	    symlink("../../secret", sandbox_path("www/in/link")) != 0)
		sandbox_die("www");
	cfg = good("coral", "{\"secret_file\":\"www/in/link\"}");
	ok(provider_secret_below(&cfg->provider[0], sandbox_path("www/in")),
	    "where the link lies");
	ok(provider_secret_below(&cfg->provider[0], sandbox_path("www")),
	    "and above that");
	ok(provider_secret_below(&cfg->provider[0], sandbox_dir),
	    "and where the file lies");
	config_free(cfg);
	sandbox_text("www/file", "s1\n", 0600);
	if (symlink("www/file", sandbox_path("outside")) != 0)
		sandbox_die("outside");
	cfg = good("coral", "{\"secret_file\":\"outside\"}");
	ok(provider_secret_below(&cfg->provider[0], sandbox_path("www")),
	    "a link from elsewhere hides nothing");
	config_free(cfg);
}

static void
test_secret_env(void)
{
	char one[] = "S=k1\nk2", two[] = "HTTP_S=evil", three[] = "EMPTY=";
	struct config *cfg;

	env[0] = two;
	env[1] = one;
	env[2] = three;
	cfg = good("coral", "{\"secret_env\":\"S\"}");
	is_int(cfg->provider[0].secrets.n, 2, "one secret a line");
	is_span(secret_at(&cfg->provider[0].secrets, 1), "k2", "the second");
	ok(!provider_secret_below(&cfg->provider[0], "/"),
	    "it lies in no folder");
	is_str(cfg->provider[0].secret_path, NULL, "and has no path");
	config_free(cfg);
	broken("coral", "{\"secret_env\":\"HTTP_S\"}",
	    "secret_env: clients can set every HTTP_ variable: use another "
	    "name");
	broken("coral", "{\"secret_env\":\"NONE\"}",
	    "secret_env: this variable is not in the receiver's environment");
	broken("coral", "{\"secret_env\":\"\"}",
	    "secret_env: is empty: give it a value, or leave it out");
	broken("coral", "{\"secret_env\":\"EMPTY\"}",
	    "secret_env: empty: put one secret on each line");
	broken("coral", "{\"secret_env\":\"S\",\"secret_encoding\":\"hex\"}",
	    "secret_env: line 1 is not in the form that \"secret_encoding\" "
	    "says");
	env[0] = NULL;
}

static void
test_stray_space(void)
{
	struct config *cfg;
	char want[512];

	sandbox_text("stray", "s1 \n", 0600);
	cfg = load("coral", "{\"secret_file\":\"stray\"}");
	snprintf(want, sizeof(want),
	    "hookdir: warning: %s/hookdir.json:2: providers.coral."
	    "secret_file: a secret begins or ends with white space, which "
	    "counts as part of the secret\n",
	    sandbox_dir);
	is_str(
	    sandbox_logged, want, "white space around a secret is warned of");
	if (ok(cfg != NULL && cfg->errors == 0 && cfg->warnings == 1 &&
		    !cfg->provider[0].broken,
		"and it works"))
		is_span(secret_at(&cfg->provider[0].secrets, 0), "s1 ",
		    "as it stands");
	config_free(cfg);
}

/* The longest name, and a key that no message has room for. */
static void
test_long_names(void)
{
	static const char name[] = "abcdefghijklmnopqrstuvwxyz012345";
	struct config *cfg;
	char entry[512];

	broken(name, "{}",
	    "signature: missing: set the header that has the signature");
	cfg = good(name, "{\"preset\":\"coral\",\"secret_file\":\"secret\"}");
	is_str(cfg->provider[0].name, name, "32 characters");
	config_free(cfg);
	memset(entry, 'k', sizeof(entry));
	memcpy(entry, "{\"", 2);
	memcpy(entry + sizeof(entry) - 5, "\":1}", 5);
	cfg = load(name, entry);
	ok(cfg != NULL && cfg->provider[0].broken &&
		sandbox_log_has("k: unknown setting\n"),
	    "a long key is named as far as there is room");
	config_free(cfg);
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
	broken("coral", "{\"secret_file\":\"secret\",\"challenge\":\"y\"}",
	    "challenge: must be none, echo-query:NAME, meta, okta, crc, head, "
	    "echo-header:NAME, echo-json:PATH=VALUE:PATH, zoom, discord or "
	    "probe:PATH=VALUE");
}

/* What was probably meant, at the end of the complaint. */
static void
test_hints(void)
{
	static const struct {
		const char *setting, *hint; /* NULL: none */
	} row[] = {
	    {"\"scheme\":\"hmca\"", "httpsig: did you mean \"hmac\"?"},
	    {"\"scheme\":\"HMAC-SHA256\"", ": did you mean \"hmac\"?"},
	    {"\"scheme\":\"nothing\"", NULL},
	    {"\"digest\":\"SHA256\"", "sha512: did you mean \"sha256\"?"},
	    {"\"digest\":\"sha-512\"", ": did you mean \"sha512\"?"},
	    {"\"digest\":\"whirlpool\"", NULL},
	    {"\"secret_encoding\":\"b64\"", ": did you mean \"base64\"?"},
	    {"\"secret_encoding\":\"Hex\"", ": did you mean \"hex\"?"},
	    {"\"signature_encoding\":\"base64-url\"",
		": did you mean \"base64url\"?"},
	    {"\"timestamp\":\"header:X\",\"signed_payload\":\"{ts}{body}\","
	     "\"timestamp_format\":\"ms\"",
		": did you mean \"milliseconds\"?"},
	    {"\"challenge\":\"echo_json:a=b:c\"",
		": did you mean \"echo-json\"?"},
	    {"\"separator\":\"comma\"", ": did you mean \",\"?"},
	    {"\"id\":\"headers:X-Id\"", ": did you mean \"header:...\"?"},
	    {"\"id\":\"body:id\"", ": did you mean \"json:...\"?"},
	    {"\"id\":\"X-Id\"",
		": header: or json: must stand before the name"},
	    {"\"id\":\"\"", ": it is empty; null removes what the preset sets"},
	    {"\"id\":\"element:t=\"", NULL},
	    {"\"type\":\"none\"", ": null stands for none"},
	    {"\"signature\":\"header:X-Sig\"",
		": write the name alone, without \"header:\""},
	    {"\"signature\":\"X Sig\"", NULL},
	    {"\"signed_payload\":\"{bdy}\"", "{bdy}: did you mean {body}?"},
	};

	for (size_t i = 0; i < sizeof(row) / sizeof(row[0]); i++) {
		struct config *cfg;
		char entry[256];

		snprintf(entry, sizeof(entry),
		    "{\"secret_file\":\"secret\",\n%s}", row[i].setting);
		cfg = load("coral", entry);
		ok(cfg != NULL && cfg->errors == 1, "%s", row[i].setting);
		ok(sandbox_log_has("hookdir.json:3: "), "with its own line");
		if (row[i].hint == NULL)
			ok(!sandbox_log_has("?\n") && !sandbox_log_has("null"),
			    "no hint");
		else if (!ok(sandbox_log_has(row[i].hint), "the hint"))
			printf("# %s", sandbox_logged);
		config_free(cfg);
	}
	broken("stripe", "{\"secret_file\":\"secret\",\"timestamp\":null}",
	    "signed_payload: has {ts}, but there is no timestamp setting; it "
	    "is the preset's: give another value, or null");
	broken("my-github", "{\"secret_file\":\"secret\"}",
	    "signature: missing: set the header that has the signature; or is "
	    "it \"preset\": \"github\"?");
	broken("strip", "{\"secret_file\":\"secret\"}",
	    "signature: missing: set the header that has the signature; or is "
	    "it \"preset\": \"stripe\"?");
	broken("aws-sns", "{\"topic_arn\":\"\"}",
	    "topic_arn: is empty: the provider signs with one key for all its "
	    "customers, so name the topics that are yours, arn:aws:sns:...");
}

int
main(void)
{
	sandbox_make();
	sandbox_text("secret", "s1\n", 0600);
	test_presets();
	test_null();
	test_null_alone();
	test_tolerance();
	test_keep();
	test_mistakes();
	test_secret_file();
	test_basic();
	test_secret_path();
	test_secret_env();
	test_stray_space();
	test_long_names();
	test_verify_tokens();
	test_hints();
	sandbox_remove(sandbox_dir);
	return done();
}
