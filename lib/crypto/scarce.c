/* scarce.c - looks at OpenSSL's errors, and tries to get memory. */
#include <openssl/err.h>
#include <openssl/evp.h>

#include "crypto/scarce.h"

/* A key of an unknown kind is "unsupported" too, but not by ERR_LIB_EVP. */
static bool
is_scarcity(unsigned long error)
{
	int reason = ERR_GET_REASON(error);

	return reason == ERR_R_MALLOC_FAILURE ||
	       (reason == ERR_R_UNSUPPORTED &&
		   ERR_GET_LIB(error) == ERR_LIB_EVP);
}

bool
scarce_memory(void)
{
	EVP_MD_CTX *trial = EVP_MD_CTX_new();
	bool scarce = trial == NULL;
	unsigned long error;

	EVP_MD_CTX_free(trial);
	while ((error = ERR_get_error()) != 0)
		scarce = scarce || is_scarcity(error);
	return scarce;
}
