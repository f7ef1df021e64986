/* SPDX-License-Identifier: Apache-2.0 */
/* tests/e2e/harness/same_answer.c -- compares an answer of the API with the spoken one. */
#include "tests/e2e/harness/same_answer.h"

#include <ctype.h>
#include <stdlib.h>

#include "server/base/json.h"
#include "server/base/percent_encoding.h"
#include "tests/test.h"

enum { PATH_MAX_BYTES = 1000 };

bool same_answer_has_figure(json_t *values, double number, const char *unit)
{
    double value;
    const char *name;
    json_t *one;
    size_t i;

    if (json_num(values, "value", &value) && str_eqz(json_str(values, "unit"), unit))
        return value == number;
    json_object_foreach (values, name, one)
        if (same_answer_has_figure(one, number, unit))
            return true;
    json_array_foreach (values, i, one)
        if (same_answer_has_figure(one, number, unit))
            return true;
    return false;
}

/* The number that ends at `end`; false when there is none. */
static bool number_before(const char *text, const char *end, double *ret_number)
{
    const char *at = end;

    while (at > text && (isdigit((unsigned char)at[-1]) || at[-1] == '.'))
        at--;
    if (at > text && at[-1] == '-')
        at--;
    *ret_number = strtod(at, NULL);
    return at < end;
}

static void check_figures(const struct client_response *a, const char *speech, const char *word,
                          const char *unit)
{
    for (const char *at = strstr(speech, word); at; at = strstr(at + 1, word)) {
        double number;
        if (number_before(speech, at, &number) &&
            !same_answer_has_figure(json_at(a->json, "values"), number, unit))
            fail_msg("no %g %s among the values of: %s", number, unit, a->body);
    }
}

/* The spoken answer without the question for a further page. */
static struct str without_question(struct str speech)
{
    size_t ask = str_find(speech, STR(" Do you want "));

    return str_trim(str_sub(speech, 0, ask));
}

static struct client_response ask_api(struct world *w, const char *place, const char *metric,
                                      const char *when)
{
    struct buf path = BUF_INIT(PATH_MAX_BYTES);
    struct client_response a;

    if (when || strcmp(metric, "weather") != 0) {
        buf_putz(&path, "/v1/say?q=what%20is%20the%20");
        percent_encode(&path, str_of(metric), false);
        buf_putz(&path, when ? "%20" : "");
        percent_encode(&path, str_of(when), false);
        buf_putz(&path, "&place=");
    } else {
        buf_putz(&path, "/v1/now?place=");
    }
    percent_encode(&path, str_of(place), false);
    a = client_api_send(w, "GET", buf_z(&path), NULL, NULL);
    buf_free(&path);
    return a;
}

void same_answer_check(struct world *w, const char *place, const char *metric, const char *when,
                       const struct client_response *said)
{
    struct client_response a = ask_api(w, place, metric, when);
    const char *member = a.status == 200 ? "speech" : "message";
    struct str speech = without_question(str_of(said->speech));

    if (str_starts(json_str(a.json, "error"), STR("not_understood")) || a.status == 0)
        fail_msg("%s %s: %s", metric, when ? when : "now", a.body);
    if (!str_starts(speech, json_str(a.json, member)))
        fail_msg("%s %s: \"%.*s\", but the API says: %s", metric, when ? when : "now",
                 STR_ARG(speech), a.body);
    if (a.status == 200 && strcmp(metric, "extended forecast") != 0 &&
        strcmp(metric, "alerts") != 0) {
        check_figures(&a, said->speech, " degree", "degF");
        check_figures(&a, said->speech, " percent", "percent");
        check_figures(&a, said->speech, " miles per hour", "mph");
    }
    client_response_done(&a);
}
