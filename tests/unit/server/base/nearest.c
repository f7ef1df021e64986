/* SPDX-License-Identifier: Apache-2.0 */
/* tests/unit/server/base/nearest.c -- which names a mistyped word may have meant. */
#include "server/base/nearest.h"

#include "tests/test.h"

static const char *hint_of(const char *word, const char *const *names)
{
    static struct nearest n;

    n = nearest_to(str_of(word));
    for (; *names; names++)
        nearest_offer(&n, str_of(*names));
    return nearest_hint(&n);
}

TEST(the_nearest_name_is_found)
{
    static const char *const names[] = { "ask",
                                         "request",
                                         "certify",
                                         "config",
                                         "user",
                                         "doctor",
                                         "MetricIntent",
                                         "SetRateIntent",
                                         "SetPitchIntent",
                                         "AMAZON.HelpIntent",
                                         "server.max_connections",
                                         NULL };

    static const struct {
        const char *word, *want;
    } cases[] = {
        { "aks", "ask" },
        { "docter", "doctor" },
        { "usr", "user" },
        { "uesr", "user" },
        { "conf", "config" },
        { "Doctor", "doctor" },
        { "doctorr", "doctor" },
        { "metricintent", "MetricIntent" },
        { "MetricIntnet", "MetricIntent" },
        { "Metric", "MetricIntent" },
        { "HelpIntent", "AMAZON.HelpIntent" },
        { "SetRatIntent", "SetRateIntent" },
        { "server.max-conections", "server.max_connections" },
        { "x", "" },
        { "", "" },
        { "forecast", "" },
        { "co", "" },
        { "dctr", "" }, /* too far for so short a word */
        { "a", "" },
    };

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        char want[100] = "";
        if (*cases[i].want)
            snprintf(want, sizeof want, "; did you mean %s?", cases[i].want);
        CHECK_STR(hint_of(cases[i].word, names), want);
    }
}

TEST(of_equally_near_names_the_first_is_named)
{
    static const char *const names[] = { "--user", "--uses", NULL };

    CHECK_STR(hint_of("--usex", names), "; did you mean --user?");
}

TEST(long_words_are_near_to_nothing)
{
    char word[2 * NEAREST_WORD_MAX + 1];
    const char *const names[] = { "user", word + 1, NULL };

    memset(word, 'x', sizeof word - 1);
    word[sizeof word - 1] = '\0';
    CHECK_STR(hint_of(word, names), "");
    CHECK_STR(hint_of("xxxxxxxx", names), "");
    word[NEAREST_WORD_MAX] = '\0';
    CHECK(strlen(hint_of(word, names)) > NEAREST_WORD_MAX);
}

TESTS(the_nearest_name_is_found, of_equally_near_names_the_first_is_named,
      long_words_are_near_to_nothing)
