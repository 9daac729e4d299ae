/*
 * settings_mutate.h - settings files, changed in the words of the list of
 * settings (preset/setting_list.h).
 */
#ifndef SETTINGS_MUTATE_H
#define SETTINGS_MUTATE_H

#include "bytes.h"

/* Change one thing of the file text, which need not be one. */
void settings_mutate(struct bytes *text, struct chance *chance);

#endif
