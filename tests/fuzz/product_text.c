/* SPDX-License-Identifier: Apache-2.0 */
/* tests/fuzz/product_text.c -- any bytes as a text product: what is found lies within it. */
#include "intents/weather/product_text.h"
#include "tests/fuzz/laws.h"

static void check_within(struct str part, struct str text)
{
    LAW(part.n == 0 || (part.p >= text.p && part.p + part.n <= text.p + text.n));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct str text = { (const char *)data, size }, segment = STR_NONE;
    struct product_section sections[PRODUCT_SECTIONS_MAX];
    const char *end = text.p;
    bool found = product_segment(text, STR("COZ039"), STR("COC013"), &segment);
    size_t count;

    check_within(segment, text);
    LAW(found || segment.n == text.n);
    count = product_sections(segment, sections);
    LAW(count <= PRODUCT_SECTIONS_MAX);
    for (size_t i = 0; i < count; i++) {
        LAW(sections[i].name.n > 0 && sections[i].text.n > 0);
        check_within(sections[i].name, segment);
        check_within(sections[i].text, segment);
        LAW(sections[i].name.p >= end); /* in order, without overlap */
        end = sections[i].text.p + sections[i].text.n;
    }
    (void)product_zones_have(text, STR("COZ039"));
    return 0;
}
