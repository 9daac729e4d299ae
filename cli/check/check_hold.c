/* check_hold.c - are refused deliveries waiting? */
#include "check.h"

void
check_hold(struct check *check)
{
	for (size_t i = 0; i < check->cfg->nprovider; i++) {
		const struct hold hold =
		    config_hold(check->cfg, &check->cfg->provider[i]);
		struct reason why = {""};
		struct hold_list list;

		/* check_inbox() has reported the reason. */
		if (!hold_list(&hold, &list, &why))
			continue;
		if (!hold_is_ours(&hold, &why))
			log_line(&check->log, LVL_ERROR, "%s", why.text);
		else if (list.n > 0)
			log_line(&check->log, LVL_WARNING,
			    "%s: %zu refused deliver%s held: hookdir hold %s",
			    hold.provider, list.n,
			    list.n == 1 ? "y is" : "ies are", hold.provider);
		hold_list_free(&list);
	}
}
