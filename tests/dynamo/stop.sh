#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# tests/dynamo/stop.sh -- stop the server that tests/dynamo/start.sh started (DYNAMO_PID).
if [ -n "${DYNAMO_PID:-}" ]; then
    kill "$DYNAMO_PID" 2>/dev/null || true
fi
