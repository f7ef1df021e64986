/* SPDX-License-Identifier: Apache-2.0 */
/* tests/e2e/alerts_month.c -- a simulated month of storms for many users, with two pollers that are
 * killed again and again: each event that is due rings exactly once, at the moment when it is due.
 *
 * The two pollers are processes with a clock of the test's, which stands still until everything
 * that is due has been rung, and then moves on to the next moment at which something changes. Kills
 * leave a dead holder of the lease; when both have been killed, the test frees it.
 *
 * `make alerts-month` sets ALERT_USERS=500, ALERT_STORMS=60 and ALERT_KILLS=50. */
#define _GNU_SOURCE
#include <signal.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "cache/alerts/subscriptions.h"
#include "server/alerts/poller.h"
#include "server/base/civil.h"
#include "server/base/clock.h"
#include "server/base/time_text.h"
#include "tests/e2e/harness.h"
#include "tests/test.h"

#define MONTH_BEGIN INT64_C(1780272000) /* 2026-06-01T00:00:00Z */

enum {
    DAY = 24 * 3600,
    DAYS = 30,
    COUNTIES = 60,
    PLACES = 3,
    USERS_MAX = 500,
    STORMS_MAX = 60,
    MOMENTS_MAX = 8 * STORMS_MAX + 8 * DAYS,
    POLL_MS = 100,
    PATIENCE_MS = 120 * 1000,
};

static const char *const zones[] = { "America/New_York", "America/Chicago", "America/Denver",
                                     "America/Los_Angeles" };
static const struct {
    const char *event, *type, *code, *severity, *urgency;
} kinds[] = {
    { "Tornado Warning", "TORNADO", "TO.W", "Extreme", "Immediate" },
    { "Tornado Warning", "TORNADO", "TO.W", "Severe", "Immediate" },
    { "Severe Thunderstorm Warning", "THUNDER_STORM", "SV.W", "Severe", "Immediate" },
    { "Winter Storm Watch", "SNOW_STORM", "WS.A", "Severe", "Future" },
    { "Blizzard Warning", "SNOW_STORM", "BZ.W", "Extreme", "Expected" },
    { "Hurricane Warning", "HURRICANE", "HU.W", "Extreme", "Expected" },
    { "Flash Flood Warning", NULL, "FF.W", "Severe", "Immediate" },
    { "Wind Advisory", NULL, "WI.Y", "Moderate", "Expected" },
};
enum { KINDS = sizeof kinds / sizeof kinds[0] };

static struct user {
    char id[40];
    enum alert_level level;
    int quiet_from, quiet_to, zone, counties[PLACES];
} users[USERS_MAX];
static struct storm {
    int kind, first, last; /* counties */
    int64_t begins, changes, ends;
} storms[STORMS_MAX];
static int user_count, storm_count, kills, ring_count;
static int64_t due[USERS_MAX][STORMS_MAX]; /* when it has to ring; 0: never */
static int rung[USERS_MAX][STORMS_MAX];
static volatile int64_t *now_s; /* shared with the pollers */
static struct world w;
static pid_t pollers[2];
static struct store *store;
static int moments_done;

static unsigned draw(unsigned n) /* repeatable */
{
    static uint64_t state = 20260617;

    state = state * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return (unsigned)(state >> 33) % n;
}

static int setting(const char *name, int otherwise)
{
    const char *text = getenv(name);

    return text ? atoi(text) : otherwise;
}

static int64_t soon(void)
{
    return clock_mono_ms() + PATIENCE_MS;
}

/* ---- the pollers ---- */

static int64_t simulated_now(const void *data)
{
    (void)data;
    return *now_s * 1000;
}

static void ignore(void *data, enum poller_event event, const char *user, const char *text,
                   const struct err *err)
{
    (void)data;
    (void)user;
    (void)text;
    if (event == POLLER_FAILED && getenv("ALERTS_VERBOSE"))
        fprintf(stderr, "%d: %s\n", (int)getpid(), err ? err->text : "");
}

static void run_poller(void)
{
    char path[400], root[400], connect_to[40], base[60];
    struct http_settings http_settings = { .user_agent = "test", .ca_bundle = root };
    struct amazon_settings amazon_settings = { .connect_to = connect_to };
    struct poller_settings settings = { .base_url = base,
                                        .client_id = "id",
                                        .client_secret = "secret",
                                        .poll_ms = POLL_MS,
                                        .now_ms = simulated_now,
                                        .report = ignore };
    struct poller *poller;

    (void)prctl(PR_SET_PDEATHSIG, SIGKILL);
    (void)snprintf(path, sizeof path, "%s/store.db", w.dir);
    (void)snprintf(root, sizeof root, "%s/root.pem", w.certs);
    (void)snprintf(connect_to, sizeof connect_to, "127.0.0.1:%d", w.amazon_port);
    (void)snprintf(base, sizeof base, "http://127.0.0.1:%d", w.sim_port);
    settings.http = http_create(&http_settings, NULL);
    settings.amazon = amazon_create(&amazon_settings, settings.http);
    if (store_sqlite_open(path, STORE_LAYOUT_ITEM, false, &settings.store, NULL) == ST_OK &&
        poller_create(&settings, &poller, NULL) == ST_OK)
        for (;;)
            (void)pause();
    _exit(1);
}

static void start_poller(int which)
{
    pollers[which] = fork();
    if (pollers[which] == 0)
        run_poller();
}

static void kill_poller(int which)
{
    (void)kill(pollers[which], SIGKILL);
    (void)waitpid(pollers[which], NULL, 0);
}

/* Either of the two, or sometimes both; then nobody is left who would take the lease. */
static void kill_some(bool both)
{
    int which = (int)draw(2);

    kill_poller(which);
    if (both) {
        kill_poller(1 - which);
        CHECK_INT(store_delete(store, STR("ALERT_LEASE"), soon(), NULL), ST_OK);
        start_poller(1 - which);
    }
    start_poller(which);
    kills++;
}

/* ---- the world ---- */

static void make_user(struct user *u, int i)
{
    struct subscription_place places[PLACES] = { { .name = "" } };
    struct subscription s;

    (void)snprintf(u->id, sizeof u->id, "amzn1.ask.account.%04d.", i);
    u->level = (enum alert_level)draw(ALERT_LEVELS);
    u->zone = (int)draw(sizeof zones / sizeof zones[0]);
    u->quiet_from = draw(4) ? QUIET_FROM_DEFAULT : 13 * 60;
    u->quiet_to = draw(4) ? QUIET_TO_DEFAULT : u->quiet_from;
    for (int k = 0; k < PLACES; k++) {
        u->counties[k] = (int)draw(COUNTIES);
        (void)snprintf(places[k].name, sizeof places[k].name, "%s", k ? "cabin" : "");
        (void)snprintf(places[k].county, sizeof places[k].county, "COC%03d", u->counties[k]);
        (void)snprintf(places[k].time_zone, sizeof places[k].time_zone, "%s", zones[u->zone]);
        places[k].lat = 30 + u->counties[k] * 0.1;
        places[k].lon = -100 - k;
    }
    CHECK_INT(subscription_wish(store, str_of(u->id), true, &u->level, STR_NONE, 1, soon(), NULL),
              ST_OK);
    CHECK_INT(subscription_permit(store, str_of(u->id), true, STR_NONE, 2, soon(), NULL), ST_OK);
    CHECK_INT(subscription_quiet(store, str_of(u->id), u->quiet_from, u->quiet_to, soon(), NULL),
              ST_OK);
    CHECK_INT(subscription_get(store, str_of(u->id), soon(), &s, NULL), ST_OK);
    CHECK_INT(
        subscription_resolved(store, str_of(u->id), s.places_token, places, PLACES, soon(), NULL),
        ST_OK);
    subscription_done(&s);
}

static void make_storm(struct storm *s)
{
    *s = (struct storm){ .kind = (int)draw(KINDS), .first = (int)draw(COUNTIES) };
    s->last = s->first + (int)draw(12);
    s->begins = MONTH_BEGIN + (int64_t)draw(DAYS * 24 * 60) * 60;
    s->ends = s->begins + 20 * 60 + (int64_t)draw(14 * 60) * 60;
    s->changes = (s->begins + s->ends) / 120 * 60;
}

/* ---- what has to happen ---- */

static bool is_quiet(const struct user *u, int64_t t)
{
    struct civil local = civil_of(zone_get(str_of(zones[u->zone])), t);
    int minute = local.hour * 60 + local.minute;

    if (u->quiet_from < u->quiet_to)
        return minute >= u->quiet_from && minute < u->quiet_to;
    return u->quiet_from != u->quiet_to && (minute >= u->quiet_from || minute < u->quiet_to);
}

static bool wants(const struct user *u, const struct storm *s)
{
    const char *event = kinds[s->kind].event;
    bool warning = strstr(event, "Warning"), extreme = *kinds[s->kind].severity == 'E',
         near = false;

    for (int k = 0; k < PLACES; k++)
        near |= u->counties[k] >= s->first && u->counties[k] <= s->last;
    if (!near || !kinds[s->kind].type)
        return false;
    return u->level == ALERT_ALL || (u->level == ALERT_WARNINGS && warning) ||
           (u->level == ALERT_WATCHES && (warning || strstr(event, "Watch"))) ||
           (u->level == ALERT_EXTREME && warning && extreme);
}

static int64_t due_at(const struct user *u, const struct storm *s, const int64_t *moments,
                      int count)
{
    bool exempt = strcmp(kinds[s->kind].severity, "Extreme") == 0 &&
                  strcmp(kinds[s->kind].urgency, "Immediate") == 0;
    bool held = false;

    for (int i = 0; i < count && wants(u, s); i++) {
        if (moments[i] < s->begins || moments[i] >= s->ends)
            continue;
        if (!is_quiet(u, moments[i]) || exempt)
            return held && s->ends - moments[i] < 300 ? 0 : moments[i];
        held = true;
    }
    return 0;
}

static int ascending(const void *a, const void *b)
{
    const int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;

    return x < y ? -1 : x > y;
}

/* When an alert begins, changes or ends, and when quiet hours end while one is running. */
static int find_moments(int64_t *moments)
{
    int n = 0, distinct = 0;

    for (int i = 0; i < storm_count; i++) {
        moments[n++] = storms[i].begins;
        moments[n++] = storms[i].changes;
        moments[n++] = storms[i].ends;
        for (int64_t t = storms[i].begins / 3600 * 3600; t < storms[i].ends; t += 3600)
            for (size_t z = 0; z < sizeof zones / sizeof zones[0] && n < MOMENTS_MAX - 4; z++)
                if (civil_of(zone_get(str_of(zones[z])), t).hour == 7 && t > storms[i].begins)
                    moments[n++] = t;
    }
    qsort(moments, (size_t)n, sizeof *moments, ascending);
    for (int i = 0; i < n; i++)
        if (distinct == 0 || moments[distinct - 1] != moments[i])
            moments[distinct++] = moments[i];
    return distinct;
}

/* ---- the alerts ---- */

static json_t *feature(int i, int64_t now)
{
    const struct storm *s = &storms[i];
    char sent[TIME_TEXT_BYTES], ends[TIME_TEXT_BYTES], vtec[80];
    json_t *counties = json_array();

    time_format_rfc3339(now >= s->changes ? s->changes : s->begins, sent);
    time_format_rfc3339(s->ends, ends);
    (void)snprintf(vtec, sizeof vtec, "/O.%s.KBOU.%s.%04d.260601T0000Z-260630T0000Z/",
                   now >= s->changes ? "CON" : "NEW", kinds[s->kind].code, i + 1);
    for (int k = s->first; k <= s->last; k++)
        json_array_append_new(counties, json_sprintf("COC%03d", k));
    return json_pack("{s:{s:o,s:s,s:s,s:s,s:s,s:s,s:s,s:s,s:{s:o},s:{s:[s]}}}", "properties", "id",
                     json_sprintf("urn:%d.%d", i, now >= s->changes), "event", kinds[s->kind].event,
                     "status", "Actual", "messageType", now >= s->changes ? "Update" : "Alert",
                     "severity", kinds[s->kind].severity, "urgency", kinds[s->kind].urgency, "sent",
                     sent, "ends", ends, "geocode", "UGC", counties, "parameters", "VTEC", vtec);
}

static void put_alerts(int64_t now)
{
    json_t *features = json_array(), *body;
    char *target, *text;

    for (int i = 0; i < storm_count; i++)
        if (storms[i].begins <= now && now < storms[i].ends)
            json_array_append_new(features, feature(i, now));
    body = json_pack("{s:o}", "features", features);
    text = json_dumps(body, 0);
    sim_await_request(&w, "/alerts/active?status=actual&zone=");
    target = sim_find_request(&w, "/alerts/active?status=actual&zone=");
    sim_put_doc(&w, target, text, 200);
    free(target);
    free(text);
    json_decref(body);
}

/* ---- the rings ---- */

static int find_storm(const char *type, const char *user, int64_t stamp, int *ret_user)
{
    *ret_user = atoi(user + strlen("amzn1.ask.account."));
    for (int i = 0; i < storm_count; i++)
        if (kinds[storms[i].kind].type && strcmp(kinds[storms[i].kind].type, type) == 0 &&
            !rung[*ret_user][i] && due[*ret_user][i] == stamp)
            return i;
    return -1;
}

static void note_ring(const json_t *call)
{
    json_t *body = json_loads(json_string_value(json_object_get(call, "body")), 0, NULL);
    const char *type = NULL, *user = NULL, *stamp = NULL;
    int64_t t = 0;
    int i, who;

    CHECK(json_unpack(body, "{s:s,s:{s:{s:{s:s}}},s:{s:{s:s}}}", "timestamp", &stamp, "event",
                      "payload", "weatherAlert", "alertType", &type, "relevantAudience", "payload",
                      "user", &user) == 0);
    CHECK(time_parse_rfc3339(str_of(stamp), &t));
    i = find_storm(type, user, t, &who);
    if (i < 0)
        fail_msg("%s for %s at %s was not due, or has been rung before", type, user, stamp);
    rung[who][i]++;
    ring_count++;
    json_decref(body);
}

static void read_rings(void)
{
    static size_t seen;
    char path[60];
    struct client_response r;
    json_t *call;
    size_t i;

    (void)snprintf(path, sizeof path, "amazon?from=%zu", seen);
    r = client_sim_send(&w, "GET", path, NULL);
    json_array_foreach (json_object_get(r.json, "calls"), i, call) {
        seen++;
        if (strcmp(json_string_value(json_object_get(call, "service")), "events") == 0 &&
            json_integer_value(json_object_get(call, "status")) == 202)
            note_ring(call);
    }
    client_response_done(&r);
}

static int due_by(int64_t now)
{
    int n = 0;

    for (int u = 0; u < user_count; u++)
        for (int s = 0; s < storm_count; s++)
            n += due[u][s] != 0 && due[u][s] <= now;
    return n;
}

static void await_rings(int64_t now)
{
    int64_t deadline = soon();
    int want = due_by(now), polls;

    sim_clear_log(&w);
    for (;;) {
        read_rings();
        polls = sim_count_requests(&w, "/alerts/active?status=actual");
        if (ring_count == want && polls >= 3)
            return;
        if (clock_left_ms(deadline) == 0)
            fail_msg("%d of %d rings, %d polls", ring_count, want, polls);
        clock_sleep_ms(50);
    }
}

static void run_month(const int64_t *moments, int count, int kills_wanted)
{
    for (int i = 0; i < count; i++, moments_done++) {
        *now_s = moments[i];
        put_alerts(moments[i]);
        if (kills < kills_wanted &&
            draw((unsigned)(count - i)) < (unsigned)(kills_wanted - kills)) {
            clock_sleep_ms(draw(300));
            kill_some(kills_wanted < 20 || kills % 5 != 0);
        }
        await_rings(moments[i]);
    }
}

TEST(each_event_rings_once_and_in_time_whoever_is_killed)
{
    static int64_t moments[MOMENTS_MAX];
    char path[400];
    int count;

    user_count = setting("ALERT_USERS", 40);
    storm_count = setting("ALERT_STORMS", 5);
    CHECK(user_count <= USERS_MAX && storm_count <= STORMS_MAX);
    now_s = mmap(NULL, sizeof *now_s, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    CHECK(now_s != MAP_FAILED);
    *now_s = MONTH_BEGIN - 60;
    world_start_sim(&w);
    (void)snprintf(path, sizeof path, "%s/store.db", w.dir);
    CHECK_INT(store_sqlite_open(path, STORE_LAYOUT_ITEM, true, &store, NULL), ST_OK);
    for (int i = 0; i < user_count; i++)
        make_user(&users[i], i);
    for (int i = 0; i < storm_count; i++)
        make_storm(&storms[i]);
    count = find_moments(moments);
    for (int u = 0; u < user_count; u++)
        for (int s = 0; s < storm_count; s++)
            due[u][s] = due_at(&users[u], &storms[s], moments, count);
    start_poller(0);
    start_poller(1);
    run_month(moments, count, setting("ALERT_KILLS", 3));
    print_message("    %d users, %d storms, %d moments, %d kills: %d rings, each once\n",
                  user_count, storm_count, count, kills, ring_count);
    CHECK(ring_count > 0);
    kill_poller(0);
    kill_poller(1);
    store_free(store);
    world_stop(&w);
}

TESTS(each_event_rings_once_and_in_time_whoever_is_killed)
