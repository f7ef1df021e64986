/* SPDX-License-Identifier: Apache-2.0 */
/* tests/bench/growth_store.c -- reading and writing SQLite, and whole turns on it. */
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "cache/user.h"
#include "server/base/clock.h"
#include "server/request/pipeline.h"
#include "tests/bench/growth.h"

enum { BATCH = 500 };

/* ---- SQLite ---- */

void growth_remove_database(struct subject *s)
{
    static const char *const suffixes[] = { "", "-wal", "-shm" };
    char path[220];

    for (size_t i = 0; i < 3; i++) {
        snprintf(path, sizeof path, "%s%s", s->path, suffixes[i]);
        (void)unlink(path);
    }
}

void growth_open_database(struct subject *s)
{
    struct err err = ERR_NONE;

    growth_remove_database(s);
    growth_must(store_sqlite_open(s->path, STORE_LAYOUT_ENTRIES, true, &s->store, &err), &err);
}

void growth_put_entries(struct store *store, size_t from, size_t count)
{
    static struct store_entry entries[BATCH];
    static char keys[BATCH][NAME_SIZE];
    struct err err = ERR_NONE;

    for (size_t i = 0; i < count; i++)
        entries[i] = (struct store_entry){
            .name = { "LocationCache", growth_name("Town, Colorado ", from + i, keys[i]) },
            .stored = json_pack("{s:s, s:f, s:f, s:s}", "city", keys[i], "lat", 40.0, "lon", -105.2,
                                "gridpoint", "BOU/53,74"),
        };
    growth_must(store_add_entries(store, entries, count, false, clock_mono_ms() + 60000, &err),
                &err);
    for (size_t i = 0; i < count; i++)
        json_decref(entries[i].stored);
}

void growth_put_users(struct store *store, size_t from, size_t count)
{
    static struct store_item items[BATCH];
    static char ids[BATCH][NAME_SIZE];
    struct err err = ERR_NONE;

    for (size_t i = 0; i < count; i++)
        items[i] = (struct store_item){
            .id = growth_name("amzn1.growth_ask.account.", from + i, ids[i]),
            .attributes = json_pack("{s:{s:{s:s, s:s, s:i}}}", "UserCache", ids[i], "userid",
                                    ids[i], "location", "boulder colorado", "rate", 100),
        };
    growth_must(store_put_items(store, items, count, clock_mono_ms() + 60000, &err), &err);
    for (size_t i = 0; i < count; i++)
        json_decref(items[i].attributes);
}

void growth_fill_store(struct store *store, size_t size,
                       void (*put)(struct store *store, size_t from, size_t count))
{
    for (size_t i = 0; i < size; i += BATCH)
        put(store, i, size - i < BATCH ? size - i : BATCH);
}

void growth_setup_entries(struct subject *s)
{
    growth_open_database(s);
    growth_fill_store(s->store, s->size, growth_put_entries);
}

void growth_setup_users(struct subject *s)
{
    growth_open_database(s);
    growth_fill_store(s->store, s->size, growth_put_users);
}

void growth_get_entry(struct subject *s, size_t i)
{
    char text[NAME_SIZE];
    struct entry_name name = { "LocationCache",
                               growth_name("Town, Colorado ", growth_pick(i, s->size), text) };
    struct err err = ERR_NONE;
    json_t *entry = NULL;
    int64_t ttl;

    growth_must(store_get_entry(s->store, name, NOW, clock_mono_ms() + 60000, &entry, &ttl, &err),
                &err);
    json_decref(entry);
}

/* From the file: user_get() may have them in memory. */
void growth_get_user(struct subject *s, size_t i)
{
    char text[NAME_SIZE];
    struct err err = ERR_NONE;
    json_t *item = NULL;

    growth_must(
        store_get(s->store, growth_user(s, i, text), clock_mono_ms() + 60000, &item, NULL, &err),
        &err);
    json_decref(item);
}

void growth_set_user(struct subject *s, size_t i)
{
    char text[NAME_SIZE];
    struct err err = ERR_NONE;
    json_t *rate = json_integer((json_int_t)(90 + i % 20));

    growth_must(user_set(s->store, USER_ACCOUNT(growth_user(s, i, text)), "rate", rate,
                         clock_mono_ms() + 60000, &err),
                &err);
    json_decref(rate);
}

void growth_done_store(struct subject *s)
{
    store_free(s->store);
    growth_remove_database(s);
}

/* ---- whole turns ---- */

static void make_question(struct subject *s, struct str user)
{
    buf_reset(&s->body);
    buf_printf(&s->body,
               "{\"version\":\"1.0\",\"context\":{\"System\":{\"application\":{\"applicationId\":"
               "\"a\"},\"user\":{\"userId\":\"%.*s\"}}},\"request\":{\"type\":\"IntentRequest\","
               "\"requestId\":\"r\",\"timestamp\":\"2026-01-01T00:00:00Z\",\"locale\":\"en-US\","
               "\"intent\":{\"name\":\"MetricIntent\",\"slots\":{\"metric\":{\"name\":\"metric\","
               "\"value\":\"temperature\"}}}}}",
               STR_ARG(user));
}

static void run_turn(struct subject *s, int64_t deadline)
{
    struct envelope envelope;
    struct turn_log turn_log = { .outcome = "" };
    struct err err = ERR_NONE;
    struct call call = { .arena = s->arena,
                         .deadline = deadline,
                         .now = config_weather_now(s->config) };

    arena_reset(s->arena);
    buf_reset(&s->out);
    growth_must(envelope_parse(buf_str(&s->body), s->arena, &envelope, &err), &err);
    growth_must(dispatch(&s->services.skill, &envelope, &call, &s->out, &turn_log), &turn_log.err);
    if (strcmp(turn_log.outcome, "answered") != 0)
        growth_die("a question was not answered");
}

static void open_skill(struct subject *s)
{
    char base[300], path[300];
    const char *sets[] = { "persistence.backend=sqlite", base, path };
    struct config_sources sources = { .sets = sets, .set_count = 3 };
    struct err err = ERR_NONE;

    snprintf(base, sizeof base, "weather.base_url=%s", s->weather);
    snprintf(path, sizeof path, "sqlite.path=%s", s->path);
    s->log = log_create(STDERR_FILENO, LOG_ERROR, false);
    growth_must(config_load(&sources, &s->config, &err), &err);
    growth_must(services_create(s->config, s->log, &s->services, &err), &err);
    s->arena = arena_create(ARENA_MAX);
    s->body = BUF_INIT(BODY_MAX);
    s->out = BUF_INIT(BODY_MAX);
}

/* `places` and `users` are what the store holds; the places are in memory, too. */
static void setup_skill(struct subject *s, size_t places, size_t users)
{
    growth_open_database(s);
    growth_fill_store(s->store, users, growth_put_users);
    growth_fill_store(s->store, places, growth_put_entries);
    store_free(s->store);
    open_skill(s);
    if (places > 0)
        growth_fill_memory(s, s->services.memory, "e:LocationCache#Town, Colorado ");
    make_question(s, STR("amzn1.growth_ask.account.0"));
    run_turn(s, clock_mono_ms() + PIPELINE_TURN_MS);
    if (!shared_flush(s->services.shared, clock_mono_ms() + PIPELINE_TURN_MS))
        growth_die("what a question has stored is not written");
}

void growth_setup_places(struct subject *s)
{
    setup_skill(s, s->size, 1);
}

void growth_setup_callers(struct subject *s)
{
    setup_skill(s, 0, s->size);
}

void growth_ask(struct subject *s, size_t i)
{
    (void)i;
    run_turn(s, NO_WAIT);
}

void growth_ask_as_another(struct subject *s, size_t i)
{
    char text[NAME_SIZE];

    make_question(s, growth_user(s, i, text));
    run_turn(s, NO_WAIT);
}

void growth_done_skill(struct subject *s)
{
    buf_free(&s->out);
    growth_done_body(s);
    services_free(&s->services);
    config_free(s->config);
    log_free(s->log);
    growth_remove_database(s);
}
