#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Asks the running daemon random questions and compares its answers with a second implementation (standard library only).

    ask.py BUILD

Starts the simulator and the daemon many times: made-up weather for many places at instants near and far from clock
changes, then the recorded bundles at random instants, also moved to another time zone and to a week with a clock change.
Questions are signed and sent over TLS (`climacast ask --file`); the documents come from the simulator or from the
bundle; answers.py computes the expected answers.  Two worlds run at a time, because each mostly waits.  Environment:
SEED (see forecast.py), QUESTIONS (at least 2400), NWS_RECORDINGS.  Prints each difference, then "N passed, M failed".
"""
import collections
import concurrent.futures
import datetime
import glob
import html
import http.client
import json
import os
import random
import re
import shlex
import shutil
import subprocess
import sys
import tempfile
import threading
import time

import answers
import forecast

TOP = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
SKILL = "amzn1.ask.skill.00000000-0000-0000-0000-000000000000"
# As asked, as answered, time zone, and rough coordinates, to verify whose weather is reported.
PLACES = [
    ("boulder colorado", "Boulder, Colorado", "America/Denver", 40.0, -105.3),
    ("seattle washington", "Seattle, Washington", "America/Los_Angeles", 47.6, -122.3),
    ("phoenix arizona", "Phoenix, Arizona", "America/Phoenix", 33.4, -112.1),
    ("flagstaff arizona", "Flagstaff, Arizona", "America/Phoenix", 35.2, -111.7),
    ("anchorage alaska", "Anchorage, Alaska", "America/Anchorage", 61.2, -149.9),
    ("fairbanks alaska", "Fairbanks, Alaska", "America/Anchorage", 64.8, -147.7),
    ("honolulu hawaii", "Honolulu, Hawaii", "Pacific/Honolulu", 21.3, -157.8),
    ("hilo hawaii", "Hilo, Hawaii", "Pacific/Honolulu", 19.7, -155.1),
    ("san juan puerto rico", "San Juan, Puerto Rico", "America/Puerto_Rico", 18.4, -66.1),
    ("tamuning guam", "Tamuning, Guam", "Pacific/Guam", 13.5, 144.8),
    ("new york new york", "New York", "America/New_York", 40.7, -73.9),
    ("miami florida", "Miami, Florida", "America/New_York", 25.8, -80.2),
    ("chicago illinois", "Chicago, Illinois", "America/Chicago", 41.8, -87.7),
    ("dallas texas", "Dallas, Texas", "America/Chicago", 32.8, -96.8),
    ("portland maine", "Portland, Maine", "America/New_York", 43.7, -70.3),
    ("minneapolis minnesota", "Minneapolis, Minnesota", "America/Chicago", 45.0, -93.3),
]
INSTANTS = ["2026-06-17T16:00:00Z", "2026-01-14T05:20:00Z", "2026-03-07T23:40:00Z", "2026-03-08T08:10:00Z",
            "2026-11-01T03:50:00Z", "2026-10-29T12:00:00Z", "2026-12-31T23:00:00Z", "2027-02-28T09:30:00Z"]
METRICS = ["summary", "temperature", "precipitation", "skys", "wind", "relative humidity", "dewpoint", "forecast"]
FORMS = {"precipitation": ["precipitation", "chance of rain", "chance of snow", "rain", "snow"],
         "relative humidity": ["relative humidity", "humidity"], "dewpoint": ["dewpoint", "dew point"],
         "temperature": ["temperature", "temp", "wind chill", "heat index"], "wind": ["wind", "windy"],
         "skys": ["skys", "cloudy", "sunny"], "forecast": ["forecast", "weather", "conditions"]}
WORDS = 55  # one breath: 45, and where an old report comes from
CLOCK_CHANGES = ["2026-03-08T00:00:00Z", "2026-11-01T00:00:00Z"]


def instant_text(t):
    return datetime.datetime.fromtimestamp(t, answers.UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


class World:
    """A simulator and a daemon at one instant; stopped by their process ids."""

    def __init__(self, build, certs, folder, now, recordings=None):
        self.build, self.certs, self.now = build, certs, now
        self.dir = tempfile.mkdtemp(dir=folder)
        self.running = []
        self.spoken = []  # the answers to the last questions, as they are heard
        self.unheard = []  # answers whose speech has figures that the card lacks, or too many words
        ports = os.path.join(self.dir, "ports")
        self._start("sim", ["climasim", "--now", instant_text(now), "--listen", "127.0.0.1:0", "--s3-listen",
                            "127.0.0.1:0", "--s3-cert", certs + "/s3.pem", "--s3-key", certs + "/s3.key", "--chains",
                            certs + "/chains", "--ports-file", ports]
                    + (["--recordings", recordings] if recordings else []))
        found = self._wait(ports, r"http=(\d+)\ns3=(\d+)")
        self.sim = "http://127.0.0.1:" + found[1]
        self.upstream = http.client.HTTPConnection("127.0.0.1", int(found[1]), timeout=20)
        settings = {"server.listen": "127.0.0.1:0", "admin.listen": "", "server.certificate": certs + "/localhost.pem",
                    "server.private_key": certs + "/localhost.key", "alexa.skill_ids": SKILL,
                    "alexa.trust_anchors": certs + "/root.pem", "http.ca_bundle": certs + "/root.pem",
                    "alexa.certificate_connect_to": "127.0.0.1:" + found[2], "persistence.backend": "memory",
                    "weather.base_url": self.sim, "weather.contact": "tests@example.org",
                    "weather.now": instant_text(now), "log.level": "info"}
        self._start("daemon", ["climacastd"] + [x for k, v in settings.items() for x in ("--set", k + "=" + v)])
        log = os.path.join(self.dir, "daemon.log")
        self.url = "https://localhost:%s/alexa" % self._wait(log, r"listening address=127\.0\.0\.1:(\d+)")[1]
        self._wait(log, r" ready ")

    def _start(self, name, command):
        with open(os.path.join(self.dir, name + ".log"), "w", encoding="utf-8") as log:
            command[0] = os.path.join(self.build, command[0])
            try:
                self.running.append(subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=log))
            except OSError as error:
                self.stop()
                raise SystemExit("%s: %s" % (command[0], error)) from error

    def _wait(self, path, pattern):
        for _ in range(3000):
            if os.path.exists(path):
                with open(path, encoding="utf-8") as f:
                    match = re.search(pattern, f.read())
                if match:
                    return match
            if any(p.poll() is not None for p in self.running):
                break
            time.sleep(0.01)
        self.stop()
        raise SystemExit("no %s in %s" % (pattern, path))

    def ask(self, lines):
        """All the facts of the answer to each line: the text of its card, else what is spoken."""
        path = os.path.join(self.dir, "questions")
        with open(path, "w", encoding="utf-8") as f:
            f.write("".join(line + "\n" for line in lines))
        done = subprocess.run([self.build + "/climacast", "ask", "--json", "--url", self.url, "--dev", self.certs,
                               "--skill-id", SKILL, "--file", path], capture_output=True, text=True, check=False)
        responses = [json.loads(line)["response"] for line in done.stdout.splitlines()]
        if len(responses) != len(lines):
            raise SystemExit("%d of %d questions were answered: %s" % (len(responses), len(lines), done.stderr[:2000]))
        self.spoken = []
        return [self.facts(line, response) for line, response in zip(lines, responses)]

    def facts(self, line, response):
        """The card's text, which has all the facts; what is spoken must be a part of it, and short."""
        speech = html.unescape(re.sub(r"<[^>]*>", "", response["outputSpeech"]["ssml"])).strip()
        self.spoken.append(speech)
        card = response.get("card", {}).get("content", "")
        if not card or card == speech:
            return speech
        unknown = set(re.findall(r"\d+", speech)) - set(re.findall(r"\d+", card))
        if unknown or len(speech.split()) > WORDS:
            self.unheard.append("%s\n    heard: %s\n    card:  %s" % (line, speech, card))
        return card

    def get(self, path):
        """The document that the weather service has there, or None."""
        self.upstream.request("GET", path, headers={"User-Agent": "Clima Cast tests", "Accept": "application/geo+json"})
        response = self.upstream.getresponse()
        text = response.read()
        if response.status != 200 and response.status != 404:
            raise SystemExit("%s: %d" % (path, response.status))
        return json.loads(text) if response.status == 200 else None

    def stop(self):
        if hasattr(self, "upstream"):
            self.upstream.close()
        for process in reversed(self.running):
            process.terminate()
        for process in reversed(self.running):
            try:
                process.wait(20)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
        shutil.rmtree(self.dir, ignore_errors=True)


class Grid(forecast.Grid):
    """A grid from a document that is already there."""

    def __init__(self, document):  # pylint: disable=super-init-not-called
        self.properties = document.get("properties", document)
        self.start, self.end = forecast.interval(self.properties["validTimes"])


Question = collections.namedtuple("Question", "line metric when grid place newest")


def part_words(rng, day, part):
    """Slots for a day and its part, in one of the ways to say them."""
    if day in ("", "today"):
        words = {"day": "today", "night": "tonight", "overnight": "overnight"}.get(part, "this " + part)
        return {rng.choice(["when_abs", "when_any"]): words}
    if isinstance(day, datetime.date):
        slots = {"day": rng.choice([str(day.day), "%dth" % day.day]), "month": answers.MONTHS[day.month - 1].lower()}
        return slots if part == "day" else dict(slots, quarter=part)
    day = day.lower()
    if part == "day":
        return {rng.choice(["when_any", "when_pos"]): rng.choice([day, day + "'s"])}
    if part == "overnight":
        return {"when_any": rng.choice(["overnight " + day, "over night " + day, day + " overnight"])}
    return rng.choice([{"when_any": day + " " + part}, {"when_any": day, "quarter": part}])


def random_later(rng, world, zone):
    local = datetime.datetime.fromtimestamp(world.now, zone).date()
    day = rng.choice(["", "today", "tomorrow", "date"] + answers.WEEKDAYS)
    part = rng.choice(["day", "day", "night", "night", "morning", "afternoon", "evening", "overnight"])
    metric = rng.choice(METRICS)
    said = rng.choice(FORMS.get(metric, [metric]))
    if day == "date":
        day = local + datetime.timedelta(days=rng.randrange(1, 7))
    slots = {"metric": said}
    if day == "" and rng.random() < 0.3:
        part = None  # nothing said: the metric alone must look ahead
        if "chance" not in said and said != "forecast":
            slots["leadin"] = "what will the"
    else:
        slots.update(part_words(rng, day, part))
    when = answers.When(day, part, world.now, zone)
    return slots, metric, when


def line_of(said_place, slots):
    words = ["MetricPosIntent" if "when_pos" in slots else "MetricIntent"]
    return " ".join(words + ["%s=%s" % (k, shlex.quote(v)) for k, v in dict(slots, location=said_place).items()])


class Judge:
    def __init__(self):
        self.passed, self.failed, self.kinds = 0, 0, collections.Counter()
        self.lock = threading.Lock()

    def judge(self, world, question, speech):
        if question.when:
            reference = answers.later(question.grid, question.metric, question.when)
            spoken = answers.spoken_later(speech, question.place, question.grid)
        else:
            reference = answers.now(question.newest, question.metric, world.now)
            spoken = answers.spoken_now(speech)
        self.kinds.update(reference.keys())
        names = answers.differing(reference, spoken)
        self.passed, self.failed = self.passed + (not names), self.failed + bool(names)
        for name in names:
            print("%s, asked at %s: %s\n    %s: reference %r, daemon %r\n    heard: %s" % (
                question.place, instant_text(world.now), question.line, name, reference.get(name), spoken.get(name),
                speech))

    def put(self, world, questions):
        heard = world.ask([q.line for q in questions])
        with self.lock:
            for question, speech in zip(questions, heard):
                self.judge(world, question, speech)
            for text in world.unheard:
                print("not in one breath, or not on the card: " + text)
            self.failed += len(world.unheard)


def later_questions(rng, world, said, place, zone, grid, count):
    for _ in range(count):
        slots, metric, when = random_later(rng, world, zone)
        yield Question(line_of(said, slots), metric, when, grid, place, None)


def now_questions(rng, said, place, newest, count):
    for _ in range(count):
        metric = rng.choice(list(answers.NEEDED))
        yield Question(line_of(said, {"metric": metric}), metric, None, None, place, newest)


def newest_of(world, stations):
    """The last report of each station of a list; None for a station without one."""
    newest = []
    for feature in stations["features"][:answers.STATIONS]:
        latest = world.get("/stations/%s/observations/latest" % feature["properties"]["stationIdentifier"])
        newest.append(latest and latest["properties"])
    return newest


def path_of(url):
    return re.sub(r"^https://[^/]*", "", url)


def asked_points(world):
    return [p for p in world.get("/_sim/log")["paths"] if p.startswith("/points/")]


def asked_point(world, points, place):
    """The point that the daemon requested, by the simulator's log; it must be near the place."""
    for path in points:
        lat, lon = (float(x) for x in path[len("/points/"):].split(","))
        if abs(lat - place[3]) < 0.6 and abs(lon - place[4]) < 0.6:
            return world.get(path)["properties"]
    raise SystemExit("no point near %s was asked for: %s" % (place[1], points))


def ask_simulated(judge, rng, make_world, text, count):
    world = make_world(forecast.seconds(text))
    try:
        world.ask([line_of(p[0], {"metric": "forecast"}) for p in PLACES])
        questions, points = [], asked_points(world)
        for place in PLACES:
            point = asked_point(world, points, place)
            if point["timeZone"] != place[2]:
                raise SystemExit("%s is in %s" % (place[1], point["timeZone"]))
            grid = Grid(world.get(path_of(point["forecastGridData"])))
            newest = newest_of(world, world.get(path_of(point["observationStations"])))
            zone = answers.zone_of(place[2])
            questions += later_questions(rng, world, place[0], place[1], zone, grid, count // len(PLACES))
            questions += now_questions(rng, place[0], place[1], newest, 2)
        judge.put(world, questions)
    finally:
        world.stop()


# ---- bundles ---------------------------------------------------------------------------------------------------

def read(path):
    with open(path, encoding="utf-8") as f:
        return f.read()


def complete_bundles():
    roots = [TOP + "/tests/recordings", TOP + "/tests/cases/bundles"]
    roots += [os.environ["NWS_RECORDINGS"]] if os.environ.get("NWS_RECORDINGS") else []
    for root in roots:
        for folder in sorted(glob.glob(root + "/*/")):
            points = [p for p in sorted(glob.glob(folder + "points/*.json")) if '"forecastGridData"' in read(p)]
            grids = [p for p in sorted(glob.glob(folder + "gridpoints/*/*.json")) if '"validTimes"' in read(p)]
            if points and grids and os.path.basename(folder[:-1]) != "odd-units":  # its units are cases/skill's
                yield folder, points[0], grids[0]


def moved_bundle(rng, source, folder):
    """A copy with the place in another time zone, in a week with a clock change."""
    folder = shutil.copytree(source[0], tempfile.mkdtemp(dir=folder) + "/moved") + "/"
    paths = [folder + os.path.relpath(p, source[0]) for p in source[1:]]
    start = Grid(json.loads(read(paths[1]))).start
    target = forecast.seconds(rng.choice(CLOCK_CHANGES)) - rng.randrange(0, 60) * 3600
    by = datetime.timedelta(seconds=target - start)
    text = re.sub(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\+00:00|Z)",
                  lambda m: (datetime.datetime.fromisoformat(m[0].replace("Z", "+00:00")) + by).isoformat(),
                  read(paths[1]))
    zone = re.sub(r'("timeZone": *)"[^"]*"', r'\1"%s"' % rng.choice(forecast.ZONES), read(paths[0]))
    for path, new in zip(paths, (zone, text)):
        with open(path, "w", encoding="utf-8") as f:
            f.write(new)
    return (folder,) + tuple(paths)


def ask_bundle(judge, rng, make_world, bundle, count):
    folder, points, grid_path = bundle
    grid = Grid(json.loads(read(grid_path)))
    point = json.loads(read(points))
    zone = answers.zone_of(point.get("properties", point)["timeZone"])
    now = grid.start + rng.randrange(0, max(grid.end - grid.start - 2 * 86400, 86400))
    world = make_world(now, folder.rstrip("/"))
    try:
        said = world.ask([line_of("boulder colorado", {"metric": "forecast"})])[0]
        place = re.match(r"In ([^,]*, [^,]*),|No .* available for ([^,]*, [^,]*),", said)
        if not place:
            raise SystemExit("%s: %s" % (folder, said))
        questions = later_questions(rng, world, "boulder colorado", place[1] or place[2], zone, grid, count)
        judge.put(world, list(questions))
    finally:
        world.stop()


def ask_bundle_now(judge, rng, make_world, bundle, count):
    """Current conditions up to ten hours after the bundle was recorded: fresh, then old, then none."""
    folder, points, _ = bundle
    latest = [json.loads(read(p)) for p in sorted(glob.glob(folder + "stations/*/observations/latest.json"))]
    stations = sorted(glob.glob(folder + "gridpoints/*/*/stations.json"))
    if not latest or not stations:
        return
    times = [forecast.seconds(x["properties"]["timestamp"]) for x in latest]
    for hours in (rng.uniform(0, 2), rng.uniform(2, 6), rng.uniform(4, 10)):
        world = make_world(max(times) + int(hours * 3600), folder.rstrip("/"))
        try:
            newest = newest_of(world, json.loads(read(stations[0])))
            judge.put(world, list(now_questions(rng, "boulder colorado", os.path.basename(points), newest, count)))
        finally:
            world.stop()


def jobs_of(wanted, folder, rng):
    """The work to do: each a function, and its arguments after judge, rng and make_world."""
    bundles = list(complete_bundles())
    each = wanted * 2 // 3 // len(INSTANTS)
    for text in INSTANTS:
        yield ask_simulated, (text, each)
    each = (wanted - each * len(INSTANTS)) // len(bundles) + 1
    for bundle in bundles:
        yield ask_bundle, (bundle, (each + 1) // 2)
        yield ask_bundle, (moved_bundle(rng, bundle, folder), (each + 1) // 2)
    for bundle in bundles:
        yield ask_bundle_now, (bundle, 12)


def main():
    build = os.path.abspath(sys.argv[1])
    seed = forecast.chosen_seed()
    wanted = int(os.environ.get("QUESTIONS", "2400"))
    judge = Judge()
    folder = tempfile.mkdtemp(prefix="climacast-reference.")
    os.environ["no_proxy"] = "localhost,127.0.0.1,s3.amazonaws.com"
    try:
        certs = build + "/certs"
        subprocess.run([TOP + "/certs/dev/make.sh", certs], check=True, capture_output=True)

        def make_world(now, recordings=None):
            return World(build, certs, folder, now, recordings)

        with concurrent.futures.ThreadPoolExecutor(2) as pool:
            running = []
            for i, (ask, wants) in enumerate(jobs_of(wanted, folder, random.Random(seed))):
                rng = random.Random("%d/%d" % (seed, i))  # each its own: the order in which they end is nobody's
                running.append(pool.submit(ask, judge, rng, make_world, *wants))
            for one in concurrent.futures.as_completed(running):
                one.result()
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    print("seed %d: %d questions; figures compared: %s" % (
        seed, judge.passed + judge.failed, ", ".join("%s %d" % x for x in sorted(judge.kinds.items()))))
    print("%d passed, %d failed" % (judge.passed, judge.failed))
    return 0 if judge.failed == 0 and judge.passed >= min(wanted, 2000) else 1


if __name__ == "__main__":
    sys.exit(main())
