/* SPDX-License-Identifier: Apache-2.0 */
/* intents/weather/gridpoint.c -- the documents behind a place's grid point. */
#include "intents/weather/gridpoint.h"

#include "intents/weather/nws_internal.h"

enum { LEAST_FRESH_S = 60, MOST_FRESH_S = 3600 };

static enum status fetch_once(struct nws *n, const struct call *call, const struct place *place,
                              const struct gridpoint_kind *kind, struct document *ret_document,
                              struct err *err)
{
    struct document_request want = { .label = kind->label,
                                     .decode = kind->decode,
                                     .data = n,
                                     .min_fresh_s = LEAST_FRESH_S,
                                     .max_fresh_s = MOST_FRESH_S };
    enum status st;

    if (kind->url(place).n == 0)
        return err_reason(err, ST_NOT_FOUND, "no_forecast", "NWS names no URL for %s", kind->what);
    want.url = arena_strz(call->arena, kind->url(place));
    if (!want.url)
        return err_set(err, ST_SYSTEM, "the turn's memory is used up");
    st = nws_fetch(n, call, &want, 1, ret_document);
    if (st == ST_SYSTEM)
        return err_set(err, ST_SYSTEM, "the turn's memory is used up");
    return nws_document_error(ret_document, kind->what, err);
}

enum status gridpoint_fetch(struct nws *n, const struct call *call, struct place *place,
                            const struct gridpoint_kind *kind, struct document *ret_document,
                            struct err *err)
{
    struct err first = ERR_NONE;
    enum status st = fetch_once(n, call, place, kind, ret_document, &first);

    if (st == ST_NOT_FOUND && kind->url(place).n > 0) {
        err_clear(&first);
        st = place_refetch_grid(n, call, place, &first);
        if (st == ST_OK)
            st = fetch_once(n, call, place, kind, ret_document, &first);
    }
    if (st != ST_OK && st != ST_WOULD_WAIT && err && err->status == ST_OK)
        *err = first;
    return st;
}
