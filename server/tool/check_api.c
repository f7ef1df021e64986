/* SPDX-License-Identifier: Apache-2.0 */
/* server/tool/check_api.c -- `climacast doctor`: does the JSON API answer, and can anybody use
 * it? */
#include <stdio.h>
#include <stdlib.h>

#include "cache/api_tokens.h"
#include "server/base/clock.h"
#include "server/base/json.h"
#include "server/tool/check.h"

enum { CALL_MS = 8000, BODY_MAX = 64 * 1024 };

/* Without a token and without a place, it answers with an error of its own. */
static bool is_our_api(const struct http_response *response)
{
    struct err ignored = ERR_NONE;
    json_t *body = NULL;
    bool ours = (response->status == 400 || response->status == 401 || response->status == 429) &&
                json_parse(buf_str(&response->body), true, &body, &ignored) == ST_OK &&
                json_str(body, "error").n > 0 && json_str(body, "message").n > 0;

    json_decref(body);
    return ours;
}

/* How many tokens there are; -1: unknown. */
static int count_tokens(struct doctor_context *ctx)
{
    struct api_tokens *tokens = ctx->usable ? calloc(1, sizeof *tokens) : NULL;
    struct err ignored = ERR_NONE;
    int count = -1;

    if (tokens && api_tokens_read(ctx->store, clock_mono_ms() + CALL_MS, tokens, &ignored) == ST_OK)
        count = (int)tokens->count;
    free(tokens);
    return count;
}

static void judge_tokens(struct doctor_context *ctx, const char *address, struct finding *f)
{
    int count = count_tokens(ctx);

    if (config_bool(ctx->config, CONFIG_API_OPEN))
        finding_set(f, CHECK_OK, NULL, "the API answers on %s, to all programs of this machine",
                    address);
    else if (count == 0)
        finding_set(f, CHECK_WARN, "climacast token create NAME",
                    "the API answers on %s, but there is no token to use it with", address);
    else if (count < 0)
        finding_set(f, CHECK_OK, NULL, "the API answers on %s", address);
    else
        finding_set(f, CHECK_OK, NULL, "the API answers on %s; %d token%s", address, count,
                    count == 1 ? "" : "s");
}

void check_api(struct doctor_context *ctx, struct finding *f)
{
    const char *address = config_list(ctx->config, CONFIG_API_LISTEN)[0];
    struct http_response response;
    struct err err = ERR_NONE;
    char url[300];

    if (!address) {
        finding_set(f, CHECK_OK, NULL, "skipped: api.listen is empty");
        return;
    }
    (void)snprintf(url, sizeof url, "http://%s/v1/now", address);
    struct http_request request = { .url = url,
                                    .max_bytes = BODY_MAX,
                                    .deadline = clock_mono_ms() + CALL_MS };
    if (http_call(ctx->http, &request, &response, &err) != ST_OK)
        finding_set(f, CHECK_WARN, "start the daemon", "the API does not answer on %s", address);
    else if (is_our_api(&response))
        judge_tokens(ctx, address, f);
    else
        finding_set(f, CHECK_FAIL, "choose another port for api.listen",
                    "another program answers on %s", address);
    http_response_done(&response);
}
