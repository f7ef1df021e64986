/* SPDX-License-Identifier: Apache-2.0 */
/* tests/unit/intents/speech/web_address.c -- addresses are left out, and nothing that people
 * need. */
#include "intents/speech/web_address.h"

#include <stdlib.h>

#include "intents/speech/marks.h"
#include "tests/test.h"

/* '@' stands for an address, '|' for the beginning of a paragraph. */
static const struct {
    const char *text, *want;
} cases[] = {
    { "Stay inside.", "Stay inside." },
    { "Additional information is available at @. Stay inside.", "Stay inside." },
    { "For the latest river observations and forecasts refer to @. |Turn around, don't drown.",
      "Turn around, don't drown." },
    { "Snow. |@ |Turn around at 9 P.M. please.", "Snow. |Turn around at 9 P.M. please." },
    { "Visit @ to check current air quality levels.", "" },
    { "See @ for maps.", "" },
    { "View the hazard area in detail at @", "" },
    { "Visit the DNR website at @ and click on the county to view burning restrictions.", "" },
    { "This product, along with stream information, is available at @", "" },
    { "More information about air quality is available at the website @.", "" },
    { "Flood safety information can be found at @.", "" },
    { "Air North Texas: (@)", "" },
    { "For details on this advisory, visit the ADEQ internet site at @ or call 602-771-2300.",
      "For details on this advisory, visit the ADEQ or call 602-771-2300." },
    { "Call 9 1 1 in an emergency, or visit @ for shelters.", "Call 9 1 1 in an emergency." },
    { "Report flooding to your sheriff or at @ and @.", "Report flooding to your sheriff." },
    { "Stay away from the river until 9 P.M. and check @ for closures.",
      "Stay away from the river until 9 P.M." },
    { "Find a cooling center, transportation, water, and more. @",
      "Find a cooling center, transportation, water, and more. " },
    { "Call 911, or see @.", "Call 911." },
    { "Evacuate now and check @.", "Evacuate now." },
    { "EPA Air Now (@)", "" },
    { "Trees may fall. |Additional details: |@", "Trees may fall. |" },
    { "Additional details: |@ |Rain.", "Additional details: |Rain." },
    { "Trees may fall. Details: @.", "Trees may fall. " },
    { "@", "" },
    { "@ @|@", "" },
};

static void swap(char *text, char from, char to)
{
    for (; *text; text++)
        if (*text == from)
            *text = to;
}

TEST(addresses_are_left_out)
{
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct buf out = BUF_INIT(1000);
        char text[500];
        char *spoken;
        (void)snprintf(text, sizeof text, "%s", cases[i].text);
        swap(text, '@', MARK_ADDRESS);
        swap(text, '|', MARK_SENTENCE);
        web_address_leave_out(&out, str_of(text));
        buf_putz(&out, "");
        spoken = buf_take(&out, NULL);
        swap(spoken, MARK_SENTENCE, '|');
        if (strcmp(spoken, cases[i].want) != 0)
            fail_msg("row %zu: \"%s\" gave \"%s\", want \"%s\"", i, cases[i].text, spoken,
                     cases[i].want);
        free(spoken);
    }
}

TESTS(addresses_are_left_out)
