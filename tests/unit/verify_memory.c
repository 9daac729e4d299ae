/*
 * verify_memory.c - memory runs out while a genuine delivery is verified, in
 * every place in turn: it is never found to be forged.
 */
#define _GNU_SOURCE /* RTLD_NEXT */
#include "failing.h"

#include "delivery.h"

#include "../tap.h"

#define FOLDER   "tests/vectors"
#define AT_LEAST 90 /* vectors there must be: an empty folder passes nothing */
#define PLACES   5000

/* The request of a vector, once; what is verified again and again. */
struct attempt {
	struct request req;
	const struct provider *prov;
	int64_t now;
};

static enum status
verify(const struct attempt *t)
{
	struct verified by = {.how = NULL};
	struct reason why = {""};
	enum status st;

	plan.count = 0;
	plan.on = plan.at > 0;
	st = t->prov->profile.scheme->verify(
	    t->prov, &t->req, t->now, &by, &why);
	plan.on = false;
	if (st == ST_OK)
		verified_free(&by);
	else if (why.text[0] == '\0')
		sandbox_die("no reason");
	return st;
}

/* In how many places it is refused for good. */
static unsigned
refusals(const struct attempt *t, bool from_then_on, const char *name)
{
	unsigned wrong = 0;

	plan.from_then_on = from_then_on;
	for (plan.at = 1; plan.at < PLACES; plan.at++) {
		enum status st = verify(t);

		if (st != ST_OK && st != ST_TRY_LATER) {
			diag("%s: place %lu: outcome %d", name, plan.at, st);
			wrong++;
		}
		if (plan.count < plan.at)
			break;
	}
	plan.at = 0;
	return wrong;
}

static void
test_vector(const struct vector *v, const char *name)
{
	struct change c = {v->body, v->now, VECTOR_HEADERS, NULL, false};
	struct config *cfg = load(v, v->secrets, v->keys);
	struct sandbox_body source = {v->body, 0, false};
	struct attempt t = {.now = v->now};
	char *env[2 * VECTOR_HEADERS + 5];
	struct reason why = {""};

	if (cfg == NULL || cfg->errors > 0)
		sandbox_die(name);
	t.prov = config_provider(cfg, v->provider);
	make_env(v, &c, env);
	request_open(&t.req, env);
	if (request_read(&t.req, VECTOR_MAX, NULL,
		&(struct request_source){sandbox_body_read, &source},
		&why) != ST_OK)
		sandbox_die(why.text);
	/* What libraries set up once is not for us to fail. */
	is_int(verify(&t), ST_OK, "%s, with all the memory", name);
	is_int(refusals(&t, false, name), 0, "with one place less");
	is_int(refusals(&t, true, name), 0, "and with none after it");
	request_free(&t.req);
	config_free(cfg);
}

int
main(void)
{
	static struct vector v;
	DIR *dir = opendir(FOLDER);
	struct dirent *entry;
	char path[SANDBOX_PATH_MAX];
	unsigned n = 0;

	sandbox_make();
	if (dir == NULL)
		sandbox_die(FOLDER);
	while ((entry = readdir(dir)) != NULL) {
		if (strstr(entry->d_name, ".vector") == NULL)
			continue;
		snprintf(path, sizeof(path), "%s/%s", FOLDER, entry->d_name);
		if (!vector_read(&v, path))
			sandbox_die(path);
		if (!v.verified || v.needs.len > 0)
			continue;
		test_vector(&v, entry->d_name);
		n++;
	}
	closedir(dir);
	ok(n >= AT_LEAST, "%u vectors were run", n);
	sandbox_remove(sandbox_dir);
	return done();
}
