/* SPDX-License-Identifier: Apache-2.0 */
/* intents/amazon/token.c -- one token at a time, asked for by one thread at a time. */
#include "intents/amazon/token.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "server/base/clock.h"
#include "server/base/flight.h"
#include "server/base/json.h"
#include "server/base/percent_encoding.h"
#include "server/base/secret.h"

enum { FORM_MAX = 4000, CREDENTIAL_MAX = 500, EXPIRES_MAX_S = 24 * 3600 };

struct amazon_token {
    struct amazon *amazon;
    struct flight *flight;
    char client_id[CREDENTIAL_MAX + 1], client_secret[CREDENTIAL_MAX + 1];
    const char *scope;
    int64_t (*mono_ms)(void);
    pthread_mutex_t lock; /* guards all that follows */
    char token[AMAZON_TOKEN_SIZE];
    int64_t good_until_ms; /* 0: there is none */
    int64_t wait_until_ms; /* after a failure */
    struct err failure;
};

struct amazon_token *amazon_token_create(const struct amazon_token_settings *settings,
                                         struct amazon *amazon)
{
    struct amazon_token *t = calloc(1, sizeof *t);

    if (!t)
        return NULL;
    t->flight = flight_create();
    if (!t->flight || pthread_mutex_init(&t->lock, NULL) != 0) {
        flight_free(t->flight);
        free(t);
        return NULL;
    }
    t->amazon = amazon;
    t->scope = settings->scope;
    t->mono_ms = settings->mono_ms ? settings->mono_ms : clock_mono_ms;
    (void)snprintf(t->client_id, sizeof t->client_id, "%s", settings->client_id);
    (void)snprintf(t->client_secret, sizeof t->client_secret, "%s", settings->client_secret);
    return t;
}

void amazon_token_free(struct amazon_token *t)
{
    if (!t)
        return;
    flight_free(t->flight);
    (void)pthread_mutex_destroy(&t->lock);
    secret_wipe(t, sizeof *t);
    free(t);
}

/* What is known without asking. ST_MISS: a token must be asked for. */
static enum status look_up(struct amazon_token *t, char ret_token[AMAZON_TOKEN_SIZE],
                           struct err *err)
{
    int64_t now = t->mono_ms();
    enum status st = ST_MISS;

    (void)pthread_mutex_lock(&t->lock);
    if (t->good_until_ms > now) {
        (void)snprintf(ret_token, AMAZON_TOKEN_SIZE, "%s", t->token);
        st = ST_OK;
    } else if (t->wait_until_ms > now) {
        st = t->failure.status;
        if (err && err->status == ST_OK)
            *err = t->failure;
    }
    (void)pthread_mutex_unlock(&t->lock);
    return st;
}

/* ---- asking ---- */

static void put_field(struct buf *form, const char *name, const char *value)
{
    buf_printf(form, "%s%s=", form->n > 0 ? "&" : "", name);
    percent_encode(form, str_of(value), false);
}

static enum status take_answer(struct amazon_token *t, const struct http_response *response,
                               struct err *err)
{
    struct str token = STR_NONE;
    int64_t expires_s = 0;
    json_t *root = NULL;
    enum status st = ST_OK;

    if (json_parse(buf_str(&response->body), false, &root, NULL) == ST_OK) {
        token = json_str(root, "access_token");
        (void)json_int(root, "expires_in", &expires_s);
    }
    if (!amazon_may_send(token) || expires_s <= 0)
        st = err_reason(err, ST_UNAVAILABLE, "amazon_token_unavailable",
                        "%s: the answer has no token", amazon_host_name(AMAZON_HOST_LOGIN));
    if (st == ST_OK) {
        if (expires_s > EXPIRES_MAX_S)
            expires_s = EXPIRES_MAX_S;
        /* One that lives for less than two minutes is used for half of its life. */
        int64_t use_s = expires_s > 2 * AMAZON_TOKEN_EARLY_S ? expires_s - AMAZON_TOKEN_EARLY_S
                                                             : (expires_s + 1) / 2;
        (void)pthread_mutex_lock(&t->lock);
        (void)snprintf(t->token, sizeof t->token, "%.*s", STR_ARG(token));
        t->good_until_ms = t->mono_ms() + use_s * 1000;
        (void)pthread_mutex_unlock(&t->lock);
    }
    json_decref(root);
    return st;
}

static enum status read_answer(struct amazon_token *t, enum status st,
                               const struct http_response *response, const struct err *why,
                               struct err *err)
{
    const char *host = amazon_host_name(AMAZON_HOST_LOGIN);
    long code = response->status;

    if (st != ST_OK)
        return err_reason(err, st == ST_TIMEOUT ? ST_TIMEOUT : ST_UNAVAILABLE,
                          "amazon_token_unavailable", "%s", why->text);
    if (code == 200)
        return take_answer(t, response, err);
    if (code == 400 || code == 401 || code == 403)
        return err_reason(err, ST_DENIED, "amazon_token_refused",
                          "%s refuses client id or secret: HTTP status %ld", host, code);
    return err_reason(err, ST_UNAVAILABLE, "amazon_token_unavailable", "%s: HTTP status %ld", host,
                      code);
}

static enum status request_token(struct amazon_token *t, int64_t deadline, struct err *err)
{
    struct buf form = BUF_INIT(FORM_MAX);
    struct http_response response = { .status = 0 };
    struct err why = ERR_NONE, failure = ERR_NONE;
    enum status st;

    put_field(&form, "grant_type", "client_credentials");
    put_field(&form, "client_id", t->client_id);
    put_field(&form, "client_secret", t->client_secret);
    put_field(&form, "scope", t->scope);
    struct amazon_request request = { .service = AMAZON_TOKEN,
                                      .host = AMAZON_HOST_LOGIN,
                                      .path = STR("/auth/o2/token"),
                                      .content_type = "application/x-www-form-urlencoded",
                                      .body = buf_str(&form),
                                      .deadline = deadline };
    if (form.failed)
        st = err_no_memory(&why);
    else
        st = amazon_call(t->amazon, &request, &response, &why);
    st = read_answer(t, st, &response, &why, &failure);
    if (response.body.p)
        secret_wipe(response.body.p, response.body.n);
    http_response_done(&response);
    if (form.p)
        secret_wipe(form.p, form.n);
    buf_free(&form);
    if (st == ST_OK)
        return ST_OK;
    (void)pthread_mutex_lock(&t->lock);
    t->failure = failure;
    t->wait_until_ms =
        t->mono_ms() + (st == ST_DENIED ? AMAZON_TOKEN_REFUSED_MS : AMAZON_TOKEN_FAILED_MS);
    (void)pthread_mutex_unlock(&t->lock);
    if (err && err->status == ST_OK)
        *err = failure;
    return st;
}

enum status amazon_token_get(struct amazon_token *t, int64_t deadline,
                             char ret_token[AMAZON_TOKEN_SIZE], struct err *err)
{
    static const struct str key = STR("token");
    enum status st;

    for (;;) {
        st = look_up(t, ret_token, err);
        if (st != ST_MISS)
            return st;
        switch (flight_join(t->flight, key, deadline)) {
        case FLIGHT_LEADER:
            st = look_up(t, ret_token, NULL); /* another may have asked just now */
            st = st == ST_MISS ? request_token(t, deadline, err) : ST_OK;
            flight_finish(t->flight, key, st == ST_OK);
            if (st != ST_OK)
                return st;
            break;
        case FLIGHT_DONE:
        case FLIGHT_FAILED:
            break;
        case FLIGHT_TIMEOUT:
            return err_reason(err, ST_TIMEOUT, "amazon_token_unavailable",
                              "no token before the deadline");
        }
    }
}

void amazon_token_forget(struct amazon_token *t, const char *token)
{
    (void)pthread_mutex_lock(&t->lock);
    if (strcmp(t->token, token) == 0) {
        secret_wipe(t->token, sizeof t->token);
        t->good_until_ms = 0;
    }
    (void)pthread_mutex_unlock(&t->lock);
}
