/* SPDX-License-Identifier: Apache-2.0 */
/* intents/weather/product.c -- fetches the products of an office, and the weather radio's script.
 *
 * A place's cached entry doesn't have the URLs of the radio, so they are read from the point, which
 * is a document as well. */
#include "intents/weather/product.h"

#include <stdlib.h>
#include <string.h>

#include "intents/weather/nws_internal.h"
#include "intents/weather/place_point.h"
#include "intents/weather/point.h"
#include "server/base/json.h"
#include "server/base/time_text.h"

enum { FRESH_S_MIN = 60, FRESH_S_MAX = 1800 };

struct product_document {
    int64_t issued;
    size_t n;
    char text[];
};

static enum status make_document(struct str text, int64_t issued, struct object **ret_object,
                                 struct err *err)
{
    struct product_document *document;

    if (str_trim(text).n == 0)
        return err_reason(err, ST_INVALID, "document_odd", "a product without text");
    if (text.n > PRODUCT_TEXT_MAX)
        return err_reason(err, ST_INVALID, "document_odd", "a product of %zu bytes", text.n);
    document = malloc(sizeof *document + text.n);
    if (!document)
        return err_no_memory(err);
    document->issued = issued;
    document->n = text.n;
    memcpy(document->text, text.p, text.n);
    *ret_object = object_create(document, sizeof *document + text.n, free);
    return *ret_object ? ST_OK : err_no_memory(err);
}

static enum status decode_product(struct str body, void *unused, struct object **ret_object,
                                  struct err *err)
{
    json_t *root = NULL;
    int64_t issued = 0;
    enum status st = json_parse(body, false, &root, err);

    (void)unused;
    if (st == ST_OK) {
        if (!time_parse_rfc3339(json_str(root, "issuanceTime"), &issued))
            issued = 0;
        st = make_document(json_str(root, "productText"), issued, ret_object, err);
    }
    json_decref(root);
    return st;
}

static enum status decode_script(struct str body, void *unused, struct object **ret_object,
                                 struct err *err)
{
    (void)unused;
    return make_document(body, 0, ret_object, err);
}

static enum status fetch(struct nws *n, const struct call *call, struct document_request request,
                         const char *what, struct product *ret_product, struct err *err)
{
    const struct product_document *found;
    struct document document;
    enum status st;

    if (!request.url)
        return err_no_memory(err);
    request.min_fresh_s = FRESH_S_MIN;
    request.max_fresh_s = FRESH_S_MAX;
    st = nws_fetch(n, call, &request, 1, &document);
    if (st == ST_SYSTEM)
        return err_no_memory(err);
    st = nws_document_error(&document, what, err);
    if (st == ST_NOT_FOUND) {
        err_clear(err);
        return err_reason(err, st, "product_none", "NWS has no %s", what);
    }
    if (st != ST_OK)
        return st;
    found = document.object->data;
    *ret_product = (struct product){ .text = { found->text, found->n },
                                     .issued = found->issued,
                                     .stale = document.stale,
                                     .age_s = document.age_s };
    return ST_OK;
}

enum status product_get(struct nws *n, const struct call *call, const struct place *place,
                        const char *type, struct product *ret_product, struct err *err)
{
    if (!point_id_valid(place->cwa))
        return err_reason(err, ST_NOT_FOUND, "product_none", "NWS names no office");
    return fetch(n, call,
                 (struct document_request){
                     .url = arena_printf(call->arena, "%s/products/types/%s/locations/%.*s/latest",
                                         nws_base(n), type, STR_ARG(place->cwa))
                                .p,
                     .label = "product",
                     .decode = decode_product },
                 type, ret_product, err);
}

/* ---- weather radio ---- */

static enum status fetch_script(struct nws *n, const struct call *call, const char *url,
                                struct product *ret_product, struct err *err)
{
    return fetch(n, call,
                 (struct document_request){ .url = url,
                                            .accept = "application/ssml+xml",
                                            .label = "radio",
                                            .decode = decode_script },
                 "weather radio script", ret_product, err);
}

enum status product_get_radio(struct nws *n, const struct call *call, const struct place *place,
                              struct product *ret_product, struct err *err)
{
    struct document_request point_request = place_point_request(n, call, place);
    const struct point *point;
    struct document document;
    struct str at_point, in_area;
    const char *url;
    enum status st;

    if (!point_request.url)
        return err_no_memory(err);
    st = nws_fetch(n, call, &point_request, 1, &document);
    if (st == ST_SYSTEM)
        return err_no_memory(err);
    st = nws_document_error(&document, "the point", err);
    if (st != ST_OK)
        return st == ST_NOT_FOUND ? ST_UNAVAILABLE : st;
    point = document.object->data;
    at_point = nws_url(n, call->arena, str_of(point->radio_url));
    in_area = nws_url(n, call->arena, str_of(point->area_radio_url));
    url = at_point.n > 0 ? arena_strz(call->arena, at_point)
                         : arena_printf(call->arena, "%s/radio", point_request.url).p;
    st = fetch_script(n, call, url, ret_product, err);
    if (st != ST_NOT_FOUND || in_area.n == 0)
        return st;
    err_clear(err);
    return fetch_script(n, call, arena_strz(call->arena, in_area), ret_product, err);
}
