/* SPDX-License-Identifier: Apache-2.0 */
/* server/tool/old_tables.h -- the four DynamoDB tables of older releases. */
#ifndef CLIMACAST_SERVER_TOOL_OLD_TABLES_H
#define CLIMACAST_SERVER_TOOL_OLD_TABLES_H

enum { OLD_TABLES = 4 };

struct old_table {
    const char *name; /* also the name of its cache in the data model of today */
    const char *key;  /* its partition key */
};
extern const struct old_table old_tables[OLD_TABLES]; /* the last one holds users' items */

#endif
