/* headers.c - headers as lines and as CGI variables. */
#include <openssl/crypto.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "headers.h"
#include "http/header.h"

/* a, b and value in one string, or NULL when out of memory. */
static char *
join(const char *a, const char *b, struct span value)
{
	size_t alen = strlen(a), blen = strlen(b);
	char *text = malloc(alen + blen + value.len + 1);

	if (text == NULL)
		return NULL;
	memcpy(text, a, alen);
	memcpy(text + alen, b, blen);
	if (value.len > 0)
		memcpy(text + alen + blen, value.ptr, value.len);
	text[alen + blen + value.len] = '\0';
	return text;
}

/* The header as the CGI variable that a server makes of it. */
static char *
cgi_variable(const char *name, struct span value)
{
	char variable[HEADER_VARIABLE_MAX];

	header_to_cgi(variable, span_str(name));
	return join(variable, "=", value);
}

bool
headers_init(struct headers *headers, const char *uri, struct reason *why)
{
	const char *query = strchr(uri, '?');
	char **env = headers->env;
	bool ok;

	*headers = (struct headers){.n = 0};
	env[0] = join("REQUEST_METHOD=", "POST", span_str(""));
	env[1] = join("REQUEST_URI", "=", span_str(uri));
	env[2] =
	    join("QUERY_STRING", "=", span_str(query == NULL ? "" : query + 1));
	ok = env[0] != NULL && env[1] != NULL && env[2] != NULL;
	if (!ok)
		reason_set(why, "out of memory");
	return ok;
}

/* RFC 9110 section 5.5: visible bytes, with blanks only in between. */
static bool
value_ok(struct span value)
{
	return value.len > 0 && span_trim(value).len == value.len &&
	       !span_has_control(value);
}

bool
headers_has(const struct headers *headers, const char *name)
{
	char variable[HEADER_VARIABLE_MAX];
	size_t len;

	header_to_cgi(variable, span_str(name));
	len = strlen(variable);
	for (size_t i = 0; i < headers->n; i++) {
		const char *env = headers->env[HEADERS_ENV + i];

		if (strncmp(env, variable, len) == 0 && env[len] == '=')
			return true;
	}
	return false;
}

bool
headers_add(struct headers *headers, const char *name, struct span value,
    struct reason *why)
{
	char **line = &headers->line[headers->n];
	char **env = &headers->env[HEADERS_ENV + headers->n];

	if (headers_has(headers, name))
		return true;
	if (!value_ok(value)) {
		reason_set(why,
		    "%s: no header can carry this value: it is empty, or has "
		    "control bytes or blanks at its ends",
		    name);
		return false;
	}
	if (headers->n == HEADERS_MAX) {
		reason_set(why, "%s: more than %d headers", name, HEADERS_MAX);
		return false;
	}
	headers->n++;
	*line = join(name, ": ", value);
	*env = cgi_variable(name, value);
	if (*line == NULL || *env == NULL)
		reason_set(why, "out of memory");
	return *line != NULL && *env != NULL;
}

static void
wipe(char *text)
{
	if (text != NULL)
		OPENSSL_cleanse(text, strlen(text));
	free(text);
}

void
headers_free(struct headers *headers)
{
	for (size_t i = 0; i < headers->n; i++)
		wipe(headers->line[i]);
	for (size_t i = 0; i < HEADERS_ENV + headers->n; i++)
		wipe(headers->env[i]);
	*headers = (struct headers){.n = 0};
}
