/*
 * trial.h - would this entry work?  It is read as the receiver reads it, before
 * anything is written.
 */
#ifndef TRIAL_H
#define TRIAL_H

#include <stdbool.h>

#include "config/config.h"
#include "draft.h"

/*
 * Read the draft as an entry beside the settings cfg.  Secrets that no file has
 * yet are taken from the draft; env is for an entry's own secret_env.  False
 * after saying what is wrong: "NAME: SETTING: TEXT".
 */
bool trial_run(
    const struct draft *draft, const struct config *cfg, char *const env[]);

#endif
