/* SPDX-License-Identifier: Apache-2.0 */
/* server/base/http_transfer.c -- one call on one libcurl handle, from its options to its outcome.
 *
 * Redirects are followed here and not by libcurl, because the host must stay the same and one
 * deadline covers all hops.
 *
 * libcurl resends a request on its own when a keep-alive connection turns out to be closed. It
 * calls CURLOPT_PREREQFUNCTION before each sending, so a second call within a hop means a resend,
 * which is refused for writes.
 *
 * CURLOPT_QUICK_EXIT abandons a name lookup that hangs; without it, giving up waits for the
 * resolver.
 *
 * Roots come from the folder of hashed names, read as needed: parsing the whole bundle would cost
 * each new connection 10 ms and a megabyte. */
#include "server/base/http_transfer.h"

#include <stdio.h>
#include <string.h>

#include "server/base/clock.h"
#include "server/base/http_response.h"

enum {
    CONNECTION_AGE_S = 60,
    CONNECT_MS = 2000,
    ROUNDING_MS = 20, /* libcurl may time out slightly before the deadline */
    HEADERS_MAX = 64,
    HEADER_BYTES_MAX = 64 * 1024, /* received */
    REDIRECT_BODY_MAX = 64 * 1024,
    URL_MAX = 8192,
};

/* ---- libcurl's callbacks ---- */

static bool is_read_only(const struct http_transfer *t)
{
    const char *method = t->job->request.method;

    return !method || strcmp(method, "GET") == 0 || strcmp(method, "HEAD") == 0;
}

/* Whether this response is a redirect to follow. */
static bool is_redirect(const struct http_transfer *t)
{
    const struct http_response *r = &t->job->response;
    bool moved = r->status == 301 || r->status == 302 || r->status == 303 || r->status == 307 ||
                 r->status == 308;

    return moved && t->job->request.redirects > 0 && is_read_only(t) &&
           (r->location[0] || t->location_lost);
}

static size_t on_header(char *p, size_t size, size_t n, void *data)
{
    struct http_transfer *t = data;
    struct str line = { p, size * n };

    t->header_bytes += line.n;
    if (t->header_bytes > HEADER_BYTES_MAX)
        return 0;
    if (str_starts(line, STR("HTTP/"))) {
        http_response_restart(&t->job->response);
        t->location_lost = false;
        (void)curl_easy_getinfo(t->easy, CURLINFO_RESPONSE_CODE, &t->job->response.status);
    } else if (!http_response_line(&t->job->response, line)) {
        t->location_lost = true;
    }
    return line.n;
}

static size_t on_body(char *p, size_t size, size_t n, void *data)
{
    struct http_transfer *t = data;
    struct buf *body = &t->job->response.body;
    size_t bytes = size * n;

    if (is_redirect(t)) {
        t->redirect_bytes += bytes;
        return t->redirect_bytes <= REDIRECT_BODY_MAX ? bytes : 0;
    }
    t->over = bytes > body->max - body->n;
    buf_put(body, (struct str){ p, bytes });
    return body->failed ? 0 : bytes;
}

static int on_sending(void *data, char *remote, char *local, int remote_port, int local_port)
{
    struct http_transfer *t = data;

    (void)remote, (void)local, (void)remote_port, (void)local_port;
    t->sendings++;
    return t->job->request.once && t->sendings > 1 ? CURL_PREREQFUNC_ABORT : CURL_PREREQFUNC_OK;
}

/* ---- one transfer ---- */

static bool header_is_clean(const struct http_header *header)
{
    if (header->name.n == 0 || header->name.n > 256 || header->value.n > 16384)
        return false;
    for (size_t i = 0; i < header->name.n; i++)
        if (header->name.p[i] <= ' ' || header->name.p[i] == ':' || header->name.p[i] == 0x7F)
            return false;
    for (size_t i = 0; i < header->value.n; i++)
        if ((unsigned char)header->value.p[i] < ' ' || header->value.p[i] == 0x7F)
            return false;
    return true;
}

static bool append_line(struct curl_slist **list, const char *text)
{
    struct curl_slist *longer = text ? curl_slist_append(*list, text) : NULL;

    if (!longer)
        return false;
    *list = longer;
    return true;
}

static enum status add_headers(struct http_transfer *t, struct err *err)
{
    const struct http_request *q = &t->job->request;
    bool typed = false, ok = append_line(&t->headers, "Expect:"); /* do not wait for 100 Continue */

    if (q->header_count > HEADERS_MAX)
        return err_set(err, ST_INVALID, "too many request headers");
    for (size_t i = 0; i < q->header_count && ok; i++) {
        struct buf line = BUF_INIT(32768);
        if (!header_is_clean(&q->headers[i]))
            return err_set(err, ST_INVALID, "malformed request header");
        buf_put(&line, q->headers[i].name);
        /* libcurl wants a header without a value to end in a semicolon. */
        buf_putz(&line, q->headers[i].value.n ? ": " : ";");
        buf_put(&line, q->headers[i].value);
        ok = !line.failed && append_line(&t->headers, buf_z(&line));
        buf_free(&line);
        typed |= str_ieqz(q->headers[i].name, "Content-Type");
    }
    if (ok && !typed) /* and do not declare the body a form */
        ok = append_line(&t->headers, "Content-Type:");
    if (ok && q->connect_to) {
        struct buf line = BUF_INIT(1024);
        buf_printf(&line, "::%s", q->connect_to);
        ok = !line.failed && append_line(&t->connect_to, buf_z(&line));
        buf_free(&line);
    }
    return ok ? ST_OK : err_no_memory(err);
}

/* Write the origin of this hop, such as "https://api.weather.gov", for error texts. */
static const char *format_origin(const struct http_transfer *t, char *text, size_t size)
{
    char *scheme = NULL, *host = NULL, *port = NULL;

    text[0] = '\0';
    if (curl_url_get(t->url, CURLUPART_SCHEME, &scheme, 0) == CURLUE_OK &&
        curl_url_get(t->url, CURLUPART_HOST, &host, 0) == CURLUE_OK) {
        bool own_port = curl_url_get(t->url, CURLUPART_PORT, &port, CURLU_NO_DEFAULT_PORT) == 0;
        (void)snprintf(text, size, "%s://%s%s%s", scheme, host, own_port ? ":" : "",
                       own_port ? port : "");
    }
    curl_free(scheme);
    curl_free(host);
    curl_free(port);
    return text;
}

static void set_method(struct http_transfer *t)
{
    const struct http_request *q = &t->job->request;
    const char *method = q->method ? q->method : "GET";
    CURL *e = t->easy;

    if (strcmp(method, "POST") == 0 || strcmp(method, "PUT") == 0) {
        (void)curl_easy_setopt(e, CURLOPT_POST, 1L);
        (void)curl_easy_setopt(e, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)q->body.n);
        (void)curl_easy_setopt(e, CURLOPT_POSTFIELDS, q->body.n ? q->body.p : "");
    }
    if (strcmp(method, "HEAD") == 0)
        (void)curl_easy_setopt(e, CURLOPT_NOBODY, 1L);
    else if (strcmp(method, "GET") != 0 && strcmp(method, "POST") != 0)
        (void)curl_easy_setopt(e, CURLOPT_CUSTOMREQUEST, method);
}

/* All options except the times. False when out of memory. */
static bool set_options(const struct http_identity *identity, struct http_transfer *t)
{
    const struct http_request *q = &t->job->request;
    CURL *e = t->easy;
    bool ok;

    curl_easy_reset(e);
    (void)curl_easy_setopt(e, CURLOPT_NOSIGNAL, 1L);
    (void)curl_easy_setopt(e, CURLOPT_QUICK_EXIT, 1L);
    (void)curl_easy_setopt(e, CURLOPT_PRIVATE, t);
    (void)curl_easy_setopt(e, CURLOPT_ERRORBUFFER, t->error);
    (void)curl_easy_setopt(e, CURLOPT_PATH_AS_IS, 1L);
    (void)curl_easy_setopt(e, CURLOPT_DISALLOW_USERNAME_IN_URL, 1L);
    (void)curl_easy_setopt(e, CURLOPT_HTTP_VERSION, (long)CURL_HTTP_VERSION_1_1);
    (void)curl_easy_setopt(e, CURLOPT_SSLVERSION, (long)CURL_SSLVERSION_TLSv1_2);
    (void)curl_easy_setopt(e, CURLOPT_SSL_VERIFYPEER, 1L);
    (void)curl_easy_setopt(e, CURLOPT_SSL_VERIFYHOST, 2L);
    (void)curl_easy_setopt(e, CURLOPT_MAXAGE_CONN, (long)CONNECTION_AGE_S);
    (void)curl_easy_setopt(e, CURLOPT_BUFFERSIZE, 16384L);
    (void)curl_easy_setopt(e, CURLOPT_HEADERFUNCTION, on_header);
    (void)curl_easy_setopt(e, CURLOPT_HEADERDATA, t);
    (void)curl_easy_setopt(e, CURLOPT_WRITEFUNCTION, on_body);
    (void)curl_easy_setopt(e, CURLOPT_WRITEDATA, t);
    (void)curl_easy_setopt(e, CURLOPT_PREREQFUNCTION, on_sending);
    (void)curl_easy_setopt(e, CURLOPT_PREREQDATA, t);
    (void)curl_easy_setopt(e, CURLOPT_MAXFILESIZE_LARGE, (curl_off_t)q->max_bytes);
    (void)curl_easy_setopt(e, CURLOPT_HTTPHEADER, t->headers);
    (void)curl_easy_setopt(e, CURLOPT_CONNECT_TO, t->connect_to);
    set_method(t);
    ok = curl_easy_setopt(e, CURLOPT_PROTOCOLS_STR, "http,https") == CURLE_OK;
    if (identity->user_agent)
        ok = ok && curl_easy_setopt(e, CURLOPT_USERAGENT, identity->user_agent) == CURLE_OK;
    if (q->proxy_header)
        ok = ok && curl_easy_setopt(e, CURLOPT_HAPROXYPROTOCOL, 1L) == CURLE_OK;
    if (q->unix_path)
        ok = ok && curl_easy_setopt(e, CURLOPT_UNIX_SOCKET_PATH, q->unix_path) == CURLE_OK;
    if (q->direct)
        ok = ok && curl_easy_setopt(e, CURLOPT_NOPROXY, "*") == CURLE_OK;
    if (q->compressed)
        ok = ok && curl_easy_setopt(e, CURLOPT_ACCEPT_ENCODING, "gzip") == CURLE_OK;
    if (!identity->system_roots)
        ok = ok && curl_easy_setopt(e, CURLOPT_CAPATH, NULL) == CURLE_OK;
    if (!identity->system_roots || identity->ca_bundle ||
        curl_version_info(CURLVERSION_NOW)->capath)
        ok = ok && curl_easy_setopt(e, CURLOPT_CAINFO, identity->ca_bundle) == CURLE_OK;
    return ok;
}

/* Send the request to t->url with the time that is left. */
static enum status hop_begin(struct http_transfer *t, CURLM *multi, struct err *err)
{
    int64_t left = clock_left_ms(t->until);
    char *url = NULL;
    bool ok;

    if (left == 0)
        return err_set(err, ST_TIMEOUT, "the deadline passed before the request was sent");
    if (curl_url_get(t->url, CURLUPART_URL, &url, 0) != CURLUE_OK)
        return err_no_memory(err);
    t->sendings = 0;
    t->header_bytes = t->redirect_bytes = 0;
    t->location_lost = t->over = false;
    t->error[0] = '\0';
    if (left > INT32_MAX)
        left = INT32_MAX;
    ok = curl_easy_setopt(t->easy, CURLOPT_URL, url) == CURLE_OK;
    curl_free(url);
    (void)curl_easy_setopt(t->easy, CURLOPT_TIMEOUT_MS, (long)left);
    (void)curl_easy_setopt(t->easy, CURLOPT_CONNECTTIMEOUT_MS,
                           (long)(left < CONNECT_MS ? left : CONNECT_MS));
    if (!ok || curl_multi_add_handle(multi, t->easy) != CURLM_OK)
        return err_set(err, ST_SYSTEM, "libcurl cannot start a transfer");
    return ST_OK;
}

/* What libcurl could not do with a URL; `what` is what is then wrong with it. */
static enum status url_error(CURLUcode code, const char *what, struct err *err)
{
    return code == CURLUE_OUT_OF_MEMORY ? err_no_memory(err) : err_set(err, ST_INVALID, "%s", what);
}

/* Parse and check the URL of the request. */
static enum status set_url(struct http_transfer *t, struct err *err)
{
    const char *url = t->job->request.url;
    char *scheme = NULL;
    bool is_http;
    CURLUcode code;

    t->url = curl_url();
    if (!t->url)
        return err_no_memory(err);
    if (!url || strlen(url) > URL_MAX)
        return err_set(err, ST_INVALID, "malformed URL");
    code = curl_url_set(t->url, CURLUPART_URL, url, CURLU_PATH_AS_IS | CURLU_DISALLOW_USER);
    if (code == CURLUE_OK)
        code = curl_url_get(t->url, CURLUPART_SCHEME, &scheme, 0);
    if (code != CURLUE_OK)
        return url_error(code, "malformed URL", err);
    is_http = strcmp(scheme, "http") == 0 || strcmp(scheme, "https") == 0;
    curl_free(scheme);
    return is_http ? ST_OK : err_set(err, ST_INVALID, "not an http or https URL");
}

static void transfer_end(struct http_transfer *t, enum status st)
{
    struct http_response *r = &t->job->response;
    char *url = NULL;

    r->sent = t->hops > 0 || t->sendings > 0;

    if (curl_url_get(t->url, CURLUPART_URL, &url, 0) == CURLUE_OK)
        (void)snprintf(r->effective_url, sizeof r->effective_url, "%s", url);
    curl_free(url);
    if (st != ST_OK)
        buf_free(&r->body);
    t->job->status = st;
    t->job = NULL;
    curl_url_cleanup(t->url);
    curl_slist_free_all(t->headers);
    curl_slist_free_all(t->connect_to);
    t->url = NULL;
    t->headers = t->connect_to = NULL;
}

bool http_transfer_begin(struct http_transfer *t, CURLM *multi,
                         const struct http_identity *identity, struct http_job *job)
{
    const struct http_request *q = &job->request;
    int64_t now = clock_mono_ms();
    enum status st;

    t->job = job;
    t->hops = 0;
    t->until = q->deadline;
    if (q->timeout_ms > 0 && q->timeout_ms < q->deadline - now)
        t->until = now + q->timeout_ms;
    if (!t->easy)
        t->easy = curl_easy_init();
    st = t->easy ? set_url(t, &job->err) : err_no_memory(&job->err);
    if (st == ST_OK)
        st = add_headers(t, &job->err);
    if (st == ST_OK && !set_options(identity, t))
        st = err_no_memory(&job->err);
    if (st == ST_OK)
        st = hop_begin(t, multi, &job->err);
    if (st != ST_OK)
        transfer_end(t, st);
    return st == ST_OK;
}

static enum status transfer_error(const struct http_transfer *t, CURLcode code)
{
    struct err *err = &t->job->err;
    const char *text = t->error[0] ? t->error : curl_easy_strerror(code);
    size_t max = t->job->request.max_bytes;
    char from[300];

    (void)format_origin(t, from, sizeof from);
    if (t->header_bytes > HEADER_BYTES_MAX)
        return err_set(err, ST_TOO_LARGE, "%s: headers over %d bytes", from, HEADER_BYTES_MAX);
    if (t->over || code == CURLE_FILESIZE_EXCEEDED)
        return err_set(err, ST_TOO_LARGE, "%s: response over %zu bytes", from, max);
    if (code == CURLE_OPERATION_TIMEDOUT && clock_left_ms(t->until) > ROUNDING_MS)
        return err_set(err, ST_UNAVAILABLE, "%s: no connection within %d ms", from, CONNECT_MS);
    if (code == CURLE_OPERATION_TIMEDOUT)
        return err_set(err, ST_TIMEOUT, "%s: no answer in time", from);
    if (code == CURLE_ABORTED_BY_CALLBACK)
        return err_set(err, ST_UNAVAILABLE, "%s: the keep-alive connection was closed", from);
    if (code == CURLE_PARTIAL_FILE || code == CURLE_GOT_NOTHING || code == CURLE_RECV_ERROR ||
        code == CURLE_SEND_ERROR)
        return err_set(err, ST_UNAVAILABLE, "%s: connection lost: %s", from, text);
    if (code == CURLE_OUT_OF_MEMORY || code == CURLE_WRITE_ERROR)
        return err_no_memory(err);
    return err_set(err, ST_UNAVAILABLE, "%s: %s", from, text);
}

/* *same becomes false when the two differ in this part. */
static CURLUcode compare_part(CURLU *a, CURLU *b, CURLUPart part, bool *same)
{
    char *in_a = NULL, *in_b = NULL;
    CURLUcode code = curl_url_get(a, part, &in_a, CURLU_DEFAULT_PORT);

    if (code == CURLUE_OK)
        code = curl_url_get(b, part, &in_b, CURLU_DEFAULT_PORT);
    *same = *same && code == CURLUE_OK && str_ieqz(str_of(in_a), in_b);
    curl_free(in_a);
    curl_free(in_b);
    return code;
}

/* ST_OK when both are on the same host. */
static enum status check_host(CURLU *from, CURLU *to, struct err *err)
{
    static const CURLUPart parts[] = { CURLUPART_SCHEME, CURLUPART_HOST, CURLUPART_PORT };
    bool same = true;

    for (size_t i = 0; i < sizeof parts / sizeof parts[0]; i++)
        if (compare_part(from, to, parts[i], &same) == CURLUE_OUT_OF_MEMORY)
            return err_no_memory(err);
    return same ? ST_OK : err_set(err, ST_INVALID, "redirect to another host");
}

/* Set t->url to where the response redirects. */
static enum status follow_redirect(struct http_transfer *t, struct err *err)
{
    const char *location = t->job->response.location;
    CURLU *to;
    CURLUcode code;
    enum status st;

    if (t->location_lost)
        return err_set(err, ST_INVALID, "malformed redirect");
    if (++t->hops > t->job->request.redirects)
        return err_set(err, ST_INVALID, "more than %d redirects", t->job->request.redirects);
    to = curl_url_dup(t->url);
    if (!to)
        return err_no_memory(err);
    code = curl_url_set(to, CURLUPART_URL, location, CURLU_DISALLOW_USER);
    if (code != CURLUE_OK) {
        curl_url_cleanup(to);
        return url_error(code, "malformed redirect", err);
    }
    st = check_host(t->url, to, err);
    curl_url_cleanup(t->url);
    t->url = to;
    return st;
}

bool http_transfer_hop_end(struct http_transfer *t, CURLM *multi, CURLcode code)
{
    struct http_response *r = &t->job->response;
    struct err *err = &t->job->err;
    enum status st = ST_OK;

    (void)curl_multi_remove_handle(multi, t->easy);
    if (is_redirect(t) && (code == CURLE_OK || t->redirect_bytes > REDIRECT_BODY_MAX)) {
        st = follow_redirect(t, err);
        if (st == ST_OK)
            st = hop_begin(t, multi, err);
        if (st == ST_OK)
            return true;
    } else if (code != CURLE_OK) {
        st = transfer_error(t, code);
    } else {
        (void)curl_easy_getinfo(t->easy, CURLINFO_RESPONSE_CODE, &r->status);
    }
    transfer_end(t, st);
    return false;
}

void http_transfer_abort(struct http_transfer *t, CURLM *multi, enum status st, const char *why)
{
    char from[300];

    (void)curl_multi_remove_handle(multi, t->easy);
    (void)format_origin(t, from, sizeof from);
    transfer_end(t, err_set(&t->job->err, st, "%s: %s", from, why));
}
