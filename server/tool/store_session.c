/* SPDX-License-Identifier: Apache-2.0 */
/* server/tool/store_session.c -- opens the configured store with an HTTP client of its own. */
#include "server/tool/store_session.h"

#include "server/base/clock.h"
#include "server/services/backend.h"

enum { CALL_MS = 60 * 1000 };

int64_t store_session_deadline(void)
{
    return clock_mono_ms() + CALL_MS;
}

/* Make sure that the table is usable; create it when `create` and the configuration allow it. */
static enum status prepare_table(const struct config *config, bool create, struct store *store,
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
    struct store_session session = { .layout = backend_layout(config) };
    struct backend_options options = { .layout = session.layout, .create = create };
    enum status st;

    if (config_is(config, CONFIG_PERSISTENCE_BACKEND, "memory"))
        return err_set(err, ST_INVALID,
                       "persistence.backend = memory: the data exists only inside the daemon");
    st = backend_http(config, &session.http, err);
    if (st == ST_OK)
        st = backend_open(config, &options, session.http, &session.store, err);
    if (st == ST_OK)
        st = prepare_table(config, create, session.store, err);
    if (st == ST_OK)
        *ret_session = session;
    else
        store_session_close(&session);
    return st;
}

void store_session_close(struct store_session *session)
{
    store_free(session->store);
    http_free(session->http);
    *session = (struct store_session){ .store = NULL };
}
