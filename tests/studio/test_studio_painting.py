"""Painting, looking and going back in the studio, in one tab, opened once for all tests."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from playwright.sync_api import Browser, Page, expect

from harness import Service
from pictures import encoded
from studio.studio_pages import at, drag, erase, link_to, mask_of, open_photo, open_tab, paint_square

PASTE = """(bytes) => {
    const data = new DataTransfer();
    data.items.add(new File([new Uint8Array(bytes)], "pasted.png", { type: "image/png" }));
    document.activeElement.dispatchEvent(new ClipboardEvent("paste", { clipboardData: data, bubbles: true }));
}"""


@pytest.fixture(scope="module")
def tab(browser: Browser, studio_service: Service) -> Iterator[Page]:
    """One tab for all tests of this file; nothing may have gone wrong in it when they end."""
    context = browser.new_context(viewport={"width": 1280, "height": 800}, locale="en-US", has_touch=True)
    opened = open_tab(context, link_to(studio_service))
    opened.page.on("dialog", lambda dialog: dialog.accept())
    opened.page.get_by_role("button", name="Open a photo").wait_for()
    yield opened.page
    context.close()
    assert opened.errors == []


def open_anew(page: Page, file: Path) -> None:
    """Open a photo and wait until it has taken the place of the one before."""
    title = page.locator("wh-studio h1")
    title.evaluate("title => title.remove()")
    open_photo(page, file)
    expect(title).to_have_text(file.name)


def view_of(page: Page) -> tuple[float, float, float]:
    scale, x, y = page.locator("wh-stage").evaluate(
        """async ({ view }) => {
            await new Promise(requestAnimationFrame);
            return [view.scale, view.x, view.y];
        }"""
    )
    return scale, x, y


def test_pasting_goes_on_after_a_control_was_used(tab: Page, photo_file: Path) -> None:
    open_anew(tab, photo_file)
    for control in (tab.locator("#size"), tab.get_by_label("Draw the AI mark")):
        control.focus()
        tab.locator("wh-studio h1").evaluate("title => title.remove()")
        tab.evaluate(PASTE, list(photo_file.read_bytes()))
        expect(tab.get_by_role("heading", name="pasted.png")).to_be_attached()


def test_what_was_undone_stays_in_the_film_when_something_else_is_erased(
    tab: Page, photo_file: Path, tmp_path: Path
) -> None:
    open_anew(tab, photo_file)
    paint_square(tab)
    erase(tab, 1)
    for _ in range(4):
        tab.keyboard.press("Control+z")
    drag(tab, (60, 60), (120, 60))
    second = mask_of(tab, tmp_path)
    erase(tab, 2)
    first = tab.get_by_role("button", name="Result 1")
    first.click()
    expect(first).to_have_attribute("aria-current", "true")
    erased = tab.evaluate("document.querySelector('wh-studio').work.result.erased.packed")
    square = np.unpackbits(np.array(erased, np.uint8), bitorder="little")[: 480 * 320]
    assert square.reshape(320, 480)[160, 240]
    assert not (square.reshape(320, 480)[second]).all()
    tab.keyboard.press("Control+z")
    expect(tab.get_by_role("button", name="Result 2")).to_have_attribute("aria-current", "true")


def test_side_by_side_shows_both_whole(tab: Page, photo_file: Path) -> None:
    open_anew(tab, photo_file)
    paint_square(tab)
    erase(tab)
    alone = view_of(tab)
    tab.keyboard.press("Shift+C")
    scale, x, y = view_of(tab)
    panes = tab.locator("wh-stage").evaluate("stage => stage.panes")
    assert len(panes) == 2
    for pane in panes:
        assert x >= 0
        assert y >= 0
        assert x + 480 * scale <= pane["width"]
        assert y + 320 * scale <= pane["height"]
    tab.keyboard.press("Shift+C")
    assert view_of(tab) == pytest.approx(alone)


def test_the_brush_is_as_wide_as_it_looks_however_large_the_photo_is(tab: Page, tmp_path: Path) -> None:
    (tmp_path / "wide.png").write_bytes(encoded(np.full((2000, 3000, 3), 128, np.uint8)))
    open_anew(tab, tmp_path / "wide.png")
    tab.locator("#size").fill("40")
    drag(tab, (800, 1000), (2200, 1000))
    scale, _, _ = view_of(tab)
    painted = mask_of(tab, tmp_path)[:, 1500].sum()
    assert painted * scale == pytest.approx(40, abs=1.5)
    tab.keyboard.press("+")
    tab.keyboard.press("=")
    closer, _, _ = view_of(tab)
    assert closer == pytest.approx(scale * 1.25**2)
    tab.keyboard.press("Delete")
    drag(tab, (1400, 1000), (1600, 1000))
    assert mask_of(tab, tmp_path)[:, 1500].sum() * closer == pytest.approx(40, abs=1.5)
    tab.keyboard.press("-")
    assert view_of(tab)[0] == pytest.approx(scale * 1.25)
    tab.locator("wh-stage").evaluate("stage => { stage.view.pan(99999, -99999); stage.refresh(); }")
    width = tab.locator("wh-stage").evaluate("stage => stage.clientWidth")
    scale, x, y = view_of(tab)
    assert (x, y + 2000 * scale) == pytest.approx((width - 64, 64))
    tab.keyboard.press("0")


TOUCH = """([stage, kind, id, x, y, type]) => stage.dispatchEvent(new PointerEvent(kind, {
    pointerId: id, pointerType: type, clientX: x, clientY: y, bubbles: true, pressure: 0.5,
}))"""


def test_a_ring_as_wide_as_the_brush_goes_with_the_pointer(tab: Page, photo_file: Path) -> None:
    open_anew(tab, photo_file)
    tab.locator("#size").fill("50")
    ring = tab.locator("wh-stage .ring")
    x, y = at(tab, 100, 80)
    tab.mouse.move(x, y)
    box = ring.bounding_box()
    assert box is not None
    # Its line is one pixel wide, and black on either side.
    assert (box["width"], box["height"]) == (51, 51)
    assert abs(box["x"] + 25.5 - x) <= 1
    assert abs(box["y"] + 25.5 - y) <= 1
    tab.get_by_role("button", name="Lasso").click()
    tab.mouse.move(x, y)
    expect(ring).to_be_hidden()
    tab.get_by_role("button", name="Brush").click()
    tab.mouse.move(x, y)
    expect(ring).to_be_visible()
    tab.mouse.move(5, 5)
    expect(ring).to_be_hidden()


def test_two_fingers_never_paint_nor_does_the_hand_that_holds_the_pen(tab: Page, photo_file: Path) -> None:
    open_anew(tab, photo_file)
    tab.locator("wh-stage").evaluate("stage => { stage.setPointerCapture = () => {}; }")
    stage = tab.locator("wh-stage").element_handle()

    def event(kind: str, number: int, x: float, y: float, pointer: str = "touch") -> None:
        tab.evaluate(TOUCH, [stage, kind, number, x, y, pointer])

    def shapes() -> int:
        return int(tab.evaluate("document.querySelector('wh-studio').work.shapes.length"))

    before = view_of(tab)
    event("pointerdown", 1, 400, 300)
    event("pointermove", 1, 420, 300)
    event("pointerdown", 2, 600, 300)
    event("pointermove", 2, 700, 320)
    event("pointermove", 1, 380, 300)
    event("pointerup", 1, 380, 300)
    event("pointermove", 2, 720, 340)
    event("pointerup", 2, 720, 340)
    assert shapes() == 0
    assert view_of(tab)[0] > before[0]
    event("pointerdown", 3, 500, 300, "pen")
    event("pointerdown", 4, 700, 500)
    event("pointermove", 3, 560, 300, "pen")
    event("pointermove", 4, 710, 520)
    event("pointerup", 4, 710, 520)
    event("pointerup", 3, 560, 300, "pen")
    assert shapes() == 1


STORE = """async () => {
    const { allKept, forget, kept, partsOf, together } = await import("/studio/js/base/store.js");
    const keys = (id) => together("readonly", (shelves) => shelves.keys("parts", partsOf(id)));
    const names = async (id) => (await keys(id)).map((key) => key[1]);
    const put = (id, ...parts) => together("readwrite", async ({ put }) => {
        await put("batches", { id });
        for (const part of parts) await put("parts", new Blob([part]), [id, part]);
    });
    await put("one", "a", "b");
    await put("one more", "c");
    const failed = await together("readwrite", async ({ put }) => {
        await put("batches", { id: "half" });
        await put("parts", () => "no function can be kept", ["half", "x"]);
    }).catch((error) => error.name);
    await forget("batches", "one");
    const text = await (await kept("parts", ["one more", "c"])).text();
    const left = (await allKept("batches")).map(({ id }) => id);
    return [left, await names("one"), await names("one more"), failed, text];
}"""


def test_what_the_browser_keeps_is_kept_whole_or_not_at_all(tab: Page) -> None:
    assert tab.evaluate(STORE) == [["one more"], [], ["c"], "DataCloneError", "c"]
    tab.evaluate("async () => (await import('/studio/js/base/store.js')).forget('batches', 'one more')")


def test_the_mask_is_seen_on_its_own_colour(tab: Page, tmp_path: Path) -> None:
    (tmp_path / "red.png").write_bytes(encoded(np.full((320, 480, 3), (230, 40, 70), np.uint8)))
    open_anew(tab, tmp_path / "red.png")
    stage = tab.locator("wh-stage")
    edge = """async (stage) => {
        await new Promise(requestAnimationFrame);
        const { pictures: { width, height }, screen } = stage;
        const copy = new OffscreenCanvas(width, height)
            .getContext("2d", { willReadFrequently: true });
        copy.drawImage(screen, 0, 0);
        const { data } = copy.getImageData(0, 0, width, height);
        const seen = new Set();
        for (let i = 0; i < data.length; i += 4) if (data[i + 3] > 200) seen.add(data[i]);
        return [...seen].sort();
    }"""
    assert not {0, 255} & set(stage.evaluate(edge))
    drag(tab, (100, 100), (200, 100))
    assert stage.evaluate("stage => stage.overlay.colour") != "red"
    assert {0, 255} <= set(stage.evaluate(edge))
    before = mask_of(tab, tmp_path)
    tab.get_by_role("button", name="Mask: size by the pixel").click()
    tab.get_by_label("Yellow").check()
    assert {0, 255} <= set(stage.evaluate(edge))
    assert stage.evaluate("stage => stage.overlay.colour") == "yellow"
    by = tab.locator("wh-mask").get_by_role("spinbutton")
    by.fill("7")
    by.press("Enter")
    expect(tab.locator("wh-mask")).to_be_hidden()
    expect(tab.get_by_role("button", name="Redo")).to_be_disabled()
    tab.wait_for_timeout(200)
    grown = mask_of(tab, tmp_path)
    assert grown.any(axis=1).sum() == before.any(axis=1).sum() + 14
    tab.evaluate("localStorage.removeItem('wuhen.overlay')")


def test_shift_makes_lines_straight(tab: Page, photo_file: Path, tmp_path: Path) -> None:
    open_anew(tab, photo_file)
    tab.locator("#size").fill("10")
    tab.mouse.click(*at(tab, 50, 50))
    tab.keyboard.down("Shift")
    tab.mouse.click(*at(tab, 250, 50))
    drag(tab, (50, 200), (150, 290), (250, 200))
    tab.keyboard.up("Shift")
    painted = mask_of(tab, tmp_path)
    for y in (50, 200):
        assert painted[y, 50:250].all()
        assert painted[: y + 20, 150].sum() <= (12 if y == 50 else 24)
    assert not painted[230:, 150].any()


def test_a_rectangle_is_placed_by_keys(tab: Page, photo_file: Path, tmp_path: Path) -> None:
    open_anew(tab, photo_file)
    tab.keyboard.press("Shift+R")
    placing = tab.locator("wh-placing")
    expect(placing).to_be_visible()
    tab.keyboard.press("ArrowRight")
    tab.keyboard.press("Control+ArrowDown")
    tab.keyboard.press("Shift+ArrowLeft")
    left, top, width, height = (int(one.input_value()) for one in placing.get_by_role("spinbutton").all())
    assert (left, top, width, height) == (170, 108, 150, 107)
    expect(placing.get_by_role("status")).to_contain_text("Rectangle 150 × 107 at 170, 108")
    tab.keyboard.press("Enter")
    expect(placing).to_be_hidden()
    painted = mask_of(tab, tmp_path)
    assert painted[108:215, 170:320].all()
    assert painted.sum() == 150 * 107
