/* own_headers.c - reads and checks 'Name: value'. */
#include <stdio.h>

#include "http/header.h"
#include "own_headers.h"
#include "profile/scheme.h"
#include "profile/signature.h"
#include "verify/httpsig/httpsig.h"

static bool
is_one_of(const char *name, const char *const list[], size_t n)
{
	for (size_t i = 0; i < n; i++) {
		if (header_same(name, list[i]))
			return true;
	}
	return false;
}

static bool
has_signature(const struct profile *profile, const char *name)
{
	static const char *const httpsig[] = {
	    "Authorization", "Signature", "Signature-Input"};

	return signature_is_in(profile, name) ||
	       (profile->scheme->verify == verify_httpsig &&
		   is_one_of(
		       name, httpsig, sizeof(httpsig) / sizeof(httpsig[0])));
}

static bool
is_of_the_body(const char *name)
{
	static const char *const list[] = {
	    "Content-Length", "Transfer-Encoding", "Expect"};

	return is_one_of(name, list, sizeof(list) / sizeof(list[0]));
}

static bool
add_one(const struct signing_input *in, const char *text,
    struct headers *headers, struct reason *why)
{
	struct span rest = span_str(text);
	struct span name = span_cut(&rest, ':');
	char key[HEADER_NAME_MAX];

	if (rest.ptr == NULL || !header_name_ok(name)) {
		reason_set(why, "-H: a header is 'Name: value', and a name has "
				"letters, digits and '-' only");
		return false;
	}
	snprintf(
	    key, sizeof(key), "%.*s", (int)name.len, (const char *)name.ptr);
	if (has_signature(&in->prov->profile, key))
		reason_set(why,
		    "-H: the header %s has the signature, which is made here",
		    key);
	else if (is_of_the_body(key))
		reason_set(why, "-H: %s is made when the body is sent", key);
	else if (headers_has(headers, key))
		reason_set(why, "-H: %s is given twice", key);
	else
		return headers_add(headers, key, span_trim(rest), why);
	return false;
}

bool
own_headers_add(
    const struct signing_input *in, struct headers *headers, struct reason *why)
{
	for (size_t i = 0; i < in->nheader; i++) {
		if (!add_one(in, in->header[i], headers, why))
			return false;
	}
	return true;
}
