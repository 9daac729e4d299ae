/* new_secret.c - reads and makes secrets, and wipes what it used for that. */
#include <openssl/crypto.h>
#include <openssl/rand.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/encode.h"
#include "base/file.h"
#include "new_secret.h"
#include "profile/secret.h"

#define RANDOM_LEN 32 /* bytes of a secret that is made */
#define ESCAPE_LEN 2  /* a backslash before it, LF after it */

static bool
is_line_end(unsigned char c)
{
	return c == '\n' || c == '\r';
}

/* End the text with one LF; there is room for it. */
static void
end_text(struct new_secret *secret)
{
	while (secret->len > 0 && is_line_end(secret->text[secret->len - 1]))
		secret->len--;
	secret->text[secret->len++] = '\n';
}

/* What no secret file may be, whoever uses it. */
static bool
check_text(const struct new_secret *secret, struct reason *why)
{
	struct span text = span_mem(secret->text, secret->len);
	struct secrets lines;
	struct reason inner = {""};

	if (memchr(text.ptr, '\0', text.len) != NULL) {
		reason_set(why, "has a NUL in it, and no secret has one");
		return false;
	}
	if (!secrets_parse(&lines, text, SECRET_RAW, &inner)) {
		reason_set(why, "%s", inner.text);
		return false;
	}
	secrets_free(&lines);
	return true;
}

bool
new_secret_read(struct new_secret *secret, int fd, struct reason *why)
{
	ssize_t n;

	*secret = (struct new_secret){.text = calloc(1, SECRET_FILE_MAX + 1)};
	if (secret->text == NULL) {
		reason_set(why, "out of memory");
		return false;
	}
	/* Of a file that cannot be read to its end, a part was read. */
	secret->len = SECRET_FILE_MAX + 1;
	n = file_fill(fd, secret->text, SECRET_FILE_MAX + 1);
	if (n < 0) {
		reason_errno(why, "cannot be read");
		goto fail;
	}
	secret->len = (size_t)n;
	if (n > SECRET_FILE_MAX) {
		reason_set(why, "longer than %d bytes", SECRET_FILE_MAX);
		goto fail;
	}
	end_text(secret);
	if (check_text(secret, why))
		return true;
fail:
	new_secret_free(secret);
	return false;
}

/* Whether the text is a secret file with that one secret, and nothing else. */
static bool
says(const struct new_secret *secret, struct span line)
{
	struct secrets lines;
	struct reason why;
	bool same;
	size_t i;

	if (!secrets_parse(
		&lines, span_mem(secret->text, secret->len), SECRET_RAW, &why))
		return false;
	same = lines.n == 1 && secrets_match(&lines, line, &i);
	secrets_free(&lines);
	return same;
}

bool
new_secret_take(struct new_secret *secret, struct span line, struct reason *why)
{
	*secret = (struct new_secret){.text = malloc(line.len + ESCAPE_LEN)};
	if (secret->text == NULL) {
		reason_set(why, "out of memory");
		return false;
	}
	/* What looks like a comment is none after a backslash. */
	for (size_t escape = 0; escape <= 1; escape++) {
		secret->len = 0;
		if (escape > 0)
			secret->text[secret->len++] = '\\';
		memcpy(secret->text + secret->len, line.ptr, line.len);
		secret->len += line.len;
		secret->text[secret->len++] = '\n';
		if (memchr(line.ptr, '\0', line.len) == NULL &&
		    says(secret, line))
			return true;
	}
	reason_set(why, "empty, or not one line of text");
	new_secret_free(secret);
	return false;
}

bool
new_secret_make(struct new_secret *secret, enum secret_encoding encoding,
    struct reason *why)
{
	const char *prefix = encoding == SECRET_WHSEC ? "whsec_" : "";
	bool hex = encoding == SECRET_RAW || encoding == SECRET_HEX;
	size_t room = strlen(prefix) + 2 * RANDOM_LEN + ESCAPE_LEN;
	unsigned char bytes[RANDOM_LEN];
	char text[2 * RANDOM_LEN + 1];

	*secret = (struct new_secret){.text = malloc(room)};
	if (secret->text == NULL || RAND_bytes(bytes, sizeof(bytes)) != 1) {
		reason_set(why, "out of memory, or no random bytes");
		new_secret_free(secret);
		return false;
	}
	if (hex)
		encode_hex(text, span_mem(bytes, sizeof(bytes)));
	else
		encode_base64(text, span_mem(bytes, sizeof(bytes)));
	secret->len = (size_t)snprintf(
	    (char *)secret->text, room, "%s%s\n", prefix, text);
	OPENSSL_cleanse(bytes, sizeof(bytes));
	OPENSSL_cleanse(text, sizeof(text));
	return true;
}

void
new_secret_free(struct new_secret *secret)
{
	if (secret->text != NULL)
		OPENSSL_cleanse(secret->text, secret->len);
	free(secret->text);
	*secret = (struct new_secret){.text = NULL};
}
