/* SPDX-License-Identifier: Apache-2.0 */
/* server/tool/tool.c -- how a subcommand reports its failure. */
#include "server/tool/tool.h"

#include <stdio.h>

#include "server/reason.h"

int tool_fail_fix(const struct tool *tool, int status, const struct err *err, const char *fix)
{
    fprintf(stderr, "climacast %s: %s\n", tool->argv[0], err->text);
    if (*fix)
        fprintf(stderr, "  fix: %s%s\n",
                tool->defaults ? "pass --config FILE (defaults are in use); or " : "", fix);
    return status;
}

int tool_fail(const struct tool *tool, int status, const struct err *err)
{
    return tool_fail_fix(tool, status, err, reason_fix(err->reason));
}
