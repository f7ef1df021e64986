/* SPDX-License-Identifier: Apache-2.0 */
/* tests/unit/intents/speech/station_name.c -- names of airports and of other networks' stations. */
#include "intents/speech/station_name.h"

#include "tests/test.h"

static const struct {
    const char *name, *want;
} cases[] = {
    { "Boulder, Boulder Municipal Airport", "Boulder, Boulder Municipal Airport" },
    { "Washington/Reagan National Airport", "Washington, Reagan National Airport" },
    { "Wilkes-Barre - Scranton, Wilkes-Barre / Scranton International Airport",
      "Wilkes-Barre, Scranton, Wilkes-Barre, Scranton International Airport" },
    { "BOULDER 14 W CO US & RAWS (AR123) Intl Arpt/NCAR-FL",
      "a station 14 miles west of Boulder and International Airport, Ncar-Fl" },
    { "BOULDER 14 W CO US", "a station 14 miles west of Boulder" },
    { "BOULDER 1 NNE, CO", "a station 1 mile north northeast of Boulder" },
    { "GRAND LAKE 6 SSW", "a station 6 miles south southwest of Grand Lake" },
    { "LINCOLN 8 NE", "a station 8 miles northeast of Lincoln" },
    { "Jones Lab NOAA, Boulder", "Jones Lab NOAA, Boulder" },
    { "HIGHWAY 14 W BRIDGE", "Highway 14 West Bridge" },
    { "LINCOLN NE US", "Lincoln" },
    { "EW1234 Boulder", "Boulder" },
    { "C1234 LONGMONT CO US", "Longmont" },
    { "RAWS: Sugarloaf [CO123]", "Sugarloaf" },
    { "DENVER INTL AP, CO US", "Denver International Airport" },
    { "Jeffco Intl Arpt", "Jeffco International Airport" },
    { "SEATTLE-TACOMA INT'L ARPT", "Seattle-Tacoma International Airport" },
    { "MT. WASHINGTON", "Mount Washington" },
    { "EL PASO", "El Paso" },
    { "Fort Wainwright AAF", "Fort Wainwright Army Airfield" },
    { "Rhode Island TF Green International Airport",
      "Rhode Island TF Green International Airport" },
    { "Tinian Island, N. Mariana Is, West Tinian Airport",
      "Tinian Island, North Mariana Is, West Tinian Airport" },
    { "I-70 @ Vail Pass", "I-70 at Vail Pass" },
    { "4th St Bridge", "4th St Bridge" },
    { "Kake \xE2\x80\x93 Kake Airport", "Kake, Kake Airport" },
    { "McGuire Air Force Base", "McGuire Air Force Base" },
    { "D3835", "a nearby station" },
    { "CO", "Co" },
    { "(AR123", "a nearby station" },
    { "", "a nearby station" },
    { " / , & ", "a nearby station" },
};

TEST(names_can_be_said)
{
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct buf out = BUF_INIT(1000);
        station_name_put(&out, str_of(cases[i].name));
        if (strcmp(buf_z(&out), cases[i].want) != 0)
            fail_msg("\"%s\" gave \"%s\", want \"%s\"", cases[i].name, buf_z(&out), cases[i].want);
        buf_free(&out);
    }
}

TEST(a_name_is_said_the_same_again_whatever_comes_before)
{
    for (size_t i = 0; i < 2 * sizeof cases / sizeof cases[0]; i++) {
        size_t row = i / 2;
        struct buf out = BUF_INIT(1000);
        buf_putz(&out, "At ");
        station_name_put(&out, str_of(cases[row].name));
        CHECK_SLICE(str_sub(buf_str(&out), 3, out.n), cases[row].want);
        buf_free(&out);
    }
}

TEST(a_name_that_did_not_fit_is_complete_the_next_time)
{
    struct buf small = BUF_INIT(10), out = BUF_INIT(100);

    station_name_put(&small, STR("LEADVILLE MUNI AP"));
    CHECK(small.failed);
    station_name_put(&out, STR("LEADVILLE MUNI AP"));
    CHECK_STR(buf_z(&out), "Leadville Municipal Airport");
    buf_free(&small);
    buf_free(&out);
}

TESTS(names_can_be_said, a_name_is_said_the_same_again_whatever_comes_before,
      a_name_that_did_not_fit_is_complete_the_next_time)
