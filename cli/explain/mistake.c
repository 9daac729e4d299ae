/* mistake.c - the table of mistakes. */
#include <stdlib.h>

#include "base/stream.h"
#include "mistake.h"
#include "mistake_kinds.h"

/*
 * In the order of trying.  Those that change less come first: where two would
 * do, the one named should be the one that was made.  Presets come before
 * single settings: a preset with another header is another sender's.
 */
static bool (*const kind[])(struct search *search) = {
    mistake_clock,
    mistake_secret_text,
    mistake_preset,
    mistake_secret_key,
    mistake_preset_keys,
    mistake_preset_header,
    mistake_shape,
    mistake_limits,
    mistake_url,
    mistake_target,
    mistake_body,
    mistake_signed,
    mistake_other_secret,
    mistake_other_provider,
    mistake_secret_sender,
};

/* Other ways of writing a body take many times its length. */
static bool
is_left_out(const struct search *search, bool (*one)(struct search *search))
{
	return one == mistake_body &&
	       search->base.req.body.len > MISTAKE_BODY_MAX;
}

static bool
find(struct search *search)
{
	for (size_t i = 0; i < sizeof(kind) / sizeof(kind[0]); i++) {
		if (is_left_out(search, kind[i]))
			search->left_out++;
		else if (kind[i](search))
			return true;
	}
	return false;
}

bool
mistake_find(const struct attempt *base, const struct known *known,
    struct mistake *mistake)
{
	struct search *search = malloc(sizeof(*search));
	size_t len = 0;
	bool found = false;

	*mistake = (struct mistake){.text = NULL};
	if (search == NULL || !search_init(search, base, known))
		goto out;
	search->out = open_memstream(&mistake->text, &len);
	if (search->out != NULL) {
		found = find(search);
		if (!stream_end(search->out, &mistake->text))
			found = false;
	}
	mistake->found = search->found;
	mistake->likely = search->likely;
	mistake->tried = search->tried;
	mistake->left_out = search->left_out;
	mistake->macs = search->macs.computed;
	mistake->bytes = search->macs.bytes;
	search_free(search);
	if (!found) {
		free(mistake->text);
		mistake->text = NULL;
	}
out:
	free(search);
	return found;
}
