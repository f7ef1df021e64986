/* SPDX-License-Identifier: Apache-2.0 */
/* server/admin/form.c -- reads fields of a form body.
 *
 * Field names are compared without decoding: the console's forms use only plain letters and "-". */
#include "server/admin/form.h"

#include "server/base/percent_encoding.h"

bool form_value(struct str form, const char *name, struct buf *out)
{
    struct str rest = form, field;

    buf_reset(out);
    while (rest.n > 0 && str_split(&rest, '&', &field)) {
        size_t equals = str_index(field, '=');
        if (!str_eqz(str_sub(field, 0, equals), name))
            continue;
        if (percent_decode(out, str_sub(field, equals + 1, field.n), true) && !out->failed &&
            str_is_utf8(buf_str(out)))
            return true;
        buf_reset(out);
        return false;
    }
    return false;
}
