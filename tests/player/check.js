// SPDX-License-Identifier: Apache-2.0
// tests/player/check.js MODEL PHRASES -- compares the intents that virtual-alexa finds with those of the table.
//
// It takes any words for Amazon's slot types, even none, so these get the values that the table has for them.  It does not
// divide words between two slots that follow each other, so it cannot play every phrase; how many, is printed.
const fs = require('fs')
const { InteractionModel } = require('virtual-alexa/lib/src/model/InteractionModel.js')
const { Utterance } = require('virtual-core')

const PLAYED_MIN = 0.4
const [modelFile, phrasesFile] = process.argv.slice(2)
const model = JSON.parse(fs.readFileSync(modelFile))
const language = model.interactionModel.languageModel

const hours = 'one two three four five six seven eight nine ten eleven twelve'.split(' ')
const digits = hours.map((_, i) => String(i + 1))
const said = {
  TIME: [...hours, 'noon', 'midnight', ...[...hours, ...digits].flatMap(hour => [`${hour} pm`, `${hour} am`, `${hour} in the morning`])],
  DURATION: ['an hour', 'half an hour', 'hour', 'thirty minutes', ...hours.map(hour => `${hour} hours`)],
  Ordinal: ['first', 'second', 'third'],
  US_STATE: [],
  US_CITY: [],
  NUMBER: []
}
const types = { location: 'US_CITY', location_two: 'US_CITY', state: 'US_STATE', zipcode: 'NUMBER', number: 'NUMBER', percent: 'NUMBER' }

// Phrases with the skill's name, and those that no intent matches, are left out.
const rows = fs.readFileSync(phrasesFile, 'utf8').split('\n')
  .filter(line => line && line[0] !== '#')
  .map(line => line.split('\t'))
  .filter(([, phrase, request]) => !/clima cast/i.test(phrase) && !/unknown place|Fallback/.test(request))
for (const [, , request] of rows) {
  for (const [, slot, word, quoted] of request.matchAll(/(\w+)=("([^"]*)"|\S+)/g)) {
    if (types[slot]) said[types[slot]].push(quoted ?? word)
  }
}

for (const intent of language.intents) {
  for (const slot of intent.slots ?? []) slot.type = slot.type.replace('AMAZON.', 'SAID_')
}
language.types = language.types.filter(type => !type.name.startsWith('AMAZON.'))
for (const [name, values] of Object.entries(said)) {
  language.types.push({ name: `SAID_${name}`, values: [...new Set(values)].map(value => ({ name: { value } })) })
}

const player = InteractionModel.fromJSON(model)
let same = 0
let other = 0
for (const [, phrase, request] of rows) {
  const found = new Utterance(player, phrase.toLowerCase()).intent()
  const want = request.split(/\s/)[0]
  if (found === want) same++
  if (!found || found === want) continue
  other++
  console.log(`FAIL "${phrase}": ${found}, the table has ${want}`)
}
console.log(`${rows.length} phrases, of which virtual-alexa can play ${same + other}`)
if (same < rows.length * PLAYED_MIN) {
  other++
  console.log(`FAIL only ${same} are played`)
}
console.log(`${same} passed, ${other} failed`)
process.exitCode = other > 0 ? 1 : 0
