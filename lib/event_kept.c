/* event_kept.c - keeps headers that the settings name; never a password. */
#include <string.h>

#include "base/encode.h"
#include "event_kept.h"
#include "http/header.h"
#include "profile/kept.h"

/* The headers that fit one pattern: the first of them by name, in order. */
struct found {
	size_t n;
	size_t more; /* how many there are beside these */
	char name[EVENT_KEPT_WILDCARD][HEADER_NAME_MAX];
};

/* What is written so far. */
struct kept {
	FILE *fp;
	const struct event_input *in;
	const struct event_headers *stored;
	size_t n;    /* headers */
	size_t room; /* bytes that are left */
	size_t not_kept;
};

/* Put a name in its place in order; the last one makes room. */
static void
found_add(struct found *found, const char *name)
{
	size_t at = found->n;
	int order = -1;

	while (at > 0 && (order = strcmp(found->name[at - 1], name)) > 0)
		at--;
	if (order == 0 && at > 0)
		return;
	if (found->n == EVENT_KEPT_WILDCARD) {
		found->more++;
		if (at == found->n)
			return;
	} else {
		found->n++;
	}
	memmove(found->name[at + 1], found->name[at],
	    (found->n - 1 - at) * sizeof(found->name[0]));
	memcpy(found->name[at], name, strlen(name) + 1);
}

/* Bytes of a line as event_header() writes it, or more. */
static size_t
line_length(const char *name, struct span value)
{
	size_t len = sizeof(HEADER_ORIGINAL ": \n") + strlen(name) + value.len;

	for (size_t i = 0; i < value.len; i++)
		len += value.ptr[i] < ' ' || value.ptr[i] >= 0x7f ? 2 : 0;
	return len;
}

/* True if an earlier setting of the list has kept the header. */
static bool
is_before(const struct profile *profile, size_t i, const char *name)
{
	while (i-- > 0) {
		if (header_matches(profile->keep_headers[i], name))
			return true;
	}
	return false;
}

static bool
has_secret(const struct provider *prov, struct span text)
{
	return secrets_inside(&prov->secrets, text) ||
	       secrets_inside(&prov->verify_tokens, text);
}

/* Keep a header if the request has it, and if it may be kept. */
static void
keep(struct kept *kept, const char *name)
{
	const struct provider *prov = kept->in->prov;
	struct span value;
	enum request_count count = request_header(kept->in->req, name, &value);
	size_t len = line_length(name, value);

	if (count == REQUEST_NONE || event_headers_own(name) ||
	    event_headers_has(kept->stored, name) ||
	    !kept_may(&prov->profile, name, value) || has_secret(prov, value))
		return;
	if (count == REQUEST_SEVERAL || len > kept->room ||
	    kept->n == EVENT_KEPT_MAX || strlen(name) > EVENT_HEADER_NAME_MAX) {
		kept->not_kept++;
		return;
	}
	kept->n++;
	kept->room -= len;
	event_header(kept->fp, name, value);
}

/* Keep the headers that fit pattern i, whatever order the server has. */
static void
keep_all(struct kept *kept, size_t i)
{
	const struct profile *profile = &kept->in->prov->profile;
	const struct span none = {NULL, 0};
	struct found found;
	char name[HEADER_NAME_MAX];

	found.n = found.more = 0;
	for (char *const *e = kept->in->req->env; *e != NULL; e++) {
		struct span rest = span_str(*e);

		if (header_from_cgi(name, span_cut(&rest, '=')) &&
		    header_matches(profile->keep_headers[i], name) &&
		    !event_headers_own(name) && !is_before(profile, i, name) &&
		    kept_may(profile, name, none))
			found_add(&found, name);
	}
	for (size_t k = 0; k < found.n; k++)
		keep(kept, found.name[k]);
	kept->not_kept += found.more;
}

static void
keep_headers(struct kept *kept)
{
	const struct profile *profile = &kept->in->prov->profile;

	for (size_t i = 0; i < profile->nkeep_headers; i++) {
		const char *name = profile->keep_headers[i];

		if (strchr(name, '*') != NULL)
			keep_all(kept, i);
		else if (!is_before(profile, i, name))
			keep(kept, name);
	}
}

/* Of a query of at most EVENT_QUERY_MAX bytes, as it is written and as read. */
static bool
query_has_secret(const struct provider *prov, struct span query)
{
	unsigned char text[EVENT_QUERY_MAX];

	for (size_t i = 0; i < query.len; i++)
		text[i] = query.ptr[i] == '+' ? ' ' : query.ptr[i];
	return has_secret(prov, query) ||
	       has_secret(
		   prov, span_mem(text, decode_percent_all(text, query.len)));
}

/* Returns false if there is a query that must not be kept. */
static bool
keep_query(struct kept *kept)
{
	struct span query = request_query(kept->in->req);

	if (query.len == 0)
		return true;
	if (line_length("", query) > EVENT_QUERY_MAX ||
	    query_has_secret(kept->in->prov, query))
		return false;
	event_line_put(kept->fp, event_line[LINE_QUERY], span_skip(query, 1));
	return true;
}

static void
keep_address(const struct kept *kept)
{
	char address[REQUEST_ADDRESS_MAX];

	request_address(address, kept->in->req);
	if (strcmp(address, "-") != 0)
		event_line_put(
		    kept->fp, event_line[LINE_REMOTE], span_str(address));
}

void
event_kept(
    FILE *fp, const struct event_input *in, const struct event_headers *stored)
{
	struct kept kept = {.fp = fp,
	    .in = in,
	    .stored = stored,
	    .room = EVENT_KEPT_ROOM,
	    .not_kept = stored->not_kept};
	bool whole = true;

	keep_headers(&kept);
	if (in->prov->keep_query)
		whole = keep_query(&kept);
	if (in->prov->keep_address)
		keep_address(&kept);
	if (kept.not_kept == 0 && whole)
		return;
	fprintf(fp, "%s:", event_line[LINE_NOT_KEPT]);
	if (kept.not_kept > 0)
		fprintf(fp, " headers=%zu", kept.not_kept);
	fputs(whole ? "\n" : " query\n", fp);
}
