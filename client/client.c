/* client.c - the options of libcurl that every request has. */
#include "client.h"

static CURLcode
set_numbers(CURL *curl, const struct client_number number[], size_t n)
{
	CURLcode rc = CURLE_OK;

	for (size_t i = 0; i < n && rc == CURLE_OK; i++)
		rc = curl_easy_setopt(curl, number[i].option, number[i].value);
	return rc;
}

CURLcode
client_set_up(CURL *curl, const struct client *client)
{
	static const struct client_number number[] = {
	    {CURLOPT_SSL_VERIFYPEER, 1},
	    {CURLOPT_SSL_VERIFYHOST, 2},
	    {CURLOPT_SSLVERSION, CURL_SSLVERSION_TLSv1_2},
	    {CURLOPT_DISALLOW_USERNAME_IN_URL, 1},
	    {CURLOPT_NETRC, CURL_NETRC_IGNORED},
	    {CURLOPT_NOSIGNAL, 1},
	    {CURLOPT_NOPROGRESS, 1},
	};
	const struct {
		CURLoption option;
		const char *value;
	} text[] = {
	    {CURLOPT_URL, client->url},
	    {CURLOPT_PROTOCOLS_STR, client->protocols},
	    {CURLOPT_REDIR_PROTOCOLS_STR, client->protocols},
	    /* Empty: no proxy, whatever the environment says. */
	    {CURLOPT_PROXY, ""},
	    {CURLOPT_USERAGENT, "hookdir"},
	};
	CURLcode rc =
	    set_numbers(curl, number, sizeof(number) / sizeof(number[0]));

	if (rc == CURLE_OK)
		rc = set_numbers(curl, client->number, client->n);
	for (size_t i = 0; i < sizeof(text) / sizeof(text[0]) && rc == CURLE_OK;
	     i++)
		rc = curl_easy_setopt(curl, text[i].option, text[i].value);
	if (rc == CURLE_OK && client->ca_file != NULL)
		rc = curl_easy_setopt(curl, CURLOPT_CAINFO, client->ca_file);
	if (rc == CURLE_OK && client->ca_file != NULL)
		rc = curl_easy_setopt(curl, CURLOPT_CAPATH, NULL);
	return rc;
}
