/* held.c - the folder of refused deliveries: bounded, in order, private. */
#define _GNU_SOURCE /* open file description locks */
#include "held.h"
#include "box.h"

#include <signal.h>
#include <sys/resource.h>
#include <sys/wait.h>

#include "../tap.h"

static const struct timespec now = {1795293000, 123456789};

/* The folder of the provider p with these limits. */
static struct held
folder(long count, long bytes)
{
	static char root[BOX_PATH_MAX];

	snprintf(root, sizeof(root), "%s", box_path("in"));
	return (struct held){
	    .root = root, .provider = "p", .limit = {count, bytes}};
}

static bool
put(const struct held *held, const char *head, const char *body)
{
	struct reason why = {""};
	bool done = held_put(held, span_str(head), span_str(body), &now, &why);

	if (!done)
		diag("%s", why.text);
	return done;
}

/* The bodies of all files, oldest first, as one string. */
static const char *
all(const struct held *held)
{
	static char text[1024];
	struct reason why = {""};
	struct held_list list;
	size_t used = 0;

	text[0] = '\0';
	if (!held_list(held, &list, &why))
		box_die(why.text);
	for (size_t i = 0; i < list.n; i++) {
		size_t len = 0;
		unsigned char *bytes = held_read(
		    held, list.item[i].name, HELD_FILE_MAX, &len, &why);

		ok(bytes != NULL && len == list.item[i].bytes,
		    "%s says how long it is", list.item[i].name);
		if (bytes != NULL)
			used +=
			    (size_t)snprintf(text + used, sizeof(text) - used,
				"%.*s ", (int)len, (const char *)bytes);
		free(bytes);
	}
	held_list_free(&list);
	return text;
}

static void
test_put(void)
{
	struct held held = folder(3, 100);
	struct held_list list;
	struct reason why = {""};
	struct stat st;

	ok(held_list(&held, &list, &why) && list.n == 0, "none is there");
	ok(held_is_ours(&held, &why), "and is nobody's");
	ok(held_sweep(&held, &why), "nor to be swept");
	ok(stat(box_path("in"), &st) != 0, "nothing is made by that");
	ok(put(&held, "a", "1") && put(&held, "b", "2") && put(&held, "c", "3"),
	    "three of three");
	is_str(all(&held), "a1 b2 c3 ", "are there, in order");
	ok(put(&held, "d", "4") && put(&held, "e", ""), "two more");
	is_str(all(&held), "c3 d4 e ", "drive the oldest out");
	ok(stat(box_path("in/p/held"), &st) == 0 &&
		(st.st_mode & 07777) == 0700,
	    "the folder is private");
	ok(held_list(&held, &list, &why), "the list");
	is_str(list.item[0].name, "1795293000123458-2", "time and bytes");
	ok(stat(box_path("in/p/held/1795293000123458-2"), &st) == 0 &&
		(st.st_mode & 07777) == 0600,
	    "the files as well");
	ok(held_remove(&held, list.item[1].name, &why), "one is removed");
	is_str(all(&held), "c3 e ", "that one");
	ok(held_remove(&held, list.item[1].name, &why), "and stays so");
	held_list_free(&list);
	ok(stat(box_path("in/p/new"), &st) == 0 &&
		stat(box_path("in/p/lock"), &st) == 0,
	    "the inbox is complete");
}

static void
test_bytes(void)
{
	struct held held = folder(100, 10);
	struct reason why = {""};

	box_remove(box_path("in"));
	ok(put(&held, "aaa", "") && put(&held, "bb", "bb") &&
		put(&held, "c", ""),
	    "8 of 10 bytes");
	ok(put(&held, "dd", ""), "10 of 10");
	is_str(all(&held), "aaa bbbb c dd ", "all are there");
	ok(put(&held, "eeee", ""), "4 more");
	is_str(all(&held), "c dd eeee ", "for which two went");
	ok(put(&held, "0123456789", ""), "all at once");
	is_str(all(&held), "0123456789 ", "alone");
	ok(!held_put(&held, span_str("0123456789"), span_str("a"), &now, &why),
	    "more than that");
	is_str(why.text, "its 11 bytes are more than held.bytes, 10",
	    "is not held");
	is_str(all(&held), "0123456789 ", "and drives nothing out");
}

static void
test_debris(void)
{
	struct held held = folder(2, 100);
	struct reason why = {""};
	struct stat st;

	box_remove(box_path("in"));
	ok(put(&held, "a", ""), "one");
	box_text("in/p/held/.part", "half of one that is longer", 0600);
	box_text("in/p/held/notes", "of the operator", 0600);
	is_str(all(&held), "a ", "what a crash left is not seen");
	ok(put(&held, "b", ""), "the next");
	is_str(all(&held), "a b ", "is whole");
	ok(stat(box_path("in/p/held/.part"), &st) != 0, "and nothing is left");
	box_text("in/p/held/.part", "x", 0600);
	ok(held_sweep(&held, &why) &&
		stat(box_path("in/p/held/.part"), &st) != 0,
	    "or it is swept");
	ok(put(&held, "c", "") && put(&held, "d", ""), "two more");
	held.limit.count = 1;
	ok(held_sweep(&held, &why), "the limit is lowered");
	is_str(all(&held), "d ", "and kept by a sweep");
	held.limit = (struct held_limit){.count = 0};
	ok(held_sweep(&held, &why), "none are to be held");
	is_str(all(&held), "d ", "those that are stay");
	ok(stat(box_path("in/p/held/notes"), &st) == 0,
	    "what is not ours is left alone");
}

static void
test_refused(void)
{
	struct held held = folder(2, 100);
	struct reason why = {""};

	box_remove(box_path("in"));
	ok(put(&held, "a", ""), "one");
	if (chmod(box_path("in/p/held"), 0750) != 0)
		box_die("chmod");
	ok(!held_put(&held, span_str("b"), span_str(""), &now, &why) &&
		strstr(why.text, "closed to others") != NULL,
	    "a folder that others can enter");
	ok(!held_is_ours(&held, &why), "is not ours");
	ok(!held_sweep(&held, &why), "nor swept");
	is_str(all(&held), "a ", "though it can be read");
	box_remove(box_path("in/p/held"));
	if (symlink(box_dir, box_path("in/p/held")) != 0)
		box_die("symlink");
	ok(!held_put(&held, span_str("b"), span_str(""), &now, &why),
	    "a symbolic link");
	unlink(box_path("in/p/held"));
	box_text("in/p/held", "a file", 0600);
	ok(!held_put(&held, span_str("b"), span_str(""), &now, &why), "a file");
	ok(!held_list(&held, &(struct held_list){.n = 0}, &why), "no list");
	unlink(box_path("in/p/held"));
	box_remove(box_path("in"));
	box_text("in", "a file", 0600);
	ok(!held_put(&held, span_str("b"), span_str(""), &now, &why),
	    "no inbox");
	unlink(box_path("in"));
}

/* As of a full disk: the file cannot grow any more. */
static void
test_full(void)
{
	struct rlimit was, is = {4, 4};
	struct held held = folder(2, 100);
	struct reason why = {""};
	struct stat st;
	bool done;

	ok(put(&held, "a", "b"), "one");
	if (getrlimit(RLIMIT_FSIZE, &was) != 0)
		box_die("getrlimit");
	is.rlim_max = was.rlim_max;
	signal(SIGXFSZ, SIG_IGN);
	setrlimit(RLIMIT_FSIZE, &is);
	done = held_put(&held, span_str("abc"), span_str("def"), &now, &why);
	setrlimit(RLIMIT_FSIZE, &was);
	ok(!done && strstr(why.text, "held cannot be written") != NULL,
	    "one that does not fit onto the disk");
	ok(stat(box_path("in/p/held/.part"), &st) != 0, "leaves nothing");
	is_str(all(&held), "ab ", "not even a part");
	box_remove(box_path("in"));
}

static void
test_names(void)
{
	static const char *const bad[] = {"", "-", "1-", "-1", ".part", ".lock",
	    "1", "1-2-3", "1-x", "../1-1", " 1-1", "1-1 ", "+1-1",
	    "000000000000000001-000000000000000000001"};
	struct held held = folder(2, 100);
	struct reason why = {"x"};
	size_t len = 0;

	ok(held_name_ok("1795293000123458-2"), "a name");
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		ok(!held_name_ok(bad[i]), "no name: \"%s\"", bad[i]);
	ok(held_read(&held, "1-1", 10, &len, &why) == NULL, "not there");
	is_str(why.text, "", "which is nothing to say");
	ok(put(&held, "abc", "def"), "one");
	is_str(all(&held), "abcdef ", "is there");
	free(held_read(&held, "1795293000123456-6", 4, &len, &why));
	is_int(len, 4, "its first bytes alone");
}

/* Whether all is within the limits, with nobody adding anything meanwhile. */
static bool
within_limits(const struct held *held)
{
	struct flock lock = {.l_type = F_WRLCK, .l_whence = SEEK_SET};
	int fd = open(box_path("in/p/held/.lock"), O_RDWR | O_CLOEXEC);
	unsigned long long bytes = 0;
	struct reason why = {""};
	struct held_list list;
	bool ok;

	if (fd < 0)
		return true;
	ok =
	    fcntl(fd, F_OFD_SETLKW, &lock) == 0 && held_list(held, &list, &why);
	for (size_t i = 0; ok && i < list.n; i++) {
		size_t len = 0;

		free(held_read(
		    held, list.item[i].name, HELD_FILE_MAX, &len, &why));
		ok = len == list.item[i].bytes;
		bytes += len;
	}
	ok = ok && list.n <= (size_t)held->limit.count &&
	     bytes <= (unsigned long long)held->limit.bytes;
	held_list_free(&list);
	close(fd);
	return ok;
}

/* Eight processes at once, and one that looks. */
static void
test_many(void)
{
	struct held held = folder(5, 60);
	struct reason why = {""};
	bool within = true;
	pid_t pid[8];
	unsigned left = 8;

	box_remove(box_path("in"));
	for (size_t i = 0; i < 8; i++) {
		if ((pid[i] = fork()) != 0)
			continue;
		for (int k = 0; k < 200; k++)
			held_put(&held, span_str("aaaaaaa"),
			    span_mem("bbbbbbbbbbbbbbb", i * 2), &now, &why);
		_exit(0);
	}
	while (left > 0) {
		if (waitpid(-1, NULL, WNOHANG) > 0)
			left--;
		within = within && within_limits(&held);
	}
	ok(within, "never more than the limits, and never half a file");
	ok(strlen(all(&held)) > 0, "some are there");
}

int
main(void)
{
	box_make();
	test_put();
	test_bytes();
	test_debris();
	test_refused();
	test_full();
	test_names();
	test_many();
	box_remove(box_dir);
	return done();
}
