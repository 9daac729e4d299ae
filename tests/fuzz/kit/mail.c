/* mail.c - the headers of a request, as a server hands them on. */
#include <ctype.h>
#include <strings.h>

#include "../fuzz.h"
#include "sender.h"

void
mail_add(struct mail *mail, const char *name, struct span value)
{
	struct header *h = &mail->header[mail->nheader];

	if (mail->nheader == SENDER_HEADERS)
		return;
	bytes_put(&h->name, name);
	bytes_add(&h->value, value);
	mail->nheader++;
}

/* As the environment has it, where '-' and '_' are one. */
static bool
same_name(const char *a, const char *b)
{
	for (; *a != '\0' && *b != '\0'; a++, b++) {
		int x = toupper((unsigned char)*a),
		    y = toupper((unsigned char)*b);

		if ((x == '_' ? '-' : x) != (y == '_' ? '-' : y))
			return false;
	}
	return *a == *b;
}

struct header *
mail_find(struct mail *mail, const char *name)
{
	for (size_t i = 0; i < mail->nheader; i++) {
		if (same_name(mail->header[i].name.ptr, name))
			return &mail->header[i];
	}
	return NULL;
}

struct span
mail_header(const struct mail *mail, const char *name, size_t *n)
{
	struct span value = span_str("");

	*n = 0;
	for (size_t i = 0; i < mail->nheader; i++) {
		const struct header *h = &mail->header[i];

		if (!same_name(h->name.ptr, name))
			continue;
		++*n;
		if (value.len == 0)
			value = bytes_span(&h->value);
	}
	if (value.len == 0)
		*n = 0;
	return value;
}

void
mail_drop(struct mail *mail, struct header *h)
{
	struct header *last;

	if (h == NULL)
		return;
	last = &mail->header[--mail->nheader];
	bytes_free(&h->name);
	bytes_free(&h->value);
	if (h != last)
		*h = *last;
	*last = (struct header){{NULL, 0}, {NULL, 0}};
}

void
mail_free(struct mail *mail)
{
	while (mail->nheader > 0)
		mail_drop(mail, &mail->header[0]);
	bytes_free(&mail->method);
	bytes_free(&mail->target);
	bytes_free(&mail->body);
	bytes_free(&mail->length);
	bytes_free(&mail->signature);
	bytes_free(&mail->token);
}

static void
clean_text(struct bytes *b)
{
	struct span text;

	for (size_t i = 0; i < b->len; i++) {
		if (b->ptr[i] == '\0' || b->ptr[i] == '\n' || b->ptr[i] == '\r')
			b->ptr[i] = ' ';
	}
	text = span_trim(bytes_span(b));
	bytes_splice(b, b->len, 0, span_str(""));
	if (text.len < b->len) {
		size_t skip = (size_t)(text.ptr - (unsigned char *)b->ptr);

		if (text.len == 0)
			skip = b->len;
		bytes_splice(b, skip + text.len, b->len, span_str(""));
		bytes_splice(b, 0, skip, span_str(""));
	}
}

static void
clean_name(struct bytes *b)
{
	for (size_t i = 0; i < b->len; i++) {
		if (!isalnum((unsigned char)b->ptr[i]))
			b->ptr[i] = '-';
	}
	if (b->len == 0 || strcasecmp(b->ptr, "Content-Length") == 0 ||
	    b->len > 64)
		bytes_splice(b, 0, b->len, span_str("X-Other"));
}

/* Names and values as a server hands them on, and not more than it says. */
void
mail_clean(struct mail *mail)
{
	long long length = span_number(bytes_span(&mail->length));

	clean_text(&mail->method);
	clean_text(&mail->target);
	if (mail->length.ptr != NULL)
		clean_text(&mail->length);
	for (size_t i = 0; i < mail->nheader; i++) {
		clean_name(&mail->header[i].name);
		clean_text(&mail->header[i].value);
	}
	if (mail->length.len == 0 && mail->length.ptr != NULL)
		return;
	if (length >= 0 && (size_t)length < mail->body.len)
		bytes_splice(
		    &mail->body, (size_t)length, mail->body.len, span_str(""));
}
