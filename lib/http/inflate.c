/* inflate.c - a body that zlib decodes is read like one that arrives. */
#define ZLIB_CONST
#include <zlib.h>

#include "http/inflate.h"

/* What inflateInit2() wants to be told. */
#define WINDOW_BITS 15
#define GZIP_ONLY   16

struct coding {
	const char *name, *also;
	int bits;
	bool parts; /* may consist of several, one after the other */
};

static const struct coding coding[] = {
    {"gzip", "x-gzip", WINDOW_BITS + GZIP_ONLY, true},
    {"deflate", NULL, WINDOW_BITS, false},
};

/* A body that is being decoded. */
struct decoder {
	z_stream z;
	const struct coding *coding;
	size_t room; /* bytes that may still come out */
	unsigned parts;
	bool ended;
	enum status st;
	struct reason *why;
};

static const struct coding *
coding_called(struct span name)
{
	for (size_t i = 0; i < sizeof(coding) / sizeof(coding[0]); i++) {
		if (span_is_nocase(name, coding[i].name) ||
		    (coding[i].also != NULL &&
			span_is_nocase(name, coding[i].also)))
			return &coding[i];
	}
	return NULL;
}

/*
 * Find the one coding that the headers name; NULL: none.  False if there are
 * several, or one that is not known.
 */
static bool
find_coding(const struct request *req, const struct coding **found)
{
	struct span list;
	size_t at = 0;

	*found = NULL;
	while (request_header_next(req, "Content-Encoding", &at, &list)) {
		while (list.ptr != NULL) {
			struct span name = span_trim(span_cut(&list, ','));

			if (name.len == 0 || span_is_nocase(name, "identity"))
				continue;
			if (*found != NULL ||
			    (*found = coding_called(name)) == NULL)
				return false;
		}
	}
	return true;
}

static void
give_up(struct decoder *d, enum status st, const char *text)
{
	d->st = st;
	reason_set(
	    d->why, "Content-Encoding: %s, but %s", d->coding->name, text);
}

/* One part has ended: what follows is another, or nothing. */
static void
end_part(struct decoder *d)
{
	if (d->z.avail_in == 0)
		d->ended = true;
	else if (!d->coding->parts)
		give_up(d, ST_BAD_REQUEST, "bytes follow its end");
	else if (++d->parts == INFLATE_MEMBERS)
		give_up(d, ST_BAD_REQUEST, "the body has too many parts");
	else
		inflateReset(&d->z); /* fails only for a stream that is none */
}

static void
step(struct decoder *d)
{
	switch (inflate(&d->z, Z_NO_FLUSH)) {
	case Z_OK:
		break;
	case Z_STREAM_END:
		end_part(d);
		break;
	case Z_BUF_ERROR: /* there is room, so there is no more input */
		give_up(d, ST_BAD_REQUEST, "the body ends too early");
		break;
	case Z_MEM_ERROR:
		d->st = ST_TRY_LATER;
		reason_set(d->why, "out of memory for decoding the body");
		break;
	default:
		give_up(d, ST_BAD_REQUEST,
		    d->parts > 0 && d->z.total_out == 0
			? "other bytes follow its end"
			: "the body is not, or it is damaged");
		break;
	}
}

/* A request_read_fn: the next bytes that come out. */
static ptrdiff_t
read_decoded(void *arg, unsigned char *buf, size_t len, long allowed)
{
	struct decoder *d = arg;

	(void)allowed;
	if (len > d->room)
		len = d->room;
	d->z.next_out = buf;
	d->z.avail_out = (uInt)len;
	while (d->z.avail_out == len && len > 0 && !d->ended && d->st == ST_OK)
		step(d);
	len -= d->z.avail_out;
	d->room -= len;
	return (ptrdiff_t)len;
}

static enum status
decode(
    struct request *plain, struct decoder *d, size_t max, struct spool *spool)
{
	const struct request_source source = {read_decoded, d};
	size_t most = INFLATE_RATIO * d->z.avail_in;
	enum status st;

	if (most < INFLATE_FREE)
		most = INFLATE_FREE;
	if (most > max)
		most = max;
	/* One byte more shows that it is too much. */
	d->room = most + 1;
	st = request_read_all(plain, most, spool, &source, d->why);
	if (st == ST_TOO_LARGE && most < max)
		reason_set(d->why,
		    "decoded, the body is more than %lu times as large, and "
		    "larger than %lu bytes",
		    INFLATE_RATIO, INFLATE_FREE);
	else if (st == ST_TOO_LARGE)
		reason_set(d->why,
		    "decoded, the body is larger than max_body, %zu bytes",
		    max);
	return st == ST_OK ? d->st : st;
}

enum status
inflate_request(struct request *plain, const struct request *raw, size_t max,
    struct spool *spool, struct reason *why)
{
	struct decoder d = {.st = ST_OK, .why = why};
	enum status st = ST_TRY_LATER;

	*plain = (struct request){.env = NULL};
	if (!find_coding(raw, &d.coding)) {
		reason_set(why,
		    "Content-Encoding is neither gzip nor deflate alone, and "
		    "`decompress` is set");
		return ST_BAD_REQUEST;
	}
	if (d.coding == NULL || raw->body.len == 0)
		return ST_OK;
	*plain = *raw;
	plain->owned = NULL;
	plain->map = (struct spool_map){.base = NULL};
	plain->fd = 0;
	plain->decoded = d.coding->name;
	d.z.next_in = raw->body.ptr;
	d.z.avail_in = (uInt)raw->body.len;
	if (inflateInit2(&d.z, d.coding->bits) == Z_OK) {
		st = decode(plain, &d, max, spool);
		inflateEnd(&d.z);
	} else {
		reason_set(why, "out of memory for decoding the body");
	}
	if (st != ST_OK) {
		request_free(plain);
		*plain = (struct request){.env = NULL};
	}
	return st;
}
