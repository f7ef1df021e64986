/* SPDX-License-Identifier: Apache-2.0 */
/* server/log/log_writer.c -- two buffers: callers fill one while the thread writes the other.
 *
 * The first line after a pause wakes the thread, which waits BATCH_MS for more before it takes the
 * buffer. A busy daemon thus wakes it a hundred times a second, not once a line.
 *
 * Once a line has been dropped, so are all others until the thread has taken the buffer. What is
 * missing is then in one place, and a line there says how much. */
#include "server/log/log_writer.h"

#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "server/base/clock.h"
#include "server/base/condition.h"

enum {
    BATCH_MS = 10,
    STALLED_POLL_MS = 100,
    /* A pipe that is ready takes this much without blocking, and in one piece (PIPE_BUF). */
    WRITE_BYTES_MAX = 4096,
};

struct log_writer {
    struct log_writer_settings settings;
    pthread_t thread;
    pthread_mutex_t lock; /* guards the following, except that the thread owns the other buffer */
    pthread_cond_t work;  /* there are lines, or flushing or stopping has begun */
    pthread_cond_t idle;  /* everything is written, or the thread has ended */
    char *filling;
    size_t filled;          /* bytes */
    uint64_t dropped_after; /* lines dropped after those in `filling` */
    unsigned flushing;      /* callers that wait for `idle` */
    bool writing, stopping, ended;

    atomic_bool give_up; /* the time for the last lines is over */
    _Atomic uint64_t dropped;

    /* Of the thread alone. */
    char *spare;
    uint64_t lost; /* dropped lines that the log does not mention yet */
    bool torn;     /* the last write ended within a line */
};

/* ---- the thread ---- */

/* Waits until a write does not block. Returns false when it is time to give up. */
static bool wait_until_writable(const struct log_writer *w)
{
    struct pollfd p = { .fd = w->settings.fd, .events = POLLOUT };

    while (!atomic_load(&w->give_up))
        if (poll(&p, 1, STALLED_POLL_MS) > 0)
            return true; /* also on an error, which write(2) reports */
    return false;
}

/* As many whole lines as one write takes. */
static struct str next_piece(struct str lines)
{
    size_t n = lines.n;

    if (n > WRITE_BYTES_MAX)
        for (n = WRITE_BYTES_MAX; lines.p[n - 1] != '\n';)
            n--;
    return str_sub(lines, 0, n);
}

/* Writes one piece completely. Returns how much of it was written before an error. */
static size_t write_piece(struct log_writer *w, struct str piece)
{
    size_t done = 0;

    while (done < piece.n && wait_until_writable(w)) {
        ssize_t n = write(w->settings.fd, piece.p + done, piece.n - done);
        if (n > 0)
            done += (size_t)n;
        else if (n == 0 || (errno != EINTR && errno != EAGAIN))
            break;
    }
    if (done > 0)
        w->torn = piece.p[done - 1] != '\n';
    return done;
}

static uint64_t count_lines(struct str s)
{
    uint64_t lines = 0;

    for (size_t i = 0; i < s.n; i++)
        lines += s.p[i] == '\n';
    return lines;
}

static void lose_lines(struct log_writer *w, struct str lines)
{
    uint64_t count = count_lines(lines);

    w->lost += count;
    atomic_fetch_add(&w->dropped, count);
}

/* Returns false when not everything could be written. */
static bool write_lines(struct log_writer *w, struct str lines)
{
    while (lines.n > 0) {
        struct str piece = next_piece(lines);
        size_t done = write_piece(w, piece);
        lines = str_sub(lines, done, lines.n);
        if (done < piece.n) {
            lose_lines(w, lines);
            return false;
        }
    }
    return true;
}

/* Says how many lines are missing here, if any. If they cannot be reported now, they are reported
 * later. */
static bool write_lost(struct log_writer *w)
{
    char text[LOG_WRITER_LINE_MAX + 1] = "";
    struct buf line = { .p = text, .cap = sizeof text, .max = LOG_WRITER_LINE_MAX };

    if (w->lost == 0)
        return true;
    if (w->torn)
        buf_putc(&line, '\n');
    w->settings.put_dropped(w->settings.data, &line, w->lost);
    if (write_piece(w, buf_str(&line)) < line.n)
        return false;
    w->lost = 0;
    return true;
}

static void write_batch(struct log_writer *w, struct str lines, uint64_t dropped_after)
{
    bool written = write_lost(w);

    if (written)
        written = write_lines(w, lines);
    else
        lose_lines(w, lines);
    w->lost += dropped_after;
    if (written)
        (void)write_lost(w);
}

/* Waits for the first line, then a moment for more. Returns false when there is nothing left to do.
 * The lock is held. */
static bool wait_for_lines(struct log_writer *w)
{
    while (w->filled == 0 && !w->stopping)
        pthread_cond_wait(&w->work, &w->lock);
    const int64_t deadline = clock_mono_ms() + BATCH_MS;
    bool in_time = true;
    while (in_time && w->filled < LOG_WRITER_BYTES / 2 && w->flushing == 0 && !w->stopping)
        in_time = condition_wait_until(&w->work, &w->lock, deadline);
    return w->filled > 0;
}

static void *log_writer_thread(void *data)
{
    struct log_writer *w = data;

    pthread_mutex_lock(&w->lock);
    while (wait_for_lines(w)) {
        char *taken = w->filling;
        size_t size = w->filled;
        uint64_t dropped_after = w->dropped_after;
        w->filling = w->spare;
        w->filled = 0;
        w->dropped_after = 0;
        w->writing = true;
        pthread_mutex_unlock(&w->lock);
        write_batch(w, (struct str){ taken, size }, dropped_after);
        pthread_mutex_lock(&w->lock);
        w->spare = taken;
        w->writing = false;
        if (w->filled == 0)
            pthread_cond_broadcast(&w->idle);
    }
    w->ended = true;
    pthread_cond_broadcast(&w->idle);
    pthread_mutex_unlock(&w->lock);
    return NULL;
}

/* ---- callers ---- */

void log_writer_add(struct log_writer *w, struct str line)
{
    bool fits, wake;

    pthread_mutex_lock(&w->lock);
    fits = w->dropped_after == 0 && line.n <= LOG_WRITER_BYTES - w->filled;
    if (fits) {
        /* The thread waits for the first line, and may then sleep until half of the buffer is
         * full. */
        size_t half = LOG_WRITER_BYTES / 2, before = w->filled;
        memcpy(w->filling + before, line.p, line.n);
        w->filled = before + line.n;
        wake = !w->writing && (before == 0 || (before < half && w->filled >= half));
    } else {
        w->dropped_after++;
        wake = false;
    }
    pthread_mutex_unlock(&w->lock);
    if (!fits)
        atomic_fetch_add(&w->dropped, 1);
    if (wake)
        pthread_cond_signal(&w->work);
}

/* Waits for `idle`, with the lock held, until everything is written or `ended` is set. */
static bool wait_for_idle(struct log_writer *w, int64_t wait_ms)
{
    const int64_t deadline = clock_mono_ms() + wait_ms;
    bool in_time = true;

    while (in_time && (w->filled > 0 || w->writing || (w->stopping && !w->ended)))
        in_time = condition_wait_until(&w->idle, &w->lock, deadline);
    return in_time;
}

bool log_writer_flush(struct log_writer *w, int64_t wait_ms)
{
    pthread_mutex_lock(&w->lock);
    w->flushing++;
    pthread_cond_signal(&w->work);
    bool flushed = wait_for_idle(w, wait_ms);
    w->flushing--;
    pthread_mutex_unlock(&w->lock);
    return flushed;
}

uint64_t log_writer_dropped(const struct log_writer *w)
{
    return atomic_load(&w->dropped);
}

/* ---- create and free ---- */

static void destroy(struct log_writer *w)
{
    pthread_cond_destroy(&w->idle);
    pthread_cond_destroy(&w->work);
    pthread_mutex_destroy(&w->lock);
    free(w->filling);
    free(w->spare);
    free(w);
}

struct log_writer *log_writer_create(const struct log_writer_settings *settings)
{
    struct log_writer *w = calloc(1, sizeof *w);

    if (!w)
        return NULL;
    w->settings = *settings;
    w->filling = malloc(LOG_WRITER_BYTES);
    w->spare = malloc(LOG_WRITER_BYTES);
    pthread_mutex_init(&w->lock, NULL);
    (void)condition_init(&w->work);
    (void)condition_init(&w->idle);
    if (w->filling && w->spare && pthread_create(&w->thread, NULL, log_writer_thread, w) == 0)
        return w;
    destroy(w);
    return NULL;
}

bool log_writer_free(struct log_writer *w, int64_t wait_ms)
{
    if (!w)
        return true;
    pthread_mutex_lock(&w->lock);
    w->stopping = true;
    pthread_cond_signal(&w->work);
    bool ended = wait_for_idle(w, wait_ms);
    if (!ended) { /* the reader has stalled: one more moment to notice, unless write(2) hangs */
        atomic_store(&w->give_up, true);
        ended = wait_for_idle(w, 2 * STALLED_POLL_MS);
    }
    pthread_mutex_unlock(&w->lock);
    if (!ended) {
        pthread_detach(w->thread);
        return false;
    }
    pthread_join(w->thread, NULL);
    destroy(w);
    return true;
}
