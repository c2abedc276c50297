"""Opening the studio, and doing things in it as a user does them."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image
from playwright.sync_api import BrowserContext, ConsoleMessage, Page, expect

from harness import Service, wuhen

CHROMIUM = next(
    filter(None, map(shutil.which, ("chromium-headless-shell", "chromium", "chromium-browser"))), None
)
"""Debian's Chromium: rather that without windows, which starts in a third of the time of the whole one."""
WHOLE = shutil.which("chromium") or CHROMIUM
"""The whole one, if it is here: it paints as a user's does, so frames are measured in it."""
ELSEWHERE = "photos.example"
"""A host that is this machine to the browser, which trusts it no more than any other."""

ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    f"--host-resolver-rules=MAP {ELSEWHERE} 127.0.0.1",
]
PATIENCE = 40_000
"""How many milliseconds are waited for what is to come: others may be at work on this machine."""

Pixels = NDArray[np.uint8]


def link_to(service: Service, *options: str) -> str:
    """Have the command line print a link that opens the studio."""
    where = ("--data-dir", str(service.data_dir), "--port", str(service.port))
    return wuhen("studio", *where, *options).strip()


@dataclass
class Opened:
    """A tab, and what went wrong in it."""

    page: Page
    errors: list[str] = field(default_factory=list)

    def watch(self) -> None:
        def note(message: ConsoleMessage) -> None:
            if message.type in {"error", "warning"}:
                self.errors.append(message.text)

        self.page.on("console", note)
        self.page.on("pageerror", lambda error: self.errors.append(str(error)))


def open_tab(context: BrowserContext, address: str, *, proposing: bool = False) -> Opened:
    """Open an address in a new tab, in which what could go is proposed only if told so."""
    tab = Opened(context.new_page())
    if not proposing:
        # It takes calls that most tests do not expect.
        tab.page.add_init_script("localStorage.setItem('wuhen.proposes', 'no')")
    tab.watch()
    tab.page.set_default_timeout(PATIENCE)
    # Nobody looks on, and each picture of what moves takes time.
    tab.page.emulate_media(reduced_motion="reduce")
    tab.page.goto(address)
    return tab


def stay(context: BrowserContext, address: str) -> Page:
    """Return a tab that stays open on a file of a service: beside one, the studio opens a third faster."""
    place = f"{address}/studio/css/base.css"
    for page in context.pages:
        if page.url == place:
            return page
    page = context.new_page()
    page.goto(place)
    return page


def forget(page: Page, address: str) -> None:
    """Have a page's browser forget what the pages of a service have kept in it."""
    storage = {"origin": address, "storageTypes": "local_storage,indexeddb"}
    session = page.context.new_cdp_session(page)
    session.send("Storage.clearDataForOrigin", storage)
    session.detach()


@contextmanager
def visiting(context: BrowserContext, service: Service, *, proposing: bool = False) -> Iterator[Page]:
    """Open the studio by its link, in a browser that has kept nothing; nothing may have gone wrong in it."""
    staying = stay(context, service.url)
    forget(staying, service.url)
    tab = open_tab(context, link_to(service), proposing=proposing)
    tab.page.get_by_role("button", name="Open a photo").wait_for()
    yield tab.page
    context.unroute_all()
    for page in context.pages:
        if page != staying:
            page.close()
    assert tab.errors == []


def press(page: Page, button: str, within: str = "body") -> None:
    """Press a button, in the menu of what is done more rarely if it is there."""
    wanted = page.locator(within).get_by_role("button", name=button)
    if within == "body":
        more = page.locator(".run > .opens")
        expect(wanted.or_(more).first).to_be_visible()
        if not wanted.is_visible():
            more.click()
    wanted.click()


def choose(page: Page, button: str, *files: Path, within: str = "body") -> None:
    """Press a button that lets files be chosen, and choose these."""
    with page.expect_file_chooser() as chooser:
        press(page, button, within)
    chooser.value.set_files(files)


def open_photo(page: Page, file: Path) -> None:
    """Open a photo by the picker."""
    choose(page, "Open a photo", file)
    expect(page.locator("wh-stage")).to_be_visible()


def at(page: Page, x: float, y: float) -> tuple[float, float]:
    """Say where on the screen a pixel of the photo is."""
    left, top = page.locator("wh-stage").evaluate(
        """(stage, [x, y]) => {
            const { left, top } = stage.getBoundingClientRect();
            return [left + stage.view.x + x * stage.view.scale, top + stage.view.y + y * stage.view.scale];
        }""",
        [x, y],
    )
    return float(left), float(top)


def drag(page: Page, *points: tuple[float, float]) -> None:
    """Drag the mouse over pixels of the photo."""
    page.mouse.move(*at(page, *points[0]))
    page.mouse.down()
    for point in points[1:]:
        page.mouse.move(*at(page, *point), steps=5)
    page.mouse.up()


def paint_square(page: Page) -> None:
    """Paint over the red square."""
    page.locator("#size").fill("40")
    for y in (135, 160, 185):
        drag(page, (205, y), (275, y))


def erase(page: Page, result: int = 1) -> None:
    """Erase and wait for the result of that number."""
    page.get_by_role("button", name="Erase", exact=True).click()
    expect(page.get_by_role("button", name=f"Result {result}")).to_be_visible(timeout=40_000)


def downloaded(page: Page, button: str, folder: Path, within: str = "body") -> Path:
    """Press a button that offers a file, and return the file."""
    with page.expect_download() as offered:
        press(page, button, within)
    file = folder / offered.value.suggested_filename
    offered.value.save_as(file)
    return file


def pixels_of(file: Path) -> Pixels:
    """Return a file's pixels."""
    with Image.open(file) as image:
        return np.asarray(image.convert("RGB"))


def mask_of(page: Page, folder: Path) -> NDArray[np.bool_]:
    """Export what is painted."""
    return np.asarray(pixels_of(downloaded(page, "Export mask", folder))[..., 0] > 127)
