/*
 * mistake_kinds.h - the kinds of mistakes, in mistake_*.c.
 *
 * Each tries the changes that are its own and stops at the first with which the
 * request verifies.  True: it did, and search->out has the words for it.
 */
#ifndef MISTAKE_KINDS_H
#define MISTAKE_KINDS_H

#include <stdbool.h>

#include "search.h"

typedef bool (*mistake_kind_fn)(struct search *search);

bool mistake_clock(struct search *search);
bool mistake_secret_text(struct search *search);
bool mistake_secret_key(struct search *search);
bool mistake_secret_sender(struct search *search);
bool mistake_shape(struct search *search);
bool mistake_signed(struct search *search);
bool mistake_limits(struct search *search);
bool mistake_url(struct search *search);
bool mistake_target(struct search *search);
bool mistake_body(struct search *search);
bool mistake_compressed(struct search *search);
bool mistake_other_secret(struct search *search);
bool mistake_other_provider(struct search *search);
bool mistake_preset(struct search *search);
bool mistake_preset_header(struct search *search);
bool mistake_preset_keys(struct search *search);

#endif
