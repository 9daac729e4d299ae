/*
 * forward.c - what hookdir-forward sends along, how it signs, and what an answer
 * means.
 */
#include "../../forward/signing.h"
#include "../../forward/verdict.h"
#include "../tap.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static void
test_status(void)
{
	static const long failed[] = {400, 410, 413, 415, 422};
	unsigned done_n = 0, failed_n = 0;

	for (long status = 0; status < 1000; status++) {
		const enum verdict verdict = verdict_of(status);

		done_n += verdict == VERDICT_DONE;
		failed_n += verdict == VERDICT_FAILED;
		if (status >= 200 && status <= 299 && verdict != VERDICT_DONE)
			ok(false, "%ld is done", status);
	}
	is_int(done_n, 100, "2xx is done, and nothing else");
	is_int(failed_n, COUNT(failed), "few are failed for good");
	for (size_t i = 0; i < COUNT(failed); i++)
		is_int(verdict_of(failed[i]), VERDICT_FAILED, "%ld", failed[i]);
	is_int(verdict_of(301), VERDICT_LATER, "a redirect");
	is_int(verdict_of(404), VERDICT_LATER, "nothing there");
	is_int(verdict_of(0), VERDICT_LATER, "no answer");
}

static void
test_after(void)
{
	/* Now: Fri, 27 Nov 2026 12:00:00 GMT. */
	const int64_t now = 1795780800;
	static const struct {
		const char *value;
		long want;
	} list[] = {
	    {"0", 0},
	    {"120", 120},
	    {" 7 ", 7},
	    {"86400", 86400},
	    {"86401", 86400},
	    {"99999999999999999999999999", 86400},
	    {"Fri, 27 Nov 2026 12:00:30 GMT", 30},
	    {"Fri, 27 Nov 2026 11:59:59 GMT", 0},
	    {"Thu, 01 Jan 1970 00:00:00 GMT", 0},
	    {"Sun, 27 Nov 2044 12:00:00 GMT", 86400},
	    {"", VERDICT_NO_AFTER},
	    {"-1", VERDICT_NO_AFTER},
	    {"+1", VERDICT_NO_AFTER},
	    {"1.5", VERDICT_NO_AFTER},
	    {"1 2", VERDICT_NO_AFTER},
	    {"soon", VERDICT_NO_AFTER},
	    {"2026-11-27T12:00:30Z", VERDICT_NO_AFTER},
	    {"Fri, 27 Nov 2026 12:00:30 GMT, 5", VERDICT_NO_AFTER},
	};

	for (size_t i = 0; i < COUNT(list); i++)
		is_int(verdict_after(span_str(list[i].value), now),
		    list[i].want, "Retry-After: %s", list[i].value);
}

static void
test_shown(void)
{
	char shown[VERDICT_SHOWN_MAX];
	char longer[2 * VERDICT_SHOWN_MAX];

	verdict_shown(shown, span_str(""));
	is_str(shown, "", "nothing");
	verdict_shown(shown, span_str(" \r\n\t no\r\n  such \x1b[31m user \n"));
	is_str(shown, "no such [31m user", "one line, without control bytes");
	verdict_shown(shown, span_str("gr\xc3\xbc\xdf\x7f!"));
	is_str(shown, "gr??? !", "no bytes above ASCII");
	verdict_shown(shown, span_mem("a\0b", 3));
	is_str(shown, "a b", "a NUL");
	memset(longer, 'x', sizeof(longer));
	verdict_shown(shown, span_mem(longer, sizeof(longer)));
	is_int(strlen(shown), VERDICT_SHOWN_MAX - 1, "a long one is cut");
	for (size_t i = 0; i < sizeof(longer); i += 2)
		longer[i] = ' ';
	verdict_shown(shown, span_mem(longer, sizeof(longer)));
	is_int(strlen(shown), VERDICT_SHOWN_MAX - 1, "one with blanks too");
}

static void
test_headers(void)
{
	struct span rest = span_str("Ce-Specversion: 1.0\n"
				    "Ce-Id: evt%201\n"
				    "ce-type: push\n"
				    "Hookdir-Dedup: x\n"
				    "Content-Type: application/json\n"
				    "Content-Encoding: gzip\n"
				    "Content-Encoding: br\n"
				    "Content-Length: 2\n"
				    "Content-Typewriter: x\n"
				    "Cent: x\n"
				    "Ce-no colon\n"
				    "Original-Ce-Id: x\n"
				    "X-Sig: ce-id: 1\n"
				    "Authorization: Bearer x\n"
				    "Ce-Subject: a");
	static const char *const want[] = {
	    "Ce-Specversion: 1.0",
	    "Ce-Id: evt%201",
	    "ce-type: push",
	    "Content-Type: application/json",
	    "Content-Encoding: gzip",
	    "Content-Encoding: br",
	    "Ce-Subject: a",
	};
	struct span line;

	for (size_t i = 0; i < COUNT(want); i++) {
		ok(signing_header(&rest, &line), "one more");
		is_span(line, want[i], "%s", want[i]);
	}
	ok(!signing_header(&rest, &line), "and no other");
}

/* The vector of the project's own libraries. */
#define SECRET    "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
#define ID        "msg_p5jXN8AQM9LWM0D4loKWxJek"
#define TIME      1614265330
#define PAYLOAD   "{\"test\": 2432232314}"
#define SIGNATURE "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="

static const char *
signed_with(const char *lines)
{
	static char value[SIGNING_MAX];
	struct secrets secrets;
	struct reason why = {""};

	value[0] = '\0';
	if (!ok(secrets_parse(&secrets, span_str(lines), SECRET_WHSEC, &why),
		"the secrets: %s", why.text))
		return value;
	signing_sign(value, &secrets, span_str(ID), TIME, span_str(PAYLOAD));
	secrets_free(&secrets);
	return value;
}

static void
test_signature(void)
{
	static const char other[] = "whsec_AAECAwQFBgcICQoLDA0ODw==\n";
	char all[512] = "";
	const char *value;

	is_str(signed_with(SECRET "\n"), SIGNATURE, "Standard Webhooks' own");
	is_str(signed_with("MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw\n"), SIGNATURE,
	    "without whsec_");
	value = signed_with("# the new one\n" SECRET "\n\n# the old one\n"
			    "whsec_AAECAwQFBgcICQoLDA0ODw==\n");
	is_int(strlen(value), 2 * strlen(SIGNATURE) + 1, "two secrets");
	ok(strncmp(value, SIGNATURE " v1,", strlen(SIGNATURE " v1,")) == 0,
	    "each has its signature");
	ok(strcmp(value + strlen(SIGNATURE) + 1, SIGNATURE) != 0,
	    "and another one");
	for (size_t i = 0; i < SECRETS_MAX; i++)
		memcpy(all + strlen(all), other, sizeof(other));
	is_int(strlen(signed_with(all)), SIGNING_MAX - 2, "as many as can be");
}

int
main(void)
{
	test_status();
	test_after();
	test_shown();
	test_headers();
	test_signature();
	return done();
}
