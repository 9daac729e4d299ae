/* evidence_key.c - the key that the signature names, and the keys there are. */
#include <stdio.h>
#include <string.h>

#include "evidence_kinds.h"
#include "profile/keysource.h"
#include "profile/scheme.h"
#include "verify/httpsig/httpsig_draft.h"
#include "verify/httpsig/httpsig_rfc9421.h"
#include "verify/jws.h"

#define KEYS_SHOWN 4 /* names of keys in a sentence */
#define NAMES_MAX  320

/* The name of a key, copied. */
struct key_name {
	size_t len; /* 0: the signature names none */
	char text[KEYS_ID_MAX];
};

static void
copy(struct key_name *dst, struct span name)
{
	if (name.len == 0 || name.len > sizeof(dst->text))
		return;
	memcpy(dst->text, name.ptr, name.len);
	dst->len = name.len;
}

static void
name_of_httpsig(const struct evidence *e, struct key_name *name)
{
	struct span value = evidence_value(e), input;
	struct httpsig_rfc9421_set sigs;
	struct httpsig_draft draft;
	struct reason why;

	if (request_header(e->d.req, "Signature-Input", &input) ==
	    REQUEST_ONE) {
		request_header(e->d.req, "Signature", &value);
		if (httpsig_rfc9421_parse(&sigs, input, value, &why) &&
		    sigs.item[0].has_keyid)
			copy(name, span_mem(sigs.item[0].keyid,
				       sigs.item[0].keyid_len));
		return;
	}
	if (span_starts_nocase(value, "Signature "))
		value = span_trim(span_skip(value, strlen("Signature ")));
	if (value.len > 0 && httpsig_draft_parse(&draft, value, &why))
		copy(name, draft.param[HTTPSIG_DRAFT_KEYID]);
}

static void
name_of_jwt(const struct evidence *e, struct key_name *name)
{
	struct reason why;
	struct jws jws;

	if (jws_parse(&jws, evidence_value(e), &why) == ST_OK) {
		copy(name, jws.kid);
		jws_free(&jws);
	}
}

/* "a, b and 2 more" */
static void
list_names(const struct evidence *e, const struct keys *keys,
    char dst[static NAMES_MAX])
{
	char shown[EVIDENCE_SHOWN_MAX];
	size_t used = 0, i = 0;

	dst[0] = '\0';
	for (; i < keys->n && i < KEYS_SHOWN && used < NAMES_MAX; i++) {
		int n = snprintf(dst + used, NAMES_MAX - used, "%s%.64s",
		    i == 0 ? "" : ", ",
		    evidence_shown(e, shown,
			span_mem(keys->item[i].id, keys->item[i].id_len)));

		used += n > 0 ? (size_t)n : 0;
	}
	if (i < keys->n && used < NAMES_MAX)
		snprintf(
		    dst + used, NAMES_MAX - used, " and %zu more", keys->n - i);
}

/* The key is not in the set. */
static void
say_unknown(const struct evidence *e, const struct key_name *name,
    const struct keys *keys, int64_t age, struct findings *f)
{
	char shown[EVIDENCE_SHOWN_MAX], names[NAMES_MAX];
	const struct provider *prov = e->d.prov;

	list_names(e, keys, names);
	finding_add(f, FINDING_KNOWN,
	    "the signature names the key %s, which is not among the %zu that "
	    "are known: %s",
	    evidence_shown(e, shown, span_mem(name->text, name->len)), keys->n,
	    names);
	if (prov->cache != NULL) {
		finding_add(f, FINDING_KNOWN,
		    "the key set was fetched %lld minutes ago",
		    (long long)age / 60);
		finding_add(f, FINDING_SHOWN,
		    "the sender has a new key: hookdir keys --refresh %s",
		    prov->name);
	} else {
		finding_add(f, FINDING_SHOWN,
		    "the sender has a new key: get its keys once more");
	}
	finding_add(f, FINDING_MAYBE,
	    "it was sent by another environment (test or live), whose keys "
	    "are elsewhere");
	finding_add(f, FINDING_MAYBE,
	    "it is not from this sender: anybody can name a key");
}

static bool
is_unknown(const struct keys *keys, struct span name)
{
	for (size_t i = 0; i < keys->n; i++) {
		/* A key without a name is tried whatever is named. */
		if (keys->item[i].id == NULL)
			return false;
	}
	return keys->n > 0 && keys_next(keys, name, NULL) == NULL;
}

static void
look_up(
    const struct evidence *e, const struct key_name *name, struct findings *f)
{
	const struct provider *prov = e->d.prov;
	const struct span id = span_mem(name->text, name->len);
	struct keycache_state state = {.keys = NULL};
	struct reason why;

	if (name->len == 0)
		return;
	if (prov->cache == NULL) {
		if (is_unknown(&prov->keys, id))
			say_unknown(e, name, &prov->keys, 0, f);
		return;
	}
	if (keycache_look(prov->cache, e->now, &state, &why) != ST_OK)
		return;
	if (is_unknown(state.keys, id))
		say_unknown(e, name, state.keys, state.age, f);
	keycache_put(prov->cache, state.keys);
}

/* Certificates are fetched by the receiver alone, when one is named. */
static void
say_certificate(const struct evidence *e, struct findings *f)
{
	const struct profile *profile = &e->d.prov->profile;
	char shown[EVIDENCE_SHOWN_MAX];
	struct field_value url = {.owned = NULL};
	const struct keys *keys = NULL;
	struct reason why;

	if (field_get(&profile->certificate_url, e->d.req, e->d.req->body,
		&url) != LOOKUP_FOUND) {
		finding_add(f, FINDING_KNOWN,
		    "it does not say where its certificate is: %s is missing",
		    profile->certificate_url.arg);
		return;
	}
	if (keysource_get(e->d.prov, e->now, &keys, &why) == ST_OK &&
	    keys_next(keys, url.text, NULL) == NULL) {
		finding_add(f, FINDING_KNOWN,
		    "the certificate that it names is not here: %s",
		    evidence_shown(e, shown, url.text));
		finding_add(f, FINDING_SHOWN,
		    "the receiver has not fetched it: it does that when a "
		    "delivery names it, from URLs that "
		    "certificate_allowed_urls allows; hookdir-fetch must be "
		    "able to reach them");
	}
	keysource_put(e->d.prov, keys);
	field_value_free(&url);
}

void
evidence_key(const struct evidence *e, struct findings *f)
{
	const struct profile *profile = &e->d.prov->profile;
	struct key_name name = {.len = 0};

	if (profile->certificate_url.kind != FIELD_NONE) {
		say_certificate(e, f);
		return;
	}
	if (profile->scheme->claims)
		name_of_jwt(e, &name);
	else if (profile->scheme->text != NULL)
		name_of_httpsig(e, &name);
	look_up(e, &name, f);
}
