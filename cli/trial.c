/* trial.c - the receiver's own check, run on what might have been. */
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

#include "digest.h"
#include "scheme.h"
#include "timestamp.h"
#include "trial.h"

/* Times of this century: other numbers are other things. */
#define TIME_MIN 978307200LL
#define TIME_MAX 4133980800LL

static void
add_time(struct trial *trial, struct span text)
{
	int64_t time;

	if (trial->ntimes == TRIAL_TIMES_MAX || !timestamp_parse(text, &time) ||
	    time < TIME_MIN || time > TIME_MAX)
		return;
	for (size_t i = 0; i < trial->ntimes; i++) {
		if (trial->time[i] == time)
			return;
	}
	trial->time[trial->ntimes++] = time;
}

static bool
is_digit(unsigned char c)
{
	return c >= '0' && c <= '9';
}

/* A number within text: seconds have ten digits, milliseconds thirteen. */
static void
add_numbers(struct trial *trial, struct span text)
{
	size_t from = 0;

	for (size_t i = 0; i <= text.len; i++) {
		if (i < text.len && is_digit(text.ptr[i]))
			continue;
		if (i - from == 10 || i - from == 13)
			add_time(trial, span_mem(text.ptr + from, i - from));
		from = i + 1;
	}
}

/* What a token (RFC 7515) claims, in base64. */
static void
add_claims(struct trial *trial, struct span text)
{
	unsigned char claims[REQUEST_HEADER_MAX];
	struct span part;
	ptrdiff_t n;

	span_cut(&text, '.');
	part = span_cut(&text, '.');
	if (text.ptr == NULL || part.len == 0)
		return;
	n = digest_unbase64(claims, sizeof(claims), part);
	if (n > 0)
		add_numbers(trial, span_mem(claims, (size_t)n));
}

void
trial_init(struct trial *trial, const struct config *cfg,
    const struct provider *prov, const struct request *req, int64_t now)
{
	const struct field *field = &prov->rule.timestamp;
	struct field_value value = {.owned = NULL};

	*trial = (struct trial){
	    .cfg = cfg, .prov = *prov, .req = *req, .time = {now}, .ntimes = 1};
	if (field->kind != FIELD_NONE && field->kind != FIELD_ELEMENT &&
	    field_get(field, req, req->body, &value) == 1)
		add_time(trial, value.text);
	field_value_free(&value);
	for (char *const *e = req->env; *e != NULL; e++) {
		struct span text = span_str(*e);

		if (!span_starts(text, span_str("HTTP_")))
			continue;
		span_cut(&text, '=');
		add_time(trial, text);
		add_numbers(trial, text);
		add_claims(trial, text);
	}
}

/* One verification; true if it fits. */
static bool
run_at(const struct provider *prov, const struct request *req, int64_t time,
    struct trial_result *result)
{
	struct verified ok = {.how = NULL};

	result->why.text[0] = '\0';
	result->time = time;
	result->status =
	    prov->rule.scheme->verify(prov, req, time, &ok, &result->why);
	if (result->status != ST_OK)
		return false;
	result->how = ok.how;
	result->signed_as = ok.signed_as;
	result->secret = ok.secret;
	snprintf(result->key, sizeof(result->key), "%s", ok.key);
	verified_free(&ok);
	return true;
}

static bool
run_all(const struct trial *trial, const struct provider *prov,
    struct trial_result *result)
{
	struct trial_result later;

	if (run_at(prov, &trial->req, trial->time[0], result))
		return true;
	for (size_t i = 1; i < trial->ntimes; i++) {
		if (run_at(prov, &trial->req, trial->time[i], &later)) {
			*result = later;
			return true;
		}
	}
	return false;
}

bool
trial_run(const struct trial *trial, const struct preset *words,
    struct trial_result *result)
{
	struct provider prov = trial->prov;
	const char *key = "";
	bool ok;

	*result = (struct trial_result){.status = ST_MISCONFIGURED};
	if (words == NULL)
		return run_all(trial, &prov, result);
	if (!rule_make(
		&prov.rule, words, trial->cfg->tolerance, &key, &result->why))
		return false;
	prov.words = *words;
	ok = run_all(trial, &prov, result);
	rule_free(&prov.rule);
	return ok;
}

void
trial_lines(const struct provider *prov, struct secrets *lines)
{
	const char *name = prov->secret_env;
	struct reason why;
	struct stat st;

	*lines = (struct secrets){.n = 0};
	if (prov->secret_path != NULL)
		secrets_read(lines, prov->secret_path, KEY_RAW, &st, &why);
	else if (name != NULL && getenv(name) != NULL)
		secrets_parse(lines, span_str(getenv(name)), KEY_RAW, &why);
}

bool
trial_run_now(const struct trial *trial, struct trial_result *result)
{
	*result = (struct trial_result){.status = ST_MISCONFIGURED};
	return run_at(&trial->prov, &trial->req, trial->time[0], result);
}
