/* answer.c - ID CODE[ after=SECONDS][ REASON] */
#include "answer.h"

#define CODE_MAX 255

static bool
has_control(struct span text)
{
	for (size_t i = 0; i < text.len; i++) {
		if (text.ptr[i] < 0x20 || text.ptr[i] == 0x7f)
			return true;
	}
	return false;
}

/* Cut the word off the front of *rest that a space or the end follows. */
static struct span
cut_word(struct span *rest)
{
	return span_cut(rest, ' ');
}

/* after=SECONDS; false if the word is another. */
static bool
read_after(struct span word, long *after)
{
	static const char name[] = "after=";
	long long n;

	if (!span_starts(word, span_str(name)))
		return false;
	n = span_number(span_skip(word, sizeof(name) - 1));
	if (n < 0)
		return false;
	*after = n < ANSWER_AFTER_MAX ? (long)n : ANSWER_AFTER_MAX;
	return true;
}

enum answer_outcome
answer_parse(struct answer *answer, const struct line *line, struct span id)
{
	struct span rest = line->text, word;
	long long code;

	*answer = (struct answer){.after = ANSWER_NO_AFTER};
	if (id.len == 0 || !span_eq(cut_word(&rest), id) || rest.ptr == NULL)
		return ANSWER_NONE;
	if (line->over > 0 || has_control(line->text))
		return ANSWER_BAD;
	word = cut_word(&rest);
	code = word.len <= 3 ? span_number(word) : -1;
	if (code < 0 || code > CODE_MAX)
		return ANSWER_BAD;
	answer->code = (int)code;
	answer->reason = rest;
	word = cut_word(&rest);
	if (read_after(word, &answer->after))
		answer->reason = rest;
	return ANSWER_OK;
}
