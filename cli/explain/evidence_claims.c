/* evidence_claims.c - what a token says of its request, and what came. */
#include <stdlib.h>
#include <string.h>

#include "base/encode.h"
#include "base/url.h"
#include "evidence_kinds.h"
#include "parse/json.h"
#include "profile/scheme.h"
#include "verify/jws.h"

/* A URL without its query and its password, as far as it may be shown. */
static const char *
shown_claim(const struct evidence *e, char dst[static EVIDENCE_SHOWN_MAX],
    struct span text)
{
	struct url url;

	if (!url_split(&url, text))
		return evidence_shown(e, dst, text);
	if (url.user.len > 0)
		return "a URL with a password in it";
	text.len -= url.query.len;
	return evidence_shown(e, dst, text);
}

/* The value that claim i must have: malloc'd, or NULL. */
static char *
wanted(const struct evidence *e, size_t i, size_t *len)
{
	const struct profile *profile = &e->d.prov->profile;
	struct template_input in =
	    profile_input(profile, e->d.req, (struct span){NULL, 0});
	struct signed_text text = {.n = 0};
	char *whole = NULL;

	if (template_fill(&profile->signed_payload[i], &in, &text) == ST_OK)
		whole = signed_text_join(&text, len);
	signed_text_free(&text);
	return whole;
}

/* A digest may be written in several ways. */
static bool
same(const struct template *tpl, struct span want, struct span got)
{
	unsigned char a[DIGEST_MAX], b[DIGEST_MAX];
	size_t len;

	if (tpl->n != 1 || tpl->part[0].op != OP_HASH)
		return span_eq(want, got);
	len = digest_len(tpl->part[0].digest);
	return decode_hex(a, len, want) && decode_exactly(b, len, got) &&
	       memcmp(a, b, len) == 0;
}

static void
say_claim(const struct evidence *e, size_t i, struct span want, struct span got,
    struct findings *f)
{
	const struct profile *profile = &e->d.prov->profile;
	const struct template *tpl = &profile->signed_payload[i];
	char is[EVIDENCE_SHOWN_MAX], was[EVIDENCE_SHOWN_MAX];

	if (template_has_body(tpl)) {
		finding_add(f, FINDING_KNOWN,
		    "the digest in the token (%s) is that of another body",
		    profile->claim[i]);
		finding_add(f, FINDING_SHOWN,
		    "the body was changed on its way: it must arrive byte for "
		    "byte");
		return;
	}
	finding_add(f, FINDING_KNOWN,
	    "the token was made for %s %s; here it is %s", profile->claim[i],
	    shown_claim(e, was, got), shown_claim(e, is, want));
	if (template_signs_url(tpl))
		finding_add(f, FINDING_SHOWN,
		    "public_url is not the URL that is set at the sender: make "
		    "them the same, to the letter");
	else
		finding_add(f, FINDING_SHOWN,
		    "the request was changed on its way, or was sent to "
		    "another receiver");
}

static void
look(const struct evidence *e, const struct jws *jws, size_t i,
    struct findings *f)
{
	const struct profile *profile = &e->d.prov->profile;
	struct json_member member;
	char *want, *got = NULL;
	size_t len = 0, got_len = 0;

	if (!json_find(jws->claims, profile->claim[i], &member)) {
		finding_add(f, FINDING_KNOWN, "the token has no claim %s",
		    profile->claim[i]);
		return;
	}
	want = wanted(e, i, &len);
	if (want != NULL &&
	    (member.kind == JSON_STRING || member.kind == JSON_NUMBER) &&
	    json_text(&member, &got, &got_len) &&
	    !same(&profile->signed_payload[i], span_mem(want, len),
		span_mem(got, got_len)))
		say_claim(e, i, span_mem(want, len), span_mem(got, got_len), f);
	free(got);
	free(want);
}

void
evidence_claims(const struct evidence *e, struct findings *f)
{
	const struct profile *profile = &e->d.prov->profile;
	struct span token = evidence_value(e);
	struct reason why;
	struct jws jws;

	if (!profile->scheme->claims || jws_parse(&jws, token, &why) != ST_OK)
		return;
	for (size_t i = 0; i < profile->nsigned; i++)
		look(e, &jws, i, f);
	jws_free(&jws);
}
