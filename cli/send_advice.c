/* send_advice.c - answers of web servers and of the receiver, explained. */
#include "send_advice.h"
#include "base/log.h"
#include "base/shown.h"

#define LOG "see the web server's error log"

static const struct advice {
	int code;
	const char *text;
} advice[] = {
    {403, "the web server forbids it: " LOG},
    {404,
	"nothing answers at this URL: enable hookdir in the web server; or the "
	"receiver reads other settings, without this provider"},
    {405, "the web server does not hand this URL to hookdir: enable hookdir in "
	  "it"},
    {413, "the body is over the limit of the receiver or of the web server"},
    {500, "the settings are at fault, or the web server cannot start the "
	  "receiver: run `hookdir check`, and " LOG},
    {502, "the web server cannot reach the receiver: is it running? " LOG},
    {503, "the receiver is not running, or cannot write to the inbox: run "
	  "`hookdir check`, and " LOG},
    {504, "the receiver does not answer the web server: " LOG},
};

#define ADVICE_N (sizeof(advice) / sizeof(advice[0]))

static const struct advice no_answer[] = {
    {CURL_REFUSED,
	": nothing listens there: is a web server (lighttpd, apache2, nginx) "
	"installed and running?"},
    {CURL_TIMEOUT, ": the web server took too long: " LOG},
};

#define NO_ANSWER_N (sizeof(no_answer) / sizeof(no_answer[0]))

static const char *
look_up(const struct advice table[], size_t n, int code)
{
	for (size_t i = 0; i < n; i++) {
		if (table[i].code == code)
			return table[i].text;
	}
	return NULL;
}

const char *
send_no_answer(int ended)
{
	const char *text = look_up(no_answer, NO_ANSWER_N, ended);

	return text == NULL ? "" : text;
}

void
send_advise(const struct provider *prov, const struct answer *answer)
{
	const char *text = look_up(advice, ADVICE_N, answer->code);
	const struct span to = span_str(answer->redirect);
	char shown[SHOWN_MAX];

	if (answer->code >= 300 && answer->code <= 399 && to.len > 0) {
		log_line(&log_stderr, LVL_ERROR,
		    "%s: the web server redirects to %s: %s", prov->name,
		    shown_url(shown, to),
		    span_starts_nocase(to, "https:")
			? "it wants HTTPS; give that URL after the name"
			: "give that URL after the name");
		return;
	}
	if (text == NULL)
		text = answer->code == prov->words.reject_status
			   ? "the signature was refused: the receiver may read "
			     "other settings, or another secret; " LOG
			   : LOG;
	log_line(&log_stderr, LVL_ERROR, "%s: answered %d: %s", prov->name,
	    answer->code, text);
}
