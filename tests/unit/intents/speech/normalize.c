/* SPDX-License-Identifier: Apache-2.0 */
/* tests/unit/intents/speech/normalize.c -- every rule that makes Weather Service text speakable. */
#include "intents/speech/normalize.h"

#include "tests/test.h"

static const struct {
    const char *rule, *text, *want;
} cases[] = {
    { "bulletin heading", "WWUS45 KBOU 221200\nSnow.", "Snow." },
    { "product code", "SVRDMX\n\nThe storm moves.", "The storm moves." },
    { "correction code", "CCA\n\nThe storm moves.", "The storm moves." },
    { "zone codes", "COZ039-040>043-WYZ101-230000-\nSnow.", "Snow." },
    { "zone codes", "IAC113\nRain.", "Rain." },
    { "event code", "/O.NEW.KBOU.WS.W.0012.261122T1200Z-261123T0600Z/\nSnow.", "Snow." },
    { "river code", "/FTDI4.1.ER.000000T0000Z.260522T0600Z.000000T0000Z.NO/\nRain.", "Rain." },
    { "polygon", "Hail.\n\nLAT...LON 4012 9345 4020 9350\n      4030 9360\n", "Hail." },
    { "storm motion", "Hail.\n\nTIME...MOT...LOC 1928Z 245DEG 39KT 4119 9509\n", "Hail." },
    { "segment delimiters", "Hail.\n\n&&\n\nWind.\n\n$$", "Hail. Wind." },
    { "product reference", "See the forecast (CWFLOX) for more.", "See the forecast for more." },
    { "abbreviation of what was just said", "The Air Quality Index (AQI) is high.",
      "The Air Quality Index is high." },
    { "web address", "Stay home. Visit https://www.aqmd.gov now.", "Stay home." },
    { "web address", "Drink water. See weather.gov/bou/, or write to me@noaa.gov. Rest.",
      "Drink water. Rest." },
    { "office", "Issued by National Weather Service Denver/Boulder CO\nSnow.", "Snow." },
    { "issue time", "345 AM MST Wed Nov 25 2026\nSnow.", "Snow." },
    { "issue time", "345 AM MST /245 AM PST/ Wed Nov 25 2026\nSnow.", "Snow." },
    { "bulletin kind", "URGENT - WINTER WEATHER MESSAGE\nSnow.", "Snow." },
    { "ruled line", "Snow.\n-----\nWind.\n=====", "Snow. Wind." },
    { "issued", "The office in Norman has issued a\n\n* Flood Warning for all rivers.",
      "The office in Norman has issued a Flood Warning for all rivers." },
    { "office has issued",
      "The National Weather Service in St. Louis  has issued a\n\n* Flood Warning for all rivers.",
      "There is a Flood Warning for all rivers." },
    { "office has", "The National Weather Service in Norman has extended the warning.",
      "The National Weather Service has extended the warning." },
    { "issued for",
      "* Severe Thunderstorm Warning for...\n  Oklahoma County in Oklahoma...\n\n* "
      "Until 9 PM.",
      "Severe Thunderstorm Warning for Oklahoma County in Oklahoma. Until 9 P.M." },
    { "locations", "* Locations impacted include...\n  Carroll and Denison.",
      "Locations impacted include Carroll and Denison." },
    { "locations", "This storm will be near...\n  Red Oak around 235 PM.",
      "This storm will be near Red Oak around 2:35 P.M." },
    { "continues for", "The Flood Watch continues for\n\n* Portions of Oregon.",
      "The Flood Watch continues for Portions of Oregon." },
    { "wrapped hyphen", "the south-\n  central and north- and west-\nfacing shores",
      "The south-central and north- and west-facing shores" },
    { "wrapped hyphen", "the intersection of Us-\n83 and a road",
      "The intersection of U.S. 83 and a road" },
    { "headline", "...SURF WARNING FOR THE SHORES OF OAHU...MOLOKAI AND\nMAUI...\n\nStay away.",
      "Surf warning for the shores of oahu, molokai and maui. Stay away." },
    { "label", "* WHAT...Wet snow.\n\n* WHERE...Glacier Park.",
      "What: Wet snow. Where: Glacier Park." },
    { "label", "* WHEN..Until 330 PM\n\n* IMPACTS...tree limbs fall.",
      "When: Until 3:30 P.M. Impacts: tree limbs fall." },
    { "label in small letters", "* Impacts...Tree limbs fall.\n- Forecast...The river will rise.",
      "Impacts: Tree limbs fall. Forecast: The river will rise." },
    { "label", ".THU NIGHT...S wind 30 kt. Seas 6 ft.\n.SAT...W wind 10 kt.",
      "Thursday night: south wind 30 knots. Seas 6 feet. Saturday: west wind 10 knots." },
    { "label", "HAZARD...60 mph wind gusts.", "Hazard: 60 miles per hour wind gusts." },
    { "label with a dash", "* IMPACTS - Travel is difficult.", "Impacts: Travel is difficult." },
    { "line with a label", "Snow: 6 inches...\nWinds: 35 mph...gusting to 60 mph.",
      "Snow: 6 inches. Winds: 35 miles per hour, gusting to 60 miles per hour." },
    { "leading dots", ".Southerly winds.", "Southerly winds." },
    { "leading dots", "...FIRE WEATHER THURSDAY AND FRIDAY...\n\nStay alert.",
      "Fire weather Thursday and Friday. Stay alert." },
    { "bullet", "To help:\n* Close windows\n* Stay in", "To help: Close windows. Stay in" },
    { "bullet", "To help:\n*Close windows\n* Stay in", "To help: Close windows. Stay in" },
    { "asterisks", "This is **dangerous***.", "This is dangerous." },
    { "trailing dots", "It goes on...\n\nMore.", "It goes on. More." },
    { "inner dots", "From the dam...to Lehigh.", "From the dam, to Lehigh." },
    { "paragraph after punctuation", "One!\n\nTwo?\n\nThree.", "One! Two? Three." },
    { "paragraph", "One\n\nTwo,\n\nThree", "One. Two. Three" },
    { "spaces", "A line\nand  another\t one", "A line and another one" },
    { "morning time", "at 330AM and 10:20 a.m. and 1200 AM",
      "At 3:30 A.M. and 10:20 A.M. and 12:00 A.M." },
    { "afternoon time", "Until 330 PM CDT.", "Until 3:30 P.M. Central Daylight Time." },
    { "morning hour", "before 7am", "Before 7 A.M." },
    { "afternoon hour", "until 6 PM.", "Until 6 P.M." },
    { "universal time", "from 1200Z to 18:30 UTC",
      "From 12:00 Universal Time to 18:30 Universal Time" },
    { "universal hour", "until 00Z", "Until 00 Universal Time" },
    { "span of universal time", "10Z-18Z", "10 Universal Time to 18 Universal Time" },
    { "day of universal time", "until 18Z/THU", "Until 18 Universal Time Thursday" },
    { "span of time", "from 9 AM-5 PM or noon - midnight",
      "From 9 A.M. to 5 P.M. or noon to midnight" },
    { "gusts", "winds NW 10-20G30KT, 35G45 mph",
      "Winds northwest 10 to 20 gusting to 30 knots, 35 gusting to 45 miles per hour" },
    { "range of dates or fractions", "07/04-07/06, 1/2-1 1/2 inches",
      "07/04 to 07/06, 1/2 to 1 1/2 inches" },
    { "range to a mixed number", "1 - 1 1/2 inches", "1 to 1 1/2 inches" },
    { "range of ordinals", "the 70th-89th percentile", "The 70th to 89th percentile" },
    { "range of scales", "EF2-EF5 tornadoes", "EF2 to EF5 tornadoes" },
    { "per", "2 in/hr, 3 inches/day, night/day",
      "2 inches per hour, 3 inches per day, night and day" },
    { "per hour", "1-2\"/hr", "1 to 2 inches per hour" },
    { "per kilogram", "2500 J/kg", "2500 joules per kilogram" },
    { "per second", "20 m/s", "20 meters per second" },
    { "kilometers per hour", "25 mph/40 km/h", "25 miles per hour and 40 kilometers per hour" },
    { "range", "gusts 25-35 mph, 3-5 inches, 1-800-555-1234",
      "Gusts 25 to 35 miles per hour, 3 to 5 inches, 1-800-555-1234" },
    { "range", "WINDS 25-35 MPH, SEAS 5-8 FT, 0.5-1.5 INCHES, 5-10%, 1/4-1/2 MILE",
      "Winds 25 to 35 miles per hour, seas 5 to 8 feet, 0.5 to 1.5 inches, 5 to 10 percent, 1/4 to "
      "1/2 mile" },
    { "range", "above 9,000-10,000 feet, 3-6 PM, 10-\n60 NM, 95-105F",
      "Above 9,000 to 10,000 feet, 3 to 6 P.M., 10 to 60 nautical miles, 95 to 105 degrees" },
    { "range without a unit",
      "HIGHS 95-105, in the 20s-30s, call 2-1-1, Highway 20-26, 602-771-2300",
      "Highs 95 to 105, in the 20s to 30s, call 2-1-1, Highway 20-26, 602-771-2300" },
    { "inches", "HAIL 1.75 IN, 2 IN HAIL, 1-2 IN DIAMETER, in 2026 in Iowa",
      "Hail 1.75 inches, 2 inches hail, 1 to 2 inches diameter, in 2026 in Iowa" },
    { "minus", "-5 now, wind chills of -15 to -25",
      "Minus 5 now, wind chills of minus 15 to minus 25" },
    { "one mile", "visibility < 1 mi, then 1.1 mi", "Visibility less than 1 mile, then 1.1 miles" },
    { "one mile", "VIS 1SM", "Visibility 1 mile" },
    { "fraction of a mile", "VIS 1/4SM, 1 1/2 SM, 3/4 MI",
      "Visibility 1/4 mile, 1 1/2 miles, 3/4 mile" },
    { "Celsius", "50F/10C", "50 degrees and 10 degrees Celsius" },
    { "degrees Fahrenheit",
      "near 105F and 100 F and 98 \xC2\xB0"
      "F",
      "Near 105 degrees and 100 degrees and 98 degrees" },
    { "degrees", "a 45\xC2\xB0 slope", "A 45 degrees slope" },
    { "percent", "Chance is 60%.", "Chance is 60 percent." },
    { "interstate", "along I-80", "Along Interstate 80" },
    { "US highway", "US 6 and US-83, in the US 3 days", "U.S. 6 and U.S. 83, in the U.S. 3 days" },
    { "highway", "near Tama Hwy E49", "Near Tama Highway E49" },
    { "avenue", "from Park Ave. to C Ave. George", "From Park Avenue to C Avenue. George" },
    { "boulevard", "Sunset Blvd closes", "Sunset Boulevard closes" },
    { "road", "near Anamosa Shaw Rd.", "Near Anamosa Shaw Road." },
    { "drive", "View Dr will flood, Dr. Smith said", "View Drive will flood, Dr. Smith said" },
    { "street", "SE 6th St in St. Paul", "Southeast 6th Street in St. Paul" },
    { "mount", "near Mt. Hood", "Near Mount Hood" },
    { "fort", "near Ft. Yukon and Ft Collins, 6 Ft Waves",
      "Near Fort Yukon and Fort Collins, 6 feet Waves" },
    { "air force base", "Malmstrom Afb", "Malmstrom Air Force Base" },
    { "dash", "Rain - or snow -- tonight", "Rain, or snow, tonight" },
    { "about", "~5 inches", "About 5 inches" },
    { "number sign", "watch #7", "Watch number 7" },
    { "plus", "60+ mph gusts", "60 plus miles per hour gusts" },
    { "plus", "20%+", "20 percent plus" },
    { "joining plus", "Alaska+Bristol Bay", "Alaska and Bristol Bay" },
    { "with", "rain w/ snow", "Rain with snow" },
    { "with", "winds W/SW", "Winds west and southwest" },
    { "without", "w/o power", "Without power" },
    { "between", "b/w 5 and 6pm", "Between 5 and 6 P.M." },
    { "at sign without a word", "@", "" },
    { "at sign without a word", "Gusty @.", "Gusty." },
    { "at sign", "winds @ 35 mph, follow @NWSBoulder",
      "Winds at 35 miles per hour, follow at NWSBoulder" },
    { "equals", "T=95", "T equals 95" },
    { "unspoken", "rain_or_snow [later]", "Rain or snow later" },
    { "at least", "gusts >= 40 mph", "Gusts at least 40 miles per hour" },
    { "at most", "RH <= 15%", "Relative humidity at most 15 percent" },
    { "more", "hail > 1 inch", "Hail more than 1 inch" },
    { "less", "visibility < 1/2 mi", "Visibility less than 1/2 mile" },
    { "ampersand", "wind & rain", "Wind and rain" },
    { "not available", "Forecast: N/A", "Forecast: not available" },
    { "and or", "rain and/or snow", "Rain and or snow" },
    { "slashes as brackets", "3-5\" /locally 8\"/ and more",
      "3 to 5 inches, locally 8 inches, and more" },
    { "spaced slash", "Rain / snow, 3 / 4", "Rain and snow, 3, 4" },
    { "space in brackets", "rain ( \xC2\xB1 1 inch)", "Rain (plus or minus 1 inch)" },
    { "space before punctuation", "Rain , then snow .", "Rain, then snow." },
    { "repeated punctuation", "Rain,; snow", "Rain, snow" },
    { "punctuation before a period", "Rain,. Snow", "Rain. Snow" },
    { "repeated periods", "Burning is not recommended. .", "Burning is not recommended." },
    { "repeated spaces", "Rain  & snow", "Rain and snow" },
    { "leading punctuation", "\n ... Rain, ", "Rain" },
};

static void check(size_t i, const char *text, const char *want)
{
    struct buf out = BUF_INIT(1000);

    normalize_text(&out, str_of(text));
    if (strcmp(buf_z(&out), want) != 0)
        fail_msg("row %zu: \"%s\" gave \"%s\", want \"%s\"", i, text, buf_z(&out), want);
    buf_free(&out);
}

TEST(every_rule_does_what_it_is_called)
{
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
        check(i, cases[i].text, cases[i].want);
}

TEST(every_rule_has_a_case)
{
    static const char *const names[] = {
#define RULE(name, pattern, replacement) name,
#include "intents/speech/normalize.def"
    };

    for (size_t r = 0; r < sizeof names / sizeof names[0]; r++) {
        size_t found = 0;
        for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
            found += strcmp(cases[i].rule, names[r]) == 0;
        if (found == 0)
            fail_msg("rule \"%s\" has no case", names[r]);
    }
}

TEST(words_are_understood_by_their_neighbors)
{
    static const struct {
        const char *text, *want;
    } words[] = {
        { "NE wind in Omaha NE.", "Northeast wind in Omaha Nebraska." },
        { "Big Horn, MT; Carbon, MT", "Big Horn, Montana; Carbon, Montana" },
        { "Des Moines IA has 5 MI of road, Flint MI none.",
          "Des Moines Iowa has 5 miles of road, Flint Michigan none." },
        { "by NWS Quad Cities IA IL", "By National Weather Service Quad Cities Iowa Illinois" },
        { "WINDS IN THE AREA OR RAIN", "Winds in the area or rain" },
        { "IN EFFECT FROM 1 PM TO 9 PM MDT",
          "In effect from 1 P.M. to 9 P.M. Mountain Daylight Time" },
        { "25KT gusts, 10 NM out", "25 knots gusts, 10 nautical miles out" },
        { "The AQI is high.", "The air quality index is high." },
        { "The U.S. coast", "The U.S. coast" },
        { "DON'T DRIVE", "Don't drive" },
        { "105F & UP TO 109F", "105 degrees and up to 109 degrees" },
        { "STAY IN AN AIR-CONDITIONED ROOM", "Stay in an air-conditioned room" },
        { "along E49 and N Main", "Along E49 and north Main" },
        { "until 9 PM\n\n* impacts: trees", "Until 9 P.M. Impacts: trees" },
        { "10:20AM ChST", "10:20 A.M. Chamorro Standard Time" },
        { "until 9 PM MDT /10 PM CDT/ this evening",
          "Until 9 P.M. Mountain Daylight Time, 10 P.M. Central Daylight Time, this evening" },
        { "UNTIL 9 PM MDT /10 PM CDT/.",
          "Until 9 P.M. Mountain Daylight Time, 10 P.M. Central Daylight Time." },
        { "strong /EF2-EF5/ tornadoes", "Strong, EF2 to EF5, tornadoes" },
        { "MEAN STORM MOTION /MPH/  NE 50", "Mean storm motion, miles per hour, northeast 50" },
        { "1/2 mile on 04/29/1991, I-70/I-80",
          "1/2 mile on 04/29/1991, Interstate 70 and Interstate 80" },
        { "/ 25 TO 35 MPH", "25 to 35 miles per hour" },
        { "25 TO 35 MPH://", "25 to 35 miles per hour" },
        { "NOON MDT/", "Noon Mountain Daylight Time" },
        { "from JRB to HRBT", "From JRB to HRBT" },
        { "HEAVY SNOW FRIDAY", "Heavy snow Friday" },
        { "Twin Cities/Chanhassen MN", "Twin Cities and Chanhassen Minnesota" },
        { "a 1/2 inch", "A 1/2 inch" },
        { "Caf\xC3\xA9 AND Ca\xC3\xB1on", "Caf\xC3\xA9 and Ca\xC3\xB1on" },
    };

    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++)
        check(i, words[i].text, words[i].want);
}

TEST(text_without_words_gives_nothing)
{
    check(0, "", "");
    check(1, "   \n\n", "");
    check(2, "...", "");
    check(3, "$$", "");
}

TEST(hostile_text_gives_bounded_output)
{
    static char text[3 * NORMALIZE_MAX];
    static const char pieces[] = {
        '.', '\n', '*', '-', '/', '>', 'A', '1', ' ', '%', '\xFF', '\0'
    };
    struct buf out = BUF_INIT(1 << 20);

    for (size_t i = 0; i < sizeof pieces; i++) {
        memset(text, pieces[i], sizeof text);
        buf_reset(&out);
        normalize_text(&out, (struct str){ text, sizeof text });
        CHECK(!out.failed && out.n <= (size_t)10 * NORMALIZE_MAX);
    }
    buf_free(&out);
}

TESTS(every_rule_does_what_it_is_called, every_rule_has_a_case,
      words_are_understood_by_their_neighbors, text_without_words_gives_nothing,
      hostile_text_gives_bounded_output)
