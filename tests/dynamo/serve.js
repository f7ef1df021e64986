// SPDX-License-Identifier: Apache-2.0
// serve.js FILE -- DynamoDB for the tests: dynalite behind a proxy that adds what AWS has and dynalite lacks.
//
// The proxy recomputes every signature with Amazon's own signer, checks scope, token and date, and responds as AWS
// would.  It can also inject faults: POST /_control {"table", "faults": [{...}], ...}, see control() below.
// All of its state is per table, so that tests do not interfere.  Writes shell assignments to FILE when it is ready.
'use strict';
const http = require('http');
const fs = require('fs');
const zlib = require('zlib');
const dynalite = require('dynalite');
const { SignatureV4 } = require('@smithy/signature-v4');
const { Sha256 } = require('./hash.js');

const REGION = 'us-east-1';
const KEYS = { // access key id -> its secret and state
    AKIDTEST: { secret: 'wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY' },
    ASIATEST: { secret: 'wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLETMP', token: 'token-of-the-tests+/==' },
    ASIAEXPIRED: { secret: 'wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEOLD', token: 'token-that-is-over', expired: true },
};
const SKEW_MAX_MS = 5 * 60 * 1000;

const owner = Number(process.env.DYNAMO_OWNER || 0); // exit with it, because a killed test run cannot stop the server
if (owner)
    setInterval(() => {
        try {
            process.kill(owner, 0);
        } catch (e) {
            process.exit(0);
        }
    }, 2000);

process.on('uncaughtException', (e) => console.error('serve.js:', e)); // else dynalite dies when a client hangs up

const tables = new Map(); // name -> { faults, clock_ms, stats }
function tableOf(name) {
    if (!tables.has(name))
        tables.set(name, { faults: [], clock_ms: 0, denied: [], stats: {} });
    return tables.get(name);
}

const error = (type, message, status = 400) => ({ status, body: JSON.stringify({ __type: type, message }) });
const coral = 'com.amazon.coral.service#';
const v2012 = 'com.amazonaws.dynamodb.v20120810#';

// ---- authentication ------------------------------------------------------------------------------------------------

async function authError(request, body, table) {
    const header = /^AWS4-HMAC-SHA256 Credential=([^/]+)\/(\d{8})\/([^/]+)\/([^/]+)\/aws4_request, ?SignedHeaders=([^,]+), ?Signature=([0-9a-f]{64})$/
        .exec(request.headers.authorization || '');
    if (!header)
        return error(coral + 'MissingAuthenticationTokenException', 'Request is missing Authentication Token');
    const [, id, day, region, service, names, signature] = header;
    const key = KEYS[id];
    if (!key || (request.headers['x-amz-security-token'] || '') !== (key.token || ''))
        return error(coral + 'UnrecognizedClientException', 'The security token included in the request is invalid.');
    if (key.expired)
        return error(coral + 'ExpiredTokenException', 'The security token included in the request is expired');
    if (region !== REGION || service !== 'dynamodb')
        return error(coral + 'InvalidSignatureException', `Credential should be scoped to a valid region, not '${region}'. `);
    const stamp = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/.exec(request.headers['x-amz-date'] || '');
    if (!stamp || !request.headers['x-amz-date'].startsWith(day))
        return error(coral + 'IncompleteSignatureException', 'Date in Credential scope does not match');
    const at = Date.UTC(stamp[1], stamp[2] - 1, stamp[3], stamp[4], stamp[5], stamp[6]), now = Date.now() + table.clock_ms;
    if (at < now - SKEW_MAX_MS)
        return error(coral + 'InvalidSignatureException', `Signature expired: ${stamp[0]} is now earlier than ${new Date(now - SKEW_MAX_MS).toISOString()}`);
    if (at > now + SKEW_MAX_MS)
        return error(coral + 'InvalidSignatureException', `Signature not yet current: ${stamp[0]} is still later than ${new Date(now + SKEW_MAX_MS).toISOString()}`);
    for (const needed of ['host', 'x-amz-date', 'x-amz-target'].concat(key.token ? ['x-amz-security-token'] : []))
        if (!names.split(';').includes(needed))
            return error(coral + 'IncompleteSignatureException', `${needed} must be signed`);
    const headers = {};
    for (const name of names.split(';'))
        headers[name] = request.headers[name] === undefined ? '' : request.headers[name];
    const signer = new SignatureV4({ credentials: { accessKeyId: id, secretAccessKey: key.secret, sessionToken: key.token },
                                     region, service, sha256: Sha256, applyChecksum: false });
    const mine = await signer.sign({ protocol: 'http:', hostname: 'x', method: request.method, path: request.url, query: {}, headers, body },
                                   { signingDate: new Date(at), signableHeaders: new Set(names.split(';')) });
    if (!mine.headers.authorization.endsWith(signature))
        return error(coral + 'InvalidSignatureException', 'The request signature we calculated does not match the signature you provided.');
    return null;
}

// ---- faults --------------------------------------------------------------------------------------------------------

// A fault: { kind, operation (default: any), times (default: no limit), skip, chance, ms }.
function nextFault(table, operation) {
    for (const fault of table.faults) {
        if ((fault.operation && fault.operation !== operation) || fault.times === 0)
            continue;
        if (fault.skip > 0) {
            fault.skip--;
            continue;
        }
        if (fault.until && Date.now() > fault.until)
            continue;
        if (fault.chance !== undefined && Math.random() >= fault.chance)
            continue;
        if (fault.times !== undefined)
            fault.times--;
        return fault;
    }
    return null;
}

const sleep = (ms) => new Promise((done) => setTimeout(done, ms));
const crc = (body) => zlib.crc32 ? zlib.crc32(body) : crcTable(body); // Node 18 does not have it
const crcRow = Array.from({ length: 256 }, (_, i) => {
    for (let bit = 0; bit < 8; bit++)
        i = i & 1 ? (i >>> 1) ^ 0xEDB88320 : i >>> 1;
    return i >>> 0;
});
function crcTable(body) {
    let c = 0xFFFFFFFF;
    for (const byte of Buffer.from(body))
        c = (crcRow[(c ^ byte) & 0xFF] ^ (c >>> 8)) >>> 0;
    return (c ^ 0xFFFFFFFF) >>> 0;
}

const before = { // responses without forwarding the request
    throttle: () => error(v2012 + 'ProvisionedThroughputExceededException', 'The level of configured provisioned throughput for the table was exceeded.'),
    throttling: () => error(coral + 'ThrottlingException', 'Rate exceeded'),
    limit: () => error(v2012 + 'RequestLimitExceeded', 'Throughput exceeds the current throughput limit for your account.'),
    server_error: () => error(v2012 + 'InternalServerError', 'Internal server error', 500),
    unavailable: () => ({ status: 503, body: '<html><body><h1>503 Service Unavailable</h1></body></html>' }),
    garbage: () => ({ status: 200, body: 'this is no JSON {' }),
    denied: () => error(coral + 'AccessDeniedException', 'User: arn:aws:iam::111122223333:user/test is not authorized to perform: dynamodb:UpdateItem'),
    too_large: () => error('com.amazon.coral.validate#ValidationException', 'Item size has exceeded the maximum allowed size'),
};

async function misbehave(fault, request, response, forward) {
    switch (fault.kind) {
    case 'reset': // before the request is carried out
        return request.socket.destroy();
    case 'reset_after': // after it is carried out
        await forward();
        return request.socket.destroy();
    case 'hang':
        return; // until the client gives up
    case 'hang_after':
        await forward();
        return;
    case 'late': // carried out long after the client has given up
        await sleep(fault.ms);
        await forward();
        return request.socket.destroy();
    case 'slow':
        await sleep(fault.ms);
        return answer(response, await forward());
    case 'truncate': {
        const full = await forward();
        response.writeHead(full.status, { 'content-length': Buffer.byteLength(full.body), 'x-amz-crc32': crc(full.body) });
        response.write(full.body.slice(0, full.body.length / 2));
        return setTimeout(() => request.socket.destroy(), 5);
    }
    case 'cut': { // as a broken proxy does: truncated, with a matching length
        const full = await forward(), half = full.body.slice(0, full.body.length / 2);
        return answer(response, { status: full.status, body: half, crc: crc(full.body) });
    }
    case 'bad_crc': {
        const full = await forward();
        return answer(response, { ...full, crc: (crc(full.body) ^ 1) >>> 0 });
    }
    case 'server_error_after':
        await forward();
        return answer(response, before.server_error());
    default:
        return answer(response, before[fault.kind] ? before[fault.kind]() : error('Test', 'no such fault: ' + fault.kind, 500));
    }
}

// Carries out only a share of a batch: status 200, with the rest as unprocessed.
function partsOf(input) {
    const items = Object.values(input.RequestItems)[0];
    return Array.isArray(items) ? items : items.Keys;
}
async function halfBatch(port, request, input, share) {
    const [[name, items]] = Object.entries(input.RequestItems), parts = partsOf(input), kept = Math.floor(parts.length * share);
    const some = (list) => ({ [name]: Array.isArray(items) ? list : { ...items, Keys: list } });
    const left = some(parts.slice(kept));
    const full = kept === 0 ? { status: 200, body: JSON.stringify(Array.isArray(items) ? {} : { Responses: { [name]: [] } }) }
        : await ask(port, request, JSON.stringify({ ...input, RequestItems: some(parts.slice(0, kept)) }));
    return { status: full.status, body: JSON.stringify({ ...JSON.parse(full.body), [Array.isArray(items) ? 'UnprocessedItems' : 'UnprocessedKeys']: left }) };
}

// ---- serving -------------------------------------------------------------------------------------------------------

function answer(response, { status, body, crc: checksum }) {
    const date = new Date(Date.now() + (response.clock_ms || 0)).toUTCString();
    response.writeHead(status, { 'content-type': 'application/x-amz-json-1.0', 'x-amz-crc32': checksum === undefined ? crc(body) : checksum,
                                 'content-length': Buffer.byteLength(body), date });
    response.end(body);
}

const agent = new http.Agent({ keepAlive: true, maxSockets: 64 });
function ask(port, request, body) {
    return new Promise((done, failed) => {
        const headers = { ...request.headers, host: `127.0.0.1:${port}`, 'content-length': Buffer.byteLength(body) };
        const inner = http.request({ port, host: '127.0.0.1', method: 'POST', path: '/', headers, agent }, (r) => {
            const parts = [];
            r.on('data', (part) => parts.push(part));
            r.on('end', () => done({ status: r.statusCode, body: Buffer.concat(parts).toString('utf8') }));
        });
        inner.on('error', failed);
        inner.end(body);
    });
}

function count(table, operation, sent, got, units) {
    const s = table.stats[operation] = table.stats[operation] || { calls: 0, sent: 0, received: 0, units: 0 };
    s.calls++;
    s.sent += sent;
    s.received += got;
    s.units += units;
}

const unimplemented = { // by dynalite
    UpdateTimeToLive(table, input) {
        table.ttl = input.TimeToLiveSpecification.Enabled;
        return JSON.stringify({ TimeToLiveSpecification: input.TimeToLiveSpecification });
    },
    DescribeTimeToLive(table) {
        return JSON.stringify({ TimeToLiveDescription: { TimeToLiveStatus: table.ttl ? 'ENABLED' : 'DISABLED' } });
    },
};

async function serve(port, request, response, body) {
    const operation = (request.headers['x-amz-target'] || '').split('.')[1] || '';
    let input = {};
    try {
        input = JSON.parse(body);
    } catch (e) { /* dynalite responds to that */ }
    const table = tableOf(input.TableName || Object.keys(input.RequestItems || {})[0] || '');
    response.clock_ms = table.clock_ms;
    const refused = await authError(request, body, table);
    if (refused)
        return answer(response, refused);
    if (table.denied.includes(operation))
        return answer(response, error(coral + 'AccessDeniedException', `User: arn:aws:iam::111122223333:user/test is not authorized to perform: dynamodb:${operation} on resource: arn:aws:dynamodb:${REGION}:111122223333:table/${input.TableName}`));
    const forward = async () => {
        const result = unimplemented[operation] ? { status: 200, body: unimplemented[operation](table, input) } : await ask(port, request, body);
        const parsed = JSON.parse(result.body || '{}');
        count(table, operation, body.length, result.body.length, (parsed.ConsumedCapacity || {}).CapacityUnits || 0);
        return result;
    };
    if (input.RequestItems) // count the parts of a batch
        count(table, operation + ':parts', partsOf(input).length, 0, 0);
    const fault = nextFault(table, operation);
    if (fault && fault.kind === 'unprocessed') {
        count(table, 'fault:unprocessed', 0, 0, 0);
        return answer(response, await halfBatch(port, request, input, fault.share === undefined ? 0.5 : fault.share));
    }
    if (fault) {
        count(table, 'fault:' + fault.kind, 0, 0, 0);
        return misbehave(fault, request, response, forward);
    }
    return answer(response, await forward());
}

// {"table", "faults": [...], "clock_ms": n, "denied": [operations], "reset_stats": true}: sets what is given.  Responds
// with the table's statistics: {operation: {calls, sent, received, units}}.
function control(response, body) {
    const settings = JSON.parse(body || '{}'), table = tableOf(settings.table);
    if (settings.faults)
        table.faults = settings.faults.map((f) => ({ ...f, until: f.for_ms ? Date.now() + f.for_ms : undefined }));
    if (settings.clock_ms !== undefined)
        table.clock_ms = settings.clock_ms;
    if (settings.denied)
        table.denied = settings.denied;
    const stats = JSON.stringify(table.stats);
    if (settings.reset_stats)
        table.stats = {};
    answer(response, { status: 200, body: stats });
}

function collect(request, then) {
    const parts = [];
    request.on('data', (part) => parts.push(part));
    request.on('error', () => {});
    request.on('end', () => then(Buffer.concat(parts).toString('utf8')));
}

const inner = dynalite({ createTableMs: 20, deleteTableMs: 0, updateTableMs: 0 });
inner.listen(0, '127.0.0.1', () => {
    const port = inner.address().port;
    const proxy = http.createServer((request, response) => {
        request.on('error', () => {});
        response.on('error', () => {});
        collect(request, (body) => {
            if (request.url === '/_control')
                return control(response, body);
            serve(port, request, response, body).catch((e) => {
                console.error('serve.js:', e);
                request.socket.destroy();
            });
        });
    });
    proxy.keepAliveTimeout = 60000;
    proxy.listen(0, '127.0.0.1', () => {
        const lines = [`DYNAMO_ENDPOINT=http://127.0.0.1:${proxy.address().port}`, `DYNAMO_REGION=${REGION}`,
                       'AWS_ACCESS_KEY_ID=AKIDTEST', `AWS_SECRET_ACCESS_KEY=${KEYS.AKIDTEST.secret}`, `DYNAMO_PID=${process.pid}`];
        fs.writeFileSync(process.argv[2] + '.new', lines.join('\n') + '\n');
        fs.renameSync(process.argv[2] + '.new', process.argv[2]);
    });
});
