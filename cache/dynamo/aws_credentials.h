/* SPDX-License-Identifier: Apache-2.0 */
/* cache/dynamo/aws_credentials.h -- finds AWS credentials and renews them.
 *
 * The sources are tried in this order, as AWS's own tools do, and the first that has any is used:
 *   environment    AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_SESSION_TOKEN
 *   shared files   profile AWS_PROFILE ("default") of AWS_SHARED_CREDENTIALS_FILE
 *                  (~/.aws/credentials), then of AWS_CONFIG_FILE (~/.aws/config)
 *   container      AWS_CONTAINER_CREDENTIALS_RELATIVE_URI, or AWS_CONTAINER_CREDENTIALS_FULL_URI
 *                  with AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE or AWS_CONTAINER_AUTHORIZATION_TOKEN
 *   EC2 metadata   version 2 only, unless AWS_EC2_METADATA_DISABLED; elsewhere by
 *                  AWS_EC2_METADATA_SERVICE_ENDPOINT
 * Credentials that expire are renewed some minutes ahead by a thread of their own; the old ones are
 * used as long as they are valid. Secrets are wiped when they are replaced, and no error
 * text contains one. Thread-safe. */
#ifndef CLIMACAST_CACHE_DYNAMO_AWS_CREDENTIALS_H
#define CLIMACAST_CACHE_DYNAMO_AWS_CREDENTIALS_H

#include <stdint.h>

#include "server/base/err.h"
#include "server/base/http.h"

enum { AWS_ID_MAX = 128, AWS_SECRET_MAX = 256, AWS_TOKEN_MAX = 12288 };

/* One set of credentials; secret_wipe() it after use. */
struct aws_credentials {
    char id[AWS_ID_MAX + 1], secret[AWS_SECRET_MAX + 1];
    char token[AWS_TOKEN_MAX + 1]; /* "" unless they are temporary */
    int64_t expires_s;             /* 0: never */
};

struct aws_credentials_provider;

struct aws_credentials_settings {
    /* Reads an environment variable; NULL: getenv(). Tests bring their own. */
    const char *(*variable)(void *data, const char *name);
    int64_t (*now_s)(void *data); /* the wall clock; NULL: the system's */
    const char *container_base;   /* of a relative URI; NULL: AWS's fixed address */
    void *data;                   /* passed to the two functions */
};

/* `http` is borrowed; `settings` is copied (NULL: all defaults). NULL when out of memory. */
struct aws_credentials_provider *
aws_credentials_provider_create(const struct aws_credentials_settings *settings, struct http *http);
void aws_credentials_provider_free(struct aws_credentials_provider *c); /* NULL is allowed */

/* Returns the current credentials, fetching them if necessary.
 *   ST_DENIED                   reason "no_credentials": no source has any; the text lists them, or
 *                               says what is wrong with the one that is configured
 *   ST_UNAVAILABLE, ST_TIMEOUT  the source did not respond properly, or in time */
enum status aws_credentials_provider_get(struct aws_credentials_provider *c, int64_t deadline,
                                         struct aws_credentials *ret_credentials, struct err *err);
/* AWS has rejected these credentials: the next call fetches new ones, unless that has been done in
 * the last seconds. */
void aws_credentials_provider_reject(struct aws_credentials_provider *c,
                                     const struct aws_credentials *credentials);

#endif
