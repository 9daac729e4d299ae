/* cmd_send.c - hookdir send: post one signed request, and show its event. */
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#include "base/encode.h"
#include "base/file.h"
#include "cli.h"
#include "send_advice.h"
#include "send_shown.h"
#include "send_target.h"
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
post(const struct signing_input *in, struct sent *sent, struct answer *answer,
    struct reason *why)
{
	struct signing_result made;
	struct curl_request request = {
	    .url = in->url, .headers = &made.headers, .patient = !sent->quiet};
	bool ok;

	if (!signing_make(in, &made, why))
		return false;
	/* Times of files may be behind the clock a little. */
	sent->since = time(NULL) - 1;
	request.body = made.body;
	ok = curl_post(&request, answer, why);
	signing_free(&made);
	if (!ok)
		return false;
	printf("%d ", answer->code);
	encode_printable(stdout, span_mem(answer->body, answer->len), "\n\t ");
	putchar('\n');
	return true;
}

/* Where it ended up: true if that is an inbox, or not known. */
static bool
report(const struct sent *sent, const struct options *opt)
{
	switch (send_show(sent, opt)) {
	case SENT_SHOWN:
		return true;
	case SENT_TAKEN:
		printf("filed; a consumer has taken it already\n");
		return true;
	case SENT_NOWHERE:
		if (sent->quiet)
			return true;
		log_line(&log_stderr, LVL_ERROR,
		    "%s: accepted, but not in the inbox %s: it is a duplicate, "
		    "or the receiver reads other settings",
		    sent->provider, sent->cfg->inbox.root);
		return false;
	case SENT_FAILED:
		break;
	}
	return sent->quiet;
}

/* Send it to in->url, and say what became of it. */
static int
deliver(const struct options *opt, struct signing_input *in, struct sent *sent)
{
	struct answer answer = {.body = NULL};
	struct reason why = {""};
	char *body;
	int rc = CLI_WRONG;

	body = find_body(opt, in->prov, &in->body.len, &why);
	in->body = span_mem(body, in->body.len);
	sent->body = in->body;
	if (body == NULL || !post(in, sent, &answer, &why))
		log_line(&log_stderr, LVL_ERROR, "%s: %s%s", in->prov->name,
		    why.text, send_no_answer(answer.ended));
	else if (answer.code < 200 || answer.code > 299)
		send_advise(in->prov, &answer);
	else if (report(sent, opt))
		rc = CLI_OK;
	free(answer.body);
	free(body);
	return rc;
}

/* Without a URL: this machine's web server, told the site by a header. */
static void
use_own_server(struct signing_input *in, const struct send_target *target,
    const char *header[static CLI_HEADERS_MAX + 1])
{
	bool given = target->host[0] == '\0';

	in->url = target->url;
	for (size_t i = 0; i < in->nheader; i++) {
		header[i] = in->header[i];
		if (span_starts_nocase(span_str(header[i]), "host:"))
			given = true;
	}
	if (!given)
		header[in->nheader++] = target->host;
	in->header = header;
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
	struct sent sent = {.provider = operand[0], .quiet = in.url != NULL};
	const char *header[CLI_HEADERS_MAX + 1];
	struct send_target target;
	struct config *cfg;
	int rc = CLI_WRONG;

	if (in.url != NULL && !cli_url_ok(in.url))
		return CLI_USAGE;
	if ((cfg = cli_config(opt)) == NULL)
		return CLI_WRONG;
	sent.cfg = cfg;
	if ((in.prov = cli_provider(opt, cfg, operand[0])) != NULL) {
		send_target(&target, cfg, operand[0]);
		if (in.url == NULL)
			use_own_server(&in, &target, header);
		rc = deliver(opt, &in, &sent);
	}
	config_free(cfg);
	return rc;
}
