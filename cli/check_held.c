/* check_held.c - does anybody look at what is held? */
#include "check.h"
#include "cli.h"

void
check_held(struct check *check)
{
	for (size_t i = 0; i < check->cfg->nprovider; i++) {
		const struct held held =
		    cli_held(check->cfg, &check->cfg->provider[i]);
		struct reason why = {""};
		struct held_list list;

		/* check_inbox() has said whose fault that is. */
		if (!held_list(&held, &list, &why))
			continue;
		if (!held_is_ours(&held, &why))
			log_line(&check->log, LVL_ERROR, "%s", why.text);
		else if (list.n > 0)
			log_line(&check->log, LVL_WARNING,
			    "%s: %zu refused deliver%s held: hookdir held %s",
			    held.provider, list.n,
			    list.n == 1 ? "y is" : "ies are", held.provider);
		held_list_free(&list);
	}
}
