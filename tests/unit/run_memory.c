/*
 * run_memory.c - memory runs out while "run" is read, in every place in turn: a
 * complaint, and nothing that is there is taken for nothing.
 */
#define _GNU_SOURCE /* RTLD_NEXT */
#include "config/run_config.h"
#include "failing.h"
#include "sandbox.h"

#include "../tap.h"

#define PLACES 5000 /* more than there are allocations */

#define ENTRY                                                            \
	"{\"command\":[\"/bin/a\",\"b\"],\"type\":[\"x.*\",\"y\"],"      \
	"\"order\":\"json:a.b\",\"retry\":[1,2],\"directory\":\"work\"," \
	"\"environment\":{\"A\":\"1\",\"B\":\"2\"}}"

static const char *path;

static void
write_settings(void)
{
	path = sandbox_text("hookdir.json",
	    "{\"inbox\":\"in\",\"run_user\":\"_run\",\"providers\":{"
	    "\"coral\":{\"run\":[" ENTRY "," ENTRY "]},\n"
	    "\"reef\":{\"run\":" ENTRY "}}}",
	    0600);
	if (mkdir(sandbox_path("providers.d"), 0700) != 0)
		sandbox_die("providers.d");
	sandbox_text("providers.d/shoal.json", "{\"run\":" ENTRY "}", 0600);
}

static bool
is_whole_entry(const struct run_entry *entry)
{
	return strcmp(entry->command[1], "b") == 0 &&
	       strcmp(entry->type[1], "y") == 0 && entry->key != NULL &&
	       strcmp(entry->order.name, "a.b") == 0 && entry->nretry == 2 &&
	       strcmp(entry->directory, "/") != 0 &&
	       strcmp(entry->environment[1], "B=2") == 0;
}

/* Broken, or all of it is there. */
static bool
is_sound(const struct run_config *cfg, const char *name, size_t n)
{
	const struct run_provider *prov =
	    run_config_provider(cfg, span_str(name));

	if (prov == NULL)
		return false;
	if (prov->broken)
		return prov->fault != NULL;
	for (size_t i = 0; i < prov->n; i++) {
		if (!is_whole_entry(&prov->entry[i]))
			return false;
	}
	return prov->n == n;
}

/* NULL, or what is wrong with the outcome. */
static const char *
judge(const struct run_config *cfg)
{
	if (cfg == NULL)
		return sandbox_logged[0] != '\0' ? NULL : "not a word";
	if (!is_sound(cfg, "coral", 2) || !is_sound(cfg, "reef", 1) ||
	    !is_sound(cfg, "shoal", 1))
		return "a part is missing";
	if (cfg->run_user == NULL && cfg->errors == 0)
		return "run_user is missing";
	return NULL;
}

/* With the allocation failing; false if there are not so many. */
static bool
try(unsigned long at, bool from_then_on, const char **wrong)
{
	struct run_config *cfg;
	unsigned long count;

	sandbox_log_clear();
	plan.at = at;
	plan.from_then_on = from_then_on;
	plan.count = 0;
	plan.on = true;
	cfg = run_config_load(path, &sandbox_log, &sandbox_log);
	plan.on = false;
	count = plan.count;
	*wrong = judge(cfg);
	run_config_free(cfg);
	return count >= at;
}

static void
test_places(bool from_then_on)
{
	const char *wrong = NULL;
	unsigned long at = 1;

	while (at < PLACES && try(at, from_then_on, &wrong) && wrong == NULL)
		at++;
	ok(wrong == NULL, "the allocation %lu: %s", at,
	    wrong == NULL ? "well" : wrong);
	ok(at > 20 && at < PLACES, "each of %lu has failed", at - 1);
	is_str(
	    sandbox_logged, "", "and with all of them there is no complaint");
}

int
main(void)
{
	sandbox_make();
	write_settings();
	test_places(false);
	test_places(true);
	sandbox_remove(sandbox_dir);
	return done();
}
