/* receive_challenge.c - challenges through the pipeline: nothing is filed. */
#include "base/encode.h"
#include "crypto/digest.h"
#include "receive.h"
#include "sandbox.h"

#include "../tap.h"

#define SECRET "a-secret-of-some-length"
#define BIRD   "a-consumer-secret-of-x"

static struct config *
settings(void)
{
	static char *const env[] = {NULL};
	struct config *cfg;

	sandbox_text("a.secret", SECRET "\n", 0600);
	sandbox_text("bird.secret", BIRD "\n", 0600);
	sandbox_text("tokens", "a-verify-token\n", 0600);
	cfg = config_load(
	    sandbox_text("hookdir.json",
		"{\"inbox\":\"inbox\",\"max_body\":1000,\"providers\":{"
#define ENTRY "{\"secret_file\":\"a.secret\",\"signature\":\"X-Sig\","
		"\"plain\":" ENTRY "\"id\":\"json:id\"},"
		"\"drop\":" ENTRY "\"challenge\":\"echo-query:challenge\"},"
		"\"face\":" ENTRY "\"challenge\":\"meta\","
		"\"verify_token_file\":\"tokens\"},"
		"\"bird\":{\"secret_file\":\"bird.secret\","
		"\"signature\":\"X-Sig\",\"challenge\":\"crc\"},"
		"\"card\":" ENTRY "\"challenge\":\"head\"},"
		"\"task\":" ENTRY "\"challenge\":\"echo-header:X-Hook\"},"
		"\"talk\":" ENTRY
		"\"challenge\":\"echo-json:type=hello:challenge\"},"
		"\"meet\":" ENTRY "\"challenge\":\"zoom\"},"
		"\"game\":" ENTRY "\"challenge\":\"discord\","
		"\"accept_status\":204},"
		"\"bill\":" ENTRY "\"challenge\":\"probe:events=[]\","
		"\"accept_body\":\"\"},"
		"\"gone\":" ENTRY "\"challenge\":\"echo\"}}}",
		0644),
	    env, &sandbox_log);
	if (cfg == NULL || cfg->nprovider != 11 || cfg->errors != 1)
		sandbox_die(sandbox_logged);
	return cfg;
}

/* The reply to a request; the caller frees it. */
static struct reply
deliver(const struct config *cfg, const char *const env[], const char *body)
{
	static char *copy[SANDBOX_ENV_MAX];
	static char text[SANDBOX_ENV_MAX][1024];
	struct sandbox_body source = {span_str(body), 0, false};
	struct delivery delivery = {
	    .env = copy,
	    .body = {sandbox_body_read, &source},
	    .now = {1700000000, 0},
	    .log = &sandbox_log,
	};
	struct reply reply;
	size_t n = 0;

	for (; env[n] != NULL; n++) {
		snprintf(text[n], sizeof(text[n]), "%s", env[n]);
		copy[n] = text[n];
	}
	copy[n] = NULL;
	sandbox_log_clear();
	receive(cfg, &delivery, &reply);
	return reply;
}

/* The header that signs body with a secret, as a CGI variable. */
static const char *
signature(const char *secret, const char *body)
{
	static char text[128] = "HTTP_X_SIG=";
	struct span part = span_str(body);
	unsigned char mac[DIGEST_MAX];

	if (!digest_hmac(DIGEST_SHA256, span_str(secret), &part, 1, mac))
		sandbox_die("HMAC");
	encode_hex(
	    text + strlen("HTTP_X_SIG="), span_mem(mac, DIGEST_SHA256_LEN));
	return text;
}

static bool
nothing_filed(void)
{
	struct stat st;

	return stat(sandbox_path("inbox"), &st) != 0;
}

static bool
has(const struct reply *reply, const char *text)
{
	char head[REPLY_HEAD_MAX + 1];

	memcpy(head, reply->head, reply->head_len);
	head[reply->head_len] = '\0';
	return strstr(head, text) != NULL;
}

/* METHOD PROVIDER VARIABLE BODY, and what is answered. */
struct exchange {
	const char *method, *name, *variable, *body;
	bool sign;
	int code;
	const char *answer, *head, *logged;
};

static void
take(const struct config *cfg, const struct exchange *t)
{
	char method[32], path[32];
	const char *const env[] = {method, path, t->variable,
	    t->sign ? signature(SECRET, t->body) : "A=b", NULL};
	struct reply r;

	snprintf(method, sizeof(method), "REQUEST_METHOD=%s", t->method);
	snprintf(path, sizeof(path), "PATH_INFO=/%s", t->name);
	r = deliver(cfg, env, t->body);
	is_int(r.code, t->code, "%s %s %s", t->method, t->name, t->body);
	is_span(r.body, t->answer, "the answer");
	ok(has(&r, t->head), "its header has %s", t->head);
	ok(has(&r, "\r\nX-Content-Type-Options: nosniff\r\n"), "and nosniff");
	ok(sandbox_log_has(t->logged), "the log says %s", t->logged);
	if (!sandbox_log_has(t->logged))
		diag("%s", sandbox_logged);
	ok(sandbox_logged[0] != '\0' &&
		strchr(sandbox_logged, '\n') == strrchr(sandbox_logged, '\n'),
	    "in one line");
	ok(strstr(sandbox_logged, SECRET) == NULL &&
		strstr(sandbox_logged, "secret-looking") == NULL,
	    "and nothing of what was sent");
	ok(nothing_filed(), "nothing is filed");
	reply_free(&r);
}

#define TEXT "Content-Type: text/plain; charset=utf-8\r\n"
#define JSON "Content-Type: application/json\r\n"
#define DONE(name, code) \
	"info: " name ": answered " code ": a challenge; nothing is stored"

static void
test_answers(const struct config *cfg)
{
	static const struct exchange row[] = {
	    {"GET", "drop", "QUERY_STRING=challenge=secret-looking", "", false,
		200, "secret-looking", TEXT, DONE("drop", "200")},
	    {"HEAD", "drop", "QUERY_STRING=challenge=abc", "", false, 200, "",
		"\r\nContent-Length: 3\r\n", DONE("drop", "200")},
	    {"POST", "drop", "QUERY_STRING=challenge=abc", "", false, 200,
		"abc", TEXT, DONE("drop", "200")},
	    {"GET", "face",
		"QUERY_STRING=hub.mode=subscribe&hub.challenge=99&"
		"hub.verify_token=a-verify-token",
		"", false, 200, "99", TEXT, DONE("face", "200")},
	    {"HEAD", "card", "A=b", "", false, 200, "",
		"\r\nContent-Length: 2\r\n", DONE("card", "200")},
	    {"POST", "task", "HTTP_X_HOOK=secret-looking", "{}", false, 200,
		"OK", "\r\nX-Hook: secret-looking\r\n", DONE("task", "200")},
	    {"POST", "talk", "A=b",
		"{\"type\":\"hello\",\"challenge\":\"secret-looking\"}", true,
		200, "secret-looking", TEXT, DONE("talk", "200")},
	    {"POST", "game", "A=b", "{\"type\":0}", true, 204, "", JSON,
		DONE("game", "204")},
	    {"POST", "game", "A=b", "{\"type\":1}", true, 200, "{\"type\":1}",
		JSON, DONE("game", "200")},
	    {"POST", "bill", "A=b", "{\"events\":[]}", true, 200, "",
		"\r\nContent-Length: 0\r\n", DONE("bill", "200")},
	};

	for (size_t i = 0; i < sizeof(row) / sizeof(row[0]); i++)
		take(cfg, &row[i]);
}

static void
test_refused(const struct config *cfg)
{
	static const struct exchange row[] = {
	    {"GET", "drop", "QUERY_STRING=challenge=<secret-looking>", "",
		false, 400, "Bad Request", TEXT,
		"warning: drop: answered 400: challenge: challenge is"},
	    {"GET", "face",
		"QUERY_STRING=hub.mode=subscribe&hub.challenge=99&"
		"hub.verify_token=secret-looking",
		"", false, 401, "Unauthorized", TEXT,
		"face: answered 401: challenge: hub.verify_token is not"},
	    /* Only what is signed is answered. */
	    {"POST", "talk", "A=b",
		"{\"type\":\"hello\",\"challenge\":\"secret-looking\"}", false,
		401, "Unauthorized", TEXT, "talk: answered 401: X-Sig"},
	    {"POST", "meet", "A=b",
		"{\"event\":\"endpoint.url_validation\",\"payload\":{"
		"\"plainToken\":\"abc\"}}",
		false, 401, "Unauthorized", TEXT, "meet: answered 401: X-Sig"},
	    {"POST", "meet", "A=b",
		"{\"event\":\"endpoint.url_validation\",\"payload\":{"
		"\"plainToken\":\"v0:1700000000:{}\"}}",
		true, 400, "Bad Request", TEXT,
		"meet: answered 400: challenge: payload.plainToken is"},
	    {"POST", "game", "A=b", "{\"type\":1}", false, 401, "Unauthorized",
		TEXT, "game: answered 401: X-Sig"},
	    {"POST", "bill", "A=b", "{\"events\":[]}", false, 401, "",
		"\r\nContent-Length: 0\r\n", "bill: answered 401: X-Sig"},
	    {"POST", "task", "HTTP_X_HOOK=a b", "", false, 400, "Bad Request",
		TEXT, "task: answered 400: challenge: X-Hook is missing"},
	    /* Methods. */
	    {"GET", "plain", "QUERY_STRING=challenge=abc", "", false, 405,
		"Method Not Allowed", "\r\nAllow: POST\r\n",
		"plain: answered 405: the method is not POST"},
	    {"HEAD", "plain", "A=b", "", false, 405, "", "\r\nAllow: POST\r\n",
		"plain: answered 405: "},
	    {"GET", "card", "A=b", "", false, 405, "Method Not Allowed",
		"\r\nAllow: HEAD, POST\r\n", "card: answered 405: "},
	    {"PUT", "bird", "QUERY_STRING=crc_token=a", "", false, 405,
		"Method Not Allowed", "\r\nAllow: GET, HEAD, POST\r\n",
		"bird: answered 405: the method is not GET, HEAD, POST"},
	    {"GET", "gone", "QUERY_STRING=challenge=abc", "", false, 500,
		"Internal Server Error", TEXT, "gone: answered 500: "},
	    {"GET", "nobody", "QUERY_STRING=challenge=abc", "", false, 404,
		"Not Found", TEXT, "-: answered 404: "},
	    {"POST", "drop", "QUERY_STRING=challenge=abc", "{}", false, 401,
		"Unauthorized", TEXT, "drop: answered 401: X-Sig"},
	    {"GET", "drop", "CONTENT_LENGTH=1001", "", false, 413,
		"Content Too Large", TEXT, "drop: answered 413: "},
	};

	for (size_t i = 0; i < sizeof(row) / sizeof(row[0]); i++)
		take(cfg, &row[i]);
}

/* An HMAC that anybody can ask for signs no event. */
static void
test_oracle(const struct config *cfg)
{
	static const char before[] = "{\"response_token\":\"sha256=";
	const char *const ask[] = {"REQUEST_METHOD=GET", "PATH_INFO=/bird",
	    "QUERY_STRING=crc_token=id%3Dforged", NULL};
	char stolen[128];
	const char *const forge[] = {
	    "REQUEST_METHOD=POST", "PATH_INFO=/bird", stolen, NULL};
	struct reply r = deliver(cfg, ask, "");

	is_int(r.code, 200, "the HMAC of a text of one's choice");
	ok(span_starts(r.body, span_str(before)), "as JSON");
	snprintf(stolen, sizeof(stolen), "HTTP_X_SIG=%.44s",
	    (const char *)r.body.ptr + strlen(before));
	reply_free(&r);
	r = deliver(cfg, forge, "id=forged");
	is_int(r.code, 401, "signs no event of this provider");
	ok(sandbox_log_has(
	       "bird: answered 401: refused as an event: anyone could get a "
	       "signature of this body as the answer to a challenge"),
	    "and the log says so");
	ok(nothing_filed(), "nothing is filed");
	reply_free(&r);
}

/* Nor does it for another provider, which would not know of it. */
static void
test_shared_secret(void)
{
	static char *const env[] = {NULL};
	struct config *cfg;

	sandbox_text("two.secret", "another-one\n" BIRD "\n", 0600);
	sandbox_log_clear();
	cfg = config_load(sandbox_text("shared.json",
			      "{\"inbox\":\"inbox\",\"providers\":{"
			      "\"one\":{\"secret_file\":\"bird.secret\","
			      "\"signature\":\"X-Sig\",\"challenge\":\"crc\"},"
			      "\"more\":{\"secret_file\":\"two.secret\","
			      "\"signature\":\"X-Sig\",\"challenge\":\"crc\"},"
			      "\"safe\":{\"secret_file\":\"two.secret\","
			      "\"signature\":\"X-Sig\",\"challenge\":\"zoom\"},"
			      "\"gone\":{\"secret_file\":\"two.secret\"},"
			      "\"else\":" ENTRY "\"challenge\":\"head\"}}}",
			      0644),
	    env, &sandbox_log);
	ok(cfg != NULL && cfg->errors == 1 && !cfg->provider[0].broken &&
		!cfg->provider[1].broken,
	    "a secret of two that both know what they sign");
	config_free(cfg);
	sandbox_log_clear();
	cfg = config_load(sandbox_text("shared.json",
			      "{\"inbox\":\"inbox\",\"providers\":{"
			      "\"one\":{\"secret_file\":\"bird.secret\","
			      "\"signature\":\"X-Sig\",\n\"challenge\":"
			      "\"crc\"},"
			      "\"two\":{\"secret_file\":\"two.secret\","
			      "\"signature\":\"X-Sig\"}}}",
			      0644),
	    env, &sandbox_log);
	ok(cfg != NULL && cfg->errors == 1 && cfg->provider[0].broken &&
		!cfg->provider[1].broken,
	    "a secret of one that does not");
	ok(sandbox_log_has(
	       "shared.json:2: providers.one.challenge: makes hookdir sign any "
	       "text with a secret that two uses too: use another secret for "
	       "one of the two\n"),
	    "and the log says so");
	config_free(cfg);
	/* Nobody is served under that name, so nobody is fooled. */
	cfg = config_load(sandbox_text("shared.json",
			      "{\"inbox\":\"inbox\",\"providers\":{"
			      "\"one\":{\"secret_file\":\"bird.secret\","
			      "\"signature\":\"X-Sig\",\"challenge\":\"crc\"},"
			      "\"two\":{\"secret_file\":\"two.secret\","
			      "\"signature\":\"X-Sig\"},\"two\":{}}}",
			      0644),
	    env, &sandbox_log);
	ok(cfg != NULL && cfg->errors == 1 && !cfg->provider[0].broken &&
		cfg->provider[1].broken,
	    "a secret of one whose name is there twice");
	config_free(cfg);
}

static void
test_document_root(const struct config *cfg)
{
	char root[512];
	const char *const env[] = {"REQUEST_METHOD=GET", "PATH_INFO=/drop",
	    "QUERY_STRING=challenge=abc", root, NULL};
	struct reply r;

	snprintf(root, sizeof(root), "DOCUMENT_ROOT=%s", sandbox_dir);
	r = deliver(cfg, env, "");
	is_int(r.code, 500, "a published secret answers no challenge");
	reply_free(&r);
}

/* The neighbours of a challenge are filed. */
static void
test_events(const struct config *cfg)
{
	static const struct {
		const char *name, *body;
		int code;
	} row[] = {
	    {"talk", "{\"type\":\"hi\",\"challenge\":\"a\"}", 200},
	    {"meet", "{\"event\":\"meeting.started\"}", 200},
	    {"game", "{\"type\":1,\"event\":{}}", 204},
	    {"bill", "{\"events\":[1]}", 200},
	    {"bird", "{\"for_user_id\":\"1\"}", 200},
	    {"task", "{\"events\":[]}", 200},
	};

	for (size_t i = 0; i < sizeof(row) / sizeof(row[0]); i++) {
		char path[32], folder[64];
		const char *const env[] = {"REQUEST_METHOD=POST", path,
		    signature(strcmp(row[i].name, "bird") == 0 ? BIRD : SECRET,
			row[i].body),
		    "HTTP_X_HOOK=a", NULL};
		struct stat st;
		struct reply r;

		snprintf(path, sizeof(path), "PATH_INFO=/%s", row[i].name);
		snprintf(folder, sizeof(folder), "inbox/%s/new", row[i].name);
		r = deliver(cfg, env, row[i].body);
		is_int(r.code, row[i].code, "%s: an event", row[i].name);
		is_int(r.status, ST_OK, "%s: stored", row[i].name);
		is_str(sandbox_logged, "", "%s: in silence", row[i].name);
		ok(stat(sandbox_path(folder), &st) == 0, "%s: filed",
		    row[i].name);
		reply_free(&r);
	}
}

int
main(void)
{
	struct config *cfg;

	sandbox_make();
	cfg = settings();
	test_answers(cfg);
	test_refused(cfg);
	test_oracle(cfg);
	test_shared_secret();
	test_document_root(cfg);
	test_events(cfg);
	config_free(cfg);
	sandbox_remove(sandbox_dir);
	return done();
}
