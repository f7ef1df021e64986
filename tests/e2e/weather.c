/* SPDX-License-Identifier: Apache-2.0 */
/* tests/e2e/weather.c -- what is said about unusual observations and alerts.
 *
 * Each table row is a document of the National Weather Service, reduced to what matters, and words
 * that the response must contain. The numbers were calculated by hand: degrees Celsius times 9/5
 * plus 32, 1 mph = 1.609344 km/h, 1 inHg = 3386.389 Pa, the heat index by Rothfusz's regression
 * with its adjustments, the wind chill by the formula of 2001. */
#include <stdlib.h>

#include "tests/e2e/harness.h"
#include "tests/test.h"

static int setup(void **state)
{
    world.recordings = world_bundle("boulder-june"); /* the nearest station is KBDU, then KBJC */
    return world_setup(state);
}

static struct client_response ask_boulder(const char *metric)
{
    struct client_response a = client_ask(&world, "user-weather", "MetricIntent", "metric", metric,
                                          "location", "boulder colorado", NULL);

    speech_check_valid(&a);
    return a;
}

/* `words` are separated by '|'. The response must tell each, except that it must not contain
 * those that start with '!'. */
static void check_words(const struct client_response *a, const char *words)
{
    struct str rest = str_of(words), word;

    while (rest.n > 0 && str_split(&rest, '|', &word)) {
        char text[200];
        bool negated = word.n > 0 && word.p[0] == '!';
        word = str_sub(word, negated, word.n);
        snprintf(text, sizeof text, "%.*s", STR_ARG(word));
        if (negated)
            speech_check_omits(a, text);
        else
            speech_check_tells(a, text);
    }
}

/* ---- observations ---- */

#define T(value) "\"temperature\":{\"unitCode\":\"wmoUnit:degC\",\"value\":" #value "}"
#define RH(value) "\"relativeHumidity\":{\"unitCode\":\"wmoUnit:percent\",\"value\":" #value "}"
#define HI(value) "\"heatIndex\":{\"unitCode\":\"wmoUnit:degC\",\"value\":" #value "}"
#define WC(value) "\"windChill\":{\"unitCode\":\"wmoUnit:degC\",\"value\":" #value "}"
#define DEW(value) "\"dewpoint\":{\"unitCode\":\"wmoUnit:degC\",\"value\":" #value "}"
#define KMH(value) "\"windSpeed\":{\"unitCode\":\"wmoUnit:km_h-1\",\"value\":" #value "}"
#define MPS(value) "\"windSpeed\":{\"unitCode\":\"unit:m_s-1\",\"value\":" #value "}"
#define GUST(value) "\"windGust\":{\"unitCode\":\"wmoUnit:km_h-1\",\"value\":" #value "}"
#define DIR(value) \
    "\"windDirection\":{\"unitCode\":\"wmoUnit:degree_(angle)\",\"value\":" #value "}"
#define PA(value) "\"barometricPressure\":{\"unitCode\":\"wmoUnit:Pa\",\"value\":" #value "}"
#define WX(list) "\"textDescription\":\"X\",\"presentWeather\":[" list "]"
#define MM(value) "\"precipitationLastHour\":{\"unitCode\":\"wmoUnit:mm\",\"value\":" #value "}"

/* The latest observation of KBDU has only these members. That of KBJC is as in the bundle: 70
 * degrees, wind from the west at 10 mph, 30.00 inches. */
static const struct reading_row {
    const char *members, *metric, *words;
} readings[] = {
    /* What the nearest station lacks is taken from the next one. */
    { T(null), "temperature", "rocky mountain|70 degrees|!old" },
    { T(20) "," KMH(null), "wind", "rocky mountain|from the west at 10" },
    { "\"temperature\":null", "temperature", "70 degrees" },
    { "\"temperature\":\"20\"", "temperature", "70 degrees" },
    { "\"temperature\":{\"unitCode\":\"wmoUnit:degC\",\"value\":\"20\"}", "temperature", "70 deg" },
    /* Rejected by quality control, an unknown unit, no unit, or an impossible value. */
    { "\"temperature\":{\"unitCode\":\"wmoUnit:degC\",\"value\":20,\"qualityControl\":\"X\"}",
      "temperature", "70 degrees" },
    { "\"temperature\":{\"unitCode\":\"qc:degC\",\"value\":20}", "temperature", "70 degrees" },
    { "\"temperature\":{\"value\":20}", "temperature", "70 degrees" },
    { T(300), "temperature", "70 degrees" },
    { "\"windSpeed\":{\"unitCode\":\"wmoUnit:warp\",\"value\":2}," T(20), "wind",
      "rocky mountain" },
    /* Floating-point noise, halves, signs. */
    { T(21.100000000000001), "temperature", "70 degrees" },
    { T(22.5), "temperature", "73 degrees" },           /* 72.5 */
    { T(-17.5), "temperature", "1 degree|!1 degrees" }, /* 0.5 */
    { T(-22.5), "temperature", "-9 degrees" },          /* -8.5 */
    { T(-17.777777777777779), "temperature", "is 0 degrees|!-0" },
    { T(20) "," DEW(-2.5), "dewpoint", "28 degrees" }, /* 27.5 */
    { T(20) "," RH(100.4), "humidity", "100 percent" },
    { T(20) "," RH(0.5), "humidity", "1 percent" },
    /* The heat index is spoken from 80 F on, calculated when the service gives none, and omitted
     * when it equals the temperature. */
    { T(32.22222) "," RH(70), "temperature", "90 degrees|heat index of 106 degrees" },
    { T(32.22222) "," RH(70) "," HI(null), "temperature", "heat index of 106" },
    { T(32.22222) "," RH(70) "," HI(35), "temperature", "heat index of 95" },
    { T(32.22222) "," HI(null), "temperature", "90 degrees|!heat index" },
    { T(26.6666667) "," RH(40), "temperature", "80 degrees|!heat index" }, /* 79.8 */
    { T(26.6666667) "," RH(90), "temperature", "80 degrees|heat index of 86" },
    { T(37.7777778) "," RH(10), "temperature", "100 degrees|heat index of 94" },
    { T(26) "," RH(90) "," HI(32), "temperature", "79 degrees|!heat index" },
    /* The wind chill is spoken up to 50 F and above 3 mph. */
    { T(-1.1111111) "," KMH(8.04672), "temperature", "30 degrees|wind chill of 25" },
    { T(-17.7777778) "," KMH(24.14016) "," WC(null), "temperature", "0 degrees|wind chill of -19" },
    { T(10) "," KMH(16.09344), "temperature", "50 degrees|wind chill of 46" },
    { T(10) "," KMH(4.828032), "temperature", "50 degrees|!wind chill" }, /* 3 mph */
    { T(0) "," KMH(16.09344) "," WC(-5), "temperature", "32 degrees|wind chill of 23" },
    { T(11) "," KMH(50) "," WC(2), "temperature", "52 degrees|!wind chill" },
    { T(0), "temperature", "32 degrees|!wind chill" },
    /* Wind. */
    { KMH(0) "," DIR(0), "wind", "calm|!north|!miles" },
    { KMH(0.7) "," DIR(90), "wind", "calm|!east" },
    { KMH(0.81) "," DIR(90), "wind", "from the east at 1 mile per hour" },
    { KMH(16.09344) "," DIR(null), "wind", "variable at 10 miles per hour" },
    { MPS(4.4704) "," DIR(11.24), "wind", "from the north at 10" },
    { MPS(4.4704) "," DIR(11.26), "wind", "from the north northeast at 10" },
    { KMH(16.09344) "," DIR(348.76), "wind", "from the north at 10" },
    { KMH(16.09344) "," DIR(360), "wind", "from the north at 10" },
    { KMH(16.09344) "," DIR(225) "," GUST(16.2), "wind", "from the southwest at 10|!gust" },
    { KMH(16.09344) "," DIR(225) "," GUST(40.2336), "wind", "gusts up to 25" },
    /* Pressure. */
    { PA(101320.76), "pressure", "29.92 inches" },
    { PA(101337), "pressure", "29.92 inches" }, /* 29.9248 */
    { PA(101340), "pressure", "29.93 inches" }, /* 29.9257 */
    { "\"barometricPressure\":{\"unitCode\":\"wmoUnit:hPa\",\"value\":1013.2076}", "pressure",
      "29.92 inches" },
    { PA(1013), "pressure", "rocky mountain|30.00" }, /* must have been hPa */
    /* Precipitation. */
    { T(20) "," WX(""), "rain", "no precipitation" },
    { WX("{\"intensity\":\"light\",\"modifier\":null,\"weather\":\"rain\"}"), "rain",
      "light rain is reported" },
    { WX("{\"intensity\":\"heavy\",\"modifier\":\"showers\",\"weather\":\"snow\"}"), "snow",
      "heavy snow showers are reported" },
    { WX("{\"intensity\":null,\"modifier\":null,\"weather\":\"thunderstorms\"},{\"intensity\":"
         "\"heavy\",\"modifier\":null,\"weather\":\"rain\"}"),
      "precipitation", "thunderstorms and heavy rain are reported" },
    { WX("{\"intensity\":null,\"modifier\":null,\"weather\":\"thunderstorms\",\"inVicinity\":"
         "true}"),
      "precipitation", "thunderstorms in the vicinity are reported" },
    { WX("{\"intensity\":\"light\",\"modifier\":\"freezing\",\"weather\":\"drizzle\"}") "," MM(0),
      "precipitation", "light freezing drizzle" },
    { T(1) "," WX("") "," MM(12.7), "precipitation", "half|inch" },
    { T(1) "," WX("") "," MM(0), "precipitation", "no precipitation" },
    { "\"textDescription\":\"Rain\",\"presentWeather\":null," T(5), "precipitation",
      "rocky mountain" },
    /* A summary leaves out what is missing. */
    { T(20) "," DEW(10), "weather", "68 degrees|dewpoint is 50|!humidity|!wind|!pressure" },
};

static void put_observation(const char *members, const char *timestamp)
{
    struct buf body = BUF_INIT(20000);

    buf_printf(&body, "{\"type\":\"Feature\",\"properties\":{\"timestamp\":\"%s\",%s}}", timestamp,
               members);
    sim_put_doc(&world, "/stations/KBDU/observations/latest", buf_z(&body), 200);
    buf_free(&body);
}

TEST(observations_are_spoken_correctly_or_omitted)
{
    for (size_t i = 0; i < sizeof readings / sizeof readings[0]; i++) {
        put_observation(readings[i].members, "2026-06-17T15:40:00+00:00");
        world_restart_daemon(&world);
        struct client_response a = ask_boulder(readings[i].metric);
        check_words(&a, readings[i].words);
        client_response_done(&a);
    }
    char *log = world_log(&world);
    CHECK(strstr(log, "unit_unknown"));
    CHECK(strstr(log, "value_wild"));
    free(log);
}

TEST(the_pressure_trend_covers_about_an_hour)
{
    static const struct {
        const char *then, *at, *words;
    } rows[] = {
        { "101000", "2026-06-17T14:40:00+00:00", "29.92 inches and rising" },
        { "102000", "2026-06-17T14:40:00+00:00", "29.92 inches and falling" },
        { "101320", "2026-06-17T14:40:00+00:00", "29.92 inches and steady" },
        { "null", "2026-06-17T14:40:00+00:00", "29.92 inches.|!steady|!rising" },
        { "101000", "2026-06-17T15:30:00+00:00", "29.92 inches.|!rising" }, /* ten minutes */
        { "101000", "2026-06-17T08:40:00+00:00", "29.92 inches.|!rising" }, /* seven hours */
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        char list[2000];
        put_observation(PA(101320.76), "2026-06-17T15:40:00+00:00");
        snprintf(list, sizeof list,
                 "{\"type\":\"FeatureCollection\",\"features\":[{\"properties\":{\"timestamp\":"
                 "\"2026-06-17T15:40:00+00:00\"," PA(
                     101320.76) "}},{\"properties\":{"
                                "\"timestamp\":\"%s\",\"barometricPressure\":{\"unitCode\":"
                                "\"wmoUnit:Pa\","
                                "\"value\":%s}}}]}",
                 rows[i].at, rows[i].then);
        sim_put_doc(&world, "/stations/KBDU/observations?limit=20", list, 200);
        world_restart_daemon(&world);
        struct client_response a = ask_boulder("pressure");
        check_words(&a, rows[i].words);
        client_response_done(&a);
    }
}

TEST(observations_with_implausible_times_are_ignored)
{
    static const char *const times[] = { "2026-06-17T18:00:00+00:00", /* two hours ahead */
                                         "2026-06-16T15:40:00+00:00", "yesterday", "",
                                         "1970-01-01T00:00:00Z" };

    for (size_t i = 0; i < sizeof times / sizeof times[0]; i++) {
        put_observation(T(5), times[i]);
        world_restart_daemon(&world);
        struct client_response a = ask_boulder("temperature");
        check_words(&a, "rocky mountain|70 degrees");
        client_response_done(&a);
    }
    sim_clear_docs(&world);
}

/* ---- alerts ---- */

#define ALERT(id, event, more)                                                       \
    "{\"id\":\"https://api.weather.gov/alerts/" id "\",\"properties\":{\"id\":\"" id \
    "\",\"event\":\"" event "\"," more                                               \
    "\"areaDesc\":\"Boulder; Larimer\",\"sent\":\"2026-06-17T12:00:00-06:00\"}}"
#define ACTUAL \
    "\"status\":\"Actual\",\"messageType\":\"Alert\",\"expires\":\"2026-06-17T20:00:00Z\","
#define EXPIRED "\"expires\":\"2026-06-17T15:59:00Z\","

/* Alerts of the county zone; there are none for the point and the forecast zone. The time is
 * 16:00Z, 10 A.M. */
static const struct {
    const char *features, *words;
} alerts[] = {
    { "", "there are no alerts for boulder, colorado" },
    { ALERT("urn:oid:1", "Flood Watch", ACTUAL),
      "flood watch for boulder and larimer, until 2 P.M. today." },
    { ALERT("urn:oid:1", "Flood Watch",
            "\"status\":\"Actual\",\"messageType\":\"Update\","
            "\"expires\":\"2026-06-17T20:00:00Z\","),
      "flood watch" },
    /* Not actual alerts. */
    { ALERT("urn:oid:1", "Flood Watch",
            "\"status\":\"Test\",\"expires\":\"2026-06-17T20:00:00Z\","),
      "no alerts" },
    { ALERT("urn:oid:1", "Flood Watch", "\"status\":\"Exercise\","), "no alerts" },
    { ALERT("urn:oid:1", "Flood Watch", "\"status\":\"Draft\","), "no alerts" },
    { ALERT("urn:oid:1", "Flood Watch", "\"status\":\"System\","), "no alerts" },
    { ALERT("urn:oid:1", "Flood Watch", "\"status\":\"Actual\",\"messageType\":\"Cancel\","),
      "no alerts" },
    { ALERT("urn:oid:1", "Flood Watch", ACTUAL "\"response\":\"AllClear\","), "no alerts" },
    { ALERT("urn:oid:1", "Tsunami Warning",
            ACTUAL "\"description\":\"...THIS_MESSAGE_IS_FOR_TEST_PURPOSES_ONLY...\","),
      "no alerts|!tsunami" },
    /* The end of the event counts; the expiry of the message only if there is no end. */
    { ALERT("urn:oid:1", "Flood Watch",
            "\"status\":\"Actual\",\"messageType\":\"Alert\"," EXPIRED
            "\"ends\":\"2026-06-18T03:30:00Z\","),
      "flood watch for boulder and larimer, until 9:30 P.M. tonight." },
    { ALERT("urn:oid:1", "Flood Watch",
            "\"status\":\"Actual\",\"messageType\":\"Alert\","
            "\"expires\":\"2026-06-17T20:00:00Z\",\"ends\":"
            "\"2026-06-17T15:00:00Z\","),
      "no alerts" },
    { ALERT("urn:oid:1", "Flood Watch",
            "\"status\":\"Actual\",\"messageType\":\"Alert\"," EXPIRED "\"ends\":null,"),
      "no alerts" },
    { ALERT("urn:oid:1", "Flood Watch",
            "\"status\":\"Actual\",\"messageType\":\"Alert\",\"ends\":null,"
            "\"expires\":null,"),
      "flood watch for boulder and larimer.|!until" },
    { ALERT("urn:oid:1", "Flood Watch",
            "\"status\":\"Actual\",\"messageType\":\"Alert\",\"ends\":"
            "\"2026-06-20T18:00:00-05:00\","),
      "until 5 P.M. saturday." },
    /* Replaced alerts are left out, the most severe comes first, each is spoken once. */
    { ALERT("urn:oid:1", "Flood Watch", ACTUAL) "," ALERT(
          "urn:oid:2", "Flood Warning",
          ACTUAL
          "\"references\":[{\"@id\":\"https://api.weather.gov/alerts/urn:oid:1\",\"identifier\":"
          "\"urn:oid:1\"}],"),
      "there is 1 alert|flood warning|!flood watch" },
    { ALERT("urn:oid:1", "Heat Advisory", ACTUAL "\"severity\":\"Moderate\",") "," ALERT(
          "urn:oid:2", "Tornado Warning",
          ACTUAL "\"severity\":\"Extreme\",") "," ALERT("urn:oid:3", "Frost Note",
                                                        ACTUAL "\"severity\":\"Unknown\","),
      "there are 3 alerts for boulder, colorado. tornado warning" },
    { ALERT("urn:oid:1", "Flood Watch", ACTUAL) "," ALERT("urn:oid:1", "Flood Watch", ACTUAL),
      "there is 1 alert" },
    /* Null instead of text, and markup in text. */
    { ALERT("urn:oid:1", "Flood Watch",
            ACTUAL "\"headline\":null,\"description\":null,"
                   "\"instruction\":null,\"severity\":null,"),
      "flood watch" },
    { ALERT("urn:oid:1", "Snow & <Ice> \\\"Storm\\\"", ACTUAL), "snow|ice|storm" },
    { ALERT(
          "urn:oid:1", "Flood Watch",
          ACTUAL
          "\"headline\":\"Flood Watch until 330PM MDT\",\"description\":\"* WHAT...FLOODING.\\n\\n"
          "COC013-171600-\\n/O.NEW.KBOU.FA.A.0001.260617T1200Z-260618T1200Z/\\n* WHERE...NE CO.\","
          "\"instruction\":\"TURN AROUND, DON'T DROWN.\","),
      "3:30 P.M. Mountain Daylight Time|flooding|turn around|!COC013|!KBOU|!330PM|!* what" },
};

TEST(active_alerts_are_spoken)
{
    for (size_t i = 0; i < sizeof alerts / sizeof alerts[0]; i++) {
        struct buf body = BUF_INIT(20000);
        buf_printf(&body, "{\"type\":\"FeatureCollection\",\"features\":[%s]}", alerts[i].features);
        sim_put_doc(&world, "/alerts/active/zone/COC013", buf_z(&body), 200);
        buf_free(&body);
        struct client_response a = ask_boulder("alerts");
        check_words(&a, alerts[i].words);
        if (!strstr(alerts[i].words, "no alerts"))
            speech_check_omits(&a, "no alerts");
        client_response_done(&a);
    }
}

TEST(a_malformed_list_is_not_taken_for_no_alerts)
{
    static const char *const lists[] = { "{}",
                                         "[]",
                                         "{\"features\":null}",
                                         "{\"features\":{}}",
                                         "{\"type\":\"FeatureCollection\"}",
                                         "{\"features\":[5]}",
                                         "{\"features\":[{}]}",
                                         "\"none\"" };

    for (size_t i = 0; i < sizeof lists / sizeof lists[0]; i++) {
        sim_put_doc(&world, "/alerts/active/zone/COC013", lists[i], 200);
        struct client_response a = ask_boulder("alerts");
        if (strstr(a.speech, "no alerts"))
            fail_msg("%s: %s", lists[i], a.speech);
        client_response_done(&a);
    }
    sim_put_doc(&world, "/alerts/active/zone/COC013", "{\"@graph\":[]}", 200);
    struct client_response a = ask_boulder("alerts");
    speech_check_says(&a, "no alerts");
    client_response_done(&a);
    sim_clear_docs(&world);
}

TESTS_WITH(setup, world_teardown, observations_are_spoken_correctly_or_omitted,
           the_pressure_trend_covers_about_an_hour, observations_with_implausible_times_are_ignored,
           active_alerts_are_spoken, a_malformed_list_is_not_taken_for_no_alerts)
