/*
 * letter.h - a delivery as a fuzzer's input describes it.
 *
 *	entry=stripe
 *	secret=0		0, 1: the entry's own; 2: a stranger's
 *	time=-300		the signed time, seconds from now
 *	form=0			how it is written (text.h); 0: as the provider does
 *	encoding=0		of the signature; 0: as the provider's
 *	fill=0			blanks behind the body, to make it large
 *	alternative=0		which of those that the entry signs
 *	coding=0		how the body is compressed (coding.h), at an
 *				entry that decompresses it
 *	flip=0			which byte of the compressed body is changed; 0:
 *				none
 *	method=POST
 *	target=/hooks/stripe
 *	H X-Header: value	one header more
 *	S body-byte 12 x	changed before a second one is signed
 *	N header-set 0 A: b	changed after it was signed
 *
 *	the body, in which $ID, $TIME, $SEC, $MS and $MAC stand for values
 *
 * A line that is none of these is passed over.  Without a body, it is the
 * sample of the preset.
 */
#ifndef LETTER_H
#define LETTER_H

#include "bytes.h"

#define LETTER_HEADERS 8
#define LETTER_EDITS   4
#define LETTER_MAX     (48UL * 1024) /* bytes of a body, without blanks */
#define LETTER_FILL    400000        /* most blanks: more than memory takes */

struct header {
	struct bytes name, value;
};

enum edit_kind {
	EDIT_BODY_FLIP,
	EDIT_BODY_INSERT,
	EDIT_BODY_DELETE,
	EDIT_BODY_CUT,
	EDIT_BODY_JSON, /* at is the seed of what changes */
	EDIT_BODY_FORM,
	EDIT_HEADER_SET, /* text is "Name: value" */
	EDIT_HEADER_ADD,
	EDIT_HEADER_DROP, /* text is "Name" */
	EDIT_HEADER_TWICE,
	EDIT_SIGNED_FLIP,   /* in the at-th of the headers that count */
	EDIT_SIGNED_TEXT,   /* that becomes text */
	EDIT_SIGNED_CASE,   /* of some letters */
	EDIT_SIGNED_TWICE,  /* once more, with text as its value */
	EDIT_SIGNED_NUMBER, /* at is the seed as well */
	EDIT_SIGNATURE_FLIP,
	EDIT_SIGNATURE_LIST, /* at is the seed */
	EDIT_SIGNATURE_CUT,
	EDIT_SIGNATURE_CASE,
	EDIT_SIGNATURE_BEFORE, /* text stands before it */
	EDIT_SIGNATURE_AFTER,
	EDIT_METHOD,
	EDIT_TARGET,
	EDIT_LENGTH,  /* Content-Length is text; "" leaves it out */
	EDIT_RESPLIT, /* a header ends at a later time within the body */
	EDIT_MOVE,    /* bytes between a signed header and the body */
	EDIT_KINDS
};

/* One change, and where. */
struct edit {
	bool before; /* the signature is made */
	enum edit_kind kind;
	unsigned at;
	struct bytes text;
};

struct letter {
	struct bytes entry, method, target, body;
	long secret, time, form, encoding, alternative, fill, coding, flip;
	size_t nheader, nedit;
	struct header header[LETTER_HEADERS];
	struct edit edit[LETTER_EDITS];
};

/* Read text, of which nothing is wrong.  The caller frees the letter. */
void letter_read(struct letter *letter, struct span text);

/* Write it as it is read. */
void letter_write(const struct letter *letter, struct bytes *dst);

void letter_free(struct letter *letter);

/* What a mutator may put into letters. */
struct letter_words {
	const char *const *entry; /* NULL at its end, as all of these */
	const char *const *header;
};

/* Change one thing. */
void letter_mutate(struct letter *letter, const struct letter_words *words,
    struct chance *chance);

#endif
