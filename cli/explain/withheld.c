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
#include "withheld.h"

/* Bytes of the shortest part of a line that is a secret by itself. */
#define PART_MIN 6

static bool
add(struct withheld *all, struct span text)
{
	unsigned char *copy;

	if (text.len == 0)
		return true;
	if (all->n == all->room) {
		size_t room = all->room == 0 ? 64 : 2 * all->room;
		struct span *item =
		    realloc(all->item, room * sizeof(*all->item));

		if (item == NULL)
			return false;
		all->item = item;
		all->room = room;
	}
	if ((copy = malloc(text.len)) == NULL)
		return false;
	memcpy(copy, text.ptr, text.len);
	all->item[all->n++] = span_mem(copy, text.len);
	return true;
}

/* The secret in hexadecimal, and in base64 without its padding. */
static bool
add_encoded(struct withheld *all, struct span text)
{
	char *dst = malloc(2 * text.len + sizeof("===="));
	bool ok;

	if (dst == NULL)
		return false;
	encode_hex(dst, text);
	ok = add(all, span_str(dst));
	encode_base64url(dst, text);
	ok = ok && add(all, span_str(dst));
	encode_base64(dst, text);
	dst[strcspn(dst, "=")] = '\0';
	ok = ok && add(all, span_str(dst));
	OPENSSL_cleanse(dst, 2 * text.len);
	free(dst);
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
	const struct credential *form;
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
	/* People leave out "whsec_". */
	while ((form = credential_find(part)) != NULL &&
	       part.len - strlen(form->form) >= PART_MIN)
		part = span_skip(part, strlen(form->form));
	return part.len < PART_MIN ? line : part;
}

static bool
add_secrets(struct withheld *all, const struct secrets *secrets)
{
	bool ok = true;

	for (size_t i = 0; i < secrets->n && ok; i++) {
		struct span text = secret_at(secrets, i);

		ok = add(all, text) && add(all, core(text)) &&
		     add_encoded(all, text);
	}
	return ok;
}

/* The password that the URL of an entry may have. */
static bool
add_url(struct withheld *all, const char *public_url)
{
	struct span password;
	struct url url;

	url_split(&url, span_str(public_url));
	password = url.user;
	span_cut(&password, ':');
	return add(all, url.user) &&
	       (password.len < PART_MIN || add(all, password));
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

bool
withheld_in(const struct withheld *all, struct span text)
{
	for (size_t i = 0; i < all->n; i++) {
		if (span_find(text, all->item[i]) != NULL)
			return true;
	}
	return false;
}

void
withheld_free(struct withheld *all)
{
	for (size_t i = 0; i < all->n; i++) {
		/* The bytes are our own copy. */
		OPENSSL_cleanse(
		    (void *)(uintptr_t)all->item[i].ptr, all->item[i].len);
		free((void *)(uintptr_t)all->item[i].ptr);
	}
	free(all->item);
	*all = (struct withheld){.n = 0};
}
