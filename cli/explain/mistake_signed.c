/* mistake_signed.c - what is signed, by which provider's profile, and when. */
#include <stdlib.h>
#include <string.h>

#include "base/timestamp.h"
#include "mistake_kinds.h"
#include "settings_diff.h"

#define PLACE_MAX  (HEADER_NAME_MAX + sizeof("element:="))
#define PLACES_MAX 24

/* Nothing but the time: it verifies at a time that the request names. */
bool
mistake_clock(struct search *search)
{
	int64_t now = search->base.time[0];
	long long off;

	if (!search_run(search, &search->base))
		return false;
	off = (long long)(search->found.time - now);
	fprintf(search->out,
	    "the clock, which is off by %lld s, or the time given by -t: it "
	    "was "
	    "signed %lld s %s that, and \"tolerance\" is %ld",
	    off < 0 ? -off : off, off < 0 ? -off : off,
	    off < 0 ? "before" : "after", search->prov->profile.tolerance);
	return true;
}

/* Of HTTP signatures: what the settings require besides. */
bool
mistake_limits(struct search *search)
{
	struct preset words = search->prov->words;

	if (words.required_components[0] == NULL && words.algorithms[0] == NULL)
		return false;
	memset(words.required_components, 0, sizeof(words.required_components));
	if (search_words(search, &words))
		return true;
	memcpy(words.required_components,
	    search->prov->words.required_components,
	    sizeof(words.required_components));
	memset(words.algorithms, 0, sizeof(words.algorithms));
	return search_words(search, &words);
}

/* Where the request has a time, as the setting timestamp says it. */
struct places {
	size_t n;
	char text[PLACES_MAX][PLACE_MAX];
};

static void
add_place(struct places *p, const char *kind, const char *name, size_t len)
{
	if (p->n < PLACES_MAX)
		snprintf(
		    p->text[p->n++], PLACE_MAX, "%s%.*s", kind, (int)len, name);
}

static void
find_places(const struct search *search, struct places *p)
{
	struct search_header header;
	int64_t time;

	for (size_t i = 0; search_header(search, i, &header); i++) {
		struct span rest = header.value;

		if (timestamp_parse(span_trim(rest), &time))
			add_place(
			    p, "header:", header.name, strlen(header.name));
		while (rest.ptr != NULL) {
			struct span element = span_trim(span_cut(&rest, ','));
			struct span value = element;
			struct span word = span_cut(&value, '=');

			if (value.ptr != NULL && word.len < 16 &&
			    timestamp_parse(value, &time))
				add_place(p,
				    "element:", (const char *)element.ptr,
				    word.len + 1);
		}
	}
}

/* Try one template, with the time from each of the places. */
static bool
try_template(struct search *search, const struct places *p, const char *text)
{
	struct preset words = search->prov->words;
	bool timed = strstr(text, "{ts}") != NULL;

	memset(words.signed_payload, 0, sizeof(words.signed_payload));
	words.signed_payload[0] = text;
	if (!timed) {
		words.timestamp = words.timestamp_format = NULL;
		words.tolerance = 0;
		return search_words(search, &words);
	}
	if (words.timestamp != NULL && search_words(search, &words))
		return true;
	for (size_t i = 0; i < p->n; i++) {
		words.timestamp = p->text[i];
		if (search_words(search, &words))
			return true;
	}
	return false;
}

/* The time at another place, then another template. */
bool
mistake_signed(struct search *search)
{
	static const char *const text[] = {"{body}", "{ts}.{body}",
	    "{ts}{body}", "{ts}:{body}", "{ts}|{body}", "v0:{ts}:{body}",
	    "{body}{ts}", "{ts},{body}", "{url}{body}", "{method}{url}{body}",
	    "{url}{sortedform}", "{body}{url}", "{method}{uri}{body}",
	    "{method}{url}{body}{ts}", "{method}{uri}{ts}{body}"};
	const struct preset *preset;
	struct preset words = search->prov->words;
	struct places *p = calloc(1, sizeof(*p));
	bool found = false;

	if (p == NULL)
		return false;
	find_places(search, p);
	for (size_t i = 0; i < p->n && !found; i++) {
		words.timestamp = p->text[i];
		found = search_words(search, &words);
	}
	for (size_t i = 0; i < sizeof(text) / sizeof(text[0]) && !found; i++)
		found = try_template(search, p, text[i]);
	for (size_t i = 0; (preset = preset_at(i)) != NULL && !found; i++) {
		for (size_t k = 0; k < PRESET_SIGNED && !found &&
				   preset->signed_payload[k] != NULL;
		     k++)
			found =
			    try_template(search, p, preset->signed_payload[k]);
	}
	free(p);
	return found;
}

/* Another provider's profile; with its secret, the delivery is for that one. */
bool
mistake_other_provider(struct search *search)
{
	const struct provider *other;
	size_t i = 0;

	while ((other = search_other(search, &i)) != NULL) {
		struct attempt attempt = search->base;

		attempt.prov = *other;
		attempt_choose_body(&attempt);
		if (search_run(search, &attempt)) {
			fprintf(search->out,
			    "the URL at the sender: this is a delivery for "
			    "the provider \"%s\", .../%s",
			    other->name, other->name);
			return true;
		}
		if (settings_diff_count(&other->words, &search->prov->words) >
			0 &&
		    search_words(search, &other->words))
			return true;
	}
	return false;
}
