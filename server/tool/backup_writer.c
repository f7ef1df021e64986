/* SPDX-License-Identifier: Apache-2.0 */
/* server/tool/backup_writer.c -- writes a backup to a temporary file and renames it once it is
 * complete and synced to disk. */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cache/item_json.h"
#include "server/base/digest.h"
#include "server/base/json.h"
#include "server/tool/backup_file.h"

struct backup_writer {
    char *path, *part; /* part NULL: standard output */
    FILE *file;
    struct digest_stream *sum;
    struct buf line; /* keeps its memory from item to item */
    int64_t items;
};

/* ---- interrupted: a partial backup is useless, and personal data ---- */

static const int fatal_signals[] = { SIGINT, SIGTERM, SIGHUP };
enum { FATAL_SIGNALS = sizeof fatal_signals / sizeof fatal_signals[0] };
static char *volatile part_name; /* for the handler; there is one writer at a time */

static void remove_part_and_die(int signal_number)
{
    if (part_name)
        (void)unlink(part_name);
    (void)raise(signal_number); /* takes the default action now: SA_RESETHAND */
}

static void block_fatal_signals(sigset_t *ret_before)
{
    sigset_t set;

    (void)sigemptyset(&set);
    for (size_t i = 0; i < FATAL_SIGNALS; i++)
        (void)sigaddset(&set, fatal_signals[i]);
    (void)pthread_sigmask(SIG_BLOCK, &set, ret_before);
}

/* Remove the part when a signal kills the process. A signal that is ignored (nohup) stays so. */
static void remove_part_on_signals(char *part)
{
    struct sigaction act = { .sa_handler = remove_part_and_die, .sa_flags = (int)SA_RESETHAND },
                     old;

    part_name = part;
    for (size_t i = 0; i < FATAL_SIGNALS; i++)
        if (sigaction(fatal_signals[i], NULL, &old) == 0 && old.sa_handler == SIG_DFL)
            (void)sigaction(fatal_signals[i], &act, NULL);
}

static int create_part(char *part)
{
    sigset_t before;
    int fd;

    block_fatal_signals(&before);
    fd = mkstemp(part); /* mode 0600: it holds personal data */
    if (fd >= 0)
        remove_part_on_signals(part);
    (void)pthread_sigmask(SIG_SETMASK, &before, NULL);
    return fd;
}

static void forget_part(struct backup_writer *w)
{
    part_name = NULL;
    free(w->part);
    w->part = NULL;
}

/* ---- the file ---- */

static enum status write_error(const struct backup_writer *w, struct err *err)
{
    return err_set(err, ST_SYSTEM, "cannot write %s: %s", w->path, strerror(errno));
}

static void writer_free(struct backup_writer *w)
{
    if (w->file && w->part)
        (void)fclose(w->file);
    digest_stream_free(w->sum);
    buf_free(&w->line);
    forget_part(w);
    free(w->path);
    free(w);
}

void backup_writer_abandon(struct backup_writer *w)
{
    if (!w)
        return;
    if (w->part)
        (void)unlink(w->part);
    writer_free(w);
}

/* May `path` be replaced? It may be missing, empty, a backup, or with `force` any regular file. */
static enum status check_replaceable(const char *path, bool force, struct err *err)
{
    struct backup_reader *reader;
    struct backup_head head;
    struct stat seen;
    struct err why = ERR_NONE;

    if (stat(path, &seen) != 0)
        return ST_OK;
    if (!S_ISREG(seen.st_mode))
        return err_set(err, ST_CONFLICT, "%s: not a regular file (- is standard output)", path);
    if (force || seen.st_size == 0)
        return ST_OK;
    if (backup_reader_open(path, &reader, &head, &why) == ST_OK) {
        backup_reader_close(reader);
        return ST_OK;
    }
    return err_set(err, ST_CONFLICT,
                   "%s: exists and is not a backup; choose another name or pass --force", path);
}

static enum status open_part(struct backup_writer *w, struct err *err)
{
    size_t n = strlen(w->path) + sizeof ".part-XXXXXX";
    int fd;

    w->part = malloc(n);
    if (!w->part)
        return err_no_memory(err);
    (void)snprintf(w->part, n, "%s.part-XXXXXX", w->path);
    fd = create_part(w->part);
    if (fd < 0) {
        enum status st = write_error(w, err);
        forget_part(w); /* there is no file to remove */
        return st;
    }
    w->file = fdopen(fd, "w");
    if (w->file)
        return ST_OK;
    (void)close(fd);
    return write_error(w, err);
}

static enum status put_line(struct backup_writer *w, struct err *err)
{
    if (w->line.failed)
        return err_set(err, ST_TOO_LARGE, "an item is too large for a line, or out of memory");
    buf_putc(&w->line, '\n');
    digest_stream_add(w->sum, buf_str(&w->line));
    if (fwrite(buf_z(&w->line), 1, w->line.n, w->file) != w->line.n)
        return write_error(w, err);
    return ST_OK;
}

static enum status put_head(struct backup_writer *w, const struct backup_head *head,
                            struct err *err)
{
    buf_printf(&w->line, "{\"climacast_backup\":%d,\"by\":", head->format);
    json_put_string(&w->line, str_of(head->by));
    buf_putz(&w->line, ",\"made\":");
    json_put_string(&w->line, str_of(head->made));
    buf_putz(&w->line, ",\"backend\":");
    json_put_string(&w->line, str_of(head->backend));
    buf_putz(&w->line, ",\"layout\":");
    json_put_string(&w->line, str_of(head->layout));
    buf_putc(&w->line, '}');
    return put_line(w, err);
}

enum status backup_writer_begin(const char *path, bool force, const struct backup_head *head,
                                struct backup_writer **ret_writer, struct err *err)
{
    struct backup_writer *w = calloc(1, sizeof *w);
    bool standard = strcmp(path, "-") == 0;
    enum status st = ST_OK;

    if (!w)
        return err_no_memory(err);
    w->line = BUF_INIT(BACKUP_LINE_MAX);
    w->path = strdup(standard ? "standard output" : path);
    w->sum = digest_stream_create();
    if (!w->path || !w->sum)
        st = err_no_memory(err);
    if (st == ST_OK && standard)
        w->file = stdout;
    else if (st == ST_OK)
        st = check_replaceable(path, force, err);
    if (st == ST_OK && !standard)
        st = open_part(w, err);
    if (st == ST_OK)
        st = put_head(w, head, err);
    if (st == ST_OK)
        *ret_writer = w;
    else
        backup_writer_abandon(w);
    return st;
}

enum status backup_writer_add(struct backup_writer *w, struct str id, json_t *attributes,
                              json_t *raw, struct err *err)
{
    buf_reset(&w->line);
    buf_putz(&w->line, "{\"id\":");
    json_put_string(&w->line, id);
    buf_putz(&w->line, ",\"attributes\":");
    item_json_put(&w->line, attributes);
    if (raw) {
        buf_putz(&w->line, ",\"dynamodb\":");
        json_put(&w->line, raw);
    }
    buf_putc(&w->line, '}');
    w->items++;
    return put_line(w, err);
}

/* The rename is durable only once the folder is synced. */
static void sync_folder(const char *path)
{
    char *folder = strdup(path), *slash;
    int fd;

    if (!folder)
        return;
    slash = strrchr(folder, '/');
    if (slash)
        slash[slash == folder ? 1 : 0] = '\0';
    fd = open(slash ? folder : ".", O_RDONLY | O_CLOEXEC);
    if (fd >= 0) {
        (void)fsync(fd);
        (void)close(fd);
    }
    free(folder);
}

static enum status close_and_rename(struct backup_writer *w, struct err *err)
{
    FILE *file = w->file;

    if (fflush(file) != 0 || (w->part && fsync(fileno(file)) != 0))
        return write_error(w, err);
    if (!w->part)
        return ST_OK;
    w->file = NULL;
    if (fclose(file) != 0 || rename(w->part, w->path) != 0)
        return write_error(w, err);
    forget_part(w);
    sync_folder(w->path);
    return ST_OK;
}

enum status backup_writer_commit(struct backup_writer *w, struct err *err)
{
    char hex[65];
    enum status st = ST_OK;
    bool digested = digest_stream_finish_hex(w->sum, hex);

    w->sum = NULL;
    if (!digested)
        st = err_no_memory(err);
    else if (fprintf(w->file, "{\"end\":true,\"items\":%lld,\"sha256\":\"%s\"}\n",
                     (long long)w->items, hex) < 0)
        st = write_error(w, err);
    if (st == ST_OK)
        st = close_and_rename(w, err);
    backup_writer_abandon(w);
    return st;
}
