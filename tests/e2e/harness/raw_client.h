/* SPDX-License-Identifier: Apache-2.0 */
/* tests/e2e/harness/raw_client.h -- TCP and TLS connections to the daemon, written and read byte by
 * byte, from any address of 127.0.0.0/8. */
#ifndef CLIMACAST_TESTS_E2E_HARNESS_RAW_CLIENT_H
#define CLIMACAST_TESTS_E2E_HARNESS_RAW_CLIENT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* A non-blocking TCP connection from `source`, such as "127.0.0.9" (NULL: the system chooses),
 * whose handshake may still be running. The caller closes it; -1 when there is no descriptor
 * left. */
int raw_client_connect(int port, const char *source);
/* Wait up to timeout_ms until the daemon closes the connection; drops what it sends meanwhile. */
bool raw_client_is_closed(int fd, int64_t timeout_ms);

/* The first bytes that a TLS client sends. Returns their number, at most `size`. */
size_t raw_client_hello(char *out, size_t size);

struct raw_client;

/* Connect and complete the TLS handshake, within timeout_ms. NULL when the daemon does not let
 * us. */
struct raw_client *raw_client_open(int port, const char *source, int64_t timeout_ms);
void raw_client_close(struct raw_client *c); /* NULL is allowed */
/* Returns false when the connection is lost. */
bool raw_client_send(struct raw_client *c, const char *bytes, size_t n);
bool raw_client_send_text(struct raw_client *c, const char *text);
/* Read until the daemon closes the connection or timeout_ms have passed, and return what came, as
 * text. *ret_closed (may be NULL) tells which it was. Valid until the next call. */
const char *raw_client_read(struct raw_client *c, int64_t timeout_ms, bool *ret_closed);
/* Read one response. Returns its status, or 0 when none came within timeout_ms. */
int raw_client_response(struct raw_client *c, int64_t timeout_ms);
/* Ask the daemon for new keys, as TLS 1.3 allows. Returns false when the connection is lost. */
bool raw_client_update_keys(struct raw_client *c);
/* Drop what has arrived. Returns false when the connection is lost. */
bool raw_client_drain(struct raw_client *c);
/* What the last read or response returned. */
const char *raw_client_text(const struct raw_client *c);

#endif
