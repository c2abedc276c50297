"""Running the page's pure modules with Node, by the scripts that lie here."""

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
_HERE = Path(__file__).parent


def run(job: str, **given: Any) -> Any:
    """Have explorer_run.mjs do one job."""
    return order("explorer_run.mjs", job, **given)


def order(script: str, job: str, **given: Any) -> Any:
    """Have one of the scripts do one job."""
    if NODE is None:
        pytest.skip("`make test` installs node")
    orders, answers = _start(NODE, script)
    orders.write(json.dumps({"job": job, **given}).encode() + b"\n")
    orders.flush()
    answer = json.loads(answers.readline())
    assert "error" not in answer, answer["error"]
    return answer["result"]


@cache
def _start(node: str, script: str) -> tuple[IO[bytes], IO[bytes]]:
    """Start the process that does a script's jobs in this run of the tests, and return its pipes."""
    command = [node, "--no-warnings", str(_HERE / script)]
    process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
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
