/*
 * httpsig_policy.h - what is asked of an HTTP signature in either of its forms.
 *
 * For httpsig.c alone, which asks it.  What each function returns goes to the
 * sender as it is: ST_OK, or with why set ST_UNVERIFIED or ST_TRY_LATER.
 */
#ifndef HTTPSIG_POLICY_H
#define HTTPSIG_POLICY_H

#include <stdint.h>
#include <stdio.h>

#include "http/message.h"
#include "profile/provider.h"
#include "verify/signed_time.h"
#include "verify/verified.h"

/* One request being judged. */
struct httpsig_policy {
	const struct provider *prov;
	const struct profile *profile;
	int64_t now;
	struct message msg;
	struct verified *ok;
	struct reason *why;
};

/* Refuse, for the reason text. */
enum status httpsig_policy_refuse(
    const struct httpsig_policy *j, const char *text);

/* Refuse, for what is not covered. */
enum status httpsig_policy_lacks(
    const struct httpsig_policy *j, const char *what);

/* The parameters created and expires. */
enum status httpsig_policy_params(const struct httpsig_policy *j,
    struct signed_time created, struct signed_time expires);

/* The time in the header called name, which is covered. */
enum status httpsig_policy_date(
    const struct httpsig_policy *j, const char *name);

/*
 * The names that the settings require, but for those that begin with the
 * mark of the other form.  covers(signature, name) says if one is covered.
 */
enum status httpsig_policy_required(const struct httpsig_policy *j, char other,
    bool (*covers)(const void *signature, const char *name),
    const void *signature);

/* Write " Name" of a covered header; nothing of a password or a non-header. */
void httpsig_policy_put_name(FILE *f, struct span name);

/*
 * Note in j->ok what was found genuine, and what has to be stored for another
 * check of it: the headers first and then those that list(f, signature)
 * writes by httpsig_policy_put_name().
 */
enum status httpsig_policy_describe(const struct httpsig_policy *j,
    const char *first, void (*list)(FILE *f, const void *signature),
    const void *signature);

#endif
