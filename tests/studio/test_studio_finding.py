"""Finding text in the studio by the service: places that can be left out, a rectangle to look in, undoing."""

import zipfile
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from playwright.sync_api import Browser, Page, expect

from harness import Service
from pictures import decoded, encoded
from studio.studio_pages import at, choose, downloaded, drag, erase, link_to, mask_of, open_photo, open_tab

UPPER, LOWER = np.s_[:120], np.s_[120:]


@pytest.fixture
def file(lines: NDArray[np.uint8], tmp_path: Path) -> Path:
    path = tmp_path / "lines.png"
    path.write_bytes(encoded(lines))
    return path


def found(page: Page, count: int) -> None:
    """Wait until so many places are shown."""
    expect(page.locator(".places button")).to_have_count(count)
    expect(page.locator("wh-findings")).to_be_enabled()


def covered(page: Page, folder: Path, lines: NDArray[np.uint8]) -> tuple[bool, bool]:
    """Say whether the mask has the letters of the upper and of the lower half: all of them, or none."""
    mask, letters = mask_of(page, folder), lines.max(axis=2) < 40
    shares = [float(mask[half][letters[half]].mean()) for half in (UPPER, LOWER)]
    assert all(share < 0.05 or share > 0.95 for share in shares), shares
    return shares[0] > 0.5, shares[1] > 0.5


def test_each_place_can_be_left_out_and_what_is_left_is_erased(
    studio: Page, file: Path, lines: NDArray[np.uint8], tmp_path: Path
) -> None:
    open_photo(studio, file)
    studio.keyboard.press("t")
    found(studio, 2)
    assert covered(studio, tmp_path, lines) == (True, True)
    studio.get_by_role("button", name="Text 1").click()
    expect(studio.get_by_role("button", name="Text 1")).to_have_attribute("aria-pressed", "false")
    expect(studio.get_by_text("Found: Text 2; 1 left out.")).to_be_visible()
    assert covered(studio, tmp_path, lines) == (False, True)
    studio.mouse.click(*at(studio, 150, 60))  # on the photo itself
    expect(studio.get_by_role("button", name="Text 1")).to_have_attribute("aria-pressed", "true")
    studio.keyboard.press("Control+z")
    expect(studio.get_by_role("button", name="Text 1")).to_have_attribute("aria-pressed", "false")
    studio.keyboard.press("Enter")  # keeps what was found
    expect(studio.locator(".places")).to_be_hidden()
    erase(studio)
    result = studio.evaluate(
        """() => {
            const { picture } = document.querySelector("wh-studio").work.result;
            const context = new OffscreenCanvas(400, 240).getContext("2d");
            context.drawImage(picture.at(1), 0, 0);
            const { data } = context.getImageData(0, 0, 400, 240);
            const dark = (from, to) => {
                let count = 0;
                for (let i = 1600 * from; i < 1600 * to; i += 4) count += data[i + 1] < 40;
                return count;
            };
            return [dark(0, 120), dark(120, 200)];
        }"""
    )
    assert result[0] > 500
    assert result[1] == 0


def test_it_is_looked_for_where_a_rectangle_says(
    studio: Page, file: Path, lines: NDArray[np.uint8], tmp_path: Path
) -> None:
    open_photo(studio, file)
    studio.keyboard.press("t")
    found(studio, 2)
    drag(studio, (20, 125), (390, 230))
    found(studio, 1)
    assert covered(studio, tmp_path, lines) == (False, True)
    studio.get_by_role("button", name="Look everywhere").click()
    found(studio, 2)
    studio.keyboard.press("Escape")
    expect(studio.locator(".places")).to_be_hidden()
    expect(studio.get_by_role("button", name="Clear")).to_be_disabled()
    drag(studio, (10, 200), (60, 235))
    expect(studio.locator(".status")).to_contain_text("No such thing was found there.")


def test_on_a_phone_and_by_keys_alone(browser: Browser, studio_service: Service, file: Path) -> None:
    context = browser.new_context(
        viewport={"width": 390, "height": 780}, is_mobile=True, has_touch=True, locale="zh-CN"
    )
    tab = open_tab(context, link_to(studio_service))
    page = tab.page
    choose(page, "打开照片", file)
    page.get_by_role("button", name="查找文字和水印").tap()
    found(page, 2)
    first = page.get_by_role("button", name="文字 1")
    page.locator(".places").evaluate(
        "places => places.parentElement.querySelector('input[type=range]').focus()"
    )
    page.keyboard.press("Tab")
    expect(first).to_be_focused()
    page.keyboard.press("Enter")
    expect(first).to_have_attribute("aria-pressed", "false")
    expect(page.get_by_text("找到：文字 2；已排除 1 处。")).to_be_visible()
    expect(first).to_be_focused()
    assert page.evaluate("() => document.documentElement.scrollWidth <= innerWidth")
    slider = page.get_by_role("slider", name="灵敏度")
    slider.focus()
    with page.expect_response(lambda answer: answer.request.method == "POST"):
        page.keyboard.press("ArrowLeft")
        page.keyboard.press("ArrowRight")
    found(page, 2)
    expect(slider).to_be_focused()
    page.get_by_role("button", name="完成").focus()
    page.keyboard.press("Enter")
    expect(page.locator("wh-stage")).to_be_focused()
    page.keyboard.press("Enter")  # as the page says then
    expect(page.get_by_role("button", name="结果 1")).to_be_visible(timeout=40_000)
    # The list makes room for the result.
    page.get_by_role("button", name="撤销").tap()
    page.get_by_role("button", name="查找文字和水印").tap()
    found(page, 2)
    page.get_by_role("button", name="消除", exact=True).tap()
    expect(page.get_by_role("button", name="结果 2")).to_be_visible(timeout=40_000)
    expect(page.locator("wh-findings")).to_be_hidden()
    assert tab.errors == []
    context.close()


def test_places_are_listed_as_one_reads(studio: Page) -> None:
    # A mark all over the photo, and two lines of two words each, the right ones a little higher.
    boxes = [[0, 0, 400, 300], [200, 18, 90, 20], [10, 20, 90, 20], [200, 58, 90, 20], [10, 60, 90, 20]]
    places = [{"what": "text", "box": box, "corners": []} for box in boxes]
    ordered = studio.evaluate(
        """async (places) => {
            const { inReadingOrder } = await import("./js/studio/finding.js");
            const given = places.map(({ box }) => String(box));
            return inReadingOrder(places).map(({ box }) => given.indexOf(String(box)));
        }""",
        places,
    )
    assert ordered == [0, 2, 1, 4, 3]


def test_a_service_that_finds_nothing_of_the_kind_is_said_to(studio: Page, file: Path) -> None:
    studio.route("**/service.json", lambda route: route.fulfill(json={"finds": []}))
    studio.reload()
    open_photo(studio, file)
    studio.keyboard.press("t")
    expect(studio.locator(".status")).to_have_text(
        "Neither text nor watermarks can be found by this service."
    )


def test_many_photos_need_no_masks(
    studio: Page, file: Path, lines: NDArray[np.uint8], tmp_path: Path
) -> None:
    bare = tmp_path / "bare.png"
    bare.write_bytes(encoded(np.ascontiguousarray(lines[80:140])))
    studio.get_by_role("button", name="Batch").click()
    choose(studio, "Choose photos", file, bare, within="wh-batch")
    studio.locator("wh-batch").get_by_label("Text", exact=True).check()
    studio.get_by_role("button", name="Erase from 2 photos").click()
    expect(studio.locator("wh-batch .summary")).to_have_text("2 of 2 done", timeout=40_000)
    states = studio.locator("wh-batch .state").all_inner_texts()
    assert states == ["nothing found, left as it is", "done · Text 2"]
    with zipfile.ZipFile(downloaded(studio, "Download (2)", tmp_path, within="wh-batch")) as archive:
        assert archive.read("bare.png") == bare.read_bytes()
        erased = decoded(archive.read("lines-wuhen.png"))
    # What is dark now is the mark, in the lower right corner.
    assert (erased[:, :200].max(axis=2) < 40).sum() == 0
