/* cli.c - settings for the commands. */
#include <stdio.h>

#include "base/encode.h"
#include "base/url.h"
#include "cli.h"

static void
write_nothing(void *arg, const char *line, size_t len)
{
	(void)arg;
	(void)line;
	(void)len;
}

static const struct log log_silent = {write_nothing, NULL};

void
cli_locate(char dst[static CONFIG_PATH_MAX], const struct options *opt)
{
	if (opt->config == NULL)
		config_locate(dst, environ);
	else
		snprintf(dst, CONFIG_PATH_MAX, "%s", opt->config);
}

static struct config *
load(const struct options *opt, const struct log *log)
{
	char path[CONFIG_PATH_MAX];

	cli_locate(path, opt);
	return config_load(path, environ, log);
}

struct config *
cli_config(const struct options *opt)
{
	struct config *cfg = load(opt, &log_silent);

	/* Read again to hear the reason, which is not wanted otherwise: whoever
	 * lists events need not be able to read the secrets. */
	return cfg != NULL ? cfg : load(opt, &log_stderr);
}

const struct provider *
cli_provider(
    const struct options *opt, const struct config *cfg, const char *name)
{
	const struct provider *prov = config_provider(cfg, span_str(name));

	if (prov == NULL) {
		log_line(&log_stderr, LVL_ERROR,
		    "%s: no provider of this name in %s", name, cfg->path);
		return NULL;
	}
	if (prov->broken) {
		config_free(load(opt, &log_stderr));
		log_line(&log_stderr, LVL_ERROR,
		    "%s: its settings are at fault: see above", name);
		return NULL;
	}
	return prov;
}

bool
cli_url_ok(const char *url)
{
	const char *fault = url_fault(url, URL_SEND);

	if (fault != NULL)
		log_line(
		    &log_stderr, LVL_ERROR, "%s: not a URL: %s", url, fault);
	return fault == NULL;
}

void
cli_column(struct span text, size_t width)
{
	struct span shown = text.len > 0 ? text : span_str("-");

	encode_printable(stdout, shown, "");
	printf("%*s", (int)(width > shown.len ? width - shown.len : 0) + 2, "");
}
