/* cmd_presets.c - the providers that hookdir knows by name. */
#include <stdio.h>

#include "cli.h"
#include "preset.h"

int
presets_run(const struct options *opt, char *const operand[])
{
	const struct preset *preset;

	(void)opt;
	(void)operand;
	for (size_t i = 0; (preset = preset_at(i)) != NULL; i++)
		puts(preset->name);
	return CLI_OK;
}
