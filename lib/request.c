/* request.c - CGI variables, and a body read to its end. */
#include <errno.h>
#include <stdlib.h>

#include "request.h"

/* How much of a refused body is read and thrown away, in bytes. */
#define DRAIN_MAX (32UL << 20)
/* First allocation for a body whose length was not said, in bytes. */
#define GROW_FIRST 4096UL

/* Match one "NAME=value" against name; *value is set on a match. */
static bool
match_variable(const char *entry, const char *name, struct span *value)
{
	size_t len = strlen(name);

	if (strncmp(entry, name, len) != 0 || entry[len] != '=')
		return false;
	*value = span_str(entry + len + 1);
	return true;
}

/* RFC 3875 section 4.1.18: upper case, '-' becomes '_'. */
static char
cgi_char(char c)
{
	if (c >= 'a' && c <= 'z')
		return (char)(c - 'a' + 'A');
	return c == '-' ? '_' : c;
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
		if (entry[i] != cgi_char(name[i]))
			return false;
	}
	if (entry[i] != '=')
		return false;
	*value = span_str(entry + i + 1);
	return true;
}

/* Count the entries of prefix + name; *value is the first that is not empty. */
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

bool
request_same_name(const char *a, const char *b)
{
	while (*a != '\0' && cgi_char(*a) == cgi_char(*b)) {
		a++;
		b++;
	}
	return cgi_char(*a) == cgi_char(*b);
}

enum request_count
request_header(const struct request *req, const char *name, struct span *value)
{
	enum request_count count;

	/* RFC 3875: these two have variables of their own. */
	if (request_same_name(name, "Content-Type") ||
	    request_same_name(name, "Content-Length"))
		return count_header(req, "", name, value);
	count = count_header(req, "HTTP_", name, value);
	if (count == REQUEST_NONE && request_same_name(name, "Authorization"))
		count = count_header(req, "REDIRECT_HTTP_", name, value);
	return count;
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

/* The last segment of the path of an origin-form or absolute-form target. */
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
	/* RFC 3875 section 4.1.5: it begins with a slash. */
	if (path.ptr[0] != '/')
		return (struct span){NULL, 0};
	return span_skip(path, 1);
}

/* The length the client gave, -1 for none; false if it makes no sense. */
static bool
find_length(struct request *req, long long *length)
{
	struct span text;
	enum request_count count = request_header(req, "Content-Length", &text);

	*length = -1;
	req->has_length = count == REQUEST_ONE;
	if (count == REQUEST_NONE)
		return true;
	if (count == REQUEST_SEVERAL)
		return false;
	*length = span_number(text);
	return *length >= 0;
}

/* Read and forget what is left of the body, as far as is sensible. */
static void
drain(unsigned long long left, request_read_fn fn, void *arg)
{
	unsigned char buf[16384];
	ptrdiff_t n;

	if (left > DRAIN_MAX)
		left = DRAIN_MAX;
	while (left > 0) {
		n = fn(arg, buf, left < sizeof(buf) ? left : sizeof(buf));
		if (n <= 0)
			break;
		left -= (size_t)n;
	}
}

/* Read to the end of the input or to len bytes. -1 if it broke off. */
static ptrdiff_t
read_up_to(unsigned char *dst, size_t len, request_read_fn fn, void *arg)
{
	size_t total = 0;
	ptrdiff_t n;

	while (total < len) {
		n = fn(arg, dst + total, len - total);
		if (n < 0)
			return -1;
		if (n == 0)
			break;
		total += (size_t)n;
	}
	return (ptrdiff_t)total;
}

static enum status
read_sized(struct request *req, size_t len, request_read_fn fn, void *arg,
    struct reason *why)
{
	ptrdiff_t n;

	if (len == 0)
		return ST_OK;
	if ((req->owned = malloc(len)) == NULL) {
		drain(len, fn, arg);
		errno = ENOMEM;
		return reason_errno(why, "%zu bytes for the body", len);
	}
	n = read_up_to(req->owned, len, fn, arg);
	/* The sender may be there, and be told that it is to be sent again. */
	if (n < 0) {
		reason_set(why,
		    "the body of %zu bytes broke off: the client went away, "
		    "or was too slow, or this process was stopped",
		    len);
		return ST_TRY_LATER;
	}
	if ((size_t)n < len) {
		reason_set(why,
		    "the body ended after %td of its %zu bytes: the client "
		    "went away, or the server cut it",
		    n, len);
		return ST_BAD_REQUEST;
	}
	req->body = span_mem(req->owned, len);
	return ST_OK;
}

static enum status
read_unsized(struct request *req, size_t max, request_read_fn fn, void *arg,
    struct reason *why)
{
	size_t room = 0, len = 0;
	ptrdiff_t n;

	do {
		size_t want = room == 0 ? GROW_FIRST : 2 * room;
		unsigned char *grown;

		/* One byte over the limit shows that it was passed. */
		if (want - 1 > max)
			want = max + 1;
		if ((grown = realloc(req->owned, want)) == NULL)
			return reason_errno(why, "%zu bytes for a body", want);
		req->owned = grown;
		room = want;
		n = read_up_to(req->owned + len, room - len, fn, arg);
		if (n < 0) {
			reason_set(why, "no Content-Length, and the body "
					"broke off: the client went away");
			return ST_NO_LENGTH;
		}
		len += (size_t)n;
	} while (len == room && len <= max);
	if (len > max) {
		drain(DRAIN_MAX, fn, arg);
		reason_set(why, "the body is over max_body, %zu bytes", max);
		return ST_TOO_LARGE;
	}
	req->body = span_mem(req->owned, len);
	return ST_OK;
}

enum status
request_read(struct request *req, char *const env[], size_t body_max,
    request_read_fn fn, void *arg, struct reason *why)
{
	enum status st = ST_BAD_REQUEST;
	long long length;

	*req = (struct request){.env = env};
	req->method = request_variable(req, "REQUEST_METHOD");
	req->route = request_route(env);
	if (!find_length(req, &length)) {
		drain(DRAIN_MAX, fn, arg);
		reason_set(why, "Content-Length is not one plain number");
	} else if (length > (long long)body_max) {
		drain((unsigned long long)length, fn, arg);
		reason_set(why, "Content-Length %lld is over max_body, %zu",
		    length, body_max);
		st = ST_TOO_LARGE;
	} else if (length >= 0) {
		st = read_sized(req, (size_t)length, fn, arg, why);
	} else {
		st = read_unsized(req, body_max, fn, arg, why);
	}
	if (st != ST_OK)
		request_free(req);
	return st;
}

void
request_free(struct request *req)
{
	free(req->owned);
	req->owned = NULL;
	req->body = (struct span){NULL, 0};
}
