/*
 * signed.c - deliveries of every preset, signed, and then changed.
 *
 * An input describes a delivery (kit/letter.h).  It is signed by OpenSSL and
 * the words of the settings alone (kit/sender.h), and sent to the whole
 * receiver.  What must hold:
 *
 *   - as it was signed, and within the time, it is filed: what it was signed
 *     over and nothing else; and once, however often it comes;
 *   - after a change, it is accepted only if all that is signed is the same;
 *   - a stranger's signature, and one out of its time, is never accepted;
 *   - a second one is taken for the first if and only if it has the same id
 *     or, where it has none, the same signed text;
 *   - the file of an event is itself a delivery that passes, of that event;
 *   - a stranger's that was held is filed once that secret is in the settings;
 *   - nothing of that is the receiver's fault: no 5xx, no secret in the log.
 *
 * With FUZZ_LOG in the environment, what is logged goes to descriptor 2.
 */
#include "hold/hold.h"
#include "hold/request_file.h"
#include "receive.h"

#include <ctype.h>
#include <strings.h>

#include "fuzz.h"
#include "kit/filed.h"
#include "kit/folder.h"
#include "kit/secrets.h"
#include "kit/sender.h"
#include "kit/text.h"
#include "profile/scheme.h"

#define NOW          1700000000
#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

int LLVMFuzzerInitialize(int *argc, char ***argv);
size_t LLVMFuzzerCustomMutator(
    uint8_t *data, size_t size, size_t max, unsigned seed);

static struct {
	const char *folder;
	bool ready; /* for an input */
	char inbox[300];
	struct config *cfg, *strange;
	struct rule rule[SENDER_RULES];
	size_t nrule;
	const char *entry[SENDER_RULES + 1];
	const char *header[4 * SENDER_RULES];
} all;

/* --- the receiver --- */

static void
read_line(void *arg, const char *line, size_t len)
{
	struct span text = span_mem(line, len);

	fuzz_log_write(arg, line, len);
	if (all.ready && getenv("FUZZ_LOG") != NULL)
		fwrite(line, 1, len, stderr);
	for (size_t i = 0; i < COUNT(secret_text); i++)
		must(!fuzz_has(text, secret_text[i]));
}

static const struct log reading = {read_line, NULL};

/* "NAME=value", as the environment has the header. */
static char *
variable(const struct header *h)
{
	struct bytes text = {NULL, 0};

	bytes_put(&text, "HTTP_");
	bytes_add(&text, bytes_span(&h->name));
	for (size_t i = 0; i < text.len; i++) {
		unsigned char c = (unsigned char)text.ptr[i];

		text.ptr[i] = (char)(c == '-' ? '_' : toupper(c));
	}
	if (strcmp(text.ptr, "HTTP_CONTENT_TYPE") == 0)
		bytes_splice(&text, 0, 5, span_str(""));
	bytes_put(&text, "=");
	bytes_add(&text, bytes_span(&h->value));
	return text.ptr;
}

static char *
join(const char *name, struct span value)
{
	struct bytes text = {NULL, 0};

	bytes_put(&text, name);
	bytes_add(&text, value);
	return text.ptr;
}

static size_t
make_env(const struct mail *mail, size_t len, char *env[])
{
	const char *coding = coding_name(mail->coding);
	char length[32];
	size_t n = 0;

	env[n++] = join("REQUEST_METHOD=", bytes_span(&mail->method));
	env[n++] = join("REQUEST_URI=", bytes_span(&mail->target));
	env[n++] = join("PATH_INFO=/", span_str(mail->rule->name));
	snprintf(length, sizeof(length), "%zu", len);
	if (coding != NULL)
		env[n++] = join("HTTP_CONTENT_ENCODING=", span_str(coding));
	if (mail->length.ptr == NULL)
		env[n++] = join("CONTENT_LENGTH=", span_str(length));
	else if (mail->length.len > 0)
		env[n++] = join("CONTENT_LENGTH=", bytes_span(&mail->length));
	for (size_t i = 0; i < mail->nheader; i++)
		env[n++] = variable(&mail->header[i]);
	env[n] = NULL;
	return n;
}

static enum status
deliver_to(const struct config *cfg, const struct mail *mail, time_t now)
{
	struct bytes sent = {NULL, 0};
	struct fuzz_body source = {{NULL, 0}, 4000};
	struct delivery delivery = {
	    .body = {fuzz_body_read, &source},
	    .now = {now, 0},
	    .log = &reading,
	};
	char *env[SENDER_HEADERS + 8];
	struct reply reply;
	enum status st;
	size_t n;

	coding_pack(mail->coding, bytes_span(&mail->body), &sent);
	if (mail->flip > 0 && sent.len > 0)
		sent.ptr[mail->flip % sent.len] ^= (char)(1 << mail->flip % 7);
	source.rest = bytes_span(&sent);
	n = make_env(mail, sent.len, env);
	delivery.env = env;
	receive(cfg, &delivery, &reply);
	fuzz_read(reply.body);
	st = reply.status;
	must(st != ST_TRY_LATER && st != ST_MISCONFIGURED);
	reply_free(&reply);
	while (n > 0)
		free(env[--n]);
	bytes_free(&sent);
	return st;
}

static enum status
deliver(const struct mail *mail, time_t now)
{
	return deliver_to(all.cfg, mail, now);
}

static bool
is_accepted(enum status st)
{
	return st == ST_OK || st == ST_DUPLICATE;
}

/* --- what is to be expected --- */

static long
tolerance(const struct rule *rule)
{
	return rule->words.tolerance == 0 ? 300 : rule->words.tolerance;
}

/* The signed time is what the letter says, and that is too far away. */
static bool
is_out_of_time(const struct rule *rule, const struct letter *letter)
{
	const char *at = rule->timestamp;
	long apart = letter->time < 0 ? -letter->time : letter->time;

	if (tolerance(rule) < 0 || apart <= tolerance(rule) + 1)
		return false;
	if (rule->scheme == BY_JWT || rule->scheme == BY_DRAFT ||
	    rule->scheme == BY_RFC9421)
		return true;
	return at != NULL &&
	       (strncmp(at, "json:", 5) != 0 || letter->body.len == 0);
}

static bool
has_edits(const struct letter *letter, bool before)
{
	for (size_t i = 0; i < letter->nedit; i++) {
		if (letter->edit[i].before == before)
			return true;
	}
	return false;
}

static bool
is_simple_value(struct span value)
{
	if (value.len == 0 || value.len > 7000)
		return false;
	for (size_t i = 0; i < value.len; i++) {
		if (value.ptr[i] < ' ' || value.ptr[i] > '~')
			return false;
	}
	return true;
}

/* A path and a query that nobody has to encode. */
static bool
is_simple_target(struct span target)
{
	for (size_t i = 0; i < target.len; i++) {
		unsigned char c = target.ptr[i];

		if (!isalnum(c) && (c == '\0' || strchr("/?=&.-_", c) == NULL))
			return false;
	}
	return target.len > 0 && target.ptr[0] == '/';
}

/* Of letters, digits, '-' and '_': nothing that ends it can be in it. */
static bool
is_word(struct span value)
{
	for (size_t i = 0; i < value.len; i++) {
		if (!isalnum(value.ptr[i]) && value.ptr[i] != '-' &&
		    value.ptr[i] != '_')
			return false;
	}
	return value.len > 0 && value.len < 128;
}

/* A type that changes only what the event's attributes are. */
static bool
is_cloud_type(const struct rule *rule, const struct header *h)
{
	bool form = false;

	for (size_t i = 0; i < rule->ntext; i++)
		form = form || strstr(rule->text[i], "form") != NULL;
	return !form && h->name.ptr != NULL &&
	       strcmp(h->name.ptr, "Content-Type") == 0 &&
	       span_starts(
		   bytes_span(&h->value), span_str("application/cloudevents"));
}

/* Headers of the letter itself that change nothing of how it is read. */
static bool
has_simple_headers(const struct mail *mail, const struct letter *letter)
{
	static const char *const odd[] = {"Content-", "Signature", "Digest",
	    "Date", "Host", "Authorization", "Authentication", "Transfer-",
	    "Paypal-"};
	size_t n;

	for (size_t i = 0; i < mail->nheader; i++) {
		struct span value =
		    mail_header(mail, mail->header[i].name.ptr, &n);

		if (n != 1 || !is_simple_value(value))
			return false;
	}
	for (size_t i = 0; i < letter->nheader; i++) {
		const char *name = letter->header[i].name.ptr;

		if (is_cloud_type(mail->rule, &letter->header[i]))
			continue;
		if (!is_word(bytes_span(&letter->header[i].value)))
			return false;
		for (size_t k = 0; k < COUNT(odd); k++) {
			if (name == NULL ||
			    strncasecmp(name, odd[k], strlen(odd[k])) == 0)
				return false;
		}
		for (size_t k = 0; k < PRESET_SIGNATURES; k++) {
			const char *own = mail->rule->words.signature[k];

			if (own != NULL &&
			    strncasecmp(own, name, strcspn(own, "*")) == 0)
				return false;
		}
	}
	return true;
}

static bool
is_careless(struct span text)
{
	return text.len == 0 || span_is(text, "null") ||
	       span_is(text, "undefined") || span_is(text, "[object Object]");
}

/* The whole body, and not a field of it, which may not be that large. */
static bool
signs_body(const struct rule *rule)
{
	return rule->ntext == 1 && strstr(rule->text[0], "body}") != NULL;
}

/*
 * A sorted form stands behind a URL, and must not go on as a URL could:
 * verify/signed_parts.h.
 */
static bool
goes_on_as_url(const struct rule *rule, const struct mail *mail)
{
	struct bytes form = {NULL, 0};
	bool goes = false;

	for (size_t i = 0; i < rule->ntext && !goes; i++) {
		if (strstr(rule->text[i], "{sortedform}") == NULL)
			continue;
		goes = text_sorted_form(bytes_span(&mail->body), &form) &&
		       form.len > 0 && strchr(":/?&#", form.ptr[0]) != NULL &&
		       form.ptr[0] != '\0';
		bytes_free(&form);
	}
	return goes;
}

/* Nothing of it is odd, so that it has to be accepted. */
static bool
is_plain(const struct mail *mail, const struct content *content,
    const struct letter *letter)
{
	const struct rule *rule = mail->rule;
	struct span target = bytes_span(&mail->target);
	bool sample = letter->body.len == 0;
	long apart = letter->time < 0 ? -letter->time : letter->time;

	if (mail->coding >= CODING_RIGHT || mail->flip > 0)
		return false;
	if (letter->secret > 1 || letter->form != 0 ||
	    (apart > tolerance(rule) && tolerance(rule) >= 0) ||
	    apart > 1000000000 || !span_is(bytes_span(&mail->method), "POST"))
		return false;
	if (rule->timestamp != NULL && !sample &&
	    strncmp(rule->timestamp, "json:", 5) == 0)
		return false;
	if ((content->members || rule->signature == NULL) && !sample)
		return false;
	return has_simple_headers(mail, letter) && is_simple_target(target) &&
	       !is_careless(bytes_span(&content->payload)) &&
	       !goes_on_as_url(rule, mail) &&
	       (content->payload.len < LETTER_MAX || signs_body(rule));
}

/* All that is signed is what it was when it was signed. */
static bool
is_unchanged(const struct mail *mail, const struct content *was)
{
	bool same = false;

	for (size_t i = 0; i < mail->rule->ntext && !same; i++) {
		struct content is;

		if (sender_content(mail, i, &is)) {
			same = content_same(was, &is);
			/* One body, and two ways in which it is signed. */
			if (i != was->alternative)
				same = content_joined_same(was, &is) &&
				       span_eq(bytes_span(&was->payload),
					   bytes_span(&is.payload));
		}
		content_free(&is);
	}
	return same;
}

/* In hexadecimal, of either case. */
static bool
holds_hex(struct span text, const struct bytes *word)
{
	for (size_t i = 0; i + word->len <= text.len; i++) {
		if (strncasecmp(
			(const char *)text.ptr + i, word->ptr, word->len) == 0)
			return true;
	}
	return false;
}

/* All of the signature is still there, in one of the encodings. */
static bool
bears_signature(const struct mail *mail)
{
	struct span raw = bytes_span(&mail->signature);
	struct bytes hex = {NULL, 0}, base64 = {NULL, 0}, url = {NULL, 0};
	bool found = raw.len == 0;

	text_hex(raw, &hex);
	text_base64(raw, false, &base64);
	text_base64(raw, true, &url);
	while (base64.len > 0 && base64.ptr[base64.len - 1] == '=')
		bytes_splice(&base64, base64.len - 1, 1, span_str(""));
	for (size_t i = 0; i <= mail->nheader && !found; i++) {
		struct span text = bytes_span(
		    i == mail->nheader ? &mail->body : &mail->header[i].value);

		found = holds_hex(text, &hex) || fuzz_has(text, base64.ptr) ||
			fuzz_has(text, url.ptr);
	}
	bytes_free(&hex);
	bytes_free(&base64);
	bytes_free(&url);
	return found;
}

/* What makes two deliveries one event. */
static void
event_key(
    const struct mail *mail, const struct content *content, struct bytes *key)
{
	mail_id(mail, content, key);
	if (key->len > 0)
		return;
	if (mail->rule->scheme != BY_HMAC && mail->rule->scheme != BY_KEY) {
		bytes_add(key, bytes_span(&content->payload));
		return;
	}
	for (size_t i = 0; i < content->n; i++)
		bytes_add(key, bytes_span(&content->part[i]));
}

static bool
has_id(const struct mail *mail, const struct content *content)
{
	struct bytes id = {NULL, 0};
	bool has;

	mail_id(mail, content, &id);
	has = id.len > 0;
	bytes_free(&id);
	return has;
}

/* --- one input --- */

/* A delivery, what it was signed over, and what became of it. */
struct turn {
	struct mail mail;
	struct content content;
	bool complete; /* it has all that is signed */
	enum status st;
};

static void
make_turn(struct turn *turn, const struct rule *rule,
    const struct letter *letter, bool edits)
{
	turn->complete =
	    sender_make(&turn->mail, &turn->content, rule, letter, NOW, edits);
}

static void
free_turn(struct turn *turn)
{
	mail_free(&turn->mail);
	content_free(&turn->content);
}

/* A request that was read from a file, under these settings. */
static enum status
deliver_saved(const struct config *cfg, const struct rule *rule,
    const struct request_file *saved)
{
	struct fuzz_body source = {saved->req.body, 4000};
	struct delivery delivery = {
	    .body = {fuzz_body_read, &source},
	    .now = {NOW + 10000, 0},
	    .arrived = saved->arrived,
	    .log = &reading,
	};
	char *env[REQUEST_FILE_HEADERS_MAX + 8];
	struct reply reply;
	enum status st;

	env[0] = join("PATH_INFO=/", span_str(rule->name));
	memcpy(env + 1, saved->env, (saved->n + 1) * sizeof(*env));
	delivery.env = env;
	receive(cfg, &delivery, &reply);
	st = reply.status;
	reply_free(&reply);
	free(env[0]);
	return st;
}

/* True where the file of an event has all that its signature was over. */
static bool
is_all_stored(const struct turn *turn)
{
	const struct rule *rule = turn->mail.rule;

	return (rule->scheme == BY_HMAC || rule->scheme == BY_KEY) &&
	       !turn->content.members &&
	       span_eq(bytes_span(&turn->content.payload),
		   bytes_span(&turn->mail.body));
}

/* What is filed can be verified once more, and is then the same event. */
static void
check_filed(const struct turn *turn, const struct letter *letter)
{
	const struct rule *rule = turn->mail.rule;
	struct request_file saved;
	struct reason why = {""};

	if (!is_all_stored(turn) ||
	    !is_plain(&turn->mail, &turn->content, letter))
		return;
	must(request_file_read(&saved, filed_read(all.inbox, rule), &why));
	must(request_file_whole(&saved));
	must(deliver_saved(all.cfg, rule, &saved) == ST_DUPLICATE);
	request_file_free(&saved);
}

/* As it was signed. */
static void
check_signed(struct turn *turn, const struct letter *letter)
{
	bool filed;

	turn->st = deliver(&turn->mail, NOW);
	if (is_accepted(turn->st)) {
		must(turn->complete && letter->secret < 2);
		must(!is_out_of_time(turn->mail.rule, letter));
		must(is_unchanged(&turn->mail, &turn->content));
		must(filed_check(
			 all.inbox, &turn->mail, &turn->content, &filed) == 1);
		must(filed);
		must(deliver(&turn->mail, NOW) == ST_DUPLICATE);
		must(filed_check(
			 all.inbox, &turn->mail, &turn->content, &filed) == 1);
		check_filed(turn, letter);
		filed_take(all.inbox, turn->mail.rule);
		must(deliver(&turn->mail, NOW) == ST_DUPLICATE);
		must(filed_check(
			 all.inbox, &turn->mail, &turn->content, &filed) == 0);
		return;
	}
	must(!turn->complete ||
	     !is_plain(&turn->mail, &turn->content, letter) ||
	     (turn->st == ST_ANSWERED &&
		 turn->mail.rule->words.challenge != NULL));
}

/* After it was signed. */
static void
check_changed(const struct turn *turn, const struct letter *letter)
{
	struct turn changed;
	bool filed;

	if (!has_edits(letter, false))
		return;
	make_turn(&changed, turn->mail.rule, letter, false);
	for (size_t i = 0; i < letter->nedit; i++) {
		if (!letter->edit[i].before)
			sender_edit(&changed.mail, &letter->edit[i]);
	}
	mail_clean(&changed.mail);
	changed.st = deliver(&changed.mail, NOW);
	if (is_accepted(changed.st)) {
		must(changed.complete && letter->secret < 2);
		must(is_unchanged(&changed.mail, &changed.content));
		must(bears_signature(&changed.mail));
		must(!is_out_of_time(changed.mail.rule, letter) ||
		     strncmp(changed.mail.rule->timestamp, "json:", 5) == 0);
	}
	if (changed.st == ST_OK) {
		struct content now;

		sender_content(
		    &changed.mail, changed.content.alternative, &now);
		filed_check(all.inbox, &changed.mail, &now, &filed);
		must(filed);
		content_free(&now);
	}
	free_turn(&changed);
}

/*
 * A stranger's is held; once the settings have the stranger's secret it is
 * filed, and the sender's own next try is a repeat of it.
 */
static void
check_held(const struct turn *turn, struct letter *letter)
{
	const struct provider *prov =
	    config_provider(all.cfg, span_str(turn->mail.rule->name));
	const struct hold hold = config_hold(all.cfg, prov);
	struct file_content content;
	struct request_file saved;
	struct hold_list list;
	struct reason why = {""};
	bool filed;

	if (letter->secret != 2 || !turn->complete ||
	    turn->st != ST_UNVERIFIED || !prov->profile.scheme->storable)
		return;
	letter->secret = 0;
	filed = is_plain(&turn->mail, &turn->content, letter);
	letter->secret = 2;
	if (!filed)
		return;
	must(hold_list(&hold, &list, &why) && list.n == 1);
	must(hold_read(&hold, list.item[0].name, HOLD_FILE_MAX, &content,
		 &why) == HOLD_READ);
	must(request_file_read(
	    &saved, span_mem(content.bytes, content.len), &why));
	must(request_file_whole(&saved));
	must(deliver_saved(all.strange, turn->mail.rule, &saved) == ST_OK);
	must(filed_check(all.inbox, &turn->mail, &turn->content, &filed) == 1 &&
	     filed);
	must(deliver_to(all.strange, &turn->mail, NOW) == ST_DUPLICATE);
	request_file_free(&saved);
	free(content.bytes);
	hold_list_free(&list);
}

/* A second one of the same sender. */
static void
check_second(const struct turn *first, const struct letter *letter)
{
	const char *id = first->mail.rule->id;
	bool none = id != NULL && strcmp(id, "none") == 0;
	struct bytes a = {NULL, 0}, b = {NULL, 0};
	struct turn second;

	if (first->st != ST_OK)
		return;
	make_turn(&second, first->mail.rule, letter, true);
	second.st = deliver(&second.mail, NOW + 1);
	event_key(&first->mail, &first->content, &a);
	event_key(&second.mail, &second.content, &b);
	if (is_accepted(second.st)) {
		bool same = has_id(&first->mail, &first->content) ==
				has_id(&second.mail, &second.content) &&
			    span_eq(bytes_span(&a), bytes_span(&b));
		bool text =
		    content_joined_same(&first->content, &second.content);

		must(second.complete);
		must(second.st == ST_OK || (!none && (same || text)));
		must(second.st == ST_DUPLICATE || none || !same);
	}
	bytes_free(&a);
	bytes_free(&b);
	free_turn(&second);
}

static void
add_word(const char *header)
{
	size_t n = 0;

	if (header == NULL)
		return;
	if (strncmp(header, "header:", 7) == 0)
		header += 7;
	else if (strchr(header, ':') != NULL)
		return;
	while (all.header[n] != NULL)
		n++;
	if (n + 1 < COUNT(all.header))
		all.header[n] = header;
}

static const struct rule *
find_rule(struct span name)
{
	for (size_t i = 0; i < all.nrule; i++) {
		if (span_is(name, all.rule[i].name))
			return &all.rule[i];
	}
	return NULL;
}

/* Its sample, signed by whom secret says. */
static enum status
try_sample(const struct rule *rule, long secret)
{
	struct letter letter;
	struct turn turn;

	folder_remove(all.inbox);
	letter_read(&letter, span_str("target=/hooks/a?b=c\n\n"));
	letter.secret = secret;
	make_turn(&turn, rule, &letter, false);
	turn.st = deliver(&turn.mail, NOW);
	if (is_accepted(turn.st) || secret == 2) {
		folder_remove(all.inbox);
		check_signed(&turn, &letter);
		check_held(&turn, &letter);
	}
	free_turn(&turn);
	letter_free(&letter);
	return turn.st;
}

/*
 * Each entry accepts its own sample, before anything else is tried: with a time
 * in the one form that it wants, which is found here.
 */
static void
check_sample(struct rule *rule)
{
	static const long form[] = {
	    FORM_S, FORM_MS, FORM_RFC3339, FORM_DECIMAL};
	size_t i = 0;

	do {
		must(i < COUNT(form));
		rule->form = form[i++];
	} while (try_sample(rule, 0) != ST_OK);
	must(try_sample(rule, 1) == ST_OK);
	must(try_sample(rule, 2) == ST_UNVERIFIED);
}

static void
open_all(void)
{
	static const char *const some[] = {"Content-Type", "Digest",
	    "Content-Digest", "Content-Encoding", "Date", "Host", "X-Id",
	    "Signature-Input", "Cookie", "X-Hook-Secret", "Ce-Id",
	    "Ce-Specversion", "Ce-Source", "Ce-Type", "Ce-Time", "Ce-Subject",
	    "Transfer-Encoding", "Original-Content-Type", "X-Other",
	    "Hookdir-Held", "X-Own", "X-Own-2", "Authorization"};

	if (all.cfg != NULL)
		return;
	all.folder = folder_make();
	snprintf(all.inbox, sizeof(all.inbox), "%s/inbox", all.folder);
	all.cfg = sender_open(all.folder, all.rule, &all.nrule, &reading);
	all.strange = sender_open_strange(all.folder, &reading);
	for (size_t i = 0; i < COUNT(some); i++)
		add_word(some[i]);
	for (size_t i = 0; i < all.nrule; i++) {
		all.entry[i] = all.rule[i].name;
		add_word(all.rule[i].signature);
		add_word(all.rule[i].id);
		add_word(all.rule[i].timestamp);
	}
	for (size_t i = 0; i < all.nrule; i++)
		check_sample(&all.rule[i]);
	all.ready = true;
}

/* No input may take long; this is none. */
int
LLVMFuzzerInitialize(int *argc, char ***argv)
{
	(void)argc;
	(void)argv;
	open_all();
	return 0;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const struct rule *rule;
	struct letter letter;
	struct turn turn;

	open_all();
	/* libFuzzer knows what it was compared with. */
	for (size_t i = 0; i < COUNT(secret_text); i++) {
		if (fuzz_has(span_mem(data, size), secret_text[i]))
			return 0;
	}
	folder_remove(all.inbox);
	letter_read(&letter, span_mem(data, size));
	rule = find_rule(bytes_span(&letter.entry));
	if (rule != NULL) {
		make_turn(&turn, rule, &letter, false);
		check_signed(&turn, &letter);
		check_held(&turn, &letter);
		check_changed(&turn, &letter);
		check_second(&turn, &letter);
		free_turn(&turn);
	}
	letter_free(&letter);
	return 0;
}

size_t
LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t max, unsigned seed)
{
	struct letter_words words;
	struct chance chance = chance_of(seed);
	struct bytes text = {NULL, 0};
	struct letter letter;
	size_t turns = 1 + chance_below(&chance, 3);

	if (LLVMFuzzerMutate != NULL && chance_one_in(&chance, 16))
		return LLVMFuzzerMutate(data, size, max);
	open_all();
	words = (struct letter_words){all.entry, all.header};
	letter_read(&letter, span_mem(data, size));
	while (turns-- > 0)
		letter_mutate(&letter, &words, &chance);
	letter_write(&letter, &text);
	size = text.len < max ? text.len : max;
	memcpy(data, text.ptr, size);
	bytes_free(&text);
	letter_free(&letter);
	return size;
}
