/* shown.c - leave out what may be a secret. */
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "base/credential.h"
#include "base/shown.h"
#include "base/url.h"

#define NAME_LONG   64 /* bytes of the longest name of a file */
#define WORD_LONG   16 /* and of one without an ending */
#define ENDING_LONG 8  /* letters of the longest ".secret" */

/* How many bytes of path name a file or a folder that exists. */
static size_t
existing(const char *path)
{
	size_t len = strnlen(path, PATH_MAX);
	char part[PATH_MAX];
	struct stat st;

	if (len == PATH_MAX)
		return 0;
	memcpy(part, path, len + 1);
	while (len > 0 && lstat(part, &st) != 0) {
		while (len > 0 && part[len - 1] == '/')
			len--;
		while (len > 0 && part[len - 1] != '/')
			len--;
		part[len] = '\0';
	}
	return len;
}

static bool
is_lower(unsigned char c)
{
	return c >= 'a' && c <= 'z';
}

/* "coral", "keys/coral" */
static bool
is_word(struct span text)
{
	for (size_t i = 0; i < text.len; i++) {
		if (!is_lower(text.ptr[i]) &&
		    (i == 0 || strchr("/-_", text.ptr[i]) == NULL))
			return false;
	}
	return text.len <= WORD_LONG;
}

static bool
has_control(struct span text)
{
	for (size_t i = 0; i < text.len; i++) {
		if (text.ptr[i] < 0x20)
			return true;
	}
	return false;
}

/* "coral.secret": the end of its name says what it is. */
static bool
has_ending(struct span text)
{
	size_t n = 0;

	while (n < text.len && is_lower(text.ptr[text.len - n - 1]))
		n++;
	return n > 0 && n <= ENDING_LONG && n + 1 < text.len &&
	       text.ptr[text.len - n - 1] == '.';
}

/* No password has control bytes, and an attack on a terminal must be seen. */
static bool
looks_like_file(struct span rest)
{
	return !credential_like(rest) && rest.len <= NAME_LONG &&
	       (is_word(rest) || has_ending(rest) || has_control(rest));
}

const char *
shown_path(char dst[static SHOWN_MAX], const char *path)
{
	int saved = errno;
	size_t len = existing(path);
	struct span rest = span_str(path + len);

	errno = saved;
	if (rest.len == 0 || looks_like_file(rest))
		snprintf(dst, SHOWN_MAX, "%s", path);
	else
		snprintf(dst, SHOWN_MAX, "%.*s" SHOWN_NOTHING, (int)len, path);
	return dst;
}

const char *
shown_name(char dst[static SHOWN_MAX], struct span name)
{
	if (credential_like(name))
		snprintf(dst, SHOWN_MAX, SHOWN_NOTHING);
	else
		snprintf(dst, SHOWN_MAX, "%.*s", (int)name.len,
		    name.len == 0 ? "" : (const char *)name.ptr);
	return dst;
}

const char *
shown_url(char dst[static SHOWN_MAX], struct span text)
{
	struct url url = {.scheme = NULL};

	if (span_starts(text, span_str("/"))) {
		url.path = url_cut_path(&text);
		snprintf(dst, SHOWN_MAX, "%.*s%s", (int)url.path.len,
		    (const char *)url.path.ptr, text.len == 0 ? "" : "?...");
		return dst;
	}
	if (!url_split(&url, text))
		return shown_name(dst, text);
	snprintf(dst, SHOWN_MAX, "%s://%s%.*s%.*s%.*s%s", url.scheme,
	    url.user.ptr == NULL ? "" : "***@", (int)url.host.len,
	    (const char *)url.host.ptr, (int)url.port.len,
	    url.port.len == 0 ? "" : (const char *)url.port.ptr,
	    (int)url.path.len,
	    url.path.len == 0 ? "" : (const char *)url.path.ptr,
	    url.query.len == 0 ? "" : "?...");
	return dst;
}
