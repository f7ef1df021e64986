#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# tests/scripts/table_tool.sh -- `climacast table` creates, describes and awaits a table, and reports errors.
set -u
build=${TEST_BUILD:-build}
[ -n "${DYNAMO_ENDPOINT:-}" ] || { echo 'DYNAMO_ENDPOINT is not set: see tests/dynamo/start.sh'; exit 1; }
passed=0 failed=0
table=t-tool-$$

# expect STATUS WORD ARGUMENTS...
expect() {
    status=$1 word=$2
    shift 2
    output=$("$build/climacast" --set "dynamodb.endpoint=$DYNAMO_ENDPOINT" --set "persistence.table=$table" "$@" 2>&1)
    got=$?
    if [ "$got" -eq "$status" ] && case $output in *"$word"*) true ;; *) false ;; esac; then
        passed=$((passed + 1))
    else
        echo "climacast $*: exit $got (expected $status), output: $output (expected: $word)"
        failed=$((failed + 1))
    fi
}

expect 1 "no table $table in us-east-1" table describe
expect 1 'there is no table' table wait --seconds 1
expect 0 'ACTIVE, on demand, key id (S)' table create
expect 0 'ACTIVE, on demand, key id (S)' table create
expect 0 'ACTIVE' table describe
expect 0 'ACTIVE' table wait
expect 1 'not in region eu-west-1' --set dynamodb.region=eu-west-1 table describe
expect 2 'expected one of' table
expect 2 'unknown command table mend' table mend
expect 2 '--account' table policy --account 12
expect 2 '--seconds' table wait --seconds soon
expect 0 'arn:aws:dynamodb:us-east-1:111122223333:table/' table policy --account 111122223333
expect 0 'arn:aws-cn:dynamodb:cn-north-1' --set dynamodb.region=cn-north-1 table policy
expect 0 'dynamodb:UpdateItem' table permissions
AWS_ACCESS_KEY_ID='' AWS_SECRET_ACCESS_KEY='' AWS_EC2_METADATA_DISABLED=true HOME=/nonexistent \
    expect 1 'no AWS credentials' table describe
echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]
