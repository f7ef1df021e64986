/* SPDX-License-Identifier: Apache-2.0 */
/* server/tool/tool.c -- how a subcommand prints JSON and reports its failure. */
#include "server/tool/tool.h"

#include <stdio.h>
#include <stdlib.h>

#include "server/base/visible.h"
#include "server/request/reason.h"

int tool_fail_fix(const struct tool *tool, int status, const struct err *err, const char *fix)
{
    struct err shown = *err;

    visible_clean(shown.text); /* it may quote what was typed or received */
    fprintf(stderr, "climacast %s: %s\n", tool->argv[0], shown.text);
    if (*fix)
        fprintf(stderr, "  fix: %s%s\n",
                tool->defaults ? "pass --config FILE (defaults are in use); or " : "", fix);
    return status;
}

int tool_fail(const struct tool *tool, int status, const struct err *err)
{
    return tool_fail_fix(tool, status, err, reason_fix(err->reason));
}

int tool_print_json(json_t *tree)
{
    if (!tree)
        return EXIT_REFUSED;
    (void)json_dumpf(tree, stdout, JSON_INDENT(2));
    putchar('\n');
    json_decref(tree);
    return EXIT_SUCCESS;
}
