"""The plug-in for GIMP 3: in GIMP where that is installed; else what can be told beside a stand-in."""

import io
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays
from PIL import Image

from plugins import ROOT, load, stand_in_for_gimp

GIMP = shutil.which("gimp-console-3.0")
SESSION = Path(__file__).with_name("gimp_session.py")


@pytest.fixture(scope="module")
def plugin() -> Any:
    with pytest.MonkeyPatch.context() as monkeypatch:
        stand_in_for_gimp(monkeypatch)
        yield load("gimp/wuhen-erase/wuhen-erase.py")


@given(pixels=arrays.arrays(np.uint8, st.tuples(*[st.integers(1, 9)] * 2, st.integers(1, 4))))
def test_png_files_hold_the_samples(plugin: Any, pixels: np.ndarray) -> None:
    height, width, channels = pixels.shape
    file = plugin.write_png(pixels.tobytes(), width, height, channels, 8)
    read = np.asarray(Image.open(io.BytesIO(file)))
    assert np.array_equal(read.reshape(pixels.shape), pixels)


def test_png_files_hold_sixteen_bits(plugin: Any) -> None:
    pixels = np.array([[0, 1, 256, 65535]], np.uint16)
    file = plugin.write_png(pixels.tobytes(), 4, 1, 1, 16)
    assert np.array_equal(np.asarray(Image.open(io.BytesIO(file))), pixels)


@given(
    rows=arrays.arrays(np.uint8, st.tuples(st.integers(1, 6), st.integers(1, 6)), elements=st.integers(0, 1)),
    step=st.sampled_from([1, 3, 8]),
)
def test_changed_spans_lead_from_one_picture_to_the_other(plugin: Any, rows: np.ndarray, step: int) -> None:
    before = np.zeros((*rows.shape, step), np.uint8)
    after = before + rows[..., None]
    width = rows.shape[1] * step
    for row, first, samples in plugin.changed_spans(before.tobytes(), after.tobytes(), width, step):
        assert samples[:step] != bytes(step)
        piece = np.frombuffer(samples, np.uint8).reshape(-1, step)
        before[row, first : first + len(piece)] = piece
    assert np.array_equal(before, after)


def test_what_the_command_says_last_is_what_the_user_is_told(plugin: Any) -> None:
    code = "import sys; print('reading', file=sys.stderr); sys.exit('Error: the mask is empty')"
    with pytest.raises(plugin.Failed, match=r"\AError: the mask is empty\Z"):
        plugin.call([sys.executable, "-c", code])


@pytest.mark.skipif(GIMP is None, reason="GIMP 3 is not installed")
def test_in_gimp_the_selection_is_erased_in_layers_of_every_kind(tmp_path: Path) -> None:
    folder = tmp_path / "plug-ins" / "wuhen-erase"
    shutil.copytree(ROOT / "gimp" / "wuhen-erase", folder)
    (folder / "wuhen-erase.py").chmod(0o755)
    (tmp_path / "gimprc").write_text(f'(plug-in-path "{folder.parent}:${{gimp_plug_in_dir}}/plug-ins")\n')
    command = Path(sys.executable).with_name("wuhen")
    batch = f"exec(open({str(SESSION)!r}).read()); main({str(command)!r}, {str(tmp_path)!r})"
    options = [
        "-i",
        "-g",
        str(tmp_path / "gimprc"),
        "--batch-interpreter",
        "python-fu-eval",
        "-b",
        batch,
        "--quit",
    ]
    environment = os.environ | {"GIMP3_DIRECTORY": str(tmp_path / "profile")}
    done = subprocess.run(
        [str(GIMP), *options, "-b", batch, "--quit"],
        env=environment,
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    # GIMP 3.0 may run a batch twice.
    lines = {line for line in done.stdout.splitlines() if line.startswith("layer ")}
    assert len(lines) == 4, done.stderr
    assert all(line.endswith(": only the selection changed") for line in lines), lines
