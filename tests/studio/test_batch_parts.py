"""What the batch is made of, run under Node: pairing, names, archives, pace, rectangles, complaints."""

import struct
import zipfile
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from studio.explorer_node import order

NONE, SEVERAL = "batch.noMask", "batch.ambiguous"
run = partial(order, "batch_run.mjs")


@pytest.mark.parametrize(
    ("photos", "masks", "wanted"),
    [
        (
            "a.jpg b.WEBP c.png d.jfif",
            "a.jpg.png B_mask.png c-MASK.png D.png",
            ["a.jpg.png", "B_mask.png", "c-MASK.png", "D.png"],
        ),
        ("e.jpg e.png f.jpg", "e.png x.png", [NONE, "e.png", NONE]),
        ("g.jpg g.webp", "g.png x.png", [SEVERAL, SEVERAL]),
        ("h.jpg i.jpg", "h.png h.webp", [SEVERAL, NONE]),
        ("j.jpg j_mask.jpg", "j_mask.png x.png", [NONE, "j_mask.png"]),
        ("k.jpg k.png", "k.jpeg k.webp", ["k.jpeg", "k.webp"]),
        ("caf\u00e9.jpg", "cafe\u0301.png x.png", ["cafe\u0301.png"]),
        ("in/a/1.jpg in/b/1.jpg", "m/a/1.png m/b/1.png", ["m/a/1.png", "m/b/1.png"]),
        ("in/a/1.jpg in/b/2.jpg", "1.png 2.png", ["1.png", "2.png"]),
        ("a.jpg b.jpg", "all.png", ["all.png", "all.png"]),
    ],
)
def test_a_mask_is_never_one_that_fits_another_photo(photos: str, masks: str, wanted: list[str]) -> None:
    assert run("pair", photos=photos.split(), masks=masks.split()) == wanted


@pytest.mark.parametrize(
    ("given", "known", "masks"),
    [
        ("x/a.jpg x/a_mask.png", "", "x/a_mask.png"),
        ("x/a.jpg x/a.jpg.png", "", "x/a.jpg.png"),
        ("x/a.jpg x/masks/b.png", "", "x/masks/b.png"),
        ("a_mask.png", "a.jpg", "a_mask.png"),
        ("gas_mask.jpg a.jpg", "", ""),
        ("masks/venice.jpg masks/rome.jpg", "", ""),
    ],
)
def test_masks_that_are_dropped_with_their_photos_are_told_from_them(
    given: str, known: str, masks: str
) -> None:
    photos, found = run("toldApart", all=given.split(), known=known.split())
    assert found == masks.split()
    assert sorted(photos + found) == sorted(given.split())


def test_a_folder_is_read_whole_in_order_and_without_what_systems_leave_in_it() -> None:
    photos = [f"{number}.jpg" for number in range(150)]
    found, others = run("dropped", name="sea", names=[".DS_Store", "Thumbs.db", "a.pdf", *reversed(photos)])
    assert found == [f"sea/{name}" for name in photos]
    assert others == ["a.pdf"]


@pytest.mark.parametrize(
    ("names", "wanted"),
    [
        (["a.jpg", "a.jpg", "a-2.jpg"], ["a.jpg", "a-3.jpg", "a-2.jpg"]),
        (["photo", "photo", "Photo"], ["photo", "photo-2", "Photo-3"]),
        (["b.c/d", "b.c/d"], ["b.c/d", "b.c/d-2"]),
        (
            ["\u6d77\u8fb9/\u7167\u7247.jpg", "cafe\u0301.png"],
            ["\u6d77\u8fb9/\u7167\u7247.jpg", "caf\u00e9.png"],
        ),
        (["../up.jpg", "/root.jpg", "c:\\x.jpg"], ["up.jpg", "root.jpg", "c__x.jpg"]),
        (["con.jpg", "a ./b.jpg. ", "."], ["_con.jpg", "a/b.jpg", "_"]),
    ],
)
def test_no_name_in_an_archive_is_anothers_or_leads_out_of_it(names: list[str], wanted: list[str]) -> None:
    assert run("distinct", names=names) == wanted


def test_names_in_an_archive_can_be_unpacked_and_are_what_they_look_like() -> None:
    """File systems take 255 bytes, and a name that was as long has more to say once it is a result's."""
    long = ["照" * 83 + "-wuhen.png", "照" * 84 + "-wuhen.png", "x" * 300, "d" * 250 + "/a.png"]
    names = run("distinct", names=[*long, "photo\u202egnp.exe", "a\ud800.png", "a\ud801.png"])
    assert len(set(names)) == len(names)
    assert max(len(part.encode()) for name in names for part in name.split("/")) <= 255
    assert names[0].endswith("照-wuhen.png")
    assert names[1].endswith("照-wuhen-2.png")
    assert names[3].endswith("d/a.png")
    assert names[4:] == ["photo_gnp.exe", "a_.png", "a_-2.png"]


def test_an_archive_is_called_after_the_one_folder_of_all() -> None:
    assert run("archiveName", names=["sea/a.jpg", "sea/b/c.jpg"]) == "sea-wuhen.zip"
    assert run("archiveName", names=["sea/a.jpg", "b.jpg"]) == "wuhen.zip"


def test_an_archive_has_its_files_by_their_names(tmp_path: Path) -> None:
    files = {"海边/照片.txt": "one", "b.txt": "", "c/d.txt": "three" * 50_000}
    run("zip", files=list(files.items()), out=str(tmp_path / "a.zip"))
    with zipfile.ZipFile(tmp_path / "a.zip") as archive:
        assert archive.testzip() is None
        assert {name: archive.read(name).decode() for name in archive.namelist()} == files


def test_an_archive_may_have_more_than_four_gigabytes(tmp_path: Path) -> None:
    out = tmp_path / "large.zip"
    run("largeZip", sizes=[3_000_000_000, 3_000_000_000, 10], out=str(out))
    data = out.read_bytes()
    head = 30 + len("0.jpg")
    directory = data.index(b"PK\x01\x02")
    entries = data[directory:].split(b"PK\x01\x02")[1:]
    # The offset does not fit into 32 bits: it is given in the extra field.
    assert entries[2][38:42] == b"\xff\xff\xff\xff"
    assert struct.unpack("<HHQ", entries[2][42 + 5 : 42 + 17]) == (1, 8, 2 * (head + 3_000_000_000))
    end = data.index(b"PK\x06\x06")
    count, size, offset = struct.unpack("<QQQ", data[end + 32 : end + 56])
    assert (count, size, offset) == (3, end - directory, 3 * head + 6_000_000_010)
    assert struct.unpack("<Q", data[end + 56 + 8 : end + 56 + 16]) == (offset + size,)


def test_the_time_left_goes_by_pixels_and_is_not_told_too_early() -> None:
    small, large = {"width": 1000, "height": 1000}, {"width": 4000, "height": 3000}
    assert run("left", sizes=[small], seconds=5, ahead=[small]) is None
    assert run("left", sizes=[small, small], seconds=4, ahead=[large, small]) == 26
    assert run("left", sizes=[None, None], seconds=4, ahead=[small, None, large]) == 6
    assert run("roughly", seconds=7) == {"words": "batch.seconds", "values": {"number": 10}}
    assert run("roughly", seconds=130) == {"words": "batch.minutes", "values": {"number": 2}}
    assert run("roughly", seconds=6000) == {"words": "batch.hours", "values": {"number": 1.7}}


def test_rectangles_are_shares_or_pixels_from_the_nearest_edges() -> None:
    area = {"x": 0.75, "y": 0.9, "width": 0.2, "height": 0.05}
    shares, pixels, moved = run(
        "shapes", area=area, photo={"width": 1000, "height": 800}, by={"x": 0.5, "y": -2}
    )
    assert shares == {"X": "75.0000%", "Y": "90.0000%", "Width": "20.0000%", "Height": "5.0000%"}
    assert pixels == {"X": "-250px", "Y": "-80px", "Width": 200, "Height": 40}
    assert (moved["x"], moved["y"], moved["width"]) == (0.8, 0, 0.2)


def test_what_has_changed_is_shown_place_by_place() -> None:
    places = run("changed", width=400, height=200, spots=[[10, 10], [30, 12], [200, 100], [390, 190]])
    assert [(place["x"], place["y"]) for place in places] == [(8, 8), (200, 96), (384, 184)]
    assert places[0]["width"] == 24
    assert run("changed", width=40, height=20, spots=[]) == []


@pytest.mark.parametrize(
    ("given", "wanted"),
    [
        ({}, "batch.undecided"),
        ({"find": ["text"]}, ""),
        ({"areas": [{"x": 0, "y": 0, "width": 1, "height": 1}]}, ""),
        ({"masks": ["b.png", "c.png"]}, "batch.noMask"),
        ({"masks": ["a.png", "a.webp"], "find": ["text"]}, "batch.ambiguous"),
        ({"masks": ["a.png"], "mask": {"width": 400, "height": 300}}, ""),
        ({"masks": ["a.png"], "mask": {"width": 101, "height": 75}}, ""),
        ({"masks": ["a.png"], "mask": {"width": 300, "height": 400}}, "batch.mismatch"),
        ({"masks": ["a.png"], "mask": None}, "batch.maskUnreadable"),
        ({"masks": ["a.png"]}, ""),
    ],
)
def test_what_keeps_a_photo_from_being_worked_on_is_known_before(given: dict[str, Any], wanted: str) -> None:
    given = {"photo": {"width": 800, "height": 600}, "find": [], "areas": [], "masks": []} | given
    assert run("troubles", **given) == wanted
