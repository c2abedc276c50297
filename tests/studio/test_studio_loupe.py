"""The loupe: original and result magnified beside each other."""

from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from harness import Service
from studio.studio_pages import at, choose, drag, erase, link_to, mask_of, open_photo, open_tab, paint_square

REDS = """lenses => lenses.map(lens => {
    const context = new OffscreenCanvas(lens.width, 1).getContext("2d", { willReadFrequently: true });
    context.drawImage(lens, 0, -lens.height / 2);
    const { data } = context.getImageData(0, 0, lens.width, 1);
    const red = [];
    for (let x = 0; x < lens.width; x++) if (data[4 * x] > 180 && data[4 * x + 1] < 80) red.push(x);
    return { red, middle: lens.width / 2 };
})"""


def reds_beside_the_middle(page: Page) -> list[int | None]:
    """Say for both lenses how far right of their middle the red square begins, in pixels of the screen."""
    page.wait_for_timeout(100)
    lenses = page.locator("wh-loupe canvas").evaluate_all(REDS)
    return [round(lens["red"][0] - lens["middle"]) if lens["red"] else None for lens in lenses]


def test_the_loupe_magnifies_both_under_the_pointer(studio: Page, photo_file: Path, tmp_path: Path) -> None:
    open_photo(studio, photo_file)
    loupe = studio.locator("wh-loupe")
    button = studio.get_by_role("button", name="Loupe", exact=True)
    studio.keyboard.press("m")
    expect(loupe).to_be_hidden()  # without a result there is nothing to compare
    studio.get_by_label("Draw the AI mark").uncheck()
    paint_square(studio)
    erase(studio)
    expect(button).to_have_attribute("aria-pressed", "false")
    studio.keyboard.press("m")
    expect(loupe).to_be_visible()
    expect(button).to_have_attribute("aria-pressed", "true")
    studio.mouse.move(*at(studio, 200, 160))  # the square begins at 210
    assert reds_beside_the_middle(studio) == [30, None]
    expect(loupe.locator("figcaption")).to_have_text(["Original 3×", "Result 1 3×"])
    for further in (40, 20):
        studio.keyboard.press("Shift+M")
        assert reds_beside_the_middle(studio) == [further, None]
    drag(studio, (200, 160), (180, 160))
    assert not mask_of(studio, tmp_path).any(), "with the loupe, dragging moves the photo"
    studio.keyboard.press("Control+z")
    expect(loupe).to_be_hidden()
    studio.keyboard.press("Control+Shift+Z")
    expect(loupe).to_be_visible()
    studio.keyboard.press("m")
    expect(loupe).to_be_hidden()


def test_side_by_side_the_loupe_shows_one_place_of_both(studio: Page, photo_file: Path) -> None:
    open_photo(studio, photo_file)
    paint_square(studio)
    erase(studio)
    studio.keyboard.press("Shift+C")
    studio.keyboard.press("m")
    studio.locator("wh-loupe").wait_for()
    panes = studio.locator("wh-stage").evaluate("stage => stage.panes")
    x, y = at(studio, 200, 160)
    for pane in panes:
        studio.mouse.move(x + pane["x"], y + pane["y"])
        assert reds_beside_the_middle(studio) == [30, None]


@pytest.fixture
def phone(browser: Browser, studio_service: Service, photo_file: Path) -> Page:
    context = browser.new_context(
        viewport={"width": 390, "height": 780}, is_mobile=True, has_touch=True, locale="en-US"
    )
    tab = open_tab(context, link_to(studio_service))
    choose(tab.page, "Open a photo", photo_file)
    return tab.page


def test_a_long_press_shows_the_loupe_above_the_finger(phone: Page) -> None:
    touch = phone.context.new_cdp_session(phone)

    def send(kind: str, *points: tuple[float, float]) -> None:
        given = [{"x": x, "y": y} for x, y in points]
        touch.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": given})

    loupe = phone.locator("wh-loupe")
    send("touchStart", at(phone, 240, 160))
    phone.wait_for_timeout(700)
    expect(loupe).to_be_hidden()
    for x in (200.0, 280.0):
        send("touchMove", at(phone, x, 160))
    send("touchEnd")
    erase(phone)
    x, y = at(phone, 240, 160)
    send("touchStart", (x, y))
    expect(loupe).to_be_visible()
    box = loupe.bounding_box()
    assert box is not None
    assert box["y"] + box["height"] < y
    send("touchMove", (x + 30, y))
    expect(loupe).to_be_visible()
    send("touchEnd")
    expect(loupe).to_be_hidden()
    expect(phone.get_by_role("button", name="Clear"), "nothing was painted").to_be_disabled()
    phone.context.close()
