/* records.c - records and pairs, and what can be wrong with them. */
#include "records.h"

#include "../fuzz.h"
#include "mutate.h"

#define HEADER       8
#define CONTENT_MAX  65535
#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static const struct span begin_content = {
    (const unsigned char *)"\0\1\0\0\0\0\0\0", 8};

static struct record *
insert(struct records *r, size_t at, unsigned type, unsigned id,
    struct span content)
{
	struct record *new;

	if (r->n == RECORDS_MAX)
		return &r->record[0];
	memmove(r->record + at + 1, r->record + at,
	    (r->n - at) * sizeof(r->record[0]));
	r->n++;
	new = &r->record[at];
	*new = (struct record){type, id, 0, {NULL, 0}};
	bytes_add(&new->content, content);
	return new;
}

static void
add(struct records *r, unsigned type, struct span content)
{
	insert(r, r->n, type, 1, content);
}

static void
drop(struct records *r, size_t at)
{
	bytes_free(&r->record[at].content);
	r->n--;
	memmove(r->record + at, r->record + at + 1,
	    (r->n - at) * sizeof(r->record[0]));
}

/* One length of a pair: in one byte if that is possible and wanted. */
static void
put_length(struct bytes *text, size_t len, bool wide)
{
	const unsigned char four[4] = {(unsigned char)(len >> 24 | 0x80),
	    (unsigned char)(len >> 16), (unsigned char)(len >> 8),
	    (unsigned char)len};

	if (wide || len > 0x7f)
		bytes_add(text, span_mem(four, 4));
	else
		bytes_add(text, span_mem(four + 3, 1));
}

static void
put_pair(struct bytes *text, const char *name, const char *value, bool wide)
{
	put_length(text, strlen(name), wide);
	put_length(text, strlen(value), wide);
	bytes_put(text, name);
	bytes_put(text, value);
}

static void
put_variables(struct bytes *text, bool wide)
{
	put_pair(text, "REQUEST_METHOD", "POST", wide);
	put_pair(text, "PATH_INFO", "/stripe", wide);
	put_pair(text, "CONTENT_LENGTH", "13", wide);
	put_pair(text, "HTTP_EMPTY", "", wide);
}

/* The body of a request, in as many records as it has lines. */
static void
add_body(struct records *r, const char *body)
{
	struct span rest = span_str(body);

	while (rest.len > 0)
		add(r, RECORD_STDIN, span_cut(&rest, '\n'));
	add(r, RECORD_STDIN, rest);
}

void
records_sample(struct records *r, size_t which)
{
	const struct span none = span_str("");
	struct bytes pairs = {NULL, 0};
	size_t half;

	*r = (struct records){.n = 0};
	if (which == 1)
		insert(r, 0, RECORD_GET_VALUES, 0,
		    span_str("\16\0FCGI_MAX_CONNS"));
	if (which == 2)
		insert(r, 0, 77, 0, span_str("what is that?"));
	add(r, RECORD_BEGIN, begin_content);
	put_variables(&pairs, which == 3);
	half = which == 4 ? pairs.len / 2 : pairs.len;
	add(r, RECORD_PARAMS, span_mem(pairs.ptr, half));
	if (half < pairs.len)
		add(r, RECORD_PARAMS, span_skip(bytes_span(&pairs), half));
	if (which == 5)
		insert(r, r->n, RECORD_BEGIN, 2, begin_content);
	add(r, RECORD_PARAMS, none);
	add_body(r, which == 6 ? "" : "{\"id\":\n\"evt_1\"}");
	if (which == 7)
		insert(r, r->n - 1, RECORD_ABORT, 1, none);
	if (which == 8)
		drop(r, r->n - 1);
	for (size_t i = 0; i < r->n && which == 9; i++)
		r->record[i].pad = (unsigned)(i * 37 % 256);
	bytes_free(&pairs);
}

void
records_read(struct records *r, struct span wire)
{
	*r = (struct records){.n = 0};
	while (r->n < RECORDS_MAX && wire.len >= HEADER && wire.ptr[0] == 1) {
		const unsigned char *p = wire.ptr;
		size_t len = (size_t)p[4] << 8 | p[5];
		struct record *new;

		if (wire.len - HEADER < len + p[6])
			break;
		new = insert(r, r->n, p[1], (unsigned)p[2] << 8 | p[3],
		    span_mem(p + HEADER, len));
		new->pad = p[6];
		wire = span_skip(wire, HEADER + len + p[6]);
	}
	bytes_add(&r->rest, wire);
}

void
records_write(const struct records *r, struct bytes *wire)
{
	static const unsigned char padding[256] = {0};

	for (size_t i = 0; i < r->n; i++) {
		const struct record *one = &r->record[i];
		size_t len = one->content.len;
		const unsigned char header[HEADER] = {1,
		    (unsigned char)one->type, (unsigned char)(one->id >> 8),
		    (unsigned char)one->id, (unsigned char)(len >> 8),
		    (unsigned char)len, (unsigned char)one->pad, 0};

		bytes_add(wire, span_mem(header, HEADER));
		bytes_add(wire, bytes_span(&one->content));
		bytes_add(wire, span_mem(padding, one->pad));
	}
	bytes_add(wire, bytes_span(&r->rest));
}

void
records_free(struct records *r)
{
	while (r->n > 0)
		bytes_free(&r->record[--r->n].content);
	bytes_free(&r->rest);
}

/* --- Changes --- */

/* A pair whose lengths may be lies, at the start, at the end or anywhere. */
static void
insert_pair(struct bytes *content, struct chance *chance)
{
	static const size_t len[] = {0, 1, 2, 126, 127, 128, 129, 255, 256,
	    4096, 8184, 16384, 0xffff, 0x7fffffff, 0x7ffffffe, 0x40000000};
	static const char filler[9000];
	size_t name = len[chance_below(chance, COUNT(len))];
	size_t value = len[chance_below(chance, COUNT(len))];
	const size_t at[] = {
	    0, content->len, chance_below(chance, content->len + 1)};
	struct bytes text = {NULL, 0};
	size_t sum;

	put_length(&text, name, chance_one_in(chance, 2));
	put_length(&text, value, chance_one_in(chance, 2));
	/* Most of them are true, some have a byte less. */
	sum = name + value - chance_one_in(chance, 4);
	if (sum <= sizeof(filler))
		bytes_add(&text, span_mem(filler, sum));
	bytes_splice(
	    content, at[chance_below(chance, 3)], 0, bytes_span(&text));
	bytes_free(&text);
}

/* A content of a size where a buffer or a field ends. */
static void
grow(struct bytes *content, struct chance *chance)
{
	static const size_t size[] = {1, 7, 8, 9, 255, 256, 4095, 4096, 4097,
	    8175, 8176, 8177, 8183, 8184, 8185, 8192, 16384, 65535};
	size_t want = size[chance_below(chance, COUNT(size))];
	struct bytes more = {NULL, 0};

	if (content->len == 0)
		bytes_put(content, "\1");
	while (content->len < want) {
		bytes_add(&more, bytes_span(content));
		bytes_add(content, bytes_span(&more));
		bytes_free(&more);
	}
	bytes_splice(content, want, content->len, span_str(""));
}

/* In two records: the second one begins anywhere in the first. */
static void
split(struct records *r, size_t at, struct chance *chance)
{
	struct record *one = &r->record[at];
	size_t first = chance_below(chance, one->content.len + 1);

	if (r->n == RECORDS_MAX)
		return;
	insert(r, at + 1, one->type, one->id,
	    span_skip(bytes_span(&one->content), first));
	bytes_splice(&one->content, first, one->content.len, span_str(""));
}

static void
insert_other(struct records *r, size_t at, struct chance *chance)
{
	static const unsigned type[] = {RECORD_GET_VALUES, RECORD_ABORT,
	    RECORD_BEGIN, RECORD_DATA, RECORD_STDIN, RECORD_PARAMS, 12, 255, 0,
	    RECORD_STDOUT};
	unsigned one = type[chance_below(chance, COUNT(type))];
	unsigned id = (unsigned)chance_below(chance, 3);

	insert(r, at, one, id,
	    one == RECORD_BEGIN ? begin_content
				: span_mem("\3\0who", chance_below(chance, 6)));
}

static void
swap(struct records *r, size_t a, size_t b)
{
	struct record one = r->record[a];

	r->record[a] = r->record[b];
	r->record[b] = one;
}

static void
change_header(struct record *one, struct chance *chance)
{
	static const unsigned id[] = {0, 1, 2, 255, 256, 257, 0xffff};
	static const unsigned pad[] = {0, 1, 7, 8, 9, 255};

	switch (chance_below(chance, 3)) {
	case 0:
		one->type = (unsigned)chance_below(chance, 14);
		break;
	case 1:
		one->id = id[chance_below(chance, COUNT(id))];
		break;
	default:
		one->pad = pad[chance_below(chance, COUNT(pad))];
		break;
	}
}

static void
change_content(struct bytes *content, struct chance *chance)
{
	switch (chance_below(chance, 4)) {
	case 0:
		mutate_bytes(content, chance);
		break;
	case 1:
		grow(content, chance);
		break;
	default:
		insert_pair(content, chance);
		break;
	}
	bytes_splice(content, CONTENT_MAX, content->len, span_str(""));
}

void
records_mutate(struct records *r, struct chance *chance)
{
	size_t at = chance_below(chance, r->n);
	struct record *one = &r->record[at];

	if (r->n == 0) {
		mutate_bytes(&r->rest, chance);
		return;
	}
	switch (chance_below(chance, 9)) {
	case 0:
		swap(r, at, chance_below(chance, r->n));
		break;
	case 1:
		insert(r, at, one->type, one->id, bytes_span(&one->content));
		break;
	case 2:
		drop(r, at);
		break;
	case 3:
		split(r, at, chance);
		break;
	case 4:
		insert_other(r, at, chance);
		break;
	case 5:
		mutate_bytes(&r->rest, chance);
		break;
	case 6:
		change_header(one, chance);
		break;
	default:
		change_content(&one->content, chance);
		break;
	}
}
