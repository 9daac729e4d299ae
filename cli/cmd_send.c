/* cmd_send.c - hookdir send: post one signed request. */
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/encode.h"
#include "base/file.h"
#include "cli.h"
#include "sign/curl.h"
#include "sign/sample.h"
#include "sign/signing.h"

/*
 * What is posted: standard input, or a sample if that was asked for or standard
 * input has nothing (a terminal, /dev/null, an empty file).
 */
static char *
find_body(const struct options *opt, const struct provider *prov, size_t *len,
    struct reason *why)
{
	char *body;

	if (!opt->sample && !isatty(STDIN_FILENO)) {
		body = file_read_all(STDIN_FILENO, CLI_INPUT_MAX, len, why);
		if (body == NULL || *len > 0)
			return body;
		free(body);
	}
	return sample_make(prov, len, why);
}

/* Post it and print the answer; false with why set if there is none. */
static bool
post(const struct signing_input *in, int *code, struct reason *why)
{
	struct signing_result made;
	struct answer answer;
	bool ok;

	if (!signing_make(in, &made, why))
		return false;
	ok = curl_post(in->url, &made.headers, made.body, &answer, why);
	signing_free(&made);
	if (!ok)
		return false;
	printf("%d ", answer.code);
	encode_printable(stdout, span_mem(answer.body, answer.len), "\n\t ");
	putchar('\n');
	*code = answer.code;
	free(answer.body);
	return true;
}

int
send_run(const struct options *opt, char *const operand[])
{
	struct signing_input in = {.url = operand[1],
	    .header = opt->header,
	    .nheader = opt->nheader,
	    .time = opt->time,
	    .key = opt->key,
	    .key_fd = opt->key_input,
	    .kid = opt->kid,
	    .rfc9421 = opt->rfc9421};
	struct reason why = {""};
	struct config *cfg;
	int rc = CLI_WRONG;
	char *body = NULL;
	size_t len = 0;
	int code = 0;

	if (!cli_url_ok(in.url))
		return CLI_USAGE;
	if ((cfg = cli_config(opt)) == NULL)
		return CLI_WRONG;
	if ((in.prov = cli_provider(opt, cfg, operand[0])) == NULL)
		goto out;
	body = find_body(opt, in.prov, &len, &why);
	in.body = span_mem(body, len);
	if (body == NULL || !post(&in, &code, &why)) {
		log_line(
		    &log_stderr, LVL_ERROR, "%s: %s", operand[0], why.text);
		goto out;
	}
	if (code >= 200 && code <= 299)
		rc = CLI_OK;
out:
	free(body);
	config_free(cfg);
	return rc;
}
