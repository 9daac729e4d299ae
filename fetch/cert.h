/*
 * cert.h - a sender's certificate, and the set of those that it uses.
 *
 * Such a certificate is not that of the host it was fetched from: it is
 * checked here, by OpenSSL, as a web client would check a server's.
 */
#ifndef CERT_H
#define CERT_H

#include <stdbool.h>
#include <stdint.h>

#include "base/span.h"
#include "base/status.h"

/* What is asked of a certificate. */
struct cert_policy {
	const char *url;          /* where it came from: its id in the set */
	const char *const *names; /* patterns (wildcard.h) of host names */
	size_t nnames;
	bool alone;          /* the issuers are not in the file */
	const char *ca_file; /* to trust, or NULL: the system's */
	int64_t now;         /* seconds since 1970 */
};

/*
 * Check the certificate that pem begins with: its dates, its name, its key,
 * and that it was issued by who is trusted, with the other certificates of the
 * file in between.  Where it comes alone, an issuer that is not known is not
 * held against it: then the host that it was fetched from vouches for it.
 *
 * True: *jwk is malloc'd, a JWK with the URL as its "kid" and the end of the
 * certificate as "exp".  False: why is set.
 */
bool cert_read(const struct cert_policy *policy, struct span pem, char **jwk,
    struct reason *why);

/*
 * A JWK set of jwk and of what in the set old has another id and has not
 * expired; malloc'd, or NULL when out of memory.  old may be empty.
 */
char *cert_add(
    const struct cert_policy *policy, const char *jwk, struct span old);

#endif
