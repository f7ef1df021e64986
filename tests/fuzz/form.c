/* SPDX-License-Identifier: Apache-2.0 */
/* tests/fuzz/form.c -- fuzzes what browsers send to the admin pages: form fields must be escaped
 * when written into a page, and any Host or Origin must be handled. */
#include <stdlib.h>
#include <string.h>

#include "server/admin/form.h"
#include "server/admin/html.h"
#include "server/admin/origin.h"

static const char *const no_names[] = { NULL };

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct str input = { (const char *)data, size };
    struct buf value = BUF_INIT(500), page = BUF_INIT(16 * 1024);

    (void)form_value(input, "phrase", &value);
    html_text(&page, buf_str(&value));
    html_text(&page, str_sub(input, 0, 500));
    if (page.failed || !str_is_utf8(buf_str(&page)) || strpbrk(buf_z(&page), "<>\"'"))
        abort();
    if (origin_host_is_allowed(input, no_names) && input.n > 80)
        abort();
    (void)origin_matches_host(input, STR("127.0.0.1:9180"));
    buf_free(&value);
    buf_free(&page);
    return 0;
}
