/*
 * Preloaded: at SIGURG the process writes how much memory it has in use, in
 * bytes, to the file that HOOKDIR_HEAP names.  What it has from the system is
 * another number: allocators keep what was given back to them.
 * A thread does it, so that the process can block what it likes.
 */
#define _GNU_SOURCE
#include <malloc.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>

/* Of the sanitizers' own allocators. */
__attribute__((weak)) size_t __sanitizer_get_current_allocated_bytes(void);

static size_t
in_use(void)
{
	struct mallinfo2 info;

	if (__sanitizer_get_current_allocated_bytes != NULL)
		return __sanitizer_get_current_allocated_bytes();
	info = mallinfo2();
	return info.uordblks + info.hblkhd;
}

static void *
tell(void *arg)
{
	const char *path = arg;
	sigset_t urgent;
	FILE *f;
	int sig;

	sigemptyset(&urgent);
	sigaddset(&urgent, SIGURG);
	while (sigwait(&urgent, &sig) == 0) {
		size_t n = in_use();

		f = fopen(path, "we");
		if (f == NULL || fprintf(f, "%zu\n", n) < 0 || fclose(f) != 0)
			abort();
	}
	return NULL;
}

__attribute__((constructor)) static void
listen_for_it(void)
{
	char *path = getenv("HOOKDIR_HEAP");
	pthread_t thread;
	sigset_t urgent;

	if (path == NULL)
		return;
	sigemptyset(&urgent);
	sigaddset(&urgent, SIGURG);
	pthread_sigmask(SIG_BLOCK, &urgent, NULL);
	if (pthread_create(&thread, NULL, tell, path) != 0)
		abort();
}
