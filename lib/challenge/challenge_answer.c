/* challenge_answer.c - checks and makes answers to challenges. */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "challenge/challenge_answer.h"

_Static_assert(
    CHALLENGE_ANSWER_TOKEN_MAX <= REPLY_VALUE_MAX, "a header has room");

const char challenge_answer_plain[] = "text/plain; charset=utf-8";
const char challenge_answer_json[] = "application/json";

bool
challenge_answer_is_text(struct span s)
{
	for (size_t i = 0; i < s.len; i++) {
		if (s.ptr[i] < ' ' || s.ptr[i] > '~' ||
		    strchr("<>&\"'\\`", s.ptr[i]) != NULL)
			return false;
	}
	return s.len > 0 && s.len <= CHALLENGE_ANSWER_TEXT_MAX;
}

static bool
is_token_char(unsigned char c)
{
	return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') ||
	       (c >= '0' && c <= '9') ||
	       (c != '\0' && strchr("._~+/=-", c) != NULL);
}

bool
challenge_answer_is_token(struct span s)
{
	for (size_t i = 0; i < s.len; i++) {
		if (!is_token_char(s.ptr[i]))
			return false;
	}
	return s.len > 0 && s.len <= CHALLENGE_ANSWER_TOKEN_MAX;
}

enum status
challenge_answer_no_memory(struct reason *why)
{
	reason_set(why, "out of memory while answering a challenge");
	return ST_TRY_LATER;
}

enum status
challenge_answer_malformed(struct reason *why, const char *name)
{
	reason_set(why,
	    "challenge: %s is missing, was sent twice, or is malformed", name);
	return ST_BAD_REQUEST;
}

enum status
challenge_answer_give(struct reply_given *given, struct reason *why,
    const char *type, const char *fmt, ...)
{
	va_list ap;
	int len;

	va_start(ap, fmt);
	len = vsnprintf(NULL, 0, fmt, ap);
	va_end(ap);
	if (len < 0 || (given->body = malloc((size_t)len + 1)) == NULL)
		return challenge_answer_no_memory(why);
	va_start(ap, fmt);
	vsnprintf(given->body, (size_t)len + 1, fmt, ap);
	va_end(ap);
	given->len = (size_t)len;
	given->type = type;
	given->code = 200;
	return ST_ANSWERED;
}

enum status
challenge_answer_give_text(struct reply_given *given, struct span text,
    const char *name, struct reason *why)
{
	if (!challenge_answer_is_text(text))
		return challenge_answer_malformed(why, name);
	return challenge_answer_give(given, why, challenge_answer_plain, "%.*s",
	    (int)text.len, (const char *)text.ptr);
}
