/* secret_form.c - what people copy along with a secret, or instead of it. */
#include "profile/secret_form.h"
#include "base/credential.h"
#include "base/utf8.h"

static bool
ends_with(struct span text, const char *end)
{
	size_t len = strlen(end);

	return text.len >= len && span_is(span_skip(text, text.len - len), end);
}

/* Characters that are not seen, or look like a blank; first to last. */
static const struct {
	unsigned long first, last;
	const char *name;
} invisible[] = {
    {0x00a0, 0x00a0, "a no-break space"},
    {0x00ad, 0x00ad, "a soft hyphen"},
    {0x034f, 0x034f, "a grapheme joiner"},
    {0x061c, 0x061c, "a mark of direction"},
    {0x115f, 0x1160, "a filler"},
    {0x1680, 0x1680, "a space"},
    {0x17b4, 0x17b5, "a vowel that is not seen"},
    {0x180b, 0x180e, "a separator"},
    {0x2000, 0x200a, "a space"},
    {0x200b, 0x200d, "a zero-width character"},
    {0x200e, 0x200f, "a mark of direction"},
    {0x2028, 0x2029, "a separator"},
    {0x202a, 0x202e, "a mark of direction"},
    {0x202f, 0x202f, "a no-break space"},
    {0x205f, 0x205f, "a space"},
    {0x2060, 0x2064, "a zero-width character"},
    {0x2066, 0x206f, "a mark of direction"},
    {0x2800, 0x2800, "an empty pattern"},
    {0x3000, 0x3000, "a space"},
    {0x3164, 0x3164, "a filler"},
    {0xfe00, 0xfe0f, "a variation selector"},
    {0xfeff, 0xfeff, "a byte order mark"},
    {0xffa0, 0xffa0, "a filler"},
    {0xfff9, 0xfffb, "an annotation mark"},
    {0xe0000, 0xe0fff, "a tag"},
};

static bool
has_invisible(struct span line, struct reason *advice)
{
	while (line.len > 0) {
		unsigned long c = UTF8_REPLACEMENT;
		size_t len = utf8_read(line, &c);

		line = span_skip(line, len == 0 ? 1 : len);
		for (size_t i = 0; i < sizeof(invisible) / sizeof(invisible[0]);
		     i++) {
			if (c < invisible[i].first || c > invisible[i].last)
				continue;
			reason_set(advice,
			    "has a character that is not seen in it, %s "
			    "(U+%04lX): remove it",
			    invisible[i].name, c);
			return true;
		}
	}
	return false;
}

static bool
has_bom(struct span line)
{
	return span_starts(line, span_str("\xef\xbb\xbf"));
}

static bool
has_nul(struct span line)
{
	return memchr(line.ptr, '\0', line.len) != NULL;
}

/* Every second byte is one. */
static bool
is_utf16(struct span line)
{
	size_t n = 0;

	for (size_t i = 0; i < line.len; i++)
		n += line.ptr[i] == '\0';
	return n > 1 && n + 1 >= line.len / 2;
}

static bool
has_cr(struct span line)
{
	return memchr(line.ptr, '\r', line.len) != NULL;
}

static bool
is_quoted(struct span line)
{
	static const struct {
		const char *open, *close;
	} quote[] = {{"\"", "\""}, {"'", "'"}, {"`", "`"}, {"\"", "\","},
	    {"'", "',"}, {"\xe2\x80\x9c", "\xe2\x80\x9d"},
	    {"\xe2\x80\x9e", "\xe2\x80\x9c"}, {"\xe2\x80\x98", "\xe2\x80\x99"},
	    {"\xc2\xab", "\xc2\xbb"}};

	line = span_trim(line);
	for (size_t i = 0; i < sizeof(quote) / sizeof(quote[0]); i++) {
		if (line.len > strlen(quote[i].open) + strlen(quote[i].close) &&
		    span_starts(line, span_str(quote[i].open)) &&
		    ends_with(line, quote[i].close))
			return true;
	}
	return false;
}

/* A word such as names of variables and fields are: its length, or 0. */
static size_t
name_length(struct span line)
{
	size_t n = 0;

	while (n < line.len &&
	       ((line.ptr[n] >= 'a' && line.ptr[n] <= 'z') ||
		   (line.ptr[n] >= 'A' && line.ptr[n] <= 'Z') ||
		   (n > 0 && ((line.ptr[n] >= '0' && line.ptr[n] <= '9') ||
				 strchr("_-.", line.ptr[n]) != NULL))))
		n++;
	return n;
}

/* Without "export ", blanks and the quote before a name in JSON. */
static struct span
to_name(struct span line)
{
	line = span_trim(line);
	if (span_starts(line, span_str("export ")))
		line = span_trim(span_skip(line, strlen("export ")));
	if (span_starts(line, span_str("{")))
		line = span_trim(span_skip(line, 1));
	if (line.len > 0 && (line.ptr[0] == '"' || line.ptr[0] == '\''))
		line = span_skip(line, 1);
	return line;
}

/* "NAME=value", but not base64, whose "=" is at the end. */
static bool
has_assignment(struct span line)
{
	struct span rest = to_name(line);
	size_t n = name_length(rest);

	rest = span_trim(span_skip(rest, n));
	while (rest.len > 1 && rest.ptr[0] == '=') {
		rest = span_skip(rest, 1);
		if (rest.ptr[0] != '=')
			return n > 0 && n <= 64;
	}
	return false;
}

/* "NAME: value", "\"name\": \"value\"" */
static bool
has_label(struct span line)
{
	struct span rest = to_name(line);
	size_t n = name_length(rest);

	rest = span_skip(rest, n);
	if (rest.len > 0 && (rest.ptr[0] == '"' || rest.ptr[0] == '\''))
		rest = span_skip(rest, 1);
	rest = span_trim(rest);
	return n > 0 && n <= 64 && rest.len > 2 && rest.ptr[0] == ':' &&
	       (rest.ptr[1] == ' ' || rest.ptr[1] == '\t' ||
		   rest.ptr[1] == '"');
}

static bool
has_escape(struct span line)
{
	line = span_trim(line);
	return ends_with(line, "\\n") || ends_with(line, "\\r");
}

/* What people mean as a comment, and is none. */
static bool
is_remark(struct span line)
{
	if (span_starts(line, span_str("//")) ||
	    span_starts(line, span_str("; ")) ||
	    span_starts(line, span_str("-- ")))
		return true;
	/* "# x" was written with a backslash, on purpose. */
	return line.len > 1 && line.ptr[0] == '#' && line.ptr[1] != ' ' &&
	       line.ptr[1] != '\t' && memchr(line.ptr, ' ', line.len) != NULL;
}

/* "----", "########", "{": a line that divides, or what is left of a file. */
static bool
is_signs(struct span line)
{
	for (size_t i = 0; i < line.len; i++) {
		if (line.ptr[i] < '!' || line.ptr[i] > '~' ||
		    name_length(span_skip(line, i)) > 0 ||
		    (line.ptr[i] >= '0' && line.ptr[i] <= '9'))
			return false;
	}
	return line.len > 0;
}

/* "SECRET # of the shop" */
static bool
has_remark(struct span line)
{
	for (size_t i = 1; i + 2 < line.len; i++) {
		if (line.ptr[i] == '#' && line.ptr[i + 1] == ' ' &&
		    (line.ptr[i - 1] == ' ' || line.ptr[i - 1] == '\t'))
			return true;
	}
	return false;
}

static bool
is_doubled(struct span line)
{
	return span_starts(line, span_str("whsec_whsec_"));
}

static bool
is_hex(struct span text)
{
	for (size_t i = 0; i < text.len; i++) {
		unsigned char c = text.ptr[i];

		if ((c < '0' || c > '9') && (c < 'a' || c > 'f'))
			return false;
	}
	return true;
}

/* Twilio's names of accounts and keys: two letters, 32 digits. */
static bool
is_sid(struct span line)
{
	line = span_trim(line);
	return line.len == 34 &&
	       (span_starts(line, span_str("AC")) ||
		   span_starts(line, span_str("SK"))) &&
	       is_hex(span_skip(line, 2));
}

/* Only the usual places: base64 can begin with a slash. */
static bool
is_path(struct span line)
{
	static const char *const place[] = {"/etc/", "/home/", "/opt/",
	    "/root/", "/run/", "/srv/", "/usr/", "/var/", "./", "../", "~/",
	    "C:\\"};

	line = span_trim(line);
	for (size_t i = 0; i < sizeof(place) / sizeof(place[0]); i++) {
		if (span_starts(line, span_str(place[i])))
			return true;
	}
	return false;
}

/* "name@example.com": words with dots, and letters at the end. */
static bool
is_address(struct span line)
{
	struct span host = span_trim(line);
	struct span name = span_cut(&host, '@');
	size_t dot = host.len;

	while (dot > 0 && host.ptr[dot - 1] != '.')
		dot--;
	if (name.len == 0 || name_length(name) < name.len || dot < 2 ||
	    host.len < dot + 2 || name_length(host) < host.len)
		return false;
	for (; dot < host.len; dot++) {
		if (host.ptr[dot] < 'a' || host.ptr[dot] > 'z')
			return false;
	}
	return true;
}

/* "YOUR_SECRET", "<secret>": what a manual writes. */
static bool
is_example(struct span line)
{
	line = span_trim(line);
	return span_starts_nocase(line, "your_") ||
	       span_starts_nocase(line, "your-") ||
	       span_starts_nocase(line, "changeme") ||
	       (line.len > 2 && line.ptr[0] == '<' &&
		   line.ptr[line.len - 1] == '>');
}

static const struct {
	bool (*is)(struct span line);
	const char *advice; /* after "line 3 " */
} shape[] = {
    {has_bom, "begins with a byte order mark: save the file without one"},
    {is_utf16, "has NUL bytes in it, like UTF-16: save the file as UTF-8"},
    {has_nul, "has a NUL in it: write the secret anew"},
    {has_cr,
	"has a CR in it, which does not end a line: end each line with LF"},
    {span_has_control, "has a control character in it: write the secret anew"},
    {has_label, "has a name and a colon before the secret: remove them"},
    {has_assignment, "has a name and = before the secret: remove them"},
    {is_quoted, "is in quotes: remove them"},
    {has_escape,
	"ends with a backslash and a letter, as line ends are written in "
	"programs: remove them"},
    {is_remark,
	"is a secret, and looks like a comment: those begin with # and a "
	"blank"},
    {is_signs,
	"is a secret, and has no letter and no digit: remove it, or begin it "
	"with # and a blank"},
    {has_remark,
	"has # and a text at its end, which are a part of it: a comment is a "
	"line of its own"},
    {is_doubled, "begins with whsec_ twice: remove one"},
    {is_sid,
	"looks like the SID of an account or of a key of Twilio: Twilio signs "
	"with the account's auth token"},
    {is_path, "looks like the path of a file: write the secret itself here"},
    {is_address, "looks like an e-mail address: write the secret here"},
    {is_example,
	"looks like that of an example: write the secret that the provider "
	"shows"},
};

/* Presets whose secrets all begin so. */
static const struct {
	const char *preset, *prefix;
} whole[] = {{"stripe", "whsec_"}};

static bool
lacks_prefix(
    struct span line, const struct secret_owner *owner, struct reason *advice)
{
	for (size_t i = 0; i < sizeof(whole) / sizeof(whole[0]); i++) {
		if (owner->preset == NULL ||
		    strcmp(owner->preset, whole[i].preset) != 0 ||
		    span_starts(line, span_str(whole[i].prefix)))
			continue;
		reason_set(advice,
		    "does not begin with %s, as a secret of %s does: it is the "
		    "whole text, with its beginning",
		    whole[i].prefix, whole[i].preset);
		return true;
	}
	return false;
}

static bool
is_other_credential(
    struct span line, const struct secret_owner *owner, struct reason *advice)
{
	const struct credential *found = credential_find(span_trim(line));

	if (found == NULL || credential_at_home(found, owner->preset) ||
	    (owner->encoding == SECRET_WHSEC &&
		strcmp(found->form, "whsec_") == 0))
		return false;
	reason_set(advice, "begins with %s, like %s: %s", found->form,
	    found->what, found->instead);
	return true;
}

bool
secret_form_odd(
    struct span line, const struct secret_owner *owner, struct reason *advice)
{
	for (size_t i = 0; i < sizeof(shape) / sizeof(shape[0]); i++) {
		if (!shape[i].is(line))
			continue;
		reason_set(advice, "%s", shape[i].advice);
		return true;
	}
	return has_invisible(line, advice) ||
	       is_other_credential(line, owner, advice) ||
	       lacks_prefix(line, owner, advice);
}

void
secret_form_look(const struct secrets *lines, const struct secret_owner *owner,
    secret_form_fn report, void *arg)
{
	struct reason advice;

	for (size_t i = 0; i < lines->n; i++) {
		if (secret_form_odd(secret_at(lines, i), owner, &advice))
			report(arg, lines->item[i].line, advice.text);
	}
}
