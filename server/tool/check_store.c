/* SPDX-License-Identifier: Apache-2.0 */
/* server/tool/check_store.c -- `climacast doctor`: the configuration, and the table that settings
 * and entries are kept in. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include "cache/user.h"
#include "server/backend.h"
#include "server/base/json_same.h"
#include "server/base/random.h"
#include "server/reason.h"
#include "server/tool/check.h"
#include "server/tool/store_session.h"

enum { LITTLE_DISK_MB = 100 };

static const char not_looked[] = "not looked at, for the table does not answer";

void check_configuration(struct doctor_context *p, struct finding *f)
{
    struct err err = ERR_NONE;

    if (config_validate(p->config, &err) != ST_OK)
        finding_set(f, CHECK_FAIL,
                    "correct that key; `climacast config --keys` tells what is allowed",
                    "the daemon would not start: %s", err.text);
    else if (*config_ignored_variable(p->config))
        finding_set(f, CHECK_WARN, "unset it, or correct its name",
                    "environment variable %s is no key", config_ignored_variable(p->config));
    else if (!config_bool(p->config, CONFIG_ALEXA_VERIFY))
        finding_set(f, CHECK_WARN, "set alexa.verify = yes before Alexa calls",
                    "alexa.verify = no: requests are not verified");
    else
        finding_set(f, CHECK_OK, NULL, "every key is sound");
}

/* ---- opening ---- */

static bool is_dynamo(const struct doctor_context *p)
{
    return config_is(p->config, CONFIG_PERSISTENCE_BACKEND, "dynamodb");
}

static const char *fix_of(const struct err *err)
{
    const char *remedy = reason_fix(err->reason);

    return *remedy ? remedy : "see the message";
}

static bool reason_is(const struct doctor_context *p, const char *a, const char *b, const char *c)
{
    const char *reason = p->store_err.reason;

    return p->store_status != ST_OK &&
           (strcmp(reason, a) == 0 || strcmp(reason, b) == 0 || strcmp(reason, c) == 0);
}

static bool is_credential_fault(const struct doctor_context *p)
{
    return reason_is(p, "no_credentials", "credentials_expired", "credentials_refused") ||
           reason_is(p, "signature_refused", "", "");
}

static void open_table(struct doctor_context *p)
{
    struct backend_options options = { .layout = backend_layout(p->config) };

    p->store_status = backend_open(p->config, &options, p->http, &p->store, &p->store_err);
    if (p->store_status == ST_OK)
        p->store_status =
            store_describe(p->store, store_session_deadline(), &p->facts, &p->store_err);
    p->usable = p->store_status == ST_OK && p->facts.state == STORE_READY;
}

void check_store(struct doctor_context *p, struct finding *f)
{
    const char *backend = config_text(p->config, CONFIG_PERSISTENCE_BACKEND);
    bool to_come;

    if (strcmp(backend, "memory") == 0) {
        finding_set(f, CHECK_WARN, "set persistence.backend to dynamodb or sqlite",
                    "persistence.backend = memory: nothing survives a restart");
        p->store_status = ST_UNAVAILABLE;
        return;
    }
    open_table(p);
    to_come = strcmp(p->store_err.reason, "file_missing") == 0;
    if (p->store_status == ST_OK)
        finding_set(f, CHECK_OK, NULL, "%s answers", backend);
    else if (reason_is(p, "no_credentials", "credentials_expired", ""))
        finding_set(f, CHECK_WARN, "see the line \"credentials\"",
                    "%s was not asked, for there are no credentials", backend);
    else if (is_credential_fault(p) || reason_is(p, "wrong_region", "table_missing", ""))
        finding_set(f, CHECK_OK, NULL, "%s is reached", backend); /* and has a line of its own */
    else
        finding_set(f, to_come ? CHECK_WARN : CHECK_FAIL, fix_of(&p->store_err), "%s",
                    p->store_err.text);
}

void check_credentials(struct doctor_context *p, struct finding *f)
{
    if (!is_dynamo(p))
        finding_set(f, CHECK_OK, NULL, "none are needed by %s",
                    config_text(p->config, CONFIG_PERSISTENCE_BACKEND));
    else if (is_credential_fault(p))
        finding_set(f, CHECK_FAIL, fix_of(&p->store_err), "%s", p->store_err.text);
    else if (p->store_status != ST_OK && !reason_is(p, "wrong_region", "access_denied", ""))
        finding_set(f, CHECK_WARN, "see the line \"store\"", "not tried, for nobody answered");
    else
        finding_set(f, CHECK_OK, NULL, "AWS takes them");
}

void check_region(struct doctor_context *p, struct finding *f)
{
    const char *region = config_text(p->config, CONFIG_DYNAMODB_REGION);

    if (!is_dynamo(p))
        finding_set(f, CHECK_OK, NULL, "none is needed by %s",
                    config_text(p->config, CONFIG_PERSISTENCE_BACKEND));
    else if (reason_is(p, "wrong_region", "", ""))
        finding_set(f, CHECK_FAIL, fix_of(&p->store_err), "%s", p->store_err.text);
    else
        finding_set(f, CHECK_OK, NULL, "%s", region);
}

void check_table(struct doctor_context *p, struct finding *f)
{
    const char *where =
        config_text(p->config, is_dynamo(p) ? CONFIG_PERSISTENCE_TABLE : CONFIG_SQLITE_PATH);

    if (p->usable && p->facts.items >= 0)
        finding_set(f, CHECK_OK, NULL, "%s: %lld items, %lld KB", p->facts.detail,
                    (long long)p->facts.items, (long long)(p->facts.bytes / 1024));
    else if (p->usable)
        finding_set(f, CHECK_OK, NULL, "%s", p->facts.detail);
    else if (p->store_status == ST_OK)
        finding_set(f, CHECK_FAIL, "climacast table create, then wait until it is ACTIVE", "%s",
                    p->facts.detail);
    else if (strcmp(p->store_err.reason, "table_missing") == 0)
        finding_set(f, CHECK_FAIL, fix_of(&p->store_err), "%s", p->store_err.text);
    else if (strcmp(p->store_err.reason, "file_missing") == 0)
        finding_set(f, CHECK_WARN, fix_of(&p->store_err), "%s is not there yet", where);
    else
        finding_set(f, CHECK_WARN, "see the lines above", "%s: cannot be looked at", where);
}

void check_key_schema(struct doctor_context *p, struct finding *f)
{
    if (!is_dynamo(p))
        finding_set(f, CHECK_OK, NULL, "is our own with %s",
                    config_text(p->config, CONFIG_PERSISTENCE_BACKEND));
    else if (p->usable)
        finding_set(f, CHECK_OK, NULL, "id (S)");
    else if (p->store_status == ST_OK && p->facts.state == STORE_WRONG_KEY)
        finding_set(f, CHECK_FAIL,
                    "set persistence.table to another name, and climacast table create",
                    "the table's key is not id (S)");
    else
        finding_set(f, CHECK_WARN, "see the line \"table\"", "%s", not_looked);
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

void check_disk(struct doctor_context *p, struct finding *f)
{
    const char *path = config_text(p->config, CONFIG_SQLITE_PATH);
    struct stat file, folder;
    struct statvfs disk;
    char name[1001];
    int64_t free_mb;

    if (!config_is(p->config, CONFIG_PERSISTENCE_BACKEND, "sqlite")) {
        finding_set(f, CHECK_OK, NULL, "nothing is kept on it");
        return;
    }
    folder_of(path, name);
    if (stat(name, &folder) != 0 || statvfs(name, &disk) != 0) {
        finding_set(f, CHECK_FAIL, "make the folder, owned by the daemon's user", "%s: %s", name,
                    strerror(errno));
        return;
    }
    free_mb = (int64_t)disk.f_bavail * (int64_t)disk.f_frsize / (1024 * 1024);
    if (access(name, W_OK) != 0)
        finding_set(f, CHECK_FAIL, "run this as the daemon's user, or chown the folder to it",
                    "%s cannot be written by this user", name);
    else if (stat(path, &file) == 0 && file.st_uid != folder.st_uid)
        finding_set(f, CHECK_WARN, "chown both to the daemon's user",
                    "%s belongs to user %u and its folder to user %u", path, (unsigned)file.st_uid,
                    (unsigned)folder.st_uid);
    else if (free_mb < LITTLE_DISK_MB)
        finding_set(f, free_mb < 1 ? CHECK_FAIL : CHECK_WARN, "make room on that disk",
                    "%s: %lld MB are free", name, (long long)free_mb);
    else
        finding_set(f, CHECK_OK, NULL, "%s: %lld MB are free", name, (long long)free_mb);
}

/* ---- a probe item ---- */

/* An id that no user has. */
static void probe_id(const char *what, char out[80])
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

void check_write(struct doctor_context *p, struct finding *f)
{
    json_t *value = json_pack("{s:s,s:f,s:n,s:s}", "probe", "caf\xC3\xA9", "number", 40.015,
                              "nothing", "empty", "");
    char id[80];
    bool same = false;
    struct err err = ERR_NONE;
    enum status st, removed;

    if (!p->usable || !value) {
        finding_set(f, CHECK_WARN, "see the line \"table\"", "%s", not_looked);
        json_decref(value);
        return;
    }
    probe_id("probe", id);
    st = write_probe(p->store, str_of(id), value, &same, &err);
    removed = store_delete(p->store, str_of(id), store_session_deadline(), &err);
    json_decref(value);
    if (st != ST_OK || removed != ST_OK)
        finding_set(f, CHECK_FAIL, fix_of(&err), "an item could not be %s: %s",
                    st != ST_OK ? "written and read" : "removed", err.text);
    else if (!same)
        finding_set(f, CHECK_FAIL, "see whether another program changes the table's items",
                    "an item came back other than it was written");
    else
        finding_set(f, CHECK_OK, NULL, "an item was written, read and removed");
}

void check_read(struct doctor_context *p, struct finding *f)
{
    struct err err = ERR_NONE;
    json_t *attributes = NULL;
    int64_t count;
    enum status st;

    if (!p->usable) {
        finding_set(f, CHECK_WARN, "see the line \"table\"", "%s", not_looked);
        return;
    }
    st = store_get(p->store, STR(STORE_SHARED_ID), store_session_deadline(), &attributes, NULL,
                   &err);
    json_decref(attributes);
    if (st == ST_OK || st == ST_MISS)
        st = store_count_entries(p->store, "LocationCache", store_session_deadline(), &count, &err);
    if (st != ST_OK)
        finding_set(f, CHECK_FAIL, fix_of(&err), "%s", err.text);
    else
        finding_set(f, CHECK_OK, NULL, "items and counts can be read");
}

void check_user_item(struct doctor_context *p, struct finding *f)
{
    char id[80];
    struct err err = ERR_NONE;
    json_t *rate = json_integer(100), *settings = NULL;
    int64_t back = 0;
    enum status st, removed;

    if (!p->usable || !rate) {
        finding_set(f, CHECK_WARN, "see the line \"table\"", "%s", not_looked);
        json_decref(rate);
        return;
    }
    probe_id("user", id);
    st = user_set(p->store, str_of(id), "rate", rate, store_session_deadline(), &err);
    if (st == ST_OK)
        st = user_get(p->store, str_of(id), store_session_deadline(), &settings, &err);
    if (st == ST_OK)
        back = json_integer_value(json_object_get(settings, "rate"));
    removed = user_delete(p->store, str_of(id), store_session_deadline(), &err);
    json_decref(settings);
    json_decref(rate);
    if (st == ST_MISS || (st == ST_OK && back != 100))
        finding_set(f, CHECK_FAIL, "see whether another program changes the table's items",
                    "a setting was confirmed and is not there");
    else if (st != ST_OK || removed != ST_OK)
        finding_set(f, CHECK_FAIL, fix_of(&err), "a user's setting could not be saved: %s",
                    err.text);
    else
        finding_set(f, CHECK_OK, NULL, "a user's setting was saved, read and removed");
}
