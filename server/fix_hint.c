/* SPDX-License-Identifier: Apache-2.0 */
/* server/fix_hint.c -- see the header.
 *
 * The finder of a fault knows what it saw, but not what program it is in and who reads it: so the
 * advice stands here, once for the daemon that does not start, the tool, and `climacast doctor`. */
#include "server/fix_hint.h"

#include <stddef.h>
#include <string.h>

static const struct {
    const char *reason, *remedy;
} remedies[] = {
    { "configuration_unreadable", "run this as root, or as somebody who may read that file" },
    /* the SQLite file */
    { "file_missing", "none: the daemon makes it at its first start (or correct sqlite.path; a "
                      "relative path begins where you stand)" },
    { "folder_missing", "make the folder of sqlite.path, owned by the daemon's user" },
    { "read_only", "run this as the daemon's user or as root, or give the file and its folder to "
                   "the daemon's user (chown)" },
    { "not_a_database", "set sqlite.path to another file, or restore a backup there" },
    { "foreign_database", "set sqlite.path to a file of our own" },
    { "newer_schema", "use the version that made it, or a newer one" },
    { "corrupt", "stop the daemon, move the file and its -wal and -shm away, and climacast restore "
                 "the last backup" },
    { "io", "look at the disk of sqlite.path (dmesg)" },
    { "disk_full", "make room on the disk of sqlite.path" },
    { "busy", "look for another program that keeps sqlite.path locked" },
    /* DynamoDB */
    { "no_credentials", "set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY (for the service in "
                        "/etc/climacast/environment), or write ~/.aws/credentials" },
    { "credentials_expired", "renew the credentials" },
    { "credentials_refused", "check the access key: AWS does not know it" },
    { "signature_refused", "check the secret key: it does not belong to the access key" },
    { "access_denied", "attach the policy that `climacast table policy` prints (--operator for the "
                       "tool) to the user or role" },
    { "wrong_region", "set dynamodb.region to the region of the table" },
    { "clock_skew", "set the clock: timedatectl set-ntp true" },
    { "unreachable", "check dynamodb.endpoint, the name servers and the firewall" },
    { "throttled", "give the table more capacity, or switch it to on demand" },
    { "table_missing", "climacast table create; or correct persistence.table or dynamodb.region" },
    { "table_key", "set persistence.table to another name, and climacast table create" },
    { "table_not_active", "wait until it is ACTIVE (climacast table wait), and run this again" },
    { "setting", "correct persistence.table, dynamodb.region or dynamodb.endpoint" },
    /* our certificate */
    { "unreadable", "let the daemon's user read it (the unit's LoadCredential does)" },
    { "our_certificate_expired", "renew it (certbot renew), and see why that has not been done" },
    /* a backup */
    { "backup_damaged", "take another backup" },
};

const char *fix_hint_for(const struct err *err)
{
    for (size_t i = 0; i < sizeof remedies / sizeof remedies[0]; i++)
        if (strcmp(err->reason, remedies[i].reason) == 0)
            return remedies[i].remedy;
    return "";
}
