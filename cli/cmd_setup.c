/* cmd_setup.c - hookdir setup. */
#include <stdio.h>

#include "installation.h"
#include "setup/nginx.h"

#define MOUNT    "/hooks" /* where the web servers' files have the hooks */
#define HOST_MAX 256

/* The exit status. */
static int
setup_installation(const struct options *opt)
{
	struct installation inst;
	int rc = installation_open(&inst, opt);

	if (rc == CLI_OK && !inst.absent)
		rc = installation_mend(&inst, NULL, opt->dry_run);
	installation_close(&inst);
	return rc;
}

/* The exit status. */
static int
setup_nginx(const struct options *opt)
{
	char path[CONFIG_PATH_MAX], host[HOST_MAX] = "";
	struct config_top top = {.path = NULL};
	struct url url = {.scheme = NULL};
	const char *base = opt->base_url;
	bool ok;

	cli_locate(path, opt);
	if (base == NULL && config_top(path, &top))
		base = top.base_url;
	if (base != NULL && url_split(&url, span_str(base)))
		snprintf(host, sizeof(host), "%.*s", (int)url.host.len,
		    (const char *)url.host.ptr);
	while (url.path.len > 0 && url.path.ptr[url.path.len - 1] == '/')
		url.path.len--;
	ok = nginx_setup(
	    opt->nginx, host[0] == '\0' ? NULL : host, opt->dry_run);
	if (ok && base != NULL && !span_is(url.path, MOUNT))
		printf("base_url has another path than " MOUNT ": the included "
		       "file says how to serve it\n");
	config_top_free(&top);
	return ok ? CLI_OK : CLI_WRONG;
}

int
setup_run(const struct options *opt, char *const operand[])
{
	bool settings = opt->user != NULL || opt->group != NULL ||
			opt->base_url != NULL || opt->nginx == NULL;
	int rc = settings ? setup_installation(opt) : CLI_OK;

	(void)operand;
	if (rc == CLI_OK && opt->nginx != NULL)
		rc = setup_nginx(opt);
	return rc;
}
