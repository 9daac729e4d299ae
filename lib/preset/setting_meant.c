/* setting_meant.c - other words for settings, and settings in other places. */
#include "preset/setting_meant.h"
#include "preset/setting.h"

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
};

static const struct {
	enum setting_place place;
	const char *words;
} belongs[] = {
    {SETTING_TOP, "at the top of the file"},
    {SETTING_ENTRY, "in the entry of a provider"},
    {SETTING_PRESET, "in the entry of a provider"},
    {SETTING_HOLD, "in the object hold"},
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
