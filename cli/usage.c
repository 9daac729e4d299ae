/* usage.c - checks a command line, and says what is wrong with it. */
#include <string.h>

#include "base/log.h"
#include "base/spelling.h"
#include "usage.h"

void
usage_put(FILE *out, const struct command *cmd)
{
	fprintf(out, "usage: hookdir %s%s%s", cmd->name,
	    cmd->arguments[0] == '\0' ? "" : " ", cmd->arguments);
}

void
usage_hint(const struct command *cmd)
{
	if (cmd == NULL) {
		fputs("`hookdir help` lists the commands\n", stderr);
		return;
	}
	usage_put(stderr, cmd);
	fprintf(stderr, "; see `hookdir help %s`\n", cmd->name);
}

void
usage_bad_option(const struct option_line *line, const struct command *cmd)
{
	struct spelling search = spelling_of(span_str(line->bad));
	const struct option_text *o;
	char known[OPTION_LETTERS][32];
	char hint[SPELLING_HINT_MAX], of[64] = "";

	for (size_t i = 0; i < OPTION_LETTERS && (o = option_at(i)) != NULL;
	     i++) {
		snprintf(known[i], sizeof(known[i]), "--%s", o->name);
		spelling_try(&search, known[i]);
	}
	if (cmd != NULL)
		snprintf(of, sizeof(of), "%s: ", cmd->name);
	if (line->no_value)
		log_line(&log_stderr, LVL_ERROR, "%s%s lacks its value", of,
		    line->bad);
	else if (search.nearest != NULL && search.distance == 0)
		log_line(&log_stderr, LVL_ERROR, "%s%s takes no value", of,
		    line->bad);
	else
		log_line(&log_stderr, LVL_ERROR, "%sthere is no option %s%s",
		    of, line->bad, spelling_hint(hint, &search));
}

/* An option that has no meaning for cmd: say for which commands it has one. */
static void
complain_useless(const struct command *cmd, const struct option_text *o)
{
	const struct command *other;
	char others[256] = "";
	size_t len = 0;

	for (size_t i = 0; (other = command_at(i)) != NULL; i++) {
		if (len < sizeof(others) &&
		    option_meaning(o->letter, other->name) != NULL)
			len +=
			    (size_t)snprintf(others + len, sizeof(others) - len,
				"%s%s", len == 0 ? "" : ", ", other->name);
	}
	log_line(&log_stderr, LVL_ERROR,
	    "%s: takes no --%s: that option is for %s", cmd->name, o->name,
	    others);
}

/* What the usage line has outside of brackets, up to the standard input. */
static const char *
required(char dst[static 64], const char *arguments)
{
	size_t len = 0;
	int depth = 0;

	for (const char *at = arguments; *at != '\0' && len < 63; at++) {
		if (depth == 0 && *at == '<')
			break;
		depth += *at == '[' ? 1 : 0;
		if (depth == 0 && (*at != ' ' || len > 0))
			dst[len++] = *at;
		depth -= *at == ']' ? 1 : 0;
	}
	while (len > 0 && dst[len - 1] == ' ')
		len--;
	dst[len] = '\0';
	return dst;
}

/* False after saying what is lacking, or too much. */
static bool
operands_fit(const struct command *cmd, int operands)
{
	char needs[64];

	if (operands < cmd->min)
		log_line(&log_stderr, LVL_ERROR, "%s: needs %s", cmd->name,
		    required(needs, cmd->arguments));
	else if (operands > cmd->max && cmd->max == 0)
		log_line(&log_stderr, LVL_ERROR, "%s: takes no arguments",
		    cmd->name);
	else if (operands > cmd->max)
		log_line(&log_stderr, LVL_ERROR,
		    "%s: takes at most %d argument%s", cmd->name, cmd->max,
		    cmd->max == 1 ? "" : "s");
	return operands >= cmd->min && operands <= cmd->max;
}

bool
usage_fits(
    const struct command *cmd, const struct option_line *line, int operands)
{
	const struct option_text *o;

	if (line->bad[0] != '\0') {
		usage_bad_option(line, cmd);
		return false;
	}
	for (size_t i = 0; (o = option_at(i)) != NULL; i++) {
		if (!line->given[(unsigned char)o->letter] ||
		    option_meaning(o->letter, cmd->name) != NULL)
			continue;
		complain_useless(cmd, o);
		return false;
	}
	if (line->opt.headers_over) {
		log_line(&log_stderr, LVL_ERROR, "%s: more than %d times -H",
		    cmd->name, CLI_HEADERS_MAX);
		return false;
	}
	return operands_fit(cmd, operands);
}
