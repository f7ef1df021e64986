/* SPDX-License-Identifier: Apache-2.0 */
/* server/listener/connections.c -- the table of connections, behind one mutex.
 *
 * Only shutdown() is called on a connection's descriptor here, never close(): its thread then reads
 * the end of the connection and closes it. While the mutex is held no open connection is closed, so
 * its descriptor is still its own. */
#include "server/listener/connections.h"

#include <assert.h>
#include <pthread.h>
#include <stdlib.h>
#include <utlist.h>

#include "server/listener/addresses.h"

enum {
    RESERVED_PART = 10, /* one in ten is reserved for trusted callers */
    CLOSING_EXTRA = 16, /* this many, and a tenth of all, may be closing while others take over */
    DISPLACE_MIN_MS = 2000,
    LOOK_MAX = 64, /* connections looked at to find one to displace */
    SHED_COUNT = 8,
    ARRIVING_MAX = 256, /* of callers who are not trusted */
    TABLE_MIN = 64,
    BODY_SLOW_MS = 1000,
    LINES_PER_SECOND = 1,
};

struct connections {
    struct connections_settings settings;
    pthread_mutex_t lock; /* guards everything below but the counters */
    struct addresses *addresses;
    struct connection *unverified, *verified; /* each oldest first */
    struct connection **by_fd;
    size_t by_fd_size;
    size_t open, closing, arriving; /* open: all of them */
    _Atomic size_t pending_bytes;
    _Atomic uint64_t admitted;
    struct metric_family *refused, *closed;
    struct log_gate refused_gate, closed_gate;
};

struct connections *connections_create(const struct connections_settings *settings)
{
    struct connections *cs = calloc(1, sizeof *cs);

    if (!cs)
        return NULL;
    cs->settings = *settings;
    cs->addresses = addresses_create(settings->max);
    if (!cs->addresses) {
        free(cs);
        return NULL;
    }
    pthread_mutex_init(&cs->lock, NULL);
    cs->refused =
        metrics_family(settings->metrics, METRIC_COUNTER, "climacast_connections_refused_total",
                       "reason", "Connections closed as soon as they were accepted, by reason.");
    cs->closed =
        metrics_family(settings->metrics, METRIC_COUNTER, "climacast_connections_closed_total",
                       "reason", "Connections closed early or without a request, by reason.");
    return cs;
}

void connections_free(struct connections *cs)
{
    if (!cs)
        return;
    for (size_t i = 0; i < cs->by_fd_size; i++) /* admitted, but never opened */
        if (cs->by_fd[i])
            connections_closed(cs, cs->by_fd[i], 0);
    assert(cs->open == 0);
    addresses_free(cs->addresses);
    free(cs->by_fd);
    pthread_mutex_destroy(&cs->lock);
    free(cs);
}

/* ---- with the lock held ---- */

static void count_closed(struct connections *cs, const char *reason)
{
    metric_add(metric_get(cs->closed, reason, NULL, NULL), 1);
}

/* Logging does not wait, so it is done with the lock held, too. */
static void log_drop(struct connections *cs, struct log_gate *gate, const char *event,
                     const char *reason, const struct ip *client)
{
    char text[IP_TEXT_BYTES];
    int64_t suppressed;

    if (log_gate_open(gate, LINES_PER_SECOND, &suppressed))
        log_line(cs->settings.log, LOG_INFO, event, LOG_TEXT("reason", reason),
                 LOG_TEXT("client", ip_format(client, text)), LOG_INT("suppressed", suppressed));
}

static void note_refused(struct connections *cs, const char *reason, const struct ip *client)
{
    metric_add(metric_get(cs->refused, reason, NULL, NULL), 1);
    log_drop(cs, &cs->refused_gate, "connection_refused", reason, client);
}

static void shut_down(struct connections *cs, struct connection *c, const char *reason)
{
    c->closing = true;
    cs->closing++;
    c->address->closing++;
    count_closed(cs, reason);
    log_drop(cs, &cs->closed_gate, "connection_closed", reason, &c->client);
    shutdown(c->fd, SHUT_RDWR);
}

/* Is it open, without a verified request, not being answered, and old enough? That of a trusted
 * caller is about to send its request, so it is given time in any case. */
static bool may_displace(const struct connection *c, int64_t now_ms, int64_t min_ms)
{
    if (atomic_load(&c->trusted) && min_ms < DISPLACE_MIN_MS)
        min_ms = DISPLACE_MIN_MS;
    return c->open && !c->closing && !atomic_load(&c->verified) &&
           atomic_load(&c->waiting_since) != 0 && now_ms - c->accepted_ms >= min_ms;
}

static bool displace_any(struct connections *cs, int64_t now_ms, int64_t min_ms)
{
    struct connection *c = cs->unverified;

    for (int looked = 0; c && looked < LOOK_MAX; c = c->next, looked++)
        if (may_displace(c, now_ms, min_ms)) {
            shut_down(cs, c, "displaced");
            return true;
        }
    return false;
}

static bool displace_of_address(struct connections *cs, const struct address *a, int64_t now_ms)
{
    struct connection *c = a->connections;

    for (int looked = 0; c && looked < LOOK_MAX; c = c->address_next, looked++)
        if (may_displace(c, now_ms, DISPLACE_MIN_MS)) {
            shut_down(cs, c, "displaced");
            return true;
        }
    return false;
}

static bool is_over_share(const struct connections *cs, const struct address *a)
{
    size_t max = cs->settings.max_per_address;

    return max > 0 && a->open - a->closing > max;
}

/* Why a connection of this address, which is counted already, is refused; NULL: it is not. */
static const char *find_refusal(struct connections *cs, const struct address *a, bool by_proxy,
                                bool trusted, int64_t now_ms)
{
    const struct connections_settings *s = &cs->settings;
    size_t reserved = (s->max + RESERVED_PART - 1) / RESERVED_PART;
    size_t max = trusted || s->max == 1 ? s->max : s->max - reserved;

    if (!by_proxy && is_over_share(cs, a) && !displace_of_address(cs, a, now_ms))
        return "address_limit";
    if (!trusted && cs->arriving >= ARRIVING_MAX)
        return "busy";
    if (cs->open - cs->closing >= max && !displace_any(cs, now_ms, trusted ? 0 : DISPLACE_MIN_MS))
        return "limit";
    return cs->open >= s->max + s->max / RESERVED_PART + CLOSING_EXTRA ? "limit" : NULL;
}

static bool reserve_fd(struct connections *cs, int fd)
{
    size_t size = cs->by_fd_size ? cs->by_fd_size : TABLE_MIN;

    while (size <= (size_t)fd)
        size *= 2;
    if (size == cs->by_fd_size)
        return true;
    struct connection **table = realloc(cs->by_fd, size * sizeof(struct connection *));
    if (!table)
        return false;
    for (size_t i = cs->by_fd_size; i < size; i++)
        table[i] = NULL;
    cs->by_fd = table;
    cs->by_fd_size = size;
    return true;
}

static struct connection *insert_connection(struct connections *cs, int fd, struct address *a,
                                            bool trusted, int64_t now_ms)
{
    struct connection *c = reserve_fd(cs, fd) ? calloc(1, sizeof *c) : NULL;

    if (!c)
        return NULL;
    c->all = cs;
    c->fd = fd;
    c->address = a;
    c->accepted_ms = now_ms;
    atomic_init(&c->trusted, trusted);
    atomic_init(&c->waiting_since, now_ms);
    cs->by_fd[fd] = c;
    cs->open++;
    cs->arriving++;
    DL_APPEND(cs->unverified, c);
    DL_APPEND2(a->connections, c, address_prev, address_next);
    return c;
}

static void remove_connection(struct connections *cs, struct connection *c, int64_t now_ms)
{
    cs->by_fd[c->fd] = NULL;
    cs->open--;
    cs->arriving -= !c->open;
    cs->closing -= c->closing;
    c->address->closing -= c->closing;
    DL_DELETE2(c->address->connections, c, address_prev, address_next);
    if (atomic_load(&c->verified))
        DL_DELETE(cs->verified, c);
    else {
        DL_DELETE(cs->unverified, c);
        if (!c->by_proxy)
            address_note_unused(c->address, now_ms);
    }
    addresses_give(cs->addresses, c->address);
    if (c->load)
        atomic_fetch_sub(c->load, 1);
    free(c);
}

/* ---- the accepting thread ---- */

struct connection *connections_admit(struct connections *cs, int fd, const struct ip *client,
                                     bool by_proxy, int64_t now_ms)
{
    struct connection *c = NULL;
    const char *refusal = NULL;

    pthread_mutex_lock(&cs->lock);
    if ((size_t)fd < cs->by_fd_size && cs->by_fd[fd]) /* that one was closed without being opened */
        remove_connection(cs, cs->by_fd[fd], now_ms);
    struct address *a = addresses_take(cs->addresses, client);
    if (a) {
        bool trusted = by_proxy || address_is_trusted(a, now_ms);
        refusal = find_refusal(cs, a, by_proxy, trusted, now_ms);
        if (!refusal)
            c = insert_connection(cs, fd, a, trusted, now_ms);
        if (!c)
            addresses_give(cs->addresses, a);
    }
    if (c) {
        c->client = c->proxy = *client;
        c->by_proxy = by_proxy;
    }
    pthread_mutex_unlock(&cs->lock);
    if (c)
        atomic_fetch_add(&cs->admitted, 1);
    else
        note_refused(cs, refusal ? refusal : "memory", client);
    return c;
}

void connections_shed(struct connections *cs, int64_t now_ms)
{
    pthread_mutex_lock(&cs->lock);
    for (int i = 0; i < SHED_COUNT && displace_any(cs, now_ms, 0); i++)
        ;
    pthread_mutex_unlock(&cs->lock);
}

static void cut_slow(struct connections *cs, struct connection *list, int64_t now_ms,
                     int64_t max_ms)
{
    struct connection *c = NULL;

    DL_FOREACH (list, c) {
        int64_t since = atomic_load(&c->waiting_since);
        if (c->open && !c->closing && since != 0 && now_ms - since > max_ms)
            shut_down(cs, c, "slow");
    }
}

void connections_cut_slow(struct connections *cs, int64_t now_ms, int64_t max_ms)
{
    pthread_mutex_lock(&cs->lock);
    cut_slow(cs, cs->unverified, now_ms, max_ms);
    cut_slow(cs, cs->verified, now_ms, max_ms);
    pthread_mutex_unlock(&cs->lock);
}

/* ---- the connection's thread ---- */

static struct connection *at_fd(const struct connections *cs, int fd)
{
    return fd >= 0 && (size_t)fd < cs->by_fd_size ? cs->by_fd[fd] : NULL;
}

struct connection *connections_find(struct connections *cs, int fd)
{
    pthread_mutex_lock(&cs->lock);
    struct connection *c = at_fd(cs, fd);
    if (c && !c->open)
        c = NULL;
    pthread_mutex_unlock(&cs->lock);
    return c;
}

struct connection *connections_opened(struct connections *cs, int fd, int64_t now_ms)
{
    pthread_mutex_lock(&cs->lock);
    struct connection *c = at_fd(cs, fd);
    if (c && !c->open) {
        c->open = true;
        cs->arriving--;
        atomic_store(&c->waiting_since, now_ms);
    }
    pthread_mutex_unlock(&cs->lock);
    return c;
}

void connections_closed(struct connections *cs, struct connection *c, int64_t now_ms)
{
    connection_give_bytes(c);
    pthread_mutex_lock(&cs->lock);
    if (!c->closing && !atomic_load(&c->used))
        count_closed(cs, "unused");
    remove_connection(cs, c, now_ms);
    pthread_mutex_unlock(&cs->lock);
}

void connections_forget_lost(struct connections *cs, const struct front *front, int64_t before_ms)
{
    pthread_mutex_lock(&cs->lock);
    for (size_t i = 0; cs->arriving > 0 && i < cs->by_fd_size; i++) {
        struct connection *c = cs->by_fd[i];
        if (c && !c->open && c->front == front && c->accepted_ms < before_ms) {
            count_closed(cs, "memory");
            remove_connection(cs, c, before_ms);
        }
    }
    pthread_mutex_unlock(&cs->lock);
}

/* With the lock held: let the connection count for the address, which is counted already. */
static void move_connection(struct connection *c, struct address *a, const struct ip *client)
{
    struct connections *cs = c->all;

    DL_DELETE2(c->address->connections, c, address_prev, address_next);
    c->address->closing -= c->closing;
    addresses_give(cs->addresses, c->address);
    c->address = a;
    c->client = *client;
    a->closing += c->closing;
    DL_APPEND2(a->connections, c, address_prev, address_next);
}

bool connection_set_client(struct connection *c, const struct ip *client, int64_t now_ms)
{
    struct connections *cs = c->all;
    const char *refusal = NULL;

    pthread_mutex_lock(&cs->lock);
    struct address *a = addresses_take(cs->addresses, client);
    if (!a || is_over_share(cs, a)) {
        refusal = a ? "address_limit" : "memory";
        if (a)
            addresses_give(cs->addresses, a);
    } else {
        move_connection(c, a, client);
        atomic_store(&c->trusted, address_is_trusted(a, now_ms));
        if (atomic_exchange(&c->verified, false)) {
            DL_DELETE(cs->verified, c);
            DL_APPEND(cs->unverified, c);
        }
    }
    pthread_mutex_unlock(&cs->lock);
    if (refusal)
        note_refused(cs, refusal, client);
    return !refusal;
}

void connection_reset_client(struct connection *c, int64_t now_ms)
{
    struct connections *cs = c->all;

    if (!c->by_proxy || ip_equal(&c->client, &c->proxy))
        return;
    pthread_mutex_lock(&cs->lock);
    if (!atomic_load(&c->verified))
        address_note_unused(c->address, now_ms);
    struct address *a = addresses_take(cs->addresses, &c->proxy);
    if (a) { /* without memory, it goes on counting for that client */
        move_connection(c, a, &c->proxy);
        atomic_store(&c->trusted, true);
    }
    pthread_mutex_unlock(&cs->lock);
}

uint64_t connection_client(const struct connection *c)
{
    return address_number(c->address);
}

void connection_note_verified(struct connection *c, int64_t now_ms)
{
    struct connections *cs = c->all;

    address_note_verified(c->address, now_ms);
    if (atomic_load(&c->verified))
        return;
    pthread_mutex_lock(&cs->lock);
    DL_DELETE(cs->unverified, c);
    DL_APPEND(cs->verified, c);
    atomic_store(&c->verified, true);
    atomic_store(&c->trusted, true);
    pthread_mutex_unlock(&cs->lock);
}

/* Cut the oldest body of an unverified request that has had time to arrive. */
static void cut_slowest_body(struct connections *cs, int64_t now_ms)
{
    struct connection *c = NULL;

    pthread_mutex_lock(&cs->lock);
    DL_FOREACH (cs->unverified, c) {
        if (atomic_load(&c->body_bytes) > 0 && may_displace(c, now_ms, 0) &&
            now_ms - atomic_load(&c->waiting_since) >= BODY_SLOW_MS) {
            shut_down(cs, c, "slow_body");
            break;
        }
    }
    pthread_mutex_unlock(&cs->lock);
}

bool connection_take_bytes(struct connection *c, size_t n, int64_t now_ms)
{
    struct connections *cs = c->all;
    size_t max = cs->settings.pending_bytes_max, own = atomic_load(&c->body_bytes) + n;
    size_t all = atomic_fetch_add(&cs->pending_bytes, n) + n;

    if (!atomic_load(&c->trusted))
        max -= max / 4;
    if (all > max && all > own) {
        atomic_fetch_sub(&cs->pending_bytes, n);
        cut_slowest_body(cs, now_ms);
        return false;
    }
    atomic_store(&c->body_bytes, own);
    return true;
}

void connection_give_bytes(struct connection *c)
{
    size_t n = atomic_exchange(&c->body_bytes, 0);

    if (n > 0)
        atomic_fetch_sub(&c->all->pending_bytes, n);
}

/* ---- any thread ---- */

struct connections_stats connections_stats(struct connections *cs)
{
    pthread_mutex_lock(&cs->lock);
    struct connections_stats stats = { .open = cs->open,
                                       .arriving = cs->arriving,
                                       .pending_bytes = atomic_load(&cs->pending_bytes),
                                       .admitted = atomic_load(&cs->admitted) };
    pthread_mutex_unlock(&cs->lock);
    return stats;
}

static bool any_active(struct connection *list, int64_t now_ms, int64_t new_ms, int64_t used_ms)
{
    struct connection *c = NULL;

    DL_FOREACH (list, c) {
        int64_t window = atomic_load(&c->used) ? used_ms : new_ms;
        if (!c->closing && atomic_load(&c->waiting_since) > now_ms - window)
            return true;
    }
    return false;
}

bool connections_any_active(struct connections *cs, int64_t now_ms, int64_t new_ms, int64_t used_ms)
{
    pthread_mutex_lock(&cs->lock);
    bool found = cs->arriving > 0 || any_active(cs->unverified, now_ms, new_ms, used_ms) ||
                 any_active(cs->verified, now_ms, new_ms, used_ms);
    pthread_mutex_unlock(&cs->lock);
    return found;
}
