/* SPDX-License-Identifier: Apache-2.0 */
/* tests/bench/growth_parts.c -- the parts of a request: memory, request ids, counts, connections,
 * documents. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "intents/alexa/envelope.h"
#include "intents/weather/grid.h"
#include "tests/bench/growth.h"

enum {
    LIFE_S = 300,
    LAYERS = 10,
    VALUE_BYTES = 62, /* of a layer, as JSON */
    MEMORY_BYTES = 256 * 1024 * 1024,
};

void growth_die(const char *what)
{
    fprintf(stderr, "growth: %s\n", what);
    exit(2);
}

void growth_must(enum status st, const struct err *err)
{
    if (st != ST_OK)
        growth_die(err->text[0] ? err->text : err_status_name(st));
}

size_t growth_pick(size_t i, size_t size)
{
    return (i * 2654435761u + 12345) % size;
}

struct str growth_name(const char *kind, size_t i, char out[NAME_SIZE])
{
    snprintf(out, NAME_SIZE, "%s%zu", kind, i);
    return str_of(out);
}

struct str growth_user(const struct subject *s, size_t i, char out[NAME_SIZE])
{
    return growth_name("amzn1.growth_ask.account.", growth_pick(i, s->size), out);
}

/* ---- a document in memory ---- */

void growth_fill_memory(struct subject *s, struct memory *memory, const char *kind)
{
    char text[NAME_SIZE];

    for (size_t i = 0; i < s->size; i++) {
        struct object *o = object_create(malloc(100), 100, free);
        if (!o)
            growth_die("out of memory");
        memory_put(memory, growth_name(kind, i, text), o, NOW);
        object_release(o);
    }
}

void growth_setup_memory(struct subject *s)
{
    s->memory = memory_create(MEMORY_BYTES);
    growth_fill_memory(s, s->memory, "https://api.weather.gov/gridpoints/BOU/");
}

void growth_get_memory(struct subject *s, size_t i)
{
    char text[NAME_SIZE];
    struct str key =
        growth_name("https://api.weather.gov/gridpoints/BOU/", growth_pick(i, s->size), text);
    struct object *o = memory_get(s->memory, key, NULL);

    if (!o)
        growth_die("a document was evicted");
    object_release(o);
}

void growth_done_memory(struct subject *s)
{
    memory_free(s->memory);
}

/* ---- what a request is checked and counted with ---- */

void growth_claim_id(struct subject *s, size_t i)
{
    char text[NAME_SIZE];
    struct str id = growth_name("amzn1.echo-api.request.", i, text);

    if (replay_claim(s->replay, id, NOW, LIFE_S) != REPLAY_NEW)
        growth_die("a new request id was not accepted");
    replay_commit(s->replay, id);
}

void growth_setup_ids(struct subject *s)
{
    s->replay = replay_create(REPLAY_IDS_MAX);
    for (size_t i = 0; i < s->size; i++)
        growth_claim_id(s, 1000000 + i);
}

void growth_done_ids(struct subject *s)
{
    replay_free(s->replay);
}

void growth_count_user(struct subject *s, size_t i)
{
    char text[NAME_SIZE];

    analytics_count_user(s->analytics, growth_user(s, i, text));
    analytics_count(s->analytics, growth_user(s, i, text), STR("KBDU"));
}

void growth_setup_analytics(struct subject *s)
{
    s->store = store_memory_create(STORE_LAYOUT_ENTRIES);
    s->analytics = analytics_create(s->store, NULL, NULL);
    for (size_t i = 0; i < s->size; i++)
        growth_count_user(s, i);
}

void growth_done_analytics(struct subject *s)
{
    analytics_free(s->analytics);
    store_free(s->store);
}

static struct connection *admit(struct subject *s, size_t i)
{
    const uint8_t from[4] = { 192, (uint8_t)(i >> 16), (uint8_t)(i >> 8), (uint8_t)i };
    struct ip client = ip_v4(from);
    /* Descriptors are never used, so any numbers do. */
    struct connection *c = connections_admit(s->connections, 1000 + (int)i, &client, false, NOW);

    if (!c || connections_opened(s->connections, c->fd, NOW) != c)
        growth_die("a connection was not admitted");
    connection_note_verified(c, NOW);
    return c;
}

static struct connection *open_connections[100000];

void growth_setup_connections(struct subject *s)
{
    struct connections_settings settings = { .max = 200000, .pending_bytes_max = 1000 };

    settings.metrics = s->metrics = metrics_create();
    s->connections = connections_create(&settings);
    for (size_t i = 0; i < s->size; i++)
        open_connections[i] = admit(s, i);
}

void growth_use_connection(struct subject *s, size_t i)
{
    connections_closed(s->connections, admit(s, s->size + i % 100), NOW);
}

void growth_done_connections(struct subject *s)
{
    for (size_t i = 0; i < s->size; i++)
        connections_closed(s->connections, open_connections[i], NOW);
    connections_free(s->connections);
    metrics_free(s->metrics);
}

/* ---- documents ---- */

/* A raw forecast of about `size` KB: the layers that every one has, by the hour. */
void growth_setup_grid(struct subject *s)
{
    static const char *const layers[LAYERS] = {
        "temperature", "dewpoint", "relativeHumidity", "skyCover",  "windDirection",
        "windSpeed",   "windGust", "heatIndex",        "windChill", "pressure",
    };
    size_t values = s->size * 1024 / LAYERS / VALUE_BYTES;

    s->body = BUF_INIT(BODY_MAX);
    buf_putz(&s->body, "{\"properties\":{\"updateTime\":\"2026-05-31T23:10:00+00:00\","
                       "\"validTimes\":\"2026-06-01T00:00:00+00:00/P90D\"");
    for (size_t k = 0; k < LAYERS; k++) {
        buf_printf(&s->body, ",\"%s\":{\"values\":[", layers[k]);
        for (size_t i = 0; i < values; i++)
            buf_printf(&s->body,
                       "%s{\"validTime\":\"2026-%02zu-%02zuT%02zu:00:00+00:00/PT1H\","
                       "\"value\":%zu.5}",
                       i ? "," : "", 6 + i / 672, 1 + i / 24 % 28, i % 24, 10 + i % 20);
        buf_putz(&s->body, "]}");
    }
    buf_putz(&s->body, "}}");
}

void growth_decode_grid(struct subject *s, size_t i)
{
    struct err err = ERR_NONE;
    struct object *grid = NULL;

    (void)i;
    growth_must(grid_decode(buf_str(&s->body), NULL, &grid, &err), &err);
    object_release(grid);
}

void growth_done_body(struct subject *s)
{
    buf_free(&s->body);
    arena_free(s->arena);
    s->arena = NULL;
}

/* A request whose token is as long as makes it about `size` KB. */
void growth_setup_request(struct subject *s)
{
    s->arena = arena_create(ARENA_MAX);
    s->body = BUF_INIT(BODY_MAX);
    buf_putz(&s->body, "{\"version\":\"1.0\",\"context\":{\"System\":{\"application\":{"
                       "\"applicationId\":\"a\"},\"user\":{\"userId\":\"u\"}},\"other\":[0");
    while (s->body.n < s->size * 1024)
        buf_putz(&s->body,
                 ",{\"type\":\"APL\",\"id\":\"main\",\"dpi\":160,\"touch\":[\"SINGLE\"]}");
    buf_putz(&s->body, "]},\"request\":{\"type\":\"LaunchRequest\",\"requestId\":\"r\","
                       "\"timestamp\":\"2026-01-01T00:00:00Z\",\"locale\":\"en-US\"}}");
}

void growth_parse_request(struct subject *s, size_t i)
{
    struct envelope envelope;
    struct err err = ERR_NONE;

    (void)i;
    arena_reset(s->arena);
    growth_must(envelope_parse(buf_str(&s->body), s->arena, &envelope, &err), &err);
}
