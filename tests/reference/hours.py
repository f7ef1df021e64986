#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Asks the running daemon about hours, wet spells and amounts, and compares its answers with a second implementation
(spells.py).

    hours.py BUILD

Plays every recorded bundle at random instants, also moved to another time zone and to a week with a clock change, and
made-up weather.  Environment: SEED (see forecast.py), QUESTIONS (at least 1200), NWS_RECORDINGS.  Prints each difference, how many
answers of each kind agreed, then "N passed, M failed".
"""
import json
import sys

import ahead
import answers
import ask
import forecast
import spells
import superlatives

HOUR, DAY = 3600, 86400


def random_period(rng, scene):
    """Slots for a day or a night, its name and its hours; nothing half of the time."""
    if rng.random() < 0.5:
        return {}, None
    days = rng.randrange(1, 7)
    name = "tomorrow" if days == 1 else answers.WEEKDAYS[(scene.today.weekday() + days) % 7]
    part = rng.choice(["", "", " night", " morning", " evening"])
    first, last = {"": (6, 18), " night": (18, 30), " morning": (6, 12), " evening": (18, 24)}[part]
    return {"when_any": (name + part).lower()}, (name + part, scene.hours(days, first, last))


def ask_timing(rng, scene):
    event, edge = rng.choice(list(spells.KINDS) + ["precipitation"]), rng.choice(["start", "start", "stop", "duration"])
    slots, when = random_period(rng, scene)
    slots.update(event=event, edge=edge)
    return "TimingIntent", slots, spells.timing(scene, event, edge, when), spells.heard_timing


def random_time(rng, scene):
    """Slots for a time of day, with a day most of the time, and the instant."""
    clock, minute = rng.randrange(24), rng.choice([0, 0, 0, 30])
    slots = {"time": "%02d:%02d" % (clock, minute)}
    if rng.random() < 0.4:
        t = scene.instant(0, clock) + minute * 60
        return slots, t if scene.now - t <= 1800 else scene.instant(1, clock) + minute * 60
    days = rng.randrange(1, 7)
    slots["when_any"] = "tomorrow" if days == 1 else answers.WEEKDAYS[(scene.today.weekday() + days) % 7].lower()
    if rng.random() < 0.3:  # the hour within the night
        slots["when_any"] += " night"
        clock = clock + 24 if clock < 6 else clock if clock >= 18 else clock + 12 if clock < 12 else clock
    return slots, scene.instant(days, clock) + minute * 60


def ask_timing_at(rng, scene):
    event, edge = rng.choice(["rain", "rain", "snow", "precipitation"]), rng.choice(["start", "stop"])
    slots, t = random_time(rng, scene)
    slots["event"] = event
    if edge == "stop":
        slots["edge"] = edge
    return "TimingIntent", slots, spells.timing_at(scene, event, edge, t), spells.heard_yes


def ask_amount(rng, scene):
    kind, metric = rng.choice(list(spells.AMOUNTS)), rng.random() < 0.2
    slots, when = random_period(rng, scene)
    slots["event"] = kind
    if metric:
        slots["units"] = "metric"
    return "AmountIntent", slots, spells.amount(scene, kind, metric, when), spells.heard_amount


def ask_hour(rng, scene):
    name, metric = rng.choice(["temperature", "temperature", "precipitation", "wind"]), rng.random() < 0.2
    slots, t = random_time(rng, scene)
    slots["metric"] = name
    if metric:
        slots["units"] = "celsius"
    return "HoursIntent", slots, spells.hour(scene, name, t, metric), spells.heard_hour


KINDS = [ask_timing, ask_timing, ask_timing_at, ask_amount, ask_hour, ask_hour]


def ask_bundle(judge, rng, make_world, bundle, count):
    folder, points, grid_path = bundle
    grid = ask.Grid(json.loads(ask.read(grid_path)))
    point = json.loads(ask.read(points))
    zone = answers.zone_of(point.get("properties", point)["timeZone"])
    now = grid.start + rng.randrange(0, max(grid.end - grid.start - 2 * DAY, DAY))
    world = make_world(now, folder.rstrip("/"))
    try:
        scene = superlatives.Scene(grid, now, zone)
        judge.put(world, "boulder colorado", [rng.choice(KINDS)(rng, scene) for _ in range(count)])
    finally:
        world.stop()


def ask_simulated(judge, rng, make_world, text, count):
    world = make_world(forecast.seconds(text))
    try:
        world.ask([ahead.line("MetricIntent", p[0], {"metric": "forecast"}) for p in ask.PLACES])
        points = ask.asked_points(world)
        for place in ask.PLACES:
            point = ask.asked_point(world, points, place)
            grid = ask.Grid(world.get(ask.path_of(point["forecastGridData"])))
            scene = superlatives.Scene(grid, world.now, answers.zone_of(place[2]))
            judge.put(world, place[0], [rng.choice(KINDS)(rng, scene) for _ in range(count // len(ask.PLACES))])
    finally:
        world.stop()


if __name__ == "__main__":
    sys.exit(ahead.run("hours", ask_simulated, ask_bundle))
