/* SPDX-License-Identifier: Apache-2.0 */
/* tests/bench/requests.c -- builds requests as Alexa sends them, and signs them. */
#include "tests/bench/requests.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "certs/signer.h"
#include "intents/weather/gazetteer.h"
#include "server/base/clock.h"
#include "server/base/str.h"

#define SKILL_ID "amzn1.ask.skill.00000000-0000-0000-0000-000000000000"

enum { ZIP_STEP = 37, TOKEN_LENGTH = 1200 /* as long as Alexa's */ };

static const struct question {
    const char *kind, *intent, *slots;
    bool follows;
} questions[] = {
#define QUESTION(kind, intent, slots) { kind, intent, slots, false },
#define FOLLOW_UP(kind, intent, slots) { kind, intent, slots, true },
#include "tests/bench/questions.def"
#undef QUESTION
#undef FOLLOW_UP
};
enum { QUESTIONS = sizeof questions / sizeof questions[0] };

/* What Alexa sends of every intent, mostly without a value. */
static const char *const usual_slots[] = { "leadin", "when_abs", "when_pos", "day",
                                           "month",  "zip_conn", "zipcode",  "location" };

/* What a device with a screen sends about itself. */
static const char viewport[] =
    "\"Viewports\":[{\"type\":\"APL\",\"id\":\"main\",\"shape\":\"RECTANGLE\",\"dpi\":160,"
    "\"presentationType\":\"STANDARD\",\"canRotate\":false,\"configuration\":{\"current\":{"
    "\"mode\":\"HUB\",\"video\":{\"codecs\":[\"H_264_42\",\"H_264_41\"]},\"size\":{\"type\":"
    "\"DISCRETE\",\"pixelWidth\":1024,\"pixelHeight\":600}}}}],\"Viewport\":{\"experiences\":[{"
    "\"arcMinuteWidth\":246,\"arcMinuteHeight\":144,\"canRotate\":false,\"canResize\":false}],"
    "\"mode\":\"HUB\",\"shape\":\"RECTANGLE\",\"pixelWidth\":1024,\"pixelHeight\":600,\"dpi\":160,"
    "\"currentPixelWidth\":1024,\"currentPixelHeight\":600,\"touch\":[\"SINGLE\"]},"
    "\"Extensions\":{\"available\":{\"aplext:backstack:10\":{}}},";

/* Its supportedInterfaces. */
static const char documents[] =
    "\"Alexa.Presentation.APL\":{\"runtime\":{\"maxVersion\":\"2024.3\"}}";

static const char topic[] =
    "\"topic\":{\"v\":1,\"intent\":\"MetricIntent\",\"slots\":{\"metric\":\"temperature\"}}";

_Noreturn void bench_die(const char *what)
{
    fprintf(stderr, "load: %s\n", what);
    exit(2);
}

/* ---- the question ---- */

/* The i-th question of a kind; NULL: a launch. */
static const struct question *question_at(const char *kind, int i)
{
    const struct question *of_kind[QUESTIONS];
    int count = 0;

    if (strcmp(kind, "launch") == 0)
        return NULL;
    for (size_t k = 0; k < QUESTIONS; k++)
        if (strcmp(questions[k].kind, kind) == 0)
            of_kind[count++] = &questions[k];
    if (count == 0)
        bench_die("no such kind in tests/bench/questions.def");
    return of_kind[i % count];
}

/* The i-th of about a thousand ZIP codes from all over the country. */
static int zip_at(int i)
{
    static int codes[100000 / ZIP_STEP + 1], count;
    struct gazetteer_hit hit;
    char text[8];

    for (int code = count == 0 ? 501 : 100000; code < 100000; code += ZIP_STEP) {
        snprintf(text, sizeof text, "%05d", code);
        if (gazetteer_zip(str_of(text), &hit) && !hit.near)
            codes[count++] = code;
    }
    return codes[i % count];
}

static void put_resolutions(struct buf *b, struct str value)
{
    buf_printf(b,
               "\"resolutions\":{\"resolutionsPerAuthority\":[{\"authority\":"
               "\"amzn1.er-authority.echo-sdk." SKILL_ID ".TYPE_METRIC\",\"status\":{\"code\":"
               "\"ER_SUCCESS_MATCH\"},\"values\":[{\"value\":{\"name\":\"%.*s\",\"id\":"
               "\"%.*s\"}}]}]},",
               STR_ARG(value), STR_ARG(value));
}

static void put_slot(struct buf *b, struct str name, struct str value)
{
    if (buf_z(b)[b->n - 1] != '{')
        buf_putc(b, ',');
    buf_printf(b, "\"%.*s\":{\"name\":\"%.*s\",", STR_ARG(name), STR_ARG(name));
    if (value.n > 0)
        buf_printf(b, "\"value\":\"%.*s\",", STR_ARG(value));
    if (str_eqz(name, "metric"))
        put_resolutions(b, value);
    buf_printf(b, "\"confirmationStatus\":\"NONE\"%s}", value.n > 0 ? ",\"source\":\"USER\"" : "");
}

/* "name=value&name=value" */
static void put_slots(struct buf *b, const char *slots)
{
    while (*slots) {
        size_t name = strcspn(slots, "="), whole = strcspn(slots, "&");
        put_slot(b, (struct str){ slots, name },
                 (struct str){ slots + name + 1, whole - name - 1 });
        slots += whole + (slots[whole] == '&');
    }
}

static bool has_slot(const char *slots, const char *name)
{
    size_t n = strlen(name);

    while (*slots) {
        if (strncmp(slots, name, n) == 0 && slots[n] == '=')
            return true;
        slots += strcspn(slots, "&");
        slots += *slots == '&';
    }
    return false;
}

static void put_intent(struct buf *b, const struct bench_requests *r, const struct question *q,
                       int i)
{
    char zip[8];

    buf_printf(b,
               "\"type\":\"IntentRequest\",\"intent\":{\"confirmationStatus\":\"NONE\","
               "\"name\":\"%s\",\"slots\":{",
               q->intent);
    put_slots(b, q->slots);
    snprintf(zip, sizeof zip, "%05d", r->places ? zip_at((r->first + i) % r->places) : 0);
    for (size_t k = 0; k < sizeof usual_slots / sizeof usual_slots[0]; k++) {
        bool placed = r->places && strcmp(usual_slots[k], "zipcode") == 0;
        if (!has_slot(q->slots, usual_slots[k]))
            put_slot(b, str_of(usual_slots[k]), placed ? str_of(zip) : STR_NONE);
    }
    buf_putz(b, "}}");
}

/* ---- the request ---- */

static void put_body(struct buf *b, const struct bench_requests *r, int i, const char *now)
{
    const struct question *q = question_at(r->kind, i);
    bool follows = q && q->follows;

    buf_printf(
        b,
        "{\"version\":\"1.0\",\"session\":{\"new\":%s,\"sessionId\":\"amzn1.echo-api.session.%"
        "d\","
        "\"application\":{\"applicationId\":\"" SKILL_ID "\"},\"attributes\":{%s},\"user\":{"
        "\"userId\":\"amzn1.ask.account.BENCH%d\"}},\"context\":{%s\"System\":{\"application\":{"
        "\"applicationId\":\"" SKILL_ID "\"},\"user\":{\"userId\":\"amzn1.ask.account.BENCH%d\"},"
        "\"device\":{\"deviceId\":\"amzn1.ask.device.1\",\"supportedInterfaces\":{%s}},"
        "\"apiEndpoint\":\"https://api.amazonalexa.com\",\"apiAccessToken\":\"",
        follows ? "false" : "true", i, follows ? topic : "", i % r->users, viewport, i % r->users,
        r->screen ? documents : "");
    for (int k = 0; k < TOKEN_LENGTH; k++)
        buf_putc(b, (char)('A' + (k * 7 + i) % 26));
    buf_printf(b,
               "\"}},\"request\":{\"requestId\":\"amzn1.echo-api.request.%lld.%ld.%d\","
               "\"timestamp\":\"%s\",\"locale\":\"en-US\",",
               (long long)clock_mono_us(), (long)getpid(), i, now);
    if (q)
        put_intent(b, r, q, i);
    else
        buf_putz(b, "\"type\":\"LaunchRequest\"");
    buf_putz(b, "}}");
}

static char *sign_body(struct signer *signer, struct str body, size_t *ret_size)
{
    struct buf signature = BUF_INIT(4096), wire = BUF_INIT(128 * 1024);
    struct err err = ERR_NONE;
    char *text;

    if (signer_sign(signer, body, &signature, &err) != ST_OK)
        bench_die(err.text);
    buf_printf(&wire,
               "POST /alexa HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
               "SignatureCertChainUrl: https://s3.amazonaws.com/echo.api/good.pem\r\n"
               "Signature-256: %s\r\nContent-Length: %zu\r\n\r\n",
               buf_z(&signature), body.n);
    buf_put(&wire, body);
    text = buf_take(&wire, ret_size);
    buf_free(&signature);
    return text;
}

void bench_requests_create(const struct bench_requests *r, int count, char **ret_wire,
                           size_t *ret_sizes)
{
    char key[600], now[32];
    struct err err = ERR_NONE;
    struct signer *signer = NULL;
    time_t t = time(NULL);
    struct tm tm;

    snprintf(key, sizeof key, "%.500s/signing.key", r->certs);
    gmtime_r(&t, &tm);
    strftime(now, sizeof now, "%Y-%m-%dT%H:%M:%SZ", &tm);
    if (signer_open(key, &signer, &err) != ST_OK)
        bench_die(err.text);
    for (int i = 0; i < count; i++) {
        struct buf body = BUF_INIT(64 * 1024);
        put_body(&body, r, i, now);
        ret_wire[i] = sign_body(signer, buf_str(&body), &ret_sizes[i]);
        buf_free(&body);
    }
    signer_free(signer);
}
