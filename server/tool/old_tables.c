/* SPDX-License-Identifier: Apache-2.0 */
/* server/tool/old_tables.c -- the four DynamoDB tables of older releases. */
#include "server/tool/old_tables.h"

const struct old_table old_tables[OLD_TABLES] = {
    { "LocationCache", "location" },
    { "StationCache", "id" },
    { "ZoneCache", "id" },
    { "UserCache", "userid" },
};
