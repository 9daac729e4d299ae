/* curl.c - fork curl, feed it, read what it says. */
#include <errno.h>
#include <fcntl.h>
#include <openssl/crypto.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "base/file.h"
#include "base/stream.h"
#include "curl.h"

#define CONFIG_FD   3    /* where curl finds what to do */
#define SPARE_FD    16   /* above the pipes */
#define NOT_STARTED 127  /* the shell's word for it */
#define PAUSE_MS    100  /* until the next try */
#define SAID_MAX    4096 /* bytes of what curl says went wrong */

/* The ends of the pipes; -1 where there is none (any more). */
struct pipes {
	int config[2], body[2], answer[2], said[2];
};

static void
close_end(int *fd)
{
	if (*fd >= 0)
		close(*fd);
	*fd = -1;
}

static void
close_all(struct pipes *p)
{
	for (int i = 0; i < 2; i++) {
		close_end(&p->config[i]);
		close_end(&p->body[i]);
		close_end(&p->answer[i]);
		close_end(&p->said[i]);
	}
}

/* "name = value" with the value quoted as curl's configuration wants it. */
static void
put_option(FILE *f, const char *name, const char *value)
{
	fprintf(f, "%s = \"", name);
	for (; *value != '\0'; value++) {
		if (*value == '"' || *value == '\\')
			fputc('\\', f);
		fputc(*value, f);
	}
	fputs("\"\n", f);
}

/* What curl is to do; malloc'd, or NULL. */
static char *
make_config(const struct curl_request *request, size_t *len)
{
	const struct headers *headers = request->headers;
	char *text = NULL;
	FILE *f = open_memstream(&text, len);

	if (f == NULL)
		return NULL;
	put_option(f, "url", request->url);
	fprintf(
	    f, "globoff\nsilent\nshow-error\nmax-time = %d\n", CURL_SECONDS);
	put_option(f, "write-out", "\\n%{redirect_url}\\n%{http_code}");
	put_option(f, "user-agent", "hookdir");
	for (size_t i = 0; i < headers->n; i++)
		put_option(f, "header", headers->line[i]);
	/* Else curl would wait for an answer in between, which CGI lacks. */
	put_option(f, "header", "Expect:");
	/* Last: curl reads the body when it gets here, and by then we must be
	 * writing that and not this. */
	put_option(f, "data-binary", "@-");
	return stream_end(f, &text) ? text : NULL;
}

/* In the child: start curl. */
static void
exec_curl(struct pipes *p)
{
	static const char path[] = "/dev/fd/3";
	char name[] = "curl", quiet[] = "-q", from[] = "-K";
	char file[sizeof(path)];
	char *const argv[] = {name, quiet, from, file, NULL};
	/* Out of the way of what dup2() overwrites; gone when curl starts. */
	int config = fcntl(p->config[0], F_DUPFD_CLOEXEC, SPARE_FD);
	int body = fcntl(p->body[0], F_DUPFD_CLOEXEC, SPARE_FD);
	int answer = fcntl(p->answer[1], F_DUPFD_CLOEXEC, SPARE_FD);
	int said = fcntl(p->said[1], F_DUPFD_CLOEXEC, SPARE_FD);

	memcpy(file, path, sizeof(path));
	close_all(p);
	if (dup2(body, STDIN_FILENO) < 0 || dup2(answer, STDOUT_FILENO) < 0 ||
	    dup2(said, STDERR_FILENO) < 0 || dup2(config, CONFIG_FD) < 0)
		_exit(NOT_STARTED);
	signal(SIGPIPE, SIG_DFL);
	execvp(name, argv);
	_exit(NOT_STARTED);
}

/* Write all of it and close *fd; if curl stops reading, it says why itself. */
static void
write_all(int *fd, const void *bytes, size_t len)
{
	const char *at = bytes;

	while (len > 0) {
		ssize_t n = write(*fd, at, len);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			break;
		at += n;
		len -= (size_t)n;
	}
	close_end(fd);
}

/* Take the last line off the answer. */
static const char *
take_line(struct answer *answer)
{
	size_t at = answer->len;

	answer->body[at] = '\0';
	while (at > 0 && answer->body[at - 1] != '\n')
		at--;
	if (at == 0)
		return NULL;
	answer->len = at - 1;
	return answer->body + at;
}

/* Take what curl wrote behind the body: a URL or nothing, and the code. */
static bool
take_outcome(struct answer *answer)
{
	const char *code = take_line(answer);

	answer->redirect = code == NULL ? NULL : take_line(answer);
	if (answer->redirect == NULL)
		return false;
	answer->body[answer->len] = '\0';
	answer->code = (int)span_number(span_str(code));
	return answer->code >= 100;
}

/* Wait for its end; false if it was killed. */
static bool
wait_for(pid_t pid, int *status)
{
	int raw = 0;
	pid_t rc;

	do
		rc = waitpid(pid, &raw, 0);
	while (rc < 0 && errno == EINTR);
	*status = WEXITSTATUS(raw);
	return rc == pid && WIFEXITED(raw);
}

/* Read what curl says to its end, wait for curl, and judge both. */
static bool
take_answer(int fd, pid_t pid, struct answer *answer, struct reason *why)
{
	int status = 0;

	answer->body =
	    file_read_all(fd, CURL_ANSWER_MAX + 1, &answer->len, why);
	close(fd);
	if (!wait_for(pid, &status)) {
		reason_set(why, "no answer: curl was killed");
		goto out;
	}
	if (status == NOT_STARTED) {
		reason_set(why, "curl cannot be started: install the package "
				"curl");
		goto out;
	}
	if (answer->body == NULL)
		goto out;
	if (answer->len > CURL_ANSWER_MAX)
		reason_set(
		    why, "the answer is over %lu bytes", CURL_ANSWER_MAX);
	else if (status != 0)
		reason_set(why, "no answer: curl ended with status %d", status);
	else if (take_outcome(answer))
		return true;
	else
		reason_set(why, "the answer is not HTTP");
out:
	free(answer->body);
	*answer = (struct answer){.ended = status};
	return false;
}

/* Say on descriptor 2 what curl said went wrong, which is short. */
static void
pass_on(int fd)
{
	struct reason ignored;
	size_t len = 0;
	char *text = file_read_all(fd, SAID_MAX, &len, &ignored);

	if (text != NULL)
		fwrite(text, 1, len, stderr);
	free(text);
}

/* One try, with curl told by config. */
static bool
try_post(struct span config, const struct curl_request *request,
    struct answer *answer, struct reason *why)
{
	struct pipes p = {{-1, -1}, {-1, -1}, {-1, -1}, {-1, -1}};
	bool ok = false;
	pid_t pid;

	*answer = (struct answer){.body = NULL};
	if (pipe(p.config) != 0 || pipe(p.body) != 0 || pipe(p.answer) != 0 ||
	    pipe(p.said) != 0 || (pid = fork()) < 0) {
		reason_errno(why, "curl cannot be started");
		goto out;
	}
	if (pid == 0)
		exec_curl(&p);
	close_end(&p.config[0]);
	close_end(&p.body[0]);
	close_end(&p.answer[1]);
	close_end(&p.said[1]);
	signal(SIGPIPE, SIG_IGN);
	write_all(&p.config[1], config.ptr, config.len);
	write_all(&p.body[1], request->body.ptr, request->body.len);
	ok = take_answer(p.answer[0], pid, answer, why);
	p.answer[0] = -1;
	if (ok || !request->patient || answer->ended != CURL_REFUSED)
		pass_on(p.said[0]);
out:
	close_all(&p);
	return ok;
}

bool
curl_post(const struct curl_request *request, struct answer *answer,
    struct reason *why)
{
	const struct timespec pause = {.tv_nsec = PAUSE_MS * 1000000L};
	struct curl_request now = *request;
	int tries = request->patient ? CURL_PATIENCE * 1000 / PAUSE_MS : 0;
	size_t len = 0;
	char *config = make_config(request, &len);
	bool ok;

	*answer = (struct answer){.body = NULL};
	if (config == NULL) {
		reason_set(why, "out of memory");
		return false;
	}
	for (;; tries--) {
		now.patient = tries > 0;
		ok = try_post(span_mem(config, len), &now, answer, why);
		if (ok || !now.patient || answer->ended != CURL_REFUSED)
			break;
		nanosleep(&pause, NULL);
	}
	OPENSSL_cleanse(config, len);
	free(config);
	return ok;
}
