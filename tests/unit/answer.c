/*
 * answer.c - what handlers write: lines, answers, and what of it is logged; and
 * the pauses before they are started again.
 */
#include <unistd.h>

#include "../../cli/run/answer.h"
#include "../../cli/run/handler_output.h"
#include "../../cli/run/lines.h"
#include "../../cli/run/pause.h"
#include "../tap.h"
#include "sandbox.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static struct output_log output_log;
static struct handler_output output;
static char big[3 * LINES_MAX];

static void
test_answers(void)
{
	static const struct {
		const char *line;
		enum answer_outcome outcome;
		int code;
		long after;
		const char *reason;
	} want[] = {
	    {"evt 0", ANSWER_OK, 0, ANSWER_NO_AFTER, ""},
	    {"evt 0 ", ANSWER_OK, 0, ANSWER_NO_AFTER, ""},
	    {"evt 255", ANSWER_OK, 255, ANSWER_NO_AFTER, ""},
	    {"evt 111 after=60", ANSWER_OK, 111, 60, ""},
	    {"evt 111 after=0 busy", ANSWER_OK, 111, 0, "busy"},
	    {"evt 111 after=86401 x", ANSWER_OK, 111, ANSWER_AFTER_MAX, "x"},
	    {"evt 111 after=999999999999999999", ANSWER_OK, 111,
		ANSWER_AFTER_MAX, ""},
	    {"evt 100 no such customer", ANSWER_OK, 100, ANSWER_NO_AFTER,
		"no such customer"},
	    {"evt 1 after=x y", ANSWER_OK, 1, ANSWER_NO_AFTER, "after=x y"},
	    {"evt 1 after=-1", ANSWER_OK, 1, ANSWER_NO_AFTER, "after=-1"},
	    {"evt 1 gr\xc3\xbc\xc3\x9f", ANSWER_OK, 1, ANSWER_NO_AFTER,
		"gr\xc3\xbc\xc3\x9f"},
	    {"evt", ANSWER_NONE, 0, 0, ""},
	    {"", ANSWER_NONE, 0, 0, ""},
	    {"evt2 0", ANSWER_NONE, 0, 0, ""},
	    {"ev 0", ANSWER_NONE, 0, 0, ""},
	    {" evt 0", ANSWER_NONE, 0, 0, ""},
	    {"other 0", ANSWER_NONE, 0, 0, ""},
	    {"evt ", ANSWER_BAD, 0, 0, ""},
	    {"evt  0", ANSWER_BAD, 0, 0, ""},
	    {"evt 256", ANSWER_BAD, 0, 0, ""},
	    {"evt 0000", ANSWER_BAD, 0, 0, ""},
	    {"evt -1", ANSWER_BAD, 0, 0, ""},
	    {"evt done", ANSWER_BAD, 0, 0, ""},
	    {"evt 0\r", ANSWER_BAD, 0, 0, ""},
	    {"evt 0 a\tb", ANSWER_BAD, 0, 0, ""},
	    {"evt 0 \x7f", ANSWER_BAD, 0, 0, ""},
	};
	struct answer answer;

	for (size_t i = 0; i < COUNT(want); i++) {
		const struct line line = {span_str(want[i].line), 0};

		if (!is_int(answer_parse(&answer, &line, span_str("evt")),
			want[i].outcome, "'%s'", want[i].line) ||
		    want[i].outcome != ANSWER_OK)
			continue;
		is_int(answer.code, want[i].code, "'%s': code", want[i].line);
		is_int(
		    answer.after, want[i].after, "'%s': after", want[i].line);
		is_span(answer.reason, want[i].reason, "'%s': reason",
		    want[i].line);
	}
	is_int(answer_parse(&answer, &(struct line){span_str("evt 0"), 1},
		   span_str("evt")),
	    ANSWER_BAD, "one that was longer");
	is_int(answer_parse(&answer, &(struct line){span_mem("evt 0 \0", 7), 0},
		   span_str("evt")),
	    ANSWER_BAD, "one with a NUL");
	is_int(answer_parse(
		   &answer, &(struct line){span_str(" 0"), 0}, span_str("")),
	    ANSWER_NONE, "no event");
}

static void
test_lines(void)
{
	struct lines lines = {.used = 0};
	struct span rest = span_str("one\n\ntw");
	struct line line;

	ok(lines_next(&lines, &rest, &line), "a line");
	is_span(line.text, "one", "the first");
	ok(lines_next(&lines, &rest, &line) && line.text.len == 0, "empty");
	ok(!lines_next(&lines, &rest, &line), "a part of one");
	rest = span_str("o\n");
	ok(lines_next(&lines, &rest, &line), "its end");
	is_span(line.text, "two", "put together");
	ok(!lines_next(&lines, &rest, &line) && !lines_last(&lines, &line),
	    "no more");
	memset(big, 'x', sizeof(big));
	rest = span_mem(big, sizeof(big));
	ok(!lines_next(&lines, &rest, &line), "a long one");
	rest = span_str("y\nz");
	ok(lines_next(&lines, &rest, &line), "its end");
	is_mem(line.text, span_mem(big, LINES_MAX), "its beginning");
	is_int(line.over, sizeof(big) + 1 - LINES_MAX, "and how much more");
	ok(!lines_next(&lines, &rest, &line) && lines_last(&lines, &line),
	    "the last has no end");
	is_span(line.text, "z", "it is there");
	ok(!lines_last(&lines, &line), "once");
	rest = span_mem(big, LINES_MAX);
	ok(!lines_next(&lines, &rest, &line), "the longest");
	rest = span_str("\n");
	ok(lines_next(&lines, &rest, &line) && line.text.len == LINES_MAX &&
		line.over == 0,
	    "is whole");
}

static unsigned
count_lines(void)
{
	unsigned n = 0;

	for (const char *c = sandbox_logged; *c != '\0'; c++)
		n += *c == '\n';
	return n;
}

static void
begin(const char *id)
{
	sandbox_log_clear();
	handler_output_begin(&output, &output_log, "coral", id);
}

static void
test_shown(void)
{
	output_log_init(&output_log, &sandbox_log);
	begin("evt");
	handler_output_put(&output, span_str("a\x1b[31m\tb\nno e"), 0);
	is_str(sandbox_logged, "hookdir: info: coral evt: a\\x1b[31m\\x09b\n",
	    "a line");
	handler_output_put(&output, span_str("nd"), 0);
	handler_output_end(&output, 0);
	ok(sandbox_log_has("coral evt: no end\n"), "one without an end");
	begin("");
	handler_output_put(&output, span_mem("a\0b\n", 4), 0);
	is_str(sandbox_logged, "hookdir: info: coral: a\\x00b\n",
	    "of no event, with a NUL");
	begin("evt");
	memset(big, 'x', sizeof(big));
	handler_output_line(
	    &output, &(struct line){span_mem(big, LINES_MAX), 10}, 0);
	ok(sandbox_log_has("x [434 bytes more]\n"), "a long one is cut");
	memset(big, '\x01', sizeof(big));
	handler_output_line(
	    &output, &(struct line){span_mem(big, LINES_MAX), 0}, 0);
	ok(sandbox_log_has("\\x01 [874 bytes more]\n"), "as it is shown");
}

static void
test_bounds(void)
{
	output_log_init(&output_log, &sandbox_log);
	begin("evt");
	for (int i = 0; i < OUTPUT_EVENT_MAX + 7; i++)
		handler_output_put(&output, span_str("\n"), 0);
	is_int(count_lines(), OUTPUT_EVENT_MAX, "lines of an event");
	handler_output_end(&output, 0);
	ok(sandbox_log_has("warning: coral evt: 7 more lines are not shown\n"),
	    "the others are counted");
	handler_output_end(&output, 0);
	is_int(count_lines(), OUTPUT_EVENT_MAX + 1, "once");
	for (int i = OUTPUT_EVENT_MAX + 1; i < OUTPUT_SECOND_MAX + 9; i++) {
		if (i % 100 == 1)
			begin("another");
		handler_output_put(&output, span_str("\n"), 999);
	}
	begin("evt");
	handler_output_put(&output, span_str("lost\n"), 999);
	handler_output_note(&output, "lost", 999);
	output_log_flush(&output_log, 999);
	is_str(sandbox_logged, "", "lines of a second");
	handler_output_put(&output, span_str("next\n"), 1000);
	ok(sandbox_log_has("warning: 11 lines of handlers are not shown"),
	    "are counted in the next");
	ok(sandbox_log_has("coral evt: next\n"), "which has room");
	sandbox_log_clear();
	output_log_flush(&output_log, 5000);
	is_str(sandbox_logged, "", "once");
}

static void
test_tail(void)
{
	char tail[OUTPUT_TAIL_MAX];
	char text[16];

	begin("evt");
	handler_output_put(&output, span_str("a\nb"), 0);
	is_mem(span_mem(tail, handler_output_tail(&output, tail)),
	    span_str("a\nb"), "a short one");
	for (int i = 0; i < 10000; i++) {
		snprintf(text, sizeof(text), "%d ", i);
		handler_output_put(&output, span_str(text), 0);
	}
	is_int(handler_output_tail(&output, tail), OUTPUT_TAIL_MAX, "its end");
	is_mem(span_mem(tail + OUTPUT_TAIL_MAX - 15, 15),
	    span_str("9997 9998 9999 "), "is the end");
	is_mem(span_mem(tail, 6), span_str(" 9181 "), "from its beginning");
	for (size_t i = 0; i < 8 * LINES_MAX; i += sizeof(big)) {
		memset(big, 'q', sizeof(big));
		big[sizeof(big) - 1] = '!';
		handler_output_put(&output, span_mem(big, sizeof(big)), 0);
	}
	handler_output_tail(&output, tail);
	ok(tail[OUTPUT_TAIL_MAX - 1] == '!' &&
		tail[OUTPUT_TAIL_MAX - 1 - sizeof(big)] == '!',
	    "of large pieces");
	begin("next");
	is_int(handler_output_tail(&output, tail), 0, "of each event its own");
}

static void
test_pause(void)
{
	struct pause entry = PAUSE_ENTRY, restart = PAUSE_RESTART;

	is_int(pause_take(&entry), 5000, "the first");
	is_int(pause_take(&entry), 10000, "the second");
	for (int i = 0; i < 20; i++)
		pause_take(&entry);
	is_int(pause_take(&entry), 300000, "the longest");
	pause_reset(&entry);
	is_int(pause_take(&entry), 5000, "the first again");
	for (int i = 0; i < 20; i++)
		pause_take(&restart);
	is_int(pause_take(&restart), 60000, "the longest of the other");
}

int
main(void)
{
	test_answers();
	test_lines();
	test_shown();
	test_bounds();
	test_tail();
	test_pause();
	return done();
}
