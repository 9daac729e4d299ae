/* httpsig_rfc9421.c - reads the headers, and makes the signature base. */
#include <stdio.h>
#include <stdlib.h>

#include "base/stream.h"
#include "http/content_digest.h"
#include "verify/httpsig/component.h"
#include "verify/httpsig/httpsig_rfc9421.h"

static bool
refuse(struct reason *why, const char *text)
{
	reason_set(why, "Signature-Input %s", text);
	return false;
}

/* Copy the string keyid without its escapes. */
static bool
unescape(const struct sfv_value *value, struct httpsig_rfc9421 *sig)
{
	struct span text = value->text;

	if (value->kind != SFV_STRING || text.len > sizeof(sig->keyid))
		return false;
	while (text.len > 0) {
		if (text.ptr[0] == '\\')
			text = span_skip(text, 1);
		sig->keyid[sig->keyid_len++] = text.ptr[0];
		text = span_skip(text, 1);
	}
	sig->has_keyid = true;
	return true;
}

static bool
take_time(struct signed_time *time, const struct sfv_value *value)
{
	*time = (struct signed_time){LOOKUP_FOUND, sfv_integer(value)};
	return time->seconds >= 0;
}

/*
 * RFC 9421, section 2.3.  Unknown parameters are not used, but are signed too.
 */
static bool
take_param(struct httpsig_rfc9421 *sig, const struct sfv_member *param)
{
	const struct sfv_value *value = &param->value;

	if (span_is(param->key, "created"))
		return take_time(&sig->created, value);
	if (span_is(param->key, "expires"))
		return take_time(&sig->expires, value);
	if (span_is(param->key, "keyid"))
		return unescape(value, sig);
	if (span_is(param->key, "alg")) {
		sig->alg = value->text;
		return value->kind == SFV_STRING;
	}
	return true;
}

static bool
take_label(struct httpsig_rfc9421 *sig, const struct sfv_member *input,
    const struct sfv_value *signature, struct reason *why)
{
	struct sfv_walk walk = sfv_walk(input->value.params);
	struct sfv_member param;

	*sig = (struct httpsig_rfc9421){.label = input->key,
	    .input = input->value,
	    .signature = signature->text};
	if (input->value.kind != SFV_LIST)
		return refuse(why, "has a label without a list of components");
	if (signature->kind != SFV_BYTES)
		return refuse(
		    why, "has a label whose signature is not in colons");
	while (sfv_param_next(&walk, &param)) {
		if (!take_param(sig, &param))
			return refuse(
			    why, "has a parameter of the wrong type or size");
	}
	return true;
}

bool
httpsig_rfc9421_parse(struct httpsig_rfc9421_set *sigs, struct span input,
    struct span signature, struct reason *why)
{
	struct sfv_walk walk = sfv_walk(input);
	struct sfv_member label;
	struct sfv_value value;

	sigs->n = 0;
	if (!sfv_dict_ok(input))
		return refuse(why, "is malformed");
	if (!sfv_dict_ok(signature)) {
		reason_set(why, "Signature, which belongs to Signature-Input, "
				"is malformed");
		return false;
	}
	while (sfv_dict_next(&walk, &label)) {
		if (!sfv_dict_find(signature, label.key, &value))
			continue;
		if (sigs->n == HTTPSIG_RFC9421_LABELS_MAX)
			return refuse(why, "has too many labels");
		if (!take_label(&sigs->item[sigs->n], &label, &value, why))
			return false;
		sigs->n++;
	}
	return sigs->n > 0 ||
	       refuse(why, "has no label that is also in Signature");
}

bool
httpsig_rfc9421_covers(const struct httpsig_rfc9421 *sig, const char *name)
{
	struct sfv_walk walk = sfv_walk(sig->input.text);
	struct sfv_value item;

	while (sfv_list_next(&walk, &item)) {
		if (item.kind == SFV_STRING && item.params.len == 0 &&
		    span_is(item.text, name))
			return true;
	}
	return false;
}

bool
httpsig_rfc9421_covers_digest(const struct httpsig_rfc9421 *sig)
{
	struct sfv_walk walk = sfv_walk(sig->input.text);
	struct component part;
	struct reason why;
	struct sfv_value item;

	while (sfv_list_next(&walk, &item)) {
		if (component_parse(&part, &item, &why) &&
		    span_is(part.name, "content-digest") &&
		    (part.key.ptr == NULL || content_digest_counts(part.key)))
			return true;
	}
	return false;
}

/* Section 2.5: no component may occur twice. */
static bool
is_repeated(const struct httpsig_rfc9421 *sig, unsigned index,
    const struct component *part)
{
	struct sfv_walk walk = sfv_walk(sig->input.text);
	struct component other;
	struct sfv_value item;
	struct reason why;

	while (walk.n + 1 < index && sfv_list_next(&walk, &item)) {
		if (component_parse(&other, &item, &why) &&
		    component_same(&other, part))
			return true;
	}
	return false;
}

/* One line of the base. */
static enum status
put_component(FILE *f, const struct component *part,
    const struct sfv_value *item, const struct message *msg, struct reason *why)
{
	enum status st;

	sfv_put(f, item);
	fputs(": ", f);
	st = component_put(f, part, msg, why);
	putc('\n', f);
	return st;
}

/* All of the base but its last line. */
static enum status
put_components(FILE *f, const struct httpsig_rfc9421 *sig,
    const struct message *msg, struct reason *why)
{
	struct sfv_walk walk = sfv_walk(sig->input.text);
	enum status st = ST_OK;
	struct sfv_value item;
	struct component part;

	while (st == ST_OK && sfv_list_next(&walk, &item)) {
		if (!component_parse(&part, &item, why))
			return ST_UNVERIFIED;
		if (is_repeated(sig, walk.n, &part)) {
			reason_set(why, "Signature-Input covers \"%.*s\" twice",
			    (int)part.name.len, (const char *)part.name.ptr);
			return ST_UNVERIFIED;
		}
		st = put_component(f, &part, &item, msg, why);
	}
	return st;
}

enum status
httpsig_rfc9421_base(const struct httpsig_rfc9421 *sig,
    const struct message *msg, char **dst, size_t *len, struct reason *why)
{
	enum status st;
	FILE *f;

	*dst = NULL;
	if ((f = open_memstream(dst, len)) == NULL)
		goto oom;
	st = put_components(f, sig, msg, why);
	fputs("\"@signature-params\": ", f);
	sfv_put(f, &sig->input);
	if (!stream_end(f, dst))
		goto oom;
	if (st != ST_OK) {
		free(*dst);
		*dst = NULL;
	}
	return st;
oom:
	reason_set(why, "out of memory for the signature base");
	return ST_TRY_LATER;
}
