/*
 * hookdir-forward - posts events to a URL, as a persistent handler.
 *
 * The runner starts this program for an entry of "run" with `forward`
 * (cli/run/forwarder.h), and talks to it as to every persistent handler
 * (cli/run/persistent.h): "ready", then a line with the path of an event's file
 * for each event, and an answer (cli/run/answer.h) to each.
 *
 * What it is to do is in its environment, since every user of a machine can read
 * command lines, and a URL may have a password in it:
 *
 *	FORWARD_URL
 *	FORWARD_TIMEOUT		seconds for an event
 *	FORWARD_SECRET_FILE	sign with these secrets; or not set
 *	FORWARD_CA_FILE		the only CA certificates to trust; or not set
 *
 * An event is a CloudEvent in binary mode, byte for byte as it was received.
 *
 * Exit status 0 at the end of its input; 1 after a line on standard error; 2 for
 * wrong usage.
 */
#include <fcntl.h>
#include <inttypes.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/file.h"
#include "base/log.h"
#include "base/url.h"
#include "eventfile.h"
#include "outbox/outbox_name.h"
#include "post.h"
#include "profile/secret.h"
#include "signing.h"
#include "verdict.h"

#define USAGE 2
/*
 * Milliseconds.  Less than the runner waits, so that libcurl can say what it
 * waited for.
 */
#define TIMEOUT_LESS 300L
#define HEADER_MAX   (EVENTFILE_HEAD_MAX + 64)

struct forwarder {
	struct poster *poster;
	const char *secret_file; /* or NULL */
	struct secrets secrets;
	struct stat st; /* of the secret file, when it was read */
};

/* --- The secrets --- */

static bool
read_secrets(struct forwarder *f, struct reason *why)
{
	struct secrets fresh;

	if (f->secret_file == NULL)
		return true;
	if (!secrets_read(&fresh, f->secret_file, SECRET_WHSEC, &f->st, why))
		return false;
	secrets_free(&f->secrets);
	f->secrets = fresh;
	return true;
}

/* A new file is used from the next event on; the old secrets if it is bad. */
static void
renew_secrets(struct forwarder *f)
{
	struct reason why;

	if (f->secret_file == NULL || !file_changed(f->secret_file, &f->st))
		return;
	if (!read_secrets(f, &why))
		log_line(&log_stderr, LVL_ERROR,
		    "forward_secret_file: the secret of before is still used: "
		    "%s",
		    why.text);
}

/* --- An event --- */

/* The headers of a signature, and their room. */
struct signature {
	char id[HEADER_MAX], time[64], value[SIGNING_MAX + 32];
};

/* Sign the body, which is mapped meanwhile; false with why set. */
static bool
sign(const struct forwarder *f, const struct eventfile *file, struct post *post,
    struct signature *to, struct reason *why)
{
	const size_t size = (size_t)(file->body + file->length);
	const int64_t now = time(NULL);
	char value[SIGNING_MAX];
	unsigned char *all =
	    mmap(NULL, size, PROT_READ, MAP_PRIVATE, post->fd, 0);

	if (all == MAP_FAILED) {
		reason_errno(why, "the event cannot be mapped into memory");
		return false;
	}
	signing_sign(value, &f->secrets, file->id, now,
	    span_mem(all + file->body, (size_t)file->length));
	munmap(all, size);
	snprintf(
	    to->id, sizeof(to->id), "webhook-id: %.*s", SPAN_ARGS(file->id));
	snprintf(
	    to->time, sizeof(to->time), "webhook-timestamp: %" PRId64, now);
	snprintf(to->value, sizeof(to->value), "webhook-signature: %s", value);
	post->header[0] = to->id;
	post->header[1] = to->time;
	post->header[2] = to->value;
	post->n = 3;
	return true;
}

/* Write to dst the path without its last n components. */
static void
above(char dst[static PATH_MAX], const char *path, int n)
{
	snprintf(dst, PATH_MAX, "%s", path);
	for (char *slash; n > 0; n--) {
		if ((slash = strrchr(dst, '/')) != NULL)
			*slash = '\0';
	}
}

/*
 * Events are files of the receiver's user: outbox_dir.h.  The runner has looked
 * at this one; but somebody of the inbox's group may have put another one there,
 * to have it signed.
 */
static bool
is_receivers(int fd, const char *path, struct reason *why)
{
	char folder[PATH_MAX];
	struct stat st, event;
	bool ok = fstat(fd, &event) == 0;

	/* ROOT/P/busy/N.ID */
	above(folder, path, 3);
	ok = ok && stat(folder, &st) == 0;
	if (ok && st.st_uid == 0) {
		above(folder, path, 2);
		ok = stat(folder, &st) == 0;
	}
	if (ok && st.st_uid == event.st_uid)
		return true;
	reason_set(why, "not a file of the receiver's user");
	return false;
}

static void
post_event(struct forwarder *f, int fd, struct post_answer *answer)
{
	struct eventfile file = {.head = NULL};
	struct signature signature;
	struct post post = {.fd = fd};

	if (!eventfile_read(&file, fd, &answer->why))
		return;
	post.lines = file.lines;
	post.body = (off_t)file.body;
	post.length = (off_t)file.length;
	if (f->secret_file == NULL ||
	    sign(f, &file, &post, &signature, &answer->why))
		poster_post(f->poster, &post, answer);
	eventfile_free(&file);
}

/* Answer, in one line; false if nobody reads it. */
static bool
put_answer(const char *id, const struct post_answer *answer)
{
	const enum verdict verdict = verdict_of(answer->status);

	printf("%s %d", id, (int)verdict);
	if (verdict == VERDICT_LATER && answer->after != VERDICT_NO_AFTER)
		printf(" after=%ld", answer->after);
	if (answer->status == 0)
		printf(" %s", answer->why.text);
	else if (verdict != VERDICT_DONE)
		printf(" HTTP status %ld%s%s", answer->status,
		    answer->shown[0] == '\0' ? "" : ": ", answer->shown);
	putchar('\n');
	return fflush(stdout) == 0;
}

/* False if the program is of no more use. */
static bool
forward(struct forwarder *f, const char *path)
{
	const char *file = strrchr(path, '/');
	struct post_answer answer = {.after = VERDICT_NO_AFTER};
	struct outbox_name name;
	int fd;

	if (file == NULL || !outbox_name_read(&name, OUTBOX_BUSY, file + 1)) {
		log_line(&log_stderr, LVL_ERROR,
		    "this is not the path of an event: %.300s", path);
		return false;
	}
	renew_secrets(f);
	switch (eventfile_descriptor(&fd, AT_FDCWD, path, &answer.why)) {
	case EVENTFILE_OK:
		if (is_receivers(fd, path, &answer.why))
			post_event(f, fd, &answer);
		file_close(fd);
		break;
	case EVENTFILE_GONE:
		reason_set(&answer.why, "the event is gone");
		break;
	case EVENTFILE_BAD:
	default:
		break;
	}
	return put_answer(name.id, &answer);
}

/* --- The program --- */

/* False, after saying why. */
static bool
prepare(struct forwarder *f)
{
	const char *timeout = getenv("FORWARD_TIMEOUT");
	const long long seconds = span_number(span_str(timeout));
	struct post_target target = {
	    .url = getenv("FORWARD_URL"), .ca_file = getenv("FORWARD_CA_FILE")};
	struct reason why = {""};
	const char *fault;

	if (target.url == NULL || seconds < 1 || seconds > LONG_MAX / 1000) {
		log_line(&log_stderr, LVL_ERROR,
		    "hookdir run starts this program: see hookdir-run(8)");
		return false;
	}
	if ((fault = url_fault(target.url, URL_FORWARD)) != NULL) {
		log_line(&log_stderr, LVL_ERROR, "forward %s", fault);
		return false;
	}
	target.timeout = (long)seconds * 1000 - TIMEOUT_LESS;
	f->secret_file = getenv("FORWARD_SECRET_FILE");
	if (!read_secrets(f, &why)) {
		log_line(&log_stderr, LVL_ERROR, "forward_secret_file: %s",
		    why.text);
		return false;
	}
	f->poster = poster_open(&target, &why);
	if (f->poster == NULL)
		log_line(&log_stderr, LVL_ERROR, "%s", why.text);
	return f->poster != NULL;
}

/* Until the end of the input; false if it was not that. */
static bool
serve(struct forwarder *f)
{
	char *line = NULL;
	size_t room = 0;
	bool ok = true;

	while (ok && getline(&line, &room, stdin) > 0) {
		line[strcspn(line, "\n")] = '\0';
		ok = forward(f, line);
	}
	free(line);
	return ok;
}

int
main(int argc, char *argv[])
{
	struct forwarder f = {.poster = NULL};
	bool ok;

	(void)argv;
	/* Not as a CGI program: a request could then say where to. */
	if (argc != 1 || getenv("GATEWAY_INTERFACE") != NULL ||
	    getenv("REQUEST_METHOD") != NULL) {
		log_line(&log_stderr, LVL_ERROR,
		    "usage: hookdir-forward; not to be started by a web "
		    "server");
		return USAGE;
	}
	signal(SIGPIPE, SIG_IGN);
	ok = prepare(&f);
	if (ok) {
		puts("ready");
		ok = fflush(stdout) == 0 && serve(&f);
	}
	poster_close(f.poster);
	secrets_free(&f.secrets);
	return ok ? EXIT_SUCCESS : EXIT_FAILURE;
}
