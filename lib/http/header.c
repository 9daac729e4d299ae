/* header.c - spellings of header names, and headers that contain passwords. */
#include <ctype.h>
#include <string.h>

#include "http/header.h"

char
header_cgi_char(char c)
{
	if (c >= 'a' && c <= 'z')
		return (char)(c - 'a' + 'A');
	return c == '-' ? '_' : c;
}

/* header_same() for a name that is not NUL-terminated. */
static bool
is_same(struct span name, const char *want)
{
	for (size_t i = 0; i < name.len; i++) {
		if (want[i] == '\0' || header_cgi_char((char)name.ptr[i]) !=
					   header_cgi_char(want[i]))
			return false;
	}
	return want[name.len] == '\0';
}

bool
header_same(const char *a, const char *b)
{
	return is_same(span_str(a), b);
}

bool
header_starts(const char *name, const char *prefix)
{
	size_t i = 0;

	while (prefix[i] != '\0' && name[i] != '\0' &&
	       header_cgi_char(prefix[i]) == header_cgi_char(name[i]))
		i++;
	return prefix[i] == '\0';
}

bool
header_matches(const char *pattern, const char *name)
{
	size_t i = 0;

	while (pattern[i] != '*' && name[i] != '\0' &&
	       header_cgi_char(pattern[i]) == header_cgi_char(name[i]))
		i++;
	if (pattern[i] == '*')
		return name[i] != '\0';
	return pattern[i] == '\0' && name[i] == '\0';
}

bool
header_pattern_ok(const char *text)
{
	size_t len = strspn(text, "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
				  "abcdefghijklmnopqrstuvwxyz0123456789-_");
	bool wild = text[len] == '*';

	if (text[len + wild] != '\0' || len >= HEADER_NAME_MAX)
		return false;
	if (!wild)
		return len > 0;
	return len == 0 || text[len - 1] == '-' || text[len - 1] == '_';
}

bool
header_name_ok(struct span name)
{
	static const char also[] = "!#$%&'*+-.^_`|~";

	for (size_t i = 0; i < name.len; i++) {
		unsigned char c = name.ptr[i];

		if (c >= 0x80 || c == '\0' ||
		    (!isalnum(c) && strchr(also, c) == NULL))
			return false;
	}
	return name.len > 0 && name.len < HEADER_NAME_MAX;
}

void
header_to_cgi(char dst[static HEADER_VARIABLE_MAX], struct span name)
{
	bool own =
	    is_same(name, "Content-Type") || is_same(name, "Content-Length");
	size_t n = own ? 0 : strlen("HTTP_");

	memcpy(dst, "HTTP_", n);
	for (size_t i = 0; i < name.len; i++)
		dst[n++] = header_cgi_char((char)name.ptr[i]);
	dst[n] = '\0';
}

void
header_spell(char dst[static HEADER_NAME_MAX], struct span name)
{
	bool first = true;
	size_t n = 0;

	for (; n < name.len && n < HEADER_NAME_MAX - 1; n++) {
		char c = header_cgi_char((char)name.ptr[n]);

		if (c == '_')
			c = '-';
		else if (!first && c >= 'A' && c <= 'Z')
			c = (char)(c - 'A' + 'a');
		first = c == '-';
		dst[n] = c;
	}
	dst[n] = '\0';
}

bool
header_from_cgi(char dst[static HEADER_NAME_MAX], struct span variable)
{
	/* An internal redirect of Apache puts REDIRECT_ before the names. */
	static const char *const prefix[] = {"HTTP_", "REDIRECT_HTTP_"};
	bool known = span_is(variable, "CONTENT_TYPE") ||
		     span_is(variable, "CONTENT_LENGTH");

	for (size_t i = 0; i < 2 && !known; i++) {
		if (!span_starts(variable, span_str(prefix[i])))
			continue;
		variable = span_skip(variable, strlen(prefix[i]));
		known = true;
	}
	if (!known || variable.len == 0 || variable.len >= HEADER_NAME_MAX)
		return false;
	for (size_t i = 0; i < variable.len; i++) {
		unsigned char c = variable.ptr[i];

		if (c != '_' && (c < 'A' || c > 'Z') && (c < '0' || c > '9'))
			return false;
	}
	header_spell(dst, variable);
	return true;
}

bool
header_is_credential(struct span name)
{
	static const char *const credential[] = {
	    "Authorization", "Proxy-Authorization", "Cookie"};

	for (size_t i = 0; i < sizeof(credential) / sizeof(credential[0]);
	     i++) {
		if (is_same(name, credential[i]))
			return true;
	}
	return false;
}

static bool
has_word(const char *name, const char *word)
{
	for (; *name != '\0'; name++) {
		if (header_starts(name, word))
			return true;
	}
	return false;
}

/*
 * A sender can put a password into a header of any name.  Only names that look
 * like it are recognised.
 */
bool
header_may_be_credential(const char *name, struct span value)
{
	static const char *const word[] = {"auth", "cookie", "token", "secret",
	    "passw", "credential", "apikey", "api-key", "session"};
	static const char *const way[] = {"Basic ", "Bearer ", "Digest "};

	for (size_t i = 0; i < sizeof(word) / sizeof(word[0]); i++) {
		if (has_word(name, word[i]))
			return true;
	}
	for (size_t i = 0; i < sizeof(way) / sizeof(way[0]); i++) {
		if (value.len > strlen(way[i]) &&
		    span_starts_nocase(value, way[i]))
			return true;
	}
	return false;
}
