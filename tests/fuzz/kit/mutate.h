/*
 * mutate.h - one change to a text of a known kind.
 *
 * What comes out is mostly still of that kind, so that it gets further than
 * to the first check of a parser.
 */
#ifndef MUTATE_H
#define MUTATE_H

#include "bytes.h"

/* Any bytes: turned over, repeated, cut, moved. */
void mutate_bytes(struct bytes *b, struct chance *chance);

/*
 * JSON: members swapped, doubled and renamed, characters escaped, numbers
 * replaced, values nested deeper.
 */
void mutate_json(struct bytes *b, struct chance *chance);

/* A form: fields swapped and doubled, cut elsewhere, characters encoded. */
void mutate_form(struct bytes *b, struct chance *chance);

/* Words between separators, as signature headers are made. */
void mutate_list(struct bytes *b, char separator, struct chance *chance);

/* A number or a time, as text: at a bound, in another unit, in no unit. */
void mutate_number(struct bytes *b, struct chance *chance);

/* By what b seems to be. */
void mutate_body(struct bytes *b, struct chance *chance);

#endif
