/* SPDX-License-Identifier: Apache-2.0 */
/* server/options.h -- the options both programs take: --config FILE, --set section.key=value,
 * --version, --help. */
#ifndef CLIMACAST_SERVER_OPTIONS_H
#define CLIMACAST_SERVER_OPTIONS_H

#include <stdbool.h>

#include "server/base/err.h"
#include "server/config.h"

enum { OPTIONS_SETS_MAX = 64, EXIT_USAGE = 2 };

struct options {
    struct config_sources sources;
    const char *sets[OPTIONS_SETS_MAX];
    bool version, help;
    int argc; /* what is left of the command line, the program's name first */
    char **argv;
};

/* Take our options out of argv (reordered in place), wherever they stand before "--"; what is left
 * is the program's own business. */
enum status options_parse(int argc, char **argv, struct options *ret_options, struct err *err);

#endif
