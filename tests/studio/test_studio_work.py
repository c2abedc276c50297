"""The studio in a real browser, on the real service: the ways that people go through it."""

import re
import zipfile
from importlib.resources import files
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageFilter
from playwright.sync_api import Dialog, Page, expect

from pictures import encoded, with_shadow
from scenes import red_square, reds
from studio.studio_pages import (
    choose,
    downloaded,
    drag,
    erase,
    mask_of,
    open_photo,
    paint_square,
    pixels_of,
)
from wuhen.action.inspection import inspect
from wuhen.photo import Photo, open_mask


def test_from_opening_to_downloading(studio: Page, photo_file: Path, tmp_path: Path) -> None:
    open_photo(studio, photo_file)
    studio.get_by_label("Draw the AI mark").uncheck()
    paint_square(studio)
    mask = mask_of(studio, tmp_path)
    before = pixels_of(photo_file)
    assert mask[before[..., 0] > 220].all()
    erase(studio)
    first = downloaded(studio, "Download", tmp_path)
    assert first.name == "photo-wuhen.png"
    result = pixels_of(first)
    np.testing.assert_array_equal(result[~mask], before[~mask])
    assert reds(before) > 3000
    assert reds(result) == 0
    studio.keyboard.press("Control+z")  # back to what was painted
    expect(studio.get_by_role("button", name="Original", exact=True)).to_have_attribute(
        "aria-current", "true"
    )
    np.testing.assert_array_equal(mask_of(studio, tmp_path), mask)
    studio.keyboard.press("Control+Shift+Z")
    expect(studio.get_by_role("button", name="Result 1")).to_have_attribute("aria-current", "true")
    np.testing.assert_array_equal(pixels_of(downloaded(studio, "Download", tmp_path)), result)


def test_the_shadow_goes_as_well_if_asked_for(studio: Page, tmp_path: Path) -> None:
    photo, mask, shaded = with_shadow()
    (tmp_path / "shaded.png").write_bytes(encoded(photo))
    (tmp_path / "disc.png").write_bytes(encoded(mask))
    open_photo(studio, tmp_path / "shaded.png")
    studio.get_by_label("Draw the AI mark").uncheck()
    choose(studio, "Import mask", tmp_path / "disc.png")
    erase(studio, 1)
    left = pixels_of(downloaded(studio, "Download", tmp_path))
    np.testing.assert_array_equal(left[~mask], photo[~mask])
    studio.keyboard.press("Control+z")
    studio.get_by_label("Its shadow and reflection, too").check()
    erase(studio, 2)
    removed = pixels_of(downloaded(studio, "Download", tmp_path))
    assert (removed[shaded] > photo[shaded]).any(axis=1).mean() > 0.9


def test_a_remark_on_the_mask_is_shown(studio: Page, photo_file: Path, tmp_path: Path) -> None:
    mask = np.ones(pixels_of(photo_file).shape[:2], bool)
    mask[:2] = False
    (tmp_path / "nearly-all.png").write_bytes(encoded(mask))
    open_photo(studio, photo_file)
    choose(studio, "Import mask", tmp_path / "nearly-all.png")
    erase(studio)
    expect(studio.locator(".status")).to_contain_text("Erased in")
    studio.get_by_role("button", name="Details").click()
    expect(studio.get_by_role("dialog")).to_contain_text("The mask erases 99 %")
    studio.get_by_role("button", name="Close").click()


def test_an_imported_mask_means_what_the_service_takes_it_for(
    studio: Page, photo_file: Path, tmp_path: Path
) -> None:
    height, width = pixels_of(photo_file).shape[:2]
    photo = Photo(np.zeros((height, width, 3), np.uint8), stored_size=(width, height))
    open_photo(studio, photo_file)
    run = studio.get_by_role("button", name="Erase", exact=True)
    for name, mask in imported_masks((width, height)).items():
        file = tmp_path / f"{name}.png"
        mask.save(file)
        expect(run).to_be_disabled()
        choose(studio, "Import mask", file)
        expect(run).to_be_enabled()
        expected = open_mask(file.read_bytes(), photo, fit=True).hole
        found = mask_of(studio, tmp_path)
        # Where a mask is scaled, each has a filter of its own.
        assert (found != expected).sum() <= (0 if mask.size == (width, height) else 40), name
        studio.get_by_role("button", name="Clear", exact=True).click()


def imported_masks(size: tuple[int, int]) -> dict[str, Image.Image]:
    """Make masks as other tools save them, with a red stroke and a white one where there are colours."""
    one, other = (20, 10, 60, 40), (80, 50, 140, 90)
    strokes = Image.new("RGBA", size)
    strokes.paste((200, 0, 0, 255), one)
    strokes.paste((255, 255, 255, 255), other)
    rubbed = Image.new("RGBA", size, (0, 0, 0, 255))
    rubbed.paste((255, 255, 255, 255), one)
    rubbed.paste((0, 0, 0, 0), (0, 0, 15, 200))
    large = Image.new("L", (size[0] * 8, size[1] * 8))
    ImageDraw.Draw(large).ellipse([103, 98, 1003, 801], fill=255)
    drawn = large.reduce(8)
    return {
        "strokes": strokes,
        "rubbed": rubbed,
        "anti-aliased": drawn,
        "soft": drawn.filter(ImageFilter.GaussianBlur(9)),
        "half": large.reduce(16),
    }


def test_comparing(studio: Page, photo_file: Path) -> None:
    open_photo(studio, photo_file)
    paint_square(studio)
    erase(studio)
    stage = studio.locator("wh-stage")
    split = studio.get_by_role("slider", name="Compare")
    expect(split).to_be_hidden()
    studio.keyboard.press("c")
    expect(split).to_be_visible()
    box = split.bounding_box()
    assert box is not None
    studio.mouse.move(box["x"] + 12, box["y"] + 50)
    studio.mouse.down()
    studio.mouse.move(box["x"] - 188, box["y"] + 50, steps=4)
    studio.mouse.up()
    expect(split).to_have_attribute("aria-valuenow", re.compile("3[0-9]"))
    split.press("ArrowRight")
    studio.keyboard.press("Shift+C")
    expect(split).to_be_hidden()
    assert stage.evaluate("stage => stage.compare") == "side"
    studio.keyboard.press("Shift+C")
    studio.keyboard.down("\\")
    assert stage.evaluate("stage => stage.original") is True
    studio.keyboard.up("\\")
    assert stage.evaluate("stage => stage.original") is False


def test_a_second_erasure_is_made_from_the_original_with_both_masks(
    studio: Page, photo_file: Path, tmp_path: Path
) -> None:
    open_photo(studio, photo_file)
    studio.get_by_label("Draw the AI mark").uncheck()
    paint_square(studio)
    first = mask_of(studio, tmp_path)
    erase(studio, 1)
    drag(studio, (60, 60), (120, 60))
    second = mask_of(studio, tmp_path)
    erase(studio, 2)
    before, result = pixels_of(photo_file), pixels_of(downloaded(studio, "Download", tmp_path))
    both = first | second
    np.testing.assert_array_equal(result[~both], before[~both])
    assert (result[second] != before[second]).any()
    assert reds(result) == 0


def test_by_keys_the_focus_stays_where_the_work_is(studio: Page, photo_file: Path) -> None:
    open_photo(studio, photo_file)
    paint_square(studio)
    press = studio.keyboard.press
    press("Tab")
    studio.get_by_role("button", name="Erase", exact=True).focus()
    press("Enter")
    expect(studio.get_by_role("button", name="Result 1")).to_be_visible(timeout=40_000)
    expect(studio.get_by_role("button", name="Download")).to_be_focused()  # what to do next
    studio.get_by_role("button", name="Original", exact=True).focus()
    press("Enter")
    expect(studio.get_by_role("button", name="Original", exact=True)).to_be_focused()
    redo, undo = studio.get_by_role("button", name="Redo"), studio.get_by_role("button", name="Undo")
    redo.focus()
    while redo.is_enabled():
        press("Enter")
    expect(redo).to_be_disabled()
    expect(undo).to_be_focused()


def test_every_tool_paints_what_it_says(studio: Page, photo_file: Path, tmp_path: Path) -> None:
    open_photo(studio, photo_file)
    studio.keyboard.press("r")
    drag(studio, (100, 80), (200, 140))
    boxed = mask_of(studio, tmp_path)
    rows, columns = np.nonzero(boxed)
    edges = np.array([rows.min(), rows.max() + 1, columns.min(), columns.max() + 1])
    assert abs(edges - (80, 140, 100, 200)).max() <= 1
    assert boxed[85:135, 105:195].all()
    studio.keyboard.press("e")
    studio.locator("#size").fill("20")
    drag(studio, (120, 110), (180, 110))
    erased = mask_of(studio, tmp_path)
    assert not erased[108:112, 120:180].any()
    assert erased[85:95, 105:195].all()
    studio.keyboard.press("Control+z")
    np.testing.assert_array_equal(mask_of(studio, tmp_path), boxed)
    studio.keyboard.press("Backspace")
    studio.keyboard.press("l")
    drag(studio, (300, 200), (400, 200), (400, 300))
    triangle = mask_of(studio, tmp_path)
    assert triangle[220, 390]
    assert not triangle[280, 320]
    assert abs(int(triangle.sum()) - 5000) < 250


def test_masks_are_grown_inverted_and_taken_over(studio: Page, photo_file: Path, tmp_path: Path) -> None:
    open_photo(studio, photo_file)
    status = studio.locator(".status")
    studio.keyboard.press("r")
    drag(studio, (100, 80), (200, 140))
    before = mask_of(studio, tmp_path)
    studio.keyboard.press("g")
    expect(status).to_be_empty()
    grown = mask_of(studio, tmp_path)
    assert grown.sum() == (before.any(axis=0).sum() + 8) * (before.any(axis=1).sum() + 8)
    studio.keyboard.press("Shift+G")
    expect(status).to_be_empty()
    np.testing.assert_array_equal(mask_of(studio, tmp_path), before)
    studio.keyboard.press("i")
    expect(status).to_be_empty()
    np.testing.assert_array_equal(mask_of(studio, tmp_path), ~before)
    odd = np.zeros((320, 480), bool)
    odd[::3, 5:400:7] = True
    (tmp_path / "given.png").write_bytes(encoded(odd))
    choose(studio, "Import mask", tmp_path / "given.png")
    expect(status).to_be_empty()
    np.testing.assert_array_equal(mask_of(studio, tmp_path), odd)
    (tmp_path / "small.png").write_bytes(encoded(odd[:100]))
    choose(studio, "Import mask", tmp_path / "small.png")
    expect(status).to_contain_text("480 x 100")


def test_smart_select_and_text_finder_propose_masks(studio: Page, tmp_path: Path) -> None:
    caption = tmp_path / "caption.jpg"
    caption.write_bytes((files("wuhen.samples") / "caption.jpg").read_bytes())
    truth = pixels_of(Path(str(files("wuhen.samples") / "caption_mask.png")))[..., 0] > 127
    # The shipped mask is wider than what is drawn.
    letters = truth & (pixels_of(caption).min(axis=2) > 200)
    open_photo(studio, caption)
    clear = studio.get_by_role("button", name="Clear")
    studio.keyboard.press("t")
    expect(clear).to_be_enabled(timeout=30_000)
    found = mask_of(studio, tmp_path)
    assert (found & letters).sum() > 0.95 * letters.sum()
    assert (found & truth).sum() > 0.9 * found.sum()
    clear.click()
    studio.keyboard.press("s")
    drag(studio, (900, 800), (905, 802))
    expect(clear).to_be_enabled(timeout=30_000)
    assert mask_of(studio, tmp_path)[800, 900]


GIVE = """([kind, bytes]) => {
    const data = new DataTransfer();
    data.items.add(new File([new Uint8Array(bytes)], "given.png", { type: "image/png" }));
    if (kind === "paste") {
        document.dispatchEvent(new ClipboardEvent("paste", { clipboardData: data, bubbles: true }));
    } else {
        const drop = new DragEvent("drop", { dataTransfer: data, bubbles: true, cancelable: true });
        document.querySelector("wh-studio").dispatchEvent(drop);
    }
}"""


@pytest.mark.parametrize("kind", ["paste", "drop"])
def test_pasting_and_dropping(kind: str, studio: Page, photo_file: Path) -> None:
    studio.evaluate(GIVE, [kind, list(photo_file.read_bytes())])
    expect(studio.locator("wh-stage")).to_be_visible()


def test_a_file_that_is_no_picture_is_told(studio: Page, tmp_path: Path) -> None:
    (tmp_path / "note.png").write_text("no picture")
    choose(studio, "Open a photo", tmp_path / "note.png")
    expect(studio.locator(".status")).to_contain_text("note.png: The input image is text")


def test_zooming_and_panning(studio: Page, photo_file: Path) -> None:
    open_photo(studio, photo_file)
    view = "stage => [stage.view.scale, stage.view.x, stage.view.y]"
    stage = studio.locator("wh-stage")
    box = stage.bounding_box()
    assert box is not None
    studio.mouse.move(box["x"] + 300, box["y"] + 200)
    scale, x, y = stage.evaluate(view)
    studio.mouse.wheel(0, -400)
    studio.wait_for_timeout(200)
    closer, newer_x, newer_y = stage.evaluate(view)
    assert closer > 2 * scale
    # The point under the mouse stays where it is.
    assert (300 - newer_x) / closer == pytest.approx((300 - x) / scale, abs=1)
    assert (200 - newer_y) / closer == pytest.approx((200 - y) / scale, abs=1)
    studio.keyboard.down(" ")
    studio.mouse.down()
    studio.mouse.move(box["x"] + 350, box["y"] + 180, steps=3)
    studio.mouse.up()
    studio.keyboard.up(" ")
    _, panned_x, panned_y = stage.evaluate(view)
    assert panned_x - newer_x == pytest.approx(50, abs=1)
    assert panned_y - newer_y == pytest.approx(-20, abs=1)
    studio.keyboard.press("0")
    assert stage.evaluate(view) == pytest.approx([scale, x, y])
    size = studio.locator("#size")
    studio.keyboard.press("]")
    assert int(size.input_value()) > 40
    studio.keyboard.down("Alt")
    studio.mouse.wheel(0, 100)
    studio.wait_for_timeout(200)
    studio.keyboard.up("Alt")
    assert int(size.input_value()) == pytest.approx(40, abs=2)


def test_twenty_photos_at_once(studio: Page, tmp_path: Path) -> None:
    scene = red_square()
    photos = [tmp_path / f"p{number}.png" for number in range(20)]
    for photo in photos:
        photo.write_bytes(scene.photo)
    (tmp_path / "mask.png").write_bytes(scene.mask)
    studio.get_by_role("button", name="Batch").click()
    choose(studio, "Choose photos", *photos, within="wh-batch")
    choose(studio, "Choose masks", tmp_path / "mask.png", within="wh-batch")
    studio.locator("wh-batch").get_by_label("Draw the AI mark").uncheck()
    studio.get_by_role("button", name="Erase from 20 photos").click()
    expect(studio.locator("wh-batch .summary")).to_have_text("20 of 20 done", timeout=60_000)
    archive = downloaded(studio, "Download (20)", tmp_path, within="wh-batch")
    with zipfile.ZipFile(archive) as opened:
        assert opened.testzip() is None
        names = opened.namelist()
        assert len(names) == len(set(names)) == 20
        for name in names:
            opened.extract(name, tmp_path / "out")
            result = pixels_of(tmp_path / "out" / name)
            np.testing.assert_array_equal(result[~scene.hole], scene.pixels[~scene.hole])
            assert reds(result) == 0


def test_a_result_is_copied_and_labelled(studio: Page, photo_file: Path, tmp_path: Path) -> None:
    open_photo(studio, photo_file)
    paint_square(studio)
    erase(studio)
    studio.bring_to_front()  # only a page in front may write to the clipboard
    studio.keyboard.press("Control+c")
    expect(studio.locator(".status")).to_have_text("Copied.", timeout=30_000)
    kinds = studio.evaluate("async () => (await navigator.clipboard.read())[0].types")
    assert kinds == ["image/png"]
    found = inspect(downloaded(studio, "Download", tmp_path).read_bytes())
    assert len(found.aigc) == 1


def test_leaving_asks_where_work_is_not_kept(studio: Page, photo_file: Path) -> None:
    studio.evaluate("localStorage.setItem('wuhen.keep', 'no')")
    open_photo(studio, photo_file)
    paint_square(studio)
    erase(studio)
    asked: list[str] = []

    def answer(dialog: Dialog) -> None:
        asked.append(dialog.type)
        dialog.accept()

    studio.on("dialog", answer)
    studio.reload()
    assert asked == ["beforeunload"]
