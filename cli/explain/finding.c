/* finding.c - a short list of sentences. */
#include <stdarg.h>

#include "finding.h"

void
finding_add(
    struct findings *findings, enum finding_rank rank, const char *fmt, ...)
{
	va_list ap;

	if (findings->n == FINDINGS_MAX)
		return;
	va_start(ap, fmt);
	vsnprintf(findings->item[findings->n].text, FINDING_TEXT_MAX, fmt, ap);
	va_end(ap);
	findings->item[findings->n++].rank = rank;
}

bool
findings_have(const struct findings *findings, enum finding_rank rank)
{
	for (size_t i = 0; i < findings->n; i++) {
		if (findings->item[i].rank == rank)
			return true;
	}
	return false;
}

void
findings_print(FILE *out, const struct findings *findings)
{
	for (unsigned rank = FINDING_KNOWN; rank <= FINDING_LEAST; rank++) {
		for (size_t i = 0; i < findings->n; i++) {
			if (findings->item[i].rank != rank)
				continue;
			fprintf(out, "%-10s %s\n",
			    rank == FINDING_KNOWN ? "known" : "possible",
			    findings->item[i].text);
		}
	}
}
