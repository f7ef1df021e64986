/* SPDX-License-Identifier: Apache-2.0 */
/* server/listener/handshake.h -- TLS handshakes of the listener: the current certificate in
 * GnuTLS's form, and session tickets. */
#ifndef CLIMACAST_SERVER_LISTENER_HANDSHAKE_H
#define CLIMACAST_SERVER_LISTENER_HANDSHAKE_H

#include <gnutls/abstract.h>
#include <gnutls/gnutls.h>
#include <stdbool.h>

#include "certs/tls.h"
#include "server/base/err.h"

/* TLS 1.2 and 1.3, AEAD and ECDHE only, X25519 first. */
#define HANDSHAKE_PRIORITIES                                                              \
    "NONE:+VERS-TLS1.3:+VERS-TLS1.2:+AES-128-GCM:+AES-256-GCM:+CHACHA20-POLY1305:+AEAD:"  \
    "+ECDHE-ECDSA:+ECDHE-RSA:+SIGN-ALL:-SIGN-RSA-SHA1:-SIGN-ECDSA-SHA1:"                  \
    "+COMP-NULL:+GROUP-X25519:+GROUP-SECP256R1:+GROUP-SECP384R1:+CTYPE-SRV-X509:%SERVER_" \
    "PRECEDENCE"

struct handshake;

/* `tls` is borrowed. ST_INVALID: GnuTLS cannot read the certificate or its key. */
enum status handshake_create(struct tls *tls, struct handshake **ret_handshake, struct err *err);
void handshake_free(struct handshake *h);

/* Use the pair that `tls` holds now for new connections. Only one thread may call it.
 *   ST_OK
 *   ST_MISS     it is in use already
 *   ST_INVALID  as above; the pair before it stays in use */
enum status handshake_refresh(struct handshake *h, struct err *err);
/* Prepare a session for its handshake: session tickets. */
void handshake_begin(struct handshake *h, gnutls_session_t session);
/* Send these bytes and then the end of the session, as far as possible without waiting. */
void handshake_send_last(gnutls_session_t session, const char *bytes, size_t n);
/* Collect what is sent, so that it makes few records, until it is released. */
void handshake_hold(gnutls_session_t session);
/* Send what was collected. Returns false when it cannot be sent without waiting. */
bool handshake_release(gnutls_session_t session);
/* The pair for one handshake, borrowed, in the form that gnutls_certificate_retrieve_function3
 * returns it. */
int handshake_current(struct handshake *h, gnutls_pcert_st **pcert, unsigned int *pcert_length,
                      gnutls_privkey_t *key);

#endif
