/*
 * load.c - signed events, no two alike, over kept connections.
 *
 *	load PORT PATH SECRET TAG SENDERS SECONDS [BYTES [EVENTS]]
 *
 * Each sender posts an event to 127.0.0.1:PORT, waits for the answer, and posts
 * the next; a body of more than the kernel buffers keeps the others waiting
 * meanwhile.  Bodies have BYTES bytes, 1024 by default.  Ids are TAG, a hyphen,
 * and eight digits that count from 0; with EVENTS, they count to EVENTS - 1 and
 * start again, so that the others are duplicates.  What was begun is finished
 * before the end, so that every event has one of three outcomes.  Writes one
 * line:
 *
 *	events a second, p50 and p99 in milliseconds   of those after WARM_UP
 *	events accepted, refused, without an answer    of all
 *	distinct events that were sent                 by their signatures
 */
#include <arpa/inet.h>
#include <err.h>
#include <openssl/evp.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <time.h>
#include <unistd.h>

#define WARM_UP     0.2 /* seconds */
#define DEADLINE    60  /* seconds that an answer may take */
#define SENDERS_MAX 1024
#define EVENTS_MAX  (1 << 22)
#define BYTES       1024
#define BYTES_MIN   512
#define BYTES_MAX   (64UL << 20)
#define MAC_LEN     32

struct sender {
	int fd; /* or -1: closed after an answer that said so */
	double begun;
	size_t got;
	char in[4096];
};

static struct {
	struct sockaddr_in to;
	const char *path, *tag;
	EVP_MAC_CTX *mac;
	char *body;
	size_t body_len;
	int ep;
	unsigned long begun, accepted, refused, lost;
	unsigned long events;      /* ids to use */
	double from, end;          /* what begins between is measured */
	float took[EVENTS_MAX];    /* seconds */
	uint64_t sent[EVENTS_MAX]; /* the first bytes of signatures */
	unsigned long measured;
} all;

static double
now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

/* One key schedule for all events. */
static void
set_key(const char *secret)
{
	EVP_MAC *type = EVP_MAC_fetch(NULL, "HMAC", NULL);
	char digest[] = "SHA256";
	OSSL_PARAM param[] = {
	    OSSL_PARAM_utf8_string("digest", digest, 0),
	    OSSL_PARAM_END,
	};

	all.mac = EVP_MAC_CTX_new(type);
	if (all.mac == NULL ||
	    !EVP_MAC_init(
		all.mac, (const unsigned char *)secret, strlen(secret), param))
		errx(1, "no HMAC");
	EVP_MAC_free(type);
}

static void
sign(char hex[static 2 * MAC_LEN + 1])
{
	static const char digit[] = "0123456789abcdef";
	unsigned char mac[MAC_LEN];
	size_t len;

	if (!EVP_MAC_init(all.mac, NULL, 0, NULL) ||
	    !EVP_MAC_update(
		all.mac, (const unsigned char *)all.body, all.body_len) ||
	    !EVP_MAC_final(all.mac, mac, &len, sizeof(mac)))
		errx(1, "no HMAC");
	for (size_t i = 0; i < MAC_LEN; i++) {
		hex[2 * i] = digit[mac[i] >> 4];
		hex[2 * i + 1] = digit[mac[i] & 15];
	}
	hex[2 * MAC_LEN] = '\0';
	if (all.begun >= EVENTS_MAX)
		errx(1, "more than %d events", EVENTS_MAX);
	memcpy(&all.sent[all.begun++], mac, sizeof(all.sent[0]));
}

/* Pretty-printed, as Coral does, and filled up; set_id() does the rest. */
static void
make_body(size_t len)
{
	static const char end[] =
	    "\"\n  },\n  \"type\": \"STORY_CREATED\",\n"
	    "  \"tenantID\": \"bench\",\n"
	    "  \"tenantDomain\": \"coral.example.com\"\n}";
	int used;

	all.body_len = len;
	all.body = malloc(len + 1);
	if (all.body == NULL)
		err(1, "body");
	memset(all.body, 'a', len);
	used = snprintf(all.body, len,
	    "{\n  \"id\": \"%s-%08d\",\n"
	    "  \"createdAt\": \"2026-11-21T20:30:00.000Z\",\n  \"data\": {\n"
	    "    \"storyID\": \"2c1e7c6e-7f55-4b53-8c1a-6c4d3f9b9a01\",\n"
	    "    \"siteID\": \"c8b2a2a6-5f4e-4f1b-9c7c-0d1e2f3a4b5c\",\n"
	    "    \"storyURL\": \"https://example.com/",
	    all.tag, 0);
	all.body[used] = 'a';
	memcpy(all.body + len - (sizeof(end) - 1), end, sizeof(end) - 1);
}

static void
set_id(unsigned long n)
{
	char *digit = strchr(all.body, ',') - 1;

	for (int i = 0; i < 8; i++, n /= 10)
		*--digit = (char)('0' + n % 10);
}

static void
open_connection(struct sender *s)
{
	struct epoll_event event = {.events = EPOLLIN, .data.ptr = s};

	s->fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (s->fd < 0 ||
	    connect(s->fd, (struct sockaddr *)&all.to, sizeof(all.to)) != 0 ||
	    epoll_ctl(all.ep, EPOLL_CTL_ADD, s->fd, &event) != 0)
		err(1, "connection");
}

/* False if the server went away; the answer says why, if there is one. */
static bool
write_all(int fd, struct iovec *part, int parts)
{
	while (parts > 0) {
		ssize_t n = writev(fd, part, parts);

		if (n < 0)
			return false;
		for (; parts > 0 && (size_t)n >= part->iov_len; parts--, part++)
			n -= (ssize_t)part->iov_len;
		if (parts > 0) {
			part->iov_base = (char *)part->iov_base + n;
			part->iov_len -= (size_t)n;
		}
	}
	return true;
}

static void
post(struct sender *s)
{
	char hex[2 * MAC_LEN + 1], head[1024];
	int len;

	set_id(all.begun % all.events);
	sign(hex);
	len = snprintf(head, sizeof(head),
	    "POST %s HTTP/1.1\r\n"
	    "Host: localhost\r\n"
	    "Content-Type: application/json\r\n"
	    "Content-Length: %zu\r\n"
	    "X-Coral-Event: STORY_CREATED\r\n"
	    "X-Coral-Signature: sha256=%s\r\n"
	    "\r\n",
	    all.path, all.body_len, hex);
	if (s->fd < 0)
		open_connection(s);
	s->got = 0;
	s->begun = now();
	write_all(s->fd,
	    (struct iovec[]){{head, (size_t)len}, {all.body, all.body_len}}, 2);
}

static void
close_connection(struct sender *s)
{
	close(s->fd);
	s->fd = -1;
}

/* The value of a header of the answer, or NULL. */
static const char *
header(const struct sender *s, const char *name)
{
	size_t len = strlen(name);
	const char *line = s->in;

	while ((line = strstr(line, "\r\n")) != NULL) {
		line += 2;
		if (strncasecmp(line, name, len) == 0)
			return line + len;
	}
	return NULL;
}

/* Whether all of the answer is there. */
static bool
is_whole(const struct sender *s)
{
	const char *end = strstr(s->in, "\r\n\r\n");
	const char *length = header(s, "Content-Length: ");

	if (end == NULL)
		return false;
	if (length == NULL)
		errx(1, "an answer without Content-Length:\n%s", s->in);
	return s->got >= (size_t)(end + 4 - s->in) + strtoul(length, NULL, 10);
}

static void
take_answer(struct sender *s)
{
	const char *connection = header(s, "Connection: ");

	if (strncmp(s->in, "HTTP/1.1 2", 10) == 0)
		all.accepted++;
	else
		all.refused++;
	if (s->begun >= all.from)
		all.took[all.measured++] = (float)(now() - s->begun);
	if (connection != NULL && strncasecmp(connection, "close", 5) == 0)
		close_connection(s);
}

/* True if the sender is free for the next event. */
static bool
read_answer(struct sender *s)
{
	ssize_t n = read(s->fd, s->in + s->got, sizeof(s->in) - 1 - s->got);

	if (n <= 0) {
		all.lost++;
		close_connection(s);
		return true;
	}
	s->got += (size_t)n;
	s->in[s->got] = '\0';
	if (!is_whole(s))
		return false;
	take_answer(s);
	return true;
}

/* On a machine that is too busy, until one event was measured. */
static bool
goes_on(void)
{
	return now() < all.end || (all.measured == 0 && all.lost == 0);
}

static void
run(struct sender *sender, size_t senders)
{
	struct epoll_event event[64];
	size_t busy = senders;

	for (size_t i = 0; i < senders; i++)
		post(&sender[i]);
	while (busy > 0) {
		int n = epoll_wait(all.ep, event, 64, DEADLINE * 1000);

		if (n <= 0) {
			all.lost += busy;
			return;
		}
		for (int i = 0; i < n; i++) {
			if (!read_answer(event[i].data.ptr))
				continue;
			if (goes_on())
				post(event[i].data.ptr);
			else
				busy--;
		}
	}
}

static int
by_size(const void *a, const void *b)
{
	float x = *(const float *)a, y = *(const float *)b;

	return (x > y) - (x < y);
}

static int
by_value(const void *a, const void *b)
{
	uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;

	return (x > y) - (x < y);
}

static unsigned long
distinct(void)
{
	unsigned long n = 0;

	qsort(all.sent, all.begun, sizeof(all.sent[0]), by_value);
	for (unsigned long i = 0; i < all.begun; i++)
		n += i == 0 || all.sent[i] != all.sent[i - 1];
	return n;
}

/* Of what is sorted, in milliseconds. */
static double
percentile(unsigned long p)
{
	if (all.measured == 0)
		return 0;
	return (double)all.took[(all.measured - 1) * p / 100] * 1e3;
}

static size_t
number(const char *text, size_t least, size_t most, const char *what)
{
	char *end;
	size_t n = strtoul(text, &end, 10);

	if (*text == '\0' || *end != '\0' || n < least || n > most)
		errx(2, "%s: %zu to %zu", what, least, most);
	return n;
}

int
main(int argc, char *argv[])
{
	static struct sender sender[SENDERS_MAX];
	size_t senders;

	if (argc < 7 || argc > 9)
		errx(2, "usage: load PORT PATH SECRET TAG SENDERS SECONDS "
			"[BYTES [EVENTS]]");
	all.to = (struct sockaddr_in){
	    .sin_family = AF_INET,
	    .sin_port = htons((uint16_t)number(argv[1], 1, 65535, "port")),
	    .sin_addr.s_addr = htonl(INADDR_LOOPBACK),
	};
	all.path = argv[2];
	set_key(argv[3]);
	all.tag = argv[4];
	senders = number(argv[5], 1, SENDERS_MAX, "senders");
	make_body(
	    argc < 8 ? BYTES : number(argv[7], BYTES_MIN, BYTES_MAX, "bytes"));
	all.events =
	    argc < 9 ? EVENTS_MAX : number(argv[8], 1, EVENTS_MAX, "events");
	signal(SIGPIPE, SIG_IGN);
	all.ep = epoll_create1(EPOLL_CLOEXEC);
	for (size_t i = 0; i < senders; i++)
		sender[i].fd = -1;
	all.from = now() + WARM_UP;
	all.end = all.from + strtod(argv[6], NULL);
	run(sender, senders);
	all.end = now();
	qsort(all.took, all.measured, sizeof(all.took[0]), by_size);
	printf("%.0f %.3f %.3f %lu %lu %lu %lu\n",
	    (double)all.measured / (all.end - all.from), percentile(50),
	    percentile(99), all.accepted, all.refused, all.lost, distinct());
	return 0;
}
