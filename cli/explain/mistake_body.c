/* mistake_body.c - what was changed on the way: the body, the URL. */
#include <stdlib.h>
#include <string.h>

#include "base/url.h"
#include "body_variant.h"
#include "mistake_kinds.h"
#include "profile/scheme.h"
#include "settings_diff.h"

#define URL_MAX 4096

/* For "%.*s", which must not be given NULL. */
static const char *
chars(struct span text)
{
	return text.len == 0 ? "" : (const char *)text.ptr;
}

bool
mistake_body(struct search *search)
{
	struct attempt attempt = search->base;
	struct body_variants made = {.bytes = NULL};
	bool found = false;
	size_t i = 0;

	for (; i < body_variant_count() && !found; i++)
		found = body_variant_make(&made, i, search->base.req.body,
			    &attempt.req.body) &&
			search_run(search, &attempt);
	body_variants_free(&made);
	if (!found)
		return false;
	fputs("what rewrites the body on its way, such as a proxy or "
	      "the program that saved it: it was signed ",
	    search->out);
	body_variant_describe(i - 1, search->out);
	return true;
}

/* Content-Encoding was lost: no setting brings it back. */
static bool
try_unnamed(struct search *search)
{
	struct attempt attempt = search->base;

	attempt.req.body = attempt.plain;
	if (!search_run(search, &attempt))
		return false;
	fprintf(search->out,
	    "what removes Content-Encoding on its way: the body is compressed "
	    "(%s), and the text in it was signed. Let the header arrive%s",
	    attempt.coding,
	    search->prov->profile.decompress
		? ""
		: ", and set \"decompress\": true");
	return true;
}

/* The body was compressed after it was signed; or before, against the entry. */
bool
mistake_compressed(struct search *search)
{
	struct preset words = search->prov->words;

	if (search->base.plain.ptr == NULL)
		return false;
	if (!search->base.named)
		return try_unnamed(search);
	words.decompress = !words.decompress;
	return search_words(search, &words);
}

static bool
try_url(struct search *search, const struct url *url)
{
	struct preset words = search->prov->words;
	char text[URL_MAX];

	if (!url_join(text, sizeof(text), url))
		return false;
	words.public_url = text;
	return settings_diff_count(&words, &search->prov->words) > 0 &&
	       search_words(search, &words);
}

/* The path with and without a slash at its end, and the request's. */
static bool
try_paths(struct search *search, struct url url, const struct url *came)
{
	struct span path[4] = {url.path, url.path, {NULL, 0}, came->path};
	const struct span query[3] = {url.query, {NULL, 0}, came->query};
	char slash[URL_MAX];

	if (url.path.len > 0 && url.path.ptr[url.path.len - 1] == '/') {
		path[1].len--;
	} else {
		snprintf(slash, sizeof(slash), "%.*s/", (int)url.path.len,
		    chars(url.path));
		path[1] = span_str(slash);
	}
	for (size_t p = 0; p < 4; p++) {
		for (size_t q = 0; q < 3; q++) {
			url.path = path[p];
			url.query = query[q];
			if (try_url(search, &url))
				return true;
		}
	}
	return false;
}

static bool
try_ports(struct search *search, struct url url, const struct url *came)
{
	static const char *const port[] = {"", ":443", ":80", ":8443", ":8080"};
	struct span own = url.port;

	if (try_paths(search, url, came))
		return true;
	for (size_t i = 0; i < sizeof(port) / sizeof(port[0]); i++) {
		url.port = span_str(port[i]);
		if (!span_eq(url.port, own) && try_paths(search, url, came))
			return true;
	}
	return false;
}

bool
mistake_url(struct search *search)
{
	const struct preset *words = &search->prov->words;
	struct url came, url = {.scheme = NULL};

	if (words->public_url == NULL && !search->prov->profile.scheme->timed)
		return false;
	search_url(search, &came);
	if (words->public_url == NULL ||
	    !url_split(&url, span_str(words->public_url)))
		url = came;
	/* Smaller changes go first: the scheme, then the host. */
	for (unsigned i = 0; i < 4; i++) {
		struct url other = url;

		if (i % 2 == 1)
			other.scheme =
			    strcmp(url.scheme, "https") == 0 ? "http" : "https";
		if (i / 2 == 1) {
			other.host = came.host;
			other.port = came.port;
		}
		if (other.host.len > 0 && try_ports(search, other, &came))
			return true;
	}
	return false;
}

/* Try another target, in REQUEST_URI. */
static bool
try_target(struct search *search, struct span uri)
{
	struct attempt attempt = search->base;
	char text[URL_MAX + sizeof("REQUEST_URI=")];
	char **env;
	size_t n = 0;
	bool ok;

	if (uri.len == 0 || uri.len >= URL_MAX ||
	    span_eq(uri, request_variable(&attempt.req, "REQUEST_URI")))
		return false;
	while (attempt.req.env[n] != NULL)
		n++;
	if ((env = calloc(n + 2, sizeof(*env))) == NULL)
		return false;
	snprintf(
	    text, sizeof(text), "REQUEST_URI=%.*s", (int)uri.len, chars(uri));
	/* Of variables of one name the first counts. */
	env[0] = text;
	memcpy(env + 1, attempt.req.env, n * sizeof(*env));
	attempt.req.env = env;
	ok = search_run(search, &attempt);
	free(env);
	if (!ok)
		return false;
	fputs(
	    "what changes the path on its way, such as a proxy or the server: "
	    "it was sent to ",
	    search->out);
	settings_diff_url(search->out, uri);
	return true;
}

static bool
try_path(struct search *search, struct span path, const char *slash,
    struct span query)
{
	char text[URL_MAX];

	snprintf(text, sizeof(text), "%.*s%s%.*s", (int)path.len, chars(path),
	    slash, (int)query.len, chars(query));
	return try_target(search, span_str(text));
}

/* No setting says what the target was: the server must not change it. */
bool
mistake_target(struct search *search)
{
	static const char *const name[] = {
	    "X-Original-URI", "X-Forwarded-Uri", "X-Original-URL"};
	const struct request *req = &search->base.req;
	struct span uri = request_variable(req, "REQUEST_URI"), value;
	struct span path = span_before(uri, '?');
	struct span query = span_skip(uri, path.len);
	struct url url;

	for (size_t i = 0; i < sizeof(name) / sizeof(name[0]); i++) {
		if (request_header(req, name[i], &value) == REQUEST_ONE &&
		    try_target(search, value))
			return true;
	}
	if (try_target(search, path))
		return true;
	if (path.len > 1 && path.ptr[path.len - 1] == '/')
		path.len--;
	if (try_path(search, path, "/", query) ||
	    try_path(search, path, "", query))
		return true;
	if (!url_split(&url, span_str(search->prov->words.public_url)))
		return false;
	return try_path(search, url.path, "", url.query) ||
	       try_target(search, url.path);
}
