/* httpsig.c - finds and checks signatures of both forms. */
#include <stdio.h>
#include <stdlib.h>
#include <strings.h>

#include "base/stream.h"
#include "http/content_digest.h"
#include "verify/httpsig/httpsig.h"
#include "verify/httpsig/httpsig_draft.h"
#include "verify/httpsig/httpsig_policy.h"
#include "verify/httpsig/httpsig_rfc9421.h"
#include "verify/sigcheck.h"

/* --- draft-cavage --- */

static bool
draft_covers(const void *signature, const char *name)
{
	return httpsig_draft_signs(signature, name);
}

static void
draft_list(FILE *f, const void *signature)
{
	const struct httpsig_draft *c = signature;

	for (size_t i = 0; i < c->n; i++)
		httpsig_policy_put_name(f, c->name[i]);
}

/* If value begins with the word "Signature" and a space, remove the word. */
static bool
skip_word(struct span *value)
{
	static const char word[] = "Signature";
	size_t len = strlen(word);

	if (value->len <= len || value->ptr[len] != ' ' ||
	    !span_starts_nocase(*value, word))
		return false;
	*value = span_skip(*value, len);
	return true;
}

/* Find the first header of the settings that has a signature. */
static enum status
draft_find(
    const struct httpsig_policy *j, const char **name, struct span *value)
{
	for (size_t i = 0; i < j->profile->nsignature; i++) {
		enum request_count count;

		*name = j->profile->signature[i].text;
		count = request_header(j->msg.req, *name, value);
		/* Other authentication schemes use the same headers. */
		if (count == REQUEST_NONE ||
		    (strncasecmp(*name, "Auth", 4) == 0 && !skip_word(value)))
			continue;
		if (count == REQUEST_ONE)
			return ST_OK;
		reason_set(j->why, "%s came more than once", *name);
		return ST_UNVERIFIED;
	}
	reason_set(j->why,
	    "%s contains no signature, and no other header does: not sent, or "
	    "removed by the web server",
	    j->profile->signature[0].text);
	return ST_UNVERIFIED;
}

static enum status
draft_times(const struct httpsig_policy *j, const struct httpsig_draft *c)
{
	enum status st = httpsig_policy_params(j,
	    httpsig_draft_time(c, HTTPSIG_DRAFT_CREATED),
	    httpsig_draft_time(c, HTTPSIG_DRAFT_EXPIRES));

	if (!httpsig_draft_signs(c, "date") &&
	    !httpsig_draft_signs(c, "x-date") &&
	    !httpsig_draft_signs(c, "(created)"))
		return httpsig_policy_lacks(
		    j, "a time (date, x-date or (created))");
	if (st == ST_OK && httpsig_draft_signs(c, "x-date"))
		st = httpsig_policy_date(j, "x-date");
	if (st == ST_OK && httpsig_draft_signs(c, "date"))
		st = httpsig_policy_date(j, "date");
	return st;
}

static enum status
draft_digest(const struct httpsig_policy *j, const struct httpsig_draft *c)
{
	struct span value;
	enum status st;

	if (!httpsig_draft_signs(c, "digest"))
		return httpsig_policy_lacks(j, "digest, and so not the body");
	st = message_field(&j->msg, span_str("digest"), &value, j->why);
	if (st != ST_OK)
		return st;
	return content_digest_check_draft(value, j->msg.req->body, j->why);
}

static enum status
draft_signature(const struct httpsig_policy *j, const struct httpsig_draft *c)
{
	struct sigcheck check = {.names = ALG_NAMES_DRAFT,
	    .key_id = c->param[HTTPSIG_DRAFT_KEYID],
	    .algorithms =
		j->profile->algorithms & sigalg_named(ALG_NAMES_DRAFT,
					     c->param[HTTPSIG_DRAFT_ALGORITHM]),
	    .signature = c->param[HTTPSIG_DRAFT_SIGNATURE]};
	char *text = NULL;
	size_t len = 0;
	enum status st;

	if (check.algorithms == 0)
		return httpsig_policy_refuse(j,
		    "the signature header names no algorithm, or an "
		    "algorithm that is unknown or not allowed");
	st = httpsig_draft_text(c, &j->msg, &text, &len, j->why);
	if (st == ST_OK) {
		check.text = span_mem(text, len);
		st = sigcheck_run(&check, j->prov, j->now, j->ok, j->why);
	}
	free(text);
	return st;
}

static enum status
check_draft(const struct httpsig_policy *j)
{
	const char *header = "";
	struct span value = {NULL, 0};
	struct httpsig_draft c;
	enum status st = draft_find(j, &header, &value);

	if (st != ST_OK)
		return st;
	if (!httpsig_draft_parse(&c, value, j->why))
		return ST_UNVERIFIED;
	st = httpsig_policy_required(j, '@', draft_covers, &c);
	if (st == ST_OK)
		st = draft_times(j, &c);
	if (st == ST_OK)
		st = draft_digest(j, &c);
	if (st == ST_OK)
		st = draft_signature(j, &c);
	return st == ST_OK ? httpsig_policy_describe(j, header, draft_list, &c)
			   : st;
}

/* --- RFC 9421 --- */

static bool
label_covers(const void *signature, const char *name)
{
	return httpsig_rfc9421_covers(signature, name);
}

static void
label_list(FILE *f, const void *signature)
{
	const struct httpsig_rfc9421 *sig = signature;
	struct sfv_walk walk = sfv_walk(sig->input.text);
	struct sfv_value item;

	while (sfv_list_next(&walk, &item))
		httpsig_policy_put_name(f, item.text);
}

static enum status
label_times(const struct httpsig_policy *j, const struct httpsig_rfc9421 *sig)
{
	enum status st = httpsig_policy_params(j, sig->created, sig->expires);
	bool date = httpsig_rfc9421_covers(sig, "date");

	if (sig->created.found == LOOKUP_NONE && !date)
		return httpsig_policy_lacks(j, "a time (created or date)");
	return st == ST_OK && date ? httpsig_policy_date(j, "date") : st;
}

static enum status
label_digest(const struct httpsig_policy *j, const struct httpsig_rfc9421 *sig)
{
	struct span value;
	enum status st;

	if (!httpsig_rfc9421_covers_digest(sig))
		return httpsig_policy_lacks(
		    j, "content-digest, and so not the body");
	st = message_field(&j->msg, span_str("content-digest"), &value, j->why);
	if (st != ST_OK)
		return st;
	return content_digest_check(value, j->msg.req->body, j->why);
}

static enum status
label_signature(
    const struct httpsig_policy *j, const struct httpsig_rfc9421 *sig)
{
	unsigned named = sig->alg.ptr == NULL
			     ? sigalg_all_named(ALG_NAMES_RFC9421)
			     : sigalg_named(ALG_NAMES_RFC9421, sig->alg);
	struct sigcheck check = {.names = ALG_NAMES_RFC9421,
	    .key_id = span_mem(sig->keyid, sig->keyid_len),
	    .algorithms = j->profile->algorithms & named,
	    .signature = sig->signature};
	char *text = NULL;
	size_t len = 0;
	enum status st;

	if (check.algorithms == 0)
		return httpsig_policy_refuse(j,
		    "the signature names an algorithm that is unknown or not "
		    "allowed");
	st = httpsig_rfc9421_base(sig, &j->msg, &text, &len, j->why);
	if (st == ST_OK) {
		check.text = span_mem(text, len);
		st = sigcheck_run(&check, j->prov, j->now, j->ok, j->why);
	}
	free(text);
	return st;
}

static enum status
check_label(const struct httpsig_policy *j, const struct httpsig_rfc9421 *sig)
{
	enum status st = httpsig_policy_required(j, '(', label_covers, sig);

	if (st == ST_OK)
		st = label_times(j, sig);
	if (st == ST_OK)
		st = label_digest(j, sig);
	if (st == ST_OK)
		st = label_signature(j, sig);
	if (st != ST_OK)
		return st;
	return httpsig_policy_describe(
	    j, "Signature-Input Signature", label_list, sig);
}

static bool
labels_find(const struct httpsig_policy *j, struct httpsig_rfc9421_set *sigs)
{
	struct span input, signature;

	return message_field(&j->msg, span_str("signature-input"), &input,
		   j->why) == ST_OK &&
	       message_field(&j->msg, span_str("signature"), &signature,
		   j->why) == ST_OK &&
	       httpsig_rfc9421_parse(sigs, input, signature, j->why);
}

/*
 * One label that fits is enough: other labels may be of proxies, or for other
 * keys.
 */
static enum status
check_labels(const struct httpsig_policy *j)
{
	enum status st = ST_UNVERIFIED;
	struct httpsig_rfc9421_set sigs;

	if (!labels_find(j, &sigs))
		return ST_UNVERIFIED;
	for (size_t i = 0; i < sigs.n && st == ST_UNVERIFIED; i++)
		st = check_label(j, &sigs.item[i]);
	return st;
}

/* True for a request in the form of RFC 9421. */
static bool
has_labels(const struct request *req)
{
	struct span input;

	request_header(req, "Signature-Input", &input);
	/* Even an empty header shows which form is meant. */
	return input.ptr != NULL;
}

enum status
verify_httpsig(const struct provider *prov, const struct request *req,
    int64_t now, struct verified *ok, struct reason *why)
{
	struct httpsig_policy j = {.prov = prov,
	    .profile = &prov->profile,
	    .now = now,
	    .ok = ok,
	    .why = why};
	enum status st;

	*ok = (struct verified){.how = NULL};
	message_make(&j.msg, req, prov->profile.public_url);
	st = has_labels(req) ? check_labels(&j) : check_draft(&j);
	if (st != ST_OK) {
		bool lacks_key = ok->lacks_key;

		verified_free(ok);
		ok->lacks_key = lacks_key;
	}
	return st;
}

static char *
draft_text(const struct httpsig_policy *j, size_t *len)
{
	const char *header = "";
	struct span value = {NULL, 0};
	struct httpsig_draft c;
	char *text = NULL;

	if (draft_find(j, &header, &value) != ST_OK ||
	    !httpsig_draft_parse(&c, value, j->why) ||
	    httpsig_draft_text(&c, &j->msg, &text, len, j->why) != ST_OK)
		return NULL;
	return text;
}

static char *
label_text(const struct httpsig_policy *j, size_t *len)
{
	struct httpsig_rfc9421_set sigs;
	char *text = NULL;

	if (!labels_find(j, &sigs) || sigs.n == 0 ||
	    httpsig_rfc9421_base(&sigs.item[0], &j->msg, &text, len, j->why) !=
		ST_OK)
		return NULL;
	return text;
}

char *
httpsig_text(const struct provider *prov, const struct request *req,
    size_t *len, struct reason *why)
{
	struct httpsig_policy j = {
	    .prov = prov, .profile = &prov->profile, .why = why};

	message_make(&j.msg, req, prov->profile.public_url);
	return has_labels(req) ? label_text(&j, len) : draft_text(&j, len);
}

static void
draft_names(const struct httpsig_policy *j, FILE *f)
{
	const char *header = "";
	struct span value = {NULL, 0};
	struct httpsig_draft c;

	if (draft_find(j, &header, &value) == ST_OK &&
	    httpsig_draft_parse(&c, value, j->why))
		draft_list(f, &c);
}

static void
label_names(const struct httpsig_policy *j, FILE *f)
{
	struct httpsig_rfc9421_set sigs;

	if (!labels_find(j, &sigs))
		return;
	for (size_t i = 0; i < sigs.n; i++)
		label_list(f, &sigs.item[i]);
}

char *
httpsig_covered(const struct profile *profile, const struct request *req)
{
	struct reason why = {""};
	struct httpsig_policy j = {.profile = profile, .why = &why};
	char *names = NULL;
	size_t len = 0;
	FILE *f = open_memstream(&names, &len);

	if (f == NULL)
		return NULL;
	message_make(&j.msg, req, profile->public_url);
	if (has_labels(req))
		label_names(&j, f);
	else
		draft_names(&j, f);
	return stream_end(f, &names) ? names : NULL;
}
