/* secret.c - reads secrets; never prints any part of them. */
#include <errno.h>
#include <fcntl.h>
#include <openssl/crypto.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/encode.h"
#include "base/file.h"
#include "base/shown.h"
#include "crypto/digest.h"
#include "profile/secret.h"

static const char whsec[] = "whsec_";

static bool
is_blank(unsigned char c)
{
	return c == ' ' || c == '\t';
}

/* Decode one line as key says.  Returns the number of bytes, or -1. */
static ptrdiff_t
decode(unsigned char *dst, struct span line, enum secret_encoding key)
{
	switch (key) {
	case SECRET_HEX:
		if (line.len % 2 != 0 || !decode_hex(dst, line.len / 2, line))
			return -1;
		return (ptrdiff_t)(line.len / 2);
	case SECRET_WHSEC:
		if (span_starts(line, span_str(whsec)))
			line = span_skip(line, strlen(whsec));
		return decode_base64(dst, line.len, line);
	case SECRET_BASE64:
		return decode_base64(dst, line.len, line);
	case SECRET_RAW:
		break;
	}
	memcpy(dst, line.ptr, line.len);
	return (ptrdiff_t)line.len;
}

bool
secrets_add(struct secrets *secrets, struct span written,
    enum secret_encoding key, unsigned line, struct reason *why)
{
	unsigned char *ptr;
	ptrdiff_t len;

	if (secrets->n == SECRETS_MAX) {
		reason_set(why, "more than %d secrets", SECRETS_MAX);
		return false;
	}
	if (is_blank(written.ptr[0]) || is_blank(written.ptr[written.len - 1]))
		secrets->stray_space = true;
	if ((ptr = malloc(written.len)) == NULL) {
		reason_set(why, "out of memory");
		return false;
	}
	len = decode(ptr, written, key);
	if (len <= 0) {
		OPENSSL_cleanse(ptr, written.len);
		free(ptr);
		reason_set(why,
		    "line %u is not in the form that \"secret_encoding\" says",
		    line);
		return false;
	}
	secrets->item[secrets->n].ptr = ptr;
	secrets->item[secrets->n].line = line;
	secrets->item[secrets->n++].len = (size_t)len;
	return true;
}

/*
 * The length of what looks like a blank, or like nothing, at the start of text;
 * 0 for anything else.  A NUL is the other half of a blank in UTF-16.
 */
static size_t
gap(struct span text)
{
	static const char *const unseen[] = {
	    "\xc2\xa0",     /* no-break space */
	    "\xe2\x80\x8b", /* zero-width space */
	    "\xe3\x80\x80", /* ideographic space */
	    "\xef\xbb\xbf", /* byte order mark */
	};

	if (text.len > 0 && (is_blank(text.ptr[0]) || text.ptr[0] == '\0'))
		return 1;
	for (size_t i = 0; i < sizeof(unseen) / sizeof(unseen[0]); i++) {
		if (span_starts(text, span_str(unseen[i])))
			return strlen(unseen[i]);
	}
	return 0;
}

static struct span
skip_gaps(struct span line)
{
	size_t n;

	while ((n = gap(line)) > 0)
		line = span_skip(line, n);
	return line;
}

/* "# made 2026-11", "#", and the same after blanks. */
static bool
is_comment(struct span line)
{
	line = skip_gaps(line);
	if (line.len == 0 || line.ptr[0] != '#')
		return false;
	line = span_skip(line, 1);
	return line.len == 0 || gap(line) > 0;
}

/*
 * Take the next line, without its end and without the backslash of \#.  Empty:
 * it has no secret.
 */
static struct span
next_line(struct span *text)
{
	struct span line = span_cut(text, '\n'), rest;

	while (line.len > 0 && line.ptr[line.len - 1] == '\r')
		line.len--;
	if (is_comment(line) || skip_gaps(line).len == 0)
		return (struct span){NULL, 0};
	rest = line;
	while (rest.len > 0 && rest.ptr[0] == '\\')
		rest = span_skip(rest, 1);
	return span_skip(line, rest.len < line.len && is_comment(rest));
}

static bool
is_utf16(struct span text)
{
	return span_starts(text, span_str("\xff\xfe")) ||
	       span_starts(text, span_str("\xfe\xff"));
}

bool
secrets_parse(struct secrets *secrets, struct span text,
    enum secret_encoding key, struct reason *why)
{
	bool pem = span_starts(text, span_str("-----BEGIN "));
	unsigned number = 0;

	*secrets = (struct secrets){.n = 0};
	if (is_utf16(text)) {
		reason_set(why,
		    "is written in UTF-16: save it as UTF-8 without a byte "
		    "order mark");
		return false;
	}
	while (text.ptr != NULL) {
		struct span line = next_line(&text);

		number++;
		if (line.len == 0)
			continue;
		if (secrets_add(secrets, line, key, number, why))
			continue;
		if (pem)
			reason_set(why, "a block of PEM is no secret");
		goto fail;
	}
	if (secrets->n > 0)
		return true;
	reason_set(why, "empty: put one secret on each line");
fail:
	secrets_free(secrets);
	return false;
}

static bool
check_file(const char *path, const struct stat *st, struct reason *why)
{
	if (!S_ISREG(st->st_mode)) {
		reason_set(why, "%s: not a regular file", path);
		return false;
	}
	if ((st->st_mode & (S_IROTH | S_IWOTH)) != 0) {
		reason_set(why,
		    "%s: every user of this machine can read or write it (mode "
		    "%04o): chmod o-rwx",
		    path, (unsigned)(st->st_mode & 07777));
		return false;
	}
	if (st->st_size > SECRET_FILE_MAX) {
		reason_set(
		    why, "%s: longer than %d bytes", path, SECRET_FILE_MAX);
		return false;
	}
	return true;
}

bool
secrets_read(struct secrets *secrets, const char *path,
    enum secret_encoding key, struct stat *st, struct reason *why)
{
	unsigned char *text = NULL;
	char shown[SHOWN_MAX];
	struct reason inner;
	bool ok = false;
	ssize_t n = 0;
	int fd;

	*secrets = (struct secrets){.n = 0};
	/* Before open(), so that a later change of the file is noticed. */
	file_look(path, st);
	/* O_NONBLOCK: a FIFO at this path must not block a request. */
	if ((fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)) < 0) {
		reason_errno(
		    why, "%s: cannot be opened", shown_path(shown, path));
		return false;
	}
	if (fstat(fd, st) != 0) {
		reason_errno(why, "%s: cannot be examined", path);
		goto out;
	}
	if (!check_file(path, st, why))
		goto out;
	if ((text = malloc(SECRET_FILE_MAX)) == NULL ||
	    (n = file_fill(fd, text, SECRET_FILE_MAX)) < 0) {
		reason_errno(why, "%s: cannot be read", path);
		goto out;
	}
	ok = secrets_parse(secrets, span_mem(text, (size_t)n), key, &inner);
	if (!ok)
		reason_set(why, "%s: %.300s", path, inner.text);
out:
	if (text != NULL)
		OPENSSL_cleanse(text, n > 0 ? (size_t)n : 0);
	free(text);
	close(fd);
	return ok;
}

struct span
secret_at(const struct secrets *secrets, size_t i)
{
	return span_mem(secrets->item[i].ptr, secrets->item[i].len);
}

bool
secrets_match(const struct secrets *secrets, struct span presented, size_t *i)
{
	unsigned char want[DIGEST_MAX], got[DIGEST_MAX];
	bool found = false;

	digest_hash(DIGEST_SHA256, &presented, 1, got);
	for (size_t k = 0; k < secrets->n; k++) {
		struct span secret = secret_at(secrets, k);

		digest_hash(DIGEST_SHA256, &secret, 1, want);
		if (digest_equal(want, got, DIGEST_SHA256_LEN)) {
			*i = k;
			found = true;
		}
	}
	OPENSSL_cleanse(want, sizeof(want));
	OPENSSL_cleanse(got, sizeof(got));
	return found;
}

bool
secrets_inside(const struct secrets *secrets, struct span text)
{
	for (size_t i = 0; i < secrets->n; i++) {
		struct span secret = secret_at(secrets, i);

		if (span_eq(secret, text))
			return true;
		for (size_t k = 0;
		     secret.len >= SECRET_LONG && k + secret.len <= text.len;
		     k++) {
			if (span_starts(span_skip(text, k), secret))
				return true;
		}
	}
	return false;
}

void
secrets_free(struct secrets *secrets)
{
	for (size_t i = 0; i < secrets->n; i++) {
		OPENSSL_cleanse(secrets->item[i].ptr, secrets->item[i].len);
		free(secrets->item[i].ptr);
	}
	*secrets = (struct secrets){.n = 0};
}
