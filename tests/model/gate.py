#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""gate.py MODEL -- checks an interaction model: no sentence has two meanings, and Amazon's rules are kept.

A sentence has two meanings when samples of two intents match it, or when one intent matches it with other slots.  All
samples together are a graph whose paths are the sentences, with the values of a slot's type in the slot's place; the gate
walks pairs of paths with the same words, so every sample is compared with every other for all values.  Slots of Amazon's
types stand for what a person says there: see SPOKEN.  Prints each conflict with an example, then "N passed, M failed"."""
import collections
import json
import re
import sys

# What people say for Amazon's types: <city> and the like are words that are nothing else.  "Home" is a favorite.
HOURS = 'one two three four five six seven eight nine ten eleven twelve'.split()
SPOKEN = {
    'AMAZON.US_CITY': ['<city>', '<state>', 'here', 'me'],
    'AMAZON.US_STATE': ['<state>'],
    'AMAZON.NUMBER': ['<number>', 'fifty', 'eighty', 'one hundred'] + HOURS,
    'AMAZON.Ordinal': ['first', 'second', 'third', 'fourth', 'fifth'],
    'AMAZON.TIME': ['<time>', 'noon', 'midnight', 'half past three', 'quarter to six'] + HOURS +
                   [f'{hour} {more}' for hour in HOURS for more in ('p m', 'a m', 'thirty', "o'clock", 'in the morning')],
    'AMAZON.DURATION': ['<duration>', 'two hours', 'an hour', 'thirty minutes', 'half an hour', 'three days', 'hour'],
}
ZIP = ['<zip>']  # a number in slot zipcode has five digits
CATCH_ALL = re.compile(r'AMAZON\.(US_CITY|City|NUMBER|SearchQuery|US_STATE|Person|Ordinal|TIME|DURATION)')
LISTED_ALONE = {('FollowIntent', sample) for sample in ('{location}', '{zipcode}', '{location} {zipcode}')}
# What people say in a place of a sample, where it is less than the type has: (what is before the slot, slot, values).
SAID_THERE = [
    (r'(?:how|\{how\}) \{metric\} ', 'leadin', r'(is|are|was|will|does|do) (it|the)( going to| gonna| supposed to)?( be| get)?'),
]
SHOWN_MAX = 40
LIMITS = {'intents': 250, 'slots': 32, 'samples': 5000, 'sample': 200, 'value': 140, 'values': 50000, 'bytes': 1500000}


def words(text):
    """The words as server/utterance/tokens.c splits them."""
    return re.findall(r"<\w+>|'s\b|[^\s'-]+(?:'(?!s\b)[^\s'-]*)*", text.lower())


def trie_of(values):
    """Nested dictionaries by word; the key '' marks the end of a value."""
    root = {}
    for value in values:
        node = root
        for word in words(value):
            node = node.setdefault(word, {})
        node[''] = {}
    return root


class Graph:
    """The samples of all intents as one tree of parts: a word, or a slot with its type."""

    def __init__(self, language):
        self.values = {t['name']: [form for v in t['values'] for form in [v['name']['value'], *v['name'].get('synonyms', [])]]
                       for t in language.get('types', [])}
        self.types = {}
        self.edges, self.ends, self.path = [{}], [set()], ['']
        for intent in language['intents']:
            slots = {slot['name']: slot['type'] for slot in intent.get('slots', [])}
            for sample in intent.get('samples', []):
                self.add(intent['name'], sample, slots)

    def add(self, intent, sample, slots):
        node = 0
        for match in re.finditer(r'\{(\w+)\}|[^{}]+', sample):
            part, slot = match[0], match[1]
            if slot:
                there = [i for i, (before, of, _) in enumerate(SAID_THERE)
                         if of == slot and re.fullmatch(before, sample[:match.start()])]
                node = self.step(node, (slot, slots[slot], there[0] if there else None))
            else:
                for word in words(part):
                    node = self.step(node, word)
        self.ends[node].add(intent)

    def step(self, node, part):
        if part not in self.edges[node]:
            self.edges[node][part] = len(self.edges)
            shown = part if isinstance(part, str) else '{%s}' % part[0]
            self.path.append((self.path[node] + ' ' + shown).strip())
            self.edges.append({})
            self.ends.append(set())
        return self.edges[node][part]

    def trie(self, slot, kind, there):
        key = ('zip' if slot == 'zipcode' else kind, there)
        if key not in self.types:
            spoken = ZIP if slot == 'zipcode' else SPOKEN.get(kind) or self.values[kind]
            if there is not None:
                spoken = [form for form in spoken if re.fullmatch(SAID_THERE[there][2], form)]
            self.types[key] = trie_of(spoken)
        return self.types[key]

    def moves(self, place):
        """By word: the places that it leads to from here, each with the slot that takes the word (or None)."""
        node, inside = place[0], place[1]
        found = collections.defaultdict(list)
        if inside is not None:
            slot = place[2]
            self.take(found, node, inside, slot)
            return found
        for part, child in self.edges[node].items():
            if isinstance(part, str):
                found[part].append(((child, None, None), None))
            else:
                self.take(found, child, self.trie(*part), part[0])
        return found

    @staticmethod
    def take(found, child, trie, slot):
        for word, below in trie.items():
            if word == '':
                continue
            if '' in below:
                found[word].append(((child, None, None), slot))
            if len(below) > ('' in below):
                found[word].append(((child, Inside(below), slot), slot))


class Inside(dict):
    """A node of a type's trie, compared by identity."""
    cache = {}

    def __new__(cls, below):
        known = cls.cache.get(id(below))
        if known is None:
            known = cls.cache[id(below)] = super().__new__(cls)
        return known

    def __init__(self, below):
        if not self:
            super().__init__(below)
            self.original = below  # keeps the id

    def __hash__(self):
        return id(self)

    def __eq__(self, other):
        return self is other


def conflicts(graph):
    """Yield (sentence, one sample with its intents, another) for each pair of samples with a common sentence."""
    start = ((0, None, None), (0, None, None), False)
    parents = {start: None}
    queue = collections.deque([start])
    seen = set()
    memo = {}
    while queue:
        state = queue.popleft()
        one, other, differs = state
        left, right = (memo.setdefault(p, None) or memo.__setitem__(p, graph.moves(p)) or memo[p] for p in (one, other))
        for word in sorted(left.keys() & right.keys()):
            for a, slot_a in left[word]:
                for b, slot_b in right[word]:
                    now = (a, b, differs or slot_a != slot_b) if order(a, b) else (b, a, differs or slot_a != slot_b)
                    if now in parents:
                        continue
                    parents[now] = (state, word)
                    if a == b and now[2]:  # the words so far have two meanings, and so has all that follows
                        yield sentence(parents, now), (graph.ends[a[0]], graph.path[a[0]]), (graph.ends[a[0]], graph.path[a[0]] + ' (read otherwise)')
                        continue
                    ends = accepted(graph, a, b)
                    if ends and (now[2] or ends[0] != ends[1] or len(ends[0]) > 1):
                        key = (graph.path[a[0]], graph.path[b[0]])
                        if key not in seen:
                            seen.add(key)
                            yield sentence(parents, now), (ends[0], key[0]), (ends[1], key[1])
                    queue.append(now)


def order(a, b):
    return (a[0], id(a[1]) if a[1] is not None else 0) <= (b[0], id(b[1]) if b[1] is not None else 0)


def accepted(graph, a, b):
    if a[1] is None and b[1] is None and graph.ends[a[0]] and graph.ends[b[0]]:
        return graph.ends[a[0]], graph.ends[b[0]]
    return None


def sentence(parents, state):
    said = []
    while parents[state]:
        state, word = parents[state]
        said.append(word)
    return ' '.join(reversed(said)).replace(" 's", "'s")


# ---- Amazon's rules ----

def rules(language, size):
    """Yield a line for each rule that is broken."""
    intents, types = language['intents'], language.get('types', [])
    names = [intent['name'] for intent in intents] + [t['name'] for t in types]
    yield from (f'{name} is named twice' for name, n in collections.Counter(names).items() if n > 1)
    yield from (f'{name} is not a name' for name in names if not re.fullmatch(r'(AMAZON\.)?[A-Za-z][A-Za-z_]*', name))
    if size > LIMITS['bytes']:
        yield f'the model has {size} bytes'
    if len(intents) > LIMITS['intents']:
        yield f'{len(intents)} intents'
    known = {t['name'] for t in types}
    for intent in intents:
        yield from intent_rules(intent, known)
    total = 0
    for kind in types:
        forms = [form for v in kind['values'] for form in [v['name']['value'], *v['name'].get('synonyms', [])]]
        total += len(forms)
        said = collections.Counter(' '.join(words(form)) for form in forms)
        yield from (f'{kind["name"]}: "{form}" is there {n} times' for form, n in said.items() if n > 1)
        yield from (f'{kind["name"]}: "{form}" is not a value' for form in forms
                    if len(form) > LIMITS['value'] or not re.fullmatch(r"[a-z0-9][a-z0-9 '.-]*", form) or '  ' in form)
        if not forms:
            yield f'{kind["name"]} has no values'
    if total > LIMITS['values']:
        yield f'{total} values'


def intent_rules(intent, known):
    name, samples = intent['name'], intent.get('samples', [])
    slots = {slot['name']: slot['type'] for slot in intent.get('slots', [])}
    yield from (f'{name}: {slot} is not a slot name' for slot in slots if not re.fullmatch(r'[A-Za-z][A-Za-z_]*', slot))
    yield from (f'{name}: unknown type {kind}' for kind in slots.values() if not kind.startswith('AMAZON.') and kind not in known)
    if len(slots) > LIMITS['slots'] or len(samples) > LIMITS['samples']:
        yield f'{name} has {len(slots)} slots and {len(samples)} samples'
    if not samples and not name.startswith('AMAZON.'):
        yield f'{name} has no samples'
    yield from (f'{name}: "{sample}" is there {n} times' for sample, n in collections.Counter(samples).items() if n > 1)
    used = set()
    for sample in samples:
        named = re.findall(r'\{(\w+)\}', sample)
        used.update(named)
        plain = re.sub(r"\{\w+\}(?='s |'s$| |$)", '', sample)
        if len(sample) > LIMITS['sample'] or not re.fullmatch(r"[a-z .'-]*", plain) or sample != sample.strip() or '  ' in sample:
            yield f'{name}: "{sample}" is not a sample'
        if len(set(named)) < len(named):
            yield f'{name}: a slot twice in "{sample}"'
        if not set(named) <= slots.keys():
            yield f'{name}: an unknown slot in "{sample}"'
        elif not plain.strip() and all(CATCH_ALL.fullmatch(slots[slot]) for slot in named) and (name, sample) not in LISTED_ALONE:
            yield f'{name}: "{sample}" catches everything'
    yield from (f'{name}: no sample fills {slot}' for slot in slots if slot not in used)


def main():
    text = open(sys.argv[1], encoding='utf-8').read()
    language = json.loads(text)['interactionModel']['languageModel']
    failed = 0
    for broken in rules(language, len(text)):
        failed += 1
        print(f'FAIL {broken}')
    if not failed:
        for said, (intents, sample), (others, other) in conflicts(Graph(language)):
            failed += 1
            if failed <= SHOWN_MAX:
                print(f'FAIL "{said}" is both {"/".join(sorted(intents))} "{sample}" and {"/".join(sorted(others))} "{other}"')
    samples = sum(len(intent.get('samples', [])) for intent in language['intents'])
    print(f'{samples if not failed else 0} passed, {failed} failed')
    sys.exit(1 if failed else 0)


if __name__ == '__main__':
    main()
