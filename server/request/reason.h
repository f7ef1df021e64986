/* SPDX-License-Identifier: Apache-2.0 */
/* server/request/reason.h -- what a reason word of struct err means to an HTTP client and to the
 * operator. The words and their meanings are the table server/request/reasons.def. Pure. */
#ifndef CLIMACAST_SERVER_REQUEST_REASON_H
#define CLIMACAST_SERVER_REQUEST_REASON_H

/* The HTTP status of a request rejected for this reason; 0 when the word is not in the table, or is
 * never a reason to reject a request. */
int reason_http_status(const char *word);

/* What the operator does about it, such as "free space on the disk of sqlite.path"; "" when there
 * is no advice, or the word is not in the table. */
const char *reason_fix(const char *word);

#endif
