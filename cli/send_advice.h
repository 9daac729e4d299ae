/* send_advice.h - what to do when a request was not accepted. */
#ifndef SEND_ADVICE_H
#define SEND_ADVICE_H

#include "profile/provider.h"
#include "sign/curl.h"

/* Say, in one line, why the answer may be what it is; it is not a 2xx. */
void send_advise(const struct provider *prov, const struct answer *answer);

/* What to do where there is no answer: the end of a message, or "". */
const char *send_no_answer(int ended);

#endif
