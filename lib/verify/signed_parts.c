/* signed_parts.c - walks over the parts, from both ends towards the body. */
#include "verify/signed_parts.h"

/* What a part of unknown length may have. */
enum bytes { BYTES_HEADER, BYTES_URI };

/* A walk from one end of the text. */
struct walk {
	const struct profile *profile;
	const struct template *tpl;
	const struct signed_text *text;
	struct reason *why;
	bool forward;
	/* The last part of unknown length has not ended yet, and has these. */
	bool open;
	enum bytes bytes;
};

static bool
may_have(const struct profile *profile, enum bytes bytes, unsigned char c)
{
	/* RFC 3986, without the brackets, which JSON begins with. */
	static const char uri[] = "~.:/?#@!$&'()*+,;=%";

	return coverage_header_byte(profile, c) ||
	       (bytes == BYTES_URI && c != '\0' && strchr(uri, c) != NULL);
}

static bool
has_only(const struct walk *w, enum bytes bytes, struct span value)
{
	for (size_t i = 0; i < value.len; i++) {
		if (!may_have(w->profile, bytes, value.ptr[i]))
			return false;
	}
	return true;
}

static enum status
refuse_touching(const struct walk *w)
{
	reason_set(w->why,
	    "the signature is right, but nothing in the signed text %s shows "
	    "where one part ends and the next begins",
	    w->tpl->text);
	return ST_UNVERIFIED;
}

/* The variable that part i is, as text: "header:Webhook-Id". */
static enum status
refuse_bytes(const struct walk *w, size_t i, const char *kind)
{
	reason_set(w->why,
	    "the signature is right, but %s%s has a character that it may not "
	    "have beside other signed parts: see header_characters",
	    kind, w->tpl->part[i].arg == NULL ? "" : w->tpl->part[i].arg);
	return ST_UNVERIFIED;
}

/* A part of unknown length begins. */
static enum status
begin(struct walk *w, enum bytes bytes)
{
	if (w->open)
		return refuse_touching(w);
	w->open = true;
	w->bytes = bytes;
	return ST_OK;
}

/* Bytes that are the same in each delivery, or of which the number is known. */
static void
pass_fixed(struct walk *w, struct span value)
{
	if (!has_only(w, w->bytes, value))
		w->open = false;
}

static bool
is_digits(struct span value)
{
	for (size_t i = 0; i < value.len; i++) {
		if (value.ptr[i] < '0' || value.ptr[i] > '9')
			return false;
	}
	return value.len > 0;
}

static enum status
pass_time(struct walk *w, struct span value)
{
	enum timestamp_form form = w->profile->coverage.form;

	if (form == TIMESTAMP_ANY &&
	    (is_digits(value) || has_only(w, BYTES_HEADER, value)))
		return begin(w, BYTES_HEADER);
	if (is_digits(value) || !w->open)
		return ST_OK;
	/* The first of these is at a fixed place of such a time. */
	if (!w->forward || memchr(value.ptr, ':', value.len) == NULL ||
	    may_have(w->profile, w->bytes, ':') ||
	    may_have(w->profile, w->bytes, ',') ||
	    may_have(w->profile, w->bytes, ' '))
		return refuse_touching(w);
	w->open = false;
	return ST_OK;
}

/* True for a part that has other bytes in each delivery. */
static bool
varies(const struct template *tpl, size_t i)
{
	switch (tpl->part[i].op) {
	case OP_LITERAL:
	case OP_METHOD:
	case OP_WEBHOOK_ID:
	case OP_HASH:
		return false;
	case OP_URL:
		return template_takes_query(tpl, i);
	case OP_BODY:
	case OP_TS:
	case OP_URI:
	case OP_HEADER:
	case OP_JSON:
	case OP_FORM:
	case OP_SORTEDFORM:
	case OP_CRC32:
	case OP_MEMBERS:
		break;
	}
	return true;
}

/*
 * A field of the body that is not the payload.  It may have any bytes but the
 * one that ends it.
 */
static enum status
pass_field(struct walk *w, size_t i)
{
	const struct template *tpl = w->tpl;
	struct span value = w->text->part[i], end = {NULL, 0};
	bool touches = (i > 0 && varies(tpl, i - 1)) ||
		       (i + 1 < tpl->n && varies(tpl, i + 1));

	if (touches && !has_only(w, BYTES_HEADER, value))
		return refuse_bytes(w, i, "the field ");
	if (touches || w->open)
		return begin(w, BYTES_HEADER);
	if (w->forward && i + 1 < tpl->n)
		end = w->text->part[i + 1];
	else if (!w->forward && i > 0)
		end = w->text->part[i - 1];
	if (end.len > 0 && value.len > 0 &&
	    memchr(value.ptr, end.ptr[w->forward ? 0 : end.len - 1],
		value.len) != NULL)
		return refuse_bytes(w, i, "the field ");
	return ST_OK;
}

static enum status
refuse_target(const struct walk *w)
{
	reason_set(w->why,
	    "the signature is right, but the request's target has a character "
	    "that no URL may have");
	return ST_UNVERIFIED;
}

/*
 * A query before a form: Twilio signs nothing between them, as it signs nothing
 * between the names and values of the form.  Where they are cut is not signed.
 */
static bool
is_before_form(const struct walk *w, size_t i)
{
	return w->forward && i + 1 < w->tpl->n &&
	       w->tpl->part[i + 1].op == OP_SORTEDFORM;
}

static enum status
pass(struct walk *w, size_t i)
{
	struct span value = w->text->part[i];

	if (!varies(w->tpl, i)) {
		pass_fixed(w, value);
		return ST_OK;
	}
	if (coverage_is_time(w->profile, w->tpl, i))
		return pass_time(w, value);
	switch (w->tpl->part[i].op) {
	case OP_HEADER:
		if (!has_only(w, BYTES_HEADER, value))
			return refuse_bytes(w, i, "the header ");
		return begin(w, BYTES_HEADER);
	case OP_URI:
		if (!has_only(w, BYTES_URI, value))
			return refuse_target(w);
		return begin(w, BYTES_URI);
	case OP_URL:
		if (!has_only(w, BYTES_URI, value))
			return refuse_target(w);
		return is_before_form(w, i) ? ST_OK : begin(w, BYTES_URI);
	case OP_CRC32:
		return begin(w, BYTES_HEADER);
	case OP_JSON:
	case OP_FORM:
		return pass_field(w, i);
	case OP_LITERAL:
	case OP_BODY:
	case OP_TS:
	case OP_METHOD:
	case OP_SORTEDFORM:
	case OP_HASH:
	case OP_MEMBERS:
	case OP_WEBHOOK_ID:
		break;
	}
	return ST_OK;
}

/* The part that is the payload and may have any bytes; tpl->n: there is none.
 */
static size_t
find_payload(const struct template *tpl, const struct signed_text *text)
{
	size_t i = 0;

	while (i < tpl->n && tpl->part[i].op != OP_BODY &&
	       tpl->part[i].op != OP_SORTEDFORM &&
	       tpl->part[i].op != OP_MEMBERS &&
	       ((tpl->part[i].op != OP_JSON && tpl->part[i].op != OP_FORM) ||
		   text->part[i].ptr != text->payload.ptr))
		i++;
	return i;
}

/* The payload begins, or ends, at this byte of it. */
static enum status
meet(const struct walk *w, struct span payload)
{
	if (w->open && (payload.len == 0 ||
			   may_have(w->profile, w->bytes,
			       payload.ptr[w->forward ? 0 : payload.len - 1])))
		return refuse_touching(w);
	return ST_OK;
}

/* Byte i from the end of two texts, one after the other; NUL before them. */
static unsigned char
byte_from_end(struct span first, struct span second, size_t i)
{
	if (i < second.len)
		return second.ptr[second.len - 1 - i];
	i -= second.len;
	return i < first.len ? first.ptr[first.len - 1 - i] : '\0';
}

static bool
is_hex(unsigned char c)
{
	return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f');
}

/*
 * True if the text of URL and form ends as one of the template would, which
 * ends with text and a digest of the body: "bodySHA256=" and 64 digits.
 */
static bool
ends_like(const struct template *tpl, struct span url, struct span form)
{
	size_t n = tpl->n, digits;
	struct span text;

	if (n < 2 || tpl->part[n - 1].op != OP_HASH ||
	    !template_covers(tpl, n - 1) || tpl->part[n - 2].op != OP_LITERAL)
		return false;
	/* What the text begins with shows only whether a query is before it. */
	text = span_skip(tpl->part[n - 2].literal, 1);
	digits = 2 * digest_len(tpl->part[n - 1].digest);
	for (size_t i = 0; i < digits; i++) {
		if (!is_hex(byte_from_end(url, form, i)))
			return false;
	}
	for (size_t i = 0; i < text.len; i++) {
		if (byte_from_end(url, form, digits + i) !=
		    text.ptr[text.len - 1 - i])
			return false;
	}
	return true;
}

/*
 * A form after a URL.  What was signed may have been another alternative, and
 * no form: Twilio signs the digest of a JSON body there, "?bodySHA256=...", and
 * a URL with or without its port.  So the form must not go on as a URL could,
 * nor may the text end as that of a JSON body does.
 */
static enum status
check_form(const struct walk *w, size_t i)
{
	static const char more[] = ":/?&#";
	const struct profile *profile = w->profile;
	bool other = false;
	struct span form;

	if (i == 0 || i == w->tpl->n || w->tpl->part[i].op != OP_SORTEDFORM ||
	    w->tpl->part[i - 1].op != OP_URL)
		return ST_OK;
	form = w->text->part[i];
	for (size_t k = 0; k < profile->nsigned; k++)
		other = other || ends_like(&profile->signed_payload[k],
				     w->text->part[i - 1], form);
	if (!other && (form.len == 0 || form.ptr[0] == '\0' ||
			  strchr(more, form.ptr[0]) == NULL))
		return ST_OK;
	reason_set(w->why,
	    "the signature is right, but the form begins or ends with text "
	    "that belongs to a URL: the signature may be that of another "
	    "request");
	return ST_UNVERIFIED;
}

enum status
signed_parts_check(const struct profile *profile, const struct template *tpl,
    const struct signed_text *text, struct reason *why)
{
	struct walk w = {.profile = profile,
	    .tpl = tpl,
	    .text = text,
	    .why = why,
	    .forward = true};
	size_t payload = find_payload(tpl, text);
	enum status st = ST_OK;

	if (tpl->n == 1) /* the whole text, and nothing to cut */
		return ST_OK;
	st = check_form(&w, payload);
	for (size_t i = 0; i < payload && st == ST_OK; i++)
		st = pass(&w, i);
	if (st != ST_OK || payload == tpl->n)
		return st;
	st = meet(&w, text->part[payload]);
	w.forward = w.open = false;
	for (size_t i = tpl->n; i > payload + 1 && st == ST_OK; i--)
		st = pass(&w, i - 1);
	return st == ST_OK ? meet(&w, text->part[payload]) : st;
}
