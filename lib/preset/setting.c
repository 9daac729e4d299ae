/* setting.c - the list of settings for those who show settings to people. */
#include "preset/setting.h"
#include "preset/preset.h"

/* The default: of a number the list has the number itself. */
#define VALUE_TEXT(value)     value
#define VALUE_TEXTS(value)    value
#define VALUE_NUMBER(value)   #value
#define VALUE_OPTIONAL(value) value
#define VALUE_BOOL(value)     value
#define VALUE_OBJECT(value)   value
#define VALUE_NUMBERS(value)  value
#define VALUE_SKIPPED(value)  value

#define SECTION(title, about)    {SETTING_SECTION, title, NULL, NULL, about},
#define NOTE(names, value, text) {SETTING_NOTE, names, NULL, value, text},
#define ROW(place, name, kind, old, value, text) \
	{place, #name, old, VALUE_##kind(value), text},
#define TOP_SETTING(name, kind, min, max, old, value, text) \
	ROW(SETTING_TOP, name, kind, old, value, text)
#define ENTRY_SETTING(name, kind, min, max, old, value, text) \
	ROW(SETTING_ENTRY, name, kind, old, value, text)
#define PRESET_SETTING(name, kind, min, max, old, value, text) \
	ROW(SETTING_PRESET, name, kind, old, value, text)
#define HOLD_SETTING(name, kind, min, max, old, value, text) \
	ROW(SETTING_HOLD, name, kind, old, value, text)
#define RUN_SETTING(name, kind, min, max, old, value, text) \
	ROW(SETTING_RUN, name, kind, old, value, text)

static const struct setting_text row[] = {
#include "preset/setting_list.h"
};

const struct setting_text *
setting_text_at(size_t i)
{
	return i < sizeof(row) / sizeof(row[0]) ? &row[i] : NULL;
}

static const struct setting settings[] = {
#define PRESET_SETTING(name, kind, min, max, old, value, text) \
	SETTING_ROW(struct preset, , name, kind, min, max, old),
#include "preset/setting_list.h"
};

const struct setting_table preset_settings = SETTING_TABLE(settings);
