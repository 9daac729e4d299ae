/*
 * request.c - any environment and body: read whole and within its limit, or
 * refused with a reason.  The first byte says in what pieces the body comes.
 */
#include "http/request.h"
#include "fuzz.h"

#define LIMIT 4096

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const char *const name[] = {"X-Sig", "Content-Length",
	    "Content-Type", "Authorization", "", "x_sig-"};
	struct fuzz_input in;
	struct fuzz_body body;
	struct reason why = {""};
	struct request req;
	struct span value;
	enum status st;

	if (size == 0)
		return 0;
	fuzz_split(&in, span_mem(data + 1, size - 1));
	body = (struct fuzz_body){in.body, (size_t)data[0] * 16 + 1};
	request_open(&req, in.env);
	st = request_read(&req, LIMIT, NULL,
	    &(struct request_source){fuzz_body_read, &body}, &why);
	must(st == ST_OK || st == ST_BAD_REQUEST || st == ST_TOO_LARGE);
	must(req.body.len <= LIMIT);
	if (st == ST_OK)
		must(req.body.len <= in.body.len &&
		     span_starts(in.body, req.body));
	else
		must(why.text[0] != '\0' && req.owned == NULL);
	for (size_t i = 0; i < sizeof(name) / sizeof(name[0]); i++) {
		enum request_count n = request_header(&req, name[i], &value);

		must((n == REQUEST_NONE) == (value.len == 0));
		fuzz_read(value);
	}
	fuzz_read(req.method);
	fuzz_read(req.route);
	request_free(&req);
	fuzz_free(&in);
	return 0;
}
