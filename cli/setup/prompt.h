/*
 * prompt.h - questions on the terminal, and their answers.
 *
 * Standard input is read, and questions go to standard error: standard output
 * has results alone.
 */
#ifndef PROMPT_H
#define PROMPT_H

#include <stdbool.h>
#include <stddef.h>

#include "base/span.h"
#include "base/status.h"

/* Bytes of a line that a terminal hands over; a longer one arrives cut off. */
#define PROMPT_MAX 4096

struct prompt_answer {
	unsigned char text[PROMPT_MAX];
	size_t len; /* without the line end */
};

/* True if there is somebody to ask: standard input is a terminal. */
bool prompt_possible(void);

/*
 * Ask for one line.  The answer may be empty.  False with why set: the input
 * has ended, the line is too long, or the terminal cannot be read.
 */
bool prompt_line(
    const char *question, struct prompt_answer *answer, struct reason *why);

/*
 * The same of a secret, which the terminal does not show.  A signal that ends
 * or stops the program meanwhile makes the terminal show what is typed again
 * first.  The caller wipes the answer by prompt_wipe().
 */
bool prompt_secret(
    const char *question, struct prompt_answer *answer, struct reason *why);

/* The answer, borrowed. */
struct span prompt_text(const struct prompt_answer *answer);

void prompt_wipe(struct prompt_answer *answer);

#endif
