/* receive_hold.c - what the receiver keeps of what it refuses, and why not. */
#include "base/encode.h"
#include "coral.h"
#include "crypto/digest.h"
#include "hold/hold.h"
#include "hold/request_file.h"
#include "receive.h"
#include "sandbox.h"

#include "../tap.h"

#define THEN 1700000000

/* Settings in the sandbox: p signs body and time, pass sends a password. */
static struct config *
settings(const char *hold)
{
	static char *const env[] = {NULL};
	struct config *cfg;
	char text[1024];

	sandbox_text("a.secret", SECRET "\n", 0600);
	snprintf(text, sizeof(text),
	    "{\"inbox\":\"inbox\",\"max_body\":1000,%s\"providers\":{"
	    "\"p\":{\"secret_file\":\"a.secret\",\"signature\":\"X-S\","
	    "\"timestamp\":\"header:X-T\",\"signed_payload\":\"{ts}.{body}\","
	    "\"id\":\"json:id\",\"reject_status\":403},"
	    "\"http\":{\"secret_file\":\"a.secret\",\"scheme\":\"httpsig\"},"
	    "\"pass\":{\"secret_file\":\"a.secret\",\"scheme\":\"token\","
	    "\"signature\":\"X-Pass\"}}}",
	    hold);
	cfg = config_load(
	    sandbox_text("hookdir.json", text, 0644), env, &sandbox_log);
	if (cfg == NULL)
		sandbox_die(sandbox_logged);
	return cfg;
}

/* Deliver body to where, signed with secret at THEN, at now; the code. */
static int
deliver(const struct config *cfg, const char *where, const char *body,
    const char *secret, time_t now, time_t arrived)
{
	static char text[6][256];
	static char input[] =
	    "HTTP_SIGNATURE_INPUT=s=(\"content-digest\");created=1700000000";
	static char signature[] = "HTTP_SIGNATURE=s=:AAAA:";
	static char digest[] = "HTTP_CONTENT_DIGEST=sha-256=:"
			       "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=:";
	char *env[] = {text[0], text[1], text[2], text[3], text[4], text[5],
	    input, signature, digest, NULL};
	struct sandbox_body source = {span_str(body), 0, false};
	struct delivery delivery = {.env = env,
	    .body = {sandbox_body_read, &source},
	    .now = {now, 0},
	    .arrived = {arrived, 0},
	    .log = &sandbox_log};
	struct span part[2] = {span_str("1700000000."), span_str(body)};
	unsigned char mac[DIGEST_MAX];
	struct reply reply;

	if (!digest_hmac(DIGEST_SHA256, span_str(secret), part, 2, mac))
		sandbox_die("HMAC");
	snprintf(text[0], sizeof(text[0]), "REQUEST_METHOD=POST");
	snprintf(text[1], sizeof(text[1]), "PATH_INFO=/%s", where);
	snprintf(text[2], sizeof(text[2]), "CONTENT_LENGTH=%zu", strlen(body));
	snprintf(text[3], sizeof(text[3]), "HTTP_X_T=1700000000");
	snprintf(text[4], sizeof(text[4]), "HTTP_X_PASS=guess");
	memcpy(text[5], "HTTP_X_S=", 9);
	encode_hex(text[5] + 9, span_mem(mac, DIGEST_SHA256_LEN));
	sandbox_log_clear();
	receive(cfg, &delivery, &reply);
	reply_free(&reply);
	return reply.code;
}

/* How many are held. */
static size_t
count(const struct config *cfg, const char *provider)
{
	const struct hold hold = {
	    .root = cfg->inbox.root, .provider = provider};
	struct reason why = {""};
	struct hold_list list;
	size_t n;

	if (!hold_list(&hold, &list, &why))
		sandbox_die(why.text);
	n = list.n;
	hold_list_free(&list);
	return n;
}

static void
test_kept(const struct config *cfg)
{
	const struct hold hold = {.root = cfg->inbox.root, .provider = "p"};
	struct hold_list list = {.n = 0};
	struct reason why = {""};
	struct file_content content = {.bytes = NULL};
	struct request_file saved;
	bool read = false;

	is_int(deliver(cfg, "p", "{\"id\":\"a\"}", "another", THEN + 5, 0), 403,
	    "refused");
	is_int(count(cfg, "p"), 1, "and held");
	ok(strchr(sandbox_logged, '\n') == strrchr(sandbox_logged, '\n') &&
		sandbox_log_has("p: - from -: answered 403: no signature fits"),
	    "with one line in the log");
	if (hold_list(&hold, &list, &why) && list.n == 1)
		read = hold_read(&hold, list.item[0].name, HOLD_FILE_MAX,
			   &content, &why) == HOLD_READ;
	if (ok(read && request_file_read(
			   &saved, span_mem(content.bytes, content.len), &why),
		"it can be read")) {
		is_int(saved.arrived.tv_sec, THEN + 5, "when it came");
		ok(strncmp((const char *)saved.reason.ptr, "no signature fits",
		       17) == 0,
		    "why");
		is_span(saved.req.body, "{\"id\":\"a\"}", "the body");
		request_file_free(&saved);
	}
	free(content.bytes);
	hold_list_free(&list);
	ok(!inbox_has("p/new/a"), "it is no event");
}

static void
test_not_kept(const struct config *cfg)
{
	long long before = (long long)count(cfg, "p");

	is_int(deliver(cfg, "pass", "{}", SECRET, THEN, 0), 401, "a password");
	is_int(count(cfg, "pass"), 0, "is not held");
	is_int(deliver(cfg, "http", "{}", SECRET, THEN, 0), 400,
	    "what can never verify, for its digest is another's");
	is_int(count(cfg, "http"), 0, "is not held");
	is_int(deliver(cfg, "p", "", SECRET, THEN, 0), 400, "an empty body");
	is_int(deliver(cfg, "q", "{}", SECRET, THEN, 0), 404, "nobody");
	is_int(deliver(cfg, "p", "{\"id\":\"ok\"}", SECRET, THEN, 0), 200,
	    "a good one");
	is_int(count(cfg, "p"), before, "none of them is held");
	is_int(deliver(cfg, "p", "{}", "another", THEN, THEN), 403,
	    "one that was held before");
	is_int(count(cfg, "p"), before, "nor is it held again");
}

static void
test_arrived(const struct config *cfg)
{
	time_t later = THEN + 20 * 86400;
	char text[2048] = "";
	FILE *fp;

	is_int(deliver(cfg, "p", "{\"id\":\"b\"}", SECRET, later, 0), 403,
	    "20 days late");
	is_int(deliver(cfg, "p", "{\"id\":\"b\"}", SECRET, later, THEN + 301),
	    403, "it came too late");
	ok(!inbox_has("p/new/b"), "is not filed");
	is_int(deliver(cfg, "p", "{\"id\":\"b\"}", SECRET, later, THEN + 300),
	    200, "it came in time, and is tried again later");
	ok(inbox_has("p/new/b"), "is filed");
	if ((fp = fopen(sandbox_path("inbox/p/new/b"), "r")) != NULL) {
		ok(fread(text, 1, sizeof(text) - 1, fp) > 0, "its file");
		fclose(fp);
	}
	ok(strstr(text, "Ce-Time: 2023-11-14T22:18:20.") != NULL,
	    "says when it came");
	ok(inbox_has("p/dedup/2023-12-01/b"), "and is marked by today");
	is_int(deliver(cfg, "p", "{\"id\":\"b\"}", SECRET, later, THEN), 200,
	    "once more");
	unlink(sandbox_path("inbox/p/new/b"));
	is_int(deliver(cfg, "p", "{\"id\":\"b\"}", SECRET, later, THEN), 200,
	    "and again, when a consumer has it");
	ok(!inbox_has("p/new/b"), "is a duplicate");
}

/* Nothing that goes wrong with holding can change the answer. */
static void
test_trouble(const struct config *cfg)
{
	sandbox_remove(sandbox_path("inbox/p/hold"));
	sandbox_text("inbox/p/hold", "a file", 0600);
	is_int(deliver(cfg, "p", "{}", "another", THEN, 0), 403,
	    "no folder: the answer is the same");
	ok(sandbox_log_has("warning: p: - from -: answered 403: rejected, and "
			   "could not be held: "),
	    "and the log says so");
	unlink(sandbox_path("inbox/p/hold"));
	is_int(deliver(cfg, "p", "{}", "another", THEN, 0), 403, "mended");
	is_int(count(cfg, "p"), 1, "and held");
}

int
main(void)
{
	struct config *cfg;

	sandbox_make();
	cfg = settings("");
	is_int(deliver(cfg, "p", "{}", "another", THEN, 0), 403, "by default");
	is_int(count(cfg, "p"), 0, "nothing is held");
	ok(!inbox_has("p"), "nor is an inbox made");
	config_free(cfg);
	cfg = settings("\"hold\":{},");
	test_kept(cfg);
	test_not_kept(cfg);
	test_arrived(cfg);
	test_trouble(cfg);
	config_free(cfg);
	cfg = settings("\"hold\":{\"bytes\":20},");
	is_int(deliver(cfg, "p", "{}", "another", THEN, 0), 403, "too large");
	ok(sandbox_log_has("could not be held: its "), "is not held");
	config_free(cfg);
	sandbox_remove(sandbox_dir);
	return done();
}
