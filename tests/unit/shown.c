/* shown.c - what messages show of a text, and what secrets look like. */
#include "base/shown.h"
#include <errno.h>

#include "base/credential.h"
#include "sandbox.h"

#include "../tap.h"

/* What no message may show, wherever it stands. */
static const char *const secret[] = {
    "whsec_5f4dcc3b5aa765d61d8327deb882cf99",
    "sk_live_51H8xyzABCDEFGHIJ",
    "5f4dcc3b5aa765d61d8327deb882cf99",
    "5F4DCC3B5AA765D61D8327DEB882CF99",
    "98ebda579bbc549fe827952fcdc438134c37cfa5",
    "MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
    "C2FVsBQIhrscChlQIMV+b5sSYspob7oD",
    "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP",
    "tok.Zm9vYmFyLWJlYXJlci10b2tlbg",
    "shpss_1234567890abcdef1234567890abcdef",
    "xoxb-17653672481-19874698323-pdFZKVeTuE8sk7oOcHrzzqgy",
    "ghp_16C7e42F292c6912E7710c838347Ae178B4a",
    "glpat-7Jq2mXz0Yd4KpV9sQQQQ",
    "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJib2IifQ.c2lnbmF0dXJl",
    NULL,
};

static const char *const name[] = {
    "secert_file",
    "inbax",
    "X-Hub-Signature-256",
    "X-Coral-Signature",
    "x-ms-signature-v2",
    "X-Twilio-Email-Event-Webhook-Timestamp",
    "HmacSha256WithRsaEncryption",
    "standard-webhooks",
    "sha256=",
    "v1=",
    "Bearer ",
    "json:data.object.id",
    "header:X-Slack-Request-Timestamp",
    "oauth2client",
    "customfield_10010",
    "",
    NULL,
};

static void
test_names(void)
{
	char shown[SHOWN_MAX];

	for (size_t i = 0; secret[i] != NULL; i++) {
		ok(credential_like(span_str(secret[i])), "like a secret: %s",
		    secret[i]);
		is_str(shown_name(shown, span_str(secret[i])), SHOWN_NOTHING,
		    "and not shown");
	}
	for (size_t i = 0; name[i] != NULL; i++) {
		ok(!credential_like(span_str(name[i])), "no secret: '%s'",
		    name[i]);
		is_str(
		    shown_name(shown, span_str(name[i])), name[i], "and shown");
	}
}

static void
test_paths(void)
{
	char shown[SHOWN_MAX], path[1024], want[1024];

	for (size_t i = 0; secret[i] != NULL; i++) {
		snprintf(path, sizeof(path), "%s", sandbox_path(secret[i]));
		snprintf(want, sizeof(want), "%s", sandbox_path(""));
		strncat(want, SHOWN_NOTHING, sizeof(want) - strlen(want) - 1);
		is_str(shown_path(shown, path), want, "not the path %s",
		    secret[i]);
	}
	snprintf(path, sizeof(path), "%s", sandbox_path("hunter2"));
	ok(strstr(shown_path(shown, path), "hunter2") == NULL,
	    "a word that is no file");
	sandbox_text("hunter2", "x", 0600);
	is_str(shown_path(shown, path), path, "a file that exists");
	sandbox_text(secret[2], "x", 0600);
	snprintf(path, sizeof(path), "%s", sandbox_path(secret[2]));
	is_str(shown_path(shown, path), path, "even one called so");
	for (const char *const *file = (const char *const[]){"coral.secret",
		 "keys/coral.secret", "try.pem", "stripe-live.txt", "none",
		 "keys/none", "coral-live", "a\x1b[31m\nb", NULL};
	     *file != NULL; file++) {
		snprintf(path, sizeof(path), "%s", sandbox_path(*file));
		errno = ENOENT;
		is_str(shown_path(shown, path), path, "the name of a file: %s",
		    *file);
		is_int(errno, ENOENT, "errno is kept");
	}
	snprintf(path, sizeof(path), "%s", sandbox_path("ab/cd+ef"));
	ok(strstr(shown_path(shown, path), "cd+ef") == NULL,
	    "base64 with a slash");
	is_str(shown_path(shown, "/nonexistent/hookdir.json"),
	    "/nonexistent/hookdir.json", "an absolute path");
	is_str(shown_path(shown, "whsec_5f4dcc3b5aa765d6"), SHOWN_NOTHING,
	    "a relative one");
}

static void
test_urls(void)
{
	static const struct {
		const char *url, *shown;
	} row[] = {
	    {"https://example.com/jwks", "https://example.com/jwks"},
	    {"https://example.com:8443/a/b", "https://example.com:8443/a/b"},
	    {"https://example.com/jwks?token=hunter2",
		"https://example.com/jwks?..."},
	    {"https://example.com?t", "https://example.com?..."},
	    {"https://example.com/#t", "https://example.com/?..."},
	    {"https://me:hunter2@example.com/a?b",
		"https://***@example.com/a?..."},
	    {"http://@[::1]:80", "http://***@[::1]:80"},
	    {"/hooks/twilio?token=hunter2", "/hooks/twilio?..."},
	    {"/hooks", "/hooks"},
	    {"public_key", "public_key"},
	    {"5f4dcc3b5aa765d61d8327deb882cf99", SHOWN_NOTHING},
	};
	char shown[SHOWN_MAX];

	for (size_t i = 0; i < sizeof(row) / sizeof(row[0]); i++)
		is_str(shown_url(shown, span_str(row[i].url)), row[i].shown,
		    "%s", row[i].url);
}

/* Each row is found by its form, and by no shorter form before it. */
static void
test_table(void)
{
	const struct credential *row;
	char text[128];

	for (size_t i = 0; (row = credential_at(i)) != NULL; i++) {
		snprintf(text, sizeof(text), "%s%.*s", row->form,
		    (int)row->more, "abcdefghijklmnopqrstuvwxyzabcdefghijkl");
		ok(credential_find(span_str(text)) == row, "%s", row->form);
		text[strlen(text) - 1] = '\0';
		ok(credential_find(span_str(text)) != row,
		    "%s and too little behind it", row->form);
		ok(row->what[0] != '\0' && row->instead[0] != '\0',
		    "says what it is, and what to do");
	}
	ok(credential_find(span_str("whsec")) == NULL, "no form");
	ok(credential_inside(span_str("header:whsec_12345678")) != NULL &&
		credential_inside(span_str("{whsec_12345678}")) != NULL,
	    "within a text");
	ok(credential_inside(span_str("a_whsec_1234567")) == NULL &&
		credential_inside(span_str("awhsec_12345678")) == NULL &&
		credential_inside(span_str("")) == NULL,
	    "too short, within a word, or nothing");
	ok(credential_at_home(
	       credential_find(span_str("sk_live_12345678")), "paystack"),
	    "at home");
	ok(!credential_at_home(
	       credential_find(span_str("sk_live_12345678")), "stripe"),
	    "elsewhere");
	ok(!credential_at_home(
	       credential_find(span_str("shpat_12345678")), "shopify"),
	    "at home nowhere");
	ok(!credential_at_home(
	       credential_find(span_str("sk_live_12345678")), NULL),
	    "nor without a preset");
}

int
main(void)
{
	sandbox_make();
	test_names();
	test_paths();
	test_urls();
	test_table();
	sandbox_remove(sandbox_dir);
	return done();
}
