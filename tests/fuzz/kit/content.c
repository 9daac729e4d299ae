/* content.c - what the signature of a request has to be over. */
#include <stdio.h>
#include <strings.h>

#include "../fuzz.h"
#include "content.h"
#include "jsonpath.h"
#include "text.h"

static bool
field_value(const struct mail *mail, const char *spec, struct span body,
    struct bytes *dst)
{
	struct span value;
	size_t n;

	if (spec == NULL)
		return false;
	if (strncmp(spec, "header:", 7) == 0) {
		value = mail_header(mail, spec + 7, &n);
		bytes_add(dst, value);
		return n == 1;
	}
	if (strncmp(spec, "json:", 5) == 0)
		return jsonpath_find(body, spec + 5, &value) &&
		       (value.ptr[0] == '"' || jsonpath_is_number(value)) &&
		       jsonpath_text(value, dst);
	if (strncmp(spec, "form:", 5) == 0)
		return text_form_field(body, spec + 5, dst);
	return false;
}

/* The elements of a signature's header that begin with prefix. */
static bool
element_value(const struct mail *mail, const char *prefix, struct bytes *dst)
{
	const struct rule *rule = mail->rule;
	size_t n, found = 0;
	struct span rest = mail_header(mail, rule->signature, &n);

	while (n == 1 && rest.ptr != NULL) {
		struct span one =
		    span_trim(span_cut(&rest, rule->words.separator[0]));

		if (span_starts(one, span_str(prefix)) &&
		    one.len > strlen(prefix) && found++ == 0)
			bytes_add(dst, span_skip(one, strlen(prefix)));
	}
	return found == 1;
}

/* The signed time, wherever it is. */
static bool
signed_time(const struct mail *mail, struct bytes *dst)
{
	const char *spec = mail->rule->timestamp;

	if (spec != NULL && strncmp(spec, "element:", 8) == 0)
		return element_value(mail, spec + 8, dst);
	return field_value(mail, spec, bytes_span(&mail->body), dst);
}

/* "{members:A,B?}", line by line. */
static bool
add_members(struct span names, const struct mail *mail, struct bytes *dst)
{
	bool first = true;

	while (names.ptr != NULL) {
		struct span name = span_cut(&names, ','), raw;
		bool needed = !span_is(span_skip(name, name.len - 1), "?");
		char key[64];
		size_t begin;

		snprintf(key, sizeof(key), "%.*s", (int)(name.len - !needed),
		    (const char *)name.ptr);
		if (!jsonpath_find(bytes_span(&mail->body), key, &raw)) {
			if (needed)
				return false;
			continue;
		}
		bytes_put(dst, key);
		bytes_put(dst, "\n");
		begin = dst->len;
		if (raw.ptr[0] != '"' || !jsonpath_text(raw, dst))
			return false;
		if (!first &&
		    memchr(dst->ptr + begin, '\n', dst->len - begin) != NULL)
			return false;
		bytes_put(dst, "\n");
		first = false;
	}
	return true;
}

/* Put the request's query in place of the one that dst has behind at. */
static void
add_query(
    const struct mail *mail, const char *form, size_t at, struct bytes *dst)
{
	const char *query = mail->target.ptr, *cut = strstr(form, "query-");
	struct span value;
	size_t i;

	query = query == NULL ? NULL : strchr(query, '?');
	if (query == NULL)
		return;
	value = span_str(query);
	if (cut != NULL) {
		cut += strlen("query-");
		for (i = value.len; i-- > 0;) {
			if (query[i] == '&' || query[i] == '?')
				break;
		}
		if (strncmp(query + i + 1, cut, strlen(cut)) == 0 &&
		    query[i + 1 + strlen(cut)] == '=')
			value.len = i;
	}
	if (value.len == 0)
		return;
	at += strcspn(dst->ptr + at, "?");
	bytes_splice(dst, at, dst->len - at, value);
}

static bool
add_url(const struct mail *mail, const char *form, struct bytes *dst)
{
	const char *url = mail->rule->words.public_url, *host;
	size_t begin = dst->len, at;

	if (url == NULL)
		return false;
	bytes_put(dst, url);
	host = strstr(url, "://");
	if (strncmp(form, "url:port", 8) == 0 && host != NULL) {
		at = (size_t)(host + 3 - url);
		at += strcspn(url + at, "/?#");
		bytes_splice(dst, begin + at, 0, span_str(":443"));
	}
	if (strstr(form, ":query") != NULL)
		add_query(mail, form, begin, dst);
	return true;
}

static bool
fill_json(const struct mail *mail, const char *path, struct content *content,
    struct bytes *dst)
{
	struct span raw;

	if (!jsonpath_find(bytes_span(&mail->body), path, &raw) ||
	    !jsonpath_text(raw, dst))
		return false;
	bytes_splice(
	    &content->payload, 0, content->payload.len, bytes_span(dst));
	return true;
}

static void
pay(struct content *content, const struct mail *mail)
{
	bytes_splice(&content->payload, 0, content->payload.len,
	    bytes_span(&mail->body));
}

/* One variable, by its name without braces. */
static bool
fill(const struct mail *mail, const char *name, struct content *content,
    struct bytes *dst)
{
	const char *arg = strchr(name, ':');
	struct span body = bytes_span(&mail->body);
	size_t n;

	arg = arg == NULL ? "" : arg + 1;
	if (strcmp(name, "ts") == 0)
		return signed_time(mail, dst);
	if (strcmp(name, "method") == 0)
		bytes_add(dst, bytes_span(&mail->method));
	else if (strcmp(name, "uri") == 0)
		bytes_add(dst, bytes_span(&mail->target));
	else if (strcmp(name, "webhook_id") == 0)
		bytes_put(dst, mail->rule->words.webhook_id);
	else if (strncmp(name, "url", 3) == 0)
		return add_url(mail, name, dst);
	else if (strncmp(name, "header:", 7) == 0)
		bytes_add(dst, mail_header(mail, arg, &n));
	else if (strncmp(name, "json:", 5) == 0)
		return fill_json(mail, arg, content, dst);
	else if (strncmp(name, "form:", 5) == 0)
		return text_form_field(body, arg, dst) &&
		       (pay(content, mail),
			   bytes_splice(&content->payload, 0,
			       content->payload.len, bytes_span(dst)),
			   true);
	else if (strncmp(name, "members:", 8) == 0)
		return content->members = true, pay(content, mail),
		       add_members(span_str(arg), mail, dst);
	else if (strcmp(arg, "url") == 0)
		text_hex_digest(
		    name, span_str(mail->rule->words.public_url), dst);
	else
		return false;
	return strncmp(name, "header:", 7) != 0 || n == 1;
}

/* One that stands for the whole body. */
static bool
fill_body(const struct mail *mail, const char *name, struct content *content,
    struct bytes *dst)
{
	struct span body = bytes_span(&mail->body);
	char crc[16];

	if (strcmp(name, "body") == 0) {
		bytes_add(dst, body);
	} else if (strcmp(name, "sortedform") == 0) {
		if (!text_sorted_form(body, dst))
			return false;
	} else if (strcmp(name, "crc32:body") == 0) {
		snprintf(crc, sizeof(crc), "%lu", text_crc32(body));
		bytes_put(dst, crc);
	} else if (strstr(name, ":body") != NULL) {
		text_hex_digest(name, body, dst);
	} else {
		return false;
	}
	pay(content, mail);
	return true;
}

/* Parts and literals in turn; false if a variable has no value. */
bool
content_fill(const struct mail *mail, const char *text, struct content *content)
{
	bool body = strstr(text, "body}") != NULL, ok = true;

	while (*text != '\0' && ok && content->n < SENDER_PARTS) {
		struct bytes *dst = &content->part[content->n++];
		char name[256];
		size_t len;

		if (*text != '{') {
			len = strcspn(text, "{");
			bytes_add(dst, span_mem(text, len));
			text += len;
			continue;
		}
		len = strcspn(text, "}");
		snprintf(name, sizeof(name), "%.*s", (int)len - 1, text + 1);
		text += len + 1;
		ok = fill_body(mail, name, content, dst) ||
		     fill(mail, name, content, dst);
	}
	if (body || mail->rule->words.unsafe_body)
		pay(content, mail);
	return ok;
}

/* --- schemes without templates --- */

static bool
fill_token(const struct mail *mail, struct content *content)
{
	const char *prefix = mail->rule->prefix;
	struct span value;
	size_t n;

	value = mail_header(mail, mail->rule->signature, &n);
	if (strncasecmp(prefix, "Bearer ", 7) == 0 && value.len >= 7 &&
	    strncasecmp((const char *)value.ptr, prefix, 7) == 0)
		value = span_skip(value, 7); /* in any case: RFC 9110, 11.1 */
	pay(content, mail);
	content->n = 1;
	bytes_add(&content->part[0], value);
	return n == 1;
}

/* The token as it stands, and what its claims say of the request. */
static bool
fill_jwt(const struct mail *mail, struct content *content)
{
	struct content claims = {.n = 0};
	bool ok = fill_token(mail, content);

	for (size_t i = 0; i < PRESET_SIGNED; i++) {
		const char *claim = mail->rule->words.claims[i];

		if (claim == NULL)
			break;
		ok = ok && content_fill(mail, strchr(claim, '=') + 1, &claims);
	}
	for (size_t i = 0; i < claims.n && content->n < SENDER_PARTS; i++)
		bytes_add(
		    &content->part[content->n++], bytes_span(&claims.part[i]));
	content_free(&claims);
	return ok;
}

/* Of a target only the query, where the settings have the rest of the URL. */
void
mail_target(const struct mail *mail, struct bytes *dst)
{
	const char *url = mail->rule->words.public_url;
	const char *target = mail->target.ptr;

	if (mail->rule->scheme == BY_DRAFT && url != NULL)
		bytes_put(dst, strchr(strstr(url, "://") + 3, '/'));
	if (url != NULL)
		target = strchr(target, '?');
	bytes_put(dst, target == NULL ? "" : target);
}

/* All that our HTTP signatures cover. */
static bool
fill_httpsig(const struct mail *mail, struct content *content)
{
	static const char *const draft[] = {"Date", "Digest", "Host", NULL};
	static const char *const rfc9421[] = {"Content-Digest", NULL};
	const char *const *name =
	    mail->rule->scheme == BY_DRAFT ? draft : rfc9421;

	pay(content, mail);
	bytes_add(&content->part[0], bytes_span(&mail->method));
	mail_target(mail, &content->part[1]);
	bytes_add(&content->part[2], bytes_span(&mail->body));
	content->n = 3;
	for (; *name != NULL; name++) {
		size_t n;
		struct span value = mail_header(mail, *name, &n);

		/* The settings have it. */
		if (strcmp(*name, "Host") == 0 &&
		    mail->rule->words.public_url != NULL)
			break;
		if (n > 1)
			return false;
		bytes_add(&content->part[content->n++], value);
	}
	return true;
}

bool
sender_content(
    const struct mail *mail, size_t alternative, struct content *content)
{
	*content = (struct content){.alternative = alternative};
	switch (mail->rule->scheme) {
	case BY_TOKEN:
		return fill_token(mail, content);
	case BY_JWT:
		return fill_jwt(mail, content);
	case BY_DRAFT:
	case BY_RFC9421:
		return fill_httpsig(mail, content);
	case BY_HMAC:
	case BY_KEY:
		break;
	}
	return content_fill(
	    mail, mail->rule->text[alternative % mail->rule->ntext], content);
}

void
content_free(struct content *content)
{
	for (size_t i = 0; i < SENDER_PARTS; i++)
		bytes_free(&content->part[i]);
	bytes_free(&content->payload);
}

bool
content_same(const struct content *a, const struct content *b)
{
	if (a->n != b->n || a->alternative != b->alternative)
		return false;
	for (size_t i = 0; i < a->n; i++) {
		if (!span_eq(bytes_span(&a->part[i]), bytes_span(&b->part[i])))
			return false;
	}
	return true;
}

void
content_join(const struct content *content, struct bytes *dst)
{
	for (size_t i = 0; i < content->n; i++)
		bytes_add(dst, bytes_span(&content->part[i]));
}

bool
content_joined_same(const struct content *a, const struct content *b)
{
	struct bytes x = {NULL, 0}, y = {NULL, 0};
	bool same;

	content_join(a, &x);
	content_join(b, &y);
	same = span_eq(bytes_span(&x), bytes_span(&y));
	bytes_free(&x);
	bytes_free(&y);
	return same;
}

void
mail_id(
    const struct mail *mail, const struct content *content, struct bytes *id)
{
	if (!field_value(
		mail, mail->rule->id, bytes_span(&content->payload), id))
		bytes_splice(id, 0, id->len, span_str(""));
}
