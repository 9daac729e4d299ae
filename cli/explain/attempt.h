/*
 * attempt.h - would it verify if one thing were different?
 *
 * Runs the receiver's own check, whatever the scheme: an attempt is a provider
 * and a request, one of which was changed first, checked at several times.
 * Nothing is filed.
 */
#ifndef ATTEMPT_H
#define ATTEMPT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "base/status.h"
#include "config/config.h"
#include "http/request.h"
#include "profile/provider.h"
#include "unpacked.h"

#define ATTEMPT_TIMES_MAX 16

/* The caller changes it and runs it; owns nothing. */
struct attempt {
	const struct config *cfg;
	/* A copy: its profile, secrets and keys are borrowed. */
	struct provider prov;
	struct request req;
	/* The body as it came. */
	struct span raw;
	/* The same without its compression; a NULL pointer: it has none. */
	struct span plain;
	const char *coding; /* "gzip" */
	bool named;         /* Content-Encoding says so */
	/* The times at which it is checked: the one asked for, then those that
	 * the request itself may mean. */
	int64_t time[ATTEMPT_TIMES_MAX];
	size_t ntimes;
};

struct attempt_result {
	enum status status;
	int64_t time;              /* at which it was judged */
	const char *how;           /* "hmac-sha256" */
	const char *signed_as;     /* the template that fitted, or NULL */
	char key[KEYS_ID_MAX + 1]; /* the public key that fitted, or "" */
	size_t secret;             /* or else which secret, from 0 */
	struct reason why;         /* of the first time, if it did not verify */
};

/* Begin without a change: prov and req, which are borrowed, at the time now. */
void attempt_init(struct attempt *attempt, const struct config *cfg,
    const struct provider *prov, const struct request *req, int64_t now);

/*
 * The body without its compression, if it came with one.  The attempt is then
 * of the body that the receiver would judge.
 */
void attempt_unpack(struct attempt *attempt, const struct unpacked *unpacked);

/* Take the body that goes with the profile, which was changed. */
void attempt_choose_body(struct attempt *attempt);

/* Judge the attempt.  True if it verifies at one of its times. */
bool attempt_run(const struct attempt *attempt, struct attempt_result *result);

/* The same at the first of its times alone. */
bool attempt_run_now(
    const struct attempt *attempt, struct attempt_result *result);

/*
 * The secrets of prov as they stand in the file or variable, not decoded; none
 * if they cannot be read any more.  Freed by secrets_free().
 */
void attempt_lines(const struct provider *prov, struct secrets *lines);

/* Where the secrets of prov are: its file, or its variable. */
const char *attempt_source(const struct provider *prov);

/* Write "secret 2 of FILE" for secret i, from 0; it need not be line 2. */
void attempt_put_secret(FILE *out, const struct provider *prov, size_t i);

#endif
