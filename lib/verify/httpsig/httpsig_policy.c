/* httpsig_policy.c - checks times and components, and notes what was signed. */
#include <stdio.h>
#include <stdlib.h>

#include "base/stream.h"
#include "base/timestamp.h"
#include "http/header.h"
#include "verify/httpsig/httpsig_policy.h"

enum status
httpsig_policy_refuse(const struct httpsig_policy *j, const char *text)
{
	reason_set(j->why, "%s", text);
	return ST_UNVERIFIED;
}

enum status
httpsig_policy_params(const struct httpsig_policy *j,
    struct signed_time created, struct signed_time expires)
{
	long skew = j->profile->tolerance > 0 ? j->profile->tolerance : 0;

	if (created.found == LOOKUP_INVALID || expires.found == LOOKUP_INVALID)
		return httpsig_policy_refuse(
		    j, "created or expires is not a number");
	if (expires.found == LOOKUP_FOUND && j->now > expires.seconds + skew)
		return httpsig_policy_refuse(j, "the signature has expired");
	if (created.found == LOOKUP_NONE)
		return ST_OK;
	return signed_time_check(
	    j->profile, "created", created.seconds, j->now, j->why);
}

enum status
httpsig_policy_date(const struct httpsig_policy *j, const char *name)
{
	struct span value;
	enum status st = message_field(&j->msg, span_str(name), &value, j->why);

	if (st != ST_OK)
		return st;
	return signed_time_check_text(j->profile, name, value, j->now, j->why);
}

enum status
httpsig_policy_lacks(const struct httpsig_policy *j, const char *what)
{
	reason_set(j->why, "the signature does not cover %s", what);
	return ST_UNVERIFIED;
}

enum status
httpsig_policy_required(const struct httpsig_policy *j, char other,
    bool (*covers)(const void *signature, const char *name),
    const void *signature)
{
	for (size_t i = 0; i < j->profile->nrequired; i++) {
		const char *name = j->profile->required_components[i];

		if (name[0] != other && !covers(signature, name))
			return httpsig_policy_lacks(j, name);
	}
	return ST_OK;
}

void
httpsig_policy_put_name(FILE *f, struct span name)
{
	char spelt[HEADER_NAME_MAX];

	if (name.len == 0 || name.ptr[0] == '(' || name.ptr[0] == '@' ||
	    header_is_credential(name))
		return;
	header_spell(spelt, name);
	fprintf(f, " %s", spelt);
}

/* "Authorization Digest Date", for example: malloc'd, or NULL. */
static char *
headers_text(const char *first, void (*list)(FILE *f, const void *signature),
    const void *signature)
{
	char *text = NULL;
	size_t len = 0;
	FILE *f = open_memstream(&text, &len);

	if (f == NULL)
		return NULL;
	fputs(first, f);
	list(f, signature);
	stream_end(f, &text);
	return text;
}

/* "POST https://example.com/hooks/x?y", for example: malloc'd, or NULL. */
static char *
target_text(const struct message *msg)
{
	const struct span part[] = {msg->method, span_str(" "),
	    span_str(msg->scheme), span_str("://"), msg->authority, msg->path,
	    msg->query};
	char *text = NULL;
	size_t len = 0;
	FILE *f = open_memstream(&text, &len);

	if (f == NULL)
		return NULL;
	for (size_t i = 0; i < sizeof(part) / sizeof(part[0]); i++)
		stream_put(f, part[i]);
	stream_end(f, &text);
	return text;
}

enum status
httpsig_policy_describe(const struct httpsig_policy *j, const char *first,
    void (*list)(FILE *f, const void *signature), const void *signature)
{
	j->ok->headers = headers_text(first, list, signature);
	j->ok->target = target_text(&j->msg);
	/* Each form refuses a signature that covers no time. */
	j->ok->timed = true;
	j->ok->text.n = 1;
	j->ok->text.part[0] = j->ok->text.payload = j->msg.req->body;
	if (j->ok->headers != NULL && j->ok->target != NULL)
		return ST_OK;
	reason_set(j->why, "out of memory");
	return ST_TRY_LATER;
}
