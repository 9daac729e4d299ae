/* preset_show.c - words back into the settings that they stand for. */
#include <stdlib.h>
#include <string.h>

#include "preset_show.h"
#include "scheme.h"
#include "template.h"

enum kind { TEXT, TEXTS, NUMBER };

/* The settings that are words, in README.md's order. */
static const struct {
	const char *name;
	enum kind kind;
	size_t offset;
	size_t max; /* of TEXTS */
} table[] = {
#define ROW(name, kind, field)                                           \
	{                                                                \
		name, kind, offsetof(struct preset, field),              \
		    sizeof(((struct preset *)0)->field) / sizeof(char *) \
	}
    ROW("scheme", TEXT, scheme),
    ROW("digest", TEXT, digest),
    ROW("key", TEXT, key),
    ROW("signature", TEXTS, signature),
    ROW("prefix", TEXT, prefix),
    ROW("separator", TEXT, separator),
    ROW("timestamp", TEXT, timestamp),
    ROW("tolerance", NUMBER, tolerance),
    ROW("signed", TEXTS, signed_text),
    ROW("url", TEXT, url),
    ROW("required", TEXTS, required),
    ROW("algorithms", TEXTS, algorithms),
    ROW("id", TEXT, id),
    ROW("type", TEXT, type),
    ROW("challenge", TEXT, challenge),
    ROW("refused", NUMBER, refused),
    ROW("accepted", NUMBER, accepted),
    ROW("answer", TEXT, answer),
    ROW("retry_hours", NUMBER, retry_hours),
    ROW("encoding", TEXT, encoding),
#undef ROW
};

struct preset_needs
preset_needs(const struct preset *preset)
{
	const struct scheme *scheme = scheme_find(span_str(preset->scheme));
	struct preset_needs needs = {
	    .keys = scheme != NULL && scheme->public_keys};

	for (size_t i = 0; i < PRESET_SIGNED; i++) {
		struct template tpl;
		struct reason why;

		if (preset->signed_text[i] == NULL ||
		    !template_parse(&tpl, preset->signed_text[i], &why))
			break;
		if (template_has(&tpl, OP_URL) && preset->url == NULL)
			needs.url = true;
		if (!template_has_payload(&tpl))
			needs.unsafe = true;
		template_free(&tpl);
	}
	return needs;
}

static void
put_text(FILE *fp, const char *text)
{
	putc('"', fp);
	for (; *text != '\0'; text++) {
		if (*text == '"' || *text == '\\')
			putc('\\', fp);
		putc(*text, fp);
	}
	putc('"', fp);
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

/* Behind what stands there already. */
static void
put_name(FILE *fp, const char *name)
{
	fprintf(fp, ",\n  \"%s\": ", name);
}

static void
put_row(FILE *fp, const struct preset *preset, size_t i)
{
	const void *value = (const char *)preset + table[i].offset;
	const void *usual = (const char *)&preset_default + table[i].offset;
	const char *text, *usual_text;
	long number;

	if (table[i].kind == NUMBER) {
		memcpy(&number, value, sizeof(number));
		if (number == 0)
			return;
		put_name(fp, table[i].name);
		/* Only a tolerance is below: that is 0 in the settings. */
		fprintf(fp, "%ld", number < 0 ? 0 : number);
		return;
	}
	memcpy(&text, value, sizeof(text));
	memcpy(&usual_text, usual, sizeof(usual_text));
	if (text == NULL)
		return;
	if (table[i].kind == TEXTS && table[i].max > 1 &&
	    ((const char *const *)value)[1] != NULL)
		usual_text = NULL;
	if (usual_text != NULL && strcmp(text, usual_text) == 0)
		return;
	put_name(fp, table[i].name);
	if (table[i].kind == TEXTS)
		put_texts(fp, value, table[i].max);
	else
		put_text(fp, text);
}

void
preset_show(FILE *fp, const struct preset *preset, const char *name)
{
	struct preset_needs needs = preset_needs(preset);

	put_text(fp, name);
	if (needs.keys)
		fprintf(fp, ": {\n  \"public_key_file\": \"%s.pem\"", name);
	else
		fprintf(fp, ": {\n  \"secret_file\": \"%s.secret\"", name);
	for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++)
		put_row(fp, preset, i);
	if (needs.url)
		fprintf(
		    fp, ",\n  \"url\": \"https://YOUR.HOST/hooks/%s\"", name);
	if (needs.unsafe)
		fputs(",\n  \"unsafe_body\": true", fp);
	fputs("\n}\n", fp);
}
