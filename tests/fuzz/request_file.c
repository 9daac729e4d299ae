/*
 * request_file.c - any file as a request: taken apart within its bounds, and what is
 * written of it reads back the same.
 */
#include "hold/request_file.h"
#include "fuzz.h"
#include "preset/preset.h"
#include "profile/profile.h"
#include "verify/schemes.h"

/* Headers with control bytes are not written. */
static bool
is_plain(const struct request *req)
{
	for (char *const *e = req->env; *e != NULL; e++) {
		for (const char *c = *e; *c != '\0'; c++) {
			if (((unsigned char)*c < ' ' && *c != '\t') ||
			    *c == 0x7f)
				return false;
		}
	}
	return true;
}

/* What reads back from the head of req, and its body behind it. */
static void
round_trip(const struct request *req, const struct profile *profile)
{
	const struct timespec now = {1795293000, 0};
	const struct reason because = {"no signature\nfits"};
	const struct refusal refusal = {&now, &because};
	struct reason why = {""};
	struct request_file again;
	struct span was, is;
	size_t len = 0;
	char *head = request_file_head(req, profile, &refusal, &len, &why);
	char *text;

	if (head == NULL)
		return;
	text = malloc(len + req->body.len);
	must(text != NULL);
	memcpy(text, head, len);
	if (req->body.len > 0)
		memcpy(text + len, req->body.ptr, req->body.len);
	must(request_file_read(
	    &again, span_mem(text, len + req->body.len), &why));
	must(request_file_whole(&again));
	must(again.arrived.tv_sec == now.tv_sec);
	must(span_eq(again.req.body, req->body));
	if (is_plain(req)) {
		must(request_header(req, "X-Coral-Signature", &was) ==
		     request_header(&again.req, "X-Coral-Signature", &is));
		must(span_eq(was, is));
	}
	must(request_header(&again.req, "Cookie", &is) == REQUEST_NONE);
	request_file_free(&again);
	free(text);
	free(head);
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
	must(saved.n <= REQUEST_FILE_HEADERS_MAX + 2 &&
	     saved.env[saved.n] == NULL);
	must(fuzz_within(saved.req.body, span_mem(data, size)));
	must(fuzz_within(saved.reason, span_mem(data, size)));
	must(scheme_profile(&profile, words, 300, &fault));
	round_trip(&saved.req, &profile);
	profile_free(&profile);
	request_file_free(&saved);
	return 0;
}
