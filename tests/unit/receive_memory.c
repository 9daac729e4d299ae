/*
 * receive_memory.c - memory runs out, in every place in turn.
 *
 * malloc() and its like are replaced in this program, libraries included.
 * Settings and a delivery, as CGI does them, with the Nth allocation failing,
 * or all from the Nth on: never a 2xx without the event, never a crash, always
 * a line in the log, and the next delivery is filed.
 */
#define _GNU_SOURCE /* RTLD_NEXT */
#include "coral.h"
#include "failing.h"
#include "receive.h"
#include "sandbox.h"

#include "../tap.h"

#define PLACES 5000 /* more than there are allocations */

/* True if the event is there, with all of its body. */
static bool
filed(const char *id, const char *body)
{
	char path[64], got[2048];
	ssize_t n;
	int fd;

	snprintf(path, sizeof(path), "inbox/coral/new/%s", id);
	if ((fd = open(sandbox_path(path), O_RDONLY)) < 0)
		return false;
	n = read(fd, got, sizeof(got) - 1);
	close(fd);
	got[n < 0 ? 0 : n] = '\0';
	return strstr(got, "\n\n") != NULL &&
	       strcmp(strstr(got, "\n\n") + 2, body) == 0;
}

/* Settings, and one delivery with them: the code of its reply. */
static int
deliver(const char *body)
{
	static char method[] = "REQUEST_METHOD=POST",
		    route[] = "PATH_INFO=/coral";
	char length[64], mac[128];
	char *env[] = {method, route, length, mac, NULL};
	struct sandbox_body source = {span_str(body), 7, false};
	struct delivery delivery = {
	    .env = env,
	    .body = {sandbox_body_read, &source},
	    .now = {1700000000, 0},
	    .log = &sandbox_log,
	};
	const struct provider *after;
	struct config *cfg;
	struct reply reply;

	snprintf(length, sizeof(length), "CONTENT_LENGTH=%zu", strlen(body));
	snprintf(mac, sizeof(mac), "%s", signature(body));
	sandbox_log_clear();
	plan.count = 0;
	plan.on = plan.at > 0;
	cfg = config_load(sandbox_path("hookdir.json"), env, &sandbox_log);
	after = receive(cfg, &delivery, &reply);
	if (after != NULL)
		receive_upkeep(cfg, after, &delivery);
	config_free(cfg);
	plan.on = false;
	return reply.code;
}

/* False once there are not that many allocations. */
static bool
one_place(unsigned long at, bool from_then_on)
{
	char id[32], body[128];
	bool there, fired;
	int code;

	snprintf(id, sizeof(id), "e%lu-%d", at, from_then_on);
	snprintf(body, sizeof(body), "{\"id\":\"%s\",\"type\":\"t\"}", id);
	plan.at = at;
	plan.from_then_on = from_then_on;
	code = deliver(body);
	fired = plan.count >= at;
	there = filed(id, body);
	if (code == 200)
		ok(there, "%s: answered 200: it is there", id);
	else
		ok(code >= 500 && sandbox_log_has("hookdir: error: "),
		    "%s: answered %d, and the log says why", id, code);
	plan.at = 0;
	is_int(deliver(body), 200, "%s: the next one is taken", id);
	ok(filed(id, body), "%s: and it is there", id);
	return fired;
}

int
main(void)
{
	unsigned long at;

	sandbox_make();
	sandbox_text("a.secret", SECRET "\n", 0600);
	sandbox_text("hookdir.json",
	    "{\"inbox\":\"inbox\",\"fallback_inbox\":\"spare\","
	    "\"providers\":{\"coral\":{\"secret_file\":\"a.secret\"}}}",
	    0644);
	/* What libraries set up once is not for us to fail. */
	is_int(deliver("{\"id\":\"first\"}"), 200, "with all the memory");
	for (at = 1; at < PLACES && one_place(at, false); at++)
		continue;
	ok(at > 10 && at < PLACES, "%lu places, one by one", at - 1);
	for (at = 1; at < PLACES && one_place(at, true); at++)
		continue;
	ok(at > 10 && at < PLACES, "%lu places, and none after it", at - 1);
	sandbox_remove(sandbox_dir);
	return done();
}
