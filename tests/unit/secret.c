/* secret.c - secret files: their form, their mode, and what is no file. */
#include "profile/secret.h"
#include "sandbox.h"

#include "../tap.h"

static void
check_parse(const char *name, struct span text, enum secret_encoding key,
    size_t n, const char *first)
{
	struct secrets secrets;
	struct reason why = {""};

	if (ok(secrets_parse(&secrets, text, key, &why), "%s", name)) {
		is_int(secrets.n, (long long)n, "how many");
		is_span(secret_at(&secrets, 0), first, "the first");
	} else {
		diag("%s", why.text);
	}
	secrets_free(&secrets);
	secrets_free(&secrets);
	is_int(secrets.n, 0, "freed twice is harmless");
}

static void
check_refused(const char *name, struct span text, enum secret_encoding key,
    const char *reason)
{
	struct secrets secrets;
	struct reason why = {""};

	ok(!secrets_parse(&secrets, text, key, &why), "refused: %s", name);
	is_str(why.text, reason, "and why");
	is_int(secrets.n, 0, "nothing is left");
	secrets_free(&secrets);
}

static void
test_lines(void)
{
	check_parse("one", span_str("abc"), SECRET_RAW, 1, "abc");
	check_parse("one, with LF", span_str("abc\n"), SECRET_RAW, 1, "abc");
	check_parse(
	    "one, with CR LF", span_str("abc\r\n"), SECRET_RAW, 1, "abc");
	check_parse(
	    "CR of any number", span_str("abc\r\r\n"), SECRET_RAW, 1, "abc");
	check_parse("two", span_str("abc\ndef\n"), SECRET_RAW, 2, "abc");
	check_parse("empty lines", span_str("\n\r\n\nabc\n\n\ndef"), SECRET_RAW,
	    2, "abc");
	check_parse("eight", span_str("1\n2\n3\n4\n5\n6\n7\n8\n\n"), SECRET_RAW,
	    8, "1");
	check_refused("nine", span_str("1\n2\n3\n4\n5\n6\n7\n8\n9"), SECRET_RAW,
	    "more than 8 secrets");
	check_refused("nothing", span_str(""), SECRET_RAW,
	    "empty: put one secret on each line");
	check_refused("NULL", span_mem(NULL, 0), SECRET_RAW,
	    "empty: put one secret on each line");
	check_refused("line ends only", span_str("\n\r\n\r\r\n"), SECRET_RAW,
	    "empty: put one secret on each line");
	check_parse("a CR inside", span_str("a\rb\n"), SECRET_RAW, 1, "a\rb");
	check_parse(
	    "blanks are kept", span_str(" a b\t\n"), SECRET_RAW, 1, " a b\t");
	check_parse("whsec_ is text", span_str("whsec_MfKQ"), SECRET_RAW, 1,
	    "whsec_MfKQ");
}

/* One line that is a comment, beside one that is a secret. */
static void
check_comment(const char *line)
{
	char text[256];

	snprintf(text, sizeof(text), "%s\nreal\n", line);
	check_parse(line, span_str(text), SECRET_RAW, 1, "real");
	snprintf(text, sizeof(text), "%s\r\nreal\r\n", line);
	check_parse("with CR LF", span_str(text), SECRET_RAW, 1, "real");
	check_refused("by itself", span_str(line), SECRET_RAW,
	    "empty: put one secret on each line");
}

static void
test_comments(void)
{
	static const struct {
		const char *line, *secret;
	} row[] = {
	    {"#nospace", "#nospace"},
	    {"##", "##"},
	    {"## two", "## two"},
	    {"#\x0b", "#\x0b"},
	    {"a # b", "a # b"},
	    {"// x", "// x"},
	    {"; x", "; x"},
	    {"\\# x", "# x"},
	    {"\\#\tx", "#\tx"},
	    {"\\#", "#"},
	    {"\\\\# x", "\\# x"},
	    {"\\\\\\#", "\\\\#"},
	    {"\\  # x", "  # x"},
	    {"\\#x", "\\#x"},
	    {"\\\\#x", "\\\\#x"},
	    {"\\x", "\\x"},
	    {"\\", "\\"},
	    {"\\ x", "\\ x"},
	    {"\\ ", "\\ "},
	    {" \\# x", " \\# x"},
	    {"\xef\xbb\xbf#x", "\xef\xbb\xbf#x"},
	};
	static const char utf16[] = "#\0 \0x\0\n\0#\0 \0y\0\nreal";
	struct secrets secrets = {.n = 0};
	struct reason why;

	check_comment("# made 2026-11");
	check_comment("#\tmade 2026-11");
	check_comment("# ");
	check_comment("#");
	check_comment("  # made 2026-11");
	check_comment("\t#");
	check_comment("\xef\xbb\xbf# made 2026-11");
	check_comment("\xef\xbb\xbf #");
	check_comment("#\xc2\xa0made 2026-11");
	check_comment("\xc2\xa0# made 2026-11");
	check_comment("#\xe2\x80\x8bmade 2026-11");
	check_comment("#\xe3\x80\x80made 2026-11");
	check_comment(" ");
	check_comment("\t ");
	check_comment("\xef\xbb\xbf");
	check_comment("\xc2\xa0\xe2\x80\x8b");
	for (size_t i = 0; i < sizeof(row) / sizeof(row[0]); i++)
		check_parse(row[i].line, span_str(row[i].line), SECRET_RAW, 1,
		    row[i].secret);
	check_parse("a comment needs no decoding",
	    span_str("# hex, of ours\n6162\n"), SECRET_HEX, 1, "ab");
	check_parse("UTF-16 without a mark", span_mem(utf16, sizeof(utf16) - 1),
	    SECRET_RAW, 1, "real");
	ok(secrets_parse(
	       &secrets, span_str("# x\na\n\n# y\nb"), SECRET_RAW, &why) &&
		secrets.item[0].line == 2 && secrets.item[1].line == 5,
	    "lines are counted with the comments");
	ok(secrets_add(&secrets, span_str("# x"), SECRET_RAW, 7, &why),
	    "what is added is no line");
	is_span(secret_at(&secrets, 2), "# x", "and no comment");
	secrets_free(&secrets);
	check_refused("UTF-16, little endian", span_mem("\xff\xfe#\0 \0x\0", 8),
	    SECRET_RAW,
	    "is written in UTF-16: save it as UTF-8 without a byte order "
	    "mark");
	check_refused("UTF-16, big endian", span_mem("\xfe\xff\0#\0 \0x", 8),
	    SECRET_RAW,
	    "is written in UTF-16: save it as UTF-8 without a byte order "
	    "mark");
}

static void
test_forms(void)
{
	check_parse("hex", span_str("6162\n63"), SECRET_HEX, 2, "ab");
	check_parse(
	    "hex, upper case", span_str("6A6b6C"), SECRET_HEX, 1, "jkl");
	check_parse("base64", span_str("Zm9v"), SECRET_BASE64, 1, "foo");
	check_parse(
	    "base64, padded", span_str("Zg==\n"), SECRET_BASE64, 1, "f");
	check_parse("base64url", span_str("Pj4_"), SECRET_BASE64, 1, ">>?");
	check_parse("whsec", span_str("whsec_Zm9v"), SECRET_WHSEC, 1, "foo");
	check_parse("whsec, bare", span_str("Zm9v"), SECRET_WHSEC, 1, "foo");
	check_refused("half a byte", span_str("616"), SECRET_HEX,
	    "line 1 is not in the form that \"secret_encoding\" says");
	check_refused("no hex", span_str("6162\n\n61zz"), SECRET_HEX,
	    "line 3 is not in the form that \"secret_encoding\" says");
	check_refused("blank before hex", span_str(" 6162"), SECRET_HEX,
	    "line 1 is not in the form that \"secret_encoding\" says");
	check_refused("no base64", span_str("Zm9v\nZm9!"), SECRET_BASE64,
	    "line 2 is not in the form that \"secret_encoding\" says");
	check_refused("whsec as base64", span_str("whsec_Zm9v="), SECRET_BASE64,
	    "line 1 is not in the form that \"secret_encoding\" says");
	check_refused("nothing behind whsec_", span_str("whsec_"), SECRET_WHSEC,
	    "line 1 is not in the form that \"secret_encoding\" says");
	check_refused("whsec_ twice", span_str("whsec_whsec_Zm9v!"),
	    SECRET_WHSEC,
	    "line 1 is not in the form that \"secret_encoding\" says");
}

static void
test_bytes(void)
{
	struct secrets secrets;
	struct reason why;

	ok(secrets_parse(&secrets, span_mem("a\0b\n\xff", 5), SECRET_RAW, &why),
	    "any bytes");
	is_mem(secret_at(&secrets, 0), span_mem("a\0b", 3), "with a NUL");
	is_mem(secret_at(&secrets, 1), span_mem("\xff", 1), "with none");
	ok(!secrets.stray_space, "no stray white space");
	secrets_free(&secrets);
	for (const char *const *text =
		 (const char *const[]){" a", "a ", "\ta", "a\t", "x\na ", NULL};
	     *text != NULL; text++) {
		ok(secrets_parse(&secrets, span_str(*text), SECRET_RAW, &why) &&
			secrets.stray_space,
		    "stray white space is noted");
		secrets_free(&secrets);
	}
	ok(secrets_parse(&secrets, span_str("a b"), SECRET_RAW, &why) &&
		!secrets.stray_space,
	    "inside it is none");
	secrets_free(&secrets);
}

/* Read the file and check the outcome; want is NULL for success. */
static void
check_read(const char *name, const char *path, const char *want)
{
	struct reason why = {""};
	struct secrets secrets;
	char full[1024];
	struct stat st;
	bool good = secrets_read(&secrets, path, SECRET_RAW, &st, &why);

	if (want == NULL) {
		ok(good, "%s", name);
		is_str(why.text, "", "no complaint");
		secrets_free(&secrets);
		return;
	}
	snprintf(full, sizeof(full), "%s: %s", path, want);
	ok(!good, "refused: %s", name);
	is_str(why.text, full, "and why");
	is_int(secrets.n, 0, "nothing is left");
}

static void
test_modes(void)
{
	static const mode_t mode[] = {
	    0604, 0602, 0644, 0666, 0646, 0777, 0606, 01604};
	char want[128];

	for (size_t i = 0; i < sizeof(mode) / sizeof(mode[0]); i++) {
		snprintf(want, sizeof(want),
		    "every user of this machine can read or write it "
		    "(mode %04o): chmod o-rwx",
		    (unsigned)mode[i]);
		check_read("readable or writable by others",
		    sandbox_text("secret", "x\n", mode[i]), want);
	}
	check_read("of the owner", sandbox_text("secret", "x", 0600), NULL);
	check_read("read only", sandbox_text("secret", "x", 0400), NULL);
	check_read("of the group", sandbox_text("secret", "x", 0660), NULL);
}

static void
test_stamp(void)
{
	struct secrets secrets;
	struct reason why;
	struct stat st;

	ok(secrets_read(&secrets, sandbox_text("secret", "x", 0640), SECRET_RAW,
	       &st, &why),
	    "the group may read it");
	is_int(st.st_size, 1, "the file as it was opened");
	secrets_free(&secrets);
	ok(!secrets_read(&secrets, sandbox_path("none"), SECRET_RAW, &st, &why),
	    "a file that is not there");
	is_int((long long)st.st_ino, 0, "is known as that");
	ok(symlink("loop", sandbox_path("loop")) == 0 &&
		!secrets_read(
		    &secrets, sandbox_path("loop"), SECRET_RAW, &st, &why),
	    "nor can that be opened");
	is_int((long long)st.st_ino, 0, "or looked at");
}

static void
test_sizes(void)
{
	static char text[SECRET_FILE_MAX + 1];

	memset(text, 'k', sizeof(text));
	check_read("as large as may be",
	    sandbox_write("secret", span_mem(text, SECRET_FILE_MAX), 0600),
	    NULL);
	check_read("one byte more",
	    sandbox_write("secret", span_mem(text, sizeof(text)), 0600),
	    "longer than 65536 bytes");
	check_read("empty", sandbox_text("secret", "", 0600),
	    "empty: put one secret on each line");
}

static void
test_other_files(void)
{
	const char *path = sandbox_path("fifo");

	if (mkfifo(path, 0600) != 0)
		sandbox_die("mkfifo");
	check_read("a FIFO, without waiting", path, "not a regular file");
	path = sandbox_path("folder");
	if (mkdir(path, 0700) != 0)
		sandbox_die("mkdir");
	check_read("a folder", path, "not a regular file");
	check_read("a device", "/dev/null", "not a regular file");
	check_read("none", sandbox_path("none"),
	    "cannot be opened: No such file or directory");
	sandbox_text("secret", "x", 0600);
	path = sandbox_path("link");
	if (symlink("secret", path) != 0)
		sandbox_die("symlink");
	check_read("by a symbolic link", path, NULL);
	chmod(sandbox_path("secret"), 0604);
	check_read("the mode is the file's, not the link's", path,
	    "every user of this machine can read or write it (mode 0604): "
	    "chmod o-rwx");
}

static void
test_match(void)
{
	static const struct {
		const char *text;
		int which; /* -1: none */
	} row[] = {{"one", 0}, {"second", 1}, {"three", 2}, {"", -1},
	    {"on", -1}, {"onee", -1}, {"One", -1}, {"threes", -1},
	    {"one\nsecond", -1}};
	struct secrets secrets, none = {.n = 0};
	struct reason why;
	size_t which;

	ok(secrets_parse(
	       &secrets, span_str("one\nsecond\nthree\n"), SECRET_RAW, &why),
	    "three of them");
	for (size_t i = 0; i < sizeof(row) / sizeof(row[0]); i++) {
		which = 9;
		is_int(
		    (int)secrets_match(&secrets, span_str(row[i].text), &which),
		    row[i].which >= 0, "'%s'", row[i].text);
		is_int((int)which, row[i].which >= 0 ? row[i].which : 9,
		    "which one");
	}
	is_int((int)secrets_match(&none, span_str(""), &which), 0,
	    "none of none, whatever it is");
	secrets_free(&secrets);
}

int
main(void)
{
	struct secrets zero = {.n = 0};

	secrets_free(&zero);
	sandbox_make();
	test_lines();
	test_comments();
	test_forms();
	test_bytes();
	test_modes();
	test_stamp();
	test_sizes();
	test_other_files();
	test_match();
	sandbox_remove(sandbox_dir);
	return done();
}
