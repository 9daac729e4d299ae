/* mistake_preset.c - it is another preset's delivery, or signed like one. */
#include <stdlib.h>
#include <string.h>

#include "http/field.h"
#include "mistake_kinds.h"
#include "profile/scheme.h"
#include "profile/signature.h"
#include "settings_diff.h"

#define FITTING_MAX  16 /* presets that sign identically */
#define HEADERS_MAX  8  /* headers that may have a signature */
#define URL_MAX      4096
#define SIGNED_SHORT 26 /* characters of the shortest MAC */

/* A preset with which the request verifies. */
struct fitting {
	struct preset words; /* of an entry that starts from it */
	struct attempt_result found;
	int score; /* how likely it is */
};

/* Those that sign identically, the likeliest first. */
struct fittings {
	size_t n;
	struct fitting item[FITTING_MAX];
};

static void
add(struct fittings *f, const struct fitting *one)
{
	size_t at = f->n;

	if (f->n == FITTING_MAX)
		return;
	while (at > 0 && f->item[at - 1].score < one->score)
		at--;
	memmove(&f->item[at + 1], &f->item[at], (f->n++ - at) * sizeof(*one));
	f->item[at] = *one;
}

/* The first in the words of the settings, and the others by name. */
static void
put(struct search *search, const struct fittings *f)
{
	settings_diff_print(
	    search->out, &search->prov->words, &f->item[0].words);
	for (size_t i = 1; i < f->n; i++)
		fprintf(search->out, "%s \"preset\": \"%s\"",
		    i == 1 ? "; or" : " or", f->item[i].words.name);
	if (f->n > 1)
		fprintf(search->out, ", which sign%s in the same way",
		    f->n == 2 ? "s" : "");
	search->found = f->item[0].found;
}

/* --- a preset as it stands --- */

/* The words of an entry that starts from a preset, and is still this user's. */
static struct preset
entry_of(const struct search *search, const struct known_preset *known)
{
	struct preset words = *known->preset;

	settings_diff_carry(&search->prov->words, &words);
	if (known->needs.unsafe_body)
		words.unsafe_body = true;
	return words;
}

static bool
needs_words(const struct known_preset *known)
{
	return known->needs.public_url || known->needs.webhook_id ||
	       known->needs.topic_arn;
}

/* By the profile that is there already. */
static bool
try_known(struct search *search, const struct known_preset *known)
{
	struct attempt attempt = search->base;

	attempt.prov.words = known->words;
	attempt.prov.profile = known->profile;
	/* A preset that does not decompress: the entry may, on top of it. */
	attempt.prov.profile.decompress |= search->prov->words.decompress;
	attempt_choose_body(&attempt);
	attempt.prov.secrets = search->decoded[known->profile.secret_encoding];
	return search_run(search, &attempt);
}

/*
 * By the URL of the entry or, if there is none, the one that the request names.
 * The profile is made for it, so only where the signature is there.
 */
static bool
try_needy(struct search *search, const struct recognised *seen,
    struct preset *words, char url[static URL_MAX])
{
	struct url came = {.scheme = NULL};

	if (seen == NULL || seen->signature != RECOGNISED_FORMED)
		return false;
	if (seen->known->needs.public_url && words->public_url == NULL) {
		search_url(search, &came);
		if (came.host.len == 0 || !url_join(url, URL_MAX, &came))
			return false;
		words->public_url = url;
	}
	return search_profile(search, words);
}

/* Is there more than a header that others use as well? */
static bool
is_credible(const struct recognised *seen)
{
	return seen->place == RECOGNISED_OWN || seen->has_names;
}

bool
mistake_preset(struct search *search)
{
	const struct preset *was = &search->prov->words;
	struct fittings *f = calloc(1, sizeof(*f));
	char url[URL_MAX];
	bool credible = false;

	if (f == NULL)
		return false;
	for (size_t i = 0; i < search->known->n; i++) {
		const struct known_preset *known = &search->known->item[i];
		const struct recognised *seen =
		    recognise_find(&search->seen, known->preset->name);
		struct fitting one = {.words = entry_of(search, known)};

		if (seen == NULL || settings_diff_count(&one.words, was) == 0)
			continue;
		if (needs_words(known)
			? !try_needy(search, seen, &one.words, url)
			: !try_known(search, known))
			continue;
		one.found = search->found;
		one.score = seen->score;
		credible = credible || is_credible(seen);
		add(f, &one);
	}
	/* Any of them would do, but which of them it is must be seen. */
	if (credible)
		put(search, f);
	free(f);
	return credible;
}

/* --- the same way of signing, in another header --- */

/* More than the body is signed: what a single setting could not say. */
static bool
has_structure(const struct profile *profile)
{
	return (profile->scheme->macs || profile->scheme->asymmetric) &&
	       profile->signature[0].in == SIGNATURE_HEADER &&
	       (profile->timestamp.kind != FIELD_NONE ||
		   strcmp(profile->signed_payload[0].text, "{body}") != 0);
}

/*
 * Of presets that fit alike: the entry's own, which changes less; then those
 * after which people call a way of signing.
 */
static int
rank_name(const struct search *search, const char *name)
{
	static const char *const known[] = {
	    "github", "slack", "standard-webhooks", "stripe"};
	const char *own = search->prov->words.name;

	if (own != NULL && strcmp(own, name) == 0)
		return 2;
	for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++) {
		if (strcmp(known[i], name) == 0)
			return 1;
	}
	return 0;
}

/* How many of the id and the type are there. */
static int
count_names(const struct search *search, const struct profile *profile)
{
	const struct request *req = &search->base.req;
	const struct field *const field[] = {&profile->id, &profile->type};
	int n = 0;

	for (size_t i = 0; i < 2; i++) {
		struct field_value value;

		if (field[i]->kind == FIELD_NONE ||
		    field[i]->kind == FIELD_CONST)
			continue;
		n +=
		    field_get(field[i], req, req->body, &value) == LOOKUP_FOUND;
		field_value_free(&value);
	}
	return n;
}

/*
 * The entry keeps its own id and type.  A preset's id may be another thing in
 * the events of another sender: two events would then be one.
 */
static void
set_names(const struct search *search, const struct profile *profile,
    struct preset *words)
{
	const struct preset *was = &search->prov->words;
	const struct request *req = &search->base.req;
	struct field_value value;

	if (was->name == NULL && was->id != NULL)
		words->id = was->id;
	else if (field_get(&profile->id, req, req->body, &value) ==
		 LOOKUP_FOUND) {
		field_value_free(&value);
		words->id = NULL;
	}
	if (was->name == NULL && was->type != NULL)
		words->type = was->type;
}

/* Try each preset with the signature in this header. */
static void
try_header(struct search *search, const char *header, struct fittings *f)
{
	const struct preset *was = &search->prov->words;

	for (size_t i = 0; i < search->known->n; i++) {
		const struct known_preset *known = &search->known->item[i];
		struct fitting one = {.words = entry_of(search, known)};
		bool found;

		if (!has_structure(&known->profile) ||
		    header_same(header, known->words.signature[0] == NULL
					    ? "webhook-signature"
					    : known->words.signature[0]))
			continue;
		memset(one.words.signature, 0, sizeof(one.words.signature));
		one.words.signature[0] = header;
		found = search_profile(search, &one.words);
		if (!found && was->digest != NULL) {
			one.words.digest = was->digest;
			found = search_profile(search, &one.words);
		}
		if (!found)
			continue;
		one.found = search->found;
		one.score = 3 * count_names(search, &known->profile) +
			    rank_name(search, known->preset->name);
		set_names(search, &known->profile, &one.words);
		add(f, &one);
	}
}

bool
mistake_preset_header(struct search *search)
{
	const char *own = search->prov->words.signature[0];
	struct fittings *f = calloc(1, sizeof(*f));
	struct search_header header;
	struct span value;
	bool found;

	if (f == NULL)
		return false;
	/* The header of the entry first. */
	if (own != NULL &&
	    request_header(&search->base.req, own, &value) == REQUEST_ONE)
		try_header(search, own, f);
	for (size_t i = 0, n = 0;
	     f->n == 0 && n < HEADERS_MAX && search_header(search, i, &header);
	     i++) {
		if (header.value.len < SIGNED_SHORT ||
		    header.value.len > REQUEST_HEADER_MAX ||
		    (own != NULL && header_same(own, header.name)))
			continue;
		n++;
		try_header(search, header.name, f);
	}
	found = f->n > 0;
	if (found)
		put(search, f);
	free(f);
	return found;
}

/* --- presets that no secret of this entry can show --- */

static void
put_need(struct search *search, const char *between, const char *setting)
{
	fprintf(search->out, "%s\"%s\"", between, setting);
}

/* What an entry must have for it; the list has at least one item. */
static void
put_needs(struct search *search, const struct known_preset *known)
{
	const struct scheme *scheme = known->profile.scheme;
	const char *between = "";

	if (known->needs.keys) {
		put_need(search, between,
		    (scheme->sources & SCHEME_SETS) != 0 ? "jwks_url"
							 : "public_key");
		between = " and ";
	}
	if (known->needs.public_url) {
		put_need(search, between, "public_url");
		between = " and ";
	}
	if (known->needs.webhook_id)
		put_need(search, between, "webhook_id");
	if (known->needs.topic_arn)
		put_need(search, between, "topic_arn");
}

/*
 * Was the preset tried with all that it needs?  The keys of this entry are
 * another sender's if they did not fit.
 */
static bool
was_tried(const struct search *search, const struct known_preset *known)
{
	const struct preset *words = &search->prov->words;

	return !known->needs.keys &&
	       known->profile.certificate_url.kind == FIELD_NONE &&
	       (!known->needs.public_url || words->public_url != NULL);
}

/*
 * Does the request have a header in which the entry expects a signature, and
 * that could be one of its kind?
 */
static bool
has_own_form(const struct search *search, bool httpsig)
{
	const struct profile *profile = &search->prov->profile;
	struct signature_names walk = {.source = 0};
	const char *name;
	struct span value;

	if (httpsig && (profile->scheme->claims || !profile->scheme->timed))
		return false;
	while ((name = signature_next_name(profile, &walk)) != NULL) {
		if (request_header(&search->base.req, name, &value) !=
		    REQUEST_NONE)
			return true;
	}
	return false;
}

/* HTTP signatures have a form of their own, whoever sends them. */
static bool
is_httpsig(const struct recognised *seen)
{
	const struct scheme *scheme = seen->known->profile.scheme;

	return scheme->timed && !scheme->claims;
}

bool
mistake_preset_keys(struct search *search)
{
	const struct recognised *best = search->seen.item;

	if (search->seen.n == 0 || best->signature != RECOGNISED_FORMED ||
	    (best->score < RECOGNISE_LIKELY && !is_httpsig(best)) ||
	    was_tried(search, best->known) ||
	    has_own_form(search, is_httpsig(best)))
		return false;
	fputs("none that can be proved here: ", search->out);
	fputs(best->score < RECOGNISE_LIKELY
		  ? "this has an HTTP signature, as has a delivery of "
		  : "this looks like a delivery of ",
	    search->out);
	for (size_t i = 0;
	     i < search->seen.n && search->seen.item[i].score == best->score;
	     i++)
		fprintf(search->out, "%s\"preset\": \"%s\"",
		    i == 0 ? "" : " or ",
		    search->seen.item[i].known->preset->name);
	fputs(", which needs ", search->out);
	put_needs(search, best->known);
	search->likely = true;
	return true;
}
