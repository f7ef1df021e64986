/* SPDX-License-Identifier: Apache-2.0 */
/* server/alerts/bulletin.c -- the alerts in force at one moment. */
#include "server/alerts/bulletin.h"

#include <stdlib.h>
#include <string.h>

enum { VTEC_MAX = 16, ROOTS_MAX = 300 };

/* ---- the active rule ---- */

static bool replaces(const struct alert_list *list, const struct listed_alert *by,
                     const struct listed_alert *l)
{
    if (!by->replaces || by == l || by->alert.sent < l->alert.sent)
        return false;
    for (size_t i = 0; i < by->reference_count; i++)
        if (strcmp(list->references[by->first_reference + i], l->alert.id) == 0)
            return true;
    return false;
}

static bool is_active(const struct alert_list *list, const struct listed_alert *l, int64_t now)
{
    if (l->standing != ALERT_IN_FORCE || (l->alert.until != 0 && l->alert.until <= now))
        return false;
    for (size_t i = 0; i < list->count && l->alert.id[0]; i++)
        if (replaces(list, &list->at[i], l))
            return false;
    return true;
}

/* ---- identity ---- */

/* The first alert of the chain that `l` belongs to. */
static const char *root_of(const struct alert_list *list, const struct listed_alert *l,
                           const json_t *roots)
{
    const char *oldest = l->alert.id;

    for (size_t i = 0; i < l->reference_count; i++) {
        const char *id = list->references[l->first_reference + i];
        const json_t *root = json_object_get(roots, id);
        if (json_is_string(root))
            return json_string_value(root);
    }
    if (l->reference_count > 0)
        oldest = list->references[l->oldest_reference];
    return oldest;
}

static enum identity_kind identify(const struct alert_list *list, const struct listed_alert *l,
                                   const json_t *roots, char key[IDENTITY_SIZE], bool *ret_ok)
{
    const char *lines[VTEC_MAX], *at = l->vtec;
    size_t count = 0;
    enum identity_kind kind;

    *ret_ok = true;
    for (; count < l->vtec_count && count < VTEC_MAX; at += strlen(at) + 1)
        lines[count++] = at;
    kind = identity_of_vtec(lines, count, l->first_sent, key);
    if (kind == IDENTITY_NONE)
        *ret_ok = identity_of_root(root_of(list, l, roots), l->alert.event, key);
    return kind;
}

/* ---- roots ---- */

static bool remember_root(json_t *next, const char *id, const char *root)
{
    if (!id[0] || json_object_size(next) >= ROOTS_MAX)
        return true;
    return json_object_set_new(next, id, json_string(root)) == 0;
}

/* A later update may refer to any alert of the chain that it knows. */
static bool remember_chain(const struct alert_list *list, const struct listed_alert *l,
                           const json_t *roots, json_t *next)
{
    const char *root = root_of(list, l, roots);

    if (l->reference_count == 0 || l->vtec_count > 0)
        return true;
    for (size_t i = 0; i < l->reference_count; i++)
        if (!remember_root(next, list->references[l->first_reference + i], root))
            return false;
    return remember_root(next, l->alert.id, root);
}

static bool update_roots(const struct alert_list *list, json_t *roots)
{
    json_t *next = json_object();
    bool ok = next;

    for (size_t i = 0; i < list->count && ok; i++)
        ok = remember_chain(list, &list->at[i], roots, next);
    if (ok && json_object_size(next) == 0)
        ok = json_object_clear(roots) == 0;
    else if (ok)
        ok = json_object_clear(roots) == 0 && json_object_update(roots, next) == 0;
    json_decref(next);
    return ok;
}

/* ---- making one ---- */

static void free_bulletin(void *data)
{
    struct bulletin *b = data;

    object_release(b->source);
    free(b);
}

static bool add_entries(struct bulletin *b, const struct alert_list *list, const json_t *roots,
                        int64_t now)
{
    for (size_t i = 0; i < list->count; i++) {
        const struct listed_alert *l = &list->at[i];
        struct bulletin_entry *e = &b->at[b->count];
        bool ok;
        if (!is_active(list, l, now))
            continue;
        *e = (struct bulletin_entry){ .listed = l, .type = identity_alert_type(l->alert.event) };
        if (identify(list, l, roots, e->key, &ok) == IDENTITY_IS_OVER)
            continue;
        if (!ok)
            return false;
        b->count++;
    }
    return true;
}

enum status bulletin_create(struct object *source, json_t *roots, int64_t now,
                            struct object **ret_object, struct err *err)
{
    const struct alert_list *list = source->data;
    size_t bytes = sizeof(struct bulletin) + list->count * sizeof(struct bulletin_entry);
    struct bulletin *b = calloc(1, bytes);

    if (!b)
        return err_no_memory(err);
    b->source = object_retain(source);
    b->complete = list->complete && !list->next[0];
    if (!add_entries(b, list, roots, now) || (roots && !update_roots(list, roots))) {
        free_bulletin(b);
        return err_no_memory(err);
    }
    *ret_object = object_create(b, bytes, free_bulletin);
    return *ret_object ? ST_OK : err_no_memory(err);
}

/* ---- asking it ---- */

static bool has_zone(const char *zones, size_t count, const struct subscription_place *place)
{
    for (size_t i = 0; i < count; i++, zones += strlen(zones) + 1)
        if (zones[0] && (strcmp(zones, place->county) == 0 || strcmp(zones, place->zone) == 0))
            return true;
    return false;
}

bool bulletin_concerns(const struct bulletin *b, const struct bulletin_entry *e,
                       const struct subscription_place *place)
{
    const struct alert_list *list = b->source->data;
    const struct listed_alert *l = e->listed;

    if (l->point_count > 0)
        return polygon_reaches(list->points + l->first_point, l->point_count, place->lat,
                               place->lon, 0);
    return has_zone(l->alert.zones, l->alert.zone_count, place) ||
           has_zone(l->affected, l->affected_count, place);
}

bool bulletin_has(const struct bulletin *b, const char *key)
{
    for (size_t i = 0; i < b->count; i++)
        if (strcmp(b->at[i].key, key) == 0)
            return true;
    return false;
}
