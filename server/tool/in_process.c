/* SPDX-License-Identifier: Apache-2.0 */
/* server/tool/in_process.c -- the daemon's services without its listeners. */
#include "server/tool/in_process.h"

#include <stdlib.h>
#include <unistd.h>

#include "intents/dispatch.h"
#include "server/base/clock.h"
#include "server/request/pipeline.h"
#include "server/services/services.h"

enum {
    ARENA_MAX = 4 * 1024 * 1024,
    STORE_MS = 3000, /* to write what is left at the end */
};

struct in_process {
    struct log *log;
    struct services services;
};

enum status in_process_create(const struct config *config, struct in_process **ret_skill,
                              struct err *err)
{
    struct in_process *skill = calloc(1, sizeof *skill);
    enum status st = ST_OK;

    if (skill)
        skill->log = log_create(STDERR_FILENO, LOG_WARNING, false);
    if (!skill || !skill->log)
        st = err_no_memory(err);
    if (st == ST_OK)
        st = services_create(config, skill->log, &skill->services, err);
    if (st == ST_OK) {
        *ret_skill = skill;
        return ST_OK;
    }
    log_free(skill ? skill->log : NULL);
    free(skill);
    return st;
}

void in_process_free(struct in_process *skill)
{
    if (!skill)
        return;
    (void)shared_flush(skill->services.shared, clock_mono_ms() + STORE_MS);
    services_free(&skill->services);
    log_free(skill->log);
    free(skill);
}

enum status in_process_answer(struct in_process *skill, struct str body, struct buf *out,
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
                         .now = config_weather_now(skill->services.config),
                         .began_us = clock_mono_us() };
    st = dispatch(&skill->services.skill, &envelope, &call, out, &turn_log);
    if (st == ST_OK && turn_log.err.status != ST_OK)
        log_err(skill->log, LOG_WARNING, "answer", &turn_log.err);
    arena_free(arena);
    return st;
}
