/* SPDX-License-Identifier: Apache-2.0 */
/* tests/unit/server/api/open_connections.c -- who makes room when there are too many. */
#include "server/api/open_connections.h"

#include <sys/socket.h>
#include <unistd.h>

#include "tests/test.h"

enum { MOST = 3, CALLERS = 6 };

struct caller {
    int ours, theirs;
    struct open_connection *open;
};

static void connect_caller(struct open_connections *all, struct caller *c)
{
    int pair[2];

    CHECK_INT(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair), 0);
    *c = (struct caller){ pair[0], pair[1], open_connections_add(all, pair[0]) };
    CHECK(c->open);
}

static void disconnect(struct open_connections *all, struct caller *c)
{
    open_connections_remove(all, c->open);
    close(c->ours);
    close(c->theirs);
}

static bool is_shut(const struct caller *c)
{
    char byte;

    return recv(c->theirs, &byte, 1, MSG_DONTWAIT) == 0;
}

TEST(the_one_that_has_rested_longest_makes_room)
{
    struct open_connections *all = open_connections_create(MOST);
    struct caller callers[CALLERS];

    for (int i = 0; i < MOST; i++)
        connect_caller(all, &callers[i]);
    open_connections_begin(callers[0].open); /* is answered, and so the last one to go */
    open_connections_end(all, callers[0].open);
    connect_caller(all, &callers[3]);
    CHECK(!is_shut(&callers[0]) && is_shut(&callers[1]) && !is_shut(&callers[2]));
    connect_caller(all, &callers[4]);
    CHECK(!is_shut(&callers[0]) && is_shut(&callers[2]));
    for (int i = 0; i < 5; i++)
        disconnect(all, &callers[i]);
    open_connections_free(all);
}

TEST(a_request_that_is_being_answered_is_left_alone)
{
    struct open_connections *all = open_connections_create(MOST);
    struct caller callers[CALLERS];

    for (int i = 0; i < MOST; i++) {
        connect_caller(all, &callers[i]);
        open_connections_begin(callers[i].open);
    }
    connect_caller(all, &callers[3]);
    for (int i = 0; i < 4; i++)
        CHECK_ROW((size_t)i, !is_shut(&callers[i]));
    connect_caller(all, &callers[4]);
    CHECK(is_shut(&callers[3]) && !is_shut(&callers[0]));
    for (int i = 0; i < 5; i++)
        disconnect(all, &callers[i]);
    open_connections_free(all);
}

TEST(those_that_have_gone_make_room_by_themselves)
{
    struct open_connections *all = open_connections_create(MOST);
    struct caller callers[CALLERS];

    for (int i = 0; i < MOST; i++)
        connect_caller(all, &callers[i]);
    disconnect(all, &callers[1]);
    connect_caller(all, &callers[3]);
    CHECK(!is_shut(&callers[0]) && !is_shut(&callers[2]));
    disconnect(all, &callers[0]);
    disconnect(all, &callers[2]);
    disconnect(all, &callers[3]);
    open_connections_remove(all, NULL);
    open_connections_begin(NULL);
    open_connections_end(all, NULL);
    open_connections_free(all);
    open_connections_free(NULL);
}

TESTS(the_one_that_has_rested_longest_makes_room, a_request_that_is_being_answered_is_left_alone,
      those_that_have_gone_make_room_by_themselves)
