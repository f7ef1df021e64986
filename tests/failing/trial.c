/* SPDX-License-Identifier: Apache-2.0 */
/* tests/failing/trial.c -- the daemon's services and its pipeline, without its listeners. */
#include "tests/failing/trial.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "server/base/clock.h"
#include "server/base/json.h"
#include "server/tool/args.h"
#include "server/utterance/envelope_build.h"
#include "tests/e2e/harness/client.h"

enum { WORDS_MAX = 12, WAIT_MS = 20000 };

/* ---- opening and closing ---- */

static enum status load_config(struct trial *t, struct err *err)
{
    const char *sets[TRIAL_SETS_MAX + 1];
    struct config_sources sources = { .sets = sets };
    char prefix[60];

    while (t->sets[sources.set_count] && sources.set_count < TRIAL_SETS_MAX) {
        sets[sources.set_count] = t->sets[sources.set_count];
        sources.set_count++;
    }
    (void)snprintf(prefix, sizeof prefix, "redis.prefix=%ld:", t->number);
    sets[sources.set_count++] = prefix;
    return config_load(&sources, &t->config, err);
}

static enum status open_pipeline(struct trial *t, struct err *err)
{
    struct verify_settings verify = { .on = false,
                                      .skill_ids = config_list(t->config, CONFIG_ALEXA_SKILL_IDS),
                                      .tolerance_s = 150,
                                      .trust_anchors = "system",
                                      .connect_to = "" };
    struct pipeline_settings settings = { .config = t->config,
                                          .skill = &t->services.skill,
                                          .analytics = t->services.analytics,
                                          .metrics = t->services.metrics,
                                          .log = t->log };
    enum status st = verify_create(&verify, t->services.http, t->services.metrics, &t->verify, err);

    settings.verify = t->verify;
    return st == ST_OK ? pipeline_init(&t->pipeline, &settings, err) : st;
}

enum status trial_open(struct trial *t, struct err *err)
{
    enum status st = load_config(t, err);

    if (st == ST_OK) {
        t->log = log_create(open("/dev/null", O_WRONLY | O_CLOEXEC), LOG_INFO, false);
        st = t->log ? services_create(t->config, t->log, &t->services, err) : err_no_memory(err);
    }
    if (st == ST_OK)
        st = open_pipeline(t, err);
    if (st != ST_OK)
        trial_close(t);
    return st;
}

void trial_close(struct trial *t)
{
    pipeline_done(&t->pipeline);
    verify_free(t->verify);
    services_free(&t->services);
    log_free(t->log);
    config_free(t->config);
    *t = (struct trial){ .sets = t->sets, .number = t->number };
}

void trial_forget_places(struct trial *t)
{
    (void)store_delete(t->services.store, STR(STORE_SHARED_ID), clock_mono_ms() + WAIT_MS, NULL);
}

/* ---- a request ---- */

void trial_make_request(struct trial *t, const char *words, struct buf *body)
{
    char line[500], user[60], *split[WORDS_MAX];
    struct request_spec spec = { .user = user };
    size_t count = 0;
    struct err err = ERR_NONE;

    (void)snprintf(line, sizeof line, "%s", words);
    (void)snprintf(user, sizeof user, "amzn1.ask.account.TRIAL%ld", t->number);
    if (args_split(line, split, WORDS_MAX, &count, &err) != ST_OK || count == 0)
        abort();
    spec.name = split[0];
    spec.words = (const char *const *)split + 1;
    spec.word_count = count - 1;
    if (envelope_build(&spec, t->config, body, &err) != ST_OK)
        abort();
}

void trial_send(struct trial *t, struct str body, struct pipeline_exchange *x, int64_t *ret_ms)
{
    int64_t began = clock_mono_ms();

    *x = (struct pipeline_exchange){ .body = body,
                                     .started_us = clock_mono_us(),
                                     .stage = PIPELINE_ENVELOPE };
    if (pipeline_run(&t->pipeline, x, NO_WAIT) == ST_WOULD_WAIT)
        (void)pipeline_run(&t->pipeline, x, began + PIPELINE_TURN_MS);
    *ret_ms = clock_mono_ms() - began;
}

void trial_read_answer(struct trial *t, struct pipeline_exchange *x, struct trial_answer *ret)
{
    json_t *root = NULL;
    struct str ssml;
    char *z, *text;

    ret->status = x->status;
    ret->speech[0] = '\0';
    if (x->status == 200 && json_parse(buf_str(&x->out), true, &root, NULL) == ST_OK) {
        ssml = json_str(root, "response.outputSpeech.ssml");
        z = strndup(ssml.n ? ssml.p : "", ssml.n);
        text = client_ssml_to_text(z);
        (void)snprintf(ret->speech, sizeof ret->speech, "%s", text);
        free(text);
        free(z);
    } else if (x->status == 200) {
        ret->status = -1; /* not JSON */
    }
    json_decref(root);
    pipeline_exchange_done(&t->pipeline, x);
}
