/* SPDX-License-Identifier: Apache-2.0 */
/* cache/embedded/sqlite_file.c -- the store's SQLite file.
 *
 * The file is made by us and not by SQLite: so it is readable by its owner alone (it holds user
 * ids), and what is wrong with its folder can be told apart. `application_id` says that it is ours,
 * `user_version` how it is built. */
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
    OPEN_WAIT_MS = 5000, /* for another process that is just making or recovering the file */
    SLOTS = 128,         /* small allocations kept per connection */
    SLOT_BYTES = 256
};

/* Small caches: rows are few and short, and the system keeps the pages anyway. */
static const char connect_sql[] = "PRAGMA synchronous = FULL;"
                                  "PRAGMA cache_size = -256;"
                                  "PRAGMA wal_autocheckpoint = 256;"
                                  "PRAGMA journal_size_limit = 1048576;"
                                  "PRAGMA trusted_schema = OFF;";

/* attributes and entry are JSON objects; ttl is epoch seconds, 0 = never, and stands in the entry
 * too. */
static const char schema_sql[] =
    "CREATE TABLE items (id TEXT NOT NULL PRIMARY KEY, attributes TEXT NOT NULL) STRICT;"
    "CREATE TABLE entries (cache TEXT NOT NULL, key TEXT NOT NULL, entry TEXT NOT NULL,"
    " ttl INTEGER NOT NULL, PRIMARY KEY (cache, key)) STRICT;"
    "CREATE INDEX entries_by_ttl ON entries (ttl) WHERE ttl > 0;";

/* ---- faults ---- */

static enum status fault_io(sqlite3 *db, struct err *err)
{
    int code = errno; /* of the call that has just failed; SQLite forgets it when a commit fails */

    if (db && sqlite3_system_errno(db) != 0)
        code = sqlite3_system_errno(db);
    if (code == ENOSPC || code == EDQUOT || code == EFBIG)
        return err_reason(err, ST_UNAVAILABLE, "disk_full", "the disk of the store is full");
    return err_reason(err, ST_UNAVAILABLE, "io", "the store's file cannot be read or written: %s",
                      code ? strerror(code) : "I/O error");
}

enum status sqlite_file_fault(sqlite3 *db, int rc, struct err *err)
{
    if (rc == SQLITE_IOERR_NOMEM)
        rc = SQLITE_NOMEM;
    switch (rc & 0xff) {
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
        return err_reason(err, ST_TIMEOUT, "busy", "another process kept the store busy");
    case SQLITE_FULL:
        return err_reason(err, ST_UNAVAILABLE, "disk_full", "the disk of the store is full");
    case SQLITE_IOERR:
        return fault_io(db, err);
    case SQLITE_READONLY:
    case SQLITE_PERM:
    case SQLITE_AUTH:
        return err_reason(err, ST_DENIED, "read_only", "the store's file is read-only");
    case SQLITE_CANTOPEN:
        return err_reason(err, ST_DENIED, "read_only",
                          "the store's file cannot be opened, or its folder not be written to");
    case SQLITE_NOTADB:
        return err_reason(err, ST_INVALID, "not_a_database", "the store's file is no database");
    case SQLITE_CORRUPT:
        return err_reason(err, ST_INVALID, "corrupt", "the store's file is damaged");
    case SQLITE_NOMEM:
        return err_no_memory(err);
    case SQLITE_TOOBIG:
        return err_set(err, ST_TOO_LARGE, "more than the store can hold in one item");
    default:
        return err_set(err, ST_UNAVAILABLE, "the store failed: %s", sqlite3_errstr(rc));
    }
}

/* ---- the file ---- */

/* The folder of `path`, opened; -1 if that cannot be. */
static int folder_open(const char *path)
{
    const char *slash = strrchr(path, '/');
    char folder[4096] = ".";

    if (slash && (size_t)(slash - path) + 2 <= sizeof folder) {
        memcpy(folder, path, (size_t)(slash - path) + 1);
        folder[slash - path + 1] = '\0';
    }
    return open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
}

/* Root may be the first to come, with the tool: in the folder of the daemon's user the file is that
 * user's, or the daemon could not open it. (SQLite does so for the files beside it.) */
static bool file_give(int fd, int folder)
{
    struct stat facts;

    if (geteuid() != 0 || fstat(folder, &facts) != 0 || facts.st_uid == 0)
        return true;
    return fchown(fd, facts.st_uid, facts.st_gid) == 0;
}

static enum status file_make(const char *path, struct err *err)
{
    int fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOCTTY, 0600), folder;

    if (fd >= 0) {
        folder = folder_open(path);
        bool given = folder < 0 || file_give(fd, folder);
        (void)close(fd);
        if (folder >= 0) {
            (void)fsync(folder); /* or a machine that loses power comes back without the file */
            (void)close(folder);
        }
        return given ? ST_OK
                     : err_set(err, ST_SYSTEM, "%s: cannot be given to the owner of its folder",
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
        return err_reason(err, ST_DENIED, "read_only", "%s: its folder cannot be written to", path);
    case ENOSPC:
    case EDQUOT:
        return err_reason(err, ST_UNAVAILABLE, "disk_full", "%s: the disk is full", path);
    default:
        return err_set(err, ST_UNAVAILABLE, "%s: %s", path, strerror(errno));
    }
}

/* Something SQLite can open lies at `path` afterwards. */
static enum status file_ready(const char *path, bool create, struct err *err)
{
    struct stat facts;

    if (!*path || strcmp(path, ":memory:") == 0 || strncmp(path, "file:", 5) == 0)
        return err_set(err, ST_INVALID, "\"%s\" is not the path of a file", path);
    if (stat(path, &facts) == 0) {
        if (!S_ISREG(facts.st_mode))
            return err_reason(err, ST_INVALID, "not_a_database", "%s is not a file", path);
        return ST_OK;
    }
    if (errno == ENOENT && !create)
        return err_reason(err, ST_UNAVAILABLE, "file_missing", "%s does not exist", path);
    return file_make(path, err);
}

int64_t sqlite_file_bytes(const char *path)
{
    struct stat facts;

    return stat(path, &facts) == 0 ? (int64_t)facts.st_size : -1;
}

/* ---- connections ---- */

static void library_init(void)
{
    /* Its statistics would put one lock around every allocation of all threads. */
    (void)sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);
    (void)sqlite3_initialize();
}

static enum status execute(sqlite3 *db, const char *statements, struct err *err)
{
    int rc = sqlite3_exec(db, statements, NULL, NULL, NULL);

    return rc == SQLITE_OK ? ST_OK : sqlite_file_fault(db, rc, err);
}

enum status sqlite_file_connect(const char *path, sqlite3 **ret_db, struct err *err)
{
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    sqlite3 *db = NULL;
    enum status st;
    int rc;

    (void)pthread_once(&once, library_init);
    rc = sqlite3_open_v2(path, &db,
                         SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE, NULL);
    if (rc != SQLITE_OK) {
        st = sqlite_file_fault(db, rc, err);
        goto fail;
    }
    (void)sqlite3_db_config(db, SQLITE_DBCONFIG_LOOKASIDE, NULL, SLOT_BYTES, SLOTS);
    (void)sqlite3_db_config(db, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);
    (void)sqlite3_busy_timeout(db, OPEN_WAIT_MS);
    if (sqlite3_db_readonly(db, "main") == 1) {
        st = sqlite_file_fault(db, SQLITE_READONLY, err);
        goto fail;
    }
    st = execute(db, connect_sql, err);
    if (st != ST_OK)
        goto fail;
    *ret_db = db;
    return ST_OK;
fail:
    (void)sqlite3_close(db);
    return st;
}

/* The one number that a statement gives. */
static enum status number(sqlite3 *db, const char *statement, int64_t *ret_value, struct err *err)
{
    sqlite3_stmt *stmt = NULL;
    int rc = sqlite3_prepare_v2(db, statement, -1, &stmt, NULL);

    if (rc == SQLITE_OK)
        rc = sqlite3_step(stmt);
    if (rc == SQLITE_ROW)
        *ret_value = sqlite3_column_int64(stmt, 0);
    (void)sqlite3_finalize(stmt);
    return rc == SQLITE_ROW ? ST_OK : sqlite_file_fault(db, rc, err);
}

/* Switching to WAL wants the file alone for a moment and does not wait for it by itself. */
static enum status journal_wal(sqlite3 *db, struct err *err)
{
    int64_t until = clock_mono_ms() + OPEN_WAIT_MS;
    int rc;

    while ((rc = sqlite3_exec(db, "PRAGMA journal_mode = WAL", NULL, NULL, NULL)) != SQLITE_OK &&
           (rc & 0xff) == SQLITE_BUSY && clock_left_ms(until) > 0)
        clock_sleep_ms(20);
    return rc == SQLITE_OK ? ST_OK : sqlite_file_fault(db, rc, err);
}

/* Inside a transaction: is this our database, and if it is empty and to be made, make it so. */
static enum status schema_ready(sqlite3 *db, bool create, struct err *err)
{
    int64_t id = 0, version = 0, tables = 0;
    char statement[80];
    enum status st = number(db, "PRAGMA application_id", &id, err);

    if (st == ST_OK)
        st = number(db, "PRAGMA user_version", &version, err);
    if (st == ST_OK)
        st = number(db, "SELECT count(*) FROM sqlite_schema", &tables, err);
    if (st != ST_OK)
        return st;
    if (tables > 0 && id != APPLICATION_ID)
        return err_reason(err, ST_INVALID, "foreign_database", "a database of another program");
    if (version > SCHEMA_VERSION)
        return err_reason(err, ST_INVALID, "newer_schema",
                          "made by a newer release (schema %lld, this one knows %d)",
                          (long long)version, SCHEMA_VERSION);
    if (tables > 0)
        return ST_OK;
    if (!create)
        return err_reason(err, ST_UNAVAILABLE, "file_missing", "an empty file without tables");
    (void)snprintf(statement, sizeof statement,
                   "PRAGMA application_id = %d; PRAGMA user_version = %d;", APPLICATION_ID,
                   SCHEMA_VERSION);
    st = execute(db, schema_sql, err);
    return st == ST_OK ? execute(db, statement, err) : st;
}

static enum status schema_within(sqlite3 *db, const char *begin, bool create, struct err *err)
{
    enum status st = execute(db, begin, err);

    if (st != ST_OK)
        return st;
    st = schema_ready(db, create, err);
    if (st == ST_OK)
        st = execute(db, "COMMIT", err);
    if (!sqlite3_get_autocommit(db))
        (void)execute(db, "ROLLBACK", NULL);
    return st;
}

/* A look first, which waits for no writer; the file alone only when there are tables to make. */
static enum status schema_open(sqlite3 *db, bool create, struct err *err)
{
    struct err why = ERR_NONE;
    enum status st = schema_within(db, "BEGIN", false, &why);

    if (st == ST_OK)
        return st;
    if (create && strcmp(why.reason, "file_missing") == 0)
        return schema_within(db, "BEGIN IMMEDIATE", true, err);
    return err_reason(err, st, why.reason, "%s", why.text);
}

enum status sqlite_file_open(const char *path, bool create, sqlite3 **ret_db, struct err *err)
{
    sqlite3 *db = NULL;
    enum status st = file_ready(path, create, err);

    if (st != ST_OK)
        return st;
    st = sqlite_file_connect(path, &db, err);
    if (st == ST_OK)
        st = schema_open(db, create, err); /* before WAL: what is not ours is left as it is */
    if (st == ST_OK)
        st = journal_wal(db, err);
    if (st != ST_OK) {
        (void)sqlite3_close(db);
        (void)err_context(err, "%s", path);
        return st;
    }
    *ret_db = db;
    return ST_OK;
}
