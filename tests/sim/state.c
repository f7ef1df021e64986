/* SPDX-License-Identifier: Apache-2.0 */
/* tests/sim/state.c -- time, faults, documents and the log, protected by one lock. */
#include "tests/sim/state.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "server/base/clock.h"
#include "tests/sim/weather.h"

enum { FAULTS_MAX = 64, DOCUMENTS_MAX = 256, LOG_PATHS_MAX = 5000, NAP_MS = 20 };

struct document {
    char *target, *body;
    size_t size;
    int status;
};

struct state {
    uint64_t seed;
    pthread_mutex_t lock; /* guards all that follows */
    bool stopping, fixed;
    int64_t now;
    uint64_t draws;
    struct fault faults[FAULTS_MAX];
    int fault_count;
    struct document documents[DOCUMENTS_MAX];
    int document_count;
    json_t *paths;
    int64_t total;
};

struct state *state_create(uint64_t seed)
{
    struct state *s = calloc(1, sizeof *s);

    if (!s)
        return NULL;
    s->seed = seed;
    s->paths = json_object();
    if (!s->paths || pthread_mutex_init(&s->lock, NULL) != 0) {
        json_decref(s->paths);
        free(s);
        return NULL;
    }
    return s;
}

void state_free(struct state *s)
{
    if (!s)
        return;
    state_document_clear(s);
    json_decref(s->paths);
    pthread_mutex_destroy(&s->lock);
    free(s);
}

uint64_t state_seed(const struct state *s)
{
    return s->seed;
}

int64_t state_now(struct state *s)
{
    pthread_mutex_lock(&s->lock);
    int64_t t = s->fixed ? s->now : clock_wall_s();
    pthread_mutex_unlock(&s->lock);
    return t;
}

void state_set_now(struct state *s, int64_t t)
{
    pthread_mutex_lock(&s->lock);
    s->fixed = true;
    s->now = t;
    pthread_mutex_unlock(&s->lock);
}

void state_use_real_time(struct state *s)
{
    pthread_mutex_lock(&s->lock);
    s->fixed = false;
    pthread_mutex_unlock(&s->lock);
}

void state_stop(struct state *s)
{
    pthread_mutex_lock(&s->lock);
    s->stopping = true;
    pthread_mutex_unlock(&s->lock);
}

bool state_stopping(struct state *s)
{
    pthread_mutex_lock(&s->lock);
    bool stopping = s->stopping;
    pthread_mutex_unlock(&s->lock);
    return stopping;
}

bool state_sleep(struct state *s, int64_t ms)
{
    int64_t until = clock_mono_ms() + ms;

    for (;;) {
        int64_t left = clock_left_ms(until);
        if (state_stopping(s))
            return false;
        if (left == 0)
            return true;
        clock_sleep_ms(left < NAP_MS ? left : NAP_MS);
    }
}

/* ---- faults ---- */

bool state_parse_fault_kind(const char *name, enum fault_kind *ret_kind)
{
    static const struct {
        const char *name;
        enum fault_kind kind;
    } kinds[] = {
        { "status", FAULT_STATUS }, { "delay", FAULT_DELAY },       { "hang", FAULT_HANG },
        { "reset", FAULT_RESET },   { "truncate", FAULT_TRUNCATE }, { "garbage", FAULT_GARBAGE },
        { "html", FAULT_HTML },     { "drip", FAULT_DRIP },         { "null", FAULT_NULL },
        { "huge", FAULT_HUGE },     { "empty", FAULT_EMPTY },       { "deep", FAULT_DEEP },
        { "odd", FAULT_ODD },       { "object", FAULT_OBJECT },
    };
    for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++) {
        if (strcmp(kinds[i].name, name) == 0) {
            *ret_kind = kinds[i].kind;
            return true;
        }
    }
    return false;
}

bool state_fault_add(struct state *s, const struct fault *fault)
{
    pthread_mutex_lock(&s->lock);
    bool cap = s->fault_count < FAULTS_MAX;
    if (cap)
        s->faults[s->fault_count++] = *fault;
    pthread_mutex_unlock(&s->lock);
    return cap;
}

void state_fault_clear(struct state *s)
{
    pthread_mutex_lock(&s->lock);
    s->fault_count = 0;
    pthread_mutex_unlock(&s->lock);
}

/* The length of the prefix that names a host other than the weather service's. */
static size_t host_prefix(const char *target)
{
    if (strncmp(target, "s3:", 3) == 0)
        return 3;
    return strncmp(target, "amazon:", 7) == 0 ? 7 : 0;
}

static bool matches_target(const struct fault *f, const char *target)
{
    size_t wanted = host_prefix(f->match), has = host_prefix(target);

    return f->times != 0 && wanted == has && strncmp(f->match, target, has) == 0 &&
           strstr(target + has, f->match + wanted);
}

struct fault state_fault_take(struct state *s, const char *target)
{
    struct fault taken = { .kind = FAULT_NONE };

    pthread_mutex_lock(&s->lock);
    for (int i = 0; i < s->fault_count && taken.kind == FAULT_NONE; i++) {
        struct fault *f = &s->faults[i];
        if (!matches_target(f, target))
            continue;
        double draw = (double)(weather_hash(s->seed, ++s->draws, 11) >> 11) / 9007199254740992.0;
        if (draw >= f->probability)
            continue;
        if (f->times > 0)
            f->times--;
        taken = *f;
    }
    pthread_mutex_unlock(&s->lock);
    return taken;
}

/* ---- log ---- */

void state_log(struct state *s, const char *target)
{
    pthread_mutex_lock(&s->lock);
    json_int_t count = json_integer_value(json_object_get(s->paths, target));
    if (count == 0 && json_object_size(s->paths) >= LOG_PATHS_MAX)
        target = "other";
    json_object_set_new(s->paths, target, json_integer(count + 1));
    s->total++;
    pthread_mutex_unlock(&s->lock);
}

json_t *state_log_json(struct state *s)
{
    pthread_mutex_lock(&s->lock);
    json_t *log =
        json_pack("{s:I, s:o}", "total", (json_int_t)s->total, "paths", json_deep_copy(s->paths));
    pthread_mutex_unlock(&s->lock);
    return log;
}

void state_log_clear(struct state *s)
{
    pthread_mutex_lock(&s->lock);
    json_object_clear(s->paths);
    s->total = 0;
    pthread_mutex_unlock(&s->lock);
}

/* ---- documents ---- */

static char *copy_bytes(const char *p, size_t n)
{
    char *c = malloc(n + 1);

    if (c) {
        memcpy(c, p, n);
        c[n] = '\0';
    }
    return c;
}

static struct document *find_document(struct state *s, const char *target)
{
    for (int i = 0; i < s->document_count; i++)
        if (strcmp(s->documents[i].target, target) == 0)
            return &s->documents[i];
    return NULL;
}

bool state_document_put(struct state *s, const char *target, int status, const char *body,
                        size_t size)
{
    struct document d = { copy_bytes(target, strlen(target)), copy_bytes(body, size), size,
                          status };
    bool stored = false;

    pthread_mutex_lock(&s->lock);
    struct document *old = find_document(s, target), gone = d;
    if (d.target && d.body && old) {
        gone = *old;
        *old = d;
        stored = true;
    } else if (d.target && d.body && s->document_count < DOCUMENTS_MAX) {
        s->documents[s->document_count++] = d;
        gone.target = gone.body = NULL;
        stored = true;
    }
    pthread_mutex_unlock(&s->lock);
    free(gone.target);
    free(gone.body);
    return stored;
}

char *state_document_get(struct state *s, const char *target, int *ret_status, size_t *ret_size)
{
    char *body = NULL;

    pthread_mutex_lock(&s->lock);
    const struct document *d = find_document(s, target);
    if (d) {
        body = copy_bytes(d->body, d->size);
        *ret_status = d->status;
        *ret_size = d->size;
    }
    pthread_mutex_unlock(&s->lock);
    return body;
}

void state_document_clear(struct state *s)
{
    pthread_mutex_lock(&s->lock);
    for (int i = 0; i < s->document_count; i++) {
        free(s->documents[i].target);
        free(s->documents[i].body);
    }
    s->document_count = 0;
    pthread_mutex_unlock(&s->lock);
}
