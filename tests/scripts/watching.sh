#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# tests/scripts/watching.sh -- monitoring: /metrics of a daemon that has received all sorts of requests, the alert rules,
# and the Grafana dashboard.
set -euo pipefail
cd "$(dirname "$0")/../.."
# shellcheck source=tests/checks.sh
. tests/checks.sh
build=${TEST_BUILD:-$PWD/build}
work=$(mktemp -d "${TMPDIR:-/tmp}/climacast-watching.XXXXXX")
run=''
stop() {
    if [[ -n $run ]]; then
        kill -TERM "$run" 2>/dev/null || true
        wait "$run" 2>/dev/null || true
    fi
    rm -rf "$work"
}
trap stop EXIT

free_port() {
    local port
    while :; do
        port=$((20000 + RANDOM % 20000))
        (exec 3<>"/dev/tcp/127.0.0.1/$port") 2>/dev/null || break
    done
    echo "$port"
}
port=$(free_port) admin=$(free_port)
BUILD=$build DATA=$work/data PORT=$port ADMIN_PORT=$admin WEATHER=simulated deploy/run-here.sh >"$work/run.log" 2>&1 &
run=$!
for _ in {1..300}; do
    ! grep -q 'Press Ctrl-C to stop' "$work/run.log" 2>/dev/null || break
    kill -0 "$run" 2>/dev/null || { cat "$work/run.log"; break; }
    sleep 0.1
done

# ---- traffic: valid, strange and hostile ----
{
    echo 'LaunchRequest'
    echo 'MetricIntent metric=temperature location="Seattle, Washington"'
    echo 'MetricIntent metric=forecast when_abs=tomorrow location="Boulder, Colorado"'
    echo 'MetricIntent metric=wind location="Nowhere At All"'
    echo 'AMAZON.HelpIntent'
    for i in {1..150}; do echo "Made.Up$i.Intent slot$i=\"value $i\" --user stranger$i --unchecked"; done
} >"$work/requests"
answered() { "$build/climacast" --config "$work/data/run.conf" ask --file "$work/requests"; }
check 'the daemon answers all sorts of intents' answered
refused() {
    local i
    for i in {1..20}; do
        curl -sk -o /dev/null "https://127.0.0.1:$port/alexa$i"
        curl -sk -o /dev/null -X "METHOD$i" "https://127.0.0.1:$port/alexa"
        curl -sk -o /dev/null -d "{\"n\":$i}" -H "SignatureCertChainUrl: https://example$i.org/" -H 'Signature-256: AA==' "https://127.0.0.1:$port/alexa"
    done
}
export no_proxy='*'
check 'it rejects unsigned requests' refused
metrics() { curl -sf "http://127.0.0.1:$admin/metrics" -o "$work/metrics"; }
check '/metrics answers' metrics

# ---- the metrics ----
valid() { promtool check metrics <"$work/metrics"; }
check 'promtool check metrics finds no fault' valid
bounded() { # at most METRIC_SERIES_MAX series per family, whatever clients send; histograms are counted by _count
    awk '!/^#/ && !/_(bucket|sum)\{/ { sub(/[{ ].*/, ""); n[$0]++ } END { for (f in n) if (n[f] > 64) { print f, n[f]; bad = 1 } exit bad }' "$work/metrics" &&
        ! grep -E 'Made|slot|stranger|example|METHOD|/alexa[0-9]' "$work/metrics" &&
        grep -q 'intent="unknown"' "$work/metrics"
}
check 'labels are bounded and contain nothing that a client chose' bounded
version() { grep -q "^climacast_build_info{version=\"$("$build/climacast" --version | cut -d' ' -f2)\"} 1$" "$work/metrics"; }
check 'the version is exported' version

# ---- rules and dashboard ----
rules() { promtool check rules deploy/prometheus-rules.yml && promtool test rules tests/prometheus/rules_test.yml; }
check 'the alert rules are valid, quiet on a good day and firing on bad ones' rules
# Every family that a rule or a panel uses is declared in the sources, with the suffix of its type.
python3 - deploy/grafana-dashboard.json >"$work/panels.yml" <<'PY'
import json, sys
print("groups:\n- name: panels\n  rules:")
for panel in json.load(open(sys.argv[1]))["panels"]:
    for number, target in enumerate(panel.get("targets", [])):
        expr = target["expr"].replace("$__rate_interval", "5m").replace("$instance", ".*")
        print("  - record: panel:%d:%d\n    expr: %s" % (panel["id"], number, json.dumps(expr)))
PY
panels() { promtool check rules "$work/panels.yml" && [[ $(grep -c expr: "$work/panels.yml") -ge 20 ]]; }
check 'the expressions of the dashboard are valid' panels
known() {
    grep -rhoE '"climacast_[a-z_]+"' server cache certs intents --include='*.c' | tr -d '"' | sort -u >"$work/families"
    grep -ohE 'climacast_[a-z_]+' deploy/prometheus-rules.yml "$work/panels.yml" | sed 's/_bucket$//' | sort -u >"$work/named"
    [[ -z $(comm -13 "$work/families" "$work/named") ]] || { echo "not exported:"; comm -13 "$work/families" "$work/named"; return 1; }
}
check 'they use only exported metrics' known
shown() { # the others are a table's name, a backup's first member, and a date that only the warnings need
    grep -vxE 'climacast_(persistence|backup|certificate_start_timestamp_seconds)' "$work/families" >"$work/to-show"
    grep -ohE 'climacast_[a-z_]+' "$work/panels.yml" | sed 's/_bucket$//' | sort -u >"$work/shown"
    [[ -z $(comm -23 "$work/to-show" "$work/shown") ]] || { echo "on no panel:"; comm -23 "$work/to-show" "$work/shown"; return 1; }
}
check 'every metric is on the dashboard' shown

summary
