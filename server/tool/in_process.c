/* SPDX-License-Identifier: Apache-2.0 */
/* server/tool/in_process.c -- the daemon's parts without its listeners. */
#include "server/tool/in_process.h"

#include <stdlib.h>
#include <unistd.h>

#include "intents/dispatch.h"
#include "server/base/clock.h"
#include "server/pipeline.h"
#include "server/services.h"

enum { ARENA_MAX = 4 * 1024 * 1024 };

struct in_process {
    struct log *log;
    struct services parts;
};

enum status in_process_create(const struct config *config, struct in_process **ret_skill,
                              struct err *err)
{
    struct in_process *d = calloc(1, sizeof *d);
    enum status st = ST_OK;

    if (d)
        d->log = log_create(STDERR_FILENO, LOG_WARNING, false);
    if (!d || !d->log)
        st = err_no_memory(err);
    if (st == ST_OK)
        st = services_create(config, d->log, &d->parts, err);
    if (st == ST_OK) {
        *ret_skill = d;
        return ST_OK;
    }
    log_free(d ? d->log : NULL);
    free(d);
    return st;
}

void in_process_free(struct in_process *d)
{
    if (!d)
        return;
    services_free(&d->parts);
    log_free(d->log);
    free(d);
}

enum status in_process_answer(struct in_process *d, struct str body, struct buf *out,
                              struct err *err)
{
    struct envelope envelope;
    struct turn_log turn_log;
    struct arena *arena = arena_create(ARENA_MAX);
    enum status st = arena ? envelope_parse(body, arena, &envelope, err) : err_no_memory(err);

    if (st != ST_OK) {
        arena_free(arena);
        return st;
    }
    struct call call = { .arena = arena,
                         .deadline = clock_mono_ms() + PIPELINE_TURN_MS,
                         .now = services_weather_now(&d->parts) };
    st = dispatch(&d->parts.skill, &envelope, &call, out, &turn_log);
    if (st == ST_OK && turn_log.err.status != ST_OK)
        log_err(d->log, LOG_WARNING, "answer", &turn_log.err);
    arena_free(arena);
    return st;
}
