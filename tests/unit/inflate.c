/*
 * inflate.c - compressed bodies: whole, in parts, cut, damaged, too large, and
 * while memory or the disk runs out.
 */
#define _GNU_SOURCE /* RTLD_NEXT */
#include "http/inflate.h"
#include "failing.h"
#include "packed.h"

#include "../tap.h"

#define MAX     (8UL << 20) /* max_body */
#define ROOM    (10UL << 20)
#define MESSAGE "{\"id\":\"a\",\"n\":[1,2,3,4,5,6,7,8,9,10,11]}"

static unsigned char body[ROOM], text[ROOM];
static const char *folder; /* of the spool */

/* Decode len bytes of body, which came with this header. */
static enum status
decode(struct request *plain, const char *coding, size_t len, size_t max,
    struct reason *why)
{
	static char header[2][100];
	static char *env[] = {header[0], header[1], NULL};
	struct request raw = {.env = env, .body = span_mem(body, len)};
	struct spool spool = spool_of(folder, NULL, false);
	enum status st;

	snprintf(
	    header[0], sizeof(header[0]), "HTTP_CONTENT_ENCODING=%s", coding);
	snprintf(header[1], sizeof(header[1]), "CONTENT_LENGTH=%zu", len);
	*why = (struct reason){""};
	st = inflate_request(plain, &raw, max, &spool, why);
	spool_close(&spool);
	return st;
}

static void
refused(const char *coding, size_t len, enum status want, const char *name)
{
	struct request plain;
	struct reason why;

	is_int(decode(&plain, coding, len, MAX, &why), want, "%s", name);
	ok(why.text[0] != '\0' && plain.env == NULL && plain.body.len == 0,
	    "and why: %s", why.text);
}

static void
test_codings(void)
{
	static const struct {
		const char *header;
		enum packed_as as;
		const char *decoded; /* NULL: the body is taken as it came */
	} row[] = {
	    {"gzip", PACKED_GZIP, "gzip"},
	    {"x-gzip", PACKED_GZIP, "gzip"},
	    {"GZIP", PACKED_GZIP, "gzip"},
	    {" gzip ,", PACKED_GZIP, "gzip"},
	    {"identity, gzip", PACKED_GZIP, "gzip"},
	    {"deflate", PACKED_ZLIB, "deflate"},
	    {"identity", PACKED_GZIP, NULL},
	    {"", PACKED_GZIP, NULL},
	};
	static const char *const unknown[] = {
	    "br", "zstd", "gzip, gzip", "gzip, br", "compress", "gzi", "gzipx"};

	for (size_t i = 0; i < sizeof(row) / sizeof(row[0]); i++) {
		size_t len = packed(body, ROOM, span_str(MESSAGE), row[i].as);
		struct request plain;
		struct reason why;

		is_int(decode(&plain, row[i].header, len, MAX, &why), ST_OK,
		    "'%s'", row[i].header);
		if (row[i].decoded == NULL) {
			ok(plain.env == NULL, "as it came");
			continue;
		}
		is_span(plain.body, MESSAGE, "what was compressed");
		is_str(plain.decoded, row[i].decoded, "from what");
		request_free(&plain);
	}
	for (size_t i = 0; i < sizeof(unknown) / sizeof(unknown[0]); i++)
		refused(unknown[i],
		    packed(body, ROOM, span_str(MESSAGE), PACKED_GZIP),
		    ST_BAD_REQUEST, unknown[i]);
	is_int(
	    decode(&(struct request){0}, "gzip", 0, MAX, &(struct reason){""}),
	    ST_OK, "an empty body is empty");
}

/* Every cut and every changed byte. */
static void
test_damaged(void)
{
	static const enum packed_as as[] = {PACKED_GZIP, PACKED_ZLIB};
	static const char *const name[] = {"gzip", "deflate"};
	struct request plain;
	struct reason why;

	for (int i = 0; i < 2; i++) {
		size_t len = packed(body, ROOM, span_str(MESSAGE), as[i]);
		unsigned wrong = 0;

		for (size_t n = 1; n < len; n++)
			wrong += decode(&plain, name[i], n, MAX, &why) !=
				     ST_BAD_REQUEST ||
				 plain.env != NULL;
		is_int(wrong, 0, "%s: cut anywhere", name[i]);
		for (size_t n = 0; n < len; n++) {
			enum status st;

			body[n] ^= 0xff;
			st = decode(&plain, name[i], len, MAX, &why);
			/* The time and the system of RFC 1952 may change. */
			wrong += st == ST_OK ? !span_is(plain.body, MESSAGE)
					     : st != ST_BAD_REQUEST;
			request_free(&plain);
			body[n] ^= 0xff;
		}
		is_int(wrong, 0, "%s: no damage becomes another body", name[i]);
		memcpy(body + len, "x", 1);
		refused(name[i], len + 1, ST_BAD_REQUEST, "a byte behind it");
		memset(body + len, 0, 512);
		refused(name[i], len + 512, ST_BAD_REQUEST, "zeros behind it");
	}
	refused("gzip", packed(body, ROOM, span_str(MESSAGE), PACKED_ZLIB),
	    ST_BAD_REQUEST, "deflate that is called gzip");
	refused("deflate", packed(body, ROOM, span_str(MESSAGE), PACKED_GZIP),
	    ST_BAD_REQUEST, "gzip that is called deflate");
	refused("deflate", packed(body, ROOM, span_str(MESSAGE), PACKED_RAW),
	    ST_BAD_REQUEST, "deflate without its frame");
	memcpy(body, MESSAGE, strlen(MESSAGE));
	refused("gzip", strlen(MESSAGE), ST_BAD_REQUEST, "not compressed");
}

/* RFC 1952, section 2.2. */
static void
test_parts(void)
{
	struct request plain;
	struct reason why;
	size_t len = 0;

	for (int i = 0; i < 3; i++)
		len += packed(body + len, ROOM - len,
		    span_str(i == 1 ? "" : "ab"), PACKED_GZIP);
	is_int(decode(&plain, "gzip", len, MAX, &why), ST_OK, "three parts");
	is_span(plain.body, "abab", "one after the other");
	request_free(&plain);
	refused("gzip", len - 3, ST_BAD_REQUEST, "the last is cut");
	for (size_t n = 3; n < INFLATE_MEMBERS; n++)
		len +=
		    packed(body + len, ROOM - len, span_str(""), PACKED_GZIP);
	is_int(decode(&plain, "gzip", len, MAX, &why), ST_OK, "many parts");
	request_free(&plain);
	len += packed(body + len, ROOM - len, span_str(""), PACKED_GZIP);
	refused("gzip", len, ST_BAD_REQUEST, "too many");
	len = packed(body, ROOM, span_str("ab"), PACKED_ZLIB);
	len += packed(body + len, ROOM - len, span_str("ab"), PACKED_ZLIB);
	refused("deflate", len, ST_BAD_REQUEST, "deflate has one");
}

/* Bytes that deflate cannot make smaller, from at on. */
static void
noise(size_t at, size_t len)
{
	unsigned x = 12345;

	for (size_t i = at; i < at + len; i++) {
		x = x * 1103515245 + 12345;
		text[i] = (unsigned char)(x >> 16);
	}
}

static void
one_size(size_t len, size_t max, enum status want)
{
	size_t n = packed(body, ROOM, span_mem(text, len), PACKED_GZIP);
	struct request plain;
	struct reason why;

	is_int(decode(&plain, "gzip", n, max, &why), want,
	    "%zu bytes of %zu, limit %zu", len, n, max);
	if (want != ST_OK) {
		ok(plain.env == NULL, "nothing of it: %s", why.text);
		return;
	}
	ok(span_eq(plain.body, span_mem(text, len)), "every byte");
	is_int(plain.map.base != NULL, len > REQUEST_KEEP, "mapped?");
	request_free(&plain);
}

static void
test_sizes(void)
{
	static const size_t size[] = {1, 4096, REQUEST_KEEP - 1,
	    REQUEST_KEEP + 1, 3UL << 20, MAX - 1, MAX};
	int open = sandbox_descriptors();

	noise(0, ROOM / 2);
	for (size_t i = 0; i < sizeof(size) / sizeof(size[0]); i++)
		one_size(size[i], MAX, ST_OK);
	one_size(MAX + 1, MAX, ST_TOO_LARGE);
	one_size(1000, 1000, ST_OK);
	one_size(1001, 1000, ST_TOO_LARGE);
	/* As far as deflate goes: 1 MiB of zeros, and more. */
	memset(text, 0, ROOM);
	one_size(INFLATE_FREE, MAX, ST_OK);
	one_size(INFLATE_FREE + 1, MAX, ST_TOO_LARGE);
	one_size(MAX, MAX, ST_TOO_LARGE);
	/* Just below the ratio, and above it. */
	noise(0, 3000);
	one_size(150 * 3000 + INFLATE_FREE / 2, MAX, ST_OK);
	noise(0, 12000);
	one_size(200 * 12000, MAX, ST_OK);
	one_size(MAX, MAX, ST_TOO_LARGE);
	is_int(sandbox_descriptors(), open, "no file is left open");
}

static void
test_spool(void)
{
	struct request plain;
	struct reason why;
	size_t n;

	noise(0, ROOM / 2);
	n = packed(body, ROOM, span_mem(text, 1UL << 20), PACKED_GZIP);
	folder = sandbox_path("none/none");
	is_int(decode(&plain, "gzip", n, MAX, &why), ST_TRY_LATER,
	    "no room for the file: %s", why.text);
	folder = sandbox_dir;
}

/* Never a 4xx, with which the sender would give up. */
static void
test_memory(void)
{
	size_t n;
	unsigned wrong = 0, places = 0;

	noise(0, ROOM / 2);
	n = packed(body, ROOM, span_mem(text, 1UL << 20), PACKED_GZIP);
	for (int all = 0; all < 2; all++) {
		for (unsigned long at = 1; at < 1000; at++) {
			struct request plain;
			struct reason why;
			enum status st;

			plan.count = 0;
			plan.at = at;
			plan.from_then_on = all;
			plan.on = true;
			st = decode(&plain, "gzip", n, MAX, &why);
			plan.on = false;
			wrong += plan.count >= at
				     ? st == ST_BAD_REQUEST ||
					   st == ST_TOO_LARGE ||
					   (st != ST_OK && why.text[0] == '\0')
				     : st != ST_OK;
			places += st == ST_TRY_LATER;
			request_free(&plain);
			if (plan.count < at)
				break;
		}
	}
	is_int(wrong, 0, "memory runs out");
	ok(places >= 8, "in %u places", places);
}

int
main(void)
{
	sandbox_make();
	folder = sandbox_dir;
	test_codings();
	test_damaged();
	test_parts();
	test_sizes();
	test_spool();
	test_memory();
	sandbox_remove(sandbox_dir);
	return done();
}
