/* SPDX-License-Identifier: Apache-2.0 */
/* tests/unit/intents/household/alerts.c -- alerts that come by themselves: switched on and off,
 * their level, quiet hours, what was missed, and Amazon's permission. */
#include "cache/alerts/alert_log.h"
#include "cache/alerts/lease.h"
#include "cache/alerts/subscriptions.h"
#include "tests/unit/intents/skill_world.h"

static void start(struct skill_world *s)
{
    skill_start(s);
    s->skill.alerts = true;
}

static int64_t soon(void)
{
    return clock_mono_ms() + 5000;
}

/* The stored subscription; false when there is none. */
static bool find(struct skill_world *s, struct subscription *ret)
{
    enum status st = subscription_get(s->w.store, STR("user-1"), soon(), ret, NULL);

    CHECK(st == ST_OK || st == ST_MISS);
    return st == ST_OK;
}

static void check_subscription(struct skill_world *s, bool wished, enum alert_level level)
{
    struct subscription got;

    CHECK(find(s, &got));
    CHECK(got.asked && got.wished == wished);
    CHECK_INT(got.level, level);
    subscription_done(&got);
}

static void check_quiet(struct skill_world *s, int from, int to)
{
    struct subscription got;

    CHECK(find(s, &got));
    CHECK_INT(got.quiet_from, from);
    CHECK_INT(got.quiet_to, to);
    subscription_done(&got);
}

/* Amazon's event, with that body. */
static void event(struct skill_world *s, const char *timestamp, const char *body)
{
    s->timestamp = timestamp;
    s->body = body ? json_loads(body, JSON_DECODE_ANY, NULL) : NULL;
    CHECK(!body || s->body);
    CHECK_INT(skill_try(s, "AlexaSkillEvent.ProactiveSubscriptionChanged", ""), ST_OK);
    CHECK(!json_at(s->answer, "response.outputSpeech"));
    json_decref(s->body);
    s->body = NULL;
    s->timestamp = NULL;
}

static bool rings(struct skill_world *s)
{
    struct subscription got;
    bool is_rung;

    if (!find(s, &got))
        return false;
    is_rung = subscription_is_active(&got);
    subscription_done(&got);
    return is_rung;
}

#define LISTED "{\"subscriptions\":[{\"eventName\":\"AMAZON.WeatherAlert.Activated\"}]}"

/* ---- SetAlertsIntent ---- */

TEST(without_the_owner_s_switch_nothing_is_stored)
{
    static const char *const asked[][2] = { { "SetAlertsIntent", "switch=on" },
                                            { "QuietHoursIntent", "switch=on" },
                                            { "MissedAlertsIntent", "" } };
    struct skill_world s;
    struct subscription got;

    skill_start(&s);
    for (size_t i = 0; i < sizeof asked / sizeof asked[0]; i++) {
        skill_says(&s, asked[i][0], asked[i][1], "owner of this skill hasn't switched on alerts");
        CHECK(!json_at(s.answer, "response.card"));
    }
    event(&s, SKILL_NOW, LISTED);
    CHECK(!find(&s, &got));
    skill_stop(&s);
}

TEST(a_wish_without_permission_gets_the_consent_card)
{
    struct skill_world s;
    struct buf card = BUF_INIT(1000);

    start(&s);
    skill_says(&s, "SetAlertsIntent", "switch=on", "I've sent a card to the Alexa app");
    json_put_sorted(&card, json_at(s.answer, "response.card"));
    CHECK_STR(buf_z(&card), "{\"permissions\":[\"alexa::devices:all:notifications:write\"],"
                            "\"type\":\"AskForPermissionsConsent\"}");
    check_subscription(&s, true, ALERT_WARNINGS);
    CHECK(!rings(&s));
    buf_free(&card);
    skill_stop(&s);
}

TEST(levels_are_set_with_and_without_a_switch)
{
    static const struct {
        const char *slots;
        bool on;
        enum alert_level level;
    } rows[] = {
        { "switch=on", true, ALERT_WARNINGS },
        { "level=watches", true, ALERT_WATCHES },
        { "switch=on;level=all", true, ALERT_ALL },
        { "switch=on", true, ALERT_ALL }, /* the level stays */
        { "level=extreme", true, ALERT_EXTREME },
        { "switch=off", false, ALERT_EXTREME },
        { "level=warnings", true, ALERT_WARNINGS },
    };
    struct skill_world s;
    char stamp[40];

    start(&s);
    event(&s, "2026-11-22T16:59:00Z", LISTED);
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        (void)snprintf(stamp, sizeof stamp, "2026-11-22T17:00:%02zuZ", i);
        s.timestamp = stamp;
        (void)skill_ask(&s, "SetAlertsIntent", rows[i].slots);
        check_subscription(&s, rows[i].on, rows[i].level);
        CHECK_ROW(i, rings(&s) == rows[i].on);
        CHECK(!json_at(s.answer, "response.card.permissions"));
    }
    skill_says(&s, "SetAlertsIntent", "level=hats", "watches and warnings");
    skill_says(&s, "SetAlertsIntent", "switch=perhaps", "on or off");
    skill_says(&s, "SetAlertsIntent", "", "Alerts are on: warnings");
    skill_stop(&s);
}

TEST(the_host_of_the_user_is_kept)
{
    static const struct {
        const char *endpoint, *want;
    } rows[] = {
        { NULL, "api.amazonalexa.com" },
        { "https://api.eu.amazonalexa.com", "api.eu.amazonalexa.com" },
        { "https://api.amazonalexa.com.evil.example", "api.eu.amazonalexa.com" },
        { "http://api.fe.amazonalexa.com", "api.eu.amazonalexa.com" },
        { "https://api.fe.amazonalexa.com", "api.fe.amazonalexa.com" },
        { NULL, "api.fe.amazonalexa.com" },
    };
    struct skill_world s;
    struct subscription moved;
    char stamp[40];

    start(&s);
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct subscription got;
        (void)snprintf(stamp, sizeof stamp, "2026-11-22T17:00:%02zuZ", i);
        s.timestamp = stamp;
        s.api_endpoint = rows[i].endpoint;
        (void)skill_ask(&s, "SetAlertsIntent", "switch=on");
        CHECK(find(&s, &got));
        CHECK_STR(got.host, rows[i].want);
        subscription_done(&got);
    }
    s.api_endpoint = "https://api.eu.amazonalexa.com";
    (void)skill_ask(&s, "LaunchRequest", "");
    CHECK(find(&s, &moved));
    CHECK_STR(moved.host, "api.eu.amazonalexa.com");
    subscription_done(&moved);
    skill_stop(&s);
}

/* ---- Amazon's event ---- */

TEST(the_newest_event_counts_whatever_comes_when)
{
    struct skill_world s;

    start(&s);
    event(&s, "2026-11-22T16:30:00.500Z", LISTED);
    CHECK(rings(&s)); /* never asked by voice: the permission is enough */
    event(&s, "2026-11-22T16:30:00.400Z", "{\"subscriptions\":[]}");
    CHECK(rings(&s)); /* older, though it came later */
    event(&s, "2026-11-22T16:30:01Z", NULL);
    CHECK(!rings(&s));
    event(&s, "2026-11-22T16:30:01Z", LISTED);
    CHECK(!rings(&s)); /* equally old */
    event(&s, "2026-11-22T16:31:00Z", LISTED);
    CHECK(rings(&s));
    s.timestamp = "2026-11-22T16:32:00Z";
    (void)skill_ask(&s, "SetAlertsIntent", "switch=off");
    CHECK(!rings(&s));
    event(&s, "2026-11-22T16:32:00Z", LISTED);
    CHECK(!rings(&s));
    event(&s, "2026-11-22T16:33:00Z", LISTED); /* switched on again in the app */
    CHECK(rings(&s));
    (void)skill_try(&s, "AlexaSkillEvent.SkillDisabled", "");
    CHECK(!rings(&s));
    skill_stop(&s);
}

TEST(hostile_bodies_grant_nothing)
{
    static const char *const bodies[] = {
        "1",
        "null",
        "\"AMAZON.WeatherAlert.Activated\"",
        "[]",
        "{}",
        "{\"subscriptions\":null}",
        "{\"subscriptions\":{\"eventName\":\"AMAZON.WeatherAlert.Activated\"}}",
        "{\"subscriptions\":[\"AMAZON.WeatherAlert.Activated\"]}",
        "{\"subscriptions\":[{\"eventName\":[\"AMAZON.WeatherAlert.Activated\"]}]}",
        "{\"subscriptions\":[{\"eventName\":\"AMAZON.WeatherAlert.Activated2\"}]}",
        "{\"subscriptions\":[{\"eventName\":\"AMAZON.MessageAlert.Activated\"}]}",
        "{\"subscriptions\":[[[[{\"eventName\":\"AMAZON.WeatherAlert.Activated\"}]]]]}",
    };
    struct skill_world s;

    start(&s);
    for (size_t i = 0; i < sizeof bodies / sizeof bodies[0]; i++) {
        event(&s, SKILL_NOW, bodies[i]);
        CHECK_ROW(i, !rings(&s));
    }
    event(&s, "2026-11-22T17:00:01Z",
          "{\"subscriptions\":[7,null,{\"eventName\":\"Other\"},{\"eventName\":"
          "\"AMAZON.WeatherAlert.Activated\"}]}");
    CHECK(rings(&s));
    skill_stop(&s);
}

/* ---- QuietHoursIntent ---- */

TEST(quiet_hours_are_set_as_said)
{
    static const struct {
        const char *slots;
        int from, to;
    } rows[] = {
        { "time=23:00;time_to=06:30", 23 * 60, 6 * 60 + 30 },
        { "time=21:00", 21 * 60, 6 * 60 + 30 },
        { "time_to=08:00", 21 * 60, 8 * 60 },
        { "switch=off", 0, 0 },
        { "time=20:00", 20 * 60, 7 * 60 }, /* the other as by default */
        { "switch=on", 22 * 60, 7 * 60 },
        { "time=ten;time_to=seven", 22 * 60, 7 * 60 },
        { "time=midnight;time_to=six", 0, 6 * 60 },
        { "time=NI", 22 * 60, 7 * 60 },
    };
    struct skill_world s;

    start(&s);
    skill_says(&s, "QuietHoursIntent", "switch=on", "You haven't turned alerts on yet.");
    (void)skill_ask(&s, "SetAlertsIntent", "switch=on");
    check_quiet(&s, 22 * 60, 7 * 60);
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        (void)skill_ask(&s, "QuietHoursIntent", rows[i].slots);
        check_quiet(&s, rows[i].from, rows[i].to);
    }
    skill_says(&s, "QuietHoursIntent", "time=09:00;time_to=09:00", "begin and end?");
    check_quiet(&s, 22 * 60, 7 * 60);
    skill_says(&s, "QuietHoursIntent", "", "not from 10 P.M. to 7 A.M. unless they are extreme");
    skill_says(&s, "QuietHoursIntent", "switch=off", "no quiet hours");
    skill_stop(&s);
}

/* ---- what was missed ---- */

struct logged {
    const char *id, *event;
    enum alert_outcome outcome;
    const char *reason, *place;
    int64_t at, until;
};

static enum status add_records(void *data, struct alert_log *log, struct err *err)
{
    const struct logged *row = data;
    struct alert_record *r = alert_log_add(log);

    if (!r)
        return err_no_memory(err);
    (void)snprintf(r->id, sizeof r->id, "%s", row->id);
    (void)snprintf(r->key, sizeof r->key, "%s", row->id);
    (void)snprintf(r->event, sizeof r->event, "%s", row->event);
    (void)snprintf(r->reason, sizeof r->reason, "%s", row->reason);
    (void)snprintf(r->places[0].name, sizeof r->places[0].name, "%s", row->place);
    r->place_count = 1;
    r->outcome = row->outcome;
    r->at_ms = row->at * 1000;
    r->until = row->until;
    return ST_OK;
}

static bool is_active(void *data, const struct alert_record *r)
{
    (void)data;
    (void)r;
    return true;
}

static void log_alert(struct skill_world *s, struct logged row)
{
    CHECK_INT(alert_log_change(s->w.store, STR("user-1"), add_records, is_active, &row,
                               s->now * 1000, soon(), NULL, NULL),
              ST_OK);
}

static void set_home(struct skill_world *s)
{
    (void)skill_ask(s, "SetLocationIntent", "location=boulder colorado");
}

TEST(a_launch_tells_once_what_was_held_back)
{
    struct skill_world s;

    start(&s);
    set_home(&s);
    log_alert(&s, (struct logged){ "a", "Flood Watch", ALERT_HELD, "kind", "", s.now - 7200,
                                   s.now + 7200 });
    log_alert(&s, (struct logged){ "b", "Heat Advisory", ALERT_HELD, "kind", "cabin", s.now - 3600,
                                   s.now - 60 });
    log_alert(&s, (struct logged){ "c", "Tornado Warning", ALERT_SENT, "", "", s.now - 1800,
                                   s.now + 7200 });
    skill_says(&s, "LaunchRequest", "", "Since this morning: ");
    skill_says(&s, "MissedAlertsIntent", "", "Tornado Warning until noon today");
    skill_never_says(&s, "Flood");
    skill_says(&s, "LaunchRequest", "", "Welcome");
    skill_never_says(&s, "Since");
    skill_stop(&s);
}

TEST(missed_alerts_are_told_with_what_became_of_them)
{
    struct skill_world s;
    const char *speech;

    start(&s);
    set_home(&s);
    log_alert(&s, (struct logged){ "a", "Flood Watch", ALERT_HELD, "kind", "", s.now - 7200,
                                   s.now + 7200 });
    log_alert(&s, (struct logged){ "b", "Heat Advisory", ALERT_HELD, "kind", "cabin", s.now - 3600,
                                   s.now - 60 });
    speech = skill_ask(&s, "MissedAlertsIntent", "");
    if (!strstr(speech, "Since this morning: ") ||
        !strstr(speech, "Flood Watch until noon today") ||
        !strstr(speech, "Heat Advisory for cabin, which has ended"))
        fail_msg("%s", speech);
    skill_stop(&s);
}

TEST(none_is_said_only_if_the_alerts_were_read)
{
    struct skill_world s;
    struct lease lease;

    start(&s);
    set_home(&s);
    skill_says(&s, "MissedAlertsIntent", "",
               "Alerts are off. To change that, say, turn on alerts.");
    (void)skill_ask(&s, "SetAlertsIntent", "switch=on");
    skill_says(&s, "MissedAlertsIntent", "", "what you missed once you allow notifications");
    CHECK(json_at(s.answer, "response.card.permissions"));
    event(&s, "2026-11-22T16:00:00Z", LISTED);
    skill_says(&s, "MissedAlertsIntent", "", "I can't tell whether there were any");
    lease_init(&lease, s.w.store);
    CHECK_INT(lease_keep(&lease, soon(), NULL), ST_OK);
    for (int64_t t = s.now - 2 * 3600; t <= s.now + 3600; t += 300)
        alert_reading_note(&lease.reading, t * 1000);
    CHECK_INT(lease_keep(&lease, soon(), NULL), ST_OK);
    s.now += 3600;
    skill_says(&s, "MissedAlertsIntent", "", "There have been no alerts since this morning.");
    lease_done(&lease);
    skill_stop(&s);
}

TEST(when_the_alerts_were_not_read_is_said)
{
    struct skill_world s;
    struct lease lease;

    start(&s);
    set_home(&s);
    event(&s, "2026-11-22T10:00:00Z", LISTED); /* 3 A.M. in Boulder */
    lease_init(&lease, s.w.store);
    CHECK_INT(lease_keep(&lease, soon(), NULL), ST_OK);
    for (int minute = 0; minute <= 420; minute += 5)
        if (minute <= 180 || minute >= 240)
            alert_reading_note(&lease.reading, (s.now - (int64_t)(420 - minute) * 60) * 1000);
    CHECK_INT(lease_keep(&lease, soon(), NULL), ST_OK);
    skill_says(&s, "MissedAlertsIntent", "",
               "I can't tell whether there were any: I couldn't check for alerts between 6 A.M. "
               "and 7 A.M. today. There have been none since then.");
    s.now += 2 * 3600;
    skill_says(&s, "MissedAlertsIntent", "",
               "I've been unable to check for alerts since this morning.");
    alert_reading_note(&lease.reading, (s.now - 3600) * 1000);
    alert_reading_note(&lease.reading, s.now * 1000);
    CHECK_INT(lease_keep(&lease, soon(), NULL), ST_OK);
    s.now += 24 * 3600;
    alert_reading_note(&lease.reading, s.now * 1000);
    CHECK_INT(lease_keep(&lease, soon(), NULL), ST_OK);
    skill_says(&s, "MissedAlertsIntent", "",
               "I couldn't check for alerts between noon yesterday and noon today. There have");
    lease_done(&lease);
    skill_stop(&s);
}

/* ---- places ---- */

TEST(a_change_of_place_is_noted)
{
    static const char *const changes[][2] = {
        { "SetLocationIntent", "location=boulder colorado" },
        { "SavePlaceIntent", "favorite=cabin;location=boulder colorado" },
        { "ForgetPlaceIntent", "favorite=cabin" },
    };
    struct skill_world s;
    struct subscription got;
    char before[SUBSCRIPTION_TOKEN_SIZE];

    start(&s);
    (void)skill_ask(&s, "SetAlertsIntent", "switch=on");
    CHECK(find(&s, &got));
    memcpy(before, got.places_token, sizeof before);
    subscription_done(&got);
    for (size_t i = 0; i < sizeof changes / sizeof changes[0]; i++) {
        CHECK_INT(subscription_resolved(s.w.store, STR("user-1"), before, NULL, 0, soon(), NULL),
                  ST_OK);
        (void)skill_ask(&s, changes[i][0], changes[i][1]);
        CHECK(find(&s, &got));
        CHECK_ROW(i, got.places_stale && strcmp(got.places_token, before) != 0);
        memcpy(before, got.places_token, sizeof before);
        subscription_done(&got);
    }
    skill_stop(&s);
}

/* A user whose location came from the address of the device, as the poller has resolved it. */
static void live_at_the_address(struct skill_world *s)
{
    static const struct subscription_place home = { "",     "COC013", "COZ039", "America/Denver",
                                                    40.015, -105.2705 };
    struct user_key key = USER_ACCOUNT(STR("user-1"));
    json_t *place = json_string("Boulder Colorado");
    struct subscription got;

    event(s, "2026-11-22T16:00:00Z", LISTED);
    CHECK_INT(user_set(s->w.store, key, "address_location", place, soon(), NULL), ST_OK);
    CHECK_INT(user_set(s->w.store, key, "location", place, soon(), NULL), ST_OK);
    json_decref(place);
    CHECK(find(s, &got));
    CHECK_INT(
        subscription_resolved(s->w.store, STR("user-1"), got.places_token, &home, 1, soon(), NULL),
        ST_OK);
    subscription_done(&got);
}

/* Neither the user's item nor the index of subscriptions knows it any more. */
TEST(without_the_address_its_place_rings_no_more)
{
    struct skill_world s;
    struct subscription got;

    start(&s);
    live_at_the_address(&s);
    (void)skill_ask(&s, "AlexaSkillEvent.SkillPermissionChanged", "");
    CHECK(find(&s, &got));
    CHECK(got.places_stale && got.place_count == 0);
    subscription_done(&got);
    skill_says(&s, "GetSettingIntent", "setting=location", "haven't set");
    skill_stop(&s);
}

TESTS(without_the_owner_s_switch_nothing_is_stored, a_wish_without_permission_gets_the_consent_card,
      levels_are_set_with_and_without_a_switch, the_host_of_the_user_is_kept,
      the_newest_event_counts_whatever_comes_when, hostile_bodies_grant_nothing,
      quiet_hours_are_set_as_said, a_launch_tells_once_what_was_held_back,
      missed_alerts_are_told_with_what_became_of_them, none_is_said_only_if_the_alerts_were_read,
      when_the_alerts_were_not_read_is_said, without_the_address_its_place_rings_no_more,
      a_change_of_place_is_noted)
