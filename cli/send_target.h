/* send_target.h - where this machine's web server hands requests to hookdir. */
#ifndef SEND_TARGET_H
#define SEND_TARGET_H

#include <stdbool.h>

#include "base/url.h"
#include "config/config.h"

struct send_target {
	char url[URL_FETCH_MAX + 64]; /* http://127.0.0.1/hooks/NAME */
	char host[URL_FETCH_MAX + 8]; /* a header, "Host: NAME"; or "" */
};

/*
 * The URL of a provider at the web server of this machine, and the header by
 * which that server chooses the site: base_url's path and host.
 */
void send_target(
    struct send_target *dst, const struct config *cfg, const char *name);

#endif
