"""What the command line says beside a result."""

import json
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner

from photo.photo_files import png
from pictures import decoded, encoded, scene
from wuhen.cli import main
from wuhen.photo import read_photo

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


def test_a_mask_is_inverted_on_request(folder: Path) -> None:
    for name, share in (("wide", 6), ("small", 94)):
        files = [str(folder / name / one) for one in ("photo.png", "photo_mask.png")]
        done = CliRunner().invoke(main, ["erase", *files, "-o", "-", "--no-mark", "--invert"])
        assert done.exit_code == 0, done.output
        changed = (decoded(done.stdout_bytes) != PHOTO).any(axis=2)
        assert not changed[NEARLY_ALL if name == "wide" else LITTLE].any()
        assert ("Warning: The mask erases" in done.stderr) == (share > 90)


def test_a_mask_of_half_the_size_is_refused_naming_the_flag_that_scales_it(folder: Path) -> None:
    half = folder / "half.png"
    half.write_bytes(encoded(LITTLE[::2, ::2]))
    files = [str(folder / "small" / "photo.png"), str(half), "-o", str(folder / "out.png"), "--no-mark"]
    refused = CliRunner().invoke(main, ["erase", *files])
    assert refused.exit_code == 2
    assert "--fit-mask" in refused.stderr
    done = CliRunner().invoke(main, ["erase", *files, "--fit-mask"])
    assert done.exit_code == 0, done.output
    changed = (decoded((folder / "out.png").read_bytes()) != PHOTO).any(axis=2)
    assert changed[LITTLE].mean() > 0.5
    assert not changed[~LITTLE].any()
    half.write_bytes(encoded(LITTLE[::2, :40]))
    refused = CliRunner().invoke(main, ["erase", *files])
    assert refused.exit_code == 2
    assert "--fit-mask" not in refused.stderr


@pytest.mark.slow
def test_a_folders_warnings_are_in_its_report_and_lines(folder: Path) -> None:
    out = folder / "out"
    done = CliRunner().invoke(main, ["erase", "-j", "1", str(folder), str(folder), "-o", str(out), "--json"])
    assert done.exit_code == 0, done.output
    reported = {entry["photo"]: entry for entry in json.loads((out / "report.json").read_text())}
    printed = {entry["photo"]: entry for entry in map(json.loads, done.stdout.splitlines())}
    assert printed == reported
    remarks = {
        name: reported[str(folder / name / "photo.png")].get("remarks", []) for name in ("wide", "small")
    }
    assert [remark[:20] for remark in remarks["wide"]] == ["The mask erases 94 %"]
    assert remarks["small"] == []
    assert done.stderr.count("warning: ") == 1
    assert f"warning: {folder / 'wide' / 'photo.png'}" in done.stderr


def test_a_photo_of_sixteen_bits_keeps_them_or_is_said_to_lose_them(tmp_path: Path) -> None:
    samples = np.random.default_rng(0).integers(20000, 40000, (64, 96, 3), np.uint16)
    (tmp_path / "photo.png").write_bytes(png(samples, 2))
    (tmp_path / "mask.png").write_bytes(encoded(LITTLE))
    for ending, bits in (("png", 16), ("tif", 16), ("webp", 8)):
        files = [str(tmp_path / one) for one in ("photo.png", "mask.png", f"out.{ending}")]
        done = CliRunner().invoke(main, ["erase", *files[:2], "-o", files[2]])
        assert done.exit_code == 0, done.output
        assert read_photo(Path(files[2]).read_bytes()).bits == bits
        assert done.stderr.count("Note: The photo has 16 bits a sample; the result has 8") == (bits == 8)
