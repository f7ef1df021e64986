/* SPDX-License-Identifier: Apache-2.0 */
/* server/base/object.h -- an immutable object shared between threads by reference count.
 *
 * `data` never changes after object_create(), so holders on any thread read it without a lock. */
#ifndef CLIMACAST_SERVER_BASE_OBJECT_H
#define CLIMACAST_SERVER_BASE_OBJECT_H

#include <stddef.h>

struct object {
    void *data;
    size_t bytes; /* what a cache charges for it */
    void (*free_data)(void *data);
    int references;      /* atomic: only object_retain() and object_release() touch it */
    struct object *made; /* atomic: see object_made() */
};

/* Takes over `data`, which free_data (may be NULL) frees with the last reference. The caller holds
 * the first one. Returns NULL, with `data` freed, when out of memory. */
struct object *object_create(void *data, size_t bytes, void (*free_data)(void *data));
struct object *object_retain(struct object *o); /* returns `o` */
void object_release(struct object *o);          /* NULL is allowed */

/* What was made from the data, to be used again while the object lives. Borrowed; NULL when nothing
 * has been made yet. Only for kinds of objects from which one thing is made, always the same. */
struct object *object_made(const struct object *o);
/* Keep it. Takes over `made`; returns what is kept, which another thread may have made before. */
struct object *object_keep_made(struct object *o, struct object *made);

#endif
