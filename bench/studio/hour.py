"""Go through the studio as a newcomer does in an hour, on every kind of window, and say what is wrong.

    python -m bench.studio.hour [--keep FOLDER] [--only phone]

On a desk, a tablet and a phone in either position, in both languages and both themes: the empty page, a
sample, painting, erasing, comparing, choosing, smart select, finding text, every menu, the shortcuts, the
batch, the API page and the inspector. In each of these states it looks for errors on the console, for
controls that are covered, cut or out of reach, and for what axe calls serious or critical. The exit status
is 1 if there is anything. With ``--keep`` there is a screenshot of each state.
"""

import argparse
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from playwright.sync_api import Browser, Page, expect, sync_playwright

sys.path.insert(0, str(Path(__file__).parents[2] / "tests"))

from harness import Service, running
from studio.studio_pages import ARGUMENTS, CHROMIUM, Opened, drag, link_to, open_tab
from studio.studio_seen import accessible, seen

#: Width, height, and whether it is touched.
WINDOWS = {
    "desk": (1280, 800, False),
    "tablet": (820, 1180, True),
    "phone": (390, 844, True),
    "side": (844, 390, True),
    "small": (360, 640, True),
}
LOOKS = (("en-US", "light"), ("zh-CN", "dark"), ("en-US", "dark"), ("zh-CN", "light"))
_PATIENCE = 60_000  # milliseconds
_REST = 300


def _result(page: Page) -> None:
    page.wait_for_function("() => document.querySelector('wh-studio').work.result", timeout=_PATIENCE)
    _idle(page)


def _idle(page: Page) -> None:
    page.wait_for_function("() => !document.querySelector('wh-studio').running", timeout=_PATIENCE)


def _menus(page: Page) -> Iterator[str]:
    openers = page.locator("button.opens:visible")
    for index in range(openers.count()):
        openers.nth(index).click()
        expect(page.locator(":popover-open")).to_be_visible()
        yield f"menu-{index}"
        page.keyboard.press("Escape")


def hour(page: Page) -> Iterator[str]:
    """Go through it; each name is that of a state that has been come to."""
    page.wait_for_function("() => sessionStorage.getItem('wuhen.key')")
    yield "empty"
    page.evaluate("() => document.querySelector('wh-studio').sample()")
    expect(page.locator("wh-stage")).to_be_visible()
    page.wait_for_timeout(2 * _REST)
    yield "sample"
    for key in "erlhb":
        page.keyboard.press(key)
        yield f"tool-{key}"
    drag(page, (300, 300), (420, 320), (500, 300))
    yield "painted"
    page.keyboard.press("Enter")
    _result(page)
    yield "result"
    page.keyboard.press("c")
    yield "split"
    page.keyboard.press("Shift+C")
    yield "side"
    page.keyboard.press("Shift+C")
    yield from _menus(page)
    page.keyboard.press("v")
    page.wait_for_timeout(_REST)
    _idle(page)
    yield "choices"
    page.keyboard.press("Escape")
    page.keyboard.press("s")
    page.evaluate(
        """() => {
            const { selection } = document.querySelector("wh-studio");
            selection.add([[640, 500]], false);
            return selection.settled;
        }"""
    )
    yield "selected"
    page.keyboard.press("Escape")
    page.keyboard.press("t")
    page.wait_for_timeout(_REST)
    _idle(page)
    yield "found"
    page.keyboard.press("b")
    page.keyboard.press("?")
    yield "shortcuts"
    page.keyboard.press("Escape")
    for part in ("batch", "explorer", "inspector"):
        page.evaluate("part => document.querySelector('wh-app').go(part)", part)
        page.wait_for_timeout(3 * _REST)
        yield part


def gone_through(opened: Opened, label: str, keep: Path | None) -> list[str]:
    """Return what is wrong, each with the state in which it is."""
    problems: list[str] = []
    for state in hour(opened.page):
        opened.page.wait_for_timeout(_REST)
        found = [*seen(opened.page), *accessible(opened.page), *opened.errors]
        opened.errors.clear()
        problems += [f"{label} {state}: {one}" for one in found]
        if keep:
            opened.page.screenshot(path=keep / f"{label}-{state}.png")
    return problems


def _window(browser: Browser, service: Service, name: str, look: tuple[str, str]) -> Opened:
    width, height, touched = WINDOWS[name]
    language, theme = look
    context = browser.new_context(
        viewport={"width": width, "height": height},
        is_mobile=touched,
        has_touch=touched,
        locale=language,
        color_scheme="dark" if theme == "dark" else "light",
        reduced_motion="reduce",
    )
    return open_tab(context, link_to(service))


def main() -> int:
    """Go through all of it and print what is wrong."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--keep", type=Path, help="a folder for screenshots")
    parser.add_argument("--only", choices=WINDOWS, help="one kind of window")
    given = parser.parse_args()
    if given.keep:
        given.keep.mkdir(parents=True, exist_ok=True)
    problems: list[str] = []
    with (
        tempfile.TemporaryDirectory() as folder,
        running(Path(folder) / "data", "--workers", "1", "--threads", "1") as service,
        sync_playwright() as playwright,
    ):
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        for name in [given.only] if given.only else WINDOWS:
            for look in LOOKS[:2] if name == "small" else LOOKS:
                opened = _window(browser, service, name, look)
                found = gone_through(opened, f"{name}-{look[0][:2]}-{look[1]}", given.keep)
                print("\n".join(found) if found else f"{name} {' '.join(look)}: nothing is wrong", flush=True)
                problems += found
                opened.page.context.close()
        browser.close()
    print(f"{len(problems)} in all")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
