/* challenge_answer.c - which bytes may be given back, and how many. */
#include "challenge/challenge_answer.h"

#include <stdlib.h>

#include "../tap.h"

#define TOKEN                                               \
	"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvw" \
	"xyz0123456789._~+/=-"
#define TEXT TOKEN " !#$%()*,:;?@[]^{|}"

static void
test_bytes(void)
{
	unsigned wrong = 0;

	for (int i = 0; i < 256; i++) {
		unsigned char c = (unsigned char)i;
		unsigned char three[3] = {'a', c, 'b'};
		bool token = c != '\0' && strchr(TOKEN, c) != NULL;
		bool text = c != '\0' && strchr(TEXT, c) != NULL;

		if (challenge_answer_is_token(span_mem(&c, 1)) != token ||
		    challenge_answer_is_token(span_mem(three, 3)) != token ||
		    challenge_answer_is_text(span_mem(&c, 1)) != text ||
		    challenge_answer_is_text(span_mem(three, 3)) != text) {
			diag("byte %d", i);
			wrong++;
		}
	}
	is_int(wrong, 0, "every byte there is");
}

static void
test_lengths(void)
{
	char longest[CHALLENGE_ANSWER_TEXT_MAX + 1];

	memset(longest, 'a', sizeof(longest));
	ok(!challenge_answer_is_text(span_str("")) &&
		!challenge_answer_is_token(span_str("")),
	    "none is too few");
	ok(challenge_answer_is_text(
	       span_mem(longest, CHALLENGE_ANSWER_TEXT_MAX)),
	    "a text");
	ok(!challenge_answer_is_text(
	       span_mem(longest, CHALLENGE_ANSWER_TEXT_MAX + 1)),
	    "too long");
	ok(challenge_answer_is_token(
	       span_mem(longest, CHALLENGE_ANSWER_TOKEN_MAX)),
	    "a token");
	ok(!challenge_answer_is_token(
	       span_mem(longest, CHALLENGE_ANSWER_TOKEN_MAX + 1)),
	    "too long");
}

static void
test_give(void)
{
	struct reply_given given = {.code = 0};
	struct reason why = {""};

	is_int(challenge_answer_give(
		   &given, &why, challenge_answer_json, "{\"%s\":%d}", "a", 1),
	    ST_ANSWERED, "given");
	is_int(given.code, 200, "with 200");
	is_str(given.type, "application/json", "of its type");
	is_span(span_mem(given.body, given.len), "{\"a\":1}", "its body");
	free(given.body);
	given = (struct reply_given){.code = 0};
	is_int(
	    challenge_answer_give_text(&given, span_str("<b>"), "field", &why),
	    ST_BAD_REQUEST, "not given");
	ok(given.body == NULL && given.code == 0, "nothing of it");
	is_str(why.text,
	    "challenge: field is missing, was sent twice, or is malformed",
	    "and why, without it");
}

int
main(void)
{
	test_bytes();
	test_lengths();
	test_give();
	return done();
}
