/*
 * answer.c - any bytes as what a persistent handler writes, in pieces of any
 * size: what is logged is bounded, and an answer is what its line says.
 *
 * The first byte says how large the pieces are.
 */
#include "../../cli/run/answer.h"
#include "../../cli/run/handler_output.h"
#include "fuzz.h"

#define ID "evt_1"

static void
must_be_answer(const struct answer *answer, const struct line *line)
{
	char text[LINES_MAX + 1];

	must(answer->code >= 0 && answer->code <= 255);
	must(answer->after >= ANSWER_NO_AFTER &&
	     answer->after <= ANSWER_AFTER_MAX);
	must(line->over == 0 && fuzz_within(answer->reason, line->text));
	fuzz_read(answer->reason);
	must(memchr(line->text.ptr, '\0', line->text.len) == NULL);
	memcpy(text, line->text.ptr, line->text.len);
	text[line->text.len] = '\0';
	must(strncmp(text, ID " ", sizeof(ID)) == 0);
	must(strtol(text + sizeof(ID), NULL, 10) == answer->code);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct handler_output output;
	char tail[OUTPUT_TAIL_MAX];
	struct lines lines = {.used = 0};
	struct output_log to;
	struct answer answer;
	struct line line;
	size_t whole = 0, ended = 0, step;

	if (size == 0)
		return 0;
	step = data[0] + 1U;
	output_log_init(&to, &fuzz_log);
	handler_output_begin(&output, &to, "coral", ID);
	for (size_t at = 1; at < size; at += step) {
		size_t n = size - at < step ? size - at : step;
		struct span rest = span_mem(data + at, n);

		for (size_t i = 0; i < n; i++)
			ended += data[at + i] == '\n';
		handler_output_put(&output, rest, (long long)at);
		while (lines_next(&lines, &rest, &line)) {
			whole++;
			fuzz_read(line.text);
			must(line.text.len <= LINES_MAX);
			if (answer_parse(&answer, &line, span_str(ID)) ==
			    ANSWER_OK)
				must_be_answer(&answer, &line);
		}
	}
	must(whole == ended);
	handler_output_end(&output, (long long)size);
	must(output.logged <= OUTPUT_EVENT_MAX);
	step = handler_output_tail(&output, tail);
	must(step == (size - 1 < sizeof(tail) ? size - 1 : sizeof(tail)));
	must(memcmp(tail, data + size - step, step) == 0);
	return 0;
}
