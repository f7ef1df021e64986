/* SPDX-License-Identifier: Apache-2.0 */
/* server/base/metrics.c -- counters, gauges and histograms, and their text.
 *
 * Families and series are only ever added, each at the head of a list whose head is atomic. So
 * lookups and writes take no lock, and `lock` serializes additions. Except for the atomics, an
 * entry never changes once it is in a list. */
#include "server/base/metrics.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "server/base/fnv.h"

const double metric_bounds[METRIC_BUCKETS] = { .001, .0025, .005, .01, .025, .05, .1,
                                               .25,  .5,    1,    2.5, 5,    7.5 };
enum { CALLS_MAX = 16, VALUES_MAX = 200 };

struct metric {
    struct metric *next;
    enum metric_kind kind;
    _Atomic int64_t count;                   /* counter; a histogram's number of observations */
    _Atomic double level;                    /* gauge; a histogram's sum in seconds */
    _Atomic int64_t buckets[METRIC_BUCKETS]; /* not yet cumulative */
    char *labels;    /* `cache="StationCache",tier="memory"`, values escaped */
    uint64_t hash;   /* of `values`, to compare few of them in a lookup */
    size_t values_n; /* 0: not found by its values */
    char values[];   /* as they were passed, a NUL after each */
};

struct metric_family {
    struct metric_family *next;
    struct metrics *set;
    enum metric_kind kind;
    const char *name, *help;
    struct str label_names[METRIC_LABELS_MAX];
    size_t label_count;
    struct metric *_Atomic series;
    size_t series_count; /* under the set's lock */
};

struct metrics {
    pthread_mutex_t lock; /* guards adding, and `calls` */
    struct metric_family *_Atomic families;
    struct {
        void (*fn)(void *data);
        void *data;
    } calls[CALLS_MAX];
    size_t call_count;
};

struct metrics *metrics_create(void)
{
    struct metrics *m = calloc(1, sizeof *m);

    if (m && pthread_mutex_init(&m->lock, NULL) != 0) {
        free(m);
        m = NULL;
    }
    return m;
}

void metrics_free(struct metrics *m)
{
    struct metric_family *f;

    if (!m)
        return;
    f = atomic_load(&m->families);
    while (f) {
        struct metric_family *next_family = f->next;
        struct metric *s = atomic_load(&f->series);
        while (s) {
            struct metric *next = s->next;
            free(s->labels);
            free(s);
            s = next;
        }
        free(f);
        f = next_family;
    }
    (void)pthread_mutex_destroy(&m->lock);
    free(m);
}

static struct metric_family *find_family(struct metrics *m, const char *name)
{
    struct metric_family *f = atomic_load_explicit(&m->families, memory_order_acquire);

    while (f && strcmp(f->name, name) != 0)
        f = f->next;
    return f;
}

static struct metric_family *family_create(struct metrics *m, enum metric_kind kind,
                                           const char *name, const char *labels, const char *help)
{
    struct metric_family *f = calloc(1, sizeof *f);
    struct str rest = str_of(labels), word;

    if (!f)
        return NULL;
    f->set = m;
    f->kind = kind;
    f->name = name;
    f->help = help;
    while (rest.n > 0 && f->label_count < METRIC_LABELS_MAX && str_split(&rest, ',', &word))
        f->label_names[f->label_count++] = word;
    return f;
}

struct metric_family *metrics_family(struct metrics *m, enum metric_kind kind, const char *name,
                                     const char *labels, const char *help)
{
    struct metric_family *f;

    if (!m)
        return NULL;
    (void)pthread_mutex_lock(&m->lock);
    f = find_family(m, name);
    if (!f) {
        f = family_create(m, kind, name, labels, help);
        if (f) {
            f->next = atomic_load(&m->families);
            atomic_store_explicit(&m->families, f, memory_order_release);
        }
    }
    (void)pthread_mutex_unlock(&m->lock);
    if (f && f->label_count == 0)
        (void)metric_get(f, NULL, NULL, NULL); /* so that a zero is written from the start */
    return f;
}

static void put_label_value(struct buf *b, struct str value)
{
    for (size_t i = 0; i < value.n;) {
        size_t step = str_utf8_step(str_sub(value, i, value.n));
        if (value.p[i] == '\\' || value.p[i] == '"')
            buf_putc(b, '\\');
        if (value.p[i] == '\n')
            buf_putz(b, "\\n");
        else if (step > 0)
            buf_put(b, str_sub(value, i, i + step));
        else
            buf_putc(b, '?');
        i += step > 0 ? step : 1;
    }
}

static void put_labels(struct buf *b, const struct metric_family *f, const char *const values[])
{
    for (size_t i = 0; i < f->label_count; i++) {
        if (i > 0)
            buf_putc(b, ',');
        buf_put(b, f->label_names[i]);
        buf_putz(b, "=\"");
        put_label_value(b, str_of(values[i]));
        buf_putc(b, '"');
    }
}

/* The values of a series, which it is found by. */
struct values {
    char text[VALUES_MAX]; /* a NUL after each */
    size_t n;              /* 0: too long, or there are none */
    uint64_t hash;         /* FNV-1a */
};

static void join_values(const struct metric_family *f, const char *const values[],
                        struct values *ret)
{
    ret->n = 0;
    ret->hash = FNV1A_64;
    for (size_t i = 0; i < f->label_count; i++) {
        const char *at = values[i];
        do {
            if (ret->n == VALUES_MAX) {
                ret->n = 0;
                return;
            }
            ret->hash = fnv1a_64_byte(ret->hash, *at);
            ret->text[ret->n++] = *at;
        } while (*at++);
    }
}

static struct metric *find_by_values(struct metric_family *f, const struct values *v)
{
    struct metric *s = atomic_load_explicit(&f->series, memory_order_acquire);

    if (f->label_count == 0)
        return s;
    while (s && (s->hash != v->hash || s->values_n != v->n || v->n == 0 ||
                 memcmp(s->values, v->text, v->n) != 0))
        s = s->next;
    return s;
}

/* Different values may be written alike: those that are no UTF-8, and those of "other". */
static struct metric *find_by_labels(struct metric_family *f, const char *labels)
{
    struct metric *s = atomic_load_explicit(&f->series, memory_order_acquire);

    while (s && strcmp(s->labels, labels) != 0)
        s = s->next;
    return s;
}

/* Add a series. The caller holds the lock. */
static struct metric *add_series(struct metric_family *f, const struct values *v,
                                 struct buf *labels)
{
    struct metric *s = calloc(1, sizeof *s + v->n);

    if (s)
        s->labels = buf_take(labels, NULL);
    if (!s || !s->labels) {
        free(s);
        return NULL;
    }
    memcpy(s->values, v->text, v->n);
    s->values_n = v->n;
    s->hash = v->hash;
    s->kind = f->kind;
    s->next = atomic_load(&f->series);
    f->series_count++;
    atomic_store_explicit(&f->series, s, memory_order_release);
    return s;
}

/* The series with these labels, which is added if there is room. */
static struct metric *get_by_labels(struct metric_family *f, const char *const values[],
                                    const struct values *v)
{
    enum { LABELS_MAX = 1024 };
    static const char *const others[METRIC_LABELS_MAX] = { "other", "other", "other" };
    struct values other;
    struct buf labels = BUF_INIT(LABELS_MAX);
    struct metric *s;

    join_values(f, others, &other);
    put_labels(&labels, f, values);
    if (labels.failed) {
        buf_reset(&labels);
        put_labels(&labels, f, others);
        v = &other;
    }
    (void)pthread_mutex_lock(&f->set->lock);
    s = find_by_labels(f, buf_z(&labels));
    /* The last slot is reserved for "other". */
    if (!s && f->label_count > 0 && f->series_count >= METRIC_SERIES_MAX - 1) {
        buf_reset(&labels);
        put_labels(&labels, f, others);
        v = &other;
        s = find_by_labels(f, buf_z(&labels));
    }
    if (!s)
        s = add_series(f, v, &labels);
    (void)pthread_mutex_unlock(&f->set->lock);
    buf_free(&labels);
    return s;
}

struct metric *metric_get(struct metric_family *f, const char *v1, const char *v2, const char *v3)
{
    const char *const values[METRIC_LABELS_MAX] = { v1, v2, v3 };
    struct values v;
    struct metric *s;

    if (!f)
        return NULL;
    join_values(f, values, &v);
    s = find_by_values(f, &v);
    return s ? s : get_by_labels(f, values, &v);
}

struct metric *metrics_gauge(struct metrics *m, const char *name, const char *help)
{
    return metric_get(metrics_family(m, METRIC_GAUGE, name, "", help), NULL, NULL, NULL);
}

static void level_add(struct metric *m, double n)
{
    double was = atomic_load_explicit(&m->level, memory_order_relaxed);

    while (!atomic_compare_exchange_weak_explicit(&m->level, &was, was + n, memory_order_relaxed,
                                                  memory_order_relaxed))
        ;
}

void metric_add(struct metric *m, int64_t n)
{
    if (!m)
        return;
    if (m->kind == METRIC_GAUGE)
        level_add(m, (double)n);
    else if (m->kind == METRIC_COUNTER)
        (void)atomic_fetch_add_explicit(&m->count, n, memory_order_relaxed);
}

void metric_set(struct metric *m, double value)
{
    if (m && m->kind == METRIC_GAUGE)
        atomic_store_explicit(&m->level, value, memory_order_relaxed);
}

void metric_observe(struct metric *m, double seconds)
{
    size_t i = 0;

    if (!m || m->kind != METRIC_HISTOGRAM)
        return;
    while (i < METRIC_BUCKETS && seconds > metric_bounds[i])
        i++;
    if (i < METRIC_BUCKETS)
        (void)atomic_fetch_add_explicit(&m->buckets[i], 1, memory_order_relaxed);
    (void)atomic_fetch_add_explicit(&m->count, 1, memory_order_relaxed);
    level_add(m, seconds);
}

double metric_value(const struct metric *m)
{
    if (!m)
        return 0;
    if (m->kind == METRIC_GAUGE)
        return atomic_load_explicit(&m->level, memory_order_relaxed);
    return (double)atomic_load_explicit(&m->count, memory_order_relaxed);
}

void metrics_on_write(struct metrics *m, void (*fn)(void *data), void *data)
{
    if (!m)
        return;
    (void)pthread_mutex_lock(&m->lock);
    if (m->call_count < CALLS_MAX) {
        m->calls[m->call_count].fn = fn;
        m->calls[m->call_count].data = data;
        m->call_count++;
    }
    (void)pthread_mutex_unlock(&m->lock);
}

/* A sample's name with its labels and one `extra` label. */
static void write_name(struct buf *out, const char *name, const char *suffix, const char *labels,
                       const char *extra)
{
    const char *comma = *labels && *extra ? "," : "";

    buf_printf(out, "%s%s", name, suffix);
    if (*labels || *extra)
        buf_printf(out, "{%s%s%s}", labels, comma, extra);
    buf_putc(out, ' ');
}

static void write_histogram(struct buf *out, const char *name, const struct metric *s)
{
    int64_t below = 0, count = atomic_load_explicit(&s->count, memory_order_relaxed);
    char le[32];

    for (size_t i = 0; i < METRIC_BUCKETS; i++) {
        below += atomic_load_explicit(&s->buckets[i], memory_order_relaxed);
        (void)snprintf(le, sizeof le, "le=\"%g\"", metric_bounds[i]);
        write_name(out, name, "_bucket", s->labels, le);
        buf_printf(out, "%lld\n", (long long)below);
    }
    if (count < below) /* an observation was between its two additions */
        count = below;
    write_name(out, name, "_bucket", s->labels, "le=\"+Inf\"");
    buf_printf(out, "%lld\n", (long long)count);
    write_name(out, name, "_sum", s->labels, "");
    buf_printf(out, "%.9g\n", atomic_load_explicit(&s->level, memory_order_relaxed));
    write_name(out, name, "_count", s->labels, "");
    buf_printf(out, "%lld\n", (long long)count);
}

static void write_family(struct buf *out, const struct metric_family *f)
{
    static const char *const kinds[] = {
        [METRIC_COUNTER] = "counter", [METRIC_GAUGE] = "gauge", [METRIC_HISTOGRAM] = "histogram"
    };
    const struct metric *s = atomic_load_explicit(&f->series, memory_order_acquire);

    buf_printf(out, "# HELP %s %s\n# TYPE %s %s\n", f->name, f->help, f->name, kinds[f->kind]);
    for (; s; s = s->next) {
        if (f->kind == METRIC_HISTOGRAM) {
            write_histogram(out, f->name, s);
        } else {
            write_name(out, f->name, "", s->labels, "");
            buf_printf(out, "%.15g\n", metric_value(s));
        }
    }
}

void metrics_write(struct metrics *m, struct buf *out)
{
    size_t calls;

    if (!m)
        return;
    (void)pthread_mutex_lock(&m->lock);
    calls = m->call_count;
    (void)pthread_mutex_unlock(&m->lock);
    for (size_t i = 0; i < calls; i++) /* entries below the count never change */
        m->calls[i].fn(m->calls[i].data);
    for (const struct metric_family *f = atomic_load_explicit(&m->families, memory_order_acquire);
         f; f = f->next)
        write_family(out, f);
}

void metrics_each(struct metrics *m, const char *family,
                  void (*each)(void *data, const struct metric_sample *sample), void *data)
{
    const struct metric_family *f = m ? find_family(m, family) : NULL;
    const struct metric *s = f ? atomic_load_explicit(&f->series, memory_order_acquire) : NULL;

    for (; s; s = s->next) {
        struct metric_sample sample = { .labels = s->labels, .value = metric_value(s) };
        if (s->kind == METRIC_HISTOGRAM)
            sample.sum = atomic_load_explicit(&s->level, memory_order_relaxed);
        for (size_t i = 0; i < METRIC_BUCKETS; i++)
            sample.buckets[i] = atomic_load_explicit(&s->buckets[i], memory_order_relaxed);
        each(data, &sample);
    }
}

struct str metric_label(const char *labels, const char *name)
{
    struct str rest = str_of(labels), wanted = str_of(name);

    while (rest.n > 0) {
        size_t equals = str_index(rest, '='), end = equals + 2;
        struct str found = str_sub(rest, 0, equals);
        while (end < rest.n && rest.p[end] != '"')
            end += rest.p[end] == '\\' ? 2 : 1;
        if (str_eq(found, wanted))
            return str_sub(rest, equals + 2, end);
        rest = str_sub(rest, end + 2, rest.n); /* after the quote and the comma */
    }
    return STR_NONE;
}
