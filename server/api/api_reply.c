/* SPDX-License-Identifier: Apache-2.0 */
/* server/api/api_reply.c -- errors as JSON. */
#include "server/api/api_reply.h"

#include "server/base/json.h"

static const struct {
    const char *word;
    unsigned status;
} errors[API_ERRORS] = {
#define API_ERROR(word, status) { #word, status },
#include "server/api/api_errors.def"
#undef API_ERROR
};

void api_reply_done(struct api_reply *r)
{
    buf_free(&r->body);
    buf_free(&r->speech);
}

void api_reply_reset(struct api_reply *r)
{
    r->status = 200;
    r->result = "ok";
    buf_reset(&r->body);
    buf_reset(&r->speech);
}

void api_reply_error(struct api_reply *r, enum api_error e, struct str message)
{
    api_reply_reset(r);
    r->status = errors[e].status;
    r->result = errors[e].word;
    buf_put(&r->speech, message);
    buf_printf(&r->body, "{\"error\":\"%s\",\"message\":", errors[e].word);
    json_put_string(&r->body, message);
    buf_putc(&r->body, '}');
}

void api_reply_errorf(struct api_reply *r, enum api_error e, const char *format, ...)
{
    enum { MESSAGE_MAX = 1000 };
    struct buf message = BUF_INIT(MESSAGE_MAX);
    va_list args;

    va_start(args, format);
    buf_vprintf(&message, format, args);
    va_end(args);
    api_reply_error(r, e, buf_str(&message));
    buf_free(&message);
}
