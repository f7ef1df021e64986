/* SPDX-License-Identifier: Apache-2.0 */
/* intents/weather/gridpoint.c -- fetches the documents of a grid point, a second time after a
 * 404. */
#include "intents/weather/gridpoint.h"

#include "intents/weather/nws_internal.h"

enum { FRESH_S_MIN = 60, FRESH_S_MAX = 3600 };

size_t gridpoint_foresee(struct nws *n, const struct call *call, const struct place *place,
                         const struct gridpoint_kind *kind, struct document_request *ret_request)
{
    *ret_request = (struct document_request){ .url = arena_strz(call->arena, kind->url(place)),
                                              .label = kind->label,
                                              .decode = kind->decode,
                                              .data = n,
                                              .min_fresh_s = FRESH_S_MIN,
                                              .max_fresh_s = FRESH_S_MAX };
    return kind->url(place).n > 0 && ret_request->url;
}

static enum status fetch_once(struct nws *n, const struct call *call, const struct place *place,
                              const struct gridpoint_kind *kind, struct document *ret_document,
                              struct err *err)
{
    struct document_request request;
    enum status st;

    if (kind->url(place).n == 0 && place->urls_unread)
        return err_reason(err, ST_UNAVAILABLE, "document_odd", "the URL of %s can't be read",
                          kind->what);
    if (kind->url(place).n == 0)
        return err_reason(err, ST_NOT_FOUND, "no_forecast", "NWS names no URL for %s", kind->what);
    if (!gridpoint_foresee(n, call, place, kind, &request))
        return err_no_memory(err);
    st = nws_fetch(n, call, &request, 1, ret_document);
    if (st == ST_SYSTEM)
        return err_no_memory(err);
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
