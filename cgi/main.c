/*
 * main.c - hookdir.fcgi: CGI or FastCGI, depending on descriptor 0.
 *
 * The program takes no command line: a web server may make a command line of
 * the query string (RFC 3875, section 4.4), and anyone can write that.
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
#include "config/config.h"
#include "config/run_as.h"
#include "receiver.h"

static bool
is_listening(int fd)
{
	int on = 0;
	socklen_t len = sizeof(on);

	return getsockopt(fd, SOL_SOCKET, SO_ACCEPTCONN, &on, &len) == 0 &&
	       on != 0;
}

/* If one of these were closed, an event file could become standard error. */
static bool
open_standard_files(void)
{
	for (int fd = 0; fd <= 2; fd++) {
		if (fcntl(fd, F_GETFD) < 0 && open("/dev/null", O_RDWR) != fd)
			return false;
	}
	return true;
}

/* Set up the process: nothing is inherited, and nothing outlives it. */
static bool
settle(void)
{
	/* Not 0: that does not stop a core_pattern that is a pipe, see
	 * core(5). */
	const struct rlimit none = {1, 1};

	if (!open_standard_files())
		return false;
	closefrom(STDERR_FILENO + 1);
	umask(077);
	/* Secrets must not get into a core file. */
	setrlimit(RLIMIT_CORE, &none);
	/* These become errors of write(), which are handled like all others. */
	signal(SIGXFSZ, SIG_IGN);
	signal(SIGPIPE, SIG_IGN);
	/* If SIGCHLD were ignored, the exit status of a child would be lost. */
	signal(SIGCHLD, SIG_DFL);
	return true;
}

/*
 * An event that root files, nobody else can use.  So what root starts becomes
 * the user of the settings, who is to find the same settings: his home may have
 * others.  False after a line that says why not.
 */
static bool
leave_root(void)
{
	char path[CONFIG_PATH_MAX];

	if (geteuid() != 0)
		return true;
	config_locate(path, environ);
	return become_settings(path, &log_stderr) == BECOME_OK &&
	       setenv("HOOKDIR_CONFIG", path, 1) == 0;
}

int
main(void)
{
	bool fcgi, cgi;

	if (!settle())
		return EXIT_FAILURE;
	fcgi = is_listening(STDIN_FILENO);
	cgi = getenv("REQUEST_METHOD") != NULL ||
	      getenv("GATEWAY_INTERFACE") != NULL;
	if ((fcgi || cgi) && !leave_root())
		return RUN_AS_EXIT;
	if (fcgi)
		return receiver_fcgi(environ);
	if (cgi)
		return receiver_cgi(environ);
	log_line(&log_stderr, LVL_ERROR,
	    "this program is the receiver, which a web server or spawn-fcgi "
	    "starts; for the command line, use `hookdir`");
	return 2;
}
