#!/usr/bin/env bash
# Write deploy/requirements*.txt: what the image consists of, each file of it by its hash, for Linux on x86 and ARM.
# lock.sh UV
set -euo pipefail
uv=$1
flags=(--python-version 3.13 --universal --generate-hashes --no-annotate --no-header --no-emit-index-url --quiet)

# The versions that the tests ran with.
"$uv" pip compile "${flags[@]}" --constraint constraints.txt --extra service --extra c2pa \
    --output-file deploy/requirements.txt pyproject.toml
"$uv" pip compile "${flags[@]}" --output-file deploy/requirements-build.txt deploy/requirements-build.in
