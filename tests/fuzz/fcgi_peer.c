/*
 * fcgi_peer.c - a web server that sends anything: what is read is what a
 * simple reader of the same bytes finds, and what is answered are records.
 *
 * The first bytes of an input say how the connection is used (struct way); the
 * rest is what the web server sends (kit/records.h).  An input that is shorter
 * than a way is one of the kit's samples.
 *
 * Nothing waits: what is sent is here already, or it comes between two calls
 * whose time is over.
 */
#include "../../edge/fcgi_peer.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/socket.h>
#include <unistd.h>

#include "fuzz.h"
#include "kit/bytes.h"
#include "kit/mutate.h"
#include "kit/records.h"

#define FAR          (1LL << 60)
#define STRAY_MAX    100
#define CONTENT_MAX  65528
#define WIRE_MAX     (400UL << 10)
#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

size_t LLVMFuzzerCustomMutator(
    uint8_t *data, size_t size, size_t max, unsigned seed);

/* How the connection is used: one byte each. */
struct way {
	uint8_t read_size; /* of the body */
	uint8_t cut;       /* bytes that arrive at once */
	uint8_t answer;    /* its size */
	uint8_t flags;
	uint8_t which, times; /* one record that is sent again and again */
};

enum { LOGS = 1, UNREAD = 2, GONE = 4 };

static size_t
pick(const size_t from[], size_t n, uint8_t which)
{
	return from[which % n];
}

/* --- What is to be expected --- */

/* A record; its content may be cut. */
struct seen {
	unsigned type, id;
	size_t len;
	struct span content;
};

static bool
next(struct span *rest, struct seen *r)
{
	const unsigned char *p = rest->ptr;
	size_t whole;

	if (rest->len < 8 || p[0] != 1)
		return false;
	*r = (struct seen){
	    .type = p[1], .id = p[2] * 256U + p[3], .len = p[4] * 256U + p[5]};
	*rest = span_skip(*rest, 8);
	r->content =
	    span_mem(rest->ptr, r->len < rest->len ? r->len : rest->len);
	whole = r->len + p[6];
	*rest = span_skip(*rest, whole < rest->len ? whole : rest->len);
	return true;
}

struct model {
	struct span rest;
	unsigned id;
	unsigned stray;
	unsigned char *head, *body;
	size_t head_len, body_len;
	struct bytes said; /* answers to strays */
	enum fcgi_outcome head_rc, body_rc;
};

static void
say(struct model *m, unsigned type, unsigned id, const char *content)
{
	/* Of eight bytes, or none. */
	const unsigned char header[8] = {1, (unsigned char)type,
	    (unsigned char)(id / 256), (unsigned char)id, 0,
	    content == NULL ? 0 : 8};

	bytes_add(&m->said, span_mem(header, 8));
	if (content != NULL)
		bytes_add(&m->said, span_mem(content, 8));
}

/* False if it was one too many. */
static bool
is_bearable(struct model *m, const struct seen *r)
{
	const char type[8] = {(char)r->type};

	if (++m->stray > STRAY_MAX)
		return false;
	if (r->id == 0 && r->type == RECORD_GET_VALUES)
		say(m, RECORD_GET_VALUES_RESULT, 0, NULL);
	else if (r->id == 0)
		say(m, RECORD_UNKNOWN_TYPE, 0, type);
	else if (r->type == RECORD_BEGIN && r->id != m->id)
		say(m, RECORD_END, r->id, "\0\0\0\0\1\0\0");
	return true;
}

static bool
begins(struct model *m, const struct seen *r)
{
	if (r->content.len < 8)
		return false;
	if (r->content.ptr[0] * 256 + r->content.ptr[1] != 1) {
		say(m, RECORD_END, r->id, "\0\0\0\0\3\0\0");
		return false;
	}
	m->id = r->id;
	return true;
}

/* The next pair of *rest; false if there is none, or only a part of it. */
static bool
next_pair(struct span *rest, struct span *name, struct span *value)
{
	size_t len[2], at = 0;

	for (int i = 0; i < 2; i++) {
		const unsigned char *p = rest->ptr + at;

		if (at >= rest->len || (*p >= 0x80 && at + 4 > rest->len))
			return false;
		len[i] = *p < 0x80
			     ? *p
			     : (*p - 0x80U) * 0x1000000UL + p[1] * 0x10000UL +
				   p[2] * 0x100UL + p[3];
		at += *p < 0x80 ? 1 : 4;
	}
	if (len[0] + len[1] > rest->len - at)
		return false;
	*name = span_mem(rest->ptr + at, len[0]);
	*value = span_mem(rest->ptr + at + len[0], len[1]);
	*rest = span_skip(*rest, at + len[0] + len[1]);
	return true;
}

static enum fcgi_outcome
count_pairs(const struct model *m)
{
	struct span rest = span_mem(m->head, m->head_len), name, value;
	size_t n = 0;

	while (next_pair(&rest, &name, &value))
		n++;
	return n > FCGI_PEER_PAIRS_MAX ? FCGI_TOO_LARGE : FCGI_DONE;
}

static enum fcgi_outcome
expect_head(struct model *m)
{
	struct seen r;

	while (next(&m->rest, &r)) {
		if (m->id == 0 && r.id != 0 && r.type == RECORD_BEGIN) {
			if (!begins(m, &r))
				return FCGI_LOST;
			continue;
		}
		if (m->id == 0 || r.id != m->id || r.type == RECORD_BEGIN ||
		    (r.type != RECORD_ABORT && r.type != RECORD_PARAMS &&
			r.type != RECORD_STDIN)) {
			if (!is_bearable(m, &r))
				return FCGI_LOST;
			continue;
		}
		if (r.type != RECORD_PARAMS)
			return FCGI_LOST;
		if (r.len == 0)
			return count_pairs(m);
		if (m->head_len + r.len > FCGI_PEER_HEAD_MAX)
			return FCGI_TOO_LARGE;
		memcpy(m->head + m->head_len, r.content.ptr, r.content.len);
		m->head_len += r.content.len;
	}
	return FCGI_LOST;
}

static enum fcgi_outcome
expect_body(struct model *m)
{
	struct seen r;

	while (next(&m->rest, &r)) {
		if (r.id == m->id && r.type == RECORD_ABORT)
			return FCGI_LOST;
		if (r.id != m->id || r.type != RECORD_STDIN) {
			if (!is_bearable(m, &r))
				return FCGI_LOST;
			continue;
		}
		if (r.len == 0)
			return FCGI_DONE;
		memcpy(m->body + m->body_len, r.content.ptr, r.content.len);
		m->body_len += r.content.len;
	}
	return FCGI_LOST;
}

static void
expect(struct model *m, struct span wire)
{
	*m = (struct model){.rest = wire};
	m->head = malloc(wire.len + 1);
	m->body = malloc(wire.len + 1);
	must(m->head != NULL && m->body != NULL);
	m->body_rc = FCGI_LOST;
	if ((m->head_rc = expect_head(m)) == FCGI_DONE)
		m->body_rc = expect_body(m);
}

static void
forget(struct model *m)
{
	free(m->head);
	free(m->body);
	bytes_free(&m->said);
}

/* --- What is --- */

struct run {
	struct fcgi_peer peer;
	int fd; /* the web server's end; -1: closed */
	struct span wire;
	size_t cut;
	bool ended;
	struct bytes got; /* what the web server was sent */
};

/* Until there is no more for now. */
static void
drain(struct run *run)
{
	static unsigned char buf[65536];
	ssize_t n;

	while (run->fd >= 0 && (n = read(run->fd, buf, sizeof(buf))) > 0)
		bytes_add(&run->got, span_mem(buf, (size_t)n));
}

/* More arrives, or the end. */
static void
feed(struct run *run)
{
	size_t len = run->cut < run->wire.len ? run->cut : run->wire.len;
	ssize_t n;

	must(!run->ended);
	if (len > 0 && (n = write(run->fd, run->wire.ptr, len)) > 0)
		run->wire = span_skip(run->wire, (size_t)n);
	if (run->wire.len == 0) {
		run->ended = true;
		must(shutdown(run->fd, SHUT_WR) == 0);
	}
}

static enum fcgi_outcome
run_head(struct run *run)
{
	enum fcgi_outcome rc;

	while ((rc = fcgi_peer_head(&run->peer, run->ended ? FAR : 0)) ==
	       FCGI_LATE)
		feed(run);
	must(run->peer.head_len <= FCGI_PEER_HEAD_MAX);
	must(run->peer.head_room <= FCGI_PEER_HEAD_MAX);
	drain(run);
	return rc;
}

static void
check_head(const struct run *run, const struct model *m)
{
	struct span rest = span_mem(m->head, m->head_len), name, value;
	char *const *env = run->peer.env;

	for (; next_pair(&rest, &name, &value); env++) {
		must(*env != NULL);
		must(span_eq(span_mem(*env, name.len), name));
		must((*env)[name.len] == '=');
		must(span_eq(span_mem(*env + name.len + 1, value.len), value));
		must((*env)[name.len + 1 + value.len] == '\0');
	}
	must(*env == NULL);
}

static void
check_body(struct run *run, const struct model *m, size_t size)
{
	/* Of its very size, so that a byte too far is seen. */
	unsigned char *buf = malloc(size);
	enum fcgi_outcome rc;
	size_t sum = 0, n;

	must(buf != NULL);
	for (;;) {
		rc = fcgi_peer_read(
		    &run->peer, buf, size, &n, run->ended ? FAR : 0);
		if (rc == FCGI_LATE) {
			feed(run);
			continue;
		}
		if (rc != FCGI_DONE || n == 0)
			break;
		must(n <= size && n <= m->body_len - sum);
		must(memcmp(m->body + sum, buf, n) == 0);
		sum += n;
	}
	must(rc == m->body_rc && sum == m->body_len);
	/* It stays at its end. */
	must(rc != FCGI_DONE ||
	     (fcgi_peer_read(&run->peer, buf, size, &n, 0) == FCGI_DONE &&
		 n == 0));
	free(buf);
	drain(run);
}

/* One stream of an answer, whose records are before all others. */
static void
check_stream(struct span *rest, unsigned type, unsigned id, struct span want)
{
	struct seen r;

	while (want.len > 0) {
		must(next(rest, &r) && r.type == type && r.id == id);
		must(r.len > 0 && r.len <= want.len && r.len <= CONTENT_MAX);
		must(span_eq(r.content, span_mem(want.ptr, r.len)));
		want = span_skip(want, r.len);
	}
}

static void
check_end(struct span *rest, unsigned type, unsigned id, size_t len)
{
	static const char zero[8];
	struct seen r;

	must(next(rest, &r) && r.type == type && r.id == id);
	must(r.len == len && span_eq(r.content, span_mem(zero, len)));
}

struct answer {
	struct span log, head, body;
};

static void
check_answer(const struct run *run, const struct answer *a, bool unread)
{
	struct span rest = bytes_span(&run->got);
	unsigned id = run->peer.id;
	struct seen r;

	check_stream(&rest, RECORD_STDERR, id, a->log);
	check_stream(&rest, RECORD_STDOUT, id, a->head);
	check_stream(&rest, RECORD_STDOUT, id, a->body);
	check_end(&rest, RECORD_STDOUT, id, 0);
	if (a->log.len > 0)
		check_end(&rest, RECORD_STDERR, id, 0);
	check_end(&rest, RECORD_END, id, 8);
	/* When it closes, it looks once more for the end of the body. */
	while (unread && next(&rest, &r))
		must(r.len == r.content.len);
	must(rest.len == 0);
}

/* What was said of strays until now. */
static void
check_said(struct run *run, const struct model *m)
{
	must(span_eq(bytes_span(&run->got), bytes_span(&m->said)));
	bytes_free(&run->got);
}

static void
answer(struct run *run, const struct way *way, struct answer *a)
{
	static const size_t size[] = {
	    0, 1, 4071, 4072, 4073, 4096, 65527, 65528, 65529, 70000};
	static const char text[70000];

	a->head = span_str("Status: 200 OK\r\n\r\n");
	a->body = span_mem(text, pick(size, COUNT(size), way->answer));
	a->log = span_mem(text, (way->flags & LOGS) != 0 ? 5000 : 0);
	if (a->log.len > 0) {
		fcgi_peer_log(&run->peer, span_mem(text, 1000));
		fcgi_peer_log(&run->peer, span_mem(text, 4000));
	}
	fcgi_peer_answer(&run->peer, a->head, a->body);
}

static void
serve(struct run *run, const struct way *way, const struct model *m)
{
	static const size_t size[] = {
	    1, 2, 7, 8, 64, 255, 4096, 8191, 8192, 8193, 65536};
	size_t len = pick(size, COUNT(size), way->read_size);
	bool unread = m->head_rc != FCGI_DONE || (way->flags & UNREAD) != 0;
	struct answer a;

	if (m->head_rc == FCGI_DONE)
		check_head(run, m);
	if (!unread)
		check_body(run, m, len + m->body_len / 1024);
	if (!unread || m->head_rc != FCGI_DONE)
		check_said(run, m);
	bytes_free(&run->got);
	if ((way->flags & GONE) != 0) {
		close(run->fd);
		run->fd = -1;
	}
	answer(run, way, &a);
	drain(run);
	if (!run->ended && run->fd >= 0) {
		feed(run);
		shutdown(run->fd, SHUT_WR);
	}
	fcgi_peer_close(&run->peer);
	drain(run);
	if (run->fd >= 0)
		check_answer(run, &a, unread || m->body_rc != FCGI_DONE);
}

static void
talk(const struct way *way, struct span wire)
{
	static const size_t cut[] = {
	    32768, 1, 3, 7, 8, 9, 16, 100, 4096, 8191, 8192, 8193};
	static struct run run;
	int fd[2];
	struct model m;

	must(socketpair(AF_UNIX, SOCK_STREAM, 0, fd) == 0);
	must(fcntl(fd[0], F_SETFL, O_NONBLOCK) == 0);
	must(fcntl(fd[1], F_SETFL, O_NONBLOCK) == 0);
	run = (struct run){.fd = fd[1], .wire = wire};
	run.cut = pick(cut, COUNT(cut), way->cut) + wire.len / 512;
	expect(&m, wire);
	fcgi_peer_open(&run.peer, fd[0]);
	must(run_head(&run) == m.head_rc);
	must(run.peer.id == m.id);
	if (m.head_rc == FCGI_LOST) {
		check_said(&run, &m);
		shutdown(fd[1], SHUT_WR);
		fcgi_peer_close(&run.peer);
	} else {
		serve(&run, way, &m);
	}
	if (run.fd >= 0)
		close(run.fd);
	bytes_free(&run.got);
	forget(&m);
}

/* The wire with one of its records sent again and again. */
static void
repeat(const struct way *way, struct span wire, struct bytes *all)
{
	static const size_t times[] = {
	    0, 0, 1, 3, 16, 31, 64, 98, 99, 100, 255, 4096};
	size_t n = pick(times, COUNT(times), way->times), before, len;
	struct span rest = wire;
	struct bytes again = {NULL, 0};
	struct seen r;

	for (int i = way->which % 16;; i--) {
		before = wire.len - rest.len;
		if (!next(&rest, &r) || rest.len == 0)
			n = 0;
		if (n == 0 || i == 0)
			break;
	}
	len = wire.len - rest.len - before;
	if (n * len > WIRE_MAX - wire.len)
		n = (WIRE_MAX - wire.len) / len;
	bytes_add(all, span_mem(wire.ptr, before));
	if (n > 0) {
		must((again.ptr = malloc(n * len + 1)) != NULL);
		for (size_t i = 0; i < n; i++)
			memcpy(again.ptr + i * len, wire.ptr + before, len);
		again.len = n * len;
	}
	bytes_add(all, bytes_span(&again));
	bytes_add(all, span_skip(wire, before));
	bytes_free(&again);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct way way = {.flags = 0};
	struct bytes sample = {NULL, 0}, all = {NULL, 0};
	struct span wire;

	signal(SIGPIPE, SIG_IGN);
	if (size >= sizeof(way)) {
		memcpy(&way, data, sizeof(way));
		wire = span_mem(data + sizeof(way), size - sizeof(way));
	} else {
		struct records r;

		records_sample(&r, size == 0 ? 0 : data[0] % 16U);
		records_write(&r, &sample);
		records_free(&r);
		wire = bytes_span(&sample);
	}
	if (wire.len <= WIRE_MAX) {
		repeat(&way, wire, &all);
		talk(&way, bytes_span(&all));
	}
	bytes_free(&sample);
	bytes_free(&all);
	return 0;
}

size_t
LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t max, unsigned seed)
{
	struct chance chance = chance_of(seed);
	struct bytes all = {NULL, 0};
	struct records r;
	uint8_t way[sizeof(struct way)] = {0};
	size_t turns = 1 + chance_below(&chance, 4);

	if (LLVMFuzzerMutate != NULL && chance_one_in(&chance, 16))
		return LLVMFuzzerMutate(data, size, max);
	if (size < sizeof(way)) {
		records_sample(&r, size == 0 ? seed : data[0] % 16U);
	} else {
		memcpy(way, data, sizeof(way));
		records_read(
		    &r, span_mem(data + sizeof(way), size - sizeof(way)));
	}
	if (chance_one_in(&chance, 2))
		way[chance_below(&chance, sizeof(way))] =
		    (uint8_t)chance_below(&chance, 256);
	while (turns-- > 0)
		records_mutate(&r, &chance);
	bytes_add(&all, span_mem(way, sizeof(way)));
	records_write(&r, &all);
	size = all.len < max ? all.len : max;
	memcpy(data, all.ptr, size);
	records_free(&r);
	bytes_free(&all);
	return size;
}
