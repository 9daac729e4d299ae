/* forwarder.c - the command line and the environment of hookdir-forward. */
#include <stdio.h>
#include <stdlib.h>

#include "base/program.h"
#include "base/stream.h"
#include "forwarder.h"

#define VARIABLES_MAX 4

_Static_assert(VARIABLES_MAX < RUN_ENVIRONMENT_MAX, "they have room");

/* "NAME=VALUE" in the pool; NULL: out of memory. */
static const char *
variable(struct pool *pool, const char *name, const char *value)
{
	const char *kept = NULL;
	char *text = NULL;
	size_t len = 0;
	FILE *f = open_memstream(&text, &len);

	if (f == NULL)
		return NULL;
	fprintf(f, "%s=%s", name, value);
	if (!stream_end(f, &text))
		return NULL;
	kept = pool_copy(pool, text, len);
	free(text);
	return kept;
}

static bool
fill(struct pool *pool, struct run_entry *entry, const char *program)
{
	char timeout[32];
	const struct {
		const char *name, *value; /* NULL: it is not set */
	} list[VARIABLES_MAX] = {
	    {"FORWARD_URL", entry->forward},
	    {"FORWARD_TIMEOUT", timeout},
	    {"FORWARD_SECRET_FILE", entry->forward_secret_file},
	    {"FORWARD_CA_FILE", entry->forward_ca_file},
	};
	size_t n = 0;

	snprintf(timeout, sizeof(timeout), "%ld", entry->timeout);
	for (size_t i = 0; i < VARIABLES_MAX; i++) {
		if (list[i].value == NULL)
			continue;
		entry->environment[n] =
		    variable(pool, list[i].name, list[i].value);
		if (entry->environment[n++] == NULL)
			return false;
	}
	entry->environment[n] = NULL;
	entry->command[0] = program;
	entry->command[1] = NULL;
	entry->directory = "/";
	entry->persistent = true;
	return true;
}

bool
forwarder_fill(struct run_config *cfg)
{
	char path[PATH_MAX];
	const char *program;

	program_locate(path, PROGRAM_FORWARD);
	program = pool_copy(&cfg->pool, path, strlen(path));
	for (size_t i = 0; i < cfg->n && program != NULL; i++) {
		const struct run_provider *prov = &cfg->provider[i];

		for (size_t k = 0; k < prov->n; k++) {
			if (prov->entry[k].forward != NULL &&
			    !fill(&cfg->pool, &prov->entry[k], program))
				return false;
		}
	}
	return program != NULL;
}
