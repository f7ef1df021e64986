/* SPDX-License-Identifier: Apache-2.0 */
/* intents/household/alert_settings.h -- what the intents about alerts share: their slots, and how
 * the settings are told. */
#ifndef CLIMACAST_INTENTS_HOUSEHOLD_ALERT_SETTINGS_H
#define CLIMACAST_INTENTS_HOUSEHOLD_ALERT_SETTINGS_H

#include "cache/alerts/subscriptions.h"
#include "server/base/err.h"
#include "server/base/str.h"

/* What the consent card asks for. */
#define ALERT_PERMISSION "alexa::devices:all:notifications:write"

/* "on" or "off"; nothing leaves *ret_on as it is. False for anything else. */
bool alert_settings_find_switch(struct str said, bool *ret_on);
/* "warnings", "watches and warnings". */
const char *alert_settings_level(enum alert_level level);
/* "but not from 10 P.M. to 7 A.M. unless they are extreme", "at any hour". */
void alert_settings_put_quiet(struct buf *out, const struct subscription *s);
/* The result of a change as intents return it: a failure has the reason "settings_unsaved" or
 * "settings_doubtful". */
enum status alert_settings_saved(enum status st, const struct err *why, struct err *err);

#endif
