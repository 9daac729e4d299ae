/* edge_cgi.c - one process, one request. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/timestamp.h"
#include "edge.h"
#include "keyset/fetcher.h"
#include "receive.h"

/* As log_stderr, with the time: no server puts one before what CGI says. */
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

static const struct log log_timed = {write_timed, NULL};

static ptrdiff_t
read_stdin(void *arg, unsigned char *buf, size_t len)
{
	ssize_t n;

	(void)arg;
	do {
		n = read(STDIN_FILENO, buf, len);
	} while (n < 0 && errno == EINTR);
	return n;
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

int
edge_cgi(char *const env[])
{
	struct delivery delivery = {
	    .env = env,
	    .read = read_stdin,
	    .log = &log_timed,
	};
	char path[CONFIG_PATH_MAX], fetch[PATH_MAX];
	const struct provider *due;
	struct config *cfg;
	struct reply reply;

	config_locate(path, env);
	cfg = config_load_one(path, env, request_route(env), &log_timed);
	fetcher_locate(fetch);
	delivery.fetch = fetch;
	clock_gettime(CLOCK_REALTIME, &delivery.now);
	due = receive(cfg, &delivery, &reply);
	if (!write_all(span_mem(reply.head, reply.head_len)) ||
	    !write_all(reply.body))
		log_line(&log_timed, LVL_WARNING,
		    "answer %d not delivered: the server or the client went "
		    "away",
		    reply.code);
	reply_free(&reply);
	if (due != NULL) {
		/* The server may wait for the end of the output. */
		close(STDOUT_FILENO);
		receive_upkeep(cfg, due, &delivery);
	}
	config_free(cfg);
	return EXIT_SUCCESS;
}
