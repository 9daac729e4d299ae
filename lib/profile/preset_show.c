/* preset_show.c - writes a preset as an entry of the settings file. */
#include <stdlib.h>
#include <string.h>

#include "parse/json.h"
#include "profile/preset_show.h"
#include "profile/scheme.h"
#include "profile/template.h"

/* text is a template of signed_payload, or a claim, "NAME=TEMPLATE". */
static void
need_for(
    struct preset_needs *needs, const struct preset *preset, const char *text)
{
	struct template tpl;
	struct reason why;

	if (text == NULL || !template_parse(&tpl, text, &why))
		return;
	if (template_has(&tpl, OP_URL) && preset->public_url == NULL)
		needs->public_url = true;
	if (text == preset->signed_payload[0] && !preset->unsafe_body &&
	    !template_has_payload(&tpl))
		needs->unsafe_body = true;
	if (template_has(&tpl, OP_WEBHOOK_ID) && preset->webhook_id == NULL)
		needs->webhook_id = true;
	template_free(&tpl);
}

struct preset_needs
preset_needs(const struct preset *preset, const struct scheme *scheme)
{
	struct preset_needs needs = {
	    .public_url = preset->bound_by == BIND_PUBLIC_URL,
	    .webhook_id = preset->bound_by == BIND_WEBHOOK_ID,
	    .topic_arn = preset->bound_by == BIND_TOPIC_ARN,
	    .keys = (scheme->sources & SCHEME_SETS) != 0 ||
		    (scheme->sources & SCHEME_SECRETS) == 0,
	    .verify_token = preset->challenge != NULL &&
			    strcmp(preset->challenge, "meta") == 0};

	needs.secret = !needs.keys;
	/* Each request names the URL of its certificate. */
	if (preset->certificate_url != NULL)
		needs.keys = needs.secret = false;
	for (size_t i = 0; i < PRESET_SIGNED; i++) {
		need_for(&needs, preset, preset->signed_payload[i]);
		need_for(&needs, preset, preset->claims[i]);
	}
	return needs;
}

void
preset_example(struct preset *words, const struct preset_needs *needs)
{
	if (needs->public_url)
		words->public_url = "https://YOUR.HOST/hooks/NAME";
	if (needs->webhook_id)
		words->webhook_id = "YOUR-ID";
	if (needs->topic_arn)
		words->topic_arn[0] = "arn:aws:sns:REGION:ACCOUNT:TOPIC";
	words->unsafe_body = needs->unsafe_body;
}

static void
put_text(FILE *fp, const char *text)
{
	json_put_string(fp, span_str(text), JSON_UTF8);
}

static void
put_texts(FILE *fp, const char *const list[], size_t max)
{
	size_t n = 0;

	while (n < max && list[n] != NULL)
		n++;
	if (n == 1) {
		put_text(fp, list[0]);
		return;
	}
	putc('[', fp);
	for (size_t i = 0; i < n; i++) {
		if (i > 0)
			fputs(", ", fp);
		put_text(fp, list[i]);
	}
	putc(']', fp);
}

/* Begin the next setting of an entry; *first is true before the first one. */
static void
put_name(FILE *fp, bool *first, const char *name)
{
	fprintf(fp, "%s\n  \"%s\": ", *first ? "" : ",", name);
	*first = false;
}

static void
put_setting(FILE *fp, bool *first, const struct preset *preset,
    const struct setting *set)
{
	const void *value = (const char *)preset + set->offset;
	const char *text;
	long number;

	switch (set->kind) {
	case SET_BOOL:
		if (!*(const bool *)value)
			return;
		put_name(fp, first, set->name);
		fputs("true", fp);
		return;
	case SET_NUMBER:
		memcpy(&number, value, sizeof(number));
		if (number == 0)
			return;
		put_name(fp, first, set->name);
		/* Only a tolerance can be negative; the settings write it 0. */
		fprintf(fp, "%ld", number < 0 ? 0 : number);
		return;
	case SET_TEXT:
	case SET_TEXTS:
		memcpy(&text, value, sizeof(text));
		if (text == NULL)
			return;
		put_name(fp, first, set->name);
		if (set->kind == SET_TEXTS)
			put_texts(fp, value, (size_t)set->max);
		else
			put_text(fp, text);
		return;
	case SET_OBJECT: /* presets have no such settings */
	case SET_NUMBERS:
	case SET_SKIPPED:
		return;
	}
}

void
preset_show(FILE *fp, const struct preset *preset, const struct scheme *scheme,
    const char *name)
{
	struct preset_needs needs = preset_needs(preset, scheme);
	const struct {
		bool needed;
		const char *setting, *ending;
	} file[] = {
	    {needs.keys, "public_key_file", "pub"},
	    {needs.secret, "secret_file", "secret"},
	    {needs.verify_token, "verify_token_file", "token"},
	};
	bool first = true;

	put_text(fp, name);
	fputs(": {", fp);
	for (size_t i = 0; i < sizeof(file) / sizeof(file[0]); i++) {
		if (!file[i].needed)
			continue;
		put_name(fp, &first, file[i].setting);
		fprintf(fp, "\"%s.%s\"", name, file[i].ending);
	}
	for (size_t i = 0; i < preset_settings.n; i++)
		put_setting(fp, &first, preset, &preset_settings.row[i]);
	if (needs.public_url) {
		put_name(fp, &first, "public_url");
		fprintf(fp, "\"https://YOUR.HOST/hooks/%s\"", name);
	}
	if (needs.unsafe_body) {
		put_name(fp, &first, "unsafe_body");
		fputs("true", fp);
	}
	if (needs.webhook_id) {
		put_name(fp, &first, "webhook_id");
		fputs("\"YOUR-ID\"", fp);
	}
	if (needs.topic_arn) {
		put_name(fp, &first, "topic_arn");
		fputs("\"arn:aws:sns:REGION:ACCOUNT:TOPIC\"", fp);
	}
	fputs("\n}\n", fp);
}
