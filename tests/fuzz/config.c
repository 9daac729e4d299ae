/*
 * config.c - any text as a settings file: refused, or of use in every part.
 *
 * The file has no name; what it says of secrets is looked for in an
 * environment of two variables, or in files that are read like any other.
 */
#include <unistd.h>

#include "config/config.h"
#include "fuzz.h"
#include "profile/scheme.h"

static int file = -1;

static void
check_provider(const struct config *cfg, const struct provider *prov)
{
	unsigned payloads = 0;

	must(provider_name_ok(span_str(prov->name)));
	must(config_provider(cfg, span_str(prov->name)) == prov);
	if (prov->broken) {
		must(prov->fault != NULL);
		return;
	}
	must(prov->profile.scheme->mixes || (prov->secrets.n >= 1) +
						    (prov->keys.n >= 1) +
						    (prov->cache != NULL) ==
						1);
	must(prov->secrets.n + prov->keys.n >= 1 || prov->cache != NULL);
	must(prov->secrets.n <= SECRETS_MAX && prov->keys.n <= KEYS_MAX);
	for (size_t i = 0; i < prov->secrets.n; i++)
		must(prov->secrets.item[i].len > 0);
	must(prov->profile.scheme != NULL && prov->profile.nsignature >= 1);
	must(prov->profile.reject_status >= 400 &&
	     prov->profile.reject_status <= 499);
	must(prov->profile.nsigned >= 1);
	for (size_t i = 0; i < prov->profile.nsigned; i++) {
		const struct template *tpl = &prov->profile.signed_payload[i];

		payloads += template_has_payload(tpl);
		must(template_has_payload(tpl) || prov->profile.unsafe_body ||
		     prov->profile.scheme->claims);
	}
	must(payloads > 0 || prov->profile.unsafe_body);
}

static void
check_config(const struct config *cfg)
{
	unsigned broken = 0;

	must(cfg->inbox.root != NULL && cfg->inbox.root[0] == '/');
	must(cfg->max_body >= 1 && cfg->tolerance >= 1);
	must(cfg->inbox.dedup_days >= 1 && cfg->workers >= 1);
	must(cfg->nstamp >= 1 && cfg->nstamp <= 3 * cfg->nprovider + 1);
	for (size_t i = 0; i < cfg->nprovider; i++) {
		check_provider(cfg, &cfg->provider[i]);
		broken += cfg->provider[i].broken;
	}
	must(broken <= cfg->errors);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static char one[] = "S=secret", two[] = "HEX=00ff";
	const char *top = getenv("TMPDIR");
	char name[256], path[64];
	char *env[] = {one, two, NULL};
	struct config *cfg;

	if (file < 0) {
		snprintf(name, sizeof(name), "%s/hookdir-fuzz.XXXXXX",
		    top != NULL ? top : "/tmp");
		file = mkstemp(name);
		must(file >= 0 && unlink(name) == 0);
	}
	must(ftruncate(file, 0) == 0);
	must(pwrite(file, data, size, 0) == (ssize_t)size);
	snprintf(path, sizeof(path), "/dev/fd/%d", file);
	cfg = config_load(path, env, &fuzz_log);
	if (cfg != NULL)
		check_config(cfg);
	config_free(cfg);
	return 0;
}
