/* spelling.c - which of the right names a wrong one is near to. */
#include "base/spelling.h"

#include "../tap.h"

static const char *const right[] = {"id", "type", "secret_file", "secret_env",
    "signature", "signature_encoding", "github", "gitlab", "list",
    "certificate_without_issuers"};

static void
near(const char *name, const char *want)
{
	struct spelling search = spelling_of(span_str(name));
	char hint[SPELLING_HINT_MAX], full[SPELLING_HINT_MAX] = "";

	for (size_t i = 0; i < sizeof(right) / sizeof(right[0]); i++)
		spelling_try(&search, right[i]);
	is_str(search.nearest, want, "%.60s", name);
	if (want != NULL)
		snprintf(full, sizeof(full), ": did you mean \"%s\"?", want);
	is_str(spelling_hint(hint, &search), full, "and the end of a message");
}

int
main(void)
{
	char text[SPELLING_NAME_MAX + 2];

	near("secert_file", "secret_file");
	near("secret-file", "secret_file");
	near("secretfile", "secret_file");
	near("secret_files", "secret_file");
	near("Secret_File", "secret_file");
	near("SECRET_FILE", NULL);
	near("githb", "github");
	near("gitlub", "github");
	near("gitla", "gitlab");
	near("ilst", "list");
	near("ytpe", "type");
	near("signature_encodign", "signature_encoding");
	near("certificate_with_no_issuer", "certificate_without_issuers");
	/* Beginnings, of which the first in the list is taken. */
	near("secret", "secret_file");
	near("sig", "signature");
	near("signature_header", "signature");
	near("se", NULL);
	near("identity", NULL);
	/* Nothing is left of a short name with two wrong letters. */
	near("ix", "id");
	near("xy", NULL);
	near("tip", NULL);
	near("", NULL);
	near("nobody", NULL);
	/* As long as can be compared, and longer. */
	memset(text, 's', sizeof(text));
	text[SPELLING_NAME_MAX] = '\0';
	near(text, NULL);
	text[SPELLING_NAME_MAX] = 's';
	text[SPELLING_NAME_MAX + 1] = '\0';
	memcpy(text, "signature", 9);
	near(text, NULL);
	text[SPELLING_NAME_MAX] = '\0';
	near(text, "signature");
	return done();
}
