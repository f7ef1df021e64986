/* SPDX-License-Identifier: Apache-2.0 */
/* tests/sim/s3.c -- serves PEM files over TLS, and a few special names that test clients. */
#include "tests/sim/s3.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { FILE_MAX = 8 * 1024 * 1024, HANG_MS = 60000 };

char *s3_read_file(const char *path, size_t *ret_size)
{
    FILE *f = fopen(path, "rb");
    char *text = f ? malloc(FILE_MAX + 1) : NULL;

    if (!text) {
        if (f)
            fclose(f);
        return NULL;
    }
    size_t n = fread(text, 1, FILE_MAX, f);
    fclose(f);
    text[n] = '\0';
    char *smaller = realloc(text, n + 1);
    *ret_size = n;
    return smaller ? smaller : text;
}

void *s3_option(const char *text)
{
    union {
        const char *in;
        void *out;
    } same = { text };
    return same.out;
}

static void reply_not_found(struct reply *reply)
{
    reply_text(reply, 404, "application/xml",
               "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<Error><Code>NoSuchKey</Code>"
               "<Message>The specified key does not exist.</Message></Error>");
}

static bool is_special_name(const char *name, struct reply *reply, struct fault *fault)
{
    static const struct {
        const char *name;
        struct fault fault;
    } rows[] = {
        { "slow.pem", { .kind = FAULT_HANG, .ms = HANG_MS } },
        { "endless.pem", { .kind = FAULT_HUGE } },
        { "error.pem", { .kind = FAULT_STATUS, .status = 500 } },
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        if (strcmp(rows[i].name, name) != 0)
            continue;
        reply_text(reply, 200, "binary/octet-stream", "");
        if (fault->kind == FAULT_NONE)
            *fault = rows[i].fault;
        return true;
    }
    if (strcmp(name, "moved.pem") != 0)
        return false;
    reply_text(reply, 301, "application/xml", "");
    snprintf(reply->location, sizeof reply->location, "https://s3.amazonaws.com/echo.api/good.pem");
    return true;
}

void s3_respond(const char *chains, const char *target, struct reply *reply, struct fault *fault)
{
    static const char folder[] = "/echo.api/";
    char path[1200];
    const char *name = target + sizeof folder - 1;
    size_t size;

    if (strncmp(target, folder, sizeof folder - 1) != 0 || strchr(name, '/') || name[0] == '.' ||
        snprintf(path, sizeof path, "%s/%s", chains, name) >= (int)sizeof path) {
        reply_not_found(reply);
        return;
    }
    if (is_special_name(name, reply, fault))
        return;
    char *body = s3_read_file(path, &size);
    if (!body) {
        reply_not_found(reply);
        return;
    }
    reply->status = 200;
    reply->body = body;
    reply->size = size;
    snprintf(reply->type, sizeof reply->type, "binary/octet-stream");
}
