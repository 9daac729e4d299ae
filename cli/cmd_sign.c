/* cmd_sign.c - hookdir sign: print the headers that a provider would send. */
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/file.h"
#include "cli.h"
#include "sign/signing.h"

int
sign_run(const struct options *opt, char *const operand[])
{
	struct signing_input in = {.url = operand[1],
	    .time = opt->time,
	    .key = opt->key,
	    .kid = opt->kid,
	    .rfc9421 = opt->rfc9421};
	struct headers headers = {.n = 0};
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
	if (!signing_make(&in, &headers, &why)) {
		log_line(
		    &log_stderr, LVL_ERROR, "%s: %s", operand[0], why.text);
		goto out;
	}
	for (size_t i = 0; i < headers.n; i++)
		puts(headers.line[i]);
	rc = CLI_OK;
out:
	headers_free(&headers);
	free(body);
	config_free(cfg);
	return rc;
}
