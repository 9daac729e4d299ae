/* mistake.c - the table of mistakes, and what their kinds share. */
#include <stdlib.h>
#include <string.h>

#include "hunt.h"
#include "mistake.h"
#include "words.h"

/*
 * In the order of trying.  Those that change less come first: where two would
 * do, the one named should be the one that was made.
 */
static bool (*const kind[])(struct hunt *hunt) = {
    mistake_clock,
    mistake_secret_text,
    mistake_secret_key,
    mistake_shape,
    mistake_limits,
    mistake_url,
    mistake_target,
    mistake_body,
    mistake_signed,
    mistake_other_secret,
    mistake_preset,
    mistake_other_provider,
    mistake_secret_sender,
};

bool
hunt_run(
    struct hunt *hunt, const struct trial *trial, const struct preset *words)
{
	hunt->tried++;
	return trial_run(trial, words, &hunt->found);
}

struct trial
hunt_with(const struct hunt *hunt, const struct secrets *secrets)
{
	struct trial trial = hunt->base;

	trial.prov.secrets = *secrets;
	return trial;
}

void
hunt_secrets(
    struct secrets *dst, const struct secrets *lines, enum rule_key key)
{
	struct secrets one;
	struct reason why;

	*dst = (struct secrets){.n = 0};
	for (size_t i = 0; i < lines->n; i++) {
		/* Each by itself: one that makes no sense is none. */
		if (secrets_parse(&one, secret_at(lines, i), key, &why))
			dst->item[dst->n++] = one.item[0];
	}
}

bool
hunt_rule(struct hunt *hunt, const struct preset *words)
{
	struct secrets secrets;
	const char *key = "";
	struct reason why;
	struct trial trial;
	struct rule rule;
	bool ok;

	/* What the words leave out, "key" among it, the rule knows. */
	if (!rule_make(&rule, words, hunt->cfg->tolerance, &key, &why))
		return false;
	hunt_secrets(&secrets, &hunt->lines, rule.key);
	rule_free(&rule);
	trial = hunt_with(hunt, &secrets);
	ok = hunt_run(hunt, &trial, words);
	secrets_free(&secrets);
	return ok;
}

bool
hunt_words(struct hunt *hunt, const struct preset *words)
{
	if (!hunt_rule(hunt, words))
		return false;
	words_print(hunt->out, &hunt->prov->words, words);
	return true;
}

const char *
hunt_source(const struct provider *prov)
{
	return prov->secret_path != NULL ? prov->secret_path : prov->secret_env;
}

bool
hunt_header(const struct hunt *hunt, size_t i, struct hunt_header *header)
{
	for (char *const *e = hunt->base.req.env; *e != NULL; e++) {
		struct span value = span_str(*e), name = span_cut(&value, '=');
		size_t n = 0;

		if (!span_starts(name, span_str("HTTP_")) || i-- > 0)
			continue;
		name = span_skip(name, strlen("HTTP_"));
		for (; n < name.len && n < HUNT_NAME_MAX - 1; n++) {
			unsigned char c = name.ptr[n];
			bool first = n == 0 || name.ptr[n - 1] == '_';

			if (c == '_')
				c = '-';
			else if (!first && c >= 'A' && c <= 'Z')
				c = (unsigned char)(c - 'A' + 'a');
			header->name[n] = (char)c;
		}
		header->name[n] = '\0';
		header->value = value;
		return true;
	}
	return false;
}

bool
mistake_find(const struct trial *base, struct mistake *mistake)
{
	struct hunt hunt = {
	    .cfg = base->cfg, .prov = &base->prov, .base = *base};
	size_t len = 0;
	bool found = false;

	*mistake = (struct mistake){.text = NULL};
	hunt.out = open_memstream(&mistake->text, &len);
	if (hunt.out == NULL)
		return false;
	trial_lines(&base->prov, &hunt.lines);
	for (size_t i = 0; i < sizeof(kind) / sizeof(kind[0]) && !found; i++)
		found = kind[i](&hunt);
	secrets_free(&hunt.lines);
	if (fclose(hunt.out) != 0)
		found = false;
	mistake->found = hunt.found;
	mistake->tried = hunt.tried;
	if (!found) {
		free(mistake->text);
		mistake->text = NULL;
	}
	return found;
}
