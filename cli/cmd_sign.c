/* cmd_sign.c - hookdir sign: print what a provider would send. */
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/file.h"
#include "cli.h"
#include "sign/signing.h"

/* The headers; and the body, if it is not the one that was given. */
static void
print(const struct signing_result *made)
{
	for (size_t i = 0; i < made->headers.n; i++)
		puts(made->headers.line[i]);
	if (made->owned == NULL)
		return;
	putchar('\n');
	fwrite(made->body.ptr, 1, made->body.len, stdout);
}

int
sign_run(const struct options *opt, char *const operand[])
{
	struct signing_input in = {.url = operand[1],
	    .header = opt->header,
	    .nheader = opt->nheader,
	    .time = opt->time,
	    .key = opt->key,
	    .key_fd = opt->key_input,
	    .kid = opt->kid,
	    .rfc9421 = opt->rfc9421};
	struct signing_result made = {.owned = NULL};
	struct reason why = {""};
	struct config *cfg;
	int rc = CLI_WRONG;
	char *body = NULL;
	size_t len = 0;

	if (in.url != NULL && !cli_url_ok(in.url))
		return CLI_USAGE;
	if ((cfg = cli_config(opt)) == NULL)
		return CLI_WRONG;
	if ((in.prov = cli_provider(opt, cfg, operand[0])) == NULL)
		goto out;
	body = file_read_all(STDIN_FILENO, CLI_INPUT_MAX, &len, &why);
	if (body == NULL) {
		log_line(
		    &log_stderr, LVL_ERROR, "standard input: %s", why.text);
		goto out;
	}
	in.body = span_mem(body, len);
	if (!signing_make(&in, &made, &why)) {
		log_line(
		    &log_stderr, LVL_ERROR, "%s: %s", operand[0], why.text);
		goto out;
	}
	print(&made);
	rc = CLI_OK;
out:
	signing_free(&made);
	free(body);
	config_free(cfg);
	return rc;
}
