/* SPDX-License-Identifier: Apache-2.0 */
/* tests/e2e/alerts_month.c -- a simulated month of alerts for many users, with two pollers that are
 * killed again and again: each event that is due is sent exactly once, and on time.
 *
 * The alerts are made-up storms, and recorded histories (harness/storms.h). The two pollers are
 * processes with a clock of the test's, which stands still until everything that is due has been
 * sent, and then moves on to the next moment at which something changes. Kills leave a dead holder
 * of the lease; when both have been killed, the test frees it.
 *
 * `make alerts-month` sets ALERT_USERS=500, ALERT_STORMS=60, ALERT_HISTORIES=100 (all of them) and
 * ALERT_KILLS=50. */
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
#include "tests/e2e/harness/storms.h"
#include "tests/test.h"

#define LIST "/alerts/active?status=actual"

enum {
    PLACES = 3,
    USERS_MAX = 500,
    DUE_MAX = 60000,
    MOMENTS_MAX = 4000,
    POLL_MS = 100,
    PATIENCE_MS = 120 * 1000,
};

static const char *const zones[] = { "America/New_York", "America/Chicago", "America/Denver",
                                     "America/Los_Angeles" };

static struct user {
    char id[40];
    enum alert_level level;
    int quiet_from, quiet_to, zone;
    struct subscription_place places[PLACES];
    int first_due; /* its own in `dues` follow each other */
} users[USERS_MAX + 1];
static struct due {
    int64_t at;
    const char *type;
    bool sent;
} dues[DUE_MAX];
static struct storms storms;
static int user_count, due_count, kills, sent_count;
static volatile int64_t *now_s; /* shared with the pollers */
static struct world w;
static pid_t pollers[2];
static struct store *store;

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
    int which = (int)storms_draw(2);

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

static void make_place(struct subscription_place *p, int which, int zone)
{
    int county = (int)storms_draw(STORMS_COUNTIES);

    (void)snprintf(p->name, sizeof p->name, "%s", which ? "cabin" : "");
    (void)snprintf(p->county, sizeof p->county, "COC%03d", county);
    (void)snprintf(p->zone, sizeof p->zone, "%s", storms_draw_zone(&storms));
    (void)snprintf(p->time_zone, sizeof p->time_zone, "%s", zones[zone]);
    if (!storms_draw_point(&storms, &p->lat, &p->lon)) {
        p->lat = 30 + county * 0.1;
        p->lon = -60 - which;
    }
}

static void make_user(struct user *u, int i)
{
    struct subscription s;

    (void)snprintf(u->id, sizeof u->id, "amzn1.ask.account.%04d.", i);
    u->level = (enum alert_level)storms_draw(ALERT_LEVELS);
    u->zone = (int)storms_draw(sizeof zones / sizeof zones[0]);
    u->quiet_from = storms_draw(4) ? QUIET_FROM_DEFAULT : 13 * 60;
    u->quiet_to = storms_draw(4) ? QUIET_TO_DEFAULT : u->quiet_from;
    for (int k = 0; k < PLACES; k++)
        make_place(&u->places[k], k, u->zone);
    CHECK_INT(subscription_wish(store, str_of(u->id), true, &u->level, STR_NONE, 1, soon(), NULL),
              ST_OK);
    CHECK_INT(subscription_permit(store, str_of(u->id), true, STR_NONE, 2, soon(), NULL), ST_OK);
    CHECK_INT(subscription_quiet(store, str_of(u->id), u->quiet_from, u->quiet_to, soon(), NULL),
              ST_OK);
    CHECK_INT(subscription_get(store, str_of(u->id), soon(), &s, NULL), ST_OK);
    CHECK_INT(subscription_resolved(store, str_of(u->id), s.places_token, u->places, PLACES, soon(),
                                    NULL),
              ST_OK);
    subscription_done(&s);
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

/* An event, as it concerns a user at one moment. */
struct seen {
    const struct message *worst;
    int64_t ends;
    bool here[PLACES];
};

static struct seen look(const struct user *u, int event, int64_t now)
{
    struct seen seen = { .worst = NULL };

    for (int i = 0; i < storms.count; i++) {
        const struct message *m = &storms.messages[i];
        bool concerned = false;
        if (m->event != event || m->over || !message_is_listed(m, now))
            continue;
        for (int k = 0; k < PLACES; k++) {
            bool here = message_concerns(m, &u->places[k]);
            seen.here[k] |= here;
            concerned |= here;
        }
        if (concerned && (!seen.worst || (m->extreme && !seen.worst->extreme)))
            seen.worst = m;
        if (concerned && m->ends > seen.ends)
            seen.ends = m->ends;
    }
    return seen;
}

static bool wants(const struct user *u, const struct message *m)
{
    bool warning = strstr(m->name, "Warning");

    return m->type && (u->level == ALERT_ALL || (u->level == ALERT_WARNINGS && warning) ||
                       (u->level == ALERT_WATCHES && (warning || strstr(m->name, "Watch"))) ||
                       (u->level == ALERT_EXTREME && warning && m->extreme));
}

static void add_due(int64_t at, const char *type)
{
    CHECK(due_count < DUE_MAX);
    dues[due_count++] = (struct due){ .at = at, .type = type };
}

/* Each place once, those of one moment together; after quiet hours, if five minutes are left. */
static void find_due(const struct user *u, int event, const int64_t *moments, int count)
{
    bool sent[PLACES] = { false }, held[PLACES] = { false };

    for (int i = 0; i < count; i++) {
        struct seen seen = look(u, event, moments[i]);
        bool due = false;
        if (!seen.worst || !wants(u, seen.worst))
            continue;
        for (int k = 0; k < PLACES; k++) {
            bool exempt = seen.worst->extreme && seen.worst->immediate;
            if (!seen.here[k] || sent[k])
                continue;
            if (!exempt && (is_quiet(u, moments[i]) || (held[k] && seen.ends - moments[i] < 300)))
                held[k] = true;
            else
                sent[k] = due = true;
        }
        if (due)
            add_due(moments[i], seen.worst->type);
    }
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

    for (int i = 0; i < storms.count; i++) {
        const struct message *m = &storms.messages[i];
        CHECK(n < MOMENTS_MAX - 100);
        moments[n++] = m->from;
        moments[n++] = m->to;
        for (int64_t t = m->from / 3600 * 3600 + 3600; t < m->to; t += 3600)
            for (size_t z = 0; z < sizeof zones / sizeof zones[0]; z++)
                if (civil_of(zone_get(str_of(zones[z])), t).hour == 7)
                    moments[n++] = t;
    }
    qsort(moments, (size_t)n, sizeof *moments, ascending);
    for (int i = 0; i < n; i++)
        if (distinct == 0 || moments[distinct - 1] != moments[i])
            moments[distinct++] = moments[i];
    return distinct;
}

/* ---- the alerts ---- */

static void put_alerts(int64_t now)
{
    char *text = storms_list(&storms, now), *target;

    sim_await_request(&w, LIST);
    target = sim_find_request(&w, LIST);
    sim_put_doc(&w, target, text, 200);
    free(target);
    free(text);
}

/* ---- the notifications ---- */

/* Of several that are due at once, whichever. */
static struct due *find_one(const char *type, const char *user, int64_t stamp)
{
    const struct user *u = &users[atoi(user + strlen("amzn1.ask.account."))];

    for (int i = u->first_due; i < u[1].first_due; i++)
        if (dues[i].at == stamp && !dues[i].sent && strcmp(dues[i].type, type) == 0)
            return &dues[i];
    return NULL;
}

static void note_notification(const json_t *call)
{
    json_t *body = json_loads(json_string_value(json_object_get(call, "body")), 0, NULL);
    const char *type = NULL, *user = NULL, *stamp = NULL;
    struct due *due;
    int64_t t = 0;

    CHECK(json_unpack(body, "{s:s,s:{s:{s:{s:s}}},s:{s:{s:s}}}", "timestamp", &stamp, "event",
                      "payload", "weatherAlert", "alertType", &type, "relevantAudience", "payload",
                      "user", &user) == 0);
    CHECK(time_parse_rfc3339(str_of(stamp), &t));
    due = find_one(type, user, t);
    if (!due)
        fail_msg("%s for %s at %s was not due, or has been sent before", type, user, stamp);
    due->sent = true;
    sent_count++;
    json_decref(body);
}

static void read_notifications(void)
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
            note_notification(call);
    }
    client_response_done(&r);
}

static int due_by(int64_t now)
{
    int n = 0;

    for (int i = 0; i < due_count; i++)
        n += dues[i].at <= now;
    return n;
}

static void await_notifications(int64_t now)
{
    int64_t deadline = soon();
    int want = due_by(now), polls;

    sim_clear_log(&w);
    for (;;) {
        read_notifications();
        polls = sim_count_requests(&w, LIST);
        if (sent_count == want && polls >= 3)
            return;
        if (clock_left_ms(deadline) == 0)
            fail_msg("%d of %d notifications, %d polls", sent_count, want, polls);
        clock_sleep_ms(50);
    }
}

static void run_month(const int64_t *moments, int count, int kills_wanted)
{
    for (int i = 0; i < count; i++) {
        *now_s = moments[i];
        put_alerts(moments[i]);
        if (kills < kills_wanted &&
            storms_draw((unsigned)(count - i)) < (unsigned)(kills_wanted - kills)) {
            clock_sleep_ms(storms_draw(300));
            kill_some(kills_wanted < 20 || kills % 5 != 0);
        }
        await_notifications(moments[i]);
    }
}

static void make_world(int64_t *moments, int *ret_count)
{
    char path[400];

    world_start_sim(&w);
    (void)snprintf(path, sizeof path, "%s/store.db", w.dir);
    CHECK_INT(store_sqlite_open(path, STORE_LAYOUT_ITEM, true, &store, NULL), ST_OK);
    storms_create(&storms, setting("ALERT_STORMS", 5), setting("ALERT_HISTORIES", 4));
    for (int i = 0; i < user_count; i++)
        make_user(&users[i], i);
    *ret_count = find_moments(moments);
    for (int u = 0; u < user_count; u++) {
        users[u].first_due = due_count;
        for (int event = 0; event < storms.events; event++)
            find_due(&users[u], event, moments, *ret_count);
    }
    users[user_count].first_due = due_count;
}

TEST(each_event_is_sent_once_and_in_time_whoever_is_killed)
{
    static int64_t moments[MOMENTS_MAX];
    int count;

    user_count = setting("ALERT_USERS", 40);
    CHECK(user_count <= USERS_MAX);
    now_s = mmap(NULL, sizeof *now_s, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    CHECK(now_s != MAP_FAILED);
    *now_s = STORMS_BEGIN - 60;
    make_world(moments, &count);
    start_poller(0);
    start_poller(1);
    run_month(moments, count, setting("ALERT_KILLS", 3));
    print_message("    %d users, %d storms, %d recorded events (%d messages as recorded), %d "
                  "moments, %d kills: %d notifications, each sent once\n",
                  user_count, storms.events - storms.recorded, storms.recorded, storms.as_recorded,
                  count, kills, sent_count);
    CHECK(sent_count > 0 && sent_count == due_count);
    kill_poller(0);
    kill_poller(1);
    storms_free(&storms);
    store_free(store);
    world_stop(&w);
}

TESTS(each_event_is_sent_once_and_in_time_whoever_is_killed)
