/* SPDX-License-Identifier: Apache-2.0 */
/* cache/dynamo/aws_credentials_internal.h -- inside cache/dynamo/aws_credentials.c: those who may
 * have credentials, each a function.
 *
 * ST_OK: *ret_keys is filled. ST_MISS: this one is not set up here; `err` is untouched. Anything
 * else: it is set up and failed, which ends the search. */
#ifndef CLIMACAST_CACHE_DYNAMO_AWS_CREDENTIALS_INTERNAL_H
#define CLIMACAST_CACHE_DYNAMO_AWS_CREDENTIALS_INTERNAL_H

#include "cache/dynamo/aws_credentials.h"

struct aws_credentials_search {
    const struct aws_credentials_settings *settings;
    struct http *http;
    int64_t now_s, deadline;
};

/* A variable's value; "" when it is not set. */
const char *aws_credentials_variable(const struct aws_credentials_search *s, const char *name);
/* Fill one set; false when a part is missing, too long, or not of printable ASCII. */
bool aws_credentials_fill(struct aws_credentials *keys, struct str id, struct str secret,
                          struct str token);
/* The JSON in which container and EC2 endpoints answer. */
enum status aws_credentials_parse_json(struct str body, const char *who,
                                       struct aws_credentials *ret_keys, struct err *err);

enum status aws_credentials_from_environment(const struct aws_credentials_search *s,
                                             struct aws_credentials *ret_keys, struct err *err);
enum status aws_credentials_from_files(const struct aws_credentials_search *s,
                                       struct aws_credentials *ret_keys, struct err *err);
enum status aws_credentials_from_container(const struct aws_credentials_search *s,
                                           struct aws_credentials *ret_keys, struct err *err);
enum status aws_credentials_from_ec2(const struct aws_credentials_search *s,
                                     struct aws_credentials *ret_keys, struct err *err);

/* A profile's keys out of the text of one file. `config`: profiles are called [profile NAME].
 * ST_MISS: no such profile, or without keys. */
enum status aws_credentials_parse_profile(struct str text, bool config, const char *profile,
                                          struct aws_credentials *ret_keys, struct err *err);

#endif
