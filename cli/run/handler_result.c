/* handler_result.c - the table of exit statuses. */
#define _GNU_SOURCE /* sigabbrev_np() */
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <sysexits.h>

#include "handler_result.h"

/* Every code that is not here is RESULT_LATER: 111 and EX_TEMPFAIL among them. */
static const struct {
	int code;
	enum handler_result result;
} meaning[] = {
    {0, RESULT_DONE},
    {100, RESULT_FAILED}, /* qmail-command(8), and 112 */
    {112, RESULT_FAILED},
    {EX_USAGE, RESULT_FAILED},
    {EX_DATAERR, RESULT_FAILED},
    {EX_SOFTWARE, RESULT_FAILED},
    {EX_PROTOCOL, RESULT_FAILED},
    {EX_NOPERM, RESULT_FAILED},
    {EX_CONFIG, RESULT_FAILED},
};

enum handler_result
handler_result_code(int code)
{
	for (size_t i = 0; i < sizeof(meaning) / sizeof(meaning[0]); i++) {
		if (meaning[i].code == code)
			return meaning[i].result;
	}
	return RESULT_LATER;
}

enum handler_result
handler_result_end(const struct handler_end *end)
{
	if (end->told != HANDLER_NOT_TOLD)
		return handler_result_lost(end);
	return WIFEXITED(end->status)
		   ? handler_result_code(WEXITSTATUS(end->status))
		   : RESULT_LATER;
}

enum handler_result
handler_result_lost(const struct handler_end *end)
{
	return end->told == HANDLER_STOPPED ? RESULT_NO_ATTEMPT : RESULT_LATER;
}

const char *
handler_end_text(
    char dst[static HANDLER_END_MAX], const struct handler_end *end)
{
	const char *name;

	if (end->told == HANDLER_TIMED_OUT)
		snprintf(dst, HANDLER_END_MAX, "timed out");
	else if (end->told == HANDLER_STOPPED)
		snprintf(dst, HANDLER_END_MAX, "stopped");
	else if (WIFEXITED(end->status))
		snprintf(dst, HANDLER_END_MAX, "exit status %d",
		    WEXITSTATUS(end->status));
	else {
		name = sigabbrev_np(WTERMSIG(end->status));
		snprintf(dst, HANDLER_END_MAX, "signal %d%s%s",
		    WTERMSIG(end->status), name == NULL ? "" : ", SIG",
		    name == NULL ? "" : name);
	}
	return dst;
}
