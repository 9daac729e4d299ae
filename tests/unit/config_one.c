/* config_one.c - the one entry that a process for one delivery reads. */
#include "config/config.h"
#include "sandbox.h"

#include "../tap.h"

static char *no_env[] = {NULL};

/* A process for one delivery has no use for the rest. */
static void
test_one(void)
{
	static const char text[] =
	    "{\"inbox\":\"in\",\"providers\":{"
	    "\"nvsep\":{\"secret_file\":\"none\"},"
	    "\"coral\":{\"secret_file\":\"good.secret\"},"
	    "\"spaces\":{\"secret_file\":\"good.secret\"},"
	    "\"spaces\":{\"secret_file\":\"good.secret\"}}}";
	static const struct {
		const char *name, *logged;
		size_t n;
		bool broken;
	} row[] = {
	    {"coral", "", 1, false},
	    {"nvsep", "providers.nvsep.secret_file", 1, true},
	    {"spaces", "providers.spaces: duplicate name", 1, true},
	    {"blog", "", 0, false},
	    {"cora", "", 0, false},
	    {"", "", 0, false},
	    {"coral", "providers.Blog: not a valid name", 1, false},
	};
	static const char misnamed[] =
	    "{\"inbox\":\"in\",\"providers\":{\"Blog\":{},"
	    "\"coral\":{\"secret_file\":\"good.secret\"}}}";

	for (size_t i = 0; i < sizeof(row) / sizeof(row[0]); i++) {
		struct span name = span_str(row[i].name);
		const struct provider *prov;
		bool is_last = i + 1 == sizeof(row) / sizeof(row[0]);
		const char *path = sandbox_text(
		    "hookdir.json", is_last ? misnamed : text, 0600);
		struct config *cfg;

		sandbox_log_clear();
		cfg = config_load_one(path, no_env, name, &sandbox_log);
		if (!ok(cfg != NULL, "only '%s'", row[i].name))
			continue;
		is_int(cfg->nprovider, (long long)row[i].n, "is read");
		is_int(cfg->nstamp, (long long)row[i].n + 1,
		    "with its files alone");
		prov = config_provider(cfg, name);
		ok((prov != NULL) == (row[i].n > 0), "and found");
		ok(prov == NULL || prov->broken == row[i].broken, "as it is");
		if (row[i].logged[0] == '\0')
			is_str(sandbox_logged, "", "of the others not a word");
		else
			ok(sandbox_log_has(row[i].logged),
			    "and its fault told");
		config_free(cfg);
	}
	ok(config_load_one(sandbox_path("none.json"), no_env, span_str("coral"),
	       &sandbox_log) == NULL,
	    "no file");
}

int
main(void)
{
	sandbox_make();
	sandbox_text("good.secret", "s\n", 0600);
	test_one();
	sandbox_remove(sandbox_dir);
	return done();
}
