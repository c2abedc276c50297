"""What the command line says beside a result."""

import json
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner

from pictures import encoded, scene
from wuhen.cli import main

PHOTO = scene()
NEARLY_ALL = np.ones(PHOTO.shape[:2], bool)
NEARLY_ALL[:4] = False
LITTLE = ~NEARLY_ALL


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name in ("wide", "small"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "photo.png").write_bytes(encoded(PHOTO))
    (tmp_path / "wide" / "photo_mask.png").write_bytes(encoded(NEARLY_ALL))
    (tmp_path / "small" / "photo_mask.png").write_bytes(encoded(LITTLE))
    return tmp_path


def test_a_warning_goes_to_standard_error_and_the_result_is_written(folder: Path) -> None:
    for name, lines in (("wide", 1), ("small", 0)):
        files = [str(folder / name / one) for one in ("photo.png", "photo_mask.png")]
        done = CliRunner().invoke(main, ["erase", *files, "-o", "-"])
        assert done.exit_code == 0, done.output
        assert done.stdout_bytes.startswith(b"\x89PNG")
        assert done.stderr.count("Warning: The mask erases 94 %") == lines


def test_a_folders_warnings_are_in_its_report_and_lines(folder: Path) -> None:
    for name in ("wide", "small"):
        photos, out = folder / name, folder / f"{name}-out"
        done = CliRunner().invoke(main, ["erase", str(photos), str(photos), "-o", str(out), "--json"])
        assert done.exit_code == 0, done.output
        reported = {entry["photo"]: entry for entry in json.loads((out / "report.json").read_text())}
        printed = {entry["photo"]: entry for entry in map(json.loads, done.stdout.splitlines())}
        assert printed == reported
        remarks = reported[str(photos / "photo.png")].get("remarks", [])
        assert [remark[:20] for remark in remarks] == (["The mask erases 94 %"] if name == "wide" else [])
        assert ("warning: " in done.stderr) == (name == "wide")
