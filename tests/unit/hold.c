/* hold.c - the folder of refused deliveries: bounded, in order, private. */
#define _GNU_SOURCE /* open file description locks */
#include "hold/hold.h"
#include "sandbox.h"

#include <signal.h>
#include <sys/resource.h>
#include <sys/wait.h>

#include "../tap.h"

static const struct timespec now = {1795293000, 123456789};

/* The folder of the provider p with these limits. */
static struct hold
folder(long count, long bytes)
{
	static char root[SANDBOX_PATH_MAX];

	snprintf(root, sizeof(root), "%s", sandbox_path("in"));
	return (struct hold){
	    .root = root, .provider = "p", .terms = {count, bytes, {NULL}}};
}

static bool
put(const struct hold *hold, const char *head, const char *body)
{
	struct reason why = {""};
	bool done = hold_put(hold, span_str(head), span_str(body), &now, &why);

	if (!done)
		diag("%s", why.text);
	return done;
}

/* The bodies of all files, oldest first, as one string. */
static const char *
all(const struct hold *hold)
{
	static char text[1024];
	struct reason why = {""};
	struct hold_list list;
	size_t used = 0;

	text[0] = '\0';
	if (!hold_list(hold, &list, &why))
		sandbox_die(why.text);
	for (size_t i = 0; i < list.n; i++) {
		struct file_content content;
		const char *name = list.item[i].name;

		if (ok(hold_read(hold, name, HOLD_FILE_MAX, &content, &why) ==
				HOLD_READ &&
			    content.len == list.item[i].bytes,
			"%s says how long it is", name))
			used += (size_t)snprintf(text + used,
			    sizeof(text) - used, "%.*s ", (int)content.len,
			    (const char *)content.bytes);
		free(content.bytes);
	}
	hold_list_free(&list);
	return text;
}

static void
test_put(void)
{
	struct hold hold = folder(3, 100);
	struct hold_list list;
	struct reason why = {""};
	struct stat st;

	ok(hold_list(&hold, &list, &why) && list.n == 0, "none is there");
	ok(hold_is_ours(&hold, &why), "and is nobody's");
	ok(hold_sweep(&hold, &why), "nor to be swept");
	ok(stat(sandbox_path("in"), &st) != 0, "nothing is made by that");
	ok(put(&hold, "a", "1") && put(&hold, "b", "2") && put(&hold, "c", "3"),
	    "three of three");
	is_str(all(&hold), "a1 b2 c3 ", "are there, in order");
	ok(put(&hold, "d", "4") && put(&hold, "e", ""), "two more");
	is_str(all(&hold), "c3 d4 e ", "drive the oldest out");
	ok(stat(sandbox_path("in/p/hold"), &st) == 0 &&
		(st.st_mode & 07777) == 0700,
	    "the folder is private");
	ok(hold_list(&hold, &list, &why), "the list");
	is_str(list.item[0].name, "1795293000123458-2", "time and bytes");
	ok(stat(sandbox_path("in/p/hold/1795293000123458-2"), &st) == 0 &&
		(st.st_mode & 07777) == 0600,
	    "the files as well");
	ok(hold_remove(&hold, list.item[1].name, &why), "one is removed");
	is_str(all(&hold), "c3 e ", "that one");
	ok(hold_remove(&hold, list.item[1].name, &why), "and stays so");
	hold_list_free(&list);
	ok(stat(sandbox_path("in/p/new"), &st) == 0 &&
		stat(sandbox_path("in/p/lock"), &st) == 0,
	    "the inbox is complete");
}

static void
test_bytes(void)
{
	struct hold hold = folder(100, 10);
	struct reason why = {""};

	sandbox_remove(sandbox_path("in"));
	ok(put(&hold, "aaa", "") && put(&hold, "bb", "bb") &&
		put(&hold, "c", ""),
	    "8 of 10 bytes");
	ok(put(&hold, "dd", ""), "10 of 10");
	is_str(all(&hold), "aaa bbbb c dd ", "all are there");
	ok(put(&hold, "eeee", ""), "4 more");
	is_str(all(&hold), "c dd eeee ", "for which two went");
	ok(put(&hold, "0123456789", ""), "all at once");
	is_str(all(&hold), "0123456789 ", "alone");
	ok(!hold_put(&hold, span_str("0123456789"), span_str("a"), &now, &why),
	    "more than that");
	is_str(why.text, "its 11 bytes are more than hold.bytes, 10",
	    "is not held");
	is_str(all(&hold), "0123456789 ", "and drives nothing out");
}

static void
test_debris(void)
{
	struct hold hold = folder(2, 100);
	struct reason why = {""};
	struct stat st;

	sandbox_remove(sandbox_path("in"));
	ok(put(&hold, "a", ""), "one");
	sandbox_text("in/p/hold/.part", "half of one that is longer", 0600);
	sandbox_text("in/p/hold/notes", "of the operator", 0600);
	is_str(all(&hold), "a ", "what a crash left is not seen");
	ok(put(&hold, "b", ""), "the next");
	is_str(all(&hold), "a b ", "is whole");
	ok(stat(sandbox_path("in/p/hold/.part"), &st) != 0,
	    "and nothing is left");
	sandbox_text("in/p/hold/.part", "x", 0600);
	ok(hold_sweep(&hold, &why) &&
		stat(sandbox_path("in/p/hold/.part"), &st) != 0,
	    "or it is swept");
	ok(put(&hold, "c", "") && put(&hold, "d", ""), "two more");
	hold.terms.count = 1;
	ok(hold_sweep(&hold, &why), "the limit is lowered");
	is_str(all(&hold), "d ", "and kept by a sweep");
	hold.terms = (struct hold_terms){.count = 0};
	ok(hold_sweep(&hold, &why), "none are to be held");
	is_str(all(&hold), "d ", "those that are stay");
	ok(stat(sandbox_path("in/p/hold/notes"), &st) == 0,
	    "what is not ours is left alone");
}

/* What is no file is not read, and nobody waits for it. */
static void
test_fifo(void)
{
	struct hold hold = folder(2, 100);
	struct file_content content;
	struct reason why = {""};

	sandbox_remove(sandbox_path("in"));
	ok(put(&hold, "a", ""), "one");
	if (mkfifo(sandbox_path("in/p/hold/1-1"), 0600) != 0 ||
	    mkfifo(sandbox_path("in/p/hold/.part"), 0600) != 0)
		sandbox_die("mkfifo");
	alarm(60);
	is_int(hold_read(&hold, "1-1", 100, &content, &why), HOLD_FAILED,
	    "a FIFO");
	ok(strstr(why.text, "/in/p/hold/1-1 cannot be read: ") != NULL,
	    "is named: %s", why.text);
	ok(strstr(why.text, "cannot be read") != NULL, "%s", why.text);
	ok(!hold_put(&hold, span_str("b"), span_str(""), &now, &why),
	    "a FIFO where a file is written");
	alarm(0);
	sandbox_remove(sandbox_path("in"));
}

static void
test_refused(void)
{
	struct hold hold = folder(2, 100);
	struct reason why = {""};

	sandbox_remove(sandbox_path("in"));
	ok(put(&hold, "a", ""), "one");
	if (chmod(sandbox_path("in/p/hold"), 0750) != 0)
		sandbox_die("chmod");
	ok(!hold_put(&hold, span_str("b"), span_str(""), &now, &why) &&
		strstr(why.text, "have mode 0700") != NULL,
	    "a folder that others can enter");
	ok(!hold_is_ours(&hold, &why), "is not ours");
	ok(!hold_sweep(&hold, &why), "nor swept");
	is_str(all(&hold), "a ", "though it can be read");
	sandbox_remove(sandbox_path("in/p/hold"));
	if (symlink(sandbox_dir, sandbox_path("in/p/hold")) != 0)
		sandbox_die("symlink");
	ok(!hold_put(&hold, span_str("b"), span_str(""), &now, &why),
	    "a symbolic link");
	unlink(sandbox_path("in/p/hold"));
	if (rename(sandbox_path("in/p"), sandbox_path("elsewhere")) != 0 ||
	    mkdir(sandbox_path("elsewhere/hold"), 0700) != 0 ||
	    symlink("../elsewhere", sandbox_path("in/p")) != 0)
		sandbox_die("in/p");
	ok(!hold_put(&hold, span_str("b"), span_str(""), &now, &why),
	    "a symbolic link for the inbox");
	is_int(sandbox_entries("elsewhere/hold"), 0, "nothing goes there");
	unlink(sandbox_path("in/p"));
	sandbox_remove(sandbox_path("elsewhere/hold"));
	if (rename(sandbox_path("elsewhere"), sandbox_path("in/p")) != 0)
		sandbox_die("in/p");
	sandbox_text("in/p/hold", "a file", 0600);
	ok(!hold_put(&hold, span_str("b"), span_str(""), &now, &why), "a file");
	ok(!hold_list(&hold, &(struct hold_list){.n = 0}, &why), "no list");
	unlink(sandbox_path("in/p/hold"));
	sandbox_remove(sandbox_path("in"));
	sandbox_text("in", "a file", 0600);
	ok(!hold_put(&hold, span_str("b"), span_str(""), &now, &why),
	    "no inbox");
	unlink(sandbox_path("in"));
}

/* As of a full disk: the file cannot grow any more. */
static void
test_full(void)
{
	struct rlimit was, is = {4, 4};
	struct hold hold = folder(2, 100);
	struct reason why = {""};
	struct stat st;
	bool done;

	ok(put(&hold, "a", "b"), "one");
	if (getrlimit(RLIMIT_FSIZE, &was) != 0)
		sandbox_die("getrlimit");
	is.rlim_max = was.rlim_max;
	signal(SIGXFSZ, SIG_IGN);
	setrlimit(RLIMIT_FSIZE, &is);
	done = hold_put(&hold, span_str("abc"), span_str("def"), &now, &why);
	setrlimit(RLIMIT_FSIZE, &was);
	ok(!done && strstr(why.text, "hold cannot be written") != NULL,
	    "one that does not fit onto the disk");
	ok(stat(sandbox_path("in/p/hold/.part"), &st) != 0, "leaves nothing");
	is_str(all(&hold), "ab ", "not even a part");
	sandbox_remove(sandbox_path("in"));
}

static void
test_names(void)
{
	static const char *const bad[] = {"", "-", "1-", "-1", ".part", ".lock",
	    "1", "1-2-3", "1-x", "../1-1", " 1-1", "1-1 ", "+1-1",
	    "000000000000000001-000000000000000000001"};
	struct hold hold = folder(2, 100);
	struct reason why = {"x"};
	struct file_content content;

	ok(hold_name_ok("1795293000123458-2"), "a name");
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		ok(!hold_name_ok(bad[i]), "no name: \"%s\"", bad[i]);
		is_int(hold_read(&hold, bad[i], 10, &content, &why), HOLD_GONE,
		    "which is not read");
	}
	is_int(hold_read(&hold, "1-1", 10, &content, &why), HOLD_GONE,
	    "not there");
	is_str(why.text, "x", "which is nothing to say");
	ok(put(&hold, "abc", "def"), "one");
	is_str(all(&hold), "abcdef ", "is there");
	is_int(hold_read(&hold, "1795293000123456-6", 4, &content, &why),
	    HOLD_READ, "read");
	is_span(span_mem(content.bytes, content.len), "abcd",
	    "its first bytes alone");
	free(content.bytes);
	unlink(sandbox_path("in/p/hold/1795293000123456-6"));
	if (symlink("/etc/passwd",
		sandbox_path("in/p/hold/1795293000123456-6")) != 0)
		sandbox_die("symlink");
	is_int(hold_read(&hold, "1795293000123456-6", 4, &content, &why),
	    HOLD_FAILED, "no link is followed");
	ok(strstr(why.text, "456-6 cannot be read: ") != NULL, "%s", why.text);
	unlink(sandbox_path("in/p/hold/1795293000123456-6"));
}

/* Whether all is within the limits, with nobody adding anything meanwhile. */
static bool
within_limits(const struct hold *hold)
{
	struct flock lock = {.l_type = F_WRLCK, .l_whence = SEEK_SET};
	int fd = open(sandbox_path("in/p/hold/.lock"), O_RDWR | O_CLOEXEC);
	unsigned long long bytes = 0;
	struct reason why = {""};
	struct hold_list list;
	bool ok;

	if (fd < 0)
		return true;
	ok =
	    fcntl(fd, F_OFD_SETLKW, &lock) == 0 && hold_list(hold, &list, &why);
	for (size_t i = 0; ok && i < list.n; i++) {
		struct file_content content;

		ok = hold_read(hold, list.item[i].name, HOLD_FILE_MAX, &content,
			 &why) == HOLD_READ &&
		     content.len == list.item[i].bytes;
		bytes += content.len;
		free(content.bytes);
	}
	ok = ok && list.n <= (size_t)hold->terms.count &&
	     bytes <= (unsigned long long)hold->terms.bytes;
	hold_list_free(&list);
	close(fd);
	return ok;
}

/* Eight processes at once, and one that looks. */
static void
test_many(void)
{
	struct hold hold = folder(5, 60);
	struct reason why = {""};
	bool within = true;
	pid_t pid[8];
	unsigned left = 8;

	sandbox_remove(sandbox_path("in"));
	for (size_t i = 0; i < 8; i++) {
		if ((pid[i] = fork()) != 0)
			continue;
		for (int k = 0; k < 200; k++)
			hold_put(&hold, span_str("aaaaaaa"),
			    span_mem("bbbbbbbbbbbbbbb", i * 2), &now, &why);
		_exit(0);
	}
	while (left > 0) {
		if (waitpid(-1, NULL, WNOHANG) > 0)
			left--;
		within = within && within_limits(&hold);
	}
	ok(within, "never more than the limits, and never half a file");
	ok(strlen(all(&hold)) > 0, "some are there");
}

int
main(void)
{
	sandbox_make();
	test_put();
	test_bytes();
	test_debris();
	test_fifo();
	test_refused();
	test_full();
	test_names();
	test_many();
	sandbox_remove(sandbox_dir);
	return done();
}
