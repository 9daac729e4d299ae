/* receive.c - the pipeline as one function: outcomes, log lines, files. */
#include "receive.h"
#include "coral.h"
#include "sandbox.h"

#include "../tap.h"

/* Settings in the sandbox; one provider of each kind that matters here. */
static struct config *
settings(void)
{
	static char *const env[] = {NULL};
	struct config *cfg;

	sandbox_text("a.secret", SECRET "\n", 0600);
	cfg = config_load(
	    sandbox_text("hookdir.json",
		"{\"inbox\":\"inbox\",\"max_body\":1000,\"providers\":{"
		"\"coral\":{\"secret_file\":\"a.secret\"},"
		"\"vorsto\":{\"secret_file\":\"a.secret\"},"
		"\"pass\":{\"secret_file\":\"a.secret\",\"scheme\":\"token\","
		"\"signature\":\"X-Pass\"},"
		"\"bad\":{\"preset\":\"coral\",\"secert_file\":\"x\"}}}",
		0644),
	    env, &sandbox_log);
	if (cfg == NULL)
		sandbox_die("settings");
	return cfg;
}

/* One delivery of body with env; its reply. */
static struct reply
deliver(const struct config *cfg, const char *const env[], const char *body)
{
	static char *copy[SANDBOX_ENV_MAX];
	static char text[SANDBOX_ENV_MAX][1024];
	struct sandbox_body source = {span_str(body), 7, false};
	struct delivery delivery = {
	    .env = copy,
	    .body = {sandbox_body_read, &source},
	    .now = {1700000000, 0},
	    .log = &sandbox_log,
	};
	const struct provider *due;
	struct reply reply;
	size_t n = 0;

	for (; env[n] != NULL; n++) {
		snprintf(text[n], sizeof(text[n]), "%s", env[n]);
		copy[n] = text[n];
	}
	copy[n] = NULL;
	sandbox_log_clear();
	due = receive(cfg, &delivery, &reply);
	if (due != NULL)
		receive_upkeep(cfg, due, &delivery);
	return reply;
}

static void
test_stored(const struct config *cfg)
{
	const char *body = "{\"id\":\"one\",\"type\":\"t\"}";
	const char *const env[] = {"REQUEST_METHOD=POST", "PATH_INFO=/coral",
	    "CONTENT_LENGTH=23", signature(body), NULL};
	struct reply r = deliver(cfg, env, body);

	is_int(r.status, ST_OK, "a genuine event is stored");
	is_int(r.code, 200, "with 200");
	is_span(r.body, "{\"received\":true}", "and the preset's answer");
	ok(inbox_has("coral/new/one"), "as a file");
	is_str(sandbox_logged, "", "in silence");
	r = deliver(cfg, env, body);
	is_int(r.status, ST_DUPLICATE, "the same again is a duplicate");
	is_int(r.code, 200, "with 200 as well");
	is_str(sandbox_logged,
	    "hookdir: info: coral: one from -: answered 200: a duplicate by "
	    "its id, not filed again; `hookdir forget coral one` lets it be "
	    "filed again\n",
	    "and the log says that it is not filed");
}

/* What is logged of the duplicate of an event with this body and address. */
static void
logs(const struct config *cfg, const char *body, const char *address,
    const char *want)
{
	char length[48];
	const char *const env[] = {"REQUEST_METHOD=POST", "PATH_INFO=/coral",
	    length, signature(body), address, NULL};

	snprintf(length, sizeof(length), "CONTENT_LENGTH=%zu", strlen(body));
	is_int(deliver(cfg, env, body).status, ST_OK, "%s is stored", body);
	is_int(deliver(cfg, env, body).status, ST_DUPLICATE, "and known");
	ok(sandbox_log_has(want), "%s", want);
	if (!sandbox_log_has(want))
		diag("%s", sandbox_logged);
	ok(strchr(sandbox_logged, '\n') == strrchr(sandbox_logged, '\n'),
	    "in one line");
}

/* Whatever the sender writes, a line has its words in their order. */
static void
test_line(const struct config *cfg)
{
	char body[512], id[200];

	logs(cfg, "{\"id\":\"l1\"}", "REMOTE_ADDR=203.0.113.7",
	    "info: coral: l1 from 203.0.113.7: answered 200: a duplicate by "
	    "its id, not filed again; `hookdir forget coral l1` lets");
	logs(cfg, "{\"id\":\"l2\"}", "REMOTE_ADDR=2001:db8::1%eth0",
	    "coral: l2 from 2001:db8::1%eth0: answered 200: ");
	logs(cfg, "{\"id\":\"l3\"}",
	    "REMOTE_ADDR=unix:", "coral: l3 from -: answered 200: ");
	logs(cfg, "{\"id\":\"l4\"}", "REMOTE_ADDR=1.2.3.4: answered 500: x",
	    "coral: l4 from -: answered 200: ");
	logs(cfg, "{\"id\":\"a b: \\n\\u00fc\\\"%\"}", "REMOTE_ADDR=::1",
	    "coral: a%20b:%20%0A%C3%BC%22%25 from ::1: answered 200: a "
	    "duplicate by its id, not filed again; `hookdir forget coral "
	    "sha256-");
	logs(cfg, "{\"no\":\"id\"}", "REMOTE_ADDR=::1", "coral: sha256-");
	ok(sandbox_log_has(" from ::1: answered 200: a duplicate by its "
			   "digest, not filed again; "),
	    "one without an id");
	memset(id, 'i', sizeof(id) - 1);
	id[sizeof(id) - 1] = '\0';
	snprintf(body, sizeof(body), "{\"id\":\"%s\"}", id);
	logs(cfg, body, "REMOTE_ADDR=::1", "coral: sha256-");
	ok(!sandbox_log_has("iii"), "a long id is not quoted");
}

/* The first event of a day has what is old removed. */
static void
test_sweep(const struct config *cfg)
{
	const char *body = "{\"id\":\"sweep\"}";
	const char *const env[] = {"REQUEST_METHOD=POST", "PATH_INFO=/coral",
	    "CONTENT_LENGTH=14", signature(body), NULL};

	sandbox_remove(sandbox_path("inbox/coral/dedup/2023-11-11"));
	if (mkdir(sandbox_path("inbox/coral/dedup/2001-01-01"), 0700) != 0)
		sandbox_die("an old day");
	is_int(deliver(cfg, env, body).code, 200, "the first of a day");
	ok(!inbox_has("coral/dedup/2001-01-01"), "sweeps");
}

/* Outcome, provider in the log, and what else the log must have. */
static void
refused(const struct config *cfg, const char *const env[], const char *body,
    int code, const char *logged)
{
	struct reply r = deliver(cfg, env, body);

	is_int(r.code, code, "%d: %s", code, logged);
	ok(sandbox_log_has(logged), "%d: the log says so", code);
	if (!sandbox_log_has(logged))
		diag("%s", sandbox_logged);
	ok(strchr(sandbox_logged, '\n') == strrchr(sandbox_logged, '\n'),
	    "%d: in one line", code);
	ok(strstr(sandbox_logged, SECRET) == NULL, "%d: without the secret",
	    code);
}

static void
test_refused(const struct config *cfg)
{
	const char *body = "{\"id\":\"two\"}";
	const char *good = signature(body);
	char wrong[128];
	struct {
		int code;
		const char *logged;
		const char *env[6];
	} row[] = {
	    {404, "-: - from -: answered 404: no provider is called 'nobody'",
		{"REQUEST_METHOD=POST", "PATH_INFO=/nobody", good}},
	    {404, "hookdir: warning: -: - from -: answered 404: no provider",
		{"REQUEST_METHOD=POST", "PATH_INFO=/nobody",
		    "CONTENT_LENGTH=99"}},
	    {404, "-: - from -: answered 404: no provider is called ''",
		{"REQUEST_METHOD=POST", good}},
	    {500, "hookdir: error: bad: - from -: answered 500: ",
		{"REQUEST_METHOD=GET", "PATH_INFO=/bad"}},
	    {500, "providers.bad.secert_file: unknown setting",
		{"REQUEST_METHOD=POST", "PATH_INFO=/bad", good}},
	    {405, "coral: - from -: answered 405: the method is not POST",
		{"REQUEST_METHOD=PUT", "PATH_INFO=/coral", good}},
	    {405,
		"coral: - from -: answered 405: ", {"PATH_INFO=/coral", good}},
	    {400,
		"coral: - from -: answered 400: Content-Length is not a number",
		{"REQUEST_METHOD=POST", "PATH_INFO=/coral", good,
		    "CONTENT_LENGTH=12x"}},
	    {400, "coral: - from -: answered 400: the body ended after 12 of",
		{"REQUEST_METHOD=POST", "PATH_INFO=/coral", good,
		    "CONTENT_LENGTH=13"}},
	    {400, "coral: - from -: answered 400: no signature fits",
		{"REQUEST_METHOD=POST", "PATH_INFO=/coral", good,
		    "CONTENT_LENGTH=11"}},
	    {413,
		"coral: - from -: answered 413: Content-Length 1001 is larger",
		{"REQUEST_METHOD=POST", "PATH_INFO=/coral", good,
		    "CONTENT_LENGTH=1001"}},
	    {400, "coral: - from -: answered 400: the body is empty",
		{"REQUEST_METHOD=POST", "PATH_INFO=/coral", good,
		    "CONTENT_LENGTH=0"}},
	    {400, "coral: - from -: answered 400: no signature fits",
		{"REQUEST_METHOD=POST", "PATH_INFO=/coral", wrong,
		    "CONTENT_LENGTH=12"}},
	    {400, "coral: - from -: answered 400: X-Coral-Signature is missing",
		{"REQUEST_METHOD=POST", "PATH_INFO=/coral",
		    "CONTENT_LENGTH=12"}},
	    {403, "vorsto: - from -: answered 403: X-Signature is missing",
		{"REQUEST_METHOD=POST", "PATH_INFO=/vorsto",
		    "CONTENT_LENGTH=12"}},
	    {411, "pass: - from -: answered 411: no Content-Length",
		{"REQUEST_METHOD=POST", "PATH_INFO=/pass",
		    "HTTP_X_PASS=" SECRET}},
	    {401, "pass: - from -: answered 401: X-Pass has a wrong secret",
		{"REQUEST_METHOD=POST", "PATH_INFO=/pass", "HTTP_X_PASS=guess",
		    "CONTENT_LENGTH=12"}},
	};

	snprintf(wrong, sizeof(wrong), "%s", good);
	wrong[strlen(wrong) - 1] = good[strlen(good) - 1] == '0' ? '1' : '0';
	for (size_t i = 0; i < sizeof(row) / sizeof(row[0]); i++)
		refused(cfg, row[i].env, body, row[i].code, row[i].logged);
	ok(!inbox_has("coral/new/two"), "none of it was filed");
	ok(!inbox_has("pass"), "nor has it made an inbox");
	refused(NULL, row[0].env, body, 500,
	    "-: - from -: answered 500: no usable");
}

static void
test_document_root(const struct config *cfg)
{
	char root[512];
	const char *body = "{\"id\":\"three\"}";
	const char *const env[] = {"REQUEST_METHOD=POST", "PATH_INFO=/coral",
	    "CONTENT_LENGTH=14", signature(body), root, NULL};

	snprintf(root, sizeof(root), "DOCUMENT_ROOT=%s", sandbox_dir);
	refused(cfg, env, body, 500,
	    "coral: - from -: answered 500: the secret file is inside the "
	    "document");
	ok(!inbox_has("coral/new/three"), "not filed");
	snprintf(root, sizeof(root), "CONTEXT_DOCUMENT_ROOT=%s", sandbox_dir);
	is_int(deliver(cfg, env, body).code, 500, "a user's own pages");
	snprintf(root, sizeof(root), "DOCUMENT_ROOT=/");
	is_int(deliver(cfg, env, body).code, 500, "everything is published");
	snprintf(root, sizeof(root), "DOCUMENT_ROOT=%s/inbox", sandbox_dir);
	is_int(deliver(cfg, env, body).code, 200, "another document root");
	ok(inbox_has("coral/new/three"), "filed");
}

static void
test_no_disk(const struct config *cfg)
{
	const char *body = "{\"id\":\"four\"}";
	const char *const env[] = {"REQUEST_METHOD=POST", "PATH_INFO=/coral",
	    "CONTENT_LENGTH=13", signature(body), NULL};

	sandbox_remove(sandbox_path("inbox"));
	sandbox_text("inbox", "a file", 0600);
	refused(cfg, env, body, 503,
	    "coral: four from -: answered 503: the inbox ");
	ok(sandbox_log_has("must be a directory"), "and what to do");
	unlink(sandbox_path("inbox"));
	is_int(deliver(cfg, env, body).code, 200, "and then it is mended");
	ok(inbox_has("coral/new/four"), "filed");
	sandbox_remove(sandbox_path("inbox/coral/dedup"));
	sandbox_text("inbox/coral/dedup", "a file", 0600);
	refused(cfg, env, body, 503, "coral: four from -: answered 503: ");
}

int
main(void)
{
	struct config *cfg;

	sandbox_make();
	cfg = settings();
	test_stored(cfg);
	test_line(cfg);
	test_sweep(cfg);
	test_refused(cfg);
	test_document_root(cfg);
	test_no_disk(cfg);
	config_free(cfg);
	sandbox_remove(sandbox_dir);
	return done();
}
