/* evidence_url.c - the URL that is signed, and the one that came. */
#include <stdio.h>
#include <strings.h>

#include "base/url.h"
#include "evidence_kinds.h"
#include "profile/scheme.h"

static bool
signs_url(const struct profile *profile)
{
	bool signs = profile->scheme->text != NULL;

	for (size_t i = 0; i < profile->nsigned && !signs; i++)
		signs = template_signs_url(&profile->signed_payload[i]) ||
			template_has(&profile->signed_payload[i], OP_URI);
	return signs;
}

/* Compare host and path of public_url with those that came. */
static void
compare(const struct evidence *e, struct findings *f)
{
	char want[EVIDENCE_SHOWN_MAX], got[EVIDENCE_SHOWN_MAX];
	struct span uri = request_variable(e->d.req, "REQUEST_URI"), host;
	struct span path;
	struct url url;

	if (!url_split(&url, span_str(e->d.prov->profile.public_url)))
		return;
	if (request_header(e->d.req, "Host", &host) == REQUEST_ONE &&
	    url.host.len > 0) {
		struct url came = {.scheme = NULL};

		url_split_authority(&came, host);
		if (!span_eq_nocase(came.host, url.host))
			finding_add(f, FINDING_KNOWN,
			    "it came to the host %s, and public_url has %s",
			    evidence_shown(e, got, came.host),
			    evidence_shown(e, want, url.host));
	}
	path = url_cut_path(&uri);
	if (path.len > 0 && !span_eq(path, url.path))
		finding_add(f, FINDING_KNOWN,
		    "it came to the path %s, and public_url has %s",
		    evidence_shown(e, got, path),
		    evidence_shown(e, want, url.path));
	if (uri.len > 0 && !span_eq(uri, url.query))
		finding_add(f, FINDING_KNOWN,
		    "the query of the request is not that of public_url");
}

void
evidence_url(const struct evidence *e, struct findings *f)
{
	const struct profile *profile = &e->d.prov->profile;

	if (!signs_url(profile))
		return;
	if (profile->public_url == NULL) {
		finding_add(f, FINDING_LIKELY,
		    "the URL is signed as well: a proxy or the server changed "
		    "the path or the host, or \"public_url\" should say what "
		    "the sender calls");
		return;
	}
	compare(e, f);
	finding_add(f, FINDING_LIKELY,
	    "another URL was signed: public_url must be, to the letter, the "
	    "one that is set at the sender, with its query. The usual "
	    "differences (http, slash, port, host, query) were tried");
}
