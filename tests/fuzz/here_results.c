/* SPDX-License-Identifier: Apache-2.0 */
/* tests/fuzz/here_results.c -- any bytes as HERE's answer to a query: a place in the state or with
 * the ZIP code that was asked for, inside the area that NWS serves; no place; or an error that
 * tells nothing of the key.
 *
 * Input: a byte for the query, then the response. */
#include "intents/weather/here.h"

#include <math.h>

#include "intents/weather/us_state.h"
#include "tests/fuzz/input.h"
#include "tests/fuzz/laws.h"
#include "tests/unit/intents/weather/weather_world.h"

#define KEY "sEcReT"
#define AFTER "&in=countryCode%3AUSA%2CPRI%2CVIR%2CGUM%2CASM%2CMNP&lang=en-US&limit=5&apiKey=" KEY

static const struct query {
    const char *city, *state, *zip, *path;
} queries[] = {
    { "boulder", "CO", "", "/geocode?q=boulder%2C%20Colorado" AFTER },
    { "springfield", "", "", "/geocode?q=springfield" AFTER },
    { "", "", "80302", "/geocode?q=80302" AFTER },
    { "san juan", "PR", "", "/geocode?q=san%20juan%2C%20Puerto%20Rico" AFTER },
};
enum { QUERIES = sizeof queries / sizeof queries[0] };

static struct world *world(void)
{
    static const char *const here_only[] = { "here", NULL };
    static struct world w;

    if (w.http)
        return &w;
    world_start(&w);
    w.settings.geocoders = here_only;
    w.settings.geocoder_here_key = KEY;
    w.settings.geocoder_here_url = w.upstream.base;
    world_restart(&w);
    return &w;
}

static void check_hit(const struct gazetteer_hit *hit, const struct query *query)
{
    LAW(hit->city.n > 0 && hit->city.n < 128 && str_is_utf8(hit->city));
    for (size_t i = 0; i < hit->city.n; i++)
        LAW((unsigned char)hit->city.p[i] >= ' ' && hit->city.p[i] != 0x7f);
    LAW(us_state_name(hit->state));
    LAW(!query->state[0] || strcmp(hit->state, query->state) == 0);
    LAW(isfinite(hit->lat) && fabs(hit->lat) <= 90.0);
    LAW(isfinite(hit->lon) && fabs(hit->lon) <= 180.0);
}

static void ask(struct world *w, const struct query *query, const char *body)
{
    struct gazetteer_query wanted = { .city = str_of(query->city) };
    struct gazetteer_hit hit;
    struct err err = ERR_NONE;
    struct call call = world_call(w);
    char url[600];
    enum status st;

    memcpy(wanted.state, query->state, strlen(query->state) + 1);
    memcpy(wanted.zip, query->zip, strlen(query->zip) + 1);
    fake_set(&w->upstream, query->path, 200, body);
    st = here_find(w->nws, &wanted, "", &call, &hit, &err);
    LAW(st == ST_OK || st == ST_MISS || st == ST_UNAVAILABLE);
    if (st == ST_OK)
        check_hit(&hit, query);
    if (st == ST_OK && query->zip[0])
        LAW(strstr(body, query->zip));
    LAW(!strstr(err.text, KEY) && !strstr(w->last_report.text, KEY));
    arena_reset(w->arena);
    (void)snprintf(url, sizeof url, "%s%s", w->upstream.base, query->path);
    documents_forget(w->documents, url, clock_mono_ms() + 1000);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static char *bodies[4]; /* the fake's thread may still look at the last ones */
    static size_t turn;
    struct str in = { (const char *)data, size };
    const struct query *query = &queries[input_byte(&in) % QUERIES];
    struct object *object = NULL;

    if (here_decode(in, NULL, &object, NULL) != ST_OK || memchr(in.p, '\0', in.n)) {
        LAW(!object || memchr(in.p, '\0', in.n));
        object_release(object);
        return 0;
    }
    object_release(object);
    turn = (turn + 1) % (sizeof bodies / sizeof bodies[0]);
    free(bodies[turn]);
    bodies[turn] = strndup(in.p, in.n);
    LAW(bodies[turn]);
    ask(world(), query, bodies[turn]);
    return 0;
}
