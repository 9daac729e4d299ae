/* evidence_left_out.c - what hold did not keep, and how to keep it. */
#include <stdio.h>

#include "evidence_kinds.h"
#include "http/header.h"

#define LIST_MAX 320

/* "X-A", "X-B": the names as the setting wants them. */
static bool
list(char dst[static LIST_MAX], struct span names)
{
	size_t used = 0;

	dst[0] = '\0';
	while (names.ptr != NULL && used < LIST_MAX) {
		struct span one = span_trim(span_cut(&names, ','));

		/* The last is "and others" if there are more. */
		if (!header_name_ok(one))
			continue;
		used += (size_t)snprintf(dst + used, LIST_MAX - used,
		    "%s\"%.*s\"", used == 0 ? "" : ", ", (int)one.len,
		    (const char *)one.ptr);
	}
	return used > 0 && used < LIST_MAX;
}

void
evidence_left_out(const struct evidence *e, struct findings *f)
{
	char names[LIST_MAX];

	if (describe_hides(&e->d, e->saved->left_out) ||
	    !list(names, e->saved->left_out))
		return;
	finding_add(f, FINDING_KNOWN,
	    "hold left out %s, which may be passwords: so this file does not "
	    "show everything that came",
	    names);
	finding_add(f, FINDING_SHOWN,
	    "the signature, or something that is signed, is in what was left "
	    "out. If the sender signs with it, keep it: \"hold\": "
	    "{\"headers\": [%s]}, and look at the next delivery",
	    names);
}
