/* SPDX-License-Identifier: Apache-2.0 */
/* tests/unit/intents/household/persons.c -- each voice of a household has its own settings. */
#include "tests/unit/intents/skill_world.h"

static void speaker(struct skill_world *s, const char *person)
{
    json_decref(s->person);
    s->person = person ? json_string(person) : NULL;
}

static void check_stored(struct skill_world *s, const char *want)
{
    struct buf text = BUF_INIT(4000);
    json_t *item = NULL;

    CHECK_INT(store_get(s->w.store, STR("user-1"), clock_mono_ms() + 1000, &item, NULL, NULL),
              ST_OK);
    json_put_sorted(&text, json_at(item, "UserCache"));
    CHECK_STR(buf_z(&text), want);
    json_decref(item);
    buf_free(&text);
}

TEST(each_voice_keeps_its_settings)
{
    struct skill_world s;

    skill_start(&s);
    skill_says(&s, "SetRateIntent", "percent=80", "80");
    speaker(&s, "ann");
    skill_says(&s, "GetSettingIntent", "setting=rate", "80");
    skill_says(&s, "SetRateIntent", "percent=120", "120");
    skill_says(&s, "SetUnitsIntent", "units=metric", "Celsius");
    speaker(&s, "bob");
    skill_says(&s, "GetSettingIntent", "setting=rate", "80");
    skill_says(&s, "GetSettingIntent", "setting=units", "Fahrenheit");
    speaker(&s, NULL);
    skill_says(&s, "GetSettingIntent", "setting=rate", "80");
    check_stored(&s, "{\"ann\":{\"rate\":120,\"units\":\"metric\",\"userid\":\"user-1\"},"
                     "\"user-1\":{\"rate\":80,\"userid\":\"user-1\"}}");
    skill_stop(&s);
}

TEST(another_voice_in_the_same_session_is_not_taken_for_the_first)
{
    struct skill_world s;

    skill_start(&s);
    speaker(&s, "ann");
    skill_says(&s, "SetRateIntent", "percent=120", "120");
    s.session_new = false;
    speaker(&s, "bob");
    skill_says(&s, "GetSettingIntent", "setting=rate", "100");
    speaker(&s, NULL);
    skill_says(&s, "GetSettingIntent", "setting=rate", "100");
    speaker(&s, "ann");
    skill_says(&s, "GetSettingIntent", "setting=rate", "120");
    skill_says(&s, "GetSettingIntent", "setting=rate", "120");
    skill_stop(&s);
}

TEST(hostile_person_ids_mean_the_account)
{
    char longest[8193];
    struct skill_world s;

    memset(longest, 'p', sizeof longest - 1);
    longest[sizeof longest - 1] = '\0';
    json_t *const ids[] = {
        json_integer(1),       json_null(),         json_true(),
        json_array(),          json_object(),       json_string(""),
        json_string("user-1"), json_string("a\nb"), json_string(longest),
    };
    skill_start(&s);
    for (size_t i = 0; i < sizeof ids / sizeof ids[0]; i++) {
        char slots[30], want[80];
        s.person = ids[i];
        (void)snprintf(slots, sizeof slots, "percent=%zu", 80 + i);
        (void)snprintf(want, sizeof want, "{\"user-1\":{\"rate\":%zu,\"userid\":\"user-1\"}}",
                       80 + i);
        (void)skill_ask(&s, "SetRateIntent", slots);
        check_stored(&s, want);
        json_decref(s.person);
    }
    s.person = NULL;
    skill_stop(&s);
}

TESTS(each_voice_keeps_its_settings, another_voice_in_the_same_session_is_not_taken_for_the_first,
      hostile_person_ids_mean_the_account)
