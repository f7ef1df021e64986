/* SPDX-License-Identifier: Apache-2.0 */
/* tests/unit/intents/weather/alert_case.h -- lists of alerts for tests, written as macros. */
#ifndef CLIMACAST_TESTS_ALERT_CASE_H
#define CLIMACAST_TESTS_ALERT_CASE_H

#include "intents/weather/alert.h"
#include "intents/weather/alert_internal.h"
#include "tests/test.h"
#include "tests/unit/intents/weather/nws_case.h"

#define NOW "2026-06-01T12:00:00Z"

/* An active alert, with quotes written as '. `more` adds members or overrides them: the last of two
 * members with the same name counts. */
#define ALERT(id, event, more)                                                                    \
    "{'id':'https://api.weather.gov/alerts/" id "','properties':{'id':'" id "','event':'" event   \
    "','status':'Actual','messageType':'Alert','severity':'Severe','response':'Avoid',"           \
    "'areaDesc':'Here','headline':'" event                                                        \
    " issued','description':'What it is.','instruction':null,'sent':'2026-06-01T10:00:00+00:00'," \
    "'onset':'2026-06-01T11:00:00+00:00','expires':'2026-06-01T13:00:00+00:00',"                  \
    "'ends':'2026-06-01T18:00:00+00:00','references':[],'parameters':{}" more "}}"
#define LIST(alerts) "{'type':'FeatureCollection','features':[" alerts "]}"
#define REPLACES(id) \
    ",'references':[{'@id':'https://api.weather.gov/alerts/" id "','identifier':'" id "'}]"

static inline struct object *decode_text(const char *text)
{
    char *quoted = case_quoted(text);
    struct object *object = NULL;
    struct err err = ERR_NONE;

    if (alert_decode(str_of(quoted), &object, &err) != ST_OK)
        fail_msg("not decoded: %s", err.text);
    free(quoted);
    return object;
}

static inline const struct alert_list *list_of(const struct object *object)
{
    return object->data;
}

#endif
