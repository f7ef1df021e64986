/* SPDX-License-Identifier: Apache-2.0 */
/* tests/e2e/harness/sim.c -- controls the weather simulator through its /_sim/ endpoints. */
#include "tests/e2e/harness/sim.h"

#include <curl/curl.h>
#include <stdlib.h>

#include "server/base/clock.h"
#include "tests/e2e/harness/client.h"
#include "tests/test.h"

enum { PATIENCE_MS = 30000 };

static struct client_response sim_send(struct world *w, const char *method, const char *path,
                                       const char *body)
{
    struct client_response r = client_sim_send(w, method, path, body);

    if (r.status < 200 || r.status > 299)
        fail_msg("simulator: %s %s returned %d %s", method, path, r.status, r.body);
    return r;
}

static void sim_command(struct world *w, const char *method, const char *path, const char *body)
{
    struct client_response a = sim_send(w, method, path, body);

    client_response_done(&a);
}

void sim_add_fault(struct world *w, const char *json)
{
    sim_command(w, "POST", "fault", json);
}

void sim_clear_faults(struct world *w)
{
    sim_command(w, "DELETE", "fault", NULL);
}

void sim_put_doc(struct world *w, const char *path, const char *body, int status)
{
    char *escaped = curl_easy_escape(NULL, path, 0);
    char to[SIM_PATH_MAX];

    CHECK(snprintf(to, sizeof to, "doc?path=%s&status=%d", escaped, status) < SIM_PATH_MAX);
    curl_free(escaped);
    sim_command(w, "PUT", to, body);
}

void sim_clear_docs(struct world *w)
{
    sim_command(w, "DELETE", "doc", NULL);
}

void sim_clear_log(struct world *w)
{
    sim_command(w, "DELETE", "log", NULL);
}

void sim_await_request(struct world *w, const char *part)
{
    int64_t end = clock_mono_ms() + PATIENCE_MS;

    while (sim_count_requests(w, part) == 0) {
        if (clock_left_ms(end) == 0)
            fail_msg("no request for %s", part);
        clock_sleep_ms(10);
    }
}

int sim_count_requests(struct world *w, const char *part)
{
    struct client_response a = sim_send(w, "GET", "log", NULL);
    const char *path;
    json_t *count;
    int seen = 0;

    json_object_foreach (json_object_get(a.json, "paths"), path, count)
        if (strstr(path, part))
            seen += (int)json_integer_value(count);
    client_response_done(&a);
    return seen;
}

char *sim_find_request(struct world *w, const char *part)
{
    struct client_response a = sim_send(w, "GET", "log", NULL);
    json_t *paths = json_object_get(a.json, "paths");
    char *found = NULL;

    for (void *i = json_object_iter(paths); i && !found; i = json_object_iter_next(paths, i))
        if (strstr(json_object_iter_key(i), part))
            found = strdup(json_object_iter_key(i));
    client_response_done(&a);
    return found;
}

/* ---- Amazon's services ---- */

void sim_amazon_rule(struct world *w, const char *json)
{
    sim_command(w, "POST", "amazon", json);
}

void sim_amazon_set(struct world *w, const char *json)
{
    sim_command(w, "PUT", "amazon", json);
}

void sim_amazon_reset(struct world *w)
{
    sim_command(w, "DELETE", "amazon", NULL);
}

json_t *sim_amazon_calls(struct world *w)
{
    struct client_response a = sim_send(w, "GET", "amazon", NULL);
    json_t *calls = json_incref(json_object_get(a.json, "calls"));

    client_response_done(&a);
    return calls;
}

int sim_amazon_count(struct world *w, const char *service)
{
    json_t *calls = sim_amazon_calls(w), *call;
    size_t i;
    int n = 0;

    json_array_foreach (calls, i, call)
        n += !service || strcmp(json_string_value(json_object_get(call, "service")), service) == 0;
    json_decref(calls);
    return n;
}
