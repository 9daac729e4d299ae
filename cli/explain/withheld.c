/* withheld.c - a list of texts, and the search for them. */
#include <openssl/crypto.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "attempt.h"
#include "base/credential.h"
#include "base/encode.h"
#include "base/url.h"
#include "http/header.h"
#include "withheld.h"

/* Bytes of the shortest part of a line that is a secret by itself. */
#define PART_MIN 6
/*
 * Of a large text, only the ends are ever shown: so much is looked at of each,
 * and no secret is as long.
 */
#define END_MAX (512UL << 10)

static bool
make_room(struct withheld *all)
{
	size_t room = all->room == 0 ? 64 : 2 * all->room;
	struct span *item;

	if (all->n < all->room)
		return true;
	if ((item = realloc(all->item, room * sizeof(*item))) == NULL)
		return false;
	all->item = item;
	all->room = room;
	return true;
}

static bool
add(struct withheld *all, struct span text)
{
	unsigned char *copy;

	if (text.len == 0)
		return true;
	if (!make_room(all) ||
	    (copy = OPENSSL_memdup(text.ptr, text.len)) == NULL)
		return false;
	all->item[all->n++] = span_mem(copy, text.len);
	return true;
}

/*
 * Add what a text in base64 has of a secret that begins at this byte of it:
 * without characters that are made of what stands before and behind it, too.
 */
static bool
add_base64(struct withheld *all, struct span text, size_t at)
{
	static void (*const encode[])(char *, struct span) = {
	    encode_base64, encode_base64url};
	static const size_t from[] = {0, 2, 3};
	size_t to = 8 * (at + text.len) / 6;
	char *dst = malloc(ENCODE_BASE64_ROOM(at + text.len));
	unsigned char *bytes = calloc(1, at + text.len + 1);
	bool ok = dst != NULL && bytes != NULL;

	if (ok)
		memcpy(bytes + at, text.ptr, text.len);
	for (size_t i = 0; i < 2 && ok; i++) {
		encode[i](dst, span_mem(bytes, at + text.len));
		/* A few characters are in any text. */
		ok = to < from[at] + (at == 0 ? 1 : PART_MIN) ||
		     add(all, span_mem(dst + from[at], to - from[at]));
		OPENSSL_cleanse(dst, strlen(dst));
	}
	if (bytes != NULL)
		OPENSSL_cleanse(bytes, at + text.len);
	free(bytes);
	free(dst);
	return ok;
}

/* The secret in hexadecimal, in capitals or not. */
static bool
add_hex(struct withheld *all, struct span text)
{
	char *dst = malloc(2 * text.len + 1);
	bool ok;

	if (dst == NULL)
		return false;
	encode_hex(dst, text);
	ok = add(all, span_str(dst));
	for (size_t i = 0; i < 2 * text.len; i++) {
		if (dst[i] >= 'a')
			dst[i] = (char)(dst[i] - 'a' + 'A');
	}
	ok = ok && add(all, span_str(dst));
	OPENSSL_cleanse(dst, 2 * text.len);
	free(dst);
	return ok;
}

/* The secret in hexadecimal, and in base64 wherever it begins. */
static bool
add_encoded(struct withheld *all, struct span text)
{
	bool ok = add_hex(all, text);

	for (size_t at = 0; at < 3 && ok; at++)
		ok = add_base64(all, text, at);
	return ok;
}

static bool
is_word(unsigned char c)
{
	return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') ||
	       (c >= 'a' && c <= 'z') || c >= 0x80;
}

/* A line without a name, quotes and the like around it: or all of it. */
static struct span
core(struct span line)
{
	const unsigned char *mark = memchr(line.ptr, '=', line.len);
	struct span part = line;

	if (mark != NULL &&
	    line.len - (size_t)(mark - line.ptr) - 1 >= PART_MIN)
		part = span_skip(line, (size_t)(mark - line.ptr) + 1);
	if (span_starts(part, span_str("\xef\xbb\xbf")))
		part = span_skip(part, 3);
	while (part.len > 0 && !is_word(part.ptr[0]))
		part = span_skip(part, 1);
	while (part.len > 0 && !is_word(part.ptr[part.len - 1]))
		part.len--;
	return part.len < PART_MIN ? line : part;
}

/* People leave out "whsec_". */
static struct span
bare(struct span part)
{
	const struct credential *form;

	while ((form = credential_find(part)) != NULL &&
	       part.len - strlen(form->form) >= PART_MIN)
		part = span_skip(part, strlen(form->form));
	return part;
}

static bool
add_whole(struct withheld *all, struct span text)
{
	return add(all, text) && add_encoded(all, text);
}

static bool
add_secrets(struct withheld *all, const struct secrets *secrets)
{
	bool ok = true;

	for (size_t i = 0; i < secrets->n && ok; i++) {
		struct span text = secret_at(secrets, i);

		ok = add_whole(all, text) && add_whole(all, core(text)) &&
		     add_whole(all, bare(core(text)));
	}
	return ok;
}

/* What the query of a URL has by the name of a password, or looks like one. */
static bool
add_query(struct withheld *all, struct span query)
{
	char name[HEADER_NAME_MAX];
	bool ok = true;

	query = span_starts(query, span_str("?")) ? span_skip(query, 1) : query;
	while (query.ptr != NULL && ok) {
		struct span value = span_cut(&query, '&');
		struct span key = span_cut(&value, '=');

		if (value.ptr == NULL || value.len < PART_MIN ||
		    key.len >= sizeof(name))
			continue;
		memcpy(name, key.ptr, key.len);
		name[key.len] = '\0';
		if (header_may_be_credential(name, value) ||
		    credential_like(value))
			ok = add_whole(all, value);
	}
	return ok;
}

/* The passwords that the URL of an entry may have. */
static bool
add_url(struct withheld *all, const char *public_url)
{
	struct span password;
	struct url url;

	url_split(&url, span_str(public_url));
	password = url.user;
	span_cut(&password, ':');
	return add(all, url.user) && add_query(all, url.query) &&
	       (password.len < PART_MIN || add_whole(all, password));
}

static bool
add_provider(struct withheld *all, const struct provider *prov)
{
	struct secrets lines;
	struct reason why;
	struct stat st;
	bool ok;

	attempt_lines(prov, &lines);
	ok = add_secrets(all, &lines) && add_secrets(all, &prov->secrets) &&
	     add_secrets(all, &prov->verify_tokens) &&
	     add_url(all, prov->words.public_url);
	secrets_free(&lines);
	/* Of one that is broken they are not read yet. */
	if (ok && prov->verify_token_path != NULL &&
	    secrets_read(
		&lines, prov->verify_token_path, SECRET_RAW, &st, &why)) {
		ok = add_secrets(all, &lines);
		secrets_free(&lines);
	}
	return ok;
}

bool
withheld_make(struct withheld *all, const struct config *cfg)
{
	bool ok = true;

	*all = (struct withheld){.n = 0};
	for (size_t i = 0; i < cfg->nprovider && ok; i++)
		ok = add_provider(all, &cfg->provider[i]);
	if (!ok)
		withheld_free(all);
	return ok;
}

static bool
is_in(const struct withheld *all, struct span text)
{
	for (size_t i = 0; i < all->n; i++) {
		if (span_find(text, all->item[i]) != NULL)
			return true;
	}
	return false;
}

static bool
has(struct span text, char c)
{
	return text.len > 0 && memchr(text.ptr, c, text.len) != NULL;
}

/* Decode "a%2Fb" and "a+b" in place. */
static size_t
decode_form(unsigned char *text, size_t len)
{
	for (size_t i = 0; i < len; i++) {
		if (text[i] == '+')
			text[i] = ' ';
	}
	return decode_percent_all(text, len);
}

/* Take the escapes of JSON out, in place: of ASCII, and no others. */
static size_t
decode_escapes(unsigned char *text, size_t len)
{
	size_t n = 0;

	for (size_t i = 0; i < len; i++) {
		unsigned char byte = 0;

		if (text[i] == '\\' && i + 1 < len)
			i++;
		else
			byte = text[i];
		if (byte == 0 && text[i] == 'u' && i + 4 < len &&
		    decode_hex(&byte, 1, span_mem(text + i + 3, 2)))
			i += 4;
		text[n++] = byte != 0 ? byte : text[i];
	}
	return n;
}

/* The same in a text that is decoded first. */
static bool
is_behind(const struct withheld *all, struct span text,
    size_t (*decode)(unsigned char *text, size_t len))
{
	unsigned char *copy = malloc(text.len);
	bool found;

	/* What cannot be looked at must not be shown. */
	if (copy == NULL)
		return true;
	memcpy(copy, text.ptr, text.len);
	found = is_in(all, span_mem(copy, decode(copy, text.len)));
	OPENSSL_cleanse(copy, text.len);
	free(copy);
	return found;
}

static bool
is_written_in(const struct withheld *all, struct span text)
{
	return is_in(all, text) ||
	       ((has(text, '%') || has(text, '+')) &&
		   (is_behind(all, text, decode_percent_all) ||
		       is_behind(all, text, decode_form))) ||
	       (has(text, '\\') && is_behind(all, text, decode_escapes));
}

bool
withheld_in(const struct withheld *all, struct span text)
{
	if (text.len <= 2 * END_MAX)
		return is_written_in(all, text);
	return is_written_in(all, span_mem(text.ptr, END_MAX)) ||
	       is_written_in(all, span_skip(text, text.len - END_MAX));
}

static bool
begins_with_name(struct span name, struct span secret)
{
	for (size_t i = 0; i < secret.len; i++) {
		if (header_cgi_char((char)name.ptr[i]) !=
		    header_cgi_char((char)secret.ptr[i]))
			return false;
	}
	return true;
}

bool
withheld_in_name(const struct withheld *all, struct span name)
{
	for (; name.len > 0; name = span_skip(name, 1)) {
		for (size_t i = 0; i < all->n; i++) {
			if (name.len >= all->item[i].len &&
			    begins_with_name(name, all->item[i]))
				return true;
		}
	}
	return false;
}

void
withheld_free(struct withheld *all)
{
	for (size_t i = 0; i < all->n; i++) {
		/* The bytes are our own copy. */
		OPENSSL_clear_free(
		    (void *)(uintptr_t)all->item[i].ptr, all->item[i].len);
	}
	free(all->item);
	*all = (struct withheld){.n = 0};
}
