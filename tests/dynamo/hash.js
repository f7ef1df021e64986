// SPDX-License-Identifier: Apache-2.0
// hash.js -- Node's SHA-256 and HMAC-SHA-256 behind the interface that the signer expects.
'use strict';
const { createHash, createHmac } = require('crypto');

class Sha256 {
    constructor(secret) {
        this.state = secret === undefined ? createHash('sha256') : createHmac('sha256', toBytes(secret));
    }
    update(data) {
        this.state.update(toBytes(data));
    }
    async digest() {
        return new Uint8Array(this.state.digest());
    }
}

function toBytes(data) {
    if (typeof data === 'string')
        return Buffer.from(data, 'utf8');
    return ArrayBuffer.isView(data) ? Buffer.from(data.buffer, data.byteOffset, data.byteLength) : Buffer.from(data);
}

module.exports = { Sha256 };
