/* SPDX-License-Identifier: Apache-2.0 */
/* intents/talk/set_units.c -- "use Celsius", "use metric units": the units of all answers from now
 * on. */
#include "intents/intent.h"

static const char *const set_units_slots[] = { "units", NULL };

static enum status set_units_answer(struct turn *turn, struct reply *reply, struct err *err)
{
    enum units_system units;
    enum status st;

    if (!units_find(turn_slot(turn, "units"), &units))
        return err_reason(err, ST_INVALID, "units_unclear", "no such units");
    st = turn_save(turn, "units", json_string(settings_units_name(units)), err);
    if (st != ST_OK)
        return st;
    reply->settings.units = units;
    reply->settings.units_chosen = true;
    buf_printf(&reply->speech, "From now on I'll use %s.", settings_units_spoken(units));
    return ST_OK;
}

const struct intent intent_set_units = {
    .name = "SetUnitsIntent",
    .slots = set_units_slots,
    .answer = set_units_answer,
};
