/* SPDX-License-Identifier: Apache-2.0 */
/* tests/fuzz/nws_alerts.c -- any bytes as a list of alerts: rejected, or decoded; a decoded list
 * merged with itself gives distinct alerts in order. */
#include <assert.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "intents/weather/alert.h"
#include "intents/weather/alert_internal.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_alert(const struct alert *a, int64_t now)
{
    assert(a->until == 0 || a->until > now);
    assert(strlen(a->description) <= 16384 && strlen(a->instruction) <= 16384);
    assert(a->event[0] || a->headline[0]);
    assert(!a->area[0] || str_is_utf8(str_of(a->area)));
    assert(!a->description[0] || str_is_utf8(str_of(a->description)));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const int64_t now = 1577000000; /* while the alerts of the seeds are active */
    const struct alert_scope portland = { now, 45.52, -122.68, 14.0 };
    struct object *object = NULL;
    struct err err = ERR_NONE;
    const struct alert_list *lists[2];
    struct alerts got = { 0 };
    struct arena *arena;

    if (alert_decode((struct str){ (const char *)data, size }, &object, &err) != ST_OK) {
        assert(!object && err.status != ST_OK);
        return 0;
    }
    arena = arena_create(4 << 20);
    lists[0] = lists[1] = object->data;
    assert(alert_merge(arena, lists, 2, &portland, &got, NULL) == ST_OK);
    assert(got.count <= lists[0]->count);
    for (size_t i = 0; i < got.count; i++) {
        check_alert(&got.at[i], now);
        assert(i == 0 || got.at[i - 1].severity >= got.at[i].severity);
    }
    arena_free(arena);
    object_release(object);
    return 0;
}
