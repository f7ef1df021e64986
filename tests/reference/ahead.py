#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Asks the running daemon about freezes, extremes, thresholds, two days, yesterday and advice, and compares its answers with
a second implementation (superlatives.py).

    ahead.py BUILD

Plays every recorded bundle at random instants, also moved to another time zone and to a week with a clock change, and
made-up weather, whose stations have a past.  Environment: SEED (see forecast.py), QUESTIONS (at least 1200), NWS_RECORDINGS.  Prints each
difference, how many answers of each kind agreed, then "N passed, M failed".
"""
import collections
import concurrent.futures
import json
import os
import random
import shlex
import shutil
import statistics
import subprocess
import sys
import tempfile
import threading

import answers
import ask
import forecast
import superlatives

DAY = 86400
INSTANTS = ["2026-01-14T05:20:00Z", "2026-03-08T08:10:00Z", "2026-06-17T16:00:00Z", "2026-11-01T03:50:00Z"]


def line(intent, place, slots):
    return " ".join([intent] + ["%s=%s" % (k, shlex.quote(str(v))) for k, v in dict(slots, location=place).items()])


def weekday(scene, ahead):
    return (scene.today.weekday() + ahead) % 7


PARTS = {"": (6, 18), " night": (18, 30), " morning": (6, 12), " afternoon": (12, 18), " evening": (18, 24),
         " overnight": (24, 30)}


def random_period(rng, scene, parts=tuple(PARTS)):
    """Slots for a part of a day ahead of today, and its date and hours; nothing most of the time."""
    if rng.random() < 0.5:
        return {}, None
    ahead, part = rng.randrange(1, 7), rng.choice(parts)
    day = "tomorrow" if ahead == 1 else answers.WEEKDAYS[weekday(scene, ahead)].lower()
    return {"when_any": day + part}, (ahead,) + PARTS[part]


def ask_freeze(rng, scene):
    asked = rng.choice(["frost", "freeze", "hard freeze"])
    slots, period = random_period(rng, scene, (" night", " evening", " overnight"))
    slots.update(freeze=asked, leadin=rng.choice(["will it", "when is the"]))
    return "FreezeIntent", slots, superlatives.freeze(scene, asked, period and period[0]), superlatives.heard_freeze


def ask_extreme(rng, scene):
    name, unit = rng.choice(superlatives.SUPERLATIVES), rng.choice(["day", "night", "hour"])
    slots, period = random_period(rng, scene)
    unit = "day" if name == "best" else unit
    slots.update(extreme=name, unit=unit)
    return "ExtremeIntent", slots, superlatives.extreme(scene, name, unit, period), superlatives.heard_extreme


def ask_threshold(rng, scene):
    measure, direction = rng.choice(list(superlatives.MEASURES)), rng.choice(["reach", "above", "below"])
    number = rng.randrange(0, 30) if measure == "wind" else rng.randrange(10, 100)
    slots, period = random_period(rng, scene)
    slots.update(metric=measure, direction=direction, number=number)
    return ("ThresholdIntent", slots, superlatives.threshold(scene, measure, direction, number, period),
            superlatives.heard_threshold)


def ask_two_days(rng, scene):
    first, second = rng.randrange(1, 7), rng.choice([0, 0, 1, 2, 3])
    name = {0: "today", 1: "tomorrow"}
    slots = {"when_any": name.get(first, answers.WEEKDAYS[weekday(scene, first)].lower()),
             "when_two": name.get(second, answers.WEEKDAYS[weekday(scene, second)].lower())}
    return "CompareIntent", slots, superlatives.two_days(scene, first, second), superlatives.heard_two_days


def ask_advice(rng, scene):
    thing = rng.choice(list(superlatives.ADVICE))
    slots, period = ({}, None) if thing in ("plants", "pipes") else random_period(rng, scene)
    hours = superlatives.advice_hours(scene, period)
    slots.update(thing=thing)
    return "AdviceIntent", slots, superlatives.ADVICE[thing](scene, hours), superlatives.heard_advice


KINDS = [ask_freeze, ask_extreme, ask_threshold, ask_two_days, ask_advice]
OPTIONAL = {"percent", "degrees", "garment", "low"}  # heard, but not computed for every kind


LONGEST = 30  # words; of those beyond 25, which a rare mixture of facts may take, at most one in fifty


def spoken_at_length(speech, place):
    """More than 25 words, but for long names of the place and of days, and for more facts: a change, an open end, a warning."""
    limit = 25 + max(0, len(place.split()) - 2) + len(superlatives.re.findall(r"[a-z] \d+(?:st|nd|rd|th)\b", speech))
    more = superlatives.re.search(r"turn(s|ing) to |at least until|despite a dry forecast|though not forecast|(Warning|Alert|Advisory|Watch|Statement) |couldn't check|Which day", speech)
    return len(speech.split()) > limit and not more


class Judge:
    def __init__(self):
        self.agreed, self.failed, self.lock = collections.Counter(), 0, threading.Lock()
        self.long = collections.Counter()
        self.words = collections.defaultdict(list)

    def put(self, world, place, questions):
        """questions: (intent, slots, what is right, how an answer is read)."""
        heard = world.ask([line(intent, place, slots) for intent, slots, _, _ in questions])
        with self.lock:
            for (intent, slots, right, reader), speech, spoken in zip(questions, heard, world.spoken):
                got = superlatives.heard(reader, speech)
                self.words[intent].append(len(spoken.split()))
                if spoken_at_length(spoken, place):
                    self.long[intent] += 1
                    self.failed += len(spoken.split()) > LONGEST
                    print("%s %s %s at %s: more than one breath\n    heard: %s" % (
                        place, intent, slots, ask.instant_text(world.now), spoken))
                wrong = [n for n in sorted(set(right) | set(got)) if right.get(n) != got.get(n)
                         and (n in right or n not in OPTIONAL)]
                self.failed += bool(wrong)
                self.agreed[intent] += not wrong
                if wrong:
                    print("%s %s %s at %s: reference %r, daemon %r\n    heard: %s" % (
                        place, intent, slots, ask.instant_text(world.now), right, got, speech))


def alerts_of(world, coordinates):
    """When the active warnings of a point are in effect, and whether there is an alert about the air."""
    warnings, bad_air = [], False
    document = world.get("/alerts/active?point=%s" % coordinates)
    for feature in (document or {}).get("features", []):
        p = feature["properties"]
        until = p.get("ends") or p["expires"]
        if (p["status"] != "Actual" or p["messageType"] == "Cancel" or p["response"] == "AllClear"
                or forecast.seconds(until) <= world.now):
            continue
        bad_air = bad_air or "Air Quality" in p["event"]
        if p["event"].endswith("Warning"):
            warnings.append((forecast.seconds(p["onset"] or p["sent"]), forecast.seconds(until)))
    return warnings, bad_air


def ask_bundle(judge, rng, make_world, bundle, count):
    folder, points, grid_path = bundle
    grid = ask.Grid(json.loads(ask.read(grid_path)))
    point = json.loads(ask.read(points))
    zone = answers.zone_of(point.get("properties", point)["timeZone"])
    now = grid.start + rng.randrange(0, max(grid.end - grid.start - 2 * DAY, DAY))
    world = make_world(now, folder.rstrip("/"))
    try:
        world.ask([line("MetricIntent", "boulder colorado", {"metric": "forecast"})])
        asked = [p for p in world.get("/_sim/log")["paths"] if p.startswith("/points/")]
        scene = superlatives.Scene(grid, now, zone, *alerts_of(world, asked[0][len("/points/"):]))
        judge.put(world, "boulder colorado", [rng.choice(KINDS)(rng, scene) for _ in range(count)])
    finally:
        world.stop()


# ---- made-up weather, with a past ------------------------------------------------------------------------------

def reports(world, station, begin, end):
    document = world.get("/stations/%s/observations?start=%s&end=%s&limit=500" % (
        station, ask.instant_text(begin), ask.instant_text(end)))
    return [f["properties"] for f in document["features"]] if document else []


def degrees(report):
    c = answers.reading(report, "temperature")
    return None if c is None else answers.fahrenheit(c)


def since_yesterday(world, stations, newest):
    """The first station that has a fresh report, and one near to a day ago; None when it takes a further one."""
    chosen, fresh = answers.choose(newest, "temperature", world.now)
    if chosen is None or not fresh:
        return None
    station = stations[newest.index(chosen)]
    then = world.now - DAY
    near = [(abs(forecast.seconds(r["timestamp"]) - then), degrees(r)) for r in reports(world, station, then - 2400, then + 2400)]
    near = [x for x in near if x[1] is not None and x[0] <= 2400]
    if not near:
        return None
    a, b = degrees(chosen), min(near)[1]
    return {"a": a, "b": b, "apart": 0 if abs(a - b) <= 1 else a - b}


def yesterday(world, zone, stations, high):
    scene = superlatives.Scene(None, world.now, zone)
    begin, end = scene.instant(-1, 0), scene.instant(0, 0)
    for station in stations[:3]:
        told = [(forecast.seconds(r["timestamp"]), degrees(r)) for r in reports(world, station, begin, end - 1)]
        told = [(t, f) for t, f in told if f is not None and begin <= t < end]
        if len({(t - begin) // 3600 for t, _ in told}) >= 18:
            return {"value": (max if high else min)(f for _, f in told)}
    return {"gaps": True}


def heard_since(speech):
    match = superlatives.re.search(r": (-?\d+) degrees? now, (-?\d+) degrees? at this time yesterday", speech)
    if not match:
        return {"speech": speech}
    apart = superlatives.re.search(r"(\d+) degrees? (warmer|colder) than", speech)
    return {"a": int(match[1]), "b": int(match[2]),
            "apart": int(apart[1]) * (1 if apart[2] == "warmer" else -1) if apart else 0}


def heard_yesterday(speech):
    out = {"gaps": True} if "the reports have gaps" in speech else {}
    superlatives.number(r"Yesterday's (?:high|low) .* was (-?\d+) degree", speech, out, "value")
    return out or {"speech": speech}


def ask_simulated(judge, rng, make_world, text, count):
    world = make_world(forecast.seconds(text))
    try:
        world.ask([line("MetricIntent", p[0], {"metric": "forecast"}) for p in ask.PLACES])
        points = ask.asked_points(world)
        for place in ask.PLACES:
            path = next(p for p in points if all(abs(float(x) - y) < 0.6 for x, y in
                                                 zip(p[len("/points/"):].split(","), place[3:])))
            point = world.get(path)["properties"]
            zone = answers.zone_of(place[2])
            grid = ask.Grid(world.get(ask.path_of(point["forecastGridData"])))
            scene = superlatives.Scene(grid, world.now, zone, *alerts_of(world, path[len("/points/"):]))
            listed = world.get(ask.path_of(point["observationStations"]))
            stations = [f["properties"]["stationIdentifier"] for f in listed["features"]]
            questions = [rng.choice(KINDS)(rng, scene) for _ in range(count // len(ask.PLACES))]
            right = since_yesterday(world, stations, ask.newest_of(world, listed))
            if right:
                questions.append(("CompareIntent", {"comparator": "warmer", "when_two": "yesterday"}, right, heard_since))
            for word in ("high", "low"):
                questions.append(("CompareIntent", {"comparator": word, "when_two": "yesterday"},
                                  yesterday(world, zone, stations, word == "high"), heard_yesterday))
            judge.put(world, place[0], questions)
    finally:
        world.stop()


def jobs_of(wanted, folder, rng, in_simulation, in_bundle):
    bundles = list(ask.complete_bundles())
    each = max(wanted // (2 * len(INSTANTS)), len(ask.PLACES))
    for text in INSTANTS:
        yield in_simulation, (text, each)
    each = wanted // 2 // (3 * len(bundles)) + 1
    for bundle in bundles:
        for _ in range(2):
            yield in_bundle, (bundle, each)
        yield in_bundle, (ask.moved_bundle(rng, bundle, folder), each)


def run(name, in_simulation, in_bundle):
    """Asks in simulated worlds and in bundles, and prints how many answers agreed; the exit status."""
    build = os.path.abspath(sys.argv[1])
    seed = forecast.chosen_seed()
    wanted = int(os.environ.get("QUESTIONS", "1200"))
    judge, folder = Judge(), tempfile.mkdtemp(prefix="climacast-%s." % name)
    os.environ["no_proxy"] = "localhost,127.0.0.1,s3.amazonaws.com"
    try:
        certs = build + "/certs"
        subprocess.run([ask.TOP + "/certs/dev/make.sh", certs], check=True, capture_output=True)

        def make_world(now, recordings=None):
            return ask.World(build, certs, folder, now, recordings)

        jobs = jobs_of(wanted, folder, random.Random(seed), in_simulation, in_bundle)
        with concurrent.futures.ThreadPoolExecutor(2) as pool:
            running = [pool.submit(work, judge, random.Random("%d/%d" % (seed, i)), make_world, *wants)
                       for i, (work, wants) in enumerate(jobs)]
            for one in concurrent.futures.as_completed(running):
                one.result()
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    asked = sum(len(words) for words in judge.words.values())
    if sum(judge.long.values()) * 50 > asked:
        judge.failed += 1
        print("FAIL too many long answers: %r of %d" % (dict(judge.long), asked))
    print("seed %d" % seed)
    for intent, words in sorted(judge.words.items()):
        print("%s: %d agreed; words: median %d, longest %d" % (
            intent, judge.agreed[intent], statistics.median(words), max(words)))
    print("%d passed, %d failed" % (sum(judge.agreed.values()), judge.failed))
    return 0 if judge.failed == 0 and judge.agreed else 1


if __name__ == "__main__":
    sys.exit(run("ahead", ask_simulated, ask_bundle))
