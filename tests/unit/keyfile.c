/* keyfile.c - the file of a key set: there and back, and what is damaged. */
#include "keyset/keyfile.h"
#include "crypto/keys.h"
#include "sandbox.h"

#include "../tap.h"

#define HEAD "Source: https://a/k\nFetched: 1700000000\nMax-Age: 600\n"

static void
test_bound(void)
{
	is_int(keyfile_bound(-5), 300, "less than nothing");
	is_int(keyfile_bound(299), 300, "too little");
	is_int(keyfile_bound(300), 300, "the least");
	is_int(keyfile_bound(86400), 86400, "the most");
	is_int(keyfile_bound(86401), 86400, "too much");
}

static void
test_there_and_back(void)
{
	static const char set[] = "{\"keys\":\n\n[\0]}\n";
	struct keyfile file = {
	    .source = "https://a/k", .fetched = 1700000000, .max_age = 600};
	const char *path = sandbox_path("there");
	struct reason why = {""};
	struct keyfile back;
	struct stat st = {.st_size = 0};

	file.set = span_mem(set, sizeof(set) - 1);
	umask(0);
	ok(keyfile_write(&file, path, &why), "written: %s", why.text);
	ok(keyfile_read(&back, path, &st, &why), "read: %s", why.text);
	is_int(st.st_mode & 07777, 0600, "for its owner alone");
	is_str(back.source, "https://a/k", "its source");
	is_int(back.fetched, 1700000000, "when");
	is_int(back.max_age, 600, "for how long");
	is_mem(back.set, file.set, "the set, byte by byte");
	keyfile_free(&back);
	file.set = span_str("x");
	ok(keyfile_write(&file, path, &why), "a new one in its place");
	ok(keyfile_read(&back, path, &st, &why), "is read");
	is_span(back.set, "x", "and is the new one");
	keyfile_free(&back);
	keyfile_free(&back);
	ok(!keyfile_write(&file, sandbox_path("none/there"), &why),
	    "no folder");
	ok(strstr(why.text, "No such file") != NULL, "and why: %s", why.text);
}

/* A folder stands where the file should be: nothing may be left beside it. */
static void
test_no_debris(void)
{
	struct keyfile file = {.source = "https://a/k", .set = {NULL, 0}};
	struct reason why = {""};
	struct dirent *entry;
	unsigned n = 0;
	DIR *dir;

	mkdir(sandbox_path("d"), 0700);
	mkdir(sandbox_path("d/there"), 0700);
	file.set = span_str("x");
	ok(!keyfile_write(&file, sandbox_path("d/there"), &why), "not written");
	if ((dir = opendir(sandbox_path("d"))) == NULL)
		sandbox_die("opendir");
	while ((entry = readdir(dir)) != NULL)
		n++;
	closedir(dir);
	is_int(n, 3, "only the folder, . and ..");
}

static void
test_damage(void)
{
	static const char good[] = HEAD "Content-Length: 3\n\nabc";
	static const char *const bad[] = {
	    HEAD "Content-Length: 2\n\nabc",
	    HEAD "Content-Length: 4\n\nabc",
	    HEAD "Content-Length: -3\n\nabc",
	    HEAD "Content-Length: 3 \n\nabc",
	    HEAD "Content-Length: 3\nabc",
	    HEAD "Content-Length: 3\n\nabcd",
	    HEAD "Content-Length:3\n\nabc",
	    HEAD "Content-Length\n\nabc",
	    HEAD "Content-Length: 3\nMore: x\n\nabc",
	    HEAD "\nabc",
	    "Source: \nFetched: 1\nMax-Age: 1\nContent-Length: 1\n\na",
	    "Source: x\nFetched: y\nMax-Age: 1\nContent-Length: 1\n\na",
	    "Source: x\nFetched: 1\nMax-Age: \nContent-Length: 1\n\na",
	    "Fetched: 1\nSource: x\nMax-Age: 1\nContent-Length: 1\n\na",
	    "\n\n\n\n\n\n",
	    "junk",
	};
	struct reason why = {""};
	struct keyfile file;
	struct stat st = {.st_size = 0};

	ok(keyfile_read(&file, sandbox_text("k", good, 0600), &st, &why),
	    "good");
	keyfile_free(&file);
	for (size_t len = 0; len + 1 < sizeof(good) - 1; len++) {
		sandbox_write("k", span_mem(good, len), 0600);
		if (keyfile_read(&file, sandbox_path("k"), &st, &why))
			ok(false, "cut at %zu", len);
	}
	ok(true, "no truncation is read");
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		ok(!keyfile_read(
		       &file, sandbox_text("k", bad[i], 0600), &st, &why),
		    "damaged: %s", bad[i]);
		is_str(why.text, "is damaged", "and so it says");
	}
	ok(!keyfile_read(&file, sandbox_text("k", good, 0666), &st, &why),
	    "everybody can write it");
	ok(!keyfile_read(&file, sandbox_path("none"), &st, &why), "none");
	sandbox_text("k",
	    "Source: x\nFetched: 1\nMax-Age: 1\nContent-Length: 1\n\na", 0600);
	ok(keyfile_read(&file, sandbox_path("k"), &st, &why),
	    "a short max-age");
	is_int(file.max_age, KEYFILE_AGE_MIN, "is made the shortest");
	keyfile_free(&file);
}

int
main(void)
{
	sandbox_make();
	test_bound();
	test_there_and_back();
	test_no_debris();
	test_damage();
	sandbox_remove(sandbox_dir);
	return done();
}
