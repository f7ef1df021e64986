/* SPDX-License-Identifier: Apache-2.0 */
/* server/log/log.c -- formats a line on the stack, and writes it or adds it to the writer's.
 *
 * Text lines look like `2026-11-22T11:00:00.123Z info request outcome=answered ms=12`.  In the
 * systemd journal the time is left out, and each line, also of JSON, starts with its syslog
 * severity: "<6>". The level is atomic, because it may change while other threads log. */
#include "server/log/log.h"

#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "server/base/clock.h"
#include "server/base/json.h"
#include "server/base/plain_text.h"
#include "server/base/time_text.h"
#include "server/log/log_writer.h"

enum { FLUSH_MS = 1000, LINE_END_MAX = 2 /* "}\n" */ };

struct log {
    int fd;
    bool json, journal;
    _Atomic int level;
    struct log_writer *writer; /* NULL: lines are written at once */
};

static const struct {
    const char *name;
    int severity; /* of syslog */
} levels[] = { { "error", 3 }, { "warning", 4 }, { "info", 6 }, { "debug", 7 } };

bool log_level_parse(const char *name, enum log_level *ret_level)
{
    for (size_t i = 0; i < sizeof levels / sizeof levels[0]; i++)
        if (strcmp(levels[i].name, name) == 0) {
            *ret_level = (enum log_level)i;
            return true;
        }
    return false;
}

void log_set_level(struct log *l, enum log_level level)
{
    atomic_store(&l->level, (int)level);
}

bool log_enabled(const struct log *l, enum log_level level)
{
    return l && (int)level <= atomic_load_explicit(&l->level, memory_order_relaxed);
}

/* ---- lines ---- */

/* A plain word is written as it is, anything else as a JSON string. */
static void put_value(struct buf *b, struct str s, bool quote)
{
    bool plain = s.n > 0 && !quote && plain_text_end(s.p, s.p + s.n) == s.p + s.n &&
                 !memchr(s.p, ' ', s.n) && !memchr(s.p, '=', s.n);

    if (plain)
        buf_put(b, s);
    else
        json_put_visible_string(b, s);
}

static void put_time(struct buf *b)
{
    static _Thread_local int64_t second = -1;
    static _Thread_local char
        text[TIME_TEXT_BYTES]; /* of that second, in which other lines may be */
    int64_t ms = clock_wall_ms();

    if (ms / 1000 != second) {
        second = ms / 1000;
        time_format_rfc3339(second, text);
    }
    int part = (int)(ms % 1000);
    const char end[] = { '.', (char)('0' + part / 100), (char)('0' + part / 10 % 10),
                         (char)('0' + part % 10), 'Z' };
    buf_put(b, (struct str){ text, 19 });
    buf_put(b, (struct str){ end, sizeof end });
}

static void put_field(struct buf *b, bool json, const struct log_field *f)
{
    size_t before = b->n;

    if (json) {
        buf_putc(b, ',');
        json_put_string(b, str_of(f->name));
        buf_putc(b, ':');
    } else {
        buf_putc(b, ' ');
        buf_putz(b, f->name);
        buf_putc(b, '=');
    }
    if (f->is_number)
        buf_printf(b, "%lld", (long long)f->number);
    else
        put_value(b, str_sub(f->text, 0, 600), json);
    if (b->failed) { /* it does not fit: leave it out */
        b->failed = false;
        buf_truncate(b, before);
    }
}

/* Leaves out fields that would take the line past b->max. */
static void put_line(struct buf *b, const struct log *l, enum log_level level, const char *event,
                     const struct log_field *fields, size_t count)
{
    b->max -= LINE_END_MAX;
    if (l->journal)
        buf_printf(b, "<%d>", levels[level].severity);
    if (l->json) {
        buf_putz(b, "{\"time\":\"");
        put_time(b);
        buf_printf(b, "\",\"level\":\"%s\",\"event\":\"%s\"", levels[level].name, event);
    } else if (l->journal)
        buf_putz(b, event);
    else {
        put_time(b);
        buf_putc(b, ' ');
        buf_putz(b, levels[level].name);
        buf_putc(b, ' ');
        buf_putz(b, event);
    }
    for (size_t i = 0; i < count; i++)
        put_field(b, l->json, &fields[i]);
    b->max += LINE_END_MAX;
    buf_putz(b, l->json ? "}\n" : "\n");
}

void log_fields(struct log *l, enum log_level level, const char *event,
                const struct log_field *fields, size_t count)
{
    char text[LOG_LINE_MAX + 1];
    struct buf b = { .p = text, .cap = sizeof text, .max = LOG_LINE_MAX };

    if (!log_enabled(l, level))
        return;
    text[0] = '\0';
    put_line(&b, l, level, event, fields, count);
    if (l->writer)
        log_writer_add(l->writer, buf_str(&b));
    else if (write(l->fd, b.p, b.n) < 0) {
        /* There is nowhere left to report it. */
    }
}

void log_err(struct log *l, enum log_level level, const char *event, const struct err *err)
{
    if (err->reason[0])
        log_line(l, level, event, LOG_TEXT("reason", err->reason), LOG_TEXT("error", err->text));
    else
        log_line(l, level, event, LOG_TEXT("error", err->text));
}

/* ---- the writer ---- */

/* The writer reports this at the place where the lines are missing, whatever the level. */
static void put_dropped(void *data, struct buf *out, uint64_t count)
{
    const struct log_field field = LOG_INT("count", (int64_t)count);

    put_line(out, data, LOG_WARNING, "log_lines_dropped", &field, 1);
}

enum status log_start_writer(struct log *l, struct err *err)
{
    const struct log_writer_settings settings = { .fd = l->fd,
                                                  .put_dropped = put_dropped,
                                                  .data = l };

    l->writer = log_writer_create(&settings);
    return l->writer ? ST_OK : err_set(err, ST_SYSTEM, "cannot start the thread of the log");
}

void log_flush(struct log *l)
{
    if (l && l->writer)
        (void)log_writer_flush(l->writer, FLUSH_MS);
}

uint64_t log_dropped(const struct log *l)
{
    return l && l->writer ? log_writer_dropped(l->writer) : 0;
}

/* ---- create and free ---- */

/* Is fd connected to the systemd journal? JOURNAL_STREAM names its device and inode; comparing them
 * matters, because the variable may be inherited by a process whose stderr goes elsewhere. */
static bool is_journal(int fd)
{
    const char *stream = getenv("JOURNAL_STREAM");
    struct stat is;
    char text[64];

    if (!stream || fstat(fd, &is) != 0)
        return false;
    snprintf(text, sizeof text, "%llu:%llu", (unsigned long long)is.st_dev,
             (unsigned long long)is.st_ino);
    return strcmp(stream, text) == 0;
}

struct log *log_create(int fd, enum log_level level, bool json)
{
    struct log *l = calloc(1, sizeof *l);

    if (!l)
        return NULL;
    l->fd = fd;
    l->json = json;
    l->journal = is_journal(fd);
    atomic_init(&l->level, (int)level);
    return l;
}

void log_free(struct log *l)
{
    if (!l)
        return;
    if (log_writer_free(l->writer, FLUSH_MS))
        free(l);
}

/* ---- the rate of an event ---- */

bool log_gate_open(struct log_gate *gate, int64_t per_second, int64_t *ret_suppressed)
{
    int64_t now = clock_mono_ms() / 1000;

    *ret_suppressed = 0;
    if (__atomic_load_n(&gate->second, __ATOMIC_RELAXED) != now) {
        __atomic_store_n(&gate->second, now, __ATOMIC_RELAXED);
        __atomic_store_n(&gate->passed, 0, __ATOMIC_RELAXED);
        *ret_suppressed = __atomic_exchange_n(&gate->suppressed, 0, __ATOMIC_RELAXED);
    }
    if (__atomic_add_fetch(&gate->passed, 1, __ATOMIC_RELAXED) <= per_second)
        return true;
    __atomic_add_fetch(&gate->suppressed, 1 + *ret_suppressed, __ATOMIC_RELAXED);
    return false;
}
