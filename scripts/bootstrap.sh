#!/usr/bin/env bash
# Make the virtual environment VENV with the project (editable), its extras and the development tools.
set -euo pipefail
venv=$1
python=${PYTHON:-python3}

if [ ! -x "$venv/bin/pip" ] && ! "$python" -m venv "$venv"; then
    # Debian splits ensurepip from python3; as root on Debian it can be had at once.
    rm -rf "$venv"
    if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
        apt-get update -qq && apt-get install -y -qq python3-venv
        "$python" -m venv "$venv"
    else
        echo "Python's venv module is missing: install your system's python3-venv package, then run this again." >&2
        exit 1
    fi
fi

# --group needs pip 25.1
"$venv/bin/pip" install --quiet --disable-pip-version-check --upgrade 'pip>=25.1'
"$venv/bin/pip" install --quiet --disable-pip-version-check --constraint constraints.txt --editable '.[service,c2pa,heif,telemetry,postgres,redis,objects,cluster,mcp]' --group dev
# Compiled now, so that nobody's first fill waits for the compiler.
"$venv/bin/wuhen" warmup
