/* SPDX-License-Identifier: Apache-2.0 */
/* intents/amazon/notify.c -- writes the event, sends it, and interprets the response. */
#include "intents/amazon/notify.h"

#include "server/base/clock.h"
#include "server/base/json.h"
#include "server/base/secret.h"
#include "server/base/time_text.h"

enum { EVENT_MAX = 16 * 1024, RETRY_AFTER_MAX_S = 24 * 3600 };

/* ---- the request ---- */

static void put_time(struct buf *out, const char *name, int64_t t)
{
    char text[TIME_TEXT_BYTES];

    time_format_rfc3339(t, text);
    buf_printf(out, "\"%s\":\"%s\",", name, text);
}

/* Append the body of the request. */
static void put_body(struct buf *out, const struct amazon_event *event)
{
    buf_putc(out, '{');
    put_time(out, "timestamp", event->timestamp);
    buf_putz(out, "\"referenceId\":");
    json_put_string(out, event->reference);
    buf_putc(out, ',');
    put_time(out, "expiryTime", event->expiry);
    buf_printf(out,
               "\"event\":{\"name\":\"AMAZON.WeatherAlert.Activated\",\"payload\":{"
               "\"weatherAlert\":{\"source\":\"localizedattribute:source\","
               "\"alertType\":\"%s\"}}},\"localizedAttributes\":[{\"locale\":\"en-US\",\"source\":",
               event->alert_type);
    json_put_string(out, event->source);
    buf_putz(out, "}],\"relevantAudience\":{\"type\":\"Unicast\",\"payload\":{\"user\":");
    json_put_string(out, event->user);
    buf_putz(out, "}}}");
}

static enum status post(struct amazon *amazon, const struct amazon_event *event, struct str body,
                        const char *token, int64_t deadline, struct amazon_notify_result *result)
{
    struct amazon_request request = { .service = AMAZON_EVENTS,
                                      .host = event->host,
                                      .path = event->live
                                                  ? STR("/v1/proactiveEvents")
                                                  : STR("/v1/proactiveEvents/stages/development"),
                                      .token = str_of(token),
                                      .content_type = "application/json",
                                      .body = body,
                                      .deadline = deadline };
    struct http_response response;
    enum status st = amazon_call(amazon, &request, &response, &result->err);

    result->status = st == ST_OK ? response.status : 0;
    result->retry_after_ms = amazon_retry_after_ms(response.retry_after, clock_wall_s());
    http_response_done(&response);
    return st;
}

/* ---- the response ---- */

int64_t amazon_retry_after_ms(const char *header, int64_t now_s)
{
    struct str text = str_trim(str_of(header));
    int64_t s;

    if (!str_to_i64(text, &s)) {
        if (!time_parse_http(text, &s))
            return 0;
        s -= now_s;
    }
    if (s <= 0)
        return 0;
    return (s < RETRY_AFTER_MAX_S ? s : RETRY_AFTER_MAX_S) * 1000;
}

static enum amazon_notified outcome_for(long status)
{
    switch (status) {
    case 200:
    case 202:
        return AMAZON_NOTIFIED_SENT;
    case 401:
    case 403:
        return AMAZON_NOTIFIED_DENIED;
    case 409:
        return AMAZON_NOTIFIED_BEFORE;
    case 408:
        return AMAZON_NOTIFIED_FAILED;
    case 429:
        return AMAZON_NOTIFIED_LIMITED;
    case 432:
        return AMAZON_NOTIFIED_USER_LIMIT;
    default:
        return status >= 400 && status < 500 ? AMAZON_NOTIFIED_REFUSED : AMAZON_NOTIFIED_FAILED;
    }
}

/* Returns whether another token may help. */
static bool try_once(struct amazon *amazon, struct amazon_token *token,
                     const struct amazon_event *event, struct str body, int64_t deadline,
                     struct amazon_notify_result *result)
{
    char bearer[AMAZON_TOKEN_SIZE];

    *result = (struct amazon_notify_result){ .outcome = AMAZON_NOTIFIED_NO_TOKEN };
    if (amazon_token_get(token, deadline, bearer, &result->err) != ST_OK)
        return false;
    if (post(amazon, event, body, bearer, deadline, result) != ST_OK)
        result->outcome = AMAZON_NOTIFIED_FAILED;
    else
        result->outcome = outcome_for(result->status);
    if (result->outcome == AMAZON_NOTIFIED_DENIED)
        amazon_token_forget(token, bearer);
    secret_wipe(bearer, sizeof bearer);
    return result->outcome == AMAZON_NOTIFIED_DENIED;
}

void amazon_notify(struct amazon *amazon, struct amazon_token *token,
                   const struct amazon_event *event, int64_t deadline,
                   struct amazon_notify_result *ret_result)
{
    struct buf body = BUF_INIT(EVENT_MAX);
    bool again;

    *ret_result = (struct amazon_notify_result){ .outcome = AMAZON_NOTIFIED_FAILED };
    put_body(&body, event);
    if (body.failed) {
        (void)err_no_memory(&ret_result->err);
    } else {
        again = try_once(amazon, token, event, buf_str(&body), deadline, ret_result);
        if (again)
            (void)try_once(amazon, token, event, buf_str(&body), deadline, ret_result);
    }
    buf_free(&body);
    if (ret_result->outcome != AMAZON_NOTIFIED_SENT &&
        ret_result->outcome != AMAZON_NOTIFIED_BEFORE && ret_result->err.status == ST_OK)
        (void)err_set(&ret_result->err, ST_UNAVAILABLE, "%s: HTTP status %ld",
                      amazon_host_name(event->host), ret_result->status);
}
