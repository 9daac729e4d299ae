/*
 * large.c - bodies of many MiB: stored as they are, and no field of them
 * decoded that would take memory without bounds.
 */
#include "base/encode.h"
#include "crypto/digest.h"
#include "parse/form.h"
#include "parse/json.h"
#include "receive.h"
#include "sandbox.h"

#include <dirent.h>

#include "../tap.h"

#define SECRET "a-secret-of-some-length"
#define SIZE   (5UL << 20)

static char body[SIZE + 1000];

/* first, SIZE bytes in which filler comes again and again, last. */
static struct span
make_body(const char *first, const char *filler, const char *last)
{
	size_t n = strlen(first), step = strlen(filler);

	memcpy(body, first, n);
	for (; n < SIZE; n += step)
		memcpy(body + n, filler, step);
	memcpy(body + n, last, strlen(last));
	return span_mem(body, n + strlen(last));
}

static struct config *
settings(void)
{
	static char *const env[] = {NULL};
	struct config *cfg;

	sandbox_text("a.secret", SECRET "\n", 0600);
	cfg = config_load(
	    sandbox_text("hookdir.json",
		"{\"inbox\":\"inbox\",\"max_body\":16000000,\"providers\":{"
		"\"whole\":{\"secret_file\":\"a.secret\",\"signature\":\"X-S\","
		"\"id\":\"json:id\"},"
		"\"field\":{\"secret_file\":\"a.secret\",\"signature\":\"X-S\","
		"\"signed_payload\":\"{json:data}\"},"
		"\"both\":{\"secret_file\":\"a.secret\",\"signature\":\"X-S\","
		"\"signed_payload\":[\"{json:data}\",\"{body}\"]},"
		"\"form\":{\"secret_file\":\"a.secret\",\"signature\":\"X-S\","
		"\"signed_payload\":\"{form:a}\"},"
		"\"sorted\":{\"secret_file\":\"a.secret\","
		"\"signature\":\"X-S\",\"signed_payload\":\"{sortedform}\"}}}",
		0600),
	    env, &sandbox_log);
	if (cfg == NULL || cfg->errors > 0)
		sandbox_die(sandbox_logged);
	return cfg;
}

/* Deliver all, signed over a part of it; the answer's code. */
static int
deliver(const struct config *cfg, const char *name, struct span all,
    struct span part)
{
	unsigned char mac[DIGEST_MAX];
	char sig[128] = "HTTP_X_S=", path[64], length[64];
	char method[] = "REQUEST_METHOD=POST";
	char *env[] = {method, path, length, sig, NULL};
	struct sandbox_body source = {all, 100000, false};
	const struct delivery delivery = {.env = env,
	    .body = {sandbox_body_read, &source},
	    .now = {1700000000, 0},
	    .log = &sandbox_log};
	struct reply reply;

	if (!digest_hmac(DIGEST_SHA256, span_str(SECRET), &part, 1, mac))
		sandbox_die("HMAC");
	encode_hex(sig + strlen(sig), span_mem(mac, DIGEST_SHA256_LEN));
	snprintf(path, sizeof(path), "PATH_INFO=/%s", name);
	snprintf(length, sizeof(length), "CONTENT_LENGTH=%zu", all.len);
	sandbox_log_clear();
	receive(cfg, &delivery, &reply);
	return reply.code;
}

/* The one event there is: its name begins so, its header has that line. */
static void
is_filed(
    const char *name, const char *prefix, const char *line, struct span payload)
{
	static char text[SIZE + 10000];
	char path[512] = "";
	struct dirent *entry;
	size_t len = 0;
	char *end;
	DIR *dir;
	FILE *fp;

	snprintf(path, sizeof(path), "inbox/%s/new", name);
	if ((dir = opendir(sandbox_path(path))) == NULL)
		sandbox_die("no new/");
	while ((entry = readdir(dir)) != NULL) {
		if (strncmp(entry->d_name, prefix, strlen(prefix)) == 0)
			snprintf(path, sizeof(path), "inbox/%s/new/%s", name,
			    entry->d_name);
	}
	closedir(dir);
	fp = fopen(sandbox_path(path), "r");
	if (fp != NULL) {
		len = fread(text, 1, sizeof(text), fp);
		fclose(fp);
	}
	unlink(sandbox_path(path));
	text[len < sizeof(text) ? len : sizeof(text) - 1] = '\0';
	end = strstr(text, "\n\n");
	if (!ok(end != NULL, "%s: filed", name))
		return;
	end += 2;
	ok(span_eq(span_mem(end, len - (size_t)(end - text)), payload),
	    "every byte");
	*end = '\0';
	ok(strstr(text, line) != NULL, "with '%s'", line);
}

static void
test_whole(const struct config *cfg)
{
	struct span all = make_body("{\"id\":\"one\",\"d\":\"", "x", "\"}");

	is_int(deliver(cfg, "whole", all, all), 200, "a large body");
	is_filed("whole", "one", "Ce-Id: one\n", all);
	all = make_body("{\"d\":[0", ",0", "],\"id\":\"two\"}");
	is_int(deliver(cfg, "whole", all, all), 200, "its id at the end");
	is_filed("whole", "two", "Ce-Id: two\n", all);
	all = make_body("{\"id\":\"", "\\u0041", "\"}");
	is_int(deliver(cfg, "whole", all, all), 200, "a large id is none");
	is_filed("whole", "sha256-", "Ce-Id: sha256-", all);
	all = make_body("\"", "\\", "");
	is_int(deliver(cfg, "whole", all, all), 200, "no JSON at all");
	is_filed("whole", "sha256-", "Ce-Id: sha256-", all);
}

static void
test_field(const struct config *cfg)
{
	struct span all = make_body("{\"data\":[0", ",0", "]}"), part;

	part = span_mem(all.ptr + 8, all.len - 9);
	is_int(
	    deliver(cfg, "field", all, part), 200, "a large field, as it is");
	is_filed("field", "sha256-", "Content-Type: application/json\n", part);
	all = make_body("{\"data\":[0", ":0", "]}");
	part = span_mem(all.ptr + 8, all.len - 9);
	is_int(deliver(cfg, "field", all, part), 200, "one that is no JSON");
	is_filed("field", "sha256-", "Content-Type: text/plain", part);
	for (const char *const *filler =
		 (const char *const[]){"x", "\\n", "\\u0041", NULL};
	     *filler != NULL; filler++) {
		all = make_body("{\"data\":\"", *filler, "\"}");
		is_int(deliver(cfg, "field", all, all), 413, "a string of %s",
		    *filler);
		ok(sandbox_log_has(
		       "the signed text would need more than 4 MiB of memory"),
		    "why");
		is_int(deliver(cfg, "both", all, all), 200,
		    "which does not matter where the body is signed");
		is_filed("both", "sha256-", "secret=1\n", all);
	}
	all = make_body("{\"data\":1", "0", "}");
	is_int(deliver(cfg, "field", all, all), 413, "a number");
	is_int(deliver(cfg, "both", all, span_str("x")), 413, "not signed");
}

static void
test_form(const struct config *cfg)
{
	struct span all = make_body("a=", "x", "");
	char *text = NULL;
	size_t len;

	is_int(deliver(cfg, "form", all, all), 413, "a large form");
	ok(sandbox_log_has(
	       "the signed text would need more than 4 MiB of memory"),
	    "why");
	is_int(deliver(cfg, "sorted", all, all), 413, "a large form, sorted");
	is_int(form_field(all, "a", &text, &len), 0, "is not decoded");
	is_int(form_sorted(all, &text, &len), 0, "nor sorted");
	all.len = FORM_MAX + 1;
	is_int(form_field(all, "a", &text, &len), 0, "one byte too many");
	all.len--;
	is_int(form_field(all, "a", &text, &len), 1, "one byte less");
	free(text);
	is_int(form_sorted(all, &text, &len), 1, "sorted");
	free(text);
}

static void
test_text(void)
{
	struct span all = make_body("\"", "x", "\"");
	struct json_member member = {.value = all, .kind = JSON_STRING};
	char *text = NULL;
	size_t len;

	body[JSON_TEXT_MAX] = '"';
	member.value.len = JSON_TEXT_MAX + 1;
	ok(json_too_long(&member) && !json_text(&member, &text, &len),
	    "a string of one byte too many");
	body[JSON_TEXT_MAX - 1] = '"';
	member.value.len--;
	ok(!json_too_long(&member) && json_text(&member, &text, &len) &&
		len == JSON_TEXT_MAX - 2,
	    "one byte less");
	free(text);
}

int
main(void)
{
	struct config *cfg;

	sandbox_make();
	cfg = settings();
	test_whole(cfg);
	test_field(cfg);
	test_form(cfg);
	test_text();
	config_free(cfg);
	sandbox_remove(sandbox_dir);
	return done();
}
