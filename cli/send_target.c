/* send_target.c - a public URL, but at 127.0.0.1. */
#include <stdio.h>

#include "send_target.h"

void
send_target(struct send_target *dst, const struct config *cfg, const char *name)
{
	struct url base;
	struct span path = span_str("/hooks");

	dst->host[0] = '\0';
	if (cfg->base_url != NULL &&
	    url_split(&base, span_str(cfg->base_url))) {
		path = base.path;
		snprintf(dst->host, sizeof(dst->host), "Host: %.*s%.*s",
		    SPAN_ARGS(base.host), SPAN_ARGS(base.port));
	}
	snprintf(dst->url, sizeof(dst->url), "http://127.0.0.1%.*s/%s",
	    SPAN_ARGS(path), name);
}
