/* SPDX-License-Identifier: Apache-2.0 */
/* tests/unit/intents/speech/columns.c -- names set in columns become lists; prose stays. */
#include "intents/speech/columns.h"

#include "tests/test.h"

static const struct {
    const char *text, *want;
} cases[] = {
    { "IN NORTHEAST COLORADO\n\nBOULDER               DENVER                EL PASO\n"
      "LARIMER               LOGAN                 WELD\n\nTHIS INCLUDES BOULDER.",
      "IN NORTHEAST COLORADO: Boulder, Denver, El Paso, Larimer, Logan, Weld.\n\n"
      "THIS INCLUDES BOULDER." },
    { "IN COLORADO\nBOULDER   DENVER\nWELD", "IN COLORADO: Boulder, Denver, Weld.\n\n" },
    { "IN WEST CENTRAL IOWA\n\nMONONA\n\nIN NEBRASKA\n\nDOUGLAS\n",
      "IN WEST CENTRAL IOWA: Monona.\n\nIN NEBRASKA: Douglas.\n\n" },
    { "The counties are:\n\nBoulder\tDenver\nKIT CARSON\tST. CLAIR",
      "The counties are:\n\nBoulder, Denver, Kit Carson, St. Clair.\n\n" },
    { "PRINCE GEORGE'S       ANNE ARUNDEL\nHENRY IA              TWENTY-ONE NAMES HERE  DADE",
      "Prince George's, Anne Arundel, Henry IA, Twenty-One Names Here, Dade.\n\n" },
    { "Crest    12.5 ft", "Crest, 12.5 ft.\n\n" },
    /* Prose. */
    { "* WHAT...Snow.   More snow.\n\n*    WHERE...Here.\n    indented", NULL },
    { "IN EFFECT UNTIL 9 PM\n\nSNOW\n\nMore.", NULL },
    { "In the mountains\n\nSnow is likely", NULL },
    { "Snow   is\tlikely here", NULL },
    { "One\n\n\n\nTwo\n", NULL },
    { "  \n \n", NULL },
    { "", NULL },
};

TEST(columns_become_lists)
{
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        const char *want = cases[i].want ? cases[i].want : cases[i].text;
        struct buf out = BUF_INIT(1000);
        columns_put_lists(&out, str_of(cases[i].text));
        if (strcmp(buf_z(&out), want) != 0)
            fail_msg("row %zu: \"%s\" gave \"%s\", want \"%s\"", i, cases[i].text, buf_z(&out),
                     want);
        buf_free(&out);
    }
}

TESTS(columns_become_lists)
