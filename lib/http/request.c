/* request.c - reads CGI variables, and the body to its end. */
#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include <unistd.h>

#include "http/header.h"
#include "http/request.h"

/* Bytes of a refused body that are read and thrown away, at most. */
#define DRAIN_MAX (32UL << 20)
/* Milliseconds after its beginning in which a request is read in this way. */
#define DRAIN_TIME 2000
/* Bytes of the first allocation for a body of unknown length. */
#define GROW_FIRST 4096UL

/* True if entry is "NAME=value" for this name; *value is then set. */
static bool
match_variable(const char *entry, const char *name, struct span *value)
{
	size_t len = strlen(name);

	if (strncmp(entry, name, len) != 0 || entry[len] != '=')
		return false;
	*value = span_str(entry + len + 1);
	return true;
}

static bool
match_header(
    const char *entry, const char *prefix, const char *name, struct span *value)
{
	size_t i, len = strlen(prefix);

	if (strncmp(entry, prefix, len) != 0)
		return false;
	entry += len;
	for (i = 0; name[i] != '\0'; i++) {
		if (entry[i] != header_cgi_char(name[i]))
			return false;
	}
	if (entry[i] != '=')
		return false;
	*value = span_str(entry + i + 1);
	return true;
}

/*
 * Count the variables called prefix + name.  *value is the first value that is
 * not empty.
 */
static enum request_count
count_header(const struct request *req, const char *prefix, const char *name,
    struct span *value)
{
	struct span found;
	unsigned n = 0;

	*value = (struct span){NULL, 0};
	for (char *const *e = req->env; *e != NULL; e++) {
		if (!match_header(*e, prefix, name, &found))
			continue;
		n++;
		if (value->len == 0)
			*value = found;
	}
	if (value->len == 0)
		return REQUEST_NONE;
	return n == 1 ? REQUEST_ONE : REQUEST_SEVERAL;
}

enum request_count
request_header(const struct request *req, const char *name, struct span *value)
{
	enum request_count count;

	/* RFC 3875: these two variables have no HTTP_ before their names. */
	if (header_same(name, "Content-Type") ||
	    header_same(name, "Content-Length"))
		return count_header(req, "", name, value);
	count = count_header(req, "HTTP_", name, value);
	if (count == REQUEST_NONE && header_same(name, "Authorization"))
		count = count_header(req, "REDIRECT_HTTP_", name, value);
	return count;
}

bool
request_header_next(
    const struct request *req, const char *name, size_t *at, struct span *value)
{
	while (req->env[*at] != NULL) {
		if (match_header(req->env[(*at)++], "HTTP_", name, value) &&
		    value->len > 0)
			return true;
	}
	return false;
}

bool
request_is_https(const struct request *req)
{
	struct span https = request_variable(req, "HTTPS");

	return (https.len > 0 && !span_is(https, "off")) ||
	       span_is(request_variable(req, "REQUEST_SCHEME"), "https");
}

struct span
request_variable(const struct request *req, const char *name)
{
	struct span value = {NULL, 0};

	for (char *const *e = req->env; *e != NULL; e++) {
		if (match_variable(*e, name, &value))
			break;
	}
	return value;
}

/* True for hexadecimal digits with dots or colons among them. */
static bool
is_address(struct span text)
{
	bool parts = false;

	for (size_t i = 0; i < text.len; i++) {
		unsigned char c = text.ptr[i];

		if (c == '.' || c == ':')
			parts = true;
		else if (c >= 0x80 || !isxdigit(c))
			return false;
	}
	return parts;
}

static bool
is_zone(struct span text)
{
	for (size_t i = 0; i < text.len; i++) {
		unsigned char c = text.ptr[i];

		if (c >= 0x80 || (!isalnum(c) && strchr("-._", c) == NULL))
			return false;
	}
	return text.len > 0;
}

void
request_address(char dst[static REQUEST_ADDRESS_MAX], const struct request *req)
{
	struct span whole = request_variable(req, "REMOTE_ADDR");
	struct span zone = whole, address = span_cut(&zone, '%');

	if (whole.len >= REQUEST_ADDRESS_MAX || !is_address(address) ||
	    (zone.ptr != NULL && !is_zone(zone)))
		whole = span_str("-");
	memcpy(dst, whole.ptr, whole.len);
	dst[whole.len] = '\0';
}

struct span
request_query(const struct request *req)
{
	struct span rest = request_variable(req, "REQUEST_URI");
	struct span path = span_before(rest, '?');

	return span_skip(rest, path.len);
}

/* The last segment of the path of a target in origin form or absolute form. */
static struct span
last_segment(struct span target)
{
	struct span path = span_cut(&target, '?');
	struct span segment = {NULL, 0};

	while (path.ptr != NULL)
		segment = span_cut(&path, '/');
	return segment;
}

struct span
request_route(char *const env[])
{
	const struct request req = {.env = env};
	struct span path = request_variable(&req, "PATH_INFO");

	if (path.len == 0)
		return last_segment(request_variable(&req, "REQUEST_URI"));
	/* RFC 3875, section 4.1.5: PATH_INFO begins with a slash. */
	if (path.ptr[0] != '/')
		return (struct span){NULL, 0};
	return span_skip(path, 1);
}

/*
 * Find the length that the client gave; -1 if it gave none.  Returns false if
 * the length is invalid.
 */
static bool
find_length(const struct request *req, long long *length)
{
	struct span text;
	enum request_count count = request_header(req, "Content-Length", &text);

	*length = count == REQUEST_ONE ? span_number(text) : -1;
	return count == REQUEST_NONE || *length >= 0;
}

/* A body that is being read. */
struct intake {
	struct request *req;
	struct spool *spool; /* or NULL */
	const struct request_source *source;
	size_t room, used; /* bytes of req->owned */
};

/* Read the rest of the body and throw it away, as far as the limits allow. */
static void
drain(unsigned long long left, const struct request_source *source)
{
	unsigned char buf[16384];
	ptrdiff_t n;

	if (left > DRAIN_MAX)
		left = DRAIN_MAX;
	while (left > 0) {
		n = source->read(source->arg, buf,
		    left < sizeof(buf) ? left : sizeof(buf), DRAIN_TIME);
		if (n <= 0)
			break;
		left -= (size_t)n;
	}
}

static size_t
total(const struct intake *in)
{
	return in->used + (in->spool != NULL ? in->spool->len : 0);
}

/* Move the bytes in memory to the spool. */
static bool
put_away(struct intake *in, struct reason *why)
{
	struct span bytes = span_mem(in->req->owned, in->used);

	in->used = 0;
	return spool_add(in->spool, bytes, why);
}

/* Make room for want bytes in all, or for as many as are kept in memory. */
static bool
make_room(struct intake *in, size_t want, struct reason *why)
{
	unsigned char *grown;

	if (in->spool != NULL && want > REQUEST_KEEP)
		want = REQUEST_KEEP;
	if (in->room == want)
		return put_away(in, why);
	if ((grown = realloc(in->req->owned, want)) == NULL) {
		errno = ENOMEM;
		reason_errno(why, "%zu bytes of memory for the body", want);
		return false;
	}
	in->req->owned = grown;
	in->room = want;
	return true;
}

/* Read some bytes into the room that is left, but not more than want. */
static ptrdiff_t
take_some(struct intake *in, size_t want)
{
	unsigned long long allowed =
	    REQUEST_GRACE + 1000ULL * total(in) / REQUEST_PACE;

	if (want > in->room - in->used)
		want = in->room - in->used;
	return in->source->read(
	    in->source->arg, in->req->owned + in->used, want, (long)allowed);
}

/*
 * Read until the end of the input, or until there are limit bytes. room is the
 * size of the first allocation.  ST_OK; ST_TRY_LATER with why set;
 * ST_NO_LENGTH, without setting why, if the connection broke off.
 */
static enum status
take(struct intake *in, size_t limit, size_t room, struct reason *why)
{
	while (total(in) < limit) {
		size_t want = in->room == 0 ? room : 2 * in->room;
		ptrdiff_t n;

		if (in->used == in->room &&
		    !make_room(in, want < limit ? want : limit, why))
			return ST_TRY_LATER;
		n = take_some(in, limit - total(in));
		if (n == REQUEST_LATE) {
			reason_set(why,
			    "the body came too slowly: %zu bytes of it had "
			    "arrived when its time was over; the sender should "
			    "send it again",
			    total(in));
			return ST_TRY_LATER;
		}
		if (n < 0)
			return ST_NO_LENGTH;
		if (n == 0)
			break;
		in->used += (size_t)n;
	}
	return ST_OK;
}

/* Make the bytes that were read the body. */
static enum status
keep(struct intake *in, struct reason *why)
{
	struct request *req = in->req;
	size_t len = total(in);

	if (len == in->used) {
		req->body = span_mem(req->owned, len);
		return ST_OK;
	}
	if (!put_away(in, why) || !spool_map(in->spool, &req->map, why))
		return ST_TRY_LATER;
	free(req->owned);
	req->owned = NULL;
	req->body = span_mem(req->map.bytes, len);
	req->fd = in->spool->fd;
	in->spool->fd = -1;
	return ST_OK;
}

static enum status
read_sized(struct intake *in, size_t len, struct reason *why)
{
	enum status st = take(in, len, len, why);

	/* The sender may still be there and get this answer: it should send the
	 * request again. */
	if (st == ST_NO_LENGTH)
		reason_set(why,
		    "connection lost while reading the body of %zu bytes: the "
		    "client disconnected or was too slow, or this process was "
		    "stopped",
		    len);
	else if (st != ST_OK)
		drain(len, in->source);
	if (st != ST_OK)
		return ST_TRY_LATER;
	if (total(in) < len) {
		reason_set(why,
		    "the body ended after %zu of %zu bytes: the client "
		    "disconnected, or the web server cut it off",
		    total(in), len);
		return ST_BAD_REQUEST;
	}
	return keep(in, why);
}

static enum status
read_unsized(struct intake *in, size_t max, struct reason *why)
{
	/* One byte more than the limit shows that the body is too large. */
	enum status st = take(in, max + 1, GROW_FIRST, why);

	if (st == ST_NO_LENGTH)
		reason_set(why,
		    "no Content-Length, and the connection was lost while "
		    "reading the body: the client disconnected");
	else if (st != ST_OK)
		drain(DRAIN_MAX, in->source);
	if (st != ST_OK)
		return st;
	if (total(in) > max) {
		drain(DRAIN_MAX, in->source);
		reason_set(
		    why, "the body is larger than max_body, %zu bytes", max);
		return ST_TOO_LARGE;
	}
	return keep(in, why);
}

void
request_open(struct request *req, char *const env[])
{
	long long length;

	*req = (struct request){.env = env};
	req->method = request_variable(req, "REQUEST_METHOD");
	req->route = request_route(env);
	req->has_length = find_length(req, &length) && length >= 0;
}

enum status
request_read(struct request *req, size_t body_max, struct spool *spool,
    const struct request_source *source, struct reason *why)
{
	struct intake in = {.req = req, .spool = spool, .source = source};
	enum status st = ST_BAD_REQUEST;
	long long length;

	if (!find_length(req, &length)) {
		drain(DRAIN_MAX, source);
		reason_set(
		    why, "Content-Length is not a number, or was sent twice");
	} else if (length > (long long)body_max) {
		drain((unsigned long long)length, source);
		reason_set(why,
		    "Content-Length %lld is larger than max_body, %zu", length,
		    body_max);
		st = ST_TOO_LARGE;
	} else if (length >= 0) {
		st = read_sized(&in, (size_t)length, why);
	} else {
		st = read_unsized(&in, body_max, why);
	}
	if (st != ST_OK)
		request_free(req);
	return st;
}

enum status
request_read_all(struct request *req, size_t body_max, struct spool *spool,
    const struct request_source *source, struct reason *why)
{
	struct intake in = {.req = req, .spool = spool, .source = source};
	enum status st = read_unsized(&in, body_max, why);

	if (st != ST_OK)
		request_free(req);
	return st;
}

void
request_drain(const struct request *req, const struct request_source *source)
{
	long long length;

	if (!find_length(req, &length) || length < 0)
		length = DRAIN_MAX;
	drain((unsigned long long)length, source);
}

bool
request_prefix(const struct request *req, const struct span part[],
    size_t nparts, struct span *whole)
{
	size_t room = (size_t)(req->map.bytes - req->map.base), len = 0;
	unsigned char *at;

	for (size_t i = 0; i < nparts; i++)
		len += part[i].len;
	if (req->map.base == NULL || len > room)
		return false;
	at = req->map.bytes - len;
	*whole = span_mem(at, len + req->body.len);
	for (size_t i = 0; i < nparts; i++) {
		if (part[i].len > 0)
			memcpy(at, part[i].ptr, part[i].len);
		at += part[i].len;
	}
	return true;
}

void
request_free(struct request *req)
{
	spool_unmap(&req->map);
	free(req->owned);
	if (req->fd > 0)
		close(req->fd);
	req->fd = 0;
	req->owned = NULL;
	req->body = (struct span){NULL, 0};
}
