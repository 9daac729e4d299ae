/* message.c - the parts of a request that a signature covers. */
#include "http/message.h"

static char
lower(unsigned char c)
{
	return (char)(c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c);
}

/* Takes http:// or https:// off the front of url; NULL if neither is there. */
static const char *
take_scheme(struct span *url)
{
	static const char *const scheme[] = {"https", "http"};

	for (size_t i = 0; i < 2; i++) {
		size_t len = strlen(scheme[i]);
		size_t k = 0;

		while (k < len && k < url->len &&
		       lower(url->ptr[k]) == scheme[i][k])
			k++;
		if (k < len ||
		    !span_starts(span_skip(*url, k), span_str("://")))
			continue;
		*url = span_skip(*url, len + 3);
		return scheme[i];
	}
	return NULL;
}

/* Cut rest at the first of the bytes in stop, which stays in rest. */
static struct span
take_until(struct span *rest, const char *stop)
{
	struct span taken = *rest;
	size_t i = 0;

	while (i < rest->len && rest->ptr[i] != '\0' &&
	       strchr(stop, rest->ptr[i]) == NULL)
		i++;
	taken.len = i;
	*rest = span_skip(*rest, i);
	return taken;
}

/* RFC 9110 section 4.2.3: lower case, and no port that goes without saying. */
static void
set_authority(struct message *msg, struct span host)
{
	struct span port =
	    span_str(strcmp(msg->scheme, "https") == 0 ? ":443" : ":80");

	msg->authority = (struct span){NULL, 0};
	if (host.len == 0 || host.len > sizeof(msg->host))
		return;
	if (host.len > port.len &&
	    span_eq(span_skip(host, host.len - port.len), port))
		host.len -= port.len;
	for (size_t i = 0; i < host.len; i++) {
		if (host.ptr[i] <= ' ' || host.ptr[i] >= 0x7f)
			return;
		msg->host[i] = lower(host.ptr[i]);
	}
	msg->authority = span_mem(msg->host, host.len);
}

static void
set_path(struct message *msg, struct span rest)
{
	msg->path = take_until(&rest, "?#");
	msg->query = rest;
}

static const char *
request_scheme(const struct request *req)
{
	struct span https = request_variable(req, "HTTPS");

	if (https.len > 0 && !span_is(https, "off"))
		return "https";
	if (span_is(request_variable(req, "REQUEST_SCHEME"), "https"))
		return "https";
	return "http";
}

void
message_make(struct message *msg, const struct request *req, const char *url)
{
	struct span uri = request_variable(req, "REQUEST_URI");
	struct span rest = uri, host;
	const char *scheme = take_scheme(&rest);

	*msg = (struct message){.req = req, .method = req->method};
	if (scheme != NULL) {
		/* RFC 9112 section 3.2.2: the target's host beats Host. */
		msg->target = uri;
		host = take_until(&rest, "/?#");
	} else if (request_header(req, "Host", &host) != REQUEST_ONE) {
		host = (struct span){NULL, 0};
	}
	msg->scheme = scheme != NULL ? scheme : request_scheme(req);
	set_path(msg, rest);
	if (url != NULL) {
		struct span query = msg->query;

		msg->moved = true;
		msg->target = (struct span){NULL, 0};
		rest = span_str(url);
		if ((scheme = take_scheme(&rest)) != NULL)
			msg->scheme = scheme;
		host = take_until(&rest, "/?#");
		if (rest.len > 0)
			set_path(msg, rest);
		if (msg->query.len == 0)
			msg->query = query;
	}
	set_authority(msg, host);
}

bool
message_url_ok(const char *url)
{
	struct span rest = span_str(url);

	for (const char *c = url; *c != '\0'; c++) {
		if (*c <= ' ' || *c == 0x7f || *c == '#')
			return false;
	}
	return take_scheme(&rest) != NULL && take_until(&rest, "/?").len > 0;
}

static enum status
refuse(struct span name, struct reason *why, const char *text)
{
	reason_set(why, "\"%.*s\", which is signed, %s", (int)name.len,
	    (const char *)name.ptr, text);
	return ST_UNVERIFIED;
}

enum status
message_field(const struct message *msg, struct span name, struct span *value,
    struct reason *why)
{
	char text[MESSAGE_FIELD_MAX + 1];

	if (name.len == 0 || name.len > MESSAGE_FIELD_MAX ||
	    memchr(name.ptr, '\0', name.len) != NULL) {
		reason_set(why, "a signed field has no usable name");
		return ST_UNVERIFIED;
	}
	memcpy(text, name.ptr, name.len);
	text[name.len] = '\0';
	if (msg->moved && strcmp(text, "host") == 0) {
		*value = msg->authority;
		return ST_OK;
	}
	if (request_header(msg->req, text, value) == REQUEST_SEVERAL)
		return refuse(name, why, "came more than once");
	if (value->ptr == NULL)
		return refuse(name, why,
		    "is missing: not sent, or the server dropped it");
	if (value->len > REQUEST_HEADER_MAX)
		return refuse(name, why, "is too long");
	for (size_t i = 0; i < value->len; i++) {
		unsigned char c = value->ptr[i];

		if ((c < ' ' && c != '\t') || c == 0x7f)
			return refuse(name, why, "has control bytes in it");
	}
	*value = span_trim(*value);
	return ST_OK;
}
