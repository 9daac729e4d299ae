/* outbox_errors.c - what handlers said: written, read, swept. */
#include "outbox/outbox_errors.h"
#include "outbox_fixture.h"

#include <time.h>

#include "../tap.h"

#define OLD (NOW - OUTBOX_ERRORS_AGE - 1)

static void
begin(bool group_access)
{
	fixture_begin(2, group_access);
	fixture_store(0, "x");
	fixture_store(1, "x");
	fixture_open(OUTBOX_RUN);
}

static bool
say(const char *id, struct span line, struct span output)
{
	return outbox_errors_write(
	    &outbox.root[0], id, &(struct outbox_errors){line, output}, &why);
}

static void
test_written(void)
{
	char dst[OUTBOX_ERRORS_MAX], longest[2 * OUTBOX_ERRORS_MAX];
	struct outbox_errors said;
	struct outbox_root *root = &outbox.root[0];

	begin(false);
	is_int(outbox_errors_read(root, "x", dst, &said, &why), LOOKUP_NONE,
	    "nothing is said");
	ok(say("x", span_str("exit status 111"), span_mem("a\0b\n\xff", 5)),
	    "written");
	is_int(outbox_errors_read(root, "x", dst, &said, &why), LOOKUP_FOUND,
	    "read");
	is_span(said.line, "exit status 111", "the line");
	is_mem(said.output, span_mem("a\0b\n\xff", 5), "the output");
	is_int(mode_of(FIRST "errors/x"), 0600, "for its user alone");
	ok(say("x", span_str("signal 9\nforged"), span_str("")), "replaced");
	outbox_errors_read(root, "x", dst, &said, &why);
	is_span(said.line, "signal 9", "up to a LF");
	is_span(said.output, "", "without output");
	memset(longest, 'l', sizeof(longest));
	memcpy(longest + sizeof(longest) - 3, "end", 3);
	ok(say("x", span_mem(longest, sizeof(longest)),
	       span_mem(longest, sizeof(longest))),
	    "far too much");
	outbox_errors_read(root, "x", dst, &said, &why);
	is_int(said.line.len, OUTBOX_ERRORS_LINE - 1, "a bounded line");
	is_int(said.output.len, OUTBOX_ERRORS_OUTPUT, "bounded output");
	ok(memcmp(said.output.ptr + said.output.len - 3, "end", 3) == 0,
	    "of which the end is kept");
	is_int(sandbox_entries(FIRST "errors"), 1, "one file");
	ok(!there(FIRST "errors/.part"), "and no part of one");
	ok(outbox_errors_remove(root, "x", &why), "removed");
	ok(outbox_errors_remove(root, "x", &why), "twice");
	ok(!there(FIRST "errors/x"), "it is gone");
	begin(true);
	say("x", span_str("exit status 1"), span_str(""));
	is_int(mode_of(FIRST "errors/x"), 0660, "for the group");
}

static void
test_planted(void)
{
	char dst[OUTBOX_ERRORS_MAX];
	struct outbox_errors said;
	struct outbox_root *root = &outbox.root[0];

	begin(false);
	put("outside", "outside", NOW);
	if (symlink("../../../outside", sandbox_path(FIRST "errors/x")) != 0 ||
	    symlink("../../../outside", sandbox_path(FIRST "errors/.part")) !=
		0 ||
	    mkfifo(sandbox_path(FIRST "errors/fifo"), 0600) != 0 ||
	    mkdir(sandbox_path(FIRST "errors/folder"), 0700) != 0)
		sandbox_die("planted");
	is_int(outbox_errors_read(root, "x", dst, &said, &why), LOOKUP_INVALID,
	    "a link is not read: %s", why.text);
	is_int(outbox_errors_read(root, "fifo", dst, &said, &why),
	    LOOKUP_INVALID, "nor is a FIFO: %s", why.text);
	ok(say("x", span_str("exit status 1"), span_str("")), "written");
	is_int(mode_of("outside"), 0600, "not through the link");
	is_int(mtime_of("outside"), NOW, "which leads outside");
	is_int(outbox_errors_read(root, "x", dst, &said, &why), LOOKUP_FOUND,
	    "it is a file now");
	ok(!say("folder", span_str("exit status 1"), span_str("")),
	    "a folder stays: %s", why.text);
	ok(!there(FIRST "errors/.part"), "and no part is left");
	rmdir(sandbox_path(FIRST "errors/folder"));
	ok(mkdir(sandbox_path(FIRST "errors/.part"), 0700) == 0, "a folder");
	ok(!say("x", span_str("exit status 1"), span_str("")), "in the way");
	ok(strstr(why.text, "/p/errors/.part") != NULL, "%s", why.text);
}

static void
test_sweep(void)
{
	size_t n = 0;

	begin(false);
	put(FIRST "errors/alone", "", OLD);
	put(FIRST "errors/young", "", NOW - OUTBOX_ERRORS_AGE);
	put(FIRST "errors/busy", "", OLD);
	put(FIRST "errors/later", "", OLD);
	put(FIRST "errors/failed", "", OLD);
	put(FIRST "errors/new", "", OLD);
	put(FIRST "errors/done", "", OLD);
	put(FIRST "errors/.other", "", OLD);
	put(OTHER "errors/busy", "", OLD);
	put(FIRST "busy/3.busy", "", NOW);
	put(FIRST "later/20231114T221325Z.1.later", "", NOW);
	put(FIRST "failed/failed", "", NOW);
	put(FIRST "new/new", "", NOW);
	put(FIRST "done/done", "", NOW);
	put(OTHER "errors/folder", "", NOW);
	ok(outbox_errors_sweep(&outbox, NOW, &n, &why), "swept");
	is_int(n, 4, "four are of no event");
	ok(!there(FIRST "errors/alone") && !there(FIRST "errors/new") &&
		!there(FIRST "errors/done"),
	    "that may be tried again, or be looked at");
	ok(!there(OTHER "errors/busy"), "in its own root");
	ok(there(FIRST "errors/busy") && there(FIRST "errors/later") &&
		there(FIRST "errors/failed"),
	    "the others stay");
	ok(there(FIRST "errors/young"), "and what is young");
	ok(there(FIRST "errors/.other"), "and what is not ours");
	ok(outbox_errors_sweep(&outbox, NOW, &n, &why), "swept again");
	is_int(n, 4, "nothing");
	fixture_begin(1, false);
	fixture_store(0, "x");
	fixture_open(OUTBOX_LOOK);
	ok(outbox_errors_sweep(&outbox, NOW, &n, &why), "without folders");
}

/* Many, in all orders of their hashes. */
static void
test_many(void)
{
	char path[128];
	size_t n = 0;

	begin(false);
	for (int i = 0; i < 1500; i++) {
		snprintf(path, sizeof(path), FIRST "errors/e%d", i);
		put(path, "", OLD);
		if (i % 3 == 0)
			continue;
		snprintf(path, sizeof(path),
		    FIRST "later/20231114T221325Z.1.e%d", i);
		put(path, "", OLD);
	}
	ok(outbox_errors_sweep(&outbox, NOW, &n, &why), "swept");
	is_int(n, 500, "a third of them");
	is_int(sandbox_entries(FIRST "errors"), 1000, "the others stay");
}

int
main(void)
{
	sandbox_make();
	test_written();
	test_planted();
	test_sweep();
	test_many();
	outbox_close(&outbox);
	sandbox_remove(sandbox_dir);
	return done();
}
