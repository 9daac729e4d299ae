/* which.c - asks each entry, then the presets. */
#include <stdlib.h>

#include "attempt.h"
#include "http/field.h"
#include "mistake.h"
#include "profile/signature.h"
#include "recognise.h"
#include "undecoded.h"
#include "which.h"

#define LOOKS_MAX 5 /* presets that are shown */

/* How many entries said what to the request. */
struct counts {
	unsigned verifies, changed, refuses, silent;
	const struct provider *refusing; /* the first of them, or NULL */
};

static void
put_entry(const struct which *w, const struct provider *prov)
{
	fprintf(w->d.out, "entry      %s: ", prov->name);
}

static void
put_proof(const struct which *w, const struct provider *prov,
    const struct attempt_result *result)
{
	long long off = (long long)(result->time - w->now);

	put_entry(w, prov);
	fprintf(w->d.out, "it verifies: %s, ", result->how);
	if (result->key[0] != '\0')
		fprintf(w->d.out, "key %s", result->key);
	else
		attempt_put_secret(w->d.out, prov, result->secret);
	if (off != 0)
		fprintf(w->d.out, ", but it was signed %lld s %s that time",
		    off < 0 ? -off : off, off < 0 ? "before" : "after");
	fputc('\n', w->d.out);
}

/* Is anything where the entry looks for a signature? */
static bool
is_addressed(const struct which *w, const struct provider *prov)
{
	struct signature_names walk = {.source = 0};
	struct field_value value;
	struct span text;
	const char *name;
	bool found = false;

	while ((name = signature_next_name(&prov->profile, &walk)) != NULL)
		found = found ||
			request_header(w->d.req, name, &text) != REQUEST_NONE;
	for (size_t i = 0; i < prov->profile.nsignature && !found &&
			   w->d.req->body.len <= RECOGNISE_BODY_MAX;
	     i++) {
		if (prov->profile.signature[i].in != SIGNATURE_JSON)
			continue;
		found = field_get(&prov->profile.signature[i].field, w->d.req,
			    w->d.req->body, &value) == LOOKUP_FOUND;
		field_value_free(&value);
	}
	return found;
}

/* True if the entry verifies it, which is then said. */
static bool
ask(const struct which *w, const struct provider *prov)
{
	struct attempt_result result;
	struct attempt attempt;

	attempt_init(&attempt, w->d.cfg, prov, w->d.req, w->now);
	attempt_unpack(&attempt, w->unpacked);
	if (!attempt_run(&attempt, &result))
		return false;
	put_proof(w, prov, &result);
	return true;
}

/*
 * What can be said of an entry that does not verify it; prov is the entry, or
 * what explain makes of one that is broken.
 */
static void
ask_more(const struct which *w, const struct provider *entry,
    const struct provider *prov, struct counts *n)
{
	struct attempt_result result = {.status = ST_MISCONFIGURED};
	const char *why = entry->broken ? entry->fault : result.why.text;
	struct mistake mistake;
	struct attempt attempt;

	attempt_init(&attempt, w->d.cfg, prov, w->d.req, w->now);
	attempt_unpack(&attempt, w->unpacked);
	if (attempt_run(&attempt, &result))
		return;
	/* Another entry's secret may be the same: then it is that one's. */
	if (n->verifies == 0 &&
	    mistake_find_preset(&attempt, w->known, &mistake)) {
		n->changed++;
		put_entry(w, prov);
		fprintf(w->d.out, "it would verify with %s\n",
		    describe_safe(&w->d, mistake.text));
		free(mistake.text);
	} else if (is_addressed(w, prov)) {
		if (n->refuses++ == 0)
			n->refusing = entry;
		put_entry(w, prov);
		fprintf(w->d.out,
		    "it looks like one for this entry, but does "
		    "not verify: %s\n",
		    describe_safe(&w->d, why));
	} else {
		n->silent++;
	}
}

/* Those that verify it first. */
static void
put_entries(const struct which *w, struct counts *n)
{
	for (size_t i = 0; i < w->d.cfg->nprovider; i++) {
		const struct provider *prov = &w->d.cfg->provider[i];

		n->verifies += !prov->broken && ask(w, prov);
	}
	for (size_t i = 0; i < w->d.cfg->nprovider; i++) {
		const struct provider *prov = &w->d.cfg->provider[i];

		struct provider undecoded;

		if (!prov->broken) {
			ask_more(w, prov, prov, n);
			continue;
		}
		if (undecoded_make(&undecoded, w->d.cfg, prov)) {
			ask_more(w, prov, &undecoded, n);
			undecoded_free(&undecoded);
			continue;
		}
		put_entry(w, prov);
		fputs("not tried, for its settings have an error: see hookdir "
		      "check\n",
		    w->d.out);
	}
	if (n->silent > 0)
		fprintf(w->d.out,
		    "           and %u other entr%s, whose signature is not "
		    "there\n",
		    n->silent, n->silent == 1 ? "y" : "ies");
}

static void
put_preset(const struct which *w, const struct recognised *r)
{
	static const char *const what[] = {
	    [RECOGNISED_NONE] = "other headers of it are there, but no "
				"signature",
	    [RECOGNISED_MALFORMED] = "its header is there, but has no "
				     "signature of its form",
	    [RECOGNISED_FORMED] = "what it signs with is there",
	};

	fprintf(w->d.out, "looks like \"preset\": \"%s\": %s%s\n",
	    r->known->preset->name, what[r->signature],
	    r->lacks_time ? ", but not the signed time" : "");
}

static void
put_presets(const struct which *w, const struct recognition *seen)
{
	for (size_t i = 0; i < seen->n && i < LOOKS_MAX; i++)
		put_preset(w, &seen->item[i]);
	if (seen->n > LOOKS_MAX)
		fprintf(w->d.out, "           and %s%zu presets less likely\n",
		    seen->n == RECOGNISE_MAX ? "at least " : "",
		    seen->n - LOOKS_MAX);
	if (seen->n == 0)
		fputs("looks like no preset\n", w->d.out);
	if (w->d.req->body.len > RECOGNISE_BODY_MAX)
		fprintf(w->d.out,
		    "           by its headers alone: the body has more than "
		    "%lu MiB\n",
		    RECOGNISE_BODY_MAX >> 20);
}

static void
put_change(const struct which *w, const struct counts *n,
    const struct recognition *seen)
{
	if (n->verifies > 0 || n->changed > 0)
		return;
	if (n->refuses > 0)
		fprintf(w->d.out,
		    "change     hookdir explain %s %s says what to change\n",
		    n->refusing->name, w->name);
	else if (seen->n > 0)
		fprintf(w->d.out,
		    "change     hookdir presets %s shows the entry that its "
		    "deliveries need\n",
		    seen->item[0].known->preset->name);
}

bool
which_print(const struct which *w)
{
	struct counts n = {.verifies = 0};
	struct recognition seen;

	put_entries(w, &n);
	recognise(&seen, w->known, w->d.req);
	put_presets(w, &seen);
	fprintf(w->d.out, "verdict    %u of %zu entries verif%s it\n",
	    n.verifies, w->d.cfg->nprovider, n.verifies == 1 ? "ies" : "y");
	put_change(w, &n, &seen);
	return n.verifies > 0;
}
