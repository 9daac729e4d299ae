/* Bytes made safe to print and back, and descriptors read to their end. */
#include <stdlib.h>
#include <unistd.h>

#include "../tap.h"
#include "base/encode.h"
#include "base/file.h"
#include "base/stream.h"

static void
test_printable(void)
{
	static const struct {
		const char *name, *also;
		struct span text;
		const char *want;
	} row[] = {
	    {"plain", "", {(const unsigned char *)"a~!", 3}, "a~!"},
	    {"a blank", "", {(const unsigned char *)"a b", 3}, "a\\x20b"},
	    {"a blank allowed", " ", {(const unsigned char *)"a b", 3}, "a b"},
	    {"an escape", " ", {(const unsigned char *)"\x1b[2J", 4},
		"\\x1b[2J"},
	    {"NUL, DEL, UTF-8", " ",
		{(const unsigned char *)"\0\x7f\xc3\xa9", 4},
		"\\x00\\x7f\\xc3\\xa9"},
	    {"nothing", " ", {NULL, 0}, ""},
	};

	for (size_t i = 0; i < sizeof(row) / sizeof(row[0]); i++) {
		char *text = NULL;
		size_t len = 0;
		FILE *f = open_memstream(&text, &len);

		encode_printable(f, row[i].text, row[i].also);
		ok(stream_end(f, &text), "%s: written", row[i].name);
		is_str(text, row[i].want, "%s", row[i].name);
		free(text);
	}
}

static void
test_percent(void)
{
	static const char *const row[][2] = {{"", ""},
	    {"a%20b%C3%a9", "a b\xc3\xa9"}, {"%", "%"}, {"%4", "%4"},
	    {"%4g%41", "%4gA"}, {"%2541", "%41"}};

	for (size_t i = 0; i < sizeof(row) / sizeof(row[0]); i++) {
		unsigned char text[32];
		size_t len = strlen(row[i][0]);

		memcpy(text, row[i][0], len);
		len = decode_percent_all(text, len);
		is_span(span_mem(text, len), row[i][1], "%s", row[i][0]);
	}
}

/* A file of n bytes, read up to max. */
static void
read_all(size_t n, size_t max, size_t want)
{
	FILE *f = tmpfile();
	struct reason why = {""};
	size_t len = 0;
	char *text;

	for (size_t i = 0; i < n; i++)
		putc('a' + (int)(i % 26), f);
	fflush(f);
	lseek(fileno(f), 0, SEEK_SET);
	text = file_read_all(fileno(f), max, &len, &why);
	if (ok(text != NULL, "%zu bytes, at most %zu", n, max)) {
		is_int(len, (long long)want, "as many as there are");
		ok(text[len] == '\0', "a NUL behind them");
		ok(len == 0 || text[len - 1] == 'a' + (int)((len - 1) % 26),
		    "the last one");
	}
	free(text);
	fclose(f);
}

static void
test_read_all(void)
{
	struct reason why = {""};
	size_t len = 0;

	read_all(0, 100, 0);
	read_all(5, 100, 5);
	read_all(5, 5, 5);
	read_all(6, 5, 5);
	read_all(5, 0, 0);
	read_all(65536, 1UL << 20, 65536);
	read_all(65537, 1UL << 20, 65537);
	read_all(200000, 150000, 150000);
	ok(file_read_all(-1, 10, &len, &why) == NULL, "no descriptor");
	is_str(why.text, "cannot be read: Bad file descriptor", "and why");
}

int
main(void)
{
	test_printable();
	test_percent();
	test_read_all();
	return done();
}
