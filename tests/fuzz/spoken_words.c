/* SPDX-License-Identifier: Apache-2.0 */
/* tests/fuzz/spoken_words.c -- any words as a percentage, a number or a metric: parsed within its
 * bounds, or rejected.
 *
 * Input: the words. */
#include <stdlib.h>
#include <string.h>

#include "intents/metric.h"
#include "intents/percent.h"
#include "server/utterance/spoken_number.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void must(bool condition)
{
    if (!condition)
        abort();
}

static void check_number(const char *number)
{
    const char *digits = number + (number[0] == '-');

    must(digits[0] != '\0' && strlen(digits) <= SPOKEN_NUMBER_MAX);
    must(strspn(digits, "0123456789") == strlen(digits));
}

static void check_metric(struct str text)
{
    struct metric_words words;
    enum metric_id id;

    if (metric_find(text, &words)) {
        must(words.id < METRIC_COUNT && words.about);
        must(!words.listable || (int)words.id < METRIC_DEFAULTS);
        must(metric_name(words.id)[0] != '\0');
    }
    if (metric_by_name(text, &id))
        must((int)id < METRIC_DEFAULTS && str_eqz(text, metric_name(id)));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct str text = { (const char *)data, size };
    struct arena *arena = arena_create(1 << 20);
    char number[SPOKEN_NUMBER_MAX + 2];
    struct tokens words;
    int percent;

    if (percent_parse(text, &percent))
        must(percent >= 0 && percent <= 999);
    if (tokens_parse(arena, text, &words)) {
        must(words.count <= TOKENS_MAX);
        for (size_t from = 0; from < words.count; from++)
            for (size_t to = from + 1; to <= words.count && to <= from + 8; to++)
                if (spoken_number(&words, from, to, number))
                    check_number(number);
    }
    check_metric(text);
    arena_free(arena);
    return 0;
}
