/* message.c - the parts of a request that a signature covers. */
#include "http/message.h"
#include "base/url.h"

static char
lower(unsigned char c)
{
	return (char)(c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c);
}

/* RFC 9110, section 4.2.3: the host in lower case, and no default port. */
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

void
message_make(struct message *msg, const struct request *req, const char *url)
{
	struct span uri = request_variable(req, "REQUEST_URI");
	struct url parts;

	*msg = (struct message){.req = req, .method = req->method};
	if (url_split(&parts, uri)) {
		/* RFC 9112, section 3.2.2: the host in the target overrides
		 * Host. */
		msg->target = uri;
	} else {
		parts.query = uri;
		parts.path = url_cut_path(&parts.query);
		parts.scheme = request_is_https(req) ? "https" : "http";
		if (request_header(req, "Host", &parts.authority) !=
		    REQUEST_ONE)
			parts.authority = (struct span){NULL, 0};
	}
	msg->scheme = parts.scheme;
	msg->path = parts.path;
	msg->query = parts.query;
	if (url != NULL && url_split(&parts, span_str(url))) {
		msg->moved = true;
		msg->target = (struct span){NULL, 0};
		msg->scheme = parts.scheme;
		if (parts.path.len + parts.query.len > 0)
			msg->path = parts.path;
		if (parts.query.len > 0)
			msg->query = parts.query;
	}
	set_authority(msg, parts.authority);
}

static enum status
refuse(struct span name, struct reason *why, const char *text)
{
	reason_set(why, "the signed header \"%.*s\" %s", (int)name.len,
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
		reason_set(why, "a signed header has an invalid name");
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
		    "is missing: not sent, or removed by the web server");
	if (value->len > REQUEST_HEADER_MAX)
		return refuse(name, why, "is too long");
	for (size_t i = 0; i < value->len; i++) {
		unsigned char c = value->ptr[i];

		if ((c < ' ' && c != '\t') || c == 0x7f)
			return refuse(name, why, "contains control characters");
	}
	*value = span_trim(*value);
	return ST_OK;
}
