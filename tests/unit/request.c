/* request.c - CGI environments, and bodies that end early, late or never. */
#include "http/request.h"
#include "sandbox.h"

#include "../tap.h"

#define LIMIT 100

/* Read a request with this CONTENT_LENGTH (or none) and body. */
static enum status
read_body(struct request *req, const char *length, struct sandbox_body *body,
    struct reason *why)
{
	static char line[64], method[] = "REQUEST_METHOD=POST";
	static char *env[3];

	snprintf(line, sizeof(line), "CONTENT_LENGTH=%s",
	    length == NULL ? "" : length);
	env[0] = method;
	env[1] = length == NULL ? NULL : line;
	*why = (struct reason){""};
	request_open(req, env);
	return request_read(req, LIMIT, NULL,
	    &(struct request_source){sandbox_body_read, body}, why);
}

static void
test_sized(void)
{
	static const struct {
		const char *length;
		size_t sent;
		enum status want;
		const char *why;
	} row[] = {
	    {"0", 0, ST_OK, ""},
	    {"0", 5, ST_OK, ""}, /* not ours to read */
	    {"5", 5, ST_OK, ""},
	    {"100", 100, ST_OK, ""},
	    {"100", 101, ST_OK, ""},
	    {"0000000005", 5, ST_OK, ""},
	    {"5", 4, ST_BAD_REQUEST,
		"the body ended after 4 of 5 bytes: the client disconnected, "
		"or the web server cut it off"},
	    {"5", 0, ST_BAD_REQUEST,
		"the body ended after 0 of 5 bytes: the client disconnected, "
		"or the web server cut it off"},
	    {"101", 101, ST_TOO_LARGE,
		"Content-Length 101 is larger than max_body, 100"},
	    {"999999999999999999", 50, ST_TOO_LARGE,
		"Content-Length 999999999999999999 is larger than max_body, "
		"100"},
	    {"-1", 5, ST_BAD_REQUEST,
		"Content-Length is not a number, or was sent twice"},
	    {"5x", 5, ST_BAD_REQUEST,
		"Content-Length is not a number, or was sent twice"},
	    {" 5", 5, ST_BAD_REQUEST,
		"Content-Length is not a number, or was sent twice"},
	    {"5,5", 5, ST_BAD_REQUEST,
		"Content-Length is not a number, or was sent twice"},
	    {"0x5", 5, ST_BAD_REQUEST,
		"Content-Length is not a number, or was sent twice"},
	    {"18446744073709551621", 5, ST_BAD_REQUEST,
		"Content-Length is not a number, or was sent twice"},
	};
	unsigned char bytes[LIMIT + 1];
	struct request req;
	struct reason why;

	memset(bytes, 'b', sizeof(bytes));
	for (size_t i = 0; i < sizeof(row) / sizeof(row[0]); i++) {
		struct sandbox_body body = {
		    span_mem(bytes, row[i].sent), 3, false};

		is_int(read_body(&req, row[i].length, &body, &why), row[i].want,
		    "length \"%s\", %zu sent", row[i].length, row[i].sent);
		is_str(why.text, row[i].why, "and its reason");
		is_int(req.body.len,
		    row[i].want == ST_OK ? span_number(span_str(row[i].length))
					 : 0,
		    "bytes of body");
		is_span(req.method, "POST", "the method can be used");
		request_free(&req);
	}
}

static void
test_unsized(void)
{
	static unsigned char bytes[10000];
	struct sandbox_body body;
	struct request req;
	struct reason why;

	for (size_t n = 0; n <= LIMIT; n += 50) {
		body = (struct sandbox_body){span_mem(bytes, n), 7, false};
		is_int(read_body(&req, NULL, &body, &why), ST_OK,
		    "no length, %zu bytes", n);
		is_int(req.body.len, (long long)n, "all of them");
		ok(!req.has_length, "the client gave no length");
		request_free(&req);
	}
	body = (struct sandbox_body){span_mem(bytes, LIMIT + 1), 0, false};
	is_int(read_body(&req, NULL, &body, &why), ST_TOO_LARGE,
	    "no length, one byte too many");
	is_str(
	    why.text, "the body is larger than max_body, 100 bytes", "reason");
	is_int(req.body.len, 0, "nothing is kept");
	body = (struct sandbox_body){span_mem(bytes, sizeof(bytes)), 0, false};
	is_int(read_body(&req, "", &body, &why), ST_TOO_LARGE,
	    "an empty length is none");
	is_int(body.rest.len, 0, "the rest was read and thrown away");
	body = (struct sandbox_body){span_mem(bytes, 10), 0, true};
	is_int(read_body(&req, NULL, &body, &why), ST_NO_LENGTH,
	    "no length, and it broke off");
	ok(strstr(why.text, "connection was lost") != NULL, "reason");
	ok(req.owned == NULL && req.body.len == 0, "nothing is kept");
}

/* Longer than the first allocation, in growing steps, byte for byte. */
static void
test_growing(void)
{
	static unsigned char bytes[70001];
	char method[] = "REQUEST_METHOD=POST";
	char *env[] = {method, NULL};
	struct sandbox_body body = {{bytes, sizeof(bytes)}, 1000, false};
	struct request req;
	struct reason why;

	for (size_t i = 0; i < sizeof(bytes); i++)
		bytes[i] = (unsigned char)(i * 31 + i / 256);
	request_open(&req, env);
	is_int(request_read(&req, sizeof(bytes), NULL,
		   &(struct request_source){sandbox_body_read, &body}, &why),
	    ST_OK, "no length, a large body");
	ok(span_eq(req.body, span_mem(bytes, sizeof(bytes))), "every byte");
	request_free(&req);
	request_free(&req);
	ok(req.owned == NULL && req.body.len == 0, "freed twice is harmless");
	for (size_t max = 4094; max <= 4097; max++) {
		body = (struct sandbox_body){{bytes, max}, 0, false};
		is_int(request_read(&req, max, NULL,
			   &(struct request_source){sandbox_body_read, &body},
			   &why),
		    ST_OK, "limit %zu, reached", max);
		request_free(&req);
		body = (struct sandbox_body){{bytes, max + 1}, 0, false};
		is_int(request_read(&req, max, NULL,
			   &(struct request_source){sandbox_body_read, &body},
			   &why),
		    ST_TOO_LARGE, "limit %zu, passed", max);
	}
}

static void
test_drain(void)
{
	unsigned char bytes[LIMIT + 40];
	struct sandbox_body body = {{bytes, sizeof(bytes)}, 9, false};
	struct request req;
	struct reason why;

	memset(bytes, 0, sizeof(bytes));
	is_int(read_body(&req, "130", &body, &why), ST_TOO_LARGE, "too large");
	is_int(body.rest.len, 10, "what was announced was read");
	body = (struct sandbox_body){{bytes, sizeof(bytes)}, 9, false};
	is_int(read_body(&req, "x", &body, &why), ST_BAD_REQUEST, "no number");
	is_int(body.rest.len, 0, "all was read");
	body = (struct sandbox_body){{bytes, 20}, 9, true};
	is_int(read_body(&req, "30", &body, &why), ST_TRY_LATER,
	    "an error after 20 of 30 bytes");
	is_span(span_mem(why.text, 34), "connection lost while reading the ",
	    "is no fault of the sender's");
	body = (struct sandbox_body){{bytes, 20}, 9, false};
	is_int(read_body(&req, "30", &body, &why), ST_BAD_REQUEST,
	    "an end after 20 of 30 bytes");
	is_span(span_mem(why.text, 27), "the body ended after 20 of ",
	    "is one: it said so");
	body = (struct sandbox_body){{bytes, 30}, 9, true};
	is_int(read_body(&req, "30", &body, &why), ST_OK,
	    "an error after the last byte is none");
	request_free(&req);
}

/* A client that never stops; *arg counts what was asked of it. */
static ptrdiff_t
endless_read(void *arg, unsigned char *buf, size_t len, long allowed)
{
	size_t *total = arg;

	(void)allowed;
	memset(buf, 'x', len);
	*total += len;
	return (ptrdiff_t)len;
}

static void
test_endless(void)
{
	static const char *const length[] = {
	    "CONTENT_LENGTH=999999999999999", "CONTENT_LENGTH=x", "A=B"};
	static const enum status want[] = {
	    ST_TOO_LARGE, ST_BAD_REQUEST, ST_TOO_LARGE};
	struct request req;
	struct reason why;
	char line[64];
	char *env[] = {line, NULL};

	for (size_t i = 0; i < 3; i++) {
		size_t total = 0;

		snprintf(line, sizeof(line), "%s", length[i]);
		request_open(&req, env);
		is_int(
		    request_read(&req, LIMIT, NULL,
			&(struct request_source){endless_read, &total}, &why),
		    want[i], "%s, and no end of it", length[i]);
		ok(total >= 32UL << 20 && total <= (32UL << 20) + LIMIT + 1,
		    "32 MiB of it are thrown away, and no more");
	}
}

/* A sender that stops after so many bytes. */
struct slow {
	size_t left;
	long allowed; /* of the first call for which nothing came */
};

static ptrdiff_t
slow_read(void *arg, unsigned char *buf, size_t len, long allowed)
{
	struct slow *slow = arg;

	if (len > slow->left)
		len = slow->left;
	memset(buf, 'x', len);
	slow->left -= len;
	if (len == 0 && slow->allowed == 0)
		slow->allowed = allowed;
	return len == 0 ? REQUEST_LATE : (ptrdiff_t)len;
}

static void
slow_drain(struct request *req)
{
	static char length[] = "CONTENT_LENGTH=100";
	static char *env[] = {length, NULL};
	struct slow slow = {10, 0};

	request_open(req, env);
	request_drain(req, &(struct request_source){slow_read, &slow});
	is_int(slow.allowed, 2000, "a body for nobody has so many ms");
}

/* How long the sender may take, in all, before and while bytes come. */
static void
test_slow(void)
{
	static const struct {
		const char *length;
		size_t sent, max;
		long allowed;
		enum status st;
	} row[] = {
	    {"CONTENT_LENGTH=5", 0, 5, 10000, ST_TRY_LATER},
	    {"CONTENT_LENGTH=5", 4, 5, 10000, ST_TRY_LATER},
	    {"CONTENT_LENGTH=262145", 65536, 1 << 20, 11000, ST_TRY_LATER},
	    {"CONTENT_LENGTH=262145", 262144, 1 << 20, 14000, ST_TRY_LATER},
	    {"A=B", 65536, 1 << 20, 11000, ST_TRY_LATER},
	    /* Nobody waits for what is thrown away. */
	    {"CONTENT_LENGTH=6", 0, 5, 2000, ST_TOO_LARGE},
	    {"CONTENT_LENGTH=x", 3, 5, 2000, ST_BAD_REQUEST},
	    {"A=B", 6, 5, 2000, ST_TOO_LARGE},
	};
	struct request req;
	struct reason why;
	char line[64];
	char *env[] = {line, NULL};

	for (size_t i = 0; i < sizeof(row) / sizeof(row[0]); i++) {
		struct slow slow = {row[i].sent, 0};
		const struct request_source source = {slow_read, &slow};

		snprintf(line, sizeof(line), "%s", row[i].length);
		request_open(&req, env);
		is_int(request_read(&req, row[i].max, NULL, &source, &why),
		    row[i].st, "%s, and nothing after %zu bytes", line,
		    row[i].sent);
		is_int(slow.allowed, row[i].allowed, "had so many ms");
		if (row[i].st == ST_TRY_LATER)
			is_span(span_mem(why.text, 25),
			    "the body came too slowly:", "and why");
		ok(req.owned == NULL && req.body.len == 0, "nothing is kept");
	}
	slow_drain(&req);
}

static void
check_header(const struct request *req, const char *name,
    enum request_count count, const char *want)
{
	struct span value;

	is_int(request_header(req, name, &value), count, "header %s", name);
	is_span(value, want, "and its value");
}

static void
test_headers(void)
{
	static const char *const env[] = {"HTTP_X_HUB_SIGNATURE_256=one",
	    "HTTP_X_TWO=1", "HTTP_X_TWO=2",
	    "HTTP_X_EMPTY=", "HTTP_X_HALF=", "HTTP_X_HALF=x",
	    "CONTENT_TYPE=text/plain", "HTTP_CONTENT_TYPE=text/evil",
	    "HTTP_X_LONGER_NAME=no", "HTTP_X_EQ=a=b=c", "X_PLAIN=no",
	    "HTTP_X_BARE", "HTTP_", "REDIRECT_HTTP_AUTHORIZATION=Token r",
	    "REDIRECT_HTTP_X_OTHER=r", "", "http_x_lower=no", NULL};
	struct request req;

	sandbox_request(&req, env, span_str(""));
	check_header(&req, "X-Hub-Signature-256", REQUEST_ONE, "one");
	check_header(&req, "x-hub-signature-256", REQUEST_ONE, "one");
	check_header(&req, "X_HUB_SIGNATURE_256", REQUEST_ONE, "one");
	check_header(&req, "X-Hub-Signature", REQUEST_NONE, "");
	check_header(&req, "X-Hub-Signature-2567", REQUEST_NONE, "");
	check_header(&req, "X-Two", REQUEST_SEVERAL, "1");
	check_header(&req, "X-Empty", REQUEST_NONE, "");
	check_header(&req, "X-Half", REQUEST_SEVERAL, "x");
	check_header(&req, "Content-Type", REQUEST_ONE, "text/plain");
	check_header(&req, "X-Longer", REQUEST_NONE, "");
	check_header(&req, "X-Eq", REQUEST_ONE, "a=b=c");
	check_header(&req, "X-Plain", REQUEST_NONE, "");
	check_header(&req, "X-Bare", REQUEST_NONE, "");
	check_header(&req, "X-Lower", REQUEST_NONE, "");
	check_header(&req, "Authorization", REQUEST_ONE, "Token r");
	check_header(&req, "X-Other", REQUEST_NONE, "");
	is_span(request_variable(&req, "X_PLAIN"), "no", "a variable");
	is_span(request_variable(&req, "X_PLAI"), "", "not by its beginning");
	is_span(request_variable(&req, "x_plain"), "", "nor by another case");
	is_span(request_variable(&req, "HTTP_X_TWO"), "1", "the first of two");
	request_free(&req);
}

static void
test_authorization(void)
{
	static const char *const both[] = {
	    "REDIRECT_HTTP_AUTHORIZATION=r", "HTTP_AUTHORIZATION=h", NULL};
	char length[] = "CONTENT_LENGTH=0";
	char *env[] = {length, length, NULL};
	struct sandbox_body body = {{NULL, 0}, 0, false};
	struct request req;
	struct reason why;

	sandbox_request(&req, both, span_str(""));
	check_header(&req, "authorization", REQUEST_ONE, "h");
	request_free(&req);
	request_open(&req, env);
	is_int(request_read(&req, LIMIT, NULL,
		   &(struct request_source){sandbox_body_read, &body}, &why),
	    ST_BAD_REQUEST, "two lengths, even the same");
}

static void
test_route(void)
{
	static const struct {
		const char *info, *uri, *want;
	} row[] = {
	    {"PATH_INFO=/coral", NULL, "coral"},
	    {"PATH_INFO=coral", NULL, ""}, /* no path at all */
	    {"PATH_INFO=/coral/", NULL, "coral/"},
	    {"PATH_INFO=/a/b", NULL, "a/b"},
	    {"PATH_INFO=//coral", NULL, "/coral"},
	    {"PATH_INFO=/", NULL, ""},
	    {"PATH_INFO=/coral", "REQUEST_URI=/hook/other", "coral"},
	    {"PATH_INFO=", "REQUEST_URI=/hook/coral", "coral"},
	    {NULL, "REQUEST_URI=/hook/coral?x=/y", "coral"},
	    {NULL, "REQUEST_URI=/coral?", "coral"},
	    {NULL, "REQUEST_URI=/hook/coral/", ""},
	    {NULL, "REQUEST_URI=/", ""},
	    {NULL, "REQUEST_URI=http://example.com/hook/coral", "coral"},
	    {NULL, "REQUEST_URI=/hook/%63oral", "%63oral"},
	    {NULL, "REQUEST_URI=*", "*"},
	    {NULL, NULL, ""},
	};
	struct request req;

	for (size_t i = 0; i < sizeof(row) / sizeof(row[0]); i++) {
		const char *env[3] = {NULL};
		size_t n = 0;

		if (row[i].info != NULL)
			env[n++] = row[i].info;
		if (row[i].uri != NULL)
			env[n++] = row[i].uri;
		sandbox_request(&req, env, span_str(""));
		is_span(req.route, row[i].want, "route of %s %s",
		    row[i].info == NULL ? "-" : row[i].info,
		    row[i].uri == NULL ? "-" : row[i].uri);
		request_free(&req);
	}
}

/* REMOTE_ADDR, and what is shown of it. */
static void
test_address(void)
{
	static const struct {
		const char *value, *want;
	} row[] = {
	    {"192.0.2.1", "192.0.2.1"},
	    {"2001:DB8::a1", "2001:DB8::a1"},
	    {"::ffff:192.0.2.1", "::ffff:192.0.2.1"},
	    {"fe80::1%eth0.1", "fe80::1%eth0.1"},
	    {"", "-"},
	    {"unix:", "-"},
	    {"localhost", "-"},
	    {"abc", "-"},
	    {"1.2.3.4 ", "-"},
	    {"1.2.3.4\n", "-"},
	    {"1.2.3.4:x", "-"},
	    {"fe80::1%", "-"},
	    {"fe80::1%a b", "-"},
	    {"fe80::1%a%b", "-"},
	    {"1.2.3.\xb2", "-"},
	    {"1111111111.1111111111.1111111111.1111111111.1111111111.11111111",
		"1111111111.1111111111.1111111111.1111111111.1111111111."
		"11111111"},
	    {"1111111111.1111111111.1111111111.1111111111.1111111111.111111111",
		"-"},
	};
	char text[128], shown[REQUEST_ADDRESS_MAX];
	char *env[] = {text, NULL};
	struct request req = {.env = env};

	for (size_t i = 0; i < sizeof(row) / sizeof(row[0]); i++) {
		snprintf(text, sizeof(text), "REMOTE_ADDR=%s", row[i].value);
		request_address(shown, &req);
		is_str(shown, row[i].want, "the address '%s'", row[i].value);
	}
	env[0] = NULL;
	request_address(shown, &req);
	is_str(shown, "-", "no address");
}

int
main(void)
{
	test_address();
	struct request zero = {.env = NULL};

	test_sized();
	test_unsized();
	test_growing();
	test_drain();
	test_endless();
	test_slow();
	test_headers();
	test_authorization();
	test_route();
	request_free(&zero);
	return done();
}
