/*
 * receive.c - the whole pipeline: no input that is not signed gets a 2xx, and
 * none goes by without a line in the log.
 *
 * The inbox cannot be made, so what is found genuine is answered 503: that is
 * how the same body, signed, shows that it got as far as the disk.
 */
#include "receive.h"
#include "base/encode.h"
#include "crypto/digest.h"
#include "fuzz.h"

#include <time.h>
#include <unistd.h>

#define SECRET "0f8fad5bd9cb469fa16570867728950e"

/* The pause before a second try would be all that is done here. */
int
nanosleep(const struct timespec *pause, struct timespec *left)
{
	(void)pause;
	(void)left;
	return 0;
}

static unsigned lines;

static void
count_line(void *arg, const char *line, size_t len)
{
	fuzz_log_write(arg, line, len);
	lines++;
}

static const struct log counting = {count_line, NULL};

/* Settings of a folder that is gone by the time they are used. */
static struct config *
make_config(void)
{
	static const char text[] =
	    "{\"inbox\":\"none/inbox\",\"max_body\":4096,\"providers\":{"
	    "\"coral\":{\"secret_env\":\"S\"},\"nvsep\":{\"secret_env\":\"S\"},"
	    "\"vorsto\":{\"secret_env\":\"S\"},"
	    "\"spaces\":{\"secret_env\":\"S\"},"
	    "\"pass\":{\"secret_env\":\"S\",\"scheme\":\"token\","
	    "\"signature\":\"X-Pass\"},"
	    "\"std\":{\"secret_env\":\"S\",\"scheme\":\"standard\","
	    "\"secret_encoding\":\"raw\",\"accept_status\":204},"
	    "\"jwt\":{\"secret_env\":\"S\",\"scheme\":\"jwt\","
	    "\"claims\":\"h={sha256:body}\"},"
	    "\"ed\":{\"scheme\":\"ed25519\",\"signature\":\"X-Sig\","
	    "\"public_key\":\"79b5562e8fe654f94078b112e8a98ba7901f853ae695"
	    "bed7e0e3910bad049664\"},\"bad\":{}}}";
	static char secret[] = "S=" SECRET;
	static char *const env[] = {secret, NULL};
	char dir[] = "/tmp/hookdir-fuzz.XXXXXX", path[64];
	struct config *cfg;
	FILE *fp;

	must(mkdtemp(dir) != NULL);
	snprintf(path, sizeof(path), "%s/hookdir.json", dir);
	must((fp = fopen(path, "w")) != NULL);
	must(fputs(text, fp) >= 0);
	must(fclose(fp) == 0);
	cfg = config_load(path, env, &counting);
	must(cfg != NULL && cfg->nprovider == 9);
	unlink(path);
	rmdir(dir);
	return cfg;
}

static enum status
deliver(const struct config *cfg, char *const env[], struct span body)
{
	struct fuzz_body source = {body, 1000};
	struct delivery delivery = {
	    .env = env,
	    .body = {fuzz_body_read, &source},
	    .now = {1700000000, 0},
	    .log = &counting,
	};
	struct reply reply;
	enum status st;

	lines = 0;
	must(receive(cfg, &delivery, &reply) == NULL);
	must(lines == 1);
	must(reply.head_len > 0 && reply.head_len < REPLY_HEAD_MAX);
	must(reply.code == status_code(reply.status) || reply.code == 400 ||
	     reply.code == 403);
	fuzz_read(reply.body);
	st = reply.status;
	reply_free(&reply);
	return st;
}

/* The same body, signed as Coral does, passes every check. */
static void
deliver_signed(const struct config *cfg, struct span body)
{
	char signature[128] = "HTTP_X_CORAL_SIGNATURE=sha256=";
	char method[] = "REQUEST_METHOD=POST", path[] = "PATH_INFO=/coral";
	char *const env[] = {method, path, signature, NULL};
	unsigned char mac[DIGEST_MAX];

	if (body.len == 0 || body.len > 4096)
		return;
	must(digest_hmac(DIGEST_SHA256, span_str(SECRET), &body, 1, mac));
	encode_hex(
	    signature + strlen(signature), span_mem(mac, DIGEST_SHA256_LEN));
	must(deliver(cfg, env, body) == ST_TRY_LATER);
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
	must(st != ST_OK && st != ST_DUPLICATE && st != ST_ANSWERED &&
	     st != ST_TRY_LATER);
	deliver_signed(cfg, in.body);
	fuzz_free(&in);
	return 0;
}
