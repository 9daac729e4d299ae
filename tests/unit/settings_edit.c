/* settings_edit.c - settings put into files that people wrote. */
#include <stdlib.h>

#include "../../cli/setup/settings_edit.h"
#include "sandbox.h"

#include "../tap.h"

static struct reason why;

/* A file, and what becomes of it with "user": "www". */
static const struct {
	const char *name, *old, *text;
} put[] = {
    {"a member after the last",
	"{\n  \"inbox\": \"/var\",\n  \"providers\": {}\n}\n",
	"{\n  \"inbox\": \"/var\",\n  \"providers\": {},\n"
	"  \"user\": \"www\"\n}\n"},
    {"the indentation of the first", "{\n\t\"inbox\": 1\n}\n",
	"{\n\t\"inbox\": 1,\n\t\"user\": \"www\"\n}\n"},
    {"no indentation", "{\n\"inbox\": 1\n}",
	"{\n\"inbox\": 1,\n"
	"\"user\": \"www\"\n}"},
    {"a file of one line", "{\"inbox\": 1}",
	"{\"inbox\": 1, \"user\": \"www\"}"},
    {"the first member beside the brace", "{ \"inbox\": 1,\n  \"b\": 2\n}\n",
	"{ \"inbox\": 1,\n  \"b\": 2, \"user\": \"www\"\n}\n"},
    {"the brace beside the last member", "{\n  \"a\": 1 }\n",
	"{\n  \"a\": 1,\n  \"user\": \"www\" }\n"},
    {"a comment in the last line", "{\n  \"a\": 1 // \"user\": 2, }\n}\n",
	"{\n  \"a\": 1, // \"user\": 2, }\n  \"user\": \"www\"\n}\n"},
    {"two comments in it", "{\n  \"a\": 1 /* } */ // \"b\n}\n",
	"{\n  \"a\": 1, /* } */ // \"b\n  \"user\": \"www\"\n}\n"},
    {"a comment of two lines", "{\n  \"a\": 1 /* b\n c */\n}\n",
	"{\n  \"a\": 1, /* b\n c */\n  \"user\": \"www\"\n}\n"},
    {"a comment without a blank", "{\n  \"a\": 1/**/\n}\n",
	"{\n  \"a\": 1,/**/\n  \"user\": \"www\"\n}\n"},
    {"a comment that the brace follows", "{\n  \"a\": 1 /* b */ }\n",
	"{\n  \"a\": 1,\n  \"user\": \"www\" /* b */ }\n"},
    {"comments around it", "// {\n{ // }\n  /* , */ \"a\": 1\n  // z\n} // e\n",
	"// {\n{ // }\n  /* , */ \"a\": 1, \"user\": \"www\"\n"
	"  // z\n} // e\n"},
    {"a comment on a line of its own", "{\n  // a\n  \"a\": 1\n  // z\n}\n",
	"{\n  // a\n  \"a\": 1,\n  \"user\": \"www\"\n  // z\n}\n"},
    {"lines that end with CR LF", "{\r\n  \"a\": 1\r\n}\r\n",
	"{\r\n  \"a\": 1,\r\n  \"user\": \"www\"\r\n}\r\n"},
    {"and with a comment", "{\r\n  \"a\": 1 // b\r\n}\r\n",
	"{\r\n  \"a\": 1, // b\r\n  \"user\": \"www\"\r\n}\r\n"},
    {"with a comment that ends before it", "{\r\n  \"a\": 1 /* b */\r\n}\r\n",
	"{\r\n  \"a\": 1, /* b */\r\n  \"user\": \"www\"\r\n}\r\n"},
    {"an empty object", "{}", "{\n  \"user\": \"www\"\n}"},
    {"one of two lines", "{\n}\n", "{\n  \"user\": \"www\"\n}\n"},
    {"one with a comment", "{ // a\n}\n", "{ // a\n  \"user\": \"www\"\n}\n"},
    {"one with a comment in it", "{ /* a */ }\n",
	"{\n  \"user\": \"www\"\n /* a */ }\n"},
    {"a new file", "", "{\n  \"user\": \"www\"\n}\n"},
    {"another value", "{\n  \"user\": \"old\", // mine\n  \"a\": 1\n}\n",
	"{\n  \"user\": \"www\", // mine\n  \"a\": 1\n}\n"},
    {"null", "{\"user\":null}", "{\"user\":\"www\"}"},
    {"an object", "{\"user\": {\"a\": 1} , \"b\": 2}",
	"{\"user\": \"www\" , \"b\": 2}"},
    {"the last of them", "{\"a\": 2, \"user\": \"\"}",
	"{\"a\": 2, \"user\": \"www\"}"},
    {"the same name deeper down", "{\"a\": {\"user\": \"x\"}}",
	"{\"a\": {\"user\": \"x\"}, \"user\": \"www\"}"},
    {"what is there", "{\"a\": 2, \"user\": \"www\"}", NULL},
    {"what is there with escapes", "{\"user\": \"w\\u0077w\"}", NULL},
};

static const struct {
	const char *name, *old, *text;
} refused[] = {
    {"an array", "[1]", "is not an object, {...}"},
    {"nothing but blanks", "  \n", "is not an object, {...}"},
    {"a comma too many", "{\n  \"a\": 1,\n}\n", "line 3: there is a syntax"},
    {"no end", "{\n  \"a\": 1\n", "there is a syntax"},
    {"something after the end", "{\"a\": 1} b", "there is a syntax"},
    {"a comment without an end", "{\"a\": 1 /*}", "there is a syntax"},
    {"a name twice", "{\"user\": \"a\", \"user\": \"b\"}",
	"\"user\" is in it twice"},
};

static enum settings_edited
edit(const char *old, const struct settings_text set[], char **text)
{
	size_t len;
	enum settings_edited done;

	*text = NULL;
	why = (struct reason){""};
	done = settings_edit(span_str(old), set, text, &len, &why);
	if (done == SETTINGS_EDITED)
		is_int(len, (long long)strlen(*text), "the length");
	return done;
}

static void
test_text(void)
{
	static const struct settings_text set[] = {
	    {.name = "user", .text = "www"}, {.name = "group"}, {.name = NULL}};
	char *text;

	for (size_t i = 0; i < sizeof(put) / sizeof(put[0]); i++) {
		is_int(edit(put[i].old, set, &text),
		    put[i].text == NULL ? SETTINGS_SAME : SETTINGS_EDITED, "%s",
		    put[i].name);
		is_str(text, put[i].text, "%s: the text", put[i].name);
		free(text);
	}
	for (size_t i = 0; i < sizeof(refused) / sizeof(refused[0]); i++) {
		is_int(edit(refused[i].old, set, &text), SETTINGS_FAILED,
		    "%s is refused", refused[i].name);
		ok(strstr(why.text, refused[i].text) != NULL, "%s: why",
		    refused[i].name);
		diag("%s", why.text);
	}
}

static void
test_several(void)
{
	static const struct settings_text set[] = {
	    {.name = "user", .text = "www"}, {.name = "group"},
	    {.name = "base_url", .text = "https://a\"b\\\n/h"},
	    {.name = "a", .text = "1"},
	    {.name = "group_access", .text = "true", .word = true},
	    {.name = NULL}};
	static const struct settings_text fails[] = {
	    {.name = "user", .text = "www"}, {.name = "b", .text = "c"},
	    {.name = NULL}};
	char *text;

	is_int(edit("{\n  \"a\": \"1\"\n}\n", set, &text), SETTINGS_EDITED,
	    "several");
	is_str(text,
	    "{\n  \"a\": \"1\",\n  \"user\": \"www\",\n"
	    "  \"base_url\": \"https://a\\\"b\\\\\\u000a/h\",\n"
	    "  \"group_access\": true\n}\n",
	    "in their order, and escaped");
	free(text);
	is_int(edit("{\"b\": 1, \"b\": 2}", fails, &text), SETTINGS_FAILED,
	    "if one of them fails, all do");
}

static void
test_file(const struct place *folder)
{
	static const struct settings_text set[] = {
	    {.name = "user", .text = "www"}, {.name = NULL}};
	const struct place_rights rights = {geteuid(), getegid(), 0644};
	struct file_content got;
	struct stat st;

	sandbox_text("s.json", "{\"a\": 1}", 0604);
	is_int(settings_edit_file(folder, "s.json", set, true, &why),
	    SETTINGS_EDITED, "a file, looked at only");
	ok(place_read(folder, "s.json", 99, &got, &why) == LOOKUP_FOUND &&
		span_is(span_mem(got.bytes, got.len), "{\"a\": 1}"),
	    "is as it was");
	free(got.bytes);
	is_int(settings_edit_file(folder, "s.json", set, false, &why),
	    SETTINGS_EDITED, "a file");
	ok(place_read(folder, "s.json", 99, &got, &why) == LOOKUP_FOUND &&
		span_is(span_mem(got.bytes, got.len),
		    "{\"a\": 1, \"user\": \"www\"}"),
	    "is changed");
	free(got.bytes);
	is_int(got.st.st_mode & 07777, 0604, "and has its mode");
	is_int(settings_edit_file(folder, "s.json", set, false, &why),
	    SETTINGS_SAME, "once");
	ok(stat(sandbox_path("s.json"), &st) == 0 && st.st_ino == got.st.st_ino,
	    "and not written a second time");
	is_int(settings_edit_file(folder, "none", set, false, &why),
	    SETTINGS_ABSENT, "there is none");
	sandbox_text("bad.json", "{,}", 0600);
	is_int(settings_edit_file(folder, "bad.json", set, false, &why),
	    SETTINGS_FAILED, "one with an error");
	ok(strstr(why.text, "/bad.json: line 1: there is a syntax") != NULL,
	    "is named");
	ok(settings_edit_new(folder, "new.json", set, &rights, &why),
	    "a new one");
	ok(place_read(folder, "new.json", 99, &got, &why) == LOOKUP_FOUND &&
		span_is(span_mem(got.bytes, got.len),
		    "{\n  \"user\": \"www\"\n}\n"),
	    "is written");
	free(got.bytes);
	is_int(got.st.st_mode & 07777, 0644, "with its mode");
	ok(!settings_edit_new(folder, "new.json", set, &rights, &why),
	    "but not a second time");
}

int
main(void)
{
	struct place folder = place_none();

	test_text();
	test_several();
	sandbox_make();
	if (place_open(&folder, sandbox_dir, &why) != LOOKUP_FOUND)
		sandbox_die(why.text);
	test_file(&folder);
	is_int(sandbox_entries(""), 3, "nothing else is left");
	place_close(&folder);
	sandbox_remove(sandbox_dir);
	return done();
}
