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
#define OTHER_HEADERS 3 /* Content-Type, Content-Length, HTTPS */

/* True if the profile finds the signature in the header called name. */
static bool
is_signature(const struct profile *profile, const char *name)
{
	struct signature_names walk = {.source = 0};
	const char *known;

	while ((known = signature_next_name(profile, &walk)) != NULL) {
		if (header_same(name, known))
			return true;
	}
	return false;
}

/* True for a header that is not written, because it may be a password. */
static bool
is_withheld(const struct profile *profile, const char *name, struct span value)
{
	/* Without a header that the settings name, the delivery would be
	 * refused again, or become another event. */
	return header_may_be_credential(name, value) &&
	       !is_signature(profile, name) && !used_header(profile, name);
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
put_headers(FILE *fp, const struct request *req, const struct profile *profile)
{
	char name[HEADER_NAME_MAX];
	size_t n = 0;

	for (char *const *e = req->env; *e != NULL; e++) {
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
		    strstr(name, "Hookdir-") != NULL)
			continue;
		value = span_str(equals + 1);
		if (!is_plain(value) || is_withheld(profile, name, value))
			continue;
		put_line(fp, name, value);
		n++;
	}
	return n;
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
put_target(FILE *fp, const struct request *req, const struct profile *profile)
{
	struct span uri = request_variable(req, "REQUEST_URI");
	struct span rest = uri, path = span_cut(&rest, '?');

	if (!covers_query(profile))
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

char *
request_file_head(const struct request *req, const struct profile *profile,
    const struct refusal *refusal, size_t *len, struct reason *why)
{
	char time[TIMESTAMP_TEXT_MAX];
	char *head = NULL;
	struct span type;
	size_t n = OTHER_HEADERS;
	FILE *fp = open_memstream(&head, len);

	if (fp == NULL)
		goto oom;
	timestamp_format(time, refusal->at);
	put_target(fp, req, profile);
	fprintf(fp, "Hookdir-Held: %s\n", time);
	put_reason(fp, refusal->reason);
	if (request_is_https(req))
		fputs("Hookdir-Scheme: https\n", fp);
	if (request_header(req, "Content-Type", &type) != REQUEST_NONE &&
	    is_plain(type))
		put_line(fp, "Content-Type", type);
	fprintf(fp, "Content-Length: %zu\n", req->body.len);
	n += put_headers(fp, req, profile);
	putc('\n', fp);
	if (!stream_end(fp, &head))
		goto oom;
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
oom:
	reason_set(why, "out of memory");
	return NULL;
}
