/*
 * receive_body.c - what only gives an event its id and its type cannot make a
 * delivery fail: any body that is signed is filed.
 */
#include "coral.h"
#include "receive.h"

#include "../tap.h"

#define DEEP  100000
#define LARGE (5U << 20) /* more than is read of one value */

/* The code of the reply to a body that is signed. */
static int
deliver(const struct config *cfg, const char *body)
{
	static char method[] = "REQUEST_METHOD=POST",
		    route[] = "PATH_INFO=/coral";
	char length[64], mac[128];
	char *env[] = {method, route, length, mac, NULL};
	struct sandbox_body source = {span_str(body), 1 << 16, false};
	struct delivery delivery = {
	    .env = env,
	    .body = {sandbox_body_read, &source},
	    .now = {1700000000, 0},
	    .log = &sandbox_log,
	};
	struct reply reply;

	snprintf(length, sizeof(length), "CONTENT_LENGTH=%zu", strlen(body));
	snprintf(mac, sizeof(mac), "%s", signature(body));
	sandbox_log_clear();
	receive(cfg, &delivery, &reply);
	return reply.code;
}

static void
is_filed(const struct config *cfg, const char *body, const char *name)
{
	if (!is_int(deliver(cfg, body), 200, "%s is filed", name))
		diag("%s", sandbox_logged);
}

/* before, then n times fill, then after. */
static const char *
long_body(const char *before, char fill, size_t n, const char *after)
{
	static char body[LARGE + 256];
	size_t len = strlen(before);

	memcpy(body, before, len);
	memset(body + len, fill, n);
	strcpy(body + len + n, after);
	return body;
}

static void
test_bodies(const struct config *cfg)
{
	static const char *const body[] = {"junk", "{", "}", "[]", "\"",
	    "\xff\xfe", "{\"id\":\"1\"", "{\"id\":{},\"type\":[]}",
	    "{\"id\":null,\"type\":true}",
	    "{\"id\":\"\\ud800\",\"type\":\"\\u0000\"}",
	    "{\"id\":\"\\x\",\"type\":\"\xc3\"}", "{\"id\":\"a\",\"id\":\"b\"}",
	    "{\"id\":1e999999999,\"type\":-}",
	    "{\"id\":\"a/../b\",\"type\":\"a\\nb\"}", "{\"id\":\"\"}",
	    "{\"id\":01,\"type\":1.}", "id=1&type=2"};

	for (size_t i = 0; i < sizeof(body) / sizeof(body[0]); i++)
		is_filed(cfg, body[i], body[i]);
	is_filed(cfg, long_body("{\"id\":", '[', DEEP, ""), "an id too deep");
	is_filed(cfg, long_body("", '[', DEEP, ""), "a body too deep");
	is_filed(
	    cfg, long_body("{\"id\":\"", 'x', LARGE, "\"}"), "an id too long");
	is_filed(cfg, long_body("{\"type\":\"", 'x', LARGE, "\"}"),
	    "a type too long");
	is_filed(
	    cfg, long_body("{\"id\":", '1', LARGE, "}"), "a number too long");
	is_filed(cfg, long_body("{\"", 'x', LARGE, "\":1,\"id\":\"n\"}"),
	    "a name too long");
}

int
main(void)
{
	static char *none[] = {NULL};
	struct config *cfg;

	sandbox_make();
	sandbox_text("a.secret", SECRET "\n", 0600);
	cfg = config_load(
	    sandbox_text("hookdir.json",
		"{\"inbox\":\"inbox\",\"max_body\":8388608,\"providers\":{"
		"\"coral\":{\"secret_file\":\"a.secret\",\"id\":\"json:id\","
		"\"type\":\"json:type\"}}}",
		0644),
	    none, &sandbox_log);
	if (cfg == NULL)
		sandbox_die(sandbox_logged);
	test_bodies(cfg);
	config_free(cfg);
	sandbox_remove(sandbox_dir);
	return done();
}
