// SPDX-License-Identifier: Apache-2.0
// sign_random.js COUNT SEED -- random requests, signed by Amazon's own signer for JavaScript: one JSON object per line.
//
// Half of them look like Climacast's DynamoDB calls; the others vary everything that a signature covers: methods, paths,
// queries, header values with blanks in odd places, tokens, other regions and services.
'use strict';
const { SignatureV4 } = require('@smithy/signature-v4');
const { Sha256 } = require('./hash.js');

let state = BigInt(process.argv[3] || 1);
function random(n) { // xorshift, so that a seed reproduces a run
    state ^= (state << 13n) & 0xffffffffffffffffn;
    state ^= state >> 7n;
    state ^= (state << 17n) & 0xffffffffffffffffn;
    return Number(state % BigInt(n));
}
const pick = (list) => list[random(list.length)];
const alphabet = 'abcXYZ019-._~ !"#$%&\'()*+,/:;<=>?@[]^`{|}éሴ🌦'.match(/./gu);
const plain = 'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789'.split('');
const text = (from, min, max) => Array.from({ length: min + random(max - min + 1) }, () => pick(from)).join('');

function dynamo() {
    const region = pick(['us-east-1', 'us-west-2', 'eu-central-1', 'af-south-1']);
    const operation = pick(['GetItem', 'UpdateItem', 'DeleteItem', 'Scan', 'DescribeTable', 'CreateTable']);
    return {
        region, service: 'dynamodb', method: 'POST', path: '/', query: {},
        body: JSON.stringify({ TableName: text(plain, 3, 40), Key: { id: { S: text(alphabet, 1, 60) } } }),
        headers: {
            'content-type': 'application/x-amz-json-1.0',
            host: pick([`dynamodb.${region}.amazonaws.com`, `127.0.0.1:${1024 + random(60000)}`]),
            'x-amz-target': `DynamoDB_20120810.${operation}`,
        },
    };
}

function any() {
    const headers = { host: text(plain, 1, 20).toLowerCase() + '.example.com' };
    for (let i = random(5); i > 0; i--)
        headers['x-' + text(plain, 1, 12).toLowerCase()] = text(alphabet.filter((c) => c.length === 1 && c < '\x7f'), 0, 30) + text([' ', 'a'], 0, 4);
    const query = {};
    for (let i = random(5); i > 0; i--)
        query[text(alphabet, 1, 8)] = text(alphabet, 0, 8);
    const path = '/' + Array.from({ length: random(5) }, () => pick(['.', '..', '', text(alphabet, 1, 8)].concat(Array(4).fill('a'))))
        .map((s) => encodeURIComponent(s)).join('/') + pick(['', '/']);
    return { region: text(plain, 1, 12), service: text(plain, 1, 12), method: pick(['GET', 'POST', 'PUT', 'DELETE']), path, query, headers,
             body: text(alphabet, 0, 200) };
}

const encode = (s) => encodeURIComponent(s).replace(/[!'()*]/g, (c) => '%' + c.charCodeAt(0).toString(16).toUpperCase());

async function main() {
    for (let i = 0; i < Number(process.argv[2]); i++) {
        const request = i % 2 ? any() : dynamo();
        const credentials = { accessKeyId: text(plain, 16, 20), secretAccessKey: text(alphabet, 40, 40) };
        if (random(2))
            credentials.sessionToken = text(plain, 20, 400) + '+/==';
        const signingDate = new Date(random(4102444800) * 1000);
        const signer = new SignatureV4({ credentials, region: request.region, service: request.service, sha256: Sha256, applyChecksum: false });
        const signed = await signer.sign(
            { protocol: 'https:', hostname: 'x', method: request.method, path: request.path, query: request.query,
              headers: { ...request.headers }, body: request.body },
            { signingDate });
        const authorization = signed.headers.authorization;
        const covered = new Set(/SignedHeaders=([^,]*)/.exec(authorization)[1].split(';'));
        const headers = Object.entries(signed.headers).filter(([name]) => covered.has(name));
        console.log(JSON.stringify({
            method: request.method, path: request.path, body: request.body, headers, region: request.region, service: request.service,
            query: Object.entries(request.query).map(([k, v]) => encode(k) + '=' + encode(v)).join('&'),
            time: signingDate.getTime() / 1000, id: credentials.accessKeyId, secret: credentials.secretAccessKey, authorization,
        }));
    }
}
main().catch((e) => { console.error(e); process.exit(1); });
