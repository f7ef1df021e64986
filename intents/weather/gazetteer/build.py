#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""build.py -- make places.bin anew, by hand, from the folder the repository begins in.

    apt-get install weather-util-data
    python3 intents/weather/gazetteer/build.py

Reads Debian's weather-util-data (Census places, county subdivisions, counties and ZIP areas with
their middles), the GeoNames rows beside this file, and names.tsv.  Names are compared by the very
C code that answers questions later (place_name.c, built as a shared object).  The layout of
places.bin is described in gazetteer.c.  The same input gives the same bytes.
"""
import ctypes
import gzip
import math
import re
import struct
import subprocess
import sys
import tempfile
import unicodedata
from collections import defaultdict
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[2]
DEBIAN = Path('/usr/share/weather-util')
NEAR_KM = 60  # two rows of one name in one state are one place when closer than this

# Where a county subdivision is what people call their town.
TOWN_STATES = set('CT ME MA NH RI VT NY NJ PA MI'.split())

# What the Census writes behind a name to say what kind of place it is, longest first.
KINDS = ('unified government (balance)', 'consolidated government (balance)',
         'metro government (balance)', 'metropolitan government (balance)',
         'consolidated government', 'metropolitan government', 'unified government',
         'city and borough', 'metro township', 'charter township', 'urban county', 'zona urbana',
         'city (balance)', '(balance)', 'city', 'town', 'village', 'borough', 'CDP', 'municipality',
         'comunidad', 'township', 'plantation', 'corporation')


class Str(ctypes.Structure):
    _fields_ = [('p', ctypes.c_char_p), ('n', ctypes.c_size_t)]


def load_key():
    """The C function place_name_key() as a Python function with a memory."""
    so = tempfile.NamedTemporaryFile(suffix='.so')
    subprocess.run(['cc', '-std=c17', '-O2', '-shared', '-fPIC', '-I', str(ROOT), '-o', so.name,
                    str(ROOT / 'intents/weather/place_name.c')], check=True)
    fold = ctypes.CDLL(so.name).place_name_key
    fold.argtypes = [Str, ctypes.c_char_p]
    fold.restype = ctypes.c_size_t
    known = {}

    def key(name):
        if name not in known:
            out = ctypes.create_string_buffer(256)
            raw = name.encode()
            fold(Str(raw, len(raw)), out)
            known[name] = out.value.decode()
        return known[name]

    key.keep = so
    return key


key = load_key()


def distance_km(a, b):
    x = (b[1] - a[1]) * math.cos(math.radians((a[0] + b[0]) / 2))
    return 111.2 * math.hypot(x, b[0] - a[0])


class Place:
    def __init__(self, name, state, at, people=0):
        self.name = unicodedata.normalize('NFC', name)
        self.state, self.at, self.people = state, at, people
        self.aliases = set()


class Places:
    def __init__(self):
        self.all = []
        self.by_key = defaultdict(list)  # (key, state) -> places

    def add(self, place):
        self.all.append(place)
        self.by_key[key(place.name), place.state].append(place)
        return place

    def add_alias(self, place, alias):
        if key(alias) and key(alias) != key(place.name):
            place.aliases.add(alias)
            if place not in self.by_key[key(alias), place.state]:
                self.by_key[key(alias), place.state].append(place)

    def find(self, name, state, at=None, km=NEAR_KM):
        """The place of that name: the nearest, or without `at` the most populous."""
        found = self.by_key.get((key(name), state), [])
        if at is None:
            return max(found, key=lambda p: p.people, default=None)
        near = [p for p in found if distance_km(p.at, at) <= km]
        return min(near, key=lambda p: distance_km(p.at, at), default=None)


def sections(file):
    """(id, {field: value}) of a file of weather-util-data."""
    name, fields = None, {}
    with gzip.open(DEBIAN / file, 'rt', encoding='utf-8') as lines:
        for line in lines:
            line = line.rstrip('\n')
            if line.startswith('['):
                name, fields = line[1:-1], {}
            elif not line and name:
                yield name, fields
                name = None
            elif name and ' = ' in line:
                field, value = line.split(' = ', 1)
                fields[field] = value
    if name:
        yield name, fields


def middle(fields):
    """The centroid, which is in radians there, in degrees."""
    return tuple(round(math.degrees(float(x)), 4)
                 for x in fields['centroid'].strip('()').split(', '))


def bare(name):
    """The name without the kind of place; and the name that stands in parentheses, or ''."""
    for kind in KINDS:
        if name.endswith(' ' + kind):
            name = name[:-len(kind) - 1]
            break
    other = re.fullmatch(r'(.*) \((.*)\)', name)
    return (other.group(1), other.group(2)) if other else (name, '')


def tsv(file):
    with gzip.open(HERE / file, 'rt', encoding='utf-8') as lines:
        return [line.rstrip('\n').split('\t') for line in lines]


def by_hand():
    """The rows of names.tsv by their first column, padded to seven columns."""
    rows = defaultdict(list)
    for line in (HERE / 'names.tsv').read_text(encoding='utf-8').splitlines():
        if line and not line.startswith('#'):
            kind, *rest = line.split('\t')
            rows[kind].append([x.strip() for x in rest] + [''] * (7 - len(rest)))
    return rows


def semicolons(text):
    return [x.strip() for x in text.split(';') if x.strip()]


def add_census(places, hand):
    renames = {(r[0], r[1]): r for r in hand['rename']}
    towns, counties = [], []
    for code, fields in sections('places.gz'):
        full, _, state = fields['description'].rpartition(', ')
        if len(code) == len('fips') + 10:
            if state in TOWN_STATES:
                towns.append((full, state, middle(fields)))
            continue
        if len(code) == len('fips') + 5:
            counties.append((full, state, middle(fields)))
            continue
        name, other = bare(full)
        rename = renames.pop((name, state), None)
        place = places.add(Place(rename[2] if rename else name, state, middle(fields)))
        for alias in semicolons(rename[3]) if rename else []:
            places.add_alias(place, alias)
        if other:
            places.add_alias(place, other)
    if renames:
        sys.exit(f'names.tsv renames what is not there: {sorted(renames)}')
    return towns, counties


def add_towns(places, towns):
    for full, state, at in towns:
        name, _ = bare(full)
        if name != full and not places.by_key.get((key(name), state)):
            places.add(Place(name, state, at))


def add_counties(places, counties):
    for full, state, at in counties:
        name = full.replace(' Municipio', '').replace(' Census Area', '').replace(' city', '')
        if not places.by_key.get((key(name), state)):
            places.add(Place(name, state, at))


def add_geonames(places):
    """Populations for places that are there; places that are not."""
    fresh = []
    for name, state, _, people, lat, lon in tsv('geonames-places.tsv.gz'):
        if state in ('GU', 'AS', 'VI', 'MP'):
            continue  # all by hand, in the spelling of the places themselves
        at, people = (float(lat), float(lon)), int(people)
        place = (places.find(name, state, at) or
                 places.find(re.sub(r' City$', '', name), state, at, 15) or
                 places.find(re.sub(r' (Center|Village|Town|Township)$', '', name), state, at, 5))
        if place:
            place.people = max(place.people, people)
        else:
            fresh.append((name, state, at, people))
    for name, state, at, people in fresh:
        name = re.sub(r'^The (?=Bronx$)', '', name)
        place = places.find(name, state, at)
        if place:
            place.people = max(place.people, people)
        else:
            places.add(Place(name, state, at, people))


def nearest(places, state, at):
    return min((p for p in places.all if p.state == state), key=lambda p: distance_km(p.at, at))


def zip_codes(places, hand):
    """{code: (place, (latitude, longitude))}"""
    areas = {code: middle(fields) for code, fields in sections('zctas.gz')}
    codes = {}
    for code, state, name in (r[:3] for r in hand['zip']):
        place = places.find(name, state)
        if not place:
            sys.exit(f'names.tsv: no place for ZIP code {code}')
        codes[code] = (place, areas.get(code, place.at))
    for code, office, state, lat, lon in tsv('geonames-zips.tsv.gz'):
        if code in codes:
            continue
        at = areas.get(code, (float(lat), float(lon)))
        place = places.find(office, state, at) or places.add(Place(office, state, at))
        codes[code] = (place, areas.get(code, place.at))
    for code, at in areas.items():
        if code not in codes and code[:3] in ('006', '007', '009'):
            codes[code] = (nearest(places, 'PR', at), at)
    return codes, sorted(set(areas) - set(codes))


def u24(value):
    return struct.pack('<i', value)[:3]


def degrees(value):
    return u24(round(value * 10000))


def pack(places, codes):
    states = sorted({p.state for p in places.all})
    rows = defaultdict(list)  # name -> places of that very spelling, or (alias of) place
    for place in places.all:
        rows[place.name].append((place, False))
        for alias in place.aliases:
            rows[alias].append((place, True))
    names = sorted(rows, key=lambda name: (key(name), name))
    names = [name for name in names if key(name)]
    number, first, order = {}, [], []
    for name in names:
        first.append(len(order))
        for place, is_alias in sorted(rows[name], key=lambda r: (-r[0].people, r[0].state, r[0].at)):
            if not is_alias:
                number[place] = len(order)
            order.append((place, is_alias))
    first.append(len(order))
    assert len(order) < 65536 and len(states) < 64

    text, out_names = b'', b''
    for i, name in enumerate(names):
        out_names += u24(len(text)) + struct.pack('<H', first[i])
        text += name.encode()
    out_names += u24(len(text)) + struct.pack('<H', first[-1])
    out_rows = b''
    for place, is_alias in order:
        if is_alias:
            out_rows += u24(number[place]) + bytes(3) + b'\xff' + bytes(3)
        else:
            out_rows += (degrees(place.at[0]) + degrees(place.at[1]) +
                         bytes([states.index(place.state)]) + u24(place.people))
    out_zips, prefixes = b'', []
    ordered = sorted(codes)
    for prefix in range(1001):
        prefixes.append(prefixes[-1] if prefixes else 0)
        while prefixes[-1] < len(ordered) and int(ordered[prefixes[-1]][:3]) < prefix:
            prefixes[-1] += 1
    for code in ordered:
        place, at = codes[code]
        out_zips += (bytes([int(code[3:])]) + struct.pack('<H', number[place]) +
                     degrees(at[0]) + degrees(at[1]))
    head = b'CCPLACE1' + struct.pack('<4I', len(names), len(order), len(ordered), len(text))
    head += ''.join(states).encode().ljust(128, b'\0')
    return (head + struct.pack('<1001H', *prefixes) + out_names + out_rows + out_zips + text,
            len(names), len(order), len(ordered))


def main():
    hand = by_hand()
    places = Places()
    for name, state, lat, lon, people, others, _ in hand['place']:
        place = places.add(Place(name, state, (float(lat), float(lon)), int(people)))
        for alias in semicolons(others):
            places.add_alias(place, alias)
    towns, counties = add_census(places, hand)
    add_geonames(places)
    add_towns(places, towns)
    codes, nameless = zip_codes(places, hand)
    add_counties(places, counties)
    for name, state, others, *_ in hand['alias']:
        place = places.find(name, state)
        if not place:
            sys.exit(f'names.tsv: alias for {name}, {state}, which is not there')
        for alias in semicolons(others):
            places.add_alias(place, alias)
    table, names, rows, zips = pack(places, codes)
    (HERE / 'places.bin').write_bytes(table)
    print(f'{names} names, {rows} rows, {zips} ZIP codes, {len(table)} bytes; '
          f'ZIP areas without a name: {" ".join(nameless)}')


main()
