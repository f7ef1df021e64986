/* SPDX-License-Identifier: Apache-2.0 */
/* intents/weather/observation_decode.c -- decodes a station's observations.
 *
 * Any value may be null, which means "unknown", never zero. Values that failed quality control,
 * have an unknown unit, or are implausible count as unknown too. A document holds one observation
 * (".../latest") or a list, roughly newest first. */
#include "intents/weather/observation.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "intents/weather/nws_internal.h"
#include "intents/weather/observation_internal.h"
#include "intents/weather/present_weather.h"
#include "intents/weather/text_pool.h"
#include "intents/weather/uom.h"
#include "server/base/json.h"
#include "server/base/time_text.h"

enum {
    OBSERVATIONS_MAX = 64, /* of a document about the present */
    DESCRIPTION_MAX = 256, /* bytes */
    STATION_ID_MAX = 16,
};

/* ---- one value ---- */

/* Q means questioned, X rejected, B bad; the code had a prefix ("qc:X") until 2019. The others are
 * V, S and C (passed more or fewer checks), Z (none made), T (a virtual temperature), G (good). */
static bool failed_quality_control(const json_t *value)
{
    struct str code = str_trim(json_str(value, "qualityControl"));

    code = str_sub(code, str_index(code, ':') < code.n ? str_index(code, ':') + 1 : 0, code.n);
    return str_ieqz(code, "Q") || str_ieqz(code, "X") || str_ieqz(code, "B");
}

static void report_value(struct nws *n, const char *reason, const char *member, const char *what)
{
    struct err err = ERR_NONE;

    err_reason(&err, ST_INVALID, reason, "observation: %s: %s", member, what);
    nws_report(n, &err);
}

static struct observation_value read_value(struct nws *n, const json_t *properties,
                                           const char *member, enum uom_quantity quantity,
                                           double min, double max)
{
    const json_t *value = json_at(properties, member);
    struct observation_value none = { false, 0.0, false }, doubtful = { false, 0.0, true };
    double number;
    struct uom uom;

    if (!value || (json_is_object(value) && !json_at(value, "value")))
        return none;
    if (!json_num(value, "value", &number) || failed_quality_control(value))
        return doubtful;
    if (!uom_find(json_str(value, "unitCode"), quantity, &uom)) {
        report_value(n, "unit_unknown", member, "the unit is unknown");
        return doubtful;
    }
    number = uom_apply(uom, number);
    if (!(number >= min && number <= max)) {
        report_value(n, "value_wild", member, "the value is implausible");
        return doubtful;
    }
    return (struct observation_value){ true, number, false };
}

static struct observation_value read_temperature(struct nws *n, const json_t *properties,
                                                 const char *member)
{
    return read_value(n, properties, member, UOM_TEMPERATURE, -90.0, 60.0);
}

/* ---- feels like ---- */

static double to_fahrenheit(double c)
{
    return c * 9.0 / 5.0 + 32.0;
}

static double to_celsius(double f)
{
    return (f - 32.0) * 5.0 / 9.0;
}

/* The thresholds are whole degrees Fahrenheit and the values Celsius: allow for conversion
 * error. */
static const double conversion_slack = 1e-6;

static bool is_hot(double temp_c)
{
    return to_fahrenheit(temp_c) >= 80.0 - conversion_slack;
}

static bool is_cold_and_windy(double temp_c, double wind_mps)
{
    return to_fahrenheit(temp_c) <= 50.0 + conversion_slack &&
           wind_mps * 3600.0 / 1609.344 > 3.0 + conversion_slack;
}

/* Rothfusz's regression as NWS applies it (Weather Prediction Center, "The Heat Index Equation"): a
 * simpler formula where that gives less than 80, and adjustments for very low and very high
 * humidity. */
bool observation_heat_index_c(double temp_c, double humidity, double *ret_c)
{
    double t = to_fahrenheit(temp_c), rh = humidity, hi;

    if (!is_hot(temp_c) || !(rh >= 0.0 && rh <= 100.0))
        return false;
    hi = (0.5 * (t + 61.0 + (t - 68.0) * 1.2 + rh * 0.094) + t) / 2.0;
    if (hi >= 80.0) {
        hi = -42.379 + 2.04901523 * t + 10.14333127 * rh - 0.22475541 * t * rh -
             0.00683783 * t * t - 0.05481717 * rh * rh + 0.00122874 * t * t * rh +
             0.00085282 * t * rh * rh - 0.00000199 * t * t * rh * rh;
        if (rh < 13.0 && t >= 80.0 && t <= 112.0)
            hi -= (13.0 - rh) / 4.0 * sqrt((17.0 - fabs(t - 95.0)) / 17.0);
        else if (rh > 85.0 && t >= 80.0 && t <= 87.0)
            hi += (rh - 85.0) / 10.0 * ((87.0 - t) / 5.0);
    }
    *ret_c = to_celsius(hi);
    return true;
}

const struct observation_value *observation_feels_like(const struct observation *o)
{
    return o->wind_chill.has ? &o->wind_chill : o->heat_index.has ? &o->heat_index : NULL;
}

/* The formula of 2001, with the wind at the usual height of ten meters. */
bool observation_wind_chill_c(double temp_c, double wind_mps, double *ret_c)
{
    double t = to_fahrenheit(temp_c), power;

    if (!is_cold_and_windy(temp_c, wind_mps))
        return false;
    power = pow(wind_mps * 3600.0 / 1609.344, 0.16);
    *ret_c = to_celsius(35.74 + 0.6215 * t - 35.75 * power + 0.4275 * t * power);
    return true;
}

/* The formulas were fitted to real weather: beyond it they give hundreds of degrees. */
static const double heat_index_max_c = 90.0, wind_chill_min_c = -120.0;

/* Takes the values that were sent, where they are defined; computes them when they are null. */
static void read_feels_like(struct nws *n, const json_t *properties, struct observation *o)
{
    struct observation_value heat =
        read_value(n, properties, "heatIndex", UOM_TEMPERATURE, -90.0, heat_index_max_c);
    struct observation_value chill =
        read_value(n, properties, "windChill", UOM_TEMPERATURE, wind_chill_min_c, 60.0);

    if (!o->temperature.has)
        return;
    if (is_hot(o->temperature.value)) {
        o->heat_index = heat;
        if (!heat.has && o->humidity.has)
            o->heat_index.has = observation_heat_index_c(o->temperature.value, o->humidity.value,
                                                         &o->heat_index.value) &&
                                o->heat_index.value <= heat_index_max_c;
    }
    if (o->wind_speed.has && is_cold_and_windy(o->temperature.value, o->wind_speed.value)) {
        o->wind_chill = chill;
        if (!chill.has)
            o->wind_chill.has = observation_wind_chill_c(o->temperature.value, o->wind_speed.value,
                                                         &o->wind_chill.value) &&
                                o->wind_chill.value >= wind_chill_min_c;
    }
}

/* ---- one observation ---- */

/* An observation while it is being decoded; its texts are borrowed from the JSON tree. */
struct observation_draft {
    struct observation observation; /* without texts */
    struct str station_id, description;
    char weather[OBSERVATION_WEATHER_MAX][PRESENT_WEATHER_MAX];
};

static void read_wind(struct nws *n, const json_t *properties, struct observation *o)
{
    o->wind_speed = read_value(n, properties, "windSpeed", UOM_SPEED, 0.0, 120.0);
    o->wind_gust = read_value(n, properties, "windGust", UOM_SPEED, 0.0, 150.0);
    o->wind_direction = read_value(n, properties, "windDirection", UOM_ANGLE, 0.0, 360.0);
    o->wind_variable = o->wind_speed.has && o->wind_speed.value > 0.0 && !o->wind_direction.has;
}

/* NWS computes the relative humidity, and it may come out slightly above 100. */
static struct observation_value read_humidity(struct nws *n, const json_t *properties)
{
    struct observation_value r =
        read_value(n, properties, "relativeHumidity", UOM_PERCENT, 0.0, 101.0);

    r.value = fmin(r.value, 100.0);
    return r;
}

/* ---- present weather ---- */

static void add_weather(struct observation_draft *f, const char *words)
{
    struct observation *o = &f->observation;

    for (size_t k = 0; k < o->weather_count; k++)
        if (strcmp(f->weather[k], words) == 0)
            return;
    if (o->weather_count == OBSERVATION_WEATHER_MAX)
        o->weather_doubtful = true;
    else
        (void)snprintf(f->weather[o->weather_count++], PRESENT_WEATHER_MAX, "%s", words);
}

static bool lists_precipitation(const struct observation_draft *f)
{
    for (size_t k = 0; k < f->observation.weather_count; k++)
        if (present_weather_is_wet(str_of(f->weather[k])))
            return true;
    return false;
}

/* The description may name precipitation that the list lacks: "Unknown Precip and Breezy". */
static void read_described_weather(struct observation_draft *f)
{
    struct str rest = f->description, part;
    char words[PRESENT_WEATHER_MAX];

    while (present_weather_split(&rest, &part))
        if (present_weather_described(part, words))
            add_weather(f, words);
}

/* Reports without a text come every few minutes and say nothing about the weather, nor does a
 * station whose sensor is out of order: the METAR then says PWINO. Their empty list proves nothing.
 * */
static bool tells_weather(const json_t *properties, const struct observation_draft *f)
{
    struct str raw = json_str(properties, "rawMessage");

    return (f->description.n > 0 || str_trim(raw).n > 0) && str_find(raw, STR("PWINO")) == raw.n;
}

static void read_present_weather(const json_t *properties, struct observation_draft *f)
{
    const json_t *list = json_at(properties, "presentWeather");
    struct observation *o = &f->observation;
    char words[PRESENT_WEATHER_MAX];

    o->weather_doubtful = list && !json_is_array(list);
    for (size_t i = 0; i < json_array_size(list); i++) {
        if (present_weather_words(json_array_get(list, i), words))
            add_weather(f, words);
        else
            o->weather_doubtful = true;
    }
    o->weather_known = json_is_array(list) && !o->weather_doubtful &&
                       (o->weather_count > 0 || tells_weather(properties, f));
    if (json_is_array(list) && !lists_precipitation(f))
        read_described_weather(f);
    else if (!list && present_weather_described(f->description, words))
        o->weather_doubtful = true; /* the description contradicts it */
}

static struct str read_station_id(const json_t *properties)
{
    struct str id = json_str(properties, "stationId");

    if (id.n == 0)
        id = str_after_last(json_str(properties, "station"), '/'); /* a URL */
    return id.n <= STATION_ID_MAX ? id : STR_NONE;
}

/* The station's place: [longitude, latitude]. */
static void read_point(const json_t *feature, struct observation *o)
{
    const json_t *at = json_at(feature, "geometry.coordinates");

    o->located = json_num(at, "0", &o->lon) && json_num(at, "1", &o->lat) &&
                 fabs(o->lon) <= 180.0 && fabs(o->lat) <= 90.0;
}

/* `feature` is a GeoJSON feature or, in JSON-LD, the observation itself. */
static bool read_observation(struct nws *n, const json_t *feature, struct observation_draft *f)
{
    const json_t *inner = json_at(feature, "properties"), *properties = inner ? inner : feature;
    struct observation *o = &f->observation;

    *f = (struct observation_draft){ .station_id = read_station_id(properties),
                                     .description =
                                         str_trim(json_str(properties, "textDescription")) };
    if (!time_parse_rfc3339(json_str(properties, "timestamp"), &o->time))
        return false;
    o->description_doubtful = json_at(properties, "textDescription") &&
                              !json_is_string(json_at(properties, "textDescription"));
    o->temperature = read_temperature(n, properties, "temperature");
    o->dewpoint = read_temperature(n, properties, "dewpoint");
    o->humidity = read_humidity(n, properties);
    o->pressure = read_value(n, properties, "barometricPressure", UOM_PRESSURE, 50000.0, 110000.0);
    o->rain_last_hour = read_value(n, properties, "precipitationLastHour", UOM_DEPTH, 0.0, 500.0);
    read_point(feature, o);
    read_wind(n, properties, o);
    read_feels_like(n, properties, o);
    read_present_weather(properties, f);
    return true;
}

/* ---- the document ---- */

static struct str pool_text(struct text_pool *pool, struct str text, size_t max)
{
    return str_of(text_pool_add(pool, text, max));
}

static enum status pack_observations(const struct observation_draft *drafts, size_t count,
                                     bool unread, struct object **ret_object, struct err *err)
{
    size_t bytes = sizeof(struct observation_list) + count * sizeof(struct observation);
    struct observation_list *list;
    struct text_pool pool;

    for (size_t i = 0; i < count; i++) {
        bytes += text_pool_size(drafts[i].station_id, STATION_ID_MAX) +
                 text_pool_size(drafts[i].description, DESCRIPTION_MAX);
        for (size_t k = 0; k < drafts[i].observation.weather_count; k++)
            bytes += text_pool_size(str_of(drafts[i].weather[k]), PRESENT_WEATHER_MAX);
    }
    list = malloc(bytes);
    if (!list)
        return err_no_memory(err);
    list->count = count;
    list->unread = unread;
    pool.at = (char *)&list->at[count];
    for (size_t i = 0; i < count; i++) {
        struct observation *o = &list->at[i];
        *o = drafts[i].observation;
        o->station_id = pool_text(&pool, drafts[i].station_id, STATION_ID_MAX);
        o->description = pool_text(&pool, drafts[i].description, DESCRIPTION_MAX);
        for (size_t k = 0; k < o->weather_count; k++)
            o->weather[k] = pool_text(&pool, str_of(drafts[i].weather[k]), PRESENT_WEATHER_MAX);
    }
    *ret_object = object_create(list, bytes, free);
    return *ret_object ? ST_OK : err_no_memory(err);
}

static bool is_observation(const json_t *object)
{
    return json_at(object, "properties.timestamp") || json_at(object, "timestamp");
}

enum status observation_decode_list(struct str body, struct nws *n, size_t max,
                                    struct object **ret_object, struct err *err)
{
    struct observation_draft *drafts = calloc(max, sizeof *drafts);
    json_t *root = NULL;
    const json_t *list;
    size_t count = 0;
    enum status st = ST_SYSTEM;

    if (!drafts)
        goto out;
    st = json_parse(body, false, &root, err);
    if (st != ST_OK)
        goto out;
    list = json_at(root, "features");
    if (!list)
        list = json_at(root, "@graph");
    if (!json_is_array(list) && !is_observation(root)) {
        st = err_reason(err, ST_INVALID, "document_odd",
                        "observation: the document has no observations");
        goto out;
    }
    if (!json_is_array(list))
        count = read_observation(n, root, &drafts[0]) ? 1 : 0;
    else
        for (size_t i = 0; i < json_array_size(list) && count < max; i++)
            if (read_observation(n, json_array_get(list, i), &drafts[count]))
                count++;
    st = pack_observations(drafts, count, count == 0 && (!list || json_array_size(list) > 0),
                           ret_object, err);
out:
    json_decref(root);
    free(drafts);
    return st;
}

enum status observation_decode(struct str body, struct nws *n, struct object **ret_object,
                               struct err *err)
{
    return observation_decode_list(body, n, OBSERVATIONS_MAX, ret_object, err);
}
