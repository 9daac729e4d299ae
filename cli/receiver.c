/* receiver.c - finds the receiver's settings and its user. */
#include <string.h>
#include <unistd.h>

#include "receiver.h"
#include "setup/site.h"

/* The user of the package, or that of the web servers. */
static enum become_status
find_usual(struct receiver *receiver, struct reason *why)
{
	static const char *const usual[] = {"_hookdir", "www-data"};

	for (size_t i = 0; i < sizeof(usual) / sizeof(usual[0]); i++) {
		receiver->user = usual[i];
		if (become_named(&receiver->who, usual[i], "--user", why) ==
		    BECOME_OK)
			return BECOME_OK;
	}
	reason_set(why,
	    "which user does the receiver run as?  Name it by --user NAME");
	return BECOME_NOBODY;
}

static enum become_status
find_user(struct receiver *receiver, const struct config_top *top,
    const char *wished, struct reason *why)
{
	enum become_status status;

	if (geteuid() != 0) {
		receiver->who =
		    (struct become){.uid = geteuid(), .gid = getegid()};
		return BECOME_OK;
	}
	if (wished != NULL && top->user != NULL &&
	    strcmp(wished, top->user) != 0) {
		reason_set(why,
		    "--user: the settings say \"user\": \"%s\": `hookdir setup "
		    "--user %s` changes that",
		    top->user, wished);
		return BECOME_FAILED;
	}
	if (wished != NULL) {
		receiver->user = wished;
		return become_named(&receiver->who, wished, "--user", why);
	}
	status = become_find(&receiver->who, top, why);
	if (status == BECOME_OK || top->user != NULL)
		return status;
	return find_usual(receiver, why);
}

int
receiver_find(struct receiver *receiver, const struct options *opt, bool make)
{
	struct config_top top = {.path = NULL};
	enum become_status status;
	struct reason why = {""};

	*receiver = (struct receiver){.user = NULL};
	if (opt->config != NULL)
		cli_locate(receiver->path, opt);
	else
		site_locate(receiver->path, environ);
	if ((!make || access(receiver->path, F_OK) == 0) &&
	    !config_top_log(receiver->path, &log_stderr, &top))
		return CLI_WRONG;
	receiver->base_url = top.base_url != NULL;
	status = find_user(receiver, &top, opt->user, &why);
	config_top_free(&top);
	if (status == BECOME_OK)
		return CLI_OK;
	log_line(&log_stderr, LVL_ERROR, "%s", why.text);
	return status == BECOME_NOBODY ? BECOME_EXIT_CONFIG : CLI_WRONG;
}
