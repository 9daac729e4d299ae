/* verified.c - notes what was found genuine. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/stream.h"
#include "profile/signature.h"
#include "verify/verified.h"

void
verified_note_key(
    struct verified *ok, const struct keys *keys, const struct key *key)
{
	if (key->id != NULL)
		snprintf(ok->key, sizeof(ok->key), "%.*s", (int)key->id_len,
		    key->id);
	else
		snprintf(ok->key, sizeof(ok->key), "%zu",
		    (size_t)(key - keys->item) + 1);
}

static void
put_name(FILE *f, const struct request *req, const char *name)
{
	struct span value;

	if (request_header(req, name, &value) != REQUEST_NONE)
		fprintf(f, "%s ", name);
}

bool
verified_note_headers(struct verified *ok, const struct profile *profile,
    const struct request *req)
{
	struct signature_names walk = {.source = 0};
	const char *name;
	size_t len = 0;
	FILE *f = open_memstream(&ok->headers, &len);

	if (f == NULL)
		return false;
	while ((name = signature_next_name(profile, &walk)) != NULL)
		put_name(f, req, name);
	if (profile->timestamp.kind == FIELD_HEADER)
		put_name(f, req, profile->timestamp.arg);
	if (profile->certificate_url.kind == FIELD_HEADER)
		put_name(f, req, profile->certificate_url.arg);
	for (size_t i = 0; i < profile->nsigned; i++) {
		const struct template *tpl = &profile->signed_payload[i];

		for (size_t k = 0; k < tpl->n; k++) {
			if (tpl->part[k].op == OP_HEADER)
				put_name(f, req, tpl->part[k].arg);
		}
	}
	return stream_end(f, &ok->headers);
}

/* The URL or path that the text has; the empty span if it has none. */
static struct span
find_target(const struct profile *profile, const struct template *tpl,
    const struct signed_text *text)
{
	struct span url = {NULL, 0};

	for (size_t i = 0; i < tpl->n; i++) {
		if (tpl->part[i].op == OP_URI)
			return text->part[i];
		if (url.len == 0 && tpl->part[i].op == OP_URL)
			url = text->part[i];
	}
	if (url.len == 0 && template_signs_url(tpl))
		url = span_str(profile->public_url);
	return url;
}

bool
verified_note_target(struct verified *ok, const struct profile *profile,
    const struct template *tpl, const struct signed_text *text)
{
	struct span url = find_target(profile, tpl, text);
	struct span method = text->req->method;
	char *target = NULL;
	size_t len = 0;
	FILE *f;

	if (url.len == 0
		? !template_has(tpl, OP_METHOD) || ok->target != NULL
		: ok->target != NULL && strchr(ok->target, ' ') != NULL)
		return true;
	if ((f = open_memstream(&target, &len)) == NULL)
		return false;
	stream_put(f, method);
	if (url.len > 0)
		putc(' ', f);
	stream_put(f, url);
	if (!stream_end(f, &target))
		return false;
	free(ok->target);
	ok->target = target;
	return true;
}

void
verified_free(struct verified *ok)
{
	signed_text_free(&ok->text);
	free(ok->headers);
	free(ok->target);
	*ok = (struct verified){.how = NULL};
}
