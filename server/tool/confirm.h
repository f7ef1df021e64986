/* SPDX-License-Identifier: Apache-2.0 */
/* server/tool/confirm.h -- asks before data is deleted or replaced.
 *
 * On a terminal the question is asked. A script must pass --yes. */
#ifndef CLIMACAST_SERVER_TOOL_CONFIRM_H
#define CLIMACAST_SERVER_TOOL_CONFIRM_H

#include <stdbool.h>

#include "server/base/err.h"

#define CONFIRM_OPTION(yes)   \
    {                         \
        "--yes", NULL, &(yes) \
    }

/* For the beginning, before anything is done. ST_INVALID: there is no terminal to ask on, and
 * --yes was not passed. */
enum status confirm_check(bool yes, struct err *err);
/* Ask, unless `yes`; the question is formatted as by printf(). ST_DENIED: the answer was not
 * yes. */
enum status confirm_ask(bool yes, struct err *err, const char *question, ...)
    __attribute__((format(printf, 3, 4)));

#endif
