/* post.c - a POST by libcurl. */
#include <curl/curl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "../client/client.h"
#include "post.h"
#include "signing.h"

#define PROTOCOLS       "http,https"
#define CONNECT_TIMEOUT 30000L /* milliseconds */
/* Bytes of an answer's body that are read, so that a connection can be kept. */
#define BODY_MAX 65536

struct poster {
	CURL *curl;
	char error[CURL_ERROR_SIZE];
	/* Of the exchange that is going on. */
	const struct post *post;
	off_t sent;      /* bytes of the body */
	bool unreadable; /* the event's file */
	bool answered;   /* the header of the answer has come, to its end */
	size_t came;     /* bytes of its body */
	size_t used;     /* of them, these are in start */
	char start[VERDICT_SHOWN_MAX];
};

/* --- libcurl's callbacks --- */

/* The next bytes of the body. */
static size_t
give(char *dst, size_t size, size_t n, void *arg)
{
	struct poster *p = arg;
	const off_t left = p->post->length - p->sent;
	size_t room = size * n;
	ssize_t got;

	if (left < (off_t)room)
		room = (size_t)left;
	got = pread(p->post->fd, dst, room, p->post->body + p->sent);
	if (got < 0 || (got == 0 && room > 0)) {
		p->unreadable = true;
		return CURL_READFUNC_ABORT;
	}
	p->sent += got;
	return (size_t)got;
}

/* A connection that was kept may turn out to be closed: once more. */
static int
rewind_to(void *arg, curl_off_t offset, int origin)
{
	struct poster *p = arg;

	if (origin != SEEK_SET)
		return CURL_SEEKFUNC_CANTSEEK;
	p->sent = offset;
	return CURL_SEEKFUNC_OK;
}

/* A line of the answer's header; the last is empty. */
static size_t
take_header(char *line, size_t size, size_t n, void *arg)
{
	struct poster *p = arg;
	const struct span text = span_mem(line, size * n);
	long status = 0;

	if (text.len > 0 && (text.ptr[0] == '\r' || text.ptr[0] == '\n')) {
		curl_easy_getinfo(p->curl, CURLINFO_RESPONSE_CODE, &status);
		/* Those before 200 come before the answer. */
		p->answered = status >= 200;
	}
	return text.len;
}

static size_t
take_body(char *piece, size_t size, size_t n, void *arg)
{
	struct poster *p = arg;
	const size_t len = size * n;
	size_t room = sizeof(p->start) - p->used;

	room = len < room ? len : room;
	memcpy(p->start + p->used, piece, room);
	p->used += room;
	p->came += len;
	/* Less than all of it ends the exchange. */
	return p->came > BODY_MAX ? 0 : len;
}

/* --- Setting up --- */

static CURLcode
set_callbacks(struct poster *p)
{
	CURL *curl = p->curl;
	CURLcode rc = curl_easy_setopt(curl, CURLOPT_ERRORBUFFER, p->error);

	if (rc == CURLE_OK)
		rc = curl_easy_setopt(curl, CURLOPT_READFUNCTION, give);
	if (rc == CURLE_OK)
		rc = curl_easy_setopt(curl, CURLOPT_READDATA, p);
	if (rc == CURLE_OK)
		rc = curl_easy_setopt(curl, CURLOPT_SEEKFUNCTION, rewind_to);
	if (rc == CURLE_OK)
		rc = curl_easy_setopt(curl, CURLOPT_SEEKDATA, p);
	if (rc == CURLE_OK)
		rc =
		    curl_easy_setopt(curl, CURLOPT_HEADERFUNCTION, take_header);
	if (rc == CURLE_OK)
		rc = curl_easy_setopt(curl, CURLOPT_HEADERDATA, p);
	if (rc == CURLE_OK)
		rc = curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, take_body);
	if (rc == CURLE_OK)
		rc = curl_easy_setopt(curl, CURLOPT_WRITEDATA, p);
	return rc;
}

static CURLcode
set_up(struct poster *p, const struct post_target *target)
{
	const struct client_number number[] = {
	    {CURLOPT_FOLLOWLOCATION, 0},
	    {CURLOPT_POST, 1},
	    {CURLOPT_TIMEOUT_MS, target->timeout},
	    {CURLOPT_CONNECTTIMEOUT_MS, CONNECT_TIMEOUT},
	};
	const struct client client = {.url = target->url,
	    .protocols = PROTOCOLS,
	    .ca_file = target->ca_file,
	    .number = number,
	    .n = sizeof(number) / sizeof(number[0])};
	CURLcode rc = client_set_up(p->curl, &client);

	return rc == CURLE_OK ? set_callbacks(p) : rc;
}

struct poster *
poster_open(const struct post_target *target, struct reason *why)
{
	struct poster *p = calloc(1, sizeof(*p));

	if (p != NULL && curl_global_init(CURL_GLOBAL_DEFAULT) == CURLE_OK &&
	    (p->curl = curl_easy_init()) != NULL &&
	    set_up(p, target) == CURLE_OK)
		return p;
	reason_set(why, "libcurl cannot be used: it is too old, or there is no "
			"memory");
	poster_close(p);
	return NULL;
}

void
poster_close(struct poster *poster)
{
	if (poster == NULL)
		return;
	curl_easy_cleanup(poster->curl);
	curl_global_cleanup();
	free(poster);
}

/* --- An exchange --- */

/* Add a header to *list, as libcurl wants it. */
static bool
add_header(struct curl_slist **list, struct span line)
{
	struct span value = line, name = span_cut(&value, ':');
	char *text = malloc(line.len + 2);
	struct curl_slist *longer;

	if (text == NULL)
		return false;
	/* "NAME:" would be none of that name. */
	if (span_trim(value).len == 0)
		snprintf(text, line.len + 2, "%.*s;", SPAN_ARGS(name));
	else
		snprintf(text, line.len + 2, "%.*s", SPAN_ARGS(line));
	longer = curl_slist_append(*list, text);
	free(text);
	if (longer == NULL)
		return false;
	*list = longer;
	return true;
}

/* NULL: out of memory. */
static struct curl_slist *
make_headers(const struct post *post)
{
	/* libcurl would add one of a form. */
	struct curl_slist *list = curl_slist_append(NULL, "Content-Type:");
	struct span rest = post->lines, line;
	bool ok = list != NULL;

	while (ok && signing_header(&rest, &line))
		ok = add_header(&list, line);
	for (size_t i = 0; i < post->n && ok; i++)
		ok = add_header(&list, span_str(post->header[i]));
	if (ok)
		return list;
	curl_slist_free_all(list);
	return NULL;
}

static void
take_answer(struct poster *p, CURLcode rc, struct post_answer *answer)
{
	struct curl_header *after;

	if (p->unreadable) {
		reason_set(&answer->why, "the event cannot be read");
		return;
	}
	if (!p->answered) {
		/* It may have bytes of the server's in it. */
		verdict_shown(answer->shown,
		    span_str(p->error[0] != '\0' ? p->error
						 : curl_easy_strerror(rc)));
		reason_set(&answer->why, "%s", answer->shown);
		return;
	}
	curl_easy_getinfo(p->curl, CURLINFO_RESPONSE_CODE, &answer->status);
	verdict_shown(answer->shown, span_mem(p->start, p->used));
	if (curl_easy_header(p->curl, "Retry-After", 0, CURLH_HEADER, -1,
		&after) == CURLHE_OK)
		answer->after =
		    verdict_after(span_str(after->value), time(NULL));
}

void
poster_post(
    struct poster *poster, const struct post *post, struct post_answer *answer)
{
	struct poster *p = poster;
	struct curl_slist *headers = make_headers(post);
	CURLcode rc = CURLE_OUT_OF_MEMORY;

	*answer = (struct post_answer){.after = VERDICT_NO_AFTER};
	p->post = post;
	p->sent = 0;
	p->came = p->used = 0;
	p->unreadable = p->answered = false;
	p->error[0] = '\0';
	if (headers != NULL)
		rc = curl_easy_setopt(p->curl, CURLOPT_HTTPHEADER, headers);
	if (headers != NULL && rc == CURLE_OK)
		rc = curl_easy_setopt(p->curl, CURLOPT_POSTFIELDSIZE_LARGE,
		    (curl_off_t)post->length);
	if (headers != NULL && rc == CURLE_OK)
		rc = curl_easy_perform(p->curl);
	take_answer(p, rc, answer);
	curl_easy_setopt(p->curl, CURLOPT_HTTPHEADER, NULL);
	curl_slist_free_all(headers);
	p->post = NULL;
}
