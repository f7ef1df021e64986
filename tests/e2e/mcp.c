/* SPDX-License-Identifier: Apache-2.0 */
/* tests/e2e/mcp.c -- the MCP server over real sockets: its messages, tools and failures. */
#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include "server/api/api_listener.h"
#include "server/base/json.h"
#include "tests/e2e/harness.h"
#include "tests/e2e/harness/raw_client.h"
#include "tests/test.h"

enum {
    TEXT_MAX = 4000,
    SESSIONS = 1000,
    SESSIONS_MORE = 300,
    GROWTH_MAX_KB = 48 * 1024,
    ANSWER_MS = 10000,
};

static struct world mcp_world;

static int start(void **state)
{
    (void)state;
    mcp_world.sets[0] = "api.listen=127.0.0.1:0";
    mcp_world.sets[1] = "api.open=yes";
    mcp_world.sets[2] = "api.rate_per_minute=0";
    world_start(&mcp_world);
    return 0;
}

static int stop(void **state)
{
    (void)state;
    world_stop(&mcp_world);
    return 0;
}

static struct client_response post(const char *message, const char *header)
{
    const char *const headers[] = { "Content-Type: application/json", header, NULL };

    return client_api_send(&mcp_world, "POST", "/mcp", headers, message);
}

static struct client_response call_tool(const char *name, const char *arguments)
{
    char message[TEXT_MAX];

    snprintf(message, sizeof message,
             "{\"jsonrpc\":\"2.0\",\"id\":7,\"method\":\"tools/call\","
             "\"params\":{\"name\":\"%s\",\"arguments\":%s}}",
             name, arguments);
    return post(message, NULL);
}

TEST(a_client_is_answered_with_its_version_or_the_newest)
{
    static const char *const versions[][2] = { { "2025-03-26", "2025-03-26" },
                                               { "2025-06-18", "2025-06-18" },
                                               { "2025-11-25", "2025-11-25" },
                                               { "1999-01-01", "2025-11-25" } };

    for (size_t i = 0; i < sizeof versions / sizeof versions[0]; i++) {
        char message[TEXT_MAX];
        snprintf(message, sizeof message,
                 "{\"jsonrpc\":\"2.0\",\"id\":\"a\",\"method\":\"initialize\",\"params\":"
                 "{\"protocolVersion\":\"%s\",\"capabilities\":{},"
                 "\"clientInfo\":{\"name\":\"test\",\"version\":\"1\"}}}",
                 versions[i][0]);
        struct client_response a = post(message, NULL);
        CHECK_INT(a.status, 200);
        CHECK_SLICE(json_str(a.json, "id"), "a");
        CHECK_SLICE(json_str(a.json, "result.protocolVersion"), versions[i][1]);
        CHECK_SLICE(json_str(a.json, "result.serverInfo.name"), "climacast");
        CHECK(!strstr(a.headers, "Mcp-Session-Id"));
        client_response_done(&a);
    }
}

TEST(notifications_and_responses_are_accepted_without_an_answer)
{
    static const char *const messages[] = {
        "{\"jsonrpc\":\"2.0\",\"method\":\"notifications/initialized\"}",
        "{\"jsonrpc\":\"2.0\",\"method\":\"notifications/cancelled\",\"params\":{}}",
        "{\"jsonrpc\":\"2.0\",\"id\":1,\"result\":{}}",
    };

    for (size_t i = 0; i < sizeof messages / sizeof messages[0]; i++) {
        struct client_response a = post(messages[i], NULL);
        CHECK_INT(a.status, 202);
        CHECK_STR(a.body, "");
        client_response_done(&a);
    }
}

TEST(messages_that_are_none_are_refused)
{
    static const struct {
        const char *message;
        int status, code;
        const char *id; /* as JSON */
    } cases[] = {
        { "{", 400, -32700, "\"id\":null" },
        { "", 400, -32700, "\"id\":null" },
        { "\xff", 400, -32700, "\"id\":null" },
        { "[]", 400, -32600, "\"id\":null" },
        { "7", 400, -32600, "\"id\":null" },
        { "{}", 400, -32600, "\"id\":null" },
        { "[{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"ping\"}]", 400, -32600, "\"id\":null" },
        { "{\"jsonrpc\":\"2.0\",\"id\":null,\"method\":\"ping\"}", 400, -32600, "\"id\":null" },
        { "{\"jsonrpc\":\"2.0\",\"id\":[1],\"method\":\"ping\"}", 400, -32600, "\"id\":null" },
        { "{\"jsonrpc\":\"1.0\",\"id\":1,\"method\":\"ping\"}", 400, -32600, "\"id\":1" },
        { "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":7}", 400, -32600, "\"id\":1" },
        { "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"prompts/list\"}", 200, -32601, "\"id\":1" },
        { "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"tools/call\"}", 200, -32602, "\"id\":1" },
        { "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"tools/call\",\"params\":[]}", 200, -32602,
          "\"id\":1" },
        { "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"initialize\",\"params\":{}}", 200, -32602,
          "\"id\":1" },
    };

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct client_response a = post(cases[i].message, NULL);
        int64_t code = 0;
        if (a.status != cases[i].status || !json_int(a.json, "error.code", &code) ||
            code != cases[i].code || !strstr(a.body, cases[i].id))
            fail_msg("row %zu: HTTP %d, %s", i, a.status, a.body);
        client_response_done(&a);
    }
}

TEST(ids_are_returned_as_they_were_sent)
{
    static const char *const ids[] = { "0", "-7", "123456789012345678901234567890", "\"\"",
                                       "\"a\\\"b\"" };

    for (size_t i = 0; i < sizeof ids / sizeof ids[0]; i++) {
        char message[TEXT_MAX], want[TEXT_MAX];
        snprintf(message, sizeof message, "{\"jsonrpc\":\"2.0\",\"id\":%s,\"method\":\"ping\"}",
                 ids[i]);
        snprintf(want, sizeof want, "{\"jsonrpc\":\"2.0\",\"id\":%s,\"result\":{}}", ids[i]);
        struct client_response a = post(message, NULL);
        CHECK_INT(a.status, 200);
        CHECK_STR(a.body, want);
        client_response_done(&a);
    }
}

TEST(the_tools_have_schemas)
{
    static const char *const names[] = { "current", "forecast", "hours",  "timing",
                                         "alerts",  "sun_moon", "compare" };
    struct client_response a =
        post("{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"tools/list\"}", NULL);
    const json_t *tools = json_at(a.json, "result.tools");

    CHECK_INT(json_array_size(tools), 7);
    for (size_t i = 0; i < 7; i++) {
        const json_t *tool = json_array_get(tools, i);
        CHECK_SLICE(json_str(tool, "name"), names[i]);
        CHECK_SLICE(json_str(tool, "inputSchema.type"), "object");
        CHECK(!json_bool(tool, "inputSchema.additionalProperties", true));
        CHECK_SLICE(json_str(tool, "inputSchema.required.0"), "place");
        CHECK_SLICE(json_str(tool, "outputSchema.type"), "object");
        CHECK(json_bool(tool, "annotations.readOnlyHint", false));
    }
    client_response_done(&a);
}

TEST(a_tool_answers_as_the_json_api_does)
{
    static const struct {
        const char *tool, *arguments, *path;
    } cases[] = {
        { "current", "{\"place\":\"Boulder, CO\"}", "/v1/now?place=Boulder,%20CO" },
        { "forecast", "{\"place\":\"Boulder, CO\"}", "/v1/days?place=Boulder,%20CO" },
        { "forecast", "{\"place\":\"Boulder, CO\",\"when\":\"tomorrow night\"}",
          "/v1/say?q=what%27s%20the%20forecast%20for%20tomorrow%20night&place=Boulder,%20CO" },
        { "hours", "{\"place\":\"Boulder, CO\",\"hours\":3.0,\"units\":\"metric\"}",
          "/v1/hours?place=Boulder,%20CO&hours=3&units=metric" },
        { "timing", "{\"place\":\"Boulder, CO\",\"event\":\"rain\"}",
          "/v1/say?q=when%20will%20it%20rain%20in%20boulder%20colorado" },
        { "timing", "{\"place\":\"Boulder, CO\"}",
          "/v1/say?q=when%20is%20the%20next%20precipitation&place=Boulder,%20CO" },
        { "timing", "{\"place\":\"Boulder, CO\",\"when\":\"tomorrow\"}",
          "/v1/say?q=when%20will%20the%20precipitation%20start%20tomorrow&place=Boulder,%20CO" },
        { "alerts", "{\"place\":\"Boulder, CO\"}", "/v1/alerts?place=Boulder,%20CO" },
        { "sun_moon", "{\"place\":\"Boulder, CO\",\"date\":\"2026-07-04\"}",
          "/v1/sun?place=Boulder,%20CO&date=2026-07-04" },
        { "compare", "{\"place\":\"Boulder, CO\",\"other_place\":\"Denver, CO\"}",
          "/v1/say?q=is%20it%20warmer%20in%20boulder%20colorado%20than%20in%20denver%20colorado" },
    };

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct client_response a = call_tool(cases[i].tool, cases[i].arguments);
        struct client_response b = client_api_send(&mcp_world, "GET", cases[i].path, NULL, NULL);
        if (b.status != 200 || json_bool(a.json, "result.isError", true) ||
            !json_equal(json_at(a.json, "result.structuredContent"), b.json) ||
            !str_eq(json_str(a.json, "result.content.0.text"), json_str(b.json, "speech")))
            fail_msg("row %zu: %s\n%s", i, a.body, b.body);
        client_response_done(&b);
        client_response_done(&a);
    }
}

TEST(hours_are_told_from_one_time_to_another)
{
    struct client_response a =
        call_tool("hours", "{\"place\":\"80301\",\"from\":\"2026-06-17T14:00\","
                           "\"to\":\"2026-06-17T18:00\"}");

    CHECK(!json_bool(a.json, "result.isError", true));
    CHECK(str_starts(json_str(a.json, "result.content.0.text"),
                     STR("From 2 P.M. to 6 P.M. today in Boulder, Colorado: ")));
    CHECK_INT(json_array_size(json_at(a.json, "result.structuredContent.values.hours")), 4);
    CHECK_SLICE(json_str(a.json, "result.structuredContent.values.hours.0.time"),
                "2026-06-17T14:00:00-06:00");
    client_response_done(&a);
}

TEST(a_time_that_is_none_is_not_taken_for_a_place)
{
    static const char *const cases[][3] = {
        { "forecast", "{\"place\":\"Boulder, CO\",\"when\":\"purple\"}", "purple" },
        { "forecast", "{\"place\":\"Boulder, CO\",\"when\":\"2026-06-19\"}", "2026-06-19" },
        { "forecast", "{\"place\":\"Boulder, CO\",\"when\":\"tomorrow in denver colorado\"}",
          "denver" },
        { "timing", "{\"place\":\"Boulder, CO\",\"event\":\"rain in denver colorado\"}", "denver" },
        { "hours", "{\"place\":\"Boulder, CO\",\"from\":\"2027-06-19T10:00\"}", "that time" },
        { "hours",
          "{\"place\":\"Boulder, CO\",\"from\":\"2026-06-10T10:00\",\"to\":\"2026-06-10T12:00\"}",
          "not past weather." },
    };

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct client_response a = call_tool(cases[i][0], cases[i][1]);
        struct str text = json_str(a.json, "result.content.0.text");
        if (!json_bool(a.json, "result.isError", false) ||
            str_find(text, str_of(cases[i][2])) == text.n || str_ends(text, STR("?")))
            fail_msg("row %zu: %s", i, a.body);
        client_response_done(&a);
    }
}

TEST(wrong_arguments_are_named)
{
    static const char *const cases[][3] = {
        { "current", "{}", "place" },
        { "current", "{\"place\":7}", "place" },
        { "current", "{\"place\":\"  \"}", "place" },
        { "current", "{\"place\":\"Boulder, CO\",\"colour\":1}", "colour" },
        { "current", "{\"place\":\"Boulder, CO\",\"when\":\"now\"}", "when" },
        { "current", "{\"place\":\"Boulder, CO\",\"units\":\"kelvin\"}", "units" },
        { "hours", "{\"place\":\"Boulder, CO\",\"hours\":\"3\"}", "hours" },
        { "hours", "{\"place\":\"Boulder, CO\",\"hours\":999}", "hours" },
        { "hours", "{\"place\":\"Boulder, CO\",\"hours\":3.5}", "hours" },
        { "hours", "{\"place\":\"Boulder, CO\",\"from\":\"noon\"}", "from" },
        { "hours", "{\"place\":\"Boulder, CO\",\"to\":\"2026-06-31T14:00\"}", "to" },
        { "hours", "{\"place\":\"Boulder, CO\",\"from\":\"2026-06-17T14:00\",\"hours\":3}",
          "hours" },
        { "sun_moon", "{\"place\":\"Boulder, CO\",\"date\":\"tomorrow\"}", "date" },
        { "compare", "{\"place\":\"Boulder, CO\"}", "other_place" },
        { "discussion", "{\"place\":\"Boulder, CO\"}", "discussion" },
        { "current", "7", "arguments" },
    };

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct client_response a = call_tool(cases[i][0], cases[i][1]);
        int64_t code;
        if (a.status != 200 || !json_int(a.json, "error.code", &code) || code != -32602 ||
            !strstr(a.body, cases[i][2]))
            fail_msg("row %zu: HTTP %d, %s", i, a.status, a.body);
        client_response_done(&a);
    }
}

TEST(what_cannot_be_told_is_an_error_of_the_tool)
{
    struct client_response a = call_tool("current", "{\"place\":\"Qwertyville, CO\"}");

    CHECK_INT(a.status, 200);
    CHECK(json_bool(a.json, "result.isError", false));
    CHECK(json_str(a.json, "result.content.0.text").n > 0);
    CHECK(!json_at(a.json, "result.structuredContent"));
    client_response_done(&a);
    sim_add_fault(&mcp_world, "{\"match\":\"/alerts\",\"kind\":\"status\",\"status\":500}");
    a = call_tool("alerts", "{\"place\":\"Ely, NV\"}");
    CHECK(json_bool(a.json, "result.isError", false));
    client_response_done(&a);
    sim_clear_faults(&mcp_world);
}

TEST(only_posts_are_accepted)
{
    static const char *const methods[] = { "GET", "DELETE", "PUT" };

    for (size_t i = 0; i < sizeof methods / sizeof methods[0]; i++) {
        struct client_response a =
            client_api_send(&mcp_world, methods[i], "/mcp", NULL, i == 2 ? "{}" : NULL);
        CHECK_INT(a.status, 405);
        CHECK(strstr(a.headers, "Allow: POST\r\n"));
        client_response_done(&a);
    }
}

TEST(headers_are_checked)
{
    static const struct {
        const char *header;
        int status;
    } cases[] = {
        { "MCP-Protocol-Version: 2025-06-18", 200 }, { "MCP-Protocol-Version: 2024-11-05", 400 },
        { "Origin: https://evil.example.com", 403 }, { "Origin: http://localhost:6274", 200 },
        { "Host: evil.example.com", 403 },           { "Accept:", 200 },
    };

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct client_response a =
            post("{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"ping\"}", cases[i].header);
        CHECK_ROW(i, a.status == cases[i].status);
        client_response_done(&a);
    }
}

TEST(a_body_of_ten_megabytes_is_refused)
{
    size_t n = 10 * 1024 * 1024;
    char *body = malloc(n + 1);

    CHECK(body);
    memset(body, ' ', n);
    body[n] = '\0';
    for (int i = 0; i < 2; i++) { /* with and without asking first */
        struct client_response a = post(body, i == 0 ? "Expect:" : NULL);
        CHECK_INT(a.status, 413);
        client_response_done(&a);
    }
    free(body);
}

/* ---- sessions that stay open ---- */

static int open_session(void)
{
    static const char message[] =
        "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"initialize\",\"params\":"
        "{\"protocolVersion\":\"2025-11-25\",\"capabilities\":{},"
        "\"clientInfo\":{\"name\":\"test\",\"version\":\"1\"}}}";
    struct pollfd ready = { .fd = raw_client_connect(mcp_world.api_port, NULL), .events = POLLOUT };
    char request[TEXT_MAX];
    int n = snprintf(request, sizeof request,
                     "POST /mcp HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
                     "Content-Length: %zu\r\n\r\n%s",
                     strlen(message), message);

    CHECK(ready.fd >= 0);
    CHECK_INT(poll(&ready, 1, ANSWER_MS), 1);
    CHECK_INT(send(ready.fd, request, (size_t)n, MSG_NOSIGNAL), n);
    return ready.fd;
}

static bool is_answered(int fd)
{
    static const char ok[] = "HTTP/1.1 200";
    struct pollfd ready = { .fd = fd, .events = POLLIN };
    char text[TEXT_MAX];

    return poll(&ready, 1, ANSWER_MS) == 1 && recv(fd, text, sizeof text, 0) > (ssize_t)sizeof ok &&
           memcmp(text, ok, sizeof ok - 1) == 0;
}

static void open_sessions(int fds[], size_t n)
{
    for (size_t i = 0; i < n; i++)
        fds[i] = open_session();
    for (size_t i = 0; i < n; i++)
        CHECK_ROW(i, is_answered(fds[i]));
}

static size_t count_open(const int fds[], size_t n)
{
    size_t count = 0;
    char byte;

    for (size_t i = 0; i < n; i++)
        count += recv(fds[i], &byte, 1, MSG_DONTWAIT) < 0 && errno == EAGAIN;
    return count;
}

static void expect_pong(void)
{
    struct client_response a = post("{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"ping\"}", NULL);

    CHECK_INT(a.status, 200);
    client_response_done(&a);
}

TEST(a_thousand_sessions_are_open_at_once_and_more_displace_the_oldest)
{
    const struct rlimit descriptors = { 2 * SESSIONS, 2 * SESSIONS };
    int first[SESSIONS], more[SESSIONS_MORE];
    long before = world_resident_kb(&mcp_world);

    CHECK_INT(setrlimit(RLIMIT_NOFILE, &descriptors), 0);
    open_sessions(first, SESSIONS);
    expect_pong();
    CHECK_INT(count_open(first, SESSIONS), SESSIONS);
    open_sessions(more, SESSIONS_MORE);
    expect_pong();
    CHECK_INT(count_open(more, SESSIONS_MORE), SESSIONS_MORE);
    CHECK(count_open(first, SESSIONS) + SESSIONS_MORE <= API_CONNECTIONS_MAX);
    if (!world_is_sanitized())
        CHECK(world_resident_kb(&mcp_world) - before < GROWTH_MAX_KB);
    for (size_t i = 0; i < SESSIONS; i++)
        close(first[i]);
    for (size_t i = 0; i < SESSIONS_MORE; i++)
        close(more[i]);
}

TESTS_WITH(start, stop, a_client_is_answered_with_its_version_or_the_newest,
           notifications_and_responses_are_accepted_without_an_answer,
           messages_that_are_none_are_refused, ids_are_returned_as_they_were_sent,
           the_tools_have_schemas, a_tool_answers_as_the_json_api_does,
           hours_are_told_from_one_time_to_another, a_time_that_is_none_is_not_taken_for_a_place,
           wrong_arguments_are_named, what_cannot_be_told_is_an_error_of_the_tool,
           only_posts_are_accepted, headers_are_checked, a_body_of_ten_megabytes_is_refused,
           a_thousand_sessions_are_open_at_once_and_more_displace_the_oldest)
