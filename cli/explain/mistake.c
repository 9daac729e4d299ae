/* mistake.c - the table of mistakes. */
#include <stdlib.h>

#include "base/stream.h"
#include "mistake.h"
#include "mistake_kinds.h"

/*
 * In the order of trying.  Those that change less come first: where two would
 * do, the one named should be the one that was made.
 */
static bool (*const kind[])(struct search *search) = {
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
mistake_find(const struct attempt *base, struct mistake *mistake)
{
	struct search search = {
	    .cfg = base->cfg, .prov = &base->prov, .base = *base};
	size_t len = 0;
	bool found = false;

	*mistake = (struct mistake){.text = NULL};
	search.out = open_memstream(&mistake->text, &len);
	if (search.out == NULL)
		return false;
	attempt_lines(&base->prov, &search.lines);
	for (size_t i = 0; i < sizeof(kind) / sizeof(kind[0]) && !found; i++)
		found = kind[i](&search);
	secrets_free(&search.lines);
	if (!stream_end(search.out, &mistake->text))
		found = false;
	mistake->found = search.found;
	mistake->tried = search.tried;
	if (!found) {
		free(mistake->text);
		mistake->text = NULL;
	}
	return found;
}
