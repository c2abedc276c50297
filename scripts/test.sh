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
# A second reader of metadata, other readers of pictures, servers that services share, a browser, and a font for what it shows. What is missing, the
# tests that need it skip.
missing=()
command -v exiftool >/dev/null || missing+=(libimage-exiftool-perl)
command -v tiff2rgba >/dev/null || missing+=(libtiff-tools)
command -v mogrify >/dev/null || command -v magick >/dev/null || missing+=(imagemagick)
command -v valkey-server >/dev/null || command -v redis-server >/dev/null || missing+=(redis-server)
PATH=$PATH:/usr/sbin command -v nginx >/dev/null || missing+=(nginx-light)
compgen -G "/usr/lib/postgresql/*/bin/initdb" >/dev/null || command -v initdb >/dev/null || missing+=(postgresql)
command -v chromium-headless-shell >/dev/null || command -v chromium >/dev/null || missing+=(chromium-headless-shell fonts-wqy-microhei)
if [ ${#missing[@]} -gt 0 ] && [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
    apt-get install -y -qq "${missing[@]}" >/dev/null 2>&1 ||
        { apt-get update -qq && apt-get install -y -qq "${missing[@]}" >/dev/null; } ||
        echo "not installed: ${missing[*]}; some tests will be skipped" >&2
fi

# Prometheus's own check of alerts, out of its package, which installed would start a server.
if ! command -v promtool >/dev/null && [ ! -d .cache/prometheus ] && command -v apt-get >/dev/null; then
    mkdir -p .cache
    (cd .cache && apt-get download -qq prometheus >/dev/null 2>&1 && dpkg-deb -x prometheus_*.deb prometheus) ||
        echo "not there: promtool; some tests will be skipped" >&2
fi

"$venv/bin/wuhen" warmup
# Three processes for two processors, as a third of the time a test waits: for a server, a deadline, a browser. A file
# stays with one of them, and with the services that it starts; the longest are begun first, see tests/order.py.
exec "$venv/bin/python" -m pytest -n 3 --dist loadfile --no-loadscope-reorder "$@"
