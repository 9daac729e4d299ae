/* check_value.c - URLs, and values with names of headers or paths in them. */
#include <ctype.h>
#include <stdio.h>
#include <string.h>

#include "base/shown.h"
#include "base/spelling.h"
#include "base/url.h"
#include "check_path.h"
#include "check_value.h"
#include "event_headers.h"
#include "http/header.h"
#include "profile/scheme.h"

static bool
say(struct reason *advice, const char *text)
{
	reason_set(advice, "%s", text);
	return true;
}

static bool
has_blank(struct span text)
{
	for (size_t i = 0; i < text.len; i++) {
		if (text.ptr[i] <= ' ' || text.ptr[i] == 0x7f)
			return true;
	}
	return false;
}

/* True for "example.com" and "x.example.com". */
static bool
is_in_domain(struct span host, const char *domain)
{
	size_t len = strlen(domain);

	if (host.len < len ||
	    !span_is_nocase(span_skip(host, host.len - len), domain))
		return false;
	return host.len == len || host.ptr[host.len - len - 1] == '.';
}

/* What manuals write where the reader's own host belongs (RFC 2606). */
static bool
is_example(struct span host)
{
	static const char *const domain[] = {"example", "example.com",
	    "example.org", "example.net", "invalid", "your.host",
	    "yourdomain.com", "your-domain.com", "yoursite.com",
	    "your-site.com", "mydomain.com", "domain.com"};
	static const char *const part[] = {
	    "YOUR", "HOST", "DOMAIN", "<", ">", "{", "}", "..."};

	for (size_t i = 0; i < sizeof(domain) / sizeof(domain[0]); i++) {
		if (is_in_domain(host, domain[i]))
			return true;
	}
	for (size_t i = 0; i < sizeof(part) / sizeof(part[0]); i++) {
		if (span_has(host, part[i]))
			return true;
	}
	return false;
}

/* Of this machine alone: a trial, without a network on the way. */
static bool
is_local(struct span host)
{
	return is_in_domain(host, "localhost") ||
	       span_starts(host, span_str("127.")) || span_is(host, "[::1]");
}

/* What follows the last slash of the path. */
static struct span
last_part(struct span path)
{
	size_t n = path.len;

	while (n > 0 && path.ptr[n - 1] != '/')
		n--;
	return span_skip(path, n);
}

/* True if text has part in it, in any case. */
static bool
has_text_nocase(struct span text, const char *part)
{
	for (; text.len >= strlen(part); text = span_skip(text, 1)) {
		if (span_starts_nocase(text, part))
			return true;
		if (text.len == 0)
			break;
	}
	return false;
}

/* True if the name of the entry has the part in it. */
static bool
has_part_nocase(const char *entry, struct span part)
{
	char text[PROVIDER_NAME_MAX + 1];

	if (part.len >= sizeof(text))
		return false;
	memcpy(text, part.ptr, part.len);
	text[part.len] = '\0';
	return has_text_nocase(span_str(entry), text);
}

/*
 * The sender posts to the URL that ends with the entry's name.  Behind a proxy
 * that changes the path, the public URL can be any other: but most of those
 * have the name in them too.
 */
static bool
has_odd_path(
    const struct value *value, const struct url *url, struct reason *advice)
{
	struct span last = last_part(url->path);
	struct spelling near = spelling_of(last);

	if (span_is(last, value->entry))
		return false;
	if (config_provider(value->cfg, last) != NULL) {
		reason_set(advice,
		    "ends with the name of another entry, %s: this entry is "
		    "posted to .../%s",
		    config_provider(value->cfg, last)->name, value->entry);
		return true;
	}
	spelling_try(&near, value->entry);
	if (near.nearest != NULL) {
		reason_set(advice,
		    "does not end with /%s, the name of the entry, but with "
		    "something like it: write the name as the entry has it",
		    value->entry);
		return true;
	}
	if (last.len == 0 && url->path.len > 1) {
		reason_set(advice,
		    "ends with a slash: the URL that the sender has ends with "
		    "/%s",
		    value->entry);
		return true;
	}
	if (has_text_nocase(span_str(value->text), value->entry) ||
	    (last.len > 2 && has_part_nocase(value->entry, last)))
		return false;
	reason_set(advice,
	    "does not end with /%s, the name of the entry, and does not have "
	    "this name anywhere: that is right only if a proxy changes the "
	    "path",
	    value->entry);
	return true;
}

/* Digits after a colon, and not too many. */
static bool
is_port(struct span port)
{
	long long n = span_number(span_skip(port, port.len > 0));

	return port.len == 0 || (n > 0 && n <= 65535);
}

/* What is odd of any URL of one's own, wherever it ends. */
static bool
is_odd_url(struct url *url, struct span text, struct reason *advice)
{
	if (text.len == 0)
		return say(advice,
		    "is empty: give the URL that the sender has, https://...");
	if (has_blank(text))
		return say(advice, "has a blank in it: remove it");
	if (!url_split(url, text))
		return say(advice,
		    "does not begin with https://: give the whole URL, as the "
		    "sender has it");
	if (url->host.len == 0)
		return say(advice, "has no host: give the whole URL");
	if (span_has(span_skip(text, strlen(url->scheme)), ",") ||
	    span_has(span_skip(text, strlen("https://")), "://"))
		return say(advice,
		    "has more than one URL in it: give the one that the sender "
		    "has");
	if (!is_port(url->port))
		return say(advice,
		    "has a port that does not exist: 1 to 65535, and none is "
		    "443");
	if (is_example(url->host))
		return say(advice,
		    "has the host of an example: give the URL that the sender "
		    "has");
	if (url->user.len > 0)
		return say(advice,
		    "has a user or a password in it: no sender signs them, and "
		    "the URL is shown: remove them");
	if (memchr(text.ptr, '#', text.len) != NULL)
		return say(advice,
		    "has a fragment, #..., which no request has: remove it");
	if (strcmp(url->scheme, "http") == 0 && !is_local(url->host))
		return say(advice,
		    "begins with http://: anyone on the way can read the "
		    "events, and the signature is for another URL if the "
		    "sender has https://");
	return false;
}

bool
value_odd_url(const struct value *value, struct reason *advice)
{
	struct url url;

	return is_odd_url(&url, span_str(value->text), advice) ||
	       has_odd_path(value, &url, advice);
}

bool
value_odd_base(const struct value *value, struct reason *advice)
{
	struct span text = span_str(value->text), last;
	struct url url;

	if (is_odd_url(&url, text, advice))
		return true;
	while (url.path.len > 0 && url.path.ptr[url.path.len - 1] == '/')
		url.path.len--;
	last = last_part(url.path);
	if (config_provider(value->cfg, last) == NULL)
		return false;
	reason_set(advice,
	    "ends with the name of an entry, %s: leave it out, since hookdir "
	    "appends the name of each entry",
	    config_provider(value->cfg, last)->name);
	return true;
}

bool
value_odd_source(const struct value *value, struct reason *advice)
{
	struct span text = span_str(value->text);
	struct url url;

	if (has_blank(text))
		return say(advice, "has a blank in it: remove it");
	if (span_has(text, "/openid-configuration"))
		return say(advice,
		    "is a description, and no key set: give the URL that is "
		    "called jwks_uri in it");
	/* A pattern has "{region}" in its host. */
	if (!url_split(&url, text) || span_has(url.host, "{region}") ||
	    !is_example(url.host))
		return false;
	return say(advice,
	    "has the host of an example: give the URL that the sender "
	    "publishes");
}

bool
value_odd_host(const struct value *value, struct reason *advice)
{
	struct span host = span_str(value->text);

	if (has_blank(host) || memchr(host.ptr, '/', host.len) != NULL ||
	    memchr(host.ptr, ':', host.len) != NULL)
		return say(advice,
		    "is more than the name of a host: write the name alone, as "
		    "in sns.amazonaws.com");
	return false;
}

static bool
is_odd_header(struct span name, struct reason *advice)
{
	char shown[SHOWN_MAX], usual[HEADER_NAME_MAX];

	if (header_from_cgi(usual, name)) {
		reason_set(advice,
		    "has the name of a CGI variable: the header is called %s",
		    shown_name(shown, span_str(usual)));
		return true;
	}
	if (memchr(name.ptr, ':', name.len) != NULL)
		return say(
		    advice, "has a colon in the name of a header: remove it");
	if (has_blank(name))
		return say(
		    advice, "has a blank in the name of a header: remove it");
	if (!header_name_ok(name))
		return say(advice,
		    "has a character that no header's name has (RFC 9110): "
		    "write the name alone");
	if (memchr(name.ptr, '_', name.len) != NULL)
		return say(advice,
		    "has _ in the name of a header, and nginx and Apache drop "
		    "such headers: write - if the sender does; else let the "
		    "web server pass it on (nginx: underscores_in_headers on)");
	return false;
}

/* A name, or "X-Sig-*". */
static bool
is_odd_pattern(const char *text, struct reason *advice)
{
	struct span name = span_str(text);

	if (name.len > 0 && name.ptr[name.len - 1] == '*')
		name.len--;
	return name.len > 0 && is_odd_header(name, advice);
}

static bool
is_letter(unsigned char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

bool
value_odd_place(const struct value *value, struct reason *advice)
{
	char shown[SHOWN_MAX];
	struct span rest = span_str(value->text);
	struct span kind = span_cut(&rest, ':');

	if (span_is(kind, "header") && rest.len > 0)
		return is_odd_header(rest, advice);
	if (span_is(kind, "element") && rest.len > 0 &&
	    is_letter(rest.ptr[rest.len - 1])) {
		reason_set(advice,
		    "does not end with =: \"element:%s=\" if there is one "
		    "before the time",
		    shown_name(shown, rest));
		return true;
	}
	return span_is(kind, "json") && check_path_odd(rest, advice);
}

bool
value_odd_signature(const struct value *value, struct reason *advice)
{
	if (span_starts(span_str(value->text), span_str("json:")))
		return value_odd_place(value, advice);
	return is_odd_pattern(value->text, advice);
}

bool
value_odd_kept(const struct value *value, struct reason *advice)
{
	if (event_headers_own(value->text))
		return say(advice,
		    "has no effect: the event file has a line of this name "
		    "anyway");
	return is_odd_pattern(value->text, advice);
}

bool
value_odd_held(const struct value *value, struct reason *advice)
{
	if (strcmp(value->text, "*") == 0 || header_same(value->text, "Cookie"))
		return say(advice,
		    "keeps every password that comes along in plain text: name "
		    "the header that the sender signs with");
	return is_odd_pattern(value->text, advice);
}

/* The last word of a name: "Event" of "X-Shop-Event". */
static struct span
last_word(struct span name)
{
	size_t n = name.len;

	while (n > 0 && name.ptr[n - 1] != '-' && name.ptr[n - 1] != '.' &&
	       name.ptr[n - 1] != ':')
		n--;
	return span_skip(name, n);
}

/* What many events have in common cannot tell them apart. */
bool
value_odd_id(const struct value *value, struct reason *advice)
{
	static const char *const common[] = {"header:Content-Type",
	    "header:Content-Length", "header:Host", "header:User-Agent",
	    "header:Accept", "header:Connection"};
	static const char *const word[] = {"type", "event_type", "eventType",
	    "event", "topic", "action", "kind", "status", "created",
	    "created_at", "createdAt", "timestamp", "time", "date"};
	struct span last = last_word(span_str(value->text));

	if (value_odd_place(value, advice))
		return true;
	for (size_t i = 0; i < sizeof(common) / sizeof(common[0]); i++) {
		if (header_same(value->text, common[i]))
			return say(advice,
			    "is the same for many events, which then count as "
			    "one, and only the first is stored: name the "
			    "place of the id");
	}
	for (size_t i = 0; i < sizeof(word) / sizeof(word[0]); i++) {
		if (span_is_nocase(last, word[i]))
			return say(advice,
			    "looks like the place of a type or a time: events "
			    "that have the same one count as one, and only the "
			    "first is stored: name the place of the id");
	}
	return false;
}

/* The next "{...}" of rest, without its braces, taken off it. */
static bool
next_variable(struct span *rest, struct span *inner)
{
	span_cut(rest, '{');
	if (rest->ptr == NULL)
		return false;
	*inner = span_cut(rest, '}');
	return true;
}

/* A blank or the same quote at its ends: of another language's text. */
static bool
has_quotes(struct span text)
{
	unsigned char first = text.len < 2 ? 0 : text.ptr[0];
	unsigned char last = text.len < 2 ? 0 : text.ptr[text.len - 1];

	return first == ' ' || last == ' ' ||
	       ((first == '"' || first == '\'' || first == '`') &&
		   first == last);
}

bool
value_odd_template(const struct value *value, struct reason *advice)
{
	struct span rest = span_str(value->text), inner;

	if (has_quotes(rest))
		return say(advice,
		    "is in quotes, or begins or ends with a blank, which is "
		    "then a part of what is signed: remove it");
	if (span_has(rest, "} + ") || span_has(rest, "}+\"") ||
	    span_has(rest, "}+'"))
		return say(advice,
		    "has +, which is then a part of what is signed: write the "
		    "parts one after the other, as in \"{ts}.{body}\"");
	if (span_has(rest, "${") || span_has(rest, "%{"))
		return say(advice, "has $ or % before {, which is then a part "
				   "of what is signed: "
				   "remove it");
	if (span_has(rest, "YOUR"))
		return say(advice,
		    "is that of an example: write your own id in place of "
		    "YOUR...");
	if (span_has(rest, "\\n") || span_has(rest, "\\r"))
		return say(advice,
		    "has a backslash and a letter, which are then a part of "
		    "what is signed: a line end in JSON is \\n, with one "
		    "backslash");
	while (next_variable(&rest, &inner)) {
		struct span arg = inner;
		struct span kind = span_cut(&arg, ':');

		if ((span_is(kind, "header") && arg.len > 0 &&
			is_odd_header(arg, advice)) ||
		    (span_is(kind, "json") && check_path_odd(arg, advice)))
			return true;
	}
	return false;
}

/* echo-json:PATH=VALUE:PATH and probe:PATH=VALUE. */
bool
value_odd_challenge(const struct value *value, struct reason *advice)
{
	struct span rest = span_str(value->text);
	struct span word = span_cut(&rest, ':');
	size_t n;

	if (!span_is(word, "echo-json") && !span_is(word, "probe"))
		return false;
	if (check_path_odd(span_before(rest, '='), advice))
		return true;
	for (n = rest.len; n > 0 && rest.ptr[n - 1] != ':';)
		n--;
	return span_is(word, "echo-json") && n > 0 &&
	       check_path_odd(span_skip(rest, n), advice);
}

/* "sha512=" before a signature with another digest. */
static bool
names_other_digest(const struct value *value, struct reason *advice)
{
	const struct provider *prov =
	    config_provider(value->cfg, span_str(value->entry));
	struct span name = span_before(span_str(value->text), '=');
	const char *used;
	char word[sizeof("sha256")];
	enum digest named;

	if (prov == NULL || prov->broken || name.len >= sizeof(word) ||
	    strcmp(prov->profile.scheme->name, "hmac") != 0)
		return false;
	for (size_t i = 0; i < name.len; i++)
		word[i] = (char)tolower(name.ptr[i]);
	used = digest_name(prov->profile.digest);
	if (!digest_find(span_mem(word, name.len), &named) ||
	    named == prov->profile.digest)
		return false;
	reason_set(advice,
	    "names another digest than \"digest\", which is %s: set "
	    "\"digest\": \"%s\" if the sender signs with that",
	    used, digest_name(named));
	return true;
}

bool
value_odd_prefix(const struct value *value, struct reason *advice)
{
	static const struct {
		const char *text, *end, *what;
	} word[] = {
	    {"Bearer", " ", "a blank"},
	    {"Basic", " ", "a blank"},
	    {"Token", " ", "a blank"},
	    {"Signature", " ", "a blank"},
	    {"HMAC", " ", "a blank"},
	    {"HMAC-SHA256", " ", "a blank"},
	    {"sha1", "=", "="},
	    {"sha256", "=", "="},
	    {"sha512", "=", "="},
	    {"v0", "=", "="},
	    {"v1", "=", "="},
	    {"s", "=", "="},
	    {"sig", "=", "="},
	    {"signature", "=", "="},
	};

	if (strpbrk(value->text, "{}^*") != NULL)
		return say(advice,
		    "has a character of patterns, and is compared as it "
		    "stands: write the text itself, as in \"sha256=\"");
	if (span_has(span_str(value->text), "= "))
		return say(advice,
		    "ends with a blank after =, which is then a part of it: "
		    "remove the blank");
	if (names_other_digest(value, advice))
		return true;
	for (size_t i = 0; i < sizeof(word) / sizeof(word[0]); i++) {
		if (!span_is_nocase(span_str(value->text), word[i].text))
			continue;
		reason_set(advice,
		    "does not end with %s: \"%s%s\" if there is one after the "
		    "word",
		    word[i].what, word[i].text, word[i].end);
		return true;
	}
	return false;
}

static bool
is_digits(struct span text)
{
	for (size_t i = 0; i < text.len; i++) {
		if (text.ptr[i] < '0' || text.ptr[i] > '9')
			return false;
	}
	return text.len > 0;
}

/* arn:aws:sns:REGION:ACCOUNT:NAME, and aws-cn and the like. */
bool
value_odd_topic(const struct value *value, struct reason *advice)
{
	struct span rest = span_str(value->text);
	struct span part[5];

	for (size_t i = 0; i < 5; i++)
		part[i] = span_cut(&rest, ':');
	if (span_is(part[0], "arn") && span_starts(part[1], span_str("aws")) &&
	    span_is(part[2], "sns") && part[3].len > 0 && is_digits(part[4]) &&
	    part[4].len == 12 && rest.len > 0 && !has_blank(rest)) {
		if (memchr(rest.ptr, ':', rest.len) == NULL)
			return false;
		return say(advice,
		    "is the ARN of a subscription: remove its last part, from "
		    "the colon on");
	}
	return say(advice,
	    "is not the ARN of a topic: arn:aws:sns:REGION:ACCOUNT:NAME, the "
	    "account as 12 digits");
}

bool
value_odd_webhook_id(const struct value *value, struct reason *advice)
{
	struct span text = span_str(value->text);

	if (text.len == 0)
		return say(advice, "is empty: give the id of the webhook");
	if (has_blank(text))
		return say(advice, "has a blank in it: remove it");
	if (span_starts(text, span_str("http")))
		return say(advice,
		    "is a URL: give the id that the provider shows for the "
		    "webhook");
	if (span_has(text, "WEBHOOK") || span_has(text, "YOUR") ||
	    memchr(text.ptr, '<', text.len) != NULL)
		return say(advice,
		    "is that of an example: give the id that the provider "
		    "shows for the webhook");
	return false;
}
