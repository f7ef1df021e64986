/* SPDX-License-Identifier: Apache-2.0 */
/* tests/unit/intents/screen/radar.c -- "show me the radar": what is told of a picture, and when
 * there is none. */
#include "intents/weather/radar.h"

#include "tests/test.h"
#include "tests/unit/intents/skill_world.h"
#include "tests/unit/png_made.h"

#define SCREEN "{\"Alexa.Presentation.APL\":{\"runtime\":{\"maxVersion\":\"1.4\"}}}"
#define PATH "/conus/conus_bref_qcd/ows?*"

enum { PIXELS = RADAR_CELLS, ROW_BYTES = 1 + 4 * PIXELS };

static const char clear[] = "\0\0\0\0", green[] = "\2\xfd\2\xff", yellow[] = "\xfd\xf8\2\xff",
                  red[] = "\xfd\0\0\xff", purple[] = "\xf8\0\xfd\xff", gray[] = "\x99\x99\x99\xff";

static struct skill_world world;
static char rows[PIXELS * ROW_BYTES];
static struct buf picture = BUF_INIT(1 << 20);

static void paint(int row, int column, const char color[4])
{
    memcpy(rows + row * ROW_BYTES + 1 + 4 * column, color, 4);
}

/* Starts the skill with the radar on, and an empty picture. */
static void start(void)
{
    skill_start(&world);
    world.w.settings.radar_url = world.w.upstream.base;
    world_restart(&world.w);
    world.skill.nws = world.w.nws;
    world.skill.shared = world.w.shared;
    memset(rows, 0, sizeof rows);
}

static void serve(void)
{
    buf_reset(&picture);
    png_made_put(&picture, (struct png_made){ PIXELS, PIXELS, 8, 6 },
                 (struct str){ rows, sizeof rows });
    fake_set_bytes(&world.w.upstream, PATH, 200, picture.p, picture.n);
}

static void stop(void)
{
    skill_stop(&world);
    buf_free(&picture);
}

static void says(const char *slots, const char *want)
{
    char all[200];

    (void)snprintf(all, sizeof all, "view=radar;location=boulder colorado%s", slots);
    skill_says(&world, "ShowIntent", all, want);
}

TEST(it_is_off_until_the_owner_switches_it_on)
{
    skill_start(&world);
    says("", "The radar picture isn't built in.");
    CHECK_INT(fake_asked(&world.w.upstream, NULL), 0);
    skill_stop(&world);
}

TEST(the_nearest_and_the_stronger_are_told)
{
    start();
    paint(13, 23, green);
    paint(23, 40, red);
    paint(5, 5, purple);
    serve();
    says("", "The radar shows light precipitation 41 miles north of Boulder, Colorado, and heavy "
             "precipitation 64 miles east.");
    says(";units=celsius", "light precipitation 66 kilometers north of Boulder");
    CHECK_INT(fake_asked(&world.w.upstream, PATH), 1);
    stop();
}

TEST(above_the_place_no_distance_is_told)
{
    start();
    paint(23, 24, yellow);
    serve();
    says("", "The radar shows moderate precipitation over Boulder, Colorado.<");
    stop();
}

TEST(an_empty_picture_is_told_as_one)
{
    start();
    paint(20, 20, gray); /* insects */
    paint(0, 0, red);    /* a corner */
    paint(9, 9, clear);
    serve();
    says("", "The radar shows no precipitation within 90 miles of Boulder, Colorado.");
    stop();
}

TEST(what_is_no_picture_is_a_failure)
{
    start();
    fake_set(&world.w.upstream, PATH, 500, "");
    says("", "I can't get the radar picture right now.");
    world.now += 60;
    fake_set(&world.w.upstream, PATH, 200, "<ServiceExceptionReport/>");
    says("", "I can't get the radar picture right now.");
    stop();
}

TEST(no_radar_covers_samoa)
{
    start();
    skill_serve_point(&world, "pago pago", "AS");
    skill_says(&world, "ShowIntent", "view=radar;location=pago pago american samoa",
               "I have no radar picture of Pago Pago.");
    stop();
}

TEST(a_screen_draws_it_without_loading_anything)
{
    struct buf out = BUF_INIT(1 << 20);
    struct str text;

    start();
    for (int row = 0; row < PIXELS; row++) /* the most that a picture can have */
        for (int column = row % 2; column < PIXELS; column += 2)
            paint(row, column, green);
    serve();
    world.interfaces = json_loads(SCREEN, 0, NULL);
    says("", "The radar shows");
    json_put(&out, json_at(world.answer, "response.directives"));
    text = buf_str(&out);
    CHECK(str_find(text, STR("\"token\":\"radar\"")) < text.n);
    CHECK(str_find(text, STR("pathData")) < text.n);
    CHECK(str_find(text, STR("http")) == text.n);
    CHECK(text.n < 74 * 1024);
    buf_free(&out);
    json_decref(world.interfaces);
    stop();
}

TESTS(it_is_off_until_the_owner_switches_it_on, the_nearest_and_the_stronger_are_told,
      above_the_place_no_distance_is_told, an_empty_picture_is_told_as_one,
      what_is_no_picture_is_a_failure, no_radar_covers_samoa,
      a_screen_draws_it_without_loading_anything)
