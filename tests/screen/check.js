// SPDX-License-Identifier: Apache-2.0
// tests/screen/check.js -- asks the skill as every device of devices.def does, in simulated and recorded weather, and checks
// each response: Amazon's static validator and response type, the size limits, and that what is heard is seen.
//
//   check.js BUILD TOP
'use strict';
const { spawn, spawnSync } = require('child_process');
const fs = require('fs');
const os = require('os');
const path = require('path');
const ts = require('typescript');
const { StaticAplTemplateValidator } = require('apl-suggester');

const [build, top] = process.argv.slice(2);
const { aplSvg } = require(path.join(top, 'server/admin/apl_svg.js'));
const work = fs.mkdtempSync(path.join(process.env.TMPDIR || os.tmpdir(), 'climacast-screen.'));
const devices = [...fs.readFileSync(path.join(top, 'server/utterance/devices.def'), 'utf8')
    .matchAll(/^DEVICE\("([^"]+)", "[^"]+", "(\w+)", "\w+", (\d+), (\d+), (\d+)\)/gm)]
    .map(([, name, shape, w, h, dpi]) => ({ name, round: shape === 'ROUND', width: Math.floor(w * 160 / dpi), height: Math.floor(h * 160 / dpi) }));
const worlds = [
    { now: '2026-06-17T16:00:00Z', places: ['seattle washington', 'nome alaska', 'miami florida'] },
    { now: '2026-01-10T14:00:00Z', places: ['boulder colorado', 'buffalo new york'] },
    { now: '2026-07-15T20:00:00Z', places: ['norton massachusetts'], recordings: 'tests/recordings/norton-ma-2026-07' },
];
// What is asked, and the template that answers it.
const questions = [
    ['conditions', 'MetricIntent metric=weather'], ['conditions', 'MetricIntent metric=wind units=celsius'],
    ['hours', 'HoursIntent'], ['hours', 'HoursIntent metric=temperature time=17:00'], ['hours', 'HoursIntent time=14:00 time_to=18:00 when_abs=tomorrow'],
    ['hours', 'TimingIntent event=precipitation'], ['hours', 'AmountIntent event=rain'], ['hours', 'ThresholdIntent direction=reach number=80'],
    ['week', 'MetricIntent metric="extended forecast"'], ['week', 'ExtremeIntent extreme=coldest unit=night'],
    ['week', 'ExtremeIntent extreme=windiest'], ['alert', 'MetricIntent metric=alerts'], ['text', 'MetricIntent metric=forecast when_abs=tomorrow'],
    ['text', 'SunIntent sun=sunset'], ['text', 'FreezeIntent freeze=frost'], ['text', 'AdviceIntent thing=jacket when_abs=tonight'],
    ['week', 'ShowIntent view=week'],
];
const sizes = { total: 0, document: 0, where: '' };
const failures = [];
let checked = 0;
const fail = (where, what) => { if (failures.push(`${where}: ${what}`) < 30) process.stdout.write(`FAIL ${where}: ${what}\n`); };

async function simulator(world) {
    const ports = path.join(work, 'ports');
    fs.rmSync(ports, { force: true });
    const args = ['--now', world.now, '--listen', '127.0.0.1:0', '--ports-file', ports];
    if (world.recordings) args.push('--recordings', path.join(top, world.recordings));
    const child = spawn(path.join(build, 'climasim'), args, { stdio: 'ignore' });
    for (let i = 0; i < 200; i++) {
        const found = fs.existsSync(ports) && /^http=(\d+)/m.exec(fs.readFileSync(ports, 'utf8'));
        if (found) return { child, url: 'http://127.0.0.1:' + found[1] };
        await new Promise(done => setTimeout(done, 25));
    }
    child.kill();
    throw new Error('the simulator did not start');
}

function ask(world, url, lines) {
    const file = path.join(work, 'questions');
    fs.writeFileSync(file, lines.join('\n') + '\n');
    const asked = spawnSync(path.join(build, 'climacast'), ['--set', 'persistence.backend=memory', '--set', 'weather.base_url=' + url,
        '--set', 'weather.now=' + world.now, 'ask', '--direct', '--json', '--file', file], { encoding: 'utf8', maxBuffer: 1 << 28 });
    return asked.stdout.split('\n').filter(line => line.startsWith('{')).map(line => JSON.parse(line));
}

const strings = value => typeof value === 'string' ? [value]
    : value && typeof value === 'object' ? Object.values(value).flatMap(strings) : [];
const spoken = response => response.response.outputSpeech.ssml.replace(/<[^>]*>/g, '').replace(/&amp;/g, '&');

// Lengths outside of what scrolls are within the viewport, and touches send plain texts.
function walk(item, device, where, scrolls) {
    for (const [name, most] of [['width', device.width], ['height', device.height]])
        if (!scrolls && typeof item[name] === 'number' && item[name] > most + 0.05) fail(where, `${item.type} has ${name} ${item[name]}`);
    if (item.type === 'TouchWrapper') {
        const sent = item.onPress[0].arguments;
        if (sent.length > 10 || sent.some(text => typeof text !== 'string' || text.length > 100 || text.includes('${')))
            fail(where, 'arguments ' + JSON.stringify(sent));
    }
    for (const inner of [].concat(item.items || [], item.item || [])) walk(inner, device, where, scrolls || item.type === 'ScrollView');
}

// "73 degrees at 9 A.M., 79 at noon": each hour that is told has the same figure on the chart.
function sameHours(speech, document, where) {
    const columns = {};
    for (const part of document.graphics.d0.items.filter(item => item.type === 'text'))
        (columns[part.x] = columns[part.x] || []).push(part.text);
    for (const [, degrees, , hour] of speech.matchAll(/(-?\d+)( degrees?)? (?:[a-z ]+ )?at (\d+ [AP]\.M\.|noon|midnight)/g)) {
        const name = hour === 'noon' ? '12 PM' : hour === 'midnight' ? '12 AM' : hour.replace(/\./g, '');
        const column = Object.values(columns).find(texts => texts.includes(name));
        if (column && !column.includes(degrees + '°')) fail(where, `${degrees} at ${hour}, but the chart has ${column}`);
    }
}

async function checkScreen(response, template, device, where) {
    const directive = (response.response.directives || [])[0], { directives, ...rest } = response.response;
    checked++;
    if (!directive) return fail(where, 'no directive');
    if (directive.token !== template) fail(where, 'template ' + directive.token);
    for (const found of await new StaticAplTemplateValidator().validate(directive.document))
        fail(where, `${found.path} ${found.errorMessage}`);
    const text = strings(directive), all = JSON.stringify(response), speech = spoken(response);
    for (const number of speech.match(/\d+(\.\d+)?/g) || [])
        if (!text.some(string => new RegExp(`(^|[^\\d.])${number}(?![\\d])`).test(string))) fail(where, `${number} is heard, not seen`);
    if (all.includes('http')) fail(where, 'an address');
    if (Buffer.byteLength(all) > 100 * 1024) fail(where, 'larger than 100 KB');
    if (Buffer.byteLength(JSON.stringify({ ...response, response: rest })) > 24 * 1024) fail(where, 'larger than 24 KB without directives');
    if (!rest.card && template !== 'text') fail(where, 'no card');
    if ((template === 'hours' || template === 'week') && !JSON.stringify(directive.document.graphics).includes('pathData')) fail(where, 'no path');
    if (template === 'hours' && !where.includes('Threshold')) sameHours(speech, directive.document, where);
    walk(directive.document.mainTemplate.items[0], device, where, false);
    for (const theme of ['dark', 'light']) aplSvg(directive, { ...device, theme }); // draws all of it
    sizes.document = Math.max(sizes.document, Buffer.byteLength(JSON.stringify(directive)));
    if (Buffer.byteLength(all) > sizes.total) Object.assign(sizes, { total: Buffer.byteLength(all), where });
}

function checkClock(response, where) {
    checked++;
    for (const directive of response.response.directives || []) {
        if (directive.type !== 'Alexa.Presentation.APLT.RenderDocument' || directive.targetProfile !== 'FOUR_CHARACTER_CLOCK')
            fail(where, 'not for a clock');
        const shown = directive.document.mainTemplate.items.flatMap(item => item.type === 'Pager' ? item.items : [item]);
        for (const item of shown)
            if (item.type !== 'Text' || !/^(ALRT|[HL]?-?\d{1,3})$/.test(item.text) || item.text.length > 4) fail(where, JSON.stringify(item));
    }
}

// The compiler compares the responses with Amazon's type.
function checkTypes(responses, home) {
    const file = path.join(home, 'responses.ts');
    fs.writeFileSync(file, "import { ResponseEnvelope } from 'ask-sdk-model';\n" +
        responses.map((response, i) => `export const r${i}: ResponseEnvelope = ${JSON.stringify(response)};\n`).join(''));
    const program = ts.createProgram([file], { noEmit: true, skipLibCheck: true, strict: true, target: ts.ScriptTarget.ES2020,
        module: ts.ModuleKind.CommonJS, types: [] });
    for (const found of ts.getPreEmitDiagnostics(program)) fail('ResponseEnvelope', ts.flattenDiagnosticMessageText(found.messageText, ' '));
}

(async () => {
    const typed = [], log = console.log;
    for (const world of worlds) {
        const { child, url } = await simulator(world);
        try {
            const asked = [];
            for (const place of world.places)
                for (const [template, question] of questions)
                    for (const device of [...devices, { name: 'clock' }]) asked.push({ place, template, question, device });
            const answers = ask(world, url, asked.map(a => `--device ${a.device.name} ${a.question} location="${a.place}"`));
            if (answers.length !== asked.length) throw new Error(`${answers.length} of ${asked.length} answers`);
            console.log = () => {}; // the validator talks
            for (const [i, a] of asked.entries()) {
                const where = `${a.place}, ${a.question}, ${a.device.name}`;
                const apologized = !answers[i].sessionAttributes.topic || !(answers[i].response.directives || answers[i].response.card);
                console.log = log;
                if (apologized) continue; // a recording has not everything
                console.log = () => {};
                if (a.device.name === 'clock') checkClock(answers[i], where);
                else await checkScreen(answers[i], a.template, a.device, where);
                if (a.place === world.places[0] && ['show10', 'clock'].includes(a.device.name)) typed.push(answers[i]);
            }
        } finally {
            console.log = log;
            child.kill();
        }
    }
    checkTypes(typed, __dirname);
    console.log(`${checked} screens, ${typed.length} compiled with ask-sdk-model; the largest response has ${sizes.total} bytes ` +
        `(${sizes.where}), the largest directive ${sizes.document}`);
    fs.rmSync(work, { recursive: true, force: true });
    console.log(`${checked - Math.min(checked, failures.length)} passed, ${failures.length} failed`);
    process.exit(failures.length ? 1 : 0);
})().catch(error => {
    console.log(error.stack);
    console.log('0 passed, 1 failed');
    process.exit(1);
});
