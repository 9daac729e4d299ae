/*
 * template.h - templates: what exactly a provider signs.
 *
 *	{body}         the raw body
 *	{ts}           the signed time, as sent
 *	{method}       the request method, as sent
 *	{uri}          the request target, as sent, with its query
 *	{url}          the setting public_url, never a URL of the request;
 *	               {url:port} with its port written out, even if it is the
 *	               default; {url:bare} without a port;
 *	               {url:query}, {url:port:query}, {url:bare:query} with the
 *	               request's query in place of its own, if the request has
 *	               one; {url:query-N} and the like without the parameter N
 *	               of that query, if N is its last one
 *	{header:N}     the value of the header N
 *	{json:P}       the field P of a JSON body: a string decoded, anything
 *	               else exactly as written
 *	{form:N}       the field N of a form body, decoded
 *	{sortedform}   all fields of a form body, sorted and joined; equal
 *	               fields count once, so anyone can add copies of a field
 *	{sha256:body}  the digest of the body in lower-case hexadecimal, by any
 *	               hash function of digest.h; {sha256:url} that of the URL
 *	{crc32:body}   the body's CRC-32 as a decimal number
 *	{members:A,B?} members of a JSON body as SNS signs them: each name, LF,
 *	               value, LF; a member with '?' only if it is there
 *	{webhook_id}   the setting webhook_id
 *
 * Any other text stands for itself.
 */
#ifndef TEMPLATE_H
#define TEMPLATE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/span.h"
#include "base/status.h"
#include "crypto/digest.h"
#include "http/request.h"

#define TEMPLATE_PARTS 16 /* most parts of one template */

enum template_op {
	OP_LITERAL,
	OP_BODY,
	OP_TS,
	OP_METHOD,
	OP_URI,
	OP_URL,
	OP_HEADER,
	OP_JSON,
	OP_FORM,
	OP_SORTEDFORM,
	OP_HASH, /* of arg: "body" or "url" */
	OP_CRC32,
	OP_MEMBERS,
	OP_WEBHOOK_ID
};

struct template
{
	const char *text; /* as written; borrowed */
	size_t n;
	struct {
		enum template_op op;
		struct span literal; /* OP_LITERAL: borrowed from text */
		char *arg;           /* the text after the colon, malloc'd */
		enum digest digest;  /* OP_HASH */
	} part[TEMPLATE_PARTS];
};

/*
 * Read a template. text must outlive *tpl.  True: the caller frees *tpl by
 * template_free().  False, with why set: an unknown variable, a brace that is
 * not closed, too many parts, or no memory.
 */
bool template_parse(struct template *tpl, const char *text, struct reason *why);

/* Free what template_parse() made.  Harmless on a zeroed template. */
void template_free(struct template *tpl);

/* True if the template has a part of this kind. */
bool template_has(const struct template *tpl, enum template_op op);

/* True if the template signs the setting public_url, or a digest of it. */
bool template_signs_url(const struct template *tpl);

/* True if the template signs the JSON field at path by itself. */
bool template_signs_json(const struct template *tpl, const char *path);

/* The forms of {url:...}. */
struct template_url {
	bool port, bare; /* with its port written out; without a port */
	bool query;      /* with the request's query */
	struct span cut; /* the parameter that is left out of that; or empty */
};

/* Read the text after the colon; false if it is none of the forms. */
bool template_url_form(struct template_url *form, struct span arg);

/* True if part i is a URL with the query of the request. */
bool template_takes_query(const struct template *tpl, size_t i);

/* True if part i covers the whole body. */
bool template_covers(const struct template *tpl, size_t i);

/*
 * True if the signed text covers the whole body: by {body}, its digest or its
 * checksum, or {sortedform}.
 */
bool template_has_body(const struct template *tpl);

/*
 * True if every event that is signed in this way has exactly one payload: the
 * whole body as above; or exactly one field of the body; or {members:...},
 * which make one JSON object of the signed members.
 */
bool template_has_payload(const struct template *tpl);

/* Bytes that are copied for one text, whatever of it is a copy. */
#define SIGNED_TEXT_COPY_MAX (4UL << 20)
/*
 * Bytes of a body of which only {members:...} are signed.  Each member is looked
 * for in the whole body, before the signature is verified.
 */
#define SIGNED_TEXT_MEMBERS_BODY (1UL << 20)

/* A template filled in for one request. */
struct signed_text {
	size_t n;
	struct span part[TEMPLATE_PARTS]; /* views of the request or of owned */
	char *owned[TEMPLATE_PARTS];      /* malloc'd or NULL */
	struct span payload;              /* the signed part of the body */
	const struct request *req;        /* where it was made from */
	char *made; /* malloc'd or NULL: payload may be a view of it */
};

/* The input of a template. */
struct template_input {
	const struct request *req;
	struct span ts;
	const char *url;
	const char *webhook_id;
	bool takes_field; /* some alternative signs a field: see below */
	bool unsafe_body; /* the payload is the whole body, signed or not */
};

/*
 * Fill in a template.
 *
 * ST_OK: the caller frees *out by signed_text_free().  ST_UNVERIFIED: the
 * request does not have something that the template needs, or has it twice, or
 * has an empty payload.  If this template or an alternative signs a field, the
 * payload must also not be a text that a careless sender makes of an object or
 * of nothing ("[object Object]", "undefined", "null").  ST_TOO_LARGE: a field
 * is too long for json.h or form.h, or the body has more than
 * SIGNED_TEXT_MEMBERS_BODY.  ST_TRY_LATER: out of memory.
 */
enum status template_fill(const struct template *tpl,
    const struct template_input *in, struct signed_text *out);

/*
 * Join all parts: malloc'd, *len bytes and a NUL; NULL when out of memory.  Not
 * for a text that may contain a whole body.
 */
char *signed_text_join(const struct signed_text *text, size_t *len);

/* A text in one run of bytes, which may be a view of other memory. */
struct text_whole {
	struct span bytes;
	unsigned char *owned; /* malloc'd, or NULL */
};

/*
 * Make one run of bytes of a text.  If the text ends with the whole body and
 * the body is large, nothing is copied.
 *
 * ST_OK: the caller frees whole->owned; text and its request must outlive
 * *whole.  ST_TOO_LARGE: the text, together with the parts that are copies
 * already, would take more than SIGNED_TEXT_COPY_MAX bytes.  ST_TRY_LATER: out
 * of memory.
 */
enum status signed_text_whole(
    const struct signed_text *text, struct text_whole *whole);

/* True if the text consists of these bytes. */
bool signed_text_is(const struct signed_text *text, struct span bytes);

/* Free what template_fill() made.  Harmless on a zeroed text. */
void signed_text_free(struct signed_text *text);

#endif
