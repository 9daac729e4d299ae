/* credential.c - the table of forms, and a measure of randomness. */
#include "base/credential.h"

#define RANDOM_MIN 16 /* characters of a word that can be random */

#define STRIPE                                                                 \
	"Stripe signs with the secret of the endpoint, whsec_... (Dashboard, " \
	"Webhooks)"
#define SLACK                                                             \
	"Slack signs with the app's signing secret (app settings, Basic " \
	"Information)"
#define SHOPIFY  "Shopify signs with the app's client secret, shpss_..."
#define GITHUB   "GitHub signs with the secret of the webhook's settings"
#define HUBSPOT  "HubSpot signs with the app's client secret"
#define SQUARE   "Square signs with the signature key of the subscription"
#define RAZORPAY "Razorpay signs with the secret of the webhook's settings"
#define PADDLE                                                  \
	"Paddle signs with the secret key of the destination, " \
	"pdl_ntfset_..."
#define PUBLIC                                                              \
	"a public key belongs into the settings, as public_key, or into a " \
	"public_key_file"
#define OTHER "put the secret here that the provider shows for the webhook"

/* A longer form stands before a shorter one that it begins with. */
static const struct credential table[] = {
    {"sk_live_", 8, "a secret API key of Stripe", "paystack", STRIPE},
    {"sk_test_", 8, "a secret API key of Stripe", "paystack", STRIPE},
    {"rk_live_", 8, "a restricted API key of Stripe", NULL, STRIPE},
    {"rk_test_", 8, "a restricted API key of Stripe", NULL, STRIPE},
    {"pk_live_", 8, "a publishable API key of Stripe", NULL, STRIPE},
    {"pk_test_", 8, "a publishable API key of Stripe", NULL, STRIPE},
    {"whsec_", 8, "a signing secret of Stripe or of Standard Webhooks",
	"- stripe standard-webhooks svix coral", OTHER},
    {"v1,whsec_", 8, "a Standard Webhooks secret as Supabase shows it", NULL,
	"remove \"v1,\" from its beginning"},
    {"whsk_", 8, "a private key of Standard Webhooks", NULL, OTHER},
    {"whpk_", 8, "a public key of Standard Webhooks", NULL, PUBLIC},
    {"shpss_", 8, "the client secret of a Shopify app",
	"- shopify shopify-events", OTHER},
    {"shpat_", 8, "an access token of Shopify", NULL, SHOPIFY},
    {"shpca_", 8, "an access token of Shopify", NULL, SHOPIFY},
    {"shppa_", 8, "an access token of Shopify", NULL, SHOPIFY},
    {"shpua_", 8, "an access token of Shopify", NULL, SHOPIFY},
    {"xoxb-", 8, "a bot token of Slack", NULL, SLACK},
    {"xoxp-", 8, "a user token of Slack", NULL, SLACK},
    {"xoxe-", 8, "a token of Slack", NULL, SLACK},
    {"xoxe.", 8, "a token of Slack", NULL, SLACK},
    {"xoxa-", 8, "a token of Slack", NULL, SLACK},
    {"xoxs-", 8, "a token of Slack", NULL, SLACK},
    {"xapp-", 8, "an app-level token of Slack", NULL, SLACK},
    {"github_pat_", 8, "a personal access token of GitHub", NULL, GITHUB},
    {"ghp_", 8, "a personal access token of GitHub", NULL, GITHUB},
    {"gho_", 8, "an OAuth token of GitHub", NULL, GITHUB},
    {"ghs_", 8, "an app's token of GitHub", NULL, GITHUB},
    {"ghu_", 8, "an app's user token of GitHub", NULL, GITHUB},
    {"ghr_", 8, "a refresh token of GitHub", NULL, GITHUB},
    {"glpat-", 8, "a personal access token of GitLab", NULL,
	"GitLab sends the secret token of the webhook's settings"},
    {"pat-na1-", 8, "an access token of a private app of HubSpot", NULL,
	HUBSPOT},
    {"pat-eu1-", 8, "an access token of a private app of HubSpot", NULL,
	HUBSPOT},
    {"SG.", 16, "an API key of SendGrid", NULL,
	"SendGrid signs with a private key: set public_key to its "
	"verification key"},
    {"AKIA", 16, "an access key of Amazon", NULL, OTHER},
    {"ASIA", 16, "an access key of Amazon", NULL, OTHER},
    {"AIza", 30, "an API key of Google", NULL, OTHER},
    {"ya29.", 8, "an access token of Google", NULL, OTHER},
    {"lin_api_", 8, "an API key of Linear", NULL,
	"Linear signs with the webhook's signing secret, lin_wh_..."},
    {"lin_wh_", 8, "a webhook's signing secret of Linear", "- linear", OTHER},
    {"ntn_", 8, "an API token of Notion", NULL,
	"Notion signs with the verification token of the subscription, "
	"secret_..."},
    {"sq0csp-", 8, "an application secret of Square", NULL, SQUARE},
    {"sq0atp-", 8, "an access token of Square", NULL, SQUARE},
    {"sq0idp-", 8, "an application id of Square", NULL, SQUARE},
    {"rzp_live_", 8, "a key id of Razorpay", NULL, RAZORPAY},
    {"rzp_test_", 8, "a key id of Razorpay", NULL, RAZORPAY},
    {"pdl_ntfset_", 8, "a notification secret of Paddle", "- paddle", OTHER},
    {"pdl_live_", 8, "an API key of Paddle", NULL, PADDLE},
    {"pdl_sdbx_", 8, "an API key of Paddle", NULL, PADDLE},
    {"ATATT", 16, "an API token of Atlassian", NULL, OTHER},
    {"xkeysib-", 8, "an API key of Brevo", NULL, OTHER},
    {"dop_v1_", 8, "an access token of DigitalOcean", NULL, OTHER},
    {"npm_", 16, "an access token of npm", NULL, OTHER},
    {"sk-svcacct-", 8, "an API key of OpenAI", NULL, OTHER},
    {"glptt-", 8, "a trigger token of GitLab", NULL,
	"GitLab sends the secret token of the webhook's settings"},
    {"sntrys_", 8, "a token of Sentry", NULL,
	"Sentry signs with the client secret of the integration"},
    {"sntryu_", 8, "a token of Sentry", NULL,
	"Sentry signs with the client secret of the integration"},
    {"figd_", 8, "an access token of Figma", NULL, OTHER},
    {"dckr_pat_", 8, "an access token of Docker", NULL, OTHER},
    {"hf_", 16, "an access token of Hugging Face", NULL, OTHER},
    {"sbp_", 16, "an access token of Supabase", NULL, OTHER},
    {"sk-ant-", 8, "an API key of Anthropic", NULL, OTHER},
    {"sk-proj-", 8, "an API key of OpenAI", NULL, OTHER},
    {"-----BEGIN PUBLIC KEY", 0, "a public key in PEM", NULL, PUBLIC},
    {"-----BEGIN ", 0, "a block of PEM", NULL,
	"a public key belongs into a public_key_file, and a private key "
	"nowhere near the receiver"},
    {"eyJ", 24, "a JSON Web Token", NULL, OTHER},
    {"http://", 0, "a URL", NULL, OTHER},
    {"https://", 0, "a URL", NULL, OTHER},
};

const struct credential *
credential_at(size_t i)
{
	return i < sizeof(table) / sizeof(table[0]) ? &table[i] : NULL;
}

const struct credential *
credential_find(struct span text)
{
	const struct credential *row;

	for (size_t i = 0; (row = credential_at(i)) != NULL; i++) {
		size_t len = strlen(row->form);

		if (span_starts(text, span_str(row->form)) &&
		    text.len >= len + row->more)
			return row;
	}
	return NULL;
}

static bool
is_alnum(unsigned char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
	       (c >= '0' && c <= '9');
}

const struct credential *
credential_inside(struct span text)
{
	const struct credential *found = NULL;

	for (size_t i = 0; i < text.len && found == NULL; i++) {
		if (i == 0 || !is_alnum(text.ptr[i - 1]))
			found = credential_find(span_skip(text, i));
	}
	return found;
}

bool
credential_at_home(const struct credential *found, const char *preset)
{
	struct span rest = span_str(found->home);

	while (rest.ptr != NULL) {
		if (span_is(
			span_cut(&rest, ' '), preset == NULL ? "-" : preset))
			return true;
	}
	return false;
}

enum kind { LOWER, UPPER, DIGIT, JOINER, BREAK };

static enum kind
kind_of(unsigned char c)
{
	if (c >= 'a' && c <= 'z')
		return LOWER;
	if (c >= 'A' && c <= 'Z')
		return UPPER;
	if (c >= '0' && c <= '9')
		return DIGIT;
	return c != '\0' && strchr("+/-_", c) != NULL ? JOINER : BREAK;
}

/* True if a person would read on in another word or number at i. */
static bool
is_break(struct span word, size_t i)
{
	enum kind was = kind_of(word.ptr[i - 1]), is = kind_of(word.ptr[i]);

	if (was == is || was == JOINER || is == JOINER)
		return false;
	/* One capital begins a word, several are one. */
	return was != UPPER || is != LOWER ||
	       (i >= 2 && kind_of(word.ptr[i - 2]) == UPPER);
}

/*
 * "HmacSha256" has three parts.  A random word has many short ones, or several
 * numbers among its letters.
 */
static bool
is_random(struct span word)
{
	size_t parts = 1, numbers = 0;

	for (size_t i = 1; i < word.len; i++) {
		if (!is_break(word, i))
			continue;
		parts++;
		numbers += kind_of(word.ptr[i - 1]) == DIGIT;
	}
	return word.len >= RANDOM_MIN && (parts * 3 > word.len || numbers >= 2);
}

static bool
has_random_word(struct span text)
{
	size_t from = 0;

	for (size_t i = 0; i <= text.len; i++) {
		if (i < text.len && kind_of(text.ptr[i]) != BREAK)
			continue;
		if (is_random(span_mem(text.ptr + from, i - from)))
			return true;
		from = i + 1;
	}
	return false;
}

bool
credential_like(struct span text)
{
	const struct credential *found = credential_find(text);

	/* A URL is shown without what may be secret in it. */
	if (found != NULL && !span_starts(text, span_str("http")))
		return true;
	return text.len > 0 && has_random_word(text);
}
