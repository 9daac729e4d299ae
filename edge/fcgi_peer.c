/* fcgi_peer.c - FastCGI records in, FastCGI records out. */
#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "fcgi_peer.h"
#include "wait.h"

#define VERSION     1
#define HEADER_SIZE 8
#define BEGIN_SIZE  8 /* content of a BEGIN record */
#define CONTENT_MAX 65528

enum {
	BEGIN = 1,
	ABORT,
	END,
	PARAMS,
	STDIN,
	STDOUT,
	STDERR,
	GET_VALUES = 9,
	GET_VALUES_RESULT,
	UNKNOWN_TYPE
};

enum { RESPONDER = 1 }; /* the role */

/* The last part of an END record. */
enum { REQUEST_COMPLETE, CANT_MULTIPLEX, UNKNOWN_ROLE = 3 };

/* Records that do not belong to the request, at most. */
#define STRAY_MAX 100
/* Milliseconds in which the other side must take the whole answer. */
#define ANSWER_TIME 10000
/*
 * Milliseconds in which it must close a connection that was not read whole, and
 * bytes that it may send until then.
 */
#define CLOSE_TIME 1000
#define CLOSE_MAX  (1UL << 20)

void
fcgi_peer_open(struct fcgi_peer *peer, int fd)
{
	memset(peer, 0, offsetof(struct fcgi_peer, in));
	peer->fd = fd;
}

/* --- Out --- */

static void
flush(struct fcgi_peer *peer)
{
	size_t at = 0;

	while (at < peer->used && !peer->deaf) {
		ssize_t n = write(peer->fd, peer->out + at, peer->used - at);

		if (n > 0) {
			at += (size_t)n;
			continue;
		}
		if (peer->answer_by == 0)
			peer->answer_by = wait_clock() + ANSWER_TIME;
		if (n < 0 && errno == EINTR)
			continue;
		peer->deaf = n == 0 || errno != EAGAIN ||
			     !wait_for(peer->fd, POLLOUT, peer->answer_by);
	}
	peer->said = peer->said || peer->used > 0;
	peer->used = 0;
}

static void
put(struct fcgi_peer *peer, struct span bytes)
{
	while (bytes.len > 0) {
		size_t n = sizeof(peer->out) - peer->used;

		if (n > bytes.len)
			n = bytes.len;
		memcpy(peer->out + peer->used, bytes.ptr, n);
		peer->used += n;
		bytes = span_skip(bytes, n);
		if (peer->used == sizeof(peer->out))
			flush(peer);
	}
}

static void
put_record(
    struct fcgi_peer *peer, unsigned type, unsigned id, struct span content)
{
	const unsigned char header[HEADER_SIZE] = {VERSION, (unsigned char)type,
	    (unsigned char)(id >> 8), (unsigned char)id,
	    (unsigned char)(content.len >> 8), (unsigned char)content.len};

	put(peer, span_mem(header, sizeof(header)));
	put(peer, content);
}

/* As many records as the bytes need. */
static void
put_stream(struct fcgi_peer *peer, unsigned type, struct span bytes)
{
	while (bytes.len > 0) {
		size_t n = bytes.len < CONTENT_MAX ? bytes.len : CONTENT_MAX;

		put_record(peer, type, peer->id, span_mem(bytes.ptr, n));
		bytes = span_skip(bytes, n);
	}
}

static void
put_end(struct fcgi_peer *peer, unsigned id, unsigned char how)
{
	const unsigned char content[] = {0, 0, 0, 0, how, 0, 0, 0};

	put_record(peer, END, id, span_mem(content, sizeof(content)));
}

void
fcgi_peer_log(struct fcgi_peer *peer, struct span text)
{
	peer->logged = true;
	put_stream(peer, STDERR, text);
}

void
fcgi_peer_answer(struct fcgi_peer *peer, struct span head, struct span body)
{
	const struct span nothing = {NULL, 0};

	put_stream(peer, STDOUT, head);
	put_stream(peer, STDOUT, body);
	/* An empty record ends a stream. */
	put_record(peer, STDOUT, peer->id, nothing);
	if (peer->logged)
		put_record(peer, STDERR, peer->id, nothing);
	put_end(peer, peer->id, REQUEST_COMPLETE);
	flush(peer);
}

/* --- In --- */

/* Read up to len bytes into buf. */
static enum fcgi_outcome
read_some(struct fcgi_peer *peer, unsigned char *buf, size_t len, size_t *got,
    long long end)
{
	ssize_t n;

	while ((n = read(peer->fd, buf, len)) < 0) {
		if (errno == EINTR)
			continue;
		if (errno != EAGAIN)
			return FCGI_LOST;
		if (!wait_for(peer->fd, POLLIN, end))
			return FCGI_LATE;
	}
	*got = (size_t)n;
	return n > 0 ? FCGI_DONE : FCGI_LOST;
}

/* Have at least want bytes in peer->in. */
static enum fcgi_outcome
need(struct fcgi_peer *peer, size_t want, long long end)
{
	enum fcgi_outcome rc;
	size_t n;

	if (peer->at + want > sizeof(peer->in) || peer->at == peer->end) {
		memmove(peer->in, peer->in + peer->at, peer->end - peer->at);
		peer->end -= peer->at;
		peer->at = 0;
	}
	while (peer->end - peer->at < want) {
		rc = read_some(peer, peer->in + peer->end,
		    sizeof(peer->in) - peer->end, &n, end);
		if (rc != FCGI_DONE)
			return rc;
		peer->end += n;
	}
	return FCGI_DONE;
}

/* Pass over the rest of a record: *left bytes. */
static enum fcgi_outcome
skip(struct fcgi_peer *peer, size_t *left, long long end)
{
	while (*left > 0) {
		enum fcgi_outcome rc = need(peer, 1, end);
		size_t n = peer->end - peer->at;

		if (rc != FCGI_DONE)
			return rc;
		if (n > *left)
			n = *left;
		peer->at += n;
		*left -= n;
	}
	return FCGI_DONE;
}

/* Read the header of the next record. */
static enum fcgi_outcome
next_record(struct fcgi_peer *peer, long long end)
{
	enum fcgi_outcome rc = skip(peer, &peer->left, end);
	const unsigned char *header;

	if (rc == FCGI_DONE)
		rc = skip(peer, &peer->pad, end);
	if (rc == FCGI_DONE)
		rc = need(peer, HEADER_SIZE, end);
	if (rc != FCGI_DONE)
		return rc;
	header = peer->in + peer->at;
	if (header[0] != VERSION)
		return FCGI_LOST;
	peer->type = header[1];
	peer->record_id = (unsigned)header[2] << 8 | header[3];
	peer->left = (size_t)header[4] << 8 | header[5];
	peer->pad = header[6];
	peer->at += HEADER_SIZE;
	return FCGI_DONE;
}

/* A record that does not belong to the request. */
static enum fcgi_outcome
answer_stray(struct fcgi_peer *peer)
{
	const unsigned char type[BEGIN_SIZE] = {(unsigned char)peer->type};

	if (++peer->stray > STRAY_MAX)
		return FCGI_LOST;
	/* None of the values that can be asked for is known. */
	if (peer->record_id == 0 && peer->type == GET_VALUES)
		put_record(peer, GET_VALUES_RESULT, 0, (struct span){NULL, 0});
	else if (peer->record_id == 0)
		put_record(peer, UNKNOWN_TYPE, 0, span_mem(type, sizeof(type)));
	else if (peer->type == BEGIN && peer->record_id != peer->id)
		put_end(peer, peer->record_id, CANT_MULTIPLEX);
	flush(peer);
	return FCGI_DONE;
}

/* True if the record begins the request. */
static bool
is_first(const struct fcgi_peer *peer)
{
	return peer->id == 0 && peer->record_id != 0 && peer->type == BEGIN;
}

/* True if the record is a part of the request, of this type. */
static bool
is_part(const struct fcgi_peer *peer, unsigned type)
{
	return peer->id != 0 && peer->record_id == peer->id &&
	       peer->type == type;
}

/*
 * Read the header of the next record of the request: the first one, or one of
 * this type.
 */
static enum fcgi_outcome
next_part(struct fcgi_peer *peer, unsigned type, long long end)
{
	for (;;) {
		enum fcgi_outcome rc = next_record(peer, end);

		if (rc != FCGI_DONE || is_first(peer) || is_part(peer, type))
			return rc;
		/* A body before the end of the variables would be cut. */
		if (is_part(peer, ABORT) || is_part(peer, STDIN))
			return FCGI_LOST;
		if ((rc = answer_stray(peer)) != FCGI_DONE)
			return rc;
	}
}

/* The first record of the request was read, up to its content. */
static enum fcgi_outcome
begin(struct fcgi_peer *peer, long long end)
{
	enum fcgi_outcome rc;
	const unsigned char *content;

	if (peer->left < BEGIN_SIZE)
		return FCGI_LOST;
	if ((rc = need(peer, BEGIN_SIZE, end)) != FCGI_DONE)
		return rc;
	content = peer->in + peer->at;
	if (content[0] != 0 || content[1] != RESPONDER) {
		put_end(peer, peer->record_id, UNKNOWN_ROLE);
		flush(peer);
		return FCGI_LOST;
	}
	peer->id = peer->record_id;
	return FCGI_DONE;
}

/* Have room for the content of a PARAMS record. */
static enum fcgi_outcome
make_room(struct fcgi_peer *peer)
{
	size_t want = peer->head_len + peer->left, room = peer->head_room;
	unsigned char *grown;

	if (want > FCGI_PEER_HEAD_MAX)
		return FCGI_TOO_LARGE;
	if (want <= room)
		return FCGI_DONE;
	room = want > 2 * room ? want : 2 * room;
	if (room > FCGI_PEER_HEAD_MAX)
		room = FCGI_PEER_HEAD_MAX;
	if ((grown = realloc(peer->head, room)) == NULL)
		return FCGI_NO_MEMORY;
	peer->head = grown;
	peer->head_room = room;
	return FCGI_DONE;
}

/* Add the content of a PARAMS record to the head. */
static enum fcgi_outcome
add_params(struct fcgi_peer *peer, long long end)
{
	enum fcgi_outcome rc = make_room(peer);

	if (rc != FCGI_DONE)
		return rc;
	while (peer->left > 0) {
		size_t n;

		if ((rc = need(peer, 1, end)) != FCGI_DONE)
			return rc;
		n = peer->end - peer->at;
		if (n > peer->left)
			n = peer->left;
		memcpy(peer->head + peer->head_len, peer->in + peer->at, n);
		peer->head_len += n;
		peer->at += n;
		peer->left -= n;
	}
	return FCGI_DONE;
}

/* Read one length of a pair from the start of *rest. */
static bool
take_length(struct span *rest, size_t *len)
{
	const unsigned char *p = rest->ptr;

	if (rest->len < 1)
		return false;
	*len = p[0];
	if (p[0] < 0x80) {
		*rest = span_skip(*rest, 1);
		return true;
	}
	if (rest->len < 4)
		return false;
	*len = (size_t)(p[0] & 0x7f) << 24 | (size_t)p[1] << 16 |
	       (size_t)p[2] << 8 | p[3];
	*rest = span_skip(*rest, 4);
	return true;
}

/*
 * Turn the pairs into strings NAME=value, where they lie: "=" and the NUL take
 * no more room than the two lengths.  Pairs that are cut short are left out.
 */
static enum fcgi_outcome
make_env(struct fcgi_peer *peer)
{
	struct span rest = span_mem(peer->head, peer->head_len);
	unsigned char *to = peer->head;
	size_t name, value, n = 0, room = 0;

	for (;;) {
		if (n + 1 >= room) {
			char **grown;

			room = room == 0 ? 64 : 2 * room;
			grown = realloc(peer->env, room * sizeof(*peer->env));
			if (grown == NULL)
				return FCGI_NO_MEMORY;
			peer->env = grown;
		}
		peer->env[n] = NULL;
		if (!take_length(&rest, &name) || !take_length(&rest, &value) ||
		    name > rest.len || value > rest.len - name)
			return FCGI_DONE;
		if (n == FCGI_PEER_PAIRS_MAX)
			return FCGI_TOO_LARGE;
		peer->env[n++] = (char *)to;
		memmove(to, rest.ptr, name);
		to += name;
		*to++ = '=';
		memmove(to, rest.ptr + name, value);
		to += value;
		*to++ = '\0';
		rest = span_skip(rest, name + value);
	}
}

enum fcgi_outcome
fcgi_peer_head(struct fcgi_peer *peer, long long end)
{
	for (;;) {
		enum fcgi_outcome rc = FCGI_DONE;

		/* In the middle of a record, if the last call was late. */
		if (is_first(peer))
			rc = begin(peer, end);
		else if (peer->left > 0 && is_part(peer, PARAMS))
			rc = add_params(peer, end);
		if (rc == FCGI_DONE)
			rc = next_part(peer, PARAMS, end);
		if (rc != FCGI_DONE)
			return rc;
		if (peer->left == 0 && is_part(peer, PARAMS))
			return make_env(peer);
	}
}

enum fcgi_outcome
fcgi_peer_read(struct fcgi_peer *peer, unsigned char *buf, size_t len,
    size_t *got, long long end)
{
	enum fcgi_outcome rc;

	*got = 0;
	while (!peer->ended && (peer->left == 0 || !is_part(peer, STDIN))) {
		if ((rc = next_part(peer, STDIN, end)) != FCGI_DONE)
			return rc;
		peer->ended = peer->left == 0;
	}
	if (peer->ended)
		return FCGI_DONE;
	if (len > peer->left)
		len = peer->left;
	if (peer->at == peer->end) {
		rc = read_some(peer, buf, len, got, end);
		if (rc != FCGI_DONE)
			return rc;
	} else {
		*got = peer->end - peer->at < len ? peer->end - peer->at : len;
		memcpy(buf, peer->in + peer->at, *got);
		peer->at += *got;
	}
	peer->left -= *got;
	return FCGI_DONE;
}

/*
 * Wait until the other side closes.  If data of the other side arrived after
 * the connection was closed, the kernel would throw away the answer.
 */
static void
linger(struct fcgi_peer *peer)
{
	long long end = wait_clock() + CLOSE_TIME;
	size_t sum = 0;
	ssize_t n;

	shutdown(peer->fd, SHUT_WR);
	while (sum < CLOSE_MAX && wait_clock() < end &&
	       wait_for(peer->fd, POLLIN, end)) {
		n = read(peer->fd, peer->in, sizeof(peer->in));
		if (n <= 0)
			break;
		sum += (size_t)n;
	}
}

bool
fcgi_peer_is_over(struct fcgi_peer *peer)
{
	unsigned char rest[64];
	size_t got;

	if (peer->id != 0 && !peer->ended)
		(void)fcgi_peer_read(peer, rest, sizeof(rest), &got, 0);
	return !peer->said || peer->ended || peer->deaf;
}

void
fcgi_peer_close(struct fcgi_peer *peer)
{
	if (!fcgi_peer_is_over(peer))
		linger(peer);
	close(peer->fd);
	free(peer->env);
	free(peer->head);
	peer->env = NULL;
	peer->head = NULL;
	peer->fd = -1;
}
