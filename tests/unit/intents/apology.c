/* SPDX-License-Identifier: Apache-2.0 */
/* tests/unit/intents/apology.c -- what is said when a turn cannot be answered. */
#include "intents/apology.h"

#include "tests/test.h"

static void check(enum status st, const char *reason, const char *subject, bool asks,
                  const char *part)
{
    struct err err = ERR_NONE;
    struct buf out = BUF_INIT(1000);

    err_reason(&err, st, reason, "for the log only");
    CHECK(apology_put(&out, &err, str_of(subject)) == asks);
    if (!strstr(buf_z(&out), part))
        fail_msg("%s: \"%s\" lacks \"%s\"", reason, buf_z(&out), part);
    CHECK(!strchr(buf_z(&out), '%') && !strchr(buf_z(&out), '|'));
    CHECK(!strstr(buf_z(&out), "log"));
    buf_free(&out);
}

TEST(each_reason_has_its_words_and_subject)
{
    check(ST_NOT_FOUND, "place_unknown", "atlantis", true, "I couldn't find atlantis.");
    check(ST_NOT_FOUND, "place_unknown", "", true, "I couldn't find that place.");
    check(ST_NOT_FOUND, "place_unknown",
          "hag\xC3\xA5t\xC3\xB1"
          "a",
          true,
          "find hag\xC3\xA5t\xC3\xB1"
          "a.");
    check(ST_NOT_FOUND, "place_unknown", "st. mary's, x", true, "find st. mary's, x.");
    check(ST_NOT_FOUND, "place_unknown", "<&>", true, "I couldn't find that place.");
    check(ST_NOT_FOUND, "place_unknown", "\x01 \x02", true, "I couldn't find that place.");
    check(ST_NOT_FOUND, "place_unknown", "a\xEF\xBF\xBE", true, "I couldn't find that place.");
    check(ST_NOT_FOUND, "place_unknown", " - ", true, "I couldn't find that place.");
    check(ST_NOT_FOUND, "zip_unknown", "00001", true, "the zip code 00001.");
    check(ST_INVALID, "city_missing", "Colorado", true, "Which city in Colorado do you mean?");
    check(ST_NOT_FOUND, "too_far", "March 3rd", true, "anything for March 3rd yet");
    check(ST_NOT_FOUND, "no_observation", "the wind in Boulder", false, "on the wind in Boulder.");
    check(ST_UNAVAILABLE, "settings_unsaved", "", false, "nothing has changed");
    check(ST_TIMEOUT, "settings_doubtful", "", false, "not sure whether that was saved");
    check(ST_TIMEOUT, "weather_slow", "", false, "Weather Service is taking too long");
    check(ST_UNAVAILABLE, "weather_unavailable", "", false, "from the National Weather Service");
    check(ST_UNAVAILABLE, "geocoder_unavailable", "Boulder", false, "look up Boulder");
    check(ST_UNAVAILABLE, "alerts_unknown", "", false, "don't know whether there are any alerts");
}

TEST(an_unknown_reason_gets_the_words_of_its_status)
{
    check(ST_TIMEOUT, "", "", false, "took too long");
    check(ST_UNAVAILABLE, "strange", "", false, "can't get that right now");
    check(ST_SYSTEM, "", "", false, "something went wrong");
}

TESTS(each_reason_has_its_words_and_subject, an_unknown_reason_gets_the_words_of_its_status)
