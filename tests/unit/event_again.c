/*
 * event_again.c - an event file and the settings are enough to verify the event
 * once more: the headers, the target and the body are what the signature covers.
 */
#include "delivery.h"
#include "event.h"
#include "hold/request_file.h"

/* Why some presets' files are not enough. */
static const struct {
	const char *preset, *why;
} lacking[] = {
    {"aws-sns", "the signature is a member of the body that is not signed"},
    {"gitlab", "a password is never stored"},
    {"okta", "a password is never stored"},
};

#define PRESETS 128

static bool
is_lacking(struct span preset)
{
	for (size_t i = 0; i < sizeof(lacking) / sizeof(lacking[0]); i++) {
		if (span_is(preset, lacking[i].preset))
			return true;
	}
	return false;
}

/* The file's text, malloc'd. */
static char *
file_of(const struct provider *prov, const struct request *req,
    const struct verified *by, int64_t now, size_t *len)
{
	const struct timespec at = {(time_t)now, 0};
	struct reason why = {""};
	struct event event;
	char *text;

	if (event_make(&event, &(struct event_input){prov, req, by, &at},
		&why) != ST_OK)
		sandbox_die(why.text);
	*len = event.file.head.len + event.file.body.len;
	if ((text = malloc(*len + 1)) == NULL)
		sandbox_die("no memory");
	memcpy(text, event.file.head.ptr, event.file.head.len);
	memcpy(text + event.file.head.len, event.file.body.ptr,
	    event.file.body.len);
	event_free(&event);
	return text;
}

/* Verify what is in the file, with nothing else; it must be the same. */
static void
verify_again(const struct provider *prov, const char *text, size_t len,
    const struct verified *by, int64_t now)
{
	struct verified again = {.how = NULL};
	struct request_file saved;
	struct reason why = {""};
	enum status st;

	if (!ok(request_file_read(&saved, span_mem(text, len), &why) &&
		    request_file_whole(&saved),
		"the file is a request"))
		return;
	st = prov->profile.scheme->verify(prov, &saved.req, now, &again, &why);
	if (is_int(st, ST_OK, "which is verified again")) {
		ok(span_eq(again.text.payload, by->text.payload),
		    "and is the same event");
		verified_free(&again);
	} else {
		diag("%s\n%.*s", why.text, (int)len, text);
	}
	request_file_free(&saved);
}

/* True if the vector's delivery was filed and verified again. */
static bool
run(const struct vector *v)
{
	struct change c = {v->body, v->now, VECTOR_HEADERS, NULL, false};
	struct sandbox_body source = {v->body, 0, false};
	struct config *cfg = load(v, v->secrets, v->keys);
	char *env[2 * VECTOR_HEADERS + 5], *text;
	struct verified by = {.how = NULL};
	struct reason why = {""};
	struct provider *prov;
	struct request req;
	bool done = false;
	size_t len;

	if (cfg == NULL || cfg->errors > 0)
		sandbox_die("the settings do not load");
	prov = &cfg->provider[0];
	make_env(v, &c, env);
	request_open(&req, env);
	if (request_read(&req, VECTOR_MAX, NULL,
		&(struct request_source){sandbox_body_read, &source},
		&why) != ST_OK)
		sandbox_die(why.text);
	if (prov->profile.scheme->verify(prov, &req, v->now, &by, &why) !=
	    ST_OK)
		sandbox_die(why.text);
	/* A field of the body alone is not the body that the sender sent. */
	if (span_eq(by.text.payload, req.body)) {
		text = file_of(prov, &req, &by, v->now, &len);
		verify_again(prov, text, len, &by, v->now);
		free(text);
		done = true;
	}
	verified_free(&by);
	request_free(&req);
	config_free(cfg);
	return done;
}

int
main(void)
{
	static struct vector v;
	char *name[VECTOR_FILES], path[SANDBOX_PATH_MAX];
	bool shown[PRESETS] = {false};
	size_t n = vector_list(name);
	const struct preset *preset;

	sandbox_make();
	for (size_t i = 0; i < n; i++) {
		snprintf(path, sizeof(path), VECTOR_FOLDER "/%s", name[i]);
		if (!vector_read(&v, path))
			sandbox_die(path);
		free(name[i]);
		if (!v.verified || v.needs.len > 0 || is_lacking(v.provider) ||
		    !run(&v))
			continue;
		for (size_t k = 0; (preset = preset_at(k)) != NULL; k++)
			shown[k] =
			    shown[k] || span_is(v.provider, preset->name);
	}
	for (size_t k = 0; (preset = preset_at(k)) != NULL; k++)
		ok(shown[k] || is_lacking(span_str(preset->name)),
		    "%s: an event file is enough", preset->name);
	sandbox_remove(sandbox_dir);
	return done();
}
