/* SPDX-License-Identifier: Apache-2.0 */
/* server/tool/tool.c -- how a subcommand reports its failure. */
#include "server/tool/tool.h"

#include <stdio.h>

#include "server/base/visible.h"
#include "server/reason.h"

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
