/* SPDX-License-Identifier: Apache-2.0 */
/* server/log/log_ids.c -- derives the key from the secret of alerts.client_secret_file. */
#include "server/log/log_ids.h"

#include "server/base/digest.h"
#include "server/base/secret.h"
#include "server/config/secret_file.h"

void log_ids_choose_key(const struct config *c)
{
    struct buf secret = BUF_INIT(SECRET_FILE_MAX);
    struct err ignored = ERR_NONE;
    uint8_t key[SHA256_BYTES];

    if (!config_bool(c, CONFIG_ALERTS_ENABLED))
        return;
    if (secret_file_read(config_text(c, CONFIG_ALERTS_CLIENT_SECRET_FILE), &secret, &ignored) ==
            ST_OK &&
        digest_hmac_sha256(buf_str(&secret), STR("climacast: users in the log"), key))
        digest_set_log_key(key);
    secret_wipe(key, sizeof key);
    if (secret.p)
        secret_wipe(secret.p, secret.n);
    buf_free(&secret);
}
