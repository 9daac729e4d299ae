/* request_file.c - reads a request from a file. */
#include <openssl/crypto.h>
#include <stdlib.h>

#include "base/timestamp.h"
#include "base/url.h"
#include "hold/request_file.h"
#include "http/header.h"

/* Number of variables that are not headers: the method and the target. */
#define FIXED  2
#define METHOD 0
#define TARGET 1

/* A request that is being read. */
struct reader {
	struct request_file *saved;
	struct span hold, received, event_time, verified, target;
	struct reason *why;
};

static bool
fail(const struct reader *r, const char *text)
{
	reason_set(r->why, "%s", text);
	return false;
}

/* "NAME=value", malloc'd; NULL when out of memory. */
static char *
variable(const char *name, struct span value)
{
	size_t len = strlen(name);
	char *text = malloc(len + value.len + 2);

	if (text == NULL)
		return NULL;
	memcpy(text, name, len);
	text[len] = '=';
	if (value.len > 0)
		memcpy(text + len + 1, value.ptr, value.len);
	text[len + 1 + value.len] = '\0';
	return text;
}

static bool
add(const struct reader *r, const char *name, struct span value)
{
	char **slot = &r->saved->env[r->saved->n];

	if (r->saved->n == FIXED + REQUEST_FILE_HEADERS_MAX)
		return fail(r, "not a request: too many headers");
	*slot = variable(name, value);
	if (*slot == NULL)
		return fail(r, "out of memory");
	r->saved->n++;
	return true;
}

static bool
has_variable(const struct request_file *saved, const char *name)
{
	size_t len = strlen(name);

	for (size_t i = 0; i < saved->n; i++) {
		if (strncmp(saved->env[i], name, len) == 0 &&
		    saved->env[i][len] == '=')
			return true;
	}
	return false;
}

/* Take the attributes away that the event has, and the request had not. */
static void
drop_attributes(struct request_file *saved)
{
	size_t n = FIXED;

	for (size_t i = FIXED; i < saved->n; i++) {
		if (strncmp(saved->env[i], "HTTP_CE_", 8) == 0)
			free(saved->env[i]);
		else
			saved->env[n++] = saved->env[i];
	}
	for (size_t i = n; i < saved->n; i++)
		saved->env[i] = NULL;
	saved->n = n;
}

/* What hookdir itself wrote; a second one is not its own. */
static bool
take_own(struct reader *r, struct span name, struct span value)
{
	if (span_is_nocase(name, "Hookdir-Held") && r->hold.ptr == NULL)
		r->hold = value;
	else if (span_is_nocase(name, "Hookdir-Reason"))
		r->saved->reason = value;
	else if (span_is_nocase(name, "Hookdir-Left-Out"))
		r->saved->left_out = value;
	else if (span_is_nocase(name, "Hookdir-Target"))
		r->target = value;
	else if (span_is_nocase(name, "Hookdir-Verified")) {
		r->verified = value;
		/* Headers of the request come after it. */
		drop_attributes(r->saved);
	} else if (span_is_nocase(name, "Hookdir-Received"))
		r->received = value;
	else if (span_is_nocase(name, "Hookdir-Remote") &&
		 r->hold.ptr != NULL && !has_variable(r->saved, "REMOTE_ADDR"))
		return add(r, "REMOTE_ADDR", value);
	else if (span_is_nocase(name, "Hookdir-Scheme") &&
		 span_is(value, "https"))
		return add(r, "HTTPS", span_str("on"));
	return true;
}

static bool
replace(const struct reader *r, size_t i, const char *name, struct span value)
{
	char *text = variable(name, value);

	if (text == NULL)
		return fail(r, "out of memory");
	free(r->saved->env[i]);
	r->saved->env[i] = text;
	return true;
}

/* The type that the request had, if that of the event is another. */
static bool
restore_type(const struct reader *r, struct span type)
{
	for (size_t i = FIXED; i < r->saved->n; i++) {
		if (strncmp(r->saved->env[i], "CONTENT_TYPE=", 13) == 0)
			return replace(r, i, "CONTENT_TYPE", type);
	}
	return add(r, "CONTENT_TYPE", type);
}

static bool
take_header(struct reader *r, struct span line)
{
	char text[HEADER_VARIABLE_MAX];
	struct span value = line, name = span_cut(&value, ':');

	if (value.ptr == NULL || !header_name_ok(name))
		return fail(r, "not a request: a line of its head is neither "
			       "\"Name: value\" nor the empty line that "
			       "begins the body");
	value = span_trim(value);
	if (value.len > 0 && memchr(value.ptr, '\0', value.len) != NULL)
		return fail(r, "not a request: a NUL in its head");
	if (name.len > 8 && span_starts_nocase(name, "Hookdir-"))
		return take_own(r, name, value);
	if (span_is_nocase(name, "Ce-Time"))
		r->event_time = value;
	if (span_is_nocase(name, "Content-Length"))
		r->saved->length = span_number(value);
	if (r->verified.ptr != NULL && name.len > strlen(HEADER_ORIGINAL) &&
	    span_starts_nocase(name, HEADER_ORIGINAL)) {
		name = span_skip(name, strlen(HEADER_ORIGINAL));
		if (span_is_nocase(name, "Content-Type"))
			return restore_type(r, value);
	}
	header_to_cgi(text, name);
	return add(r, text, value);
}

/* Parse "POST /hooks/coral HTTP/1.1".  False: the line must be a header. */
static bool
is_request_line(struct span line, struct span *method, struct span *uri)
{
	*method = span_cut(&line, ' ');
	*uri = span_cut(&line, ' ');
	return method->len > 0 && header_name_ok(*method) && uri->len > 0 &&
	       memchr(uri->ptr, '\0', uri->len) == NULL &&
	       (line.ptr == NULL || span_starts(line, span_str("HTTP/")));
}

/* Take the next line off text; the result has no line end. */
static struct span
next_line(struct span *text)
{
	struct span line = span_cut(text, '\n');

	if (line.len > 0 && line.ptr[line.len - 1] == '\r')
		line.len--;
	return line;
}

static bool
read_head(struct reader *r, struct span *text)
{
	struct span whole = *text, line = next_line(text);
	struct span method = span_str("POST"), uri = {NULL, 0}, m, u;

	if (is_request_line(line, &m, &u)) {
		method = m;
		uri = u;
		line = next_line(text);
	}
	if (!add(r, "REQUEST_METHOD", method) || !add(r, "REQUEST_URI", uri))
		return false;
	for (; line.len > 0; line = next_line(text)) {
		if (whole.len - text->len > REQUEST_FILE_HEAD_MAX)
			return fail(r, "not a request: its head is too large");
		if (!take_header(r, line))
			return false;
	}
	/* The last line was empty only because the text ended. */
	if (text->ptr == NULL)
		return fail(r, "not a request: no empty line after the head");
	return true;
}

/* The target of an event, "METHOD URL", as its request had it. */
static bool
take_target(struct reader *r)
{
	struct span target = r->target, method = span_cut(&target, ' ');
	struct url url;

	if (r->verified.ptr == NULL || method.len == 0)
		return true;
	if (!replace(r, METHOD, "REQUEST_METHOD", method))
		return false;
	if (!url_split(&url, target))
		return replace(r, TARGET, "REQUEST_URI", target);
	target = span_skip(target,
	    (size_t)(url.authority.ptr - target.ptr) + url.authority.len);
	return replace(r, TARGET, "REQUEST_URI", target) &&
	       (strcmp(url.scheme, "https") != 0 ||
		   has_variable(r->saved, "HTTPS") ||
		   add(r, "HTTPS", span_str("on"))) &&
	       (has_variable(r->saved, "HTTP_HOST") ||
		   add(r, "HTTP_HOST", url.authority));
}

static bool
take_time(const struct reader *r)
{
	struct request_file *saved = r->saved;
	struct span text = r->hold;
	int64_t seconds;

	/* The time of a CloudEvent is its own. */
	if (text.ptr == NULL && r->verified.ptr != NULL)
		text = r->received.ptr != NULL ? r->received : r->event_time;
	if (text.ptr == NULL)
		return true;
	if (!timestamp_parse(text, &seconds))
		return fail(r, "not a request: no time in Hookdir-Held");
	saved->dated = true;
	saved->arrived = (struct timespec){(time_t)seconds, 0};
	/* Only times that timestamp_format() wrote have this fraction. */
	if (text.len == strlen("2026-11-21T20:30:00.123456Z") &&
	    text.ptr[19] == '.') {
		long long micro =
		    span_number(span_mem(text.ptr + 20, strlen("123456")));

		saved->arrived.tv_nsec = micro < 0 ? 0 : (long)micro * 1000;
	}
	return true;
}

bool
request_file_read(
    struct request_file *saved, struct span text, struct reason *why)
{
	struct reader r = {.saved = saved, .why = why};
	struct request *req = &saved->req;

	*saved = (struct request_file){.length = -1};
	if (!read_head(&r, &text) || !take_target(&r) || !take_time(&r)) {
		request_file_free(saved);
		return false;
	}
	/* Without that line, somebody else wrote it. */
	if (r.hold.ptr == NULL)
		saved->left_out = (struct span){NULL, 0};
	*req = (struct request){.env = saved->env, .body = text};
	req->method = request_variable(req, "REQUEST_METHOD");
	req->has_length = saved->length >= 0;
	return true;
}

bool
request_file_whole(const struct request_file *saved)
{
	return saved->dated && saved->length == (long long)saved->req.body.len;
}

void
request_file_free(struct request_file *saved)
{
	/* A request that somebody saved by hand may contain a password. */
	for (size_t i = 0; i < saved->n; i++) {
		OPENSSL_cleanse(saved->env[i], strlen(saved->env[i]));
		free(saved->env[i]);
	}
	*saved = (struct request_file){.n = 0};
}
