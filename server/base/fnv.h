/* SPDX-License-Identifier: Apache-2.0 */
/* server/base/fnv.h -- FNV-1a, by Fowler, Noll and Vo: a quick hash of short texts, for tables.
 *
 * Someone who chooses the texts can make them collide: where that matters, use siphash.h. Pure. */
#ifndef CLIMACAST_SERVER_BASE_FNV_H
#define CLIMACAST_SERVER_BASE_FNV_H

#include <stdint.h>

#include "server/base/str.h"

#define FNV1A_32 UINT32_C(2166136261) /* the hash of no bytes */
#define FNV1A_64 UINT64_C(0xcbf29ce484222325)
#define FNV1A_64_PRIME UINT64_C(0x100000001b3)

/* Extend a hash by one more byte, or by the bytes of a text. */
static inline uint64_t fnv1a_64_byte(uint64_t hash, char c)
{
    return (hash ^ (unsigned char)c) * FNV1A_64_PRIME;
}

static inline uint64_t fnv1a_64(uint64_t hash, struct str text)
{
    for (size_t i = 0; i < text.n; i++)
        hash = fnv1a_64_byte(hash, text.p[i]);
    return hash;
}

static inline uint32_t fnv1a_32(uint32_t hash, struct str text)
{
    for (size_t i = 0; i < text.n; i++)
        hash = (hash ^ (unsigned char)text.p[i]) * UINT32_C(16777619);
    return hash;
}

#endif
