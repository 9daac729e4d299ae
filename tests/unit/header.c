/* header.c - names there and back, and which of them hold passwords. */
#include "http/header.h"

#include "../tap.h"

static void
test_variables(void)
{
	static const char *const row[][3] = {
	    {"X-Sig", "HTTP_X_SIG", "X-Sig"},
	    {"x-hub-signature-256", "HTTP_X_HUB_SIGNATURE_256",
		"X-Hub-Signature-256"},
	    {"x_under", "HTTP_X_UNDER", "X-Under"},
	    {"content-type", "CONTENT_TYPE", "Content-Type"},
	    {"Content_Length", "CONTENT_LENGTH", "Content-Length"},
	    {"Content-Types", "HTTP_CONTENT_TYPES", "Content-Types"},
	};
	char variable[HEADER_VARIABLE_MAX], name[HEADER_NAME_MAX];

	for (size_t i = 0; i < sizeof(row) / sizeof(row[0]); i++) {
		header_to_cgi(variable, span_str(row[i][0]));
		is_str(variable, row[i][1], "%s", row[i][0]);
		ok(header_from_cgi(name, span_str(variable)), "and back");
		is_str(name, row[i][2], "in its usual spelling");
	}
	ok(header_from_cgi(name, span_str("REDIRECT_HTTP_AUTHORIZATION")),
	    "what Apache redirected");
	is_str(name, "Authorization", "is the same header");
}

static void
test_none(void)
{
	static const char *const none[] = {"", "HTTP_", "HTTPS", "PATH_INFO",
	    "HTTP_x", "HTTP_A.B", "HTTP_A\n", "REDIRECT_STATUS"};
	char name[HEADER_NAME_MAX], longest[HEADER_VARIABLE_MAX];

	for (size_t i = 0; i < sizeof(none) / sizeof(none[0]); i++)
		ok(!header_from_cgi(name, span_str(none[i])), "none: %s",
		    none[i]);
	memset(longest, 'A', sizeof(longest));
	memcpy(longest, "HTTP_", 5);
	ok(header_from_cgi(name, span_mem(longest, 5 + HEADER_NAME_MAX - 1)),
	    "the longest");
	ok(!header_from_cgi(name, span_mem(longest, 5 + HEADER_NAME_MAX)),
	    "one more");
	ok(header_name_ok(span_mem(longest + 5, HEADER_NAME_MAX - 1)),
	    "the longest name");
	ok(!header_name_ok(span_mem(longest + 5, HEADER_NAME_MAX)), "one more");
	ok(!header_name_ok(span_str("")) && !header_name_ok(span_str("a b")) &&
		!header_name_ok(span_str("a:")) &&
		!header_name_ok(span_mem("a\0b", 3)) &&
		!header_name_ok(span_str("\xc3\xa4")),
	    "what is no name");
	ok(header_name_ok(span_str("!#$%&'*+-.^_`|~09azAZ")), "what is one");
}

static void
test_same(void)
{
	ok(header_same("X-Sig", "x_sIG"), "neither case nor - from _");
	ok(!header_same("X-Sig", "X-Sig-") && !header_same("X-Sig-", "X-Sig") &&
		!header_same("", "X"),
	    "not a part of it");
}

static void
test_matches(void)
{
	static const struct {
		const char *pattern, *name;
		bool want;
	} row[] = {
	    {"X-Shop", "x_shop", true},
	    {"X-Shop", "X-Shop-Id", false},
	    {"X-Shop", "X-Sho", false},
	    {"X-Shop-*", "X-Shop-Id", true},
	    {"x_shop-*", "X-SHOP_ID", true},
	    {"X-Shop-*", "X-Shop-", false},
	    {"X-Shop-*", "X-Shop", false},
	    {"X-Shop-*", "X-Shopping", false},
	    {"X-Shop-*", "Y-Shop-Id", false},
	    {"*", "A", true},
	    {"*", "", false},
	};

	for (size_t i = 0; i < sizeof(row) / sizeof(row[0]); i++)
		is_int(header_matches(row[i].pattern, row[i].name), row[i].want,
		    "%s and %s", row[i].pattern, row[i].name);
	ok(header_starts("ce_id", "Ce-") && header_starts("CE-", "Ce-"),
	    "a beginning, neither case nor - from _");
	ok(!header_starts("Ce", "Ce-") && !header_starts("Cea", "Ce-"),
	    "not a part of it");
}

static void
test_patterns(void)
{
	static const char *const good[] = {"A", "x_y", "X-*", "x_*", "*", "9"};
	static const char *const bad[] = {"", "X*", "X-*-Y", "**", "-*-", "X Y",
	    "X-Y:", "header:X", "*-X", "X.Y", "\xc3\xa9"};
	char text[HEADER_NAME_MAX + 1];

	for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++)
		ok(header_pattern_ok(good[i]), "a pattern: %s", good[i]);
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		ok(!header_pattern_ok(bad[i]), "none: %s", bad[i]);
	memset(text, 'x', sizeof(text));
	text[HEADER_NAME_MAX] = '\0';
	ok(!header_pattern_ok(text), "too long");
	text[HEADER_NAME_MAX - 1] = '\0';
	ok(header_pattern_ok(text), "not too long");
}

static void
test_credentials(void)
{
	static const char *const always[] = {
	    "Authorization", "proxy_authorization", "COOKIE"};
	static const char *const never[] = {
	    "Authorizatio", "Authorization2", "X-Cookie", ""};

	for (size_t i = 0; i < sizeof(always) / sizeof(always[0]); i++)
		ok(header_is_credential(span_str(always[i])), "%s", always[i]);
	for (size_t i = 0; i < sizeof(never) / sizeof(never[0]); i++)
		ok(!header_is_credential(span_str(never[i])), "not: %s",
		    never[i]);
	ok(header_may_be_credential("X-Cookie", span_str("a")), "by its name");
	ok(header_may_be_credential("X-My-Api-Key", span_str("a")), "or word");
	ok(header_may_be_credential("X_My_Api_Key", span_str("a")),
	    "so spelled");
	ok(header_may_be_credential("X-A", span_str("bearer x")), "by its way");
	ok(!header_may_be_credential("X-A", span_str("Bearer ")), "not alone");
	ok(!header_may_be_credential("X-Signature", span_str("sha256=0a")),
	    "a signature");
}

int
main(void)
{
	test_variables();
	test_none();
	test_same();
	test_matches();
	test_patterns();
	test_credentials();
	return done();
}
