#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# tests/mcp/run.sh -- the MCP server against the public conformance suite, and driven by the inspector's command line; the
# JSON API against its description (make test-mcp).
#
# Of the suite's scenarios those run that need none of its own tools, prompts or resources. Ends with the line "N passed, M
# failed".
set -euo pipefail
cd "$(dirname "$0")/../.."
top=$PWD
# shellcheck source=tests/checks.sh
. tests/checks.sh
# shellcheck source=tests/npm.sh
. tests/npm.sh
# shellcheck source=tests/wait_for.sh
. tests/wait_for.sh
build=${BUILD:-build}
case $build in /*) ;; *) build=$top/$build ;; esac
home=$build/mcp
packages=$home/node_modules/@modelcontextprotocol
work=$(mktemp -d "${TMPDIR:-/tmp}/climacast-mcp.XXXXXX")
running=()
stop() {
    for pid in "${running[@]}"; do
        kill -TERM "$pid" 2>/dev/null || true
        wait "$pid" 2>/dev/null || true
    done
    rm -rf "$work"
}
trap stop EXIT

need_node node
need_modules tests/mcp "$home"
# The inspector's command line looks for the version of the package that it is usually part of. The suite imports a function
# that node has since version 22 only, for a command that isn't used here.
echo '{"name":"@modelcontextprotocol/inspector","version":"1.0.3"}' >"$packages/package.json"
sed -i 's/globSync as o,/readdirSync as o,/' "$packages/conformance/dist/index.js"

now=2026-06-17T16:00:00Z
"$build/climasim" --listen 127.0.0.1:0 --ports-file "$work/ports" --now $now >"$work/sim.log" 2>&1 &
running+=($!)
wait_for 10 "$work/ports" '^http='
"$build/climacastd" --set server.listen=127.0.0.1:0 --set admin.listen= --set server.tls=no --set alexa.verify=no \
    --set persistence.backend=memory --set weather.now=$now --set api.listen=127.0.0.1:0 --set api.open=yes \
    --set api.rate_per_minute=0 --set weather.base_url="http://127.0.0.1:$(sed -n 's/^http=//p' "$work/ports")" \
    2>"$work/daemon.log" &
running+=($!)
wait_for 10 "$work/daemon.log" 'ready version='
base=http://$(sed -n 's/.* api_listening address=//p' "$work/daemon.log")
url=$base/mcp

conforms() { timeout 60 node "$packages/conformance/dist/index.js" server --url "$url" --scenario "$1"; }
for scenario in server-initialize ping tools-list dns-rebinding-protection; do
    check "the server conforms: $scenario" conforms "$scenario"
done

inspect() { timeout 60 node "$packages/inspector-cli/build/index.js" "$url" --transport http "$@" >"$work/out"; }
lists() {
    inspect --method tools/list &&
        for tool in current forecast hours timing alerts sun_moon compare; do
            grep -q "\"name\": \"$tool\"" "$work/out" || return 1
        done
}
check 'the inspector lists the tools' lists
calls() { # TOOL SPEECH ARGUMENT...
    local tool=$1 speech=$2
    shift 2
    inspect --method tools/call --tool-name "$tool" --tool-arg "$@" && grep -q "\"speech\": \"$speech" "$work/out"
}
check 'the inspector asks for the weather' calls current "It's .* in Boulder, Colorado" place='Boulder, CO'
check 'the inspector asks for hours, with a number' calls hours 'Hour by hour in Boulder' place='Boulder, CO' hours=3
cp tests/mcp/openapi.js "$home" # beside its packages, where node looks for them
describes() { timeout 60 node "$home/openapi.js" deploy/openapi.yaml "$base"; }
check 'deploy/openapi.yaml describes what the JSON API answers' describes
summary
