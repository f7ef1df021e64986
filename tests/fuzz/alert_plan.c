/* SPDX-License-Identifier: Apache-2.0 */
/* tests/fuzz/alert_plan.c -- a list of alerts as the poller reads it, and what it plans for a user:
 * the log stays in bounds, and planning once is enough. */
#include <assert.h>
#include <stdlib.h>

#include "server/alerts/feed.h"
#include "server/alerts/plan.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    enum { NOW = 1781719200 };
    static const char *const names[] = { "COC013", "COZ039" };
    struct subscription_place places[2] = {
        { "", "COC013", "COZ039", "America/Denver", 40.015, -105.2705 },
        { "cabin", "UTC019", "UTZ022", "America/Denver", 38.5733, -109.5498 },
    };
    const struct subscription s = {
        .level = ALERT_ALL, .quiet_from = 1320, .quiet_to = 420, .places = places, .place_count = 2
    };
    struct str body = { (const char *)data, size };
    struct object *list = NULL, *bulletin = NULL;
    struct alert_log log = { .records = NULL };
    json_t *roots = json_object();
    static struct plan p;

    assert(feed_named_zone(body, names, 2) <= 2);
    if (alert_decode_many(body, &list, NULL) == ST_OK) {
        assert(bulletin_create(list, roots, NOW, &bulletin, NULL) == ST_OK);
        plan_init(&p, bulletin->data, &s, INT64_C(1000) * NOW);
        assert(plan_apply(&p, &log));
        assert(log.count <= 3 * PLAN_HITS_MAX);
        for (size_t i = 0; i < log.count; i++)
            assert(log.records[i].place_count > 0 && log.records[i].place_count <= 2);
        assert(plan_apply(&p, &log) && !p.changed);
    }
    alert_log_done(&log);
    object_release(bulletin);
    object_release(list);
    json_decref(roots);
    return 0;
}
