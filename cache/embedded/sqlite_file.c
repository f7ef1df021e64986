/* SPDX-License-Identifier: Apache-2.0 */
/* cache/embedded/sqlite_file.c -- creating, checking and opening the store's SQLite file.
 *
 * This program creates the file, not SQLite: so it is readable by its owner alone (it holds user
 * ids), and problems with its folder can be told apart. `application_id` marks it as this
 * program's, `user_version` is the version of its schema. */
#include "cache/embedded/sqlite_file.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "server/base/clock.h"
#include "server/base/str.h"

enum {
    APPLICATION_ID = 0x436c6d43, /* "ClmC" */
    SCHEMA_VERSION = 1,
    OPEN_WAIT_MS = 5000,   /* for another process that is creating or recovering it */
    LOOKASIDE_SLOTS = 128, /* small allocations pooled per connection */
    LOOKASIDE_BYTES = 256
};

/* Small caches: rows are few and short, and the system caches the pages anyway. */
static const char connect_sql[] = "PRAGMA synchronous = FULL;"
                                  "PRAGMA secure_delete = ON;" /* what was deleted is gone */
                                  "PRAGMA cache_size = -256;"
                                  "PRAGMA wal_autocheckpoint = 256;"
                                  "PRAGMA journal_size_limit = 1048576;"
                                  "PRAGMA trusted_schema = OFF;";

/* `attributes` and `entry` are JSON objects; `ttl` is epoch seconds, 0: never, and is part of
 * `entry` as well. */
static const char schema_sql[] =
    "CREATE TABLE items (id TEXT NOT NULL PRIMARY KEY, attributes TEXT NOT NULL) STRICT;"
    "CREATE TABLE entries (cache TEXT NOT NULL, key TEXT NOT NULL, entry TEXT NOT NULL,"
    " ttl INTEGER NOT NULL, PRIMARY KEY (cache, key)) STRICT;"
    "CREATE INDEX entries_by_ttl ON entries (ttl) WHERE ttl > 0;";

/* ---- errors ---- */

static enum status io_error(sqlite3 *db, struct err *err)
{
    int code = errno; /* of the failed call; SQLite forgets it when a commit fails */

    if (db && sqlite3_system_errno(db) != 0)
        code = sqlite3_system_errno(db);
    if (code == ENOSPC || code == EDQUOT || code == EFBIG)
        return err_reason(err, ST_UNAVAILABLE, "disk_full", "the disk is full");
    return err_reason(err, ST_UNAVAILABLE, "io", "the database file cannot be read or written: %s",
                      code ? strerror(code) : "I/O error");
}

enum status sqlite_file_error(sqlite3 *db, int rc, struct err *err)
{
    if (rc == SQLITE_IOERR_NOMEM)
        rc = SQLITE_NOMEM;
    switch (rc & 0xff) {
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
        return err_reason(err, ST_TIMEOUT, "busy", "another process keeps the database locked");
    case SQLITE_FULL:
        return err_reason(err, ST_UNAVAILABLE, "disk_full", "the disk is full");
    case SQLITE_IOERR:
        return io_error(db, err);
    case SQLITE_READONLY:
    case SQLITE_PERM:
    case SQLITE_AUTH:
        return err_reason(err, ST_DENIED, "read_only", "the database file is read-only");
    case SQLITE_CANTOPEN:
        return err_reason(err, ST_DENIED, "read_only",
                          "the database file cannot be opened, or its folder is not writable");
    case SQLITE_NOTADB:
        return err_reason(err, ST_INVALID, "not_a_database", "the file is not a SQLite database");
    case SQLITE_CORRUPT:
        return err_reason(err, ST_INVALID, "corrupt", "the database file is damaged");
    case SQLITE_NOMEM:
        return err_no_memory(err);
    case SQLITE_TOOBIG:
        return err_set(err, ST_TOO_LARGE, "an item is too large for SQLite");
    default:
        return err_set(err, ST_UNAVAILABLE, "SQLite failed: %s", sqlite3_errstr(rc));
    }
}

/* ---- the file ---- */

/* Returns a descriptor of the folder of `path`, or -1. */
static int open_folder(const char *path)
{
    const char *slash = strrchr(path, '/');
    char folder[4096] = ".";

    if (slash && (size_t)(slash - path) + 2 <= sizeof folder) {
        memcpy(folder, path, (size_t)(slash - path) + 1);
        folder[slash - path + 1] = '\0';
    }
    return open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
}

/* When root creates the file, with the tool, it is given to the owner of its folder: otherwise the
 * daemon could not open it. (SQLite does the same for the files beside it.) */
static bool give_to_folder_owner(int fd, int folder)
{
    struct stat facts;

    if (geteuid() != 0 || fstat(folder, &facts) != 0 || facts.st_uid == 0)
        return true;
    return fchown(fd, facts.st_uid, facts.st_gid) == 0;
}

static enum status create_file(const char *path, struct err *err)
{
    int fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOCTTY, 0600), folder;

    if (fd >= 0) {
        folder = open_folder(path);
        bool given = folder < 0 || give_to_folder_owner(fd, folder);
        (void)close(fd);
        if (folder >= 0) {
            (void)fsync(folder); /* so that the file survives a power loss */
            (void)close(folder);
        }
        return given ? ST_OK
                     : err_set(err, ST_SYSTEM, "%s: cannot change its owner to that of its folder",
                               path);
    }
    switch (errno) {
    case ENOENT:
    case ENOTDIR:
        return err_reason(err, ST_UNAVAILABLE, "folder_missing", "%s: its folder does not exist",
                          path);
    case EACCES:
    case EPERM:
    case EROFS:
        return err_reason(err, ST_DENIED, "read_only", "%s: its folder is not writable", path);
    case ENOSPC:
    case EDQUOT:
        return err_reason(err, ST_UNAVAILABLE, "disk_full", "%s: the disk is full", path);
    default:
        return err_set(err, ST_UNAVAILABLE, "%s: %s", path, strerror(errno));
    }
}

/* Make sure that there is a file at `path`. */
static enum status ensure_file(const char *path, bool create, struct err *err)
{
    struct stat facts;

    if (!*path || strcmp(path, ":memory:") == 0 || strncmp(path, "file:", 5) == 0)
        return err_set(err, ST_INVALID, "\"%s\" is not the path of a file", path);
    if (stat(path, &facts) == 0) {
        if (!S_ISREG(facts.st_mode))
            return err_reason(err, ST_INVALID, "not_a_database", "%s is not a regular file", path);
        return ST_OK;
    }
    if (errno == ENOENT && !create)
        return err_reason(err, ST_UNAVAILABLE, "file_missing", "%s does not exist", path);
    return create_file(path, err);
}

int64_t sqlite_file_bytes(const char *path)
{
    struct stat facts;

    return stat(path, &facts) == 0 ? (int64_t)facts.st_size : -1;
}

/* ---- connections ---- */

static void init_library(void)
{
    /* Memory statistics would take a global lock for every allocation. */
    (void)sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);
    (void)sqlite3_initialize();
}

static enum status run_sql(sqlite3 *db, const char *statements, struct err *err)
{
    int rc = sqlite3_exec(db, statements, NULL, NULL, NULL);

    return rc == SQLITE_OK ? ST_OK : sqlite_file_error(db, rc, err);
}

enum status sqlite_file_connect(const char *path, int wait_ms, sqlite3 **ret_db, struct err *err)
{
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    sqlite3 *db = NULL;
    enum status st;
    int rc;

    (void)pthread_once(&once, init_library);
    rc = sqlite3_open_v2(path, &db,
                         SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE, NULL);
    if (rc != SQLITE_OK) {
        st = sqlite_file_error(db, rc, err);
        goto fail;
    }
    (void)sqlite3_db_config(db, SQLITE_DBCONFIG_LOOKASIDE, NULL, LOOKASIDE_BYTES, LOOKASIDE_SLOTS);
    (void)sqlite3_db_config(db, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);
    (void)sqlite3_busy_timeout(db, wait_ms);
    if (sqlite3_db_readonly(db, "main") == 1) {
        st = sqlite_file_error(db, SQLITE_READONLY, err);
        goto fail;
    }
    st = run_sql(db, connect_sql, err);
    if (st != ST_OK)
        goto fail;
    *ret_db = db;
    return ST_OK;
fail:
    (void)sqlite3_close(db);
    return st;
}

/* Run a query that returns one number. */
static enum status query_number(sqlite3 *db, const char *statement, int64_t *ret_value,
                                struct err *err)
{
    sqlite3_stmt *stmt = NULL;
    int rc = sqlite3_prepare_v2(db, statement, -1, &stmt, NULL);

    if (rc == SQLITE_OK)
        rc = sqlite3_step(stmt);
    if (rc == SQLITE_ROW)
        *ret_value = sqlite3_column_int64(stmt, 0);
    (void)sqlite3_finalize(stmt);
    return rc == SQLITE_ROW ? ST_OK : sqlite_file_error(db, rc, err);
}

/* Switching to WAL needs an exclusive lock for a moment, and SQLite does not wait for it. */
static enum status switch_to_wal(sqlite3 *db, struct err *err)
{
    int64_t until = clock_mono_ms() + OPEN_WAIT_MS;
    int rc;

    while ((rc = sqlite3_exec(db, "PRAGMA journal_mode = WAL", NULL, NULL, NULL)) != SQLITE_OK &&
           (rc & 0xff) == SQLITE_BUSY && clock_left_ms(until) > 0)
        clock_sleep_ms(20);
    return rc == SQLITE_OK ? ST_OK : sqlite_file_error(db, rc, err);
}

/* Check that this is the program's database; create the tables in an empty one if `create`. Inside
 * a transaction. */
static enum status check_schema(sqlite3 *db, bool create, struct err *err)
{
    int64_t id = 0, version = 0, tables = 0;
    char statement[80];
    enum status st = query_number(db, "PRAGMA application_id", &id, err);

    if (st == ST_OK)
        st = query_number(db, "PRAGMA user_version", &version, err);
    if (st == ST_OK)
        st = query_number(db, "SELECT count(*) FROM sqlite_schema", &tables, err);
    if (st != ST_OK)
        return st;
    if (tables > 0 && id != APPLICATION_ID)
        return err_reason(err, ST_INVALID, "foreign_database",
                          "the database belongs to another program");
    if (version > SCHEMA_VERSION)
        return err_reason(err, ST_INVALID, "newer_schema",
                          "created by a newer release (schema %lld, this one supports %d)",
                          (long long)version, SCHEMA_VERSION);
    if (tables > 0)
        return ST_OK;
    if (!create)
        return err_reason(err, ST_UNAVAILABLE, "file_missing", "an empty file without tables");
    (void)snprintf(statement, sizeof statement,
                   "PRAGMA application_id = %d; PRAGMA user_version = %d;", APPLICATION_ID,
                   SCHEMA_VERSION);
    st = run_sql(db, schema_sql, err);
    return st == ST_OK ? run_sql(db, statement, err) : st;
}

static enum status check_schema_in_transaction(sqlite3 *db, const char *begin, bool create,
                                               struct err *err)
{
    enum status st = run_sql(db, begin, err);

    if (st != ST_OK)
        return st;
    st = check_schema(db, create, err);
    if (st == ST_OK)
        st = run_sql(db, "COMMIT", err);
    if (!sqlite3_get_autocommit(db))
        (void)run_sql(db, "ROLLBACK", NULL);
    return st;
}

/* Check without waiting for writers first; lock the file only to create tables. */
static enum status open_schema(sqlite3 *db, bool create, struct err *err)
{
    struct err why = ERR_NONE;
    enum status st = check_schema_in_transaction(db, "BEGIN", false, &why);

    if (st == ST_OK)
        return st;
    if (create && strcmp(why.reason, "file_missing") == 0)
        return check_schema_in_transaction(db, "BEGIN IMMEDIATE", true, err);
    return err_reason(err, st, why.reason, "%s", why.text);
}

enum status sqlite_file_open(const char *path, bool create, sqlite3 **ret_db, struct err *err)
{
    sqlite3 *db = NULL;
    enum status st = ensure_file(path, create, err);

    if (st != ST_OK)
        return st;
    st = sqlite_file_connect(path, OPEN_WAIT_MS, &db, err);
    if (st == ST_OK)
        st = open_schema(db, create,
                         err); /* before WAL, so that another program's file is not changed */
    if (st == ST_OK)
        st = switch_to_wal(db, err);
    if (st != ST_OK) {
        (void)sqlite3_close(db);
        (void)err_context(err, "%s", path);
        return st;
    }
    *ret_db = db;
    return ST_OK;
}
