/* mistake_signed.c - what is signed, by which provider's rule, and when. */
#include <stdlib.h>
#include <string.h>

#include "hunt.h"
#include "timestamp.h"
#include "words.h"

#define PLACE_MAX  (HUNT_NAME_MAX + sizeof("element:="))
#define PLACES_MAX 24

/* Nothing but the time: as things are, at a time that the request names. */
bool
mistake_clock(struct hunt *hunt)
{
	int64_t now = hunt->base.time[0];
	long long off;

	if (!hunt_run(hunt, &hunt->base, NULL))
		return false;
	off = (long long)(hunt->found.time - now);
	fprintf(hunt->out,
	    "the clock, which is off by %lld s, or the time that you judge it "
	    "by (-t TIME): it was signed %lld s %s that, and \"tolerance\" is "
	    "%ld",
	    off < 0 ? -off : off, off < 0 ? -off : off,
	    off < 0 ? "before" : "after", hunt->prov->rule.tolerance);
	return true;
}

/* Of HTTP signatures: what is asked of them besides. */
bool
mistake_limits(struct hunt *hunt)
{
	struct preset words = hunt->prov->words;

	if (words.required[0] == NULL && words.algorithms[0] == NULL)
		return false;
	memset(words.required, 0, sizeof(words.required));
	if (hunt_words(hunt, &words))
		return true;
	memcpy(
	    words.required, hunt->prov->words.required, sizeof(words.required));
	memset(words.algorithms, 0, sizeof(words.algorithms));
	return hunt_words(hunt, &words);
}

/* Places where a time is. */
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
find_places(const struct hunt *hunt, struct places *p)
{
	struct hunt_header header;
	int64_t time;

	for (size_t i = 0; hunt_header(hunt, i, &header); i++) {
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

/* One template with the time at every place where there is one. */
static bool
try_template(struct hunt *hunt, const struct places *p, const char *text)
{
	struct preset words = hunt->prov->words;
	bool timed = strstr(text, "{ts}") != NULL;

	memset(words.signed_text, 0, sizeof(words.signed_text));
	words.signed_text[0] = text;
	if (!timed) {
		words.timestamp = NULL;
		words.tolerance = 0;
		return hunt_words(hunt, &words);
	}
	if (words.timestamp != NULL && hunt_words(hunt, &words))
		return true;
	for (size_t i = 0; i < p->n; i++) {
		words.timestamp = p->text[i];
		if (hunt_words(hunt, &words))
			return true;
	}
	return false;
}

/* The time at another place, then another template. */
bool
mistake_signed(struct hunt *hunt)
{
	static const char *const text[] = {"{body}", "{ts}.{body}",
	    "{ts}{body}", "{ts}:{body}", "{ts}|{body}", "v0:{ts}:{body}",
	    "{body}{ts}", "{ts},{body}", "{url}{body}", "{method}{url}{body}",
	    "{url}{sortedform}", "{body}{url}", "{method}{uri}{body}",
	    "{method}{url}{body}{ts}", "{method}{uri}{ts}{body}"};
	const struct preset *preset;
	struct preset words = hunt->prov->words;
	struct places *p = calloc(1, sizeof(*p));
	bool found = false;

	if (p == NULL)
		return false;
	find_places(hunt, p);
	for (size_t i = 0; i < p->n && !found; i++) {
		words.timestamp = p->text[i];
		found = hunt_words(hunt, &words);
	}
	for (size_t i = 0; i < sizeof(text) / sizeof(text[0]) && !found; i++)
		found = try_template(hunt, p, text[i]);
	for (size_t i = 0; (preset = preset_at(i)) != NULL && !found; i++) {
		for (size_t k = 0; k < PRESET_SIGNED && !found &&
				   preset->signed_text[k] != NULL;
		     k++)
			found = try_template(hunt, p, preset->signed_text[k]);
	}
	free(p);
	return found;
}

/* The secret, by the rule of a preset. */
bool
mistake_preset(struct hunt *hunt)
{
	const struct preset *preset;

	for (size_t i = 0; (preset = preset_at(i)) != NULL; i++) {
		struct preset words = *preset;
		if (words.url == NULL)
			words.url = hunt->prov->words.url;
		if (words.webhook_id == NULL)
			words.webhook_id = hunt->prov->words.webhook_id;
		if (words_count(&words, &hunt->prov->words) == 0 ||
		    !hunt_rule(hunt, &words))
			continue;
		fprintf(hunt->out, "\"preset\": \"%s\"", preset->name);
		return true;
	}
	return false;
}

/* Another entry's rule; with its secret it is for that one altogether. */
bool
mistake_other_provider(struct hunt *hunt)
{
	for (size_t i = 0; i < hunt->cfg->nprovider; i++) {
		const struct provider *other = &hunt->cfg->provider[i];
		struct trial trial = hunt->base;

		if (other->broken || strcmp(other->name, hunt->prov->name) == 0)
			continue;
		trial.prov = *other;
		if (hunt_run(hunt, &trial, NULL)) {
			fprintf(hunt->out,
			    "the URL at the sender: this is a delivery for "
			    "the provider \"%s\", .../%s",
			    other->name, other->name);
			return true;
		}
		if (words_count(&other->words, &hunt->prov->words) > 0 &&
		    hunt_words(hunt, &other->words))
			return true;
	}
	return false;
}
