/*
 * cert.h - the certificate with which a sender signs, and the key set that
 * hookdir makes of such certificates.
 *
 * This certificate is not the TLS certificate of the host it was fetched from.
 * It is checked here, by OpenSSL, as a web client checks that of a server.
 */
#ifndef CERT_H
#define CERT_H

#include <stdbool.h>
#include <stdint.h>

#include "base/span.h"
#include "base/status.h"

/* The requirements that a certificate must meet. */
struct cert_policy {
	const char *url;          /* where it is from: its id */
	const char *const *names; /* patterns (wildcard.h) of host names */
	size_t nnames;
	bool alone;          /* the file does not contain its issuers */
	const char *ca_file; /* trusted authorities, or NULL: the system's */
	int64_t now;         /* seconds since 1970 */
};

/*
 * Check the first certificate in pem: its dates, its name and its key, and that
 * a trusted authority issued it, where the other certificates in pem may be
 * links of the chain.  If policy->alone is set, an unknown issuer is not an
 * error: the certificate is then trusted because of the URL it was fetched
 * from.
 *
 * True: *jwk is malloc'd: a JWK that has the URL as "kid" and the end of the
 * certificate as "exp".  False: why is set.
 */
bool cert_read(const struct cert_policy *policy, struct span pem, char **jwk,
    struct reason *why);

/*
 * Make a JWK set of jwk and of those keys in the set old that have another id
 * and have not expired. malloc'd, or NULL when out of memory. old may be empty.
 */
char *cert_add(
    const struct cert_policy *policy, const char *jwk, struct span old);

#endif
