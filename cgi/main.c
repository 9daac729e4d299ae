/*
 * main.c - hookdir.fcgi: CGI or FastCGI, told apart by descriptor 0.
 *
 * Takes no command line: a web server may make one of the query string (RFC
 * 3875, section 4.4), and then anybody could write it.
 */
#define _GNU_SOURCE /* closefrom(), environ */
#include <fcntl.h>
#include <signal.h>
#include <stdbool.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/log.h"
#include "receiver.h"

static bool
is_listening(int fd)
{
	int on = 0;
	socklen_t len = sizeof(on);

	return getsockopt(fd, SOL_SOCKET, SO_ACCEPTCONN, &on, &len) == 0 &&
	       on != 0;
}

/* Were one of these closed, an event file could become standard error. */
static bool
open_standard_files(void)
{
	for (int fd = 0; fd <= 2; fd++) {
		if (fcntl(fd, F_GETFD) < 0 && open("/dev/null", O_RDWR) != fd)
			return false;
	}
	return true;
}

/* A process of its own: nothing inherited, nothing that outlives it. */
static bool
settle(void)
{
	/* One byte: 0 would not stop a core_pattern that is a pipe, core(5). */
	const struct rlimit none = {1, 1};

	if (!open_standard_files())
		return false;
	closefrom(STDERR_FILENO + 1);
	umask(077);
	/* Secrets must not end up in a core file. */
	setrlimit(RLIMIT_CORE, &none);
	/* Errors of write(), to be answered like all others. */
	signal(SIGXFSZ, SIG_IGN);
	signal(SIGPIPE, SIG_IGN);
	/* Ignored, it would hide how a child ended. */
	signal(SIGCHLD, SIG_DFL);
	return true;
}

int
main(void)
{
	if (!settle())
		return EXIT_FAILURE;
	if (is_listening(STDIN_FILENO))
		return receiver_fcgi(environ);
	if (getenv("REQUEST_METHOD") != NULL ||
	    getenv("GATEWAY_INTERFACE") != NULL)
		return receiver_cgi(environ);
	log_line(&log_stderr, LVL_ERROR,
	    "this is the receiver: it is started by a web server or by "
	    "spawn-fcgi; the command line is `hookdir`");
	return 2;
}
