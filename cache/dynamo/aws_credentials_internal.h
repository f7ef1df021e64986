/* SPDX-License-Identifier: Apache-2.0 */
/* cache/dynamo/aws_credentials_internal.h -- the sources of AWS credentials, for aws_credentials*.c
 * only.
 *
 * Each aws_credentials_from_...() returns
 *   ST_OK    *ret_credentials is set
 *   ST_MISS  this source is not configured; `err` is untouched
 *   else     it is configured but failed, which ends the search */
#ifndef CLIMACAST_CACHE_DYNAMO_AWS_CREDENTIALS_INTERNAL_H
#define CLIMACAST_CACHE_DYNAMO_AWS_CREDENTIALS_INTERNAL_H

#include "cache/dynamo/aws_credentials.h"

struct aws_credentials_search {
    const struct aws_credentials_settings *settings;
    struct http *http;
    int64_t now_s, deadline;
};

/* The value of an environment variable; "" if it is not set. */
const char *aws_credentials_variable(const struct aws_credentials_search *s, const char *name);
/* Sets id, secret and token. False: one is missing, too long, or not printable ASCII. */
bool aws_credentials_fill(struct aws_credentials *credentials, struct str id, struct str secret,
                          struct str token);
/* Parses the JSON that the container and EC2 endpoints return; `who` names the endpoint in
 * errors. */
enum status aws_credentials_parse_json(struct str body, const char *who,
                                       struct aws_credentials *ret_credentials, struct err *err);

enum status aws_credentials_from_environment(const struct aws_credentials_search *s,
                                             struct aws_credentials *ret_credentials,
                                             struct err *err);
enum status aws_credentials_from_files(const struct aws_credentials_search *s,
                                       struct aws_credentials *ret_credentials, struct err *err);
enum status aws_credentials_from_container(const struct aws_credentials_search *s,
                                           struct aws_credentials *ret_credentials,
                                           struct err *err);
enum status aws_credentials_from_ec2(const struct aws_credentials_search *s,
                                     struct aws_credentials *ret_credentials, struct err *err);

/* Parses the credentials of a profile out of the text of one file. `config`: it is a config file,
 * where profiles are called [profile NAME]. ST_MISS: no such profile, or one without
 * credentials. */
enum status aws_credentials_parse_profile(struct str text, bool config, const char *profile,
                                          struct aws_credentials *ret_credentials, struct err *err);

#endif
