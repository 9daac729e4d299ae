/*
 * preset.h - how the known providers sign: data, and no code.
 *
 * One entry a provider, in the same words as the settings file: an entry of the
 * file is a copy of a preset with some settings replaced, and profile.h turns
 * either into something that can be run.  Adding a provider is adding an entry
 * to the table of its kind (preset_table.h) and its vectors in tests/vectors.
 *
 * The settings, their meanings and their defaults are in setting_list.h.
 */
#ifndef PRESET_H
#define PRESET_H

#include <stdbool.h>
#include <stddef.h>

#include "base/span.h"
#include "base/status.h"
#include "preset/setting.h"

#define PRESET_SIGNATURES 4  /* headers that a signature may come in */
#define PRESET_SIGNED     8  /* alternatives for what is signed */
#define PRESET_REQUIRED   16 /* names that a signature must cover */
#define PRESET_ALGORITHMS 8
#define PRESET_CERTS      8  /* patterns of URLs, and of names */
#define PRESET_BOUND      8  /* values of a setting that binds */
#define PRESET_KEPT       32 /* names of headers that are kept */

/* Whose key it is that signs. */
enum preset_key {
	KEY_UNSAID,  /* not of a preset */
	KEY_OWN,     /* a secret between this user and the provider */
	KEY_ACCOUNT, /* a private key of the provider for this account alone */
	KEY_SHARED   /* one that the provider uses for all its customers */
};

/* What shows that a delivery is meant for this user. */
enum preset_binding {
	BIND_KEY, /* the key: nobody else's deliveries are signed with it */
	/* A setting, which is needed then: see binding.h. */
	BIND_TOPIC_ARN,
	BIND_WEBHOOK_ID,
	BIND_PUBLIC_URL,
	BIND__COUNT
};

/*
 * A preset's settings, and what `hookdir` shows or sends for it.  A setting
 * that is left out is NULL, 0 or false.  Where 0 has a meaning in the settings
 * file, it is another number here: tolerance is -1 for "not checked".
 */
/* NOLINTNEXTLINE(clang-analyzer-optin.performance.Padding): the order of a preset */
struct preset {
	const char *name;
#define PRESET_SETTING(name, kind, min, max, ...) \
	SETTING_FIELD_##kind(name, max)
#include "preset/setting_list.h"

	enum preset_key key;
	enum preset_binding bound_by;

	/* For `hookdir sign` and `hookdir send` only. */
	const char *header;      /* one more header it sends, a template */
	const char *sample_type; /* Content-Type of the sample */
	/*
	 * A body to try it with.  $ID and $TIME stand for fresh values, $SEC
	 * and $MS for the time as a number, $MAC for a signature in the body.
	 */
	const char *sample;
	/* For `hookdir presets`: what one has to know, in a few words. */
	const char *note;
	/* The provider makes the secret itself: nobody can choose one. */
	bool makes_secret;
	/* Where the provider shows what the entry needs, or asks for it, in the
	 * words of its own pages.  They change, so it is for people only. */
	const char *where;
};

/* What an entry that names no preset starts from. */
extern const struct preset preset_default;

/* The preset called name, or NULL. Static. */
const struct preset *preset_find(struct span name);

/* The preset of a provider that has another name too, such as "facebook". */
const struct preset *preset_meant(struct span name);

/* "there is no preset called ...", and the one that was probably meant. */
void preset_unknown(struct reason *why, struct span name);

/* The presets in order: NULL when i is past the last. Static. */
const struct preset *preset_at(size_t i);

#endif
