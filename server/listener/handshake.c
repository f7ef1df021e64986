/* SPDX-License-Identifier: Apache-2.0 */
/* server/listener/handshake.c -- the certificate pair for new handshakes.
 *
 * A handshake borrows the pair without a reference count, because GnuTLS has no callback to release
 * it.  So a replaced pair is freed only after a minute, longer than any handshake takes.  One mutex
 * guards the list; a handshake holds it only to read one pointer. */
#include "server/listener/handshake.h"

#include <pthread.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "server/base/clock.h"

enum { CHAIN_MAX = 10, RETIRED_MS = 60 * 1000 };

struct loaded_pair {
    gnutls_pcert_st certificates[CHAIN_MAX];
    unsigned int count;
    gnutls_privkey_t key;
    uint64_t serial; /* of the struct tls_pair */
    int64_t retired_ms;
    struct loaded_pair *older;
};

struct handshake {
    struct tls *tls;
    gnutls_datum_t ticket_key;
    pthread_mutex_t lock; /* guards current and the list behind it */
    struct loaded_pair *current;
};

static void pair_free(struct loaded_pair *s)
{
    if (!s)
        return;
    for (unsigned int i = 0; i < s->count; i++)
        gnutls_pcert_deinit(&s->certificates[i]);
    if (s->key)
        gnutls_privkey_deinit(s->key);
    free(s);
}

static gnutls_datum_t datum(const char *text)
{
    /* GnuTLS takes a non-const pointer but does not write to it. */
    union {
        const char *in;
        unsigned char *out;
    } p = { text };
    return (gnutls_datum_t){ p.out, (unsigned int)strlen(text) };
}

static struct loaded_pair *pair_load(const struct tls_pair *pair)
{
    struct loaded_pair *s = calloc(1, sizeof *s);
    gnutls_datum_t certificates = datum(pair->certificate_pem), key = datum(pair->key_pem);

    if (!s)
        return NULL;
    s->serial = pair->serial;
    s->count = CHAIN_MAX;
    if (gnutls_pcert_list_import_x509_raw(s->certificates, &s->count, &certificates,
                                          GNUTLS_X509_FMT_PEM, 0) < 0) {
        s->count = 0;
        pair_free(s);
        return NULL;
    }
    if (gnutls_privkey_init(&s->key) < 0 ||
        gnutls_privkey_import_x509_raw(s->key, &key, GNUTLS_X509_FMT_PEM, NULL, 0) < 0) {
        pair_free(s);
        return NULL;
    }
    return s;
}

enum status handshake_refresh(struct handshake *h, struct err *err)
{
    const struct tls_pair *pair = tls_current(h->tls);
    bool known = h->current && h->current->serial == pair->serial;
    struct loaded_pair *fresh = known ? NULL : pair_load(pair), *dead = NULL;

    tls_pair_release(pair);
    if (known)
        return ST_MISS;
    if (!fresh)
        return err_set(err, ST_INVALID,
                       "GnuTLS cannot read the certificate or its key (server.certificate, "
                       "server.private_key)");
    int64_t now = clock_mono_ms();
    pthread_mutex_lock(&h->lock);
    if (h->current)
        h->current->retired_ms = now;
    fresh->older = h->current;
    h->current = fresh;
    for (struct loaded_pair **at = &fresh->older; *at; at = &(*at)->older)
        if (now - (*at)->retired_ms > RETIRED_MS) {
            dead = *at;
            *at = NULL;
            break;
        }
    pthread_mutex_unlock(&h->lock);
    while (dead) {
        struct loaded_pair *older = dead->older;
        pair_free(dead);
        dead = older;
    }
    return ST_OK;
}

enum status handshake_create(struct tls *tls, struct handshake **ret_handshake, struct err *err)
{
    struct handshake *h = calloc(1, sizeof *h);

    if (!h)
        return err_no_memory(err);
    h->tls = tls;
    pthread_mutex_init(&h->lock, NULL);
    enum status st =
        gnutls_session_ticket_key_generate(&h->ticket_key) < 0
            ? err_set(err, ST_SYSTEM,
                      "cannot create a key for session tickets: GnuTLS has no random numbers")
            : handshake_refresh(h, err);
    if (st == ST_OK)
        *ret_handshake = h;
    else
        handshake_free(h);
    return st;
}

void handshake_free(struct handshake *h)
{
    if (!h)
        return;
    while (h->current) {
        struct loaded_pair *older = h->current->older;
        pair_free(h->current);
        h->current = older;
    }
    if (h->ticket_key.data) {
        gnutls_memset(h->ticket_key.data, 0, h->ticket_key.size);
        gnutls_free(h->ticket_key.data);
    }
    pthread_mutex_destroy(&h->lock);
    free(h);
}

void handshake_begin(struct handshake *h, gnutls_session_t session)
{
    gnutls_session_ticket_enable_server(session, &h->ticket_key);
}

void handshake_send_last(gnutls_session_t session, const char *bytes, size_t n)
{
    if (gnutls_record_send(session, bytes, n) == (ssize_t)n)
        (void)gnutls_bye(session, GNUTLS_SHUT_WR);
}

void handshake_hold(gnutls_session_t session)
{
    gnutls_record_cork(session);
}

bool handshake_release(gnutls_session_t session)
{
    return gnutls_record_uncork(session, 0) >= 0;
}

int handshake_current(struct handshake *h, gnutls_pcert_st **pcert, unsigned int *pcert_length,
                      gnutls_privkey_t *key)
{
    pthread_mutex_lock(&h->lock);
    struct loaded_pair *s = h->current;
    pthread_mutex_unlock(&h->lock);
    *pcert = s->certificates;
    *pcert_length = s->count;
    *key = s->key;
    return 0;
}
