/* SPDX-License-Identifier: Apache-2.0 */
/* tests/unit/server/base/object.c -- reference-counted objects. */
#include "server/base/object.h"

#include "tests/test.h"

static int freed;

static void count_freed(void *data)
{
    CHECK_STR(data, "text");
    freed++;
}

TEST(the_last_release_frees_the_data)
{
    char text[] = "text";
    struct object *o = object_create(text, sizeof text, count_freed);

    freed = 0;
    CHECK(object_retain(o) == o);
    object_release(o);
    CHECK_INT(freed, 0);
    CHECK_STR(o->data, "text");
    object_release(o);
    CHECK_INT(freed, 1);
}

TEST(releasing_null_or_data_without_a_free_function_is_allowed)
{
    char text[] = "text";

    object_release(NULL);
    object_release(object_create(text, sizeof text, NULL));
}

TEST(what_was_made_from_the_data_lives_as_long)
{
    char text[] = "text";
    struct object *o = object_create(text, 4, NULL);
    struct object *first = object_create(text, 4, count_freed);
    struct object *second = object_create(text, 4, count_freed);

    freed = 0;
    CHECK(!object_made(o));
    CHECK(object_keep_made(o, first) == first);
    CHECK(object_keep_made(o, second) == first); /* another thread was faster */
    CHECK_INT(freed, 1);
    CHECK(object_made(o) == first);
    object_release(o);
    CHECK_INT(freed, 2);
}

TESTS(the_last_release_frees_the_data, releasing_null_or_data_without_a_free_function_is_allowed,
      what_was_made_from_the_data_lives_as_long)
