#!/usr/bin/env bash
# Measure the fill beside its peers. bench.sh VENV [CASES]: speed and memory always, quality where a folder of cases is named.
set -euo pipefail
venv=$1
shift
"$venv/bin/pip" install --quiet --disable-pip-version-check --group bench
"$venv/bin/python" -m bench.speed
if [ $# -gt 0 ]; then
    "$venv/bin/python" -m bench.quality "$@"
fi
