/* SPDX-License-Identifier: Apache-2.0 */
/* cache/dynamo/aws_credentials.h -- where AWS credentials come from, and the newest of them at
 * hand.
 *
 * Asked in this order, and the first that has any is used:
 *   environment    AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_SESSION_TOKEN
 *   shared files   profile AWS_PROFILE ("default") of AWS_SHARED_CREDENTIALS_FILE
 *                  (~/.aws/credentials), then of AWS_CONFIG_FILE (~/.aws/config)
 *   container      AWS_CONTAINER_CREDENTIALS_RELATIVE_URI, or AWS_CONTAINER_CREDENTIALS_FULL_URI
 *                  with AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE or AWS_CONTAINER_AUTHORIZATION_TOKEN
 *   EC2 metadata   version 2 only, unless AWS_EC2_METADATA_DISABLED; elsewhere by
 *                  AWS_EC2_METADATA_SERVICE_ENDPOINT
 * Those that expire are fetched anew some minutes before; one thread does it while the others go on
 * with the old ones, which are kept for as long as they are valid. Secrets are wiped when they are
 * replaced, and no error text holds one. Thread-safe. */
#ifndef CLIMACAST_CACHE_DYNAMO_AWS_CREDENTIALS_H
#define CLIMACAST_CACHE_DYNAMO_AWS_CREDENTIALS_H

#include <stdint.h>

#include "server/base/err.h"
#include "server/base/http.h"

enum { AWS_ID_MAX = 128, AWS_SECRET_MAX = 256, AWS_TOKEN_MAX = 12288 };

/* One set; wipe it after use. */
struct aws_credentials {
    char id[AWS_ID_MAX + 1], secret[AWS_SECRET_MAX + 1];
    char token[AWS_TOKEN_MAX + 1]; /* "" when they are not temporary */
    int64_t expires_s;             /* 0: they do not */
};

struct aws_credentials_provider;

struct aws_credentials_settings {
    /* What stands for the environment, so that tests can have their own; NULL: getenv(). */
    const char *(*variable)(void *data, const char *name);
    int64_t (*now_s)(void *data); /* wall clock; NULL: the system's */
    const char *container_base;   /* what a relative URI is put behind; NULL: AWS's own address */
    void *data;                   /* of the two functions */
};

/* `http` is borrowed; `settings` is copied (NULL: all defaults). NULL: no memory. */
struct aws_credentials_provider *
aws_credentials_provider_create(const struct aws_credentials_settings *settings, struct http *http);
void aws_credentials_provider_free(struct aws_credentials_provider *c); /* NULL is allowed */

/* The credentials to sign with now.
 *   ST_DENIED       reason "no_credentials": nobody has any; the text says who was asked, and why
 *                   one that should have some has none
 *   ST_UNAVAILABLE, ST_TIMEOUT  whoever has them did not answer */
enum status aws_credentials_provider_get(struct aws_credentials_provider *c, int64_t deadline,
                                         struct aws_credentials *ret_keys, struct err *err);
/* AWS has refused these: fetch anew at the next call, unless that has been done already. */
void aws_credentials_provider_reject(struct aws_credentials_provider *c,
                                     const struct aws_credentials *keys);

#endif
