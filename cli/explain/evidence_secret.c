/* evidence_secret.c - the secret file, by what its lines look like. */
#include "base/shown.h"
#include "evidence_kinds.h"
#include "profile/secret_form.h"

/* Where the advice goes. */
struct secret_report {
	const struct evidence *e;
	struct findings *f;
};

static void
say_line(void *arg, unsigned line, const char *advice)
{
	const struct secret_report *report = arg;
	const struct provider *prov = report->e->d.prov;
	char shown[SHOWN_MAX];

	finding_add(report->f, FINDING_KNOWN, "%s line %u %s",
	    prov->secret_path != NULL
		? shown_path(shown, prov->secret_path)
		: shown_name(shown, span_str(prov->secret_env)),
	    line, advice);
	if (!findings_have(report->f, FINDING_SHOWN))
		finding_add(report->f, FINDING_SHOWN,
		    "the secret was copied with something around it, or is not "
		    "the one that signs");
}

void
evidence_secret(const struct evidence *e, struct findings *f)
{
	const struct secret_owner owner = {
	    e->d.prov->words.name, e->d.prov->profile.secret_encoding};
	struct secret_report report = {e, f};

	if (e->d.lines->n > 0)
		secret_form_look(e->d.lines, &owner, say_line, &report);
}
