/* SPDX-License-Identifier: Apache-2.0 */
/* cache/dynamo/error.c -- DynamoDB's errors in words that say what to do.
 *
 * An error is named by what stands behind the '#' of "__type"; some names need a look at the
 * message, which DynamoDB spells "message" or "Message". */
#include "cache/dynamo/error.h"

#include <string.h>

#include "server/base/digest.h"
#include "server/base/json.h"

/* A row: the error, words its message must hold (NULL: any), what it means, and how to say it, with
 * %t for the table, %r for the region, %e for the endpoint, %m for the message. */
static const struct row {
    const char *name, *holds;
    enum dynamo_error_class verdict;
    enum status status;
    const char *reason, *text;
} rows[] = {
    { "ConditionalCheckFailedException", NULL, DYNAMO_ERROR_CONFLICT, ST_CONFLICT, "", "" },
    { "ResourceInUseException", NULL, DYNAMO_ERROR_CONFLICT, ST_CONFLICT, "", "" },
    { "ValidationException", "document path", DYNAMO_ERROR_CONFLICT, ST_CONFLICT, "", "" },
    { "ValidationException", "has exceeded the maximum allowed size", DYNAMO_ERROR_FATAL,
      ST_TOO_LARGE, "item_too_large", "table %t: the item is larger than DynamoDB takes (400 KB)" },
    { "ValidationException", NULL, DYNAMO_ERROR_FATAL, ST_INVALID, "request_refused",
      "table %t refuses the request: %m" },
    { "ResourceNotFoundException", NULL, DYNAMO_ERROR_FATAL, ST_NOT_FOUND, "table_missing",
      "no table %t in region %r: create it (climacast table create), or check persistence.table "
      "and dynamodb.region" },
    { "AccessDeniedException", NULL, DYNAMO_ERROR_FATAL, ST_DENIED, "access_denied",
      "access to table %t in %r is denied: %m" },
    { "InvalidSignatureException", "ignature expired", DYNAMO_ERROR_CLOCK_SKEW, ST_DENIED,
      "clock_skew", "the clock of this machine is wrong by more than AWS allows: %m" },
    { "InvalidSignatureException", "ignature not yet current", DYNAMO_ERROR_CLOCK_SKEW, ST_DENIED,
      "clock_skew", "the clock of this machine is wrong by more than AWS allows: %m" },
    { "RequestExpired", NULL, DYNAMO_ERROR_CLOCK_SKEW, ST_DENIED, "clock_skew",
      "the clock of this machine is wrong by more than AWS allows: %m" },
    { "InvalidSignatureException", "scoped to", DYNAMO_ERROR_FATAL, ST_DENIED, "wrong_region",
      "%e is not in region %r (dynamodb.region, dynamodb.endpoint): %m" },
    { "InvalidSignatureException", NULL, DYNAMO_ERROR_BAD_CREDENTIALS, ST_DENIED,
      "signature_refused",
      "AWS refuses the signature: the secret access key is not the one of this key id" },
    { "IncompleteSignatureException", NULL, DYNAMO_ERROR_FATAL, ST_DENIED, "signature_refused",
      "AWS refuses the signature: %m" },
    { "ExpiredTokenException", NULL, DYNAMO_ERROR_BAD_CREDENTIALS, ST_DENIED, "credentials_expired",
      "the AWS credentials have expired" },
    { "ExpiredToken", NULL, DYNAMO_ERROR_BAD_CREDENTIALS, ST_DENIED, "credentials_expired",
      "the AWS credentials have expired" },
    { "UnrecognizedClientException", NULL, DYNAMO_ERROR_BAD_CREDENTIALS, ST_DENIED,
      "credentials_refused", "AWS does not know these credentials: %m" },
    { "InvalidClientTokenId", NULL, DYNAMO_ERROR_BAD_CREDENTIALS, ST_DENIED, "credentials_refused",
      "AWS does not know these credentials: %m" },
    { "MissingAuthenticationTokenException", NULL, DYNAMO_ERROR_BAD_CREDENTIALS, ST_DENIED,
      "credentials_refused", "AWS does not know these credentials: %m" },
    { "ProvisionedThroughputExceededException", NULL, DYNAMO_ERROR_RETRYABLE, ST_UNAVAILABLE,
      "throttled", "table %t is throttled: more is asked of it than its capacity allows" },
    { "ThrottlingException", NULL, DYNAMO_ERROR_RETRYABLE, ST_UNAVAILABLE, "throttled",
      "table %t is throttled: more is asked of it than its capacity allows" },
    { "RequestLimitExceeded", NULL, DYNAMO_ERROR_RETRYABLE, ST_UNAVAILABLE, "throttled",
      "table %t is throttled: the account has reached its limit" },
    { "LimitExceededException", NULL, DYNAMO_ERROR_RETRYABLE, ST_UNAVAILABLE, "throttled",
      "table %t: %m" },
    { "TransactionConflictException", NULL, DYNAMO_ERROR_RETRYABLE, ST_UNAVAILABLE, "throttled",
      "table %t: the item is part of a transaction that is under way" },
    { "UnknownOperationException", NULL, DYNAMO_ERROR_FATAL, ST_INVALID, "unknown_operation",
      "%e does not know this operation" },
};

static struct str error_name(const json_t *body)
{
    struct str type = json_str(body, "__type");
    size_t hash = str_index(type, '#');

    return hash < type.n ? str_sub(type, hash + 1, type.n) : type;
}

/* The server's words, cut, and of printable ASCII only: they go into our logs. */
static void message_of(const json_t *body, char out[161])
{
    struct str message = json_str(body, "message");
    size_t n = 0;

    if (message.n == 0)
        message = json_str(body, "Message");
    for (size_t i = 0; i < message.n && n < 160; i++)
        out[n++] = message.p[i] >= ' ' && message.p[i] <= '~' ? message.p[i] : ' ';
    out[n] = '\0';
}

static const struct row *find(struct str name, const char *message)
{
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        if (str_eqz(name, rows[i].name) && (!rows[i].holds || strstr(message, rows[i].holds)))
            return &rows[i];
    return NULL;
}

static enum dynamo_error_class known(const struct row *row, const struct dynamo_error_target *place,
                                     const char *message, struct err *err)
{
    struct buf text = BUF_INIT(1024);

    if (row->verdict == DYNAMO_ERROR_CONFLICT)
        return DYNAMO_ERROR_CONFLICT;
    for (const char *p = row->text; *p; p++) {
        if (*p != '%')
            buf_putc(&text, *p);
        else
            buf_putz(&text, *++p == 't' ? place->table
                            : *p == 'r' ? place->region
                            : *p == 'e' ? place->endpoint
                                        : message);
    }
    (void)err_reason(err, row->status, row->reason, "DynamoDB: %s", buf_z(&text));
    buf_free(&text);
    return row->verdict;
}

/* Does the checksum, when there is one, fit the bytes? */
static bool is_whole(struct str raw, const char *crc32)
{
    int64_t told;

    return !*crc32 || !str_to_i64(str_of(crc32), &told) || told == (int64_t)digest_crc32(raw);
}

enum dynamo_error_class dynamo_error_classify(long http_status, const json_t *body, struct str raw,
                                              const char *crc32,
                                              const struct dynamo_error_target *place,
                                              struct err *err)
{
    char message[161];
    const struct row *row;
    struct str name;

    if (!is_whole(raw, crc32)) {
        (void)err_reason(err, ST_UNAVAILABLE, "answer_damaged",
                         "DynamoDB: the answer of %s does not fit its checksum", place->endpoint);
        return DYNAMO_ERROR_UNKNOWN_OUTCOME;
    }
    if (http_status == 200 && json_is_object(body))
        return DYNAMO_ERROR_NONE;
    name = error_name(body);
    message_of(body, message);
    row = find(name, message);
    if (row)
        return known(row, place, message, err);
    if (http_status >= 500 || http_status == 429 || http_status == 408) {
        (void)err_reason(err, ST_UNAVAILABLE, "server_fault",
                         "DynamoDB: %s answers with HTTP status %ld %.*s", place->endpoint,
                         http_status, STR_ARG(str_sub(name, 0, 60)));
        return http_status == 429 ? DYNAMO_ERROR_RETRYABLE : DYNAMO_ERROR_UNKNOWN_OUTCOME;
    }
    if (http_status >= 400 && name.n > 0) {
        (void)err_reason(err, ST_INVALID, "request_refused", "DynamoDB: %.*s: %s",
                         STR_ARG(str_sub(name, 0, 60)), message);
        return DYNAMO_ERROR_FATAL;
    }
    (void)err_reason(err, ST_UNAVAILABLE, "answer_unreadable",
                     "DynamoDB: what %s answers (HTTP status %ld) is not DynamoDB's",
                     place->endpoint, http_status);
    return http_status == 200 ? DYNAMO_ERROR_UNKNOWN_OUTCOME : DYNAMO_ERROR_FATAL;
}
