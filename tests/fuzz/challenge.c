/*
 * challenge.c - every kind of challenge through the whole pipeline: what is
 * given back is harmless, and what was signed for anybody is never an event.
 */
#include "challenge/challenge.h"
#include "base/encode.h"
#include "crypto/digest.h"
#include "fuzz.h"
#include "profile/scheme.h"
#include "receive.h"

#include <unistd.h>

#define SECRET "0f8fad5bd9cb469fa16570867728950e"
#define BIRD   "c6a9b2f0a1b74dd5a25d3ac7c0e1d1f2"
#define TOKEN  "a-verify-token"
/* What is longer cannot be sent as a query. */
#define TOKEN_TRIED 300

#define ENTRY "{\"secret_env\":\"S\",\"signature\":\"X-Sig\","

static const char *const signing[] = {"talk", "meet", "game", "bill", "bird"};

static FILE *
create(char *path, size_t room, const char *dir, const char *name)
{
	FILE *fp;

	snprintf(path, room, "%s/%s", dir, name);
	must((fp = fopen(path, "w")) != NULL);
	must(fchmod(fileno(fp), 0600) == 0);
	return fp;
}

static struct config *
make_config(void)
{
	static const char text[] =
	    "{\"inbox\":\"none/inbox\",\"max_body\":4096,\"providers\":{"
	    "\"drop\":" ENTRY "\"challenge\":\"echo-query:challenge\"},"
	    "\"face\":" ENTRY "\"challenge\":\"meta\","
	    "\"verify_token_file\":\"tokens\"},"
	    "\"bird\":{\"secret_env\":\"B\",\"signature\":\"X-Sig\","
	    "\"challenge\":\"crc\"},"
	    "\"card\":" ENTRY "\"challenge\":\"head\"},"
	    "\"okta\":" ENTRY "\"challenge\":\"okta\"},"
	    "\"task\":" ENTRY "\"challenge\":\"echo-header:X-Hook\"},"
	    "\"talk\":" ENTRY "\"challenge\":\"echo-json:type=hi:challenge\"},"
	    "\"meet\":" ENTRY "\"challenge\":\"zoom\"},"
	    "\"game\":" ENTRY "\"challenge\":\"discord\"},"
	    "\"bill\":" ENTRY "\"challenge\":\"probe:events=[]\"}}}";
	static char secret[] = "S=" SECRET, bird[] = "B=" BIRD;
	static char *const env[] = {secret, bird, NULL};
	char dir[] = "/tmp/hookdir-fuzz.XXXXXX", path[64], tokens[64];
	struct config *cfg;
	FILE *fp;

	must(mkdtemp(dir) != NULL);
	fp = create(tokens, sizeof(tokens), dir, "tokens");
	must(fputs(TOKEN "\n", fp) >= 0 && fclose(fp) == 0);
	fp = create(path, sizeof(path), dir, "hookdir.json");
	must(fputs(text, fp) >= 0 && fclose(fp) == 0);
	cfg = config_load(path, env, &fuzz_log);
	must(cfg != NULL && cfg->nprovider == 10 && cfg->errors == 0);
	unlink(path);
	unlink(tokens);
	rmdir(dir);
	return cfg;
}

/* Header lines of printable bytes, each ended by CR LF, and an empty one. */
static void
check_head(const struct reply *reply)
{
	struct span rest = span_mem(reply->head, reply->head_len);
	size_t lines = 0;

	must(reply->head_len > 0 && reply->head_len < REPLY_HEAD_MAX);
	while (rest.len > 0) {
		struct span line = span_cut(&rest, '\n');

		must(line.len > 0 && line.ptr[line.len - 1] == '\r');
		must((line.len == 1) == (rest.len == 0));
		for (size_t i = 0; i + 1 < line.len; i++)
			must(line.ptr[i] >= ' ' && line.ptr[i] < 0x7f);
		lines++;
	}
	must(lines >= 5 && lines <= 7);
}

/* Nothing that a browser would take for more than text. */
static void
check_body(const struct reply *reply)
{
	must(reply->body.len <= 1100);
	for (size_t i = 0; i < reply->body.len; i++) {
		unsigned char c = reply->body.ptr[i];

		must(c >= ' ' && c <= '~' && strchr("<>&'\\`", c) == NULL);
	}
}

static enum status
deliver(const struct config *cfg, char *const env[], struct span body)
{
	struct fuzz_body source = {body, 1000};
	struct delivery delivery = {
	    .env = env,
	    .body = {fuzz_body_read, &source},
	    .now = {1700000000, 0},
	    .log = &fuzz_log,
	};
	struct reply reply;
	enum status st;

	must(receive(cfg, &delivery, &reply) == NULL);
	check_head(&reply);
	check_body(&reply);
	st = reply.status;
	must(st != ST_ANSWERED || reply.code == 200 || reply.code == 204);
	reply_free(&reply);
	return st;
}

/* What receive() does with a POST of this body, but for the filing. */
static enum status
deliver_signed(const struct config *cfg, const char *name, struct span body)
{
	const struct provider *prov = config_provider(cfg, span_str(name));
	char signature[128] = "HTTP_X_SIG=";
	char *const env[] = {signature, NULL};
	const struct request req = {.env = env, .body = body};
	const char *secret = strcmp(name, "bird") == 0 ? BIRD : SECRET;
	unsigned char mac[DIGEST_MAX];
	struct reply_given given;
	struct reason why = {""};
	struct verified ok;
	struct reply reply;
	enum status st;

	must(digest_hmac(DIGEST_SHA256, span_str(secret), &body, 1, mac));
	encode_hex(
	    signature + strlen(signature), span_mem(mac, DIGEST_SHA256_LEN));
	must(prov->profile.scheme->verify(prov, &req, 1700000000, &ok, &why) ==
	     ST_OK);
	st = challenge_answer(CHALLENGE_SIGNED,
	    &(struct challenge_request){prov, NULL, &ok}, &given, &why);
	must((st == ST_OK || st == ST_ANSWERED) == (why.text[0] == '\0'));
	must(st == ST_ANSWERED || given.code == 0);
	if (given.code != 0) {
		reply_give(&reply, st, &given);
		check_head(&reply);
		check_body(&reply);
		reply_free(&reply);
	}
	verified_free(&ok);
	return st;
}

/* Whether anybody can have this signed by X's challenge. */
static bool
is_signed_for_anybody(const struct config *cfg, struct span body)
{
	char query[sizeof("QUERY_STRING=crc_token=") + 3 * TOKEN_TRIED] =
	    "QUERY_STRING=crc_token=";
	char method[] = "REQUEST_METHOD=GET", path[] = "PATH_INFO=/bird";
	char *const env[] = {method, path, query, NULL};
	size_t used = strlen(query);

	if (body.len > TOKEN_TRIED)
		return false;
	for (size_t i = 0; i < body.len; i++)
		used += (size_t)snprintf(
		    query + used, sizeof(query) - used, "%%%02x", body.ptr[i]);
	return deliver(cfg, env, span_str("")) == ST_ANSWERED;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct config *cfg;
	struct fuzz_input in;
	enum status st;

	if (cfg == NULL)
		cfg = make_config();
	fuzz_split(&in, span_mem(data, size));
	st = deliver(cfg, in.env, in.body);
	must(st != ST_OK && st != ST_DUPLICATE && st != ST_TRY_LATER);
	if (in.body.len > 0 && in.body.len <= 4096) {
		bool known = is_signed_for_anybody(cfg, in.body);

		for (size_t i = 0; i < sizeof(signing) / sizeof(signing[0]);
		     i++) {
			st = deliver_signed(cfg, signing[i], in.body);
			/* An event, but where it could be a token. */
			if (i == 1 || i == 4)
				must((st == ST_UNVERIFIED) == known);
			else
				must(st != ST_UNVERIFIED);
			must(st == ST_UNVERIFIED || st == ST_OK ||
			     st == ST_ANSWERED || st == ST_BAD_REQUEST);
		}
	}
	fuzz_free(&in);
	return 0;
}
