/* wildcard.c - patterns: what they stand for, and what they never do. */
#include "base/wildcard.h"

#include "../tap.h"

#define SNS "https://sns.{region}.amazonaws.com/SimpleNotificationService-*.pem"

static void
test_match(void)
{
	static const struct {
		const char *pattern, *text;
		bool want;
	} row[] = {
	    {"a", "a", true},
	    {"a", "b", false},
	    {"a", "ab", false},
	    {"a", "", false},
	    {"", "", true},
	    {"", "a", false},
	    {"*", "a-B_9", true},
	    {"*", "", false},
	    {"*", "a.b", false},
	    {"*", "a/b", false},
	    {"*", "a%b", false},
	    {"*", "a@b", false},
	    {"*", "a\xc3\xa9", false},
	    {"a*b", "ab", false},
	    {"a*b", "axb", true},
	    {"a*b", "abb", true},
	    {"a*b", "abbb", true},
	    {"*.*", "a.b", true},
	    {"*.*", "a.b.c", false},
	    {"***", "ab", false},
	    {"***", "abc", true},
	    {"****", "abcd", true},
	    {"*****", "abcde", true},
	    {"*a*a", "aaa", false},
	    {"*a*a", "aaaa", true},
	    {"*ab*b", "aabab", true},
	    {"*ab*b", "aabb", false},
	    {"*a.*b", "xa.ya.zb", false},
	    {"*-*.x", "a-b-c.x", true},
	    {"*-*.x", "a-b.c-d.x", false},
	    {SNS,
		"https://sns.us-west-2.amazonaws.com/"
		"SimpleNotificationService-f3ecfb7224c7233fe7bb5f59f96de52f."
		"pem",
		true},
	    {SNS,
		"https://sns.s3.amazonaws.com/"
		"SimpleNotificationService-f3.pem",
		false},
	    {SNS,
		"https://sns.s3-us-west-2.amazonaws.com/"
		"SimpleNotificationService-f3.pem",
		false},
	    {SNS,
		"https://sns.{region}.amazonaws.com/"
		"SimpleNotificationService-f3.pem",
		false},
	    {SNS,
		"https://sns.us-west-2.amazonaws.com.evil.example/"
		"SimpleNotificationService-f3.pem",
		false},
	    {SNS,
		"https://evil.example/sns.us-west-2.amazonaws.com/"
		"SimpleNotificationService-f3.pem",
		false},
	    {SNS,
		"https://sns.a.b.amazonaws.com/"
		"SimpleNotificationService-f3.pem",
		false},
	    {SNS,
		"https://sns.evil.example/?.amazonaws.com/"
		"SimpleNotificationService-f3.pem",
		false},
	    {SNS,
		"https://sns.us-west-2.amazonaws.com:8443/"
		"SimpleNotificationService-f3.pem",
		false},
	    {SNS,
		"https://u@sns.us-west-2.amazonaws.com/"
		"SimpleNotificationService-f3.pem",
		false},
	    {SNS,
		"http://sns.us-west-2.amazonaws.com/"
		"SimpleNotificationService-f3.pem",
		false},
	    {SNS,
		"https://sns.us-west-2.amazonaws.com/"
		"SimpleNotificationService-../x.pem",
		false},
	    {SNS,
		"https://sns.us-west-2.amazonaws.com/"
		"SimpleNotificationService-f3.pem?x",
		false},
	};

	for (size_t i = 0; i < sizeof(row) / sizeof(row[0]); i++)
		is_int(wildcard_match(row[i].pattern, span_str(row[i].text)),
		    row[i].want, "\"%s\" of \"%s\"", row[i].text,
		    row[i].pattern);
	ok(!wildcard_match("a*", span_mem("ab\0", 3)), "no NUL");
}

static void
test_text(void)
{
	static const struct {
		const char *pattern, *text;
		bool want;
	} row[] = {
	    {"", "", true},
	    {"", "a", false},
	    {"*", "", true},
	    {"*", "a.b/c d", true},
	    {"**", "", true},
	    {"a", "a", true},
	    {"a", "A", false},
	    {"a", "", false},
	    {"a", "ab", false},
	    {"invoice.*", "invoice.payment.failed", true},
	    {"invoice.*", "invoice.", true},
	    {"invoice.*", "invoice", false},
	    {"invoice.*", "invoicexpaid", false},
	    {"*.paid", "invoice.paid", true},
	    {"*.paid", "invoice.paid.x", false},
	    {"*.paid", "paid.paid", true},
	    {"Push *", "Push Hook", true},
	    {"a*b*c", "aXbXbXc", true},
	    {"a*b*c", "abc", true},
	    {"a*b*c", "acb", false},
	    {"*a*a", "aa", true},
	    {"*a*a", "a", false},
	    {"*ab", "aab", true},
	    {"?", "a", false},
	    {"?", "?", true},
	    {"[ab]", "a", false},
	    {"{region}", "us-east-1", false},
	    {"a*", "a*", true},
	    {"a*", "a", true},
	    {"*\xc3\xa9", "caf\xc3\xa9", true},
	};

	for (size_t i = 0; i < sizeof(row) / sizeof(row[0]); i++)
		is_int(wildcard_text(row[i].pattern, span_str(row[i].text)),
		    row[i].want, "\"%s\" of \"%s\", any text", row[i].text,
		    row[i].pattern);
	ok(!wildcard_text("a", span_mem("a\0", 2)), "a NUL is a byte");
	ok(wildcard_text("a*", span_mem("a\0", 2)), "and a star takes it");
}

static void
test_region(void)
{
	static const char *const good[] = {"us-east-1", "us-west-2",
	    "cn-north-1", "cn-northwest-1", "us-gov-west-1", "us-gov-east-1",
	    "us-iso-east-1", "us-isob-east-1", "eu-isoe-west-1",
	    "us-isof-south-1", "eusc-de-east-1", "ap-southeast-2",
	    "ap-northeast-3", "mx-central-1", "me-central-10"};
	static const char *const bad[] = {"", "s3", "s3-us-west-2", "us-east",
	    "us-east-", "us-east-a", "us-east-100", "us-east-1a", "US-EAST-1",
	    "us--1", "us-website-1", "s3-website-us-east-1", "us-gov-1",
	    "eusc-east-1", "eusc-gov-east-1", "usa-east-1", "u-east-1",
	    "us-east-1-", "-us-east-1", "execute-api", "dualstack",
	    "us-de-east-1", "us-east_1", "us-east-1.s3", "ec2-us-east-1"};
	static const char *const pattern[] = {
	    "{region}", "*{region}", "*.{region}", "{region}{region}"};

	for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++)
		ok(wildcard_region(span_str(good[i])), "%s", good[i]);
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		ok(!wildcard_region(span_str(bad[i])), "not \"%s\"", bad[i]);
	ok(wildcard_match(pattern[0], span_str("eu-west-1")), "by itself");
	ok(wildcard_match(pattern[2], span_str("a.eu-west-1")), "after a star");
	ok(wildcard_match(pattern[1], span_str("xeu-west-1")),
	    "a star gives way");
	ok(!wildcard_match(pattern[0], span_str("eu-west-1.x")), "all of it");
	ok(!wildcard_match(pattern[3], span_str("eu-west-1eu-west-1")),
	    "up to the next dot");
	ok(!wildcard_match("{place}", span_str("eu-west-1")), "the whole word");
}

static void
test_any(void)
{
	const char *const pattern[] = {"a", "b*", NULL, "c"};

	ok(wildcard_any(pattern, 4, span_str("a")), "the first");
	ok(wildcard_any(pattern, 4, span_str("bx")), "the second");
	ok(!wildcard_any(pattern, 4, span_str("c")), "none behind a NULL");
	ok(!wildcard_any(pattern, 1, span_str("bx")), "nor behind the last");
	ok(!wildcard_any(pattern, 0, span_str("a")), "nor of none");
}

int
main(void)
{
	test_match();
	test_text();
	test_region();
	test_any();
	return done();
}
