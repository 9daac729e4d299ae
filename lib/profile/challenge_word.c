/* challenge_word.c - parses the words for challenges. */
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "profile/challenge_word.h"

/* Characters of the longest header name that is given back. */
#define HEADER_NAME_MAX 64

/* What follows the first colon of a word. */
enum rest {
	REST_NONE,
	REST_NAME,        /* N */
	REST_HEADER,      /* N */
	REST_FIELD,       /* F=V */
	REST_FIELD_NAMED, /* F=V:P */
};

static const struct {
	const char *word;
	enum rest rest;
	bool signs;
	const char *methods;
	const char *says;
} row[CHALLENGE__COUNT] = {
    [CHALLENGE_NONE] = {"none", REST_NONE, false, "POST", NULL},
    [CHALLENGE_ECHO_QUERY] = {"echo-query", REST_NAME, false, "GET, HEAD, POST",
	"a GET with the challenge in its query"},
    [CHALLENGE_META] = {"meta", REST_NONE, false, "GET, HEAD, POST",
	"a GET with hub.challenge and the verify token"},
    [CHALLENGE_OKTA] = {"okta", REST_NONE, false, "GET, HEAD, POST",
	"a GET with X-Okta-Verification-Challenge"},
    [CHALLENGE_CRC] = {"crc", REST_NONE, true, "GET, HEAD, POST",
	"a GET with crc_token, with its HMAC under the first secret"},
    [CHALLENGE_HEAD] = {"head", REST_NONE, false, "HEAD, POST", "a HEAD"},
    [CHALLENGE_ECHO_HEADER] = {"echo-header", REST_HEADER, false, "POST",
	"a POST that has the header, and no signature"},
    [CHALLENGE_ECHO_JSON] = {"echo-json", REST_FIELD_NAMED, false, "POST",
	"a signed POST with the challenge in its body"},
    [CHALLENGE_ZOOM] = {"zoom", REST_NONE, true, "POST",
	"a signed POST with the event endpoint.url_validation"},
    [CHALLENGE_DISCORD] = {"discord", REST_NONE, false, "POST",
	"a signed PING"},
    [CHALLENGE_PROBE] = {"probe", REST_FIELD, false, "POST",
	"a signed POST without an event"},
};

/*
 * The row for the word in text, up to its colon; CHALLENGE__COUNT if it is
 * unknown.
 */
static size_t
find_word(const char *text)
{
	size_t i = 0, len = strcspn(text, ":");

	while (i < CHALLENGE__COUNT && (strncmp(row[i].word, text, len) != 0 ||
					   row[i].word[len] != '\0'))
		i++;
	return i;
}

/*
 * True if a client may choose the value of this header in an answer.  Web
 * servers act on some headers that begin with X-, and on many others.
 */
static bool
is_harmless_header(const char *name)
{
	static const char *const acted_upon[] = {"X-Accel", "X-Sendfile",
	    "X-Lighttpd", "X-LiteSpeed", "X-Content", "X-Frame", "X-XSS",
	    "X-Reproxy"};
	size_t len = strspn(name, "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
				  "abcdefghijklmnopqrstuvwxyz0123456789-");

	if (len <= 2 || len > HEADER_NAME_MAX || name[len] != '\0' ||
	    strncasecmp(name, "X-", 2) != 0)
		return false;
	for (size_t i = 0; i < sizeof(acted_upon) / sizeof(acted_upon[0]);
	     i++) {
		if (strncasecmp(name, acted_upon[i], strlen(acted_upon[i])) ==
		    0)
			return false;
	}
	return true;
}

/* Split "F=V" or, if named, "F=V:P" in place. */
static bool
split_field(struct challenge_word *ch, char *text, bool named)
{
	char *value = strchr(text, '=');
	char *name = value == NULL || !named ? NULL : strrchr(value, ':');

	if (value == NULL || (named && name == NULL))
		return false;
	*value++ = '\0';
	if (name != NULL)
		*name++ = '\0';
	ch->field = text;
	ch->value = value;
	ch->name = name;
	return *text != '\0' && *value != '\0' &&
	       (name == NULL || *name != '\0');
}

/* Read what follows the word.  Returns NULL, or what is wrong with it. */
static const char *
read_rest(struct challenge_word *ch, enum rest rest, char *text)
{
	switch (rest) {
	case REST_NONE:
		return text == NULL ? NULL
				    : "must not have anything after this word";
	case REST_NAME:
		ch->name = text;
		if (text == NULL || *text == '\0')
			return "must be echo-query:NAME";
		break;
	case REST_HEADER:
		ch->name = text;
		if (text == NULL || !is_harmless_header(text))
			return "must be echo-header:X-NAME, and not a header "
			       "that web servers act on";
		break;
	case REST_FIELD:
		if (text == NULL || !split_field(ch, text, false))
			return "must be probe:PATH=VALUE";
		break;
	case REST_FIELD_NAMED:
		if (text == NULL || !split_field(ch, text, true))
			return "must be echo-json:PATH=VALUE:PATH";
		break;
	}
	return NULL;
}

bool
challenge_word_parse(
    struct challenge_word *ch, const char *word, struct reason *why)
{
	const char *fault = "out of memory";
	size_t i = word == NULL ? CHALLENGE_NONE : find_word(word);
	char *rest;

	*ch = (struct challenge_word){.kind = CHALLENGE_NONE};
	if (word == NULL)
		return true;
	if (i == CHALLENGE__COUNT) {
		reason_set(why,
		    "must be none, echo-query:NAME, meta, okta, crc, head, "
		    "echo-header:NAME, echo-json:PATH=VALUE:PATH, zoom, "
		    "discord or probe:PATH=VALUE");
		return false;
	}
	ch->kind = (enum challenge_kind)i;
	if ((ch->owned = strdup(word)) != NULL) {
		rest = strchr(ch->owned, ':');
		fault =
		    read_rest(ch, row[i].rest, rest == NULL ? NULL : rest + 1);
	}
	if (fault == NULL)
		return true;
	reason_set(why, "%s", fault);
	challenge_word_free(ch);
	return false;
}

void
challenge_word_free(struct challenge_word *ch)
{
	free(ch->owned);
	*ch = (struct challenge_word){.kind = CHALLENGE_NONE};
}

const char *
challenge_word_methods(enum challenge_kind kind)
{
	return row[kind].methods;
}

bool
challenge_word_signs(enum challenge_kind kind)
{
	return row[kind].signs;
}

const char *
challenge_word_says(enum challenge_kind kind)
{
	return row[kind].says;
}
