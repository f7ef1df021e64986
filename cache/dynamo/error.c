/* SPDX-License-Identifier: Apache-2.0 */
/* cache/dynamo/error.c -- classifies DynamoDB's errors and words them so that they say what to do.
 *
 * An error's name follows the '#' in "__type". Some names are ambiguous without the message, a
 * member that DynamoDB spells "message" or "Message". */
#include "cache/dynamo/error.h"

#include <string.h>

#include "server/base/digest.h"
#include "server/base/json.h"

/* The first rule that fits applies. In `text`, %t stands for the table, %r for the region, %e for
 * the endpoint and %m for DynamoDB's message. */
static const struct error_rule {
    const char *name, *contains; /* a part of the message; NULL: any message */
    enum dynamo_error_class kind;
    enum status status;
    const char *reason, *text;
} rules[] = {
    { "ConditionalCheckFailedException", NULL, DYNAMO_ERROR_CONFLICT, ST_CONFLICT, "", "" },
    { "ResourceInUseException", NULL, DYNAMO_ERROR_CONFLICT, ST_CONFLICT, "", "" },
    { "ValidationException", "document path", DYNAMO_ERROR_CONFLICT, ST_CONFLICT, "", "" },
    { "ValidationException", "has exceeded the maximum allowed size", DYNAMO_ERROR_FATAL,
      ST_TOO_LARGE, "item_too_large", "table %t: the item exceeds DynamoDB's limit of 400 KB" },
    { "ValidationException", NULL, DYNAMO_ERROR_FATAL, ST_INVALID, "request_refused",
      "table %t rejects the request: %m" },
    { "ResourceNotFoundException", NULL, DYNAMO_ERROR_FATAL, ST_NOT_FOUND, "table_missing",
      "no table %t in region %r: create it (climacast table create), or check persistence.table "
      "and dynamodb.region" },
    { "AccessDeniedException", NULL, DYNAMO_ERROR_FATAL, ST_DENIED, "access_denied",
      "access to table %t in %r is denied: %m" },
    { "InvalidSignatureException", "ignature expired", DYNAMO_ERROR_CLOCK_SKEW, ST_DENIED,
      "clock_skew", "this machine's clock is off by more than AWS allows: %m" },
    { "InvalidSignatureException", "ignature not yet current", DYNAMO_ERROR_CLOCK_SKEW, ST_DENIED,
      "clock_skew", "this machine's clock is off by more than AWS allows: %m" },
    { "RequestExpired", NULL, DYNAMO_ERROR_CLOCK_SKEW, ST_DENIED, "clock_skew",
      "this machine's clock is off by more than AWS allows: %m" },
    { "InvalidSignatureException", "scoped to", DYNAMO_ERROR_FATAL, ST_DENIED, "wrong_region",
      "%e is not in region %r (dynamodb.region, dynamodb.endpoint): %m" },
    { "InvalidSignatureException", NULL, DYNAMO_ERROR_BAD_CREDENTIALS, ST_DENIED,
      "signature_refused",
      "AWS rejects the signature: the secret access key does not belong to this key id" },
    { "IncompleteSignatureException", NULL, DYNAMO_ERROR_FATAL, ST_DENIED, "signature_refused",
      "AWS rejects the signature: %m" },
    { "ExpiredTokenException", NULL, DYNAMO_ERROR_BAD_CREDENTIALS, ST_DENIED, "credentials_expired",
      "the AWS credentials have expired" },
    { "ExpiredToken", NULL, DYNAMO_ERROR_BAD_CREDENTIALS, ST_DENIED, "credentials_expired",
      "the AWS credentials have expired" },
    { "UnrecognizedClientException", NULL, DYNAMO_ERROR_BAD_CREDENTIALS, ST_DENIED,
      "credentials_refused", "AWS does not recognize these credentials: %m" },
    { "InvalidClientTokenId", NULL, DYNAMO_ERROR_BAD_CREDENTIALS, ST_DENIED, "credentials_refused",
      "AWS does not recognize these credentials: %m" },
    { "MissingAuthenticationTokenException", NULL, DYNAMO_ERROR_BAD_CREDENTIALS, ST_DENIED,
      "credentials_refused", "AWS does not recognize these credentials: %m" },
    { "ProvisionedThroughputExceededException", NULL, DYNAMO_ERROR_RETRYABLE, ST_UNAVAILABLE,
      "throttled", "table %t is throttled: requests exceed its capacity" },
    { "ThrottlingException", NULL, DYNAMO_ERROR_RETRYABLE, ST_UNAVAILABLE, "throttled",
      "table %t is throttled: requests exceed its capacity" },
    { "RequestLimitExceeded", NULL, DYNAMO_ERROR_RETRYABLE, ST_UNAVAILABLE, "throttled",
      "table %t is throttled: the account's limit is reached" },
    { "LimitExceededException", NULL, DYNAMO_ERROR_RETRYABLE, ST_UNAVAILABLE, "throttled",
      "table %t: %m" },
    { "TransactionConflictException", NULL, DYNAMO_ERROR_RETRYABLE, ST_UNAVAILABLE, "throttled",
      "table %t: the item is part of an ongoing transaction" },
    { "UnknownOperationException", NULL, DYNAMO_ERROR_FATAL, ST_INVALID, "unknown_operation",
      "%e does not support this operation" },
};

static struct str error_name(const json_t *body)
{
    struct str type = json_str(body, "__type");
    size_t hash = str_index(type, '#');

    return hash < type.n ? str_sub(type, hash + 1, type.n) : type;
}

/* The server's message, truncated and reduced to printable ASCII, because it is logged. */
static void error_message(const json_t *body, char out[161])
{
    struct str message = json_str(body, "message");
    size_t n = 0;

    if (message.n == 0)
        message = json_str(body, "Message");
    for (size_t i = 0; i < message.n && n < 160; i++)
        out[n++] = message.p[i] >= ' ' && message.p[i] <= '~' ? message.p[i] : ' ';
    out[n] = '\0';
}

static const struct error_rule *find_rule(struct str name, const char *message)
{
    for (size_t i = 0; i < sizeof rules / sizeof rules[0]; i++)
        if (str_eqz(name, rules[i].name) &&
            (!rules[i].contains || strstr(message, rules[i].contains)))
            return &rules[i];
    return NULL;
}

static enum dynamo_error_class apply_rule(const struct error_rule *rule,
                                          const struct dynamo_error_target *target,
                                          const char *message, struct err *err)
{
    struct buf text = BUF_INIT(1024);

    if (rule->kind == DYNAMO_ERROR_CONFLICT)
        return DYNAMO_ERROR_CONFLICT;
    for (const char *p = rule->text; *p; p++) {
        if (*p != '%')
            buf_putc(&text, *p);
        else
            buf_putz(&text, *++p == 't' ? target->table
                            : *p == 'r' ? target->region
                            : *p == 'e' ? target->endpoint
                                        : message);
    }
    (void)err_reason(err, rule->status, rule->reason, "DynamoDB: %s", buf_z(&text));
    buf_free(&text);
    return rule->kind;
}

/* Does the checksum match, if there is one? */
static bool checksum_matches(struct str raw, const char *crc32)
{
    int64_t expected;

    return !*crc32 || !str_to_i64(str_of(crc32), &expected) ||
           expected == (int64_t)digest_crc32(raw);
}

/* Could it be DynamoDB's? A proxy that answers everything with some JSON of its own must not pass
 * for "no such item" or "saved". A response with a checksum may have members that are newer than
 * this list. */
static bool is_result(const json_t *body, const char *crc32)
{
    static const char *const members[] = {
        "Attributes",
        "ConsumedCapacity",
        "Count",
        "Item",
        "ItemCollectionMetrics",
        "Items",
        "LastEvaluatedKey",
        "LastEvaluatedTableName",
        "Responses",
        "ScannedCount",
        "Table",
        "TableDescription",
        "TableNames",
        "TimeToLiveDescription",
        "TimeToLiveSpecification",
        "UnprocessedItems",
        "UnprocessedKeys",
    };
    size_t known = 0;

    if (!json_is_object(body) || *crc32)
        return json_is_object(body);
    for (size_t i = 0; i < sizeof members / sizeof members[0]; i++)
        known += json_object_get(body, members[i]) ? 1 : 0;
    return known == json_object_size(body);
}

enum dynamo_error_class dynamo_error_classify(long http_status, const json_t *body, struct str raw,
                                              const char *crc32,
                                              const struct dynamo_error_target *target,
                                              struct err *err)
{
    char message[161];
    const struct error_rule *rule;
    struct str name;

    if (!checksum_matches(raw, crc32)) {
        (void)err_reason(err, ST_UNAVAILABLE, "answer_damaged",
                         "DynamoDB: the checksum of the response from %s is wrong",
                         target->endpoint);
        return DYNAMO_ERROR_UNKNOWN_OUTCOME;
    }
    if (http_status == 200 && is_result(body, crc32))
        return DYNAMO_ERROR_NONE;
    name = error_name(body);
    error_message(body, message);
    rule = find_rule(name, message);
    if (rule)
        return apply_rule(rule, target, message, err);
    if (http_status >= 500 || http_status == 429 || http_status == 408) {
        (void)err_reason(err, ST_UNAVAILABLE, "server_fault",
                         "DynamoDB: %s returned HTTP status %ld %.*s", target->endpoint,
                         http_status, STR_ARG(str_sub(name, 0, 60)));
        return http_status == 429 ? DYNAMO_ERROR_RETRYABLE : DYNAMO_ERROR_UNKNOWN_OUTCOME;
    }
    if (http_status >= 400 && name.n > 0) {
        (void)err_reason(err, ST_INVALID, "request_refused", "DynamoDB: %.*s: %s",
                         STR_ARG(str_sub(name, 0, 60)), message);
        return DYNAMO_ERROR_FATAL;
    }
    (void)err_reason(err, ST_UNAVAILABLE, "answer_unreadable",
                     "DynamoDB: the response from %s (HTTP status %ld) is not DynamoDB's",
                     target->endpoint, http_status);
    return http_status == 200 ? DYNAMO_ERROR_UNKNOWN_OUTCOME : DYNAMO_ERROR_FATAL;
}
