/* SPDX-License-Identifier: Apache-2.0 */
/* server/tool/health.c -- `climacast health`: is the daemon on this machine ready?
 *
 * For a container's health check and for monitoring by a shell script: one request to /readyz on
 * admin.listen, the answer on stdout, and an exit status. It opens no store and writes nothing. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "server/base/clock.h"
#include "server/base/http.h"
#include "server/base/visible.h"
#include "server/config/options.h"
#include "server/services/backend.h"
#include "server/tool/args.h"
#include "server/tool/tool.h"

enum { BODY_MAX = 4096, CALL_MS = 3000 };

static void print_lines(const struct buf *body)
{
    char text[BODY_MAX + 1], *rest = NULL;

    (void)snprintf(text, sizeof text, "%s", buf_z(body));
    for (char *line = strtok_r(text, "\n", &rest); line; line = strtok_r(NULL, "\n", &rest)) {
        visible_clean(line);
        puts(line);
    }
}

static int ask_readyz(struct tool *tool, struct http *http, const char *address)
{
    struct http_response response = { .status = 0 };
    struct err err = ERR_NONE;
    char url[320];
    int status = EXIT_REFUSED;

    (void)snprintf(url, sizeof url, "http://%s/readyz", address);
    struct http_request request = {
        .url = url, .max_bytes = BODY_MAX, .deadline = clock_mono_ms() + CALL_MS, .direct = true
    };
    if (http_call(http, &request, &response, &err) != ST_OK) {
        status = tool_fail_fix(tool, EXIT_REFUSED, &err, "start the daemon");
    } else {
        print_lines(&response.body);
        status = response.status == 200 ? EXIT_SUCCESS : EXIT_REFUSED;
    }
    http_response_done(&response);
    return status;
}

static int health_run(struct tool *tool)
{
    const char *address = config_list(tool->config, CONFIG_ADMIN_LISTEN)[0];
    struct http *http = NULL;
    struct args args;
    struct err err = ERR_NONE;

    if (args_parse(NULL, 0, tool->argc - 1, tool->argv + 1, &args, &err) != ST_OK)
        return tool_fail(tool, EXIT_USAGE, &err);
    if (args.count > 0) {
        err_set(&err, ST_INVALID, "expected no arguments (see --help)");
        return tool_fail(tool, EXIT_USAGE, &err);
    }
    if (!address) {
        err_set(&err, ST_INVALID, "admin.listen is empty, so the daemon cannot be asked");
        return tool_fail_fix(tool, EXIT_USAGE, &err, "set admin.listen to a loopback address");
    }
    if (backend_http(tool->config, &http, &err) != ST_OK)
        return tool_fail(tool, EXIT_REFUSED, &err);
    int status = ask_readyz(tool, http, address);
    http_free(http);
    return status;
}

const struct command command_health = {
    .name = "health",
    .summary = "ask the daemon on this machine if it is ready",
    .usage =
        "\n"
        "\n"
        "Asks the daemon for /readyz on admin.listen and prints its answer.  Changes nothing.\n"
        "\nExit status: 0 ready (also when degraded), 1 not ready or not running,\n"
        "2 usage or configuration error.\n",
    .run = health_run,
};
