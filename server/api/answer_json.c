/* SPDX-License-Identifier: Apache-2.0 */
/* server/api/answer_json.c -- writes an answer. */
#include "server/api/answer_json.h"

#include "intents/speech/station_name.h"
#include "intents/weather/office.h"
#include "intents/weather/us_state.h"
#include "server/api/json_writer.h"
#include "server/api/values_json.h"

static void put_place(struct json_writer *w, const struct place *p)
{
    const char *state = us_state_name(p->state);

    json_writer_open(w, "place", '{');
    json_writer_text(w, "city", p->city);
    json_writer_text(w, "state", str_of(p->state));
    if (state)
        json_writer_text(w, "stateName", str_of(state));
    json_writer_number(w, "latitude", p->lat, 4);
    json_writer_number(w, "longitude", p->lon, 4);
    if (p->zone)
        json_writer_text(w, "timeZone", str_of(zone_name(p->zone)));
    json_writer_close(w, '}');
}

static void put_station(struct json_writer *w, const struct source *s)
{
    struct buf name = BUF_INIT(500);

    station_name_put(&name, s->station_name);
    json_writer_text(w, "name", buf_str(&name));
    json_writer_text(w, "station", s->station_id);
    buf_free(&name);
}

static void put_office(struct json_writer *w, const struct place *p)
{
    const char *city = office_city(p->cwa);
    struct buf name = BUF_INIT(200);

    buf_printf(&name, "National Weather Service%s%s", city ? " " : "", city ? city : "");
    json_writer_text(w, "name", buf_str(&name));
    buf_free(&name);
}

static void put_source(struct json_writer *w, const struct program_answer *a, int64_t now)
{
    const struct source *s = &a->source;

    json_writer_open(w, "source", '{');
    switch (s->kind) {
    case SOURCE_REPORT:
        put_station(w, s);
        break;
    case SOURCE_FORECAST:
        put_office(w, &a->place);
        break;
    case SOURCE_ALERTS:
    case SOURCE_NONE: /* words of the service, such as the weather radio's */
        json_writer_text(w, "name", STR("National Weather Service"));
        break;
    case SOURCE_COMPUTED:
        json_writer_text(w, "name", STR("computed"));
        json_writer_int(w, "ageSeconds", 0);
        break;
    }
    if (s->time > 0) {
        json_writer_time(w, s->kind == SOURCE_REPORT ? "observed" : "issued", a->place.zone,
                         s->time);
        json_writer_int(w, "ageSeconds", now > s->time ? now - s->time : 0);
    }
    json_writer_close(w, '}');
}

void answer_json_put(struct buf *out, const struct program_answer *a, int64_t now)
{
    struct json_writer w = { .out = out };

    json_writer_open(&w, NULL, '{');
    json_writer_text(&w, "speech", str_trim(buf_str(&a->speech)));
    put_place(&w, &a->place);
    put_source(&w, a, now);
    json_writer_open(&w, "values", '{');
    values_json_put(&w, a);
    json_writer_close(&w, '}');
    json_writer_close(&w, '}');
}
