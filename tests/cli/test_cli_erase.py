"""`wuhen erase`: one photo, and folders of them."""

import json
import stat
import subprocess
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner, Result

from harness import WUHEN, clean_environment
from pictures import decoded, encoded, scene, with_object, with_shadow
from wuhen.cli import main
from wuhen.fill import erase
from wuhen.photo.webp.quality import estimate_quality

CHANGED, MASK = with_object(scene())


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "photo.png").write_bytes(encoded(CHANGED))
    (tmp_path / "mask.png").write_bytes(encoded(MASK))
    return tmp_path


def run(*arguments: object) -> Result:
    return CliRunner().invoke(main, ["erase", *map(str, arguments)])


def run_alone(*arguments: object) -> Result:
    """Erase, one photo at a time: a second worker would take as long to start as all that is to be done."""
    return run("--jobs", 1, *arguments)


def report_of(out: Path) -> dict[str, dict[str, str]]:
    return {Path(entry["photo"]).name: entry for entry in json.loads((out / "report.json").read_text())}


def batch(folder: Path, *names: str) -> tuple[Path, Path, Path]:
    photos, masks, out = folder / "photos", folder / "masks", folder / "out"
    photos.mkdir()
    masks.mkdir()
    for name in names:
        (photos / name).parent.mkdir(parents=True, exist_ok=True)
        picture_format = {"jpg": "JPEG", "png": "PNG", "bmp": "BMP"}[name.rsplit(".", 1)[1]]
        (photos / name).write_bytes(encoded(CHANGED, picture_format))
        mask = (masks / name).with_suffix(".png")
        mask.parent.mkdir(parents=True, exist_ok=True)
        mask.write_bytes(encoded(MASK))
    return photos, masks, out


def test_one_photo(folder: Path) -> None:
    result = run(folder / "photo.png", folder / "mask.png", "-o", folder / "out.png", "--no-mark")
    assert result.exit_code == 0, result.output
    pixels = decoded((folder / "out.png").read_bytes())
    np.testing.assert_array_equal(pixels[~MASK], CHANGED[~MASK])
    assert not (pixels == (255, 0, 0)).all(axis=-1).any()


def test_the_shadow_is_removed_too(folder: Path) -> None:
    photo, mask, shaded = with_shadow()
    (folder / "photo.png").write_bytes(encoded(photo))
    (folder / "mask.png").write_bytes(encoded(mask))
    for name, options in (("left", ()), ("removed", ("--remove-traces",)), ("full", ("--effects", "full"))):
        result = run(
            folder / "photo.png", folder / "mask.png", "-o", folder / f"{name}.png", "--no-mark", *options
        )
        assert result.exit_code == 0, result.output
    left, removed, full = (
        decoded((folder / f"{name}.png").read_bytes()) for name in ("left", "removed", "full")
    )
    np.testing.assert_array_equal(left[~mask], photo[~mask])
    np.testing.assert_array_equal(removed[mask], left[mask])
    for clean in (removed, full):
        assert (clean[shaded] > photo[shaded]).any(axis=1).mean() > 0.9


def test_the_seed_changes_the_fill_and_nothing_else(folder: Path) -> None:
    grain = np.random.default_rng(1).integers(0, 255, (64, 96, 3), dtype=np.uint8)
    (folder / "photo.png").write_bytes(encoded(grain))
    for seed in (1, 2):
        run(
            folder / "photo.png",
            folder / "mask.png",
            "-o",
            folder / f"{seed}.png",
            "--no-mark",
            "--seed",
            seed,
        )
    one, two = (decoded((folder / f"{seed}.png").read_bytes()) for seed in (1, 2))
    assert (one != two).any()
    np.testing.assert_array_equal(one[~MASK], two[~MASK])


def test_the_flags_take_what_the_library_takes(folder: Path) -> None:
    def erased(*flags: object) -> Result:
        return run(folder / "photo.png", folder / "mask.png", "-o", folder / "out.png", "--no-mark", *flags)

    result = erased("--grow", 20, "--seed", -(2**40))
    assert result.exit_code == 0, result.output
    expected = erase(CHANGED, MASK, grow=20, seed=-(2**40))
    np.testing.assert_array_equal(decoded((folder / "out.png").read_bytes()), expected)
    for grow in (-1, 501):
        result = erased("--grow", grow)
        assert result.exit_code == 2
        assert "0<=x<=500" in result.output


def test_what_is_wrong_with_a_picture_is_told_without_the_clouds_code(folder: Path) -> None:
    (folder / "photo.png").write_bytes(b"broken")
    result = run(folder / "photo.png", folder / "mask.png", "-o", folder / "out.png")
    assert result.exit_code == 2
    assert "input image" in result.output
    assert "FailedOperation" not in result.output


@pytest.mark.parametrize(("name", "magic"), [("a.jpg", b"\xff\xd8"), ("a.webp", b"RIFF"), ("a.tif", b"II*")])
def test_the_outputs_name_says_its_format(folder: Path, name: str, magic: bytes) -> None:
    assert run(folder / "photo.png", folder / "mask.png", "-o", folder / name).exit_code == 0
    assert (folder / name).read_bytes().startswith(magic)


@pytest.mark.parametrize(
    ("name", "asked", "held"),
    [
        ("a.jpg", "png", "PNG"),
        ("a.heic", "same", "PNG"),
        ("a.JPEG", "jpg", None),
        ("a.tiff", "tif", None),
        ("a", "png", None),
    ],
)
def test_a_format_other_than_the_name_says_draws_a_warning(
    folder: Path, name: str, asked: str, held: str | None
) -> None:
    result = run(folder / "photo.png", folder / "mask.png", "-o", folder / name, "--format", asked)
    assert result.exit_code == 0
    told = f"Warning: {folder / name} holds a {held} file, whatever its name says.\n"
    assert result.stderr.endswith(told) if held else "Warning" not in result.stderr


def test_results_have_the_rights_that_new_files_have(folder: Path) -> None:
    run(folder / "photo.png", folder / "mask.png", "-o", folder / "out.png")
    made = folder / "made"
    made.touch()
    assert stat.S_IMODE((folder / "out.png").stat().st_mode) == stat.S_IMODE(made.stat().st_mode)


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("photo.png", "mask.png", "-o", "out.bmp"), "bmp"),
        (("photo.png", "mask.png", "-o", "out.heic"), "heic files are only read"),
        (("photo.png", "mask.png", "-o", "out"), "unknown ending"),
        (("photo.png", "mask.png", "-o", "photo.png"), "overwrite"),
        (("photo.png", "mask.png", "-o", "missing/out.png"), "missing"),
        (("photo.png", "small.png", "-o", "out.png"), "Mask is 96x32"),
        (("photo.png", "photo.txt", "-o", "out.png"), "mask is text"),
        (("photo.png", ".", "-o", "out.png"), "is a folder"),
        (("photo.png", "mask.png", "-o", "."), "is a folder"),
        (("photo.png", "mask.png", "-o", "out.png", "--engine", "magic"), "magic"),
    ],
)
def test_mistakes_are_one_line_and_status_2(
    folder: Path, monkeypatch: pytest.MonkeyPatch, arguments: tuple[str, ...], told: str
) -> None:
    monkeypatch.chdir(folder)
    (folder / "small.png").write_bytes(encoded(MASK[:32]))
    (folder / "photo.txt").write_bytes(b"no picture")
    before = (folder / "photo.png").read_bytes()
    result = run(*arguments)
    assert result.exit_code == 2
    assert told in result.output
    assert len(result.output.strip().splitlines()) == 1
    assert (folder / "photo.png").read_bytes() == before
    assert not [path for path in folder.iterdir() if path.name.startswith("out")]


@pytest.mark.service
def test_a_folder_with_masks_by_name(folder: Path) -> None:
    photos, masks, out = batch(folder, "a.png", "b.jpg", "deep/c.bmp")
    (photos / "notes.txt").write_text("not a photo")
    result = run(photos, masks, "-o", out)
    assert result.exit_code == 0, result.output
    assert {str(path.relative_to(out)) for path in out.rglob("*") if path.is_file()} == {
        "a.png", "b.jpg", "deep/c.png", "report.json"
    }  # fmt: skip
    report = report_of(out)
    assert report.pop("notes.txt")["status"] == "skipped"
    assert {entry["status"] for entry in report.values()} == {"done"}


@pytest.mark.service
@pytest.mark.usefixtures("own_process")
def test_a_folder_with_one_mask(folder: Path) -> None:
    photos, _, out = batch(folder, "a.png", "b.png")
    assert run_alone(photos, folder / "mask.png", "-o", out).exit_code == 0
    assert (out / "a.png").exists()
    assert (out / "b.png").exists()


@pytest.mark.service
@pytest.mark.usefixtures("own_process")
def test_masks_among_the_photos(folder: Path) -> None:
    photos = folder / "both"
    photos.mkdir()
    (photos / "a.png").write_bytes(encoded(CHANGED))
    (photos / "a_mask.png").write_bytes(encoded(MASK))
    out = folder / "out"
    assert run(photos, photos, "-o", out).exit_code == 0
    assert sorted(path.name for path in out.iterdir()) == ["a.png", "report.json"]


@pytest.mark.service
@pytest.mark.usefixtures("own_process")
def test_photos_of_one_stem_keep_their_endings(folder: Path) -> None:
    photos, _, out = batch(folder, "a.png", "a.bmp", "a.jpg")
    assert run_alone(photos, folder / "mask.png", "-o", out).exit_code == 0
    assert {path.name for path in out.iterdir()} == {"a.png.png", "a.bmp.png", "a.jpg", "report.json"}


@pytest.mark.service
def test_one_failure_does_not_stop_the_rest_and_is_told(folder: Path) -> None:
    photos, masks, out = batch(folder, "a.png", "b.png", "c.png")
    (photos / "b.png").write_bytes(b"broken")
    (masks / "c.png").unlink()
    result = run_alone(photos, masks, "-o", out)
    assert result.exit_code == 1
    report = report_of(out)
    assert report["a.png"]["status"] == "done"
    assert report["b.png"]["code"] == "FailedOperation.ImageDecodeFailed"
    assert "no mask" in report["c.png"]["message"]
    assert "1 done" in result.output
    assert "2 failed" in result.output


@pytest.mark.service
@pytest.mark.usefixtures("own_process")
def test_a_batch_goes_on_where_it_was(folder: Path) -> None:
    photos, masks, out = batch(folder, "a.png", "b.png")
    out.mkdir()
    (out / "a.png").write_bytes(b"done before")
    assert run_alone(photos, masks, "-o", out).exit_code == 0
    assert (out / "a.png").read_bytes() == b"done before"
    assert {name: entry["status"] for name, entry in report_of(out).items()} == {
        "a.png": "skipped",
        "b.png": "done",
    }
    assert run_alone(photos, masks, "-o", out, "--overwrite").exit_code == 0
    assert (out / "a.png").read_bytes() != b"done before"


@pytest.mark.service
@pytest.mark.usefixtures("own_process")
def test_results_inside_the_photos_folder_are_not_photos(folder: Path) -> None:
    photos, _, _ = batch(folder, "a.png")
    out = photos / "out"
    for _ in range(2):
        assert run(photos, folder / "mask.png", "-o", out).exit_code == 0
    assert {path.name for path in out.rglob("*") if path.is_file()} == {"a.png", "report.json"}


def test_a_folder_without_photos_is_a_mistake(folder: Path) -> None:
    (folder / "empty").mkdir()
    result = run(folder / "empty", folder / "mask.png", "-o", folder / "out")
    assert result.exit_code == 2
    assert "holds no photos" in result.output


def test_help_and_version_do_not_need_the_service() -> None:
    done = subprocess.run(
        [*WUHEN, "--help"],
        capture_output=True,
        text=True,
        check=True,
        env=clean_environment() | {"COLUMNS": "100"},
    )
    for command in ("erase", "serve", "keys", "call", "warmup"):
        assert command in done.stdout


def test_the_name_or_the_format_same_keeps_a_lossy_webp_so(folder: Path) -> None:
    (folder / "photo.webp").write_bytes(encoded(CHANGED, "WEBP", quality=50))
    for options in (("a.webp",), ("b.any", "--format", "same"), ("c.webp", "--quality", "90")):
        result = run(folder / "photo.webp", folder / "mask.png", "-o", folder / options[0], *options[1:])
        assert result.exit_code == 0, result.output
        quality = 90 if "90" in options else 50
        assert estimate_quality((folder / options[0]).read_bytes()) == pytest.approx(quality, abs=4)
        assert ("Note: " in result.stderr) == (quality == 50)
