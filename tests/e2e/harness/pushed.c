/* SPDX-License-Identifier: Apache-2.0 */
/* tests/e2e/harness/pushed.c -- alerts at the simulated weather service, and notifications at the
 * simulated Amazon. */
#include "tests/e2e/harness/pushed.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "server/base/clock.h"
#include "server/base/time_text.h"
#include "tests/e2e/harness/sim.h"
#include "tests/test.h"

static int64_t began_s; /* weather.now */

int64_t pushed_soon(void)
{
    return clock_mono_ms() + PUSHED_PATIENCE_MS;
}

void pushed_write_secret(const char *path, const char *text, mode_t mode)
{
    int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, mode);

    CHECK(fd >= 0);
    CHECK(write(fd, text, strlen(text)) == (ssize_t)strlen(text));
    (void)close(fd);
    CHECK_INT(chmod(path, mode), 0);
}

void pushed_start_sim(struct world *w, const char *now)
{
    static char secret[500], path[400];
    static const char *const sets[] = { "alerts.enabled=yes", "alerts.client_id=the-client",
                                        "alerts.poll_seconds=1" };
    size_t n = 0;

    w->now = now;
    CHECK(time_parse_rfc3339(str_of(now), &began_s));
    world_start_sim(w);
    snprintf(path, sizeof path, "%s/secret", w->dir);
    pushed_write_secret(path, "the-secret\n", 0600);
    snprintf(secret, sizeof secret, "alerts.client_secret_file=%s", path);
    for (; n < sizeof sets / sizeof sets[0]; n++)
        w->sets[n] = sets[n];
    w->sets[n] = secret;
    sim_amazon_set(w, PUSHED_AMAZON);
}

/* ---- the weather service ---- */

json_t *pushed_alert(const char *id, const char *event, const char *vtec, const char *severity,
                     int ends, const char *references)
{
    char sent[TIME_TEXT_BYTES], end[TIME_TEXT_BYTES];
    json_t *list = json_array(), *f;

    time_format_rfc3339(began_s - 60, sent);
    time_format_rfc3339(began_s + ends, end);
    if (references)
        json_array_append_new(list, json_pack("{s:s,s:s}", "identifier", references, "sent", sent));
    f = json_pack(
        "{s:s,s:n,s:{s:s,s:s,s:s,s:s,s:s,s:s,s:s,s:s,s:s,s:s,s:{s:[s]},s:[],s:o,s:{s:[s]}}}",
        "type", "Feature", "geometry", "properties", "id", id, "event", event, "areaDesc",
        "Boulder", "status", "Actual", "messageType", references ? "Update" : "Alert", "severity",
        severity, "urgency", strcmp(severity, "Extreme") == 0 ? "Immediate" : "Expected", "sent",
        sent, "expires", end, "ends", end, "geocode", "UGC", PUSHED_COUNTY, "affectedZones",
        "references", list, "parameters", "VTEC", vtec);
    CHECK(f);
    return f;
}

void pushed_put_alerts(struct world *w, json_t *first, json_t *second)
{
    json_t *features = json_array(), *body;
    char *target, *text;

    if (first)
        json_array_append_new(features, first);
    if (second)
        json_array_append_new(features, second);
    body = json_pack("{s:s,s:o}", "type", "FeatureCollection", "features", features);
    text = json_dumps(body, 0);
    sim_await_request(w, "/alerts/active?status=actual&zone=");
    target = sim_find_request(w, "/alerts/active?status=actual&zone=");
    CHECK(target);
    sim_put_doc(w, target, text, 200);
    free(target);
    free(text);
    json_decref(body);
}

void pushed_await_polls(struct world *w, int n)
{
    int before = sim_count_requests(w, "/alerts/active?status=actual");
    int64_t deadline = pushed_soon();

    while (sim_count_requests(w, "/alerts/active?status=actual") < before + n) {
        CHECK(clock_left_ms(deadline) > 0);
        clock_sleep_ms(50);
    }
}

/* ---- Amazon ---- */

int pushed_calls(struct world *w, const char *user, const char *type, int status)
{
    json_t *calls = sim_amazon_calls(w), *call;
    int n = 0;
    size_t i;

    json_array_foreach (calls, i, call) {
        const char *body = json_string_value(json_object_get(call, "body"));
        if (strcmp(json_string_value(json_object_get(call, "service")), "events") == 0 &&
            (status == 0 || json_integer_value(json_object_get(call, "status")) == status) &&
            strstr(body, user) && strstr(body, type))
            n++;
    }
    json_decref(calls);
    return n;
}

int pushed_notifications(struct world *w, const char *user, const char *type)
{
    return pushed_calls(w, user, type, 202);
}

void pushed_await_notifications(struct world *w, const char *user, const char *type, int n)
{
    int64_t deadline = pushed_soon();

    while (pushed_notifications(w, user, type) < n) {
        if (clock_left_ms(deadline) == 0) {
            char *log = world_log(w);
            fail_msg("%d notifications of %s for %s; the log: %s",
                     pushed_notifications(w, user, type), type, user, log);
        }
        clock_sleep_ms(50);
    }
    CHECK_INT(pushed_notifications(w, user, type), n);
}
