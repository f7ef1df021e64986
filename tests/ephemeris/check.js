// SPDX-License-Identifier: Apache-2.0
// tests/ephemeris/check.js ANSWERS [TABLE] -- compares the program ANSWERS (answers.c) with astronomy-engine and suncalc;
// with TABLE, writes the table of their results instead.
import { spawnSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import * as Astronomy from 'astronomy-engine'
import * as SunCalc from 'suncalc'

const PLACES = 200
const YEAR = 2026
const DAY_MS = 86400e3
const [answers, table] = process.argv.slice(2)

// Spread evenly over the latitudes to 65 degrees and all longitudes, by the golden ratio and its like.
const places = Array.from({ length: PLACES }, (_, i) => ({
  latitude: Number((((i + 0.5) / PLACES * 2 - 1) * 64.9).toFixed(4)),
  longitude: Number(((i * 0.6180339887) % 1 * 360 - 180).toFixed(4))
}))

// Noon of a day of the year by mean solar time, which is within 17 minutes of the sun's.
function noonOf ({ longitude }, day) {
  return Math.round(Date.UTC(YEAR, 0, 1 + day, 12) / 1000 - longitude * 240)
}

function byAstronomyEngine ({ latitude, longitude }, noon) {
  const at = new Astronomy.Observer(latitude, longitude, 0)
  const before = new Date(noon * 1000 - DAY_MS / 2)
  const middle = new Date(noon * 1000)
  const found = search => search?.date ?? null
  return {
    firstLight: found(Astronomy.SearchAltitude(Astronomy.Body.Sun, at, +1, before, 0.6, -6)),
    sunrise: found(Astronomy.SearchRiseSet(Astronomy.Body.Sun, at, +1, before, 0.6)),
    sunset: found(Astronomy.SearchRiseSet(Astronomy.Body.Sun, at, -1, middle, 0.6)),
    dark: found(Astronomy.SearchAltitude(Astronomy.Body.Sun, at, -1, middle, 0.6, -6)),
    noon: Astronomy.SearchHourAngle(Astronomy.Body.Sun, at, 0, before, +1).time.date
  }
}

function bySunCalc ({ latitude, longitude }, noon) {
  const times = SunCalc.getTimes(new Date(noon * 1000), latitude, longitude)
  return { firstLight: times.dawn, sunrise: times.sunrise, sunset: times.sunset, dark: times.dusk, noon: times.solarNoon }
}

function ask (lines) {
  const run = spawnSync(answers, { input: lines.join('\n') + '\n', maxBuffer: 1 << 28 })
  if (run.status !== 0) throw new Error(`${answers} failed`)
  return run.stdout.toString().trim().split('\n').map(line => line.split(' ').map(Number))
}

const seconds = date => date ? Math.round(date / 1000) : null

function writeTable () {
  const head = `# tests/cases/sky.tsv -- sunrise and sunset as astronomy-engine and suncalc compute them: regenerate with
# tests/ephemeris/run.sh --write.
#
# sun LATITUDE LONGITUDE NOON SUNRISE SUNSET SUNRISE SUNSET (each pair by one of the two; UTC seconds)
# moon PHASE INSTANT (0 new, 2 first quarter, 4 full, 6 last quarter; by astronomy-engine)
# lit PERCENT INSTANT (of the moon's disk; by astronomy-engine)
`
  const rows = []
  places.forEach((place, i) => {
    for (let quarter = 0; quarter < 4; quarter++) {
      const noon = noonOf(place, (i * 7 + quarter * 91) % 365)
      const times = [byAstronomyEngine(place, noon), bySunCalc(place, noon)]
      rows.push(['sun', place.latitude, place.longitude, noon, ...times.flatMap(t => [seconds(t.sunrise), seconds(t.sunset)])])
    }
  })
  let quarter = Astronomy.SearchMoonQuarter(new Date(Date.UTC(YEAR, 0, 1)))
  for (let i = 0; i < 4 * 25; i++, quarter = Astronomy.NextMoonQuarter(quarter)) {
    rows.push(['moon', quarter.quarter * 2, seconds(quarter.time.date)])
  }
  for (let day = 0; day < 365; day += 5) {
    const date = new Date(Date.UTC(YEAR, 0, 1 + day, day % 24))
    rows.push(['lit', (Astronomy.Illumination(Astronomy.Body.Moon, date).phase_fraction * 100).toFixed(2), seconds(date)])
  }
  writeFileSync(table, head + rows.map(row => row.join('\t') + '\n').join(''))
}

let passed = 0
let failed = 0
function check (name, ok, figures) {
  console.log(`${ok ? 'ok  ' : 'FAIL'} ${name}: ${figures}`)
  ok ? passed++ : failed++
}

function checkSun () {
  const asked = places.flatMap(place => Array.from({ length: 365 }, (_, day) => ({ place, noon: noonOf(place, day) })))
  const ours = ask(asked.map(({ place, noon }) => `sun ${place.latitude} ${place.longitude} ${noon}`))
  const worst = {}
  asked.forEach(({ place }, i) => {
    const [noon, ...crossings] = ours[i]
    const our = { noon }
    ;['firstLight', 'sunrise', 'sunset', 'dark'].forEach((event, e) => {
      our[event] = crossings[2 * e] === 0 ? crossings[2 * e + 1] : null
    })
    for (const [who, times] of [['astronomy-engine', byAstronomyEngine(place, noon)], ['suncalc', bySunCalc(place, noon)]]) {
      for (const event of Object.keys(our)) {
        const key = `${event} against ${who}`
        const w = worst[key] ??= { off: 0, over: 0, count: 0, missing: 0 }
        const their = times[event] ? times[event] / 1000 : null
        w.count++
        if ((their === null) !== (our[event] === null)) w.missing++
        const off = their === null || our[event] === null ? 0 : Math.abs(our[event] - their)
        w.off = Math.max(w.off, off)
        if (off > 60) w.over++
      }
    }
  })
  // Where the sun hardly reaches 6 degrees below the horizon, hundredths of a degree are minutes: a few of those may differ.
  for (const [key, w] of Object.entries(worst)) {
    const few = /^(firstLight|dark)/.test(key) ? w.count / 1000 : 0
    check(key, w.over + w.missing <= few,
      `${w.count} compared, at most ${w.off.toFixed(1)} s apart, ${w.over} over a minute, ${w.missing} only by one`)
  }
}

function checkMoon () {
  const asked = Array.from({ length: 4 * 365 }, (_, day) => Math.round(Date.UTC(YEAR - 1, 0, 1 + day, (day * 7) % 24) / 1000))
  const ours = ask(asked.map(t => `moon ${t}`))
  let lit = 0
  let otherLit = 0
  let next = 0
  let eighths = 0
  asked.forEach((t, i) => {
    const date = new Date(t * 1000)
    lit = Math.max(lit, Math.abs(ours[i][1] - Astronomy.Illumination(Astronomy.Body.Moon, date).phase_fraction))
    otherLit = Math.max(otherLit, Math.abs(ours[i][1] - SunCalc.getMoonIllumination(date).fraction))
    const eighth = (Astronomy.MoonPhase(date) + 22.5) / 45
    if (Math.abs(eighth - Math.round(eighth)) > 0.001 && Math.floor(eighth) % 8 !== ours[i][0]) eighths++
    for (let quarter = 0; quarter < 4; quarter++) {
      // Asked within minutes of a phase, one may already name the following one.
      const off = [-3600e3, 0].map(earlier => {
        const theirs = Astronomy.SearchMoonPhase(quarter * 90, new Date(date.getTime() + earlier), 40).date
        return Math.abs(theirs / 1000 - ours[i][2 + quarter])
      })
      next = Math.max(next, Math.min(...off))
    }
  })
  check('lit share against astronomy-engine', lit < 0.005, `at most ${(lit * 100).toFixed(3)} percent apart`)
  check('lit share against suncalc', otherLit < 0.01, `at most ${(otherLit * 100).toFixed(3)} percent apart`)
  check('eighths against astronomy-engine', eighths === 0, `${eighths} of ${asked.length} differ`)
  check('next phases against astronomy-engine', next < 600, `at most ${next.toFixed(0)} s apart`)
}

if (table) {
  writeTable()
} else {
  checkSun()
  checkMoon()
  console.log(`${passed} passed, ${failed} failed`)
  process.exitCode = failed > 0 ? 1 : 0
}
