/* SPDX-License-Identifier: Apache-2.0 */
/* server/tool/check_store.c -- `climacast doctor`: the configuration, and the table for settings
 * and shared entries. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include "cache/user.h"
#include "server/base/json_same.h"
#include "server/base/random.h"
#include "server/request/reason.h"
#include "server/services/backend.h"
#include "server/tool/check.h"
#include "server/tool/store_session.h"

enum { LOW_DISK_MB = 100 };

static const char skipped[] = "skipped: table unavailable";
static const char see_table[] = "see \"table\"";
static const char see_other_program[] = "check whether another program modifies the table";

void check_configuration(struct doctor_context *ctx, struct finding *f)
{
    struct err err = ERR_NONE;

    if (config_validate(ctx->config, &err) != ST_OK)
        finding_set(f, CHECK_FAIL,
                    "correct that key (climacast config --keys shows what is allowed)",
                    "the daemon will not start: %s", err.text);
    else if (*config_ignored_variable(ctx->config))
        finding_set(f, CHECK_WARN, "unset it, or correct its name",
                    "environment variable %s names no key", config_ignored_variable(ctx->config));
    else if (!config_bool(ctx->config, CONFIG_ALEXA_VERIFY))
        finding_set(f, CHECK_WARN, "set alexa.verify = yes for production",
                    "alexa.verify = no: requests are not verified");
    else
        finding_set(f, CHECK_OK, NULL, "valid");
}

/* ---- opening ---- */

static bool is_dynamo(const struct doctor_context *ctx)
{
    return config_is(ctx->config, CONFIG_PERSISTENCE_BACKEND, "dynamodb");
}

static const char *fix_of(const struct err *err)
{
    const char *remedy = reason_fix(err->reason);

    return *remedy ? remedy : "see the message";
}

static bool reason_is(const struct doctor_context *ctx, const char *a, const char *b, const char *c)
{
    const char *reason = ctx->store_err.reason;

    return ctx->store_status != ST_OK &&
           (strcmp(reason, a) == 0 || strcmp(reason, b) == 0 || strcmp(reason, c) == 0);
}

static bool is_credential_error(const struct doctor_context *ctx)
{
    return reason_is(ctx, "no_credentials", "credentials_expired", "credentials_refused") ||
           reason_is(ctx, "signature_refused", "", "");
}

static void open_store(struct doctor_context *ctx)
{
    struct backend_options options = { .layout = backend_layout(ctx->config) };

    ctx->store_status =
        backend_open(ctx->config, &options, ctx->http, &ctx->store, &ctx->store_err);
    if (ctx->store_status == ST_OK)
        ctx->store_status =
            store_describe(ctx->store, store_session_deadline(), &ctx->facts, &ctx->store_err);
    ctx->usable = ctx->store_status == ST_OK && ctx->facts.state == STORE_READY;
}

void check_store(struct doctor_context *ctx, struct finding *f)
{
    const char *backend = config_text(ctx->config, CONFIG_PERSISTENCE_BACKEND);
    bool not_created;

    if (strcmp(backend, "memory") == 0) {
        finding_set(f, CHECK_WARN, "set persistence.backend to dynamodb or sqlite",
                    "persistence.backend = memory: all data is lost on restart");
        ctx->store_status = ST_UNAVAILABLE;
        return;
    }
    open_store(ctx);
    not_created = strcmp(ctx->store_err.reason, "file_missing") == 0;
    if (ctx->store_status == ST_OK)
        finding_set(f, CHECK_OK, NULL, "%s answers", backend);
    else if (reason_is(ctx, "no_credentials", "credentials_expired", ""))
        finding_set(f, CHECK_WARN, "see \"credentials\"", "%s not tested: no credentials", backend);
    else if (is_credential_error(ctx) || reason_is(ctx, "wrong_region", "table_missing", ""))
        finding_set(f, CHECK_OK, NULL, "%s is reachable", backend); /* a later check reports it */
    else
        finding_set(f, not_created ? CHECK_WARN : CHECK_FAIL, fix_of(&ctx->store_err), "%s",
                    ctx->store_err.text);
}

void check_credentials(struct doctor_context *ctx, struct finding *f)
{
    if (!is_dynamo(ctx))
        finding_set(f, CHECK_OK, NULL, "not needed with %s",
                    config_text(ctx->config, CONFIG_PERSISTENCE_BACKEND));
    else if (is_credential_error(ctx))
        finding_set(f, CHECK_FAIL, fix_of(&ctx->store_err), "%s", ctx->store_err.text);
    else if (ctx->store_status != ST_OK && !reason_is(ctx, "wrong_region", "access_denied", ""))
        finding_set(f, CHECK_WARN, "see \"store\"", "not tested: the store does not answer");
    else
        finding_set(f, CHECK_OK, NULL, "accepted by AWS");
}

void check_region(struct doctor_context *ctx, struct finding *f)
{
    const char *region = config_text(ctx->config, CONFIG_DYNAMODB_REGION);

    if (!is_dynamo(ctx))
        finding_set(f, CHECK_OK, NULL, "not needed with %s",
                    config_text(ctx->config, CONFIG_PERSISTENCE_BACKEND));
    else if (reason_is(ctx, "wrong_region", "", ""))
        finding_set(f, CHECK_FAIL, fix_of(&ctx->store_err), "%s", ctx->store_err.text);
    else
        finding_set(f, CHECK_OK, NULL, "%s", region);
}

void check_table(struct doctor_context *ctx, struct finding *f)
{
    const char *where =
        config_text(ctx->config, is_dynamo(ctx) ? CONFIG_PERSISTENCE_TABLE : CONFIG_SQLITE_PATH);

    if (ctx->usable && ctx->facts.items >= 0)
        finding_set(f, CHECK_OK, NULL, "%s: %lld items, %lld KB", ctx->facts.detail,
                    (long long)ctx->facts.items, (long long)(ctx->facts.bytes / 1024));
    else if (ctx->usable)
        finding_set(f, CHECK_OK, NULL, "%s", ctx->facts.detail);
    else if (ctx->store_status == ST_OK)
        finding_set(f, CHECK_FAIL, "run climacast table create, then wait until it is ACTIVE", "%s",
                    ctx->facts.detail);
    else if (strcmp(ctx->store_err.reason, "table_missing") == 0)
        finding_set(f, CHECK_FAIL, fix_of(&ctx->store_err), "%s", ctx->store_err.text);
    else if (strcmp(ctx->store_err.reason, "file_missing") == 0)
        finding_set(f, CHECK_WARN, fix_of(&ctx->store_err), "%s does not exist yet", where);
    else
        finding_set(f, CHECK_WARN, "see the failed checks above", "%s: unavailable", where);
}

void check_key_schema(struct doctor_context *ctx, struct finding *f)
{
    if (!is_dynamo(ctx))
        finding_set(f, CHECK_OK, NULL, "fixed with %s",
                    config_text(ctx->config, CONFIG_PERSISTENCE_BACKEND));
    else if (ctx->usable)
        finding_set(f, CHECK_OK, NULL, "id (S)");
    else if (ctx->store_status == ST_OK && ctx->facts.state == STORE_WRONG_KEY)
        finding_set(f, CHECK_FAIL,
                    "set persistence.table to another name and run climacast table create",
                    "the table's key is not id (S)");
    else
        finding_set(f, CHECK_WARN, see_table, "%s", skipped);
}

/* ---- the disk ---- */

/* The folder of a path. */
static void folder_of(const char *path, char out[1001])
{
    const char *slash = strrchr(path, '/');

    if (!slash)
        (void)snprintf(out, 1001, ".");
    else
        (void)snprintf(out, 1001, "%.*s", slash == path ? 1 : (int)(slash - path), path);
}

void check_disk(struct doctor_context *ctx, struct finding *f)
{
    const char *path = config_text(ctx->config, CONFIG_SQLITE_PATH);
    struct stat file, folder;
    struct statvfs disk;
    char name[1001];
    int64_t free_mb;

    if (!config_is(ctx->config, CONFIG_PERSISTENCE_BACKEND, "sqlite")) {
        finding_set(f, CHECK_OK, NULL, "not used");
        return;
    }
    folder_of(path, name);
    if (stat(name, &folder) != 0 || statvfs(name, &disk) != 0) {
        finding_set(f, CHECK_FAIL, "create the folder, owned by the daemon's user", "%s: %s", name,
                    strerror(errno));
        return;
    }
    free_mb = (int64_t)disk.f_bavail * (int64_t)disk.f_frsize / (1024 * 1024);
    if (access(name, W_OK) != 0)
        finding_set(f, CHECK_FAIL,
                    "run this as the daemon's user, or chown the folder to that user",
                    "%s is not writable by this user", name);
    else if (stat(path, &file) == 0 && file.st_uid != folder.st_uid)
        finding_set(f, CHECK_WARN, "chown both to the daemon's user",
                    "%s belongs to user %u, its folder to user %u", path, (unsigned)file.st_uid,
                    (unsigned)folder.st_uid);
    else if (free_mb < LOW_DISK_MB)
        finding_set(f, free_mb < 1 ? CHECK_FAIL : CHECK_WARN, "free space on that disk",
                    "%s: %lld MB free", name, (long long)free_mb);
    else
        finding_set(f, CHECK_OK, NULL, "%s: %lld MB free", name, (long long)free_mb);
}

/* ---- test items ---- */

/* An id that no user has. */
static void make_probe_id(const char *what, char out[80])
{
    (void)snprintf(out, 80, "climacast-doctor-%s-%016llx", what, (unsigned long long)random_u64());
}

static enum status write_probe(struct store *s, struct str id, json_t *value, bool *ret_same,
                               struct err *err)
{
    json_t *back = NULL;
    uint64_t version = 0;
    enum status st = store_put(s, id, value, 0, store_session_deadline(), err);

    if (st == ST_OK)
        st = store_get(s, id, store_session_deadline(), &back, &version, err);
    *ret_same = st == ST_OK && json_same(back, value);
    json_decref(back);
    return st;
}

void check_write(struct doctor_context *ctx, struct finding *f)
{
    json_t *value = json_pack("{s:s,s:f,s:n,s:s}", "probe", "caf\xC3\xA9", "number", 40.015,
                              "nothing", "empty", "");
    char id[80];
    bool same = false;
    struct err err = ERR_NONE;
    enum status st, removed;

    if (!ctx->usable || !value) {
        finding_set(f, CHECK_WARN, see_table, "%s", skipped);
        json_decref(value);
        return;
    }
    make_probe_id("probe", id);
    st = write_probe(ctx->store, str_of(id), value, &same, &err);
    removed = store_delete(ctx->store, str_of(id), store_session_deadline(), &err);
    json_decref(value);
    if (st != ST_OK || removed != ST_OK)
        finding_set(f, CHECK_FAIL, fix_of(&err), "cannot %s a test item: %s",
                    st != ST_OK ? "write and read" : "remove", err.text);
    else if (!same)
        finding_set(f, CHECK_FAIL, see_other_program,
                    "an item was read back with different content");
    else
        finding_set(f, CHECK_OK, NULL, "wrote, read and removed a test item");
}

void check_read(struct doctor_context *ctx, struct finding *f)
{
    struct err err = ERR_NONE;
    json_t *attributes = NULL;
    int64_t count;
    enum status st;

    if (!ctx->usable) {
        finding_set(f, CHECK_WARN, see_table, "%s", skipped);
        return;
    }
    st = store_get(ctx->store, STR(STORE_SHARED_ID), store_session_deadline(), &attributes, NULL,
                   &err);
    json_decref(attributes);
    if (st == ST_OK || st == ST_MISS)
        st = store_count_entries(ctx->store, "LocationCache", store_session_deadline(), &count,
                                 &err);
    if (st != ST_OK)
        finding_set(f, CHECK_FAIL, fix_of(&err), "%s", err.text);
    else
        finding_set(f, CHECK_OK, NULL, "items and counts are readable");
}

void check_user_item(struct doctor_context *ctx, struct finding *f)
{
    char id[80];
    struct err err = ERR_NONE;
    json_t *rate = json_integer(100), *settings = NULL;
    int64_t back = 0;
    enum status st, removed;

    if (!ctx->usable || !rate) {
        finding_set(f, CHECK_WARN, see_table, "%s", skipped);
        json_decref(rate);
        return;
    }
    make_probe_id("user", id);
    st = user_set(ctx->store, USER_ACCOUNT(str_of(id)), "rate", rate, store_session_deadline(),
                  &err);
    if (st == ST_OK)
        st = user_get(ctx->store, USER_ACCOUNT(str_of(id)), store_session_deadline(), &settings,
                      &err);
    if (st == ST_OK)
        back = json_integer_value(json_object_get(settings, "rate"));
    removed = user_delete(ctx->store, str_of(id), store_session_deadline(), &err);
    json_decref(settings);
    json_decref(rate);
    if (st == ST_MISS || (st == ST_OK && back != 100))
        finding_set(f, CHECK_FAIL, see_other_program, "a saved setting was lost");
    else if (st != ST_OK || removed != ST_OK)
        finding_set(f, CHECK_FAIL, fix_of(&err), "cannot save a user's setting: %s", err.text);
    else
        finding_set(f, CHECK_OK, NULL, "saved, read and removed a test user's setting");
}
