/* known.c - makes the profiles of all presets. */
#include <stdlib.h>

#include "known.h"
#include "verify/schemes.h"

static bool
add(struct known *known, const struct preset *preset, long tolerance)
{
	struct known_preset *item = &known->item[known->n];
	struct profile_fault fault;

	item->preset = preset;
	item->words = *preset;
	item->needs = preset_needs(preset, scheme_of(preset));
	preset_example(&item->words, &item->needs);
	if (!scheme_profile(&item->profile, &item->words, tolerance, &fault))
		return false;
	known->n++;
	return true;
}

bool
known_make(struct known *known, long tolerance)
{
	const struct preset *preset;
	size_t n = 1;

	/* Room for one more than there are, never for none. */
	while (preset_at(n - 1) != NULL)
		n++;
	*known = (struct known){.item = calloc(n, sizeof(*known->item))};
	if (known->item == NULL)
		return false;
	for (size_t i = 0; (preset = preset_at(i)) != NULL; i++) {
		if (!add(known, preset, tolerance)) {
			known_free(known);
			return false;
		}
	}
	return true;
}

void
known_free(struct known *known)
{
	for (size_t i = 0; i < known->n; i++)
		profile_free(&known->item[i].profile);
	free(known->item);
	*known = (struct known){.n = 0};
}
