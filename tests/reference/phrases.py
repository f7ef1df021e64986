#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""The facts that tests/cases/phrases.tsv expects of each question about the weather, by the second implementation.

    phrases.py BUILD [--write]

Starts the simulator at the two instants of the table, reads the documents of every place that is named, and computes what
must be heard (facts.py, ahead_facts.py, almanac.py).  Without --write it compares that with the table.  Facts of other
requests, and of the sun and the moon where Debian's python3-ephem is missing, stay as they are."""
import http.client
import json
import os
import re
import shlex
import subprocess
import sys
import tempfile
import time

import ahead
import ahead_facts
import almanac
import answers
import ask
import facts
import forecast
import superlatives

TABLE = ask.TOP + "/tests/cases/phrases.tsv"
SIMULATED = ["2026-06-17T16:00:00Z", "2026-01-10T16:00:00Z"]
HOME = ahead_facts.HOME
SAVED = {"cabin": "moab", "mom's house": "tulsa", "work": "denver", "lake house": "madison", "beach house": "miami",
         "grandma's house": "buffalo", "home": HOME}
HERE = ("here", "me", "my area")
SAME_NAMES = {"duluth": "Do you mean Duluth, Minnesota, or Georgia?"}  # the second has more than a third of the people
STATES = ("colorado", "vermont", "texas")
SECTIONS = {"MetricIntent": facts.metric, "MetricPosIntent": facts.metric}


OTHERS = {"sunglasses": ("MetricIntent", {"metric": "sunny", "leadin": "will it be"}, "today"),
          "stargaze": ("MetricIntent", {"metric": "clear", "leadin": "will it be"}, "tonight"),
          "spray": ("MetricIntent", {"metric": "wind"}, "today"),
          "fertilize": ("MetricIntent", {"metric": "rain", "leadin": "will it"}, "today"),
          "cover up": ("MetricIntent", {"metric": "rain", "leadin": "will it"}, "today"),
          "heating": ("MetricIntent", {"metric": "temperature"}, "tonight"),
          "air conditioner": ("MetricIntent", {"metric": "temperature"}, "today"),
          "stay home": ("MetricIntent", {"metric": "weather"}, "today"),
          "planting": ("FreezeIntent", {"freeze": "frost", "leadin": "will there be"}, None),
          "warm up the car": ("FreezeIntent", {"freeze": "frost", "leadin": "will there be"}, "tonight"),
          "salt": ("FreezeIntent", {"freeze": "freeze", "leadin": "will there be"}, "tonight"),
          "chains": ("AdviceIntent", {"thing": "roads"}, None), "leave early": ("AdviceIntent", {"thing": "roads"}, None)}


class Place:
    """A place with the documents of the weather service."""

    def __init__(self, world, name, coordinates):
        self.world, self.name = world, name
        point = world.get("/points/" + coordinates)["properties"]
        zone = answers.zone_of(point["timeZone"])
        grid = ask.Grid(world.get(ask.path_of(point["forecastGridData"])))
        self.alerts, active = [], world.get("/alerts/active?point=" + coordinates)
        for feature in active["features"]:
            p = feature["properties"]
            if (p["status"] == "Actual" and p["messageType"] != "Cancel" and p["response"] != "AllClear"
                    and "TEST_PURPOSES" not in p["description"] and forecast.seconds(p.get("ends") or p["expires"]) > world.now):
                self.alerts.append(p["event"])
        self.scene = superlatives.Scene(grid, world.now, zone, *ahead.alerts_of(world, coordinates))
        listed = world.get(ask.path_of(point["observationStations"]))
        self.stations = [f["properties"]["stationIdentifier"] for f in listed["features"]][:answers.STATIONS]
        self.newest = [None] * len(self.stations)
        for i, station in enumerate(self.stations[:6]):  # as many as are ever needed here
            latest = world.get("/stations/%s/observations/latest" % station)
            self.newest[i] = latest and latest["properties"]
        self.periods = world.get(ask.path_of(point["forecast"]))["properties"]["periods"]
        self.sky = almanac.Sky(self.scene, *(float(x) for x in coordinates.split(",")))

    def warnings(self):
        return self.scene.warnings

    def reports(self, station, begin, end):
        return ahead.reports(self.world, station, begin, end)

    def past(self, which, night=False):
        """Yesterday's high or low, or last night's low, by the reports; None when they have gaps."""
        scene = self.scene
        begin, end = (scene.instant(-1, 18), scene.instant(0, 6)) if night else (scene.instant(-1, 0), scene.instant(0, 0))
        for station in self.stations[:3]:
            told = [(forecast.seconds(r["timestamp"]), ahead.degrees(r)) for r in self.reports(station, begin, end - 1)]
            told = [(t, f) for t, f in told if f is not None and begin <= t < end]
            if len({(t - begin) // 3600 for t, _ in told}) >= (end - begin) // 3600 * 3 // 4:
                return (max if which == "high" else min)(f for _, f in told)
        return None


class World:
    """The simulator at an instant."""

    def __init__(self, build, folder, now):
        self.now, ports = forecast.seconds(now), os.path.join(folder, "ports-" + now)
        with open(os.path.join(folder, "sim.log"), "w", encoding="utf-8") as log:
            self.sim = subprocess.Popen([build + "/climasim", "--now", now, "--listen", "127.0.0.1:0", "--ports-file",
                                         ports], stdout=subprocess.DEVNULL, stderr=log)
        for _ in range(2000):
            if os.path.exists(ports) and os.path.getsize(ports):
                break
            time.sleep(0.01)
        with open(ports, encoding="utf-8") as f:
            self.upstream = http.client.HTTPConnection("127.0.0.1", int(re.search(r"http=(\d+)", f.read())[1]), timeout=20)
        self.places, self.known = {}, {}
        with open(ask.TOP + "/tests/reference/places.tsv", encoding="utf-8") as f:
            for line in f:
                if not line.startswith("#"):
                    said, name, coordinates = line.rstrip("\n").split("\t")
                    self.known.update({form: (name, coordinates) for form in said.split("|")})

    def get(self, path):
        self.upstream.request("GET", path, headers={"User-Agent": "Clima Cast tests"})
        response = self.upstream.getresponse()
        text = response.read()
        return json.loads(text) if response.status == 200 else None

    def named(self, said):
        """The place with the longest name that the words begin with: what follows is its state."""
        text = said.replace(".", "").replace("-", " ")
        forms = [form for form in self.known if (text + " ").startswith(form.replace("-", " ") + " ")]
        if not forms:
            return None
        form = max(forms, key=len)
        if form not in self.places:
            self.places[form] = Place(self, *self.known[form])
        return self.places[form]

    def place(self, slots):
        if "zipcode" in slots:
            return self.named(slots["zipcode"])
        if "favorite" in slots:
            return slots["favorite"] in SAVED and self.named(SAVED[slots["favorite"]]) or None
        said = slots.get("location", HOME)
        return self.named(HOME if said in HERE else said)

    def stop(self):
        self.upstream.close()
        self.sim.terminate()
        self.sim.wait()


def follow(slots):
    """Without a topic, the question that the words make by themselves."""
    if "time" in slots:
        return "HoursIntent"
    if "event" in slots:
        return "TimingIntent"
    for slot, intent in (("comparator", "CompareIntent"), ("thing", "AdviceIntent"), ("sun", "SunIntent"), ("extreme", "ExtremeIntent")):
        if slot in slots:
            return intent
    return "MetricIntent"


def sun_or_moon(q):
    whens = facts.times(q)
    if not almanac.AVAILABLE:
        return None
    whens = whens if isinstance(whens, list) else []
    if q.intent == "MoonIntent":
        return almanac.moon(q, whens)
    return almanac.sun(q, whens[0].days if whens else 0)


def expected(intent, slots, world):
    """The facts; None when the second implementation has none for it."""
    intent = follow(slots) if intent == "FollowIntent" else intent
    if intent not in SECTIONS and intent not in ahead_facts.EXTRA and intent not in ("SunIntent", "MoonIntent"):
        return None
    if slots.get("location") in STATES:
        return ["Which city in %s do you mean?" % slots["location"].capitalize()]
    if slots.get("location") in SAME_NAMES:
        return [SAME_NAMES[slots["location"]]]
    if slots.get("event") == "alerts" or slots.get("tendency") == "when" or slots.get("when_abs") in ("next month", "next year") or "after" in slots:
        return None
    if slots.get("thing") in OTHERS:  # asked like advice, and answered by another question
        intent, put, when = OTHERS[slots["thing"]]
        slots = dict({k: v for k, v in slots.items() if k not in ("thing", "excess")}, **put)
        if when and not any(k in slots for k in ("when_abs", "when_any", "when_pos", "day", "quarter")):
            slots["when_abs"] = when
        return expected(intent, slots, world)
    if slots.get("thing") in ("burn", "fly", "ski", "take shelter") or slots.get("edge") == "melt" or slots.get("event") in ("fog timing", "tides", "storm track", "snow on the ground") or "matter" in slots:
        return None
    if slots.get("metric") in facts.UNSUPPORTED or slots.get("sun") in almanac.UNSUPPORTED or slots.get("moon") in almanac.UNSUPPORTED:
        return None
    if slots.get("metric") == "road conditions":
        q = facts.Question(intent, dict(slots, thing="roads"), world)
        return with_place(q, ahead_facts.advice(q))
    if slots.get("metric") in facts.EVENTS and intent == "MetricIntent":
        q = facts.Question(intent, slots, world)
        return with_place(q, ahead_facts.event_metric(q))
    q = facts.Question(intent, slots, world)
    if q.place is None:
        return None
    if intent in ("AmountIntent", "FreezeIntent") and facts.times(q) == "past":
        return ["not past weather"]
    made = (SECTIONS.get(intent) or ahead_facts.EXTRA.get(intent) or sun_or_moon)(q)
    if made is None or intent == "MoonIntent":
        return made
    return with_place(q, made)


def with_place(q, made):
    """The place is said, and no other."""
    if "Which time would you like?" in made or "Which day would you like?" in made or "not past weather" in made or "only goes out about seven days" in made:
        return made
    out = made + ([q.place.name] if q.place.name not in made else [])
    if HOME.capitalize() not in "; ".join(out):
        out.append("!" + HOME.capitalize())
    return list(dict.fromkeys(out))


def request_of(text):
    words = shlex.split(text.split("  #")[0])
    return words[0], dict(word.split("=", 1) for word in words[1:])


def computed(worlds, row):
    """The row as it should be: flags, phrase, request, and the facts in each world."""
    if row.startswith("#") or not row:
        return row
    cells = (row.split("\t") + ["", ""])[:5]
    for i, world in enumerate(worlds):
        intent, slots = request_of(cells[2])
        try:
            told = expected(intent, slots, world)
        except Exception as error:
            raise SystemExit("%s: %r" % (row, error)) from error
        if told is not None:
            cells[3 + i] = "; ".join(told)
    return "\t".join(cells).rstrip("\t")


def main():
    build, write = os.path.abspath(sys.argv[1]), "--write" in sys.argv
    with tempfile.TemporaryDirectory(prefix="climacast-phrases.") as folder:
        worlds = []
        try:
            for now in SIMULATED:
                worlds.append(World(build, folder, now))
            with open(TABLE, encoding="utf-8") as f:
                have = f.read().split("\n")
            want = [computed(worlds, row) for row in have]
        finally:
            for world in worlds:
                world.stop()
    if write:
        with open(TABLE, "w", encoding="utf-8") as f:
            f.write("\n".join(want))
        return 0
    wrong = [(a, b) for a, b in zip(have, want) if a != b]
    for a, b in wrong:
        print("table:     %s\nreference: %s" % (a, b))
    print("%d passed, %d failed" % (len(have) - len(wrong), len(wrong)))
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
