/* SPDX-License-Identifier: Apache-2.0 */
/* server/base/json_same.h -- do two trees say the same, whichever backend they went through?
 * Pure. */
#ifndef CLIMACAST_SERVER_BASE_JSON_SAME_H
#define CLIMACAST_SERVER_BASE_JSON_SAME_H

#include <jansson.h>
#include <stdbool.h>

/* As json_equal(), but numbers count by value: DynamoDB keeps 100.0 as 100. */
bool json_same(json_t *a, json_t *b);

#endif
