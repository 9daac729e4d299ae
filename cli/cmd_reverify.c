/* cmd_reverify.c - hookdir reverify: a second chance for what was refused. */
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "cli.h"
#include "hold/request_file.h"
#include "keyset/fetcher.h"
#include "receive.h"

/* All that is tried, and what came of it. */
struct round {
	const struct config *cfg;
	const struct provider *prov;
	struct hold hold;
	char fetch[PATH_MAX];
	char route[PROVIDER_NAME_MAX + sizeof("PATH_INFO=/")];
	char logged[LOG_LINE_MAX]; /* the last line of the last delivery */
	unsigned filed, known, dropped, left;
	bool wrong; /* something besides signatures */
};

static void
keep_line(void *arg, const char *line, size_t len)
{
	struct round *round = arg;

	snprintf(round->logged, sizeof(round->logged), "%.*s", (int)len, line);
}

static ptrdiff_t
read_body(void *arg, unsigned char *buf, size_t len)
{
	struct span *rest = arg;
	size_t n = rest->len < len ? rest->len : len;

	if (n > 0)
		memcpy(buf, rest->ptr, n);
	*rest = span_skip(*rest, n);
	return (ptrdiff_t)n;
}

/* As if it came now, but for the time that it is judged by. */
static enum status
deliver(struct round *round, const struct request_file *saved)
{
	const struct log log = {keep_line, round};
	struct span rest = saved->req.body;
	struct delivery delivery = {.body = {read_body, &rest},
	    .arrived = saved->arrived,
	    .fetch = round->fetch,
	    .log = &log};
	const struct provider *due;
	struct reply reply;
	enum status st;
	char **env = calloc(saved->n + 2, sizeof(*env));

	if (env == NULL)
		return ST_TRY_LATER;
	env[0] = round->route;
	memcpy(env + 1, saved->env, saved->n * sizeof(*env));
	delivery.env = env;
	clock_gettime(CLOCK_REALTIME, &delivery.now);
	round->logged[0] = '\0';
	due = receive(round->cfg, &delivery, &reply);
	/* What the event is filed in spite of. */
	if (reply.status == ST_OK || reply.status == ST_DUPLICATE)
		fputs(round->logged, stderr);
	if (due != NULL)
		receive_upkeep(round->cfg, due, &delivery);
	free(env);
	st = reply.status;
	reply_free(&reply);
	return st;
}

static void
complain(struct round *round, const char *name, const char *text)
{
	log_line(&log_stderr, LVL_ERROR, "%s: %s: %s", round->prov->name, name,
	    text);
	round->wrong = true;
}

/* False where the next ones would fare no better. */
static bool
take_outcome(struct round *round, const char *name, enum status st)
{
	struct reason why = {""};

	/* A challenge that was answered too late is of no use to anybody. */
	if (st == ST_OK || st == ST_DUPLICATE || st == ST_ANSWERED) {
		round->filed += st == ST_OK;
		round->known += st == ST_DUPLICATE;
		round->dropped += st == ST_ANSWERED;
		if (!hold_remove(&round->hold, name, &why))
			complain(round, name, why.text);
		return true;
	}
	round->left++;
	if (status_code(st) < 500)
		return true;
	fputs(round->logged, stderr);
	round->wrong = true;
	return false;
}

static bool
try_item(struct round *round, const char *name)
{
	struct reason why = {""};
	struct request_file saved = {.n = 0};
	size_t len = 0;
	unsigned char *text =
	    hold_read(&round->hold, name, HOLD_FILE_MAX, &len, &why);
	bool ok = true;

	/* Newer ones may have driven it out. */
	if (text == NULL && why.text[0] == '\0')
		return true;
	if (text == NULL ||
	    !request_file_read(&saved, span_mem(text, len), &why)) {
		round->left++;
		complain(round, name, why.text);
	} else if (!request_file_whole(&saved)) {
		round->left++;
		complain(round, name, "damaged: it is not as long as it says");
	} else {
		ok = take_outcome(round, name, deliver(round, &saved));
	}
	request_file_free(&saved);
	free(text);
	return ok;
}

static bool
try_all(struct round *round)
{
	struct hold_list list;
	struct reason why = {""};
	size_t i = 0;

	if (!hold_is_ours(&round->hold, &why) ||
	    !hold_list(&round->hold, &list, &why)) {
		log_line(&log_stderr, LVL_ERROR, "%s: %s", round->prov->name,
		    why.text);
		return false;
	}
	while (i < list.n && try_item(round, list.item[i++].name))
		continue;
	round->left += (unsigned)(list.n - i);
	printf("%s: %u filed, %u filed before, %u left", round->prov->name,
	    round->filed, round->known, round->left);
	if (round->dropped > 0)
		printf(", %u challenges removed", round->dropped);
	putchar('\n');
	hold_list_free(&list);
	return !round->wrong;
}

int
reverify_run(const struct options *opt, char *const operand[])
{
	struct round round = {.cfg = NULL};
	struct config *cfg = cli_config(opt);
	int rc = CLI_WRONG;

	if (cfg == NULL)
		return CLI_WRONG;
	round.cfg = cfg;
	round.prov = cli_provider(opt, cfg, operand[0]);
	if (round.prov != NULL) {
		round.hold = config_hold(cfg, round.prov);
		fetcher_locate(round.fetch);
		snprintf(round.route, sizeof(round.route), "PATH_INFO=/%s",
		    round.prov->name);
		if (try_all(&round))
			rc = CLI_OK;
	}
	config_free(cfg);
	return rc;
}
