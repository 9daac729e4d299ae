/*
 * fcgi_peer.c - one connection of a web server: its limits, its ends, and every
 * wait of it.
 *
 * The clock is the test's own: it moves only while something waits, so that
 * nothing here takes time, and each wait is known to the millisecond.
 */
#define _GNU_SOURCE /* RTLD_NEXT */
#include "../../edge/fcgi_peer.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include "failing.h"

#include "../tap.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))
#define WIRE_MAX     (2UL << 20)

enum {
	BEGIN = 1,
	ABORT,
	END,
	PARAMS,
	STDIN,
	STDOUT,
	STDERR,
	DATA,
	GET_VALUES,
	GET_VALUES_RESULT,
	UNKNOWN_TYPE
};

/* --- The clock --- */

static long long now = 1000000;
static long long started;
/* What the other side does while this one waits: every step ms. */
static int step = 100;
static void (*meanwhile)(void);
static bool interrupted; /* by signals, all the time */

int
clock_gettime(clockid_t id, struct timespec *t)
{
	(void)id;
	*t = (struct timespec){now / 1000, now % 1000 * 1000000};
	return 0;
}

int
poll(struct pollfd *wanted, nfds_t n, int timeout)
{
	static const struct timespec none = {0, 0};

	for (;;) {
		int rc = (int)syscall(SYS_ppoll, wanted, n, &none, NULL, 8);

		if (rc == 0 && timeout > 0 && interrupted) {
			now += timeout < step ? timeout : step;
			errno = EINTR;
			return -1;
		}

		if (rc != 0 || timeout <= 0)
			return rc;
		now += timeout < step ? timeout : step;
		timeout -= timeout < step ? timeout : step;
		if (meanwhile != NULL)
			meanwhile();
	}
}

/* --- The web server --- */

static unsigned char wire[WIRE_MAX];
static size_t wire_len, sent;

static void
put(const void *bytes, size_t len)
{
	memcpy(wire + wire_len, bytes, len);
	wire_len += len;
}

static void
put_padded(unsigned type, unsigned id, struct span content, unsigned pad)
{
	const unsigned char header[] = {1, (unsigned char)type,
	    (unsigned char)(id >> 8), (unsigned char)id,
	    (unsigned char)(content.len >> 8), (unsigned char)content.len,
	    (unsigned char)pad, 0};

	put(header, sizeof(header));
	if (content.len > 0)
		put(content.ptr, content.len);
	memset(wire + wire_len, '!', pad);
	wire_len += pad;
}

static void
put_record(unsigned type, unsigned id, const char *content)
{
	put_padded(type, id, span_str(content), 0);
}

static void
put_begin(unsigned id, unsigned role)
{
	const unsigned char content[8] = {
	    (unsigned char)(role >> 8), (unsigned char)role};

	put_padded(BEGIN, id, span_mem(content, sizeof(content)), 0);
}

/* All that comes before the body. */
static void
put_head(void)
{
	put_begin(1, 1);
	/* The second pair is in two records. */
	put_record(PARAMS, 1, "\1\2Abc\1\4D");
	put_record(PARAMS, 1, "efgh");
	put_record(PARAMS, 1, "");
}

static void
put_body(const char *body)
{
	put_record(STDIN, 1, body);
	put_record(STDIN, 1, "");
}

/* --- The connection --- */

static struct fcgi_peer peer;
static int server = -1;
static unsigned char got[WIRE_MAX];
static size_t got_len;

static void
begin(void)
{
	int fd[2];

	if (server >= 0)
		close(server);
	if (socketpair(AF_UNIX, SOCK_STREAM, 0, fd) != 0)
		abort();
	fcntl(fd[0], F_SETFL, O_NONBLOCK);
	fcntl(fd[1], F_SETFL, O_NONBLOCK);
	server = fd[1];
	fcgi_peer_open(&peer, fd[0]);
	wire_len = sent = got_len = 0;
	meanwhile = NULL;
	interrupted = false;
	step = 100;
	started = now;
}

/* Send up to len bytes of what was put. */
static void
send_some(size_t len)
{
	ssize_t n;

	if (len > wire_len - sent)
		len = wire_len - sent;
	n = len == 0 ? 0 : write(server, wire + sent, len);
	sent += n > 0 ? (size_t)n : 0;
}

static void
send_all(void)
{
	send_some(wire_len);
}

static void
send_end(void)
{
	send_all();
	shutdown(server, SHUT_WR);
}

static bool
take_some(size_t len)
{
	ssize_t n = read(server, got + got_len,
	    len < WIRE_MAX - got_len ? len : WIRE_MAX - got_len);

	got_len += n > 0 ? (size_t)n : 0;
	return n > 0;
}

static void
take_all(void)
{
	while (take_some(WIRE_MAX))
		continue;
}

/* The head, sent as there is room for it. */
static enum fcgi_outcome
read_head(void)
{
	enum fcgi_outcome rc;
	size_t before;

	do {
		before = sent;
		send_all();
		rc = fcgi_peer_head(&peer, 0);
	} while (rc == FCGI_LATE && sent > before);
	return rc;
}

/* All of the body, size bytes at once. */
static enum fcgi_outcome
read_body(char *text, size_t size)
{
	enum fcgi_outcome rc;
	size_t n, len = 0;

	do {
		rc = fcgi_peer_read(
		    &peer, (unsigned char *)text + len, size, &n, 0);
		len += n;
	} while (rc == FCGI_DONE && n > 0);
	text[len] = '\0';
	return rc;
}

/* What was sent to the web server, without the records' headers. */
static struct stream {
	unsigned char text[WIRE_MAX];
	size_t len;
	bool ended;
} out, err;
static char others[256]; /* "TYPE:ID:BYTE0,BYTE4 " for each other record */

/* False if the stream has ended already. */
static bool
add(struct stream *s, const unsigned char *content, size_t len)
{
	if (s->ended)
		return false;
	s->ended = len == 0;
	memcpy(s->text + s->len, content, len);
	s->len += len;
	return true;
}

/* Take what was sent apart; false if it is cut, or not made of records. */
static bool
take_apart(void)
{
	size_t at = 0;

	take_all();
	out.len = err.len = 0;
	out.ended = err.ended = false;
	others[0] = '\0';
	while (got_len - at >= 8) {
		const unsigned char *r = got + at;
		size_t len = (size_t)r[4] << 8 | r[5], used = strlen(others);

		if (r[0] != 1 || len + r[6] > got_len - at - 8)
			return false;
		if (r[1] == STDOUT || r[1] == STDERR) {
			if (!add(r[1] == STDOUT ? &out : &err, r + 8, len))
				return false;
		} else {
			snprintf(others + used, sizeof(others) - used,
			    "%d:%d:%d,%d ", r[1], r[2] << 8 | r[3],
			    len > 0 ? r[8] : 0, len > 4 ? r[12] : 0);
		}
		at += 8 + len + r[6];
	}
	return at == got_len;
}

/* --- Reading --- */

static void
test_whole(void)
{
	static const size_t size[] = {1, 2, 3, 100};
	static const unsigned pad[] = {0, 1, 7, 8, 255};
	char text[100];

	for (size_t i = 0; i < COUNT(size) * COUNT(pad); i++) {
		unsigned p = pad[i / COUNT(size)];

		begin();
		put_padded(BEGIN, 300, span_mem("\0\1\1\0\0\0\0\0", 8), p);
		put_padded(PARAMS, 300, span_str("\1\1"), p);
		put_padded(PARAMS, 300, span_str("AB"), p);
		put_padded(PARAMS, 300, span_str(""), p);
		put_padded(STDIN, 300, span_str("a body"), p);
		put_padded(STDIN, 300, span_str(" in two"), p);
		put_padded(STDIN, 300, span_str(""), p);
		is_int(read_head(), FCGI_DONE, "%u bytes of padding", p);
		is_str(peer.env[0], "A=B", "its variable");
		is_str(peer.env[1], NULL, "and no other");
		is_int(read_body(text, size[i % COUNT(size)]), FCGI_DONE,
		    "read by %zu bytes", size[i % COUNT(size)]);
		is_str(text, "a body in two", "without padding");
		fcgi_peer_close(&peer);
	}
}

/* Byte by byte, each of them late. */
static void
test_resumed(void)
{
	char text[100];
	size_t n;
	enum fcgi_outcome rc;

	begin();
	put_head();
	put_record(STDIN, 1, "xyz");
	while ((rc = fcgi_peer_head(&peer, 0)) == FCGI_LATE && sent < wire_len)
		send_some(1);
	is_int(rc, FCGI_DONE, "a head that comes byte by byte");
	is_str(peer.env[0], "A=bc", "one variable");
	is_str(peer.env[1], "D=efgh", "one whose pair is in two records");
	is_int(read_body(text, 1), FCGI_LATE, "nothing of the body");
	send_some(8);
	is_int(read_body(text, 9), FCGI_LATE, "its first header alone");
	send_some(2);
	is_int(read_body(text, 9), FCGI_LATE, "two bytes of it");
	is_str(text, "xy", "are read");
	send_some(1);
	is_int(fcgi_peer_read(&peer, (unsigned char *)text, 9, &n, 0),
	    FCGI_DONE, "the third");
	is_int(n, 1, "alone");
	is_int(fcgi_peer_read(&peer, (unsigned char *)text, 9, &n, 0),
	    FCGI_LATE, "what is late is not the end");
	put_record(STDIN, 1, "");
	send_all();
	for (int i = 0; i < 2; i++) {
		is_int(fcgi_peer_read(&peer, (unsigned char *)text, 9, &n, 0),
		    FCGI_DONE, "that is the end");
		is_int(n, 0, "of no bytes");
	}
	fcgi_peer_close(&peer);
}

/* What is cut anywhere is never taken for whole. */
static void
test_cut(void)
{
	char text[100];
	size_t whole, head;

	begin();
	put_head();
	head = wire_len;
	put_body("body");
	whole = wire_len;
	fcgi_peer_close(&peer);
	for (size_t cut = 0; cut <= whole; cut++) {
		enum fcgi_outcome rc;

		begin();
		put_head();
		put_body("body");
		wire_len = cut;
		send_end();
		rc = fcgi_peer_head(&peer, 0);
		if (cut < head)
			is_int(rc, FCGI_LOST, "%zu bytes of the head", cut);
		else
			is_int(read_body(text, 3),
			    cut < whole ? FCGI_LOST : FCGI_DONE,
			    "%zu bytes of %zu", cut, whole);
		fcgi_peer_close(&peer);
	}
}

/* Variables of n bytes in records of at most 65535. */
static void
put_variables(size_t n, char filler)
{
	static unsigned char text[65535];

	memset(text, filler, sizeof(text));
	for (size_t len; n > 0; n -= len) {
		len = n < sizeof(text) ? n : sizeof(text);
		put_padded(PARAMS, 1, span_mem(text, len), 3);
	}
	put_record(PARAMS, 1, "");
}

static void
test_limits(void)
{
	static const size_t over[] = {0, 1, 100000};
	static const unsigned char lengths[] = {1, 0x80, 3, 0xff, 0xfa};

	for (size_t i = 0; i < COUNT(over); i++) {
		enum fcgi_outcome want =
		    over[i] == 0 ? FCGI_DONE : FCGI_TOO_LARGE;

		begin();
		put_begin(1, 1);
		put_padded(PARAMS, 1, span_mem(lengths, 5), 0);
		put_variables(FCGI_PEER_HEAD_MAX - 5 + over[i], 'v');
		is_int(read_head(), want, "%zu bytes too many", over[i]);
		ok(peer.head_room <= FCGI_PEER_HEAD_MAX, "no more memory");
		if (want == FCGI_DONE && ok(peer.env[0] != NULL, "it is there"))
			is_int(strlen(peer.env[0]), FCGI_PEER_HEAD_MAX - 4,
			    "all of it");
		fcgi_peer_close(&peer);
		begin();
		put_begin(1, 1);
		put_variables(2 * (FCGI_PEER_PAIRS_MAX + over[i] % 9), '\0');
		want = over[i] % 9 == 0 ? FCGI_DONE : FCGI_TOO_LARGE;
		is_int(read_head(), want, "%zu pairs too many", over[i] % 9);
		if (want == FCGI_DONE) {
			is_str(peer.env[FCGI_PEER_PAIRS_MAX - 1], "=",
			    "the last one");
			is_str(peer.env[FCGI_PEER_PAIRS_MAX], NULL,
			    "and no other");
		}
		fcgi_peer_close(&peer);
	}
}

/* Lengths that promise more than there is. */
static void
test_pairs(void)
{
	static const struct {
		const char *bytes;
		size_t len;
		const char *first;
	} pairs[] = {
	    {"\0\0", 2, "="},
	    {"\1\0N", 3, "N="},
	    {"\0\1V", 3, "=V"},
	    {"\200\0\0\1\200\0\0\1NV", 10, "N=V"},
	    {"\1\1N", 3, NULL},
	    {"\1", 1, NULL},
	    {"\200\0\0", 3, NULL},
	    {"\1\200\0\0", 4, NULL},
	    {"\377\377\377\377\377\377\377\377N", 9, NULL},
	    {"\1\377\377\377\377NV", 7, NULL},
	    {"\377\377\377\377\1NV", 7, NULL},
	};

	for (size_t i = 0; i < COUNT(pairs); i++) {
		begin();
		put_begin(1, 1);
		put_padded(
		    PARAMS, 1, span_mem(pairs[i].bytes, pairs[i].len), 9);
		put_record(PARAMS, 1, "");
		is_int(read_head(), FCGI_DONE, "pair %zu", i);
		is_str(peer.env[0], pairs[i].first, "as a variable");
		fcgi_peer_close(&peer);
	}
}

static void
test_no_memory(void)
{
	for (unsigned long i = 1; i <= 2; i++) {
		enum fcgi_outcome rc;

		begin();
		put_head();
		send_end();
		plan.count = 0;
		plan.at = i;
		plan.on = true;
		rc = fcgi_peer_head(&peer, 0);
		plan.on = false;
		is_int(rc, FCGI_NO_MEMORY, "no memory for allocation %lu", i);
		fcgi_peer_close(&peer);
	}
}

/* --- Records that are no part of it --- */

/* One record, before the request begins and within its head and its body. */
static void
try_other(unsigned type, unsigned id, struct span content, const char *said)
{
	for (int at = 0; at < 3; at++) {
		char text[100], want[64];

		begin();
		if (at == 0)
			put_padded(type, id, content, 5);
		put_begin(1, 1);
		put_record(PARAMS, 1, "\1\1AB");
		if (at == 1)
			put_padded(type, id, content, 5);
		put_record(PARAMS, 1, "");
		put_record(STDIN, 1, "bo");
		if (at == 2)
			put_padded(type, id, content, 5);
		put_body("dy");
		is_int(read_head(), FCGI_DONE, "a record %u:%u", type, id);
		is_str(peer.env[0], "A=B", "nothing of it in the variables");
		is_int(read_body(text, 100), FCGI_DONE, "the whole body");
		is_str(text, "body", "and nothing of it there");
		fcgi_peer_answer(&peer, span_str("x"), span_str(""));
		fcgi_peer_close(&peer);
		snprintf(want, sizeof(want), "%s3:1:0,0 ", said);
		ok(take_apart(), "what is said are records");
		is_str(others, want, "this is said of it");
	}
}

static void
test_others(void)
{
	const struct span junk = span_str("\1\1ZZ and more");

	try_other(GET_VALUES, 0, junk, "10:0:0,0 ");
	try_other(GET_VALUES, 0, span_str(""), "10:0:0,0 ");
	try_other(DATA, 0, junk, "11:0:8,0 ");
	try_other(BEGIN, 0, junk, "11:0:1,0 ");
	try_other(STDIN, 0, junk, "11:0:5,0 ");
	try_other(255, 0, span_str(""), "11:0:255,0 ");
	try_other(PARAMS, 2, junk, "");
	try_other(STDIN, 257, junk, "");
	try_other(ABORT, 2, span_str(""), "");
	try_other(GET_VALUES, 2, junk, "");
	try_other(DATA, 1, junk, "");
	try_other(STDOUT, 1, junk, "");
}

static void
test_second_request(void)
{
	char text[100];

	begin();
	put_head();
	put_begin(2, 1);
	put_begin(1, 1);
	put_begin(258, 7);
	put_body("body");
	is_int(read_head(), FCGI_DONE, "three requests at once");
	is_int(read_body(text, 100), FCGI_DONE, "the first is served");
	is_str(text, "body", "with its body");
	fcgi_peer_close(&peer);
	ok(take_apart(), "the others are told");
	is_str(others, "3:2:0,1 3:258:0,1 ", "that there can be only one");
}

static void
test_strays(void)
{
	char text[100];

	for (int n = 100; n <= 101; n++) {
		begin();
		put_head();
		for (int i = 0; i < n; i++)
			put_record(DATA, 1, "x");
		put_body("body");
		is_int(read_head(), FCGI_DONE, "%d others", n);
		is_int(read_body(text, 100), n > 100 ? FCGI_LOST : FCGI_DONE,
		    "at most 100");
		fcgi_peer_close(&peer);
		begin();
		for (int i = 0; i < n; i++)
			put_record(STDIN, 7, "x");
		put_head();
		is_int(read_head(), n > 100 ? FCGI_LOST : FCGI_DONE,
		    "nor more before it begins");
		fcgi_peer_close(&peer);
	}
}

/* What is no request of a responder. */
static void
test_refused(void)
{
	static const unsigned role[] = {0, 2, 3, 256, 257};

	for (size_t i = 0; i < COUNT(role); i++) {
		begin();
		put_begin(9, role[i]);
		is_int(read_head(), FCGI_LOST, "role %u", role[i]);
		fcgi_peer_close(&peer);
		ok(take_apart(), "is answered");
		is_str(others, "3:9:0,3 ", "as unknown");
	}
	for (size_t len = 0; len < 8; len++) {
		begin();
		put_padded(BEGIN, 1, span_mem("\0\1\0\0\0\0\0", len), 8);
		put_head();
		is_int(read_head(), FCGI_LOST, "it begins by %zu bytes", len);
		fcgi_peer_close(&peer);
	}
	for (unsigned version = 0; version < 256; version += 2) {
		begin();
		put_head();
		wire[0] = (unsigned char)version;
		is_int(read_head(), FCGI_LOST, "version %u", version);
		fcgi_peer_close(&peer);
	}
}

static void
test_abort(void)
{
	char text[100];

	begin();
	put_begin(1, 1);
	put_record(ABORT, 1, "");
	put_record(PARAMS, 1, "");
	is_int(read_head(), FCGI_LOST, "given up in its head");
	fcgi_peer_close(&peer);
	begin();
	put_head();
	put_record(STDIN, 1, "bo");
	put_record(ABORT, 1, "");
	put_body("");
	is_int(read_head(), FCGI_DONE, "given up in its body");
	is_int(read_body(text, 100), FCGI_LOST, "is not whole");
	is_str(text, "bo", "though some was read");
	fcgi_peer_close(&peer);
	begin();
	put_begin(1, 1);
	put_record(STDIN, 1, "bo");
	put_record(PARAMS, 1, "");
	put_body("dy");
	is_int(read_head(), FCGI_LOST, "a body that begins too early");
	fcgi_peer_close(&peer);
}

/* --- Waiting --- */

static void
send_byte(void)
{
	send_some(1);
}

static void
send_stray(void)
{
	put_record(DATA, 3, "x");
	send_all();
}

static void
test_late(void)
{
	unsigned char buf[10];
	size_t n;

	begin();
	is_int(fcgi_peer_head(&peer, now + 250), FCGI_LATE, "nothing comes");
	is_int(now - started, 250, "for all the time");
	put_head();
	meanwhile = send_byte;
	is_int(fcgi_peer_head(&peer, now + 2950), FCGI_LATE, "too slow");
	is_int(now - started, 3200, "for all the time again");
	is_int(fcgi_peer_head(&peer, now + 60000), FCGI_DONE, "not too slow");
	meanwhile = send_stray;
	started = now;
	is_int(fcgi_peer_read(&peer, buf, 10, &n, now + 1050), FCGI_LATE,
	    "something else comes");
	is_int(now - started, 1050, "for all the time");
	meanwhile = NULL;
	interrupted = true;
	started = now;
	is_int(fcgi_peer_read(&peer, buf, 10, &n, now + 1050), FCGI_LATE,
	    "signals come");
	is_int(now - started, 1050, "for all the time");
	fcgi_peer_close(&peer);
}

/* --- Answers --- */

static unsigned char letter[600000];

/* A request that was read whole. */
static void
begin_answer(void)
{
	char text[100];

	begin();
	put_head();
	put_body("body");
	if (read_head() != FCGI_DONE || read_body(text, 100) != FCGI_DONE)
		ok(false, "the request is read");
	started = now;
}

static bool
is_answered(size_t len)
{
	return take_apart() && out.ended && out.len == len + 4 &&
	       memcmp(out.text, "head", 4) == 0 &&
	       memcmp(out.text + 4, letter, len) == 0 &&
	       strcmp(others, "3:1:0,0 ") == 0;
}

static void
test_answer(void)
{
	static const size_t size[] = {0, 1, 4060, 4095, 4096, 8192, 65527,
	    65528, 65529, 131056, 131057, 600000};

	for (size_t i = 0; i < COUNT(size); i++) {
		begin_answer();
		meanwhile = take_all;
		fcgi_peer_answer(
		    &peer, span_str("head"), span_mem(letter, size[i]));
		fcgi_peer_close(&peer);
		ok(is_answered(size[i]), "an answer of %zu bytes", size[i]);
		ok(!err.ended && err.len == 0, "and no log");
	}
}

static void
test_log(void)
{
	static const size_t size[] = {1, 200, 4096, 65528, 65529, 70000};
	size_t sum = 0;

	begin_answer();
	meanwhile = take_all;
	for (size_t i = 0; i < COUNT(size); i++) {
		fcgi_peer_log(&peer, span_mem(letter + sum, size[i]));
		sum += size[i];
	}
	fcgi_peer_answer(&peer, span_str("head"), span_mem(letter, 500));
	fcgi_peer_close(&peer);
	ok(is_answered(500), "an answer after long lines of a log");
	is_int(err.len, (long long)sum, "all of the log");
	ok(memcmp(err.text, letter, sum) == 0, "as it was");
	ok(err.ended, "and its end");
}

static void
take_little(void)
{
	take_some(4000);
}

static void
take_late(void)
{
	if (now >= started + 8000)
		take_all();
}

static void
test_slow_reader(void)
{
	static void (*const how[])(void) = {NULL, take_little};

	for (size_t i = 0; i < COUNT(how); i++) {
		begin_answer();
		meanwhile = how[i];
		fcgi_peer_answer(
		    &peer, span_str("head"), span_mem(letter, 600000));
		is_int(now - started, 10000, "the answer is not taken");
		fcgi_peer_log(&peer, span_mem(letter, 5000));
		fcgi_peer_close(&peer);
		is_int(now - started, 10000, "nothing else is waited for");
		ok(!is_answered(600000), "it is not whole");
	}
	begin_answer();
	meanwhile = take_late;
	fcgi_peer_answer(&peer, span_str("head"), span_mem(letter, 600000));
	fcgi_peer_close(&peer);
	ok(is_answered(600000), "one that is taken late is whole");
	begin_answer();
	shutdown(server, SHUT_RD);
	fcgi_peer_answer(&peer, span_str("head"), span_mem(letter, 600000));
	fcgi_peer_close(&peer);
	is_int(now - started, 0, "one that nobody wants");
}

static void
close_server(void)
{
	if (now >= started + 300)
		shutdown(server, SHUT_WR);
}

static size_t flooded;

static void
flood(void)
{
	ssize_t n = write(server, letter, 50000);

	flooded += n > 0 ? (size_t)n : 0;
}

/* An answer before the body was read, and what the other side does then. */
static void
test_close(void)
{
	static void (*const how[])(void) = {NULL, close_server, flood};
	static const long long most[] = {1000, 300, 100};
	static const long long least[] = {1000, 300, 1};

	for (size_t i = 0; i < COUNT(how); i++) {
		begin();
		put_head();
		put_record(STDIN, 1, "body");
		is_int(read_head(), FCGI_DONE, "a body without its end");
		started = now;
		meanwhile = how[i];
		step = 1;
		fcgi_peer_answer(&peer, span_str("head"), span_str(""));
		fcgi_peer_close(&peer);
		ok(now - started >= least[i] && now - started <= most[i],
		    "the end is waited for: %lld ms", now - started);
		ok(is_answered(0), "the answer is there");
	}
	ok(flooded >= 1 << 20 && flooded <= (1 << 20) + 100000,
	    "%zu bytes more are taken", flooded);
	begin_answer();
	fcgi_peer_answer(&peer, span_str("head"), span_str(""));
	fcgi_peer_close(&peer);
	is_int(now - started, 0, "after the end of the body, nothing is");
	begin();
	put_head();
	put_record(STDIN, 1, "");
	is_int(read_head(), FCGI_DONE, "an end that was not read");
	started = now;
	fcgi_peer_answer(&peer, span_str("head"), span_str(""));
	fcgi_peer_close(&peer);
	is_int(now - started, 0, "but is here");
}

int
main(void)
{
	signal(SIGPIPE, SIG_IGN);
	for (size_t i = 0; i < sizeof(letter); i++)
		letter[i] = (unsigned char)(i * 31 / 7);
	test_whole();
	test_resumed();
	test_cut();
	test_limits();
	test_pairs();
	test_no_memory();
	test_others();
	test_second_request();
	test_strays();
	test_refused();
	test_abort();
	test_late();
	test_answer();
	test_log();
	test_slow_reader();
	test_close();
	close(server);
	return done();
}
