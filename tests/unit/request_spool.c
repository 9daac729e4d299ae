/* request_spool.c - bodies around the size from which they go to a file. */
#include "sandbox.h"

#include "http/request.h"
#include <stdint.h>

#include "../tap.h"

#define MAX  (3UL << 20)
#define KEEP REQUEST_KEEP

static unsigned char bytes[MAX + 2];
static bool closed; /* no file is to be had */

static enum status
read_body(struct request *req, size_t length, struct sandbox_body *body,
    struct reason *why)
{
	static char line[64];
	static char *env[] = {line, NULL};
	struct spool spool =
	    spool_of(closed ? "/dev/null" : sandbox_dir, NULL, false);
	enum status st;

	snprintf(line, sizeof(line), "CONTENT_LENGTH=%zu", length);
	if (length == SIZE_MAX)
		line[0] = '\0';
	*why = (struct reason){""};
	request_open(req, env);
	st = request_read(req, MAX, &spool,
	    &(struct request_source){sandbox_body_read, body}, why);
	spool_close(&spool);
	return st;
}

static void
test_sizes(void)
{
	static const size_t size[] = {0, 1, 4095, 4096, 4097, KEEP - 1, KEEP,
	    KEEP + 1, 2 * KEEP - 1, 2 * KEEP, 2 * KEEP + 1, MAX - 1, MAX};
	static const size_t chunk[] = {0, 65536, 9973};
	struct request req;
	struct reason why;

	for (size_t i = 0; i < 6 * sizeof(size) / sizeof(size[0]); i++) {
		size_t len = size[i / 6];
		struct sandbox_body body = {
		    span_mem(bytes, len), chunk[i / 2 % 3], false};
		bool sized = i % 2 == 0;
		/* Without a length the end is seen by one more read. */
		bool large = len > KEEP || (len == KEEP && !sized);

		is_int(read_body(&req, sized ? len : SIZE_MAX, &body, &why),
		    ST_OK, "%zu bytes, %s length", len, sized ? "a" : "no");
		ok(span_eq(req.body, span_mem(bytes, len)), "every byte");
		is_int(req.fd > 0, large, "a file for it?");
		is_int(req.map.base != NULL, large, "and mapped?");
		request_free(&req);
		request_free(&req);
		ok(req.body.len == 0 && req.owned == NULL && req.fd == 0 &&
			req.map.base == NULL,
		    "freed twice is harmless");
	}
}

/* What goes wrong behind the size at which the file begins. */
static void
test_wrong(void)
{
	static const struct {
		size_t length, sent;
		bool breaks;
		enum status want;
		const char *why;
	} row[] = {
	    {SIZE_MAX, MAX + 1, false, ST_TOO_LARGE,
		"larger than max_body, 3145728"},
	    {MAX + 1, MAX + 1, false, ST_TOO_LARGE, "is larger than max_body"},
	    {MAX, MAX - 1, false, ST_BAD_REQUEST,
		"ended after 3145727 of 3145728 bytes"},
	    {MAX, KEEP, false, ST_BAD_REQUEST, "ended after 262144 of "},
	    {MAX, KEEP + 1, true, ST_TRY_LATER,
		"reading the body of 3145728 bytes"},
	    {SIZE_MAX, KEEP + 1, true, ST_NO_LENGTH, "the connection was lost"},
	};
	struct request req;
	struct reason why;

	for (size_t i = 0; i < sizeof(row) / sizeof(row[0]); i++) {
		struct sandbox_body body = {
		    span_mem(bytes, row[i].sent), 10000, row[i].breaks};

		is_int(read_body(&req, row[i].length, &body, &why), row[i].want,
		    "%s", row[i].why);
		ok(strstr(why.text, row[i].why) != NULL, "%s", why.text);
		is_int((long long)body.rest.len, 0, "read to its end");
		ok(req.body.len == 0 && req.owned == NULL && req.fd == 0 &&
			req.map.base == NULL,
		    "nothing is kept");
	}
}

static void
test_no_file(void)
{
	static const size_t length[] = {KEEP + 1, MAX, SIZE_MAX};
	struct request req;
	struct reason why;

	closed = true;
	for (size_t i = 0; i < 3; i++) {
		size_t len = length[i] == SIZE_MAX ? MAX : length[i];
		struct sandbox_body body = {span_mem(bytes, len), 0, false};

		is_int(read_body(&req, length[i], &body, &why), ST_TRY_LATER,
		    "no file to be had");
		ok(strstr(why.text,
		       "/dev/null: cannot create a file for a large body") !=
			NULL,
		    "why");
		is_int((long long)body.rest.len, 0, "read to its end");
		ok(req.owned == NULL, "nothing is kept");
	}
	closed = false;
}

static void
test_drained(void)
{
	static const char *const length[] = {
	    "CONTENT_LENGTH=100", "CONTENT_LENGTH=x", "CONTENT_LENGTH="};
	static const size_t left[] = {100, 0, 0};
	char line[64];
	char *env[] = {line, NULL};
	struct request req;

	for (size_t i = 0; i < 3; i++) {
		struct sandbox_body body = {span_mem(bytes, 200), 7, false};

		snprintf(line, sizeof(line), "%s", length[i]);
		request_open(&req, env);
		request_drain(
		    &req, &(struct request_source){sandbox_body_read, &body});
		is_int((long long)body.rest.len, (long long)left[i],
		    "%s, drained", length[i]);
		ok(req.owned == NULL, "nothing is kept");
	}
}

/* What is put before a large body, without a copy of it. */
static void
test_prefix(void)
{
	static const char fill[SPOOL_HEADROOM + 65536];
	const struct span part[] = {
	    span_str("1700."), {NULL, 0}, span_str("x")};
	struct sandbox_body large = {span_mem(bytes, MAX), 0, false};
	struct sandbox_body small = {span_mem(bytes, KEEP), 0, false};
	struct span whole = {NULL, 0}, much;
	struct request req;
	struct reason why;

	is_int(read_body(&req, MAX, &large, &why), ST_OK, "a large one");
	ok(request_prefix(&req, part, 3, &whole), "has room");
	ok(whole.len == MAX + 6 && memcmp(whole.ptr, "1700.x", 6) == 0 &&
		whole.ptr + 6 == req.body.ptr,
	    "both are one, and the body is where it was");
	much = span_mem(fill, SPOOL_HEADROOM);
	ok(request_prefix(&req, &much, 1, &whole) &&
		whole.len == MAX + SPOOL_HEADROOM,
	    "the longest");
	much = span_mem(fill, sizeof(fill));
	ok(!request_prefix(&req, &much, 1, &whole), "too long");
	ok(span_eq(req.body, span_mem(bytes, MAX)), "the body is as it was");
	request_free(&req);
	is_int(read_body(&req, KEEP, &small, &why), ST_OK, "a small one");
	ok(!request_prefix(&req, part, 3, &whole), "has none");
	request_free(&req);
}

int
main(void)
{
	sandbox_make();
	for (size_t i = 0; i < sizeof(bytes); i++)
		bytes[i] = (unsigned char)(i * 31 + i / 256);
	test_sizes();
	test_wrong();
	test_no_file();
	test_drained();
	test_prefix();
	sandbox_remove(sandbox_dir);
	return done();
}
