/* SPDX-License-Identifier: Apache-2.0 */
/* server/tool/check_dependencies.c -- `climacast doctor`: what the daemon depends on besides the
 * table: Redis, the weather service, the clock, and the host of Alexa's signing chain. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cache/redis/connection.h"
#include "server/base/clock.h"
#include "server/base/time_text.h"
#include "server/tool/check.h"

enum {
    CALL_MS = 10000,
    BODY_MAX = 1024 * 1024,
    REDIS_TEXT_MAX = 64 * 1024,
    REDIS_TRY_MS = 2000, /* long enough to tell slow from down */
    SKEW_WARN_S = 5,
    SKEW_FAIL_S = 60, /* requests are valid for 150 s */
};

/* ---- Redis ---- */

static struct redis_command redis_command_of(const char *a, const char *b, const char *c)
{
    struct redis_command command = { .text = BUF_INIT(REDIS_TEXT_MAX) };

    command.args[command.arg_count++] = str_of(a);
    if (b)
        command.args[command.arg_count++] = str_of(b);
    if (c)
        command.args[command.arg_count++] = str_of(c);
    return command;
}

void check_redis(struct doctor_context *ctx, struct finding *f)
{
    const char *url = config_text(ctx->config, CONFIG_REDIS_URL);
    int64_t limit = config_int(ctx->config, CONFIG_REDIS_TIMEOUT_MS), began, us;
    struct redis_address address;
    struct redis_connection *connection = NULL;
    struct redis_command ping = redis_command_of("PING", NULL, NULL);
    struct err err = ERR_NONE;
    enum status st;

    if (!*url) {
        finding_set(f, CHECK_OK, NULL, "not used (redis.url is empty)");
        return;
    }
    st = redis_url_parse(str_of(url), &address, &err);
    if (st == ST_OK)
        st = redis_connection_open(&address, REDIS_TRY_MS, &connection, &err);
    began = clock_mono_us();
    if (st == ST_OK)
        st = redis_connection_exchange(connection, &ping, 1, clock_mono_ms() + REDIS_TRY_MS, &err);
    us = clock_mono_us() - began;
    if (st == ST_DENIED)
        finding_set(f, CHECK_FAIL, "correct the user and password in redis.url (see ACL LIST)",
                    "%s", err.text);
    else if (st != ST_OK)
        finding_set(f, CHECK_FAIL,
                    "start Redis, or correct redis.url; without it answers are correct but slower",
                    "%s", err.text);
    else if (us > limit * 1000)
        finding_set(f, CHECK_WARN, "raise redis.timeout_ms, or move Redis closer",
                    "answers in %lld ms, more than redis.timeout_ms = %lld, so it counts as down",
                    (long long)(us / 1000), (long long)limit);
    else
        finding_set(f, CHECK_OK, NULL, "answers in %.1f ms", (double)us / 1000);
    buf_free(&ping.text);
    redis_connection_close(connection);
}

/* The value of "name:value\r\n" in the reply to INFO. */
static struct str info_value(struct str info, const char *name)
{
    struct str line;

    while (str_split(&info, '\n', &line)) {
        struct str key;
        if (str_split(&line, ':', &key) && str_eqz(str_trim(key), name))
            return str_trim(line);
    }
    return STR_NONE;
}

static void check_policy(struct str policy, int64_t limit, struct finding *f)
{
    if (policy.n == 0)
        finding_set(f, CHECK_OK, NULL, "INFO not permitted (OK)");
    else if (limit == 0)
        finding_set(
            f, CHECK_WARN,
            "set maxmemory and maxmemory-policy allkeys-lru in redis.conf, unless Redis has a "
            "machine of its own",
            "maxmemory = 0: Redis grows without limit (policy %.*s)", STR_ARG(policy));
    else if (str_eqz(policy, "noeviction"))
        finding_set(f, CHECK_WARN,
                    "set maxmemory-policy allkeys-lru (or volatile-lru) in redis.conf",
                    "maxmemory-policy = noeviction: a full Redis refuses writes");
    else
        finding_set(f, CHECK_OK, NULL, "maxmemory-policy = %.*s, maxmemory %lld MB",
                    STR_ARG(policy), (long long)(limit / (1024 * 1024)));
}

void check_redis_policy(struct doctor_context *ctx, struct finding *f)
{
    const char *url = config_text(ctx->config, CONFIG_REDIS_URL);
    struct redis_address address;
    struct redis_connection *connection = NULL;
    struct redis_command info = redis_command_of("INFO", "memory", NULL);
    struct err err = ERR_NONE;
    int64_t limit = 0;
    enum status st;

    if (!*url) {
        finding_set(f, CHECK_OK, NULL, "not used");
        return;
    }
    st = redis_url_parse(str_of(url), &address, &err);
    if (st == ST_OK)
        st = redis_connection_open(&address, REDIS_TRY_MS, &connection, &err);
    if (st == ST_OK)
        st = redis_connection_exchange(connection, &info, 1, clock_mono_ms() + REDIS_TRY_MS, &err);
    if (st != ST_OK) {
        finding_set(f, CHECK_WARN, "see \"redis\"", "skipped: Redis unavailable");
    } else {
        struct str text = info.kind == REPLY_TEXT ? buf_str(&info.text) : STR_NONE;
        (void)str_to_i64(info_value(text, "maxmemory"), &limit);
        check_policy(info_value(text, "maxmemory_policy"), limit, f);
    }
    buf_free(&info.text);
    redis_connection_close(connection);
}

/* ---- the weather service ---- */

static enum status get_url(struct doctor_context *ctx, const char *url, const char *connect_to,
                           struct http_response *response, struct err *err)
{
    struct http_header accept = { STR("Accept"), STR("application/geo+json") };
    struct http_request request = { .url = url,
                                    .headers = &accept,
                                    .header_count = 1,
                                    .max_bytes = BODY_MAX,
                                    .deadline = clock_mono_ms() + CALL_MS,
                                    .connect_to = *connect_to ? connect_to : NULL };

    return http_call(ctx->http, &request, response, err);
}

static void measure_skew(struct doctor_context *ctx, const struct http_response *response)
{
    int64_t theirs;

    if (!time_parse_http(str_of(response->date), &theirs))
        return;
    ctx->skew_known = true;
    ctx->skew_s = clock_wall_s() - theirs;
}

void check_weather(struct doctor_context *ctx, struct finding *f)
{
    const char *base = config_text(ctx->config, CONFIG_WEATHER_BASE_URL);
    int64_t limit = config_int(ctx->config, CONFIG_WEATHER_TIMEOUT_MS), began = clock_mono_ms(), ms;
    struct http_response response;
    struct err err = ERR_NONE;
    char url[400];
    enum status st;

    (void)snprintf(url, sizeof url, "%s/points/38.8894,-77.0352", base); /* Washington, DC */
    st = get_url(ctx, url, "", &response, &err);
    ms = clock_mono_ms() - began;
    if (st != ST_OK)
        finding_set(f, CHECK_FAIL, "check the network, DNS, the firewall and weather.base_url",
                    "%s", err.text);
    else if (response.status == 403)
        finding_set(f, CHECK_FAIL, "set weather.contact, which NWS requires in the User-Agent",
                    "%s refuses requests (403)", base);
    else if (response.status == 429)
        finding_set(f, CHECK_WARN,
                    "wait; if it persists, reduce load: raise cache TTLs or run fewer daemons",
                    "%s limits our request rate (429)", base);
    else if (response.status != 200)
        finding_set(f, response.status >= 500 ? CHECK_WARN : CHECK_FAIL,
                    response.status >= 500
                        ? "wait; NWS is failing, and cached data is served meanwhile"
                        : "check weather.base_url",
                    "%s answers with %ld", base, response.status);
    else if (ms > limit)
        finding_set(f, CHECK_WARN, "raise weather.timeout_ms, or check the network",
                    "%s answers in %lld ms, more than weather.timeout_ms = %lld", base,
                    (long long)ms, (long long)limit);
    else
        finding_set(f, CHECK_OK, NULL, "%s answers in %lld ms", base, (long long)ms);
    measure_skew(ctx, &response);
    http_response_done(&response);
}

void check_contact(struct doctor_context *ctx, struct finding *f)
{
    const char *contact = config_text(ctx->config, CONFIG_WEATHER_CONTACT);

    if (*contact)
        finding_set(f, CHECK_OK, NULL, "%s", contact);
    else
        finding_set(f, CHECK_WARN,
                    "set weather.contact to an email address or URL; NWS asks for one",
                    "weather.contact is empty");
}

void check_clock(struct doctor_context *ctx, struct finding *f)
{
    long long off = ctx->skew_s < 0 ? -ctx->skew_s : ctx->skew_s;
    const char *direction = ctx->skew_s < 0 ? "behind" : "ahead";

    if (!ctx->skew_known)
        finding_set(f, CHECK_WARN, "see \"weather\"", "skipped: no reference time");
    else if (off > SKEW_FAIL_S)
        finding_set(f, CHECK_FAIL, "run timedatectl set-ntp true", "the clock is %lld seconds %s",
                    off, direction);
    else if (off > SKEW_WARN_S)
        finding_set(f, CHECK_WARN, "run timedatectl set-ntp true", "the clock is %lld seconds %s",
                    off, direction);
    else
        finding_set(f, CHECK_OK, NULL, "matches the weather service's clock");
}

void check_signing_chain(struct doctor_context *ctx, struct finding *f)
{
    const char *elsewhere = config_text(ctx->config, CONFIG_ALEXA_CERTIFICATE_CONNECT_TO);
    struct http_response response;
    struct err err = ERR_NONE;

    if (get_url(ctx, "https://s3.amazonaws.com/echo.api/", elsewhere, &response, &err) == ST_OK)
        finding_set(f, CHECK_OK, NULL, "s3.amazonaws.com is reachable%s%s",
                    *elsewhere ? " at " : "", elsewhere);
    else
        finding_set(
            f, CHECK_FAIL,
            "allow connections to s3.amazonaws.com:443, or set alexa.certificate_connect_to; "
            "otherwise no request can be verified",
            "%s", err.text);
    http_response_done(&response);
}

/* Any response will do: without a user's token, there is nothing to ask for. */
void check_amazon_api(struct doctor_context *ctx, struct finding *f)
{
    const char *elsewhere = config_text(ctx->config, CONFIG_ALEXA_API_CONNECT_TO);
    struct http_response response;
    struct err err = ERR_NONE;

    if (!config_bool(ctx->config, CONFIG_ALEXA_DEVICE_ADDRESS) &&
        !config_bool(ctx->config, CONFIG_ALEXA_DEVICE_SETTINGS) &&
        !config_bool(ctx->config, CONFIG_ALERTS_ENABLED)) {
        finding_set(f, CHECK_OK, NULL,
                    "not used: alexa.device_address, alexa.device_settings and alerts.enabled are "
                    "no");
        return;
    }
    if (get_url(ctx, "https://api.amazonalexa.com/", elsewhere, &response, &err) == ST_OK)
        finding_set(f, CHECK_OK, NULL, "api.amazonalexa.com is reachable%s%s",
                    *elsewhere ? " at " : "", elsewhere);
    else
        finding_set(f, CHECK_FAIL,
                    "allow connections to api.amazonalexa.com:443, or set alexa.api_connect_to; "
                    "otherwise no device's address or units can be asked for, and no alert pushed",
                    "%s", err.text);
    http_response_done(&response);
}
