/* SPDX-License-Identifier: Apache-2.0 */
/* tests/e2e/harness/wire.c -- whole signed requests, as bytes. */
#include "tests/e2e/harness/wire.h"

#include <pthread.h>
#include <stdlib.h>

#include "certs/signer.h"
#include "tests/e2e/harness/envelope.h"
#include "tests/test.h"

enum { SIGNATURE_MAX = 4096 };

struct wire {
    struct signer *signer;
};

struct wire *wire_open(const struct world *w)
{
    struct wire *wire = calloc(1, sizeof *wire);
    struct err err = ERR_NONE;
    char path[500];

    snprintf(path, sizeof path, "%s/signing.key", w->certs);
    if (!wire || signer_open(path, &wire->signer, &err) != ST_OK)
        fail_msg("%s: %s", path, err.text);
    return wire;
}

void wire_close(struct wire *wire)
{
    signer_free(wire->signer);
    free(wire);
}

static void put_request(const char *cert_url, const char *signature, struct str body,
                        struct buf *out)
{
    buf_printf(out,
               "POST /alexa HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
               "SignatureCertChainUrl: %s\r\nSignature-256: %s\r\nContent-Length: %zu\r\n\r\n",
               cert_url, signature, body.n);
    buf_put(out, body);
}

void wire_put(const struct wire *wire, struct str body, struct buf *out)
{
    struct buf signature = BUF_INIT(SIGNATURE_MAX);
    struct err err = ERR_NONE;

    if (signer_sign(wire->signer, body, &signature, &err) == ST_OK)
        put_request("https://s3.amazonaws.com/echo.api/good.pem", buf_z(&signature), body, out);
    buf_free(&signature);
}

void wire_put_forged(const char *cert_url, struct str body, struct buf *out)
{
    char signature[345]; /* as long as that of a key of 2048 bits */

    memset(signature, 'A', sizeof signature - 1);
    memcpy(signature + sizeof signature - 3, "==", 3);
    put_request(cert_url, signature, body, out);
}

void wire_put_question(const struct wire *wire, const char *user, const char *skill_id,
                       struct buf *out)
{
    static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER; /* envelopes are numbered */

    pthread_mutex_lock(&lock);
    json_t *e = envelope_intent(user, "MetricIntent", "metric", "temperature", NULL);
    envelope_set(e, "context.System.application.applicationId", json_string(skill_id));
    envelope_set(e, "session.application.applicationId", json_string(skill_id));
    char *text = json_dumps(e, JSON_COMPACT);
    json_decref(e);
    pthread_mutex_unlock(&lock);
    wire_put(wire, str_of(text), out);
    free(text);
}
