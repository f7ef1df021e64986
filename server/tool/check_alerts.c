/* SPDX-License-Identifier: Apache-2.0 */
/* server/tool/check_alerts.c -- `climacast doctor`: can alerts be pushed, and are they polled
 * for? */
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "cache/alerts/lease.h"
#include "intents/amazon/token.h"
#include "server/base/clock.h"
#include "server/base/secret.h"
#include "server/config/secret_file.h"
#include "server/tool/check.h"
#include "server/tool/store_session.h"

enum { TOKEN_MS = 8000, POLLS_MISSED_MAX = 3, POLL_MARGIN_S = 30 };

static const char not_used[] = "not used: alerts.enabled is no";

static bool is_used(struct doctor_context *ctx, struct finding *f)
{
    if (config_bool(ctx->config, CONFIG_ALERTS_ENABLED))
        return true;
    finding_set(f, CHECK_OK, NULL, "%s", not_used);
    return false;
}

/* ---- client id and secret ---- */

/* The daemon's user owns its database; the secret must be that user's, too. */
static bool belongs_to_another(struct doctor_context *ctx, const char *secret, unsigned *ret_owner,
                               unsigned *ret_daemon)
{
    struct stat file, database;

    if (!config_is(ctx->config, CONFIG_PERSISTENCE_BACKEND, "sqlite") || stat(secret, &file) != 0 ||
        stat(config_text(ctx->config, CONFIG_SQLITE_PATH), &database) != 0)
        return false;
    *ret_owner = (unsigned)file.st_uid;
    *ret_daemon = (unsigned)database.st_uid;
    return file.st_uid != database.st_uid;
}

/* Asks for a token as the daemon does; it is not used. */
static enum status get_token(struct doctor_context *ctx, const char *secret, struct err *err)
{
    const struct amazon_settings settings = { .connect_to = config_text(
                                                  ctx->config, CONFIG_ALEXA_API_CONNECT_TO) };
    const struct amazon_token_settings token_settings = { .client_id = config_text(
                                                              ctx->config, CONFIG_ALERTS_CLIENT_ID),
                                                          .client_secret = secret,
                                                          .scope = "alexa::proactive_events" };
    struct amazon *amazon = amazon_create(&settings, ctx->http);
    struct amazon_token *token = amazon ? amazon_token_create(&token_settings, amazon) : NULL;
    char text[AMAZON_TOKEN_SIZE];
    enum status st =
        token ? amazon_token_get(token, clock_mono_ms() + TOKEN_MS, text, err) : err_no_memory(err);

    secret_wipe(text, sizeof text);
    amazon_token_free(token);
    amazon_free(amazon);
    return st;
}

static void judge_token(struct doctor_context *ctx, const char *secret, struct finding *f)
{
    const char *path = config_text(ctx->config, CONFIG_ALERTS_CLIENT_SECRET_FILE);
    unsigned owner, daemon;
    struct err err = ERR_NONE;
    enum status st = get_token(ctx, secret, &err);

    if (st == ST_DENIED)
        finding_set(
            f, CHECK_FAIL,
            "copy alerts.client_id and the secret again from the console's Permissions page", "%s",
            err.text);
    else if (st != ST_OK)
        finding_set(
            f, CHECK_FAIL,
            "allow connections to api.amazon.com:443, or set alexa.api_connect_to; otherwise "
            "no alert can be pushed",
            "%s", err.text);
    else if (belongs_to_another(ctx, path, &owner, &daemon))
        finding_set(f, CHECK_WARN, "chown it to the daemon's user",
                    "%s belongs to user %u, the database to user %u", path, owner, daemon);
    else
        finding_set(f, CHECK_OK, NULL,
                    "api.amazon.com gives a token for alerts.client_id; stage %s",
                    config_text(ctx->config, CONFIG_ALERTS_STAGE));
}

void check_alerts(struct doctor_context *ctx, struct finding *f)
{
    struct buf secret = BUF_INIT(SECRET_FILE_MAX);
    struct err err = ERR_NONE;

    if (!is_used(ctx, f))
        return;
    if (!*config_text(ctx->config, CONFIG_ALERTS_CLIENT_ID))
        finding_set(f, CHECK_FAIL, "set alerts.client_id, from the console's Permissions page",
                    "alerts.client_id is empty");
    else if (secret_file_read(config_text(ctx->config, CONFIG_ALERTS_CLIENT_SECRET_FILE), &secret,
                              &err) != ST_OK)
        finding_set(f, CHECK_FAIL,
                    "put the client secret into a file that only the daemon's user can read, and "
                    "set alerts.client_secret_file",
                    "%s", err.text);
    else
        judge_token(ctx, buf_z(&secret), f);
    if (secret.p)
        secret_wipe(secret.p, secret.n);
    buf_free(&secret);
}

/* ---- the poller ---- */

static void judge_reading(struct doctor_context *ctx, const struct alert_reading *reading,
                          struct finding *f)
{
    static const char fix[] = "start the daemon; journalctl -u climacast | grep alerts_failed says "
                              "why alerts cannot be read";
    int64_t age_s = config_weather_now(ctx->config) - reading->last_ms / 1000;
    int64_t poll_s = config_int(ctx->config, CONFIG_ALERTS_POLL_SECONDS);

    if (reading->last_ms == 0)
        finding_set(f, CHECK_WARN,
                    "none needed while nobody has subscribed; else see the daemon's journal",
                    "the alerts have never been read");
    else if (age_s > POLLS_MISSED_MAX * poll_s + POLL_MARGIN_S)
        finding_set(f, CHECK_WARN, fix, "the alerts were last read %lld seconds ago",
                    (long long)age_s);
    else
        finding_set(f, CHECK_OK, NULL, "the alerts were last read %lld seconds ago",
                    (long long)(age_s > 0 ? age_s : 0));
}

void check_alert_polls(struct doctor_context *ctx, struct finding *f)
{
    struct alert_reading reading = { .last_ms = 0 };
    struct err err = ERR_NONE;

    if (!is_used(ctx, f))
        return;
    if (config_is(ctx->config, CONFIG_PERSISTENCE_BACKEND, "memory"))
        finding_set(f, CHECK_WARN, "set persistence.backend = sqlite or dynamodb",
                    "subscriptions to alerts are lost on restart with memory");
    else if (!ctx->usable)
        finding_set(f, CHECK_WARN, "see \"table\"", "skipped: table unavailable");
    else if (alert_reading_get(ctx->store, store_session_deadline(), &reading, &err) != ST_OK)
        finding_set(f, CHECK_FAIL, "see the failed checks above", "%s", err.text);
    else
        judge_reading(ctx, &reading, f);
}
