/* SPDX-License-Identifier: Apache-2.0 */
/* tests/unit/server/alerts/identity.c -- which alerts are about the same event. */
#include "server/alerts/identity.h"

#include "tests/test.h"

enum { JUNE_2026 = 1781697600 };

#define LINE(action, event) "/O." action "." event ".260617T1800Z-260617T1900Z/"

TEST(the_first_vtec_line_that_does_not_end_it_names_the_event)
{
    static const struct {
        const char *lines[3];
        enum identity_kind kind;
        const char *key;
    } cases[] = {
        { { LINE("NEW", "KBOU.TO.W.0012") }, IDENTITY_VTEC, "KBOU.TO.W.0012.2026" },
        { { LINE("CON", "KBOU.TO.W.0012") }, IDENTITY_VTEC, "KBOU.TO.W.0012.2026" },
        { { LINE("CAN", "KBOU.TO.W.0012") }, IDENTITY_IS_OVER, NULL },
        { { LINE("EXP", "KBOU.TO.W.0012") }, IDENTITY_IS_OVER, NULL },
        { { LINE("UPG", "KBOU.WS.A.0001"), LINE("NEW", "KBOU.WS.W.0003") },
          IDENTITY_VTEC,
          "KBOU.WS.W.0003.2026" },
        { { LINE("CAN", "KBOU.WS.A.0001"), LINE("UPG", "KBOU.WS.W.0003") },
          IDENTITY_IS_OVER,
          NULL },
        { { "nonsense", LINE("EXT", "PHFO.FF.W.0100") }, IDENTITY_VTEC, "PHFO.FF.W.0100.2026" },
        { { "/O.NEW.KBOU.TO.W/" }, IDENTITY_NONE, NULL },
        { { "/O.NEW.KBOU.TOR.W.0012.260617T1800Z-260617T1900Z/" }, IDENTITY_NONE, NULL },
        { { "/O.NEW.kbou.TO.W.0012.260617T1800Z-260617T1900Z/" }, IDENTITY_NONE, NULL },
        { { "/O.NEW.KBOU.TO.W.001x.260617T1800Z-260617T1900Z/" }, IDENTITY_NONE, NULL },
        { { "" }, IDENTITY_NONE, NULL },
    };

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        char key[IDENTITY_SIZE] = "";
        size_t n = 0;
        while (n < 3 && cases[i].lines[n])
            n++;
        CHECK_ROW(i, identity_of_vtec(cases[i].lines, n, JUNE_2026, key) == cases[i].kind);
        if (cases[i].key)
            CHECK_STR(key, cases[i].key);
    }
}

TEST(a_watch_that_becomes_a_warning_is_another_event)
{
    const char *const watch[] = { LINE("NEW", "KBOU.WS.A.0001") };
    const char *const warning[] = { LINE("NEW", "KBOU.WS.W.0001") };
    char a[IDENTITY_SIZE], b[IDENTITY_SIZE];

    (void)identity_of_vtec(watch, 1, JUNE_2026, a);
    (void)identity_of_vtec(warning, 1, JUNE_2026, b);
    CHECK(strcmp(a, b) != 0);
    CHECK(identity_of_root("urn:1", "Flood Watch", a) &&
          identity_of_root("urn:1", "Flood Warning", b));
    CHECK(strcmp(a, b) != 0);
    CHECK(identity_of_root("urn:1", "Flood Warning", a) && strcmp(a, b) == 0);
    CHECK(identity_of_root("urn:2", "Flood Warning", a) && strcmp(a, b) != 0);
}

TEST(the_year_is_that_of_the_first_message)
{
    const char *const lines[] = { LINE("CON", "KBOU.WS.W.0001") };
    char key[IDENTITY_SIZE];

    (void)identity_of_vtec(lines, 1, 1798761599, key); /* 2026-12-31 */
    CHECK_STR(key, "KBOU.WS.W.0001.2026");
}

TEST(amazon_has_a_type_for_some_events)
{
    static const struct {
        const char *event, *type;
    } cases[] = {
        { "Tornado Warning", "TORNADO" },
        { "Tornado Watch", "TORNADO" },
        { "Hurricane Local Statement", "HURRICANE" },
        { "Tropical Storm Warning", "HURRICANE" },
        { "Typhoon Watch", "HURRICANE" },
        { "Storm Surge Warning", "HURRICANE" },
        { "Blizzard Warning", "SNOW_STORM" },
        { "Winter Storm Warning", "SNOW_STORM" },
        { "Snow Squall Warning", "SNOW_STORM" },
        { "Lake Effect Snow Advisory", "SNOW_STORM" },
        { "Heavy Snow Warning", "SNOW_STORM" },
        { "Severe Thunderstorm Watch", "THUNDER_STORM" },
        { "Ice Storm Warning", NULL },
        { "Winter Weather Advisory", NULL },
        { "Flash Flood Warning", NULL },
        { "Extreme Wind Warning", NULL },
        { "Special Weather Statement", NULL },
        { "", NULL },
    };

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        const char *type = identity_alert_type(cases[i].event);
        CHECK_ROW(i, (!type && !cases[i].type) ||
                         (type && cases[i].type && strcmp(type, cases[i].type) == 0));
    }
}

TESTS(the_first_vtec_line_that_does_not_end_it_names_the_event,
      a_watch_that_becomes_a_warning_is_another_event, the_year_is_that_of_the_first_message,
      amazon_has_a_type_for_some_events)
