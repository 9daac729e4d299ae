/* preset.c - finds a preset by its name, whichever table it is in. */
#include "base/shown.h"
#include "base/spelling.h"
#include "preset/preset_table.h"

const struct preset preset_default = {
    .scheme = "hmac",
    .sample_type = "application/json",
    .sample = "{\"id\":\"$ID\",\"type\":\"sample\",\"time\":\"$TIME\"}",
};

static const struct preset_table *const table[] = {
    &preset_body, &preset_time, &preset_key, &preset_token};

#define TABLES (sizeof(table) / sizeof(table[0]))

const struct preset *
preset_find(struct span name)
{
	const struct preset *preset;

	for (size_t i = 0; (preset = preset_at(i)) != NULL; i++) {
		if (span_is(name, preset->name))
			return preset;
	}
	return NULL;
}

const struct preset *
preset_at(size_t i)
{
	for (size_t t = 0; t < TABLES; t++) {
		if (i < table[t]->n)
			return &table[t]->row[i];
		i -= table[t]->n;
	}
	return NULL;
}

/* What people call providers whose preset has another name. */
static const struct {
	const char *name, *right;
} meant[] = {
    {"facebook", "meta"},
    {"instagram", "meta"},
    {"messenger", "meta"},
    {"whatsapp", "meta"},
    {"twitter", "x"},
    {"sns", "aws-sns"},
    {"amazon-sns", "aws-sns"},
    {"aws", "aws-sns"},
    {"forgejo", "gitea"},
    {"codeberg", "gitea"},
    {"svix", "standard-webhooks"},
};

const struct preset *
preset_meant(struct span name)
{
	for (size_t i = 0; i < sizeof(meant) / sizeof(meant[0]); i++) {
		if (span_is_nocase(name, meant[i].name))
			return preset_find(span_str(meant[i].right));
	}
	return NULL;
}

void
preset_unknown(struct reason *why, struct span name)
{
	struct spelling search = spelling_of(name);
	const struct preset *preset;
	char hint[SPELLING_HINT_MAX], shown[SHOWN_MAX];

	if (span_is_nocase(name, "none") || span_is_nocase(name, "null")) {
		reason_set(why,
		    "there is no preset called \"%s\": null, without quotes, "
		    "is none",
		    shown_name(shown, name));
		return;
	}
	for (size_t i = 0; (preset = preset_at(i)) != NULL; i++)
		spelling_try(&search, preset->name);
	if ((preset = preset_meant(name)) != NULL)
		search.nearest = preset->name;
	reason_set(why, "there is no preset called \"%s\"%s",
	    shown_name(shown, name), spelling_hint(hint, &search));
}
