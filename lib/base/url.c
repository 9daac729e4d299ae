/* url.c - splits, joins and checks URLs. */
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

const char *
url_fault(const char *url, enum url_use use)
{
	/* Characters that RFC 3986 does not allow, and a useless fragment. */
	const char *refused = use == URL_FETCH ? "\\\"<>^`{|}#" : "";
	struct url parts;

	if (use == URL_FETCH && strncmp(url, "https://", 8) != 0)
		return "must begin with https://: keys fetched over http could "
		       "be replaced on the way";
	if (!url_split(&parts, span_str(url)))
		return "must begin with http:// or https://";
	if (use == URL_FETCH && strlen(url) > URL_FETCH_MAX)
		return "is too long";
	if (use == URL_REQUEST)
		refused = "#";
	for (const char *c = url; *c != '\0'; c++) {
		unsigned char byte = (unsigned char)*c;

		if (byte <= ' ' || byte == 0x7f ||
		    (use == URL_FETCH && byte > 0x7f) ||
		    strchr(refused, *c) != NULL)
			return "contains a character that is not allowed here";
	}
	if (use == URL_FETCH && parts.user.ptr != NULL)
		return "must not contain a user name or a password";
	return parts.host.len > 0 ? NULL : "has no host";
}
