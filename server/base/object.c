/* SPDX-License-Identifier: Apache-2.0 */
/* server/base/object.c -- an immutable object shared between threads by reference count. */
#include "server/base/object.h"

#include <stdlib.h>

struct object *object_create(void *data, size_t bytes, void (*free_data)(void *data))
{
    struct object *o = malloc(sizeof *o);

    if (!o) {
        if (free_data)
            free_data(data);
        return NULL;
    }
    *o = (struct object){ data, bytes, free_data, 1 };
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
    if (o->free_data)
        o->free_data(o->data);
    free(o);
}
