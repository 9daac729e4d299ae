/* preset_show.c - words back into the settings that they stand for. */
#include <stdlib.h>
#include <string.h>

#include "parse/json.h"
#include "profile/preset_show.h"
#include "profile/scheme.h"
#include "profile/template.h"

enum kind { TEXT, TEXTS, NUMBER, TRUTH };

/* The settings that are words, in README.md's order. */
static const struct {
	const char *name;
	enum kind kind;
	size_t offset;
	size_t max; /* how many */
} table[] = {
#define ROW(name, kind, field, max)                             \
	{                                                       \
		name, kind, offsetof(struct preset, field), max \
	}
    ROW("scheme", TEXT, scheme, 1),
    ROW("digest", TEXT, digest, 1),
    ROW("secret_encoding", TEXT, secret_encoding, 1),
    ROW("signature", TEXTS, signature, PRESET_SIGNATURES),
    ROW("prefix", TEXT, prefix, 1),
    ROW("separator", TEXT, separator, 1),
    ROW("timestamp", TEXT, timestamp, 1),
    ROW("tolerance", NUMBER, tolerance, 1),
    ROW("signed_payload", TEXTS, signed_payload, PRESET_SIGNED),
    ROW("claims", TEXTS, claims, PRESET_SIGNED),
    ROW("certificate_allowed_urls", TEXTS, certificate_allowed_urls,
	PRESET_CERTS),
    ROW("certificate_hosts", TEXTS, certificate_hosts, PRESET_CERTS),
    ROW("certificate_without_issuers", TRUTH, certificate_without_issuers, 1),
    ROW("public_url", TEXT, public_url, 1),
    ROW("webhook_id", TEXT, webhook_id, 1),
    ROW("required_components", TEXTS, required_components, PRESET_REQUIRED),
    ROW("algorithms", TEXTS, algorithms, PRESET_ALGORITHMS),
    ROW("id", TEXT, id, 1),
    ROW("type", TEXT, type, 1),
    ROW("challenge", TEXT, challenge, 1),
    ROW("reject_status", NUMBER, reject_status, 1),
    ROW("accept_status", NUMBER, accept_status, 1),
    ROW("accept_body", TEXT, accept_body, 1),
    ROW("sender_retry_hours", NUMBER, sender_retry_hours, 1),
    ROW("unsafe_body", TRUTH, unsafe_body, 1),
    ROW("signature_encoding", TEXT, signature_encoding, 1),
#undef ROW
};

/* What is signed, or a claim, which is "NAME=" and the like. */
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
	    .keys = (scheme->sources & SCHEME_SETS) != 0 ||
		    (scheme->sources & SCHEME_SECRETS) == 0,
	    .verify_token = preset->challenge != NULL &&
			    strcmp(preset->challenge, "meta") == 0};

	needs.secret = !needs.keys;
	/* Each request says where the key's certificate is. */
	if (preset->certificate_url != NULL)
		needs.keys = needs.secret = false;
	for (size_t i = 0; i < PRESET_SIGNED; i++) {
		need_for(&needs, preset, preset->signed_payload[i]);
		need_for(&needs, preset, preset->claims[i]);
	}
	return needs;
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
	const char *text;
	long number;

	if (table[i].kind == TRUTH) {
		if (*(const bool *)value) {
			put_name(fp, table[i].name);
			fputs("true", fp);
		}
		return;
	}
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
	if (text == NULL)
		return;
	put_name(fp, table[i].name);
	if (table[i].kind == TEXTS)
		put_texts(fp, value, table[i].max);
	else
		put_text(fp, text);
}

void
preset_show(FILE *fp, const struct preset *preset, const struct scheme *scheme,
    const char *name)
{
	struct preset_needs needs = preset_needs(preset, scheme);

	put_text(fp, name);
	if (preset->certificate_url != NULL) {
		fputs(": {\n  \"certificate_url\": ", fp);
		put_text(fp, preset->certificate_url);
	} else if (needs.keys)
		fprintf(fp, ": {\n  \"public_key_file\": \"%s.pub\"", name);
	else
		fprintf(fp, ": {\n  \"secret_file\": \"%s.secret\"", name);
	if (needs.verify_token)
		fprintf(fp, ",\n  \"verify_token_file\": \"%s.token\"", name);
	for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++)
		put_row(fp, preset, i);
	if (needs.public_url)
		fprintf(fp,
		    ",\n  \"public_url\": \"https://YOUR.HOST/hooks/%s\"",
		    name);
	if (needs.unsafe_body)
		fputs(",\n  \"unsafe_body\": true", fp);
	if (needs.webhook_id)
		fputs(",\n  \"webhook_id\": \"YOUR-ID\"", fp);
	fputs("\n}\n", fp);
}
