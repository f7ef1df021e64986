/* SPDX-License-Identifier: Apache-2.0 */
/* intents/set_voice.c -- sets the rate and pitch of the voice. */
#include "intents/intent.h"
#include "intents/percent.h"

static const char *const percent_slots[] = { "percent", NULL };
static const char *const rate_slots[] = { "percent", "pace", NULL };

/* Reads the slot as a percentage from `min` to `max`. */
static enum status read_percent(const struct turn *turn, int min, int max, const char *reason,
                                int *ret_percent, struct err *err)
{
    int percent;

    if (!percent_parse(turn_slot(turn, "percent"), &percent) || percent < min || percent > max)
        return err_reason(err, ST_INVALID, reason, "not a percentage from %d to %d", min, max);
    *ret_percent = percent;
    return ST_OK;
}

/* "Talk slower": a step from the user's own rate. */
static enum status read_pace(const struct turn *turn, int *ret_percent, struct err *err)
{
    enum { STEP = 20 };
    int step = str_starts(turn_slot(turn, "pace"), STR("slow")) ? -STEP : STEP;
    int percent = turn->settings.rate + step;
    enum status st = turn_settings_needed(turn, err);

    *ret_percent = percent < RATE_MIN ? RATE_MIN : percent > RATE_MAX ? RATE_MAX : percent;
    return st;
}

static enum status set_rate_answer(struct turn *turn, struct reply *reply, struct err *err)
{
    int percent;
    enum status st = turn_slot(turn, "pace").n > 0
                         ? read_pace(turn, &percent, err)
                         : read_percent(turn, RATE_MIN, RATE_MAX, "rate_unclear", &percent, err);

    if (st == ST_OK)
        st = turn_save(turn, "rate", json_integer(percent), err);
    if (st != ST_OK)
        return st;
    if (percent == turn->settings.rate && turn_slot(turn, "pace").n > 0) {
        buf_printf(&reply->speech, "The rate is at its limit, %d percent.", percent);
        return ST_OK;
    }
    reply->settings.rate = percent;
    buf_printf(&reply->speech, "The rate is now %d percent.", percent);
    return ST_OK;
}

static enum status set_pitch_answer(struct turn *turn, struct reply *reply, struct err *err)
{
    int percent;
    enum status st = read_percent(turn, PITCH_MIN, PITCH_MAX, "pitch_unclear", &percent, err);

    if (st == ST_OK)
        st = turn_save(turn, "pitch", json_integer(percent), err);
    if (st != ST_OK)
        return st;
    buf_printf(&reply->speech, "The pitch is now %d percent.", percent);
    if (turn->settings.pitch == 100) /* probably for the first time */
        buf_putz(&reply->speech, " Some Alexa voices don't support pitch.");
    reply->settings.pitch = percent;
    return ST_OK;
}

const struct intent intent_set_rate = {
    .name = "SetRateIntent",
    .slots = rate_slots,
    .answer = set_rate_answer,
};
const struct intent intent_set_pitch = {
    .name = "SetPitchIntent",
    .slots = percent_slots,
    .answer = set_pitch_answer,
};
