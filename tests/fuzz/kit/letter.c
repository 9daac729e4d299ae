/* letter.c - reads, writes and changes the description of a delivery. */
#include "letter.h"

#include <stdio.h>

#include "../fuzz.h"
#include "coding.h"
#include "mutate.h"
#include "text.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static const char *const edit_name[EDIT_KINDS] = {
    [EDIT_BODY_FLIP] = "body-flip",
    [EDIT_BODY_INSERT] = "body-insert",
    [EDIT_BODY_DELETE] = "body-delete",
    [EDIT_BODY_CUT] = "body-cut",
    [EDIT_BODY_JSON] = "body-json",
    [EDIT_BODY_FORM] = "body-form",
    [EDIT_HEADER_SET] = "header-set",
    [EDIT_HEADER_ADD] = "header-add",
    [EDIT_HEADER_DROP] = "header-drop",
    [EDIT_HEADER_TWICE] = "header-twice",
    [EDIT_SIGNED_FLIP] = "signed-flip",
    [EDIT_SIGNED_TEXT] = "signed-text",
    [EDIT_SIGNED_CASE] = "signed-case",
    [EDIT_SIGNED_TWICE] = "signed-twice",
    [EDIT_SIGNED_NUMBER] = "signed-number",
    [EDIT_SIGNATURE_FLIP] = "signature-flip",
    [EDIT_SIGNATURE_LIST] = "signature-list",
    [EDIT_SIGNATURE_CUT] = "signature-cut",
    [EDIT_SIGNATURE_CASE] = "signature-case",
    [EDIT_SIGNATURE_BEFORE] = "signature-before",
    [EDIT_SIGNATURE_AFTER] = "signature-after",
    [EDIT_METHOD] = "method",
    [EDIT_TARGET] = "target",
    [EDIT_LENGTH] = "length",
    [EDIT_RESPLIT] = "resplit",
    [EDIT_MOVE] = "move",
};

static void
set(struct bytes *b, struct span text)
{
	bytes_splice(b, 0, b->len, text);
}

static void
read_edit(struct letter *l, struct span line)
{
	struct edit *edit = &l->edit[l->nedit];
	bool before = line.ptr[0] == 'S';
	struct span rest = span_skip(line, 2);
	struct span name = span_cut(&rest, ' '), at = span_cut(&rest, ' ');
	long long number = span_number(at);

	for (size_t i = 0; i < EDIT_KINDS && l->nedit < LETTER_EDITS; i++) {
		if (span_is(name, edit_name[i])) {
			edit->before = before;
			edit->kind = (enum edit_kind)i;
			edit->at = (unsigned)(number < 0 ? 0 : number);
			set(&edit->text, rest);
			l->nedit++;
			return;
		}
	}
}

static void
read_header(struct letter *l, struct span line)
{
	struct span value = span_skip(line, 2), name = span_cut(&value, ':');

	if (l->nheader == LETTER_HEADERS || value.ptr == NULL)
		return;
	set(&l->header[l->nheader].name, name);
	set(&l->header[l->nheader].value, span_trim(value));
	l->nheader++;
}

static long
read_number(struct span text)
{
	bool negative = text.len > 0 && text.ptr[0] == '-';
	long long n = span_number(span_skip(text, negative));

	if (n < 0)
		return 0;
	return (long)(negative ? -n : n);
}

static void
read_word(struct letter *l, struct span line)
{
	static const char *const text_name[] = {"entry", "method", "target"};
	static const char *const number_name[] = {"secret", "time", "form",
	    "encoding", "alternative", "fill", "coding", "flip"};
	struct bytes *text[] = {&l->entry, &l->method, &l->target};
	long *number[] = {&l->secret, &l->time, &l->form, &l->encoding,
	    &l->alternative, &l->fill, &l->coding, &l->flip};
	struct span value = line, name = span_cut(&value, '=');

	if (value.ptr == NULL)
		return;
	for (size_t i = 0; i < COUNT(text); i++) {
		if (span_is(name, text_name[i]))
			set(text[i], value);
	}
	for (size_t i = 0; i < COUNT(number); i++) {
		if (span_is(name, number_name[i]))
			*number[i] = read_number(value);
	}
}

/* Neither may hold what would not come back. */
static void
plain(struct bytes *b)
{
	for (size_t i = 0; i < b->len; i++) {
		if (b->ptr[i] == '\n' || b->ptr[i] == '\0')
			b->ptr[i] = ' ';
	}
}

static void
plain_all(struct letter *l)
{
	plain(&l->entry);
	plain(&l->method);
	plain(&l->target);
	for (size_t i = 0; i < l->nheader; i++) {
		plain(&l->header[i].name);
		plain(&l->header[i].value);
	}
	for (size_t i = 0; i < l->nedit; i++)
		plain(&l->edit[i].text);
}

void
letter_read(struct letter *l, struct span text)
{
	struct span line;

	*l = (struct letter){.secret = 0};
	set(&l->method, span_str("POST"));
	set(&l->target, span_str("/hooks"));
	while ((line = span_cut(&text, '\n')).len > 0) {
		if (span_starts(line, span_str("H ")))
			read_header(l, line);
		else if (span_starts(line, span_str("N ")) ||
			 span_starts(line, span_str("S ")))
			read_edit(l, line);
		else
			read_word(l, line);
	}
	if (text.len > LETTER_MAX)
		text.len = LETTER_MAX;
	if (text.ptr != NULL)
		set(&l->body, text);
	l->secret = (long)((unsigned long)l->secret % 3);
	l->alternative = (long)((unsigned long)l->alternative % 8);
	l->fill = (long)((unsigned long)l->fill % (LETTER_FILL + 1));
	l->coding = (long)((unsigned long)l->coding % CODING_KINDS);
	l->flip = (long)((unsigned long)l->flip % LETTER_MAX);
	plain_all(l);
}

static void
put_line(struct bytes *dst, const char *before, const struct bytes *value)
{
	bytes_put(dst, before);
	bytes_add(dst, bytes_span(value));
	bytes_put(dst, "\n");
}

static void
put_number(struct bytes *dst, const char *name, long value)
{
	char line[64];

	if (value == 0)
		return;
	snprintf(line, sizeof(line), "%s=%ld\n", name, value);
	bytes_put(dst, line);
}

void
letter_write(const struct letter *l, struct bytes *dst)
{
	char at[64];

	put_line(dst, "entry=", &l->entry);
	put_number(dst, "secret", l->secret);
	put_number(dst, "time", l->time);
	put_number(dst, "form", l->form);
	put_number(dst, "encoding", l->encoding);
	put_number(dst, "alternative", l->alternative);
	put_number(dst, "fill", l->fill);
	put_number(dst, "coding", l->coding);
	put_number(dst, "flip", l->flip);
	put_line(dst, "method=", &l->method);
	put_line(dst, "target=", &l->target);
	for (size_t i = 0; i < l->nheader; i++) {
		bytes_put(dst, "H ");
		bytes_add(dst, bytes_span(&l->header[i].name));
		put_line(dst, ": ", &l->header[i].value);
	}
	for (size_t i = 0; i < l->nedit; i++) {
		snprintf(at, sizeof(at), "%s %s %u ",
		    l->edit[i].before ? "S" : "N", edit_name[l->edit[i].kind],
		    l->edit[i].at);
		put_line(dst, at, &l->edit[i].text);
	}
	bytes_put(dst, "\n");
	bytes_add(dst, bytes_span(&l->body));
}

void
letter_free(struct letter *l)
{
	bytes_free(&l->entry);
	bytes_free(&l->method);
	bytes_free(&l->target);
	bytes_free(&l->body);
	for (size_t i = 0; i < LETTER_HEADERS; i++) {
		bytes_free(&l->header[i].name);
		bytes_free(&l->header[i].value);
	}
	for (size_t i = 0; i < LETTER_EDITS; i++)
		bytes_free(&l->edit[i].text);
}

/* --- mutation --- */

static const char *
pick(const char *const words[], struct chance *chance)
{
	size_t n = 0;

	while (words[n] != NULL)
		n++;
	return words[chance_below(chance, n)];
}

static long
pick_time(struct chance *chance)
{
	static const long offset[] = {0, 1, -1, 60, -60, 61, -61, 180, -181,
	    299, 300, 301, -299, -300, -301, 600, -601, 28800, -28801, 86400,
	    -86401, 259200, -259201, 1000000, -1000000, -1600000000, 1700000000,
	    100000000000, 8000000000000};

	return offset[chance_below(chance, COUNT(offset))];
}

/* Seldom, because it takes its time: around what is kept in memory. */
static long
pick_fill(struct chance *chance)
{
	static const long size[] = {
	    100, 200000, 261000, 262144, 262145, 300000, LETTER_FILL};

	return chance_one_in(chance, 20)
		   ? size[chance_below(chance, COUNT(size))]
		   : 0;
}

static void
mutate_value(struct bytes *b, struct chance *chance)
{
	switch (chance_below(chance, 4)) {
	case 0:
		mutate_list(b, chance_one_in(chance, 2) ? ',' : ' ', chance);
		break;
	case 1:
		mutate_number(b, chance);
		break;
	case 2: /* long */
		for (int i = 0; i < 9000 && b->len < 9000; i += 10)
			bytes_put(b, "0123456789");
		break;
	default:
		mutate_bytes(b, chance);
		break;
	}
}

/* Content-Type and its like: what readers may take a body for. */
static const char *
pick_type(struct chance *chance)
{
	static const char *const type[] = {"application/cloudevents+json",
	    "application/CloudEvents+json; charset=utf-8",
	    "application/cloudevents-batch+json", "application/cloudevents",
	    "application/json", "application/x-www-form-urlencoded"};

	return type[chance_below(chance, COUNT(type))];
}

/* A query that stands before a form, or ends as Twilio's own does. */
static const char *
pick_target(struct chance *chance)
{
	static const char *const target[] = {"/hooks?a=b",
	    "/hooks?a=b&bodySHA256=0123", "/hooks?bodySHA256=0123&a=b",
	    "/hooks?bodySHA256=0123", "/hooks?", "/hooks??a", "/hooks?a=b?c=d",
	    "/hooks?%3F", "/hooks?a=%00", "/hooks#a?b=c"};

	return target[chance_below(chance, COUNT(target))];
}

static void
mutate_packing(struct letter *l, struct chance *chance)
{
	l->coding = (long)chance_below(chance, CODING_KINDS);
	l->flip = chance_one_in(chance, 3)
		      ? (long)chance_below(chance, l->body.len / 2 + 40)
		      : 0;
}

static void
mutate_header(
    struct letter *l, const struct letter_words *words, struct chance *chance)
{
	size_t i = chance_below(chance, l->nheader);
	struct header *h = &l->header[i];

	if (l->nheader < LETTER_HEADERS &&
	    (l->nheader == 0 || chance_one_in(chance, 3))) {
		h = &l->header[l->nheader++];
		set(&h->name, span_str(pick(words->header, chance)));
		set(&h->value, span_str("abc-1"));
		if (strcmp(h->name.ptr, "Content-Type") == 0)
			set(&h->value, span_str(pick_type(chance)));
	} else if (chance_one_in(chance, 4)) {
		set(&h->name, span_str(pick(words->header, chance)));
	} else if (chance_one_in(chance, 4)) {
		set(&h->name, bytes_span(&l->header[--l->nheader].name));
	} else {
		mutate_value(&h->value, chance);
	}
}

/* What an edit of its kind has as its text. */
static void
edit_text(
    struct edit *edit, const struct letter_words *words, struct chance *chance)
{
	static const char *const some[] = {"a", "0", " ", ",", "=", ".", "\t",
	    "v1=", "sha256=", "{}", "\xff", ",,", "1700000000", "a.1700000000.",
	    "%00", "&a=b", "POST", "GET", "HEAD", "PUT", "/hooks?a=b"};

	set(&edit->text, span_str(""));
	if (edit->kind >= EDIT_HEADER_SET && edit->kind <= EDIT_HEADER_TWICE)
		bytes_put(&edit->text, pick(words->header, chance));
	if (edit->kind == EDIT_HEADER_SET || edit->kind == EDIT_HEADER_ADD)
		bytes_put(&edit->text, ": ");
	if (edit->kind == EDIT_LENGTH && chance_one_in(chance, 3))
		return;
	if (edit->kind != EDIT_HEADER_DROP && edit->kind != EDIT_HEADER_TWICE)
		bytes_put(&edit->text, some[chance_below(chance, COUNT(some))]);
	if (chance_one_in(chance, 8))
		mutate_bytes(&edit->text, chance);
}

static void
mutate_edit(
    struct letter *l, const struct letter_words *words, struct chance *chance)
{
	size_t i = chance_below(chance, l->nedit);
	struct edit *edit = &l->edit[i];

	if (l->nedit > 0 && chance_one_in(chance, 4)) {
		struct edit last = l->edit[--l->nedit], gone = *edit;

		*edit = last;
		l->edit[l->nedit] = gone;
		return;
	}
	if (l->nedit < LETTER_EDITS &&
	    (l->nedit == 0 || chance_one_in(chance, 3)))
		edit = &l->edit[l->nedit++];
	edit->before = chance_one_in(chance, 4);
	edit->kind = (enum edit_kind)chance_below(chance, EDIT_KINDS);
	edit->at = (unsigned)chance_below(
	    chance, chance_one_in(chance, 2) ? 8 : l->body.len + 300);
	edit_text(edit, words, chance);
}

void
letter_mutate(
    struct letter *l, const struct letter_words *words, struct chance *chance)
{
	switch (chance_below(chance, 12)) {
	case 0:
		set(&l->entry, span_str(pick(words->entry, chance)));
		break;
	case 1:
		l->time = pick_time(chance);
		break;
	case 2:
		l->secret = (long)chance_below(chance, 3);
		l->form = chance_one_in(chance, 2)
			      ? 0
			      : (long)chance_below(chance, FORMS);
		l->encoding = (long)chance_below(chance, 4);
		l->fill = pick_fill(chance);
		l->alternative = (long)chance_below(chance, 6);
		break;
	case 3:
		mutate_bytes(
		    chance_one_in(chance, 4) ? &l->method : &l->target, chance);
		break;
	case 4:
		mutate_header(l, words, chance);
		break;
	case 10:
		mutate_packing(l, chance);
		break;
	case 11:
		set(&l->target, span_str(pick_target(chance)));
		break;
	case 5:
	case 6:
		mutate_body(&l->body, chance);
		break;
	default:
		mutate_edit(l, words, chance);
		break;
	}
	plain_all(l);
}
