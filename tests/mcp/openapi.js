// SPDX-License-Identifier: Apache-2.0
// tests/mcp/openapi.js -- is deploy/openapi.yaml well-formed, and does it describe all that the JSON API answers?
//
//   openapi.js OPENAPI.YAML BASE_URL
// Members that it doesn't name are faults, as are keywords that JSON Schema doesn't know.
'use strict';
const fs = require('fs');
const Ajv = require('ajv/dist/2020').default;
const formats = require('ajv-formats').default;
const yaml = require('yaml');

const [file, base] = process.argv.slice(2);
const description = yaml.parse(fs.readFileSync(file, 'utf8'));
const places = ['Boulder, CO', 'Seattle, WA', 'Nome, AK', '33101'];
const questions = ['how windy is it', 'will it rain tomorrow', 'what is the forecast for friday night', 'weather at 5 pm',
    'hourly forecast', 'what is the extended forecast', 'when will it rain', 'when will it stop raining', 'will it be dry by six',
    'how much rain will we get', 'how much snow is coming', 'will it freeze tonight', 'what is the coldest night this week',
    'what is the best day for a picnic', 'strongest gust tomorrow', 'when will it reach eighty', 'is it warmer than yesterday',
    'is it warmer in miami', 'what was the high yesterday', 'do i need an umbrella', 'should i wear a jacket tonight',
    'should i cover my plants', 'is it safe to run outside', 'is it safe to drive tomorrow', 'do i need sunscreen',
    'when is sunset', 'how long is the day', 'what is the moon phase', 'when is the next full moon', 'are there any alerts',
    'what does the forecaster say', 'read the weather radio'];
const refused = ['/v1/now', '/v1/now?place=Qwertyville,+CO', '/v1/now?place=Boulder,+CO&colour=red', '/v1/hours?place=80301&hours=0',
    '/v1/say?q=delete+my+data', '/v1/say?q=purple+elephants&place=80301', '/nowhere'];

// A copy in which objects have no members but those named.
function close(node) {
    if (Array.isArray(node)) return node.map(close);
    if (!node || typeof node !== 'object') return node;
    const copy = Object.fromEntries(Object.entries(node).map(([name, value]) => [name, close(value)]));
    return copy.type === 'object' && copy.properties ? { ...copy, additionalProperties: false } : copy;
}

const ajv = new Ajv({ strict: true, allErrors: true });
formats(ajv);
ajv.addKeyword('components');
ajv.addSchema({ $id: 'api', components: { schemas: close(description.components.schemas) } });
const schema = name => ajv.compile({ $ref: 'api#/components/schemas/' + name });
const isAnswer = schema('Answer'), isError = schema('Error');

// What the description has for a response; undefined: nothing.
function described(path, status) {
    const of = description.paths[path.split('?')[0]];
    const response = of && of.get.responses[status];
    return response && response.$ref.split('/').reduce((at, name) => name === '#' ? at : at[name], description);
}

async function check(path, method = 'GET') {
    const response = await fetch(base + path, { method }), body = await response.json();
    const valid = response.status === 200 ? isAnswer : isError, found = described(path, response.status);
    const faults = valid(body) ? [] : valid.errors.map(e => `${e.instancePath} ${e.message} ${JSON.stringify(e.params)}`);
    if (!found && path in description.paths) faults.push(`status ${response.status} is not described`);
    for (const name of Object.keys(found && found.headers || {}))
        if (!response.headers.has(name)) faults.push('no header ' + name);
    return faults.map(fault => `${method} ${path}: ${fault}`);
}

(async () => {
    const faults = [];
    for (const units of ['us', 'metric'])
        for (const place of places) {
            const rest = `?place=${encodeURIComponent(place)}&units=${units}`;
            for (const door of ['now', 'hours', 'days', 'alerts', 'sun']) faults.push(...await check(`/v1/${door}${rest}`));
            for (const question of place === places[0] ? questions : []) faults.push(...await check(`/v1/say${rest}&q=${encodeURIComponent(question)}`));
        }
    for (const path of refused) faults.push(...await check(path));
    for (const path of Object.keys(description.paths)) faults.push(...await check(path, 'DELETE'));
    for (const fault of [...new Set(faults)].slice(0, 20)) console.log('     ' + fault);
    process.exit(faults.length ? 1 : 0);
})();
