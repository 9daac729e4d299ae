/* keysource.c - keys from files and from URLs. */
#include <stdlib.h>

#include "base/file.h"
#include "base/shown.h"
#include "keyset/keycache.h"
#include "profile/keysource.h"

bool
keysource_read(struct provider *prov, enum keysource_form form,
    const char *path, struct stat *st, struct reason *why)
{
	struct reason inner = {""};
	struct file_content content = {.st = *st};
	char shown[SHOWN_MAX];
	bool ok = false;

	if (file_read(path, KEYS_TEXT_MAX, &content, &inner)) {
		struct span all = span_mem(content.bytes, content.len);

		if (form == KEYSOURCE_TEXT)
			ok = keys_from_text(
			    &prov->keys, all, PUBKEY_RSA_BITS, &inner);
		else
			ok = keys_from_jwks(
			    &prov->keys, all, PUBKEY_RSA_BITS, &inner);
		free(content.bytes);
	}
	*st = content.st;
	if (!ok)
		reason_set(
		    why, "%s: %.300s", shown_path(shown, path), inner.text);
	return ok;
}

enum status
keysource_get(const struct provider *prov, int64_t now,
    const struct keys **keys, struct reason *why)
{
	if (prov->cache != NULL)
		return keycache_get(prov->cache, now, keys, why);
	*keys = &prov->keys;
	if (prov->keys.n > 0)
		return ST_OK;
	reason_set(why, "the provider has no key set");
	return ST_TRY_LATER;
}

void
keysource_put(const struct provider *prov, const struct keys *keys)
{
	/* Keys from a file are freed with the settings. */
	if (prov->cache != NULL)
		keycache_put(prov->cache, keys);
}
