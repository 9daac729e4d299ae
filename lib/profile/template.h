/*
 * template.h - parses and fills in templates, which say what a provider signs.
 *
 *	{body}        the raw body
 *	{ts}          the signed time, verbatim
 *	{method}      the request method as sent
 *	{uri}         the request target as sent, with its query
 *	{url}         the public URL from the settings, never from the request;
 *	              {url:port} always has its port, even the default one;
 *	              {url:bare} never has a port
 *	{header:N}    the value of a header
 *	{json:P}      a field of a JSON body: a string is decoded, anything else
 *	              is taken byte for byte
 *	{form:N}      a field of a form body, decoded
 *	{sortedform}  all fields of a form body, sorted and joined; of equal
 *	              fields only the first is covered, so anyone can add
 *	              another
 *	{sha256:body} the digest of the body in lower-case hexadecimal, with any
 *	              digest of digest.h; {sha256:url} is that of the URL
 *	{crc32:body}  the CRC-32 of the body as a decimal number
 *	{members:A,B?} members of a JSON body as SNS signs them: for each the
 *	              name, LF, the value, LF; a member with '?' is optional
 *	{webhook_id}  the setting webhook_id
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
	OP_HASH, /* the digest of what arg names: "body" or "url" */
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
 * Parse a template; text must outlive it.  True: the caller frees it with
 * template_free().  False, with why set: an unknown name, a brace that is not
 * closed, too many parts, or no memory.
 */
bool template_parse(struct template *tpl, const char *text, struct reason *why);

/* Free what template_parse() made.  Harmless on a zeroed template. */
void template_free(struct template *tpl);

/* True if the template has a part of this kind. */
bool template_has(const struct template *tpl, enum template_op op);

/* True if part i covers the whole body. */
bool template_covers(const struct template *tpl, size_t i);

/*
 * True if the template covers the body as a whole, by {body}, a digest or
 * checksum of it, or {sortedform}.
 */
bool template_has_body(const struct template *tpl);

/*
 * True if the template determines one payload: the whole body as above, or
 * exactly one field of the body, or {members:...}.  The payload of the last is
 * a JSON object of just these members.
 */
bool template_has_payload(const struct template *tpl);

/* A template filled in for one request. */
struct signed_text {
	size_t n;
	struct span part[TEMPLATE_PARTS]; /* views of the request or of owned */
	char *owned[TEMPLATE_PARTS];      /* malloc'd or NULL */
	struct span payload; /* the part of the body that it covers */
	const struct request *req;
	char *made; /* malloc'd or NULL; payload may be a view of it */
};

/* What a template is filled in from. */
struct template_input {
	const struct request *req;
	struct span ts;
	const char *url;
	const char *webhook_id;
	/* The payload of this template, or an alternative, is a field. */
	bool takes_field;
	bool unsafe_body; /* the payload is the body, even if not signed */
};

/*
 * Fill in a template.
 *
 * ST_OK: the caller frees *out with signed_text_free().
 * ST_UNVERIFIED: the request lacks something that the template needs, or has it
 * twice; or the payload is empty.  With takes_field, the texts that a faulty
 * sender writes for an object or for nothing ("[object Object]", "undefined",
 * "null") count as empty too.
 * ST_TOO_LARGE: a field is longer than json.h or form.h can decode.
 * ST_TRY_LATER: out of memory.
 */
enum status template_fill(const struct template *tpl,
    const struct template_input *in, struct signed_text *out);

/*
 * Join all parts.  The result is malloc'd and has *len bytes and a NUL; NULL
 * when out of memory.  Not for a text that may contain a whole body.
 */
char *signed_text_join(const struct signed_text *text, size_t *len);

/* Most bytes that signed_text_whole() copies. */
#define SIGNED_TEXT_COPY_MAX (4UL << 20)

/* A text in one piece: a view of the request, or a copy. */
struct text_whole {
	struct span bytes;
	unsigned char *owned; /* malloc'd, or NULL */
};

/*
 * Get the text in one piece.  A text that ends with the whole body is not
 * copied if the body is large.
 *
 * ST_OK: the caller frees whole->owned; text and its request must outlive
 * *whole.  ST_TOO_LARGE: a copy of more than SIGNED_TEXT_COPY_MAX bytes would
 * be needed.  ST_TRY_LATER: out of memory.
 */
enum status signed_text_whole(
    const struct signed_text *text, struct text_whole *whole);

/* True if the text equals bytes. */
bool signed_text_is(const struct signed_text *text, struct span bytes);

/* Free what template_fill() made.  Harmless on a zeroed text. */
void signed_text_free(struct signed_text *text);

#endif
