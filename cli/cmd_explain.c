/* cmd_explain.c - hookdir explain: why it is refused, and what to change. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/file.h"
#include "base/timestamp.h"
#include "cli.h"
#include "explain/attempt.h"
#include "explain/describe.h"
#include "explain/evidence.h"
#include "explain/mistake.h"
#include "explain/undecoded.h"
#include "explain/which.h"
#include "hold/request_file.h"
#include "profile/scheme.h"

/* One request and what it is checked against. */
struct job {
	const struct config *cfg;
	const struct provider *prov; /* NULL: none was given */
	struct provider undecoded;   /* prov, if its secrets are no use */
	const char *name;            /* of the file */
	struct request_file saved;
	struct unpacked unpacked; /* its body, if that is compressed */
	struct request req;       /* as the receiver judges it */
	struct secrets lines;
	struct withheld withheld;
	struct known known; /* the presets */
	int64_t now;
	const char *now_source;
};

/* A held delivery by its id: of the provider or, without one, of any. */
static void
read_held(
    const struct job *job, struct file_content *content, struct reason *why)
{
	enum hold_outcome result = HOLD_GONE;

	for (size_t i = 0; i < job->cfg->nprovider && result == HOLD_GONE;
	     i++) {
		const struct provider *prov = &job->cfg->provider[i];
		const struct hold hold = config_hold(job->cfg, prov);

		if (job->prov == NULL || job->prov == prov)
			result = hold_read(
			    &hold, job->name, HOLD_FILE_MAX, content, why);
	}
	if (result == HOLD_GONE)
		reason_set(why, "nothing is held by this id");
}

/* A file, standard input, or a held delivery by its id. */
static char *
read_request(const struct job *job, const struct options *opt, size_t *len,
    struct reason *why)
{
	struct file_content content = {.bytes = NULL};
	const char *name = job->name;
	int fd = opt->input >= 0 ? opt->input : cli_open(name, why);
	char *text;

	if (fd >= 0) {
		text = file_read_all(fd, CLI_INPUT_MAX, len, why);
		cli_close(fd);
		return text;
	}
	if (hold_name_ok(name))
		read_held(job, &content, why);
	*len = content.len;
	return (char *)content.bytes;
}

/* From the option, the file, or the clock. */
static bool
find_time(struct job *job, const char *said, struct reason *why)
{
	if (said != NULL) {
		job->now_source = "as -t says";
		if (timestamp_parse(span_str(said), &job->now))
			return true;
		reason_set(why, "%s is not a time", said);
		return false;
	}
	if (job->saved.dated) {
		job->now = job->saved.arrived.tv_sec;
		job->now_source = "when it arrived";
	} else {
		job->now = time(NULL);
		job->now_source = "which is now; -t TIME for when it arrived";
	}
	return true;
}

static struct described
described(const struct job *job)
{
	return (struct described){stdout, job->cfg, job->prov, &job->req,
	    &job->lines, &job->withheld};
}

/* The file, and the time at which it is judged. */
static void
print_file(const struct job *job)
{
	const struct request_file *saved = &job->saved;
	const struct timespec when = {(time_t)job->now, 0};
	char time[TIMESTAMP_TEXT_MAX];

	timestamp_format(time, &when);
	printf("request    %s: body of %zu bytes\n", job->name,
	    saved->req.body.len);
	if (saved->length >= 0 &&
	    saved->length != (long long)saved->req.body.len)
		printf("           but Content-Length says %lld: it was not "
		       "saved whole, or not as it came\n",
		    saved->length);
	if (job->req.decoded != NULL)
		printf("decoded    %s: %zu bytes are %zu bytes\n",
		    job->req.decoded, saved->req.body.len, job->req.body.len);
	printf("judged at  %.19sZ, %s\n", time, job->now_source);
}

static void
print_request(const struct job *job)
{
	const struct provider *prov = job->prov;
	char profile[CLI_PROFILE_MAX], keys[CLI_KEYS_MAX];
	const struct described d = described(job);

	cli_profile(profile, prov);
	cli_keys(keys, prov);
	printf("provider   %s: %s, %s", prov->name, profile, keys);
	if (prov->cache == NULL)
		printf(" of %s", prov->key_source != NULL
				     ? prov->key_source
				     : attempt_source(prov));
	putchar('\n');
	print_file(job);
	describe_headers(&d);
	describe_left_out(&d, job->saved.left_out);
	describe_presented(&d);
	describe_signed(&d);
}

/* "hmac-sha256, secret 2 of FILE". */
static void
print_proof(const struct job *job, const struct attempt_result *result)
{
	printf("%s, ", result->how);
	if (result->key[0] != '\0')
		printf("key %s", result->key);
	else
		attempt_put_secret(stdout, job->prov, result->secret);
	putchar('\n');
}

/* The change does not help if the time is wrong as well. */
static void
print_late(const struct job *job, const struct attempt_result *result)
{
	long long off = (long long)(result->time - job->now);

	if (off == 0)
		return;
	printf("besides    it was signed %lld s %s the time that it is judged "
	       "at\n",
	    off < 0 ? -off : off, off < 0 ? "before" : "after");
}

/* What fits may be less than what the entry asks for. */
static void
print_password(const struct job *job, const struct attempt_result *result)
{
	if (job->prov->profile.scheme->storable && result->how != NULL &&
	    strcmp(result->how, "token") == 0)
		puts("known      that is a password, and no signature: anybody "
		     "who saw it once can send any body with it. If the "
		     "sender can sign, let it sign");
}

/* Certificates are never refreshed: each delivery names its own. */
static void
print_missing_keys(const struct provider *prov)
{
	if (prov->profile.certificate_url.kind == FIELD_NONE)
		printf("change     first the keys: hookdir keys --refresh %s\n",
		    prov->name);
	else
		puts("change     first the certificate: the receiver fetches "
		     "it when a delivery names it");
}

/* A bound was reached, so that a large body does not take minutes. */
static void
print_left_out(const struct mistake *mistake)
{
	if (mistake->left_out > 0)
		printf("           %u more were not tried, because the body is "
		       "so large: send a smaller one, if you can\n",
		    mistake->left_out);
}

static bool
judge(const struct job *job)
{
	const struct described d = described(job);
	const struct evidence e = {d, &job->saved, job->now};
	struct attempt_result result;
	struct mistake mistake;
	struct attempt base;

	attempt_init(&base, job->cfg, job->prov, &job->saved.req, job->now);
	attempt_unpack(&base, &job->unpacked);
	if (attempt_run_now(&base, &result)) {
		printf("verdict    it verifies: ");
		print_proof(job, &result);
		return true;
	}
	printf("verdict    it does not verify: %s\n",
	    job->prov == &job->undecoded ? job->prov->fault
					 : describe_safe(&d, result.why.text));
	/* Without keys nothing else can be tried. */
	if (result.status == ST_TRY_LATER && job->prov->cache != NULL) {
		print_missing_keys(job->prov);
		return false;
	}
	if (!mistake_find(&base, &job->known, &mistake)) {
		printf("change     none of %u that were tried makes it "
		       "verify\n",
		    mistake.tried);
		print_left_out(&mistake);
		evidence_print(&e);
		return false;
	}
	printf("change     %s\n", describe_safe(&d, mistake.text));
	if (mistake.likely) {
		evidence_print_foreign(&e);
	} else {
		print_late(job, &mistake.found);
		print_password(job, &mistake.found);
	}
	free(mistake.text);
	return false;
}

enum verdict {
	VERDICT_GENUINE,
	VERDICT_REFUSED,
	VERDICT_NONE /* it cannot be judged: why is set */
};

/*
 * Take the compression off the body, as the receiver does.  False if it refuses
 * the delivery for that.
 */
static bool
decompress(struct job *job)
{
	const struct unpacked *unpacked = &job->unpacked;
	const struct described d = described(job);

	if (job->prov == NULL || !job->prov->profile.decompress)
		return true;
	if (unpacked->status != ST_OK) {
		printf("verdict    it is refused: %s\n",
		    describe_safe(&d, unpacked->why.text));
		return false;
	}
	if (unpacked->named)
		job->req = unpacked->req;
	return true;
}

/* For a provider. */
static bool
explain_one(struct job *job)
{
	bool ok;

	attempt_lines(job->prov, &job->lines);
	print_request(job);
	ok = judge(job);
	secrets_free(&job->lines);
	return ok;
}

/* Without a provider: for each of them, and the presets. */
static bool
explain_any(const struct job *job)
{
	const struct described d = described(job);
	const struct which w = {
	    d, &job->known, &job->unpacked, job->name, job->now};

	print_file(job);
	describe_headers(&d);
	describe_left_out(&d, job->saved.left_out);
	return which_print(&w);
}

static enum verdict
explain(struct job *job, const struct options *opt, struct span text,
    struct reason *why)
{
	enum verdict verdict = VERDICT_NONE;

	if (!request_file_read(&job->saved, text, why))
		return VERDICT_NONE;
	job->req = job->saved.req;
	unpacked_make(
	    &job->unpacked, &job->saved.req, (size_t)job->cfg->max_body);
	if (!known_make(&job->known, job->cfg->tolerance) ||
	    !withheld_make(&job->withheld, job->cfg))
		reason_set(why, "out of memory");
	else if (!decompress(job))
		verdict = VERDICT_REFUSED;
	else if (find_time(job, opt->time, why))
		verdict =
		    (job->prov == NULL ? explain_any(job) : explain_one(job))
			? VERDICT_GENUINE
			: VERDICT_REFUSED;
	withheld_free(&job->withheld);
	known_free(&job->known);
	unpacked_free(&job->unpacked);
	request_file_free(&job->saved);
	return verdict;
}

/* Also one that is broken because its secrets cannot be decoded. */
static bool
take_provider(struct job *job, const struct options *opt, const char *name)
{
	const struct provider *found =
	    config_provider(job->cfg, span_str(name));

	if (found != NULL && found->broken &&
	    undecoded_make(&job->undecoded, job->cfg, found))
		job->prov = &job->undecoded;
	else
		job->prov = cli_provider(opt, job->cfg, name);
	return job->prov != NULL;
}

/*
 * Find the provider that the first of two operands names.  One operand alone is
 * the file; false after complaining if it is a provider's name instead.
 */
static bool
find_provider(struct job *job, const struct options *opt, char *const operand[])
{
	if (operand[1] != NULL)
		return take_provider(job, opt, operand[0]);
	if (config_provider(job->cfg, span_str(operand[0])) == NULL ||
	    access(operand[0], F_OK) == 0)
		return true;
	log_line(&log_stderr, LVL_ERROR,
	    "explain: takes a file, or - for standard input, after the "
	    "provider %s",
	    operand[0]);
	return false;
}

int
explain_run(const struct options *opt, char *const operand[])
{
	struct job job = {.name = operand[1] != NULL ? operand[1] : operand[0]};
	enum verdict verdict = VERDICT_NONE;
	struct config *cfg = cli_config(opt);
	struct reason why = {""};
	char *text = NULL;
	size_t len = 0;

	if (cfg == NULL)
		return CLI_WRONG;
	job.cfg = cfg;
	if (!find_provider(&job, opt, operand)) {
		config_free(cfg);
		return operand[1] == NULL ? CLI_USAGE : CLI_WRONG;
	}
	text = read_request(&job, opt, &len, &why);
	if (text != NULL)
		verdict = explain(&job, opt, span_mem(text, len), &why);
	if (verdict == VERDICT_NONE)
		log_line(&log_stderr, LVL_ERROR, "%s: %s", job.name, why.text);
	free(text);
	undecoded_free(&job.undecoded);
	config_free(cfg);
	return verdict == VERDICT_GENUINE ? CLI_OK : CLI_WRONG;
}
