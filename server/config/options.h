/* SPDX-License-Identifier: Apache-2.0 */
/* server/config/options.h -- the command-line options of both programs: --config FILE, --set
 * section.key=value, --version, --help. For the main thread, before others start. */
#ifndef CLIMACAST_SERVER_CONFIG_OPTIONS_H
#define CLIMACAST_SERVER_CONFIG_OPTIONS_H

#include <stdbool.h>

#include "server/base/err.h"
#include "server/base/nearest.h"
#include "server/config/config.h"

enum { OPTIONS_SETS_MAX = 64, EXIT_USAGE = 2 };

struct options {
    struct config_sources sources;
    const char *sets[OPTIONS_SETS_MAX];
    bool version, help;
    int argc; /* the remaining command line, program name first */
    char **argv;
};

/* Take these options out of argv, wherever they are before "--". The rest stays in argv, moved to
 * its front, for the caller to parse. ST_INVALID: an option has no value, or there are too many. */
enum status options_parse(int argc, char **argv, struct options *ret_options, struct err *err);
/* Consider the names of these options. */
void options_offer_names(struct nearest *n);

#endif
