"""Smart select in the browser: scribbles that add and take away, one after another."""

import re
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from playwright.sync_api import Browser, Page, Route, expect

from harness import Service
from pictures import encoded
from studio.studio_pages import at, choose, drag, link_to, mask_of, open_photo, open_tab

Mask = NDArray[np.bool_]


def squares() -> dict[str, Mask]:
    """Where three squares are: a red one, a blue one at its right side, a green one by itself."""
    rows, columns = np.mgrid[:320, :480]
    tall = (rows >= 100) & (rows < 180)
    return {
        "red": tall & (columns >= 80) & (columns < 160),
        "blue": tall & (columns >= 160) & (columns < 240),
        "green": tall & (columns >= 340) & (columns < 420),
    }


@pytest.fixture(autouse=True)
def by_the_page_alone(studio: Page) -> None:
    """Have the service refuse to select: its network takes squares that touch for one object."""
    error = {"Code": "ResourceUnavailable", "Message": "refused by a test"}

    def refuse(route: Route) -> None:
        if route.request.headers.get("x-tc-action") == "SelectObject":
            route.fulfill(json={"Response": {"Error": error, "RequestId": "0"}})
        else:
            route.continue_()

    studio.route(re.compile(r"^http://[^/]+/$"), refuse)


@pytest.fixture
def toys(tmp_path: Path) -> Path:
    """A photo of the squares on grey noise."""
    pixels = np.random.default_rng(3).integers(70, 130, (320, 480, 3)).astype(np.uint8)
    for name, colour in {"red": (225, 40, 40), "blue": (40, 60, 225), "green": (40, 210, 60)}.items():
        pixels[squares()[name]] = colour
    file = tmp_path / "toys.png"
    file.write_bytes(encoded(pixels))
    return file


def selected(page: Page, folder: Path) -> set[str]:
    """Say which squares are in the mask; each must be so as a whole, and nothing else."""
    mask = mask_of(page, folder)
    names = {name for name, square in squares().items() if mask[square].mean() > 0.5}
    wanted = np.zeros_like(mask)
    for name in names:
        wanted |= squares()[name]
    assert (mask & wanted).sum() > 0.93 * (mask | wanted).sum()
    return names


def settle(page: Page) -> None:
    page.locator("wh-selection").evaluate("async selection => { await selection.settled; }")


def scribble(page: Page, *points: tuple[float, float], button: str = "left") -> None:
    """Scribble, and wait for what comes of it."""
    page.mouse.move(*at(page, *points[0]))
    page.mouse.down(button=button)  # type: ignore[arg-type]
    for point in points[1:]:
        page.mouse.move(*at(page, *point), steps=4)
    page.mouse.up(button=button)  # type: ignore[arg-type]
    settle(page)


def test_scribbles_add_and_take_away_and_each_can_be_undone(studio: Page, toys: Path, tmp_path: Path) -> None:
    open_photo(studio, toys)
    studio.keyboard.press("s")
    expect(studio.get_by_text("Click or scribble on an object.")).to_be_visible()
    scribble(studio, (120, 140))
    steps = [selected(studio, tmp_path)]
    scribble(studio, (190, 130), (210, 150))
    steps.append(selected(studio, tmp_path))
    scribble(studio, (360, 130), (390, 150))
    steps.append(selected(studio, tmp_path))
    scribble(studio, (190, 130), (210, 150), button="right")
    steps.append(selected(studio, tmp_path))
    assert steps == [{"red"}, {"red", "blue"}, {"red", "blue", "green"}, {"red", "green"}]
    for expected in steps[2:0:-1]:
        studio.keyboard.press("Control+z")
        assert selected(studio, tmp_path) == expected
    # From here on, another way: what follows corrects what is there now.
    studio.keyboard.press("x")
    expect(studio.get_by_role("button", name="Take away")).to_have_attribute("aria-pressed", "true")
    scribble(studio, (190, 130), (210, 150))
    assert selected(studio, tmp_path) == {"red"}


def test_what_a_click_would_take_is_shown_before_it(studio: Page, toys: Path, tmp_path: Path) -> None:
    open_photo(studio, toys)
    studio.keyboard.press("s")
    shown = """([x, y]) => {
        const { preview } = document.querySelector("wh-stage");
        if (!preview) return null;
        const place = [(x * preview.width) / 480, (y * preview.height) / 320];
        return preview.getContext("2d").getImageData(...place, 1, 1).data[3] > 0;
    }"""
    for place, other in (((120, 140), (380, 140)), ((380, 140), (120, 140))):
        studio.mouse.move(*at(studio, *place))
        studio.wait_for_function(f"place => ({shown})(place) === true", arg=place)
        assert studio.evaluate(shown, other) is False
    studio.mouse.move(*at(studio, 380, -20))
    studio.wait_for_function("() => document.querySelector('wh-stage').preview === null")
    assert not mask_of(studio, tmp_path).any(), "nothing is selected by pointing at it"
    # Neither by a finger, which points at nothing before it is down.
    finger = {"pointerType": "touch", "clientX": 300, "clientY": 300}
    studio.locator("wh-stage").dispatch_event("pointermove", finger)
    assert studio.evaluate("document.querySelector('wh-stage').preview") is None


def test_the_mask_is_a_little_wider_than_the_object_but_not_where_that_was_denied(
    studio: Page, toys: Path, tmp_path: Path
) -> None:
    open_photo(studio, toys)
    studio.keyboard.press("s")
    scribble(studio, (120, 140))
    alone = """() => {
        const { width, packed } = document.querySelector("wh-studio").work.shapes.at(-1).selection.bits;
        const bits = [...packed].flatMap((byte) => [...Array(8).keys()].map((bit) => byte >> bit & 1));
        return bits.flatMap((bit, i) => (bit ? [[Math.floor(i / width), i % width]] : []));
    }"""
    rows, columns = np.array(studio.evaluate(alone)).T
    mask = mask_of(studio, tmp_path) > 0
    top, left, bottom = rows.min(), columns.min(), rows.max()
    assert mask[top - 1, columns[rows == top]].all()
    assert not mask[top - 4].any()
    scribble(studio, (int(left) - 2, int(top)), (int(left) - 2, int(bottom)), button="right")
    mask = mask_of(studio, tmp_path) > 0
    assert not mask[top : bottom + 1, left - 2].any()


def test_enter_keeps_an_object_and_escape_drops_the_next(studio: Page, toys: Path, tmp_path: Path) -> None:
    open_photo(studio, toys)
    studio.keyboard.press("s")
    scribble(studio, (120, 140))
    studio.keyboard.press("Enter")
    expect(studio.get_by_role("button", name="Take away")).to_be_hidden()
    expect(studio.get_by_role("button", name="Result 1")).to_be_hidden()  # Enter did not erase
    scribble(studio, (120, 140), button="right")
    expect(studio.locator(".status")).to_contain_text("Select an object first")
    scribble(studio, (380, 140))
    assert selected(studio, tmp_path) == {"red", "green"}
    studio.keyboard.press("Escape")
    assert selected(studio, tmp_path) == {"red"}
    studio.keyboard.press("Enter")  # nothing is open any more: Enter erases
    expect(studio.get_by_role("button", name="Result 1")).to_be_visible(timeout=40_000)


def test_enter_presses_the_button_that_was_come_to_by_key(studio: Page, toys: Path) -> None:
    open_photo(studio, toys)
    studio.keyboard.press("r")
    drag(studio, (80, 100), (160, 180))
    clear = studio.get_by_role("button", name="Clear")
    studio.get_by_role("button", name="Grow", exact=True).focus()
    for _ in range(3):
        studio.keyboard.press("Tab")
    expect(clear).to_be_focused()
    studio.keyboard.press("Enter")
    expect(clear).to_be_disabled()
    expect(studio.get_by_role("button", name="Cancel")).to_be_hidden()


def test_erasing_waits_for_a_scribble(studio: Page, toys: Path) -> None:
    open_photo(studio, toys)
    studio.keyboard.press("s")
    drag(studio, (110, 130), (120, 140))
    studio.evaluate("() => document.querySelector('wh-studio').erase()")
    expect(studio.get_by_role("button", name="Result 1")).to_be_visible(timeout=40_000)


def test_on_a_phone_a_button_turns_adding_into_taking_away(
    browser: Browser, studio_service: Service, toys: Path
) -> None:
    context = browser.new_context(
        viewport={"width": 390, "height": 780}, is_mobile=True, has_touch=True, locale="en-US"
    )
    tab = open_tab(context, link_to(studio_service))
    page = tab.page
    choose(page, "Open a photo", toys)
    page.get_by_role("button", name="Smart select").click()
    for x in (120, 200):
        page.touchscreen.tap(*at(page, x, 140))
        settle(page)
    page.get_by_role("button", name="Take away").click()
    page.touchscreen.tap(*at(page, 200, 140))
    settle(page)
    bits = page.evaluate(
        """async () => {
            const { bits } = await document.querySelector("wh-studio").work.mask();
            return [[120, 140], [200, 140], [380, 140]].map(([x, y]) => {
                const p = y * bits.width + x;
                return (bits.packed[p >> 3] >> (p & 7)) & 1;
            });
        }"""
    )
    assert bits == [1, 0, 0]
    assert page.evaluate("() => document.documentElement.scrollWidth <= innerWidth")
    assert tab.errors == []
    context.close()
