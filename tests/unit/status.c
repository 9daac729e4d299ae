/* status.c - every outcome has its code; reasons fit and keep errno. */
#include <errno.h>
#include <limits.h>
#include <stdlib.h>

#include "base/status.h"

#include "../tap.h"

static void
test_codes(void)
{
	static const struct {
		enum status st;
		int code;
		const char *phrase;
	} row[] = {
	    {ST_OK, 200, "OK"},
	    {ST_DUPLICATE, 200, "OK"},
	    {ST_ANSWERED, 200, "OK"},
	    {ST_BAD_REQUEST, 400, "Bad Request"},
	    {ST_UNVERIFIED, 401, "Unauthorized"},
	    {ST_NO_ROUTE, 404, "Not Found"},
	    {ST_BAD_METHOD, 405, "Method Not Allowed"},
	    {ST_NO_LENGTH, 411, "Length Required"},
	    {ST_TOO_LARGE, 413, "Content Too Large"},
	    {ST_MISCONFIGURED, 500, "Internal Server Error"},
	    {ST_TRY_LATER, 503, "Service Unavailable"},
	};

	is_int(ST__MAX, sizeof(row) / sizeof(row[0]), "all are known here");
	for (size_t i = 0; i < sizeof(row) / sizeof(row[0]); i++) {
		is_int(status_code(row[i].st), row[i].code, "code of %zu", i);
		is_str(status_phrase(row[i].st), row[i].phrase, "phrase of %zu",
		    i);
	}
	for (int i = 0; i < ST__MAX; i++) {
		int code = status_code((enum status)i);

		ok(code != 410 && code / 100 != 3 && code >= 200,
		    "%d asks no sender to stop or to go elsewhere", code);
	}
	is_int(status_code(ST__MAX), 500, "behind the last: 500");
	is_int(status_code((enum status)INT_MAX), 500, "far out: 500");
	is_int(status_code((enum status) - 1), 500, "before the first: 500");
	is_str(status_phrase((enum status) - 1), "Internal Server Error",
	    "and its phrase");
}

static void
test_reasons(void)
{
	struct reason why = {""};
	char longest[2 * REASON_MAX];

	is_str(why.text, "", "a zeroed reason is empty");
	reason_set(&why, "%s: %d", "port", 80);
	is_str(why.text, "port: 80", "formatted");
	memset(longest, 'x', sizeof(longest));
	longest[sizeof(longest) - 1] = '\0';
	reason_set(&why, "%s", longest);
	is_int(strlen(why.text), REASON_MAX - 1, "cut to fit");

	errno = ENOSPC;
	is_int(reason_errno(&why, "%s", "new/"), ST_TRY_LATER,
	    "a system call that failed: try later");
	is_int(errno, ENOSPC, "errno is as it was");
	is_str(why.text, "new/: No space left on device", "object and cause");
	errno = EACCES;
	reason_errno(&why, "cur/");
	ok(strstr(why.text, "cur/: Permission denied to uid ") == why.text,
	    "who has no right");
	is_int(errno, EACCES, "and errno is as it was");
	errno = EIO;
	reason_errno(&why, "%s", longest);
	is_int(strlen(why.text), REASON_MAX - 1, "the cause is cut to fit");
	longest[REASON_MAX - 4] = '\0';
	reason_errno(&why, "%s", longest);
	is_str(why.text + REASON_MAX - 4, ": I", "cut within the cause");
	errno = 12345;
	reason_errno(&why, "it");
	ok(strstr(why.text, "12345") != NULL, "unknown errors keep a number");
}

int
main(void)
{
	/* The words of strerror() are those of the C locale. */
	unsetenv("LANGUAGE");
	test_codes();
	test_reasons();
	return done();
}
