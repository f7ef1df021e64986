/* SPDX-License-Identifier: Apache-2.0 */
/* server/tool/check_dependencies.c -- `climacast doctor`: what stands beside the table: Redis, the
 * weather service, the clock, and the host of Alexa's signing chain. */
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
    REDIS_TRY_MS = 2000, /* patience enough to tell slow from away */
    SKEW_WARN_S = 5,
    SKEW_FAIL_S = 60, /* Alexa's requests count within 150 s */
};

/* ---- Redis ---- */

static struct redis_command command2(const char *a, const char *b, const char *c)
{
    struct redis_command command = { .text = BUF_INIT(REDIS_TEXT_MAX) };

    command.args[command.arg_count++] = str_of(a);
    if (b)
        command.args[command.arg_count++] = str_of(b);
    if (c)
        command.args[command.arg_count++] = str_of(c);
    return command;
}

void check_redis(struct doctor_context *p, struct finding *f)
{
    const char *url = config_text(p->config, CONFIG_REDIS_URL);
    int64_t limit = config_int(p->config, CONFIG_REDIS_TIMEOUT_MS), began, us;
    struct redis_address address;
    struct redis_link *link = NULL;
    struct redis_command ping = command2("PING", NULL, NULL);
    struct err err = ERR_NONE;
    enum status st;

    if (!*url) {
        finding_set(f, CHECK_OK, NULL, "none is used (redis.url is empty)");
        return;
    }
    st = redis_url_parse(str_of(url), &address, &err);
    if (st == ST_OK)
        st = redis_link_open(&address, REDIS_TRY_MS, &link, &err);
    began = clock_mono_us();
    if (st == ST_OK)
        st = redis_link_exchange(link, &ping, 1, clock_mono_ms() + REDIS_TRY_MS, &err);
    us = clock_mono_us() - began;
    if (st == ST_DENIED)
        finding_set(f, CHECK_FAIL, "correct user and password in redis.url (ACL LIST tells)", "%s",
                    err.text);
    else if (st != ST_OK)
        finding_set(f, CHECK_FAIL,
                    "start it, or correct redis.url; answers are right without it, but slower",
                    "%s", err.text);
    else if (us > limit * 1000)
        finding_set(f, CHECK_WARN, "raise redis.timeout_ms, or bring Redis nearer",
                    "answers in %lld ms, over redis.timeout_ms = %lld: it counts as down",
                    (long long)(us / 1000), (long long)limit);
    else
        finding_set(f, CHECK_OK, NULL, "answers in %.1f ms", (double)us / 1000);
    buf_free(&ping.text);
    redis_link_close(link);
}

/* The value of "name:value\r\n" in what INFO says. */
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

static void judge_policy(struct str policy, int64_t limit, struct finding *f)
{
    if (policy.n == 0)
        finding_set(f, CHECK_OK, NULL, "Redis does not tell us (that is its right)");
    else if (limit == 0)
        finding_set(
            f, CHECK_WARN,
            "set maxmemory and maxmemory-policy allkeys-lru in redis.conf, unless it has the "
            "machine to itself",
            "maxmemory is 0: Redis grows without bound (policy %.*s)", STR_ARG(policy));
    else if (str_eqz(policy, "noeviction"))
        finding_set(f, CHECK_WARN,
                    "set maxmemory-policy allkeys-lru (or volatile-lru) in redis.conf",
                    "maxmemory-policy = noeviction: when it is full it takes nothing more");
    else
        finding_set(f, CHECK_OK, NULL, "maxmemory-policy = %.*s, maxmemory %lld MB",
                    STR_ARG(policy), (long long)(limit / (1024 * 1024)));
}

void check_redis_policy(struct doctor_context *p, struct finding *f)
{
    const char *url = config_text(p->config, CONFIG_REDIS_URL);
    struct redis_address address;
    struct redis_link *link = NULL;
    struct redis_command info = command2("INFO", "memory", NULL);
    struct err err = ERR_NONE;
    int64_t limit = 0;
    enum status st;

    if (!*url) {
        finding_set(f, CHECK_OK, NULL, "none is used");
        return;
    }
    st = redis_url_parse(str_of(url), &address, &err);
    if (st == ST_OK)
        st = redis_link_open(&address, REDIS_TRY_MS, &link, &err);
    if (st == ST_OK)
        st = redis_link_exchange(link, &info, 1, clock_mono_ms() + REDIS_TRY_MS, &err);
    if (st != ST_OK) {
        finding_set(f, CHECK_WARN, "see the line \"redis\"",
                    "not looked at, for Redis does not answer");
    } else {
        struct str text = info.kind == REDIS_TEXT ? buf_str(&info.text) : STR_NONE;
        (void)str_to_i64(info_value(text, "maxmemory"), &limit);
        judge_policy(info_value(text, "maxmemory_policy"), limit, f);
    }
    buf_free(&info.text);
    redis_link_close(link);
}

/* ---- the weather service ---- */

static enum status call(struct doctor_context *p, const char *url, const char *connect_to,
                        struct http_response *response, struct err *err)
{
    struct http_header accept = { STR("Accept"), STR("application/geo+json") };
    struct http_request request = { .url = url,
                                    .headers = &accept,
                                    .header_count = 1,
                                    .max_bytes = BODY_MAX,
                                    .deadline = clock_mono_ms() + CALL_MS,
                                    .connect_to = *connect_to ? connect_to : NULL };

    return http_call(p->http, &request, response, err);
}

static void learn_skew(struct doctor_context *p, const struct http_response *response)
{
    int64_t theirs;

    if (!time_parse_http(str_of(response->date), &theirs))
        return;
    p->skew_known = true;
    p->skew_s = clock_wall_s() - theirs;
}

void check_weather(struct doctor_context *p, struct finding *f)
{
    const char *base = config_text(p->config, CONFIG_WEATHER_BASE_URL);
    int64_t limit = config_int(p->config, CONFIG_WEATHER_TIMEOUT_MS), began = clock_mono_ms(), ms;
    struct http_response response;
    struct err err = ERR_NONE;
    char url[400];
    enum status st;

    (void)snprintf(url, sizeof url, "%s/points/38.8894,-77.0352", base); /* Washington, DC */
    st = call(p, url, "", &response, &err);
    ms = clock_mono_ms() - began;
    if (st != ST_OK)
        finding_set(f, CHECK_FAIL,
                    "check the network, the name servers, the firewall and weather.base_url", "%s",
                    err.text);
    else if (response.status == 403)
        finding_set(f, CHECK_FAIL, "set weather.contact: it goes into the User-Agent they ask for",
                    "%s refuses us (403)", base);
    else if (response.status == 429)
        finding_set(f, CHECK_WARN, "wait; if it goes on, ask less: more cache, one daemon less",
                    "%s says that we ask too much (429)", base);
    else if (response.status != 200)
        finding_set(f, response.status >= 500 ? CHECK_WARN : CHECK_FAIL,
                    response.status >= 500 ? "wait: it is unwell; what is kept is told meanwhile"
                                           : "check weather.base_url",
                    "%s answers with %ld", base, response.status);
    else if (ms > limit)
        finding_set(f, CHECK_WARN, "raise weather.timeout_ms, or look at the network",
                    "%s answers in %lld ms, over weather.timeout_ms = %lld", base, (long long)ms,
                    (long long)limit);
    else
        finding_set(f, CHECK_OK, NULL, "%s answers in %lld ms", base, (long long)ms);
    learn_skew(p, &response);
    http_response_done(&response);
}

void check_contact(struct doctor_context *p, struct finding *f)
{
    const char *contact = config_text(p->config, CONFIG_WEATHER_CONTACT);

    if (*contact)
        finding_set(f, CHECK_OK, NULL, "%s", contact);
    else
        finding_set(
            f, CHECK_WARN,
            "set weather.contact to an e-mail address or URL: the weather service asks for one",
            "weather.contact is empty");
}

void check_clock(struct doctor_context *p, struct finding *f)
{
    long long off = p->skew_s < 0 ? -p->skew_s : p->skew_s;
    const char *way = p->skew_s < 0 ? "behind" : "ahead";

    if (!p->skew_known)
        finding_set(f, CHECK_WARN, "see the line \"weather\"",
                    "not compared, for nobody told the time");
    else if (off > SKEW_FAIL_S)
        finding_set(f, CHECK_FAIL, "timedatectl set-ntp true", "the clock is %lld seconds %s", off,
                    way);
    else if (off > SKEW_WARN_S)
        finding_set(f, CHECK_WARN, "timedatectl set-ntp true", "the clock is %lld seconds %s", off,
                    way);
    else
        finding_set(f, CHECK_OK, NULL, "agrees with the weather service's");
}

void check_signing_chain(struct doctor_context *p, struct finding *f)
{
    const char *elsewhere = config_text(p->config, CONFIG_ALEXA_CERTIFICATE_CONNECT_TO);
    struct http_response response;
    struct err err = ERR_NONE;

    if (call(p, "https://s3.amazonaws.com/echo.api/", elsewhere, &response, &err) == ST_OK)
        finding_set(f, CHECK_OK, NULL, "s3.amazonaws.com can be reached%s%s",
                    *elsewhere ? " at " : "", elsewhere);
    else
        finding_set(
            f, CHECK_FAIL,
            "let the daemon reach s3.amazonaws.com:443, or set alexa.certificate_connect_to: "
            "without it no request can be verified",
            "%s", err.text);
    http_response_done(&response);
}
