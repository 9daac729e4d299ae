/* signature.c - the signatures a request presents, and its signed time. */
#include "profile/signature.h"
#include "sandbox.h"
#include "verify/schemes.h"

#include "../tap.h"

/* Of 20 bytes, so that many fit into one header. */
#define SIG_A "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
#define SIG_B "bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb"
#define NO_FORM                                                               \
	"X-Sig contains no signature of the expected form: \"v1=\" followed " \
	"by 20 bytes in hexadecimal or base64"

static struct preset
words(void)
{
	struct preset p = preset_default;

	p.digest = "sha1";
	p.signature[0] = "X-Sig";
	p.prefix = "v1=";
	p.separator = ",";
	return p;
}

/* Collect; the outcome with *sigs, the reason in why. */
static enum status
collect(const struct preset *p, const char *const env[], const char *body,
    struct signatures *sigs, struct reason *why)
{
	struct profile_fault fault = {"", {""}};
	struct request req;
	struct profile profile;
	enum status st;

	*why = (struct reason){""};
	if (!scheme_profile(&profile, p, 300, &fault))
		sandbox_die(fault.why.text);
	sandbox_request(&req, env, span_str(body));
	st = signatures_collect(sigs, &profile, &req, why);
	if (st == ST_OK && signatures_time_is_late(&profile))
		st = signatures_collect_time(sigs, &profile, &req, why);
	profile_free(&profile);
	request_free(&req);
	return st;
}

static void
found(const struct preset *p, const char *header, size_t n, int first)
{
	const char *const env[] = {header, NULL};
	struct signatures sigs;
	struct reason why;

	is_int(collect(p, env, "{}", &sigs, &why), ST_OK, "%.60s", header);
	is_int(sigs.n, (long long)n, "how many");
	is_int(sigs.item[0][0], first, "the first");
	is_int(sigs.item[0][19], first, "to its end");
	is_str(why.text, "", "no complaint");
	signatures_free(&sigs);
	signatures_free(&sigs);
}

static void
refused(const struct preset *p, const char *const env[], const char *reason)
{
	struct signatures sigs;
	struct reason why;

	is_int(collect(p, env, "{}", &sigs, &why), ST_UNVERIFIED, "refused");
	is_str(why.text, reason, "and why");
	is_int(sigs.n, 0, "nothing is left");
	is_int(sigs.ts.len, 0, "no time either");
}

static void
refused_one(const struct preset *p, const char *header, const char *reason)
{
	const char *const env[] = {header, NULL};

	refused(p, env, reason);
}

static void
test_elements(void)
{
	struct preset p = words();

	found(&p, "HTTP_X_SIG=v1=" SIG_A, 1, 0xaa);
	found(&p, "HTTP_X_SIG=v1=" SIG_B ",v1=" SIG_A, 2, 0xbb);
	found(&p, "HTTP_X_SIG= \tv1=" SIG_A " , v1=" SIG_B "\t", 2, 0xaa);
	found(&p, "HTTP_X_SIG=v0=" SIG_B ",v1=" SIG_A, 1, 0xaa);
	found(&p, "HTTP_X_SIG=" SIG_B ",v1=" SIG_A, 1, 0xaa);
	found(&p, "HTTP_X_SIG=v1=short,v1=" SIG_A, 1, 0xaa);
	found(&p, "HTTP_X_SIG=,,v1=" SIG_A ",", 1, 0xaa);
	found(&p, "HTTP_X_SIG=v1=qqqqqqqqqqqqqqqqqqqqqqqqqqo=", 1, 0xaa);
	found(&p, "HTTP_X_SIG=v1=qqqqqqqqqqqqqqqqqqqqqqqqqqo", 1, 0xaa);
	refused_one(&p, "HTTP_X_SIG=V1=" SIG_A, NO_FORM);
	refused_one(&p, "HTTP_X_SIG=v1= " SIG_A, NO_FORM);
	refused_one(&p, "HTTP_X_SIG=v1=" SIG_A ";v1=" SIG_B, NO_FORM);
	refused_one(&p, "HTTP_X_SIG=v1=" SIG_A "0", NO_FORM);
	refused_one(&p, "HTTP_X_SIG=v1=", NO_FORM);
	refused_one(&p, "HTTP_X_SIG= ", NO_FORM);
	refused_one(&p, "HTTP_X_SIG=undefined", NO_FORM);
	p.separator = " ";
	found(&p, "HTTP_X_SIG=v1=" SIG_B "  v1=" SIG_A, 2, 0xbb);
	p.separator = NULL;
	found(&p, "HTTP_X_SIG=v1=" SIG_A, 1, 0xaa);
	refused_one(&p, "HTTP_X_SIG=v1=" SIG_A ",v1=" SIG_B, NO_FORM);
	refused_one(&p, "HTTP_X_SIG= v1=" SIG_A, NO_FORM);
	p.prefix = NULL;
	found(&p, "HTTP_X_SIG=" SIG_A, 1, 0xaa);
	refused_one(&p, "HTTP_X_SIG=v1=" SIG_A,
	    "X-Sig contains no signature of the expected form: \"\" followed "
	    "by 20 bytes in hexadecimal or base64");
}

static void
test_headers(void)
{
	static const char missing[] =
	    "X-Sig is missing: not signed, or removed by the web server";
	static const char *const none[] = {"HTTP_X_SIG=", NULL};
	static const char *const twice[] = {
	    "HTTP_X_SIG=v1=" SIG_A, "HTTP_X_SIG=v1=" SIG_A, NULL};
	static const char *const both[] = {
	    "HTTP_X_OTHER=v1=" SIG_B, "HTTP_X_SIG=v1=" SIG_A, NULL};
	struct preset p = words();
	struct signatures sigs;
	struct reason why;

	refused(&p, none, missing);
	refused_one(&p, NULL, missing);
	refused_one(&p, "HTTP_X_SIG2=v1=" SIG_A, missing);
	refused(&p, twice, "X-Sig came more than once");
	p.signature[1] = "X-Other";
	is_int(collect(&p, both, "", &sigs, &why), ST_OK, "two headers");
	is_int(sigs.n, 2, "give two signatures");
	is_int(sigs.item[0][0], 0xaa, "in the order of the settings");
	signatures_free(&sigs);
	found(&p, both[0], 1, 0xbb);
	p.signature[1] = "X-Sig";
	refused_one(&p, NULL, missing);
}

static void
test_limits(void)
{
	static char value[REQUEST_HEADER_MAX + 64];
	struct preset p = words();
	size_t len;

	strcpy(value, "HTTP_X_SIG=");
	for (int i = 0; i < SIGNATURES_MAX; i++)
		strcat(value, "v1=" SIG_A ",");
	found(&p, value, SIGNATURES_MAX, 0xaa);
	strcat(value, "v1=" SIG_A);
	refused_one(&p, value, "X-Sig contains too many signatures");

	strcpy(value, "HTTP_X_SIG=v1=" SIG_A ",");
	len = strlen(value);
	memset(value + len, 'x', sizeof(value) - len);
	value[strlen("HTTP_X_SIG=") + REQUEST_HEADER_MAX] = '\0';
	found(&p, value, 1, 0xaa);
	strcat(value, "x");
	refused_one(&p, value, "X-Sig is too long");
}

static void
test_numbered(void)
{
	static const char *const env[] = {"HTTP_X_SIG_1=v1=" SIG_B,
	    "HTTP_X_SIG_3=v1=" SIG_A, "HTTP_X_SIG_100=v1=" SIG_A,
	    "HTTP_X_SIG_101=v1=" SIG_A, "HTTP_X_SIG_0=v1=" SIG_A,
	    "HTTP_X_SIG_=v1=" SIG_A, "HTTP_X_SIG_*=v1=" SIG_A, NULL};
	static const char *const twice[] = {"HTTP_X_SIG_1=v1=" SIG_B,
	    "HTTP_X_SIG_2=v1=" SIG_B, "HTTP_X_SIG_2=v1=" SIG_B, NULL};
	struct preset p = words();
	struct signatures sigs;
	struct reason why;
	char name[32];

	p.signature[0] = "X-Sig-*";
	is_int(collect(&p, env, "", &sigs, &why), ST_OK, "a numbered set");
	is_int(sigs.n, 3, "from 1 to 100, with gaps");
	is_int(sigs.item[0][0], 0xbb, "in order");
	signatures_free(&sigs);
	refused(&p, twice, "X-Sig-2 came more than once");
	signature_name(name, sizeof(name), "X-Sig-*", 12);
	is_str(name, "X-Sig-12", "the name of one");
}

static void
test_in_body(void)
{
	static const char *const none[] = {NULL};
	struct preset p = words();
	struct signatures sigs;
	struct reason why;

	p.signature[0] = "json:sig.v";
	is_int(collect(
		   &p, none, "{\"sig\":{\"v\":\"v1=" SIG_A "\"}}", &sigs, &why),
	    ST_OK, "a signature in the body");
	is_int(sigs.item[0][0], 0xaa, "is found");
	signatures_free(&sigs);
	is_int(collect(&p, none, "{\"sig\":1}", &sigs, &why), ST_UNVERIFIED,
	    "or not");
	is_str(why.text,
	    "json:sig.v is missing: not signed, or removed by the web server",
	    "and why");
	is_int(collect(&p, none, "{\"sig\":{\"v\":[\"v1=" SIG_A "\"]}}", &sigs,
		   &why),
	    ST_UNVERIFIED, "a list is none");
}

static void
check_time(const struct preset *p, const char *const env[], const char *body,
    const char *ts, const char *reason)
{
	struct signatures sigs;
	struct reason why;

	is_int(collect(p, env, body, &sigs, &why),
	    ts == NULL ? ST_UNVERIFIED : ST_OK, "time %s",
	    ts == NULL ? "refused" : ts);
	is_str(why.text, reason, "and why");
	/* The environment of sandbox_request() is static, a body's copy held. */
	is_span(sigs.ts, ts, "the time, verbatim");
	signatures_free(&sigs);
}

static void
test_time_element(void)
{
	struct preset p = words();

	p.timestamp = "element:t=";
	p.signed_payload[0] = "{ts}{body}";
	check_time(&p, (const char *const[]){"HTTP_X_SIG=t=12,v1=" SIG_A, NULL},
	    "", "12", "");
	check_time(&p,
	    (const char *const[]){"HTTP_X_SIG=v1=" SIG_A ", t= 012 ", NULL}, "",
	    " 012", "");
	check_time(&p, (const char *const[]){"HTTP_X_SIG=v1=" SIG_A, NULL}, "",
	    NULL, "t= (the signed time) is missing");
	check_time(&p, (const char *const[]){"HTTP_X_SIG=t=,v1=" SIG_A, NULL},
	    "", NULL, "t= (the signed time) is missing");
	check_time(&p,
	    (const char *const[]){"HTTP_X_SIG=t=1,v1=" SIG_A ",t=1", NULL}, "",
	    NULL, "X-Sig contains two signed times");
	check_time(&p, (const char *const[]){"HTTP_X_SIG=t=1", NULL}, "", NULL,
	    NO_FORM);
}

static void
test_time_elsewhere(void)
{
	struct preset p = words();

	p.timestamp = "header:X-Time";
	p.signed_payload[0] = "{ts}{body}";
	check_time(&p,
	    (const char *const[]){
		"HTTP_X_SIG=v1=" SIG_A, "HTTP_X_TIME=soon", NULL},
	    "", "soon", "");
	check_time(&p, (const char *const[]){"HTTP_X_SIG=v1=" SIG_A, NULL}, "",
	    NULL, "X-Time (the signed time) is missing");
	check_time(&p,
	    (const char *const[]){"HTTP_X_SIG=v1=" SIG_A, "HTTP_X_TIME=", NULL},
	    "", NULL, "X-Time (the signed time) is missing");
	check_time(&p,
	    (const char *const[]){
		"HTTP_X_SIG=v1=" SIG_A, "HTTP_X_TIME=1", "HTTP_X_TIME=1", NULL},
	    "", NULL, "X-Time came more than once");
	p.timestamp = "json:at";
	check_time(&p, (const char *const[]){"HTTP_X_SIG=v1=" SIG_A, NULL},
	    "{\"at\":1700000000000}", "1700000000000", "");
	check_time(&p, (const char *const[]){"HTTP_X_SIG=v1=" SIG_A, NULL},
	    "{\"at\":1,\"at\":1}", NULL, "at (the signed time) is missing");
}

int
main(void)
{
	struct signatures zero = {.n = 0};

	test_elements();
	test_headers();
	test_limits();
	test_numbered();
	test_in_body();
	test_time_element();
	test_time_elsewhere();
	signatures_free(&zero);
	return done();
}
