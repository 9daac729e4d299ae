/* cmd_reverify.c - hookdir reverify: check held deliveries once more. */
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "cli.h"
#include "hold/request_file.h"
#include "keyset/fetcher.h"
#include "receive.h"

/* How the line begins that receive() logs for each duplicate. */
#define DUPLICATE "hookdir: info: "

/* One run, and what came of it. */
struct reverify {
	const struct config *cfg;
	const struct provider *prov;
	struct hold hold;
	char fetch[PATH_MAX];
	char route[PROVIDER_NAME_MAX + sizeof("PATH_INFO=/")];
	char logged[LOG_LINE_MAX]; /* the last line of the last delivery */
	/* The last one that was printed, from "answered" on. */
	char said[LOG_LINE_MAX];
	unsigned filed, known, dropped, left;
	bool wrong; /* something besides signatures */
};

static void
keep_line(void *arg, const char *line, size_t len)
{
	struct reverify *r = arg;

	snprintf(r->logged, sizeof(r->logged), "%.*s", (int)len, line);
}

static ptrdiff_t
read_body(void *arg, unsigned char *buf, size_t len, long allowed)
{
	struct span *rest = arg;
	size_t n = rest->len < len ? rest->len : len;

	(void)allowed;
	if (n > 0)
		memcpy(buf, rest->ptr, n);
	*rest = span_skip(*rest, n);
	return (ptrdiff_t)n;
}

/* As if it came now, but judged by the time at which it arrived. */
static enum status
deliver(struct reverify *r, const struct request_file *saved)
{
	const struct log log = {keep_line, r};
	struct span rest = saved->req.body;
	struct delivery delivery = {.body = {read_body, &rest},
	    .arrived = saved->arrived,
	    .fetch = r->fetch,
	    .log = &log};
	const struct provider *due;
	struct reply reply;
	enum status st;
	char **env = calloc(saved->n + 2, sizeof(*env));

	if (env == NULL)
		return ST_TRY_LATER;
	env[0] = r->route;
	memcpy(env + 1, saved->env, saved->n * sizeof(*env));
	delivery.env = env;
	clock_gettime(CLOCK_REALTIME, &delivery.now);
	r->logged[0] = '\0';
	due = receive(r->cfg, &delivery, &reply);
	/*
	 * A warning that did not keep it from being filed.  That it was filed
	 * before is counted.
	 */
	if ((reply.status == ST_OK || reply.status == ST_DUPLICATE) &&
	    strncmp(r->logged, DUPLICATE, strlen(DUPLICATE)) != 0)
		fputs(r->logged, stderr);
	if (due != NULL)
		receive_upkeep(r->cfg, due, &delivery);
	free(env);
	st = reply.status;
	reply_free(&reply);
	return st;
}

static void
complain(struct reverify *r, const char *name, const char *text)
{
	log_line(
	    &log_stderr, LVL_ERROR, "%s: %s: %s", r->prov->name, name, text);
	r->wrong = true;
}

/* Print why a delivery failed, but not again for each that fails like it. */
static void
say_failure(struct reverify *r)
{
	/* What stands before names the event. */
	const char *text = strstr(r->logged, ": answered ");

	if (text == NULL)
		text = r->logged;
	if (strcmp(r->said, text) != 0)
		fputs(r->logged, stderr);
	snprintf(r->said, sizeof(r->said), "%s", text);
}

static void
take_outcome(struct reverify *r, const char *name, enum status st)
{
	struct reason why = {""};

	/* A challenge that is answered too late is of no use. */
	if (st == ST_OK || st == ST_DUPLICATE || st == ST_ANSWERED) {
		r->filed += st == ST_OK;
		r->known += st == ST_DUPLICATE;
		r->dropped += st == ST_ANSWERED;
		if (!hold_remove(&r->hold, name, &why))
			complain(r, name, why.text);
		return;
	}
	r->left++;
	if (status_code(st) >= 500)
		say_failure(r);
}

static void
try_item(struct reverify *r, const char *name)
{
	struct reason why = {""};
	struct request_file saved = {.n = 0};
	struct file_content content;
	enum hold_outcome outcome =
	    hold_read(&r->hold, name, HOLD_FILE_MAX, &content, &why);

	/* Newer deliveries may have replaced it. */
	if (outcome == HOLD_GONE)
		return;
	if (outcome == HOLD_FAILED ||
	    !request_file_read(
		&saved, span_mem(content.bytes, content.len), &why)) {
		r->left++;
		complain(r, name, why.text);
	} else if (!request_file_whole(&saved)) {
		r->left++;
		complain(r, name, "damaged: it is not as long as it says");
	} else {
		take_outcome(r, name, deliver(r, &saved));
	}
	request_file_free(&saved);
	free(content.bytes);
}

/* False if a delivery is left, or something else went wrong. */
static bool
try_all(struct reverify *r)
{
	struct hold_list list;
	struct reason why = {""};

	if (!hold_is_ours(&r->hold, &why) ||
	    !hold_list(&r->hold, &list, &why)) {
		log_line(
		    &log_stderr, LVL_ERROR, "%s: %s", r->prov->name, why.text);
		return false;
	}
	for (size_t i = 0; i < list.n; i++)
		try_item(r, list.item[i].name);
	printf("%s: %u filed, %u filed before, %u left", r->prov->name,
	    r->filed, r->known, r->left);
	if (r->dropped > 0)
		printf(", %u challenges removed", r->dropped);
	putchar('\n');
	hold_list_free(&list);
	return r->left == 0 && !r->wrong;
}

int
reverify_run(const struct options *opt, char *const operand[])
{
	struct reverify r = {.cfg = NULL};
	struct config *cfg = cli_config(opt);
	int rc = CLI_WRONG;

	if (cfg == NULL)
		return CLI_WRONG;
	r.cfg = cfg;
	r.prov = cli_provider(opt, cfg, operand[0]);
	if (r.prov != NULL) {
		r.hold = config_hold(cfg, r.prov);
		fetcher_locate(r.fetch);
		snprintf(
		    r.route, sizeof(r.route), "PATH_INFO=/%s", r.prov->name);
		if (try_all(&r))
			rc = CLI_OK;
	}
	config_free(cfg);
	return rc;
}
