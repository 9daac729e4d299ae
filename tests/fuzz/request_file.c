/*
 * request_file.c - any file as a request: taken apart within its bounds, and
 * what is written of it reads back the same.
 *
 * What is written is written once more, and is the same to the byte: so a held
 * delivery can be held, read and held again, and nothing of it wears off.
 */
#define _GNU_SOURCE /* memmem() */
#include "hold/request_file.h"
#include "fuzz.h"
#include "http/header.h"
#include "kit/request_mutate.h"
#include "preset/preset.h"
#include "profile/profile.h"
#include "verify/schemes.h"

size_t LLVMFuzzerCustomMutator(
    uint8_t *data, size_t size, size_t max, unsigned seed);

static const struct timespec now = {1795293000, 0};

/* Headers with control bytes are not written. */
static bool
is_plain(struct span value)
{
	for (size_t i = 0; i < value.len; i++) {
		if ((value.ptr[i] < ' ' && value.ptr[i] != '\t') ||
		    value.ptr[i] == 0x7f)
			return false;
	}
	return true;
}

/* How often req has the variable entry, "NAME=value", as it stands. */
static size_t
count(const struct request *req, const char *entry)
{
	size_t n = 0;

	for (char *const *e = req->env; *e != NULL; e++)
		n += strcmp(*e, entry) == 0;
	return n;
}

/* True for what has to be written: no password, and not of hookdir itself. */
static bool
is_kept(const char *entry)
{
	struct span value = span_str(entry);
	struct span variable = span_cut(&value, '=');
	char name[HEADER_NAME_MAX];

	return header_from_cgi(name, variable) && is_plain(value) &&
	       strstr(name, "Hookdir-") == NULL &&
	       !header_same(name, "Content-Length") &&
	       !header_same(name, "Content-Type") &&
	       (!header_may_be_credential(name, value) ||
		   header_same(name, "X-Coral-Signature"));
}

static void
check_headers(const struct request *was, const struct request *is)
{
	struct span a, b;

	for (char *const *e = was->env; *e != NULL; e++)
		must(!is_kept(*e) || count(was, *e) == count(is, *e));
	if (request_header(was, "Content-Type", &a) != REQUEST_NONE &&
	    is_plain(a))
		must(request_header(is, "Content-Type", &b) == REQUEST_ONE &&
		     span_eq(a, b));
	must(request_header(is, "Cookie", &b) == REQUEST_NONE);
	must(request_header(is, "Authorization", &b) == REQUEST_NONE);
	must(span_eq(was->method, is->method));
	must(request_is_https(was) == request_is_https(is));
}

/* The file of req: malloc'd, or NULL if it cannot be held. */
static char *
write_file(
    const struct request *req, const struct profile *profile, size_t *len)
{
	const struct reason because = {"no signature\nfits"};
	const struct hold_terms terms = {.count = 1};
	const struct refusal refusal = {
	    .at = &now, .reason = &because, .terms = &terms};
	struct reason why = {""};
	char *head = request_file_head(req, profile, &refusal, len, &why);
	char *text;

	if (head == NULL) {
		must(why.text[0] != '\0');
		return NULL;
	}
	must((text = malloc(*len + req->body.len + 1)) != NULL);
	memcpy(text, head, *len);
	if (req->body.len > 0)
		memcpy(text + *len, req->body.ptr, req->body.len);
	*len += req->body.len;
	free(head);
	return text;
}

/*
 * Take the line of what was left out away: it is not written again, because
 * what it names is gone.  True if there was one; it is then all that is known.
 */
static bool
cut_left_out(char *text, size_t *len)
{
	static const char mark[] = "\nHookdir-Left-Out: ";
	char *end = memmem(text, *len, "\n\n", 2);
	char *line = memmem(text, (size_t)(end - text), mark, strlen(mark));

	if (line == NULL)
		return false;
	/* It is the last one of the head. */
	must(memchr(line + 1, '\n', (size_t)(end - line - 1)) == NULL);
	memmove(line, end, *len - (size_t)(end - text));
	*len -= (size_t)(end - line);
	return true;
}

/* True if the request has a header that is not written, and must be named. */
static bool
has_password(const struct request *req)
{
	char name[HEADER_NAME_MAX];

	for (char *const *e = req->env; *e != NULL; e++) {
		struct span value = span_str(*e);
		struct span variable = span_cut(&value, '=');

		if (header_from_cgi(name, variable) &&
		    !header_same(name, "Content-Length") &&
		    !header_same(name, "Content-Type") &&
		    strstr(name, "Hookdir-") == NULL &&
		    header_may_be_credential(name, value) &&
		    !header_same(name, "X-Coral-Signature"))
			return true;
	}
	return false;
}

/* What reads back from what is written of req. */
static void
round_trip(const struct request *req, const struct profile *profile)
{
	struct reason why = {""};
	struct request_file again;
	size_t len = 0, twice_len = 0;
	char *text = write_file(req, profile, &len), *twice;

	if (text == NULL)
		return;
	must(request_file_read(&again, span_mem(text, len), &why));
	must(request_file_whole(&again));
	must(again.arrived.tv_sec == now.tv_sec);
	must(span_is(again.reason, "no signature?fits"));
	must(span_eq(again.req.body, req->body));
	must((again.left_out.len > 0) == has_password(req));
	check_headers(req, &again.req);
	must((twice = write_file(&again.req, profile, &twice_len)) != NULL);
	must(!cut_left_out(twice, &twice_len));
	must(cut_left_out(text, &len) == has_password(req));
	must(span_eq(span_mem(text, len), span_mem(twice, twice_len)));
	request_file_free(&again);
	free(twice);
	free(text);
}

static void
check_read(const struct request_file *saved, struct span text)
{
	must(saved->n <= REQUEST_FILE_HEADERS_MAX + 2 &&
	     saved->env[saved->n] == NULL);
	must(fuzz_within(saved->req.body, text));
	must(fuzz_within(saved->reason, text));
	must(fuzz_within(saved->left_out, text));
	must(saved->left_out.len == 0 || saved->dated);
	must(saved->length >= -1);
	must(!request_file_whole(saved) ||
	     (saved->dated && saved->length == (long long)saved->req.body.len));
	must(
	    saved->arrived.tv_nsec >= 0 && saved->arrived.tv_nsec < 1000000000);
	for (size_t i = 0; i < saved->n; i++)
		must(strchr(saved->env[i], '=') != NULL &&
		     strchr(saved->env[i], '\n') == NULL);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const struct preset *words = preset_find(span_str("coral"));
	struct reason why = {""};
	struct request_file saved;
	struct profile_fault fault = {"", {""}};
	struct profile profile;

	if (!request_file_read(&saved, span_mem(data, size), &why)) {
		must(why.text[0] != '\0' && saved.n == 0);
		return 0;
	}
	check_read(&saved, span_mem(data, size));
	must(scheme_profile(&profile, words, 300, &fault));
	round_trip(&saved.req, &profile);
	profile_free(&profile);
	request_file_free(&saved);
	return 0;
}

size_t
LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t max, unsigned seed)
{
	struct chance chance = chance_of(seed);
	struct bytes text = {NULL, 0};

	if (LLVMFuzzerMutate != NULL && chance_one_in(&chance, 8))
		return LLVMFuzzerMutate(data, size, max);
	bytes_add(&text, span_mem(data, size));
	request_mutate(&text, &chance);
	size = text.len < max ? text.len : max;
	memcpy(data, text.ptr, size);
	bytes_free(&text);
	return size;
}
