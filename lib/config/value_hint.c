/* value_hint.c - nearest words, and what other programs call them. */
#include <stdio.h>
#include <string.h>

#include "config/value_hint.h"
#include "http/field.h"

#define WORDS_MAX     512 /* bytes of a complaint, with its NUL */
#define NAME_PART_MIN 4   /* characters of a preset in another name */

/* What people write in place of a word, in lower case. */
static const struct {
	const char *setting, *written, *right;
} meant[] = {
    {"scheme", "hmac-sha256 hmac-sha1 hmac-sha512 sha256 sha1 signature",
	"hmac"},
    {"scheme", "bearer basic password plain secret apikey api-key", "token"},
    {"scheme", "eddsa", "ed25519"},
    {"scheme", "es256 ecdsa-sha256 p256", "ecdsa"},
    {"scheme", "rs256 rsa-sha256", "rsa"},
    {"scheme", "standard-webhooks svix", "standard"},
    {"scheme", "jws", "jwt"},
    {"scheme", "http-signature rfc9421 http-signatures", "httpsig"},
    {"digest", "hmac-sha256 hmacsha256 hs256 sha2 256", "sha256"},
    {"digest", "hmac-sha1 hmacsha1 sha", "sha1"},
    {"digest", "hmac-sha384 hs384 384", "sha384"},
    {"digest", "hmac-sha512 hmacsha512 hs512 512", "sha512"},
    {"secret_encoding", "b64 base64url", "base64"},
    {"secret_encoding", "text plain utf8 utf-8 ascii string none", "raw"},
    {"secret_encoding", "hexadecimal base16 hexdigest", "hex"},
    {"signature_encoding", "b64", "base64"},
    {"signature_encoding", "b64url urlsafe base64_urlsafe", "base64url"},
    {"signature_encoding", "hexadecimal base16 hexdigest", "hex"},
    {"timestamp_format", "s sec secs unix epoch timestamp", "seconds"},
    {"timestamp_format", "ms millis epoch_ms", "milliseconds"},
    {"timestamp_format", "us micros", "microseconds"},
    {"timestamp_format", "ns nanos epoch_ns", "nanoseconds"},
    {"timestamp_format", "float fraction", "decimal"},
    {"timestamp_format", "iso iso-8601", "iso8601"},
    {"timestamp_format", "rfc-3339", "rfc3339"},
    {"timestamp_format", "http date rfc1123 rfc2822 rfc7231 rfc9110", "imf"},
    {"challenge", "hub facebook websub verify_token", "meta"},
    {"challenge", "twitter x crc_token", "crc"},
    {"challenge", "no off false", "none"},
    {"separator", "comma", ","},
    {"separator", "semicolon", ";"},
    {"separator", "space blank", " "},
};

/* Settings whose complaint lists the words that they take. */
static bool
lists_words(const char *setting)
{
	if (strcmp(setting, "algorithms") == 0)
		return true;
	for (size_t i = 0; i < sizeof(meant) / sizeof(meant[0]); i++) {
		if (strcmp(setting, meant[i].setting) == 0)
			return true;
	}
	return false;
}

static struct span
lower(char dst[static SPELLING_NAME_MAX], struct span text)
{
	size_t n = 0;

	for (; n < text.len && n < SPELLING_NAME_MAX; n++) {
		unsigned char c = text.ptr[n];

		dst[n] = (char)(c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c);
	}
	return span_mem(dst, n);
}

static bool
has_word(const char *words, struct span word)
{
	struct span rest = span_str(words);

	while (rest.ptr != NULL) {
		if (span_eq(span_cut(&rest, ' '), word))
			return true;
	}
	return false;
}

static const char *
find_meant(const char *setting, struct span value)
{
	for (size_t i = 0; i < sizeof(meant) / sizeof(meant[0]); i++) {
		if (strcmp(setting, meant[i].setting) == 0 &&
		    has_word(meant[i].written, value))
			return meant[i].right;
	}
	return NULL;
}

static void
hint_word(char dst[static VALUE_HINT_MAX], const struct profile_fault *fault,
    struct span text)
{
	/* Of a challenge, the word before its names. */
	struct span value = span_before(text, ':');
	char words[WORDS_MAX], small[SPELLING_NAME_MAX],
	    hint[SPELLING_HINT_MAX];
	struct span low = lower(small, value);
	struct spelling nearest = spelling_of(value);
	struct spelling nearest_low = spelling_of(low);
	const char *right = find_meant(fault->setting, low);
	const struct spelling *best = &nearest;
	char *rest = NULL;

	if (right != NULL) {
		snprintf(dst, VALUE_HINT_MAX, ": did you mean \"%s\"?", right);
		return;
	}
	snprintf(words, sizeof(words), "%s", fault->why.text);
	for (char *word = strtok_r(words, " ,", &rest); word != NULL;
	     word = strtok_r(NULL, " ,", &rest)) {
		word[strcspn(word, ":")] = '\0';
		if (strlen(word) < 3 || has_word("must one", span_str(word)))
			continue;
		spelling_try(&nearest, word);
		spelling_try(&nearest_low, word);
	}
	if (nearest.nearest == NULL)
		best = &nearest_low;
	/* The value itself is right: the fault is another one. */
	if (best->nearest != NULL && span_is(value, best->nearest))
		return;
	snprintf(dst, VALUE_HINT_MAX, "%s", spelling_hint(hint, best));
}

static bool
is_place(const char *setting)
{
	return strcmp(setting, "id") == 0 || strcmp(setting, "type") == 0 ||
	       strcmp(setting, "timestamp") == 0 ||
	       strcmp(setting, "certificate_url") == 0;
}

/* A place in the request: its first word, or the lack of one. */
static void
hint_place(char dst[static VALUE_HINT_MAX], struct span value, bool id)
{
	static const char *const kind[] = {
	    "header", "json", "form", "const", "element"};
	char small[SPELLING_NAME_MAX];
	struct span low = lower(small, span_before(value, ':'));
	struct spelling nearest = spelling_of(low);

	if (id && span_is(low, "none")) {
		snprintf(dst, VALUE_HINT_MAX, ": did you mean \"none\"?");
		return;
	}
	if (span_is(low, "none") || span_is(low, "null")) {
		snprintf(dst, VALUE_HINT_MAX, ": null stands for none");
		return;
	}
	for (size_t i = 0; i < sizeof(kind) / sizeof(kind[0]); i++)
		spelling_try(&nearest, kind[i]);
	if (span_is(low, "body") || span_is(low, "payload"))
		nearest.nearest = "json";
	if (memchr(value.ptr, ':', value.len) == NULL)
		snprintf(dst, VALUE_HINT_MAX,
		    ": header: or json: must stand before the name");
	else if (nearest.nearest != NULL &&
		 !span_is(span_before(value, ':'), nearest.nearest))
		snprintf(dst, VALUE_HINT_MAX, ": did you mean \"%s:...\"?",
		    nearest.nearest);
}

/* The first text of the setting, or NULL. */
static const char *
text_of(const struct preset *words, const char *setting)
{
	const char *text = NULL;

	for (size_t i = 0; i < preset_settings.n; i++) {
		const struct setting *set = &preset_settings.row[i];

		if (strcmp(set->name, setting) == 0 &&
		    (set->kind == SET_TEXT || set->kind == SET_TEXTS))
			memcpy(&text, (const char *)words + set->offset,
			    sizeof(text));
	}
	return text;
}

const char *
value_hint(char dst[static VALUE_HINT_MAX], const struct profile_fault *fault,
    const struct preset *words, bool own)
{
	const char *text = text_of(words, fault->setting);
	struct span value = span_str(text);

	dst[0] = '\0';
	if (text == NULL)
		return dst;
	if (!own && words->name != NULL)
		snprintf(dst, VALUE_HINT_MAX,
		    "; it is the preset's: give another value, or null");
	else if (strstr(fault->why.text, "must be ") == NULL)
		return dst;
	else if (value.len == 0)
		snprintf(dst, VALUE_HINT_MAX,
		    ": it is empty; null removes what the preset sets");
	else if (lists_words(fault->setting))
		hint_word(dst, fault, value);
	else if (is_place(fault->setting))
		hint_place(dst, value, strcmp(fault->setting, "id") == 0);
	else if (strcmp(fault->setting, "signature") == 0 &&
		 span_starts_nocase(value, "header"))
		snprintf(dst, VALUE_HINT_MAX,
		    ": write the name alone, without \"header:\"");
	return dst;
}

static bool
has_part(struct span name, const char *preset)
{
	size_t len = strlen(preset);

	for (size_t i = 0; len >= NAME_PART_MIN && i + len <= name.len; i++) {
		if (memcmp(name.ptr + i, preset, len) == 0)
			return true;
	}
	return false;
}

const struct preset *
value_preset(struct span name)
{
	struct spelling nearest = spelling_of(name);
	const struct preset *preset, *part = preset_meant(name);

	if (part != NULL)
		return part;
	for (size_t i = 0; (preset = preset_at(i)) != NULL; i++) {
		/* The longest: "shopify-events" before "shopify". */
		if (has_part(name, preset->name) &&
		    (part == NULL || strlen(preset->name) > strlen(part->name)))
			part = preset;
		spelling_try(&nearest, preset->name);
	}
	if (part != NULL || nearest.nearest == NULL)
		return part;
	return preset_find(span_str(nearest.nearest));
}
