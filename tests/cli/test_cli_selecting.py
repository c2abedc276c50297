"""`wuhen erase` without a mask, and `wuhen find`: shapes, what is found, presets, candidates."""

import io
import json
from importlib import resources
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner, Result
from PIL import Image, ImageDraw, ImageFont

from pictures import decoded, encoded, scene
from wuhen.cli import main

FONT = str(resources.files("wuhen") / "mark/assets/wuhen-mark.otf")
PLAIN = scene()
BOX = np.zeros(PLAIN.shape[:2], bool)
BOX[10:30, 20:60] = True
SLOPE = np.broadcast_to(np.linspace(60, 150, 320, dtype=np.uint8)[None, :, None], (200, 320, 3))


def lettered() -> np.ndarray:
    """Return a slope of greys with a line of text."""
    image = Image.fromarray(SLOPE)
    ImageDraw.Draw(image).text((40, 80), "Sample 2026", (255, 240, 60), ImageFont.truetype(FONT, 36))
    return np.asarray(image)


LETTERED = lettered()
LETTERS = (LETTERED != SLOPE).any(axis=2)


def run(command: str, *arguments: object) -> Result:
    return CliRunner().invoke(main, [command, *map(str, arguments)])


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("WUHEN_CONFIG", raising=False)
    (tmp_path / "plain.png").write_bytes(encoded(PLAIN))
    (tmp_path / "text.png").write_bytes(encoded(LETTERED))
    return tmp_path


def test_a_rectangle_is_erased_and_nothing_else(folder: Path) -> None:
    result = run("erase", "plain.png", "--rect", "-76,10,40,20", "-o", "out.png", "--no-mark")
    assert result.exit_code == 0, result.output
    pixels = decoded((folder / "out.png").read_bytes())
    np.testing.assert_array_equal(pixels[~BOX], PLAIN[~BOX])
    assert (pixels[BOX] != PLAIN[BOX]).any()


def test_candidates_differ_and_are_numbered(folder: Path) -> None:
    result = run("erase", "plain.png", "--rect", "20,10,40,20", "-o", "out.png", "--candidates", 3)
    assert result.exit_code == 0, result.output
    files = sorted(path.name for path in folder.glob("out*"))
    assert files == ["out-1.png", "out-2.png", "out-3.png"]
    assert len({(folder / name).read_bytes() for name in files}) > 1


def test_shapes_and_a_mask_go_together(folder: Path) -> None:
    mask = np.zeros(PLAIN.shape[:2], bool)
    mask[50:60, 70:80] = True
    (folder / "mask.png").write_bytes(encoded(mask))
    result = run(
        "erase", "plain.png", "mask.png", "--polygon", "20,10 60,10 60,30 20,30", "-o", "out.png", "--no-mark"
    )
    assert result.exit_code == 0, result.output
    pixels = decoded((folder / "out.png").read_bytes())
    whole = BOX | mask
    np.testing.assert_array_equal(pixels[~whole], PLAIN[~whole])
    assert all((pixels[one] != PLAIN[one]).any() for one in (BOX, mask))


@pytest.mark.parametrize(
    ("arguments", "named"),
    [
        ((), "nothing says what is to go"),
        (("--rect", "1,2,3"), "no rectangle"),
        (("--rect", "900,0,10,10"), "covers no pixel"),
        (("--stroke", "1,2 3,4"), "no stroke"),
        (("--find", "cats"), "there is no finder 'cats'"),
        (("--find", "overlay"), "give a folder"),
        (("--find", "text"), "higher --sensitivity"),
        (("--rect", "1,2,3,4", "--find-in", "0,0,5,5"), "say what for with --find"),
        (("--preset", "dates"), "there is no wuhen.toml"),
        (("--rect", "1,2,3,4", "--candidates", "5"), "5 is not in the range"),
    ],
)
def test_what_cannot_be_done_is_said_in_a_line(folder: Path, arguments: tuple[str, ...], named: str) -> None:
    result = run("erase", "plain.png", *arguments, "-o", "out.png")
    assert result.exit_code == 2
    assert named in result.output
    assert not (folder / "out.png").exists()


def test_candidates_need_files_of_their_own(folder: Path) -> None:
    (folder / "out-2.png").write_bytes(encoded(PLAIN))
    wanted = ("--rect", "1,2,9,9", "--candidates", 2)
    assert "would overwrite" in run("erase", "out-2.png", *wanted, "-o", "out.png").output
    assert "several files" in run("erase", "plain.png", *wanted, "-o", "-").output
    assert "for one photo" in run("erase", folder, *wanted, "-o", "out").output


@pytest.mark.slow
@pytest.mark.usefixtures("own_process")
def test_a_folder_is_searched_and_what_has_nothing_is_copied(folder: Path) -> None:
    (folder / "wuhen.toml").write_text('[presets.captions]\nfind = "text"\nfind_in = "0,25%,100%,50%"\n')
    photos = folder / "photos"
    photos.mkdir()
    # Of the same slope, as text may well be found in the strange scenes that others are made of.
    for name, kind in (("smooth.png", "PNG"), ("plain.bmp", "BMP")):
        (photos / name).write_bytes(encoded(SLOPE, kind))
    (photos / "text.png").write_bytes(encoded(LETTERED))
    given = (photos, "--preset", "captions", "-o", "out", "--jobs", 1, "--no-mark")
    result = run("erase", *given)
    assert result.exit_code == 0, result.output
    assert "1 done, 2 unchanged as nothing was found" in result.output
    pixels = decoded((folder / "out/text.png").read_bytes()).astype(int)
    assert np.abs(pixels - SLOPE)[LETTERS].mean() < 0.1 * np.abs(LETTERED.astype(int) - SLOPE)[LETTERS].mean()
    for name in ("plain.bmp", "smooth.png"):
        assert (folder / "out" / name).read_bytes() == (photos / name).read_bytes()
    entries = {Path(one["photo"]).name: one for one in json.loads((folder / "out/report.json").read_text())}
    assert (entries["plain.bmp"]["status"], entries["plain.bmp"]["found"]) == ("unchanged", {"text": 0})
    assert (entries["text.png"]["status"], entries["text.png"]["found"]) == ("done", {"text": 1})


def test_find_writes_a_mask_and_says_where(folder: Path) -> None:
    result = run("find", "text.png", "-o", "mask.png", "--preview", "look.jpg", "--json")
    assert result.exit_code == 0, result.output
    mask = decoded((folder / "mask.png").read_bytes())
    assert mask.shape[:2] == LETTERS.shape
    assert (mask.reshape(*LETTERS.shape, -1)[..., 0] > 0)[LETTERS].mean() > 0.95
    entry = json.loads(result.output)
    assert entry["found"] == {"text": 1}
    box = entry["places"][0]["Box"]
    ys, xs = np.nonzero(LETTERS)
    assert box["X"] <= xs.min() + 4
    assert box["X"] + box["Width"] >= xs.max() - 4
    assert box["Y"] <= ys.min() + 4
    looked = np.asarray(Image.open(io.BytesIO((folder / "look.jpg").read_bytes())), int)
    assert (looked[LETTERS, 0] - looked[LETTERS, 2]).mean() > 100


@pytest.mark.slow
def test_find_looks_through_a_folder(folder: Path) -> None:
    photos = folder / "photos"
    (photos / "deep").mkdir(parents=True)
    (photos / "deep/text.png").write_bytes(encoded(LETTERED))
    (photos / "plain.png").write_bytes(encoded(SLOPE))
    (photos / "broken.png").write_bytes(encoded(SLOPE)[:200])
    result = run("find", "photos", "-o", "photos/masks", "--jobs", 1)
    assert result.exit_code == 2
    assert {"photos/deep/text.png: 1 text", "photos/plain.png: nothing"} == set(result.stdout.splitlines())
    assert "failed: photos/broken.png: " in result.stderr
    assert "found in 1, nothing in 1, 1 failed" in result.stderr
    masks = [str(path.relative_to(photos)) for path in photos.rglob("masks/**/*.png")]
    assert masks == ["masks/deep/text.png.png"]


@pytest.mark.usefixtures("folder")
def test_find_tells_by_its_status_that_there_is_nothing() -> None:
    result = run("find", "text.png", "--in", "0,-20,100%,20", "-o", "mask.png")
    assert result.exit_code == 1
    assert "nothing found" in result.output
    assert run("find", "none.png").exit_code == 2


def test_find_overwrites_no_photo(folder: Path) -> None:
    before = (folder / "text.png").read_bytes()
    assert "would overwrite" in run("find", "text.png", "-o", "text.png").output
    assert "is the photos' folder" in run("find", ".", "-o", ".").output
    assert (folder / "text.png").read_bytes() == before
