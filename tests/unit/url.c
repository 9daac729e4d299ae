/* url.c - URLs taken apart, put together, and refused. */
#include "base/url.h"

#include "../tap.h"

/* scheme|authority|user|host|port|path|query of a URL, or "no". */
static const char *
parts(const char *text)
{
	static char dst[256];
	struct url url;

	if (!url_split(&url, span_str(text)))
		return "no";
#define S(s) (int)(s).len, (s).len == 0 ? "" : (const char *)(s).ptr
	snprintf(dst, sizeof(dst), "%s|%.*s|%.*s|%.*s|%.*s|%.*s|%.*s",
	    url.scheme, S(url.authority), S(url.user), S(url.host), S(url.port),
	    S(url.path), S(url.query));
#undef S
	return dst;
}

static void
test_split(void)
{
	static const char *const row[][2] = {
	    {"https://a", "https|a||a|||"},
	    {"HTTPS://a/b?c#d", "https|a||a||/b|?c#d"},
	    {"http://a:80/", "http|a:80||a|:80|/|"},
	    {"http://a:/b", "http|a:||a:||/b|"},
	    {"https://u:p@h.x:8443?q", "https|u:p@h.x:8443|u:p|h.x|:8443||?q"},
	    {"https://u@v@h/", "https|u@v@h|u@v|h||/|"},
	    {"https://[::1]:9/x", "https|[::1]:9||[::1]|:9|/x|"},
	    {"https://a#b", "https|a||a|||#b"},
	    {"https://a/b@c", "https|a||a||/b@c|"},
	    {"https://", "https||||||"},
	    {"https:/a", "no"},
	    {"ftp://a", "no"},
	    {"/a", "no"},
	    {"", "no"},
	};

	for (size_t i = 0; i < sizeof(row) / sizeof(row[0]); i++)
		is_str(parts(row[i][0]), row[i][1], "%s", row[i][0]);
}

static void
test_join(void)
{
	static const char *const same[] = {"https://a", "https://a/b?c#d",
	    "http://u:p@h:80/", "https://[::1]:9/x?"};
	struct url url;
	char dst[64];

	for (size_t i = 0; i < sizeof(same) / sizeof(same[0]); i++) {
		url_split(&url, span_str(same[i]));
		ok(url_join(dst, sizeof(dst), &url), "there is room");
		is_str(dst, same[i], "and back: %s", same[i]);
	}
	url_split(&url, span_str("https://abc"));
	ok(url_join(dst, sizeof("https://abc"), &url), "just enough room");
	ok(!url_join(dst, sizeof("https://abc") - 1, &url), "one less");
}

static void
test_fetch(void)
{
	static const char *const good[] = {"https://a", "https://a/",
	    "https://a.b:8443/c?d=e&f", "https://[::1]/", "https://a/b@c",
	    "https://a?b@c", "https://localhost:1/%20~_-"};
	static const struct {
		const char *url, *fault;
	} bad[] = {
	    {"http://a/", "must begin with https://"},
	    {"HTTPS://a/", "must begin with https://"},
	    {"", "must begin with https://"},
	    {"file:///etc/passwd", "must begin with https://"},
	    {"https:/a", "must begin with https://"},
	    {"https://", "has no host"},
	    {"https:///b", "has no host"},
	    {"https://?b", "has no host"},
	    {"https://:1/", "has no host"},
	    {"https://me@a/", "must not contain a user name"},
	    {"https://me:pw@a/", "must not contain a user name"},
	    {"https://a b/", "contains a character"},
	    {"https://a/\n", "contains a character"},
	    {"https://a/#b", "contains a character"},
	    {"https://a/\"", "contains a character"},
	    {"https://a\\@b/", "contains a character"},
	    {"https://\xc3\xa4/", "contains a character"},
	    {"https://a/\x7f", "contains a character"},
	};
	char long_url[URL_FETCH_MAX + 2];

	for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++)
		is_str(url_fault(good[i], URL_FETCH), NULL, "%s", good[i]);
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		const char *fault = url_fault(bad[i].url, URL_FETCH);

		ok(fault != NULL &&
			strncmp(fault, bad[i].fault, strlen(bad[i].fault)) == 0,
		    "not: %s", bad[i].url);
	}
	memset(long_url, 'a', sizeof(long_url));
	memcpy(long_url, "https://", 8);
	long_url[URL_FETCH_MAX] = '\0';
	is_str(url_fault(long_url, URL_FETCH), NULL, "the longest");
	long_url[URL_FETCH_MAX] = 'a';
	long_url[URL_FETCH_MAX + 1] = '\0';
	is_str(url_fault(long_url, URL_FETCH), "is too long", "one more");
}

static void
test_other_uses(void)
{
	is_str(url_fault("http://a b", URL_SEND),
	    "contains a character that is not allowed here", "a blank");
	is_str(url_fault("http://a/#b", URL_SEND), NULL, "a fragment is sent");
	is_str(url_fault("http://a/#b", URL_REQUEST),
	    "contains a character that is not allowed here",
	    "but never arrives");
	is_str(url_fault("http://u:p@a/", URL_REQUEST), NULL, "a password may");
	is_str(url_fault("hooks.example", URL_REQUEST),
	    "must begin with http:// or https://", "no scheme");
	is_str(url_fault("https://", URL_REQUEST), "has no host", "no host");
	is_str(url_fault("https:///a", URL_SEND), "has no host", "nor here");
}

static void
test_base(void)
{
	static const char *const good[] = {"https://a", "https://a/",
	    "http://a/hooks", "HTTPS://a.b:8443/c/", "https://[::1]:80/x",
	    "https://[::1]", "https://a/%20~@:b"};
	static const struct {
		const char *url, *fault;
	} bad[] = {
	    {"a.b/hooks", "must begin with http:// or https://"},
	    {"", "must begin with http:// or https://"},
	    {"https://a/?", "must end with its path, without ? and #"},
	    {"https://a?b=c", "must end with its path, without ? and #"},
	    {"https://a/#b", "must end with its path, without ? and #"},
	    {"https://me@a/", "must not contain a user name or a password"},
	    {"https://me:pw@a/", "must not contain a user name or a password"},
	    {"https://a b/", "contains a character that is not allowed here"},
	    {"https://\xc3\xa4/", "contains a character that is not allowed "
				  "here"},
	    {"https://a:x/", "has a port that is not a number"},
	    {"https://a:/", "has a port that is not a number"},
	    {"https://[::1/", "has a port that is not a number"},
	    {"https:///hooks", "has no host"},
	    {"https://", "has no host"},
	};
	char long_url[URL_FETCH_MAX + 2];

	for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++)
		is_str(url_fault(good[i], URL_BASE), NULL, "%s", good[i]);
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		is_str(url_fault(bad[i].url, URL_BASE), bad[i].fault,
		    "no base: %s", bad[i].url);
	memset(long_url, 'a', sizeof(long_url));
	memcpy(long_url, "https://", 8);
	long_url[URL_FETCH_MAX + 1] = '\0';
	is_str(url_fault(long_url, URL_BASE), "is too long", "too long a base");
}

static void
test_forward(void)
{
	static const char *const good[] = {"https://a", "http://a:80/b?c=d",
	    "http://[::1]:3000/x", "https://a/?"};
	static const struct {
		const char *url, *fault;
	} bad[] = {
	    {"a.b/hooks", "must begin with http:// or https://"},
	    {"https://me:pw@a/", "must not contain a user name or a password"},
	    {"https://a/#b", "contains a character that is not allowed here"},
	    {"https://a/\xc3\xa4", "contains a character that is not allowed "
				   "here"},
	    {"https://a:x/", "has a port that is not a number"},
	    {"https:///hooks", "has no host"},
	};

	for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++)
		is_str(url_fault(good[i], URL_FORWARD), NULL, "%s", good[i]);
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		is_str(url_fault(bad[i].url, URL_FORWARD), bad[i].fault,
		    "nothing is sent to %s", bad[i].url);
}

static void
test_loopback(void)
{
	static const char *const here[] = {"http://localhost/",
	    "http://LocalHost:80", "http://127.0.0.1:3000/a",
	    "http://127.255.255.254", "http://[::1]:8080/"};
	static const char *const elsewhere[] = {"http://127.example.com/",
	    "http://127.0.0.1.example.com/", "http://localhost.example.com/",
	    "http://localhost.", "http://127.1/", "http://128.0.0.1/",
	    "http://10.0.0.1/", "http://0.0.0.0/", "http://[::2]/",
	    "http://[::ffff:127.0.0.1]/", "http://0127.0.0.1/",
	    "http://2130706433/", "http://a/?127.0.0.1",
	    "http://127.0.0.1@example.com/"};
	struct url url;

	for (size_t i = 0; i < sizeof(here) / sizeof(here[0]); i++)
		ok(url_split(&url, span_str(here[i])) && url_is_loopback(&url),
		    "%s is here", here[i]);
	for (size_t i = 0; i < sizeof(elsewhere) / sizeof(elsewhere[0]); i++)
		ok(url_split(&url, span_str(elsewhere[i])) &&
			!url_is_loopback(&url),
		    "%s is elsewhere", elsewhere[i]);
}

int
main(void)
{
	test_split();
	test_join();
	test_fetch();
	test_other_uses();
	test_base();
	test_forward();
	test_loopback();
	return done();
}
