"""The newcomer's hour in short, on a desk, a tablet and a phone; bench/studio/hour goes all of the way."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from bench.studio.hour import first
from bench.studio.hour.hand import DEVICES, Hand, seated
from playwright.sync_api import Browser, expect

from harness import Service
from studio.studio_pages import link_to
from studio.studio_seen import AXE

LANGUAGES = {"desktop": "en", "tablet": "zh", "phone": "en"}
"""What speaks to whom: on a phone the English words are the tight ones, on a tablet the Chinese."""
BROKEN = {
    "cut": ".run { max-width: 60px; overflow: hidden; }",
    "covered": ".film { position: relative; } .film::after { content: ''; position: absolute; inset: 0; }",
    "small": "@media (pointer: coarse) { .history button { min-height: 20px !important; height: 20px; } }",
    "axe: color-contrast": ".film button { color: #888; background: #999; }",
}


@pytest.fixture(params=LANGUAGES)
def hand(request: pytest.FixtureRequest, browser: Browser, studio_service: Service) -> Iterator[Hand]:
    """Somebody before the studio, signed in."""
    device = next(one for one in DEVICES if one.name == request.param)
    seen = seated(browser, device, LANGUAGES[request.param], AXE.read_text() if AXE.exists() else "")
    seen.page.add_init_script("localStorage.setItem('wuhen.proposes', 'no')")
    seen.page.goto(link_to(studio_service))
    expect(seen.button("open.pick")).to_be_visible()
    yield seen
    seen.context.close()


def found(hand: Hand) -> list[str]:
    """Return what was found, and forget it."""
    by_station = hand.found.items()
    faults = [f"{station} ({theme}): {one}" for (theme, station), some in by_station for one in some]
    hand.found.clear()
    return faults


def break_page(hand: Hand, styles: str) -> None:
    hand.page.evaluate(
        """styles => {
            const sheet = new CSSStyleSheet();
            sheet.replaceSync(styles);
            document.adoptedStyleSheets = [sheet];
        }""",
        styles,
    )


def test_nothing_is_cut_or_covered_or_against_axe_on_the_way(hand: Hand, photo_file: Path) -> None:
    page = hand.page
    hand.look("empty")
    first.opened(hand, photo_file)
    hand.press("tool.rectangle")
    hand.stroke((0.4, 0.4), (0.6, 0.6))
    hand.touch(page.locator(".mask-more.opens"))
    expect(page.locator("wh-mask")).to_be_visible()
    hand.look("the mask's menu")
    page.keyboard.press("Escape")
    first.erase(hand)
    hand.look("erased")
    hand.press("file.export")
    expect(hand.button("file.download", "dialog")).to_be_enabled()
    hand.look("export")
    hand.press("app.close", "dialog")
    assert found(hand) == []
    if hand.device.name != "phone":
        return
    # Whoever looks can find something.
    break_page(hand, " ".join(BROKEN.values()))
    hand.look("broken")
    faults = found(hand)
    assert [fault for fault in BROKEN if not any(fault in one for one in faults)] == []
