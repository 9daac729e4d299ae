/* cmd_cat.c - hookdir cat: the body of an event, byte for byte. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/shown.h"
#include "cli.h"
#include "event_find.h"
#include "eventfile.h"
#include "eventlist.h"

/*
 * Copy the body; true if it was as long as its header says.  Bytes behind that
 * are never written: they were not signed.
 */
static bool
copy_body(const struct eventfile *file, int fd, struct reason *why)
{
	char buf[65536];
	long long left = file->length;
	struct span got = file->start;
	ssize_t n;

	for (;;) {
		if ((long long)got.len > left)
			break;
		fwrite(got.ptr, 1, got.len, stdout);
		left -= (long long)got.len;
		do
			n = read(fd, buf, sizeof(buf));
		while (n < 0 && errno == EINTR);
		if (n < 0) {
			reason_errno(why, "read");
			return false;
		}
		got = span_mem(buf, (size_t)n);
		if (n == 0 && left == 0)
			return true;
		if (n == 0)
			break;
	}
	reason_set(why, "damaged: the body is not as long as Content-Length "
			"says");
	return false;
}

/* Print the body of the event open on fd, or say under its name why not. */
static int
print_body(int fd, const char *name, struct reason *why)
{
	struct eventfile file = {.head = NULL};
	bool ok = fd >= 0 && eventfile_read(&file, fd, why) &&
		  copy_body(&file, fd, why);

	if (!ok)
		log_line(&log_stderr, LVL_ERROR, "%s: %s",
		    fd == STDIN_FILENO ? "standard input" : name, why->text);
	eventfile_free(&file);
	cli_close(fd);
	return ok ? CLI_OK : CLI_WRONG;
}

/* Why there is no such event: what the id could have been instead. */
static void
explain_missing(const struct config *cfg, const char *provider, const char *id,
    struct reason *why)
{
	const struct provider *prov = config_provider(cfg, span_str(provider));
	struct file_content content;
	struct reason ignored;
	struct hold hold;

	if (prov != NULL && hold_name_ok(id)) {
		hold = config_hold(cfg, prov);
		if (hold_read(&hold, id, HOLD_FILE_MAX, &content, &ignored) ==
		    HOLD_READ) {
			free(content.bytes);
			reason_set(why,
			    "a held delivery, and not an event: hookdir hold "
			    "%s %s prints it",
			    provider, id);
			return;
		}
	}
	reason_set(why, "no event of this id is in the inbox%s",
	    strstr(id, "...") != NULL || strstr(id, "\xe2\x80\xa6") != NULL
		? ": hookdir list --long shows ids as a whole"
		: "");
}

static int
cat_event(const struct options *opt, const char *provider, const char *id)
{
	struct config *cfg = cli_config(opt);
	char shown[SHOWN_MAX], name[SHOWN_MAX + PROVIDER_NAME_MAX + 4];
	struct reason why = {""};
	int fd, rc = CLI_WRONG;

	if (cfg == NULL)
		return CLI_WRONG;
	if (!event_list_knows(cfg, provider)) {
		cli_unknown(cfg, provider);
		goto out;
	}
	fd = event_find(&cfg->inbox, provider, id, &why);
	if (fd < 0 && why.text[0] == '\0')
		explain_missing(cfg, provider, id, &why);
	snprintf(name, sizeof(name), "%s: %s", provider,
	    shown_name(shown, span_str(id)));
	rc = print_body(fd, name, &why);
out:
	config_free(cfg);
	return rc;
}

int
cat_run(const struct options *opt, char *const operand[])
{
	struct reason why = {""};

	if (operand[1] != NULL)
		return cat_event(opt, operand[0], operand[1]);
	return print_body(cli_open(operand[0], &why), operand[0], &why);
}
