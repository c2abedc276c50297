"""What could go from a photo, as chips under the stage: shown when pointed at, taken and left by a click."""

import base64
import threading
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from bench.effect_scenes import draw_scene
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFilter
from playwright.sync_api import BrowserContext, Page, Route, expect

from harness import Service
from pictures import base64_of, decoded, encoded
from studio.studio_pages import at, drag, erase, mask_of, open_photo, visiting
from wuhen import samples

UPPER, LOWER = np.s_[:120], np.s_[120:]


@pytest.fixture
def file(lines: NDArray[np.uint8], tmp_path: Path) -> Path:
    path = tmp_path / "lines.png"
    path.write_bytes(encoded(lines))
    return path


@pytest.fixture
def page(desk: BrowserContext, studio_service: Service) -> Iterator[Page]:
    """The studio, as it proposes."""
    with visiting(desk, studio_service, proposing=True) as opened:
        yield opened


def covered(page: Page, folder: Path, lines: NDArray[np.uint8]) -> list[bool]:
    """Say whether the mask has the letters of the upper and of the lower half: all of them, or none."""
    mask, letters = mask_of(page, folder), lines.max(axis=2) < 40
    shares = [float(mask[half][letters[half]].mean()) for half in (UPPER, LOWER)]
    assert all(share < 0.05 or share > 0.95 for share in shares), shares
    return [share > 0.5 for share in shares]


def test_what_is_proposed_is_shown_taken_and_left(
    page: Page, file: Path, lines: NDArray[np.uint8], tmp_path: Path
) -> None:
    open_photo(page, file)
    chips, stage = page.locator("wh-proposals"), page.locator("wh-stage")
    text = chips.get_by_role("button", name="Text (2)")
    text.hover()
    assert stage.evaluate("stage => stage.places.length") == 2
    stage.hover()
    assert stage.evaluate("stage => stage.places.length") == 0

    text.click()
    expect(text).to_have_attribute("aria-pressed", "true")
    assert covered(page, tmp_path, lines) == [True, True]
    page.keyboard.press("Control+z")  # one step
    expect(text).to_have_attribute("aria-pressed", "false")
    assert page.evaluate("() => document.querySelector('wh-studio').work.shapes.length") == 0
    page.keyboard.press("Control+Shift+Z")
    drag(page, (20, 225), (60, 225))  # what is painted over it stays when it is left
    text.click()
    expect(text).to_have_attribute("aria-pressed", "false")
    assert covered(page, tmp_path, lines) == [False, False]
    assert mask_of(page, tmp_path)[225, 40]
    page.keyboard.press("Control+z")
    page.keyboard.press("Control+z")

    stage.focus()
    page.keyboard.press("Tab")
    expect(text).to_be_focused()
    page.keyboard.press("Tab")
    expect(text).not_to_be_focused()
    assert chips.evaluate("chips => chips.contains(document.activeElement)")
    page.keyboard.press("Shift+Tab")
    expect(text).to_be_focused()
    page.keyboard.press("Shift+Tab")
    expect(stage).to_be_focused()
    for key in ("Tab", "Enter", "Enter"):  # left, and taken again
        page.keyboard.press(key)
    expect(text).to_have_attribute("aria-pressed", "true")
    page.get_by_role("button", name="Leave some out").click()
    page.get_by_role("button", name="Text 1").click()
    expect(page.get_by_text("1 left out")).to_be_visible()
    assert covered(page, tmp_path, lines) == [False, True]
    expect(text).to_have_attribute("aria-pressed", "true")
    erase(page)
    # What is erased is not proposed again, nor is the mark found that the page draws over the result.
    expect(chips.locator(".chip")).to_have_text(["Text", "People and things…"])
    page.keyboard.press("t")
    expect(page.locator(".places button")).to_have_count(1)


def test_an_erasure_does_not_wait_for_proposals_and_they_can_be_turned_off(page: Page, file: Path) -> None:
    asked: list[Route] = []
    came = threading.Event()

    def hold(route: Route) -> None:
        if route.request.headers.get("x-tc-action") != "FindRegions" or came.is_set():
            route.continue_()
        else:
            asked.append(route)
            came.set()

    page.route("**/*", hold)
    open_photo(page, file)
    drag(page, (60, 60), (120, 60))
    while not asked:
        page.wait_for_timeout(50)
    with page.expect_event("requestfailed", lambda failed: failed == asked[0].request):
        erase(page)
    stop = page.get_by_role("button", name="Propose nothing any more")
    expect(stop).to_be_visible()
    stop.click()
    expect(page.locator("wh-proposals")).to_have_count(0)
    page.keyboard.press("t")
    setting = page.get_by_label("Propose what could go when a photo opens")
    expect(setting).not_to_be_checked()
    setting.check()
    expect(page.locator("wh-proposals")).to_be_visible()
    # Without the chip of what an object left everything goes on: `visiting` looks for what was not caught.
    page.route("**/traces/chip.js", lambda route: route.fulfill(content_type="text/javascript", body=""))
    drag(page, (60, 60), (120, 60))
    page.evaluate(
        """async () => {
            const { work } = document.querySelector("wh-studio");
            await work.takeEffects({ bits: (await work.mask()).bits, what: ["shadow"] });
            await new Promise((resolve) => setTimeout(resolve, 500));
        }"""
    )
    expect(page.locator("wh-traces")).to_have_count(0)


def test_things_are_looked_for_when_asked_and_each_is_taken_by_a_click(page: Page, tmp_path: Path) -> None:
    rows = np.broadcast_to(np.linspace(90, 170, 240)[:, None, None], (240, 400, 3)).astype(np.uint8).copy()
    left, right = np.s_[100:170, 80:112], np.s_[90:170, 280:316]
    rows[left] = rows[right] = (20, 20, 60)
    file = tmp_path / "things.png"
    file.write_bytes(encoded(rows))
    open_photo(page, file)
    page.get_by_role("button", name="People and things…").click()
    expect(page.get_by_text("Found: People and things 2. Click on what is to go.")).to_be_visible(
        timeout=60_000
    )
    outlines = page.locator("wh-stage").evaluate(
        "stage => stage.places.map(({ corners, left }) => [corners.length > 8, left])"
    )
    assert outlines == [[True, True], [True, True]]
    page.mouse.click(*at(page, 298, 130))
    expect(page.get_by_text("Found: People and things 2; 1 left out.")).to_be_visible()
    mask = mask_of(page, tmp_path)
    assert mask[right].mean() > 0.95
    assert not mask[:, :200].any()
    page.mouse.click(*at(page, 298, 130))
    expect(page.get_by_text("Click on what is to go.")).to_be_visible()
    page.keyboard.press("Enter")  # none of them is to go
    page.wait_for_function("() => document.querySelector('wh-studio').work.shapes.length === 0")


def _take(page: Page, hole: NDArray[np.bool_]) -> None:
    """Take a hole as the mask."""
    page.evaluate(
        """async (mask) => {
            const bytes = Uint8Array.from(atob(mask), (one) => one.charCodeAt(0));
            const file = new Blob([bytes], { type: "image/png" });
            await document.querySelector("wh-studio").work.take(file);
        }""",
        base64_of(encoded(hole.astype(np.uint8) * 255)),
    )


def _erase_with(page: Page, result: int) -> dict[str, str]:
    """Erase, and return what was asked of the service."""
    with page.expect_request(lambda one: one.headers.get("x-tc-action") == "EraseRegions") as sent:
        erase(page, result)
    return dict(sent.value.post_data_json or {})


def _marked(text: str) -> int:
    return int((decoded(base64.b64decode(text))[..., 0] > 0).sum())


def test_what_an_object_left_is_shown_taken_edited_and_left(page: Page, tmp_path: Path) -> None:
    scene = draw_scene("around", np.random.default_rng([7, 4, 2]))
    file = tmp_path / "shaded.png"
    file.write_bytes(encoded(scene.photo))
    open_photo(page, file)
    stage, chip = page.locator("wh-stage"), page.locator("wh-traces button")
    _take(page, scene.hole)
    page.wait_for_timeout(1500)
    expect(chip).to_have_count(0)  # it was not asked for
    page.get_by_label("Its shadow and reflection, too").check()
    expect(chip).to_have_text("Also erased: shadow")
    expect(page.get_by_role("status").filter(has_text="Also erased: shadow")).to_have_count(1)
    page.wait_for_function("() => document.querySelector('wh-stage').traces")
    np.testing.assert_array_equal(mask_of(page, tmp_path), scene.hole)

    chip.click()  # taken: a part of the mask
    expect(chip).to_have_text("Selected: shadow")
    whole = mask_of(page, tmp_path)
    shadow = int((whole & ~scene.hole).sum())
    assert shadow > 1000
    assert whole[scene.hole].all()
    assert stage.evaluate("stage => stage.traces") is None
    page.evaluate(
        """() => document.querySelector("wh-studio").work.add(
            { kind: "polygon", points: [0, 0, 320, 0, 320, 480, 0, 480], erases: true }
        )"""
    )
    kept = mask_of(page, tmp_path)
    asked = _erase_with(page, 1)
    assert asked["Effects"] == "full"
    assert _marked(asked["Mask"]) == (kept & scene.hole).sum()
    assert _marked(asked["EffectsMask"]) == (kept & ~scene.hole).sum()
    assert _marked(asked["Mask"]) + _marked(asked["EffectsMask"]) == kept.sum()  # nothing twice

    for _ in range(2):  # the erasure, and the polygon
        page.keyboard.press("Control+z")
    chip.click()  # left: it stays, and so says the call
    expect(chip).to_have_text("Kept: shadow")
    np.testing.assert_array_equal(mask_of(page, tmp_path), scene.hole)
    asked = _erase_with(page, 2)
    assert asked["Effects"] == "exact"
    expect(chip).to_have_count(0)

    page.keyboard.press("Control+z")
    _take(page, scene.hole)  # another mask: looked at anew, and what goes is what was shown
    expect(chip).to_have_text("Also erased: shadow")
    asked = _erase_with(page, 3)
    assert asked["Effects"] == "full"
    assert _marked(asked["EffectsMask"]) == shadow


def test_what_a_reduced_copy_shows_goes_whole_and_no_outline_outlives_its_chip(
    studio: Page, tmp_path: Path
) -> None:
    ground = np.linspace(90, 170, 900)[:, None, None] + np.random.default_rng(5).normal(0, 2, (900, 2600, 1))
    rows = np.broadcast_to(ground, (900, 2600, 3)).clip(0, 255).astype(np.uint8).copy()
    hole = np.zeros(rows.shape[:2], bool)
    hole[300:603, 1101:1404] = True
    rows[298:605, 1099:1406] = (30, 60, 220)  # two pixels of it are beside the hole
    file = tmp_path / "rimmed.png"
    file.write_bytes(encoded(rows))
    held: list[Route] = []

    def hold(route: Route) -> None:
        held.append(route)

    studio.route("**/css/proposing.css", hold)
    open_photo(studio, file)
    _take(studio, hole)
    box, chip = studio.get_by_label("Its shadow and reflection, too"), studio.locator("wh-traces button")
    box.check()
    studio.wait_for_function("() => document.querySelector('wh-stage').traces")
    expect(chip).to_have_count(0)  # its looks have not come
    box.uncheck()
    studio.wait_for_function("() => !document.querySelector('wh-stage').traces")
    box.check()
    held[0].continue_()
    expect(chip).to_have_text("Also erased: edge")

    asked = studio.evaluate(
        """async () => {
            const studio = document.querySelector("wh-studio");
            const { work } = studio;
            let asked = 0;
            studio.run = async () => asked++;
            let settle;
            studio.selection.settled = new Promise((resolve) => { settle = resolve; });
            const erasing = studio.erase();
            studio.work = null;  // another photo was opened while the selection came about
            settle();
            await erasing;
            studio.work = work;
            delete studio.run;
            return asked;
        }"""
    )
    assert asked == 0
    assert _marked(_erase_with(studio, 1)["EffectsMask"]) > 0
    blue = studio.evaluate(
        """() => {
            const { picture } = document.querySelector("wh-studio").work.result;
            const context = new OffscreenCanvas(400, 400).getContext("2d");
            picture.draw(context, [1050, 250, 400, 400], [0, 0, 400, 400], 1);
            const { data } = context.getImageData(0, 0, 400, 400);
            let blue = 0;
            for (let at = 0; at < data.length; at += 4) if (data[at + 2] > data[at] + 40) blue++;
            return blue;
        }"""
    )
    assert blue == 0


def test_dust_is_proposed_and_all_of_it_taken_by_a_click(page: Page, tmp_path: Path) -> None:
    rows = np.broadcast_to(np.linspace(90, 170, 240)[:, None, None], (240, 400, 3))
    cover = Image.new("L", (400, 240))
    for x, y in ((60, 60), (200, 100), (330, 180)):
        ImageDraw.Draw(cover).ellipse((x - 5, y - 5, x + 5, y + 5), fill=255)
    share = np.asarray(cover.filter(ImageFilter.GaussianBlur(1)), np.float64)[..., None] / 255
    file = tmp_path / "dusty.png"
    file.write_bytes(encoded((rows * (1 - 0.2 * share)).astype(np.uint8)))
    open_photo(page, file)
    chip = page.get_by_role("button", name="Dust and scratches (3)")
    chip.click()
    expect(chip).to_have_attribute("aria-pressed", "true")
    mask = mask_of(page, tmp_path)
    assert mask[share[..., 0] > 0.5].all()
    assert mask.mean() < 0.05
    page.get_by_role("button", name="Leave some out").click()
    panel = page.locator("wh-findings")
    expect(panel.get_by_label("Dust and scratches", exact=True)).to_be_checked()
    expect(panel.get_by_label("Text", exact=True)).not_to_be_checked()
    with page.expect_request(lambda one: one.headers.get("x-tc-action") == "FindRegions") as sent:
        panel.get_by_label("Sensitivity").press("ArrowRight")
    assert dict(sent.value.post_data_json or {})["Find"] == ["dust"]
    expect(panel.get_by_role("button", name="Dust and scratches 3")).to_be_visible()

    # A row of people looks like letters, but not enough to be proposed.
    open_photo(page, samples.photo_path("hikers"))
    expect(page.locator("wh-proposals .chip")).to_have_text(["People and things…"])
