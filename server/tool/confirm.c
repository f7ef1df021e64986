/* SPDX-License-Identifier: Apache-2.0 */
/* server/tool/confirm.c -- asks on standard error, reads the answer from standard input. */
#include "server/tool/confirm.h"

#include <stdarg.h>
#include <stdio.h>
#include <unistd.h>

enum status confirm_check(bool yes, struct err *err)
{
    if (yes || (isatty(STDIN_FILENO) == 1 && isatty(STDERR_FILENO) == 1))
        return ST_OK;
    return err_set(err, ST_INVALID,
                   "this deletes or replaces data; there is no terminal to ask on, so pass --yes");
}

enum status confirm_ask(bool yes, struct err *err, const char *question, ...)
{
    char answer[16];
    va_list args;

    if (yes)
        return ST_OK;
    va_start(args, question);
    (void)vfprintf(stderr, question, args);
    va_end(args);
    (void)fputs(" [y/N] ", stderr);
    if (fgets(answer, sizeof answer, stdin) && (answer[0] == 'y' || answer[0] == 'Y'))
        return ST_OK;
    return err_set(err, ST_DENIED, "nothing was changed");
}
