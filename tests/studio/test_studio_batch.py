"""Many photos in the studio: handed over, worked through, looked at, kept; and the studio on a phone."""

import io
import json
import zipfile
from pathlib import Path

import numpy as np
from PIL import Image
from playwright.sync_api import Browser, Locator, Page, Route, expect

from harness import Service
from pictures import encoded, scene
from scenes import red_square, reds
from studio.studio_pages import (
    choose,
    downloaded,
    erase,
    link_to,
    open_photo,
    open_tab,
    pixels_of,
)

SQUARE = red_square(480, 320, side=60)


def mask_file(folder: Path, name: str = "mask.png", size: tuple[int, int] = (480, 320)) -> Path:
    """A mask of the red square, whatever the photo is called."""
    mask = np.zeros((320, 480), np.uint8)
    mask[125:195, 205:275] = 255
    Image.fromarray(mask).resize(size).save(folder / name)
    return folder / name


def squares(folder: Path, *names: str) -> list[Path]:
    """Photos with a red square in their middle."""
    for name in names:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(SQUARE.photo)
    return [folder / name for name in names]


def open_batch(page: Page) -> None:
    page.get_by_role("button", name="Batch", exact=True).click()
    expect(page.locator("wh-batch .intake")).to_be_visible()


def state_of(page: Page, name: str) -> Locator:
    """What is said of a photo."""
    row = page.locator("wh-photos li").filter(has=page.get_by_text(name, exact=True))
    return row.locator(".state")


def run_all(page: Page, start: str, done: str) -> None:
    page.get_by_role("button", name=start).click()
    expect(page.locator("wh-batch .summary")).to_contain_text(done, timeout=60_000)


def names_in(file: Path) -> list[str]:
    with zipfile.ZipFile(file) as archive:
        assert archive.testzip() is None
        return archive.namelist()


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
    open_batch(studio)
    choose(studio, "Choose photos", *photos, within="wh-batch")
    choose(studio, "Choose masks", *masks[1:], within="wh-batch")
    run_all(studio, "Erase from 3 photos", "3 of 4 done · 1 not possible")
    studio.get_by_text("中文", exact=True).click()
    expect(state_of(studio, "tif.tif")).to_have_text("没有同名蒙版")
    expect(state_of(studio, "webp.webp")).to_have_text("已完成")
    studio.get_by_text("English", exact=True).click()
    choose(studio, "Masks: 3", *masks, within="wh-batch")
    run_all(studio, "Go on (1 left)", "4 of 4 done")
    with zipfile.ZipFile(downloaded(studio, "Download (4)", tmp_path, within="wh-batch")) as archive:
        first = {name: archive.read(name)[:2] for name in archive.namelist()}
    assert first == {
        "jpg-wuhen.jpg": b"\xff\xd8",
        "png-wuhen.png": b"\x89P",
        "tif-wuhen.tif": b"II",
        "webp-wuhen.webp": b"RI",
    }


def test_what_cannot_be_done_is_said_before_and_what_is_removed_comes_back(
    studio: Page, tmp_path: Path
) -> None:
    photos = squares(tmp_path, "a.png", "b.png", "c.png")
    for name, data in {"broken.jpg": b"\xff\xd8\xff", "empty.webp": b"", "text.gif": b"GIF"}.items():
        (tmp_path / name).write_bytes(data)
        photos.append(tmp_path / name)
    (tmp_path / "paper.pdf").write_bytes(b"%PDF")
    open_batch(studio)
    choose(studio, "Choose photos", *photos, tmp_path / "paper.pdf", within="wh-batch")
    expect(studio.locator("wh-notices .status")).to_have_text("No pictures, so left out: paper.pdf.")
    expect(state_of(studio, "broken.jpg")).to_have_text("cannot be read: damaged, or no photo")
    expect(state_of(studio, "text.gif")).to_have_text("cannot be read: damaged, or no photo")
    expect(state_of(studio, "empty.webp")).to_have_text("cannot be read: the file is empty")
    expect(state_of(studio, "a.png")).to_have_text("ready as soon as it is said what is to go")
    assert studio.locator("wh-photos .thumb img[src]").count() == 3
    masks = [mask_file(tmp_path, "a_mask.png", (320, 320)), mask_file(tmp_path, "b_mask.png", (240, 160))]
    choose(studio, "Choose masks", *masks, within="wh-batch")
    differs = "the mask a_mask.png is 320 × 320, the photo 480 × 320: their shapes differ"
    expect(state_of(studio, "a.png")).to_have_text(differs)
    expect(state_of(studio, "b.png")).to_have_text("ready")
    expect(state_of(studio, "c.png")).to_have_text("no mask of that name")
    studio.get_by_role("button", name="Take out of the batch: a.png").click()
    expect(studio.locator("wh-photos li")).to_have_count(5)
    studio.locator("wh-notices").get_by_role("button", name="Undo").click()
    expect(studio.locator("wh-photos li .name").first).to_have_text("a.png")
    studio.get_by_role("button", name="Clear").click()
    expect(studio.locator("wh-photos li")).to_have_count(0)
    studio.locator("wh-notices").get_by_role("button", name="Undo").click()
    expect(studio.locator("wh-photos li")).to_have_count(6)


def test_a_batch_goes_on_after_a_reload_and_keeps_its_folders_and_names(studio: Page, tmp_path: Path) -> None:
    squares(tmp_path, "海边/照片.png", "海边/old/照片.png", "海边/photo")
    (tmp_path / "海边/photo").rename(tmp_path / "海边/a.jpeg.png")
    open_batch(studio)
    with studio.expect_file_chooser() as chooser:
        studio.get_by_role("button", name="Choose a folder").click()
    chooser.value.set_files(tmp_path / "海边")
    choose(studio, "Choose masks", mask_file(tmp_path), within="wh-batch")
    studio.get_by_label("Draw the AI mark").uncheck()
    # The third is stopped on its way.
    calls: list[str] = []

    def let_two_pass(route: Route) -> None:
        action = route.request.headers.get("x-tc-action", "")
        if action == "EraseRegions":
            calls.append(action)
        if len(calls) < 3:
            route.continue_()

    studio.route("**/*", let_two_pass)
    run_all(studio, "Erase from 3 photos", "2 of 3 done")
    studio.get_by_role("button", name="Pause").click()
    expect(studio.get_by_role("button", name="Go on (1 left)")).to_be_visible()
    studio.evaluate(
        """async () => {
            const { keeper } = document.querySelector("wh-batch");
            do {
                await new Promise(resolve => setTimeout(resolve, 50));
                await keeper.writing;
            } while (keeper.changed.size);
        }"""
    )
    studio.unroute_all()
    studio.reload()  # to where it was
    expect(studio.locator("wh-notices .status")).to_have_text(
        "Your batch is still here: 2 of 3 done."
    )  # fmt: skip
    expect(studio.get_by_label("Draw the AI mark")).not_to_be_checked()
    run_all(studio, "Go on (1 left)", "3 of 3 done")
    file = downloaded(studio, "Download (3)", tmp_path, within="wh-batch")
    assert file.name == "海边-wuhen.zip"
    assert names_in(file) == [
        "海边/a.jpeg-wuhen.png",
        "海边/old/照片-wuhen.png",
        "海边/照片-wuhen.png",
    ]
    with zipfile.ZipFile(file) as archive:
        results = [Image.open(io.BytesIO(archive.read(name))) for name in archive.namelist()]
    assert [reds(np.asarray(result.convert("RGB"))) for result in results] == [0, 0, 0]
    # What a later release no longer has.
    studio.evaluate("sessionStorage.setItem('wuhen.part', 'gone')")
    studio.reload()
    expect(studio.get_by_role("button", name="Open a photo")).to_be_visible()


def test_rectangles_are_drawn_once_results_looked_at_and_touched_up(studio: Page, tmp_path: Path) -> None:
    # The rectangle that the button makes is over the square of this one.
    pixels = np.zeros((400, 400, 3), np.uint8) + np.arange(400, dtype=np.uint8)[:, None, None] // 4
    pixels[330:350, 180:220] = (230, 20, 20)
    for name in ("one.png", "two.png"):
        Image.fromarray(pixels).save(tmp_path / name)
    open_batch(studio)
    choose(studio, "Choose photos", tmp_path / "one.png", tmp_path / "two.png", within="wh-batch")
    studio.get_by_role("button", name="Draw rectangles").click()
    studio.get_by_role("button", name="Add a rectangle").click()
    area = studio.locator("wh-areas .area")
    expect(area).to_be_focused()
    area.press("ArrowUp")
    area.press("Shift+ArrowRight")
    expect(area).to_have_accessible_name("Rectangle 1: left 35 %, top 79.5 %, 30.5 % × 10 %")
    studio.get_by_role("button", name="Done", exact=True).click()
    run_all(studio, "Erase from 2 photos", "2 of 2 done")
    studio.get_by_role("button", name="Compare before and after: one.png").click()
    dialog = studio.get_by_role("dialog")
    expect(dialog.get_by_role("button", name="What has changed: 1")).to_be_enabled()
    dialog.get_by_role("button", name="Keep").click()
    expect(dialog.get_by_role("heading", name="two.png")).to_be_visible()
    expect(state_of(studio, "one.png")).to_have_text("done, looked at")
    dialog.get_by_role("button", name="Work on it in the studio").click()
    expect(studio.locator(".touch-up")).to_contain_text("two.png, from the batch")
    studio.locator("wh-studio").get_by_label("Draw the AI mark").uncheck()
    erase(studio)
    studio.get_by_role("button", name="Take it into the batch").click()
    expect(state_of(studio, "two.png")).to_have_text("done, touched up")
    result = pixels_of(downloaded(studio, "Download: two.png", tmp_path, within="wh-batch"))
    assert reds(result) == 0
    np.testing.assert_array_equal(result[:300], pixels[:300])


def test_a_service_that_is_away_fails_no_photo(studio: Page, tmp_path: Path) -> None:
    open_batch(studio)
    choose(studio, "Choose photos", *squares(tmp_path, "a.png", "b.png"), within="wh-batch")
    choose(studio, "Choose masks", mask_file(tmp_path), within="wh-batch")
    refused = {"Code": "RequestLimitExceeded.JobNumExceed", "Message": "All places are taken."}
    answers = [{"Error": refused, "RequestId": "1"}, None, None]

    def answer(route: Route) -> None:
        if route.request.headers.get("x-tc-action") != "EraseRegions":
            route.continue_()
        elif answers and (given := answers.pop(0)):
            route.fulfill(content_type="application/json", body=json.dumps({"Response": given}))
        else:
            route.fulfill(content_type="text/html", body="away")

    studio.route("**/*", answer)
    studio.get_by_role("button", name="Erase from 2 photos").click()
    expect(studio.locator("wh-notices .status")).to_contain_text("The service does not answer")
    expect(state_of(studio, "a.png")).to_have_text("ready")
    expect(state_of(studio, "b.png")).to_have_text("ready")
    studio.unroute_all()
    studio.locator("wh-notices").get_by_role("button", name="Go on").click()
    expect(studio.locator("wh-batch .summary")).to_have_text("2 of 2 done", timeout=60_000)
    studio.get_by_role("button", name="Do all again").click()
    expect(studio.locator("wh-batch .summary")).to_contain_text("0 of 2 done")
    expect(studio.locator("wh-batch .summary")).to_have_text("2 of 2 done", timeout=60_000)


def test_on_a_phone_masks_are_imported_and_nothing_of_the_batch_is_cut(
    browser: Browser, studio_service: Service, photo_file: Path, tmp_path: Path
) -> None:
    context = browser.new_context(
        viewport={"width": 390, "height": 844}, is_mobile=True, has_touch=True, locale="en-US"
    )
    tab = open_tab(context, link_to(studio_service))
    open_photo(tab.page, photo_file)
    choose(tab.page, "Import mask", mask_file(tmp_path))
    erase(tab.page)
    told, tools = (tab.page.locator(part).bounding_box() for part in ("wh-notices", ".tools"))
    assert told
    assert tools
    assert told["y"] + told["height"] <= tools["y"]
    open_batch(tab.page)
    long = "a photo with a very long name that somebody gave it on a rainy afternoon.png"
    choose(tab.page, "Choose photos", *squares(tmp_path, "a.png", long), within="wh-batch")
    tab.page.get_by_role("button", name="Draw rectangles").tap()
    tab.page.get_by_role("button", name="Add a rectangle").tap()
    for width, height in ((390, 844), (844, 390)):
        tab.page.set_viewport_size({"width": width, "height": height})
        assert cut(tab.page, "dialog") == []
        assert cut(tab.page, ".batch-foot") == []
        assert tab.page.evaluate("() => document.querySelector('.above').scrollWidth <= innerWidth")
    context.close()
    assert tab.errors == []


def cut(page: Page, part: str) -> list[str]:
    """Return what controls of a part are not wholly within the window's width."""
    found: list[str] = page.locator(part).evaluate(
        """part => [...part.querySelectorAll("button, select, input, h2")]
            .filter(one => one.checkVisibility())
            .filter(one => {
                const { left, right } = one.getBoundingClientRect();
                return left < 0 || right > innerWidth + 1;
            })
            .map(one => one.outerHTML)"""
    )
    return found
