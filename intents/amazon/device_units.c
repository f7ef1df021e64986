/* SPDX-License-Identifier: Apache-2.0 */
/* intents/amazon/device_units.c -- a table of devices, and a thread that asks for those that wait.
 *
 * Each device has one entry, from the moment it is first asked for. `lock` guards the table; it is
 * not held while Amazon is asked, so an entry may be gone when the answer comes. */
#define HASH_NONFATAL_OOM 1
#include "intents/amazon/device_units.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <uthash.h>

#include "server/base/clock.h"
#include "server/base/percent_encoding.h"
#include "server/base/secret.h"
#include "server/base/ticker.h"

enum { PATH_MAX_BYTES = 3 * AMAZON_CREDENTIAL_MAX + 200 };

struct entry {
    UT_hash_handle hh; /* in the order in which they were added */
    struct entry *next_waiting;
    enum device_units units;
    int64_t until_ms; /* then it is asked for again; INT64_MAX while it waits */
    enum amazon_host host;
    char *user, *token; /* token: NULL once it is used */
    size_t id_length;
    char id[];
};

struct device_units_memory {
    struct amazon *amazon;
    struct ticker *ticker;
    pthread_mutex_t lock; /* guards all that follows */
    struct entry *entries, *waiting;
    size_t waiting_count;
};

/* ---- entries; the lock is held ---- */

static char *duplicate(struct str s)
{
    char *copy = malloc(s.n + 1);

    if (!copy)
        return NULL;
    if (s.n > 0)
        memcpy(copy, s.p, s.n);
    copy[s.n] = '\0';
    return copy;
}

static void drop_token(struct entry *e)
{
    if (e->token)
        secret_wipe(e->token, strlen(e->token));
    free(e->token);
    e->token = NULL;
}

static void stop_waiting(struct device_units_memory *m, struct entry *e)
{
    for (struct entry **at = &m->waiting; *at; at = &(*at)->next_waiting)
        if (*at == e) {
            *at = e->next_waiting;
            m->waiting_count--;
            return;
        }
}

static void forget(struct device_units_memory *m, struct entry *e)
{
    HASH_DEL(m->entries, e);
    stop_waiting(m, e);
    drop_token(e);
    free(e->user);
    free(e);
}

static struct entry *find(struct device_units_memory *m, struct str id)
{
    struct entry *e = NULL;

    HASH_FIND(hh, m->entries, id.p, id.n, e);
    return e;
}

static struct entry *add(struct device_units_memory *m, struct str id, struct str user)
{
    struct entry *e = calloc(1, sizeof *e + id.n + 1);

    if (!e)
        return NULL;
    memcpy(e->id, id.p, id.n);
    e->id_length = id.n;
    e->user = duplicate(user);
    if (e->user)
        HASH_ADD_KEYPTR(hh, m->entries, e->id, e->id_length, e);
    if (!e->user || !e->hh.tbl) {
        free(e->user);
        free(e);
        return NULL;
    }
    if (HASH_COUNT(m->entries) > DEVICE_UNITS_MAX)
        forget(m, m->entries);
    return e;
}

/* ---- asking ---- */

static enum device_units read_units(const struct http_response *response)
{
    struct str body = str_trim(buf_str(&response->body));
    enum device_units units = DEVICE_UNITS_UNKNOWN;

    if (response->status != 200)
        return units;
    if (str_eqz(body, "\"CELSIUS\""))
        units = DEVICE_UNITS_CELSIUS;
    else if (str_eqz(body, "\"FAHRENHEIT\""))
        units = DEVICE_UNITS_FAHRENHEIT;
    return units;
}

/* ST_OK: *ret_units is what the device has, unknown when it has none. */
static enum status fetch_units(struct amazon *amazon, enum amazon_host host, struct str id,
                               struct str token, enum device_units *ret_units)
{
    struct buf path = BUF_INIT(PATH_MAX_BYTES);
    struct http_response response = { .status = 0 };
    enum status st = ST_SYSTEM;

    buf_putz(&path, "/v2/devices/");
    percent_encode(&path, id, false);
    buf_putz(&path, "/settings/System.temperatureUnit");
    struct amazon_request request = { .service = AMAZON_SETTINGS,
                                      .host = host,
                                      .path = buf_str(&path),
                                      .token = token,
                                      .deadline = clock_mono_ms() + AMAZON_TURN_MS };
    if (!path.failed)
        st = amazon_call(amazon, &request, &response, NULL);
    *ret_units = st == ST_OK ? read_units(&response) : DEVICE_UNITS_UNKNOWN;
    if (st == ST_OK && response.status != 200 && response.status != 204)
        st = ST_UNAVAILABLE;
    http_response_done(&response);
    buf_free(&path);
    return st;
}

/* Takes one device that waits. False: none does. */
static bool take(struct device_units_memory *m, char **ret_id, char **ret_token,
                 enum amazon_host *ret_host)
{
    struct entry *e;

    (void)pthread_mutex_lock(&m->lock);
    e = m->waiting;
    *ret_id = NULL;
    *ret_token = NULL;
    if (e) {
        stop_waiting(m, e);
        *ret_id = duplicate((struct str){ e->id, e->id_length });
        *ret_token = e->token;
        *ret_host = e->host;
        e->token = NULL;
        e->until_ms = clock_mono_ms() + DEVICE_UNITS_RETRY_MS;
    }
    (void)pthread_mutex_unlock(&m->lock);
    return e;
}

static void store(struct device_units_memory *m, struct str id, enum device_units units)
{
    struct entry *e;

    (void)pthread_mutex_lock(&m->lock);
    e = find(m, id);
    if (e) {
        e->units = units;
        e->until_ms = clock_mono_ms() + DEVICE_UNITS_KEEP_MS;
    }
    (void)pthread_mutex_unlock(&m->lock);
}

static int64_t step(void *data)
{
    struct device_units_memory *m = data;
    enum device_units units;
    enum amazon_host host;
    char *id, *token;

    if (!take(m, &id, &token, &host))
        return INT64_MAX;
    if (id && token && fetch_units(m->amazon, host, str_of(id), str_of(token), &units) == ST_OK)
        store(m, str_of(id), units);
    if (token)
        secret_wipe(token, strlen(token));
    free(token);
    free(id);
    return clock_mono_ms(); /* the next one */
}

/* ---- the interface ---- */

struct device_units_memory *device_units_create(struct amazon *amazon)
{
    struct device_units_memory *m = calloc(1, sizeof *m);

    if (!m || pthread_mutex_init(&m->lock, NULL) != 0) {
        free(m);
        return NULL;
    }
    m->amazon = amazon;
    m->ticker = ticker_create(step, m);
    if (!m->ticker) {
        device_units_free(m);
        return NULL;
    }
    return m;
}

void device_units_free(struct device_units_memory *m)
{
    if (!m)
        return;
    ticker_free(m->ticker);
    while (m->entries)
        forget(m, m->entries);
    (void)pthread_mutex_destroy(&m->lock);
    free(m);
}

/* Queues it for the thread, unless too many wait. The lock is held. */
static bool begin_waiting(struct device_units_memory *m, struct entry *e,
                          const struct amazon_device *device)
{
    if (m->waiting_count >= DEVICE_UNITS_WAITING_MAX ||
        !amazon_host_of_endpoint(device->endpoint, &e->host))
        return false;
    e->token = duplicate(device->token);
    if (!e->token)
        return false;
    e->until_ms = INT64_MAX;
    e->next_waiting = m->waiting;
    m->waiting = e;
    m->waiting_count++;
    return true;
}

enum device_units device_units_get(struct device_units_memory *m,
                                   const struct amazon_device *device, struct str user)
{
    enum device_units units = DEVICE_UNITS_UNKNOWN;
    struct entry *e;
    bool wake = false;

    if (!amazon_device_may_ask(device))
        return units;
    (void)pthread_mutex_lock(&m->lock);
    e = find(m, device->id);
    if (e && !str_eqz(user, e->user)) { /* it belongs to somebody else now */
        forget(m, e);
        e = NULL;
    }
    if (!e)
        e = add(m, device->id, user);
    if (e)
        units = e->units;
    if (e && e->until_ms <= clock_mono_ms())
        wake = begin_waiting(m, e, device);
    (void)pthread_mutex_unlock(&m->lock);
    if (wake)
        ticker_wake(m->ticker);
    return units;
}

void device_units_forget(struct device_units_memory *m, struct str user)
{
    struct entry *e, *next;

    (void)pthread_mutex_lock(&m->lock);
    HASH_ITER (hh, m->entries, e, next)
        if (str_eqz(user, e->user))
            forget(m, e);
    (void)pthread_mutex_unlock(&m->lock);
}
