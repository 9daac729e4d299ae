/* edge_cgi.c - one process, one request. */
#include <errno.h>
#include <stdlib.h>
#include <unistd.h>

#include "edge.h"
#include "fetcher.h"
#include "receive.h"

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
	    .log = &log_stderr,
	};
	char path[CONFIG_PATH_MAX], fetch[PATH_MAX];
	const struct provider *due;
	struct config *cfg;
	struct reply reply;

	config_locate(path, env);
	cfg = config_load(path, env, &log_stderr);
	fetcher_locate(fetch);
	delivery.fetch = fetch;
	clock_gettime(CLOCK_REALTIME, &delivery.now);
	due = receive(cfg, &delivery, &reply);
	if (!write_all(span_mem(reply.head, reply.head_len)) ||
	    !write_all(reply.body))
		log_line(&log_stderr, LVL_WARNING,
		    "answer %d not delivered: the server or the client went "
		    "away",
		    reply.code);
	if (due != NULL) {
		/* The server may wait for the end of the output. */
		close(STDOUT_FILENO);
		receive_upkeep(cfg, due, &delivery);
	}
	config_free(cfg);
	return EXIT_SUCCESS;
}
