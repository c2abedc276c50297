#!/usr/bin/env bash
# Run the unit tests on every Python that the classifiers promise and this machine has; say which it has not.
# Each gets an environment .venv-X.Y of its own. A Python is looked for on PATH, then among those of uv and pyenv.
set -uo pipefail

found() { # VERSION: print the path of such a Python
    local candidate
    for candidate in "$(command -v "python$1")" "$(uv python find "$1" 2>/dev/null)" \
        "${PYENV_ROOT:-$HOME/.pyenv}"/versions/"$1".*/bin/python; do
        # A shim on PATH may stand for a version that is not installed: what counts is what it runs.
        if [ -n "$candidate" ] &&
            [ "$("$candidate" -c 'import sys; print("%d.%d" % sys.version_info[:2])' 2>/dev/null)" = "$1" ]; then
            echo "$candidate"
            return
        fi
    done
    return 1
}

result=0
summary=()
for version in $(sed -n 's/.*Python :: \(3\.[0-9]*\)".*/\1/p' pyproject.toml); do
    if ! python=$(found "$version"); then
        summary+=("$version not found")
        continue
    fi
    echo "Python $version: $python"
    if PYTHON=$python bash scripts/bootstrap.sh ".venv-$version" &&
        ".venv-$version/bin/python" -m pytest -q -m unit -n logical --dist worksteal "$@"; then
        summary+=("$version passed")
    else
        summary+=("$version FAILED")
        result=1
    fi
done
printf '%s\n' "${summary[@]}"
exit $result
