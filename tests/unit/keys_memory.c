/*
 * keys_memory.c - memory runs out while a key set is read: no key is skipped.
 */
#define _GNU_SOURCE /* RTLD_NEXT */
#include "failing.h"

#include "crypto/keys.h"

#include "../tap.h"

#define PLACES 5000

static const char set[] =
    "{\"keys\":[{\"kty\":\"OKP\",\"crv\":\"Ed25519\",\"kid\":\"o\",\"x\":"
    "\"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo\"},"
    "{\"kty\":\"oct\",\"kid\":\"skipped\",\"k\":\"AAAA\"},"
    "{\"kty\":\"EC\",\"crv\":\"P-256\",\"kid\":\"e\",\"x\":"
    "\"f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU\",\"y\":"
    "\"x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0\"}]}";

static bool
is_read(struct keys *keys, struct reason *why)
{
	bool ok;

	plan.count = 0;
	plan.on = plan.at > 0;
	ok = keys_from_jwks(keys, span_str(set), 2048, why);
	plan.on = false;
	return ok;
}

int
main(void)
{
	unsigned long wrong = 0;
	struct reason why = {""};
	struct keys keys;

	ok(is_read(&keys, &why) && keys.n == 2 && keys.skipped == 1,
	    "two of three, with all the memory: %s", why.text);
	keys_free(&keys);
	plan.from_then_on = true;
	for (plan.at = 1; plan.at < PLACES; plan.at++) {
		if (is_read(&keys, &why)) {
			wrong += keys.n != 2;
			keys_free(&keys);
		} else {
			wrong += strstr(why.text, "out of memory") == NULL;
		}
		if (plan.count < plan.at)
			break;
	}
	is_int(wrong, 0, "two of three or none, in %lu places", plan.at);
	ok(plan.at > 10 && plan.at < PLACES, "which are not all");
	return done();
}
