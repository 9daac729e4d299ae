/* attempt.c - the receiver's own check, run on a changed request. */
#include <stdlib.h>
#include <sys/stat.h>

#include "attempt.h"
#include "base/encode.h"
#include "base/timestamp.h"
#include "profile/scheme.h"
#include "verify/verified.h"

/* Numbers that are no time of this century are something else. */
#define TIME_MIN 978307200LL
#define TIME_MAX 4133980800LL

static void
add_time(struct attempt *attempt, struct span text)
{
	int64_t time;

	if (attempt->ntimes == ATTEMPT_TIMES_MAX ||
	    !timestamp_parse(text, &time) || time < TIME_MIN || time > TIME_MAX)
		return;
	for (size_t i = 0; i < attempt->ntimes; i++) {
		if (attempt->time[i] == time)
			return;
	}
	attempt->time[attempt->ntimes++] = time;
}

static bool
is_digit(unsigned char c)
{
	return c >= '0' && c <= '9';
}

/* A number within text: seconds have ten digits, milliseconds thirteen. */
static void
add_numbers(struct attempt *attempt, struct span text)
{
	size_t from = 0;

	for (size_t i = 0; i <= text.len; i++) {
		if (i < text.len && is_digit(text.ptr[i]))
			continue;
		if (i - from == 10 || i - from == 13)
			add_time(attempt, span_mem(text.ptr + from, i - from));
		from = i + 1;
	}
}

/* What a token (RFC 7515) claims, in base64. */
static void
add_claims(struct attempt *attempt, struct span text)
{
	unsigned char claims[REQUEST_HEADER_MAX];
	struct span part;
	ptrdiff_t n;

	span_cut(&text, '.');
	part = span_cut(&text, '.');
	if (text.ptr == NULL || part.len == 0)
		return;
	n = decode_base64(claims, sizeof(claims), part);
	if (n > 0)
		add_numbers(attempt, span_mem(claims, (size_t)n));
}

void
attempt_init(struct attempt *attempt, const struct config *cfg,
    const struct provider *prov, const struct request *req, int64_t now)
{
	const struct field *field = &prov->profile.timestamp;
	struct field_value value = {.owned = NULL};

	*attempt = (struct attempt){.cfg = cfg,
	    .prov = *prov,
	    .req = *req,
	    .raw = req->body,
	    .time = {now},
	    .ntimes = 1};
	if (field->kind != FIELD_NONE && field->kind != FIELD_ELEMENT &&
	    field_get(field, req, req->body, &value) == LOOKUP_FOUND)
		add_time(attempt, value.text);
	field_value_free(&value);
	for (char *const *e = req->env; *e != NULL; e++) {
		struct span text = span_str(*e);

		if (!span_starts(text, span_str("HTTP_")))
			continue;
		span_cut(&text, '=');
		add_time(attempt, text);
		add_numbers(attempt, text);
		add_claims(attempt, text);
	}
}

void
attempt_choose_body(struct attempt *attempt)
{
	if (attempt->plain.ptr == NULL || !attempt->named)
		return;
	attempt->req.body =
	    attempt->prov.profile.decompress ? attempt->plain : attempt->raw;
}

void
attempt_unpack(struct attempt *attempt, const struct unpacked *unpacked)
{
	attempt->plain = unpacked->body;
	attempt->coding = unpacked->coding;
	attempt->named = unpacked->named;
	attempt_choose_body(attempt);
}

/* Verify once. */
static bool
run_at(
    const struct attempt *attempt, int64_t time, struct attempt_result *result)
{
	const struct provider *prov = &attempt->prov;
	struct verified ok = {.how = NULL};

	result->why.text[0] = '\0';
	result->time = time;
	result->status = prov->profile.scheme->verify(
	    prov, &attempt->req, time, &ok, &result->why);
	if (result->status != ST_OK)
		return false;
	result->how = ok.how;
	result->signed_as = ok.signed_as;
	result->secret = ok.secret;
	snprintf(result->key, sizeof(result->key), "%s", ok.key);
	verified_free(&ok);
	return true;
}

bool
attempt_run_now(const struct attempt *attempt, struct attempt_result *result)
{
	*result = (struct attempt_result){.status = ST_MISCONFIGURED};
	return run_at(attempt, attempt->time[0], result);
}

/* The time in the body, which may be another body than that of the base. */
static bool
find_body_time(const struct attempt *attempt, int64_t *time)
{
	const struct field *field = &attempt->prov.profile.timestamp;
	struct field_value value = {.owned = NULL};
	bool found;

	if (field->kind != FIELD_JSON && field->kind != FIELD_FORM)
		return false;
	found = field_get(field, &attempt->req, attempt->req.body, &value) ==
		    LOOKUP_FOUND &&
		timestamp_parse(value.text, time) && *time >= TIME_MIN &&
		*time <= TIME_MAX;
	field_value_free(&value);
	return found;
}

/* False if the signature fits nothing, whatever the time is. */
static bool
could_fit(const struct attempt *attempt, struct attempt_result *result)
{
	struct attempt untimed = *attempt;

	if (!attempt->prov.profile.scheme->asymmetric)
		return true;
	untimed.prov.profile.tolerance = -1;
	return attempt_run_now(&untimed, result);
}

bool
attempt_run(const struct attempt *attempt, struct attempt_result *result)
{
	const struct profile *profile = &attempt->prov.profile;
	bool timed =
	    profile->scheme->timed || profile->timestamp.kind != FIELD_NONE;
	struct attempt_result later;
	int64_t time;

	/* The arithmetic is the same at all of them. */
	if (timed && !could_fit(attempt, result))
		return false;
	if (attempt_run_now(attempt, result))
		return true;
	for (size_t i = 1; i < attempt->ntimes && timed; i++) {
		if (run_at(attempt, attempt->time[i], &later)) {
			*result = later;
			return true;
		}
	}
	if (find_body_time(attempt, &time) && run_at(attempt, time, &later)) {
		*result = later;
		return true;
	}
	return false;
}

void
attempt_lines(const struct provider *prov, struct secrets *lines)
{
	const char *name = prov->secret_env;
	struct reason why;
	struct stat st;

	*lines = (struct secrets){.n = 0};
	if (prov->secret_path != NULL)
		secrets_read(lines, prov->secret_path, SECRET_RAW, &st, &why);
	else if (name != NULL && getenv(name) != NULL)
		secrets_parse(lines, span_str(getenv(name)), SECRET_RAW, &why);
}

const char *
attempt_source(const struct provider *prov)
{
	return prov->secret_path != NULL ? prov->secret_path : prov->secret_env;
}

void
attempt_put_secret(FILE *out, const struct provider *prov, size_t i)
{
	fprintf(out, "secret %zu of %s", i + 1, attempt_source(prov));
}
