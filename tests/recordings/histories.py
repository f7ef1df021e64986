#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""histories.py -- makes tests/cases/alert_histories.json of recorded lists of alerts: the messages of an event in the order in
which they were sent.

    tests/recordings/histories.py DIR     a folder of recordings, as NWS_RECORDINGS of tests/README.md

A recorded message is kept with its id, times, VTEC action, zones and polygon. Of those before it, the list has only the
references: id and time. Such a message is written down with the zones and the polygon of those that refer to it, and with
"recorded": false. Its action is NEW if it is the oldest, else CON. Events are those of EVENTS that the lists have."""
import glob
import json
import os
import sys

# Whose type Amazon knows, and some that it doesn't: extended in time (EXT) and in area (EXA, EXB), upgraded (UPG), with many
# messages, with several messages at a time.
EVENTS = '''KDVN.TO.A.0277 KDMX.TO.A.0277 KARX.TO.A.0277 KOAX.TO.A.0276 KFSD.TO.A.0276 KOAX.TO.W.0076 KDMX.SV.W.0106 KOAX.SV.W.0157
KDMX.SV.W.0105 KFSD.SV.W.0035 KOAX.SV.W.0156 KDMX.SV.W.0104 KDVN.FF.W.0002 KDMX.FA.W.0003 KDMX.FL.W.0010 KFSD.WI.Y.0011
KDLH.FW.W.0007 KFGF.DU.W.0001 KDDC.FW.W.0028 KGGW.HW.W.0013 KCYS.HW.W.0032 KAMA.FW.A.0021 KMSO.WW.Y.0022 PHFO.SU.W.0006
KPSR.EH.W.0006 KPQR.FA.A.0004'''.split()
OUT = os.path.join(os.path.dirname(__file__), '../cases/alert_histories.json')


def key_of(properties):
    for line in (properties.get('parameters') or {}).get('VTEC') or []:
        fields = line.strip('/').split('.')
        return fields[1], '.'.join(fields[2:6])
    return None, None


def read(folder):
    """{key: [message]}, without those that are only referred to."""
    events, seen = {}, set()
    for path in sorted(glob.glob(os.path.join(folder, '*/alerts/**/*.json'), recursive=True)):
        if '_as-stored' in path:
            continue
        for feature in json.load(open(path)).get('features') or []:
            p = feature['properties']
            action, key = key_of(p)
            if key not in EVENTS or p['id'] in seen or p['status'] != 'Actual':
                continue
            seen.add(p['id'])
            shape = feature.get('geometry') or {}
            events.setdefault(key, []).append({
                'id': p['id'], 'sent': p['sent'], 'recorded': True, 'action': action, 'event': p['event'],
                'severity': p['severity'], 'urgency': p['urgency'], 'ends': p.get('ends') or p['expires'],
                'zones': p['geocode']['UGC'], 'polygon': shape['coordinates'][0] if shape.get('type') == 'Polygon' else None,
                'references': sorted(({'id': r['identifier'], 'sent': r['sent']} for r in p.get('references') or []),
                                     key=lambda r: r['sent'])})
    return events


def add_referred(messages):
    """Adds those that are only referred to."""
    known = {m['id'] for m in messages}
    for m in list(messages):
        for i, reference in enumerate(m['references']):
            if reference['id'] not in known:
                known.add(reference['id'])
                messages.append(dict(m, id=reference['id'], sent=reference['sent'], recorded=False,
                                     action='CON' if i else 'NEW', zones=[], references=m['references'][:i]))
    for m in messages:
        if not m['recorded']:
            m['zones'] = sorted({z for n in messages if n['recorded'] and m['id'] in [r['id'] for r in n['references']]
                                 for z in n['zones']})
    messages.sort(key=lambda m: (m['sent'], m['id']))


def main():
    events = read(sys.argv[1])
    out = []
    for key in EVENTS:
        if key not in events:
            print('not recorded:', key, file=sys.stderr)
            continue
        add_referred(events[key])
        for m in events[key]:
            m['references'] = [r['id'] for r in m['references']]
            if not m['polygon']:
                del m['polygon']
        out.append({'key': key, 'messages': events[key]})
    with open(OUT, 'w') as f:
        f.write('[\n')
        for i, event in enumerate(out):
            lines = ',\n'.join('  ' + json.dumps(m, separators=(',', ':')) for m in event['messages'])
            f.write(f' {{"key":"{event["key"]}","messages":[\n{lines}]}}{"," if i + 1 < len(out) else ""}\n')
        f.write(']\n')
    print(len(out), 'events,', sum(len(e['messages']) for e in out), 'messages,',
          sum(m['recorded'] for e in out for m in e['messages']), 'as recorded')


main()
