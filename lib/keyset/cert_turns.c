/* cert_turns.c - a file of fixed size with the URLs of the last time. */
#include <arpa/inet.h>
#include <fcntl.h>
#include <inttypes.h>
#include <string.h>
#include <sys/random.h>
#include <unistd.h>

#include "base/file.h"
#include "crypto/digest.h"
#include "keyset/cert_turns.h"
#include "keyset/fetchlock.h"

#define MAGIC   "turns 1\n"
#define HOUR    3600
#define LOCK_MS 1000 /* the file is locked for a few system calls */

/* Bytes of the file that are locked: one for its content, one for each URL. */
#define LOCK_CONTENT   0
#define LOCK_URL(hash) (1 + (off_t)((hash) >> 2))

/* Seconds since a URL was first asked for, of the rows for those that wait. */
static const int64_t age[] = {0, 5, 60};

#define AGES (sizeof(age) / sizeof(age[0]))

/* O_NONBLOCK: others may have put a FIFO there. */
#define OPEN_TURNS (O_RDWR | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC)

/* The file: a head, CERT_TURNS_TRIED cells, CERT_TURNS_ASKED cells. */
struct head {
	char magic[sizeof(MAGIC) - 1];
	unsigned char key[16];
	/* When each row had its last turn. */
	int64_t turn[CERT_TURNS_CLIENTS];
	int64_t again[AGES];
};

/* A URL, and a time in seconds since 1970; zeroed: none. */
struct cell {
	uint64_t url;
	int64_t when; /* first asked for, or last tried; negative: twice */
};

#define TRIED_AT(hash) \
	(sizeof(struct head) + (hash) % CERT_TURNS_TRIED * sizeof(struct cell))
#define ASKED_AT(hash)                                       \
	(sizeof(struct head) +                               \
	    (CERT_TURNS_TRIED + (hash) % CERT_TURNS_ASKED) * \
		sizeof(struct cell))

static bool
read_head(int fd, struct head *head)
{
	return pread(fd, head, sizeof(*head), 0) == (ssize_t)sizeof(*head) &&
	       memcmp(head->magic, MAGIC, sizeof(head->magic)) == 0;
}

static bool
write_head(int fd, const struct head *head)
{
	return file_put(fd, span_mem(head, sizeof(*head)), 0);
}

/* Where the file ends, the cell is zeroed. */
static bool
read_cell(int fd, size_t at, struct cell *cell)
{
	*cell = (struct cell){.url = 0};
	return pread(fd, cell, sizeof(*cell), (off_t)at) >= 0;
}

static bool
write_cell(int fd, size_t at, const struct cell *cell)
{
	return file_put(fd, span_mem(cell, sizeof(*cell)), at);
}

static bool
begin_file(int fd, struct head *head)
{
	*head = (struct head){.turn = {0}};
	memcpy(head->magic, MAGIC, sizeof(head->magic));
	return getrandom(head->key, sizeof(head->key), 0) ==
		   (ssize_t)sizeof(head->key) &&
	       ftruncate(fd, 0) == 0 && write_head(fd, head);
}

/*
 * Open the file, lock its content and read its head; what is damaged begins
 * anew.  Returns the descriptor, or -1 with why set.
 */
static int
open_content(const char *path, struct head *head, struct reason *why)
{
	int fd = open(path, OPEN_TURNS | O_CREAT, 0600);

	if (fd < 0) {
		reason_errno(why, "%s cannot be opened", path);
		return -1;
	}
	switch (lock_byte(fd, LOCK_CONTENT, LOCK_MS)) {
	case LOCK_TAKEN:
		if (read_head(fd, head) || begin_file(fd, head))
			return fd;
		reason_errno(why, "%s cannot be written", path);
		break;
	case LOCK_BUSY:
		reason_set(why, "another process holds the lock on %s", path);
		break;
	case LOCK_FAILED:
		reason_errno(why, "%s cannot be locked", path);
		break;
	}
	close(fd);
	return -1;
}

static uint64_t
hash(const struct head *head, struct span text)
{
	const struct span part[] = {
	    span_mem(head->key, sizeof(head->key)), text};
	unsigned char digest[DIGEST_MAX];
	uint64_t number;

	digest_hash(DIGEST_SHA256, part, 2, digest);
	memcpy(&number, digest, sizeof(number));
	return number;
}

/* Of an IPv6 address its network, in which a client can take any address. */
static struct span
network_of(struct span client, unsigned char bytes[static 16])
{
	char text[INET6_ADDRSTRLEN];

	if (client.len == 0 || client.len >= sizeof(text))
		return client;
	memcpy(text, client.ptr, client.len);
	text[client.len] = '\0';
	return inet_pton(AF_INET6, text, bytes) == 1 ? span_mem(bytes, 8)
						     : client;
}

bool
cert_turns_open(struct cert_turns *turns, const char *path, const char *url,
    struct span client, struct reason *why)
{
	unsigned char bytes[16];
	struct head head;
	int fd = open_content(path, &head, why);

	*turns = (struct cert_turns){.path = path, .fd = -1};
	if (fd < 0)
		return false;
	close(fd);
	turns->url = hash(&head, span_str(url));
	turns->client = hash(&head, network_of(client, bytes));
	turns->fd = open(path, OPEN_TURNS);
	if (turns->fd < 0)
		reason_errno(why, "%s cannot be opened", path);
	return turns->fd >= 0;
}

enum lock
cert_turns_lock(struct cert_turns *turns, int wait_ms)
{
	return lock_byte(turns->fd, LOCK_URL(turns->url), wait_ms);
}

/* A time in the future was noted before the clock was set back. */
static bool
is_within(int64_t when, int64_t now, int64_t seconds)
{
	return when != 0 && when <= now + FETCHLOCK_SLACK &&
	       now - when < seconds;
}

/* True if the row of the client has a turn, which is noted in *head. */
static bool
take_first(const struct cert_turns *turns, int64_t now, struct head *head)
{
	int64_t *turn = &head->turn[turns->client % CERT_TURNS_CLIENTS];

	if (is_within(*turn, now, CERT_TURNS_EACH))
		return false;
	*turn = now;
	return true;
}

/* True if there is a turn for a URL that waits, which is noted in *head. */
static bool
take_again(int64_t first, int64_t now, struct head *head)
{
	for (size_t i = 0; i < AGES; i++) {
		if (now - first < age[i] || is_within(head->again[i], now, 1))
			continue;
		head->again[i] = now;
		return true;
	}
	return false;
}

static bool
has_failed(const struct cell *tried, bool known, int64_t now)
{
	bool twice = tried->when < 0;
	int64_t when = imaxabs(tried->when);

	if (known)
		return is_within(when, now, CERT_TURNS_KNOWN);
	return is_within(
	    when, now, twice ? CERT_TURNS_FAILED_TWICE : CERT_TURNS_FAILED);
}

/* Called with the lock on the content held. */
static enum cert_turn
take(const struct cert_turns *turns, int fd, bool known, int64_t now,
    struct head *head)
{
	const struct cell none = {0, 0};
	struct cell tried, asked;
	bool waits;

	if (!read_cell(fd, TRIED_AT(turns->url), &tried) ||
	    !read_cell(fd, ASKED_AT(turns->url), &asked))
		return CERT_TURN_FAULT;
	if (tried.url != turns->url)
		tried = none;
	if (has_failed(&tried, known, now))
		return CERT_TURN_TRIED;
	waits = asked.url == turns->url && is_within(asked.when, now, HOUR);
	if (!known && !take_first(turns, now, head) &&
	    !(waits && take_again(asked.when, now, head))) {
		asked = (struct cell){turns->url, waits ? asked.when : now};
		return write_cell(fd, ASKED_AT(turns->url), &asked)
			   ? CERT_TURN_CROWDED
			   : CERT_TURN_FAULT;
	}
	tried = (struct cell){
	    turns->url, is_within(imaxabs(tried.when), now, HOUR) ? -now : now};
	/* Without the note, every delivery would fetch: on a full disk, say. */
	if (!write_head(fd, head) ||
	    !write_cell(fd, TRIED_AT(turns->url), &tried) ||
	    (waits && !write_cell(fd, ASKED_AT(turns->url), &none)))
		return CERT_TURN_FAULT;
	return CERT_TURN_NOW;
}

enum cert_turn
cert_turns_take(
    struct cert_turns *turns, bool known, int64_t now, struct reason *why)
{
	enum cert_turn turn;
	struct head head;
	int fd = open_content(turns->path, &head, why);

	if (fd < 0)
		return CERT_TURN_FAULT;
	turn = take(turns, fd, known, now, &head);
	if (turn == CERT_TURN_FAULT)
		reason_errno(why, "%s cannot be written", turns->path);
	close(fd);
	return turn;
}

void
cert_turns_close(struct cert_turns *turns)
{
	if (turns->fd >= 0)
		close(turns->fd);
	turns->fd = -1;
}
