/* setting_meant.c - other words for settings, and settings in other places. */
#include "preset/setting_meant.h"

static const struct {
	const char *name, *right;
} meant[] = {
    {"secret", "secret_file"},
    {"secrets", "secret_file"},
    {"secret_files", "secret_file"},
    {"secret_path", "secret_file"},
    {"signing_secret", "secret_file"},
    {"webhook_secret", "secret_file"},
    {"client_secret", "secret_file"},
    {"signing_key", "secret_file"},
    {"secret_key", "secret_file"},
    {"api_key", "secret_file"},
    {"password", "secret_file"},
    {"token", "secret_file"},
    {"env", "secret_env"},
    {"header", "signature"},
    {"sig_header", "signature"},
    {"signature_header", "signature"},
    {"hmac", "digest"},
    {"hash", "digest"},
    {"algorithm", "digest"},
    {"payload", "signed_payload"},
    {"template", "signed_payload"},
    {"message", "signed_payload"},
    {"time", "timestamp"},
    {"ts", "timestamp"},
    {"timestamp_header", "timestamp"},
    {"timestamp_tolerance", "tolerance"},
    {"max_age", "tolerance"},
    {"event_id", "id"},
    {"id_header", "id"},
    {"event", "type"},
    {"event_type", "type"},
    {"event_header", "type"},
    {"jwks", "jwks_url"},
    {"jwks_uri", "jwks_url"},
    {"certificate", "certificate_url"},
    {"retries", "sender_retry_hours"},
    {"provider", "preset"},
    {"directory", "inbox"},
    {"dir", "inbox"},
    {"maildir", "inbox"},
    {"max", "count"},
    {"limit", "count"},
    {"size", "bytes"},
    {"max_bytes", "bytes"},
    {"max_body_size", "max_body"},
    {"body_limit", "max_body"},
    {"threads", "workers"},
    {"run_as", "user"},
    {"owner", "user"},
    {"username", "user"},
    {"url", "base_url"},
    {"public_base_url", "base_url"},
    {"runner", "run"},
    {"handler", "run"},
    {"handlers", "run"},
    {"on_event", "run"},
    {"cmd", "command"},
    {"exec", "command"},
    {"program", "command"},
    {"script", "command"},
    {"execute", "command"},
    {"handler", "command"},
    {"args", "command"},
    {"arguments", "command"},
    {"url", "forward"},
    {"to", "forward"},
    {"target", "forward"},
    {"forward_url", "forward"},
    {"forward_to", "forward"},
    {"types", "type"},
    {"match", "type"},
    {"filter", "type"},
    {"events", "type"},
    {"concurrency", "jobs"},
    {"parallel", "jobs"},
    {"workers", "jobs"},
    {"order_by", "order"},
    {"group_by", "order"},
    {"ordered", "order"},
    {"time_limit", "timeout"},
    {"max_time", "timeout"},
    {"retries", "retry"},
    {"attempts", "retry"},
    {"max_attempts", "retry"},
    {"backoff", "retry"},
    {"schedule", "retry"},
    {"keep", "keep_hours"},
    {"keep_days", "keep_hours"},
    {"done_hours", "keep_hours"},
    {"keep_failed", "failed_days"},
    {"daemon", "persistent"},
    {"dir", "directory"},
    {"cwd", "directory"},
    {"workdir", "directory"},
    {"working_directory", "directory"},
    {"command-working-directory", "directory"},
    {"env", "environment"},
    {"secret", "forward_secret_file"},
    {"secret_file", "forward_secret_file"},
    {"signing_secret", "forward_secret_file"},
    {"ca_file", "forward_ca_file"},
    {"jwks_ca_file", "forward_ca_file"},
    {"allow_http", "insecure"},
};

static const struct {
	enum setting_place place;
	const char *words;
} belongs[] = {
    {SETTING_TOP, "at the top of the file"},
    {SETTING_ENTRY, "in the entry of a provider"},
    {SETTING_PRESET, "in the entry of a provider"},
    {SETTING_HOLD, "in the object hold"},
    {SETTING_RUN, "in the object run of an entry"},
};

const char *
setting_meant(struct span name)
{
	for (size_t i = 0; i < sizeof(meant) / sizeof(meant[0]); i++) {
		if (span_is_nocase(name, meant[i].name))
			return meant[i].right;
	}
	return NULL;
}

const char *
setting_meant_in(const struct setting_table *table, struct span name)
{
	for (size_t i = 0; i < sizeof(meant) / sizeof(meant[0]); i++) {
		for (size_t k = 0; k < table->n; k++) {
			if (span_is_nocase(name, meant[i].name) &&
			    strcmp(table->row[k].name, meant[i].right) == 0)
				return meant[i].right;
		}
	}
	return NULL;
}

static const char *
words_of(enum setting_place place)
{
	for (size_t i = 0; i < sizeof(belongs) / sizeof(belongs[0]); i++) {
		if (belongs[i].place == place)
			return belongs[i].words;
	}
	return NULL;
}

const char *
setting_belongs(struct span name)
{
	const struct setting_text *row;

	for (size_t i = 0; (row = setting_text_at(i)) != NULL; i++) {
		if (words_of(row->place) != NULL && span_is(name, row->name))
			return words_of(row->place);
	}
	return NULL;
}
