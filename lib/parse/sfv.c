/* sfv.c - reads structured fields, one step at a time. */
#include <ctype.h>

#include "base/stream.h"
#include "parse/sfv.h"

#define INTEGER_DIGITS 15 /* RFC 8941 section 3.3.1 */
#define DECIMAL_DIGITS 12 /* before the point; at most 3 behind it */

static bool
take(struct span *rest, char c)
{
	if (rest->len == 0 || rest->ptr[0] != (unsigned char)c)
		return false;
	*rest = span_skip(*rest, 1);
	return true;
}

/* isalpha() and the like, but for ASCII only. */
static bool
is(int (*class)(int), unsigned char c)
{
	return c < 0x80 && class(c) != 0;
}

static bool
among(unsigned char c, const char *set)
{
	return c != '\0' && strchr(set, c) != NULL;
}

static void
skip_blanks(struct span *rest, const char *set)
{
	while (rest->len > 0 && among(rest->ptr[0], set))
		*rest = span_skip(*rest, 1);
}

/* Take the first n bytes of rest. */
static struct span
take_n(struct span *rest, size_t n)
{
	struct span taken = span_mem(rest->ptr, n);

	*rest = span_skip(*rest, n);
	return taken;
}

/* RFC 8941, section 4.2.3.3: a key. */
static bool
take_key(struct span *rest, struct span *key)
{
	size_t i = 0;

	if (rest->len == 0 ||
	    (!is(islower, rest->ptr[0]) && rest->ptr[0] != '*'))
		return false;
	while (i < rest->len &&
	       (is(islower, rest->ptr[i]) || is(isdigit, rest->ptr[i]) ||
		   among(rest->ptr[i], "_-.*")))
		i++;
	*key = take_n(rest, i);
	return true;
}

/* The number of digits in text from at on. */
static size_t
digits(struct span text, size_t at)
{
	size_t n = 0;

	while (at + n < text.len && is(isdigit, text.ptr[at + n]))
		n++;
	return n;
}

static bool
take_number(struct span *rest, struct sfv_value *value)
{
	size_t sign = rest->ptr[0] == '-';
	size_t whole = digits(*rest, sign), n = sign + whole;

	if (whole == 0 || whole > INTEGER_DIGITS ||
	    (whole > 1 && rest->ptr[sign] == '0'))
		return false;
	if (n < rest->len && rest->ptr[n] == '.') {
		size_t part = digits(*rest, n + 1);

		n += 1 + part;
		if (whole > DECIMAL_DIGITS || part == 0 || part > 3 ||
		    (part > 1 && rest->ptr[n - 1] == '0'))
			return false;
	} else if (sign == 1 && rest->ptr[1] == '0') {
		return false;
	}
	value->kind = SFV_NUMBER;
	value->text = take_n(rest, n);
	return true;
}

/* rest begins with the opening quote. */
static bool
take_string(struct span *rest, struct sfv_value *value)
{
	size_t i = 1;

	for (; i < rest->len && rest->ptr[i] != '"'; i++) {
		if (rest->ptr[i] < ' ' || rest->ptr[i] >= 0x7f)
			return false;
		if (rest->ptr[i] == '\\' &&
		    (++i == rest->len || !among(rest->ptr[i], "\"\\")))
			return false;
	}
	if (i >= rest->len)
		return false;
	value->kind = SFV_STRING;
	value->text = span_mem(rest->ptr + 1, i - 1);
	*rest = span_skip(*rest, i + 1);
	return true;
}

static bool
take_token(struct span *rest, struct sfv_value *value)
{
	size_t i = 0;

	while (i < rest->len && (is(isalnum, rest->ptr[i]) ||
				    among(rest->ptr[i], "!#$%&'*+-.^_`|~:/")))
		i++;
	value->kind = SFV_TOKEN;
	value->text = take_n(rest, i);
	return true;
}

/*
 * rest begins with the opening colon.  Only the standard alphabet of base64,
 * with padding, is accepted.
 */
static bool
take_bytes(struct span *rest, struct sfv_value *value)
{
	size_t i = 1, padding = 0;

	while (i < rest->len &&
	       (is(isalnum, rest->ptr[i]) || among(rest->ptr[i], "+/")))
		i++;
	while (i < rest->len && rest->ptr[i] == '=') {
		padding++;
		i++;
	}
	if (i >= rest->len || rest->ptr[i] != ':' || padding > 2 ||
	    (i - 1) % 4 != 0)
		return false;
	value->kind = SFV_BYTES;
	value->text = span_mem(rest->ptr + 1, i - 1);
	*rest = span_skip(*rest, i + 1);
	return true;
}

static bool
take_boolean(struct span *rest, struct sfv_value *value)
{
	if (rest->len < 2 || !among(rest->ptr[1], "01"))
		return false;
	value->kind = rest->ptr[1] == '1' ? SFV_TRUE : SFV_FALSE;
	value->text = take_n(rest, 2);
	return true;
}

/* Section 4.2.3.1: the value of an item, without its parameters. */
static bool
take_bare(struct span *rest, struct sfv_value *value)
{
	unsigned char c;

	if (rest->len == 0)
		return false;
	c = rest->ptr[0];
	if (c == '"')
		return take_string(rest, value);
	if (c == ':')
		return take_bytes(rest, value);
	if (c == '?')
		return take_boolean(rest, value);
	if (c == '-' || is(isdigit, c))
		return take_number(rest, value);
	return (is(isalpha, c) || c == '*') && take_token(rest, value);
}

/* Take one parameter, whose semicolon has been taken. */
static bool
take_param(struct span *rest, struct sfv_member *param)
{
	skip_blanks(rest, " ");
	param->value = (struct sfv_value){.kind = SFV_TRUE};
	return take_key(rest, &param->key) &&
	       (!take(rest, '=') || take_bare(rest, &param->value));
}

static bool
take_params(struct span *rest, struct span *params)
{
	struct sfv_member param;
	unsigned n = 0;

	*params = *rest;
	while (take(rest, ';')) {
		if (n++ == SFV_MEMBERS_MAX || !take_param(rest, &param))
			return false;
	}
	params->len -= rest->len;
	return true;
}

static bool
take_item(struct span *rest, struct sfv_value *item)
{
	return take_bare(rest, item) && take_params(rest, &item->params);
}

/* Section 4.2.1.2: an inner list, whose opening parenthesis has been taken. */
static bool
take_list(struct span *rest, struct sfv_value *value)
{
	struct span from = *rest;
	struct sfv_value item;

	value->kind = SFV_LIST;
	for (unsigned n = 0; n <= SFV_MEMBERS_MAX; n++) {
		skip_blanks(rest, " ");
		value->text = span_mem(from.ptr, from.len - rest->len);
		if (take(rest, ')'))
			return take_params(rest, &value->params);
		if (!take_item(rest, &item) || rest->len == 0 ||
		    !among(rest->ptr[0], " )"))
			return false;
	}
	return false;
}

struct sfv_walk
sfv_walk(struct span text)
{
	return (struct sfv_walk){.rest = text};
}

bool
sfv_dict_next(struct sfv_walk *walk, struct sfv_member *member)
{
	struct span *rest = &walk->rest;

	if (walk->n == 0)
		skip_blanks(rest, " ");
	if (rest->len == 0)
		return false;
	if (walk->n++ > 0) {
		/* A member must follow the comma. */
		if (!take(rest, ','))
			goto bad;
		skip_blanks(rest, " \t");
	}
	member->value = (struct sfv_value){.kind = SFV_TRUE};
	if (walk->n > SFV_MEMBERS_MAX || !take_key(rest, &member->key))
		goto bad;
	if (!take(rest, '=')) {
		if (!take_params(rest, &member->value.params))
			goto bad;
	} else if (take(rest, '(')) {
		if (!take_list(rest, &member->value))
			goto bad;
	} else if (!take_item(rest, &member->value)) {
		goto bad;
	}
	skip_blanks(rest, " \t");
	return true;
bad:
	walk->failed = true;
	return false;
}

bool
sfv_list_next(struct sfv_walk *walk, struct sfv_value *item)
{
	skip_blanks(&walk->rest, " ");
	if (walk->rest.len == 0)
		return false;
	walk->failed =
	    walk->n++ == SFV_MEMBERS_MAX || !take_item(&walk->rest, item);
	return !walk->failed;
}

bool
sfv_param_next(struct sfv_walk *walk, struct sfv_member *param)
{
	if (walk->rest.len == 0)
		return false;
	walk->failed = walk->n++ == SFV_MEMBERS_MAX ||
		       !take(&walk->rest, ';') ||
		       !take_param(&walk->rest, param);
	return !walk->failed;
}

/* True if no parameter occurs twice. */
static bool
params_ok(struct span params)
{
	struct sfv_walk walk = sfv_walk(params);
	struct span seen[SFV_MEMBERS_MAX];
	struct sfv_member param;
	size_t n = 0;

	while (sfv_param_next(&walk, &param)) {
		for (size_t i = 0; i < n; i++) {
			if (span_eq(seen[i], param.key))
				return false;
		}
		seen[n++] = param.key;
	}
	return !walk.failed;
}

static bool
value_ok(const struct sfv_value *value)
{
	struct sfv_walk walk = sfv_walk(value->text);
	struct sfv_value item;
	bool ok = params_ok(value->params);

	if (value->kind != SFV_LIST)
		return ok;
	while (ok && sfv_list_next(&walk, &item))
		ok = params_ok(item.params);
	return ok && !walk.failed;
}

bool
sfv_dict_ok(struct span text)
{
	struct sfv_walk walk = sfv_walk(text);
	struct span seen[SFV_MEMBERS_MAX];
	struct sfv_member member;
	size_t n = 0;

	while (sfv_dict_next(&walk, &member)) {
		for (size_t i = 0; i < n; i++) {
			if (span_eq(seen[i], member.key))
				return false;
		}
		seen[n++] = member.key;
		if (!value_ok(&member.value))
			return false;
	}
	return !walk.failed;
}

bool
sfv_dict_find(struct span text, struct span key, struct sfv_value *value)
{
	struct sfv_walk walk = sfv_walk(text);
	struct sfv_member member;

	if (!sfv_dict_ok(text))
		return false;
	while (sfv_dict_next(&walk, &member)) {
		if (span_eq(member.key, key)) {
			*value = member.value;
			return true;
		}
	}
	return false;
}

long long
sfv_integer(const struct sfv_value *value)
{
	return value->kind == SFV_NUMBER ? span_number(value->text) : -1;
}

/* --- writing: RFC 8941, section 4.1 --- */

static void
put_bare(FILE *f, const struct sfv_value *value)
{
	const char *around = value->kind == SFV_STRING  ? "\""
			     : value->kind == SFV_BYTES ? ":"
							: "";

	fputs(around, f);
	stream_put(f, value->text);
	fputs(around, f);
}

void
sfv_put_params(FILE *f, struct span params)
{
	struct sfv_walk walk = sfv_walk(params);
	struct sfv_member param;

	while (sfv_param_next(&walk, &param)) {
		putc(';', f);
		stream_put(f, param.key);
		if (param.value.kind == SFV_TRUE)
			continue;
		putc('=', f);
		put_bare(f, &param.value);
	}
}

void
sfv_put(FILE *f, const struct sfv_value *value)
{
	struct sfv_walk walk = sfv_walk(value->text);
	struct sfv_value item;

	if (value->kind == SFV_TRUE) {
		fputs("?1", f);
	} else if (value->kind == SFV_LIST) {
		putc('(', f);
		while (sfv_list_next(&walk, &item)) {
			if (walk.n > 1)
				putc(' ', f);
			put_bare(f, &item);
			sfv_put_params(f, item.params);
		}
		putc(')', f);
	} else {
		put_bare(f, value);
	}
	sfv_put_params(f, value->params);
}
