#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""A second implementation of reading NWS raw grids, to compare with ours (standard library only).

    forecast.py PROGRAM GRID.json...

Compares all figures of random periods in random time zones, clock changes included, with those of "PROGRAM figures"
(tests/unit/intents/weather/grid_reference.c).  Our code searches sorted runs; this one walks plain lists hour by hour or
minute by minute, which is slow but unlikely to be wrong in the same way.  Environment: SEED (a number; "random" for other
questions each time), QUESTIONS (2000), and NWS_RECORDINGS, a folder with more grids.
"""
import datetime
import functools
import glob
import json
import math
import os
import random
import re
import subprocess
import sys
import zoneinfo

ZONES = ["America/New_York", "America/Chicago", "America/Denver", "America/Phoenix", "America/Los_Angeles",
         "America/Anchorage", "America/Adak", "Pacific/Honolulu", "America/Puerto_Rico", "Pacific/Guam"]
PARTS = [(6, 18), (18, 30), (6, 12), (12, 18), (18, 24), (24, 30)]
LAYERS = ["temperature", "dewpoint", "maxTemperature", "minTemperature", "relativeHumidity", "heatIndex", "windChill",
          "skyCover", "probabilityOfPrecipitation"]
AMOUNTS = ["quantitativePrecipitation", "snowfallAmount", "iceAccumulation"]
FACTOR = {"degC": 1, "percent": 1, "mm": 1, "m_s-1": 1, "km_h-1": 1 / 3.6, "degree_(angle)": 1}
UTC = datetime.timezone.utc


def chosen_seed():
    """The same questions in every run, so that a failure is the fault of a change; SEED=random for others."""
    seed = os.environ.get("SEED", "1")
    return random.SystemRandom().randrange(10 ** 6) if seed == "random" else int(seed)


def seconds(text):
    return int(datetime.datetime.fromisoformat(text.replace("Z", "+00:00")).timestamp())


def interval(text):
    start, length = text.split("/")
    m = re.fullmatch(r"P(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?)?", length)
    d, h, mi = (int(x or 0) for x in m.groups())
    return seconds(start), seconds(start) + d * 86400 + h * 3600 + mi * 60


class Grid:
    def __init__(self, path):
        with open(path, encoding="utf-8") as f:
            document = json.load(f)
        self.properties = document.get("properties", document)
        self.start, self.end = interval(self.properties["validTimes"])

    @functools.lru_cache(maxsize=None)
    def runs(self, name):
        layer = self.properties.get(name, {})
        unit = layer.get("uom", "").split(":")[-1]
        return [interval(v["validTime"]) + (v["value"] * FACTOR[unit],)
                for v in layer.get("values", []) if v["value"] is not None]

    def hours(self, name, begin, end):
        """(hour, value) for each hour of the period that has one."""
        runs = self.runs(name)
        for t in range(begin, end, 3600):
            for s, e, value in runs:
                if s <= t < e:
                    yield t, value

    @functools.lru_cache(maxsize=None)
    def weather_runs(self):
        """(start, end, kinds): a kind is coverage, weather, intensity and attributes."""
        return [interval(v["validTime"]) + (["/".join([x["coverage"] or "", x["weather"], x["intensity"] or ""]
                                                      + (x.get("attributes") or []))
                                             for x in v["value"] if x["weather"]],)
                for v in self.properties.get("weather", {}).get("values", [])]

    def conditions(self, t):
        return next((kinds for s, e, kinds in self.weather_runs() if s <= t < e), [])


def layer_figures(grid, name, begin, end, out):
    values = [v for _, v in grid.hours(name, begin, end)]
    if values:
        out[name + ".lowest"], out[name + ".highest"] = min(values), max(values)
        out[name + ".first"], out[name + ".last"] = values[0], values[-1]
        shares = [(min(e, end) - max(s, begin), -s, v) for s, e, v in grid.runs(name) if s < end and e > begin]
        out[name + ".longest"] = max(shares)[2]


def amount_figures(grid, name, begin, end, out):
    runs = [r for r in grid.runs(name) if r[0] < end and r[1] > begin]
    total, minutes = 0.0, 0
    for t in range(begin, end, 60):
        for s, e, v in runs:
            if s <= t < e:
                total += v * 60 / (e - s)
                minutes += 1
    if minutes * 60 == end - begin:
        out[name + ".total"] = total


def wind_figures(grid, begin, end, out):
    speeds = dict(grid.hours("windSpeed", begin, end))
    directions = dict(grid.hours("windDirection", begin, end))
    gusts = [v for _, v in grid.hours("windGust", begin, end)]
    if not speeds:
        return
    out["wind.low"], out["wind.high"] = min(speeds.values()), max(speeds.values())
    mean = sum(complex(math.cos(math.radians(directions[t])), math.sin(math.radians(directions[t]))) * speeds[t]
               for t in speeds if t in directions)
    if abs(mean) > 1e-6 * sum(speeds.values()):
        out["wind.direction"] = math.degrees(math.atan2(mean.imag, mean.real)) % 360
    if gusts and max(gusts) > out["wind.high"]:
        out["wind.gust"] = max(gusts)


def weather(grid, begin, end):
    """Kinds in order of time; one that was already there in the last hour with weather is not repeated."""
    said, last = [], []
    for t in range(begin, end, 3600):
        now = grid.conditions(t)
        for kind in now:
            if kind not in last and (not said or kind not in now[:now.index(kind)]):
                said.append(kind)
        last = now or last
    return said


def figures(grid, begin, end):
    out = {}
    for name in LAYERS:
        layer_figures(grid, name, begin, end, out)
    for name in AMOUNTS:
        amount_figures(grid, name, begin, end, out)
    wind_figures(grid, begin, end, out)
    out["weather"] = ["/".join(kind.split("/")[:3]) for kind in weather(grid, begin, end)]
    return out


def period(rng, grid):
    """A part of a day in a random zone; sometimes a clock change is moved into the week of the grid."""
    zone = zoneinfo.ZoneInfo(rng.choice(ZONES))
    day = datetime.datetime.fromtimestamp(rng.randrange(grid.start - 86400, grid.end + 86400), zone).date()
    first, last = rng.choice(PARTS)
    midnight = datetime.datetime(day.year, day.month, day.day)

    def instant(hour):
        local = midnight + datetime.timedelta(hours=hour)
        return int(local.replace(tzinfo=zone).astimezone(UTC).timestamp())
    return instant(first), instant(last)


def shifted(path, rng, folder):
    """The same grid, moved to a week with a clock change."""
    with open(path, encoding="utf-8") as f:
        text = f.read()
    start = Grid(path).start
    target = seconds(rng.choice(["2026-03-08T00:00:00Z", "2026-11-01T00:00:00Z"])) - rng.randrange(0, 60) * 3600
    by = datetime.timedelta(seconds=target - start)
    text = re.sub(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\+00:00|Z)",
                  lambda m: (datetime.datetime.fromisoformat(m[0].replace("Z", "+00:00")) + by).isoformat(), text)
    moved = os.path.join(folder, "moved-%d.json" % rng.randrange(10 ** 9))
    with open(moved, "w", encoding="utf-8") as f:
        f.write(text)
    return moved


def differs(ours, theirs):
    """The names of the figures that differ."""
    names = []
    for name in sorted(set(ours) | set(theirs)):
        a, b = ours.get(name), theirs.get(name)
        if isinstance(a, float) and isinstance(b, (int, float)):
            off = abs(a - b)
            if name == "wind.direction":
                off = min(off, 360 - off)
            if off > 1e-6:
                names.append(name)
        elif a != b:
            names.append(name)
    return names


def main():
    program, paths = sys.argv[1], sys.argv[2:]
    for path in sorted(glob.glob(os.environ.get("NWS_RECORDINGS", "") + "/*/gridpoints/*/*,*.json")):
        with open(path, encoding="utf-8") as f:
            if '"validTimes"' in f.read():
                paths.append(path)
    seed = chosen_seed()
    count = int(os.environ.get("QUESTIONS", "2000"))
    rng = random.Random(seed)
    folder = os.environ.get("TMPDIR", "/tmp")
    moved = [shifted(p, rng, folder) for p in paths]
    grids = {p: Grid(p) for p in paths + moved}
    questions = sorted((rng.choice(list(grids)),) for _ in range(count))
    questions = [(p,) + period(rng, grids[p]) for (p,) in questions]
    lines = "".join("%s %d %d\n" % q for q in questions)
    command = os.environ.get("EMULATOR", "").split() + [program, "figures"]
    answers = subprocess.run(command, input=lines, capture_output=True, text=True, check=True).stdout.splitlines()
    passed = 0
    for (path, begin, end), line in zip(questions, answers):
        theirs = json.loads(line)
        theirs.pop("from")
        ours = {k: float(v) if isinstance(v, int) else v for k, v in figures(grids[path], begin, end).items()}
        names = differs(ours, theirs)
        passed += not names
        for name in names:
            print("%s %d %d %s: reference %r, program %r" % (path, begin, end, name, ours.get(name), theirs.get(name)))
    for path in moved:
        os.remove(path)
    print("seed %d" % seed)
    print("%d questions, %d answered differently" % (count, count - passed))
    return 0 if passed == count == len(answers) else 1


if __name__ == "__main__":
    sys.exit(main())
