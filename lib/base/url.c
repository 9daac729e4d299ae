/* url.c - splits, joins and checks URLs. */
#include <arpa/inet.h>
#include <stdio.h>

#include "base/url.h"

/* Take http:// or https:// off the front of text.  NULL if it has neither. */
static const char *
take_scheme(struct span *text)
{
	static const char *const scheme[] = {"https", "http"};

	for (size_t i = 0; i < 2; i++) {
		size_t len = strlen(scheme[i]);

		if (text->len < len + 3 ||
		    !span_starts_nocase(*text, scheme[i]) ||
		    !span_starts(span_skip(*text, len), span_str("://")))
			continue;
		*text = span_skip(*text, len + 3);
		return scheme[i];
	}
	return NULL;
}

/* Take the bytes before the first byte of stop off the front of text. */
static struct span
take_until(struct span *text, const char *stop)
{
	struct span taken = *text;
	size_t i = 0;

	while (i < text->len && text->ptr[i] != '\0' &&
	       strchr(stop, text->ptr[i]) == NULL)
		i++;
	taken.len = i;
	*text = span_skip(*text, i);
	return taken;
}

void
url_split_authority(struct url *url, struct span text)
{
	struct span rest = text;
	size_t i = rest.len;

	url->authority = text;
	url->user = url->port = (struct span){NULL, 0};
	while (i > 0 && rest.ptr[i - 1] != '@')
		i--;
	if (i > 0) {
		url->user = span_mem(rest.ptr, i - 1);
		rest = span_skip(rest, i);
	}
	i = rest.len;
	while (i > 0 && rest.ptr[i - 1] >= '0' && rest.ptr[i - 1] <= '9')
		i--;
	if (i > 0 && i < rest.len && rest.ptr[i - 1] == ':') {
		url->port = span_skip(rest, i - 1);
		rest.len = i - 1;
	}
	url->host = rest;
}

struct span
url_cut_path(struct span *target)
{
	return take_until(target, "?#");
}

bool
url_split(struct url *url, struct span text)
{
	*url = (struct url){.scheme = take_scheme(&text)};
	if (url->scheme == NULL)
		return false;
	url_split_authority(url, take_until(&text, "/?#"));
	url->path = url_cut_path(&text);
	url->query = text;
	return true;
}

bool
url_join(char *dst, size_t room, const struct url *url)
{
	int n = snprintf(dst, room, "%s://%.*s%s%.*s%.*s%.*s%.*s", url->scheme,
	    SPAN_ARGS(url->user), url->user.len > 0 ? "@" : "",
	    SPAN_ARGS(url->host), SPAN_ARGS(url->port), SPAN_ARGS(url->path),
	    SPAN_ARGS(url->query));

	return n > 0 && (size_t)n < room;
}

/* Characters that the use does not allow, beside blanks and controls. */
static const char *
refused_by(enum url_use use)
{
	switch (use) {
	case URL_REQUEST:
		return "#";
	case URL_FETCH: /* those of RFC 3986, and a useless fragment */
	case URL_BASE:
	case URL_FORWARD:
		return "\\\"<>^`{|}#";
	case URL_SEND:
	default:
		return "";
	}
}

/* The digits of a port are the only colon that a host has after it. */
static bool
is_host(struct span host)
{
	if (host.len > 0 && host.ptr[0] == '[')
		return host.ptr[host.len - 1] == ']';
	return host.len > 0 && !span_has(host, ":");
}

const char *
url_fault(const char *url, enum url_use use)
{
	const bool strict = use != URL_SEND && use != URL_REQUEST;
	const char *refused = refused_by(use);
	struct url parts;

	if (use == URL_FETCH && strncmp(url, "https://", 8) != 0)
		return "must begin with https://: keys fetched over http could "
		       "be replaced on the way";
	if (!url_split(&parts, span_str(url)))
		return "must begin with http:// or https://";
	if (strict && strlen(url) > URL_FETCH_MAX)
		return "is too long";
	if (use == URL_BASE && parts.query.len > 0)
		return "must end with its path, without ? and #";
	for (const char *c = url; *c != '\0'; c++) {
		unsigned char byte = (unsigned char)*c;

		if (byte <= ' ' || byte == 0x7f || (strict && byte > 0x7f) ||
		    strchr(refused, *c) != NULL)
			return "contains a character that is not allowed here";
	}
	if (strict && parts.user.ptr != NULL)
		return "must not contain a user name or a password";
	if ((use == URL_BASE || use == URL_FORWARD) && parts.host.len > 0 &&
	    !is_host(parts.host))
		return "has a port that is not a number";
	return parts.host.len > 0 ? NULL : "has no host";
}

/* "127.1" and the like mean what each resolver makes of them. */
bool
url_is_loopback(const struct url *url)
{
	char text[INET_ADDRSTRLEN];
	struct in_addr address;

	if (span_is_nocase(url->host, "localhost") ||
	    span_is(url->host, "[::1]"))
		return true;
	if (url->host.len >= sizeof(text))
		return false;
	snprintf(text, sizeof(text), "%.*s", SPAN_ARGS(url->host));
	return inet_pton(AF_INET, text, &address) == 1 &&
	       ntohl(address.s_addr) >> 24 == 127;
}
