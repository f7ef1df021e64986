/* SPDX-License-Identifier: Apache-2.0 */
/* server/tool/request_names.h -- the intents, slots and request types that the skill knows, for
 * refusing mistyped ones and for the shell's completion. */
#ifndef CLIMACAST_SERVER_TOOL_REQUEST_NAMES_H
#define CLIMACAST_SERVER_TOOL_REQUEST_NAMES_H

#include "server/base/err.h"
#include "server/tool/args.h"

/* Check "INTENT slot=value ...". ST_INVALID: the skill has no such intent, or the intent no such
 * slot; err names the nearest one. Alexa has more request types than the skill answers, so an
 * unknown type is refused only if it resembles one that is known. Its members are not checked. */
enum status request_names_check(const struct args *args, struct err *err);

/* Print the intents and request types, one per line. */
void request_names_print(void);
/* Print the slots of an intent, one per line. ST_INVALID: there is no such intent. */
enum status request_names_print_slots(const char *intent, struct err *err);

#endif
