/* request_file_write.c - writes a request to a file, without its passwords. */
#include <stdio.h>
#include <stdlib.h>

#include "base/stream.h"
#include "base/timestamp.h"
#include "hold/request_file.h"
#include "http/header.h"
#include "profile/scheme.h"
#include "profile/signature.h"
#include "profile/used_header.h"

/* Headers that may be beside those of put_headers() when the file is read. */
#define OTHER_HEADERS 4 /* Content-Type, Content-Length, HTTPS, REMOTE_ADDR */

/* Headers that are looked for among those that the request calls signed. */
#define ASKED_MAX REQUEST_FILE_HEADERS_MAX

/* A request that is being written. */
struct writer {
	const struct request *req;
	const struct profile *profile;
	const struct refusal *refusal;
	char *covered; /* names that the request calls signed, or NULL */
	size_t asked;  /* how often they were looked through */
	/* Headers that were left out; more were if several is set. */
	char left_out[REQUEST_FILE_LEFT_OUT_MAX][HEADER_NAME_MAX];
	size_t nleft_out;
	bool several;
};

/* True if the settings of hold name the header. */
static bool
is_wanted(const struct writer *w, const char *name)
{
	const char *const *wanted = w->refusal->terms->headers;

	for (size_t i = 0; i < HOLD_HEADERS_MAX && wanted[i] != NULL; i++) {
		if (header_matches(wanted[i], name))
			return true;
	}
	return false;
}

/*
 * True if a signature of the request claims to cover the header.  What always
 * contains a password is not believed to be anything else.
 */
static bool
is_covered(struct writer *w, const char *name)
{
	struct span rest = span_str(w->covered == NULL ? "" : w->covered);
	char word[HEADER_NAME_MAX];

	if (header_is_credential(span_str(name)) || w->asked == ASKED_MAX)
		return false;
	w->asked++;
	while (rest.ptr != NULL) {
		struct span part = span_cut(&rest, ' ');

		if (!header_name_ok(part))
			continue;
		memcpy(word, part.ptr, part.len);
		word[part.len] = '\0';
		if (header_same(name, word))
			return true;
	}
	return false;
}

/* True for a header that is not written, because it may be a password. */
static bool
is_withheld(struct writer *w, const char *name, struct span value)
{
	/* Without a header that the settings name, the delivery would be
	 * refused again, or become another event. */
	return header_may_be_credential(name, value) &&
	       !signature_is_in(w->profile, name) &&
	       !used_header(w->profile, name) && !is_wanted(w, name) &&
	       !is_covered(w, name);
}

static void
note_left_out(struct writer *w, const char *name)
{
	for (size_t i = 0; i < w->nleft_out; i++) {
		if (header_same(w->left_out[i], name))
			return;
	}
	if (w->nleft_out == REQUEST_FILE_LEFT_OUT_MAX)
		w->several = true;
	else
		memcpy(w->left_out[w->nleft_out++], name, strlen(name) + 1);
}

/* A line end in a value would begin another header, or the body. */
static bool
is_plain(struct span value)
{
	for (size_t i = 0; i < value.len; i++) {
		if ((value.ptr[i] < ' ' && value.ptr[i] != '\t') ||
		    value.ptr[i] == 0x7f)
			return false;
	}
	return true;
}

static void
put_line(FILE *fp, const char *name, struct span value)
{
	fprintf(fp, "%s: ", name);
	stream_put(fp, value);
	putc('\n', fp);
}

/* Returns how many it has written. */
static size_t
put_headers(FILE *fp, struct writer *w)
{
	char name[HEADER_NAME_MAX];
	size_t n = 0;

	for (char *const *e = w->req->env; *e != NULL; e++) {
		const char *equals = strchr(*e, '=');
		struct span value;

		/*
		 * The first two are written elsewhere.  A sender must not set
		 * the headers of hookdir.
		 */
		if (equals == NULL ||
		    !header_from_cgi(
			name, span_mem(*e, (size_t)(equals - *e))) ||
		    header_same(name, "Content-Type") ||
		    header_same(name, "Content-Length") ||
		    header_starts(name, "Hookdir-"))
			continue;
		value = span_str(equals + 1);
		if (is_withheld(w, name, value)) {
			note_left_out(w, name);
			continue;
		}
		if (!is_plain(value))
			continue;
		put_line(fp, name, value);
		n++;
	}
	return n;
}

static void
put_left_out(FILE *fp, const struct writer *w)
{
	for (size_t i = 0; i < w->nleft_out; i++)
		fprintf(fp, "%s%s", i == 0 ? "Hookdir-Left-Out: " : ", ",
		    w->left_out[i]);
	if (w->several)
		fputs(", and others", fp);
	if (w->nleft_out > 0)
		putc('\n', fp);
}

/* A query may contain a password; most signatures do not cover the query. */
static bool
covers_query(const struct profile *profile)
{
	if (profile->scheme->timed)
		return true;
	for (size_t i = 0; i < profile->nsigned; i++) {
		if (template_has(&profile->signed_payload[i], OP_URI) ||
		    template_has(&profile->signed_payload[i], OP_URL))
			return true;
	}
	return false;
}

static void
put_target(FILE *fp, const struct writer *w)
{
	const struct request *req = w->req;
	struct span uri = request_variable(req, "REQUEST_URI");
	struct span rest = uri, path = span_cut(&rest, '?');

	if (!w->refusal->keep_query && !covers_query(w->profile))
		uri = path;
	/* It would break the line.  No web server accepts such a target. */
	if (uri.len == 0 || !is_plain(uri) ||
	    memchr(uri.ptr, ' ', uri.len) != NULL)
		uri = span_str("/");
	fwrite(req->method.ptr, 1, req->method.len, fp);
	fprintf(fp, " %.*s HTTP/1.1\n", (int)uri.len, (const char *)uri.ptr);
}

/* The reason may quote a header's name, and so contain control bytes. */
static void
put_reason(FILE *fp, const struct reason *reason)
{
	fputs("Hookdir-Reason: ", fp);
	for (const char *c = reason->text; *c != '\0'; c++)
		putc(*c < ' ' || *c == 0x7f ? '?' : *c, fp);
	putc('\n', fp);
}

/* Returns how many headers it has written, those of hookdir not counted. */
static size_t
put_head(FILE *fp, struct writer *w)
{
	const struct request *req = w->req;
	char time[TIMESTAMP_TEXT_MAX], address[REQUEST_ADDRESS_MAX];
	struct span type;
	size_t n;

	timestamp_format(time, w->refusal->at);
	put_target(fp, w);
	fprintf(fp, "Hookdir-Held: %s\n", time);
	put_reason(fp, w->refusal->reason);
	if (request_is_https(req))
		fputs("Hookdir-Scheme: https\n", fp);
	request_address(address, req);
	if (w->refusal->keep_address && strcmp(address, "-") != 0)
		fprintf(fp, "Hookdir-Remote: %s\n", address);
	if (request_header(req, "Content-Type", &type) != REQUEST_NONE &&
	    is_plain(type))
		put_line(fp, "Content-Type", type);
	fprintf(fp, "Content-Length: %zu\n", req->body.len);
	n = put_headers(fp, w);
	put_left_out(fp, w);
	putc('\n', fp);
	return n + OTHER_HEADERS;
}

char *
request_file_head(const struct request *req, const struct profile *profile,
    const struct refusal *refusal, size_t *len, struct reason *why)
{
	struct writer w = {.req = req, .profile = profile, .refusal = refusal};
	char *head = NULL;
	FILE *fp = open_memstream(&head, len);
	size_t n;

	if (fp == NULL) {
		reason_set(why, "out of memory");
		return NULL;
	}
	if (profile->scheme->covered != NULL)
		w.covered = profile->scheme->covered(profile, req);
	n = put_head(fp, &w);
	free(w.covered);
	if (!stream_end(fp, &head)) {
		reason_set(why, "out of memory");
		return NULL;
	}
	if (*len <= REQUEST_FILE_HEAD_MAX && n <= REQUEST_FILE_HEADERS_MAX)
		return head;
	if (n > REQUEST_FILE_HEADERS_MAX)
		reason_set(why, "it has more than %d headers",
		    REQUEST_FILE_HEADERS_MAX - OTHER_HEADERS);
	else
		reason_set(why, "its headers are over %lu bytes",
		    REQUEST_FILE_HEAD_MAX);
	free(head);
	return NULL;
}
