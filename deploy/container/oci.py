#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""oci.py -- packs a root file system as an OCI image of one layer (github.com/opencontainers/image-spec).

The archive is an OCI layout: blobs by their SHA-256, an index, and a manifest.json, which older versions of `docker load`
read. The same input gives the same bytes."""
import argparse
import gzip
import hashlib
import io
import json
import os
import shutil
import tarfile
import tempfile
import time

ARCHITECTURES = {'amd64': 'amd64', 'arm64': 'arm64', 'armhf': 'arm', 'i386': '386', 'riscv64': 'riscv64'}


def file_digest(path):
    digest = hashlib.sha256()
    with open(path, 'rb') as f:
        for block in iter(lambda: f.read(1 << 20), b''):
            digest.update(block)
    return digest.hexdigest()


def compress(source, target):
    with open(source, 'rb') as plain, open(target, 'wb') as raw, gzip.GzipFile('', 'wb', 9, raw, 0) as packed:
        shutil.copyfileobj(plain, packed, 1 << 20)


class Layout:
    """The archive being written."""

    def __init__(self, archive, epoch):
        self.archive, self.epoch = archive, epoch
        for folder in ('blobs', 'blobs/sha256'):
            entry = self.entry(folder)
            entry.type, entry.mode = tarfile.DIRTYPE, 0o755
            archive.addfile(entry)

    def entry(self, name):
        entry = tarfile.TarInfo(name)
        entry.mtime = self.epoch
        return entry

    def put(self, name, data):
        entry = self.entry(name)
        entry.size = len(data)
        self.archive.addfile(entry, io.BytesIO(data))

    def put_blob(self, kind, data):
        digest = hashlib.sha256(data).hexdigest()
        self.put('blobs/sha256/' + digest, data)
        return {'mediaType': kind, 'digest': 'sha256:' + digest, 'size': len(data)}

    def put_file(self, kind, path):
        digest, entry = file_digest(path), None
        entry = self.entry('blobs/sha256/' + digest)
        entry.size = os.path.getsize(path)
        with open(path, 'rb') as f:
            self.archive.addfile(entry, f)
        return {'mediaType': kind, 'digest': 'sha256:' + digest, 'size': entry.size}


def encode(value):
    return json.dumps(value, sort_keys=True, separators=(',', ':')).encode()


def main():
    parser = argparse.ArgumentParser()
    for name in ('root', 'config', 'version', 'arch', 'out'):
        parser.add_argument('--' + name, required=True)
    a = parser.parse_args()
    epoch = int(os.environ.get('SOURCE_DATE_EPOCH', '0'))
    created = time.strftime('%Y-%m-%dT%H:%M:%SZ', time.gmtime(epoch))
    name = 'climacast:' + a.version.replace('~', '-').replace('+', '-')
    with open(a.config) as f:
        config = json.load(f)
    config['Labels']['org.opencontainers.image.version'] = a.version
    with tempfile.NamedTemporaryFile(dir=os.path.dirname(a.out) or '.') as layer, tarfile.open(a.out + '.new', 'w') as archive:
        compress(a.root, layer.name)
        layout = Layout(archive, epoch)
        blob = layout.put_file('application/vnd.oci.image.layer.v1.tar+gzip', layer.name)
        image = layout.put_blob('application/vnd.oci.image.config.v1+json', encode({
            'created': created, 'architecture': ARCHITECTURES[a.arch], 'os': 'linux', 'config': config,
            'rootfs': {'type': 'layers', 'diff_ids': ['sha256:' + file_digest(a.root)]},
            'history': [{'created': created, 'created_by': 'deploy/container/image.sh'}]}))
        manifest = layout.put_blob('application/vnd.oci.image.manifest.v1+json', encode({
            'schemaVersion': 2, 'mediaType': 'application/vnd.oci.image.manifest.v1+json', 'config': image, 'layers': [blob]}))
        manifest['annotations'] = {'io.containerd.image.name': 'docker.io/library/' + name,
                                   'org.opencontainers.image.ref.name': name}
        layout.put('index.json', encode({'schemaVersion': 2, 'mediaType': 'application/vnd.oci.image.index.v1+json',
                                         'manifests': [manifest]}))
        layout.put('manifest.json', encode([{'Config': 'blobs/sha256/' + image['digest'][7:], 'RepoTags': [name],
                                             'Layers': ['blobs/sha256/' + blob['digest'][7:]]}]))
        layout.put('oci-layout', encode({'imageLayoutVersion': '1.0.0'}))
    os.rename(a.out + '.new', a.out)


main()
