"""Running the explorer's pure modules with Node."""

import json
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

_OWN = Path(sys.executable).with_name("node")
NODE = str(_OWN) if _OWN.exists() else shutil.which("node")
_SCRIPT = Path(__file__).with_name("explorer_run.mjs")


def run(job: str, **given: Any) -> Any:
    """Run one job of explorer_run.mjs."""
    if NODE is None:
        pytest.skip("`make test` installs node")
    done = subprocess.run(
        [NODE, "--no-warnings", _SCRIPT],
        input=json.dumps({"job": job, **given}).encode(),
        capture_output=True,
        check=False,
        timeout=60,
    )
    assert done.returncode == 0, done.stderr.decode()
    return json.loads(done.stdout)


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
