/* SPDX-License-Identifier: Apache-2.0 */
/* tests/e2e/harness_client.c -- a client that signs as Alexa does, over real TLS. */
#include <ctype.h>
#include <curl/curl.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#include "server/base/clock.h"
#include "server/base/str.h"
#include "tests/e2e/harness.h"
#include "tests/test.h"

/* ---- envelopes ---- */

static void stamp(char out[32], time_t t)
{
    struct tm tm;

    gmtime_r(&t, &tm);
    strftime(out, 32, "%Y-%m-%dT%H:%M:%SZ", &tm);
}

static json_t *envelope(const char *user, const char *type)
{
    static unsigned long counter;
    char id[100], now[32];

    stamp(now, time(NULL));
    snprintf(id, sizeof id, "amzn1.echo-api.request.%ld.%lld.%lu", (long)getpid(),
             (long long)clock_mono_us(), ++counter);
    return json_pack("{s:s, s:{s:b, s:s, s:{s:s}, s:{}, s:{s:s}},"
                     " s:{s:{s:{s:s}, s:{s:s}, s:{s:s, s:{}}, s:s, s:s}},"
                     " s:{s:s, s:s, s:s, s:s}}",
                     "version", "1.0", "session", "new", 1, "sessionId", "amzn1.echo-api.session.1",
                     "application", "applicationId", SKILL_ID, "attributes", "user", "userId", user,
                     "context", "System", "application", "applicationId", SKILL_ID, "user",
                     "userId", user, "device", "deviceId", "amzn1.ask.device.1",
                     "supportedInterfaces", "apiEndpoint", "https://api.amazonalexa.com",
                     "apiAccessToken", "token", "request", "type", type, "requestId", id,
                     "timestamp", now, "locale", "en-US");
}

json_t *bare_request(const char *user, const char *type)
{
    json_t *e = envelope(user, type);

    assert_non_null(e);
    return e;
}

json_t *launch_request(const char *user)
{
    return bare_request(user, "LaunchRequest");
}

static json_t *intent_va(const char *user, const char *intent, va_list slots)
{
    json_t *e = bare_request(user, "IntentRequest"), *all = json_object();

    for (const char *name; (name = va_arg(slots, const char *));) {
        const char *value = va_arg(slots, const char *);
        json_object_set_new(all, name,
                            json_pack("{s:s, s:s, s:s}", "name", name, "value", value,
                                      "confirmationStatus", "NONE"));
    }
    set_at(
        e, "request.intent",
        json_pack("{s:s, s:s, s:o}", "name", intent, "confirmationStatus", "NONE", "slots", all));
    return e;
}

json_t *intent_request(const char *user, const char *intent, ...)
{
    va_list slots;

    va_start(slots, intent);
    json_t *e = intent_va(user, intent, slots);
    va_end(slots);
    return e;
}

void set_at(json_t *e, const char *path, json_t *value)
{
    char name[100];

    for (;;) {
        size_t n = strcspn(path, ".");
        snprintf(name, sizeof name, "%.*s", (int)n, path);
        if (path[n] == '\0')
            break;
        json_t *next = json_object_get(e, name);
        if (!next) {
            next = json_object();
            json_object_set_new(e, name, next);
        }
        e = next;
        path += n + 1;
    }
    if (value)
        json_object_set_new(e, name, value);
    else
        json_object_del(e, name);
}

void timestamp_offset(json_t *e, int seconds)
{
    char text[32];

    stamp(text, time(NULL) + seconds);
    set_at(e, "request.timestamp", json_string(text));
}

void in_session(json_t *e, const struct answer *before)
{
    json_t *attributes = json_object_get(before->json, "sessionAttributes");

    set_at(e, "session.new", json_false());
    set_at(e, "session.attributes", attributes ? json_incref(attributes) : json_object());
}

/* ---- signing ---- */

static char *sign(const struct world *w, const char *key_name, const char *text, size_t n,
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

static struct curl_slist *add(struct curl_slist *list, const char *name, const char *value)
{
    struct buf b = BUF_INIT(100000);

    buf_printf(&b, "%s: %s", name, value);
    list = curl_slist_append(list, buf_z(&b));
    buf_free(&b);
    return list;
}

static struct curl_slist *signed_headers(const struct world *w, const struct send *how,
                                         const char *text, size_t n)
{
    struct curl_slist *list =
        curl_slist_append(NULL, "Content-Type: application/json; charset=utf-8");
    const char *chain = how->chain ? how->chain : "good", *key = how->key ? how->key : chain;
    char url[300];

    snprintf(url, sizeof url, "https://s3.amazonaws.com/echo.api/%s.pem", chain);
    if (how->signed_text) {
        text = how->signed_text;
        n = strlen(text);
    }
    if (!how->no_cert_url)
        list = add(list, "SignatureCertChainUrl", how->cert_url ? how->cert_url : url);
    if (how->signature)
        list = add(list, "Signature-256", how->signature);
    else if (!how->no_signature && !how->sha1_only)
        list = add(list, "Signature-256", sign(w, key, text, n, false));
    if (how->sha1_only)
        list = add(list, "Signature", sign(w, key, text, n, true));
    for (size_t i = 0; how->headers && how->headers[i]; i++)
        list = curl_slist_append(list, how->headers[i]);
    return list;
}

/* ---- HTTP ---- */

static size_t collect(char *data, size_t size, size_t n, void *to)
{
    struct buf *b = to;

    buf_put(b, (struct str){ data, size * n });
    return b->failed ? 0 : size * n;
}

/* Markup out, the five entities back. */
static char *plain(const char *ssml)
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

static const char *text_at(const json_t *j, const char *a, const char *b, const char *c)
{
    j = json_object_get(json_object_get(json_object_get(j, "response"), a), b);
    if (c)
        j = json_object_get(j, c);
    return json_is_string(j) ? json_string_value(j) : "";
}

static struct answer perform(CURL *c, struct curl_slist *headers)
{
    struct answer a = { .status = 0 };
    struct buf body = BUF_INIT(4 * 1024 * 1024), head = BUF_INIT(64 * 1024);
    char fault[CURL_ERROR_SIZE] = "";
    long status = 0;

    curl_easy_setopt(c, CURLOPT_HTTPHEADER, headers);
    curl_easy_setopt(c, CURLOPT_WRITEFUNCTION, collect);
    curl_easy_setopt(c, CURLOPT_WRITEDATA, &body);
    curl_easy_setopt(c, CURLOPT_HEADERFUNCTION, collect);
    curl_easy_setopt(c, CURLOPT_HEADERDATA, &head);
    curl_easy_setopt(c, CURLOPT_ERRORBUFFER, fault);
    curl_easy_setopt(c, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(c, CURLOPT_NOPROXY, "*");
    int64_t started = clock_mono_us();
    CURLcode code = curl_easy_perform(c);
    a.ms = (double)(clock_mono_us() - started) / 1000;
    curl_easy_getinfo(c, CURLINFO_RESPONSE_CODE, &status);
    a.status = (int)status;
    if (code != CURLE_OK)
        snprintf(a.fault, sizeof a.fault, "%.150s", fault[0] ? fault : curl_easy_strerror(code));
    a.size = body.n;
    a.body = strdup(buf_z(&body));
    a.headers = strdup(buf_z(&head));
    a.json = json_loadb(a.body, a.size, 0, NULL);
    a.ssml = text_at(a.json, "outputSpeech", "ssml", NULL);
    a.reprompt = text_at(a.json, "reprompt", "outputSpeech", "ssml");
    a.speech = plain(a.ssml);
    buf_free(&body);
    buf_free(&head);
    curl_slist_free_all(headers);
    return a;
}

void answer_done(struct answer *a)
{
    free(a->body);
    free(a->headers);
    free(a->speech);
    json_decref(a->json);
    *a = (struct answer){ .status = 0 };
}

static CURL *easy(const char *url, long timeout_ms)
{
    static CURL *kept; /* one client, one connection kept: tests run on one thread */

    if (!kept)
        kept = curl_easy_init();
    curl_easy_reset(kept);
    curl_easy_setopt(kept, CURLOPT_URL, url);
    curl_easy_setopt(kept, CURLOPT_TIMEOUT_MS, timeout_ms);
    return kept;
}

struct answer post(struct world *w, json_t *e, const struct send *how)
{
    static const struct send usual;
    char url[300], root[400];

    how = how ? how : &usual;
    char *dump = e ? json_dumps(e, JSON_COMPACT) : NULL;
    const char *text = how->text ? how->text : dump ? dump : "";
    size_t n = how->text ? (how->text_size ? how->text_size : strlen(how->text)) : strlen(text);
    snprintf(url, sizeof url, "https://localhost:%d%s", w->port, how->path ? how->path : "/alexa");
    snprintf(root, sizeof root, "%s/root.pem", w->certs);
    CURL *c = easy(url, how->timeout_ms ? how->timeout_ms : 15000);
    curl_easy_setopt(c, CURLOPT_CAINFO, root);
    curl_easy_setopt(c, CURLOPT_IPRESOLVE, (long)CURL_IPRESOLVE_V4);
    curl_easy_setopt(c, CURLOPT_FRESH_CONNECT, how->fresh_connection ? 1L : 0L);
    if (!how->method || strcmp(how->method, "GET") != 0) {
        curl_easy_setopt(c, CURLOPT_POSTFIELDS, text);
        curl_easy_setopt(c, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)n);
    }
    if (how->method)
        curl_easy_setopt(c, CURLOPT_CUSTOMREQUEST, how->method);
    struct answer a = perform(c, signed_headers(w, how, text, n));
    free(dump);
    return a;
}

struct answer admin_get(struct world *w, const char *path)
{
    char url[300];

    snprintf(url, sizeof url, "http://127.0.0.1:%d%s", w->admin_port, path);
    return perform(easy(url, 10000), NULL);
}

struct answer admin_send(struct world *w, const char *method, const char *path,
                         const char *const *headers, const char *body)
{
    char url[300];
    struct curl_slist *list = NULL;

    snprintf(url, sizeof url, "http://127.0.0.1:%d%s", w->admin_port, path);
    CURL *c = easy(url, 15000);
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

struct answer ask(struct world *w, const char *user, const char *intent, ...)
{
    va_list slots;

    va_start(slots, intent);
    json_t *e = intent_va(user, intent, slots);
    va_end(slots);
    struct answer a = post(w, e, NULL);
    json_decref(e);
    return a;
}

/* ---- the simulator's controls ---- */

static struct answer control(struct world *w, const char *method, const char *path,
                             const char *body)
{
    char url[2000];

    snprintf(url, sizeof url, "http://127.0.0.1:%d/_sim/%s", w->sim_port, path);
    CURL *c = easy(url, 10000);
    if (body)
        curl_easy_setopt(c, CURLOPT_POSTFIELDS, body);
    curl_easy_setopt(c, CURLOPT_CUSTOMREQUEST, method);
    struct answer a = perform(c, curl_slist_append(NULL, "User-Agent: climacast-tests"));
    if (a.status < 200 || a.status > 299)
        fail_msg("simulator: %s %s gave %d %s", method, path, a.status, a.body);
    return a;
}

static void command(struct world *w, const char *method, const char *path, const char *body)
{
    struct answer a = control(w, method, path, body);

    answer_done(&a);
}

void sim_fault(struct world *w, const char *json)
{
    command(w, "POST", "fault", json);
}

void sim_clear_faults(struct world *w)
{
    command(w, "DELETE", "fault", NULL);
}

void sim_put_doc(struct world *w, const char *path, const char *body, int status)
{
    char *escaped = curl_easy_escape(NULL, path, 0);
    char to[1500];

    snprintf(to, sizeof to, "doc?path=%s&status=%d", escaped, status);
    curl_free(escaped);
    command(w, "PUT", to, body);
}

void sim_clear_docs(struct world *w)
{
    command(w, "DELETE", "doc", NULL);
}

void sim_clear_log(struct world *w)
{
    command(w, "DELETE", "log", NULL);
}

int sim_seen(struct world *w, const char *part)
{
    struct answer a = control(w, "GET", "log", NULL);
    const char *path;
    json_t *count;
    int seen = 0;

    json_object_foreach (json_object_get(a.json, "paths"), path, count)
        if (strstr(path, part))
            seen += (int)json_integer_value(count);
    answer_done(&a);
    return seen;
}

char *sim_target(struct world *w, const char *part)
{
    struct answer a = control(w, "GET", "log", NULL);
    json_t *paths = json_object_get(a.json, "paths");
    char *found = NULL;

    for (void *i = json_object_iter(paths); i && !found; i = json_object_iter_next(paths, i))
        if (strstr(json_object_iter_key(i), part))
            found = strdup(json_object_iter_key(i));
    answer_done(&a);
    return found;
}

/* ---- judging speech ---- */

static void lower(char *s)
{
    for (; *s; s++)
        *s = (char)tolower((unsigned char)*s);
}

static bool says(const struct answer *a, const char *words)
{
    char *speech = strdup(a->speech), *wanted = strdup(words);

    lower(speech);
    lower(wanted);
    bool found = strstr(speech, wanted);
    free(speech);
    free(wanted);
    return found;
}

void check_says(const struct answer *a, const char *words)
{
    if (!says(a, words))
        fail_msg("status %d %s: \"%s\" does not say \"%s\" (%.300s)", a->status, a->fault,
                 a->speech, words, a->body);
}

void check_never_says(const struct answer *a, const char *words)
{
    if (says(a, words))
        fail_msg("\"%s\" says \"%s\"", a->speech, words);
}

static size_t entity_length(const char *s)
{
    static const char *const known[] = { "&amp;",  "&lt;",  "&gt;", "&quot;",
                                         "&apos;", "&#39;", "&#34;" };

    for (size_t i = 0; i < sizeof known / sizeof known[0]; i++)
        if (strncmp(s, known[i], strlen(known[i])) == 0)
            return strlen(known[i]);
    return 0;
}

struct tags {
    char open[10][20];
    int depth;
};

/* One tag that begins at s; what follows it, or NULL when it is out of order. */
static const char *take_tag(struct tags *t, const char *s)
{
    const char *end = strchr(s, '>');

    if (!end)
        return NULL;
    if (s[1] == '/') {
        size_t n = (size_t)(end - s - 2);
        if (t->depth == 0 || strlen(t->open[t->depth - 1]) != n ||
            strncmp(t->open[t->depth - 1], s + 2, n) != 0)
            return NULL;
        t->depth--;
    } else if (end[-1] != '/') {
        size_t n = strcspn(s + 1, " >");
        if (t->depth == 10 || n >= sizeof t->open[0])
            return NULL;
        memcpy(t->open[t->depth], s + 1, n);
        t->open[t->depth++][n] = '\0';
    }
    return end + 1;
}

/* Tags closed in order, entities known, no control characters: all that our SSML may hold. */
static bool well_formed(const char *s)
{
    struct tags tags = { .depth = 0 };

    if (strncmp(s, "<speak>", 7) != 0)
        return false;
    do {
        if (*s == '&') {
            size_t n = entity_length(s);
            if (n == 0)
                return false;
            s += n;
        } else if (*s == '<') {
            s = take_tag(&tags, s);
            if (!s)
                return false;
        } else if ((unsigned char)*s < 0x20 && *s != '\n' && *s != '\t')
            return false;
        else
            s++;
    } while (tags.depth > 0);
    return *s == '\0';
}

void check_sound(const struct answer *a)
{
    static const char *const empty_places[] = { "null", "(null)", " nan ", " inf ", " .",
                                                " ,",   "  ",     "%s",    "%d",    "()" };

    if (a->status != 200 || !a->json)
        fail_msg("status %d %s %.300s", a->status, a->fault, a->body);
    if (a->size > 24 * 1024)
        fail_msg("%zu bytes", a->size);
    if (!*a->ssml)
        return;
    if (!well_formed(a->ssml) || (*a->reprompt && !well_formed(a->reprompt)))
        fail_msg("not well-formed: %s", a->ssml);
    if (str_utf8_length(str_of(a->ssml)) > 8000 || str_utf8_length(str_of(a->reprompt)) > 8000)
        fail_msg("too long");
    for (size_t i = 0; i < sizeof empty_places / sizeof empty_places[0]; i++)
        if (says(a, empty_places[i]))
            fail_msg("\"%s\" is in \"%s\"", empty_places[i], a->speech);
}
