/* preset_facts.c - the table of what signatures cover, one preset at a time. */
#include "profile/preset_facts.h"
#include "profile/binding.h"
#include "profile/scheme.h"

static void
put_key(FILE *fp, const struct preset *preset)
{
	static const char *const text[] = {
	    [KEY_UNSAID] = "not known",
	    [KEY_OWN] = "your secret",
	    [KEY_ACCOUNT] = "the provider's, for your account alone",
	    [KEY_SHARED] = "the provider's, one for all its customers",
	};
	const char *setting = binding_setting(preset);

	fprintf(fp, "// key: %s\n", text[preset->key]);
	fprintf(fp, "// meant for you: %s%s\n",
	    setting == NULL ? "by the key" : "by ",
	    setting == NULL ? "" : setting);
}

/* Write the text after a comma, unless it is the first. */
static void
put_item(FILE *fp, bool *first, const char *text)
{
	fprintf(fp, "%s%s", *first ? "" : ", ", text);
	*first = false;
}

static bool
any_has(const struct profile *profile, enum template_op op)
{
	for (size_t i = 0; i < profile->nsigned; i++) {
		if (template_has(&profile->signed_payload[i], op))
			return true;
	}
	return false;
}

static bool
any_takes_query(const struct profile *profile)
{
	for (size_t i = 0; i < profile->nsigned; i++) {
		const struct template *tpl = &profile->signed_payload[i];

		for (size_t k = 0; k < tpl->n; k++) {
			if (template_takes_query(tpl, k))
				return true;
		}
	}
	return false;
}

static void
put_signed(FILE *fp, const struct profile *profile)
{
	const struct coverage *coverage = &profile->coverage;
	bool first = true;

	fputs("// signed: ", fp);
	if (any_has(profile, OP_CRC32))
		put_item(fp, &first, "a checksum of the body");
	else if (coverage->body)
		put_item(fp, &first, "the body");
	else if (!profile->scheme->covers_body)
		put_item(fp, &first, "nothing: a password is sent");
	else if (any_has(profile, OP_BODY))
		put_item(fp, &first, "the body or a field of it");
	else if (!profile->unsafe_body)
		put_item(fp, &first, "fields of the body");
	if (coverage->time)
		put_item(fp, &first, "a time");
	if (any_has(profile, OP_URL))
		put_item(fp, &first, "the URL");
	for (size_t i = 0; i < profile->nsigned; i++) {
		const struct template *tpl = &profile->signed_payload[i];

		for (size_t k = 0; k < tpl->n; k++) {
			if (tpl->part[k].op == OP_HEADER)
				put_item(fp, &first, tpl->part[k].arg);
			if (tpl->part[k].op == OP_JSON &&
			    profile->unsafe_body &&
			    !coverage_is_time(profile, tpl, k))
				put_item(fp, &first, tpl->part[k].arg);
		}
	}
	putc('\n', fp);
}

static void
put_time(FILE *fp, const struct profile *profile)
{
	const struct coverage *coverage = &profile->coverage;

	if (!coverage->time)
		fputs("// time: none\n", fp);
	else if (profile->scheme->timed)
		fprintf(fp, "// time: of the signature, %ld s\n",
		    profile->tolerance);
	else
		fprintf(fp, "// time: %s, %ld s\n",
		    timestamp_form_name(coverage->form), profile->tolerance);
}

static void
put_field(FILE *fp, bool *first, const char *what, const char *where)
{
	char text[128];

	snprintf(text, sizeof(text), "the %s (%s)", what, where);
	put_item(fp, first, text);
}

static void
put_unsigned(FILE *fp, const struct preset *preset, const struct profile *p)
{
	const struct coverage *coverage = &p->coverage;
	bool first = true;

	fputs("// not signed: ", fp);
	if (!p->scheme->covers_body || p->unsafe_body)
		put_item(fp, &first, "the body");
	if (!coverage->id)
		put_field(fp, &first, "id", preset->id);
	if (!coverage->type)
		put_field(fp, &first, "type", preset->type);
	if (first)
		putc('-', fp);
	putc('\n', fp);
}

static void
put_parts(FILE *fp, const struct profile *profile)
{
	fputs("// a signed header may have: ", fp);
	if (!profile->coverage.headers)
		putc('-', fp);
	else
		fprintf(fp, "[A-Za-z0-9_%s-]",
		    profile->header_characters == NULL
			? ""
			: profile->header_characters);
	fputs("\n// the signed text can be split: ", fp);
	if (!profile->scheme->covers_body)
		fputs("-\n", fp);
	else if (any_has(profile, OP_SORTEDFORM))
		fprintf(fp, "elsewhere, between %snames and values of a form\n",
		    any_takes_query(profile) ? "the URL's query and the " : "");
	else
		fputs("in one way only\n", fp);
}

void
preset_facts(
    FILE *fp, const struct preset *preset, const struct profile *profile)
{
	static const char *const replay[] = {
	    [COVERAGE_NEVER] = "never",
	    [COVERAGE_RETRIES] = "once for each retry",
	    [COVERAGE_FRESH] = "while its time is fresh",
	    [COVERAGE_DAYS] = "once in dedup_days",
	    [COVERAGE_EVER] = "for ever, as often as somebody likes",
	};

	fprintf(fp, "// where to find it: %s\n", preset->where);
	put_key(fp, preset);
	put_signed(fp, profile);
	put_unsigned(fp, preset, profile);
	put_time(fp, profile);
	put_parts(fp, profile);
	fprintf(
	    fp, "// a replay is filed: %s\n", replay[profile->coverage.replay]);
}
