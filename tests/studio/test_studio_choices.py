"""Choosing among ways to fill a hole: two beside each other, from near by, each place by itself."""

from pathlib import Path

import numpy as np
from playwright.sync_api import Locator, Page, Route, expect

from scenes import reds
from studio.studio_pages import (
    downloaded,
    drag,
    erase,
    mask_of,
    open_photo,
    paint_square,
    pixels_of,
)

PARTS = """async (rectangles) => {
    const { partsOf } = await import("/studio/js/studio/choices/parts.js");
    const { empty, extent } = await import("/studio/js/studio/bits.js");
    const hole = empty(1501, 700);
    for (const [left, top, width, height] of rectangles) {
        for (let y = top; y < top + height; y++) {
            const start = y * 1501 + left;
            for (let at = start; at < start + width; at++) hole.packed[at >> 3] |= 1 << (at & 7);
        }
    }
    const parts = partsOf(hole);
    const add = (sum, { packed }) => sum.map((byte, i) => byte + packed[i]);
    const all = parts.reduce(add, empty(1501, 700).packed);
    const same = all.every((byte, i) => byte === hole.packed[i]);
    return [parts.map((part) => Object.values(extent(part))), same];
}"""

ORIGINAL = """() => {
    const { variants, work } = document.querySelector("wh-studio");
    return variants.panel.panes.map(({ picture }) => picture === work.picture);
}"""


def ways(page: Page) -> Locator:
    return page.get_by_role("group", name="Results to choose from")


def way(page: Page, number: int) -> Locator:
    return ways(page).get_by_role("button", name=f"Choice {number}", exact=True)


def expect_all(page: Page) -> None:
    for number in (1, 2, 3, 4):
        expect(way(page, number)).to_be_enabled(timeout=40_000)


def test_other_ways_to_fill_can_be_chosen_from(studio: Page, photo_file: Path, tmp_path: Path) -> None:
    open_photo(studio, photo_file)
    studio.get_by_label("Draw the AI mark").uncheck()
    paint_square(studio)
    mask = mask_of(studio, tmp_path)
    erase(studio)
    results = [pixels_of(downloaded(studio, "Download", tmp_path))]
    for number in (2, 3, 4):
        studio.get_by_role("button", name="Other results").click()
        expect_all(studio)
        way(studio, number).click()
        studio.get_by_role("button", name=f"This is better: Choice {number}").click()
        expect(way(studio, number)).to_have_attribute("aria-pressed", "true")
        studio.get_by_role("button", name="Use my favourites").click()
        expect(ways(studio)).to_be_hidden()
        expect(studio.get_by_role("button", name=f"Result 1.{number}")).to_have_attribute(
            "aria-current", "true"
        )
        results.append(pixels_of(downloaded(studio, "Download", tmp_path)))
    before = pixels_of(photo_file)
    for index, result in enumerate(results):
        np.testing.assert_array_equal(result[~mask], before[~mask])
        assert reds(result) == 0
        assert all((result != other).any() for other in results[:index])
    studio.keyboard.press("v")
    expect(way(studio, 4)).to_have_attribute("aria-pressed", "true")
    assert studio.evaluate(ORIGINAL) == [False, False]
    studio.keyboard.down("\\")
    studio.wait_for_function(f"() => ({ORIGINAL})().every(Boolean)")
    studio.keyboard.up("\\")
    studio.keyboard.press("Control+z")  # what is chosen from is not there any more, but the one before it
    expect(studio.get_by_role("button", name="Result 1.3")).to_have_attribute("aria-current", "true")
    studio.keyboard.press("Escape")
    expect(ways(studio)).to_be_hidden()
    expect(studio.locator("wh-stage")).to_be_focused()
    paint_square(studio)
    studio.keyboard.press("v")
    expect(ways(studio)).to_be_hidden()


def test_each_place_has_a_favourite_of_its_own_on_any_screen(studio: Page, photo_file: Path) -> None:
    open_photo(studio, photo_file)
    studio.keyboard.press("r")
    drag(studio, (205, 125), (275, 195))
    drag(studio, (20, 20), (60, 60))
    erase(studio)
    studio.keyboard.press("v")
    expect(studio.get_by_text("Place 1 of 2")).to_be_visible()
    expect_all(studio)
    studio.keyboard.press("PageDown")
    expect(studio.get_by_text("Place 2 of 2")).to_be_visible()
    expect_all(studio)
    studio.keyboard.press("3")
    studio.keyboard.press("ArrowRight")
    expect(way(studio, 3)).to_have_attribute("aria-pressed", "true")
    for width, height in ((390, 844), (844, 390), (1280, 800)):
        studio.set_viewport_size({"width": width, "height": height})
        panel = studio.locator("wh-variants").bounding_box()
        told = studio.locator("wh-notices").bounding_box()
        assert panel is not None
        assert told is not None
        assert told["y"] + told["height"] <= panel["y"]
        assert panel["y"] + panel["height"] <= height
        for canvas in studio.locator("wh-variants figure canvas").all():
            box = canvas.bounding_box()
            assert box is not None
            assert min(box["width"], box["height"]) > 90
    studio.keyboard.press("Enter")
    expect(studio.get_by_role("button", name="Result 1.13")).to_have_attribute("aria-current", "true")
    patches = studio.evaluate(
        "document.querySelector('wh-studio').work.patches.map(({ x, width }) => [x, x + width])"
    )
    assert len(patches) == 2
    assert patches[1][0] >= 200  # from left to right, and the second is of the second place alone


def test_a_cancelled_choice_keeps_what_there_is(studio: Page, photo_file: Path) -> None:
    open_photo(studio, photo_file)
    paint_square(studio)
    erase(studio)
    # No service is as slow as this test's patience is short.
    studio.context.route("**/", lambda route: None if route.request.method == "POST" else route.continue_())
    studio.keyboard.press("v")
    expect(studio.get_by_role("button", name="Cancel")).to_be_visible()
    studio.keyboard.press("Escape")
    expect(studio.locator(".status")).to_contain_text("Cancelled.")
    expect(way(studio, 1)).to_have_attribute("aria-pressed", "true")
    expect(way(studio, 2)).to_be_disabled()
    studio.context.unroute_all()
    studio.keyboard.press("v")
    expect_all(studio)


def test_choices_that_take_too_long_together_are_made_one_by_one(studio: Page, photo_file: Path) -> None:
    open_photo(studio, photo_file)
    paint_square(studio)
    erase(studio)
    asked: list[int] = []

    def refuse_several(route: Route) -> None:
        """Answer as a service does whose deadline is too short for them."""
        wanted = (route.request.post_data_json or {}).get("Candidates", 0)
        asked.append(wanted)
        if wanted <= 1:
            return route.continue_()
        error = {"Code": "FailedOperation.RequestTimeout", "Message": "It takes too long."}
        return route.fulfill(json={"Response": {"Error": error, "RequestId": "none"}})

    studio.context.route("**/", refuse_several)
    studio.keyboard.press("v")
    expect_all(studio)
    studio.context.unroute_all(behavior="wait")
    assert asked == [3, 1, 1, 1]


def test_what_lies_close_together_is_one_place(studio: Page) -> None:
    def parts(*rectangles: tuple[int, int, int, int]) -> list[list[int]]:
        found, same = studio.evaluate(PARTS, rectangles)
        assert same
        return [list(one) for one in found]

    assert parts((900, 10, 60, 60), (10, 300, 60, 60)) == [[900, 10, 60, 60], [10, 300, 60, 60]]
    assert parts((10, 10, 60, 60), (90, 10, 60, 60)) == [[10, 10, 140, 60]]
    assert len(parts(*((10 + 150 * number, 10, 40, 40) for number in range(9)))) == 1
