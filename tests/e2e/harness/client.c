/* SPDX-License-Identifier: Apache-2.0 */
/* tests/e2e/harness/client.c -- an HTTPS client that signs requests the way Alexa does. */
#include "tests/e2e/harness/client.h"

#include <curl/curl.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <stdlib.h>

#include "server/base/clock.h"
#include "server/base/str.h"
#include "tests/e2e/harness/envelope.h"
#include "tests/test.h"

enum { URL_MAX = 70 * 1024 };

/* ---- signing ---- */

static char *make_signature(const struct world *w, const char *key_name, const char *text, size_t n,
                            bool sha1)
{
    char path[500];

    snprintf(path, sizeof path, strcmp(key_name, "good") == 0 ? "%s/signing.key" : "%s/keys/%s.key",
             w->certs, key_name);
    FILE *f = fopen(path, "re");
    if (!f)
        fail_msg("no key %s", path);
    EVP_PKEY *key = PEM_read_PrivateKey(f, NULL, NULL, NULL);
    fclose(f);
    EVP_MD_CTX *ctx = EVP_MD_CTX_new();
    unsigned char raw[1024];
    size_t raw_n = sizeof raw;
    static char encoded[2000];
    if (!key || EVP_DigestSignInit(ctx, NULL, sha1 ? EVP_sha1() : EVP_sha256(), NULL, key) != 1 ||
        EVP_DigestSign(ctx, raw, &raw_n, (const unsigned char *)text, n) != 1)
        fail_msg("cannot sign with %s", path);
    EVP_EncodeBlock((unsigned char *)encoded, raw, (int)raw_n);
    EVP_MD_CTX_free(ctx);
    EVP_PKEY_free(key);
    return encoded;
}

static struct curl_slist *add_header(struct curl_slist *list, const char *name, const char *value)
{
    struct buf b = BUF_INIT(100000);

    buf_printf(&b, "%s: %s", name, value);
    list = curl_slist_append(list, buf_z(&b));
    buf_free(&b);
    return list;
}

static struct curl_slist *signed_headers(const struct world *w,
                                         const struct client_options *options, const char *text,
                                         size_t n)
{
    struct curl_slist *list =
        curl_slist_append(NULL, "Content-Type: application/json; charset=utf-8");
    const char *chain = options->chain ? options->chain : "good",
               *key = options->key ? options->key : chain;
    char url[300];

    snprintf(url, sizeof url, "https://s3.amazonaws.com/echo.api/%s.pem", chain);
    if (options->signed_text) {
        text = options->signed_text;
        n = strlen(text);
    }
    if (!options->no_cert_url)
        list =
            add_header(list, "SignatureCertChainUrl", options->cert_url ? options->cert_url : url);
    if (options->signature)
        list = add_header(list, "Signature-256", options->signature);
    else if (!options->no_signature && !options->sha1_only)
        list = add_header(list, "Signature-256", make_signature(w, key, text, n, false));
    if (options->sha1_only)
        list = add_header(list, "Signature", make_signature(w, key, text, n, true));
    for (size_t i = 0; options->headers && options->headers[i]; i++)
        list = curl_slist_append(list, options->headers[i]);
    return list;
}

/* ---- HTTP ---- */

static size_t append_data(char *data, size_t size, size_t n, void *to)
{
    struct buf *b = to;

    buf_put(b, (struct str){ data, size * n });
    return b->failed ? 0 : size * n;
}

char *client_ssml_to_text(const char *ssml)
{
    static const struct {
        const char *entity;
        char c;
    } entities[] = {
        { "&amp;", '&' }, { "&lt;", '<' }, { "&gt;", '>' }, { "&quot;", '"' }, { "&apos;", '\'' }
    };
    char *out = malloc(strlen(ssml) + 1), *at = out;
    while (*ssml) {
        size_t e = 0, n = sizeof entities / sizeof entities[0];
        while (e < n && strncmp(ssml, entities[e].entity, strlen(entities[e].entity)) != 0)
            e++;
        if (*ssml == '<')
            ssml += strcspn(ssml, ">") + (strchr(ssml, '>') ? 1 : 0);
        else if (e < n) {
            *at++ = entities[e].c;
            ssml += strlen(entities[e].entity);
        } else
            *at++ = *ssml++;
    }
    *at = '\0';
    return out;
}

static const char *response_text(const json_t *j, const char *a, const char *b, const char *c)
{
    j = json_object_get(json_object_get(json_object_get(j, "response"), a), b);
    if (c)
        j = json_object_get(j, c);
    return json_is_string(j) ? json_string_value(j) : "";
}

static struct client_response perform(CURL *c, struct curl_slist *headers)
{
    struct client_response a = { .status = 0 };
    struct buf body = BUF_INIT(4 * 1024 * 1024), head = BUF_INIT(64 * 1024);
    char error[CURL_ERROR_SIZE] = "";
    long status = 0;

    curl_easy_setopt(c, CURLOPT_HTTPHEADER, headers);
    curl_easy_setopt(c, CURLOPT_WRITEFUNCTION, append_data);
    curl_easy_setopt(c, CURLOPT_WRITEDATA, &body);
    curl_easy_setopt(c, CURLOPT_HEADERFUNCTION, append_data);
    curl_easy_setopt(c, CURLOPT_HEADERDATA, &head);
    curl_easy_setopt(c, CURLOPT_ERRORBUFFER, error);
    curl_easy_setopt(c, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(c, CURLOPT_NOPROXY, "*");
    int64_t started = clock_mono_us();
    CURLcode code = curl_easy_perform(c);
    a.ms = (double)(clock_mono_us() - started) / 1000;
    curl_easy_getinfo(c, CURLINFO_RESPONSE_CODE, &status);
    a.status = (int)status;
    if (code != CURLE_OK)
        snprintf(a.error, sizeof a.error, "%.150s", error[0] ? error : curl_easy_strerror(code));
    a.size = body.n;
    a.body = strdup(buf_z(&body));
    a.headers = strdup(buf_z(&head));
    a.json = json_loadb(a.body, a.size, 0, NULL);
    a.ssml = response_text(a.json, "outputSpeech", "ssml", NULL);
    a.reprompt = response_text(a.json, "reprompt", "outputSpeech", "ssml");
    a.speech = client_ssml_to_text(a.ssml);
    buf_free(&body);
    buf_free(&head);
    curl_slist_free_all(headers);
    return a;
}

void client_response_done(struct client_response *a)
{
    free(a->body);
    free(a->headers);
    free(a->speech);
    json_decref(a->json);
    *a = (struct client_response){ .status = 0 };
}

static _Thread_local CURL *reused; /* keeps its connection open */

static CURL *reused_handle(const char *url, long timeout_ms)
{
    if (!reused)
        reused = curl_easy_init();
    curl_easy_reset(reused);
    curl_easy_setopt(reused, CURLOPT_URL, url);
    curl_easy_setopt(reused, CURLOPT_TIMEOUT_MS, timeout_ms);
    return reused;
}

void client_thread_done(void)
{
    curl_easy_cleanup(reused);
    reused = NULL;
}

struct client_response client_post(struct world *w, json_t *e, const struct client_options *options)
{
    static const struct client_options defaults;
    char url[300], root[400];

    options = options ? options : &defaults;
    char *dump = e ? json_dumps(e, JSON_COMPACT) : NULL;
    const char *text = options->text ? options->text : dump ? dump : "";
    size_t n = options->text ? (options->text_size ? options->text_size : strlen(options->text))
                             : strlen(text);
    snprintf(url, sizeof url, "%s://localhost:%d%s", w->plain ? "http" : "https", w->port,
             options->path ? options->path : "/alexa");
    snprintf(root, sizeof root, "%s/root.pem", w->certs);
    CURL *c = reused_handle(url, options->timeout_ms ? options->timeout_ms : 15000);
    curl_easy_setopt(c, CURLOPT_CAINFO, root);
    curl_easy_setopt(c, CURLOPT_IPRESOLVE, (long)CURL_IPRESOLVE_V4);
    curl_easy_setopt(c, CURLOPT_FRESH_CONNECT, options->fresh_connection ? 1L : 0L);
    if (options->target)
        curl_easy_setopt(c, CURLOPT_REQUEST_TARGET, options->target);
    if (options->source)
        curl_easy_setopt(c, CURLOPT_INTERFACE, options->source);
    if (options->proxy_header)
        curl_easy_setopt(c, CURLOPT_HAPROXYPROTOCOL, 1L);
    if (!options->method || strcmp(options->method, "GET") != 0) {
        curl_easy_setopt(c, CURLOPT_POSTFIELDS, text);
        curl_easy_setopt(c, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)n);
    }
    if (options->method)
        curl_easy_setopt(c, CURLOPT_CUSTOMREQUEST, options->method);
    struct client_response a = perform(c, signed_headers(w, options, text, n));
    free(dump);
    return a;
}

struct client_response client_admin_get(struct world *w, const char *path)
{
    char url[300];

    snprintf(url, sizeof url, "http://127.0.0.1:%d%s", w->admin_port, path);
    return perform(reused_handle(url, 10000), NULL);
}

static struct client_response send_plain(int port, const char *method, const char *path,
                                         const char *const *headers, const char *body)
{
    char url[URL_MAX];
    struct curl_slist *list = NULL;

    snprintf(url, sizeof url, "http://127.0.0.1:%d%s", port, path);
    CURL *c = reused_handle(url, 15000);
    if (body)
        curl_easy_setopt(c, CURLOPT_POSTFIELDS, body);
    if (strcmp(method, "HEAD") == 0)
        curl_easy_setopt(c, CURLOPT_NOBODY, 1L);
    else
        curl_easy_setopt(c, CURLOPT_CUSTOMREQUEST, method);
    for (size_t i = 0; headers && headers[i]; i++)
        list = curl_slist_append(list, headers[i]);
    return perform(c, list);
}

struct client_response client_admin_send(struct world *w, const char *method, const char *path,
                                         const char *const *headers, const char *body)
{
    return send_plain(w->admin_port, method, path, headers, body);
}

struct client_response client_api_send(struct world *w, const char *method, const char *path,
                                       const char *const *headers, const char *body)
{
    return send_plain(w->api_port, method, path, headers, body);
}

double client_metric(struct world *w, const char *series)
{
    struct client_response r = client_admin_get(w, "/metrics");
    char mark[300];

    snprintf(mark, sizeof mark, "\n%s ", series);
    const char *at = strstr(r.body, mark);
    double value = at ? strtod(at + strlen(mark), NULL) : -1;
    client_response_done(&r);
    return value;
}

void client_await_writes(struct world *w)
{
    int64_t end = clock_mono_ms() + 10000;

    while (client_metric(w, "climacast_shared_writes_waiting") > 0 && clock_left_ms(end) > 0)
        clock_sleep_ms(5);
}

struct client_response client_ask(struct world *w, const char *user, const char *intent, ...)
{
    va_list slots;

    va_start(slots, intent);
    json_t *e = envelope_intent_va(user, intent, slots);
    va_end(slots);
    struct client_response a = client_post(w, e, NULL);
    json_decref(e);
    return a;
}

struct client_response client_sim_send(struct world *w, const char *method, const char *path,
                                       const char *body)
{
    char url[SIM_PATH_MAX + 100];

    CHECK(strlen(path) < SIM_PATH_MAX);
    snprintf(url, sizeof url, "http://127.0.0.1:%d/_sim/%s", w->sim_port, path);
    CURL *c = reused_handle(url, 10000);
    if (body)
        curl_easy_setopt(c, CURLOPT_POSTFIELDS, body);
    curl_easy_setopt(c, CURLOPT_CUSTOMREQUEST, method);
    return perform(c, curl_slist_append(NULL, "User-Agent: climacast-tests"));
}
