/*
 * run_as.c - whom root becomes for the receiver, and whom for handlers.  Only
 * root can try; what every command does of it is in tests/cli/become.t.
 */
#include <grp.h>
#include <pwd.h>
#include <sys/wait.h>

#include "config/run_as.h"
#include "sandbox.h"

#include "../tap.h"

/* Whom a child has become, and what it has said. */
struct outcome {
	enum become_status status;
	uid_t uid;
	gid_t gid;
	char said[1024];
};

static struct outcome
try(enum become_status (*become)(const char *path, const struct log *log),
    const char *path)
{
	struct outcome outcome = {.status = BECOME_FAILED};
	int fd[2], status;
	pid_t pid;

	if (pipe(fd) != 0 || (pid = fork()) < 0)
		sandbox_die("fork");
	if (pid == 0) {
		sandbox_log_clear();
		outcome.status = become(path, &sandbox_log);
		outcome.uid = geteuid();
		outcome.gid = getegid();
		snprintf(outcome.said, sizeof(outcome.said), "%.1000s",
		    sandbox_logged);
		_exit(write(fd[1], &outcome, sizeof(outcome)) ==
			      (ssize_t)sizeof(outcome)
			  ? 0
			  : 1);
	}
	close(fd[1]);
	if (read(fd[0], &outcome, sizeof(outcome)) !=
		(ssize_t)sizeof(outcome) ||
	    waitpid(pid, &status, 0) != pid || status != 0)
		sandbox_die("the child");
	close(fd[0]);
	return outcome;
}

static const char *
settings(const char *more)
{
	char text[512];

	snprintf(
	    text, sizeof(text), "{\"inbox\":\"in\",%s\"providers\":{}}", more);
	return sandbox_text("hookdir.json", text, 0644);
}

static void
test_users(const struct passwd *nobody, uid_t owner)
{
	char more[256], want[128];
	struct outcome got;

	snprintf(more, sizeof(more), "\"user\":\"bin\",\n\"run_user\":\"%s\",",
	    nobody->pw_name);
	got = try(become_runner, settings(more));
	is_int(got.status, BECOME_OK, "run_user is of the handlers");
	is_int(got.uid, nobody->pw_uid, "its uid");
	is_int(got.gid, nobody->pw_gid, "its group");
	is_str(got.said, "", "without a word");
	got = try(become_settings, settings("\"run_user\":\"bin\","));
	is_int(got.uid, owner, "and of nobody else");
	is_str(got.said, "", "without a word");
	got = try(become_runner, settings("\"user\":\"bin\","));
	is_int(got.uid, owner, "without run_user, the inbox's owner");
	snprintf(want, sizeof(want), "run_user is not set: handlers run as ");
	ok(strstr(got.said, want) != NULL &&
		strstr(got.said, "warning: ") != NULL,
	    "with a warning");
}

static void
test_refused(void)
{
	static const struct {
		const char *more, *said;
	} row[] = {
	    {"\"run_user\":\"root\",", ":1: run_user: root is root (uid 0)"},
	    {"\"run_user\":\"no-such-user\",",
		":1: run_user: there is no user no-such-user"},
	    {"\"run_user\":7,", ":1: run_user: must be a string"},
	};

	for (size_t i = 0; i < sizeof(row) / sizeof(row[0]); i++) {
		struct outcome got = try(become_runner, settings(row[i].more));

		ok(got.status != BECOME_OK && got.uid == 0, "%s", row[i].more);
		ok(strstr(got.said, row[i].said) != NULL, "which is said");
	}
}

/* Who owns the settings could have root run anything as another user. */
static void
test_foreign_settings(const struct passwd *nobody)
{
	const char *path = settings("\"run_user\":\"bin\",");
	struct outcome got;

	if (chown(path, nobody->pw_uid, (gid_t)-1) != 0)
		sandbox_die("chown");
	got = try(become_runner, path);
	is_int(got.status, BECOME_FAILED, "settings of another user");
	ok(strstr(got.said, "may not say what root does") != NULL, "why");
}

static void
test_roots_inbox(const char *inbox)
{
	struct outcome got;

	if (chown(inbox, 0, 0) != 0)
		sandbox_die("chown");
	got = try(become_runner, settings(""));
	is_int(got.status, BECOME_NOBODY, "an inbox of root's");
	ok(strstr(got.said, "set \"run_user\" to the user that `hookdir run` "
			    "runs as") != NULL,
	    "and what to set");
}

int
main(void)
{
	const struct passwd *found = getpwnam("nobody");
	struct passwd nobody;
	const uid_t owner = 12345;
	const char *inbox;

	if (geteuid() != 0 || found == NULL) {
		ok(true, "only root can become somebody else");
		return done();
	}
	nobody = *found;
	sandbox_make();
	inbox = sandbox_path("in");
	if (chmod(sandbox_dir, 0755) != 0 || mkdir(inbox, 0700) != 0 ||
	    chown(inbox, owner, owner) != 0)
		sandbox_die("the inbox");
	test_users(&nobody, owner);
	test_refused();
	test_foreign_settings(&nobody);
	test_roots_inbox(sandbox_path("in"));
	sandbox_remove(sandbox_dir);
	return done();
}
