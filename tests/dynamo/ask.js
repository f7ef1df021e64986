// SPDX-License-Identifier: Apache-2.0
// ask.js TABLE -- Amazon's own persistence adapter for Alexa skills, driven by lines on stdin:
//
//     get ID             -> one line: the attributes as JSON
//     save ID JSON       -> one line: ok
//     delete ID          -> one line: ok
// The endpoint and the credentials come from the environment, as set by tests/dynamo/start.sh.
'use strict';
process.env.AWS_SDK_JS_SUPPRESS_MAINTENANCE_MODE_MESSAGE = '1';
const AWS = require('aws-sdk');
const { DynamoDbPersistenceAdapter } = require('ask-sdk-dynamodb-persistence-adapter');

const client = new AWS.DynamoDB({ endpoint: process.env.DYNAMO_ENDPOINT, region: process.env.DYNAMO_REGION });
const adapter = new DynamoDbPersistenceAdapter({ tableName: process.argv[2], dynamoDBClient: client, partitionKeyGenerator: (id) => id });

async function run(line) {
    const [, verb, id, rest] = /^(\S+) (\S+) ?(.*)$/.exec(line);
    if (verb === 'get')
        return JSON.stringify(await adapter.getAttributes(id));
    if (verb === 'save')
        await adapter.saveAttributes(id, JSON.parse(rest));
    else
        await adapter.deleteAttributes(id);
    return 'ok';
}

async function main() {
    for await (const line of require('readline').createInterface({ input: process.stdin }))
        console.log(await run(line));
}
main().catch((e) => { console.error(e); process.exit(1); });
