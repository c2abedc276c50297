"""The studio in the hands of a stranger: odd files, odd moments, and the keyboard alone."""

import json
from collections.abc import Callable
from pathlib import Path

import numpy as np
from PIL import Image
from playwright.sync_api import Page, expect

from harness import Service, create_key
from scenes import red_square, reds
from studio.studio_pages import (
    at,
    choose,
    downloaded,
    drag,
    erase,
    mask_of,
    open_photo,
    paint_square,
    pixels_of,
)

PHOTO = Image.fromarray(red_square(480, 320, side=60).pixels)


def turned() -> Image.Exif:
    exif = Image.Exif()
    exif[0x0112] = 6  # to be shown turned to the right
    return exif


FILES: dict[str, Callable[[Path], None]] = {
    "turned.jpg": lambda file: PHOTO.save(file, exif=turned(), quality=95),
    "cmyk.jpg": lambda file: PHOTO.convert("CMYK").save(file, quality=95),
    "clear.png": lambda file: PHOTO.convert("RGBA").save(file),
    "moving.webp": lambda file: PHOTO.save(
        file, save_all=True, append_images=[PHOTO.rotate(90)], lossless=True
    ),
    "moving.gif": lambda file: PHOTO.save(file, save_all=True, append_images=[PHOTO.rotate(90)]),
    "new.avif": lambda file: PHOTO.save(file, quality=95),
}


def test_the_square_goes_whatever_the_file(studio: Page, tmp_path: Path) -> None:
    assert reds(np.asarray(PHOTO)) > 3000
    for name, save in FILES.items():
        file = tmp_path / name
        save(file)
        open_photo(studio, file)
        studio.wait_for_function("name => document.querySelector('wh-studio').work?.name === name", arg=name)
        expect(studio.locator(".status")).to_have_text(
            "" if file.suffix != ".gif" else f"{name} is in a format that the API does not take. "
            "A copy is sent as PNG; of an animation, its first picture."
        )  # fmt: skip
        studio.get_by_label("Draw the AI mark").uncheck()
        width, height = studio.evaluate(
            "() => (({ width, height }) => [width, height])(document.querySelector('wh-studio').work)"
        )
        assert (width, height) == ((320, 480) if name == "turned.jpg" else (480, 320))
        studio.keyboard.press("r")
        drag(studio, (width / 2 - 36, height / 2 - 36), (width / 2 + 36, height / 2 + 36))
        erase(studio)
        result = pixels_of(downloaded(studio, "Download", tmp_path))
        assert reds(result) == 0, name


def test_a_picture_of_one_pixel_is_opened_and_what_is_wrong_with_it_is_told(
    studio: Page, tmp_path: Path
) -> None:
    PHOTO.crop((0, 0, 1, 1)).save(tmp_path / "one.png")
    open_photo(studio, tmp_path / "one.png")
    drag(studio, (0.5, 0.5), (0.6, 0.6))
    studio.get_by_role("button", name="Erase", exact=True).click()
    expect(studio.locator(".status")).to_contain_text("nothing is left to fill from")


def test_masks_are_read_as_photos_are_and_what_is_none_says_why(
    studio: Page, photo_file: Path, tmp_path: Path
) -> None:
    """Browsers show no TIFF."""
    mask = np.zeros((320, 480), np.uint8)
    mask[125:195, 205:275] = 255
    Image.fromarray(mask).save(tmp_path / "mask.tif")
    (tmp_path / "paper.pdf").write_bytes(b"%PDF")
    open_photo(studio, photo_file)
    choose(studio, "Import mask", tmp_path / "paper.pdf")
    expect(studio.locator("wh-notices .status")).to_contain_text("paper.pdf is a document.")
    choose(studio, "Import mask", tmp_path / "mask.tif")
    expect(studio.get_by_role("button", name="Clear")).to_be_enabled()
    np.testing.assert_array_equal(mask_of(studio, tmp_path), mask > 0)


def test_what_is_dropped_anywhere_does_not_take_the_pages_place(studio: Page, photo_file: Path) -> None:
    open_photo(studio, photo_file)
    for name, part in {"Batch": "wh-batch", "API": "wh-explorer-form", "Studio": "wh-stage"}.items():
        studio.get_by_role("button", name=name, exact=True).click()
        expect(studio.locator(part)).to_be_visible()
    for target in ("header", "wh-stage", "wh-batch", "wh-explorer"):
        handled = studio.locator(target).evaluate(
            """element => ["dragover", "drop"].map(kind => {
                const data = new DataTransfer();
                data.setData("text/uri-list", "mailto:somebody@example.com");
                data.setData("text/plain", "some text");
                const event = new DragEvent(kind, { dataTransfer: data, bubbles: true, cancelable: true });
                return !element.dispatchEvent(event);
            })"""
        )
        assert handled == [True, True], target
        expect(studio.locator("wh-stage")).to_be_visible()


def test_what_is_pasted_into_the_explorer_does_not_replace_the_photo(studio: Page, photo_file: Path) -> None:
    open_photo(studio, photo_file)
    paint_square(studio)
    studio.get_by_role("button", name="API").click()
    studio.evaluate(
        """bytes => {
            const data = new DataTransfer();
            data.items.add(new File([new Uint8Array(bytes)], "pasted.png", { type: "image/png" }));
            document.dispatchEvent(new ClipboardEvent("paste", { clipboardData: data, bubbles: true }));
        }""",
        list(photo_file.read_bytes()),
    )
    studio.get_by_role("button", name="Studio").click()
    assert studio.evaluate("() => document.querySelector('wh-studio').work.name") == "photo.png"
    expect(studio.get_by_role("button", name="Clear")).to_be_enabled()


def test_nothing_is_undone_while_it_is_erased(studio: Page, tmp_path: Path) -> None:
    file = tmp_path / "large.png"
    file.write_bytes(red_square(1400, 1000, side=60).photo)
    open_photo(studio, file)
    studio.keyboard.press("r")
    drag(studio, (100, 100), (1300, 900))
    mask = mask_of(studio, tmp_path)
    studio.get_by_role("button", name="Erase", exact=True).click()
    for _ in range(5):
        studio.keyboard.press("Control+z")
    studio.get_by_role("button", name="Cancel").click()
    expect(studio.locator(".status")).to_contain_text("Cancelled")
    np.testing.assert_array_equal(mask_of(studio, tmp_path), mask)


def test_a_session_that_has_ended_asks_for_a_key_and_keeps_the_work(
    studio: Page, studio_service: Service, photo_file: Path
) -> None:
    open_photo(studio, photo_file)
    paint_square(studio)
    gone = json.dumps({"SecretId": "AKID" + "x" * 32, "SecretKey": "y" * 32, "Token": "z" * 40})
    studio.evaluate("key => sessionStorage.setItem('wuhen.key', key)", gone)
    studio.get_by_role("button", name="Erase", exact=True).click()
    dialog = studio.get_by_role("dialog")
    expect(dialog.get_by_role("alert")).to_contain_text("no longer accepts your key")
    key = create_key(studio_service.data_dir)
    dialog.get_by_label("SecretId").fill(key.secret_id)
    dialog.get_by_label("SecretKey").fill(key.secret_key)
    dialog.get_by_role("button", name="Use this key").click()
    expect(studio.get_by_role("button", name="Result 1")).to_be_visible(timeout=40_000)


def test_a_stroke_goes_on_while_the_window_changes(studio: Page, photo_file: Path, tmp_path: Path) -> None:
    open_photo(studio, photo_file)
    studio.mouse.move(*at(studio, 100, 60))
    studio.mouse.down()
    studio.mouse.move(*at(studio, 200, 60), steps=4)
    studio.set_viewport_size({"width": 900, "height": 700})
    studio.wait_for_timeout(300)
    studio.mouse.move(*at(studio, 300, 60), steps=4)
    studio.mouse.up()
    mask = mask_of(studio, tmp_path)
    # The photo moves under the pointer when it is fitted anew: the way between bends.
    assert mask[60, 100:195].all()
    assert mask[60, 295:305].all()
    assert not mask[180:].any()


def test_the_photo_is_moved_by_key(studio: Page, photo_file: Path) -> None:
    open_photo(studio, photo_file)
    stage = studio.locator("wh-stage")
    x, y = stage.evaluate("stage => [stage.view.x, stage.view.y]")
    stage.press("ArrowLeft")
    stage.press("ArrowDown")
    assert stage.evaluate("stage => [stage.view.x, stage.view.y]") == [x + 40, y - 40]
    studio.locator("#size").press("ArrowRight")
    assert stage.evaluate("stage => stage.view.x") == x + 40, "the slider keeps its own keys"


def test_the_part_that_was_chosen_last_is_shown(studio: Page) -> None:
    studio.evaluate(
        """() => {
            const app = document.querySelector("wh-app");
            return Promise.all([app.go("explorer"), app.go("batch"), app.go("studio")]);
        }"""
    )
    expect(studio.get_by_role("button", name="Open a photo")).to_be_visible()
    expect(studio.locator("wh-explorer")).to_be_hidden()


def test_two_tabs_do_not_disturb_each_other(studio: Page, photo_file: Path, tmp_path: Path) -> None:
    # The code of the link may still be on its way.
    key = studio.wait_for_function("() => sessionStorage.getItem('wuhen.key')").json_value()
    other = studio.context.new_page()
    other.goto(studio.url)
    other.evaluate("key => sessionStorage.setItem('wuhen.key', key)", key)
    other.reload()
    for page in (studio, other):
        page.bring_to_front()
        choose(page, "Open a photo", photo_file)
        page.get_by_label("Draw the AI mark").uncheck()
        paint_square(page)
    for page in (studio, other):
        page.bring_to_front()
        erase(page)
        assert reds(pixels_of(downloaded(page, "Download", tmp_path))) == 0
    other.close()
