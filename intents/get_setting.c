/* SPDX-License-Identifier: Apache-2.0 */
/* intents/get_setting.c -- reads out one of the user's settings, or all of them. */
#include "intents/custom_forecast.h"
#include "intents/intent.h"

static const char *const setting_slots[] = { "setting", NULL };

static void put_location(struct buf *out, const struct settings *s)
{
    if (s->location.n > 0)
        buf_printf(out, "Your location is %.*s.", STR_ARG(s->location));
    else
        buf_putz(out, "You haven't set a location yet.");
}

static void put_rate(struct buf *out, const struct settings *s)
{
    buf_printf(out, "The rate is %d percent.", s->rate);
}

static void put_pitch(struct buf *out, const struct settings *s)
{
    buf_printf(out, "The pitch is %d percent.", s->pitch);
}

static void put_units(struct buf *out, const struct settings *s)
{
    buf_printf(out, "I use %s.", settings_units_spoken(s->units_chosen ? s->units : UNITS_US));
}

static void put_answer_length(struct buf *out, const struct settings *s)
{
    static const char *const said[] = {
        [LENGTH_NORMAL] = "My answers have their normal length.",
        [LENGTH_BRIEF] = "My answers are brief.",
        [LENGTH_FULL] = "My answers tell you everything.",
    };

    buf_putz(out, said[s->length]);
}

static void put_forecast(struct buf *out, const struct settings *s)
{
    buf_putz(out, "Your forecast includes ");
    custom_forecast_put_metrics(out, s);
    buf_putc(out, '.');
}

static void put_all(struct buf *out, const struct settings *s)
{
    put_location(out, s);
    buf_putc(out, ' ');
    put_rate(out, s);
    buf_putc(out, ' ');
    put_pitch(out, s);
    buf_putc(out, ' ');
    put_forecast(out, s);
    if (s->units_chosen) {
        buf_putc(out, ' ');
        put_units(out, s);
    }
    if (s->length != LENGTH_NORMAL) {
        buf_putc(out, ' ');
        put_answer_length(out, s);
    }
}

static const struct {
    const char *name;
    void (*put)(struct buf *out, const struct settings *s);
} settings[] = {
    { "location", put_location },
    { "place", put_location },
    { "pitch", put_pitch },
    { "voice pitch", put_pitch },
    { "rate", put_rate },
    { "voice rate", put_rate },
    { "speech rate", put_rate },
    { "speed", put_rate },
    { "forecast", put_forecast },
    { "custom forecast", put_forecast },
    { "units", put_units },
    { "unit", put_units },
    { "length", put_answer_length },
    { "answer length", put_answer_length },
    { "metrics", put_forecast },
    { "settings", put_all },
    { "setting", put_all },
    { "all", put_all },
    { "all settings", put_all },
    { "", put_all },
};

/* Without the words that may precede a setting: "my default location" is "location". */
static struct str bare_setting(struct str name)
{
    static const struct str prefixes[] = { STR("my "), STR("the "), STR("current "),
                                           STR("default ") };
    bool again = true;

    while (again) {
        again = false;
        for (size_t i = 0; i < sizeof prefixes / sizeof prefixes[0]; i++) {
            if (str_starts(name, prefixes[i])) {
                name = str_sub(name, prefixes[i].n, name.n);
                again = true;
            }
        }
    }
    return name;
}

static enum status get_setting_answer(struct turn *turn, struct reply *reply, struct err *err)
{
    enum { SUBJECT_MAX = 40 };
    struct str name = bare_setting(turn_slot(turn, "setting"));
    enum status st = turn_settings_needed(turn, err);

    if (st != ST_OK)
        return st;
    for (size_t i = 0; i < sizeof settings / sizeof settings[0]; i++) {
        if (str_eqz(name, settings[i].name)) {
            settings[i].put(&reply->speech, &turn->settings);
            return ST_OK;
        }
    }
    turn->subject = name.n <= SUBJECT_MAX ? name : STR_NONE;
    return err_reason(err, ST_INVALID, "setting_unknown", "no such setting");
}

const struct intent intent_get_setting = {
    .name = "GetSettingIntent",
    .slots = setting_slots,
    .answer = get_setting_answer,
};
