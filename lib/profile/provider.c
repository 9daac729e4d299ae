/* provider.c - names, methods, and the folders of secret files. */
#include <openssl/crypto.h>
#include <sys/stat.h>

#include "profile/provider.h"

bool
provider_name_ok(struct span name)
{
	if (name.len == 0 || name.len > PROVIDER_NAME_MAX || name.ptr[0] == '-')
		return false;
	for (size_t i = 0; i < name.len; i++) {
		unsigned char c = name.ptr[i];

		if ((c < 'a' || c > 'z') && (c < '0' || c > '9') && c != '-')
			return false;
	}
	return true;
}

const char *
provider_methods(const struct provider *prov)
{
	enum challenge_kind kind = prov->profile.challenge.kind;

	/* Without a token, the provider cannot be told from anyone else. */
	if (kind == CHALLENGE_META && prov->verify_tokens.n == 0)
		kind = CHALLENGE_NONE;
	return challenge_word_methods(kind);
}

bool
provider_takes(const struct provider *prov, struct span method)
{
	struct span rest = span_str(provider_methods(prov));

	while (rest.ptr != NULL) {
		if (span_eq(span_trim(span_cut(&rest, ',')), method))
			return true;
	}
	return false;
}

bool
provider_secret_below(const struct provider *prov, const char *root)
{
	struct stat st;

	if (prov->nabove == 0 || root[0] == '\0' || stat(root, &st) != 0)
		return false;
	for (size_t i = 0; i < prov->nabove; i++) {
		if (prov->above[i].dev == st.st_dev &&
		    prov->above[i].ino == st.st_ino)
			return true;
	}
	return false;
}

bool
provider_shares_secret(const struct provider *a, const struct provider *b)
{
	for (size_t i = 0; i < a->secrets.n; i++) {
		for (size_t k = 0; k < b->secrets.n; k++) {
			struct span x = secret_at(&a->secrets, i);
			struct span y = secret_at(&b->secrets, k);

			if (x.len == y.len &&
			    CRYPTO_memcmp(x.ptr, y.ptr, x.len) == 0)
				return true;
		}
	}
	return false;
}

void
provider_free(struct provider *prov)
{
	profile_free(&prov->profile);
	secrets_free(&prov->secrets);
	secrets_free(&prov->verify_tokens);
	keys_free(&prov->keys);
	keycache_free(prov->cache);
	prov->cache = NULL;
}
