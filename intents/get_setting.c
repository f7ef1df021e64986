/* SPDX-License-Identifier: Apache-2.0 */
/* intents/get_setting.c -- one of the user's settings, or all of them, told. */
#include "intents/custom_forecast.h"
#include "intents/intent.h"

static const char *const setting_slots[] = { "setting", NULL };

static void tell_location(struct buf *out, const struct settings *s)
{
    if (s->location.n > 0)
        buf_printf(out, "Your location is %.*s.", STR_ARG(s->location));
    else
        buf_putz(out, "You have not set a location yet.");
}

static void tell_rate(struct buf *out, const struct settings *s)
{
    buf_printf(out, "The rate is %d percent.", s->rate);
}

static void tell_pitch(struct buf *out, const struct settings *s)
{
    buf_printf(out, "The pitch is %d percent.", s->pitch);
}

static void tell_forecast(struct buf *out, const struct settings *s)
{
    buf_putz(out, "Your forecast includes ");
    custom_forecast_put_metrics(out, s);
    buf_putc(out, '.');
}

static void tell_all(struct buf *out, const struct settings *s)
{
    tell_location(out, s);
    buf_putc(out, ' ');
    tell_rate(out, s);
    buf_putc(out, ' ');
    tell_pitch(out, s);
    buf_putc(out, ' ');
    tell_forecast(out, s);
}

static const struct {
    const char *name;
    void (*tell)(struct buf *out, const struct settings *s);
} settings[] = {
    { "location", tell_location }, { "place", tell_location },
    { "pitch", tell_pitch },       { "voice pitch", tell_pitch },
    { "rate", tell_rate },         { "voice rate", tell_rate },
    { "speech rate", tell_rate },  { "speed", tell_rate },
    { "forecast", tell_forecast }, { "custom forecast", tell_forecast },
    { "metrics", tell_forecast },  { "settings", tell_all },
    { "setting", tell_all },       { "all", tell_all },
    { "all settings", tell_all },  { "", tell_all },
};

/* "current rate", "my default location" and the like mean the word behind. */
static struct str bare(struct str name)
{
    static const struct str fronts[] = { STR("my "), STR("the "), STR("current "),
                                         STR("default ") };
    bool again = true;

    while (again) {
        again = false;
        for (size_t i = 0; i < sizeof fronts / sizeof fronts[0]; i++) {
            if (str_starts(name, fronts[i])) {
                name = str_sub(name, fronts[i].n, name.n);
                again = true;
            }
        }
    }
    return name;
}

static enum status get_setting_answer(struct turn *turn, struct reply *reply, struct err *err)
{
    enum { LONGEST = 40 };
    struct str name = bare(turn_slot(turn, "setting"));
    enum status st = turn_settings_needed(turn, err);

    if (st != ST_OK)
        return st;
    for (size_t i = 0; i < sizeof settings / sizeof settings[0]; i++) {
        if (str_eqz(name, settings[i].name)) {
            settings[i].tell(&reply->speech, &turn->settings);
            return ST_OK;
        }
    }
    turn->subject = name.n <= LONGEST ? name : STR_NONE;
    return err_reason(err, ST_INVALID, "setting_unknown", "no such setting");
}

const struct intent intent_get_setting = {
    .name = "GetSettingIntent",
    .slots = setting_slots,
    .answer = get_setting_answer,
};
