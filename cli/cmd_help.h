/* cmd_help.h - the texts that hookdir help prints. */
#ifndef CMD_HELP_H
#define CMD_HELP_H

#include <stdbool.h>

#include "command.h"

/* The commands, in groups; on one screen. */
void help_overview(void);

/* One command and its options. */
bool help_command(const struct command *cmd);

#endif
