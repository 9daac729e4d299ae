/*
 * template.h - what exactly a provider signs, written as a template.
 *
 *	{body}        the raw body
 *	{ts}          the signed time, verbatim
 *	{method}      the request method as sent
 *	{uri}         the request target as sent, with its query
 *	{url}         the public URL from the settings, never from the request;
 *	              {url:port} with its port said, also where it is the
 *	              scheme's own, {url:bare} without any port
 *	{header:N}    the value of a header
 *	{json:P}      a field of a JSON body: a string decoded, anything else
 *	              the very bytes it is made of
 *	{form:N}      a field of a form body, decoded
 *	{sortedform}  all fields of a form body, sorted and joined; of equal
 *	              ones it covers the first, so that a repeat can be added
 *	{sha256:body} the digest of the body in lower-case hexadecimal, by any
 *	              name of digest.h; {sha256:url} of the URL
 *	{crc32:body}  its CRC-32 as a decimal number
 *	{members:A,B?} members of a JSON body as SNS signs them: each name, LF,
 *	              value, LF; those with a '?' where they are there
 *	{webhook_id}  what the settings call the webhook
 *
 * Everything else stands for itself.
 */
#ifndef TEMPLATE_H
#define TEMPLATE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/span.h"
#include "base/status.h"
#include "crypto/digest.h"
#include "http/request.h"

#define TEMPLATE_PARTS 16 /* most pieces of one template */

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
	OP_HASH, /* of what arg says: "body" or "url" */
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
		char *arg;           /* what stands after a colon, malloc'd */
		enum digest digest;  /* OP_HASH */
	} part[TEMPLATE_PARTS];
};

/*
 * Read a template; text must outlive it.  On success the caller frees it by
 * template_free().  False, with why set, for an unknown name, an open brace,
 * too many parts, or no memory.
 */
bool template_parse(struct template *tpl, const char *text, struct reason *why);

/* Free what template_parse() made; harmless on a zeroed template. */
void template_free(struct template *tpl);

/* True if the template has a part of this kind. */
bool template_has(const struct template *tpl, enum template_op op);

/* True if part i covers the body as a whole. */
bool template_covers(const struct template *tpl, size_t i);

/*
 * True if what is signed covers the body as a whole: {body}, its digest or its
 * checksum, {sortedform}.
 */
bool template_has_body(const struct template *tpl);

/*
 * True if every event signed so has one well-defined payload: the body as
 * above, or else exactly one field of it, or {members:...}, which make one
 * JSON object of themselves and of no others.
 */
bool template_has_payload(const struct template *tpl);

/* Bytes that are copied for one text, whatever of it is a copy. */
#define SIGNED_TEXT_COPY_MAX (4UL << 20)

/* A template filled in for one request. */
struct signed_text {
	size_t n;
	struct span part[TEMPLATE_PARTS]; /* views of the request and owned */
	char *owned[TEMPLATE_PARTS];      /* malloc'd or NULL */
	struct span payload;              /* the part of the body it covers */
	const struct request *req;        /* what it was filled in from */
	char *made; /* malloc'd or NULL: what payload may be a view of */
};

/* What a template is filled from, besides the request. */
struct template_input {
	const struct request *req;
	struct span ts;
	const char *url;
	const char *webhook_id;
	bool takes_field; /* this template or its alternatives: see below */
	bool unsafe_body; /* the payload is the body, whatever is signed */
};

/*
 * Fill in a template.  ST_OK: the caller frees *out by signed_text_free().
 * ST_UNVERIFIED: the request lacks something that the template needs, has it
 * twice, or has nothing where the payload should be: "", and where a field is
 * taken, or might have been, the texts that a careless sender makes of an object
 * or of nothing ("[object Object]", "undefined", "null").  ST_TOO_LARGE: a field
 * is longer than what json.h or form.h would decode.  ST_TRY_LATER: out of
 * memory.
 */
enum status template_fill(const struct template *tpl,
    const struct template_input *in, struct signed_text *out);

/*
 * All parts as one: malloc'd, *len bytes and a NUL; NULL when out of memory.
 * Not for a text that may hold a whole body.
 */
char *signed_text_join(const struct signed_text *text, size_t *len);

/* A text as one run of bytes: a view, or its own. */
struct text_whole {
	struct span bytes;
	unsigned char *owned; /* malloc'd, or NULL */
};

/*
 * The text as one.  One that ends with the whole body is not copied if the body
 * is large.
 *
 * ST_OK: the caller frees whole->owned; text and its request must outlive it.
 * ST_TOO_LARGE: it and the parts that are copies already would be more than
 * SIGNED_TEXT_COPY_MAX bytes.
 * ST_TRY_LATER: out of memory.
 */
enum status signed_text_whole(
    const struct signed_text *text, struct text_whole *whole);

/* True if the text is these bytes. */
bool signed_text_is(const struct signed_text *text, struct span bytes);

/* Free what template_fill() made; harmless on a zeroed one. */
void signed_text_free(struct signed_text *text);

#endif
