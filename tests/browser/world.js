// SPDX-License-Identifier: Apache-2.0
// tests/browser/world.js -- the browser tests' environment: development certificates, the simulator, daemons, and requests
// to them.  Everything listens on ephemeral loopback ports and is stopped by process id.
'use strict';
const { spawn, spawnSync } = require('child_process');
const crypto = require('crypto');
const fs = require('fs');
const https = require('https');
const os = require('os');
const path = require('path');

const skill = 'amzn1.ask.skill.00000000-0000-0000-0000-000000000000';
const now = '2026-06-17T16:00:00Z';
const top = path.resolve(__dirname, '../..');

const sleep = ms => new Promise(done => setTimeout(done, ms));

class World {
    constructor(build) {
        this.build = build;
        this.dir = fs.mkdtempSync(path.join(process.env.TMPDIR || os.tmpdir(), 'climacast-browser.'));
        this.certs = path.join(this.dir, 'certs');
        this.running = [];
    }

    file(name) { return path.join(this.dir, name); }

    read(name) {
        try { return fs.readFileSync(this.file(name), 'utf8'); } catch { return ''; }
    }

    // Start a program with its stderr in NAME.log, and wait until `ready` returns something.
    async start(name, program, args, ready) {
        const log = fs.openSync(this.file(name + '.log'), 'a');
        const child = spawn(path.join(this.build, program), args, {
            stdio: ['ignore', 'ignore', log],
            env: { ...process.env, no_proxy: 'localhost,127.0.0.1,s3.amazonaws.com' },
        });
        fs.closeSync(log);
        child.gone = new Promise(done => child.on('exit', done).on('error', done));
        this.running.push(child);
        for (let i = 0; i < 200; i++) {
            const found = ready();
            if (found) return { child, found };
            if (child.exitCode !== null) break;
            await sleep(50);
        }
        throw new Error(`${name} did not start:\n${this.read(name + '.log')}`);
    }

    async stop(child) {
        child.kill('SIGTERM');
        await Promise.race([child.gone, sleep(15000)]);
        if (child.exitCode === null && child.signalCode === null) child.kill('SIGKILL');
        this.running = this.running.filter(other => other !== child);
    }

    async startSimulator() {
        const made = spawnSync(path.join(top, 'certs/dev/make.sh'), [this.certs], { encoding: 'utf8' });
        if (made.status !== 0) throw new Error('certs/dev/make.sh: ' + made.stderr);
        const { found } = await this.start('simulator', 'climasim', ['--now', now, '--listen', '127.0.0.1:0',
            '--s3-listen', '127.0.0.1:0', '--s3-cert', this.certs + '/s3.pem', '--s3-key', this.certs + '/s3.key',
            '--chains', this.certs + '/chains', '--ports-file', this.file('ports')],
        () => /^http=(\d+)[^]*^s3=(\d+)/m.exec(this.read('ports')));
        this.simPort = found[1];
        this.s3Port = found[2];
    }

    // Start a daemon, with `more` settings on top of the usual ones.
    async startDaemon(name, more) {
        const sets = {
            'server.listen': '127.0.0.1:0', 'admin.listen': '127.0.0.1:0',
            'server.certificate': this.certs + '/localhost.pem', 'server.private_key': this.certs + '/localhost.key',
            'alexa.skill_ids': skill, 'alexa.trust_anchors': this.certs + '/root.pem',
            'alexa.certificate_connect_to': '127.0.0.1:' + this.s3Port, 'http.ca_bundle': this.certs + '/root.pem',
            'weather.base_url': 'http://127.0.0.1:' + this.simPort, 'weather.now': now,
            'weather.contact': 'tests@localhost', 'persistence.backend': 'sqlite',
            'sqlite.path': this.file(name + '.db'), ...more,
        };
        const args = Object.entries(sets).flatMap(([key, value]) => ['--set', `${key}=${value}`]);
        const { child } = await this.start(name, 'climacastd', args, () => / ready /.test(this.read(name + '.log')));
        const log = this.read(name + '.log');
        const port = event => new RegExp(` ${event} address=127\\.0\\.0\\.1:(\\d+)`).exec(log)[1];
        return { child, url: `https://localhost:${port('listening')}/alexa`,
            admin: `http://127.0.0.1:${port('admin_listening')}`, port: port('admin_listening') };
    }

    // Run `climacast ask` with these arguments and return its output.
    ask(daemon, ...words) {
        const ran = spawnSync(path.join(this.build, 'climacast'), ['ask', '--url', daemon.url, '--dev', this.certs,
            '--skill-id', skill, ...words], {
            encoding: 'utf8', env: { ...process.env, no_proxy: 'localhost,127.0.0.1,s3.amazonaws.com' },
        });
        return ran.stdout + ran.stderr;
    }

    // POST a request of any content, signed like Alexa's, and return the HTTP status.
    post(daemon, request) {
        const body = JSON.stringify({
            version: '1.0',
            session: { new: true, sessionId: 'session', application: { applicationId: skill }, user: { userId: 'user-browser' } },
            context: { System: { application: { applicationId: skill }, user: { userId: 'user-browser' } } },
            request: { requestId: 'request-' + Math.random(), timestamp: new Date().toISOString(), locale: 'en-US', ...request },
        });
        const signature = crypto.sign('sha256', Buffer.from(body), fs.readFileSync(this.certs + '/signing.key')).toString('base64');
        return new Promise((done, fail) => {
            const sent = https.request(daemon.url, {
                method: 'POST', ca: fs.readFileSync(this.certs + '/root.pem'),
                headers: { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body),
                    signaturecertchainurl: 'https://s3.amazonaws.com/echo.api/good.pem', 'signature-256': signature },
            }, response => { response.resume(); response.on('end', () => done(response.statusCode)); });
            sent.on('error', fail);
            sent.end(body);
        });
    }

    // Have the simulator fail: world.fault({ match: '/', kind: 'status', status: 503 }); without a fault, no more.
    async fault(fault) {
        const answer = await fetch(`http://127.0.0.1:${this.simPort}/_sim/fault`, fault
            ? { method: 'POST', body: JSON.stringify(fault) } : { method: 'DELETE' });
        if (!answer.ok) throw new Error(`simulator: ${answer.status} ${await answer.text()}`);
    }

    async end() {
        for (const child of [...this.running].reverse()) await this.stop(child);
        fs.rmSync(this.dir, { recursive: true, force: true });
    }
}

module.exports = { World, sleep, top };
