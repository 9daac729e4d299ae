/* provider.c - names that may be folders, and secrets that may not be read. */
#include "profile/provider.h"
#include "sandbox.h"

#include "../tap.h"

static void
test_names(void)
{
	static const char *const good[] = {"a", "0", "coral", "a-b", "a-",
	    "a--b", "9-9", "abcdefghijklmnopqrstuvwxyz012345"};
	static const char *const bad[] = {"", "-", "-a", "A", "aB", "a_b",
	    "a.b", ".", "..", "a/b", "/a", "a/", "a b", " a", "a\n", "a%",
	    "\xc3\xa9", "a`", "a{", "a/../b",
	    "abcdefghijklmnopqrstuvwxyz0123456"};

	for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++)
		ok(provider_name_ok(span_str(good[i])), "name \"%s\"", good[i]);
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		ok(!provider_name_ok(span_str(bad[i])), "no name, %zu", i);
	ok(!provider_name_ok(span_mem("a\0b", 3)), "no name: a NUL inside");
	ok(!provider_name_ok(span_mem("a\0", 2)), "no name: a NUL behind");
	ok(!provider_name_ok(span_mem(NULL, 0)), "no name: nothing");
}

static void
note(struct provider *prov, const char *folder)
{
	struct stat st;

	if (stat(folder, &st) != 0)
		sandbox_die(folder);
	prov->above[prov->nabove].dev = st.st_dev;
	prov->above[prov->nabove++].ino = st.st_ino;
}

static void
test_below(void)
{
	struct provider prov = {.nabove = 0};
	const char *link;

	sandbox_make();
	if (mkdir(sandbox_path("www"), 0755) != 0 ||
	    mkdir(sandbox_path("etc"), 0755) != 0 ||
	    symlink("etc", (link = sandbox_path("link"))) != 0)
		sandbox_die("folders");
	ok(!provider_secret_below(&prov, sandbox_dir),
	    "a secret that lies nowhere is below nothing");
	note(&prov, sandbox_path("etc"));
	note(&prov, sandbox_dir);
	ok(provider_secret_below(&prov, sandbox_path("etc")), "in the folder");
	ok(provider_secret_below(&prov, sandbox_dir), "below the folder");
	ok(provider_secret_below(&prov, sandbox_path("link")),
	    "whatever the folder is called");
	ok(provider_secret_below(&prov, sandbox_path("etc/.")), "in any way");
	ok(!provider_secret_below(&prov, sandbox_path("www")), "beside it");
	ok(!provider_secret_below(&prov, sandbox_path("none")), "not there");
	ok(!provider_secret_below(&prov, ""), "no document root");
	sandbox_remove(sandbox_dir);
	provider_free(&prov);
	provider_free(&prov);
}

int
main(void)
{
	test_names();
	test_below();
	return done();
}
