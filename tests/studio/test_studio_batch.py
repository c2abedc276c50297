"""Many photos in the studio: which mask each gets, and what is said of it; and the studio on a phone."""

import zipfile
from pathlib import Path

import numpy as np
import pytest
from playwright.sync_api import Browser, Page, expect

from harness import Service
from pictures import encoded, scene
from studio.studio_pages import choose, downloaded, erase, link_to, open_photo, open_tab

NONE, SEVERAL = "no mask of that name", "several photos or masks of that name"
NAMES = [
    # photos, masks, and the mask of each photo
    (
        "a.jpg b.WEBP c.png d.jfif",
        "a.jpg.png B_mask.png c-MASK.png D.png",
        "a.jpg.png B_mask.png c-MASK.png D.png",
    ),
    ("e.jpg e.png f.jpg", "e.png x.png", f"{NONE}|e.png|{NONE}"),
    ("g.jpg g.webp", "g.png x.png", f"{SEVERAL}|{SEVERAL}"),
    ("h.jpg i.jpg", "h.png h.webp", f"{SEVERAL}|{NONE}"),
    ("j.jpg j_mask.jpg", "j_mask.png x.png", f"{NONE}|j_mask.png"),
    ("k.jpg k.png", "k.jpeg k.webp", "k.jpeg k.webp"),
    ("caf\u00e9.jpg", "cafe\u0301.png x.png", "cafe\u0301.png"),
]


@pytest.mark.parametrize(("photos", "masks", "wanted"), NAMES)
def test_a_mask_is_never_one_that_fits_another_photo(
    studio: Page, tmp_path: Path, photos: str, masks: str, wanted: str
) -> None:
    studio.get_by_role("button", name="Batch").click()
    for button, names in (("Photos", photos), ("Masks", masks)):
        folder = tmp_path / button
        folder.mkdir()
        files = [folder / name for name in names.split()]
        for file in files:
            file.touch()
        choose(studio, button, *files, within="wh-batch")
    found = studio.locator("wh-batch td:nth-child(2)").all_inner_texts()
    assert found == wanted.split("|" if "|" in wanted else " ")


def test_results_have_the_photos_formats_and_states_follow_the_language(studio: Page, tmp_path: Path) -> None:
    pixels = scene()
    hole = np.zeros(pixels.shape[:2], np.uint8)
    hole[8:24, 8:24] = 255
    photos = []
    for ending, name in {"tif": "TIFF", "webp": "WEBP", "jpg": "JPEG", "png": "PNG"}.items():
        photos.append(tmp_path / f"{ending}.{ending}")
        photos[-1].write_bytes(encoded(pixels, name))
    masks = [tmp_path / f"{photo.stem}_mask.png" for photo in photos]
    for mask in masks:
        mask.write_bytes(encoded(hole))
    studio.get_by_role("button", name="Batch").click()
    choose(studio, "Photos", *photos, within="wh-batch")
    choose(studio, "Masks", *masks[1:], within="wh-batch")
    studio.get_by_role("button", name="Erase all").click()
    summary = studio.locator("wh-batch [role=status]")
    expect(summary).to_have_text("3 of 4 done, 1 failed", timeout=60_000)
    studio.get_by_text("中文", exact=True).click()
    states = studio.locator("wh-batch td:last-child")
    expect(states.first).to_have_text("没有同名 Mask")
    assert all(text.startswith("完成") for text in states.all_inner_texts()[1:])
    studio.get_by_text("English", exact=True).click()
    choose(studio, "Masks", *masks, within="wh-batch")
    studio.get_by_role("button", name="Erase all").click()
    expect(summary).to_have_text("4 of 4 done, 0 failed", timeout=60_000)
    with zipfile.ZipFile(downloaded(studio, "Download zip", tmp_path)) as archive:
        first = {name: archive.read(name)[:2] for name in archive.namelist()}
    assert first == {
        "tif-wuhen.tif": b"II",
        "webp-wuhen.webp": b"RI",
        "jpg-wuhen.jpg": b"\xff\xd8",
        "png-wuhen.png": b"\x89P",
    }


def test_on_a_phone_masks_are_imported_and_messages_leave_the_tools_free(
    browser: Browser, studio_service: Service, photo_file: Path, tmp_path: Path
) -> None:
    mask = np.zeros((320, 480), np.uint8)
    mask[125:195, 205:275] = 255
    (tmp_path / "mask.png").write_bytes(encoded(mask))
    context = browser.new_context(
        viewport={"width": 390, "height": 844}, is_mobile=True, has_touch=True, locale="en-US"
    )
    tab = open_tab(context, link_to(studio_service))
    open_photo(tab.page, photo_file)
    choose(tab.page, "Import mask", tmp_path / "mask.png")
    erase(tab.page)
    told, tools = (tab.page.locator(part).bounding_box() for part in ("wh-notices", ".tools"))
    assert told
    assert tools
    assert told["y"] + told["height"] <= tools["y"]
    context.close()
    assert tab.errors == []
