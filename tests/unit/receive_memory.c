/*
 * receive_memory.c - memory runs out, in every place in turn.
 *
 * malloc() and its like are replaced in this program, libraries included.
 * Settings and a delivery, as CGI does them, with the Nth allocation failing,
 * or all from the Nth on: never a 2xx without the event, never a part of an
 * event, never a crash nor an answer that says that the sender was wrong, always
 * a line in the log, and the next delivery is filed.
 */
#define _GNU_SOURCE /* RTLD_NEXT */
#include "coral.h"
#include "failing.h"
#include "packed.h"
#include "receive.h"
#include "sandbox.h"

#include "../tap.h"

#define PLACES       5000 /* more than there are allocations */
#define BODY_MAX     256
#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

/* What a delivery takes. */
struct way {
	const char *provider, *settings;
	const char *signed_before; /* the body */
	const char *members;       /* of the body, behind its id */
	bool packed;               /* on its way, and not as it is signed */
	const char *env[8];        /* besides */
	const char *line[5];       /* of the event's header */
};

static const struct way way[] = {
    {.provider = "coral",
	.settings = "",
	.signed_before = "",
	.members = "\"type\":\"t\"",
	.env = {NULL},
	.line = {"\nCe-Type: t\n"}},
    {.provider = "packed",
	.settings = ",\"signature\":\"X-Coral-Signature\","
		    "\"prefix\":\"sha256=\",\"id\":\"json:id\","
		    "\"signed_payload\":\"{method} {url:query}\\n{body}\","
		    "\"public_url\":\"https://h.example/packed\","
		    "\"decompress\":true,\"keep_headers\":[\"X-A\",\"*\"],"
		    "\"keep_query\":true,\"keep_address\":true",
	.signed_before = "POST https://h.example/packed?a=b\n",
	.members =
	    "\"specversion\":\"1.0\",\"type\":\"t\\u00e4\","
	    "\"source\":\"/"
	    "\\u0041\",\"subject\":\"s\",\"time\":\"2026-01-02T03:04:05Z\"",
	.packed = true,
	.env = {"CONTENT_TYPE=application/cloudevents+json",
	    "HTTP_CONTENT_ENCODING=gzip", "HTTP_X_A=1", "HTTP_X_B=2",
	    "HTTP_CE_ID=3", "REQUEST_URI=/packed?a=b", "REMOTE_ADDR=192.0.2.1"},
	.line = {"\nCe-Type: t%C3%A4\n", "\nCe-Source: /A\n", "\nX-A: 1\n",
	    "\nX-B: 2\n", "\nHookdir-Query: a=b\n"}},
};

/* How much of the event is there: all that belongs to it, some, or nothing. */
enum filed { ALL, PART, NOTHING };

static enum filed
filed(const struct way *w, const char *id, const char *body)
{
	char path[64], got[4096], *end;
	ssize_t n;
	int fd;

	snprintf(path, sizeof(path), "inbox/%s/new/%s", w->provider, id);
	if ((fd = open(sandbox_path(path), O_RDONLY)) < 0)
		return NOTHING;
	n = read(fd, got, sizeof(got) - 1);
	close(fd);
	got[n < 0 ? 0 : n] = '\0';
	end = strstr(got, "\n\n");
	if (end == NULL || strcmp(end + 2, body) != 0)
		return PART;
	for (size_t i = 0; i < COUNT(w->line) && w->line[i] != NULL; i++) {
		if (strstr(got, w->line[i]) == NULL)
			return PART;
	}
	return ALL;
}

static void
make_body(char body[static BODY_MAX], const struct way *w, const char *id)
{
	snprintf(body, BODY_MAX, "{\"id\":\"%s\",%s}", id, w->members);
}

/* Settings, and one delivery with them: the code of its reply. */
static int
deliver(const struct way *w, const char *body)
{
	static char method[] = "REQUEST_METHOD=POST";
	char route[32], length[64], mac[128], text[1024];
	unsigned char bytes[1024];
	char *env[5 + COUNT(w->env)] = {method, route, length, mac};
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

	for (size_t i = 0; i < COUNT(w->env); i++)
		env[4 + i] = (char *)(uintptr_t)w->env[i];
	if (w->packed)
		source.rest = span_mem(bytes,
		    packed(bytes, sizeof(bytes), source.rest, PACKED_GZIP));
	snprintf(route, sizeof(route), "PATH_INFO=/%s", w->provider);
	snprintf(length, sizeof(length), "CONTENT_LENGTH=%zu", source.rest.len);
	snprintf(text, sizeof(text), "%s%s", w->signed_before, body);
	snprintf(mac, sizeof(mac), "%s", signature(text));
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
one_place(const struct way *w, unsigned long at, bool from_then_on)
{
	char id[32], body[BODY_MAX];
	enum filed there;
	bool fired;
	int code;

	snprintf(id, sizeof(id), "e%lu-%d", at, from_then_on);
	make_body(body, w, id);
	plan.at = at;
	plan.from_then_on = from_then_on;
	code = deliver(w, body);
	fired = plan.count >= at;
	there = filed(w, id, body);
	if (code == 200)
		ok(there == ALL, "%s: answered 200: it is there", id);
	else
		ok(code >= 500 && there != PART &&
			sandbox_log_has("hookdir: error: "),
		    "%s: answered %d, and the log says why", id, code);
	plan.at = 0;
	is_int(deliver(w, body), 200, "%s: the next one is taken", id);
	is_int(filed(w, id, body), ALL, "%s: and it is there", id);
	return fired;
}

static void
test_way(const struct way *w)
{
	char body[BODY_MAX];
	unsigned long at;

	make_body(body, w, "first");
	/* What libraries set up once is not for us to fail. */
	is_int(deliver(w, body), 200, "%s, with all the memory", w->provider);
	is_int(filed(w, "first", body), ALL, "%s: it is there", w->provider);
	for (at = 1; at < PLACES && one_place(w, at, false); at++)
		continue;
	ok(at > 10 && at < PLACES, "%lu places, one by one", at - 1);
	for (at = 1; at < PLACES && one_place(w, at, true); at++)
		continue;
	ok(at > 10 && at < PLACES, "%lu places, and none after it", at - 1);
}

int
main(void)
{
	char text[2048];
	size_t n = 0;

	sandbox_make();
	sandbox_text("a.secret", SECRET "\n", 0600);
	for (size_t i = 0; i < COUNT(way); i++)
		n += (size_t)snprintf(text + n, sizeof(text) - n,
		    "%s\"%s\":{\"secret_file\":\"a.secret\"%s}",
		    i == 0
			? "{\"inbox\":\"inbox\",\"fallback_inbox\":\"spare\","
			  "\"providers\":{"
			: ",",
		    way[i].provider, way[i].settings);
	snprintf(text + n, sizeof(text) - n, "}}");
	sandbox_text("hookdir.json", text, 0644);
	for (size_t i = 0; i < COUNT(way); i++)
		test_way(&way[i]);
	sandbox_remove(sandbox_dir);
	return done();
}
