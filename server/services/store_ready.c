/* SPDX-License-Identifier: Apache-2.0 */
/* server/services/store_ready.c -- one question to the store. */
#include "server/services/store_ready.h"

bool store_is_ready(struct store *store, int64_t deadline, struct err *err)
{
    struct store_facts facts;
    enum status st = store_describe(store, deadline, &facts, err);

    if (st == ST_OK && facts.state != STORE_READY)
        st = err_reason(err, ST_UNAVAILABLE, facts.state == STORE_MISSING ? "table_missing" : "",
                        "%s", facts.detail);
    return st == ST_OK;
}
