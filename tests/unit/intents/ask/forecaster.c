/* SPDX-License-Identifier: Apache-2.0 */
/* tests/unit/intents/ask/forecaster.c -- the forecaster's own words, and the weather radio. */
#include "tests/unit/intents/skill_world.h"

#define AFD "/products/types/AFD/locations/BOU/latest"
#define HWO "/products/types/HWO/locations/BOU/latest"
#define PLACE "location=boulder colorado"
#define OFFICE "The National Weather Service office in Boulder"
#define MORE "Do you want to hear more?"

/* The upstream keeps no copy of a body. */
static void serve_product(struct skill_world *s, const char *path, const char *issued,
                          const char *text)
{
    static char bodies[2][2000];
    json_t *product = json_pack("{s:s,s:s}", "issuanceTime", issued, "productText", text);
    char *body = bodies[strcmp(path, AFD) == 0];
    size_t n = json_dumpb(product, body, sizeof bodies[0] - 1, 0);

    CHECK(n > 0 && n < sizeof bodies[0]);
    body[n] = '\0';
    fake_set(&s->w.upstream, path, 200, body);
    json_decref(product);
}

TEST(the_key_messages_of_a_discussion_come_first)
{
    struct skill_world s;

    skill_start(&s);
    serve_product(&s, AFD, "2026-11-22T11:12:00+00:00",
                  "\n000\nAFDBOU\n\nArea Forecast Discussion\n\n.SYNOPSIS...A ridge.\n\n&&\n"
                  ".KEY MESSAGES...\n\n- Cold.\n\n- Snow by Tuesday.\n\n&&\n"
                  ".SHORT TERM...(Today)\nIssued at 412 AM\nFog.\n\n&&\n"
                  ".BOU WATCHES/WARNINGS/ADVISORIES...\nNone.\n$$\n");
    CHECK_STR(skill_ask(&s, "ForecasterIntent", PLACE),
              "<speak>" OFFICE ", today at 4:12 A.M.: Key messages: Cold. Snow by "
              "Tuesday. " MORE "</speak>");
    CHECK(!skill_ended(&s));
    s.session_new = false;
    skill_says(&s, "AMAZON.YesIntent", "", "<speak>Synopsis: A ridge. Short term: Fog. ");
    skill_never_says(&s, "None");
    skill_stop(&s);
}

TEST(a_discussion_without_key_messages_begins_with_its_synopsis_or_first_section)
{
    struct skill_world s;

    skill_start(&s);
    serve_product(&s, AFD, "2026-11-22T11:12:00+00:00",
                  ".SHORT TERM...Fog.\n&&\n.SYNOPSIS...A ridge.\n&&\n");
    skill_says(&s, "ForecasterIntent", PLACE, "4:12 A.M.: Synopsis: A ridge. " MORE);
    skill_stop(&s);
    skill_start(&s);
    serve_product(&s, AFD, "2026-11-20T05:00:00+00:00", ".SHORT TERM...Fog.\n&&\n");
    skill_says(&s, "ForecasterIntent", PLACE, OFFICE ", 2 days ago: Short term: Fog.</speak>");
    skill_stop(&s);
    skill_start(&s);
    serve_product(&s, AFD, "soon", "Nothing but a line.");
    skill_says(&s, "ForecasterIntent", PLACE, OFFICE ": Nothing but a line.</speak>");
    skill_stop(&s);
}

TEST(an_outlook_is_that_of_the_places_zone_and_begins_with_day_one)
{
    struct skill_world s;

    skill_start(&s);
    serve_product(&s, HWO, "2026-11-22T11:12:00+00:00",
                  "HWOBOU\n\nCOZ001>038-221015-\n.DAY ONE...Today\nHail.\n\n$$\n\n"
                  "COZ039-221015-\n.DAYS TWO THROUGH SEVEN...Monday\n\nWind.\n\n"
                  ".DAY ONE...Today\n\nSnow.\n\n$$\n");
    skill_says(&s, "ForecasterIntent", "product=outlook;" PLACE, "Day one: Today. Snow. " MORE);
    skill_never_says(&s, "Hail");
    s.session_new = false;
    skill_says(&s, "AMAZON.YesIntent", "", "Days two through seven: Monday. Wind.");
    skill_stop(&s);
}

TEST(what_an_office_does_not_write_is_told_and_a_failure_as_one)
{
    struct skill_world s;

    skill_start(&s);
    fake_set(&s.w.upstream, AFD, 404, "{}");
    skill_says(&s, "ForecasterIntent", PLACE, OFFICE " has no forecast discussion right now.");
    fake_set(&s.w.upstream, HWO, 500, "{}");
    skill_says(&s, "ForecasterIntent", "product=hazardous weather outlook;" PLACE, "Sorry");
    skill_never_says(&s, "has no");
    skill_says(&s, "ForecasterIntent", "product=almanac;" PLACE, "I don't have almanac.");
    skill_stop(&s);
    skill_start(&s);
    serve_product(&s, AFD, "2026-11-22T11:12:00+00:00", "  ");
    skill_says(&s, "ForecasterIntent", PLACE, "Sorry");
    serve_product(&s, HWO, "2026-11-22T11:12:00+00:00",
                  "COZ001-221015-\nHail.\n$$\nCOZ002-221015-\nWind.\n$$\n");
    skill_says(&s, "ForecasterIntent", "product=outlook;" PLACE,
               "The hazardous weather outlook doesn't mention the area around Boulder.");
    skill_stop(&s);
}

/* ---- weather radio ---- */

#define SCRIPT \
    "<speak><voice name='x'><p><s>Sunny &amp; dry.</s><break time='1s'/></p></voice></speak>"
#define HEARD "<speak>NOAA Weather Radio for Boulder, Colorado: <p><s>Sunny &amp; dry.</s>"

static void serve_point_with_radio(struct skill_world *s, const char *nwr)
{
    static char body[1500];

    (void)snprintf(body, sizeof body, "%.*s,\"nwr\":%s}}", (int)strlen(skill_point) - 2,
                   skill_point, nwr);
    fake_set(&s->w.upstream, skill_at_boulder("/points/"), 200, body);
}

TEST(the_radio_script_keeps_its_markup)
{
    struct skill_world s;

    skill_start(&s);
    serve_point_with_radio(&s, "{\"pointBroadcast\":\"" SKILL_API "/here/radio\"}");
    fake_set(&s.w.upstream, "/here/radio", 200, SCRIPT);
    CHECK_STR(skill_ask(&s, "ForecasterIntent", "product=radio;" PLACE),
              HEARD "<break time=\"1s\"/></p></speak>");
    CHECK_STR(json_str(s.answer, "response.card.content").p,
              "NOAA Weather Radio for Boulder, Colorado: Sunny & dry.");
    skill_stop(&s);
}

TEST(without_a_url_or_a_script_of_the_point_another_is_read)
{
    struct skill_world s;
    char path[160];

    skill_start(&s);
    (void)snprintf(path, sizeof path, "%s/radio", skill_at_boulder("/points/"));
    fake_set(&s.w.upstream, path, 200, SCRIPT);
    skill_says(&s, "ForecasterIntent", "product=weather radio;" PLACE, HEARD);
    skill_stop(&s);
    skill_start(&s);
    serve_point_with_radio(&s, "{\"pointBroadcast\":\"" SKILL_API "/here/radio\","
                               "\"areaBroadcast\":\"" SKILL_API "/radio/KWN54/broadcast\"}");
    fake_set(&s.w.upstream, "/here/radio", 404, "{}");
    fake_set(&s.w.upstream, "/radio/KWN54/broadcast", 200, SCRIPT);
    skill_says(&s, "ForecasterIntent", "product=radio;" PLACE, HEARD);
    skill_stop(&s);
    skill_start(&s);
    skill_says(&s, "ForecasterIntent", "product=radio;" PLACE,
               OFFICE " has no weather radio script right now.");
    skill_stop(&s);
}

TEST(a_script_that_is_not_ssml_is_not_read)
{
    struct skill_world s;

    skill_start(&s);
    serve_point_with_radio(&s, "{\"pointBroadcast\":\"" SKILL_API "/here/radio\"}");
    fake_set(&s.w.upstream, "/here/radio", 200,
             "<!DOCTYPE speak [<!ENTITY a 'boo'>]><speak>&a; Sunny.</speak>");
    skill_says(&s, "ForecasterIntent", "product=radio;" PLACE, "<speak>Sorry");
    skill_never_says(&s, "Sunny");
    fake_set(&s.w.upstream, "/here/radio", 500, "");
    skill_says(&s, "ForecasterIntent", "product=radio;" PLACE, "<speak>Sorry");
    skill_stop(&s);
}

/* Eight hundred sentences in one element: page by page, each is heard once. */
TEST(a_long_script_is_told_in_pages_that_are_well_formed)
{
    struct skill_world s;
    struct buf script = BUF_INIT(1 << 16);
    char sentence[60];
    int told = 0, pages = 0;

    buf_putz(&script, "<speak><prosody rate='90%'><p>");
    for (int i = 0; i < 800; i++)
        buf_printf(&script, "Buoy number %d has calm waters. ", i);
    buf_putz(&script, "</p></prosody></speak>");
    skill_start(&s);
    serve_point_with_radio(&s, "{\"pointBroadcast\":\"" SKILL_API "/here/radio\"}");
    fake_set(&s.w.upstream, "/here/radio", 200, buf_z(&script));
    const char *heard = skill_ask(&s, "ForecasterIntent", "product=radio;" PLACE);
    for (s.session_new = false;; heard = skill_ask(&s, "AMAZON.YesIntent", "")) {
        pages++;
        CHECK(strlen(heard) <= 8000);
        CHECK(strstr(heard, "<prosody rate=\"90%\"><p>") && strstr(heard, "</p></prosody>"));
        while ((void)snprintf(sentence, sizeof sentence, "Buoy number %d has calm waters.", told),
               strstr(heard, sentence))
            told++;
        if (!strstr(heard, MORE))
            break;
    }
    CHECK_INT(told, 800);
    CHECK_INT(pages, 4);
    buf_free(&script);
    skill_stop(&s);
}

TESTS(the_key_messages_of_a_discussion_come_first,
      a_discussion_without_key_messages_begins_with_its_synopsis_or_first_section,
      an_outlook_is_that_of_the_places_zone_and_begins_with_day_one,
      what_an_office_does_not_write_is_told_and_a_failure_as_one, the_radio_script_keeps_its_markup,
      without_a_url_or_a_script_of_the_point_another_is_read, a_script_that_is_not_ssml_is_not_read,
      a_long_script_is_told_in_pages_that_are_well_formed)
