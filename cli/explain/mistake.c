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
static const mistake_kind_fn kind[] = {
    mistake_clock,
    mistake_secret_text,
    mistake_preset,
    mistake_secret_key,
    mistake_preset_keys,
    mistake_preset_header,
    mistake_shape,
    mistake_compressed,
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
is_left_out(const struct search *search, mistake_kind_fn one)
{
	return one == mistake_body &&
	       search->base.req.body.len > MISTAKE_BODY_MAX;
}

static bool
find(struct search *search, const mistake_kind_fn kinds[], size_t n)
{
	for (size_t i = 0; i < n; i++) {
		if (is_left_out(search, kinds[i]))
			search->left_out++;
		else if (kinds[i](search))
			return true;
	}
	return false;
}

static bool
run(const struct attempt *base, const struct known *known,
    const mistake_kind_fn kinds[], size_t n, struct mistake *mistake)
{
	struct search *search = malloc(sizeof(*search));
	size_t len = 0;
	bool found = false;

	*mistake = (struct mistake){.text = NULL};
	if (search == NULL || !search_init(search, base, known))
		goto out;
	search->out = open_memstream(&mistake->text, &len);
	if (search->out != NULL) {
		found = find(search, kinds, n);
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

bool
mistake_find(const struct attempt *base, const struct known *known,
    struct mistake *mistake)
{
	return run(base, known, kind, sizeof(kind) / sizeof(kind[0]), mistake);
}

bool
mistake_find_preset(const struct attempt *base, const struct known *known,
    struct mistake *mistake)
{
	static const mistake_kind_fn preset[] = {mistake_preset};

	return run(base, known, preset, 1, mistake);
}
