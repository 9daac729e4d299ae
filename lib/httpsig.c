/* httpsig.c - the two forms of HTTP signatures, found and judged. */
#include <stdio.h>
#include <stdlib.h>
#include <strings.h>

#include "bodydigest.h"
#include "cavage.h"
#include "claim.h"
#include "httpsig.h"
#include "judge.h"
#include "msgsig.h"

/* --- draft-cavage --- */

static bool
draft_covers(const void *signature, const char *name)
{
	return cavage_signs(signature, name);
}

static void
draft_list(FILE *f, const void *signature)
{
	const struct cavage *c = signature;

	for (size_t i = 0; i < c->n; i++)
		judge_put_name(f, c->name[i]);
}

/* What stands behind the word "Signature", if value begins with it. */
static bool
skip_word(struct span *value)
{
	static const char word[] = "Signature";
	size_t len = strlen(word);

	if (value->len <= len || value->ptr[len] != ' ' ||
	    strncasecmp((const char *)value->ptr, word, len) != 0)
		return false;
	*value = span_skip(*value, len);
	return true;
}

/* The first of the headers that the settings name to carry a signature. */
static enum status
draft_find(const struct judge *j, const char **name, struct span *value)
{
	for (size_t i = 0; i < j->rule->nsignature; i++) {
		enum request_count count;

		*name = j->rule->signature[i];
		count = request_header(j->msg.req, *name, value);
		/* Other schemes share these: Bearer, Basic. */
		if (count == REQUEST_NONE ||
		    (strncasecmp(*name, "Auth", 4) == 0 && !skip_word(value)))
			continue;
		if (count == REQUEST_ONE)
			return ST_OK;
		reason_set(j->why, "%s came more than once", *name);
		return ST_UNVERIFIED;
	}
	reason_set(j->why,
	    "%s holds no signature, nor does any other header: not sent, or "
	    "the server dropped it",
	    j->rule->signature[0]);
	return ST_UNVERIFIED;
}

static enum status
draft_times(const struct judge *j, const struct cavage *c)
{
	enum status st = judge_params(
	    j, cavage_time(c, CAVAGE_CREATED), cavage_time(c, CAVAGE_EXPIRES));

	if (!cavage_signs(c, "date") && !cavage_signs(c, "x-date") &&
	    !cavage_signs(c, "(created)"))
		return judge_lacks(j, "a time (date, x-date or (created))");
	if (st == ST_OK && cavage_signs(c, "x-date"))
		st = judge_date(j, "x-date");
	if (st == ST_OK && cavage_signs(c, "date"))
		st = judge_date(j, "date");
	return st;
}

static enum status
draft_digest(const struct judge *j, const struct cavage *c)
{
	struct span value;
	enum status st;

	if (!cavage_signs(c, "digest"))
		return judge_lacks(j, "digest, and so not the body");
	st = message_field(&j->msg, span_str("digest"), &value, j->why);
	if (st != ST_OK)
		return st;
	return bodydigest_check(value, j->msg.req->body, j->why);
}

static enum status
draft_signature(const struct judge *j, const struct cavage *c)
{
	struct claim claim = {.tongue = TONGUE_DRAFT,
	    .key_id = c->param[CAVAGE_KEYID],
	    .algorithms = j->rule->algorithms & sigalg_named(TONGUE_DRAFT,
						    c->param[CAVAGE_ALGORITHM]),
	    .signature = c->param[CAVAGE_SIGNATURE]};
	char *text = NULL;
	size_t len = 0;
	enum status st;

	if (claim.algorithms == 0)
		return judge_refuse(j,
		    "the signature header names no algorithm, or one that is "
		    "unknown or not allowed");
	st = cavage_text(c, &j->msg, &text, &len, j->why);
	if (st == ST_OK) {
		claim.text = span_mem(text, len);
		st = claim_check(&claim, j->prov, j->now, j->ok, j->why);
	}
	free(text);
	return st;
}

static enum status
judge_draft(const struct judge *j)
{
	const char *header = "";
	struct span value = {NULL, 0};
	struct cavage c;
	enum status st = draft_find(j, &header, &value);

	if (st != ST_OK)
		return st;
	if (!cavage_parse(&c, value, j->why))
		return ST_UNVERIFIED;
	st = judge_required(j, '@', draft_covers, &c);
	if (st == ST_OK)
		st = draft_times(j, &c);
	if (st == ST_OK)
		st = draft_digest(j, &c);
	if (st == ST_OK)
		st = draft_signature(j, &c);
	return st == ST_OK ? judge_describe(j, header, draft_list, &c) : st;
}

/* --- RFC 9421 --- */

static bool
label_covers(const void *signature, const char *name)
{
	return msgsig_covers(signature, name);
}

static void
label_list(FILE *f, const void *signature)
{
	const struct msgsig *sig = signature;
	struct sfv_walk walk = sfv_walk(sig->input.text);
	struct sfv_value item;

	while (sfv_list_next(&walk, &item))
		judge_put_name(f, item.text);
}

static enum status
label_times(const struct judge *j, const struct msgsig *sig)
{
	enum status st = judge_params(j, sig->created, sig->expires);
	bool date = msgsig_covers(sig, "date");

	if (sig->created < 0 && !date)
		return judge_lacks(j, "a time (created or date)");
	return st == ST_OK && date ? judge_date(j, "date") : st;
}

static enum status
label_digest(const struct judge *j, const struct msgsig *sig)
{
	struct span value;
	enum status st;

	if (!msgsig_covers_digest(sig))
		return judge_lacks(j, "content-digest, and so not the body");
	st = message_field(&j->msg, span_str("content-digest"), &value, j->why);
	if (st != ST_OK)
		return st;
	return bodydigest_check_content(value, j->msg.req->body, j->why);
}

static enum status
label_signature(const struct judge *j, const struct msgsig *sig)
{
	unsigned named = sig->alg.ptr == NULL
			     ? sigalg_tongue_all(TONGUE_RFC9421)
			     : sigalg_named(TONGUE_RFC9421, sig->alg);
	struct claim claim = {.tongue = TONGUE_RFC9421,
	    .key_id = span_mem(sig->keyid, sig->keyid_len),
	    .algorithms = j->rule->algorithms & named,
	    .signature = sig->signature};
	char *text = NULL;
	size_t len = 0;
	enum status st;

	if (claim.algorithms == 0)
		return judge_refuse(j,
		    "the signature names an algorithm that is unknown or not "
		    "allowed");
	st = msgsig_base(sig, &j->msg, &text, &len, j->why);
	if (st == ST_OK) {
		claim.text = span_mem(text, len);
		st = claim_check(&claim, j->prov, j->now, j->ok, j->why);
	}
	free(text);
	return st;
}

static enum status
judge_label(const struct judge *j, const struct msgsig *sig)
{
	enum status st = judge_required(j, '(', label_covers, sig);

	if (st == ST_OK)
		st = label_times(j, sig);
	if (st == ST_OK)
		st = label_digest(j, sig);
	if (st == ST_OK)
		st = label_signature(j, sig);
	if (st != ST_OK)
		return st;
	return judge_describe(j, "Signature-Input Signature", label_list, sig);
}

/* Any label will do: others may be of proxies, or for other keys. */
static enum status
judge_labels(const struct judge *j)
{
	struct span input, signature;
	enum status st = ST_UNVERIFIED;
	struct msgsigs sigs;

	if (message_field(&j->msg, span_str("signature-input"), &input,
		j->why) != ST_OK ||
	    message_field(&j->msg, span_str("signature"), &signature, j->why) !=
		ST_OK ||
	    !msgsig_parse(&sigs, input, signature, j->why))
		return ST_UNVERIFIED;
	for (size_t i = 0; i < sigs.n && st == ST_UNVERIFIED; i++)
		st = judge_label(j, &sigs.item[i]);
	return st;
}

enum status
verify_httpsig(const struct provider *prov, const struct request *req,
    int64_t now, struct verified *ok, struct reason *why)
{
	struct judge j = {.prov = prov,
	    .rule = &prov->rule,
	    .now = now,
	    .ok = ok,
	    .why = why};
	struct span input;
	enum status st;

	*ok = (struct verified){.how = NULL};
	message_make(&j.msg, req, prov->rule.url);
	request_header(req, "Signature-Input", &input);
	/* Even an empty one says which form it is meant to be. */
	st = input.ptr != NULL ? judge_labels(&j) : judge_draft(&j);
	if (st != ST_OK) {
		bool lacks_key = ok->lacks_key;

		verified_free(ok);
		ok->lacks_key = lacks_key;
	}
	return st;
}

static char *
draft_text(const struct judge *j, size_t *len)
{
	const char *header = "";
	struct span value = {NULL, 0};
	struct cavage c;
	char *text = NULL;

	if (draft_find(j, &header, &value) != ST_OK ||
	    !cavage_parse(&c, value, j->why) ||
	    cavage_text(&c, &j->msg, &text, len, j->why) != ST_OK)
		return NULL;
	return text;
}

static char *
label_text(const struct judge *j, size_t *len)
{
	struct span input, signature;
	struct msgsigs sigs;
	char *text = NULL;

	if (message_field(&j->msg, span_str("signature-input"), &input,
		j->why) != ST_OK ||
	    message_field(&j->msg, span_str("signature"), &signature, j->why) !=
		ST_OK ||
	    !msgsig_parse(&sigs, input, signature, j->why) || sigs.n == 0 ||
	    msgsig_base(&sigs.item[0], &j->msg, &text, len, j->why) != ST_OK)
		return NULL;
	return text;
}

char *
httpsig_text(const struct provider *prov, const struct request *req,
    size_t *len, struct reason *why)
{
	struct judge j = {.prov = prov, .rule = &prov->rule, .why = why};
	struct span input;

	message_make(&j.msg, req, prov->rule.url);
	request_header(req, "Signature-Input", &input);
	return input.ptr != NULL ? label_text(&j, len) : draft_text(&j, len);
}
