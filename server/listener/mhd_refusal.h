/* SPDX-License-Identifier: Apache-2.0 */
/* server/listener/mhd_refusal.h -- responses of ours in place of those that libmicrohttpd sends by
 * itself, which are HTML, and have their head twice when a Content-Length is malformed or cookies
 * are too long.
 *
 * libmicrohttpd announces each of its errors to its logger first. There ours is sent, and writing
 * is shut down, so that its own cannot follow. The line does not say which connection it is about;
 * but each of libmicrohttpd's steps on a connection follows a read, the callback for a request
 * line, or that for a completed request, so the last one tells. Reads from sockets are noticed
 * here; the callbacks, and reads from TLS sessions, must be noted by their owners. */
#ifndef CLIMACAST_SERVER_LISTENER_MHD_REFUSAL_H
#define CLIMACAST_SERVER_LISTENER_MHD_REFUSAL_H

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>

#include "server/base/str.h"

enum { MHD_REFUSAL_BYTES = 600 };

/* The connection that this thread works on from now on has this descriptor; -1: none. */
void mhd_refusal_note(int fd);
/* Show all that this thread reads from sockets to `see`, encrypted or not. */
typedef void mhd_refusal_see_fn(void *data, int fd, struct str bytes);
void mhd_refusal_watch(mhd_refusal_see_fn *see, void *data);
/* The descriptor noted last. */
int mhd_refusal_fd(void);

/* Does this line of libmicrohttpd's log announce an error response? Sets its status. */
bool mhd_refusal_announced(const char *format, va_list args, unsigned *ret_status);
/* Writes a whole response, which closes the connection, to out[size]. `type`: the Content-Type.
 * Returns its length; 0 when it does not fit. */
size_t mhd_refusal_write(unsigned status, const char *type, const char *body, char *out,
                         size_t size);
/* Sends as much as possible without waiting, and shuts down writing. */
void mhd_refusal_send(int fd, const char *bytes, size_t n);

#endif
