/* settings_mutate.c - one setting more, of a right kind or of a wrong one. */
#include "settings_mutate.h"

#include <stdio.h>

#include "../fuzz.h"
#include "config/run_entry.h"
#include "hold/hold.h"
#include "mutate.h"
#include "preset/preset.h"
#include "profile/secret.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

enum kind { TEXT, TEXTS, BOOL, OBJECT, NUMBER, OPTIONAL, NUMBERS, SKIPPED };
enum place { TOP, ENTRY, HOLD, RUN };

static const struct row {
	const char *name, *old;
	enum place place;
	enum kind kind;
	long min, max;
} row[] = {
#define TOP_SETTING(name, kind, min, max, old, ...) \
	{#name, old, TOP, kind, min, max},
#define ENTRY_SETTING(name, kind, min, max, old, ...) \
	{#name, old, ENTRY, kind, min, max},
#define PRESET_SETTING(name, kind, min, max, old, ...) \
	{#name, old, ENTRY, kind, min, max},
#define HOLD_SETTING(name, kind, min, max, old, ...) \
	{#name, old, HOLD, kind, min, max},
#define RUN_SETTING(name, kind, min, max, old, ...) \
	{#name, old, RUN, kind, min, max},
#include "preset/setting_list.h"
};

/* What some setting takes, and some that none takes. */
static const char *const text_value[] = {"hmac", "token", "ed25519", "ecdsa",
    "rsa", "standard", "jwt", "httpsig", "sha1", "sha256", "sha384", "sha512",
    "md5", "raw", "hex", "base64", "base64url", "whsec", "X-Sig", "X-Sig-*",
    "webhook-signature", "json:sig", "json:a.b", "header:X-Id", "header:X_Id",
    "form:a", "element:t=", "const:x", "none", "v1=", "sha256=", "Bearer ",
    "Basic ", ",", ";", " ", "", "a", "S", "HEX", "MANY", "HTTP_S", "/dev/null",
    "/", "secret", "https://example.com/hook", "https://example.com/?a=b#c",
    "http://example.com", "https://*.example.com/*", "ftp://a", "example.com",
    "meta", "crc", "zoom", "head", "discord", "okta", "echo-query:a",
    "echo-header:A", "echo-json:a=b:c", "probe:a=[]", "probe:", "(created)",
    "(request-target)", "@method", "@path", "content-digest", "Date", "HS256",
    "RS256", "ES256", "EdDSA", "rsa-v1_5-sha256", "hmac-sha256", "hs2019",
    "79b5562e8fe654f94078b112e8a98ba7901f853ae695bed7e0e3910bad049664",
    "ebVWLo/mVPlAeLES6KmLp5AfhTrmlb7X4OORC60ElmQ=", "h={sha256:body}",
    "url={url}", "iat={body}", "={body}", "{", "}", "{}", "{body",
    "sns.amazonaws.com", "WH-1", "arn:aws:sns:us-east-1:1:a", "\\u0000", "\\n",
    "\\u202e", "\\ud800", "caf\xc3\xa9", "\xff"};

/* Every variable of a template, to be put together. */
static const char *const variable[] = {"{body}", "{ts}", "{method}", "{uri}",
    "{url}", "{url:port}", "{url:bare}", "{url:x}", "{header:X-Id}",
    "{url:query}", "{url:bare:query-a}", "{url:port:query}", "{header:}",
    "{json:a}", "{json:a.b}", "{form:a}", "{sortedform}", "{sha256:body}",
    "{sha1:url}", "{sha512:body}", "{md5:body}", "{crc32:body}",
    "{members:A,B?}", "{members:}", "{members:,}", "{webhook_id}", "{nothing}",
    ".", ":", "v0:", "\\n", "?", "|"};

static const char *
one_of(struct chance *chance, const char *const words[], size_t n)
{
	return words[chance_below(chance, n)];
}

static void
put_template(struct bytes *dst, struct chance *chance)
{
	size_t n = 1 + chance_below(chance, chance_one_in(chance, 8) ? 20 : 5);

	while (n-- > 0)
		bytes_put(dst, one_of(chance, variable, COUNT(variable)));
}

static const char *
preset_name(struct chance *chance)
{
	size_t n = 0;

	while (preset_at(n) != NULL)
		n++;
	return preset_at(chance_below(chance, n))->name;
}

static void
put_text(struct bytes *dst, struct chance *chance)
{
	bytes_put(dst, "\"");
	if (chance_one_in(chance, 3))
		put_template(dst, chance);
	else if (chance_one_in(chance, 6))
		bytes_put(dst, preset_name(chance));
	else
		bytes_put(dst, one_of(chance, text_value, COUNT(text_value)));
	while (chance_one_in(chance, 50) && dst->len < 9000)
		for (int i = 0; i < 100; i++)
			bytes_put(dst, "0123456789");
	bytes_put(dst, "\"");
}

static void
put_number(struct bytes *dst, const struct row *set, struct chance *chance)
{
	static const char *const odd[] = {"-1", "1.5", "1e3", "01", "-0",
	    "9223372036854775807", "9223372036854775808",
	    "99999999999999999999999", "1E400", "0x10", "+1"};
	const long at[] = {set->min - 1, set->min, set->min + 1, set->max - 1,
	    set->max, set->max + 1, 0, 300};
	char text[32];

	if (chance_one_in(chance, 4)) {
		bytes_put(dst, one_of(chance, odd, COUNT(odd)));
		return;
	}
	snprintf(
	    text, sizeof(text), "%ld", at[chance_below(chance, COUNT(at))]);
	bytes_put(dst, text);
}

static void
put_texts(struct bytes *dst, const struct row *set, struct chance *chance)
{
	size_t n = chance_below(chance, 4);

	/* One too many, where that is a number of texts. */
	if (chance_one_in(chance, 4) && set->max < 20)
		n = (size_t)set->max + 1;
	bytes_put(dst, "[");
	for (size_t i = 0; i < n; i++) {
		bytes_put(dst, i > 0 ? "," : "");
		put_text(dst, chance);
	}
	bytes_put(dst, "]");
}

static void put_members(
    struct bytes *dst, enum place place, size_t n, struct chance *chance);

/* What handles events; at the top it is a user, who can be no object. */
static void
put_run(struct bytes *dst, struct chance *chance)
{
	static const char *const handler[] = {"\"command\":[\"true\"]",
	    "\"forward\":\"https://example.com\"", "\"order\":\"all\"",
	    "\"order\":\"json:a.b\""};
	bool list = chance_one_in(chance, 2);

	bytes_put(dst, list ? "[{" : "{");
	bytes_put(dst, one_of(chance, handler, COUNT(handler)));
	bytes_put(dst, ",");
	put_members(dst, RUN, 1 + chance_below(chance, 3), chance);
	bytes_put(dst, list ? "}]" : "}");
}

static void
put_value(struct bytes *dst, const struct row *set, struct chance *chance)
{
	static const char *const any[] = {"nULL", "true", "false", "tRUE", "0",
	    "\"\"", "[]", "{}", "[[]]", "[null]", "{\"count\":0}", "nan"};
	enum kind kind = set->kind;

	/* It takes away what the preset has. */
	if (chance_one_in(chance, 8)) {
		bytes_put(dst, "null");
		return;
	}
	if (chance_one_in(chance, 8)) {
		bytes_put(dst, one_of(chance, any, COUNT(any)));
		return;
	}
	if (chance_one_in(chance, 12))
		kind = (enum kind)chance_below(chance, OPTIONAL + 1);
	switch (kind) {
	case TEXTS:
		if (chance_one_in(chance, 2)) {
			put_texts(dst, set, chance);
			break;
		}
		put_text(dst, chance);
		break;
	case TEXT:
		put_text(dst, chance);
		break;
	case BOOL:
		bytes_put(dst, chance_one_in(chance, 2) ? "true" : "false");
		break;
	case OBJECT:
		bytes_put(dst, "{");
		put_members(dst, HOLD, chance_below(chance, 3), chance);
		bytes_put(dst, "}");
		break;
	case NUMBER:
	case OPTIONAL:
		put_number(dst, set, chance);
		break;
	case NUMBERS:
		bytes_put(dst, "[");
		put_number(dst, set, chance);
		bytes_put(dst, "]");
		break;
	case SKIPPED:
		put_run(dst, chance);
		break;
	}
}

/* A setting of that place, and now and then of another. */
static const struct row *
pick_row(enum place place, struct chance *chance)
{
	const struct row *set = &row[chance_below(chance, COUNT(row))];

	for (int i = 0; i < 50 && set->place != place; i++)
		set = &row[chance_below(chance, COUNT(row))];
	return chance_one_in(chance, 20)
		   ? &row[chance_below(chance, COUNT(row))]
		   : set;
}

static void
put_member(struct bytes *dst, enum place place, struct chance *chance)
{
	const struct row *set = pick_row(place, chance);
	const char *name = set->name;

	if (set->old != NULL && chance_one_in(chance, 10))
		name = set->old;
	bytes_put(dst, "\"");
	bytes_put(dst, name);
	if (chance_one_in(chance, 40))
		bytes_put(dst, "s");
	bytes_put(dst, "\":");
	put_value(dst, set, chance);
}

static void
put_members(
    struct bytes *dst, enum place place, size_t n, struct chance *chance)
{
	for (size_t i = 0; i < n; i++) {
		bytes_put(dst, i > 0 ? "," : "");
		put_member(dst, place, chance);
	}
}

/* What most entries need, so that more is looked at than that it lacks. */
static void
put_entry(struct bytes *dst, struct chance *chance)
{
	static const char *const source[] = {"\"secret_env\":\"S\",",
	    "\"secret_env\":\"HEX\",\"secret_encoding\":\"hex\",",
	    "\"secret_env\":\"MANY\",",
	    "\"public_key\":\"79b5562e8fe654f94078b112e8a98ba7901f853ae695"
	    "bed7e0e3910bad049664\",\"scheme\":\"ed25519\",",
	    "\"jwks_url\":\"https://example.com/keys\",\"scheme\":\"httpsig\",",
	    "\"signature\":\"X-Sig\",\"secret_env\":\"S\",", ""};
	static const char *const name[] = {
	    "a", "a-b", "0", "A", "", "a_b", "-a", "own"};
	char number[40];

	bytes_put(dst, "\"");
	if (chance_one_in(chance, 2)) {
		bytes_put(dst, preset_name(chance));
	} else {
		snprintf(number, sizeof(number), "%s%zu",
		    one_of(chance, name, COUNT(name)), chance_below(chance, 3));
		bytes_put(dst, number);
	}
	bytes_put(dst, "\":{");
	bytes_put(dst, one_of(chance, source, COUNT(source)));
	put_members(dst, ENTRY, 1 + chance_below(chance, 4), chance);
	bytes_put(dst, "}");
}

static void
put_file(struct bytes *dst, struct chance *chance)
{
	size_t n = chance_below(chance, 4);

	bytes_put(dst, "{\"inbox\":\"/tmp/none\",");
	put_members(dst, TOP, chance_below(chance, 3), chance);
	if (dst->ptr[dst->len - 1] != ',')
		bytes_put(dst, ",");
	bytes_put(dst, "\"providers\":{");
	for (size_t i = 0; i < n; i++) {
		bytes_put(dst, i > 0 ? "," : "");
		put_entry(dst, chance);
	}
	bytes_put(dst, "}}");
}

/* Into one of the objects there are. */
static void
add_member(struct bytes *text, struct chance *chance)
{
	struct bytes member = {NULL, 0};
	size_t n = 0, which, at = 0, depth = 0;

	for (size_t i = 0; i < text->len; i++)
		n += text->ptr[i] == '{';
	which = chance_below(chance, n);
	for (; at < text->len; at++) {
		depth += text->ptr[at] == '{';
		if (text->ptr[at] == '{' && which-- == 0)
			break;
		depth -= text->ptr[at] == '}' && depth > 0;
	}
	if (depth == 2 && chance_one_in(chance, 2))
		put_entry(&member, chance);
	else
		put_member(&member,
		    depth == 1   ? TOP
		    : depth == 3 ? ENTRY
				 : HOLD,
		    chance);
	bytes_put(&member, ",");
	bytes_splice(text, at + 1, 0, bytes_span(&member));
	bytes_free(&member);
}

void
settings_mutate(struct bytes *text, struct chance *chance)
{
	static const char *const beside[] = {"// a comment\n",
	    "/* a comment */", "# a comment\n", "/*", "//", ",", "\xef\xbb\xbf",
	    "{}", "\n\n"};

	switch (chance_below(chance, 8)) {
	case 0:
		bytes_splice(text, 0, text->len, span_str(""));
		put_file(text, chance);
		break;
	case 1:
		bytes_splice(text, chance_below(chance, text->len + 1), 0,
		    span_str(one_of(chance, beside, COUNT(beside))));
		break;
	case 2:
	case 3:
		mutate_json(text, chance);
		break;
	case 4:
		mutate_bytes(text, chance);
		break;
	default:
		add_member(text, chance);
		break;
	}
}
