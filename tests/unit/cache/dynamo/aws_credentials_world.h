/* SPDX-License-Identifier: Apache-2.0 */
/* tests/unit/cache/dynamo/aws_credentials_world.h -- an environment, a clock, files and an HTTP
 * server for the tests of AWS credentials. */
#ifndef CLIMACAST_TESTS_AWS_CREDENTIALS_WORLD_H
#define CLIMACAST_TESTS_AWS_CREDENTIALS_WORLD_H

#include "cache/dynamo/aws_credentials.h"

#include <stdatomic.h>
#include <stdlib.h>

#include "cache/dynamo/aws_credentials_internal.h"
#include "server/base/clock.h"
#include "server/base/time_text.h"
#include "tests/test.h"
#include "tests/unit/cache/folder.h"
#include "tests/unit/cache/upstream.h"

enum { VARIABLES = 12, START_S = 1800000000 };

static struct {
    struct {
        const char *name;
        char value[512];
    } variables[VARIABLES];
    size_t count;
    atomic_int_least64_t now_s;
    char folder[FOLDER_SIZE], base[64];
    struct http *http;
    struct aws_credentials_provider *credentials;
} world;

static inline const char *world_variable(void *data, const char *name)
{
    (void)data;
    for (size_t i = 0; i < world.count; i++)
        if (strcmp(world.variables[i].name, name) == 0)
            return world.variables[i].value;
    return NULL;
}

static inline int64_t world_now(void *data)
{
    (void)data;
    return world.now_s;
}

static inline void set_variable(const char *name, const char *head, const char *tail)
{
    size_t i = 0;

    while (i < world.count && strcmp(world.variables[i].name, name) != 0)
        i++;
    CHECK(i < VARIABLES);
    world.variables[i].name = name;
    (void)snprintf(world.variables[i].value, sizeof world.variables[i].value, "%s%s", head, tail);
    world.count += i == world.count;
}

static inline void world_start(void)
{
    const struct http_settings http = { .user_agent = "test", .system_roots = true };
    const struct aws_credentials_settings settings = { world_variable, world_now, world.base,
                                                       NULL };

    world.count = 0;
    world.now_s = START_S;
    folder_make(world.folder);
    upstream_start();
    (void)snprintf(world.base, sizeof world.base, "http://127.0.0.1:%d", upstream.port);
    set_variable("HOME", world.folder, "");
    set_variable("AWS_EC2_METADATA_DISABLED", "true", "");
    world.http = http_create(&http, NULL);
    world.credentials = aws_credentials_provider_create(&settings, world.http);
    CHECK(world.http && world.credentials);
}

static inline void world_stop(void)
{
    aws_credentials_provider_free(world.credentials);
    http_free(world.http);
    upstream_stop();
    folder_remove(world.folder);
}

static inline void write_file(const char *name, const char *text)
{
    char path[FILE_SIZE];
    FILE *file;

    (void)snprintf(path, sizeof path, "%s/%s", world.folder, name);
    file = fopen(path, "w");
    CHECK(file);
    CHECK(fputs(text, file) >= 0);
    CHECK(fclose(file) == 0);
}

static inline enum status get_credentials(struct aws_credentials *keys, struct err *err)
{
    return aws_credentials_provider_get(world.credentials, clock_mono_ms() + 10000, keys, err);
}

static inline void check_keys(const char *id, const char *secret, const char *token)
{
    struct aws_credentials keys;
    struct err err = ERR_NONE;

    if (get_credentials(&keys, &err) != ST_OK)
        fail_msg("no keys: %s", err.text);
    CHECK_STR(keys.id, id);
    CHECK_STR(keys.secret, secret);
    CHECK_STR(keys.token, token);
}

/* The renewal is due: the old ones are returned until it is done. */
static inline void await_keys(const char *id)
{
    int64_t deadline = clock_mono_ms() + 10000;
    struct aws_credentials keys;

    do {
        clock_sleep_ms(5);
        CHECK_INT(get_credentials(&keys, NULL), ST_OK);
    } while (strcmp(keys.id, id) != 0 && clock_left_ms(deadline) > 0);
    CHECK_STR(keys.id, id);
}

static inline void check_none(enum status want, const char *reason, const char *word)
{
    struct aws_credentials keys;
    struct err err = ERR_NONE;

    CHECK_INT(get_credentials(&keys, &err), want);
    CHECK_STR(err.reason, reason);
    if (!strstr(err.text, word))
        fail_msg("\"%s\" does not mention %s", err.text, word);
    CHECK(!strstr(err.text, "hidden"));
}

/* A response with credentials that expire in `seconds`; valid until the fourth next call. */
static inline const char *endpoint_answer(const char *id, int seconds)
{
    static char texts[4][512];
    static int at;
    char until[32], *text = texts[at++ % 4];

    time_format_rfc3339(world.now_s + seconds, until);
    (void)snprintf(text, sizeof texts[0],
                   "{\"Code\":\"Success\",\"AccessKeyId\":\"%s\",\"SecretAccessKey\":\"hidden\","
                   "\"Token\":\"tok\",\"Expiration\":\"%s\"}",
                   id, until);
    return text;
}

#endif
