#!/usr/bin/env bash
# Bring the clients that are no Python packages of the main environment, compile the fill once, run the whole suite.
# test.sh VENV [pytest arguments]
set -euo pipefail
venv=$1
shift

# tccli brings all products' modules under the same package name as the aiart SDK: it gets an environment of its own.
if [ ! -x .venv-tccli/bin/tccli ]; then
    "$venv/bin/python" -m venv .venv-tccli
    .venv-tccli/bin/pip install --quiet --disable-pip-version-check -r tests/clients/tccli.txt
fi
# Node.js and npm come from a Python package; the SDK's version is in tests/clients/node/package.json.
if [ ! -d tests/clients/node/node_modules/tencentcloud-sdk-nodejs ]; then
    PATH="$PWD/$venv/bin:$PATH" "$venv/bin/npm" --prefix tests/clients/node install --no-package-lock --no-audit --no-fund --loglevel=error
fi

# A second reader of what is written into files. Without it the tests that ask it are skipped.
if ! command -v exiftool >/dev/null && [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
    apt-get install -y -qq libimage-exiftool-perl || { apt-get update -qq && apt-get install -y -qq libimage-exiftool-perl; } || true
fi

"$venv/bin/wuhen" warmup
exec "$venv/bin/python" -m pytest "$@"
