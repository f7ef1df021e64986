/* SPDX-License-Identifier: Apache-2.0 */
/* server/api/access.c -- the checks in order: Host and Origin, the token, how often.
 *
 * A web page that reaches this listener through the browser of somebody on this machine cannot send
 * a token, so Host and Origin are checked of requests without one. */
#include "server/api/access.h"

#include <stdlib.h>
#include <string.h>

#include "server/api/host_check.h"
#include "server/api/rate_limit.h"
#include "server/api/token_watch.h"
#include "server/base/clock.h"
#include "server/base/host_port.h"

struct access {
    struct access_settings settings;
    struct token_watch *tokens;
    struct rate_limit *per_token, *refused_per_address;
};

struct access *access_create(const struct access_settings *settings)
{
    struct access *a = calloc(1, sizeof *a);

    if (!a)
        return NULL;
    a->settings = *settings;
    a->tokens = token_watch_create(settings->store);
    a->per_token = rate_limit_create(settings->per_minute);
    a->refused_per_address = rate_limit_create(settings->per_minute);
    if (a->tokens && a->per_token && a->refused_per_address)
        return a;
    access_free(a);
    return NULL;
}

void access_free(struct access *a)
{
    if (!a)
        return;
    rate_limit_free(a->refused_per_address);
    rate_limit_free(a->per_token);
    token_watch_free(a->tokens);
    free(a);
}

/* What follows "Bearer "; STR_NONE when the header has another scheme. */
static struct str bearer_token(struct str authorization)
{
    struct str rest = authorization, scheme;

    if (!str_word(&rest, &scheme) || !str_ieqz(scheme, "Bearer"))
        return STR_NONE;
    return str_trim(rest);
}

static enum status refuse(struct api_reply *reply, enum api_error e, const char *message)
{
    api_reply_error(reply, e, str_of(message));
    return ST_DENIED;
}

static enum status refuse_rate(struct api_reply *reply, int wait_s)
{
    api_reply_errorf(reply, API_rate_limited, "Too many requests: try again in %d second%s.",
                     wait_s, wait_s == 1 ? "" : "s");
    reply->retry_after_s = wait_s;
    return ST_DENIED;
}

/* Of an IPv6 address the network, of which a caller has all addresses. */
static struct str address_key(const struct ip *peer)
{
    enum { NETWORK_BYTES = 8 };

    return (struct str){ (const char *)peer->bytes,
                         peer->kind == IP_V6 ? NETWORK_BYTES : sizeof peer->bytes };
}

/* A wrong token, as long as the address has not sent too many of them. */
static enum status refuse_token(struct access *a, const struct access_request *request,
                                struct api_reply *reply, enum api_error e, const char *message)
{
    int wait_s = 0;

    if (!rate_limit_take(a->refused_per_address, address_key(&request->peer), clock_mono_us(),
                         &wait_s))
        return refuse_rate(reply, wait_s);
    return refuse(reply, e, message);
}

static bool is_loopback(const struct ip *ip)
{
    char text[IP_TEXT_BYTES];

    return host_port_is_loopback(ip_format(ip, text));
}

static enum status check_origin(const struct access_request *q, bool token, struct api_reply *reply)
{
    bool foreign = q->origin.n > 0 && !host_origin_is_own(q->origin, &q->own);

    if (q->repeated)
        return refuse(reply, API_forbidden,
                      "Host, Origin, Authorization and MCP-Protocol-Version may each occur only "
                      "once in a request.");
    if (foreign && (q->strict_origin || !token))
        return refuse(reply, API_forbidden, "Requests from this Origin are not allowed.");
    if (!token && q->host.n > 0 && !host_is_own(q->host, &q->own))
        return refuse(reply, API_forbidden,
                      "Without a token, use localhost or the address of the listener as Host.");
    return ST_OK;
}

/* *ret_key is who is counted. */
static enum status check_token(struct access *a, const struct access_request *q, struct str token,
                               int64_t deadline, char ret_key[API_TOKEN_NAME_MAX + 1],
                               struct api_reply *reply)
{
    struct err err = ERR_NONE;
    enum status st;

    ret_key[0] = '\0';
    if (q->authorization.n == 0 && a->settings.open && is_loopback(&q->peer))
        return ST_OK;
    if (q->authorization.n == 0)
        return refuse_token(a, q, reply, API_token_missing,
                            "Send a token in the header Authorization: Bearer TOKEN. "
                            "\"climacast token create NAME\" makes one.");
    st = token_watch_check(a->tokens, token, deadline, ret_key, &err);
    if (st == ST_DENIED)
        return refuse_token(a, q, reply, API_token_invalid, "This token is not valid.");
    if (st != ST_OK && st != ST_WOULD_WAIT)
        return refuse(
            reply, API_weather_unavailable,
            "The tokens cannot be checked right now. Please try again in a little while.");
    return st;
}

enum status access_check(struct access *a, const struct access_request *request, int64_t deadline,
                         struct api_reply *reply)
{
    struct str token = bearer_token(request->authorization);
    char key[API_TOKEN_NAME_MAX + 1];
    int wait_s = 0;
    enum status st = check_origin(request, request->authorization.n > 0, reply);

    if (st == ST_OK)
        st = check_token(a, request, token, deadline, key, reply);
    if (st == ST_OK && !rate_limit_take(a->per_token, str_of(key), clock_mono_us(), &wait_s))
        return refuse_rate(reply, wait_s);
    return st;
}
