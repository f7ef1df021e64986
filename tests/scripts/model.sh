#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# tests/scripts/model.sh -- the interaction model is current and passes its gate (tests/model/gate.py), which finds the
# faults that are planted here.
set -euo pipefail
cd "$(dirname "$0")/../.."
# shellcheck source=tests/checks.sh
. tests/checks.sh
package=deploy/skill-package
model=$package/interactionModels/custom/en-US.json
work=$(mktemp -d "${TMPDIR:-/tmp}/climacast-model.XXXXXX")
trap 'rm -rf "$work"' EXIT

check 'the model is what its table says' "$package/model.py" --check
check 'no sentence has two meanings, and the rules of Amazon are kept' tests/model/gate.py "$model"

# planted NAME WANT PYTHON: in a small model m, PYTHON plants a fault; the gate must say WANT.
planted() {
    cat >"$work/plant.py" <<'PLANT'
import json, sys
def intent(name, samples, **slots):
    return {'name': name, 'slots': [{'name': n, 'type': t} for n, t in slots.items()], 'samples': samples}
def kind(name, *values):
    return {'name': name, 'values': [{'name': {'value': v[0], 'synonyms': list(v[1:])}} for v in values]}
m = {'invocationName': 'clima cast',
     'intents': [intent('Ask', ['{metric}', 'what is the {metric}', '{metric} in {place}', '{metric} on {day}'],
                        metric='METRIC', place='AMAZON.US_CITY', day='DAY'),
                 intent('Hear', ['what is the time at {hour}', 'the {number} time'], hour='AMAZON.TIME', number='AMAZON.NUMBER')],
     'types': [kind('METRIC', ('wind', 'winds'), ('rain',)), kind('DAY', ('monday',), ('friday night', 'friday evening'))]}
ask, hear, metric, day = m['intents'][0], m['intents'][1], m['types'][0], m['types'][1]
exec(sys.argv[1])
print(json.dumps({'interactionModel': {'languageModel': m}}))
PLANT
    python3 "$work/plant.py" "$3" >"$work/planted.json"
    if tests/model/gate.py "$work/planted.json" >"$work/said"; then
        [[ $2 == passes ]] || { echo '     the gate passes it'; return 1; }
    else
        grep -qF -- "$2" "$work/said" || { sed 's/^/     /' "$work/said"; return 1; }
    fi
}
plant() { check "$1" planted "$@"; }

plant 'a small model passes' passes 'pass'
plant 'one sentence in two intents' '"wind" is both' 'hear["samples"].append("wind")'
plant 'one sentence in two intents by a synonym' '"what is the winds" is both' 'hear["samples"].append("what is the winds")'
plant 'one sentence with other slots' '"rain on monday" is both Ask' 'ask["samples"].append("{metric} {when}"); ask["slots"].append({"name": "when", "type": "WHEN"}); m["types"].append(kind("WHEN", ("on monday",)))'
plant 'one sentence divided otherwise' 'friday night" is both Ask' 'ask["samples"] += ["{metric} {day}", "{metric} {day} night"]; day["values"].append({"name": {"value": "friday"}})'
plant 'a time of day that is a number' 'is both Hear' 'hear["samples"].append("what is the time at {number}")'
plant 'a sample twice' 'is there 2 times' 'ask["samples"].append("{metric}")'
plant 'a value twice' 'METRIC: "wind" is there 2 times' 'metric["values"][1]["name"]["synonyms"].append("wind")'
plant 'a value in digits and capitals' '"High Wind!" is not a value' 'metric["values"][1]["name"]["synonyms"].append("High Wind!")'
plant 'a sample with a digit' 'is not a sample' 'ask["samples"].append("give me 5 {metric}")'
plant 'a sample that catches everything' 'catches everything' 'ask["samples"].append("{place}")'
plant 'a slot twice in a sample' 'a slot twice' 'ask["samples"].append("{metric} or {metric}")'
plant 'a slot that no sample fills' 'no sample fills place' 'ask["samples"].remove("{metric} in {place}")'
plant 'a sample with an unknown slot' 'an unknown slot' 'ask["samples"].append("now {metrics}")'
plant 'a slot of an unknown type' 'unknown type DAYS' 'ask["slots"][2]["type"] = "DAYS"'
plant 'a name with a digit' 'Ask2 is not a name' 'ask["name"] = "Ask2"'
plant 'a name twice' 'Ask is named twice' 'hear["name"] = "Ask"'
plant 'an intent without samples' 'Hear has no samples' 'hear["samples"] = []'
plant 'a sample that is too long' 'is not a sample' 'ask["samples"].append("please " * 40 + "{metric}")'
plant 'too many samples' 'samples' 'ask["samples"] += ["x" * n + " {metric}" for n in range(1, 99)] * 60'

summary
