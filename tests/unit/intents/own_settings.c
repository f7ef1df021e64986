/* SPDX-License-Identifier: Apache-2.0 */
/* tests/unit/intents/own_settings.c -- the intents that read out and change a user's settings, the
 * list of metrics, and the counts of stored entries. */
#include "intents/percent.h"
#include "tests/unit/intents/skill_world.h"

TEST(percentages_are_digits_or_words)
{
    static const struct {
        const char *words;
        int want; /* -1: none */
    } cases[] = {
        { "110", 110 },
        { "110 percent", 110 },
        { "110%", 110 },
        { "fifty", 50 },
        { "fifty five", 55 },
        { "one hundred", 100 },
        { "a hundred and ten", 110 },
        { "one hundred twenty five percent", 125 },
        { "one twenty", 120 },
        { "zero", 0 },
        { "1000", -1 },
        { "-5", -1 },
        { "?", -1 },
        { "", -1 },
        { "fast", -1 },
        { "hundred", -1 },
        { "five fifty five hundred", -1 },
        { "ninety ninety", -1 },
        { "99999999999999999999", -1 },
        { "10.5", -1 },
    };

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        int got = -1;
        bool ok = percent_parse(str_of(cases[i].words), &got);
        if (ok != (cases[i].want >= 0) || (ok && got != cases[i].want))
            fail_msg("\"%s\" gave %d", cases[i].words, ok ? got : -1);
    }
}

/* The stored value of a setting as JSON, or "". */
static void check_stored(struct skill_world *s, const char *setting, const char *want)
{
    struct buf text = BUF_INIT(2000);
    json_t *stored = NULL;

    if (user_get(s->w.store, USER_ACCOUNT(STR("user-1")), clock_mono_ms() + 1000, &stored, NULL) ==
            ST_OK &&
        json_object_get(stored, setting))
        json_put(&text, json_object_get(stored, setting));
    CHECK_STR(buf_z(&text), want);
    json_decref(stored);
    buf_free(&text);
}

TEST(units_are_saved_and_used)
{
    struct skill_world s;

    skill_start(&s);
    skill_says(&s, "SetUnitsIntent", "units=celsius",
               "From now on I'll use Celsius, kilometers per hour, and millimeters.");
    check_stored(&s, "units", "\"metric\"");
    skill_says(&s, "GetSettingIntent", "setting=units", "I use Celsius");
    skill_says(&s, "GetSettingIntent", "setting=settings", "I use Celsius");
    skill_says(&s, "SetUnitsIntent", "units=fahrenheit", "I'll use Fahrenheit, miles per hour");
    check_stored(&s, "units", "\"us\"");
    skill_says(&s, "SetUnitsIntent", "units=cubits", "I can use metric units or U.S. units.");
    skill_says(&s, "SetUnitsIntent", "", "I can use metric units or U.S. units.");
    check_stored(&s, "units", "\"us\"");
    skill_stop(&s);
}

/* Not after another hint: the third in a row ends the session. */
static void check_hint(struct skill_world *s, const char *intent, const char *slots,
                       const char *want)
{
    json_decref(s->attributes);
    s->attributes = NULL;
    skill_says(s, intent, slots, want);
}

TEST(rate_and_pitch_are_saved_within_their_bounds)
{
    static const char *const bad_rates[] = { "49", "151", "fast", "?", "", "-5", "1000" };
    struct skill_world s;
    char slots[50];

    skill_start(&s);
    s.session_new = false;
    skill_says(&s, "SetRateIntent", "percent=120", "<prosody rate=\"120%\">The rate is now 120");
    check_stored(&s, "rate", "120");
    skill_says(&s, "SetPitchIntent", "percent=seventy nine",
               "<prosody rate=\"120%\" pitch=\"-21%\">The pitch is now 79 percent. Some Alexa "
               "voices don't support pitch.");
    skill_says(&s, "SetPitchIntent", "percent=80", "The pitch is now 80 percent. Anything else");
    check_stored(&s, "pitch", "80");
    skill_says(&s, "SetPitchIntent", "percent=69", "from 70 to 130 percent");
    skill_says(&s, "SetPitchIntent", "percent=131", "from 70 to 130 percent");
    for (size_t i = 0; i < sizeof bad_rates / sizeof bad_rates[0]; i++) {
        (void)snprintf(slots, sizeof slots, "percent=%s", bad_rates[i]);
        check_hint(&s, "SetRateIntent", slots, "from 50 to 150 percent");
        CHECK_ROW(i, !skill_ended(&s));
    }
    check_stored(&s, "rate", "120");
    check_stored(&s, "pitch", "80");
    skill_stop(&s);
}

/* "Talk slower", "speed up". */
TEST(the_rate_changes_by_a_step_up_to_its_bounds)
{
    struct skill_world s;

    skill_start(&s);
    s.session_new = false;
    skill_says(&s, "SetRateIntent", "pace=slower", "The rate is now 80 percent.");
    check_stored(&s, "rate", "80");
    skill_says(&s, "SetRateIntent", "pace=slower", "The rate is now 60 percent.");
    skill_says(&s, "SetRateIntent", "pace=slower", "The rate is now 50 percent.");
    skill_says(&s, "SetRateIntent", "pace=slower", "The rate is at its limit, 50 percent.");
    skill_says(&s, "SetRateIntent", "pace=faster", "The rate is now 70 percent.");
    check_stored(&s, "rate", "70");
    skill_stop(&s);
}

TEST(settings_are_read_out_one_by_one_or_all_together)
{
    static const struct {
        const char *slot, *want;
    } cases[] = {
        { "setting=location", "Your location is Boulder Colorado.</speak>" },
        { "setting=current location", "Your location is Boulder Colorado." },
        { "setting=my default location", "Your location is Boulder Colorado." },
        { "setting=pitch", "The pitch is 100 percent.</speak>" },
        { "setting=rate", "The rate is 100 percent.</speak>" },
        { "setting=forecast",
          "Your forecast includes summary, temperature, precipitation, skies, wind, "
          "barometric pressure, relative humidity and dewpoint." },
        { "setting=settings",
          "Boulder Colorado. The rate is 100 percent. The pitch is 100 percent. "
          "Your forecast includes summary" },
        { "", "The rate is 100 percent." },
        { "setting=frogs", "I don't have a setting called frogs." },
    };
    struct skill_world s;

    skill_start(&s);
    skill_says(&s, "GetSettingIntent", "setting=location", "You haven't set a location yet.");
    skill_says(&s, "SetLocationIntent", "location=boulder colorado", "Boulder");
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
        skill_says(&s, "GetSettingIntent", cases[i].slot, cases[i].want);
    skill_stop(&s);
}

TEST(metrics_are_added_removed_and_reset)
{
    struct skill_world s;

    skill_start(&s);
    s.session_new = false;
    skill_says(&s, "AddCustomIntent", "metric=rain",
               "Your forecast already includes precipitation.");
    skill_says(&s, "AddCustomIntent", "metric=rainy",
               "relative humidity, and dewpoint, but not rainy. Say");
    skill_says(&s, "AddCustomIntent", "metric=frogs", "but not frogs. Say");
    check_hint(&s, "AddCustomIntent", "", "but not that. Say");
    skill_says(&s, "AddCustomIntent", "metric=alerts", "but not alerts. Say");
    check_stored(&s, "metrics", "");
    skill_says(&s, "RemCustomIntent", "metric=summary", "I've removed summary.");
    skill_says(&s, "RemCustomIntent", "metric=summary", "Your forecast doesn't include summary.");
    skill_says(&s, "AddCustomIntent", "metric=summary",
               "I've added summary. Your forecast now includes temperature, precipitation, skies, "
               "wind, barometric pressure, relative humidity, dewpoint and summary.");
    skill_says(&s, "RstCustomIntent", "", "now includes summary, temperature,");
    check_stored(&s, "metrics",
                 "[\"summary\",\"temperature\",\"precipitation\",\"skys\",\"wind\",\"barometric "
                 "pressure\",\"relative humidity\",\"dewpoint\"]");
    skill_stop(&s);
}

TEST(the_last_metric_cannot_be_removed)
{
    static const char *const metrics[] = { "temp",     "rain",     "skys",     "wind",
                                           "pressure", "humidity", "dew point" };
    struct skill_world s;
    char slots[50];

    skill_start(&s);
    s.session_new = false;
    for (size_t i = 0; i < sizeof metrics / sizeof metrics[0]; i++) {
        (void)snprintf(slots, sizeof slots, "metric=%s", metrics[i]);
        skill_says(&s, "RemCustomIntent", slots, "I've removed");
    }
    skill_says(&s, "RemCustomIntent", "metric=summary", "I can't remove summary");
    skill_says(&s, "GetCustomIntent", "", "Your forecast includes summary.");
    check_stored(&s, "metrics", "[\"summary\"]");
    skill_stop(&s);
}

TEST(stored_entries_are_counted)
{
    struct skill_world s;

    skill_start(&s);
    skill_says(&s, "GetDataIntent", "",
               "LocationCache has 0 entries, StationCache has 0 entries, ZoneCache has 0 "
               "entries and UserCache has 0 entries.");
    skill_says(&s, "StoreDataIntent", "", "Your settings are saved.");
    check_stored(&s, "rate", "100");
    skill_says(&s, "SetLocationIntent", "location=boulder colorado", "Boulder");
    skill_says(&s, "GetDataIntent", "",
               "LocationCache has 1 entry, StationCache has 1 entry, ZoneCache has 2 entries "
               "and UserCache has 1 entry.");
    skill_stop(&s);
}

TEST(saving_never_overwrites_newer_settings)
{
    struct skill_world s;
    json_t *newer = json_integer(150);

    skill_start(&s);
    skill_says(&s, "SetRateIntent", "percent=120", "120");
    s.session_new = false;
    CHECK_INT(user_set(s.w.store, USER_ACCOUNT(STR("user-1")), "rate", newer,
                       clock_mono_ms() + 1000, NULL),
              ST_OK); /* another device */
    skill_says(&s, "StoreDataIntent", "", "saved");
    check_stored(&s, "rate", "150");
    json_decref(newer);
    skill_stop(&s);
}

TEST(two_users_have_separate_settings)
{
    struct skill_world s;

    skill_start(&s);
    skill_says(&s, "SetRateIntent", "percent=120", "120");
    s.user = "user-2";
    skill_says(&s, "GetSettingIntent", "setting=rate", "<speak>The rate is 100 percent.");
    s.user = "user-1";
    skill_says(&s, "GetSettingIntent", "setting=rate", "The rate is 120 percent.");
    skill_stop(&s);
}

TESTS(units_are_saved_and_used, percentages_are_digits_or_words,
      rate_and_pitch_are_saved_within_their_bounds, the_rate_changes_by_a_step_up_to_its_bounds,
      settings_are_read_out_one_by_one_or_all_together, metrics_are_added_removed_and_reset,
      the_last_metric_cannot_be_removed, stored_entries_are_counted,
      saving_never_overwrites_newer_settings, two_users_have_separate_settings)
