/* edit.c - changes to a request that has been signed. */
#include <ctype.h>
#include <stdio.h>
#include <strings.h>

#include "../fuzz.h"
#include "jsonpath.h"
#include "mutate.h"
#include "sender.h"

#define COUNTED 8

/* The headers that the rule looks at, besides the signature's. */
static size_t
counted(struct mail *mail, struct header *dst[static COUNTED])
{
	const struct rule *rule = mail->rule;
	const char *fixed[] = {rule->id, rule->timestamp, "header:Date",
	    "header:Digest", "header:Content-Digest", "header:Signature-Input"};
	size_t n = 0;

	for (size_t i = 0; i < rule->ntext; i++) {
		const char *at = strstr(rule->text[i], "{header:");
		char name[96];

		if (at == NULL)
			continue;
		snprintf(name, sizeof(name), "%.*s", (int)strcspn(at + 8, "}"),
		    at + 8);
		if (n < COUNTED && (dst[n] = mail_find(mail, name)) != NULL)
			n++;
	}
	for (size_t i = 0; i < sizeof(fixed) / sizeof(fixed[0]); i++) {
		if (n < COUNTED && fixed[i] != NULL &&
		    strncmp(fixed[i], "header:", 7) == 0 &&
		    (dst[n] = mail_find(mail, fixed[i] + 7)) != NULL)
			n++;
	}
	return n;
}

/* The header of the signature, or NULL. */
static struct header *
signature(struct mail *mail)
{
	char name[128];

	if (mail->rule->signature == NULL)
		return NULL;
	snprintf(name, sizeof(name), "%s", mail->rule->signature);
	if (name[strlen(name) - 1] == '*')
		name[strlen(name) - 1] = '1';
	return mail_find(mail, name);
}

static void
flip(struct bytes *b, unsigned at)
{
	char c;

	if (b->len == 0)
		return;
	c = (char)(b->ptr[at % b->len] ^ (1 << (at / 7 % 7)));
	bytes_splice(b, at % b->len, 1, span_mem(&c, 1));
}

static void
edit_body(struct mail *mail, const struct edit *edit)
{
	struct chance chance = chance_of(edit->at);
	struct bytes *body = &mail->body;
	size_t at = edit->at % (body->len + 1);

	if (edit->kind == EDIT_BODY_FLIP)
		flip(body, edit->at);
	else if (edit->kind == EDIT_BODY_INSERT)
		bytes_splice(body, at, 0, bytes_span(&edit->text));
	else if (edit->kind == EDIT_BODY_DELETE)
		bytes_splice(body, at, 1, span_str(""));
	else if (edit->kind == EDIT_BODY_CUT)
		bytes_splice(body, at, body->len, span_str(""));
	else if (edit->kind == EDIT_BODY_JSON)
		mutate_json(body, &chance);
	else
		mutate_form(body, &chance);
}

static void
edit_header(struct mail *mail, const struct edit *edit)
{
	struct span value = bytes_span(&edit->text);
	struct span word = span_cut(&value, ':');
	struct header *h;
	char name[96];

	snprintf(
	    name, sizeof(name), "%.*s", (int)word.len, (const char *)word.ptr);
	h = mail_find(mail, name);
	if (edit->kind == EDIT_HEADER_ADD || h == NULL) {
		if (value.ptr != NULL && name[0] != '\0')
			mail_add(mail, name, span_trim(value));
	} else if (edit->kind == EDIT_HEADER_DROP) {
		mail_drop(mail, h);
	} else if (edit->kind == EDIT_HEADER_TWICE) {
		mail_add(mail, name, bytes_span(&h->value));
	} else {
		bytes_splice(&h->value, 0, h->value.len, span_trim(value));
	}
}

static void
swap_case(struct bytes *b, unsigned at)
{
	for (size_t i = 0; i < b->len; i++) {
		int c = (unsigned char)b->ptr[i];

		if ((at >> (i % 8) & 1) == 0)
			b->ptr[i] =
			    (char)(isupper(c) ? tolower(c) : toupper(c));
	}
}

static void
edit_signed(struct mail *mail, const struct edit *edit)
{
	struct chance chance = chance_of(edit->at);
	struct header *all[COUNTED], *h;
	size_t n = counted(mail, all);

	if (n == 0)
		return;
	h = all[edit->at % n];
	if (edit->kind == EDIT_SIGNED_FLIP)
		flip(&h->value, edit->at / (unsigned)n);
	else if (edit->kind == EDIT_SIGNED_TEXT)
		bytes_splice(
		    &h->value, 0, h->value.len, bytes_span(&edit->text));
	else if (edit->kind == EDIT_SIGNED_CASE)
		swap_case(&h->value, edit->at / (unsigned)n);
	else if (edit->kind == EDIT_SIGNED_TWICE)
		mail_add(mail, h->name.ptr, bytes_span(&edit->text));
	else
		mutate_number(&h->value, &chance);
}

static void
edit_signature(struct mail *mail, const struct edit *edit)
{
	const char *separator = mail->rule->words.separator;
	struct chance chance = chance_of(edit->at);
	struct header *h = signature(mail);

	if (h == NULL)
		return;
	if (edit->kind == EDIT_SIGNATURE_FLIP)
		flip(&h->value, edit->at);
	else if (edit->kind == EDIT_SIGNATURE_LIST)
		mutate_list(
		    &h->value, separator == NULL ? ',' : separator[0], &chance);
	else if (edit->kind == EDIT_SIGNATURE_CUT)
		bytes_splice(&h->value,
		    h->value.len - edit->at % (h->value.len + 1), h->value.len,
		    span_str(""));
	else if (edit->kind == EDIT_SIGNATURE_CASE)
		swap_case(&h->value, edit->at);
	else if (edit->kind == EDIT_SIGNATURE_BEFORE)
		bytes_splice(&h->value, 0, 0, bytes_span(&edit->text));
	else
		bytes_add(&h->value, bytes_span(&edit->text));
}

/* Move n bytes from the end of a to the beginning of b, or back. */
static void
move(struct bytes *a, struct bytes *b, size_t n, bool back)
{
	struct bytes part = {NULL, 0};
	struct bytes *from = back ? b : a, *to = back ? a : b;
	size_t at;

	if (n > from->len)
		n = from->len;
	at = back ? 0 : from->len - n;
	bytes_add(&part, span_mem(bytes_span(from).ptr + at, n));
	bytes_splice(from, at, n, span_str(""));
	bytes_splice(to, back ? to->len : 0, 0, bytes_span(&part));
	bytes_free(&part);
}

/* The same between two strings in the body, the names of which are signed. */
static bool
move_members(struct mail *mail, size_t n)
{
	struct span body = bytes_span(&mail->body), a, b;
	char first[64], second[64];
	size_t end, begin;

	if (mail->rule->ntext == 0 ||
	    sscanf(mail->rule->text[0], "{json:%63[^}]}{json:%63[^}]}", first,
		second) != 2)
		return false;
	if (!jsonpath_find(body, first, &a) ||
	    !jsonpath_find(body, second, &b) || a.len < n + 2 ||
	    b.len < n + 2 || b.ptr < a.ptr)
		return true;
	end = (size_t)(a.ptr - body.ptr) + a.len - 1;
	begin = (size_t)(b.ptr - body.ptr) + 1;
	{
		struct bytes part = {NULL, 0};

		bytes_add(&part, span_mem(b.ptr + 1, n));
		bytes_splice(&mail->body, begin, n, span_str(""));
		bytes_splice(&mail->body, end, 0, bytes_span(&part));
		bytes_free(&part);
	}
	return true;
}

static void
edit_move(struct mail *mail, const struct edit *edit)
{
	struct header *all[COUNTED];
	size_t n = counted(mail, all), i, bytes = 1 + edit->at / 8 % 64;
	bool back = (edit->at & 1) != 0;

	if (move_members(mail, bytes) || n == 0)
		return;
	i = edit->at / 2 % n;
	if (i + 1 < n && all[i] != all[i + 1] && (edit->at & 4) != 0)
		move(&all[i]->value, &all[i + 1]->value, bytes, back);
	else
		move(&all[i]->value, &mail->body, bytes, back);
}

/* The text of the time, which is a header; NULL if it is none. */
static struct header *
time_header(struct mail *mail)
{
	const char *spec = mail->rule->timestamp;

	if (spec == NULL || strncmp(spec, "header:", 7) != 0)
		return NULL;
	return mail_find(mail, spec + 7);
}

/*
 * Where "{header:A}.{ts}.{body}" is signed and the body has ".TIME." in it, the
 * header takes all before that.
 */
static void
edit_resplit(struct mail *mail)
{
	char name[96], before[8] = "", after[8] = "";
	struct header *time = time_header(mail), *h;
	struct bytes mark = {NULL, 0};
	char *at;

	if (time == NULL || mail->rule->ntext == 0 ||
	    sscanf(mail->rule->text[0], "{header:%95[^}]}%7[^{]", name,
		before) < 1 ||
	    (h = mail_find(mail, name)) == NULL)
		return;
	at = strstr(mail->rule->text[0], "{ts}");
	if (at == NULL)
		return;
	snprintf(
	    after, sizeof(after), "%.*s", (int)strcspn(at + 4, "{"), at + 4);
	bytes_put(&mark, before);
	bytes_add(&mark, bytes_span(&time->value));
	bytes_put(&mark, after);
	at = mail->body.len == 0 ? NULL : strstr(mail->body.ptr, mark.ptr);
	if (at != NULL) {
		size_t n = (size_t)(at - mail->body.ptr);

		bytes_add(&h->value, bytes_span(&mark));
		bytes_add(&h->value, span_mem(mail->body.ptr, n));
		bytes_splice(&mail->body, 0, n + mark.len, span_str(""));
	}
	bytes_free(&mark);
}

void
sender_edit(struct mail *mail, const struct edit *edit)
{
	if (edit->kind <= EDIT_BODY_FORM)
		edit_body(mail, edit);
	else if (edit->kind <= EDIT_HEADER_TWICE)
		edit_header(mail, edit);
	else if (edit->kind <= EDIT_SIGNED_NUMBER)
		edit_signed(mail, edit);
	else if (edit->kind <= EDIT_SIGNATURE_AFTER)
		edit_signature(mail, edit);
	else if (edit->kind == EDIT_METHOD)
		bytes_splice(&mail->method, 0, mail->method.len,
		    bytes_span(&edit->text));
	else if (edit->kind == EDIT_TARGET)
		bytes_add(&mail->target, bytes_span(&edit->text));
	else if (edit->kind == EDIT_LENGTH) {
		bytes_splice(&mail->length, 0, mail->length.len,
		    bytes_span(&edit->text));
		bytes_put(&mail->length, "");
	} else if (edit->kind == EDIT_RESPLIT)
		edit_resplit(mail);
	else
		edit_move(mail, edit);
}
