/* provider_outbox.c - opens the outbox of one provider for a command. */
#include "provider_outbox.h"

bool
provider_outbox_fail(const char *provider, const struct reason *why)
{
	log_line(&log_stderr, LVL_ERROR, "%s: %s", provider, why->text);
	return false;
}

bool
provider_outbox_of(struct outbox *outbox, const char *provider,
    const struct inbox_failover *inboxes, enum outbox_use use)
{
	bool ok = true;

	*outbox = outbox_of(inboxes, use);
	outbox_open(outbox);
	for (size_t i = 0; i < outbox->n; i++) {
		if (outbox->root[i].opened == OUTBOX_UNUSABLE)
			ok = provider_outbox_fail(
			    provider, &outbox->root[i].why);
	}
	return ok;
}

int
provider_outbox_open(struct provider_outbox *p, const struct options *opt,
    const char *provider, enum outbox_use use)
{
	struct options own = *opt;
	const struct provider *prov;
	int rc;

	*p = (struct provider_outbox){.cfg = NULL};
	rc = cli_leave_root_beside_runner(&own, p->path);
	if (rc != CLI_OK)
		return rc;
	if ((p->cfg = cli_config(&own)) == NULL ||
	    (prov = cli_find(p->cfg, provider)) == NULL)
		return CLI_WRONG;
	p->name = prov->name;
	inbox_failover_of(&p->inboxes, &p->cfg->inbox, prov->name, NULL);
	p->unusable =
	    !provider_outbox_of(&p->outbox, p->name, &p->inboxes, use);
	return CLI_OK;
}

void
provider_outbox_close(struct provider_outbox *p)
{
	outbox_close(&p->outbox);
	config_free(p->cfg);
	p->cfg = NULL;
}
