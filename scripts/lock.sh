#!/usr/bin/env bash
# Write deploy/requirements*.txt: what the image consists of, each file of it by its hash, for Linux on x86 and ARM.
# lock.sh UV
set -euo pipefail
uv=$1
flags=(--python-version 3.13 --universal --generate-hashes --no-annotate --no-header --no-emit-index-url --quiet)

# The versions that the tests ran with. Ray is larger than all else together: it has a list, and an image, of its own.
extras=(--extra service --extra c2pa --extra postgres --extra redis --extra objects --extra mcp)
"$uv" pip compile "${flags[@]}" --constraint constraints.txt "${extras[@]}" \
    --output-file deploy/requirements.txt pyproject.toml
"$uv" pip compile "${flags[@]}" --constraint constraints.txt "${extras[@]}" --extra cluster \
    --output-file deploy/requirements-cluster.txt pyproject.toml
"$uv" pip compile "${flags[@]}" --output-file deploy/requirements-build.txt deploy/requirements-build.in
