"""Running the explorer's pure modules with Node."""

import atexit
import json
import shutil
import subprocess
import sys
from functools import cache
from pathlib import Path
from typing import IO, Any

import pytest

_OWN = Path(sys.executable).with_name("node")
NODE = str(_OWN) if _OWN.exists() else shutil.which("node")
_SCRIPT = Path(__file__).with_name("explorer_run.mjs")


def run(job: str, **given: Any) -> Any:
    """Have explorer_run.mjs do one job."""
    if NODE is None:
        pytest.skip("`make test` installs node")
    orders, answers = _start(NODE)
    orders.write(json.dumps({"job": job, **given}).encode() + b"\n")
    orders.flush()
    answer = json.loads(answers.readline())
    assert "error" not in answer, answer["error"]
    return answer["result"]


@cache
def _start(node: str) -> tuple[IO[bytes], IO[bytes]]:
    """Start the process that does the jobs of this run of the tests, and return its pipes."""
    process = subprocess.Popen(
        [node, "--no-warnings", _SCRIPT], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    # It ends when its input does.
    atexit.register(process.communicate)
    assert process.stdin
    assert process.stdout
    return process.stdin, process.stdout


def call(parameters: dict[str, Any], host: str, **more: Any) -> dict[str, Any]:
    """Return a call as the generators of code take it."""
    return {
        "service": "aiart",
        "action": "ImageInpaintingRemoval",
        "version": "2022-12-29",
        "region": "ap-guangzhou",
        "language": "en-US",
        "host": host,
        "secure": False,
        "parameters": parameters,
        **more,
    }
