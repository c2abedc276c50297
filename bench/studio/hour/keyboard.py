"""From signing in to the file that is kept, by the keyboard alone."""

from pathlib import Path

from bench.studio.hour.hand import Hand, seated
from bench.studio.hour.serving import Serving
from playwright.sync_api import Locator, expect

#: So many presses of Tab lead around the whole page.
MOST = 150
_HAS_FOCUS = "one => one === document.activeElement"
FOCUS = (Path(__file__).parent / "focus.js").read_text()


def alone(hand: Hand, service: Serving, files: dict[str, Path]) -> None:
    """Sign in, open a photo, place a rectangle, erase, export, download; the mouse lies in a drawer."""
    browser = hand.context.browser
    assert browser is not None
    other = seated(browser, hand.device, hand.language, hand.axe, hand.shots)
    other.found = hand.found
    # Choosers are caught from now on: beginning with it as the key is pressed, a busy machine may be late.
    other.page.on("filechooser", lambda _: None)
    try:
        _signed_in(other, service)
        _erased(other, files["jpg"])
        _kept(other)
        other.heard("keys alone")
    finally:
        other.context.close()


def _signed_in(hand: Hand, service: Serving) -> None:
    page = hand.page
    page.goto(service.url)
    dialog = page.get_by_role("dialog")
    expect(dialog).to_be_visible()
    hand.still()
    _around(hand, "keys: sign in", "dialog")
    _reach(hand, "keys: sign in", dialog.get_by_label(hand.word("signin.link"), exact=True))
    page.keyboard.type(service.link())
    page.keyboard.press("Enter")
    expect(dialog).to_have_count(0)
    expect(hand.button("open.pick")).to_be_visible()
    hand.still()
    _around(hand, "keys: empty")


def _erased(hand: Hand, file: Path) -> None:
    page = hand.page
    _reach(hand, "keys: empty", hand.button("open.pick"))
    with page.expect_file_chooser() as chooser:
        page.keyboard.press("Enter")
    chooser.value.set_files(file)
    expect(page.locator("wh-stage")).to_be_visible()
    hand.still()
    _around(hand, "keys: photo")
    _reach(hand, "keys: photo", page.locator("wh-stage"))
    page.keyboard.press("Shift+R")
    expect(page.locator("wh-placing")).to_be_visible()
    for key in ("ArrowLeft", "ArrowUp", "Shift+ArrowRight"):
        page.keyboard.press(key)
    hand.look("keys: rectangle")
    page.keyboard.press("Enter")
    erase = hand.button("erase.run")
    expect(erase).to_be_enabled()
    _reach(hand, "keys: rectangle", erase)
    page.keyboard.press("Enter")
    expect(page.locator(".film li")).to_have_count(2)
    hand.look("keys: erased")
    _around(hand, "keys: erased")


def _kept(hand: Hand) -> None:
    page = hand.page
    _reach(hand, "keys: erased", hand.button("file.export"))
    page.keyboard.press("Enter")
    dialog = page.get_by_role("dialog")
    expect(hand.button("file.download", "dialog")).to_be_enabled()
    hand.look("keys: export")
    _around(hand, "keys: export", "dialog")
    page.keyboard.press("Escape")
    expect(dialog).to_have_count(0)
    if page.evaluate("document.activeElement === document.body"):
        hand.fault("keys: export", "nothing has the focus after the dialog")
    _reach(hand, "keys: erased", hand.button("file.download"))
    with page.expect_download() as offered:
        page.keyboard.press("Enter")
    offered.value.path()
    hand.look("keys: downloaded")


def _press_tab(hand: Hand, station: str) -> int:
    """Press Tab; note what is not seen of the focus, and return the number of what has it, -1 for nothing."""
    hand.page.keyboard.press("Tab")
    number, fault = hand.page.evaluate(f"() => {{ {FOCUS} return focused(); }}")
    if fault:
        hand.fault(station, fault)
    return int(number)


def _reach(hand: Hand, station: str, wanted: Locator) -> None:
    """Press Tab until something has the focus."""
    for _ in range(MOST):
        if wanted.evaluate(_HAS_FOCUS):
            return
        _press_tab(hand, station)
    raise AssertionError("Tab does not lead there.")


def _around(hand: Hand, station: str, within: str = "body") -> None:
    """Press Tab until it comes to where it was before: nothing is left out, and nothing holds it."""
    hand.page.evaluate("window.reached = []")
    seen: list[int] = []
    while len(seen) < MOST:
        number = _press_tab(hand, station)
        if number >= 0 and number in seen and number != seen[-1]:
            break
        if seen[-3:] == [number] * 3:
            hand.fault(station, "the focus is held")
            break
        seen.append(number)
    if within == "body":
        for name in hand.page.evaluate(f"() => {{ {FOCUS} return missed(); }}"):
            hand.fault(station, f"Tab does not lead to {name}")
