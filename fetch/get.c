/* get.c - a GET by libcurl. */
#include <curl/curl.h>
#include <stdlib.h>
#include <string.h>

#include "../client/client.h"
#include "crypto/keys.h"
#include "get.h"
#include "keyset/fetcher.h"
#include "maxage.h"

/*
 * Milliseconds.  Shorter than the alarm, so that libcurl can say what it waited
 * for.
 */
#define TIMEOUT   (FETCHER_DEADLINE * 1000L - 300L)
#define REDIRECTS 3L

/* libcurl's callback: takes one more piece of the body. */
static size_t
take(char *piece, size_t size, size_t n, void *arg)
{
	struct got *got = arg;
	size_t len = size * n;

	if (len > KEYS_TEXT_MAX - got->len)
		return 0; /* libcurl treats this as an error */
	memcpy(got->body + got->len, piece, len);
	got->len += len;
	return len;
}

static CURLcode
set_up(CURL *curl, const char *url, const char *ca_file, bool redirects)
{
	const struct client_number number[] = {
	    {CURLOPT_FOLLOWLOCATION, redirects},
	    {CURLOPT_MAXREDIRS, REDIRECTS},
	    {CURLOPT_TIMEOUT_MS, TIMEOUT},
	    {CURLOPT_MAXFILESIZE, KEYS_TEXT_MAX},
	};
	const struct client client = {.url = url,
	    .protocols = "https",
	    .ca_file = ca_file,
	    .number = number,
	    .n = sizeof(number) / sizeof(number[0])};

	return client_set_up(curl, &client);
}

/* Where the answer goes, and what went wrong. */
static CURLcode
set_output(CURL *curl, struct got *got, char error[static CURL_ERROR_SIZE])
{
	CURLcode rc = curl_easy_setopt(curl, CURLOPT_ERRORBUFFER, error);

	if (rc == 0)
		rc = curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, take);
	if (rc == 0)
		rc = curl_easy_setopt(curl, CURLOPT_WRITEDATA, got);
	return rc;
}

/*
 * Seconds for which the answer is fresh, less the time that it was in a cache
 * on the way.
 */
static int64_t
find_max_age(CURL *curl)
{
	int64_t max_age = MAXAGE_DEFAULT;
	struct curl_header *header;
	long long age;

	for (size_t i = 0; curl_easy_header(curl, "Cache-Control", i,
			       CURLH_HEADER, -1, &header) == CURLHE_OK;
	     i++)
		maxage_read(span_str(header->value), &max_age);
	if (curl_easy_header(curl, "Age", 0, CURLH_HEADER, -1, &header) ==
	    CURLHE_OK) {
		age = span_number(span_str(header->value));
		max_age -= age > 0 && age < max_age ? age : 0;
	}
	return max_age;
}

static bool
perform(CURL *curl, struct got *got, const char *error, struct reason *why)
{
	CURLcode rc = curl_easy_perform(curl);
	long code = 0;

	if (rc == CURLE_WRITE_ERROR || rc == CURLE_FILESIZE_EXCEEDED) {
		reason_set(
		    why, "the answer is longer than %d bytes", KEYS_TEXT_MAX);
		return false;
	}
	if (rc != CURLE_OK) {
		reason_set(why, "%.400s",
		    error[0] != '\0' ? error : curl_easy_strerror(rc));
		return false;
	}
	curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &code);
	if (code != 200) {
		reason_set(why, "the answer is HTTP status %ld, not 200", code);
		return false;
	}
	got->max_age = find_max_age(curl);
	return true;
}

bool
get(const char *url, const char *ca_file, bool redirects, struct got *got,
    struct reason *why)
{
	char error[CURL_ERROR_SIZE] = "";
	CURL *curl = NULL;
	bool ok = false;

	*got = (struct got){.body = malloc(KEYS_TEXT_MAX)};
	if (curl_global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK ||
	    (curl = curl_easy_init()) == NULL || got->body == NULL ||
	    set_up(curl, url, ca_file, redirects) != CURLE_OK ||
	    set_output(curl, got, error) != CURLE_OK)
		reason_set(why, "libcurl cannot be used: it is too old, or "
				"there is no memory");
	else
		ok = perform(curl, got, error, why);
	/* This may wait for a name server: the caller has set an alarm. */
	curl_easy_cleanup(curl);
	curl_global_cleanup();
	if (!ok) {
		free(got->body);
		got->body = NULL;
	}
	return ok;
}
