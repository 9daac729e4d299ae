/* held_settings.c - whether deliveries are held, at the top and in entries. */
#include "held_settings.h"
#include "box.h"
#include "config.h"

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
	box_log_clear();
	return config_load(box_text("hookdir.json", text, 0600), env, &box_log);
}

static void
limits(const char *top, const char *entry, long count, long bytes)
{
	struct config *cfg = load(top, entry);

	is_str(box_logged, "", "no complaint: %s %s", top, entry);
	if (ok(cfg != NULL && cfg->nprovider == 1, "loaded")) {
		is_int(cfg->provider[0].held.count, count, "count");
		if (count > 0)
			is_int(cfg->provider[0].held.bytes, bytes, "bytes");
	}
	config_free(cfg);
}

static void
broken(const char *entry, const char *want)
{
	struct config *cfg = load("", entry);

	ok(cfg != NULL && cfg->provider[0].broken, "broken: %s", entry);
	ok(box_log_has(want), "%s", want);
	if (!box_log_has(want))
		diag("%s", box_logged);
	config_free(cfg);
}

int
main(void)
{
	const char *hmac = "\"signature\":\"X-S\"";
	const char *all = "\"held\":{\"count\":7,\"bytes\":99},";
	struct config *cfg;

	box_make();
	box_text("s", "secret\n", 0600);
	limits("", hmac, 0, 0);
	limits("\"held\":{},", hmac, 100, 10485760);
	limits("\"held\":{\"count\":5},", hmac, 5, 10485760);
	limits("\"held\":{\"bytes\":5},", hmac, 100, 5);
	limits(all, hmac, 7, 99);
	limits(all, "\"signature\":\"X-S\",\"held\":{\"count\":3}", 3, 99);
	limits(all, "\"signature\":\"X-S\",\"held\":{\"bytes\":3}", 7, 3);
	limits(all, "\"signature\":\"X-S\",\"held\":{\"count\":0}", 0, 0);
	limits("", "\"signature\":\"X-S\",\"held\":{}", 100, 10485760);
	limits("", "\"signature\":\"X-S\",\"held\":{\"count\":10000}", 10000,
	    10485760);
	limits("\"held\":{\"bytes\":1073741824},", hmac, 100, 1073741824);
	limits(all, TOKEN "\"type\":\"const:t\"", 0, 0);
	limits(all, TOKEN "\"held\":{\"count\":0}", 0, 0);

	broken(TOKEN "\"held\":{}",
	    "2: providers.p.held: cannot be with this scheme: a refused");
	broken("\"signature\":\"X-S\",\"held\":{\"count\":10001}",
	    "2: providers.p.held.count: out of range: 0 to 10000");
	broken("\"signature\":\"X-S\",\"held\":{\"bytes\":0}",
	    "2: providers.p.held.bytes: out of range: 1 to 1073741824");
	broken("\"signature\":\"X-S\",\"held\":{\"conut\":1}",
	    "2: providers.p.held.conut: unknown setting");
	broken("\"signature\":\"X-S\",\"held\":true",
	    "2: providers.p.held: must be an object, {...}");
	cfg = load("\"held\":{\"count\":-1},", hmac);
	ok(cfg == NULL && box_log_has("1: held.count: out of range"),
	    "the top at fault");
	config_free(cfg);
	box_remove(box_dir);
	return done();
}
