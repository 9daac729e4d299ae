/*
 * httpsig_policy.h - the requirements that an HTTP signature of either form
 * must meet.
 *
 * For httpsig.c alone.  Each function returns the status of the request: ST_OK;
 * or ST_UNVERIFIED or ST_TRY_LATER, with why set.
 */
#ifndef HTTPSIG_POLICY_H
#define HTTPSIG_POLICY_H

#include <stdint.h>
#include <stdio.h>

#include "http/message.h"
#include "profile/provider.h"
#include "verify/signed_time.h"
#include "verify/verified.h"

/* One request that is being checked. */
struct httpsig_policy {
	const struct provider *prov;
	const struct profile *profile;
	int64_t now;
	struct message msg;
	struct verified *ok;
	struct reason *why;
};

/* Refuse the request for the reason text. */
enum status httpsig_policy_refuse(
    const struct httpsig_policy *j, const char *text);

/* Refuse the request: its signature does not cover what. */
enum status httpsig_policy_lacks(
    const struct httpsig_policy *j, const char *what);

/* Check the parameters created and expires. */
enum status httpsig_policy_params(const struct httpsig_policy *j,
    struct signed_time created, struct signed_time expires);

/* Check the time in the header called name, which the signature covers. */
enum status httpsig_policy_date(
    const struct httpsig_policy *j, const char *name);

/*
 * Check that the signature covers the components that the settings require,
 * except for those that begin with the character other: these belong to the
 * other form. covers(signature, name) says whether name is covered.
 */
enum status httpsig_policy_required(const struct httpsig_policy *j, char other,
    bool (*covers)(const void *signature, const char *name),
    const void *signature);

/*
 * Write " Name" for a covered header.  Writes nothing for a header with a
 * password, or for a component that is not a header.
 */
void httpsig_policy_put_name(FILE *f, struct span name);

/*
 * Note in j->ok what was found genuine, and which headers must be stored so
 * that the signature can be checked again: first, and then those that list(f,
 * signature) writes by httpsig_policy_put_name().
 */
enum status httpsig_policy_describe(const struct httpsig_policy *j,
    const char *first, void (*list)(FILE *f, const void *signature),
    const void *signature);

#endif
