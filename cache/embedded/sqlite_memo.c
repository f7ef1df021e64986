/* SPDX-License-Identifier: Apache-2.0 */
/* cache/embedded/sqlite_memo.c -- items in memory, each with the state of the file that it was read
 * in.
 *
 * The index of the log is reached through a connection of its own, which does nothing else: it is
 * mapped as long as a connection of this process has it open. Without it, or in a format that is
 * not known here, nothing is remembered. */
#include "cache/embedded/sqlite_memo.h"

#include <pthread.h>
#include <sqlite3.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#include "cache/embedded/sqlite_file.h"
#include "cache/memory.h"

enum {
    MEMO_BYTES = 2 * 1024 * 1024, /* the settings of a thousand users or so */
    INDEX_BYTES = 32 * 1024,      /* size of the first piece of the index */
    INDEX_FORMAT = 3007000,       /* since SQLite 3.7.0 */
    INITIALIZED_AT = 12,          /* 1 after the index has been built */
};

struct sqlite_memo {
    char *path;
    struct memory *items;
    pthread_mutex_t lock; /* held while opening; guards the next two */
    bool tried;
    sqlite3 *db;                         /* maps the index */
    const volatile void *_Atomic header; /* of the index, twice; NULL: unknown */
};

/* What `items` hold. */
struct kept {
    struct sqlite_mark mark;
    struct object *item;
};

struct sqlite_memo *sqlite_memo_create(const char *path)
{
    struct sqlite_memo *m = calloc(1, sizeof *m);

    if (!m || pthread_mutex_init(&m->lock, NULL) != 0) {
        free(m);
        return NULL;
    }
    m->path = strdup(path);
    m->items = memory_create(MEMO_BYTES);
    if (m->path && m->items)
        return m;
    sqlite_memo_free(m);
    return NULL;
}

void sqlite_memo_free(struct sqlite_memo *m)
{
    if (!m)
        return;
    (void)sqlite3_close(m->db);
    memory_free(m->items);
    (void)pthread_mutex_destroy(&m->lock);
    free(m->path);
    free(m);
}

/* ---- the state of the file ---- */

/* Returns the index of a connection that has read in WAL mode; NULL when it is unavailable. */
static const volatile void *map_index(sqlite3 *db)
{
    sqlite3_file *file = NULL;
    volatile void *index = NULL;

    if (sqlite3_file_control(db, "main", SQLITE_FCNTL_FILE_POINTER, &file) != SQLITE_OK || !file ||
        !file->pMethods || file->pMethods->iVersion < 2 || !file->pMethods->xShmMap ||
        file->pMethods->xShmMap(file, 0, INDEX_BYTES, 0, &index) != SQLITE_OK)
        return NULL;
    return index;
}

static const volatile void *open_index(struct sqlite_memo *m)
{
    const volatile void *header = NULL;

    (void)pthread_mutex_lock(&m->lock);
    if (!m->tried && sqlite_file_connect(m->path, 0, &m->db, NULL) == ST_OK &&
        sqlite3_exec(m->db, "PRAGMA user_version", NULL, NULL, NULL) == SQLITE_OK)
        atomic_store(&m->header, map_index(m->db));
    m->tried = true;
    header = atomic_load(&m->header);
    (void)pthread_mutex_unlock(&m->lock);
    return header;
}

/* Read one of the two copies that the header is written in, one after the other. */
static void read_header(const volatile void *header, size_t copy, struct sqlite_mark *ret)
{
    const volatile uint32_t *from = (const volatile uint32_t *)header + copy * sizeof *ret / 4;

    for (size_t i = 0; i < sizeof *ret / 4; i++) {
        uint32_t word = from[i];
        memcpy(ret->header + 4 * i, &word, 4);
    }
}

static bool is_same_mark(const struct sqlite_mark *a, const struct sqlite_mark *b)
{
    return memcmp(a->header, b->header, sizeof a->header) == 0;
}

static bool is_known_mark(const struct sqlite_mark *mark)
{
    return mark->header[INITIALIZED_AT] == 1;
}

void sqlite_memo_mark(struct sqlite_memo *m, struct sqlite_mark *ret_mark)
{
    const volatile void *header = atomic_load_explicit(&m->header, memory_order_acquire);
    struct sqlite_mark again;
    uint32_t format;

    if (!header)
        header = open_index(m);
    if (header) {
        read_header(header, 0, ret_mark);
        atomic_thread_fence(memory_order_seq_cst);
        read_header(header, 1, &again);
        memcpy(&format, ret_mark->header, sizeof format);
    }
    if (!header || !is_same_mark(ret_mark, &again) || format != INDEX_FORMAT ||
        !is_known_mark(ret_mark))
        *ret_mark = (struct sqlite_mark){ .header = { 0 } };
}

/* ---- items ---- */

static void kept_free(void *data)
{
    struct kept *kept = data;

    object_release(kept->item);
    free(kept);
}

bool sqlite_memo_get(struct sqlite_memo *m, struct str id, struct object **ret_item)
{
    struct object *found = memory_get(m->items, id, NULL);
    const struct kept *kept = found ? found->data : NULL;
    struct sqlite_mark now;
    bool current;

    if (!found)
        return false;
    sqlite_memo_mark(m, &now);
    current = is_known_mark(&now) && is_same_mark(&now, &kept->mark);
    if (current)
        *ret_item = object_retain(kept->item);
    object_release(found);
    return current;
}

/* The item was read between two states of the file; if they are the same, this is its content. */
void sqlite_memo_put(struct sqlite_memo *m, struct str id, struct object *item,
                     const struct sqlite_mark *before)
{
    struct object *around;
    struct sqlite_mark after;
    struct kept *kept;

    sqlite_memo_mark(m, &after);
    if (!is_known_mark(before) || !is_same_mark(before, &after))
        return;
    kept = malloc(sizeof *kept);
    if (!kept)
        return;
    *kept = (struct kept){ *before, object_retain(item) };
    around = object_create(kept, sizeof *kept + item->bytes, kept_free);
    if (around)
        memory_put(m->items, id, around, 0);
    object_release(around);
}

void sqlite_memo_forget(struct sqlite_memo *m, struct str id)
{
    memory_remove(m->items, id);
}
