/* SPDX-License-Identifier: Apache-2.0 */
/* tests/sim/reply.c -- sends complete responses, or faulty ones.
 *
 * Faults that replace the document generate a body here; those that affect delivery (drip,
 * truncate) are applied to the actual document. */
#include "tests/sim/reply.h"

#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <zlib.h>

#include "server/base/clock.h"
#include "server/base/time_text.h"

enum {
    HUGE_BYTES = 50 * 1000 * 1000,
    DEEP_LEVELS = 100000,
    GARBAGE_BYTES = 3000,
    BLOCK_BYTES = 32768,
    HANG_MS = 30000,
    DRIP_MS = 1000,
    GZIP_MIN = 1000
};

void reply_text(struct reply *reply, unsigned status, const char *type, const char *text)
{
    free(reply->body);
    reply->status = status;
    reply->size = strlen(text);
    reply->body = malloc(reply->size + 1);
    if (reply->body)
        memcpy(reply->body, text, reply->size + 1);
    else
        reply->size = 0;
    snprintf(reply->type, sizeof reply->type, "%s", type);
}

/* ---- streamed bodies ---- */

struct stream {
    struct state *state;
    enum fault_kind kind;
    int drip_ms;
    char *body;
    size_t size;
};

static size_t huge_chunk(uint64_t at, char *out, size_t cap)
{
    static const char head[] = "{\"pad\":\"", tail[] = "\"}";
    size_t n = 0;

    for (; n < cap && at + n < HUGE_BYTES; n++) {
        uint64_t i = at + n;
        out[n] = i < sizeof head - 1                 ? head[i]
                 : i >= HUGE_BYTES - sizeof tail + 1 ? tail[i - (HUGE_BYTES - sizeof tail + 1)]
                                                     : 'a';
    }
    return n;
}

static ssize_t stream_read(void *data, uint64_t at, char *out, size_t cap)
{
    struct stream *s = data;

    if (state_stopping(s->state))
        return MHD_CONTENT_READER_END_WITH_ERROR;
    if (s->kind == FAULT_HUGE)
        return (ssize_t)huge_chunk(at, out, cap);
    if (s->kind == FAULT_TRUNCATE) {
        size_t half = s->size / 2;
        if (at >= half)
            return MHD_CONTENT_READER_END_WITH_ERROR;
        size_t n = half - (size_t)at < cap ? half - (size_t)at : cap;
        memcpy(out, s->body + at, n);
        return (ssize_t)n;
    }
    if (at >= s->size || !state_sleep(s->state, s->drip_ms))
        return MHD_CONTENT_READER_END_WITH_ERROR;
    out[0] = s->body[at];
    return 1;
}

static void stream_done(void *data)
{
    struct stream *s = data;

    free(s->body);
    free(s);
}

/* Takes over the reply's body. */
static struct MHD_Response *stream_response(struct state *state, const struct fault *fault,
                                            struct reply *reply)
{
    struct stream *s = calloc(1, sizeof *s);

    if (!s)
        return NULL;
    s->state = state;
    s->kind = fault->kind;
    s->drip_ms = fault->ms > 0 ? fault->ms : DRIP_MS;
    s->body = reply->body;
    s->size = reply->size;
    reply->body = NULL;
    uint64_t size = s->kind == FAULT_HUGE ? HUGE_BYTES : s->size;
    size_t block = s->kind == FAULT_DRIP ? 1 : BLOCK_BYTES;
    struct MHD_Response *response =
        MHD_create_response_from_callback(size, block, stream_read, s, stream_done);
    if (!response)
        stream_done(s);
    return response;
}

/* ---- bodies that replace the document ---- */

static void fill_body(struct reply *reply, size_t size, char first, char second)
{
    free(reply->body);
    reply->size = 0;
    reply->body = malloc(size);
    if (!reply->body)
        return;
    reply->size = size;
    memset(reply->body, first, size / 2);
    memset(reply->body + size / 2, second, size - size / 2);
}

static void replace_body(const struct fault *fault, struct reply *reply)
{
    char text[400];
    unsigned status = fault->status > 0 ? (unsigned)fault->status : 0;

    switch (fault->kind) {
    case FAULT_STATUS:
        status = status ? status : 500;
        snprintf(text, sizeof text,
                 "{\"correlationId\":\"5ca1ab1e\",\"title\":\"Unexpected Problem\","
                 "\"type\":\"https://api.weather.gov/problems/UnexpectedProblem\",\"status\":%u,"
                 "\"detail\":\"An unexpected problem has occurred.\","
                 "\"instance\":\"https://api.weather.gov/requests/5ca1ab1e\"}",
                 status);
        reply_text(reply, status, "application/problem+json", text);
        snprintf(reply->cache_control, sizeof reply->cache_control,
                 "private, must-revalidate, max-age=86400");
        break;
    case FAULT_HTML:
        reply_text(reply, status ? status : 200, "text/html",
                   "<HTML><HEAD>\n<TITLE>Access Denied</TITLE>\n</HEAD><BODY>\n<H1>Access "
                   "Denied</H1>\nYou don't have permission to access this "
                   "server.<P>\nReference&#32;&#35;18&#46;5ca1ab1e\n</BODY>\n</HTML>\n");
        break;
    case FAULT_NULL:
        reply_text(reply, status ? status : 200, "application/geo+json", "null");
        break;
    case FAULT_OBJECT:
        reply_text(reply, status ? status : 200, "application/geo+json", "{}");
        break;
    case FAULT_ODD:
        reply_text(reply, status ? status : 200, "application/geo+json",
                   "{\"features\":[7,null,{}],\"properties\":{\"cwa\":7,\"forecastZone\":7,"
                   "\"county\":[],\"forecastGridData\":{},\"observationStations\":[],"
                   "\"timestamp\":7,\"temperature\":[],\"weather\":[],\"validTimes\":7,"
                   "\"updateTime\":\"2026-06-17T12:00:00+00:00\",\"windSpeed\":{\"values\":7},"
                   "\"skyCover\":7,"
                   "\"probabilityOfPrecipitation\":{\"values\":[7,{}]},\"periods\":[7,{}]}}");
        break;
    case FAULT_EMPTY:
        reply_text(reply, status ? status : 200, "application/geo+json", "");
        break;
    case FAULT_DEEP:
        fill_body(reply, (size_t)DEEP_LEVELS * 2, '[', ']');
        reply->status = status ? status : 200;
        break;
    case FAULT_GARBAGE:
        fill_body(reply, GARBAGE_BYTES, '\xff', '\x01');
        for (size_t i = 0; i < reply->size; i++)
            reply->body[i] = (char)(reply->body[i] ^ (char)(i * i * 31 % 251));
        reply->status = status ? status : 200;
        break;
    case FAULT_NONE:
    case FAULT_DELAY:
    case FAULT_HANG:
    case FAULT_RESET:
    case FAULT_TRUNCATE:
    case FAULT_DRIP:
    case FAULT_HUGE:
        break;
    }
}

/* ---- sending ---- */

/* Sends an RST: on Linux, that is what dissolving the association of a connected socket does. */
static void reset_connection(struct MHD_Connection *connection)
{
    const union MHD_ConnectionInfo *info =
        MHD_get_connection_info(connection, MHD_CONNECTION_INFO_CONNECTION_FD);
    struct linger immediately = { 1, 0 };
    struct sockaddr none = { .sa_family = AF_UNSPEC };

    if (!info)
        return;
    setsockopt(info->connect_fd, SOL_SOCKET, SO_LINGER, &immediately, sizeof immediately);
    if (connect(info->connect_fd, &none, sizeof none) != 0)
        shutdown(info->connect_fd, SHUT_RDWR);
}

static bool accepts_gzip(struct MHD_Connection *connection)
{
    const char *accepted =
        MHD_lookup_connection_value(connection, MHD_HEADER_KIND, "Accept-Encoding");

    return accepted && strstr(accepted, "gzip");
}

static bool compress_body(struct reply *reply)
{
    z_stream z = { 0 };

    if (deflateInit2(&z, Z_BEST_SPEED, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY) != Z_OK)
        return false;
    size_t cap = deflateBound(&z, reply->size);
    unsigned char *out = malloc(cap);
    bool done = false;
    if (out) {
        z.next_in = (unsigned char *)reply->body;
        z.avail_in = (unsigned)reply->size;
        z.next_out = out;
        z.avail_out = (unsigned)cap;
        done = deflate(&z, Z_FINISH) == Z_STREAM_END;
    }
    size_t size = z.total_out;
    deflateEnd(&z);
    if (!done) {
        free(out);
        return false;
    }
    free(reply->body);
    reply->body = (char *)out;
    reply->size = size;
    return true;
}

static void add_header(struct MHD_Response *response, const char *name, const char *value)
{
    if (value[0])
        MHD_add_response_header(response, name, value);
}

static void put_headers(struct MHD_Response *response, const struct reply *reply)
{
    add_header(response, "Content-Type", reply->type);
    add_header(response, "Cache-Control", reply->cache_control);
    add_header(response, "Last-Modified", reply->last_modified);
    add_header(response, "Location", reply->location);
    add_header(response, "Retry-After", reply->retry_after);
    add_header(response, "Server", "nginx/1.20.1");
    add_header(response, "Access-Control-Allow-Origin", "*");
    add_header(response, "X-Correlation-ID", "51a15ca5");
    add_header(response, "Vary", "Accept-Encoding");
    add_header(response, "Vary", "Accept,Feature-Flags,Accept-Language");
    if (reply->fresh_s > 0) {
        char expires[32];
        time_format_http(clock_wall_s() + reply->fresh_s, expires);
        add_header(response, "Expires", expires);
    }
}

static bool not_modified(struct MHD_Connection *connection, const struct reply *reply)
{
    const char *since =
        MHD_lookup_connection_value(connection, MHD_HEADER_KIND, "If-Modified-Since");

    return since && reply->status == 200 && reply->last_modified[0] &&
           strcmp(since, reply->last_modified) == 0;
}

enum MHD_Result reply_send(struct state *state, struct MHD_Connection *connection,
                           const struct fault *fault, struct reply *reply)
{
    bool zipped = false;

    if (fault->kind == FAULT_HANG || fault->kind == FAULT_RESET) {
        if (fault->kind == FAULT_HANG)
            state_sleep(state, fault->ms > 0 ? fault->ms : HANG_MS);
        else
            reset_connection(connection);
        free(reply->body);
        return MHD_NO;
    }
    if (fault->kind == FAULT_DELAY)
        state_sleep(state, fault->ms);
    replace_body(fault, reply);
    if (not_modified(connection, reply))
        reply_text(reply, 304, reply->type, "");
    if (reply->size >= GZIP_MIN && accepts_gzip(connection))
        zipped = compress_body(reply);
    bool streamed =
        fault->kind == FAULT_HUGE || fault->kind == FAULT_DRIP || fault->kind == FAULT_TRUNCATE;
    struct MHD_Response *response =
        streamed ? stream_response(state, fault, reply)
                 : MHD_create_response_from_buffer(reply->size, reply->body, MHD_RESPMEM_MUST_FREE);
    if (!response) {
        free(reply->body);
        return MHD_NO;
    }
    put_headers(response, reply);
    if (zipped && fault->kind != FAULT_HUGE)
        add_header(response, "Content-Encoding", "gzip");
    enum MHD_Result result = MHD_queue_response(connection, reply->status, response);
    MHD_destroy_response(response);
    return result;
}
