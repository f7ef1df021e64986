/* SPDX-License-Identifier: Apache-2.0 */
/* server/tool/store_session.c -- see the header. */
#include "server/tool/store_session.h"

#include "server/backend.h"
#include "server/base/clock.h"

enum { CALL_MS = 60 * 1000 };

int64_t store_session_deadline(void)
{
    return clock_mono_ms() + CALL_MS;
}

/* The table is there, or is made when that is wished for and allowed. */
static enum status stand_ready(const struct config *config, bool create, struct store *store,
                               struct err *err)
{
    struct store_facts facts;
    enum status st = store_describe(store, store_session_deadline(), &facts, err);

    if (st != ST_OK || facts.state == STORE_READY)
        return st;
    if (create && config_bool(config, CONFIG_PERSISTENCE_CREATE_TABLE))
        return store_create_table(store, store_session_deadline(), err);
    return store_session_table_error(&facts, err);
}

enum status store_session_table_error(const struct store_facts *facts, struct err *err)
{
    if (facts->state == STORE_MISSING)
        return err_reason(err, ST_NOT_FOUND, "table_missing", "there is %s", facts->detail);
    return err_reason(err, ST_NOT_FOUND,
                      facts->state == STORE_WRONG_KEY ? "table_key" : "table_not_active",
                      "%s: cannot be used", facts->detail);
}

enum status store_session_open(const struct config *config, bool create,
                               struct store_session *ret_session, struct err *err)
{
    struct store_session o = { .layout = backend_layout(config) };
    struct backend_options wish = { .layout = o.layout, .create = create };
    enum status st;

    if (config_is(config, CONFIG_PERSISTENCE_BACKEND, "memory"))
        return err_set(err, ST_INVALID,
                       "persistence.backend = memory: what it holds lives in the daemon and ends "
                       "with it");
    st = backend_http(config, &o.http, err);
    if (st == ST_OK)
        st = backend_open(config, &wish, o.http, &o.store, err);
    if (st == ST_OK)
        st = stand_ready(config, create, o.store, err);
    if (st == ST_OK)
        *ret_session = o;
    else
        store_session_close(&o);
    return st;
}

void store_session_close(struct store_session *o)
{
    store_free(o->store);
    http_free(o->http);
    *o = (struct store_session){ .store = NULL };
}
