/* edge_cgi.c - CGI: one request for each process. */
#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/timestamp.h"
#include "edge.h"
#include "wait.h"

static void
write_timed(void *arg, const char *line, size_t len)
{
	char text[TIMESTAMP_TEXT_MAX + LOG_LINE_MAX];
	struct timespec now;
	ssize_t n;
	int used;

	(void)arg;
	clock_gettime(CLOCK_REALTIME, &now);
	timestamp_format(text, &now);
	used = (int)strlen(text);
	used += snprintf(
	    text + used, sizeof(text) - (size_t)used, " %.*s", (int)len, line);
	n = write(STDERR_FILENO, text, (size_t)used);
	(void)n;
}

const struct log edge_log_timed = {write_timed, NULL};

static ptrdiff_t
read_stdin(void *arg, unsigned char *buf, size_t len, long allowed)
{
	const long long *begun = arg;
	ssize_t n;

	do {
		if (!wait_for(STDIN_FILENO, POLLIN, *begun + allowed))
			return REQUEST_LATE;
		n = read(STDIN_FILENO, buf, len);
	} while (n < 0 && (errno == EINTR || errno == EAGAIN));
	return n < 0 ? REQUEST_LOST : n;
}

static bool
write_all(struct span out)
{
	while (out.len > 0) {
		ssize_t n = write(STDOUT_FILENO, out.ptr, out.len);

		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return false;
		out = span_skip(out, (size_t)n);
	}
	return true;
}

static bool
reply_stdout(struct edge_exchange *x, const struct reply *reply)
{
	if (!write_all(span_mem(reply->head, reply->head_len)) ||
	    !write_all(reply->body))
		log_line(x->log, LVL_WARNING,
		    "answer %d not delivered: the web server or the client "
		    "disconnected",
		    reply->code);
	return false;
}

/* The web server may wait for the end of the output. */
static void
end_stdout(struct edge_exchange *x)
{
	(void)x;
	close(STDOUT_FILENO);
}

int
edge_cgi(char *const env[], const struct edge_service *service)
{
	long long begun = wait_clock();
	struct edge_exchange x = {.env = env,
	    .body = {read_stdin, &begun},
	    .log = &edge_log_timed,
	    .reply = reply_stdout,
	    .end = end_stdout};

	service->serve(service->arg, &x);
	return EXIT_SUCCESS;
}
