/* SPDX-License-Identifier: Apache-2.0 */
/* tests/unit/intents/weather/grid_reference.c -- compares grid queries with a reference
 * implementation.
 *
 * Without arguments this is the test: it runs tests/reference/forecast.py, giving it this very
 * program to compare with. With the argument "figures" it reads lines "FILE FROM TO" (UTC seconds)
 * and answers each with a line of JSON that has a member for every value in the period. */
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>

#include "intents/weather/grid.h"
#include "tests/test.h"

enum { FILE_BYTES_MAX = 8 * 1024 * 1024, LINE_BYTES_MAX = 2048, CONDITIONS_ROOM = 32 };

extern char **environ;

/* ---- the program ---- */

static const struct {
    enum grid_layer layer;
    const char *name;
    bool amount;
} layers[] = {
    { GRID_TEMPERATURE, "temperature", false },
    { GRID_DEWPOINT, "dewpoint", false },
    { GRID_MAX_TEMPERATURE, "maxTemperature", false },
    { GRID_MIN_TEMPERATURE, "minTemperature", false },
    { GRID_HUMIDITY, "relativeHumidity", false },
    { GRID_HEAT_INDEX, "heatIndex", false },
    { GRID_WIND_CHILL, "windChill", false },
    { GRID_SKY_COVER, "skyCover", false },
    { GRID_PRECIPITATION_CHANCE, "probabilityOfPrecipitation", false },
    { GRID_PRECIPITATION, "quantitativePrecipitation", true },
    { GRID_SNOWFALL, "snowfallAmount", true },
    { GRID_ICE, "iceAccumulation", true },
};

static void put(const char *layer, const char *figure, double value)
{
    printf(",\"%s.%s\":%.9f", layer, figure, value);
}

static void put_layer(const struct grid *g, size_t i, int64_t from, int64_t to)
{
    const char *name = layers[i].name;
    enum grid_layer l = layers[i].layer;
    double value, last;

    if (layers[i].amount) {
        if (grid_total(g, l, from, to, &value))
            put(name, "total", value);
        return;
    }
    if (grid_lowest(g, l, from, to, &value))
        put(name, "lowest", value);
    if (grid_highest(g, l, from, to, &value))
        put(name, "highest", value);
    if (grid_longest(g, l, from, to, &value))
        put(name, "longest", value);
    if (grid_ends(g, l, from, to, &value, &last)) {
        put(name, "first", value);
        put(name, "last", last);
    }
}

static void put_wind(const struct grid *g, int64_t from, int64_t to)
{
    struct grid_wind w;

    if (!grid_wind(g, from, to, &w))
        return;
    put("wind", "low", w.low);
    put("wind", "high", w.high);
    if (w.has_direction)
        put("wind", "direction", w.direction);
    if (w.has_gust)
        put("wind", "gust", w.gust);
}

static void put_weather(const struct grid *g, int64_t from, int64_t to)
{
    struct grid_condition c[CONDITIONS_ROOM];
    bool covered;
    size_t count = grid_weather(g, from, to, c, CONDITIONS_ROOM, &covered);

    printf(",\"weather\":[");
    for (size_t i = 0; i < count; i++)
        printf("%s\"%s/%s/%s\"", i ? "," : "", c[i].coverage, c[i].weather, c[i].intensity);
    printf("]");
}

static struct object *load(const char *path)
{
    struct err err = ERR_NONE;
    struct object *object = NULL;
    FILE *f = fopen(path, "rb");
    char *body = malloc(FILE_BYTES_MAX);

    if (f && body) {
        size_t n = fread(body, 1, FILE_BYTES_MAX, f);
        (void)grid_decode((struct str){ body, n }, NULL, &object, &err);
    }
    if (!object)
        (void)fprintf(stderr, "%s: %s\n", path, f ? err.text : "cannot be opened");
    if (f)
        (void)fclose(f);
    free(body);
    return object;
}

static int answer_all(void)
{
    char line[LINE_BYTES_MAX], path[LINE_BYTES_MAX] = "", next[LINE_BYTES_MAX];
    struct object *object = NULL;

    long long from, to;

    while (fgets(line, sizeof line, stdin) &&
           sscanf(line, "%2047s %lld %lld", next, &from, &to) == 3) {
        if (strcmp(path, next) != 0) {
            object_release(object);
            object = load(next);
            strcpy(path, next);
        }
        if (!object)
            return 1;
        printf("{\"from\":%lld", from);
        for (size_t i = 0; i < sizeof layers / sizeof layers[0]; i++)
            put_layer(object->data, i, from, to);
        put_wind(object->data, from, to);
        put_weather(object->data, from, to);
        printf("}\n");
    }
    object_release(object);
    return 0;
}

/* ---- the test ---- */

static char *self; /* this program */

TEST(two_thousand_random_periods_match_the_reference_implementation)
{
    static const char *const names[] = { "tests/reference/forecast.py",
                                         "tests/cases/nws/grid-cedar-rapids-2024.json",
                                         "tests/cases/nws/grid-raleigh-2019.json",
                                         "tests/cases/nws/grid-tuscaloosa-2024.json" };
    const char *top = getenv("TEST_TOP");
    char paths[4][1024], python[] = "python3";
    char *argv[7] = { python, paths[0], self, paths[1], paths[2], paths[3], NULL };
    int status = -1;
    pid_t pid;

    for (size_t i = 0; i < 4; i++)
        (void)snprintf(paths[i], sizeof paths[i], "%s/%s", top ? top : ".", names[i]);
    if (posix_spawnp(&pid, python, NULL, NULL, argv, environ) != 0)
        fail_msg("python3 is needed for this test");
    CHECK(waitpid(pid, &status, 0) == pid);
    CHECK(WIFEXITED(status) && WEXITSTATUS(status) == 0);
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = { cmocka_unit_test(
        two_thousand_random_periods_match_the_reference_implementation) };

    self = argv[0];
    if (argc == 2 && strcmp(argv[1], "figures") == 0)
        return answer_all();
    return cmocka_run_group_tests(tests, NULL, NULL);
}
