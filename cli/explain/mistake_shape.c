/* mistake_shape.c - where the signature is, and what stands around it. */
#include <stdlib.h>
#include <string.h>

#include "hold/request_file.h"
#include "http/header.h"
#include "mistake_kinds.h"

#define SHAPES_MAX 400
#define PREFIX_MAX 24

/* One way to find a signature in the headers. */
struct shape {
	const char *header; /* NULL: as the settings say */
	char prefix[PREFIX_MAX];
	const char *separator; /* or NULL */
};

struct shapes {
	size_t n;
	struct shape item[SHAPES_MAX];
};

static bool
same(const char *a, const char *b)
{
	return strcmp(a == NULL ? "" : a, b == NULL ? "" : b) == 0;
}

static void
add_shape(struct shapes *s, const char *header, struct span prefix,
    const char *separator)
{
	struct shape *shape = &s->item[s->n];

	if (s->n == SHAPES_MAX || prefix.len >= PREFIX_MAX)
		return;
	*shape = (struct shape){.header = header, .separator = separator};
	if (prefix.len > 0)
		memcpy(shape->prefix, prefix.ptr, prefix.len);
	for (size_t i = 0; i < s->n; i++) {
		if (same(s->item[i].header, header) &&
		    strcmp(s->item[i].prefix, shape->prefix) == 0 &&
		    same(s->item[i].separator, separator))
			return;
	}
	s->n++;
}

/* The word and mark before a value: "sha256=", "v1,", "HMAC " */
static struct span
leading_word(struct span element)
{
	size_t n = 0;

	while (n < element.len && n < PREFIX_MAX - 2) {
		unsigned char c = element.ptr[n];

		if (!((c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') ||
			(c >= 'a' && c <= 'z') || c == '-' || c == '_'))
			break;
		n++;
	}
	if (n == 0 || n + 1 >= element.len ||
	    strchr("=, :", element.ptr[n]) == NULL || element.ptr[n] == '\0')
		return span_mem(element.ptr, 0);
	return span_mem(element.ptr, n + 1);
}

static void
add_value(struct shapes *s, const char *header, struct span value,
    const char *separator)
{
	while (value.ptr != NULL) {
		struct span element = value;

		if (separator != NULL)
			element = span_trim(span_cut(&value, separator[0]));
		else
			value.ptr = NULL;
		add_shape(s, header, leading_word(element), separator);
	}
	add_shape(s, header, (struct span){NULL, 0}, separator);
}

/* All shapes of one header. */
static void
add_header(struct shapes *s, const struct preset *words, const char *header,
    struct span value)
{
	static const char *const separator[] = {NULL, ",", ";", " "};

	add_shape(s, header, span_str(words->prefix), words->separator);
	for (size_t i = 0; i < sizeof(separator) / sizeof(separator[0]); i++) {
		add_shape(s, header, span_str(words->prefix), separator[i]);
		add_value(s, header, value, separator[i]);
	}
}

/* How many of the settings a shape changes. */
static unsigned
changes(const struct preset *words, const struct shape *shape)
{
	return (unsigned)(shape->header != NULL) +
	       !same(shape->prefix, words->prefix) +
	       !same(shape->separator, words->separator);
}

static void
set_shape(struct preset *words, const struct shape *shape)
{
	if (shape->header != NULL) {
		memset(words->signature, 0, sizeof(words->signature));
		words->signature[0] = shape->header;
	}
	words->prefix = shape->prefix;
	words->separator = shape->separator;
}

/* Try this shape with every digest, and as a token. */
static bool
try_shape(struct search *search, const struct shape *shape, unsigned wanted)
{
	static const char *const digest[] = {
	    NULL, "sha256", "sha1", "sha512", "sha384"};
	const struct preset *was = &search->prov->words;
	unsigned n = changes(was, shape);
	struct preset words = *was;

	set_shape(&words, shape);
	for (size_t i = 0; i < sizeof(digest) / sizeof(digest[0]); i++) {
		if (digest[i] != NULL && same(digest[i], was->digest))
			continue;
		words.digest = digest[i] == NULL ? was->digest : digest[i];
		if (n + (digest[i] != NULL) == wanted &&
		    search_words(search, &words))
			return true;
	}
	words = *was;
	set_shape(&words, shape);
	words.scheme = "token";
	words.separator = NULL;
	words.timestamp = words.timestamp_format = NULL;
	words.tolerance = 0;
	return n + 1 == wanted && !same(was->scheme, "token") &&
	       search_words(search, &words);
}

/* Headers and shapes are too large for the stack. */
bool
mistake_shape(struct search *search)
{
	const struct preset *was = &search->prov->words;
	struct search_header *header =
	    calloc(REQUEST_FILE_HEADERS_MAX, sizeof(*header));
	struct shapes *shapes = calloc(1, sizeof(*shapes));
	bool found = false;

	if (header == NULL || shapes == NULL)
		goto out;
	for (size_t i = 0; i < REQUEST_FILE_HEADERS_MAX &&
			   search_header(search, i, &header[i]);
	     i++) {
		/* The header of the settings, read in another way. */
		if (was->signature[0] != NULL &&
		    header_same(header[i].name, was->signature[0]))
			add_header(shapes, was, NULL, header[i].value);
		else
			add_header(
			    shapes, was, header[i].name, header[i].value);
	}
	add_shape(shapes, NULL, span_str(was->prefix), was->separator);
	for (unsigned wanted = 1; wanted <= 4 && !found; wanted++) {
		for (size_t i = 0; i < shapes->n && !found; i++)
			found = try_shape(search, &shapes->item[i], wanted);
	}
out:
	free(shapes);
	free(header);
	return found;
}
