/* SPDX-License-Identifier: Apache-2.0 */
/* server/listener/addresses.c -- a hash table of addresses, and a list of those that are kept
 * without connections. */
#include "server/listener/addresses.h"

#include <stdlib.h>
#include <string.h>
#include <utlist.h>

#include "server/base/random.h"

enum { KEPT_MAX = 4096, VERIFIED_GRAIN_MS = 1000 };

struct addresses {
    size_t mask;
    uint64_t seed;        /* so that nobody can choose addresses that share a chain */
    struct address *kept; /* without connections, oldest first */
    size_t kept_count;
    struct address *chains[];
};

/* ---- keys ---- */

enum { NETWORK_BYTES = 8 /* of an IPv6 address */ };

static void key_of(const struct ip *ip, uint8_t key[16])
{
    memset(key, 0, 16);
    memcpy(key, ip->bytes, ip->kind == IP_V6 ? NETWORK_BYTES : IP_BYTES);
}

static struct address **chain_of(struct addresses *as, const uint8_t key[16])
{
    uint64_t half[2], h;

    memcpy(half, key, sizeof half);
    h = (half[0] ^ as->seed) * 0x9E3779B97F4A7C15u;
    h = (h ^ (h >> 29) ^ half[1]) * (as->seed | 1);
    return &as->chains[(h ^ (h >> 32)) & as->mask];
}

/* ---- the table ---- */

struct addresses *addresses_create(size_t connections_max)
{
    size_t chains = 64;

    while (chains < connections_max + KEPT_MAX)
        chains *= 2;
    struct addresses *as = calloc(1, sizeof *as + chains * sizeof(as->chains[0]));
    if (!as)
        return NULL;
    as->mask = chains - 1;
    as->seed = random_u64();
    return as;
}

void addresses_free(struct addresses *as)
{
    for (size_t i = 0; as && i <= as->mask; i++)
        for (struct address *a = as->chains[i], *next; a; a = next) {
            next = a->chain;
            free(a);
        }
    free(as);
}

static void drop_address(struct addresses *as, struct address *a)
{
    struct address **at = chain_of(as, a->key);

    while (*at != a)
        at = &(*at)->chain;
    *at = a->chain;
    free(a);
}

struct address *addresses_take(struct addresses *as, const struct ip *ip)
{
    uint8_t key[16];

    key_of(ip, key);
    struct address **chain = chain_of(as, key), *a = *chain;
    while (a && memcmp(a->key, key, sizeof key) != 0)
        a = a->chain;
    if (!a) {
        a = calloc(1, sizeof *a);
        if (!a)
            return NULL;
        memcpy(a->key, key, sizeof key);
        a->chain = *chain;
        *chain = a;
    } else if (a->open == 0) {
        DL_DELETE(as->kept, a);
        as->kept_count--;
    }
    a->open++;
    return a;
}

void addresses_give(struct addresses *as, struct address *a)
{
    if (--a->open > 0)
        return;
    if (a->verified_ms == 0) {
        drop_address(as, a);
        return;
    }
    DL_APPEND(as->kept, a);
    if (++as->kept_count <= KEPT_MAX)
        return;
    struct address *oldest = as->kept;
    DL_DELETE(as->kept, oldest);
    as->kept_count--;
    drop_address(as, oldest);
}

uint64_t address_number(const struct address *a)
{
    /* An IPv4 address is in the second half of its key, an IPv6 network in the first. Networks that
     * look like ::ffff:0:0 in the first half are reserved. */
    const uint8_t *half = a->key + (a->key[10] == 0xff ? 8 : 0);
    uint64_t number = 0;

    for (int i = 0; i < 8; i++)
        number = number << 8 | half[i];
    return number;
}

/* ---- trust ---- */

void address_note_verified(struct address *a, int64_t now_ms)
{
    /* Seldom written, because every thread reads it. */
    if (now_ms - a->verified_ms >= VERIFIED_GRAIN_MS || a->verified_ms == 0)
        a->verified_ms = now_ms;
}

/* Forget half of the unused connections for each period that has passed. */
static void forget_unused(struct address *a, int64_t now_ms)
{
    int64_t periods = (now_ms - a->unused_at_ms) / ADDRESS_UNUSED_HALVED_MS;

    if (periods <= 0)
        return;
    a->unused = periods < 32 ? a->unused >> periods : 0;
    a->unused_at_ms = now_ms;
}

void address_note_unused(struct address *a, int64_t now_ms)
{
    forget_unused(a, now_ms);
    a->unused++;
}

bool address_is_trusted(struct address *a, int64_t now_ms)
{
    int64_t verified = a->verified_ms;

    forget_unused(a, now_ms);
    return verified != 0 && now_ms - verified < ADDRESS_TRUSTED_MS &&
           a->unused <= ADDRESS_UNUSED_MAX;
}
