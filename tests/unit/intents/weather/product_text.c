/* SPDX-License-Identifier: Apache-2.0 */
/* tests/unit/intents/weather/product_text.c -- segments and sections of text products. */
#include "intents/weather/product_text.h"
#include "tests/test.h"

TEST(a_list_of_zones_has_its_numbers_and_ranges)
{
    static const struct {
        const char *zones, *zone;
        bool want;
    } cases[] = {
        { "COZ030>051-058-151015-", "COZ030", true },
        { "COZ030>051-058-151015-", "COZ039", true },
        { "COZ030>051-058-151015-", "COZ051", true },
        { "COZ030>051-058-151015-", "COZ052", false },
        { "COZ030>051-058-151015-", "COZ058", true },
        { "COZ030>051-058-151015-", "COC039", false }, /* a county is another zone */
        { "COZ030-WYZ101-\n102-151015-", "WYZ102", true },
        { "COZ030-WYZ101-\n102-151015-", "COZ102", false },
        { "COZALL-151015-", "COZ999", true },
        { "COZ000-151015-", "COZ039", true },
        { "COZ030>-151015-", "COZ030", false },
        { "COZ030-151015-", "", false },
        { "", "COZ039", false },
        { "-->-", "COZ039", false },
    };

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
        CHECK_ROW(i, product_zones_have(str_of(cases[i].zones), str_of(cases[i].zone)) ==
                         cases[i].want);
}

TEST(the_segment_of_the_place_is_found_by_either_zone)
{
    struct str text = STR("000\nFLUS45\n\nCOZ030>038-151015-\nPlains\n.DAY ONE...Hail\n\n$$\n\n"
                          "COZ039-\n040-151015-\nMountains\n.DAY ONE...Snow\n\n$$\n");
    struct str counties = STR("COC001-151015-\nA\n$$\nCOC013-151015-\nB\n$$\n"), segment;

    CHECK(product_segment(text, STR("COZ040"), STR("COC013"), &segment));
    CHECK(str_find(segment, STR("Snow")) < segment.n);
    CHECK(str_find(segment, STR("Hail")) == segment.n);
    CHECK(product_segment(counties, STR("COZ040"), STR("COC013"), &segment));
    CHECK(str_find(segment, STR("B")) < segment.n);
    CHECK(!product_segment(text, STR("COZ041"), STR("COC014"), &segment));
    /* A product for the whole area has one list of zones, or none. */
    CHECK(product_segment(STR("COZ030-151015-\nX\n"), STR("COZ099"), STR_NONE, &segment));
    CHECK(product_segment(STR("No zones at all"), STR("COZ099"), STR_NONE, &segment));
    CHECK(str_eqz(segment, "No zones at all"));
}

TEST(sections_have_their_name_and_their_text)
{
    static const struct {
        const char *name, *text;
    } want[] = {
        { "KEY MESSAGES", "- Hot.\n\n- Dry." },
        { "SHORT TERM", "Issued at 4 AM\n\nHot...and dry." },
        { "LONG TERM", "Cool." },
        { "DAY ONE", "Today and tonight\n\nHail." },
        { "BOU WATCHES/WARNINGS/ADVISORIES", "None." },
    };
    struct product_section sections[PRODUCT_SECTIONS_MAX];
    struct str text =
        STR("Area Forecast Discussion\n\n"
            ".KEY MESSAGES...\n\n- Hot.\n\n- Dry.\n\n&&\n\nnot told\n\n"
            ".SHORT TERM /TODAY/...\nIssued at 4 AM\n\nHot...and dry.\n&&\n.EMPTY...\n\n&&\r\n"
            ".LONG TERM...(Friday)\r\nCool.\r\n"
            ".DAY ONE...Today and tonight\n\nHail.\n\n"
            ".BOU WATCHES/WARNINGS/ADVISORIES...\nNone.\n$$\nSHORT TERM...K.L.\n");
    size_t count = product_sections(text, sections);

    CHECK_INT(count, sizeof want / sizeof want[0]);
    for (size_t i = 0; i < count; i++) {
        CHECK_ROW(i, str_eqz(sections[i].name, want[i].name));
        CHECK_ROW(i, str_eqz(sections[i].text, want[i].text));
    }
    CHECK_INT(product_sections(STR("No sections..."), sections), 0);
    CHECK_INT(product_sections(STR(".A...\n"), sections), 0);
}

TESTS(a_list_of_zones_has_its_numbers_and_ranges, the_segment_of_the_place_is_found_by_either_zone,
      sections_have_their_name_and_their_text)
