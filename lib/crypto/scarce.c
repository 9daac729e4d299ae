/* scarce.c - looks at OpenSSL's errors, and tries to get memory. */
#include <openssl/err.h>
#include <openssl/evp.h>

#include "crypto/scarce.h"

bool
scarce_memory(void)
{
	EVP_MD_CTX *trial = EVP_MD_CTX_new();
	bool scarce = trial == NULL;
	unsigned long error;

	EVP_MD_CTX_free(trial);
	while ((error = ERR_get_error()) != 0)
		scarce =
		    scarce || ERR_GET_REASON(error) == ERR_R_MALLOC_FAILURE;
	return scarce;
}
