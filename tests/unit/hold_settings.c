/* hold_settings.c - whether deliveries are held, at the top and in entries. */
#include "config/hold_settings.h"
#include "config/config.h"
#include "sandbox.h"

#include "../tap.h"

#define TOKEN "\"scheme\":\"token\",\"signature\":\"X-T\","

/* Load settings with these words at the top and in the one entry. */
static struct config *
load(const char *top, const char *entry)
{
	static char *const env[] = {NULL};
	char text[1024];

	snprintf(text, sizeof(text),
	    "{\"inbox\":\"in\",%s\n\"providers\":{\"p\":{"
	    "\"secret_file\":\"s\",%s}}}",
	    top, entry);
	sandbox_log_clear();
	return config_load(
	    sandbox_text("hookdir.json", text, 0600), env, &sandbox_log);
}

static void
limits(const char *top, const char *entry, long count, long bytes)
{
	struct config *cfg = load(top, entry);

	is_str(sandbox_logged, "", "no complaint: %s %s", top, entry);
	if (ok(cfg != NULL && cfg->nprovider == 1, "loaded")) {
		is_int(cfg->provider[0].hold_terms.count, count, "count");
		if (count > 0)
			is_int(
			    cfg->provider[0].hold_terms.bytes, bytes, "bytes");
	}
	config_free(cfg);
}

/* The headers that are kept although they may be passwords. */
static void
headers(const char *top, const char *entry, const char *a, const char *b)
{
	struct config *cfg = load(top, entry);

	is_str(sandbox_logged, "", "no complaint: %s %s", top, entry);
	if (ok(cfg != NULL && cfg->nprovider == 1, "loaded")) {
		const struct hold_terms *terms = &cfg->provider[0].hold_terms;

		is_str(terms->headers[0], a, "the first header");
		ok(b == NULL ? terms->headers[1] == NULL
			     : terms->headers[1] != NULL &&
				   strcmp(terms->headers[1], b) == 0,
		    "the second header");
		ok(terms->headers[2] == NULL, "no third");
	}
	config_free(cfg);
}

static void
broken(const char *entry, const char *want)
{
	struct config *cfg = load("", entry);

	ok(cfg != NULL && cfg->provider[0].broken, "broken: %s", entry);
	ok(sandbox_log_has(want), "%s", want);
	if (!sandbox_log_has(want))
		diag("%s", sandbox_logged);
	config_free(cfg);
}

int
main(void)
{
	const char *hmac = "\"signature\":\"X-S\"";
	static const char *const odd[] = {
	    "X Y", "X-Y:", "", "X-*-Y", "X*", "**", "header:X"};
	const char *all = "\"hold\":{\"count\":7,\"bytes\":99},";
	struct config *cfg;

	sandbox_make();
	sandbox_text("s", "secret\n", 0600);
	limits("", hmac, 0, 0);
	limits("\"hold\":{},", hmac, 100, 10485760);
	limits("\"hold\":{\"count\":5},", hmac, 5, 10485760);
	limits("\"hold\":{\"bytes\":5},", hmac, 100, 5);
	limits(all, hmac, 7, 99);
	limits(all, "\"signature\":\"X-S\",\"hold\":{\"count\":3}", 3, 99);
	limits(all, "\"signature\":\"X-S\",\"hold\":{\"bytes\":3}", 7, 3);
	limits(all, "\"signature\":\"X-S\",\"hold\":{\"count\":0}", 0, 0);
	limits("", "\"signature\":\"X-S\",\"hold\":{}", 100, 10485760);
	limits("", "\"signature\":\"X-S\",\"hold\":{\"count\":10000}", 10000,
	    10485760);
	limits("\"hold\":{\"bytes\":1073741824},", hmac, 100, 1073741824);
	limits(all, TOKEN "\"type\":\"const:t\"", 0, 0);
	limits(all, TOKEN "\"hold\":{\"count\":0}", 0, 0);

	broken(TOKEN "\"hold\":{}",
	    "2: providers.p.hold: cannot be used with this scheme: the files");
	broken("\"signature\":\"X-S\",\"hold\":{\"count\":10001}",
	    "2: providers.p.hold.count: out of range: 0 to 10000");
	broken("\"signature\":\"X-S\",\"hold\":{\"bytes\":0}",
	    "2: providers.p.hold.bytes: out of range: 1 to 1073741824");
	broken("\"signature\":\"X-S\",\"hold\":{\"conut\":1}",
	    "2: providers.p.hold.conut: unknown setting: did you mean "
	    "\"count\"?");
	broken("\"signature\":\"X-S\",\"hold\":true",
	    "2: providers.p.hold: must be an object, {...}");
	headers("\"hold\":{\"headers\":\"X-Api-Token\"},", hmac, "X-Api-Token",
	    NULL);
	headers("\"hold\":{\"headers\":[\"X-*\",\"*\"]},",
	    "\"signature\":\"X-S\",\"hold\":{\"count\":5}", "X-*", "*");
	headers("\"hold\":{\"headers\":[\"A\",\"B\"]},",
	    "\"signature\":\"X-S\",\"hold\":{\"headers\":\"C\"}", "C", NULL);
	headers("\"hold\":{\"count\":0,\"headers\":\"A\"},",
	    "\"signature\":\"X-S\",\"hold\":{}", "A", NULL);
	for (size_t i = 0; i < sizeof(odd) / sizeof(odd[0]); i++) {
		char text[80];

		snprintf(text, sizeof(text),
		    "\"signature\":\"X-S\",\"hold\":{\"count\":1,\n\n"
		    "\"headers\":\"%s\"}",
		    odd[i]);
		broken(text,
		    "4: providers.p.hold.headers: must be header names: NAME, "
		    "NAME-* for those");
	}
	broken("\"signature\":\"X-S\",\"hold\":{\"headers\":\"sk_live_"
	       "4eC39HqLyjWDarjtT1zdp7dc\"}",
	    "2: providers.p.hold.headers: looks like a secret, and is not");
	ok(!sandbox_log_has("4eC39"), "which no message shows");
	broken("\"signature\":\"X-S\",\"hold\":{\"headers\":[]}",
	    "2: providers.p.hold.headers: must be a list of strings");
	broken(TOKEN "\"hold\":{\"headers\":\"X-T\"}",
	    "2: providers.p.hold: cannot be used with this scheme: the files");
	cfg = load("\"hold\":{\"count\":-1},", hmac);
	ok(cfg == NULL && sandbox_log_has("1: hold.count: out of range"),
	    "the top at fault");
	config_free(cfg);
	sandbox_remove(sandbox_dir);
	return done();
}
