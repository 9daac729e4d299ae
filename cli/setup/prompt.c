/* prompt.c - reads lines from a terminal, with or without echo. */
#include <errno.h>
#include <openssl/crypto.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <sys/signalfd.h>
#include <termios.h>
#include <unistd.h>

#include "prompt.h"

enum heard {
	HEARD_LINE,
	HEARD_SIGNAL, /* one of ending[] waits to be taken */
	HEARD_FAILED  /* why is set */
};

/* Signals that end or stop the program, and that users send from terminals. */
static const int ending[] = {
    SIGHUP, SIGINT, SIGQUIT, SIGTERM, SIGTSTP, SIGTTIN, SIGTTOU};

bool
prompt_possible(void)
{
	return isatty(STDIN_FILENO) == 1;
}

struct span
prompt_text(const struct prompt_answer *answer)
{
	return span_mem(answer->text, answer->len);
}

void
prompt_wipe(struct prompt_answer *answer)
{
	OPENSSL_cleanse(answer, sizeof(*answer));
}

static void
put_question(const char *question)
{
	fprintf(stderr, "%s: ", question);
	fflush(stderr);
}

/* Wait for input, or for one of the signals of the descriptor signals. */
static enum heard
wait_for(int signals, struct reason *why)
{
	struct pollfd fd[] = {{.fd = STDIN_FILENO, .events = POLLIN},
	    {.fd = signals, .events = POLLIN}};

	while (poll(fd, 2, -1) < 0) {
		if (errno == EINTR)
			continue;
		reason_errno(why, "the terminal cannot be read");
		return HEARD_FAILED;
	}
	return (fd[1].revents & POLLIN) != 0 ? HEARD_SIGNAL : HEARD_LINE;
}

enum chunk { CHUNK_MORE, CHUNK_LAST, CHUNK_FAILED };

/* Add to the answer what one read() gives. */
static enum chunk
read_chunk(struct prompt_answer *answer, struct reason *why)
{
	ssize_t n = read(STDIN_FILENO, answer->text + answer->len,
	    sizeof(answer->text) - answer->len);

	if (n < 0 && errno == EINTR)
		return CHUNK_MORE;
	if (n < 0) {
		reason_errno(why, "the terminal cannot be read");
		return CHUNK_FAILED;
	}
	answer->len += (size_t)n;
	if (n > 0 && answer->text[answer->len - 1] == '\n') {
		answer->len--;
		return CHUNK_LAST;
	}
	if (n == 0 && answer->len == 0) {
		reason_set(why, "no answer: nothing was done");
		return CHUNK_FAILED;
	}
	return n == 0 || answer->len == sizeof(answer->text) ? CHUNK_LAST
							     : CHUNK_MORE;
}

/*
 * Read a line; a terminal hands over one at a time.  signals is -1 where they
 * are not waited for.
 */
static enum heard
read_line(int signals, struct prompt_answer *answer, struct reason *why)
{
	enum chunk chunk = CHUNK_MORE;

	answer->len = 0;
	while (chunk == CHUNK_MORE) {
		if (signals >= 0 && wait_for(signals, why) != HEARD_LINE)
			return why->text[0] == '\0' ? HEARD_SIGNAL
						    : HEARD_FAILED;
		chunk = read_chunk(answer, why);
	}
	if (chunk == CHUNK_FAILED)
		return HEARD_FAILED;
	if (answer->len < sizeof(answer->text) - 1)
		return HEARD_LINE;
	reason_set(why,
	    "the answer is too long for a terminal, which cuts lines off at %d "
	    "characters: give it on standard input",
	    PROMPT_MAX - 1);
	return HEARD_FAILED;
}

bool
prompt_line(
    const char *question, struct prompt_answer *answer, struct reason *why)
{
	put_question(question);
	return read_line(-1, answer, why) == HEARD_LINE;
}

/* Ask once, without echo; the terminal is then as it was. */
static enum heard
ask_hidden(const char *question, int signals, struct prompt_answer *answer,
    struct reason *why)
{
	struct termios was, hidden;
	enum heard heard;

	if (tcgetattr(STDIN_FILENO, &was) != 0) {
		reason_errno(why, "the terminal's settings cannot be read");
		return HEARD_FAILED;
	}
	hidden = was;
	hidden.c_lflag &= ~(tcflag_t)ECHO;
	hidden.c_lflag |= ECHONL;
	/* What was typed before would be shown already: it is thrown away. */
	if (tcsetattr(STDIN_FILENO, TCSAFLUSH, &hidden) != 0) {
		reason_errno(why, "the terminal cannot hide what is typed");
		return HEARD_FAILED;
	}
	put_question(question);
	heard = read_line(signals, answer, why);
	/* More lines, of a paste, are not for the shell either. */
	tcsetattr(STDIN_FILENO, TCSAFLUSH, &was);
	return heard;
}

bool
prompt_secret(
    const char *question, struct prompt_answer *answer, struct reason *why)
{
	enum heard heard = HEARD_SIGNAL;
	sigset_t hold, before;
	int signals;

	sigemptyset(&hold);
	for (size_t i = 0; i < sizeof(ending) / sizeof(ending[0]); i++)
		sigaddset(&hold, ending[i]);
	if ((signals = signalfd(-1, &hold, SFD_CLOEXEC)) < 0) {
		reason_errno(why, "the terminal cannot hide what is typed");
		return false;
	}
	sigprocmask(SIG_BLOCK, &hold, &before);
	while (heard == HEARD_SIGNAL) {
		heard = ask_hidden(question, signals, answer, why);
		/* The signal is taken here.  After a stop, Ask again. */
		sigprocmask(SIG_SETMASK, &before, NULL);
		if (heard == HEARD_SIGNAL)
			sigprocmask(SIG_BLOCK, &hold, NULL);
	}
	close(signals);
	return heard == HEARD_LINE;
}
