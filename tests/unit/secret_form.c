/* secret_form.c - what looks wrong in a secret file, and what does not. */
#include "profile/secret_form.h"
#include "base/credential.h"

#include "../tap.h"

#define SECRET "0aW4bKs9Zq7LmN2x"

static const struct {
	const char *name;
	struct span line;
	const char *advice; /* NULL: nothing is odd */
} row[] = {
    {"plain", {(const unsigned char *)SECRET, 16}, NULL},
#define ROW(name, text, advice)                                          \
	{                                                                \
		name, {(const unsigned char *)(text), sizeof(text) - 1}, \
		    advice                                               \
	}
    ROW("a BOM", "\xef\xbb\xbf" SECRET, "byte order mark: save"),
    ROW("a BOM in it",
	"0aW4\xef\xbb\xbf"
	"bKs9",
	"byte order mark (U+FEFF)"),
    ROW("UTF-16",
	"0\0a\0W\0"
	"4\0",
	"like UTF-16"),
    ROW("UTF-16, big endian",
	"\0"
	"0\0a\0W\0"
	"4",
	"like UTF-16"),
    ROW("a NUL", "0aW4\0bKs9Zq7LmN2x", "has a NUL in it"),
    ROW("CR as line end", "0aW4bKs9\r0aW4bKs9", "has a CR in it"),
    ROW("a control byte", "0aW4\x08Ks9", "has a control character"),
    ROW("DEL", "0aW4\x7fKs9", "has a control character"),
    ROW("a tab", "0aW4\tKs9", NULL),
    ROW("NBSP", "0aW4\xc2\xa0Ks9", "a no-break space (U+00A0)"),
    ROW("zero width", "0aW4\xe2\x80\x8bKs9", "zero-width character (U+200B)"),
    ROW("a joiner", "0aW4\xe2\x80\x8dKs9", "zero-width character (U+200D)"),
    ROW("bidi", "0aW4\xe2\x80\xaeKs9", "mark of direction (U+202E)"),
    ROW("a soft hyphen", "0aW4\xc2\xadKs9", "a soft hyphen (U+00AD)"),
    ROW("a tag", "0aW4\xf3\xa0\x81\x81Ks9", "a tag (U+E0041)"),
    ROW("a wide space", "0aW4\xe3\x80\x80Ks9", "a space (U+3000)"),
    ROW("letters", "caf\xc3\xa9-\xe6\x9d\xb1\xe4\xba\xac-\xf0\x9f\x98\x80",
	NULL),
    ROW("not UTF-8", "0aW4\xa0\xff\xc2", NULL),
    ROW("cut off", "0aW4\xe2\x80", NULL),
    ROW("double quotes", "\"" SECRET "\"", "is in quotes"),
    ROW("single quotes", "'" SECRET "'", "is in quotes"),
    ROW("of a list", "\"" SECRET "\",", "is in quotes"),
    ROW("of a printer", "\xe2\x80\x9c" SECRET "\xe2\x80\x9d", "is in quotes"),
    ROW("one quote", "\"" SECRET, NULL),
    ROW("quotes alone", "\"\"", "no letter"),
    ROW("a quote in it", "0aW4\"bKs9", NULL),
    ROW("two", SECRET " " SECRET, "looks like several secrets"),
    ROW("two, a comma", SECRET ", " SECRET "=", "looks like several secrets"),
    ROW("two, a semicolon", SECRET ";" SECRET, "looks like several secrets"),
    ROW("one and a comma", SECRET ",", NULL),
    ROW("words", "internationalization correct-horse-battery it", NULL),
    ROW("a colon", SECRET ":" SECRET, NULL),
    ROW("signs", SECRET "!," SECRET, NULL),
    ROW("dots",
	"\xe2\x80\xa2\xe2\x80\xa2\xe2\x80\xa2"
	"abcd",
	"that were hidden"),
    ROW("stars", "sk_****abcd", "that were hidden"),
    ROW("a few stars", "a**b***c", NULL),
    ROW("SSH", "ssh-ed25519 AAAAC3NzaC1lZDI1 me", "a key of SSH"),
    ROW("no SSH", "ssh-ed25519", NULL),
    ROW("NAME=value", "SECRET=" SECRET, "has a name and ="),
    ROW("in quotes", "SECRET=\"" SECRET "\"", "has a name and ="),
    ROW("export", "export WEBHOOK_SECRET=" SECRET, "has a name and ="),
    ROW("blanks", "secret = " SECRET, "has a name and ="),
    ROW("base64", "0aW4bKs9Zq7LmN2xQQ==", NULL),
    ROW("base64, one", "aaW4bKs9Zq7LmN2xQQQ=", NULL),
    ROW("base64 of letters", "abcdefgh==", NULL),
    ROW("no name", "=abc", NULL),
    ROW("NAME: value", "secret: " SECRET, "has a name and a colon"),
    ROW("JSON", "\"secret\": \"" SECRET "\",", "has a name and a colon"),
    ROW("JSON, all of it", "{\"secret\":\"" SECRET "\"}",
	"has a name and a colon"),
    ROW("a user and password", "me:" SECRET, NULL),
    ROW("a literal \\n", SECRET "\\n", "ends with a backslash"),
    ROW("a literal \\r\\n", SECRET "\\r\\n", "ends with a backslash"),
    ROW("a backslash in it", "0aW4\\nKs9", NULL),
    ROW("no comment", "#made in November 2026", "looks like a comment"),
    ROW("no comment either", "// made 2026", "looks like a comment"),
    ROW("nor this", "; made", "looks like a comment"),
    ROW("a line that divides", "####################", "no letter"),
    ROW("another", "-------------------", "no letter"),
    ROW("a bracket that is left of JSON", "}", "no letter"),
    ROW("written with a backslash", "# 0aW4 bKs9", NULL),
    ROW("a comment behind it", SECRET " # of the shop", "line of its own"),
    ROW("a number sign in it", "0aW4#bKs9 #", NULL),
    ROW("a number sign", "#0aW4bKs9", NULL),
    ROW("whsec_ twice", "whsec_whsec_" SECRET, "whsec_ twice"),
    ROW("an account of Twilio", "AC0123456789abcdef0123456789abcdef",
	"the SID of an account"),
    ROW("a key of Twilio", "SK0123456789abcdef0123456789abcdef",
	"the SID of an account"),
    ROW("one digit less", "AC0123456789abcdef0123456789abcde", NULL),
    ROW("other letters", "AC0123456789abcdef0123456789abcdeg", NULL),
    ROW("a path", "/etc/hookdir/coral.secret", "the path of a file"),
    ROW("a path of here", "./coral.secret", "the path of a file"),
    ROW("base64 with a slash", "/0aW4/bKs9Zq7LmN2xQQ==", NULL),
    ROW("an address", "shop@mail.example.com", "an e-mail address"),
    ROW("an at sign", "0aW4@bKs9", NULL),
    ROW("two at signs", "a@b@example.com", NULL),
    ROW("a number at its end", "a@b.c9", NULL),
    ROW("of a manual", "YOUR_WEBHOOK_SECRET", "that of an example"),
    ROW("of another", "<your secret here>", "that of an example"),
    ROW("one bracket", "<0aW4bKs9", NULL),
    ROW("yours", "yours0aW4bKs9", NULL),
#undef ROW
};

static void
test_shapes(void)
{
	const struct secret_owner nobody = {NULL, SECRET_RAW};
	struct reason advice;

	for (size_t i = 0; i < sizeof(row) / sizeof(row[0]); i++) {
		advice.text[0] = '\0';
		if (row[i].advice == NULL) {
			ok(!secret_form_odd(row[i].line, &nobody, &advice),
			    "not odd: %s", row[i].name);
			is_str(advice.text, "", "nothing is said");
			continue;
		}
		ok(secret_form_odd(row[i].line, &nobody, &advice) &&
			strstr(advice.text, row[i].advice) != NULL,
		    "odd: %s", row[i].name);
		ok(strstr(advice.text, "aW4") == NULL &&
			strstr(advice.text, "Ks9") == NULL,
		    "nothing of it is said: %s", advice.text);
	}
}

/* Each row of the table: elsewhere, at home, and where it is too short. */
static void
test_credentials(void)
{
	const struct secret_owner spaces = {"spaces", SECRET_RAW};
	const struct credential *form;
	struct reason advice;
	char line[128];

	for (size_t i = 0; (form = credential_at(i)) != NULL; i++) {
		struct span home = span_str(form->home);

		snprintf(line, sizeof(line), "%s%.*s", form->form,
		    (int)(form->more > 0 ? form->more : 12),
		    "0aW4bKs9Zq7LmN2x0aW4bKs9Zq7LmN2x");
		ok(secret_form_odd(span_str(line), &spaces, &advice) &&
			strstr(advice.text, form->what) != NULL &&
			strstr(advice.text, form->instead) != NULL,
		    "%s: %s", form->form, advice.text);
		ok(strstr(advice.text, "0aW4") == NULL, "without the rest");
		while (home.ptr != NULL) {
			struct span name = span_cut(&home, ' ');
			struct secret_owner owner = {line + 64, SECRET_RAW};

			snprintf(line + 64, 64, "%.*s", (int)name.len,
			    (const char *)name.ptr);
			if (span_is(name, "-"))
				owner.preset = NULL;
			ok(!secret_form_odd(span_str(line), &owner, &advice),
			    "%s is at home at %s", form->form, line + 64);
		}
		line[strlen(form->form) - 1] = '\0';
		ok(!secret_form_odd(span_str(line), &spaces, &advice) ||
			strstr(advice.text, form->what) == NULL,
		    "no more than a part of the form");
	}
}

static void
test_prefix(void)
{
	struct secret_owner owner = {"stripe", SECRET_RAW};
	struct reason advice;

	ok(secret_form_odd(span_str(SECRET), &owner, &advice) &&
		strstr(advice.text, "does not begin with whsec_") != NULL,
	    "Stripe's without whsec_");
	ok(!secret_form_odd(span_str("whsec_" SECRET), &owner, &advice),
	    "and with it");
	owner = (struct secret_owner){"github", SECRET_RAW};
	ok(secret_form_odd(span_str("whsec_" SECRET), &owner, &advice),
	    "at GitHub there is none");
	owner.encoding = SECRET_WHSEC;
	ok(!secret_form_odd(span_str("whsec_" SECRET), &owner, &advice),
	    "but where the settings say so");
	ok(secret_form_odd(span_str("v1,whsec_" SECRET), &owner, &advice) &&
		strstr(advice.text, "remove \"v1,\"") != NULL,
	    "as Supabase shows it");
}

static void
count(void *arg, unsigned line, const char *advice)
{
	unsigned *sum = arg;

	(void)advice;
	*sum = 10 * *sum + line;
}

static void
test_lines(void)
{
	const struct secret_owner nobody = {NULL, SECRET_RAW};
	struct secrets lines;
	struct reason why;
	unsigned sum = 0;

	ok(secrets_parse(&lines,
	       span_str("# \"a comment\"\nplain\n\n\"quoted\"\nA=b\n"),
	       SECRET_RAW, &why),
	    "three secrets");
	secret_form_look(&lines, &nobody, count, &sum);
	is_int(sum, 45, "of which lines 4 and 5 are odd");
	secrets_free(&lines);
}

int
main(void)
{
	test_shapes();
	test_credentials();
	test_prefix();
	test_lines();
	return done();
}
