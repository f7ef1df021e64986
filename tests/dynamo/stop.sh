#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# tests/dynamo/stop.sh -- stop what tests/dynamo/start.sh has started (DYNAMO_PID).
if [ -n "${DYNAMO_PID:-}" ]; then
    kill "$DYNAMO_PID" 2>/dev/null || true
fi
