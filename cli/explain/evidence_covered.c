/* evidence_covered.c - what a signature covers, and whether it came. */
#include <string.h>

#include "base/shown.h"
#include "evidence_kinds.h"
#include "profile/scheme.h"
#include "profile/signature.h"
#include "verify/httpsig/component.h"
#include "verify/httpsig/httpsig_draft.h"
#include "verify/httpsig/httpsig_rfc9421.h"

static void
say_removed(struct findings *f, const char *name)
{
	finding_add(f, FINDING_SHOWN,
	    "a proxy or the web server removed %s, or what saved the request "
	    "left it out: it must arrive as it was sent",
	    name);
}

/* Returns true. */
static bool
say_lost(const struct evidence *e, struct findings *f, const char *name)
{
	if (describe_hides_name(&e->d, span_str(name)))
		name = SHOWN_NOTHING;
	finding_add(f, FINDING_KNOWN,
	    "the signature covers the header %s, which did not come", name);
	say_removed(f, name);
	return true;
}

static bool
came(const struct evidence *e, const char *name)
{
	struct span value;

	return request_header(e->d.req, name, &value) != REQUEST_NONE;
}

/* Returns true if it came twice: then there is not one value that is signed. */
static bool
say_doubled(const struct evidence *e, struct findings *f, const char *name)
{
	struct span value;

	if (request_header(e->d.req, name, &value) != REQUEST_SEVERAL)
		return false;
	finding_add(f, FINDING_KNOWN,
	    "the header %s, which is signed, came more than once", name);
	finding_add(f, FINDING_SHOWN,
	    "a proxy adds %s a second time, or two requests were saved as one: "
	    "one must arrive",
	    name);
	return true;
}

/* The header of the drafts: find the names that it signs. */
static bool
look_draft(const struct evidence *e, struct span value, struct findings *f)
{
	char name[HEADER_NAME_MAX];
	struct httpsig_draft draft;
	struct reason why;
	bool lost = false;

	if (span_starts_nocase(value, "Signature "))
		value = span_trim(span_skip(value, strlen("Signature ")));
	if (!httpsig_draft_parse(&draft, value, &why))
		return false;
	for (size_t i = 0; i < draft.n; i++) {
		if (httpsig_draft_knows(draft.name[i]) ||
		    !header_name_ok(draft.name[i]))
			continue;
		header_spell(name, draft.name[i]);
		if (!came(e, name))
			lost = say_lost(e, f, name);
	}
	return lost;
}

/* RFC 9421: find the headers among what a signature covers. */
static bool
look_components(const struct evidence *e, const struct httpsig_rfc9421 *sig,
    struct findings *f)
{
	struct sfv_walk walk = sfv_walk(sig->input.text);
	char name[HEADER_NAME_MAX];
	struct component part;
	struct sfv_value item;
	struct reason why;
	bool lost = false;

	while (sfv_list_next(&walk, &item)) {
		/* "@method" is no header's name. */
		if (!component_parse(&part, &item, &why) ||
		    !header_name_ok(part.name))
			continue;
		header_spell(name, part.name);
		if (!came(e, name))
			lost = say_lost(e, f, name);
	}
	return lost;
}

static bool
look_rfc9421(const struct evidence *e, struct span input, struct findings *f)
{
	struct httpsig_rfc9421_set sigs;
	struct reason why;
	struct span value;

	if (request_header(e->d.req, "Signature", &value) != REQUEST_ONE) {
		finding_add(f, FINDING_KNOWN,
		    "Signature-Input came without the header Signature, which "
		    "belongs to it");
		say_removed(f, "Signature");
		return true;
	}
	return httpsig_rfc9421_parse(&sigs, input, value, &why) &&
	       look_components(e, &sigs.item[0], f);
}

/* The headers of a template. */
static bool
look_templates(const struct evidence *e, struct findings *f)
{
	const struct profile *profile = &e->d.prov->profile;
	const struct template *tpl = &profile->signed_payload[0];
	bool lost = false;

	for (size_t i = 0; profile->nsigned == 1 && i < tpl->n; i++) {
		if (tpl->part[i].op != OP_HEADER)
			continue;
		if (!came(e, tpl->part[i].arg))
			lost = say_lost(e, f, tpl->part[i].arg);
		else
			lost = say_doubled(e, f, tpl->part[i].arg) || lost;
	}
	return lost;
}

bool
evidence_covered(const struct evidence *e, struct findings *f)
{
	const struct profile *profile = &e->d.prov->profile;
	struct span value;

	if (profile->scheme->macs || profile->scheme->asymmetric)
		return look_templates(e, f);
	if (profile->scheme->text == NULL)
		return false;
	if (request_header(e->d.req, "Signature-Input", &value) == REQUEST_ONE)
		return look_rfc9421(e, value, f);
	value = evidence_value(e);
	return value.len > 0 && look_draft(e, value, f);
}
