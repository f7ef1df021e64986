/* SPDX-License-Identifier: Apache-2.0 */
/* certs/renewal.h -- when a certificate should have been renewed by now.  Pure.
 *
 * Renewal tools renew when a third of the lifetime is left (certbot, of certificates that live 90
 * days) or earlier (of those that live six days), so less than that means that renewal fails. Of
 * certificates that live longer than 90 days, less than 30 days: many are renewed by hand. */
#ifndef CLIMACAST_CERTS_RENEWAL_H
#define CLIMACAST_CERTS_RENEWAL_H

#include <stdbool.h>
#include <stdint.h>

enum { RENEWAL_TEXT_BYTES = 48 };

/* Should the owner be warned? Also when it has expired. */
bool renewal_is_overdue(int64_t not_before, int64_t not_after, int64_t now);
/* "60 days", "5 days 3 hours", "29 hours", "1 hour"; "0 hours" when negative. */
void renewal_format_left(int64_t left_s, char out[RENEWAL_TEXT_BYTES]);

#endif
