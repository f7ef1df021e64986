/* SPDX-License-Identifier: Apache-2.0 */
/* server/base/object.c -- an immutable object shared between threads by reference count. */
#include "server/base/object.h"

#include <stdbool.h>
#include <stdlib.h>

struct object *object_create(void *data, size_t bytes, void (*free_data)(void *data))
{
    struct object *o = malloc(sizeof *o);

    if (!o) {
        if (free_data)
            free_data(data);
        return NULL;
    }
    *o = (struct object){ data, bytes, free_data, 1, NULL };
    return o;
}

struct object *object_retain(struct object *o)
{
    (void)__atomic_add_fetch(&o->references, 1, __ATOMIC_RELAXED);
    return o;
}

void object_release(struct object *o)
{
    if (!o || __atomic_sub_fetch(&o->references, 1, __ATOMIC_ACQ_REL) > 0)
        return;
    object_release(o->made);
    if (o->free_data)
        o->free_data(o->data);
    free(o);
}

struct object *object_made(const struct object *o)
{
    return __atomic_load_n(&o->made, __ATOMIC_ACQUIRE);
}

struct object *object_keep_made(struct object *o, struct object *made)
{
    struct object *before = NULL;

    if (__atomic_compare_exchange_n(&o->made, &before, made, false, __ATOMIC_ACQ_REL,
                                    __ATOMIC_ACQUIRE))
        return made;
    object_release(made);
    return before;
}
