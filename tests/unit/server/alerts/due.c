/* SPDX-License-Identifier: Apache-2.0 */
/* tests/unit/server/alerts/due.c -- should a user be notified? Each rule from both sides. */
#include "server/alerts/due.h"

#include "server/base/time_text.h"
#include "tests/test.h"

static const struct due_event tornado = { "Tornado Warning", "TORNADO", SEVERITY_SEVERE, false, 0 };

static int64_t at(const char *text)
{
    int64_t t = 0;

    CHECK(time_parse_rfc3339(str_of(text), &t));
    return t;
}

static enum due_verdict judge(struct due_event e, int from, int to, bool was_quiet,
                              const char *when)
{
    struct subscription s = { .level = ALERT_ALL, .quiet_from = from, .quiet_to = to };

    return due_judge(&e, &s, zone_get(STR("America/Denver")), was_quiet, at(when));
}

TEST(a_level_lets_through_what_it_names)
{
    static const struct {
        const char *event;
        enum alert_severity severity;
        bool lets[ALERT_LEVELS]; /* warnings, watches, all, extreme */
    } cases[] = {
        { "Tornado Warning", SEVERITY_EXTREME, { true, true, true, true } },
        { "Tornado Warning", SEVERITY_SEVERE, { true, true, true, false } },
        { "Tornado Watch", SEVERITY_EXTREME, { false, true, true, false } },
        { "Wind Advisory", SEVERITY_MODERATE, { false, false, true, false } },
        { "Special Weather Statement", SEVERITY_EXTREME, { false, false, true, false } },
        { "Warning of Nothing", SEVERITY_EXTREME, { false, false, true, false } },
    };

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        const struct due_event e = { cases[i].event, NULL, cases[i].severity, false, 0 };
        for (int level = 0; level < ALERT_LEVELS; level++)
            CHECK_ROW(i, due_level(&e, (enum alert_level)level) == cases[i].lets[level]);
    }
}

TEST(quiet_hours_may_cross_midnight_and_may_be_none)
{
    CHECK(due_is_quiet(1320, 420, 1320) && due_is_quiet(1320, 420, 0) &&
          due_is_quiet(1320, 420, 419));
    CHECK(!due_is_quiet(1320, 420, 420) && !due_is_quiet(1320, 420, 1319));
    CHECK(due_is_quiet(60, 120, 60) && due_is_quiet(60, 120, 119));
    CHECK(!due_is_quiet(60, 120, 59) && !due_is_quiet(60, 120, 120));
    for (int minute = 0; minute < 24 * 60; minute++)
        CHECK(!due_is_quiet(0, 0, minute) && !due_is_quiet(600, 600, minute));
}

TEST(quiet_hours_are_local_and_follow_the_clocks)
{
    CHECK_INT(judge(tornado, 1320, 420, false, "2026-06-18T03:59:59Z"), DUE_NOW); /* 21:59 */
    CHECK_INT(judge(tornado, 1320, 420, false, "2026-06-18T04:00:00Z"), DUE_QUIET);
    CHECK_INT(judge(tornado, 1320, 420, false, "2026-06-18T12:59:59Z"), DUE_QUIET);
    CHECK_INT(judge(tornado, 1320, 420, false, "2026-06-18T13:00:00Z"), DUE_NOW);
    CHECK_INT(judge(tornado, 1320, 420, false, "2026-12-18T13:00:00Z"), DUE_QUIET); /* 06:00 */
    CHECK_INT(judge(tornado, 0, 0, false, "2026-06-18T08:00:00Z"), DUE_NOW);
}

TEST(extreme_and_immediate_breaks_the_quiet_hours_but_not_the_level)
{
    struct due_event e = tornado;
    struct subscription s = { .level = ALERT_WARNINGS, .quiet_from = 1320, .quiet_to = 420 };
    const char *night = "2026-06-18T08:00:00Z";

    e.severity = SEVERITY_EXTREME;
    CHECK_INT(judge(e, 1320, 420, false, night), DUE_QUIET);
    e.immediate = true;
    CHECK_INT(judge(e, 1320, 420, false, night), DUE_NOW);
    e.severity = SEVERITY_SEVERE;
    CHECK_INT(judge(e, 1320, 420, false, night), DUE_QUIET);
    e.severity = SEVERITY_EXTREME;
    e.event = "Tornado Watch";
    CHECK_INT(due_judge(&e, &s, zone_utc(), false, at(night)), DUE_NEVER);
}

TEST(nothing_is_due_after_its_end_or_without_a_type)
{
    struct due_event e = tornado;
    const char *noon = "2026-06-18T18:00:00Z";

    e.until = at(noon);
    CHECK_INT(judge(e, 0, 0, false, noon), DUE_NEVER);
    e.until++;
    CHECK_INT(judge(e, 0, 0, false, noon), DUE_NOW);
    e.type = NULL;
    CHECK_INT(judge(e, 0, 0, false, noon), DUE_KIND);
}

TEST(what_was_held_is_due_only_if_five_minutes_are_left)
{
    struct due_event e = tornado;
    const char *seven = "2026-06-18T13:00:00Z";

    e.until = at(seven) + 299;
    CHECK_INT(judge(e, 1320, 420, true, seven), DUE_QUIET);
    CHECK_INT(judge(e, 1320, 420, false, seven), DUE_NOW);
    e.until = at(seven) + 300;
    CHECK_INT(judge(e, 1320, 420, true, seven), DUE_NOW);
    e.until = 0;
    CHECK_INT(judge(e, 1320, 420, true, seven), DUE_NOW);
}

TESTS(a_level_lets_through_what_it_names, quiet_hours_may_cross_midnight_and_may_be_none,
      quiet_hours_are_local_and_follow_the_clocks,
      extreme_and_immediate_breaks_the_quiet_hours_but_not_the_level,
      nothing_is_due_after_its_end_or_without_a_type,
      what_was_held_is_due_only_if_five_minutes_are_left)
