/* scheme.c - the table of schemes, and what each may claim. */
#include "profile/scheme.h"
#include "verify/schemes.h"
#include "verify/verified.h"

#include "../tap.h"

static void
test_table(void)
{
	static const struct {
		const char *name;
		bool covers_body, storable;
	} row[] = {
	    {"hmac", true, true},
	    /* A password says nothing of the body and is never written. */
	    {"token", false, false},
	    {"ed25519", true, true},
	    {"ecdsa", true, true},
	    {"rsa", true, true},
	    {"standard", true, true},
	    {"jwt", true, true},
	    {"httpsig", true, true},
	};

	for (size_t i = 0; i < sizeof(row) / sizeof(row[0]); i++) {
		const struct scheme *found = scheme_find(span_str(row[i].name));

		if (!ok(found != NULL, "%s is a scheme", row[i].name))
			continue;
		is_str(found->name, row[i].name, "by its name");
		is_int(found->covers_body, row[i].covers_body, "covers body");
		is_int(found->storable, row[i].storable, "may be stored");
		ok(found->verify != NULL, "and can be run");
	}
}

static void
test_unknown(void)
{
	static const char *const name[] = {
	    "", "none", "HMAC", "hmac ", "hma", "hmac2", "plain"};
	struct verified zero = {.how = NULL};

	for (size_t i = 0; i < sizeof(name) / sizeof(name[0]); i++)
		ok(scheme_find(span_str(name[i])) == NULL,
		    "\"%s\" is no scheme", name[i]);
	ok(scheme_find(span_str(NULL)) == NULL, "nor is nothing");
	ok(scheme_find(span_mem("hmac\0", 5)) == NULL, "nor with a NUL");
	verified_free(&zero);
	verified_free(&zero);
	ok(zero.how == NULL, "freeing a zeroed one is harmless");
}

int
main(void)
{
	test_table();
	test_unknown();
	return done();
}
