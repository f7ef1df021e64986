/* SPDX-License-Identifier: Apache-2.0 */
/* intents/settings.c -- from untrusted JSON to settings, and back. */
#include "intents/settings.h"

#include "server/base/json.h"

#include <math.h>

void settings_default(struct settings *s)
{
    *s = (struct settings){ .rate = 100, .pitch = 100, .metric_count = METRIC_DEFAULTS };
    for (int i = 0; i < METRIC_DEFAULTS; i++)
        s->metrics[i] = (enum metric_id)i;
}

static int read_percentage(const json_t *object, const char *name, int min, int max)
{
    double value;

    if (!json_num(object, name, &value) || value < min || value > max)
        return 100;
    return (int)lround(value);
}

static void read_metrics(const json_t *list, struct settings *s)
{
    bool taken[METRIC_DEFAULTS] = { false };
    enum metric_id id;
    size_t count = 0;

    for (size_t i = 0; i < json_array_size(list); i++) {
        const json_t *at = json_array_get(list, i);
        struct str name = { json_string_value(at), json_string_length(at) };
        if (metric_by_name(name, &id) && !taken[id]) {
            taken[id] = true;
            s->metrics[count++] = id;
        }
    }
    if (count > 0)
        s->metric_count = count;
    else
        settings_default(s);
}

static const char *const units_names[] = { [UNITS_US] = "us", [UNITS_METRIC] = "metric" };
static const char *const length_names[] = {
    [LENGTH_NORMAL] = "normal",
    [LENGTH_BRIEF] = "brief",
    [LENGTH_FULL] = "full",
};

const char *settings_units_name(enum units_system units)
{
    return units_names[units];
}

const char *settings_units_spoken(enum units_system units)
{
    return units == UNITS_METRIC ? "Celsius, kilometers per hour, and millimeters"
                                 : "Fahrenheit, miles per hour, and inches";
}

const char *settings_length_name(enum answer_length length)
{
    return length_names[length];
}

bool settings_find_length(struct str name, enum answer_length *ret_length)
{
    for (size_t i = 0; i < sizeof length_names / sizeof length_names[0]; i++) {
        if (str_eqz(name, length_names[i])) {
            *ret_length = (enum answer_length)i;
            return true;
        }
    }
    return false;
}

static void read_units_and_length(const json_t *object, struct settings *s)
{
    struct str units = json_str(object, "units");

    for (size_t i = 0; i < sizeof units_names / sizeof units_names[0]; i++)
        if (str_eqz(units, units_names[i])) {
            s->units_chosen = true;
            s->units = (enum units_system)i;
        }
    (void)settings_find_length(json_str(object, "length"), &s->length);
}

void settings_from_json(const json_t *object, struct arena *arena, struct settings *ret_settings)
{
    struct settings s;
    struct str location = str_trim(json_str(object, "location"));

    settings_default(&s);
    read_metrics(json_object_get(object, "metrics"), &s);
    s.rate = read_percentage(object, "rate", RATE_MIN, RATE_MAX);
    s.pitch = read_percentage(object, "pitch", PITCH_MIN, PITCH_MAX);
    read_units_and_length(object, &s);
    s.address_offered = json_bool(object, "address_offered", false);
    place_list_from_json(json_object_get(object, "places"), arena, &s.places);
    place_list_from_json(json_object_get(object, "choices"), arena, &s.choices);
    if (location.n > 0 && location.n <= SETTINGS_LOCATION_MAX)
        s.location = arena_str(arena, location);
    *ret_settings = s;
}

static void put_list(struct buf *out, const char *name, const struct place_list *list)
{
    if (list->count == 0)
        return;
    buf_printf(out, ",\"%s\":", name);
    place_list_put(out, list);
}

void settings_put(struct buf *out, const struct settings *s)
{
    buf_put(out, STR("{\"location\":"));
    if (s->location.n > 0)
        json_put_string(out, s->location);
    else
        buf_put(out, STR("null"));
    buf_printf(out, ",\"rate\":%d,\"pitch\":%d,\"metrics\":[", s->rate, s->pitch);
    for (size_t i = 0; i < s->metric_count; i++) {
        buf_putz(out, i > 0 ? ",\"" : "\"");
        buf_putz(out, metric_name(s->metrics[i]));
        buf_putc(out, '"');
    }
    buf_putc(out, ']');
    if (s->units_chosen)
        buf_printf(out, ",\"units\":\"%s\"", settings_units_name(s->units));
    if (s->length != LENGTH_NORMAL)
        buf_printf(out, ",\"length\":\"%s\"", settings_length_name(s->length));
    if (s->address_offered)
        buf_putz(out, ",\"address_offered\":true");
    put_list(out, "places", &s->places);
    put_list(out, "choices", &s->choices);
    buf_putc(out, '}');
}
