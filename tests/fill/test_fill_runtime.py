"""What runs networks is told to keep what it does to itself."""

import os
import subprocess
import sys

import pytest


@pytest.mark.slow
def test_the_runtime_finds_its_telemetry_switched_off() -> None:
    program = (
        "import os, sys; from wuhen.fill import warmup; assert 'onnxruntime' not in sys.modules;"
        "warmup('guided', threads=1); print(os.environ['ORT_DISABLE_TELEMETRY'])"
    )
    environment = os.environ | {"ORT_DISABLE_TELEMETRY": "0"}
    done = subprocess.run(
        [sys.executable, "-c", program], check=True, capture_output=True, text=True, env=environment
    )
    assert done.stdout.strip() == "1"
