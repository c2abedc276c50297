"""Folders of awkwardly named files: whose mask is whose, and what the report says of each."""

import json
import os
import unicodedata
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner, Result
from PIL import Image

from photo.photo_files import heic
from pictures import encoded, scene, with_object
from wuhen.batch import Picture, pair
from wuhen.cli import main
from wuhen.photo.webp.quality import estimate_quality

CHANGED, MASK = with_object(scene())
FORMATS = {"jpg": "JPEG", "jpeg": "JPEG", "jfif": "JPEG", "png": "PNG", "bmp": "BMP", "tif": "TIFF"}
NFC, NFD = (unicodedata.normalize(form, "café") for form in ("NFC", "NFD"))


def pictures(folder: str, names: str) -> list[Picture]:
    return [
        Picture(Path(folder, name), Path(name), FORMATS[name.rsplit(".", 1)[1].lower()])
        for name in names.split()
    ]


def paired(photos: str, masks: str) -> dict[str, str]:
    found = pair(pictures("photos", photos), pictures("masks", masks))
    return {photo.name: mask.name for photo, mask in found.masks.items()}


@pytest.mark.parametrize(
    ("photo", "better", "worse"),
    [
        ("a.jpg", "a.jpg", "a.jpg.png"),
        ("a.jpg", "a.jpg.png", "a.jpeg"),
        ("a.jpg", "a.jpg_mask.png", "a_mask.png"),
        ("a.jpg", "a.jpeg", "a_mask.png"),
        ("a.jpg", "a_mask.png", "a-mask.png"),
        ("a.jpg", "a-mask.png", "a.png"),
        ("a.jpg", "a.png", "A.png"),
        ("A.JPG", "a_MASK.png", "a.png"),
        (f"{NFC}.jpg", f"{NFC}.png", f"{NFD}.png"),
        (f"{NFC}.jpg", f"{NFD}.png", "other.png"),
        (f"{NFD.upper()}.jpg", f"{NFC}_Mask.png", f"{NFC}.png"),
        ("deep/a.jpg", "Deep/a.png", "a.png"),
    ],
)
def test_the_name_that_fits_best_is_the_masks(photo: str, better: str, worse: str) -> None:
    expected = {Path(photo).name: Path(better).name}
    assert paired(photo, f"{better} {worse}") == expected
    assert paired(photo, f"{worse} {better}") == expected


@pytest.mark.parametrize(
    ("photos", "masks", "expected"),
    [
        ("a.jpg a.png", "a.png", {"a.png": "a.png"}),
        ("a.jpg a.bmp", "a.jpg.png a.png", {"a.jpg": "a.jpg.png", "a.bmp": "a.png"}),
        ("a.jpg a_mask.jpg", "a_mask.png", {"a_mask.jpg": "a_mask.png"}),
        ("a.jpg a_mask.jpg", "a_mask.png a.png", {"a.jpg": "a.png", "a_mask.jpg": "a_mask.png"}),
        ("a.jpg a.jpg.png", "a.jpg.png", {"a.jpg.png": "a.jpg.png"}),
        ("a.jpg A.jpg", "a.png", {"a.jpg": "a.png"}),
        ("a.jpg deep/a.jpg", "deep/a.png", {"a.jpg": "a.png"}),
    ],
)
def test_a_mask_of_another_photo_is_not_used(photos: str, masks: str, expected: dict[str, str]) -> None:
    assert paired(photos, masks) == expected


@pytest.mark.parametrize(
    ("photos", "masks", "named"),
    [
        ("a.jpg a.bmp", "a.png", "a.png"),
        ("a.jpg", "a.png a.tif", "a.png or a.tif"),
        ("a.jpg", "A_mask.png a_Mask.png", "A_mask.png or a_Mask.png"),
        ("a.JPG A.jpg", "A.png a.png A.tif", "A.png or A.tif"),
    ],
)
def test_no_mask_is_guessed(photos: str, masks: str, named: str) -> None:
    found = pair(pictures("photos", photos), pictures("masks", masks))
    guesses = [reason for reason in found.reasons.values() if reason.startswith("ambiguous")]
    assert any(named in reason for reason in guesses)
    assert len(found.masks) + len(found.reasons) == len(photos.split())


def test_of_two_photos_side_by_side_neither_is_the_others_mask() -> None:
    both = pictures("both", "a.jpg a.png b.jpg b_mask.png")
    found = pair(both, both)
    assert found.masks == {Path("both/b.jpg"): Path("both/b_mask.png")}
    assert {path.name for path in found.reasons} == {"a.jpg", "a.png"}


def run(*arguments: object) -> Result:
    """Erase, one photo at a time: a second worker would take as long to start as all that is to be done."""
    return CliRunner().invoke(main, ["erase", "--jobs", "1", *map(str, arguments)])


@pytest.fixture
def folders(tmp_path: Path) -> tuple[Path, Path, Path]:
    photos, masks, out = tmp_path / "photos", tmp_path / "masks", tmp_path / "out"
    photos.mkdir()
    masks.mkdir()
    return photos, masks, out


def report_of(out: Path) -> dict[str, dict[str, str]]:
    entries = json.loads((out / "report.json").read_text())
    return {Path(entry["photo"]).name: entry for entry in entries}


@pytest.mark.service
def test_the_report_has_every_file_and_the_reason(folders: tuple[Path, Path, Path]) -> None:
    photos, masks, out = folders
    for name in ("a.jfif", "b.jpe", "misnamed.dat", "guess.jpg"):
        (photos / name).write_bytes(encoded(CHANGED, "JPEG"))
    (photos / "guess.png").write_bytes(encoded(CHANGED))
    (photos / "broken.jpg").write_bytes(b"broken")
    (photos / "notes.txt").write_text("not a photo")
    (photos / "moving.gif").write_bytes(b"GIF89a")
    (photos / ".hidden.jpg").write_bytes(encoded(CHANGED, "JPEG"))
    os.mkfifo(photos / "pipe.jpg")
    for name in ("a", "b", "misnamed", "guess", "broken"):
        (masks / f"{name}.bmp").write_bytes(encoded(MASK, "BMP"))
    result = run(photos, masks, "-o", out)
    assert result.exit_code == 1
    report = report_of(out)
    assert report.keys() == {path.name for path in photos.iterdir()}
    assert {
        name: Path(entry["output"]).name for name, entry in report.items() if entry["status"] == "done"
    } == {
        "a.jfif": "a.jfif",
        "b.jpe": "b.jpe",
        "misnamed.dat": "misnamed.jpg",
    }
    assert {name for name, entry in report.items() if entry["status"] == "failed"} == {
        "broken.jpg", "guess.jpg", "guess.png"
    }  # fmt: skip
    assert "ambiguous" in report["guess.jpg"]["message"]
    assert f"failed: {photos / 'guess.png'}: ambiguous" in result.output
    assert "a GIF image" in report["moving.gif"]["message"]
    assert report[".hidden.jpg"]["message"] == "a hidden file"
    assert report["pipe.jpg"]["message"] == "not a regular file"
    assert "3 done, 0 already there, 3 failed, 4 not photos" in result.output


@pytest.mark.service
@pytest.mark.usefixtures("own_process")
def test_what_phones_write_is_told_by_content(folders: tuple[Path, Path, Path]) -> None:
    photos, masks, out = folders
    (photos / "IMG_1.HEIC").write_bytes(heic(CHANGED))
    (photos / "IMG_2.jpg").write_bytes(heic(CHANGED))
    (photos / "IMG_3.avif").write_bytes(encoded(CHANGED, "AVIF"))
    (photos / "IMG_1.MOV").write_bytes(b"\0\0\0\x14ftypqt  \0\0\0\0qt  ")
    # A reduced copy, and DNG's version.
    tags = b"\xfe\0\x04\0\x01\0\0\0\x01\0\0\0" + b"\x12\xc6\x01\0\x04\0\0\0\x01\x04\0\0"
    (photos / "IMG_4.DNG").write_bytes(b"II*\0\x08\0\0\0\x02\0" + tags + bytes(4))
    for number in (1, 2, 3):
        (masks / f"IMG_{number}.png").write_bytes(encoded(MASK))
    result = run(photos, masks, "-o", out)
    assert result.exit_code == 0, result.output
    report = report_of(out)
    assert {name: Path(entry["output"]).name for name, entry in report.items() if "output" in entry} == {
        "IMG_1.HEIC": "IMG_1.jpg",
        "IMG_2.jpg": "IMG_2.jpg",
        "IMG_3.avif": "IMG_3.png",
    }
    assert (out / "IMG_1.jpg").read_bytes().startswith(b"\xff\xd8\xff")
    assert "a video" in report["IMG_1.MOV"]["message"]
    assert "raw image" in report["IMG_4.DNG"]["message"]


@pytest.mark.service
@pytest.mark.usefixtures("own_process")
def test_masks_in_a_folder_of_the_photos(folders: tuple[Path, Path, Path]) -> None:
    photos, _, out = folders
    inner = photos / "masks"
    inner.mkdir()
    (photos / "a.jpg").write_bytes(encoded(CHANGED, "JPEG"))
    (inner / "a.png").write_bytes(encoded(MASK))
    (inner / "b.png").write_bytes(encoded(MASK))
    result = run(photos, inner, "-o", out)
    assert result.exit_code == 0, result.output
    report = report_of(out)
    assert report["a.png"]["message"] == "the mask of a.jpg"
    assert report["b.png"]["status"] == "skipped"


@pytest.mark.service
@pytest.mark.usefixtures("own_process")
def test_one_folder_written_in_two_ways(
    folders: tuple[Path, Path, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    photos, _, out = folders
    (photos / "a.png").write_bytes(encoded(CHANGED))
    (photos / "a_mask.png").write_bytes(encoded(MASK))
    monkeypatch.chdir(photos)
    assert run(photos, ".", "-o", out).exit_code == 0
    assert {name: entry["status"] for name, entry in report_of(out).items()} == {
        "a.png": "done",
        "a_mask.png": "skipped",
    }


@pytest.mark.service
def test_results_do_not_replace_masks(folders: tuple[Path, Path, Path]) -> None:
    photos, masks, _ = folders
    (photos / "a.png").write_bytes(encoded(CHANGED))
    (masks / "a.png").write_bytes(encoded(MASK))
    result = run(photos, masks, "-o", masks, "--overwrite")
    assert result.exit_code == 2
    assert "masks' folder" in result.output
    assert (masks / "a.png").read_bytes() == encoded(MASK)


@pytest.mark.service
@pytest.mark.usefixtures("own_process")
def test_no_two_results_have_one_name(folders: tuple[Path, Path, Path]) -> None:
    photos, masks, out = folders
    for name in ("a.png", "a.bmp", "a.png.bmp"):
        (photos / name).write_bytes(encoded(CHANGED, FORMATS[name.rsplit(".", 1)[1]]))
    mask = masks / "mask.png"
    mask.write_bytes(encoded(MASK))
    result = run(photos, mask, "-o", out)
    assert result.exit_code == 0, result.output
    assert "3 done" in result.output
    assert len({entry["output"] for entry in report_of(out).values()}) == 3


@pytest.mark.service
@pytest.mark.usefixtures("own_process")
def test_results_are_as_their_photos_were_given(folders: tuple[Path, Path, Path]) -> None:
    photos, masks, out = folders
    few = Image.fromarray(np.where(MASK[..., None], (250, 0, 0), (0, 90, 0)).astype(np.uint8)).quantize(4)
    few.save(photos / "few.PNG", bits=2)
    (photos / "lossy.webp").write_bytes(encoded(CHANGED, "WEBP", quality=60))
    (photos / "exact.webp").write_bytes(encoded(CHANGED, "WEBP", lossless=True))
    (photos / "b.bmp").write_bytes(encoded(CHANGED, "BMP"))
    mask = masks / "mask.png"
    mask.write_bytes(encoded(MASK))
    assert run(photos, mask, "-o", out, "--no-mark").exit_code == 0
    assert {path.name for path in out.iterdir()} == {
        "few.PNG", "lossy.webp", "exact.webp", "b.png", "report.json"
    }  # fmt: skip
    with Image.open(out / "few.PNG") as image:
        assert image.mode == "P"
        assert len(image.getpalette() or []) <= 3 * 4
    assert estimate_quality((out / "lossy.webp").read_bytes()) == pytest.approx(60, abs=3)
    assert estimate_quality((out / "exact.webp").read_bytes()) is None
    report = report_of(out)
    assert {name for name, entry in report.items() if "remarks" in entry} == {"lossy.webp", "b.bmp"}
    assert run(photos, mask, "-o", out, "--no-mark", "--format", "webp").exit_code == 0
    assert (out / "few.webp").exists()


@pytest.mark.service
@pytest.mark.usefixtures("own_process")
def test_json_lines_are_the_reports_entries(folders: tuple[Path, Path, Path]) -> None:
    photos, masks, out = folders
    for name in ("a.png", "b.png", "c.png"):
        (photos / name).write_bytes(encoded(CHANGED))
        (masks / name).write_bytes(encoded(MASK))
    (photos / "broken.png").write_bytes(b"broken")
    (photos / "notes.txt").write_text("not a photo")
    out.mkdir()
    (out / "c.png").write_bytes(b"done before")
    result = run(photos, masks, "-o", out, "--json")
    assert result.exit_code == 1
    lines = [json.loads(line) for line in result.stdout.splitlines()]
    assert sorted(lines, key=lambda entry: entry["photo"]) == list(report_of(out).values())
    assert run(photos, masks, "-o", out).stdout == ""
